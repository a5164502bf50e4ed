//! Rule files as their authors meet them: broken ones with all that is said about them, valid ones with what they
//! became. A case is a file, or a folder whose files are loaded together; each has its snapshot. A message is judged
//! by whether a stranger can act on it, so a changed snapshot is read, not only accepted.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

use dehusk::rules::{self, Diagnostics, Rule, RuleSet};
use proptest::prelude::*;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const WIDTH: usize = 100;

/// The cases of a folder, with their names.
fn cases(folder: &str) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(Path::new("tests/rule_files").join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = paths
        .filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "toml"))
        .map(|path| (format!("{folder}_{}", path.file_stem().unwrap().display()), path))
        .collect();
    cases.sort();
    cases
}

fn load(path: &Path) -> Result<RuleSet, Diagnostics> {
    rules::load(&rules::read(path)?)
}

fn snapshot(name: &str, path: &Path, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(path.display().to_string());
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn every_broken_file_is_explained() {
    let cases = cases("broken");
    assert!(cases.len() >= 20, "{}", cases.len());
    for (name, path) in cases {
        let faults = load(&path).expect_err(&name);
        assert!(faults.errors() > 0, "{name}");
        let rendered = faults.render(false, WIDTH);
        assert!(
            rendered.lines().all(|line| line.chars().count() <= 3 * WIDTH),
            "{name}: a line too long to read"
        );
        snapshot(&name, &path, &rendered);
    }
}

#[test]
fn every_fault_has_a_place_and_a_way_out() {
    for (name, path) in cases("broken") {
        for fault in load(&path).expect_err(&name).list() {
            let message = fault.message();
            assert!(fault.place().is_some_and(|(_, line)| line > 0), "{name}: {message}");
            let help = fault.help().unwrap_or_else(|| panic!("{name}: {message}"));
            for words in [message, help] {
                assert!(!words.ends_with('.'), "{name}: {words}");
                assert!(!words.starts_with(|c: char| c.is_uppercase()), "{name}: {words}");
            }
        }
    }
}

#[test]
fn valid_files_become_what_they_say() {
    for (name, path) in cases("valid") {
        let rules = load(&path).unwrap_or_else(|faults| panic!("{}", faults.render(false, WIDTH)));
        snapshot(&name, &path, &describe(&rules));
    }
}

#[test]
fn what_works_but_is_odd_is_warned_of() {
    for (name, path) in cases("warned") {
        let rules = load(&path).unwrap_or_else(|faults| panic!("{}", faults.render(false, WIDTH)));
        let mut faults = Diagnostics::new();
        let checked = dehusk::eval::check(&Arc::new(rules), |_| true);
        checked.findings.into_iter().for_each(|finding| faults.push(finding.fault));
        assert_eq!(faults.errors(), 0, "{}", faults.render(false, WIDTH));
        snapshot(&name, &path, &faults.render(false, WIDTH));
    }
}

#[test]
fn one_broken_file_is_not_blamed_on_the_good_ones() {
    let faults = load(Path::new("tests/rule_files/broken/several_files")).unwrap_err();
    let places: Vec<&str> =
        faults.list().iter().filter_map(|fault| fault.place()).map(|(file, _)| file).collect();
    let named: Vec<&str> = places.iter().map(|file| file.rsplit(['/', '\\']).next().unwrap()).collect();
    assert_eq!(named, ["a.toml", "b.toml", "c.toml"], "{}", faults.render(false, WIDTH));
}

#[test]
fn colour_is_given_only_when_asked_for() {
    let faults = load(Path::new("tests/rule_files/broken/score_range.toml")).unwrap_err();
    assert!(faults.render(true, WIDTH).contains("\u{1b}["));
    assert!(!faults.render(false, WIDTH).contains('\u{1b}'));
}

#[test]
fn fifty_thousand_rules_load() {
    let mut text = String::from("schema = 1\n[pack]\nid = \"many\"\n");
    for n in 0..50_000 {
        write!(
            text,
            "[[rule]]\nid = \"r{n}\"\nkind = \"share\"\nabout = \"a\"\nmatch = {{ line = [\"share {n}\"] }}\n\
             do = \"drop-line\"\ndrop = [\"Share {n}\"]\nkeep = [\"no\"]\n"
        )
        .unwrap();
    }
    let rules = rules::load(&[rules::RuleFile::new("many.toml", text)]).unwrap();
    assert_eq!(rules.rules().len(), 50_000);
    let last = rules.rules().last().unwrap();
    assert_eq!((last.name(), last.origin().line), ("many/r49999", 3 + 49_999 * 8 + 1));
}

/// A rule file with something cut out of it and something else put in its place.
fn mangled() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "",
        "\"",
        "[",
        "]]",
        "{",
        "}",
        "=",
        "\n",
        "\r\n",
        "'''",
        "\\",
        "é…»",
        "\u{301}",
        "0",
        "-1",
        "[[rule]]\n",
        "(",
        "{x}",
    ];
    let whole = std::fs::read_to_string("tests/rule_files/valid/every_key.toml").unwrap();
    let cut = (0..whole.len(), 0..40_usize, prop::sample::select(PIECES));
    prop::collection::vec(cut, 1..4).prop_map(move |cuts| {
        let mut text = whole.clone();
        for (at, length, piece) in cuts {
            let start = text.floor_char_boundary(at);
            let end = text.floor_char_boundary(start + length);
            text.replace_range(start..end, piece);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn mangled_files_are_told_of_and_never_fatal(text in mangled()) {
        if let Err(faults) = rules::load(&[rules::RuleFile::new("mangled.toml", text)]) {
            prop_assert!(faults.errors() > 0);
            let rendered = faults.render(false, WIDTH);
            prop_assert!(rendered.contains("mangled.toml"), "{}", rendered);
        }
    }

    #[test]
    fn any_text_is_told_of_and_never_fatal(text in "\\PC{0,60}|[a-z\\[\\]\"'=.\r\n ]{0,60}") {
        let faults = rules::load(&[rules::RuleFile::new("any.toml", text)]).unwrap_err();
        prop_assert!(faults.render(true, 40).contains("any.toml"));
    }
}

/// The valid form, a field a line.
fn describe(rules: &RuleSet) -> String {
    let mut text = String::new();
    for pack in rules.packs() {
        writeln!(text, "{pack:?}").unwrap();
    }
    for list in rules.lists() {
        writeln!(text, "{list:?}").unwrap();
    }
    for rule in rules.rules() {
        describe_rule(rule, &mut text);
    }
    if !rules.warnings().is_empty() {
        write!(text, "\n{}", rules.warnings().render(false, WIDTH)).unwrap();
    }
    text
}

fn describe_rule(rule: &Rule, text: &mut String) {
    let origin = rule.origin();
    writeln!(text, "\n{} ({}:{})", rule.name(), origin.file, origin.line).unwrap();
    writeln!(
        text,
        "  {} · {:?} · zone {:?} · score {}",
        rule.kind(),
        rule.status(),
        rule.zone(),
        rule.score()
    )
    .unwrap();
    writeln!(text, "  {:?}\n  {:?}", rule.action(), rule.scope()).unwrap();
    for test in &rule.matcher().tests {
        writeln!(text, "  match  {test:?}").unwrap();
    }
    for test in rule.unless().iter().flat_map(|unless| &unless.tests) {
        writeln!(text, "  unless {test:?}").unwrap();
    }
    writeln!(text, "  {:?}\n  since {:?}, source {:?}", rule.examples(), rule.since(), rule.source())
        .unwrap();
    let (first, last) = (origin.toml.lines().next(), origin.toml.lines().last());
    writeln!(text, "  from {:?} to {:?}", first.unwrap_or_default(), last.unwrap_or_default()).unwrap();
}
