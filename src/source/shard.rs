//! One of several runs that share the work: which part of the inputs it reads. The inputs, laid end to end in their order, are
//! one long tape of bytes, and a shard is an equal part of that tape; a page belongs to the shard that it begins in. So
//! shards depend on nothing but the inputs, no page is in two, and their outputs one after the other are the output of
//! a run over everything.

use super::elements::Document;
use super::inputs::Inputs;
use super::lines::Lines;
use super::packing::Meter;
use super::stream::Stream;
use super::walk::{File, Found};
use std::fmt;
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::str::FromStr;

/// Bytes that are looked through at a time for the ends of lines.
const BLOCK: usize = 1 << 20;

/// Which of how many runs this one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    nth: u32,
    of: u32,
}

impl Shard {
    /// The `nth` of `of` runs, counted from 1.
    pub fn new(nth: u32, of: u32) -> Option<Self> {
        (1..=of).contains(&nth).then_some(Self { nth, of })
    }

    /// Its part of a tape of so many bytes. The last has no end, for what is empty stands behind the last byte.
    fn range(self, total: u64) -> Range<u64> {
        let border = |nth: u32| {
            let at = u128::from(total) * u128::from(nth) / u128::from(self.of);
            u64::try_from(at).unwrap_or(u64::MAX)
        };
        border(self.nth - 1)..if self.nth == self.of { u64::MAX } else { border(self.nth) }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.nth, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let way_out = "write `3/8` for the third of eight";
        let (nth, of) = written.split_once('/').ok_or(way_out)?;
        let number = |part: &str| part.trim().parse::<u32>().map_err(|_| way_out.to_owned());
        let (nth, of) = (number(nth)?, number(of)?);
        let wrong = || format!("shards of {of} are numbered from 1 to {of}; {way_out}");
        Self::new(nth, of).ok_or_else(wrong)
    }
}

/// How far along the tape a run is, and which part of it is its own.
#[derive(Debug)]
pub(super) struct Share {
    own: Range<u64>,
    at: u64,
}

/// The part of a file that is the run's own.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Whether the file begins in it.
    pub(super) begins: bool,
    /// Its bytes of the file; none at all where the file lies elsewhere.
    pub(super) bytes: Range<u64>,
    /// Bytes of the file.
    size: u64,
}

impl Inputs {
    /// What the shard that was asked for reads.
    pub(super) fn share(&self) -> Option<Share> {
        let shard = self.shard?;
        Some(Share { own: shard.range(self.size_of_all().unwrap_or(0)), at: 0 })
    }

    /// The bytes to read, as stored, found by a walk over all inputs; `None` when some come from a pipe.
    pub fn size(&self) -> Option<u64> {
        let total = self.size_of_all()?;
        let Some(shard) = self.shard else { return Some(total) };
        let own = shard.range(total);
        Some(own.end.min(total) - own.start.min(total))
    }
}

impl Share {
    /// The run's part of what is found next.
    pub(super) fn part_of(&mut self, found: &Found) -> Part {
        let size = match found {
            Found::File(file) => file.size.unwrap_or(0),
            Found::Stdin | Found::Other | Found::Reject(_) => 0,
        };
        let start = self.at;
        self.at += size;
        let inside = |at: u64| at.clamp(start, self.at) - start;
        Part { begins: self.own.contains(&start), bytes: inside(self.own.start)..inside(self.own.end), size }
    }
}

impl Part {
    /// Whether all of the file is the run's own.
    pub(super) fn is_whole(&self) -> bool {
        self.begins && self.bytes == (0..self.size)
    }

    /// Whether the row is the run's own, when rows are spread evenly over the file.
    pub(super) fn has_row(&self, row: u64, rows: u64) -> bool {
        let at = u128::from(self.size) * u128::from(row) / u128::from(rows.max(1));
        u64::try_from(at).is_ok_and(|at| self.bytes.contains(&at))
    }

    /// The lines that begin in the part, with the numbers that they have in the file.
    pub(super) fn lines(&self, file: File, meter: Meter) -> io::Result<Option<Lines>> {
        let mut raw = fs::File::open(&file.path)?;
        let (start, before) = line_start(&mut raw, self.bytes.start, 0)?;
        let (end, _) = match self.bytes.end {
            end if end >= self.size => (self.size, 0),
            end => line_start(&mut raw, end, end - 1)?,
        };
        if start >= end {
            return Ok(None);
        }
        raw.seek(SeekFrom::Start(start))?;
        let stream = Stream::plain(raw.take(end - start), meter);
        Ok(Some(Lines::beginning_at(Box::new(stream), file.origin, before + 1)))
    }

    /// The elements that begin in the part, with the numbers that they have in the file.
    pub(super) fn elements(&self, file: File, meter: Meter) -> io::Result<Document> {
        let stream = Stream::plain(fs::File::open(&file.path)?, Meter::default());
        // That the file ends too early is told where it ends.
        let end = if self.bytes.end >= self.size { u64::MAX } else { self.bytes.end };
        Ok(Document::part(Box::new(stream), file.origin, self.bytes.start..end, meter))
    }
}

/// Where the first line begins at or behind `at`, and how many lines end between `from` and there. At the file's end, if none
/// does.
fn line_start(raw: &mut fs::File, at: u64, from: u64) -> io::Result<(u64, u64)> {
    if at == 0 {
        return Ok((0, 0));
    }
    raw.seek(SeekFrom::Start(from))?;
    let mut block = vec![0; BLOCK];
    let (mut begin, mut ended) = (from, 0);
    loop {
        let len = match raw.read(&mut block) {
            Ok(0) => return Ok((begin, ended)),
            Ok(len) => len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        // A line begins at `at` if the byte before it ends one.
        let known = usize::try_from((at - 1).saturating_sub(begin)).unwrap_or(usize::MAX).min(len);
        ended += memchr::memchr_iter(b'\n', &block[..known]).count() as u64;
        if let Some(end) = memchr::memchr(b'\n', &block[known..len]) {
            return Ok((begin + (known + end) as u64 + 1, ended + 1));
        }
        begin += len as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_written_as_a_fraction_from_one() {
        assert_eq!("3/8".parse(), Ok(Shard { nth: 3, of: 8 }));
        assert_eq!(" 1 / 1 ".parse(), Ok(Shard { nth: 1, of: 1 }));
        for wrong in ["", "3", "0/8", "9/8", "1/0", "-1/2", "a/b", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
        let told = "0/8".parse::<Shard>().unwrap_err();
        assert_eq!(told, "shards of 8 are numbered from 1 to 8; write `3/8` for the third of eight");
    }

    #[test]
    fn shards_meet_and_cover_the_tape() {
        for total in [0, 1, 7, 1000, u64::MAX / 2] {
            let ranges: Vec<_> = (1..=7).map(|nth| Shard { nth, of: 7 }.range(total)).collect();
            assert_eq!((ranges[0].start, ranges[6].end), (0, u64::MAX));
            assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start), "{ranges:?}");
        }
    }

    #[test]
    fn lines_begin_behind_line_ends_and_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "one\n\ntwo\nthree").unwrap();
        let mut raw = fs::File::open(&path).unwrap();
        let mut of = |at| line_start(&mut raw, at, 0).unwrap();
        assert_eq!(
            [of(0), of(1), of(4), of(5), of(6), of(9)],
            [(0, 0), (4, 1), (4, 1), (5, 2), (9, 3), (9, 3)]
        );
        assert_eq!(of(10), (14, 3), "behind the last line there is none");
        assert_eq!(line_start(&mut raw, 6, 5).unwrap(), (9, 1));
    }
}
