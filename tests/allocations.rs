//! Cleaning allocates for an article and not for its lines: once the buffers of a thread have grown to the size of its pages,
//! a page of a thousand lines costs as many allocations as one of a hundred.
//!
//! A whole run of the allocator is counted, on the thread that cleans, by `allocation_counter`: the crate forbids `unsafe`
//! code, which an allocator of its own would be.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![expect(clippy::print_stdout, reason = "what was measured is worth reading")]

#[path = "../benches/support/mod.rs"]
mod generated;

use allocation_counter::measure;
use dehusk::clean::{Cleaner, Workspace};
use dehusk::model::{Action, Cleaned, Hit, Page, Profile};
use dehusk::rules::{builtin, load};
use std::sync::Arc;

/// What a hit on a part of its line allocates at most: the way back from the folded line to its bytes, and the groups of an
/// expression. A value that is captured becomes a string of the article.
const OF_A_PART: u64 = 6;
/// How often the lists of an article double between a hundred and a thousand lines.
const GROWTH: u64 = 8;

fn cleaner(profile: Profile) -> Cleaner {
    Cleaner::builder(Arc::new(load(&builtin()).unwrap())).profile(profile).build()
}

/// The lines of real pages, over and over; from the second time on each line is another than before, so that it is no twin.
fn real(lines: usize) -> String {
    let mut paths: Vec<_> = std::fs::read_dir("seeds").unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let all: String = paths.iter().map(|path| std::fs::read_to_string(path).unwrap() + "\n").collect();
    let own: Vec<&str> = all.lines().filter(|line| !line.trim().is_empty()).collect();
    let line = |nth: usize| match nth / own.len() {
        0 => format!("{}\n", own[nth]),
        round => format!("{round} {}\n", own[nth % own.len()]),
    };
    (0..lines).map(line).collect()
}

/// Lines of generated pages: menus, prose, nothing that a rule takes.
fn made(lines: usize) -> String {
    let (pages, _) = generated::pages(lines / 26 + 1, 100);
    pages.iter().flat_map(|page| page.lines()).take(lines).map(|line| format!("{line}\n")).collect()
}

/// What a page cost.
struct Cost {
    allocations: u64,
    /// Hits that capture, or that are on a part of their line.
    parts: u64,
}

/// What the third cleaning of a page costs: by then all buffers have grown, and expressions know what they meet.
fn cost(cleaner: &Cleaner, text: String, lang: &str) -> Cost {
    let page = Page { text, lang: lang.to_owned(), ..Page::default() };
    let (mut workspace, mut cleaned) = (Workspace::default(), Cleaned::default());
    for _ in 0..2 {
        cleaner.clean_with(&mut workspace, &page, &mut cleaned);
    }
    let allocations = measure(|| cleaner.clean_with(&mut workspace, &page, &mut cleaned)).count_total;
    let lines = &workspace.lines().lines;
    let is_part = |hit: &&Hit| {
        let captures = matches!(cleaner.rules().rule(hit.rule).action(), Action::Capture { .. });
        captures || hit.span != lines[hit.line as usize].span
    };
    let parts = workspace.decision().hits.iter().filter(is_part).count() as u64;
    Cost { allocations, parts }
}

#[test]
fn a_page_of_a_thousand_lines_allocates_no_more_than_one_of_a_hundred() {
    for profile in [Profile::Careful, Profile::Normal] {
        let cleaner = cleaner(profile);
        for (name, text) in [("real", real as fn(usize) -> String), ("made", made)] {
            for lang in ["en", ""] {
                let [short, long] = [100, 1000].map(|lines| cost(&cleaner, text(lines), lang));
                let told = format!(
                    "{profile:?}, {name} pages, language `{lang}`: {} and {} allocations, {} and {} parts of lines hit",
                    short.allocations, long.allocations, short.parts, long.parts
                );
                println!("{told}");
                let own = short.allocations + OF_A_PART * long.parts.saturating_sub(short.parts);
                assert!(long.allocations <= own + GROWTH, "{told}");
            }
        }
    }
}
