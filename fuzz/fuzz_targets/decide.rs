//! Rules of every action, with context, scores and zones, on a page, both of the fuzzer's choice: the article and what was
//! removed give the page back, the answer hangs on nothing but the page, and a careful profile takes nothing that no rule
//! named.

#![no_main]

#[path = "../../tests/support/reference.rs"]
#[expect(dead_code, reason = "rules and pages are made here, and not compared")]
mod reference;
#[path = "../../tests/support/mod.rs"]
mod support;

use dehusk::clean::{Cleaner, Workspace};
use dehusk::model::{Cleaned, Page, Profile};
use dehusk::rules::{RuleFile, load};
use reference::{Bytes, Numbers, file, page, rules};
use std::sync::Arc;

const ACTIONS: [&str; 9] = [
    "",
    "do = \"protect\"",
    "do = \"cut-span\"\nzone = \"head\"",
    "do = \"cut-to-end\"\nzone = \"tail\"",
    "do = \"cut-to-start\"\nzone = \"head\"",
    "do = { capture = \"authors\" }",
    "do = { flag = \"odd\" }",
    "score = 0.5",
    "score = 0.5\nzone = \"tail\"",
];
const CONTEXT: [&str; 6] = [
    "",
    ", after = { kind = \"menu\", within = 2 }",
    ", before = { rule = \"r0\" }",
    ", take = 1",
    ", run = 2",
    ", position = \"first-kept\"",
];
const PROSE: &str = "The committee met on Tuesday to hear what the engineers had found under the old bridge, and it did \
                     not like the answer at all.\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut numbers = Bytes(bytes);
    let written = file(&rules(&mut numbers));
    let mut changed = String::new();
    for line in written.lines() {
        match line.strip_prefix("match = ").and_then(|table| table.strip_suffix(" }")) {
            Some(table) => {
                let (context, action) = (CONTEXT[numbers.below(6)], ACTIONS[numbers.below(9)]);
                changed += &format!("match = {table}{context} }}\n{action}\n");
            }
            None => changed += &format!("{line}\n"),
        }
    }
    let Ok(set) = load(&[RuleFile::new("t.toml", changed)]) else { return };
    let set = Arc::new(set);
    let profiles = [Profile::Careful, Profile::Normal];
    let cleaners = profiles.map(|profile| Cleaner::builder(Arc::clone(&set)).profile(profile).build());
    let mut workspace = Workspace::default();
    for _ in 0..2 {
        let prose = ["", PROSE][numbers.below(2)];
        let text = format!("{}{prose}{}", page(&mut numbers), page(&mut numbers));
        let page = Page { text, ..Page::default() };
        for (cleaner, profile) in cleaners.iter().zip(profiles) {
            let mut cleaned = Cleaned::default();
            cleaner.clean_with(&mut workspace, &page, &mut cleaned);
            assert_eq!(cleaned, cleaner.clean(&page), "a page's answer depends on the page before it");
            assert_eq!(support::put_back(&page, &cleaned), support::without_space(&page.text));
            let named = cleaned.removals.iter().all(|removal| !removal.rules.is_empty());
            assert!(named || profile != Profile::Careful, "{:?}", cleaned.removals);
        }
    }
});
