//! A folder of files that together are one output: `part-00000.jsonl` and so on, cut between records where they have the
//! asked size, and `_SUCCESS` when all are there. Where they are cut depends on the records alone. Files of another run
//! are never mixed with these: they are refused, or replaced when that was asked for.

use super::encoder::{Encoder, Form};
use super::output::Mark;
use super::place::{Aside, Place, Sealed, folder_of, real, remove, size, sync_folder};
use super::spool::{Spool, forget_lines, written_aside};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The file that says that all shards are there.
const MARKER: &str = "_SUCCESS";
/// What a shard's name begins with.
const PART: &str = "part-";

/// A folder to be filled with shards.
#[derive(Clone, Debug)]
pub struct Shards {
    folder: PathBuf,
    size: u64,
    form: Form,
    overwrite: bool,
}

impl Shards {
    /// Shards of that form in a folder, which is made if it is not there.
    pub fn new(folder: impl Into<PathBuf>, form: Form) -> Self {
        Self { folder: folder.into(), size: 256 << 20, form, overwrite: false }
    }

    /// A shard ends with the record with which it has so many bytes of JSON lines, before compression.
    ///
    /// By default 256 MiB.
    pub fn size(&mut self, bytes: u64) -> &mut Self {
        self.size = bytes.max(1);
        self
    }

    /// Replaces the shards of another run, once all are written.
    ///
    /// By default a folder that holds some is refused.
    pub fn overwrite(&mut self, yes: bool) -> &mut Self {
        self.overwrite = yes;
        self
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The marker and the shards that are in the folder, the marker first.
    pub(super) fn present(&self) -> io::Result<Vec<PathBuf>> {
        let mut present = self.entries(is_named_so)?;
        // `_` stands before `p`.
        present.sort();
        Ok(present)
    }

    /// Whether the marker says that all shards of a run are there, and they are.
    pub(super) fn are_complete(&self, mark: &Mark) -> bool {
        let Ok(present) = self.present() else { return false };
        let bytes: u64 = present.iter().filter_map(|path| size(path)).sum();
        let is_marked = present.first().is_some_and(|first| first.ends_with(MARKER));
        is_marked && present.len() as u64 == mark.part + 1 && bytes == mark.len
    }

    /// Removes what was written aside for shards from the `nth` on.
    fn forget_from(&self, nth: usize) -> io::Result<()> {
        for path in self.entries(|name| aside_number(name).is_some_and(|number| number >= nth))? {
            remove(&path)?;
        }
        Ok(())
    }

    fn entries(&self, takes: impl Fn(&str) -> bool) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            if name.to_str().is_some_and(&takes) {
                found.push(self.folder.join(name));
            }
        }
        Ok(found)
    }

    /// The files that a run works with: of the shards the first one's, which is named as the others are.
    pub(super) fn working_files(&self) -> Vec<PathBuf> {
        let own = [".lock", ".journal"].map(|name| self.folder.join(name));
        own.into_iter().chain(written_aside(&self.path(0))).collect()
    }

    /// Whether a file of that path would be a shard, the marker, or what is written aside for a shard.
    pub(super) fn would_hold(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        (is_named_so(name) || aside_number(name).is_some()) && real(folder_of(path)) == real(&self.folder)
    }

    fn marker(&self) -> PathBuf {
        self.folder.join(MARKER)
    }

    pub(super) fn path(&self, nth: usize) -> PathBuf {
        self.folder.join(format!("{PART}{nth:05}.{}", self.form.ending()))
    }
}

/// Whether a file of the folder that has this name is a shard or the marker.
fn is_named_so(name: &str) -> bool {
    name == MARKER || name.strip_prefix(PART).is_some_and(|rest| number(rest).is_some())
}

/// The number of the shard that is written aside under this name, or whose lines are if it is a table.
fn aside_number(name: &str) -> Option<usize> {
    let aside = name.strip_suffix(".part")?.strip_prefix('.')?;
    let shard = aside.strip_suffix(".lines").and_then(|lines| lines.strip_prefix('.')).unwrap_or(aside);
    shard.strip_prefix(PART).and_then(number)
}

/// The number that a shard's name has behind `part-`.
fn number(rest: &str) -> Option<usize> {
    rest.split('.').next().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

/// Shards that are being written.
pub(super) struct ShardWriter {
    shards: Shards,
    /// Whether what is written stays when the run is stopped.
    keep: bool,
    done: Vec<Sealed>,
    open: Encoder,
    /// Bytes of lines in the open shard.
    filled: u64,
    /// Shards whose lines are not needed once the journal speaks of what follows them, and once more.
    spooled: [Vec<PathBuf>; 2],
}

impl ShardWriter {
    /// Begins with the first shard.
    pub(super) fn new(shards: Shards, keep: bool) -> io::Result<Self> {
        if !shards.overwrite && !shards.present()?.is_empty() {
            let words =
                "it holds shards of another run; write to another folder, or replace them with `--overwrite`";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
        }
        // A run that was killed may have left more than this one will write, or in another form.
        shards.forget_from(0)?;
        let open = open(&shards, 0, keep, 0)?;
        Ok(Self { shards, keep, done: Vec::new(), open, filled: 0, spooled: Default::default() })
    }

    /// Goes on where an earlier run was.
    pub(super) fn go_on(shards: Shards, mark: &Mark) -> io::Result<Self> {
        let nth = usize::try_from(mark.part).unwrap_or(usize::MAX);
        shards.forget_from(nth.saturating_add(1))?;
        let open = open(&shards, nth, true, mark.len)?;
        let done: Vec<Sealed> = (0..nth).map(|nth| Sealed::before(&shards.path(nth))).collect();
        Ok(Self { shards, keep: true, done, open, filled: mark.filled, spooled: Default::default() })
    }

    /// Writes whole lines.
    pub(super) fn write(&mut self, mut lines: &[u8]) -> io::Result<()> {
        while !lines.is_empty() {
            // A shard that is full ends only when there is a next record, so none is empty but the first.
            if self.filled >= self.shards.size {
                let nth = self.done.len();
                let next = open(&self.shards, nth + 1, self.keep, 0)?;
                let full = std::mem::replace(&mut self.open, next);
                self.done.push(full.finish().and_then(Place::seal)?);
                self.spooled[1].push(self.shards.path(nth));
                self.filled = 0;
            }
            let room = usize::try_from(self.shards.size - self.filled).unwrap_or(usize::MAX);
            let end = match lines.get(room - 1..) {
                Some(rest) => memchr::memchr(b'\n', rest).map_or(lines.len(), |end| room + end),
                None => lines.len(),
            };
            let (fit, rest) = lines.split_at(end);
            self.open.write(fit)?;
            self.filled += fit.len() as u64;
            lines = rest;
        }
        Ok(())
    }

    pub(super) fn end_section(&mut self) -> io::Result<()> {
        self.open.end_section()
    }

    /// Tells how far all is on disk.
    pub(super) fn sync(&mut self) -> io::Result<Mark> {
        let len = self.open.sync()?;
        // The journal speaks by now of what followed these shards, since it was written after the last time.
        for path in self.spooled[0].drain(..) {
            forget_lines(&path)?;
        }
        self.spooled.swap(0, 1);
        Ok(Mark { part: self.done.len() as u64, len, filled: self.filled })
    }

    /// Completes the last shard.
    pub(super) fn seal(mut self) -> io::Result<SealedShards> {
        self.done.push(self.open.finish().and_then(Place::seal)?);
        Ok(SealedShards { shards: self.shards, done: self.done })
    }
}

/// Shards that are complete and have no names yet.
pub(super) struct SealedShards {
    shards: Shards,
    done: Vec<Sealed>,
}

impl SealedShards {
    /// What an earlier run sealed.
    pub(super) fn before(shards: Shards, mark: &Mark) -> Self {
        let done = (0..mark.part).map(|nth| usize::try_from(nth).unwrap_or(usize::MAX));
        let done = done.map(|nth| Sealed::before(&shards.path(nth))).collect();
        Self { shards, done }
    }

    pub(super) fn mark(&self) -> Mark {
        let len = self.done.iter().map(Sealed::len).sum();
        Mark { part: self.done.len() as u64, len, filled: 0 }
    }

    /// Removes the shards of another run.
    pub(super) fn clear(&self) -> io::Result<()> {
        if self.shards.overwrite {
            // The marker goes first: without it nobody takes what is left for whole.
            for old in self.shards.present()? {
                fs::remove_file(old)?;
            }
            sync_folder(&self.shards.marker());
        }
        Ok(())
    }

    /// Gives all shards their names, then sets the marker.
    pub(super) fn give_names(self) -> io::Result<()> {
        for (nth, shard) in self.done.into_iter().enumerate() {
            shard.give_name()?;
            if self.shards.form == Form::Parquet {
                forget_lines(&self.shards.path(nth))?;
            }
        }
        let marker = self.shards.marker();
        File::create(&marker)?.sync_all()?;
        sync_folder(&marker);
        Ok(())
    }
}

fn open(shards: &Shards, nth: usize, keep: bool, len: u64) -> io::Result<Encoder> {
    encoder(&shards.path(nth), shards.form, keep, len)
}

/// An encoder for a file, behind the first `len` bytes of what an earlier run left of it.
pub(super) fn encoder(path: &Path, form: Form, keep: bool, len: u64) -> io::Result<Encoder> {
    if keep && form == Form::Parquet {
        return Spool::go_on(path, len).map(Encoder::Spooled);
    }
    let aside = if keep { Aside::go_on(path, len)? } else { Aside::create(path, false)? };
    Encoder::new(form, Place::Aside(aside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<u8> {
        (0..200)
            .flat_map(|n| format!("{{\"n\":{n},\"x\":\"{}\"}}\n", "y".repeat(n % 17)).into_bytes())
            .collect()
    }

    fn name_all(writer: ShardWriter) -> io::Result<()> {
        let sealed = writer.seal()?;
        sealed.clear()?;
        sealed.give_names()
    }

    fn written(folder: &Path, step: usize, overwrite: bool) -> io::Result<Vec<(String, Vec<u8>)>> {
        let mut shards = Shards::new(folder, Form::Jsonl);
        shards.size(512).overwrite(overwrite);
        let mut writer = ShardWriter::new(shards.clone(), false)?;
        let lines = lines();
        let ends: Vec<usize> = memchr::memchr_iter(b'\n', &lines).map(|end| end + 1).collect();
        let mut from = 0;
        for end in ends.iter().copied().filter(|end| end % step == 0).chain([lines.len()]) {
            writer.write(&lines[from..end])?;
            from = end;
        }
        name_all(writer)?;
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        Ok(shards.present()?.iter().map(|path| (name(path), fs::read(path).unwrap())).collect())
    }

    #[test]
    fn shards_are_cut_between_records_wherever_the_writes_fall() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two, three] = [1, 7, 100_000].map(|step| written(folder.path(), step, true).unwrap());
        assert_eq!(one, two);
        assert_eq!(two, three);
        assert_eq!((one[0].0.as_str(), one[0].1.len()), (MARKER, 0));
        assert_eq!(one[1].0, "part-00000.jsonl");
        let whole: Vec<u8> = one.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
        assert_eq!(whole, lines());
        for (name, bytes) in &one[1..one.len() - 1] {
            assert!(
                (512..512 + 40).contains(&bytes.len()) && bytes.ends_with(b"\n"),
                "{name}: {}",
                bytes.len()
            );
        }
    }

    #[test]
    fn shards_of_another_run_are_refused_or_all_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("part-00999.parquet");
        let other = folder.path().join("part-list.txt");
        for path in [&old, &other] {
            fs::write(path, "old").unwrap();
        }
        let refused = written(folder.path(), 1, false).unwrap_err();
        assert!(refused.to_string().contains("--overwrite"), "{refused}");
        assert!(old.exists());
        written(folder.path(), 1, true).unwrap();
        assert!(!old.exists() && other.exists());
        assert!(written(folder.path(), 1, false).is_err());
    }

    #[test]
    fn what_a_killed_run_left_beside_shards_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let shards = Shards::new(folder.path(), Form::Parquet);
        // Another run was killed at its third table, with `--resume`; and one before at its first file of lines.
        let [table, lines] = written_aside(&shards.path(2));
        let other = folder.path().join(".part-00000.jsonl.zst.part");
        for path in [&table, &lines, &other] {
            assert!(shards.would_hold(path), "{}", path.display());
            fs::write(path, "left").unwrap();
        }
        fs::write(folder.path().join(".lines.part"), "of somebody else").unwrap();
        name_all(ShardWriter::new(shards, true).unwrap()).unwrap();
        let mut left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".lines.part", MARKER, "part-00000.parquet"]);
    }

    #[test]
    fn a_run_that_stops_leaves_no_shard_and_one_without_articles_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut shards = Shards::new(folder.path().join("new"), Form::JsonlZst);
        shards.size(10);
        fs::create_dir(shards.folder()).unwrap();
        let mut writer = ShardWriter::new(shards.clone(), false).unwrap();
        writer.write(&lines()).unwrap();
        drop(writer);
        assert_eq!(fs::read_dir(shards.folder()).unwrap().count(), 0);
        name_all(ShardWriter::new(shards.clone(), false).unwrap()).unwrap();
        assert_eq!(shards.present().unwrap().len(), 2);
    }
}
