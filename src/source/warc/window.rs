//! The bytes of an archive that are in view: as many as a record needs, and none twice. A part is what stands on its own: a
//! gzip member, or the whole of a file that is not compressed so.

use super::gzip::Members;
use super::{Fault, Place};
use std::io::Read;

/// Bytes that a part gives at a time.
const BLOCK: usize = 64 << 10;

enum Parts<R> {
    Plain(R),
    Gzip(Box<Members<R>>),
}

/// What of a part is in view.
pub(super) struct Window<R> {
    parts: Parts<R>,
    bytes: Vec<u8>,
    /// The first byte in view, in `bytes` and in the part.
    start: usize,
    at: u64,
    /// The part gives no more, and why it broke off if it did.
    ended: bool,
    fault: Option<Fault>,
}

impl<R: Read> Window<R> {
    /// A file that is one part.
    pub(super) fn plain(raw: R) -> Self {
        Self::new(Parts::Plain(raw), false)
    }

    /// A file of gzip members; the first must be asked for.
    pub(super) fn gzip(raw: R) -> Self {
        Self::new(Parts::Gzip(Box::new(Members::new(raw))), true)
    }

    fn new(parts: Parts<R>, ended: bool) -> Self {
        Self { parts, bytes: Vec::new(), start: 0, at: 0, ended, fault: None }
    }

    /// Where the first byte in view stands.
    pub(super) fn place(&self) -> Place {
        match &self.parts {
            Parts::Plain(_) => Place { offset: self.at, inside: 0 },
            Parts::Gzip(members) => Place { offset: members.member(), inside: self.at },
        }
    }

    /// Bytes of the part that were left behind.
    pub(super) fn passed(&self) -> u64 {
        self.at
    }

    /// What a part is called.
    pub(super) fn part_name(&self) -> &'static str {
        match &self.parts {
            Parts::Plain(_) => "file",
            Parts::Gzip(_) => "gzip member",
        }
    }

    /// Brings `len` bytes into view, or all that the part still has.
    pub(super) fn have(&mut self, len: usize) -> &[u8] {
        while self.bytes.len() - self.start < len && !self.ended {
            if self.start > self.bytes.len() / 2 {
                self.bytes.drain(..self.start);
                self.start = 0;
            }
            let filled = self.bytes.len();
            let read = match &mut self.parts {
                Parts::Plain(raw) => {
                    let read = raw.by_ref().take(BLOCK as u64).read_to_end(&mut self.bytes);
                    read.map_err(|error| super::unreadable(&error))
                }
                Parts::Gzip(members) => {
                    self.bytes.resize(filled + BLOCK, 0);
                    let read = members.inflate_into(&mut self.bytes[filled..]);
                    self.bytes.truncate(filled + read.as_ref().map_or(0, |len| *len));
                    read
                }
            };
            self.ended = read.as_ref().map_or(true, |len| *len == 0);
            self.fault = read.err();
        }
        self.bytes()
    }

    /// The bytes in view.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Whether the part has nothing behind what is in view.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Whether the part broke off.
    pub(super) fn is_broken(&self) -> bool {
        self.fault.is_some()
    }

    /// Why the part broke off, told once.
    pub(super) fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    /// Leaves bytes behind that are in view.
    pub(super) fn consume(&mut self, len: usize) {
        let len = len.min(self.bytes.len() - self.start);
        self.start += len;
        self.at += len as u64;
    }

    /// Goes to the next part, or behind a broken one to the next that begins with a record; `false` when there is none.
    pub(super) fn next_part(&mut self, behind_broken: bool) -> Result<bool, Fault> {
        self.bytes.clear();
        (self.start, self.at, self.ended, self.fault) = (0, 0, true, None);
        let Parts::Gzip(members) = &mut self.parts else { return Ok(false) };
        let more = if behind_broken { members.find_member() } else { members.next_member() };
        self.ended = !more.as_ref().is_ok_and(|more| *more);
        more
    }
}
