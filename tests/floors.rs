//! The building holds: a file imports only what lies on lower floors, or in its own folder; only the command line
//! prints; files stay of a size that one can read, and each says what it owns. The table of floors is `DESIGN.md`'s.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

use std::fs;
use std::path::{Path, PathBuf};

/// Top-level modules by floor, from the ground up.
const FLOORS: &[&[&str]] = &[
    &["bits", "letters"],
    &["fold", "likeness", "linewise", "model"],
    &["rules", "segment", "language", "html", "dates"],
    &["names", "sink"],
    &["matcher", "metadata"],
    &["features", "source"],
    &["weights"],
    &["decide"],
    &["extract"],
    &["clean"],
    &["pipeline", "eval"],
    &["learn"],
    &["report"],
    &["cli"],
    &["main", "lib"],
];

/// Lines that a file has at most, its inline tests aside.
const LONGEST: usize = 500;

/// Files that are longer, each with its reason.
const LONGER: &[(&str, &str)] = &[];

/// A source file without comments and without its inline tests.
struct Source {
    /// Below `src`, parted by `/`.
    path: String,
    text: String,
    code: String,
}

impl Source {
    /// The top-level module that the file belongs to.
    fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }
}

fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    walk(Path::new("src"), &mut paths);
    paths.sort();
    assert!(paths.len() > 40, "only {} files found", paths.len());
    paths.iter().map(|path| source(path)).collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, paths);
        } else if path.extension().is_some_and(|end| end == "rs") {
            paths.push(path);
        }
    }
}

fn source(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap();
    let tested = text.find("\n#[cfg(test)]\nmod tests").map_or(text.as_str(), |tests| &text[..tests]);
    let uncommented = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    let code = tested.lines().map(uncommented).collect::<Vec<_>>().join("\n");
    let path = path.strip_prefix("src").unwrap().to_str().unwrap().replace('\\', "/");
    Source { path, text, code }
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// Top-level modules that the code names, in `use` lines and elsewhere.
fn named(code: &str) -> Vec<&str> {
    let mut modules = Vec::new();
    for root in ["crate::", "dehusk::"] {
        for (at, _) in code.match_indices(root) {
            // `$crate` and names that only end in the root's are something else.
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || "_$".contains(c)) {
                continue;
            }
            let rest = &code[at + root.len()..];
            match rest.strip_prefix('{') {
                Some(group) => modules.extend(top_of_group(group)),
                None => modules.push(word(rest)),
            }
        }
    }
    modules
}

/// The first name of every member of `{a::b, c::{d, e}}`, its opening brace taken off.
fn top_of_group(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' if depth == 0 => {
                names.push(word(group[start..at].trim_start()));
                start = at + 1;
            }
            '}' if depth == 0 => {
                names.push(word(group[start..at].trim_start()));
                break;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

#[test]
fn every_file_imports_only_lower_floors_or_its_own_folder() {
    let mut broken = Vec::new();
    for source in sources() {
        let own = source.module();
        let Some(height) = floor(own) else {
            broken.push(format!("src/{}: `{own}` stands on no floor", source.path));
            continue;
        };
        for module in named(&source.code) {
            // What is no module of ours is an item of the crate's root.
            if module != own && floor(module).is_some_and(|floor| floor >= height) {
                broken.push(format!("src/{}: `{own}` imports `{module}`, which is no lower", source.path));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn groups_of_imports_are_seen_through() {
    let code = "use crate::{clean, model::{Page, Line}, rules};\nlet x = dehusk::fold::fold(a); $crate::y; mycrate::z";
    assert_eq!(named(code), ["clean", "model", "rules", "fold"]);
}

#[test]
fn only_the_command_line_prints() {
    let macros = ["println!", "print!", "eprintln!", "eprint!", "dbg!"];
    let may_print = |source: &Source| ["cli", "main"].contains(&source.module());
    let prints = |source: &Source| macros.iter().any(|name| source.code.contains(name));
    let loud: Vec<String> = sources()
        .into_iter()
        .filter(|source| !may_print(source) && prints(source))
        .map(|source| source.path)
        .collect();
    assert!(loud.is_empty(), "{loud:?}");
}

#[test]
fn files_are_short_enough_to_read() {
    let is_long = |source: &Source| {
        source.code.lines().count() > LONGEST && !LONGER.iter().any(|(path, _)| *path == source.path)
    };
    let long: Vec<String> = sources().into_iter().filter(is_long).map(|source| source.path).collect();
    assert!(long.is_empty(), "split these, or say why in this test: {long:?}");
}

#[test]
fn every_file_says_what_it_owns() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn the_library_has_no_errors_without_a_kind() {
    let vague: Vec<String> = sources()
        .into_iter()
        .filter(|source| !["cli", "main"].contains(&source.module()) && source.code.contains("anyhow"))
        .map(|source| source.path)
        .collect();
    assert!(vague.is_empty(), "`anyhow` is for the program alone: {vague:?}");
}
