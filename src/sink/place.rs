//! Where the bytes of an output go: to a file that is written aside, or straight to what nothing can be renamed over.
//!
//! What is written aside has a name of its own beside the output, so that a run which was stopped finds it again. Whether
//! it stays when it is dropped before it got its name is the run's to say: it does when there is a journal.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Links that are followed one after the other; the system follows no more either.
const MOST_LINKS: usize = 40;

/// Where an output stands.
#[derive(Clone, Debug)]
pub(super) enum Spot {
    /// A file, by its path without links.
    File(PathBuf),
    /// A pipe, a device or a stream, which is written to as it is.
    Device(PathBuf),
}

impl Spot {
    /// Looks at what stands there by now.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        // What is behind it was opened by somebody, perhaps to be added to, and is not ours to replace.
        match descriptor(path) {
            Some(0) => {
                let words = "it is standard input; write to a file, or to `-`";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
            }
            Some(_) => return Ok(Self::Device(path.to_owned())),
            None => {}
        }
        let Ok(real) = fs::canonicalize(path) else {
            return match fs::metadata(path) {
                // A pipe of another process, which `/proc` leads to, has no path without links.
                Ok(kind) if !kind.is_file() && !kind.is_dir() => Ok(Self::Device(path.to_owned())),
                // Through a link, the file that it names is replaced or made, and the link stays.
                _ => followed(path).map(Self::File),
            };
        };
        let kind = fs::metadata(&real)?;
        if kind.is_dir() {
            let words = "it is a folder; name a file, in that folder or elsewhere";
            return Err(io::Error::new(io::ErrorKind::IsADirectory, words));
        }
        Ok(if kind.is_file() { Self::File(real) } else { Self::Device(real) })
    }

    /// Whether something can be written there by now: a file without a name is made in its folder, and goes at once.
    pub(super) fn check(&self) -> io::Result<()> {
        match self {
            Self::File(path) => tempfile::tempfile_in(folder_of(path)).map(|_| ()),
            Self::Device(_) => Ok(()),
        }
    }
}

/// The number of the stream that this process was given and that a path leads to, as `/dev/stdout` and `/dev/fd/3` do.
pub(super) fn descriptor(path: &Path) -> Option<u32> {
    let streams = ["/proc/self/fd", "/dev/fd"].map(|folder| fs::canonicalize(folder).ok());
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let folder = fs::canonicalize(folder_of(&path)).ok();
        if folder.is_some() && streams.contains(&folder) {
            return path.file_name()?.to_str()?.parse().ok();
        }
        path = folder_of(&path).join(fs::read_link(&path).ok()?);
    }
    None
}

/// The path of a file that is not there yet: what a link names, if it is one. Its folder must be there.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(named) = fs::read_link(&path) else {
            let folder = folder_of(&path);
            return match fs::metadata(folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    let words = "make it first, or write elsewhere";
                    let words = format!("there is no folder `{}`; {words}", folder.display());
                    Err(io::Error::new(io::ErrorKind::NotFound, words))
                }
                Ok(found) if !found.is_dir() => {
                    let words = format!("`{}` is a file and no folder; write elsewhere", folder.display());
                    Err(io::Error::new(io::ErrorKind::NotADirectory, words))
                }
                _ => Ok(path),
            };
        };
        path = folder_of(&path).join(named);
    }
    Err(io::Error::other("it is a link that leads to itself; remove it, or write elsewhere"))
}

/// The path without links and detours, as far as it exists.
pub(super) fn real(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    let path = followed(path).unwrap_or_else(|_| path.to_owned());
    match (fs::canonicalize(folder_of(&path)), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

/// An output's bytes on their way.
pub(super) enum Place {
    /// Written aside, to be renamed.
    Aside(Aside),
    Direct(Box<dyn Write + Send>),
}

impl Place {
    /// Straight to a pipe, a device or a stream.
    pub(super) fn device(path: &Path) -> io::Result<Self> {
        let descriptor = descriptor(path);
        let device: Box<dyn Write + Send> = match descriptor {
            // Opened once more, a file would be written from its begin, over what others write there.
            Some(1) => return Ok(Self::Direct(Box::new(io::stdout()))),
            Some(2) => Box::new(io::stderr()),
            _ => Box::new(File::options().write(true).append(descriptor.is_some()).open(path)?),
        };
        Ok(Self::Direct(Box::new(BufWriter::new(device))))
    }

    /// Bytes that are on disk, all of them.
    pub(super) fn sync(&mut self) -> io::Result<u64> {
        self.flush()?;
        match self {
            Self::Aside(aside) => aside.file.sync_data().map(|()| aside.len),
            Self::Direct(_) => Ok(0),
        }
    }

    /// Whether nothing was written yet.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Aside(aside) if aside.len == 0)
    }

    /// All bytes are on disk from here on; only the name is missing.
    pub(super) fn seal(mut self) -> io::Result<Sealed> {
        self.flush()?;
        let Self::Aside(aside) = self else { return Ok(Sealed::Direct) };
        aside.file.sync_all()?;
        Ok(Sealed::Aside(aside.named))
    }
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Aside(aside) => {
                let len = aside.file.write(bytes)?;
                aside.len += len as u64;
                Ok(len)
            }
            Self::Direct(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Aside(aside) => aside.file.flush(),
            Self::Direct(writer) => writer.flush(),
        }
    }
}

/// A file that is written aside.
pub(super) struct Aside {
    file: File,
    /// Bytes in it.
    len: u64,
    named: Named,
}

impl Aside {
    /// Begins anew, whatever another run left.
    pub(super) fn create(path: &Path, keep: bool) -> io::Result<Self> {
        let named = Named { aside: beside(path, ".part"), path: path.to_owned(), keep };
        remove(&named.aside)?;
        // A file that was not there before: nobody has put a link into its place.
        let file = File::options().read(true).write(true).create_new(true).open(&named.aside)?;
        Ok(Self { file, len: 0, named })
    }

    /// Goes on behind the first `len` bytes of what is there; what follows them is cut off.
    pub(super) fn go_on(path: &Path, len: u64) -> io::Result<Self> {
        let named = Named { aside: beside(path, ".part"), path: path.to_owned(), keep: true };
        if len == 0 {
            return Self::create(path, true);
        }
        plain_file(&named.aside)?;
        let mut file = File::options().read(true).write(true).open(&named.aside)?;
        let there = file.metadata()?.len();
        if there < len {
            let aside = named.aside.display();
            let words = format!("`{aside}` has {there} bytes, and the journal speaks of {len}");
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, words));
        }
        file.set_len(len)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file, len, named })
    }

    /// Where it stands by now.
    pub(super) fn stands_at(&self) -> &Path {
        &self.named.aside
    }
}

/// The two names of a file that is written aside.
#[derive(Debug)]
pub(super) struct Named {
    aside: PathBuf,
    path: PathBuf,
    keep: bool,
}

impl Drop for Named {
    fn drop(&mut self) {
        if !self.keep {
            fs::remove_file(&self.aside).unwrap_or_default();
        }
    }
}

/// A complete output without its name; dropped, it leaves nothing behind unless it is to be kept.
#[derive(Debug)]
pub(super) enum Sealed {
    Direct,
    Aside(Named),
}

impl Sealed {
    /// What an earlier run sealed.
    pub(super) fn before(path: &Path) -> Self {
        Self::Aside(Named { aside: beside(path, ".part"), path: path.to_owned(), keep: true })
    }

    /// Bytes of the file.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Direct => 0,
            Self::Aside(named) => {
                [&named.aside, &named.path].into_iter().find_map(|path| size(path)).unwrap_or(0)
            }
        }
    }

    /// Gives the file its name. One that has it already, by an earlier run, keeps it.
    pub(super) fn give_name(self) -> io::Result<()> {
        let Self::Aside(mut named) = self else { return Ok(()) };
        if named.keep && !named.aside.exists() && named.path.is_file() {
            return Ok(());
        }
        fs::rename(&named.aside, &named.path)?;
        named.keep = true;
        sync_folder(&named.path);
        Ok(())
    }
}

/// Bytes of a file, if it is there.
pub(super) fn size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|kind| kind.len())
}

/// The hidden file beside `path` that is called after it.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(ending);
    folder_of(path).join(name)
}

/// The folder that a path stands in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Refuses links and whatever else is no file of its own.
pub(super) fn plain_file(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_file() {
        return Ok(());
    }
    let words = format!("`{}` is in the way and no plain file; remove it", path.display());
    Err(io::Error::new(io::ErrorKind::AlreadyExists, words))
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes the names in a file's folder outlast a power cut where the system can; the bytes are safe already, so a refusal is
/// no fault.
pub(crate) fn sync_folder(path: &Path) {
    if let Ok(folder) = File::open(folder_of(path)) {
        folder.sync_all().unwrap_or_default();
    }
}
