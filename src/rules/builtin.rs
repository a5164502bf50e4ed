//! The packs that are part of the program: every file under `rules/`, embedded when it is built.
//!
//! The table is written by hand, since a build script would be more to read than it saves; a test compares it with
//! the folder.

use super::files::{ListFile, RuleFile};
use std::collections::HashSet;

macro_rules! embedded {
    ($($path:literal $(+ $list:literal)*,)+) => {
        &[$((
            $path,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $path)),
            &[$(($list, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $list)))),*],
        )),+]
    };
}

type Embedded = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Rule files by their paths below `rules/`, sorted, each with the lists that it names.
const FILES: &[Embedded] = embedded![
    "cms/blogger.toml",
    "cms/comments.toml",
    "cms/consent.toml",
    "cms/docs.toml",
    "cms/forms.toml",
    "cms/forums.toml",
    "cms/letters.toml",
    "cms/mediawiki.toml",
    "cms/players.toml",
    "cms/shop.toml",
    "cms/systems.toml",
    "cms/wordpress.toml",
    "news/credits.toml",
    "news/inline.toml",
    "news/notices.toml",
    "web/any.toml" + "web/icon-words.txt",
    "web/en-comments.toml",
    "web/en-legal.toml",
    "web/en-meta.toml",
    "web/en-related.toml",
    "web/en-social.toml",
    "web/en.toml" + "web/en-menu-words.txt",
    "web/html.toml",
    "web/layout.toml",
    "web/title.toml",
    "web/world-comments.toml",
    "web/world-page.toml",
    "web/world-related.toml",
    "web/world-sections.toml",
];

/// The rule files of the built-in packs.
pub fn builtin() -> Vec<RuleFile> {
    let file = |&(path, text, lists): &Embedded| RuleFile {
        name: format!("<built-in>/{path}"),
        text: text.to_owned(),
        lists: lists.iter().map(|&(path, text)| list(path, text)).collect(),
    };
    FILES.iter().map(file).collect()
}

/// The built-in packs, but for those that the given files bring themselves.
pub fn builtin_beside(given: &[RuleFile]) -> Vec<RuleFile> {
    let own: HashSet<String> = given.iter().filter_map(pack_id).collect();
    let is_other = |file: &RuleFile| pack_id(file).is_none_or(|id| !own.contains(&id));
    builtin().into_iter().filter(is_other).collect()
}

/// A file that is no TOML has no pack yet; what is wrong with it is told when it is loaded.
fn pack_id(file: &RuleFile) -> Option<String> {
    let table: toml::Table = file.text.parse().ok()?;
    table.get("pack")?.get("id")?.as_str().map(str::to_owned)
}

/// A rule file names its lists without the folder.
fn list(path: &str, text: &str) -> ListFile {
    let name = path.rsplit('/').next().unwrap_or(path);
    ListFile { name: name.to_owned(), text: Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Match, Test, load, read};
    use std::path::Path;

    #[test]
    fn every_file_of_the_folder_is_embedded_with_its_lists() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let on_disk = read(&folder).unwrap();
        let embedded = builtin();
        let names: Vec<&str> =
            embedded.iter().map(|file| file.name.trim_start_matches("<built-in>/")).collect();
        assert!(names.is_sorted());
        let folder_names: Vec<String> = on_disk
            .iter()
            .map(|file| Path::new(&file.name).strip_prefix(&folder).unwrap().display().to_string())
            .collect();
        assert_eq!(names, folder_names);
        for (embedded, file) in embedded.iter().zip(&on_disk) {
            assert_eq!((&embedded.text, &embedded.lists), (&file.text, &file.lists), "{}", file.name);
        }
    }

    #[test]
    fn the_built_in_packs_load_without_a_fault() {
        let rules = load(&builtin()).unwrap_or_else(|faults| panic!("{}", faults.render(false, 100)));
        assert!(rules.warnings().is_empty(), "{}", rules.warnings().render(false, 100));
    }

    #[test]
    fn every_built_in_regex_compiles() {
        fn compile(matcher: &Match) {
            for test in &matcher.tests {
                match test {
                    Test::Regex(patterns) => patterns.iter().for_each(|pattern| {
                        pattern.compile().unwrap();
                    }),
                    Test::Any(tables) => tables.iter().for_each(compile),
                    _ => {}
                }
            }
        }
        for rule in load(&builtin()).unwrap().rules() {
            compile(rule.matcher());
            rule.unless().into_iter().for_each(compile);
        }
    }
}
