//! `explain` on the sample pages, as people and as programs see it. The rules are a small fixed set, since what is
//! tested here is how verdicts are told, not which they are.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![expect(clippy::panic, reason = "a helper of a test may fail like the test itself")]

use dehusk::clean::Cleaner;
use dehusk::model::{Page, Profile};
use dehusk::report::{ExplainOptions, Explanation, Shown, explain, explain_text};
use dehusk::rules::{RuleFile, load, read};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn seeds() -> Vec<PathBuf> {
    let mut seeds: Vec<_> = fs::read_dir("seeds").unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort();
    seeds
}

fn explained(seed: &Path) -> Explanation {
    let rules = read(Path::new("tests/cli/rules.toml")).and_then(|files| load(&files));
    let rules = rules.unwrap_or_else(|faults| panic!("{}", faults.render(false, 100)));
    let cleaner = Cleaner::builder(Arc::new(rules)).profile(Profile::Careful).build();
    let name = seed.file_name().unwrap().to_str().unwrap();
    let text = fs::read_to_string(seed).unwrap();
    let page = Page { id: name.to_owned(), source: name.to_owned(), text, ..Page::default() };
    explain(&page, &cleaner.judge(&page), cleaner.rules())
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn plain(page: &Explanation, options: ExplainOptions) -> String {
    anstream::adapter::strip_str(&explain_text(page, options)).to_string()
}

const WIDE: ExplainOptions = ExplainOptions { columns: 100, full: false, shown: Shown::All };

#[test]
fn every_seed_is_explained_line_by_line() {
    let seeds = seeds();
    assert_eq!(seeds.len(), 5);
    for seed in seeds {
        let name = format!("explain_{}", &seed.file_stem().unwrap().to_str().unwrap()[..3]);
        snapshot(&name, &plain(&explained(&seed), WIDE));
    }
}

#[test]
fn styles_only_repeat_what_the_marks_say() {
    let page = explained(&seeds()[1]);
    snapshot("explain_styled", &explain_text(&page, WIDE).replace('\u{1b}', "^"));
}

#[test]
fn a_narrow_terminal_is_filled_and_not_exceeded() {
    let page = explained(&seeds()[1]);
    let narrow = plain(&page, ExplainOptions { columns: 60, ..WIDE });
    assert!(narrow.lines().all(|row| row.chars().count() <= 60), "{narrow}");
    snapshot("explain_narrow", &narrow);
}

#[test]
fn only_what_goes_is_shown_when_asked_for() {
    let gone = plain(&explained(&seeds()[1]), ExplainOptions { shown: Shown::Gone, ..WIDE });
    snapshot("explain_gone", &gone);
}

#[test]
fn programs_get_the_same_as_json() {
    let json = serde_json::to_string_pretty(&explained(&seeds()[2])).unwrap();
    snapshot("explain_json", &json);
}

/// Rules that would take all prose, none of them decisive, and one that skips pages.
const HARSH: &str = r#"
schema = 1
[pack]
id = "harsh"
[[rule]]
id = "closed"
kind = "menu"
about = "a"
match = { ending = "closed" }
score = 0.5
drop = ["A.", "B."]
keep = ["a", "b"]
[[rule]]
id = "long"
kind = "menu"
about = "a"
match = { min_words = 10 }
score = 0.5
drop = ["1 2 3 4 5 6 7 8 9 10", "1 2 3 4 5 6 7 8 9 10 11"]
keep = ["a", "b"]
[[rule]]
id = "gone"
kind = "loading"
about = "a"
zone = "head"
match = { line = ["page not found"] }
do = "skip-page"
drop = ["Page not found", "page not found"]
keep = ["a", "b"]
"#;

fn harshly(text: &str) -> String {
    let rules = load(&[RuleFile::new("harsh.toml", HARSH)]).unwrap();
    let cleaner = Cleaner::builder(Arc::new(rules)).profile(Profile::Careful).build();
    let page = Page { source: "p".to_owned(), text: text.to_owned(), ..Page::default() };
    plain(&explain(&page, &cleaner.judge(&page), cleaner.rules()), WIDE)
}

#[test]
fn a_page_that_rules_would_have_emptied_says_so() {
    let prose = "The committee met on Tuesday to hear what the engineers had found under the old bridge, and it did \
                 not like the answer at all.";
    let text = harshly(prose);
    assert!(text.contains("flags      over-cut\n"), "{text}");
    assert!(text.contains("over half of the prose"), "{text}");
    assert!(text.contains("harsh/closed 0.5 + harsh/long 0.5 = 1.0"), "{text}");
}

#[test]
fn a_page_that_is_left_out_names_the_rule() {
    let text = harshly("Page not found");
    assert!(text.starts_with("p · skipped by harsh/gone\n"), "{text}");
    assert!(harshly("").starts_with("p · empty"), "an empty page is one too");
}
