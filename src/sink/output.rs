//! Output files that are there whole or not at all: written aside in the same folder, synced, and renamed when the run
//! is done. Dropped before that, they leave nothing behind, unless a journal tells how to go on. Their form follows the
//! name. Standard output, pipes and devices are written directly, since nothing can be renamed over them.
//!
//! The way of an output: a [`Target`] is claimed, so that no other run writes it; the [`Claim`] is opened, anew or where
//! an earlier run was; the [`Output`] is written and sealed; the [`SealedOutput`] gets its name.

use super::encoder::{Encoder, Form};
use super::lock::Lock;
use super::place::{Place, Sealed, Spot, beside, size};
use super::shards::{SealedShards, ShardWriter, Shards, encoder};
use super::spool::forget_lines;
use super::target::{OutputError, Target, lines_only};
use std::fs;
use std::io;
use std::path::PathBuf;

/// How far an output is: what a run that goes on there needs to know of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mark {
    /// Shards that are complete.
    pub part: u64,
    /// Bytes of the file, or of the shard that is open, that are on disk and stand for themselves.
    pub len: u64,
    /// Bytes of lines in the open shard.
    pub filled: u64,
}

/// An output that no other run writes while this lives.
pub struct Claim {
    name: String,
    kind: Kind,
    lock: Option<Lock>,
}

enum Kind {
    Direct(Place),
    File(PathBuf),
    Shards(Shards),
}

impl Claim {
    /// Claims an output.
    ///
    /// # Errors
    ///
    /// Tells of a place where nothing can be written, and of another run that writes there.
    pub fn new(target: Target) -> Result<Self, OutputError> {
        let name = target.name();
        match claimed(target) {
            Ok((kind, lock)) => Ok(Self { name, kind, lock }),
            Err(error) => Err(OutputError { doing: "create", name, error }),
        }
    }

    /// Where the journal of the output stands; `None` when it has no name that one could come back to.
    pub fn journal(&self) -> Option<PathBuf> {
        match &self.kind {
            Kind::Direct(_) => None,
            Kind::File(path) => Some(beside(path, ".journal")),
            Kind::Shards(shards) => Some(shards.folder().join(".journal")),
        }
    }

    /// What errors call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the output stands there by now as it was when it was sealed.
    pub fn is_there(&self, mark: &Mark) -> bool {
        match &self.kind {
            Kind::Direct(_) => false,
            Kind::File(path) => size(path) == Some(mark.len),
            Kind::Shards(shards) => shards.are_complete(mark),
        }
    }

    /// Opens the output anew.
    pub fn open(self) -> Result<Output, OutputError> {
        self.opened(None)
    }

    /// Opens the output so that what was written stays when the run is stopped, behind what an earlier run wrote. Without a
    /// mark that is nothing.
    pub fn go_on(self, mark: Option<&Mark>) -> Result<Output, OutputError> {
        self.opened(Some(mark))
    }

    fn opened(self, kept: Option<Option<&Mark>>) -> Result<Output, OutputError> {
        let Self { name, kind, lock } = self;
        let keep = kept.is_some();
        let mark = kept.flatten();
        let files = match kind {
            Kind::Direct(place) => Ok(Files::One(Encoder::Plain(place), None)),
            Kind::File(path) => encoder(&path, Form::of_path(&path), keep, mark.map_or(0, |mark| mark.len))
                .map(|encoder| Files::One(encoder, Some(path))),
            Kind::Shards(shards) => match mark {
                Some(mark) => ShardWriter::go_on(shards, mark),
                None => ShardWriter::new(shards, keep),
            }
            .map(|shards| Files::Many(Box::new(shards))),
        };
        match files {
            Ok(files) => Ok(Output { name, files, lock }),
            Err(error) => {
                Err(OutputError { doing: if mark.is_some() { "go on with" } else { "create" }, name, error })
            }
        }
    }

    /// What an earlier run sealed, and perhaps began to name.
    pub fn sealed(self, mark: &Mark) -> SealedOutput {
        let kind = match self.kind {
            Kind::Direct(_) => SealedKind::One(Sealed::Direct, None),
            Kind::File(path) => SealedKind::One(Sealed::before(&path), Some(path)),
            Kind::Shards(shards) => SealedKind::Many(SealedShards::before(shards, mark)),
        };
        SealedOutput { name: self.name, kind, _lock: self.lock }
    }
}

fn claimed(target: Target) -> io::Result<(Kind, Option<Lock>)> {
    Ok(match target {
        Target::Stdout => (Kind::Direct(Place::Direct(Box::new(io::stdout()))), None),
        Target::Writer { writer, .. } => (Kind::Direct(Place::Direct(writer)), None),
        Target::File(path) => match Spot::of(&path)? {
            Spot::Device(path) => (Kind::Direct(Place::device(&path)?), None),
            Spot::File(path) => {
                let lock = Lock::take(beside(&path, ".lock"))?;
                (Kind::File(path), Some(lock))
            }
        },
        Target::Shards(shards) => {
            fs::create_dir_all(shards.folder())?;
            let lock = Lock::take(shards.folder().join(".lock"))?;
            (Kind::Shards(shards), Some(lock))
        }
    })
}

/// An output that is being written.
pub struct Output {
    name: String,
    files: Files,
    lock: Option<Lock>,
}

enum Files {
    One(Encoder, Option<PathBuf>),
    Many(Box<ShardWriter>),
}

impl Output {
    /// Opens an output of JSON lines; a file gets its name only in [`Output::finish`].
    pub fn open(target: Target) -> Result<Self, OutputError> {
        lines_only(&target)?;
        Claim::new(target)?.open()
    }

    /// Writes all bytes, which are whole lines where the form asks for them.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        let written = match &mut self.files {
            Files::One(encoder, _) => encoder.write(bytes),
            Files::Many(shards) => shards.write(bytes),
        };
        self.tell("write", written)
    }

    /// Ends a section: what is compressed ends a frame.
    pub fn end_section(&mut self) -> Result<(), OutputError> {
        let ended = match &mut self.files {
            Files::One(encoder, _) => encoder.end_section(),
            Files::Many(shards) => shards.end_section(),
        };
        self.tell("write", ended)
    }

    /// Ends a section, and brings all that was written to the disk.
    pub fn sync(&mut self) -> Result<Mark, OutputError> {
        let synced = match &mut self.files {
            Files::One(encoder, _) => encoder.sync().map(|len| Mark { part: 0, len, filled: 0 }),
            Files::Many(shards) => shards.sync(),
        };
        self.tell("write", synced)
    }

    fn tell<T>(&self, doing: &'static str, done: io::Result<T>) -> Result<T, OutputError> {
        done.map_err(|error| OutputError { doing, name: self.name.clone(), error })
    }

    /// Completes the output, all bytes on disk, but for its name.
    pub fn seal(self) -> Result<SealedOutput, OutputError> {
        let Self { name, files, lock } = self;
        let sealed = match files {
            Files::One(encoder, path) => {
                encoder.finish().and_then(Place::seal).map(|sealed| SealedKind::One(sealed, path))
            }
            Files::Many(shards) => shards.seal().map(SealedKind::Many),
        };
        match sealed {
            Ok(kind) => Ok(SealedOutput { name, kind, _lock: lock }),
            Err(error) => Err(OutputError { doing: "complete", name, error }),
        }
    }

    /// Completes the output: all bytes are on disk before a file gets its name.
    pub fn finish(self) -> Result<(), OutputError> {
        let sealed = self.seal()?;
        sealed.clear()?;
        sealed.give_names()
    }
}

/// An output that is complete but for its name.
pub struct SealedOutput {
    name: String,
    kind: SealedKind,
    _lock: Option<Lock>,
}

enum SealedKind {
    One(Sealed, Option<PathBuf>),
    Many(SealedShards),
}

impl SealedOutput {
    /// What [`Claim::sealed`] and [`Claim::is_there`] need to know of it: how many shards, and the bytes of all.
    pub fn mark(&self) -> Mark {
        match &self.kind {
            SealedKind::One(sealed, _) => Mark { len: sealed.len(), ..Mark::default() },
            SealedKind::Many(shards) => shards.mark(),
        }
    }

    /// Removes what another run left and this one replaces. To be done once, before any name is given.
    pub fn clear(&self) -> Result<(), OutputError> {
        let cleared = match &self.kind {
            SealedKind::One(..) => Ok(()),
            SealedKind::Many(shards) => shards.clear(),
        };
        cleared.map_err(|error| OutputError { doing: "complete", name: self.name.clone(), error })
    }

    /// Gives the output its name; what has its name already keeps it.
    pub fn give_names(self) -> Result<(), OutputError> {
        let named = match self.kind {
            SealedKind::One(sealed, path) => sealed.give_name().and_then(|()| match path {
                Some(path) if Form::of_path(&path) == Form::Parquet => forget_lines(&path),
                _ => Ok(()),
            }),
            SealedKind::Many(shards) => shards.give_names(),
        };
        named.map_err(|error| OutputError { doing: "complete", name: self.name, error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::path::Path;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_has_its_name_only_when_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let mut output = Output::open(Target::from_path(&path)).unwrap();
        output.write(b"half").unwrap();
        assert!(!path.exists());
        assert_eq!(names(folder.path()), [".out.jsonl.lock", ".out.jsonl.part"]);
        drop(output);
        assert!(names(folder.path()).is_empty());
        let mut output = Output::open(Target::from_path(&path)).unwrap();
        output.write(b"whole").unwrap();
        output.finish().unwrap();
        assert_eq!(names(folder.path()), ["out.jsonl"]);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
    }

    #[test]
    fn compresses_by_name_and_alike_however_the_writes_fall() {
        let folder = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..3_000_000u32).flat_map(|n| (n.wrapping_mul(n) >> 7).to_le_bytes()).collect();
        for name in ["a.jsonl.gz", "a.jsonl.zst"] {
            let path = folder.path().join(name);
            let mut written = Vec::new();
            for size in [1 << 10, 1 << 20, bytes.len()] {
                let mut output = Output::open(Target::from_path(&path)).unwrap();
                for part in bytes.chunks(size) {
                    output.write(part).unwrap();
                }
                output.finish().unwrap();
                written.push(fs::read(&path).unwrap());
            }
            assert!(written.windows(2).all(|pair| pair[0] == pair[1]), "{name}");
            let mut read = Vec::new();
            if name.ends_with("gz") {
                flate2::read::MultiGzDecoder::new(&written[0][..]).read_to_end(&mut read).unwrap();
            } else {
                read = zstd::decode_all(&written[0][..]).unwrap();
            }
            assert_eq!(read, bytes);
        }
    }

    #[test]
    fn a_wrong_place_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: PathBuf| Output::open(Target::from_path(path)).err().unwrap().to_string();
        assert!(refused(folder.path().to_owned()).contains("it is a folder"));
        assert!(refused(folder.path().join("gone/out.jsonl")).starts_with("cannot create `"));
    }

    #[cfg(unix)]
    #[test]
    fn devices_are_written_to_and_links_stay() {
        let mut output = Output::open(Target::from_path("/dev/null")).unwrap();
        output.write(b"x").unwrap();
        output.finish().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());

        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut output = Output::open(Target::from_path(&link)).unwrap();
        output.write(b"new").unwrap();
        output.finish().unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
