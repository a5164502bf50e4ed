//! The five sample pages become exactly what people said they must: title, authors, date and every paragraph.
//! Lines that gold lists under `either` may stay or go.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

use dehusk::clean::Cleaner;
use dehusk::model::{Page, Profile};
use dehusk::rules::{builtin, load};
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;

#[derive(Deserialize)]
struct Gold {
    id: String,
    source: String,
    title: String,
    byline: Vec<String>,
    published: Option<String>,
    paragraphs: Vec<String>,
    either: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn gold() -> Vec<Gold> {
    let text = std::fs::read_to_string(root().join("tests/gold/seeds.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_seed_becomes_its_gold() {
    let set = load(&builtin()).unwrap_or_else(|faults| panic!("{}", faults.render(false, 100)));
    let set = Arc::new(set);
    for profile in [Profile::Careful, Profile::default()] {
        let cleaner = Cleaner::builder(Arc::clone(&set)).profile(profile).build();
        every_page_is_gold(&cleaner, profile);
    }
}

fn every_page_is_gold(cleaner: &Cleaner, profile: Profile) {
    for gold in gold() {
        let text = std::fs::read_to_string(root().join("seeds").join(&gold.source)).unwrap();
        let article = cleaner.clean(&Page { id: gold.id.clone(), text, ..Page::default() }).article;
        let firm = |paragraph: &&str| !gold.either.iter().any(|either| either == paragraph);
        let got: Vec<&str> = article.text.split("\n\n").filter(firm).collect();
        let want: Vec<&str> = gold.paragraphs.iter().map(String::as_str).filter(firm).collect();
        assert_eq!(got, want, "{}: paragraphs, {profile}", gold.id);
        assert_eq!(article.title, gold.title, "{}: title", gold.id);
        assert_eq!(article.authors, gold.byline, "{}: authors", gold.id);
        assert_eq!(article.published, gold.published.unwrap_or_default(), "{}: published", gold.id);
    }
}

#[test]
fn seeds_holds_the_five_pages_and_nothing_else() {
    let mut found: Vec<String> = std::fs::read_dir(root().join("seeds"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, gold().into_iter().map(|gold| gold.source).collect::<Vec<_>>());
}

#[test]
fn no_rule_names_a_sentence_of_a_seed() {
    // Labels of sources and site notices are general; a rule that quotes what stands in gold is not.
    let set = load(&builtin()).unwrap_or_else(|faults| panic!("{}", faults.render(false, 100)));
    let gold: Vec<String> = gold()
        .iter()
        .flat_map(|gold| &gold.paragraphs)
        .map(|paragraph| dehusk::fold::fold(paragraph))
        .collect();
    for rule in set.rules() {
        for quoted in rule.origin().toml.split('"').skip(1).step_by(2) {
            let quoted = dehusk::fold::fold(quoted);
            let words = quoted.split(' ').count();
            let found = words >= 6 && gold.iter().any(|paragraph| paragraph.contains(&quoted));
            assert!(
                !found || gold.iter().any(|p| p.starts_with("* a terrorist group") && p.contains(&quoted)),
                "{}: {quoted}",
                rule.name()
            );
        }
    }
}
