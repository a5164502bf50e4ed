//! Names for the renderers of pages, from the files that they wrote.

use foldhash::{HashMap, HashMapExt};
use std::path::{Component, Path, PathBuf};

/// A name for each renderer, no two alike: scores of samples are told apart by it, here and in later benches. Files of one name
/// are told apart by as many of their folders as that takes, and by number where folders are alike too.
pub(super) fn renderer_names(paths: &[PathBuf]) -> Vec<String> {
    let mut names: Vec<String> = paths.iter().map(|path| renderer_name(path)).collect();
    let mut folders: Vec<_> = paths.iter().map(|path| folders_of(path)).collect();
    loop {
        let mut times: HashMap<String, usize> = HashMap::new();
        names.iter().for_each(|name| *times.entry(name.clone()).or_default() += 1);
        let mut grown = false;
        for (name, folders) in names.iter_mut().zip(&mut folders).filter(|(name, _)| times[*name] > 1) {
            if let Some(folder) = folders.next() {
                *name = format!("{folder}/{name}");
                grown = true;
            }
        }
        if !grown {
            break;
        }
    }
    for at in 0..names.len() {
        let mut numbers = 2..;
        let bare = names[at].clone();
        while names[..at].contains(&names[at]) {
            names[at] = numbers.next().map_or_else(String::new, |number| format!("{bare} {number}"));
        }
    }
    names
}

/// The names of the folders that a file lies in, the innermost first.
fn folders_of(path: &Path) -> impl Iterator<Item = String> {
    let folders = path.parent().unwrap_or(Path::new("")).components().rev();
    folders.filter_map(|folder| match folder {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    })
}

/// `text-bs4.jsonl.gz` was rendered by `bs4`.
fn renderer_name(path: &Path) -> String {
    let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    let mut stem: &str = &name;
    for ending in [".gz", ".zst", ".jsonl", ".ndjson", ".json", ".txt"] {
        stem = stem.strip_suffix(ending).unwrap_or(stem);
    }
    stem.strip_prefix("text-").unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renderers_of_one_name_are_told_apart_by_their_folders_or_by_number() {
        let named = |paths: &[&str]| renderer_names(&paths.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(named(&["x/text-bs4.jsonl", "x/lines.jsonl"]), ["bs4", "lines"]);
        assert_eq!(named(&["A/text.jsonl", "B/text.jsonl.gz", "c"]), ["A/text", "B/text", "c"]);
        assert_eq!(named(&["/a/x/t", "/b/x/t", "/b/y/t"]), ["a/x/t", "b/x/t", "y/t"]);
        assert_eq!(named(&["x/t", "t"]), ["x/t", "t"]);
        assert_eq!(named(&["x/t", "./x/t", "x/t"]), ["x/t", "x/t 2", "x/t 3"]);
        assert_eq!(named(&["t", "t", "t 2"]), ["t", "t 2", "t 2 2"]);
    }

    #[test]
    fn renderers_are_named_by_their_files() {
        for (path, name) in
            [("x/text-bs4.jsonl.gz", "bs4"), ("text-bs4.json", "bs4"), ("seeds", "seeds"), ("a.txt", "a")]
        {
            assert_eq!(renderer_name(Path::new(path)), name);
        }
    }
}
