//! What a run reads: paths, folders, globs and `-` as the user gave them, checked before the run begins. A mistyped
//! path is an error here, once; a file that vanishes later is a rejected page. Opens no file.

use super::jsonl::Fields;
use super::packing::Expansion;
use super::reached::Link;
use super::roots::{Filter, Root, is_piped, root_of};
use super::shard::Shard;
use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

/// How deep folders may lie unless something else is said.
pub(super) const MAX_DEPTH: u32 = 64;

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
        let filter = Filter::new(&self.include, &self.exclude, self.max_depth)?;
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

#[cfg(test)]
mod tests {
    use super::*;

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
