//! The journal of a run: what has been finished, so that another run can go on there. It only ever grows: a line for the
//! conditions, one for each input, one for each section that is on disk, and at the end one for each step of the ending.
//!
//! A line is a checksum and a JSON value. What a line speaks of is on disk before the line is; so a line that is torn or
//! missing costs the work since the line before it, and nothing else.

use super::conditions::{Conditions, input_differences};
use crate::model::Stats;
use crate::sink::{Mark, remove, sync_folder};
use crate::source::{Look, Once, Position};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The form of the journal; another one is not understood.
const FORM: u32 = 1;

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Reached {
    /// Where the inputs are read on.
    pub(super) position: Position,
    /// How far the articles, the removals and the rejects are.
    pub(super) marks: [Option<Mark>; 3],
    /// Counts of all that was written.
    pub(super) stats: Stats,
    /// Bytes of files that were read by those who worked.
    pub(super) opened: u64,
    /// Files that were met and not read; known at the end.
    pub(super) passed_by: u64,
}

/// One line.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Record {
    Begin { form: u32, inputs: u64, conditions: Conditions },
    Input(Look),
    Section(Reached),
    Sealed(Reached),
    Cleared,
    Complete,
}

/// How far an earlier run came.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Past {
    /// It was still reading; or had written nothing yet that could be gone on with.
    Open(Option<Reached>),
    /// All was written, and nothing had its name.
    Sealed(Reached),
    /// What it replaces was removed, and names may have been given.
    Cleared(Reached),
    /// All is done.
    Complete(Reached),
}

/// Why there is no journal to go on with.
#[derive(Debug)]
pub(super) enum Refused {
    Io(io::Error),
    Once(Once),
    /// Written by another version of this.
    Form(u32),
    Conditions(Vec<String>),
    Inputs(Vec<String>),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// An open journal.
pub(super) struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many inputs a journal will hold.
    pub(super) fn count(looks: impl Iterator<Item = Result<Look, Once>>) -> Result<u64, Refused> {
        let mut inputs = 0;
        for look in looks {
            look.map_err(Refused::Once)?;
            inputs += 1;
        }
        Ok(inputs)
    }

    /// Begins a journal: it counts only when it holds so many inputs.
    pub(super) fn create(
        path: &Path,
        conditions: &Conditions,
        inputs: u64,
        looks: impl Iterator<Item = Result<Look, Once>>,
    ) -> Result<Self, Refused> {
        // A file that was not there before: what a link of its name leads to is not written over.
        remove(path)?;
        let file = File::options().read(true).write(true).create_new(true).open(path)?;
        let mut out = BufWriter::new(file);
        write(&mut out, &Record::Begin { form: FORM, inputs, conditions: conditions.clone() })?;
        let mut written = 0;
        for look in looks {
            write(&mut out, &Record::Input(look.map_err(Refused::Once)?))?;
            written += 1;
        }
        if written != inputs {
            let words = "the inputs change while they are looked at; wait until they stand still";
            return Err(io::Error::other(words).into());
        }
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        // The name of the journal.
        sync_folder(path);
        Ok(Self { file, path: path.to_owned() })
    }

    /// Opens the journal of an earlier run, if there is one that counts, and holds it against what is now.
    pub(super) fn go_on(
        path: &Path,
        conditions: &Conditions,
        looks: impl Iterator<Item = Result<Look, Once>>,
    ) -> Result<Option<(Self, Past)>, Refused> {
        let file = match File::options().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut lines = Lines::new(file);
        let Some(Record::Begin { form, inputs, conditions: then }) = lines.next()? else { return Ok(None) };
        if form != FORM {
            return Err(Refused::Form(form));
        }
        let differences = conditions.differences(&then);
        if !lines.hold(inputs, looks, differences.is_empty())? {
            return Ok(None);
        }
        if !differences.is_empty() {
            return Err(Refused::Conditions(differences));
        }
        let past = lines.past()?;
        let Lines { reader, len } = lines;
        let mut file = reader.into_inner();
        // A torn line would make the next one unreadable.
        file.set_len(len)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Some((Self { file, path: path.to_owned() }, past)))
    }

    /// Whether there is a journal of a run that did not come to its end.
    pub(super) fn is_unfinished(path: &Path) -> io::Result<bool> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        let mut lines = Lines::new(file);
        let (mut any, mut complete) = (false, false);
        while let Some(record) = lines.next()? {
            any |= !matches!(record, Record::Begin { .. } | Record::Input(_));
            complete = record == Record::Complete;
        }
        Ok(any && !complete)
    }

    pub(super) fn section(&mut self, reached: &Reached) -> io::Result<()> {
        self.append(&Record::Section(reached.clone()))
    }

    pub(super) fn sealed(&mut self, reached: Reached) -> io::Result<()> {
        self.append(&Record::Sealed(reached))
    }

    pub(super) fn cleared(&mut self) -> io::Result<()> {
        self.append(&Record::Cleared)
    }

    pub(super) fn complete(&mut self) -> io::Result<()> {
        self.append(&Record::Complete)
    }

    /// The line is on disk when this returns.
    fn append(&mut self, record: &Record) -> io::Result<()> {
        let mut line = Vec::new();
        write(&mut line, record)?;
        self.file.write_all(&line)?;
        self.file.sync_data()
    }
}

fn write(out: &mut impl Write, record: &Record) -> io::Result<()> {
    let json = serde_json::to_vec(record)?;
    write!(out, "{:08x} ", sum(&json))?;
    out.write_all(&json)?;
    out.write_all(b"\n")
}

fn sum(json: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(json);
    crc.sum()
}

/// Reads a journal up to the first line that is not whole.
struct Lines {
    reader: BufReader<File>,
    /// Bytes of whole lines.
    len: u64,
}

impl Lines {
    fn new(file: File) -> Self {
        Self { reader: BufReader::new(file), len: 0 }
    }

    fn next(&mut self) -> io::Result<Option<Record>> {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line)?;
        let record = record(&line);
        if record.is_some() {
            self.len += line.len() as u64;
        }
        Ok(record)
    }

    /// Holds the inputs against what they look like now; `false` when the journal breaks off among them.
    fn hold(
        &mut self,
        inputs: u64,
        mut looks: impl Iterator<Item = Result<Look, Once>>,
        tell: bool,
    ) -> Result<bool, Refused> {
        let mut left = inputs;
        let (mut then, mut now) = (Vec::new(), Vec::new());
        loop {
            let old = match left {
                0 => None,
                _ => match self.next()? {
                    Some(Record::Input(look)) => Some(look),
                    _ => return Ok(false),
                },
            };
            left = left.saturating_sub(1);
            let new = looks.next().transpose().map_err(Refused::Once)?;
            if old.is_none() && new.is_none() {
                break;
            }
            // Nearly always all are the same, so none is kept before one differs.
            if !then.is_empty() || !now.is_empty() || old != new {
                then.extend(old);
                now.extend(new);
            }
        }
        if tell && !(then.is_empty() && now.is_empty()) {
            return Err(Refused::Inputs(input_differences(then, now)));
        }
        Ok(true)
    }

    fn past(&mut self) -> io::Result<Past> {
        let mut past = Past::Open(None);
        while let Some(record) = self.next()? {
            past = match (record, past) {
                (Record::Section(reached), _) => Past::Open(Some(reached)),
                (Record::Sealed(reached), _) => Past::Sealed(reached),
                (Record::Cleared, Past::Sealed(reached)) => Past::Cleared(reached),
                (Record::Complete, Past::Cleared(reached)) => Past::Complete(reached),
                (_, past) => past,
            };
        }
        Ok(past)
    }
}

/// The record of a whole line.
fn record(line: &[u8]) -> Option<Record> {
    let line = line.strip_suffix(b"\n")?;
    let (written, json) = (line.get(..8)?, line.get(9..)?);
    let written = u32::from_str_radix(std::str::from_utf8(written).ok()?, 16).ok()?;
    if written == sum(json) { serde_json::from_slice(json).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn looks(sizes: &'static [u64]) -> Box<dyn Iterator<Item = Result<Look, Once>>> {
        let look = |(nth, size): (usize, &u64)| {
            Ok(Look { path: format!("{nth}.txt"), size: Some(*size), changed: -5 })
        };
        Box::new(sizes.iter().enumerate().map(look))
    }

    fn reached(pages: u64) -> Reached {
        let mut stats = Stats { pages, ..Stats::default() };
        stats.rules.add(crate::model::RuleId::new(7), (3, 100).into());
        stats.kinds.insert(crate::model::Kind::ALL[0], pages);
        let mark = Mark { part: 1, len: 2, filled: 3 };
        Reached { stats, marks: [Some(mark), None, Some(mark)], opened: 9, ..Reached::default() }
    }

    fn conditions(value: u32) -> Conditions {
        let mut conditions = Conditions::default();
        conditions.add("`--min-words`", value);
        conditions
    }

    #[test]
    fn what_was_reached_is_read_back_whatever_byte_the_end_is_torn_at() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".out.journal");
        let mut journal = Journal::create(&path, &conditions(1), 2, looks(&[1, 2])).unwrap();
        let header = fs::metadata(&path).unwrap().len();
        let mut ends = Vec::new();
        for pages in 1..=3 {
            journal.section(&reached(pages)).unwrap();
            ends.push(fs::metadata(&path).unwrap().len());
        }
        drop(journal);
        let whole = fs::read(&path).unwrap();
        for len in 0..=whole.len() {
            fs::write(&path, &whole[..len]).unwrap();
            let found = Journal::go_on(&path, &conditions(1), looks(&[1, 2])).unwrap();
            if (len as u64) < header {
                assert!(found.is_none(), "{len}");
                continue;
            }
            let pages = ends.iter().filter(|&&end| end <= len as u64).count() as u64;
            let expected = (pages > 0).then(|| reached(pages));
            let (mut journal, past) = found.unwrap();
            assert_eq!(past, Past::Open(expected), "{len}");
            journal.section(&reached(9)).unwrap();
            let (_, past) = Journal::go_on(&path, &conditions(1), looks(&[1, 2])).unwrap().unwrap();
            assert_eq!(past, Past::Open(Some(reached(9))), "{len}");
        }
    }

    #[test]
    fn other_conditions_and_other_inputs_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".out.journal");
        Journal::create(&path, &conditions(1), 2, looks(&[1, 2])).unwrap();
        let refused = |value, sizes| Journal::go_on(&path, &conditions(value), looks(sizes)).err().unwrap();
        let Refused::Conditions(told) = refused(2, &[1, 2]) else { panic!("no conditions differ") };
        assert_eq!(told, ["`--min-words` was `1` and is `2`"]);
        let Refused::Inputs(told) = refused(1, &[1, 3, 4]) else { panic!("no inputs differ") };
        assert_eq!(told, ["`1.txt` was of 2 bytes and is of 3 bytes", "`2.txt` is new"]);
        let Refused::Inputs(told) = refused(1, &[1]) else { panic!("no inputs differ") };
        assert_eq!(told, ["`1.txt` is gone"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_its_place_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, elsewhere) = (folder.path().join(".out.journal"), folder.path().join("elsewhere"));
        fs::write(&elsewhere, "of somebody else").unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        Journal::create(&path, &conditions(1), 1, looks(&[1])).unwrap();
        assert_eq!(fs::read(&elsewhere).unwrap(), b"of somebody else");
        assert!(Journal::go_on(&path, &conditions(1), looks(&[1])).unwrap().is_some());
    }

    #[test]
    fn the_steps_of_the_ending_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".out.journal");
        let mut journal = Journal::create(&path, &conditions(1), 0, looks(&[])).unwrap();
        let past = || Journal::go_on(&path, &conditions(1), looks(&[])).unwrap().unwrap().1;
        assert!(!Journal::is_unfinished(&path).unwrap(), "nothing was written that could be lost");
        journal.sealed(reached(4)).unwrap();
        assert_eq!(past(), Past::Sealed(reached(4)));
        assert!(Journal::is_unfinished(&path).unwrap());
        journal.cleared().unwrap();
        assert_eq!(past(), Past::Cleared(reached(4)));
        journal.complete().unwrap();
        assert_eq!(past(), Past::Complete(reached(4)));
        assert!(!Journal::is_unfinished(&path).unwrap());
        assert!(!Journal::is_unfinished(&folder.path().join("none")).unwrap());
    }
}
