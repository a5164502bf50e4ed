//! The reading side of a run: walks the inputs and cuts them into chunks of a bounded size, at borders of pages. It
//! reads as little as it can: small files and plain texts are only named, and whoever turns the chunk into pages reads
//! them. What must be read in order, compressed streams and long JSONL files, is read here.
//!
//! How a page is read never depends on the size of the chunks, so neither does what comes out.

use super::inputs::Inputs;
use super::packing::{FREE_EXPANSION, MAX_RATIO, Meter};
use super::stream::{Content, Stream};
use super::walk::{self, File, Found, Origin, unreadable};
use crate::model::{Reject, RejectReason};
use std::fs;
use std::io::{self, BufRead};
use std::sync::Arc;

/// Files up to this size are not looked at here at all: 64 KiB. A compressed one cannot grow beyond the
/// expansion that every file is allowed.
pub(super) const SMALL: u64 = FREE_EXPANSION / MAX_RATIO;

/// What a named file adds to a chunk beside its size, so that a million empty files are not one chunk.
const FILE_OVERHEAD: usize = 512;

/// Pages of about the asked size, not yet decoded.
#[derive(Debug, Default)]
pub struct Chunk {
    pub(super) items: Vec<Item>,
    bytes: usize,
}

/// A part of a chunk.
#[derive(Debug)]
pub(super) enum Item {
    /// A file that is still to be read.
    File(File),
    /// The bytes of one page, HTML if its `name` says so; `recoded` names the encoding that they were in before.
    Page { origin: Origin, name: String, bytes: Vec<u8>, recoded: Option<&'static str> },
    /// Whole lines of a JSONL file; `first` is the number of the first, from 1.
    Lines { origin: Arc<Origin>, first: u64, bytes: Vec<u8>, recoded: Option<&'static str> },
    /// A page that failed already.
    Reject(Reject),
}

impl Chunk {
    fn push(&mut self, item: Item, bytes: usize) {
        self.items.push(item);
        self.bytes += bytes;
    }
}

/// Cuts [`Inputs`] into chunks, in their order.
pub struct Feed<'a> {
    inputs: &'a Inputs,
    files: Box<dyn Iterator<Item = Found> + 'a>,
    lines: Option<Lines>,
    chunk_bytes: usize,
    meter: Meter,
    passed_by: u64,
}

impl Inputs {
    /// Starts reading: chunks of about `chunk_bytes` bytes, but never less than a page.
    pub fn feed(&self, chunk_bytes: usize, meter: Meter) -> Feed<'_> {
        Feed {
            inputs: self,
            files: Box::new(walk::files(&self.roots, &self.filter)),
            lines: None,
            chunk_bytes,
            meter,
            passed_by: 0,
        }
    }

    /// How many files a walk over all inputs passes by, when it meets nothing else: then there is nothing to read.
    pub fn nothing_to_read(&self) -> Option<u64> {
        let passed = |found| matches!(found, Found::Other).then_some(());
        walk::files(&self.roots, &self.filter).try_fold(0, |sum, found| passed(found).map(|()| sum + 1))
    }

    /// The bytes to read, as stored, found by a walk over all inputs; `None` when some come from a pipe.
    pub fn size(&self) -> Option<u64> {
        walk::files(&self.roots, &self.filter).try_fold(0, |sum, found| match found {
            Found::File(file) => file.size.map(|size| sum + size),
            Found::Stdin => None,
            Found::Other | Found::Reject(_) => Some(sum),
        })
    }
}

impl Feed<'_> {
    /// Files met in folders and not read: of another kind, left out, or special.
    pub fn passed_by(&self) -> u64 {
        self.passed_by
    }

    fn take(&mut self, found: Found, chunk: &mut Chunk) {
        match found {
            Found::Other => self.passed_by += 1,
            Found::Reject(reject) => chunk.push(Item::Reject(reject), FILE_OVERHEAD),
            Found::Stdin => {
                let origin = Origin { id: "stdin".to_owned(), source: "-".to_owned() };
                self.open(Stream::open(io::stdin(), self.meter.clone()), origin, "-", chunk);
            }
            Found::File(file) if file.size.is_some_and(|size| size <= SMALL) => name_file(file, chunk),
            Found::File(file) => self.look_into(file, chunk),
        }
    }

    /// Opens a larger file: a plain text is named for later, anything else is read from here on.
    fn look_into(&mut self, file: File, chunk: &mut Chunk) {
        let name = file.path.to_string_lossy().into_owned();
        let mut stream = fs::File::open(&file.path).and_then(|raw| Stream::open(raw, self.meter.clone()));
        if let (Some(size), Ok(stream)) = (file.size, &mut stream)
            && !stream.is_packed()
            && self.is_page(stream, &name)
        {
            self.meter.take_back(stream.stored());
            if size > self.inputs.max_page as u64 {
                let reject = too_large(file.origin, "page", self.inputs.max_page);
                chunk.push(Item::Reject(reject), FILE_OVERHEAD);
            } else {
                name_file(file, chunk);
            }
        } else {
            self.open(stream, file.origin, &name, chunk);
        }
    }

    fn is_page(&self, stream: &mut Stream<'_>, name: &str) -> bool {
        stream.content(name, &self.inputs.fields, self.inputs.max_page) == Content::Page
    }

    /// Reads the one page of a stream, or begins to read its lines.
    fn open(&mut self, stream: io::Result<Stream<'static>>, origin: Origin, name: &str, chunk: &mut Chunk) {
        let mut stream = match stream {
            Ok(stream) => stream,
            Err(error) => {
                return chunk.push(Item::Reject(unreadable(origin, error.to_string())), FILE_OVERHEAD);
            }
        };
        if !self.is_page(&mut stream, name) {
            self.lines = Some(Lines::new(stream, origin));
            return;
        }
        match read_page(&mut stream, origin, self.inputs.max_page) {
            Ok((origin, bytes)) => {
                let len = bytes.len();
                let recoded = stream.recoded();
                let name = name.to_owned();
                chunk.push(Item::Page { origin, name, bytes, recoded }, len + FILE_OVERHEAD);
            }
            Err(reject) => chunk.push(Item::Reject(reject), FILE_OVERHEAD),
        }
    }
}

impl Iterator for Feed<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let mut chunk = Chunk::default();
        while chunk.bytes < self.chunk_bytes {
            if let Some(lines) = &mut self.lines {
                let room = self.chunk_bytes - chunk.bytes;
                if lines.cut_into(&mut chunk, room, self.inputs.max_page).is_none() {
                    self.lines = None;
                }
            } else if let Some(found) = self.files.next() {
                self.take(found, &mut chunk);
            } else {
                break;
            }
        }
        (!chunk.items.is_empty()).then_some(chunk)
    }
}

fn name_file(file: File, chunk: &mut Chunk) {
    let bytes = usize::try_from(file.size.unwrap_or(0)).unwrap_or(usize::MAX / 2);
    chunk.push(Item::File(file), bytes + FILE_OVERHEAD);
}

pub(super) fn too_large(origin: Origin, what: &str, max_page: usize) -> Reject {
    Reject {
        id: origin.id,
        source: origin.source,
        reason: RejectReason::TooLarge,
        detail: format!("the {what} has more than {max_page} bytes"),
    }
}

fn read_page(stream: &mut Stream<'_>, origin: Origin, max_page: usize) -> Result<(Origin, Vec<u8>), Reject> {
    let mut bytes = Vec::new();
    loop {
        match stream.fill_buf() {
            Ok([]) => return Ok((origin, bytes)),
            Ok(part) => {
                let len = part.len();
                bytes.extend_from_slice(part);
                stream.consume(len);
            }
            Err(error) => return Err(broken(stream, &error, origin)),
        }
        if bytes.len() > max_page {
            return Err(too_large(origin, "page", max_page));
        }
    }
}

pub(super) fn broken(stream: &Stream<'_>, error: &io::Error, origin: Origin) -> Reject {
    let (reason, detail) = stream.reason(error);
    Reject { id: origin.id, source: origin.source, reason, detail }
}

/// A JSONL stream that is being cut at line ends.
pub(super) struct Lines {
    stream: Stream<'static>,
    origin: Arc<Origin>,
    /// The number of the next line.
    line: u64,
    /// The begin of a line whose end was not read yet.
    begun: Vec<u8>,
}

impl Lines {
    fn new(stream: Stream<'static>, origin: Origin) -> Self {
        Self { stream, origin: Arc::new(origin), line: 1, begun: Vec::new() }
    }

    /// Adds about `room` bytes of whole lines; `None` once the stream is at its end.
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
                let reject = broken(&self.stream, &error, record(&self.origin, self.line));
                chunk.push(Item::Reject(reject), FILE_OVERHEAD);
                None
            }
        }
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
        let reject = too_large(record(&self.origin, self.line), "line", max_page);
        chunk.push(Item::Reject(reject), FILE_OVERHEAD);
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
                    let reject = broken(&self.stream, &error, record(&self.origin, self.line));
                    chunk.push(Item::Reject(reject), FILE_OVERHEAD);
                    return None;
                }
            }
        }
    }
}

/// The origin of one record of a JSONL file.
pub(super) fn record(origin: &Origin, line: u64) -> Origin {
    Origin { id: format!("{}:{line}", origin.id), source: format!("{}:{line}", origin.source) }
}
