//! One run to an output: a lock file beside it, held by the system for as long as the run lives and no longer, so that a
//! run which was killed locks nothing. The second run is refused at once, before it has touched a thing.

use same_file::Handle;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// What the second run is told.
const TAKEN: &str = "another run is writing it; wait for that run, or write elsewhere";

/// A lock that is held; its file goes with it.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock, or tells that another run has it.
    pub(super) fn take(path: PathBuf) -> io::Result<Self> {
        loop {
            let file = open(&path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::new(io::ErrorKind::ResourceBusy, TAKEN));
                }
                // A file system without locks cannot keep a second run out; that is no reason to refuse the first.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // The run that had it before may have removed the file between its opening and its locking here.
            if Handle::from_path(&path).ok() == Some(Handle::from_file(file.try_clone()?)?) {
                return Ok(Self { path, _file: file });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still locked: whoever opened it meanwhile sees that it is no longer the file of that name.
        fs::remove_file(&self.path).unwrap_or_default();
    }
}

/// Opens the lock file, and nothing that a link of its name leads to.
fn open(path: &Path) -> io::Result<File> {
    match File::options().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        opened => return opened,
    }
    super::place::plain_file(path)?;
    File::options().write(true).create(true).truncate(false).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".out.lock");
        let first = Lock::take(path.clone()).unwrap();
        let refused = Lock::take(path.clone()).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ResourceBusy);
        drop(first);
        assert!(!path.exists());
        // What a killed run leaves is an empty file that nobody holds.
        fs::write(&path, "").unwrap();
        drop(Lock::take(path.clone()).unwrap());
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_its_place_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".out.lock");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &path).unwrap();
        assert!(Lock::take(path).is_err());
        assert!(!folder.path().join("elsewhere").exists());
    }
}
