//! A rule file to begin with, for `dehusk rules new`.
//!
//! It is valid as it stands and harms no page: the rule is a draft, which never runs, and the check of the rules
//! reminds its author of the `keep` examples. Inventing them here would only teach people to leave them.

use super::validate::mended_id;
use crate::fold::fold;
use crate::model::Kind;
use toml::Value;

/// The pack of a rule that is named without one.
const OWN_PACK: &str = "my.pack";

/// A commented rule file for the rule `id` (`pack/rule`, or a rule alone), with `lines` as what it must drop and a
/// guess at its matcher. Ids that a rule file cannot hold are mended.
pub fn skeleton(id: &str, lines: &[String]) -> String {
    let (pack, rule) = id.rsplit_once('/').unwrap_or((OWN_PACK, id));
    let (pack, rule) = (mended_id(pack, true), mended_id(rule, false));
    let kinds = Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ");
    let lines: Vec<&str> =
        lines.iter().map(|line| line.trim()).filter(|line| !fold(line).is_empty()).collect();
    let drop = if lines.is_empty() { vec!["a line to drop"] } else { lines };
    format!(
        "schema = 1

[pack]
id      = {pack}
version = \"0.1.0\"
about   = {about_pack}

[[rule]]
id     = {rule}
# One of: {kinds}
kind   = \"related\"
about  = {about}
# A draft never runs, and `dehusk rules check` leaves its examples alone: make it \"preview\" or \"stable\".
status = \"draft\"
# head, body, tail or any: where on the page the line stands.
zone   = \"any\"
match  = {{ {matcher} }}
do     = \"drop-line\"
# 1.0 drops a line alone; less is evidence that adds up with other rules.
score  = 1.0
# Lines that the rule must hit.
drop   = {drop}
# Sentences of real articles that come near, and that it must leave alone: write two at least.
keep   = []
",
        pack = quoted(&pack),
        about_pack = quoted("What this pack is for, in one sentence"),
        rule = quoted(&rule),
        kinds = wrapped(&kinds),
        about = quoted("What the rule finds, in one sentence"),
        matcher = matcher(&drop),
        drop = list(&drop),
    )
}

/// The tests that the lines suggest.
fn matcher(lines: &[&str]) -> String {
    let mut folded: Vec<String> = lines.iter().map(|line| fold(line)).collect();
    folded.sort_unstable();
    folded.dedup();
    match common_start(&folded) {
        Some(start) => format!("starts = [{}]", quoted(&start)),
        None => format!("line = {}", list(&folded.iter().map(String::as_str).collect::<Vec<_>>())),
    }
}

/// The words that several lines all begin with, when they are two or more.
fn common_start(folded: &[String]) -> Option<String> {
    let (first, rest) = folded.split_first()?;
    let mut words: Vec<&str> = first.split(' ').collect();
    for line in rest {
        let same = words.iter().zip(line.split(' ')).take_while(|(a, b)| **a == *b).count();
        words.truncate(same);
    }
    // A phrase is folded again when it is read: what folding takes off its end must not be counted here.
    let start = fold(&words.join(" "));
    (!rest.is_empty() && start.split(' ').count() >= 2).then_some(start)
}

fn list(texts: &[&str]) -> String {
    match texts {
        [one] => format!("[{}]", quoted(one)),
        several => {
            let lines: String = several.iter().map(|text| format!("    {},\n", quoted(text))).collect();
            format!("[\n{lines}]")
        }
    }
}

/// `text` as a TOML string on one line.
fn quoted(text: &str) -> String {
    Value::String(text.replace(['\n', '\r'], " ")).to_string()
}

/// Words over several comment lines.
fn wrapped(words: &str) -> String {
    let mut lines = vec![String::new()];
    for word in words.split(' ') {
        if lines.last().is_some_and(|line| line.len() + word.len() > 90) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n#   ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleFile, RuleSet, Status, Test, load};
    use proptest::prelude::*;

    fn loaded(id: &str, lines: &[&str]) -> RuleSet {
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        let text = skeleton(id, &lines);
        load(&[RuleFile::new("new.toml", text)])
            .unwrap_or_else(|faults| panic!("{}", faults.render(false, 100)))
    }

    fn tests_of(lines: &[&str]) -> Vec<Test> {
        loaded("a/b", lines).rules()[0].matcher().tests.clone()
    }

    #[test]
    fn guesses_the_matcher_from_the_lines() {
        let owned = |phrases: &[&str]| phrases.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(tests_of(&["Read more »"]), [Test::Line(owned(&["read more"]))]);
        assert_eq!(tests_of(&["Also on RT one", "ALSO ON RT two"]), [Test::Starts(owned(&["also on rt"]))]);
        assert_eq!(tests_of(&["Share", "Print"]), [Test::Line(owned(&["print", "share"]))]);
        assert_eq!(tests_of(&["Share", "SHARE"]), [Test::Line(owned(&["share"]))]);
    }

    #[test]
    fn asks_for_the_keeps_and_runs_nowhere() {
        let rules = loaded("My Pack/Read More!", &["Read more"]);
        assert_eq!(rules.rules()[0].name(), "my-pack/read-more");
        assert_eq!(rules.rules()[0].status(), Status::Draft);
        let warnings: Vec<&str> = rules.warnings().list().iter().map(|warning| warning.message()).collect();
        assert_eq!(warnings, ["the rule `read-more` has no `keep` example"]);
    }

    proptest! {
        #[test]
        fn any_lines_give_a_valid_file(id in "\\PC{0,12}", lines in prop::collection::vec("\\PC{0,20}", 0..4)) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            prop_assert_eq!(loaded(&id, &lines).rules().len(), 1);
        }
    }
}
