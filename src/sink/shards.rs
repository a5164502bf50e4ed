//! A folder of files that together are one output: `part-00000.jsonl` and so on, cut between records where they have the
//! asked size, and `_SUCCESS` when all are there. Where they are cut depends on the records alone. Files of another run
//! are never mixed with these: they are refused, or replaced when that was asked for.

use super::encoder::{Encoder, Form};
use super::place::{Place, Sealed, place_of};
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
        let mut present = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let is_part = |name: &str| {
                let number = name.strip_prefix(PART).and_then(|rest| rest.split('.').next());
                number.is_some_and(|digits| {
                    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
                })
            };
            if name.to_str().is_some_and(|name| name == MARKER || is_part(name)) {
                present.push(self.folder.join(name));
            }
        }
        // `_` stands before `p`.
        present.sort();
        Ok(present)
    }

    fn path(&self, nth: usize) -> PathBuf {
        self.folder.join(format!("{PART}{nth:05}.{}", self.form.ending()))
    }
}

/// Shards that are being written.
pub(super) struct ShardWriter {
    shards: Shards,
    done: Vec<Sealed>,
    open: Encoder,
    /// Bytes of lines in the open shard.
    filled: u64,
}

impl ShardWriter {
    pub(super) fn new(shards: Shards) -> io::Result<Self> {
        fs::create_dir_all(&shards.folder)?;
        if !shards.overwrite && !shards.present()?.is_empty() {
            let words =
                "it holds shards of another run; write to another folder, or replace them with `--overwrite`";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, words));
        }
        let open = open(&shards, 0)?;
        Ok(Self { shards, done: Vec::new(), open, filled: 0 })
    }

    /// Writes whole lines.
    pub(super) fn write(&mut self, mut lines: &[u8]) -> io::Result<()> {
        while !lines.is_empty() {
            // A shard that is full ends only when there is a next record, so none is empty but the first.
            if self.filled >= self.shards.size {
                let next = open(&self.shards, self.done.len() + 1)?;
                let full = std::mem::replace(&mut self.open, next);
                self.done.push(full.finish().and_then(Place::seal)?);
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

    /// Completes the last shard, then gives all their names, then sets the marker.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.done.push(self.open.finish().and_then(Place::seal)?);
        if self.shards.overwrite {
            // The marker goes first: without it nobody takes what is left for whole.
            for old in self.shards.present()? {
                fs::remove_file(old)?;
            }
        }
        for shard in self.done {
            shard.give_name()?;
        }
        File::create(self.shards.folder.join(MARKER))?.sync_all()
    }
}

fn open(shards: &Shards, nth: usize) -> io::Result<Encoder> {
    Encoder::new(shards.form, place_of(&shards.path(nth))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<u8> {
        (0..200)
            .flat_map(|n| format!("{{\"n\":{n},\"x\":\"{}\"}}\n", "y".repeat(n % 17)).into_bytes())
            .collect()
    }

    fn written(folder: &Path, step: usize, overwrite: bool) -> io::Result<Vec<(String, Vec<u8>)>> {
        let mut shards = Shards::new(folder, Form::Jsonl);
        shards.size(512).overwrite(overwrite);
        let mut writer = ShardWriter::new(shards.clone())?;
        let lines = lines();
        let ends: Vec<usize> = memchr::memchr_iter(b'\n', &lines).map(|end| end + 1).collect();
        let mut from = 0;
        for end in ends.iter().copied().filter(|end| end % step == 0).chain([lines.len()]) {
            writer.write(&lines[from..end])?;
            from = end;
        }
        writer.finish()?;
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
    fn a_run_that_stops_leaves_no_shard_and_one_without_articles_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut shards = Shards::new(folder.path().join("new"), Form::JsonlZst);
        shards.size(10);
        let mut writer = ShardWriter::new(shards.clone()).unwrap();
        writer.write(&lines()).unwrap();
        drop(writer);
        assert_eq!(fs::read_dir(shards.folder()).unwrap().count(), 0);
        ShardWriter::new(shards.clone()).unwrap().finish().unwrap();
        assert_eq!(shards.present().unwrap().len(), 2);
    }
}
