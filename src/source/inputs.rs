//! What a run reads: paths, folders, globs and `-` as the user gave them, checked before the run begins. A mistyped
//! path is an error here, once; a file that vanishes later is a rejected page. Opens no file.

use super::jsonl::Fields;
use super::names::{is_page_file, slashed};
use super::packing::Expansion;
use super::reached::Link;
use super::shard::Shard;
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// How deep folders may lie unless something else is said.
const MAX_DEPTH: u32 = 64;

/// Why inputs were refused before the run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// A path that does not exist or may not be looked at.
    #[error("cannot read `{path}`: {error}; check the path, or use `-` for stdin")]
    Missing {
        /// As given.
        path: String,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// A glob that fits nothing.
    #[error("nothing matches `{glob}`; quote it, or check the folder it starts in")]
    NoMatch {
        /// As given.
        glob: String,
    },
    /// A glob that is none.
    #[error(
        "`{glob}` is no valid glob: {error}; write `[[]` for a literal `[`, `[{{]` for `{{`, `[*]` for `*`"
    )]
    BadGlob {
        /// As given.
        glob: String,
        /// What is wrong with it.
        #[source]
        error: globset::Error,
    },
    /// A pipe, of which no part can be found.
    #[error("`{path}` is a pipe, and only files can be shared out; name files, or leave the shard out")]
    PipeOfShard {
        /// As given.
        path: String,
    },
    /// Stdin, or another pipe, for the second time.
    #[error("`{path}` is named twice, and a pipe can be read once; name it once")]
    PipeTwice {
        /// As given.
        path: String,
    },
    /// A device or socket.
    #[error("`{path}` is a device or socket, not a file; read it as `-` from stdin")]
    Special {
        /// As given.
        path: String,
    },
}

/// Where pages come from, and which of their fields matter.
#[derive(Clone, Debug)]
pub struct Inputs {
    pub(super) roots: Vec<Root>,
    pub(super) filter: Filter,
    pub(super) fields: Fields,
    pub(super) max_page: usize,
    pub(super) expansion: Expansion,
    pub(super) shard: Option<Shard>,
    /// The links in the folders, once somebody has asked for them.
    pub(super) links: OnceLock<Vec<Link>>,
}

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

impl Inputs {
    /// The largest `max_page`: spans are of 32 bits, and decoding may lengthen a page.
    pub const LARGEST_MAX_PAGE: usize = 1 << 30;

    /// Begins with the paths, folders, globs or `-` to read, in this order.
    pub fn builder<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> InputsBuilder {
        InputsBuilder {
            paths: paths.into_iter().map(Into::into).collect(),
            include: Vec::new(),
            exclude: Vec::new(),
            fields: Fields::default(),
            max_page: 16 << 20,
            max_depth: MAX_DEPTH,
            expansion: Expansion::default(),
            shard: None,
        }
    }

    /// The name of the field that holds the text of a JSONL record; it is not carried along beside the article.
    pub fn text_field(&self) -> &str {
        &self.fields.text
    }

    /// The name of the field that holds the HTML of a JSONL record.
    pub fn html_field(&self) -> &str {
        &self.fields.html
    }
}

/// Builds [`Inputs`].
#[derive(Clone, Debug)]
pub struct InputsBuilder {
    paths: Vec<PathBuf>,
    include: Vec<String>,
    exclude: Vec<String>,
    fields: Fields,
    max_page: usize,
    max_depth: u32,
    expansion: Expansion,
    shard: Option<Shard>,
}

impl InputsBuilder {
    /// Takes those files of a folder, and no others, that fit a glob; a glob without `/` fits names at any depth.
    ///
    /// By default files with the endings `.txt`, `.text`, `.html`, `.htm`, `.xhtml`, `.jsonl`, `.ndjson`, `.jsonlines`,
    /// `.json-lines`, `.json`, `.warc` and `.wet` are taken, each also with `.gz` or `.zst` behind it, and `.parquet`.
    pub fn include<S: Into<String>>(&mut self, globs: impl IntoIterator<Item = S>) -> &mut Self {
        self.include.extend(globs.into_iter().map(Into::into));
        self
    }

    /// Leaves those files of a folder or a glob out, and all that lies in folders that fit. Paths begin in the folder that was
    /// named; a glob without `/`, but for one at its end that asks for a folder, fits names at any depth.
    ///
    /// By default none is left out; hidden files are files like any other.
    pub fn exclude<S: Into<String>>(&mut self, globs: impl IntoIterator<Item = S>) -> &mut Self {
        self.exclude.extend(globs.into_iter().map(Into::into));
        self
    }

    /// The field of a JSONL record, or column of a table, that holds the text.
    ///
    /// By default `text`.
    pub fn text_field(&mut self, name: impl Into<String>) -> &mut Self {
        self.fields.text = name.into();
        self
    }

    /// The field or column that holds HTML; it goes before the text field where a record has both.
    ///
    /// By default `html`, and only where a record has no text field.
    pub fn html_field(&mut self, name: impl Into<String>) -> &mut Self {
        self.fields.html = name.into();
        self.fields.html_first = true;
        self
    }

    /// The field or column that holds the page's id, a string or a number.
    ///
    /// By default `id`.
    pub fn id_field(&mut self, name: impl Into<String>) -> &mut Self {
        self.fields.id = name.into();
        self
    }

    /// The largest page in bytes, as stored but for compression; a larger one is rejected. At most 1 GiB.
    ///
    /// By default 16 MiB.
    pub fn max_page(&mut self, bytes: usize) -> &mut Self {
        self.max_page = bytes.clamp(1, Inputs::LARGEST_MAX_PAGE);
        self
    }

    /// A compressed input that grows beyond 64 MiB is given up when it has more than so many times its stored size.
    ///
    /// By default 1000, which deflate reaches on one repeated byte; text stays below a hundred.
    pub fn max_ratio(&mut self, ratio: u64) -> &mut Self {
        self.expansion.ratio = ratio.max(1);
        self
    }

    /// A compressed input is given up when it grows beyond this size, whatever its ratio.
    ///
    /// By default there is no such limit, since streams are never held whole.
    pub fn max_expanded(&mut self, bytes: u64) -> &mut Self {
        self.expansion.most = bytes;
        self
    }

    /// A folder that lies deeper than this below the one that was named is one reject.
    ///
    /// By default 64.
    pub fn max_depth(&mut self, depth: u32) -> &mut Self {
        self.max_depth = depth.max(1);
        self
    }

    /// Reads one part of the inputs: equal parts by bytes as stored, of which each page is in the one that it begins in.
    ///
    /// Plain JSON and tables are cut at pages; every other file, and every file of up to 64 KiB, is in one part whole.
    /// By default all is read.
    pub fn shard(&mut self, shard: Option<Shard>) -> &mut Self {
        self.shard = shard;
        self
    }

    /// Checks that every path is there and every glob fits.
    pub fn build(&self) -> Result<Inputs, InputError> {
        let mut roots = Vec::with_capacity(self.paths.len());
        let mut pipes = Vec::new();
        for path in &self.paths {
            let root = root_of(path)?;
            if is_piped(&root) {
                let given = || path.display().to_string();
                if self.shard.is_some() {
                    return Err(InputError::PipeOfShard { path: given() });
                }
                if pipes.contains(&path) {
                    return Err(InputError::PipeTwice { path: given() });
                }
                pipes.push(path);
            }
            roots.push(root);
        }
        let (include, exclude) =
            (set_of(&self.include, glob_inside)?, set_of(&self.exclude, globs_left_out)?);
        let filter = Filter { include, exclude, max_depth: self.max_depth };
        let (fields, expansion) = (self.fields.clone(), self.expansion);
        Ok(Inputs {
            roots,
            filter,
            fields,
            max_page: self.max_page,
            expansion,
            shard: self.shard,
            links: OnceLock::new(),
        })
    }
}

fn is_piped(root: &Root) -> bool {
    match root {
        Root::Stdin => true,
        Root::File(path) => !path.is_file(),
        Root::Folder(_) | Root::Glob { .. } => false,
    }
}

fn root_of(path: &Path) -> Result<Root, InputError> {
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
    if super::walk::files_of(&root, &Filter::default())
        .any(|found| matches!(found, super::walk::Found::File(_)))
    {
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
        let written = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect::<Vec<_>>();
        let left_out = |globs: &[&str]| set_of(&written(globs), globs_left_out).unwrap();
        let filter = Filter { exclude: left_out(&["draft*", "old/**"]), ..Filter::default() };
        assert!(filter.takes("a/b.txt"));
        assert!(!filter.takes("a/draft.txt"));
        assert!(!filter.takes("old/a/b.txt"));
        assert!(!filter.takes("a/README.md"));
        let filter = Filter { exclude: left_out(&["sub", "x/y", "c.txt/"]), ..Filter::default() };
        for gone in ["sub/a.txt", "a/sub/b/c.txt", "x/y/a.txt", "c.txt/a.txt"] {
            assert!(!filter.takes(gone), "{gone}");
        }
        for taken in ["subs/a.txt", "sub.txt", "a/x/y/a.txt", "c.txt"] {
            assert!(filter.takes(taken), "{taken}");
        }
        let filter =
            Filter { include: set_of(&written(&["*.md"]), glob_inside).unwrap(), ..Filter::default() };
        assert!(filter.takes("a/README.md"));
        assert!(!filter.takes("a/b.txt"));
    }

    #[test]
    fn a_wrong_input_is_told_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let told = |path: PathBuf| Inputs::builder([path]).build().unwrap_err();
        assert!(matches!(told(folder.path().join("gone.txt")), InputError::Missing { .. }));
        assert!(matches!(told(folder.path().join("*.txt")), InputError::NoMatch { .. }));
        assert!(matches!(told(folder.path().join("[.txt")), InputError::BadGlob { .. }));
        #[cfg(unix)]
        assert!(matches!(told(PathBuf::from("/dev/null")), InputError::Special { .. }));
        let twice = Inputs::builder(["-", "-"]).build().unwrap_err();
        assert!(matches!(twice, InputError::PipeTwice { .. }));
        let error = Inputs::builder(["-"]).include(["{a"]).build().unwrap_err();
        assert!(matches!(error, InputError::BadGlob { .. }));
    }
}
