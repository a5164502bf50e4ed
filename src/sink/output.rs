//! Output files that are there whole or not at all: written aside in the same folder, synced, and renamed when the run
//! is done. Dropped before that, they leave nothing behind. Their form follows the name. Standard output, pipes and
//! devices are written directly, since nothing can be renamed over them.

use super::encoder::{Encoder, Form};
use super::place::{Place, folder_of, place_of};
use super::shards::{ShardWriter, Shards};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where an output goes.
pub enum Target {
    /// Standard output, uncompressed.
    Stdout,
    /// A file, compressed when its name ends in `.gz` or `.zst`, a table when it ends in `.parquet`.
    File(PathBuf),
    /// A folder of files.
    Shards(Shards),
    /// Any writer, uncompressed; the name stands in errors.
    Writer {
        /// What to call it.
        name: String,
        /// The writer.
        writer: Box<dyn Write + Send>,
    },
}

impl Target {
    /// `-` is standard output, anything else a file.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        if path.as_os_str() == "-" { Self::Stdout } else { Self::File(path) }
    }

    /// What errors call it.
    pub fn name(&self) -> String {
        match self {
            Self::Stdout => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Shards(shards) => shards.folder().display().to_string(),
            Self::Writer { name, .. } => name.clone(),
        }
    }

    /// Whether both go to the same place, as far as that can be told; writers never do.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Stdout, Self::Stdout) => true,
            (Self::File(one), Self::File(other)) => {
                let (one, other) = (real(one), real(other));
                // A device takes what any number of outputs give it.
                one == other && (one.is_file() || !one.exists())
            }
            _ => false,
        }
    }

    /// The files that would be replaced, or would be if they were there.
    pub fn files(&self) -> Vec<PathBuf> {
        match self {
            Self::File(path) => vec![path.clone()],
            Self::Shards(shards) => shards.present().unwrap_or_default(),
            Self::Stdout | Self::Writer { .. } => Vec::new(),
        }
    }
}

/// The path without links and detours, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let whole = fs::canonicalize(path);
    whole.unwrap_or_else(|_| match (fs::canonicalize(folder_of(path)), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    })
}

/// Why an output could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} `{name}`: {error}; nothing stands under that name unless it did before")]
pub struct OutputError {
    doing: &'static str,
    name: String,
    #[source]
    error: io::Error,
}

impl OutputError {
    /// Whether the reader of a pipe went away: an end, not a fault.
    pub fn is_closed_pipe(&self) -> bool {
        self.error.kind() == io::ErrorKind::BrokenPipe
    }
}

/// An output that is being written.
pub struct Output {
    name: String,
    files: Files,
}

enum Files {
    One(Encoder),
    Many(Box<ShardWriter>),
}

impl Output {
    /// Opens an output of JSON lines; a file gets its name only in [`Output::finish`].
    pub fn open(target: Target) -> Result<Self, OutputError> {
        let is_table = matches!(&target, Target::File(path) if Form::of_path(path) == Form::Parquet);
        if is_table || matches!(target, Target::Shards(_)) {
            let words = "only articles are written as Parquet or in shards; end its name in `.jsonl`";
            return Err(OutputError { doing: "create", name: target.name(), error: io::Error::other(words) });
        }
        Self::open_records(target)
    }

    /// Opens an output for records of articles, which may be a table or a folder too.
    pub fn open_records(target: Target) -> Result<Self, OutputError> {
        let name = target.name();
        let files = match target {
            Target::Stdout => Ok(Files::One(Encoder::Plain(Place::Direct(Box::new(io::stdout()))))),
            Target::Writer { writer, .. } => Ok(Files::One(Encoder::Plain(Place::Direct(writer)))),
            Target::File(path) => {
                let place = place_of(&path);
                place.and_then(|place| Encoder::new(Form::of_path(&path), place)).map(Files::One)
            }
            Target::Shards(shards) => ShardWriter::new(shards).map(|shards| Files::Many(Box::new(shards))),
        };
        match files {
            Ok(files) => Ok(Self { name, files }),
            Err(error) => Err(OutputError { doing: "create", name, error }),
        }
    }

    /// Writes all bytes, which are whole lines where the form asks for them.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        let written = match &mut self.files {
            Files::One(encoder) => encoder.write(bytes),
            Files::Many(shards) => shards.write(bytes),
        };
        written.map_err(|error| OutputError { doing: "write", name: self.name.clone(), error })
    }

    /// Completes the output: all bytes are on disk before a file gets its name.
    pub fn finish(self) -> Result<(), OutputError> {
        let finished = match self.files {
            Files::One(encoder) => {
                encoder.finish().and_then(Place::seal).and_then(|sealed| sealed.give_name())
            }
            Files::Many(shards) => shards.finish(),
        };
        finished.map_err(|error| OutputError { doing: "complete", name: self.name, error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

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
        assert!(names(folder.path())[0].starts_with(".out.jsonl.part-"));
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
