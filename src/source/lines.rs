//! JSON lines that must be read in order, since they are long or compressed: cut at line ends, a line that is too long gone
//! past.

use super::Format;
use super::chunk::{Chunk, Item, Reading, Room};
use super::feed::{broken, too_large};
use super::position::Place;
use super::stream::Stream;
use super::walk::Origin;
use std::io::{self, BufRead};
use std::sync::Arc;

/// A JSONL stream that is being cut at line ends.
pub(super) struct Lines {
    stream: Box<Stream<'static>>,
    origin: Arc<Origin>,
    /// The number of the next line, and the byte of the stream at which it begins.
    line: u64,
    at: u64,
    /// What was read behind the lines that were handed out.
    begun: Vec<u8>,
    /// How the stream ended, once it did.
    ended: Option<io::Result<()>>,
}

impl Reading for Lines {
    fn cut_into(&mut self, chunk: &mut Chunk, room: Room, max_page: usize) -> Option<()> {
        /// Less than this is not worth a turn.
        const LEAST: usize = 4 << 10;
        let Room { bytes: room, limit } = room;
        let mut bytes = std::mem::take(&mut self.begun);
        bytes.reserve(room.saturating_sub(bytes.len()));
        let mut whole = memchr::memrchr(b'\n', &bytes).map_or(0, |last| last + 1);
        while self.ended.is_none() && (whole == 0 || bytes.len() < room) {
            if whole == 0 && bytes.len() > max_page {
                return self.skip_line(chunk, bytes.len(), max_page);
            }
            match self.stream.fill_buf() {
                Ok([]) => self.ended = Some(Ok(())),
                Ok(part) => {
                    let len = part.len().min(room.saturating_sub(bytes.len()).max(LEAST));
                    if let Some(last) = memchr::memrchr(b'\n', &part[..len]) {
                        whole = bytes.len() + last + 1;
                    }
                    bytes.extend_from_slice(&part[..len]);
                    self.stream.consume(len);
                }
                Err(error) => self.ended = Some(Err(error)),
            }
        }
        match &self.ended {
            // The last line of a stream needs no end.
            Some(Ok(())) => whole = bytes.len(),
            // A line that the fault cut off is no page of its own: the reject below stands for it.
            Some(Err(_)) => bytes.truncate(whole),
            None => {}
        }
        // The section ends with the line with which it is full, however much was read.
        if whole > limit {
            whole = memchr::memchr(b'\n', &bytes[limit - 1..whole]).map_or(whole, |end| limit + end);
        }
        self.begun = chunk.spares.take();
        self.begun.extend_from_slice(&bytes[whole..]);
        bytes.truncate(whole);
        self.push(bytes, chunk);
        // How the stream ended is told in the next section, whether it is known by now or not.
        if !self.begun.is_empty() || whole >= limit {
            return Some(());
        }
        let ended = self.ended.take();
        self.goes_on(ended, chunk)
    }

    fn place(&self) -> Place {
        Place { at: self.at, line: self.line }
    }

    fn skip_to(&mut self, place: Place) -> io::Result<()> {
        let mut left = place.at;
        while left > 0 {
            let len = self.stream.fill_buf()?.len();
            if len == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let len = usize::try_from(left).unwrap_or(usize::MAX).min(len);
            self.stream.consume(len);
            left -= len as u64;
        }
        (self.at, self.line) = (place.at, place.line);
        Ok(())
    }
}

impl Lines {
    pub(super) fn new(stream: Box<Stream<'static>>, origin: Origin) -> Self {
        Self::beginning_at(stream, origin, 1)
    }

    /// The lines of a file from that number on.
    pub(super) fn beginning_at(stream: Box<Stream<'static>>, origin: Origin, line: u64) -> Self {
        Self { stream, origin: Arc::new(origin), line, at: 0, begun: Vec::new(), ended: None }
    }

    fn push(&mut self, bytes: Vec<u8>, chunk: &mut Chunk) {
        if bytes.is_empty() {
            return;
        }
        let (first, len) = (self.line, bytes.len());
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        self.at += len as u64;
        let recoded = self.stream.recoded();
        chunk.push(Item::Lines { origin: Arc::clone(&self.origin), first, bytes, recoded }, len);
    }

    /// Whether there is more, by how the stream ended, if it has. A fault is told.
    fn goes_on(&self, ended: Option<io::Result<()>>, chunk: &mut Chunk) -> Option<()> {
        let Some(ended) = ended else { return Some(()) };
        if let Err(error) = ended {
            let reject = broken(&self.stream, &error, self.origin.within(':', self.line));
            chunk.reject(Format::Jsonl, reject);
        }
        None
    }

    /// Rejects a line that is too long, of which so much was read, and reads on behind it without holding it. It counts with
    /// its whole length, as it does where it is read whole; and where a fault cuts it off it is none, as there.
    fn skip_line(&mut self, chunk: &mut Chunk, begun: usize, max_page: usize) -> Option<()> {
        let mut long = begun;
        let end = loop {
            match self.stream.fill_buf() {
                Ok([]) => break Some(Ok(())),
                Ok(part) => {
                    let end = memchr::memchr(b'\n', part).map(|end| end + 1);
                    let len = end.unwrap_or(part.len());
                    self.stream.consume(len);
                    long = long.saturating_add(len);
                    if end.is_some() {
                        break None;
                    }
                }
                Err(error) => break Some(Err(error)),
            }
        };
        if !matches!(end, Some(Err(_))) {
            let reject = too_large(self.origin.within(':', self.line), "line", max_page);
            self.line += 1;
            self.at += long as u64;
            chunk.push(Item::Reject { format: Format::Jsonl, reject }, long);
        }
        self.goes_on(end, chunk)
    }
}
