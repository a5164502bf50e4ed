//! The paths, folders, globs and `-` that a run was given, and which files of a folder it takes.

use super::inputs::{InputError, MAX_DEPTH};
use super::names::{is_page_file, slashed};
use super::walk::{self, Found};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// One input as given.
#[derive(Clone, Debug)]
pub(super) enum Root {
    Stdin,
    /// A file, or a pipe that the user named.
    File(PathBuf),
    Folder(PathBuf),
    /// Files below `base` whose path from there fits `glob`.
    Glob {
        base: PathBuf,
        glob: GlobSet,
    },
}

impl Root {
    /// Judges the path of a file inside the folder that it is looked for in, parted by `/`.
    pub(super) fn takes(&self, inside: &str, filter: &Filter) -> bool {
        match self {
            Self::Stdin | Self::File(_) => false,
            Self::Folder(_) => filter.takes(inside),
            Self::Glob { glob, .. } => glob.is_match(inside) && !filter.excludes(inside),
        }
    }

    /// The file, if it is one.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
        }
    }

    /// The folder in which files are looked for.
    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Stdin | Self::File(_) => None,
            Self::Folder(base) | Self::Glob { base, .. } => Some(base),
        }
    }
}

/// Which files of a folder are taken.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    include: Option<GlobSet>,
    exclude: Option<GlobSet>,
    /// How deep folders may lie below the one that was named.
    pub(super) max_depth: u32,
}

impl Default for Filter {
    fn default() -> Self {
        Self { include: None, exclude: None, max_depth: MAX_DEPTH }
    }
}

impl Filter {
    /// Of the globs as written, those of files to take and of what to leave out.
    pub(super) fn new(include: &[String], exclude: &[String], max_depth: u32) -> Result<Self, InputError> {
        let (include, exclude) = (set_of(include, glob_inside)?, set_of(exclude, globs_left_out)?);
        Ok(Self { include, exclude, max_depth })
    }

    /// Judges a path inside its folder, parted by `/`.
    pub(super) fn takes(&self, inside: &str) -> bool {
        let asked = match &self.include {
            Some(include) => include.is_match(inside),
            None => is_page_file(inside),
        };
        asked && !self.excludes(inside)
    }

    pub(super) fn excludes(&self, inside: &str) -> bool {
        self.exclude.as_ref().is_some_and(|exclude| exclude.is_match(inside))
    }
}

pub(super) fn is_piped(root: &Root) -> bool {
    match root {
        Root::Stdin => true,
        Root::File(path) => !path.is_file(),
        Root::Folder(_) | Root::Glob { .. } => false,
    }
}

pub(super) fn root_of(path: &Path) -> Result<Root, InputError> {
    if path.as_os_str() == "-" {
        return Ok(Root::Stdin);
    }
    let given = || path.display().to_string();
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Ok(Root::Folder(path.to_owned())),
        Ok(found) if found.is_file() || is_pipe(&found) => Ok(Root::File(path.to_owned())),
        Ok(_) => Err(InputError::Special { path: given() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound && has_magic(path) => glob_root(path),
        Err(error) => Err(InputError::Missing { path: given(), error }),
    }
}

/// A pipe is read when it was named, since shells pass commands' outputs so; one met in a folder never is.
#[cfg(unix)]
fn is_pipe(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    found.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

fn has_magic(part: &Path) -> bool {
    part.as_os_str().as_encoded_bytes().iter().any(|byte| b"*?[{".contains(byte))
}

/// Parts a glob where its fixed beginning ends, so that the walk starts no higher than it must.
fn glob_root(path: &Path) -> Result<Root, InputError> {
    let (mut base, mut rest) = (PathBuf::new(), PathBuf::new());
    for part in path.components() {
        let fixed = rest.as_os_str().is_empty() && !has_magic(part.as_ref());
        if fixed { base.push(part) } else { rest.push(part) }
    }
    if base.as_os_str().is_empty() {
        base.push(".");
    }
    let glob = glob_of(&slashed(&rest))?;
    let glob = GlobSet::new([glob]).map_err(|error| bad_glob(&slashed(path), error))?;
    let root = Root::Glob { base, glob };
    if walk::files_of(&root, &Filter::default()).any(|found| matches!(found, Found::File(_))) {
        Ok(root)
    } else {
        Err(InputError::NoMatch { glob: path.display().to_string() })
    }
}

/// The globs that fit what any of those written means.
fn set_of(written: &[String], meant: impl Fn(&str) -> Vec<String>) -> Result<Option<GlobSet>, InputError> {
    if written.is_empty() {
        return Ok(None);
    }
    let mut set = GlobSetBuilder::new();
    for written in written {
        // What is wrong is told of what was written.
        glob_of(written)?;
        for glob in meant(written) {
            set.add(glob_of(&glob)?);
        }
    }
    set.build().map(Some).map_err(|error| bad_glob(&written.join(" "), error))
}

/// A glob without `/` fits names at any depth.
fn glob_inside(written: &str) -> Vec<String> {
    vec![if written.contains('/') { written.to_owned() } else { format!("**/{written}") }]
}

/// What fits, unless only folders are meant, and what lies in a folder that fits.
fn globs_left_out(written: &str) -> Vec<String> {
    let name = written.trim_end_matches('/');
    let mut globs = glob_inside(name);
    let below = globs.iter().map(|glob| format!("{glob}/**")).collect::<Vec<_>>();
    if name.len() < written.len() {
        globs.clear();
    }
    globs.extend(below);
    globs
}

fn glob_of(written: &str) -> Result<Glob, InputError> {
    GlobBuilder::new(written).literal_separator(true).build().map_err(|error| bad_glob(written, error))
}

fn bad_glob(glob: &str, error: globset::Error) -> InputError {
    InputError::BadGlob { glob: glob.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn include_replaces_the_known_endings_and_exclude_narrows_them() {
        let filter = |include: &[&str], exclude: &[&str]| {
            let written = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect::<Vec<_>>();
            Filter::new(&written(include), &written(exclude), MAX_DEPTH).unwrap()
        };
        let narrowed = filter(&[], &["draft*", "old/**"]);
        assert!(narrowed.takes("a/b.txt"));
        assert!(!narrowed.takes("a/draft.txt"));
        assert!(!narrowed.takes("old/a/b.txt"));
        assert!(!narrowed.takes("a/README.md"));
        let narrowed = filter(&[], &["sub", "x/y", "c.txt/"]);
        for gone in ["sub/a.txt", "a/sub/b/c.txt", "x/y/a.txt", "c.txt/a.txt"] {
            assert!(!narrowed.takes(gone), "{gone}");
        }
        for taken in ["subs/a.txt", "sub.txt", "a/x/y/a.txt", "c.txt"] {
            assert!(narrowed.takes(taken), "{taken}");
        }
        let replaced = filter(&["*.md"], &[]);
        assert!(replaced.takes("a/README.md"));
        assert!(!replaced.takes("a/b.txt"));
    }
}
