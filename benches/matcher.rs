//! How the cost of cleaning grows with the number of rules: 100 to 50,000 phrase rules, and the same with a tenth of
//! them regexes. Every size must find exactly the lines that were planted.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run must not go on")]
#![expect(clippy::panic, reason = "a benchmark that cannot run must not go on")]

#[path = "support/rules.rs"]
mod rules;
mod support;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dehusk::clean::{Cleaner, Workspace};
use dehusk::model::Profile;
use dehusk::model::{Cleaned, Page};
use dehusk::rules::{RuleFile, RuleSet, load};
use std::hint::black_box;
use std::sync::Arc;

const PAGES: usize = 200;

fn generated_rules(count: usize, regexes: bool) -> RuleSet {
    match load(&[RuleFile::new("bench.toml", rules::file(count, regexes))]) {
        Ok(set) => set,
        Err(faults) => panic!("{}", faults.render(false, 100)),
    }
}

fn growth(c: &mut Criterion) {
    for (group, regexes) in [("phrases", false), ("phrases and a tenth regexes", true)] {
        let mut group = c.benchmark_group(group);
        for rules in [100, 1_000, 10_000, 50_000] {
            let (texts, planted) = support::pages(PAGES, rules);
            let pages: Vec<Page> = texts.into_iter().map(|text| Page { text, ..Page::default() }).collect();
            let cleaner =
                Cleaner::builder(Arc::new(generated_rules(rules, regexes))).profile(Profile::Careful).build();
            let mut workspace = Workspace::default();
            let mut cleaned = Cleaned::default();
            let mut run = || {
                let mut removed = 0;
                for page in &pages {
                    cleaner.clean_with(&mut workspace, black_box(page), &mut cleaned);
                    removed += cleaned.removals.len();
                }
                removed
            };
            assert_eq!(run(), planted, "a fast wrong answer is no answer");
            group.throughput(Throughput::Bytes(pages.iter().map(|page| page.text.len() as u64).sum()));
            group.bench_function(BenchmarkId::from_parameter(rules), |b| b.iter(&mut run));
        }
        group.finish();
    }
}

criterion_group!(benches, growth);
criterion_main!(benches);
