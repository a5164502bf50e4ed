//! The forms that records are written in: JSON lines, plain or compressed, and Parquet.
//!
//! A compressed file is a row of gzip members or zstandard frames, one for each section of the run, which every reader takes
//! for one stream. So what was written up to the end of a section stands for itself: a run that goes on there writes the
//! same bytes as one that was never stopped.

use super::place::Place;
use super::spool::Spool;
use super::table::Table;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use zstd::stream::raw::{CParameter, Encoder as ZstdEncoder, Operation};
use zstd::stream::zio::Writer as ZstdWriter;

/// gzip at its fastest: level 6 takes three times as long as cleaning the same text.
const GZIP_LEVEL: u32 = 1;
/// zstd's own default.
pub(super) const ZSTD_LEVEL: i32 = 3;
/// Threads of one zstd output. Fixed, so that the bytes never depend on how many threads clean pages.
const ZSTD_THREADS: u32 = 2;

/// Endings of well-known forms that are not written. A file of such a name would be taken for what it is not.
const OTHER_FORMS: [&str; 14] =
    ["csv", "tsv", "bz2", "xz", "zip", "7z", "tar", "tgz", "xls", "xlsx", "arrow", "feather", "orc", "avro"];

/// A file's name that promises another form than it would get.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{}` would hold JSON, not what `.{ending}` says; end its name in `.jsonl`, `.jsonl.gz` or `.jsonl.zst`, or in \
     `.parquet` for a table of articles",
    path.display()
)]
pub struct OtherForm {
    path: PathBuf,
    ending: String,
}

/// The form of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON lines as they are.
    Jsonl,
    /// JSON lines, gzipped.
    JsonlGz,
    /// JSON lines, compressed by zstandard.
    JsonlZst,
    /// A Parquet file; records of articles only.
    Parquet,
}

impl Form {
    /// The form that a file's name asks for.
    pub fn of_path(path: &Path) -> Self {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "gz" => Self::JsonlGz,
            "zst" => Self::JsonlZst,
            "parquet" => Self::Parquet,
            _ => Self::Jsonl,
        }
    }

    /// Refuses names that promise what is not written: tables of other sorts, other compressions, and a Parquet file that is
    /// compressed once more.
    pub fn check_path(path: &Path) -> Result<(), OtherForm> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let inner = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst"));
        let Some((_, ending)) = inner.unwrap_or(&name).rsplit_once('.') else { return Ok(()) };
        if !OTHER_FORMS.contains(&ending) && (inner.is_none() || ending != "parquet") {
            return Ok(());
        }
        let packing = inner.map_or("", |inner| &name[inner.len()..]);
        Err(OtherForm { path: path.to_owned(), ending: format!("{ending}{packing}") })
    }

    /// What a file of this form ends in.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::JsonlGz => "jsonl.gz",
            Self::JsonlZst => "jsonl.zst",
            Self::Parquet => "parquet",
        }
    }
}

/// Lines on their way into a form.
pub(super) enum Encoder {
    Plain(Place),
    Gzip(Box<Frames<Gzip>>),
    Zstd(Box<Frames<Zstd>>),
    Table(Box<Table<Place>>),
    /// Lines that become a table in the end.
    Spooled(Spool),
}

impl Encoder {
    pub(super) fn new(form: Form, place: Place) -> io::Result<Self> {
        Ok(match form {
            Form::Jsonl => Self::Plain(place),
            Form::JsonlGz => Self::Gzip(Box::new(Frames::new(Gzip::new(), place))),
            Form::JsonlZst => Self::Zstd(Box::new(Frames::new(Zstd::new()?, place))),
            Form::Parquet => Self::Table(Box::new(Table::new(place)?)),
        })
    }

    /// Writes whole lines.
    pub(super) fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(place) => place.write_all(lines),
            Self::Gzip(frames) => frames.write(lines),
            Self::Zstd(frames) => frames.write(lines),
            Self::Table(table) => table.write(lines),
            Self::Spooled(spool) => spool.write(lines),
        }
    }

    /// Ends what stands for itself, if anything was written since it ended last.
    pub(super) fn end_section(&mut self) -> io::Result<()> {
        match self {
            Self::Gzip(frames) => frames.end_frame(),
            Self::Zstd(frames) => frames.end_frame(),
            Self::Plain(_) | Self::Table(_) | Self::Spooled(_) => Ok(()),
        }
    }

    /// Ends the section; tells how many bytes of the file are on disk and need nothing behind them.
    pub(super) fn sync(&mut self) -> io::Result<u64> {
        match self {
            Self::Plain(place) => place.sync(),
            Self::Gzip(frames) => frames.sync(),
            Self::Zstd(frames) => frames.sync(),
            Self::Spooled(spool) => spool.sync(),
            Self::Table(_) => Err(io::Error::other("a table has no place where one could go on")),
        }
    }

    /// Completes the form; hands back where it went.
    pub(super) fn finish(self) -> io::Result<Place> {
        match self {
            Self::Plain(place) => Ok(place),
            Self::Gzip(frames) => frames.finish(),
            Self::Zstd(frames) => frames.finish(),
            Self::Table(table) => table.finish(),
            Self::Spooled(spool) => spool.finish(),
        }
    }
}

/// One way to compress a frame.
pub(super) trait Compress {
    /// A frame that is being written.
    type Frame;

    fn begin(&mut self, place: Place) -> io::Result<Self::Frame>;
    fn write(&mut self, frame: &mut Self::Frame, bytes: &[u8]) -> io::Result<()>;
    fn end(&mut self, frame: Self::Frame) -> io::Result<Place>;
}

/// A file of frames.
pub(super) struct Frames<C: Compress> {
    compress: C,
    /// `None` only within a call, and after one that failed.
    state: Option<State<C::Frame>>,
}

enum State<F> {
    Between(Place),
    Within(F),
}

impl<C: Compress> Frames<C> {
    fn new(compress: C, place: Place) -> Self {
        Self { compress, state: Some(State::Between(place)) }
    }

    fn state(&mut self) -> io::Result<State<C::Frame>> {
        self.state.take().ok_or_else(|| io::Error::other("an earlier write failed"))
    }

    /// Writes into the open frame; bytes alone begin one, so that there are no empty frames.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mut frame = match self.state()? {
            State::Between(place) => self.compress.begin(place)?,
            State::Within(frame) => frame,
        };
        self.compress.write(&mut frame, bytes)?;
        self.state = Some(State::Within(frame));
        Ok(())
    }

    fn end_frame(&mut self) -> io::Result<()> {
        let place = match self.state()? {
            State::Between(place) => place,
            State::Within(frame) => self.compress.end(frame)?,
        };
        self.state = Some(State::Between(place));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<u64> {
        self.end_frame()?;
        match &mut self.state {
            Some(State::Between(place)) => place.sync(),
            _ => Err(io::Error::other("a frame is still open")),
        }
    }

    fn finish(mut self) -> io::Result<Place> {
        match self.state()? {
            State::Within(frame) => self.compress.end(frame),
            // A file without a frame would be no file of this form.
            State::Between(place) if place.is_empty() => {
                let frame = self.compress.begin(place)?;
                self.compress.end(frame)
            }
            State::Between(place) => Ok(place),
        }
    }
}

/// gzip whose bytes do not depend on how the lines come: at this level the encoder looks no further than what it has, so it
/// is given blocks of one size.
pub(super) struct Gzip {
    block: Vec<u8>,
}

impl Gzip {
    const BLOCK: usize = 64 << 10;

    fn new() -> Self {
        Self { block: Vec::with_capacity(Self::BLOCK) }
    }
}

impl Compress for Gzip {
    type Frame = flate2::write::GzEncoder<Place>;

    fn begin(&mut self, place: Place) -> io::Result<Self::Frame> {
        self.block.clear();
        Ok(flate2::write::GzEncoder::new(place, flate2::Compression::new(GZIP_LEVEL)))
    }

    fn write(&mut self, frame: &mut Self::Frame, mut bytes: &[u8]) -> io::Result<()> {
        while self.block.len() + bytes.len() >= Self::BLOCK {
            let (fit, rest) = bytes.split_at(Self::BLOCK - self.block.len());
            self.block.extend_from_slice(fit);
            frame.write_all(&self.block)?;
            self.block.clear();
            bytes = rest;
        }
        self.block.extend_from_slice(bytes);
        Ok(())
    }

    fn end(&mut self, mut frame: Self::Frame) -> io::Result<Place> {
        frame.write_all(&self.block)?;
        frame.finish()
    }
}

/// zstandard with its own threads, which are kept from frame to frame.
pub(super) struct Zstd {
    idle: Option<ZstdEncoder<'static>>,
}

impl Zstd {
    fn new() -> io::Result<Self> {
        let mut encoder = ZstdEncoder::new(ZSTD_LEVEL)?;
        encoder.set_parameter(CParameter::NbWorkers(ZSTD_THREADS))?;
        encoder.set_parameter(CParameter::ChecksumFlag(true))?;
        Ok(Self { idle: Some(encoder) })
    }
}

impl Compress for Zstd {
    type Frame = ZstdWriter<Place, ZstdEncoder<'static>>;

    fn begin(&mut self, place: Place) -> io::Result<Self::Frame> {
        let idle = self.idle.take().ok_or_else(|| io::Error::other("an earlier write failed"))?;
        Ok(ZstdWriter::new(place, idle))
    }

    fn write(&mut self, frame: &mut Self::Frame, bytes: &[u8]) -> io::Result<()> {
        frame.write_all(bytes)
    }

    fn end(&mut self, mut frame: Self::Frame) -> io::Result<Place> {
        frame.finish()?;
        let (place, mut encoder) = frame.into_inner();
        encoder.reinit()?;
        self.idle = Some(encoder);
        Ok(place)
    }
}
