//! Gzip, member by member. A record of an archive is a member of its own, so a broken one costs a record and not the
//! file: behind it the next member is looked for, by its magic number and by what it holds. Where members end is known only
//! once they are inflated, so this is done by whoever reads the file.
//!
//! What comes out, faults too, depends on the file's bytes alone: input is taken in blocks of one size, however the
//! reader gives them.

use super::Fault;
use crate::model::RejectReason;
use flate2::{Decompress, FlushDecompress, Status};
use std::io::Read;

/// Compressed bytes taken at a time.
const BLOCK: usize = 64 << 10;
/// Compressed bytes that stay behind the inflater, to look for the next member among them.
const KEPT: usize = 256 << 10;
/// What a member begins with.
const MAGIC: &[u8] = b"\x1f\x8b\x08";
/// A candidate's compressed bytes that must tell what it holds.
pub(in crate::source) const GLANCE: usize = 4 << 10;
/// Bytes that may be looked at again behind broken members, beside four times the bytes read. Broken members may lie
/// one in the other, and each would be gone through.
const FREE_REWORK: u64 = 64 << 20;

/// A gzip file that is read member by member.
pub(super) struct Members<R> {
    raw: R,
    /// Compressed bytes, from the file's byte `first` on.
    kept: Vec<u8>,
    first: u64,
    /// The next byte to inflate, in `kept`.
    next: usize,
    /// The byte of the file at which the member begins.
    member: u64,
    inflate: Decompress,
    within: bool,
    /// The file gives no more.
    ended: bool,
    reworked: u64,
}

impl<R: Read> Members<R> {
    pub(super) fn new(raw: R) -> Self {
        Self {
            raw,
            kept: Vec::new(),
            first: 0,
            next: 0,
            member: 0,
            inflate: Decompress::new_gzip(15),
            within: false,
            ended: false,
            reworked: 0,
        }
    }

    /// The byte of the file at which the member begins.
    pub(super) fn member(&self) -> u64 {
        self.member
    }

    /// Begins the next member; `false` at the end of the file. Zeros before it are padding.
    pub(super) fn next_member(&mut self) -> Result<bool, Fault> {
        self.within = false;
        loop {
            self.member = self.first + self.next as u64;
            self.have(MAGIC.len())?;
            let zeros = self.kept[self.next..].iter().take_while(|byte| **byte == 0).count();
            if zeros == 0 {
                break;
            }
            self.next += zeros;
        }
        let begin = &self.kept[self.next..];
        if begin.is_empty() {
            return Ok(false);
        }
        if !begin.starts_with(MAGIC) {
            return Err(broken("no gzip member begins where one should"));
        }
        self.begin();
        Ok(true)
    }

    /// Looks for the next member that begins an archive's record, behind the broken one's begin.
    pub(super) fn find_member(&mut self) -> Result<bool, Fault> {
        let behind = usize::try_from((self.member + 1).saturating_sub(self.first)).unwrap_or(usize::MAX);
        let again = self.next.saturating_sub(behind) as u64;
        if self.reworked + again <= FREE_REWORK + 4 * (self.first + self.next as u64) {
            self.reworked += again;
            self.next = behind;
        } else {
            self.next = self.next.max(behind);
        }
        self.within = false;
        loop {
            self.have(BLOCK)?;
            let waiting = self.kept.get(self.next..).unwrap_or_default();
            let Some(at) = memchr::memmem::find(waiting, MAGIC) else {
                if self.ended {
                    self.next = self.kept.len();
                    self.member = self.first + self.next as u64;
                    return Ok(false);
                }
                self.next += waiting.len() + 1 - MAGIC.len();
                continue;
            };
            self.next += at;
            self.have(GLANCE)?;
            if holds_record(&self.kept[self.next..]) {
                self.member = self.first + self.next as u64;
                self.begin();
                return Ok(true);
            }
            self.next += 1;
        }
    }

    /// Inflates into `out`; 0 at the member's end.
    pub(super) fn inflate_into(&mut self, out: &mut [u8]) -> Result<usize, Fault> {
        while self.within {
            self.have(1)?;
            let input = &self.kept[self.next..];
            let (is_last, before) = (input.is_empty(), (self.inflate.total_in(), self.inflate.total_out()));
            let status = self.inflate.decompress(input, out, FlushDecompress::None);
            self.next += (self.inflate.total_in() - before.0) as usize;
            let len = (self.inflate.total_out() - before.1) as usize;
            match status {
                Err(error) => return Err(broken(&error.to_string())),
                Ok(Status::StreamEnd) => self.within = false,
                Ok(_) if len == 0 && is_last => return Err(broken("the file ends within a gzip member")),
                Ok(_) => {}
            }
            if len > 0 {
                return Ok(len);
            }
        }
        Ok(0)
    }

    fn begin(&mut self) {
        self.inflate = Decompress::new_gzip(15);
        self.within = true;
    }

    /// Reads until `len` bytes wait to be inflated, or the file ends.
    fn have(&mut self, len: usize) -> Result<(), Fault> {
        while self.kept.len() < self.next + len && !self.ended {
            let member = usize::try_from(self.member.saturating_sub(self.first)).unwrap_or(usize::MAX);
            let done = member.max(self.next.saturating_sub(KEPT)).min(self.next);
            // Moved seldom, the bytes that stay are moved about once.
            if done > 2 * KEPT {
                self.kept.drain(..done);
                self.first += done as u64;
                self.next -= done;
            }
            let read = self.raw.by_ref().take(BLOCK as u64).read_to_end(&mut self.kept);
            // What cannot be read is asked for once.
            self.ended = read.as_ref().map_or(true, |len| *len < BLOCK);
            read.map_err(|error| super::unreadable(&error))?;
        }
        Ok(())
    }
}

fn broken(detail: &str) -> Fault {
    (RejectReason::BrokenCompression, detail.to_owned())
}

/// Whether a gzip member begins here that begins with a record.
pub(super) fn holds_record(bytes: &[u8]) -> bool {
    // Of a header, only these bits and bytes have few values.
    let plausible = matches!(bytes, [0x1f, 0x8b, 8, flags, _, _, _, _, 0 | 2 | 4, ..] if flags & 0xe0 == 0);
    if !plausible {
        return false;
    }
    let mut begin = [0; super::BEGIN.len()];
    let mut inflate = Decompress::new_gzip(15);
    let glance = &bytes[..bytes.len().min(GLANCE)];
    // A fault behind the first bytes is told when they are read.
    inflate.decompress(glance, &mut begin, FlushDecompress::None).ok();
    begin == super::BEGIN
}
