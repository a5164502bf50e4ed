//! Output files that are there whole or not at all: written aside in the same folder, synced, and renamed when the run
//! is done. Dropped before that, they leave nothing behind. Compression follows the name. Standard output, pipes and
//! devices are written directly, since nothing can be renamed over them.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// gzip at its fastest: level 6 takes three times as long as cleaning the same text.
const GZIP_LEVEL: u32 = 1;
/// zstd's own default.
const ZSTD_LEVEL: i32 = 3;
/// Threads of one zstd output. Fixed, so that the bytes never depend on how many threads clean pages.
const ZSTD_THREADS: u32 = 2;

/// Where an output goes.
pub enum Target {
    /// Standard output, uncompressed.
    Stdout,
    /// A file, compressed when its name ends in `.gz` or `.zst`.
    File(PathBuf),
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

    /// The file's path, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Stdout | Self::Writer { .. } => None,
        }
    }
}

/// The path without links and detours, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let whole = fs::canonicalize(path);
    whole.unwrap_or_else(|_| match (fs::canonicalize(folder), path.file_name()) {
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
    encoder: Encoder,
}

enum Encoder {
    Plain(Place),
    Gzip(Box<flate2::write::GzEncoder<Place>>),
    Zstd(zstd::Encoder<'static, Place>),
}

enum Place {
    /// Written aside, to be renamed to the path.
    Aside(NamedTempFile, PathBuf),
    Direct(Box<dyn Write + Send>),
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Aside(file, _) => file.write(bytes),
            Self::Direct(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Aside(file, _) => file.flush(),
            Self::Direct(writer) => writer.flush(),
        }
    }
}

impl Output {
    /// Opens the output; a file gets its name only in [`Output::finish`].
    pub fn open(target: Target) -> Result<Self, OutputError> {
        let name = target.name();
        match target {
            Target::Stdout => {
                Ok(Self { name, encoder: Encoder::Plain(Place::Direct(Box::new(io::stdout()))) })
            }
            Target::Writer { writer, .. } => {
                Ok(Self { name, encoder: Encoder::Plain(Place::Direct(writer)) })
            }
            Target::File(path) => match place_of(&path).and_then(|place| encoder_of(&path, place)) {
                Ok(encoder) => Ok(Self { name, encoder }),
                Err(error) => Err(OutputError { doing: "create", name, error }),
            },
        }
    }

    /// Writes all bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        let written = match &mut self.encoder {
            Encoder::Plain(place) => place.write_all(bytes),
            Encoder::Gzip(encoder) => encoder.write_all(bytes),
            Encoder::Zstd(encoder) => encoder.write_all(bytes),
        };
        written.map_err(|error| OutputError { doing: "write", name: self.name.clone(), error })
    }

    /// Completes the output: all bytes are on disk before a file gets its name.
    pub fn finish(self) -> Result<(), OutputError> {
        let finished = match self.encoder {
            Encoder::Plain(place) => Ok(place),
            Encoder::Gzip(encoder) => encoder.finish(),
            Encoder::Zstd(encoder) => encoder.finish(),
        };
        finished.and_then(settle).map_err(|error| OutputError { doing: "complete", name: self.name, error })
    }
}

fn encoder_of(path: &Path, place: Place) -> io::Result<Encoder> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if ending.eq_ignore_ascii_case("gz") {
        let level = flate2::Compression::new(GZIP_LEVEL);
        return Ok(Encoder::Gzip(Box::new(flate2::write::GzEncoder::new(place, level))));
    }
    if ending.eq_ignore_ascii_case("zst") {
        let mut encoder = zstd::Encoder::new(place, ZSTD_LEVEL)?;
        encoder.multithread(ZSTD_THREADS)?;
        encoder.include_checksum(true)?;
        return Ok(Encoder::Zstd(encoder));
    }
    Ok(Encoder::Plain(place))
}

fn place_of(path: &Path) -> io::Result<Place> {
    // Through a link, the file that it names is replaced, and the link stays.
    let path = match fs::canonicalize(path) {
        Ok(real) => {
            let kind = fs::metadata(&real)?;
            if kind.is_dir() {
                return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
            }
            if !kind.is_file() {
                let device = File::options().write(true).open(&real)?;
                return Ok(Place::Direct(Box::new(BufWriter::new(device))));
            }
            real
        }
        Err(_) => path.to_owned(),
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut builder = tempfile::Builder::new();
    let prefix = format!(".{name}.part-");
    builder.prefix(&prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What any new file gets, less the user's mask: a result is no secret.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let aside = builder.tempfile_in(folder)?;
    Ok(Place::Aside(aside, path))
}

fn settle(mut place: Place) -> io::Result<()> {
    place.flush()?;
    let Place::Aside(file, path) = place else { return Ok(()) };
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    sync_folder(&path);
    Ok(())
}

/// Makes the new name outlast a power cut where the system can; the bytes are safe already, so a refusal is no fault.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = File::open(folder)
    {
        folder.sync_all().unwrap_or_default();
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
