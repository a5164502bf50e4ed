//! Rule files as they are found: embedded in the program, or on disk.
//!
//! A file is read whole, with the word lists that it names beside it, before anything in it is judged, so that
//! [`load`](super::load) touches no disk. Lists outside the rule file's own folder are not read: a pack is one folder
//! that can be handed on.

use super::diagnostic::{Diagnostic, Diagnostics, Severity};
use memchr::memmem;
use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// The largest rule file or word list, in bytes.
pub const MAX_FILE: u64 = 16 << 20;

/// A rule file, read but not yet judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Its name in messages: the path as the user gave it, or `<built-in>/web/en.toml`.
    pub name: String,
    /// The TOML.
    pub text: String,
    /// The word lists that it names.
    pub lists: Vec<ListFile>,
}

/// A word list beside a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFile {
    /// Its name as the rule file writes it.
    pub name: String,
    /// Its text, or why it could not be read.
    pub text: Result<String, String>,
}

impl RuleFile {
    /// A file from memory, without list files.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), lists: Vec::new() }
    }
}

/// Reads the rule file at `path`, or every `*.toml` in and below the folder there, sorted by path.
///
/// # Errors
///
/// One fault for each file that is missing, unreadable, larger than [`MAX_FILE`] or not UTF-8, and one for a folder
/// without rule files.
pub fn read(path: &Path) -> Result<Vec<RuleFile>, Diagnostics> {
    let mut faults = Diagnostics::new();
    let mut files = Vec::new();
    for path in paths(path, &mut faults) {
        match text(&path) {
            Ok(text) => {
                let lists = list_files(&path, &text);
                files.push(RuleFile { name: path.display().to_string(), text, lists });
            }
            Err(why) => faults.push(unreadable(&path, &why)),
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

/// Whether [`read`] would open that file at `path`: a rule file, or a word list that one names. It is told without links.
pub fn would_read(path: &Path, file: &Path) -> bool {
    // What cannot be read is for `read` to tell.
    paths(path, &mut Diagnostics::new()).iter().any(|rules| {
        let is_it = |path: &Path| fs::canonicalize(path).is_ok_and(|own| own == file);
        // A list stands beside its rules, or a link to it does.
        let is_list = |name: &String| is_beside(name) && is_it(&beside(rules, name));
        is_it(rules) || text(rules).is_ok_and(|text| list_names(&text).iter().any(is_list))
    })
}

fn paths(path: &Path, faults: &mut Diagnostics) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let walk = ignore::WalkBuilder::new(path).standard_filters(false).sort_by_file_path(Ord::cmp).build();
    let mut found = Vec::new();
    for entry in walk {
        match entry {
            Ok(entry)
                if entry.path().is_file() && entry.path().extension().is_some_and(|end| end == "toml") =>
            {
                found.push(entry.into_path());
            }
            Ok(_) => {}
            Err(error) => faults.push(unreadable(path, &Unread::of(error.to_string()))),
        }
    }
    if found.is_empty() && faults.is_empty() {
        let message = format!("no rule files in `{}`", path.display());
        faults.push(Diagnostic::new(Severity::Error, message).with_help("rule files end in `.toml`"));
    }
    found
}

/// Why a file gives no text.
struct Unread {
    what: String,
    /// Where the general one would be none.
    way_out: Option<&'static str>,
}

impl Unread {
    fn of(what: String) -> Self {
        Self { what, way_out: None }
    }
}

fn unreadable(path: &Path, why: &Unread) -> Diagnostic {
    let general = "name a `.toml` file or a folder of them; `dehusk rules new` writes one to begin with";
    let message = format!("cannot read the rule file `{}`: {}", path.display(), why.what);
    Diagnostic::new(Severity::Error, message).with_help(why.way_out.unwrap_or(general))
}

/// The text of a file, or why there is none.
fn text(path: &Path) -> Result<String, Unread> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| reason(&error))?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if bytes.len() as u64 > MAX_FILE {
        let what = format!("it is larger than {} MiB", MAX_FILE >> 20);
        return Err(Unread { what, way_out: Some("split it into several files") });
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + memchr::memchr_iter(b'\n', good).count();
        let byte = good.len() - memchr::memrchr(b'\n', good).map_or(0, |end| end + 1) + 1;
        let what = format!("it is not UTF-8: line {line}, byte {byte}");
        Unread { what, way_out: Some("save the file as UTF-8") }
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

fn reason(error: &io::Error) -> Unread {
    Unread::of(match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    })
}

/// Reads the lists that a rule file names.
fn list_files(path: &Path, text_of_rules: &str) -> Vec<ListFile> {
    let read = |name: &str| match is_beside(name) {
        true => text(&beside(path, name)).map_err(|why| match why.way_out {
            Some(way_out) => format!("{}; {way_out}", why.what),
            None => why.what,
        }),
        false => Err(NOT_BESIDE.to_owned()),
    };
    list_names(text_of_rules).into_iter().map(|name| ListFile { text: read(&name), name }).collect()
}

/// The files that a rule file names as lists. Parsing it twice is the price of a `load` that touches no disk; only files
/// that may have the table pay it, which phrases like `lists` and `specialists` do not make.
fn list_names(text_of_rules: &str) -> Vec<String> {
    let begins_a_line = |at: usize| {
        let before = text_of_rules[..at].trim_end_matches([' ', '\t', '[', '"', '\'']);
        before.is_empty() || before.ends_with('\n')
    };
    if !memmem::find_iter(text_of_rules.as_bytes(), "lists").any(begins_a_line) {
        return Vec::new();
    }
    let (table, _) = DeTable::parse_recoverable(text_of_rules);
    let lists = table.get_ref().get("lists").and_then(|lists| lists.get_ref().as_table());
    let named = lists.into_iter().flat_map(|lists| lists.values());
    let names = named.filter_map(|list| list.get_ref().get("file").and_then(|name| name.get_ref().as_str()));
    // Each once: many lists may be made of one file.
    let mut known = HashSet::new();
    names.filter(|name| known.insert(*name)).map(str::to_owned).collect()
}

/// The file of that name in the folder of a rule file.
fn beside(path: &Path, name: &str) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).join(name)
}

const NOT_BESIDE: &str = "it must stand beside the rule file, so give its bare name";

fn is_beside(name: &str) -> bool {
    !name.is_empty() && name != ".." && !name.contains(['/', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleSet, load};

    fn messages(path: &Path) -> String {
        let faults = read(path).unwrap_err();
        faults.list().iter().map(|fault| fault.message().to_owned()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn reads_a_folder_sorted_with_the_lists_beside_its_files() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(folder.path().join("z.toml"), "schema = 1").unwrap();
        fs::write(folder.path().join("notes.md"), "no rules").unwrap();
        let lists =
            "[lists.a]\nfile = \"a.txt\"\n[lists.b]\nfile = \"../b.txt\"\n[lists.c]\nfile = \"c.txt\"";
        fs::write(folder.path().join("sub/a.toml"), format!("\u{feff}{lists}")).unwrap();
        fs::write(folder.path().join("sub/a.txt"), "one two").unwrap();
        let files = read(folder.path()).unwrap();
        assert!(files[0].name.ends_with("a.toml") && files[1].name.ends_with("z.toml"));
        assert!(files[0].text.starts_with("[lists"), "the byte order mark is off");
        let texts: Vec<_> = files[0].lists.iter().map(|list| list.text.clone()).collect();
        let missing = Err("there is no such file".to_owned());
        assert_eq!(texts, [Ok("one two".to_owned()), Err(NOT_BESIDE.to_owned()), missing]);
        fs::write(folder.path().join("sub/b.txt"), "of no rule").unwrap();
        let opened =
            |name: &str| would_read(folder.path(), &fs::canonicalize(folder.path().join(name)).unwrap());
        assert!(["sub/a.txt", "sub/a.toml", "z.toml"].into_iter().all(opened));
        assert!(!opened("sub/b.txt"));
        #[cfg(unix)]
        {
            fs::write(folder.path().join("far.txt"), "read through a link").unwrap();
            assert!(!opened("far.txt"));
            std::os::unix::fs::symlink(folder.path().join("far.txt"), folder.path().join("sub/c.txt"))
                .unwrap();
            assert!(opened("far.txt"));
        }
    }

    #[test]
    fn a_list_that_is_named_many_times_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        let head = "schema = 1\n[pack]\nid = \"a\"\n";
        fs::write(&path, format!("{head}[lists.b]\nfile = \"w.txt\"\n[lists.c]\nfile = \"w.txt\"")).unwrap();
        fs::write(folder.path().join("w.txt"), "one two").unwrap();
        let files = read(&path).unwrap();
        assert_eq!(files[0].lists.len(), 1);
        let words = |set: RuleSet| set.lists().iter().map(|list| list.words.len()).collect::<Vec<_>>();
        assert_eq!(load(&files).map(words).unwrap(), [2, 2]);
    }

    #[test]
    fn says_why_a_file_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(messages(folder.path()).contains("no rule files in"));
        let file = folder.path().join("rules.toml");
        assert!(messages(&file).contains("there is no such file"));
        fs::write(&file, b"schema = 1\n# caf\xe9\n").unwrap();
        assert!(messages(&file).ends_with("it is not UTF-8: line 2, byte 6"), "{}", messages(&file));
        fs::File::create(&file).unwrap().set_len(MAX_FILE + 1).unwrap();
        assert!(messages(&file).contains("larger than 16 MiB"));
    }
}
