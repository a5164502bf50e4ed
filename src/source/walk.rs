//! The files of a run, in one order on every machine: inputs as given, and in each folder the entries by the bytes of
//! their names. No ignore file, no hidden name and no setting of the machine changes what is found. Links are
//! followed, but not in circles; pipes, sockets and devices in a folder are passed by, never opened.

use super::names::{page_id, slashed};
use super::roots::{Filter, Root};
use crate::model::{Page, Reject, RejectReason};
use ignore::{DirEntry, Walk, WalkBuilder};
use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A page's or container's id and source, before records are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) id: String,
    pub(super) source: String,
}

impl Origin {
    /// Of what is no file.
    pub(super) fn none() -> Self {
        Self { id: String::new(), source: String::new() }
    }

    pub(super) fn of(page: &Page) -> Self {
        Self { id: page.id.clone(), source: page.source.clone() }
    }

    /// The origin of one of many: a line of this by `:`, a record or a row by `#`.
    pub(super) fn within(&self, sign: char, place: impl Display) -> Self {
        let Self { id, source } = self;
        Self { id: format!("{id}{sign}{place}"), source: format!("{source}{sign}{place}") }
    }

    /// What stands for a page of this origin that failed.
    pub(super) fn reject(self, reason: RejectReason, detail: impl Into<String>) -> Reject {
        Reject { id: self.id, source: self.source, reason, detail: detail.into() }
    }
}

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) origin: Origin,
    /// Its size in bytes as the walk saw it; `None` for a pipe.
    pub(super) size: Option<u64>,
}

impl File {
    /// Opens what the walk saw to be a file, if it still is one: a pipe in its place would be waited for without an end.
    pub(super) fn open(&self) -> io::Result<fs::File> {
        if self.size.is_some() && !fs::metadata(&self.path)?.is_file() {
            return Err(io::Error::other("it is no file any more"));
        }
        fs::File::open(&self.path)
    }
}

/// What the walk meets.
#[derive(Debug)]
pub(super) enum Found {
    Stdin,
    File(File),
    /// A file of another kind, or one left out.
    Other,
    /// Something that could not be looked at.
    Reject(Reject),
}

/// The files of all inputs, found as they are asked for.
pub(super) fn files<'a>(roots: &'a [Root], filter: &'a Filter) -> impl Iterator<Item = Found> + use<'a> {
    roots.iter().flat_map(move |root| files_of(root, filter))
}

/// The files of one input.
pub(super) fn files_of<'a>(root: &'a Root, filter: &'a Filter) -> Box<dyn Iterator<Item = Found> + 'a> {
    match root {
        Root::Stdin => Box::new(std::iter::once(Found::Stdin)),
        Root::File(path) => Box::new(std::iter::once(named_file(path))),
        Root::Folder(base) => {
            Box::new(walk(base, filter).filter_map(|entry| found(root, base, entry, filter)))
        }
        Root::Glob { base, .. } => Box::new(walk(base, filter).filter_map(|entry| {
            let found = found(root, base, entry, filter);
            // What a glob does not name is no part of the input, and not worth a word.
            found.filter(|found| !matches!(found, Found::Other))
        })),
    }
}

/// The links that a walk over a folder meets, each by its path inside the folder and as it is.
pub(super) fn links(folder: &Path, filter: &Filter) -> impl Iterator<Item = (String, PathBuf)> {
    let met = walk(folder, filter).filter_map(Result::ok);
    met.filter(|entry| entry.depth() > 0 && entry.path_is_symlink()).map(move |entry| {
        let inside = slashed(entry.path().strip_prefix(folder).unwrap_or(entry.path()));
        (inside, entry.into_path())
    })
}

fn named_file(path: &Path) -> Found {
    let name = path.file_name().map_or_else(|| slashed(path), |name| slashed(Path::new(name)));
    let origin = Origin { id: page_id(&name).to_owned(), source: slashed(path) };
    match path.metadata() {
        Ok(found) => {
            let size = found.is_file().then_some(found.len());
            Found::File(File { path: path.to_owned(), origin, size })
        }
        Err(error) => Found::Reject(unreadable(origin, error.to_string())),
    }
}

fn walk(base: &Path, filter: &Filter) -> Walk {
    WalkBuilder::new(base)
        // A folder that is too deep is met, to be told of, and not entered.
        .max_depth(Some(filter.max_depth as usize + 1))
        .standard_filters(false)
        .follow_links(true)
        .sort_by_file_name(|a, b| a.as_encoded_bytes().cmp(b.as_encoded_bytes()))
        .build()
}

/// What an entry below `base` is, the folder of `root`.
fn found(root: &Root, base: &Path, entry: Result<DirEntry, ignore::Error>, filter: &Filter) -> Option<Found> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return fault(root, base, &error, filter),
    };
    let kind = entry.file_type()?;
    let inside = slashed(entry.path().strip_prefix(base).unwrap_or(entry.path()));
    if kind.is_dir() {
        let most = filter.max_depth;
        return (entry.depth() > most as usize && !filter.excludes(&inside)).then(|| {
            let origin = Origin { id: page_id(&inside).to_owned(), source: slashed(entry.path()) };
            let detail = format!("the folder lies deeper than {most} below `{}`", slashed(base));
            Found::Reject(origin.reject(RejectReason::TooDeep, detail))
        });
    }
    if !kind.is_file() || !root.takes(&inside, filter) {
        return Some(Found::Other);
    }
    let origin = Origin { id: page_id(&inside).to_owned(), source: slashed(entry.path()) };
    Some(match entry.metadata() {
        Ok(found) => Found::File(File { path: entry.into_path(), origin, size: Some(found.len()) }),
        Err(error) => Found::Reject(unreadable(origin, error.to_string())),
    })
}

/// What cannot be looked at is told, since it may hold anything, unless it was left out; a link that leads nowhere is no file
/// that a glob means by another name. One back to a folder above is left alone, since what it leads to is walked already.
fn fault(root: &Root, base: &Path, error: &ignore::Error, filter: &Filter) -> Option<Found> {
    let (mut path, mut inner) = (base, error);
    loop {
        match inner {
            ignore::Error::Loop { .. } => return None,
            ignore::Error::WithPath { path: at, err } => (path, inner) = (at.as_path(), err.as_ref()),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                inner = err.as_ref();
            }
            _ => break,
        }
    }
    let inside = slashed(path.strip_prefix(base).unwrap_or(path));
    let is_asked = match root {
        Root::Glob { .. } if path.is_symlink() => root.takes(&inside, filter),
        _ => !filter.excludes(&inside),
    };
    if !is_asked {
        return Some(Found::Other);
    }
    let origin = Origin { id: page_id(&inside).to_owned(), source: slashed(path) };
    let cause = match inner {
        // The walk's own words name the path once more.
        ignore::Error::Io(error) => std::error::Error::source(error),
        _ => None,
    };
    let detail = cause.map_or_else(|| inner.to_string(), ToString::to_string);
    Some(Found::Reject(unreadable(origin, detail)))
}

pub(super) fn unreadable(origin: Origin, detail: String) -> Reject {
    origin.reject(RejectReason::Unreadable, detail)
}

#[cfg(test)]
mod tests {
    use super::super::Inputs;
    use super::*;
    use std::fs;

    fn listed(root: &Path) -> Vec<String> {
        let roots = [Root::Folder(root.to_owned())];
        files(&roots, &Filter::default())
            .map(|found| match found {
                Found::File(file) => file.origin.id,
                Found::Reject(reject) => format!("! {}", reject.id),
                Found::Other => "other".to_owned(),
                Found::Stdin => "stdin".to_owned(),
            })
            .collect()
    }

    #[test]
    fn lists_a_folder_in_the_order_of_bytes_hidden_files_too() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(folder.path().join(".gitignore"), "*").unwrap();
        for name in ["b.txt", "a/z.txt", "a.txt", "B.txt", ".h.txt", "é.txt", "x.png"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(listed(folder.path()), ["other", ".h", "B", "a/z", "a", "b", "other", "é"]);
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_looked_at_is_told_unless_it_was_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("deep/deeper")).unwrap();
        fs::write(path("a.txt"), "").unwrap();
        for name in ["b.txt", "c.png", "d"] {
            std::os::unix::fs::symlink("gone", path(name)).unwrap();
        }
        let told = |root: &str, exclude: &[&str]| {
            let mut inputs = Inputs::builder([path(root)]);
            let inputs = inputs.exclude(exclude.iter().copied()).max_depth(1).build().unwrap();
            let rejects = files(&inputs.roots, &inputs.filter).filter_map(|found| match found {
                Found::Reject(reject) => Some(reject.id),
                _ => None,
            });
            rejects.collect::<Vec<_>>()
        };
        assert_eq!(told("", &[]), ["b", "c.png", "d", "deep/deeper"]);
        assert_eq!(told("", &["c.*", "deep/", "d"]), ["b"]);
        assert_eq!(told("*.txt", &[]), ["b", "deep/deeper"]);
        assert_eq!(told("*.txt", &["b.txt", "deeper"]), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn follows_links_but_not_in_circles_and_opens_no_special_file() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(folder.path().join("a/p.txt"), "").unwrap();
        symlink("..", folder.path().join("a/up")).unwrap();
        symlink("gone", folder.path().join("a/q.txt")).unwrap();
        symlink("a/p.txt", folder.path().join("r.txt")).unwrap();
        std::os::unix::net::UnixListener::bind(folder.path().join("s.txt")).unwrap();
        assert_eq!(listed(folder.path()), ["a/p", "! a/q", "r", "other"]);
    }
}
