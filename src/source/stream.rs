//! Open inputs as streams of plain bytes: compression told by its magic number, not by the name, and undone within
//! limits; UTF-16 told by its mark, and turned into UTF-8, since its lines cannot be cut. Looks ahead no further than it
//! needs to tell what it holds.

use super::begun::Begun;
use super::content::{format_of_whole, tell};
use super::jsonl::Fields;
use super::packing::{Counted, Expander, Expansion, LimitReached, Meter, Packing, Stored};
use super::recode::Recoder;
use super::{Format, names, warc};
use crate::model::RejectReason;
use std::io::{self, BufRead, BufReader, Read};

const BUFFER: usize = 64 << 10;
/// What a Parquet file begins with.
const TABLE_MARK: &[u8] = b"PAR1";
/// No mark of what is stored, a record's version among them, is longer; nor is one of UTF-16, or of UTF-32 that begins alike.
const LONGEST_MARK: usize = 16;
const LONGEST_TEXT_MARK: usize = 4;

/// An open input.
pub(super) enum Opened<'a> {
    /// Plain bytes, whatever they were before.
    Stream(Box<Stream<'a>>),
    /// An archive as it is stored, since its members are read one by one.
    Archive(Format, Box<dyn Read + Send + 'a>),
    /// A table, which is read from its end.
    Table,
}

/// Opens `raw` as what its first bytes or else its name say; `meter` counts its bytes as stored.
pub(super) fn open<'a>(
    raw: impl Read + Send + 'a,
    name: &str,
    limit: Expansion,
    meter: Meter,
) -> io::Result<Opened<'a>> {
    let raw = looked_at(raw, meter)?;
    Ok(match format_of_stored(raw.begin(), name) {
        Some(Format::Parquet) => Opened::Table,
        Some(format) => Opened::Archive(format, Box::new(BufReader::with_capacity(BUFFER, raw))),
        None => Opened::Stream(Box::new(Stream::of(raw, limit)?)),
    })
}

/// Waits for all of the begin that may tell what is stored: of a gzip member so much as tells whether it holds a record.
fn looked_at<'a>(raw: impl Read + Send + 'a, meter: Meter) -> io::Result<Begun<Counted<'a>>> {
    let is_enough = |begin: &[u8]| {
        let is_gzip = Packing::of(begin) == Packing::Gzip;
        begin.len() >= if is_gzip { warc::GLANCE } else { LONGEST_MARK }
    };
    Begun::new(Counted::new(raw, meter), is_enough).if_readable()
}

/// Tables and archives, told by what is stored; anything else must be expanded before it is told.
pub(super) fn format_of_stored(begin: &[u8], name: &str) -> Option<Format> {
    let named = names::format_of(name);
    if begin.starts_with(TABLE_MARK) {
        return Some(Format::Parquet);
    }
    match Packing::of(begin) {
        Packing::Zstd => None,
        _ if warc::begins(begin) => named.filter(|&named| named == Format::Wet).or(Some(Format::Warc)),
        _ => named.filter(|named| matches!(named, Format::Warc | Format::Wet | Format::Parquet)),
    }
}

/// A file or stdin, its compression undone.
pub(super) struct Stream<'a> {
    inner: Inner<'a>,
    recoder: Option<Recoder>,
    /// Bytes that were looked at ahead, and how many of them are consumed.
    ahead: Vec<u8>,
    consumed: usize,
    /// What was met behind them; a decoder may take a fault that it has told for its end.
    fault: Option<io::Error>,
}

enum Inner<'a> {
    Plain(Stored<'a>),
    Expanded(BufReader<Begun<Expander<'a>>>),
}

impl<'a> Stream<'a> {
    /// The stream of `raw`; `meter` counts its bytes as stored.
    pub(super) fn open(raw: impl Read + Send + 'a, limit: Expansion, meter: Meter) -> io::Result<Self> {
        Self::of(looked_at(raw, meter)?, limit)
    }

    fn of(raw: Begun<Counted<'a>>, limit: Expansion) -> io::Result<Self> {
        let packing = Packing::of(raw.begin());
        let recoder = Recoder::for_mark(raw.begin());
        let raw = BufReader::with_capacity(BUFFER, raw);
        let expander = match packing {
            Packing::None => return Ok(Self::unread(Inner::Plain(raw), recoder)),
            Packing::Gzip => Expander::gzip(raw, limit),
            Packing::Zstd => Expander::zstd(raw, limit)?,
        };
        let expanded = Begun::new(expander, |begin| begin.len() >= LONGEST_TEXT_MARK);
        let recoder = Recoder::for_mark(expanded.begin());
        Ok(Self::unread(Inner::Expanded(BufReader::with_capacity(BUFFER, expanded)), recoder))
    }

    fn unread(inner: Inner<'a>, recoder: Option<Recoder>) -> Self {
        Self { inner, recoder, ahead: Vec::new(), consumed: 0, fault: None }
    }

    /// A part of a stream whose beginning was seen: neither compressed nor to be recoded.
    pub(super) fn plain(raw: impl Read + Send + 'a, meter: Meter) -> Self {
        let raw = Begun::unseen(Counted::new(raw, meter));
        Self::unread(Inner::Plain(BufReader::with_capacity(BUFFER, raw)), None)
    }

    /// The encoding that was turned into UTF-8, in lower case.
    pub(super) fn recoded(&self) -> Option<&'static str> {
        self.recoder.as_ref().map(|recoder| recoder.name)
    }

    /// Whether the stream is compressed.
    pub(super) fn is_packed(&self) -> bool {
        matches!(self.inner, Inner::Expanded(_))
    }

    /// Bytes read so far, as stored.
    pub(super) fn stored(&self) -> u64 {
        match &self.inner {
            Inner::Plain(reader) => reader.get_ref().raw().read,
            Inner::Expanded(reader) => reader.get_ref().raw().stored(),
        }
    }

    /// Bytes that decompression gave so far.
    fn expanded(&self) -> u64 {
        match &self.inner {
            Inner::Plain(_) => 0,
            Inner::Expanded(reader) => reader.get_ref().raw().expanded,
        }
    }

    /// Why reading failed: the compression, its limit, or the file itself.
    pub(super) fn reason(&self, error: &io::Error) -> (RejectReason, String) {
        if error.get_ref().is_some_and(|inner| inner.is::<LimitReached>()) {
            return (RejectReason::ExpansionLimit, error.to_string());
        }
        let own_fault = error.raw_os_error().is_some();
        if self.is_packed() && !own_fault {
            let at = self.expanded();
            return (RejectReason::BrokenCompression, format!("after {at} expanded bytes: {error}"));
        }
        (RejectReason::Unreadable, error.to_string())
    }

    /// Tells what the stream holds, looking not much further than its first line or object.
    pub(super) fn content(&mut self, name: &str, fields: &Fields, max_page: usize) -> Format {
        // A stream that breaks before it can be told is told by what there is.
        let mut enough = 0;
        while self.fault.is_none() {
            let len = self.ahead.len();
            let ended = len > max_page;
            if len >= enough || ended {
                if let Some(format) = tell(&self.ahead, ended, name, fields) {
                    return format;
                }
                // Twice as much, or a long begin would be looked through once for every part of it.
                enough = 2 * len;
            }
            // `ahead` was not consumed yet, so what is filled now is what follows it.
            let part = match &mut self.recoder {
                Some(recoder) => recoder.fill(&mut self.inner),
                None => fill(&mut self.inner),
            };
            let len = match part {
                Ok([]) => break,
                Ok(part) => {
                    self.ahead.extend_from_slice(part);
                    part.len()
                }
                Err(error) => {
                    self.fault = Some(error);
                    break;
                }
            };
            match &mut self.recoder {
                Some(recoder) => recoder.consume(len),
                None => self.inner.consume(len),
            }
        }
        format_of_whole(&self.ahead, name, fields)
    }
}

/// Whether the file's first bytes say compression.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    Packing::of(bytes) != Packing::None
}

impl Read for Stream<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let part = self.fill_buf()?;
        let len = part.len().min(out.len());
        out[..len].copy_from_slice(&part[..len]);
        self.consume(len);
        Ok(len)
    }
}

impl BufRead for Stream<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.consumed < self.ahead.len() {
            return Ok(&self.ahead[self.consumed..]);
        }
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        match &mut self.recoder {
            Some(recoder) => recoder.fill(&mut self.inner),
            None => fill(&mut self.inner),
        }
    }

    fn consume(&mut self, len: usize) {
        if self.consumed < self.ahead.len() {
            self.consumed += len;
        } else if let Some(recoder) = &mut self.recoder {
            recoder.consume(len);
        } else {
            self.inner.consume(len);
        }
    }
}

impl Read for Inner<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => reader.read(out),
            Self::Expanded(reader) => reader.read(out),
        }
    }
}

impl BufRead for Inner<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Plain(reader) => reader.fill_buf(),
            Self::Expanded(reader) => reader.fill_buf(),
        }
    }

    fn consume(&mut self, len: usize) {
        match self {
            Self::Plain(reader) => reader.consume(len),
            Self::Expanded(reader) => reader.consume(len),
        }
    }
}

/// `fill_buf` that an interrupting signal does not end.
fn fill(reader: &mut impl BufRead) -> io::Result<&[u8]> {
    loop {
        match reader.fill_buf() {
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    // Asked again, a filled buffer is handed out as it is; at the end of a file one more read says so again.
    reader.fill_buf()
}

#[cfg(test)]
mod tests;
