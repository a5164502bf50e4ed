//! Which files a run reads, and so writes nothing over: those below its folders, and those that links in them lead to,
//! wherever they stand. And which it reads twice.

use super::inputs::Inputs;
use super::names::slashed;
use super::roots::Root;
use super::walk;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{self, Path, PathBuf};

/// A link in a folder of the inputs.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// Which of the inputs the folder is.
    root: usize,
    /// Its path inside the folder.
    inside: String,
    /// What it leads to, by its path without links.
    target: PathBuf,
}

impl Link {
    /// What a walk calls `file`, when it comes by this link.
    fn leads_to(&self, file: &Path) -> Option<String> {
        let rest = file.strip_prefix(&self.target).ok()?;
        let is_target = rest.as_os_str().is_empty();
        Some(if is_target { self.inside.clone() } else { format!("{}/{}", self.inside, slashed(rest)) })
    }
}

impl Inputs {
    /// Whether a run would read that file; an output that would be read must not be written.
    pub fn would_read(&self, file: &Path) -> bool {
        fs::canonicalize(file).is_ok_and(|file| self.would_take(&file))
    }

    /// Whether a run would read that file if it were there when the run comes by.
    pub fn would_find(&self, file: &Path) -> bool {
        // Folders that are made for it are not there either.
        let place = file.ancestors().skip(1).find_map(|folder| {
            let there = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            Some(fs::canonicalize(there).ok()?.join(file.strip_prefix(folder).ok()?))
        });
        place.is_some_and(|place| self.would_take(&place))
    }

    /// An input that is read twice, since it was given twice or lies in a folder that was given too. Names are compared, and
    /// no links are followed: a slip is looked for, and it is told alone.
    pub fn read_twice(&self) -> Option<&Path> {
        let whole = |path: &Path| path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folders: HashMap<PathBuf, &Root> =
            self.roots.iter().filter_map(|root| Some((whole(root.folder()?), root))).collect();
        let mut given = HashSet::new();
        let mut is_again = |root: &Root, path: &Path| {
            let path = whole(path);
            let takes = |base: &Path| {
                let inside = || path.strip_prefix(base).map(slashed).unwrap_or_default();
                folders.get(base).is_some_and(|above| match root {
                    Root::File(_) => above.takes(&inside(), &self.filter),
                    _ => matches!(above, Root::Folder(_)) && !self.filter.excludes(&inside()),
                })
            };
            path.ancestors().skip(1).any(takes) || !given.insert(path)
        };
        let mut named = self.roots.iter().filter_map(|root| match root {
            Root::File(path) | Root::Folder(path) => Some((root, path.as_path())),
            Root::Stdin | Root::Glob { .. } => None,
        });
        named.find(|(root, path)| is_again(root, path)).map(|(_, path)| path)
    }

    /// Whether the file is of those to read, by its path without links.
    fn would_take(&self, file: &Path) -> bool {
        let is_named = |path: &Path| fs::canonicalize(path).is_ok_and(|path| path == file);
        let below = |base: &Path| {
            let base = fs::canonicalize(base).ok()?;
            file.strip_prefix(base).ok().map(slashed)
        };
        let stands_there = self.roots.iter().any(|root| match root.folder() {
            Some(base) => below(base).is_some_and(|inside| root.takes(&inside, &self.filter)),
            None => root.file().is_some_and(is_named),
        });
        let is_led_to = |link: &Link| {
            let inside = link.leads_to(file);
            inside.is_some_and(|inside| self.roots[link.root].takes(&inside, &self.filter))
        };
        stands_there || self.links().iter().any(is_led_to)
    }

    /// The links in the folders of the inputs. A walk finds them, so they are looked for once.
    fn links(&self) -> &[Link] {
        self.links.get_or_init(|| {
            let links = |(root, folder)| {
                walk::links(folder, &self.filter).filter_map(move |(inside, path)| {
                    Some(Link { root, inside, target: fs::canonicalize(path).ok()? })
                })
            };
            let folders = self.roots.iter().enumerate();
            folders.filter_map(|(nth, root)| Some((nth, root.folder()?))).flat_map(links).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_files_it_would_read() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.txt", "out.jsonl", "out.bin"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let inputs = Inputs::builder([folder.path()]).build().unwrap();
        assert!(inputs.would_read(&folder.path().join("out.jsonl")));
        assert!(!inputs.would_read(&folder.path().join("out.bin")));
        assert!(!inputs.would_read(&folder.path().join("new.jsonl")));
        assert!(inputs.would_find(&folder.path().join("new.jsonl")));
        assert!(!inputs.would_find(&folder.path().join(".new.jsonl.part")));
        assert!(inputs.would_find(&folder.path().join("new/part-00000.jsonl")));
        assert!(!inputs.would_find(&folder.path().join("../new.jsonl")));
        let inputs = Inputs::builder([folder.path().join("*.txt")]).build().unwrap();
        assert!(inputs.would_read(&folder.path().join("a.txt")));
        assert!(!inputs.would_read(&folder.path().join("out.jsonl")));
    }

    #[test]
    fn knows_what_it_reads_twice() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        fs::create_dir_all(path("in/deep")).unwrap();
        for file in ["in/a.txt", "in/deep/b.txt", "in/c.md", "d.txt"] {
            fs::write(path(file), "").unwrap();
        }
        let twice = |names: &[&str]| {
            let mut inputs = Inputs::builder(names.iter().map(|name| path(name)));
            let inputs = inputs.exclude(["a.*"]).build().unwrap();
            inputs.read_twice().map(|found| slashed(found.strip_prefix(home.path()).unwrap()))
        };
        for (names, found) in [
            (&["d.txt", "in", "./d.txt"][..], "d.txt"),
            (&["in", "in/"], "in"),
            (&["in/deep/b.txt", "d.txt", "in"], "in/deep/b.txt"),
            (&["in/deep", "in"], "in/deep"),
            (&["in/**/*.txt", "in/deep/b.txt"], "in/deep/b.txt"),
        ] {
            assert_eq!(twice(names).as_deref(), Some(found));
        }
        // What a folder does not give is not read with it.
        assert_eq!(twice(&["in", "in/a.txt", "in/c.md", "d.txt"]), None);
        assert_eq!(twice(&["in/*.txt", "in/deep"]), None);
    }

    #[cfg(unix)]
    #[test]
    fn knows_what_links_lead_to() {
        use std::os::unix::fs::symlink;
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        for folder in ["in/deep", "out/sub", "far"] {
            fs::create_dir_all(path(folder)).unwrap();
        }
        for file in ["far/list.jsonl", "far/data.bin", "out/sub/a.txt", "in/b.txt"] {
            fs::write(path(file), "").unwrap();
        }
        for (target, link) in [
            ("../far/list.jsonl", "in/link.jsonl"),
            ("../../far/data.bin", "in/deep/data.txt"),
            ("../out", "in/o"),
            ("../far", "out/f"),
            ("..", "in/deep/up"),
            ("nowhere", "in/lost.txt"),
        ] {
            symlink(target, path(link)).unwrap();
        }
        for folder in [path("in"), path("in/**/*")] {
            let inputs = Inputs::builder([folder]).build().unwrap();
            for read in ["far/list.jsonl", "far/data.bin", "out/sub/a.txt", "in/b.txt"] {
                assert!(inputs.would_read(&path(read)), "{read}");
            }
            assert!(inputs.would_find(&path("out/sub/new.txt")));
            assert!(inputs.would_find(&path("far/new.txt")), "by two links");
            assert!(!inputs.would_find(&path("new.txt")));
        }
        let inputs = Inputs::builder([path("in")]).exclude(["o", "link.*"]).build().unwrap();
        assert!(!inputs.would_read(&path("out/sub/a.txt")) && !inputs.would_read(&path("far/list.jsonl")));
        assert!(inputs.would_read(&path("far/data.bin")));
    }
}
