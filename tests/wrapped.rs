//! Articles whose lines were wrapped at some column lose nothing by it, and show paragraphs again.

#![expect(clippy::panic, reason = "a helper of a test may fail like the test itself")]

mod support;

use dehusk::clean::Cleaner;
use dehusk::model::{Page, Profile};
use dehusk::rules::{builtin, load};
use std::collections::HashMap;
use std::sync::Arc;
use support::{put_back, without_space};

fn cleaner(profile: Profile) -> Cleaner {
    let set = load(&builtin()).unwrap_or_else(|faults| panic!("{}", faults.render(false, 100)));
    Cleaner::builder(Arc::new(set)).profile(profile).build()
}

fn page(text: String) -> Page {
    Page { text, ..Page::default() }
}

/// Every line of `text` as full as `width` allows.
fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    for line in text.lines() {
        let mut used = 0;
        for word in line.split_whitespace() {
            let length = word.chars().count();
            let parting = if used == 0 {
                ""
            } else if used + 1 + length > width {
                "\n"
            } else {
                " "
            };
            used = if parting == "\n" { length } else { used + parting.len() + length };
            wrapped.push_str(parting);
            wrapped.push_str(word);
        }
        wrapped.push('\n');
    }
    wrapped
}

fn f1(left: &str, right: &str) -> f64 {
    let count = |text: &str| {
        let mut counts: HashMap<String, i64> = HashMap::new();
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
        counts
    };
    let (left, right) = (count(left), count(right));
    let shared: i64 = left.iter().map(|(word, many)| *many.min(right.get(word).unwrap_or(&0))).sum();
    2.0 * shared as f64 / (left.values().sum::<i64>() + right.values().sum::<i64>()) as f64
}

#[test]
fn wrapping_a_real_page_costs_no_f1_and_its_paragraphs_are_whole_again() {
    for profile in [Profile::Careful, Profile::Normal] {
        let cleaner = cleaner(profile);
        for seed in std::fs::read_dir("seeds").unwrap() {
            let path = seed.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let whole = cleaner.clean(&page(text.clone()));
            for width in [72, 80] {
                let wrapped = page(wrap(&text, width));
                let cleaned = cleaner.clean(&wrapped);
                let (got, want) = (&cleaned.article.text, &whole.article.text);
                let score = f1(got, want);
                assert!(score >= 0.995, "{} at {width}, {profile}: {score:.4}", path.display());
                let paragraphs: Vec<&str> = want.lines().filter(|line| line.len() > 200).collect();
                let found = paragraphs.iter().filter(|line| got.contains(**line)).count();
                assert!(10 * found >= 9 * paragraphs.len(), "{} at {width}: {got}", path.display());
                let page = without_space(&wrapped.text);
                assert_eq!(put_back(&wrapped, &cleaned), page, "{} at {width}", path.display());
            }
        }
    }
}

#[test]
fn pieces_of_a_sentence_are_removed_and_kept_together() {
    let cleaner = cleaner(Profile::Careful);
    let text = "The committee met on Tuesday to hear what all the weary engineers of the\nHarbour Trust\nhad found under the old bridge\n, and it \
                was not amused\n.\nNobody had seen the cracks before, the engineers said, since nobody had looked for them in all those years.";
    let page = page(text.to_owned());
    let cleaned = cleaner.clean(&page);
    assert!(
        cleaned.article.text.contains(
            "weary engineers of the Harbour Trust had found under the old bridge, and it was not amused."
        ),
        "{}",
        cleaned.article.text
    );
    assert_eq!((cleaned.article.lines_in, cleaned.article.lines_out), (2, 2));
    assert_eq!(put_back(&page, &cleaned), without_space(text));
}

#[test]
fn a_word_that_begins_with_a_full_stop_stays_apart_where_its_line_began() {
    let sentence = "The old programs were written for the one system that all of them had, and ";
    let words = "nearly every one of the many that came after the first was made with .NET or with ";
    let page = page(wrap(&[sentence, words].concat().repeat(12), 72));
    assert!(page.text.contains("\n.NET"), "{}", page.text);
    let text = cleaner(Profile::Careful).clean(&page).article.text;
    assert!(text.contains(" .NET") && !text.contains("h.NET") && !text.contains('\n'), "{text}");
}
