//! Where the bytes of an output go: to a file that is written aside, or straight to what nothing can be renamed over.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempPath};

/// An output's bytes on their way.
pub(super) enum Place {
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

/// A place for the file of that name.
pub(super) fn place_of(path: &Path) -> io::Result<Place> {
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
    let aside = builder.tempfile_in(folder_of(&path))?;
    Ok(Place::Aside(aside, path))
}

/// The folder that a path stands in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

impl Place {
    /// All bytes are on disk from here on; only the name is missing.
    pub(super) fn seal(mut self) -> io::Result<Sealed> {
        self.flush()?;
        let Self::Aside(file, path) = self else { return Ok(Sealed(None)) };
        file.as_file().sync_all()?;
        Ok(Sealed(Some((file.into_temp_path(), path))))
    }
}

/// A complete output without its name; dropped, it leaves nothing behind.
pub(super) struct Sealed(Option<(TempPath, PathBuf)>);

impl Sealed {
    /// Gives the file its name.
    pub(super) fn give_name(self) -> io::Result<()> {
        let Some((file, path)) = self.0 else { return Ok(()) };
        file.persist(&path).map_err(|error| error.error)?;
        sync_folder(&path);
        Ok(())
    }
}

/// Makes the new name outlast a power cut where the system can; the bytes are safe already, so a refusal is no fault.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = File::open(folder)
    {
        folder.sync_all().unwrap_or_default();
    }
}
