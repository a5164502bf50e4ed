//! Compression: told by its magic number, undone as the bytes stream by, and stopped when they grow beyond all measure.
//! What is read is counted as stored: the limit needs it, and so does whoever watches the run.

use super::begun::Begun;
use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A compressed file may grow to this size whatever its ratio: 64 MiB.
pub(super) const FREE_EXPANSION: u64 = 64 << 20;
/// Beyond [`FREE_EXPANSION`], no file may be more than this many times its compressed size. Deflate reaches 1032
/// on one repeated byte; text, however monotonous, stays below a hundred.
pub(super) const MAX_RATIO: u64 = 1000;

/// A zstandard frame's window has two to the power of this many bytes at most: 128 MiB. Whoever reads a frame holds its
/// window, each thread that of another file, so `zstd --long=28` and more would break the bounds on memory.
const LARGEST_WINDOW: u32 = 27;

/// How far compressed inputs may grow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expansion {
    /// Beyond [`FREE_EXPANSION`], so many times the stored size.
    pub(super) ratio: u64,
    /// So many bytes.
    pub(super) most: u64,
}

impl Default for Expansion {
    fn default() -> Self {
        Self { ratio: MAX_RATIO, most: u64::MAX }
    }
}

/// Bytes read from disk or stdin, as stored: shared by all readers of a run.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    /// The bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Takes back what was read only to look at it and will be read again.
    pub(super) fn take_back(&self, bytes: u64) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    Zstd,
}

impl Packing {
    /// The compression that the first bytes speak of.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let skippable = bytes.len() >= 4 && bytes[0] & 0xf0 == 0x50 && bytes[1..4] == [0x2a, 0x4d, 0x18];
        if bytes.starts_with(b"\x1f\x8b") {
            Self::Gzip
        } else if bytes.starts_with(b"\x28\xb5\x2f\xfd") || skippable {
            Self::Zstd
        } else {
            Self::None
        }
    }
}

/// Counts what is read as stored, for the meter and for the expansion limit.
pub(super) struct Counted<'a> {
    raw: Box<dyn Read + Send + 'a>,
    /// Bytes read so far.
    pub(super) read: u64,
    meter: Meter,
}

impl<'a> Counted<'a> {
    pub(super) fn new(raw: impl Read + Send + 'a, meter: Meter) -> Self {
        Self { raw: Box::new(raw), read: 0, meter }
    }
}

impl Read for Counted<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.raw.read(out)?;
        self.read += len as u64;
        self.meter.add(len as u64);
        Ok(len)
    }
}

/// Bytes as they are stored.
pub(super) type Stored<'a> = BufReader<Begun<Counted<'a>>>;

enum Decoder<'a> {
    Gzip(Box<Members<Stored<'a>>>),
    Zstd(zstd::Decoder<'static, Stored<'a>>),
}

pub(super) struct Expander<'a> {
    decoder: Decoder<'a>,
    /// Bytes given so far.
    pub(super) expanded: u64,
    limit: Expansion,
}

impl<'a> Expander<'a> {
    /// Many members one after the other are one stream.
    pub(super) fn gzip(raw: Stored<'a>, limit: Expansion) -> Self {
        Self { decoder: Decoder::Gzip(Box::new(Members::new(raw))), expanded: 0, limit }
    }

    pub(super) fn zstd(raw: Stored<'a>, limit: Expansion) -> io::Result<Self> {
        let mut decoder = zstd::Decoder::with_buffer(raw)?;
        decoder.window_log_max(LARGEST_WINDOW)?;
        Ok(Self { decoder: Decoder::Zstd(decoder), expanded: 0, limit })
    }

    /// Bytes read so far, as stored.
    pub(super) fn stored(&self) -> u64 {
        match &self.decoder {
            Decoder::Gzip(members) => members.raw().map_or(0, |raw| raw.get_ref().raw().read),
            Decoder::Zstd(decoder) => decoder.get_ref().get_ref().raw().read,
        }
    }
}

impl Read for Expander<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Expansion { ratio, most } = self.limit;
        // All up to the limit is given, however much is asked for at a time; one byte more tells that there is more.
        let room = usize::try_from(most.saturating_sub(self.expanded)).unwrap_or(usize::MAX).max(1);
        let room = room.min(out.len());
        let out = &mut out[..room];
        let len = match &mut self.decoder {
            Decoder::Gzip(members) => members.read(out)?,
            Decoder::Zstd(decoder) => decoder.read(out).map_err(window_told)?,
        };
        self.expanded += len as u64;
        if self.expanded > most {
            return Err(io::Error::other(LimitReached::Size(most)));
        }
        if self.expanded > FREE_EXPANSION && self.expanded / ratio > self.stored() {
            return Err(io::Error::other(LimitReached::Ratio(ratio)));
        }
        Ok(len)
    }
}

/// Gzip members one after the other. Zeros behind one are padding, as tapes and some tools leave it: they are passed over, as
/// `gzip` does. Anything else there is a fault.
struct Members<R> {
    /// There but for the moment in which the next one is begun.
    member: Option<GzDecoder<R>>,
    /// The last one was read, or a fault was told.
    ended: bool,
}

impl<R: BufRead> Members<R> {
    fn new(raw: R) -> Self {
        Self { member: Some(GzDecoder::new(raw)), ended: false }
    }

    fn raw(&self) -> Option<&R> {
        self.member.as_ref().map(GzDecoder::get_ref)
    }

    fn next(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let len = member.read(out)?;
            if len > 0 || out.is_empty() || !pass_zeros(member.get_mut())? {
                return Ok(len);
            }
            self.member = self.member.take().map(|member| GzDecoder::new(member.into_inner()));
        }
        Ok(0)
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let read = self.next(out);
        let is_interrupted = read.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted);
        self.ended = !out.is_empty() && !is_interrupted && !matches!(read, Ok(1..));
        read
    }
}

/// Passes over zeros; whether something follows.
fn pass_zeros(raw: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let part = raw.fill_buf()?;
        if part.is_empty() {
            return Ok(false);
        }
        let zeros = part.iter().take_while(|byte| **byte == 0).count();
        let is_all = zeros == part.len();
        raw.consume(zeros);
        if !is_all {
            return Ok(true);
        }
    }
}

/// The decoder's words for a frame whose window is over [`LARGEST_WINDOW`] say nothing that helps.
fn window_told(error: io::Error) -> io::Error {
    let is_window = error.to_string().contains("too much memory");
    if is_window { io::Error::other(LimitReached::Window) } else { error }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum LimitReached {
    #[error(
        "more than {free} MiB and over {0} times the compressed size; expand the file first if it is sound, or raise \
         `--max-ratio`",
        free = FREE_EXPANSION >> 20
    )]
    Ratio(u64),
    #[error("more than {0} bytes; raise `--max-expanded` if it is sound")]
    Size(u64),
    #[error(
        "it was compressed with a window of more than {most} MiB, and whoever reads it must hold all of that; expand it \
         first, as `zstd -dc --long=31` does",
        most = 1 << (LARGEST_WINDOW - 20)
    )]
    Window,
}
