//! JSON lines that must be read in order, since they are long or compressed: cut at line ends, a line that is too long gone
//! past.

use super::Format;
use super::feed::{Chunk, Item, Reading, broken, too_large};
use super::stream::Stream;
use super::walk::Origin;
use std::io::BufRead;
use std::sync::Arc;

/// A JSONL stream that is being cut at line ends.
pub(super) struct Lines {
    stream: Box<Stream<'static>>,
    origin: Arc<Origin>,
    /// The number of the next line.
    line: u64,
    /// The begin of a line whose end was not read yet.
    begun: Vec<u8>,
}

impl Reading for Lines {
    fn cut_into(&mut self, chunk: &mut Chunk, room: usize, max_page: usize) -> Option<()> {
        /// Less than this is not worth a turn.
        const LEAST: usize = 4 << 10;
        let mut bytes = std::mem::take(&mut self.begun);
        bytes.reserve(room.saturating_sub(bytes.len()));
        let mut whole = 0;
        let end = loop {
            if whole > 0 && bytes.len() >= room {
                break None;
            }
            if whole == 0 && bytes.len() > max_page {
                return self.skip_line(chunk, max_page);
            }
            match self.stream.fill_buf() {
                Ok([]) => break Some(Ok(())),
                Ok(part) => {
                    let len = part.len().min(room.saturating_sub(bytes.len()).max(LEAST));
                    if let Some(last) = memchr::memrchr(b'\n', &part[..len]) {
                        whole = bytes.len() + last + 1;
                    }
                    bytes.extend_from_slice(&part[..len]);
                    self.stream.consume(len);
                }
                Err(error) => break Some(Err(error)),
            }
        };
        match end {
            None => self.begun = bytes.split_off(whole),
            Some(Ok(())) => {}
            // A line that the fault cut off is no page of its own: the reject below stands for it.
            Some(Err(_)) => bytes.truncate(whole),
        }
        self.push(bytes, chunk);
        match end {
            None => Some(()),
            Some(Ok(())) => None,
            Some(Err(error)) => {
                let reject = broken(&self.stream, &error, self.origin.within(':', self.line));
                chunk.reject(Format::Jsonl, reject);
                None
            }
        }
    }
}

impl Lines {
    pub(super) fn new(stream: Box<Stream<'static>>, origin: Origin) -> Self {
        Self::beginning_at(stream, origin, 1)
    }

    /// The lines of a file from that number on.
    pub(super) fn beginning_at(stream: Box<Stream<'static>>, origin: Origin, line: u64) -> Self {
        Self { stream, origin: Arc::new(origin), line, begun: Vec::new() }
    }

    fn push(&mut self, bytes: Vec<u8>, chunk: &mut Chunk) {
        if bytes.is_empty() {
            return;
        }
        let (first, len) = (self.line, bytes.len());
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        let recoded = self.stream.recoded();
        chunk.push(Item::Lines { origin: Arc::clone(&self.origin), first, bytes, recoded }, len);
    }

    /// Rejects a line that is too long, and reads on behind it without holding it.
    fn skip_line(&mut self, chunk: &mut Chunk, max_page: usize) -> Option<()> {
        let reject = too_large(self.origin.within(':', self.line), "line", max_page);
        chunk.reject(Format::Jsonl, reject);
        self.line += 1;
        loop {
            match self.stream.fill_buf() {
                Ok([]) => return None,
                Ok(part) => match memchr::memchr(b'\n', part) {
                    Some(end) => {
                        self.stream.consume(end + 1);
                        return Some(());
                    }
                    None => {
                        let len = part.len();
                        self.stream.consume(len);
                    }
                },
                Err(error) => {
                    let reject = broken(&self.stream, &error, self.origin.within(':', self.line));
                    chunk.reject(Format::Jsonl, reject);
                    return None;
                }
            }
        }
    }
}
