//! The reading side of a run: walks the inputs and cuts them into chunks of a bounded size, at borders of pages. It
//! reads as little as it can: small files and plain texts are only named, and whoever turns the chunk into pages reads
//! them. What must be read in order, compressed streams and long files of records, is read here.
//!
//! How a page is read never depends on the size of the chunks, so neither does what comes out. Whatever their size, chunks
//! end where a *section* ends: after about so many bytes of the inputs, at a place that hangs on the inputs alone. There
//! outputs may end a frame, and there a run can be taken up again.

use super::Format;
use super::archive::Archive;
use super::chunk::{Chunk, FILE_OVERHEAD, Item, Reading, Room};
use super::elements::Document;
use super::inputs::Inputs;
use super::lines::Lines;
use super::names::format_of;
use super::packing::{FREE_EXPANSION, MAX_RATIO, Meter};
use super::position::Position;
use super::shard::{Part, Share};
use super::spares::Spares;
use super::stream::{self, Opened, Stream};
use super::table::{self, Table};
use super::walk::{self, File, Found, Origin, unreadable};
use crate::model::{Reject, RejectReason};
use std::fs;
use std::io::{self, BufRead};

/// Files up to this size are not looked at here at all: 64 KiB. A compressed one cannot grow beyond the
/// expansion that every file is allowed, unless a larger ratio was asked for.
pub(super) const SMALL: u64 = FREE_EXPANSION / MAX_RATIO;

/// Cuts [`Inputs`] into chunks, in their order.
pub struct Feed<'a> {
    inputs: &'a Inputs,
    files: Box<dyn Iterator<Item = Found> + 'a>,
    reading: Option<Box<dyn Reading + 'a>>,
    chunk_bytes: usize,
    meter: Meter,
    passed_by: u64,
    /// Files that were begun, and bytes that had been read when the last was.
    begun: u64,
    before: u64,
    section: usize,
    /// Bytes of the open section.
    filled: usize,
    /// What is read, when it is not all.
    share: Option<Share>,
    spares: Spares,
}

impl Inputs {
    /// Starts reading: chunks of about `chunk_bytes` bytes, but never less than a page.
    pub fn feed(&self, chunk_bytes: usize, meter: Meter) -> Feed<'_> {
        Feed {
            inputs: self,
            files: Box::new(walk::files(&self.roots, &self.filter)),
            reading: None,
            chunk_bytes,
            meter,
            passed_by: 0,
            begun: 0,
            before: 0,
            section: usize::MAX,
            filled: 0,
            share: self.share(),
            spares: Spares::default(),
        }
    }

    /// How many files a walk over all inputs passes by, when it meets nothing else: then there is nothing to read.
    pub fn nothing_to_read(&self) -> Option<u64> {
        let passed = |found| matches!(found, Found::Other).then_some(());
        walk::files(&self.roots, &self.filter).try_fold(0, |sum, found| passed(found).map(|()| sum + 1))
    }

    /// The bytes of all inputs, as stored; `None` when some come from a pipe.
    pub(super) fn size_of_all(&self) -> Option<u64> {
        walk::files(&self.roots, &self.filter).try_fold(0, |sum, found| match found {
            Found::File(file) => file.size.map(|size| sum + size),
            Found::Stdin => None,
            Found::Other | Found::Reject(_) => Some(sum),
        })
    }
}

impl Feed<'_> {
    /// A section ends with the page with which it has about so many bytes.
    ///
    /// By default all is one section.
    pub fn section(&mut self, bytes: usize) -> &mut Self {
        self.section = bytes.max(1);
        self
    }

    /// Memory that chunks are read into, for others to use and to give back.
    pub fn spares(&self) -> &Spares {
        &self.spares
    }

    /// Goes on at the end of a section of an earlier run over the same inputs. What is passed by is counted, and a file that
    /// was begun is read again up to there.
    ///
    /// # Errors
    ///
    /// When the inputs end before that place.
    pub fn skip_to(&mut self, position: Position) -> io::Result<()> {
        let shorter = || io::Error::new(io::ErrorKind::UnexpectedEof, "the inputs end before it");
        while self.begun < position.files {
            let found = self.files.next().ok_or_else(shorter)?;
            if let Some(share) = &mut self.share {
                share.part_of(&found);
            }
            match found {
                Found::Other => self.passed_by += 1,
                _ => self.begun += 1,
            }
        }
        self.meter.add(position.read);
        let Some(place) = position.within else { return Ok(()) };
        let mut nothing = Chunk::default();
        while self.begun == position.files {
            let found = self.files.next().ok_or_else(shorter)?;
            self.take(found, &mut nothing);
        }
        let reading = self.reading.as_mut().filter(|_| nothing.items.is_empty()).ok_or_else(shorter)?;
        reading.skip_to(place)
    }

    /// Where reading goes on.
    fn whereabouts(&self) -> Position {
        match &self.reading {
            Some(reading) => {
                Position { files: self.begun - 1, read: self.before, within: Some(reading.place()) }
            }
            None => Position { files: self.begun, read: self.meter.bytes(), within: None },
        }
    }

    /// Files met in folders and not read: of another kind, left out, or special.
    pub fn passed_by(&self) -> u64 {
        self.passed_by
    }

    fn take(&mut self, found: Found, chunk: &mut Chunk) {
        self.begun += u64::from(!matches!(found, Found::Other));
        self.before = self.meter.bytes();
        let part = self.share.as_mut().map(|share| share.part_of(&found)).filter(|part| !part.is_whole());
        if let Some(part) = part {
            match found {
                Found::File(file) => return self.take_part(file, &part, chunk),
                _ if !part.begins => return,
                _ => {}
            }
        }
        match found {
            Found::Other => self.passed_by += 1,
            Found::Reject(reject) => chunk.reject(named_format(&reject.source), reject),
            Found::Stdin => {
                let origin = Origin { id: "stdin".to_owned(), source: "-".to_owned() };
                let opened = stream::open(io::stdin(), "-", self.inputs.expansion, self.meter.clone());
                self.read(opened, origin, "-", chunk);
            }
            Found::File(file) => self.take_whole(file, chunk),
        }
    }

    /// Takes the part of a file that this run reads: lines, elements and rows that begin in it, or else all of a file that does.
    fn take_part(&mut self, file: File, part: &Part, chunk: &mut Chunk) {
        if file.size.is_some_and(|size| size > SMALL) && !part.bytes.is_empty() {
            let name = file.path.to_string_lossy().into_owned();
            let raw = fs::File::open(&file.path);
            match raw.and_then(|raw| stream::open(raw, &name, self.inputs.expansion, Meter::default())) {
                Ok(Opened::Table) => return self.table(file, Some(part), chunk),
                Ok(Opened::Stream(mut stream)) => {
                    let is_plain = !stream.is_packed() && stream.recoded().is_none();
                    if is_plain
                        && let format @ (Format::Jsonl | Format::Json) = self.format(&mut stream, &name)
                    {
                        return self.part_of_records(file, format, part, chunk);
                    }
                }
                Ok(Opened::Archive(..)) | Err(_) => {}
            }
        }
        if part.begins {
            self.take_whole(file, chunk);
        }
    }

    fn part_of_records(&mut self, file: File, format: Format, part: &Part, chunk: &mut Chunk) {
        let origin = file.origin.clone();
        let meter = self.meter.clone();
        let reading = if format == Format::Jsonl {
            part.lines(file, meter).map(|lines| lines.map(|lines| Box::new(lines) as Box<dyn Reading>))
        } else {
            part.elements(file, meter).map(|document| Some(Box::new(document) as Box<dyn Reading>))
        };
        match reading {
            Ok(reading) => self.reading = reading,
            Err(_) if !part.begins => {}
            Err(error) => chunk.reject(format, unreadable(origin, error.to_string())),
        }
    }

    fn take_whole(&mut self, file: File, chunk: &mut Chunk) {
        // What is only named is expanded in memory.
        let small = FREE_EXPANSION / self.inputs.expansion.ratio.max(MAX_RATIO);
        if file.size.is_some_and(|size| size <= small) {
            name_file(file, chunk);
        } else {
            self.look_into(file, chunk);
        }
    }

    /// Opens a larger file: a plain text is named for later, anything else is read from here on.
    fn look_into(&mut self, file: File, chunk: &mut Chunk) {
        let name = file.path.to_string_lossy().into_owned();
        let raw = file.open();
        let mut opened =
            raw.and_then(|raw| stream::open(raw, &name, self.inputs.expansion, self.meter.clone()));
        if let (Some(size), Ok(Opened::Stream(stream))) = (file.size, &mut opened)
            && !stream.is_packed()
            && let format = self.format(stream, &name)
            && format.is_page()
        {
            self.meter.take_back(stream.stored());
            if size > self.inputs.max_page as u64 {
                chunk.reject(format, too_large(file.origin, "page", self.inputs.max_page));
            } else {
                name_file(file, chunk);
            }
        } else if matches!(opened, Ok(Opened::Table)) {
            self.table(file, None, chunk);
        } else {
            self.read(opened, file.origin, &name, chunk);
        }
    }

    fn table(&mut self, file: File, part: Option<&Part>, chunk: &mut Chunk) {
        match Table::open(&file.path, file.origin) {
            Ok(table) => {
                self.reading = Some(Box::new(table::cut(table, part.cloned(), self.meter.clone())));
            }
            // A table that cannot be opened is one reject, of the run that it begins in.
            Err(_) if part.is_some_and(|part| !part.begins) => {}
            Err(reject) => chunk.reject(Format::Parquet, reject),
        }
    }

    fn format(&self, stream: &mut Stream<'_>, name: &str) -> Format {
        stream.content(name, &self.inputs.fields, self.inputs.max_page)
    }

    /// Reads the one page of an open input, or begins to read its many.
    fn read(&mut self, opened: io::Result<Opened<'static>>, origin: Origin, name: &str, chunk: &mut Chunk) {
        let mut stream = match opened {
            Ok(Opened::Stream(stream)) => stream,
            Ok(Opened::Archive(format, raw)) => return self.archive(raw, origin, format),
            Ok(Opened::Table) => return chunk.reject(Format::Parquet, unpiped(origin)),
            Err(error) => return chunk.reject(named_format(name), unreadable(origin, error.to_string())),
        };
        match self.format(&mut stream, name) {
            Format::Jsonl => self.reading = Some(Box::new(Lines::new(stream, origin))),
            Format::Json => self.reading = Some(Box::new(Document::new(stream, origin))),
            format @ (Format::Warc | Format::Wet) => self.archive(stream, origin, format),
            Format::Parquet => chunk.reject(Format::Parquet, unpiped(origin)),
            format => match read_page(&mut stream, origin, self.inputs.max_page) {
                Ok((origin, bytes)) => {
                    let len = bytes.len();
                    let recoded = stream.recoded();
                    let name = name.to_owned();
                    chunk.push(Item::Page { origin, name, bytes, recoded }, len + FILE_OVERHEAD);
                }
                Err(reject) => chunk.reject(format, reject),
            },
        }
    }

    fn archive(&mut self, raw: Box<dyn io::Read + Send>, origin: Origin, format: Format) {
        self.reading = Some(Box::new(Archive::new(raw, origin, format, self.inputs.max_page)));
    }
}

impl Iterator for Feed<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let mut chunk = Chunk { spares: self.spares.clone(), ..Chunk::default() };
        while chunk.bytes < self.chunk_bytes.min(self.section - self.filled) {
            if let Some(reading) = &mut self.reading {
                let limit = self.section - self.filled - chunk.bytes;
                let room = Room { bytes: limit.min(self.chunk_bytes - chunk.bytes), limit };
                if reading.cut_into(&mut chunk, room, self.inputs.max_page).is_none() {
                    self.reading = None;
                }
            } else if let Some(found) = self.files.next() {
                self.take(found, &mut chunk);
            } else {
                break;
            }
        }
        self.filled = self.filled.saturating_add(chunk.bytes);
        if self.filled >= self.section {
            chunk.ends_section = true;
            self.filled = 0;
        }
        chunk.end = self.whereabouts();
        (!chunk.items.is_empty()).then_some(chunk)
    }
}

/// What a name says, to count what cannot be looked at.
fn named_format(name: &str) -> Format {
    format_of(name).unwrap_or(Format::Text)
}

fn name_file(file: File, chunk: &mut Chunk) {
    let bytes = usize::try_from(file.size.unwrap_or(0)).unwrap_or(usize::MAX / 2);
    chunk.push(Item::File(file), bytes + FILE_OVERHEAD);
}

pub(super) fn too_large(origin: Origin, what: &str, max_page: usize) -> Reject {
    origin.reject(RejectReason::TooLarge, format!("the {what} has more than {max_page} bytes"))
}

/// A table cannot be read as a stream.
pub(super) fn unpiped(origin: Origin) -> Reject {
    let detail = "a Parquet file is read from its end: name it, expanded, instead of piping it";
    origin.reject(RejectReason::BrokenTable, detail)
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
    origin.reject(reason, detail)
}
