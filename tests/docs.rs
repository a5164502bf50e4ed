//! The documents hold what they say: rule files in them load and pass the check, and the table of floors is the one
//! that the building is held to.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

use dehusk::eval::check;
use dehusk::rules::{RuleFile, load};
use std::fs;
use std::sync::Arc;

/// The code blocks of a language in a Markdown text.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    let starts = text.match_indices(&fence).map(|(at, _)| at + fence.len());
    starts.map(|start| &text[start..start + text[start..].find("\n```").unwrap() + 1]).collect()
}

/// A rule file made of a block: whole ones as they are, single rules with a head.
fn as_file(name: &str, block: &str) -> Option<RuleFile> {
    let head = "schema = 1\n[pack]\nid = \"doc\"\nversion = \"1.0.0\"\n";
    let whole = block.starts_with("schema");
    let rule = block.starts_with("[[rule]]");
    (whole || rule)
        .then(|| RuleFile::new(name, if whole { block.to_owned() } else { format!("{head}{block}") }))
}

#[test]
fn rules_in_the_documents_are_sound() {
    let mut checked = 0;
    for name in ["README.md", "rules/README.md"] {
        let text = fs::read_to_string(name).unwrap();
        for file in blocks(&text, "toml").into_iter().filter_map(|block| as_file(name, block)) {
            let set = load(&[file]).unwrap_or_else(|faults| panic!("{}", faults.render(false, 100)));
            let found = check(&Arc::new(set), |_| true);
            let messages: Vec<&str> = found.findings.iter().map(|finding| finding.fault.message()).collect();
            assert!(messages.is_empty(), "{name}: {messages:?}");
            checked += found.rules;
        }
    }
    assert!(checked >= 2, "only {checked} rules found in the documents");
}

#[test]
fn every_test_and_action_of_the_language_is_documented() {
    let text = fs::read_to_string("rules/README.md").unwrap();
    let every_key = fs::read_to_string("tests/rule_files/valid/every_key.toml").unwrap();
    let keys = "line starts ends has glued template regex slow words shape ending min_words max_words min_chars \
                max_chars before after position take run same_as likeness seen tag class links any unless";
    for key in keys.split(' ') {
        assert!(every_key.contains(key), "`{key}` is no key of the language");
        assert!(text.contains(&format!("`{key}")), "`{key}` is not documented");
    }
    for action in
        ["drop-line", "cut-span", "cut-to-end", "cut-to-start", "capture", "protect", "flag", "skip-page"]
    {
        assert!(text.contains(action), "`{action}` is not documented");
    }
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    for name in ["README.md", "DESIGN.md", "CHANGELOG.md", "docs/promises.md"] {
        let text = fs::read_to_string(name).unwrap();
        let targets = text.match_indices("](").map(|(at, _)| text[at + 2..].split(')').next().unwrap());
        for target in targets.filter(|target| !target.starts_with("http")) {
            assert!(fs::exists(target).unwrap(), "{name} links to `{target}`");
        }
    }
}

#[test]
fn every_promise_names_a_test_that_there_is() {
    let text = fs::read_to_string("docs/promises.md").unwrap();
    let named: Vec<(&str, &str)> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|code| code.split_once(": "))
        .filter(|(file, _)| file.ends_with(".rs") && !file.contains('\u{2026}'))
        .filter(|(_, test)| !test.ends_with('\u{2026}'))
        .collect();
    assert!(named.len() > 40, "only {} tests are named", named.len());
    for (file, test) in named {
        let code = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(code.contains(&format!("fn {test}(")), "{file} has no test `{test}`");
    }
    // A row of a table that promises something names the test behind it.
    let tables = text.split("\n## ").filter(|part| part.contains("| test |"));
    for row in
        tables.flat_map(str::lines).filter(|line| line.starts_with("| ") && !line.ends_with("| test |"))
    {
        assert!(row.contains(".rs: "), "no test stands behind: {row}");
    }
}
