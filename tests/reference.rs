//! The compiled matcher against a slow and obvious reading of the language, on random rules and pages.
//!
//! `DEHUSK_CASES` is the number of cases, a rule set on a page each (20,000 by default; a million is run before a release),
//! `DEHUSK_SEED` the seed of the first, which is printed.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![expect(clippy::print_stdout, reason = "what was measured is worth reading")]

#[path = "support/reference.rs"]
mod reference;

use dehusk::matcher::{Engine, PageScope, Scratch};
use dehusk::rules::{RuleFile, load};
use dehusk::segment::segment;
use reference::{Bytes, Compared, Numbers, page, rules};

/// Pages that each rule set is tried on.
const PAGES: u64 = 20;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |number| number.parse().unwrap())
}

/// Numbers from a seed: SplitMix64.
struct Seeded(u64);

impl Numbers for Seeded {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % most.max(1) as u64) as usize
    }
}

#[test]
fn the_matcher_finds_what_the_letter_of_the_language_says() {
    let (cases, seed) = (number("DEHUSK_CASES", 20_000), number("DEHUSK_SEED", 6));
    let sets = cases.div_ceil(PAGES);
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let compared = std::thread::scope(|scope| {
        let work = |thread: u64| {
            let (mut compared, mut hits, mut refused) = (0u64, 0usize, 0u64);
            for set in (thread..sets).step_by(threads as usize) {
                let mut numbers = Seeded(seed.wrapping_mul(1 << 32).wrapping_add(set));
                let Some(mut both) = Compared::new(rules(&mut numbers)) else {
                    refused += 1;
                    continue;
                };
                for _ in 0..PAGES {
                    hits += both.on(&page(&mut numbers));
                    compared += 1;
                }
            }
            (compared, hits, refused)
        };
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .fold((0, 0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1, sum.2 + part.2))
    });
    let (pages, hits, refused) = compared;
    println!("seed {seed}: {pages} cases, {hits} hits, {refused} rule sets that the language refuses");
    assert!(refused * 4 < sets, "the language refuses {refused} of {sets} rule sets");
    assert!(hits as u64 > pages / 4, "only {hits} hits on {pages} pages");
}

#[test]
fn bytes_give_rules_and_pages_too() {
    let mut numbers = Bytes(b"any bytes will do, and none as well");
    let mut both = Compared::new(rules(&mut numbers)).unwrap();
    both.on(&page(&mut numbers));
    both.on(&page(&mut Bytes(b"")));
}

/// From seed 6: the second place was not looked at, since it lies within the first.
#[test]
fn a_phrase_that_runs_into_a_word_may_begin_again_within_itself() {
    let head = "schema = 1\n[pack]\nid = \"t\"\nversion = \"1\"\nabout = \"t\"\nlicense = \"CC0-1.0\"\n";
    let rule = "[[rule]]\nid = \"r\"\nkind = \"menu\"\nabout = \"t\"\nmatch = { has = [\"share s\"] }\n";
    let file = RuleFile::new("t.toml", format!("{head}{rule}drop = [\"x\"]\nkeep = [\"y\"]\n"));
    let engine = Engine::new(&load(&[file]).unwrap(), false);
    let found = |text: &str| {
        let lines = segment(text);
        let mut scratch = Scratch::default();
        let (_, finds) = engine.find(text, &lines, PageScope::default(), &mut scratch);
        finds.hits.iter().map(|hit| hit.span.range().start).collect::<Vec<_>>()
    };
    assert_eq!(found("share share s now"), [6]);
    assert!(found("share shares now").is_empty());
}
