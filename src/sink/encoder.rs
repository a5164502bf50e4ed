//! The forms that records are written in: JSON lines, plain or compressed, and Parquet.

use super::place::Place;
use super::table::Table;
use std::io::{self, Write};
use std::path::Path;

/// gzip at its fastest: level 6 takes three times as long as cleaning the same text.
const GZIP_LEVEL: u32 = 1;
/// zstd's own default.
pub(super) const ZSTD_LEVEL: i32 = 3;
/// Threads of one zstd output. Fixed, so that the bytes never depend on how many threads clean pages.
const ZSTD_THREADS: u32 = 2;

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
    Gzip(Box<Gzip>),
    Zstd(zstd::Encoder<'static, Place>),
    Table(Box<Table<Place>>),
}

impl Encoder {
    pub(super) fn new(form: Form, place: Place) -> io::Result<Self> {
        Ok(match form {
            Form::Jsonl => Self::Plain(place),
            Form::JsonlGz => Self::Gzip(Box::new(Gzip::new(place))),
            Form::JsonlZst => {
                let mut encoder = zstd::Encoder::new(place, ZSTD_LEVEL)?;
                encoder.multithread(ZSTD_THREADS)?;
                encoder.include_checksum(true)?;
                Self::Zstd(encoder)
            }
            Form::Parquet => Self::Table(Box::new(Table::new(place)?)),
        })
    }

    /// Writes whole lines.
    pub(super) fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(place) => place.write_all(lines),
            Self::Gzip(encoder) => encoder.write(lines),
            Self::Zstd(encoder) => encoder.write_all(lines),
            Self::Table(table) => table.write(lines),
        }
    }

    /// Completes the form; hands back where it went.
    pub(super) fn finish(self) -> io::Result<Place> {
        match self {
            Self::Plain(place) => Ok(place),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
            Self::Table(table) => table.finish(),
        }
    }
}

/// gzip whose bytes do not depend on how the lines come: at this level the encoder looks no further than what it has, so it
/// is given blocks of one size.
pub(super) struct Gzip {
    encoder: flate2::write::GzEncoder<Place>,
    block: Vec<u8>,
}

impl Gzip {
    const BLOCK: usize = 64 << 10;

    fn new(place: Place) -> Self {
        let level = flate2::Compression::new(GZIP_LEVEL);
        Self { encoder: flate2::write::GzEncoder::new(place, level), block: Vec::with_capacity(Self::BLOCK) }
    }

    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while self.block.len() + bytes.len() >= Self::BLOCK {
            let (fit, rest) = bytes.split_at(Self::BLOCK - self.block.len());
            self.block.extend_from_slice(fit);
            self.encoder.write_all(&self.block)?;
            self.block.clear();
            bytes = rest;
        }
        self.block.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(mut self) -> io::Result<Place> {
        self.encoder.write_all(&self.block)?;
        self.encoder.finish()
    }
}
