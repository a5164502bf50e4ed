//! Rules are safe on pages that people labelled: what they take of articles is not content.
//!
//! Needs the development split of WCXB (M. Foley, 2026; CC-BY-4.0), which is not part of the project: a folder with
//! `gold.jsonl.gz` and `text-*.jsonl.gz`, named by `DEHUSK_EVAL` or found at `../shared/eval/wcxb-dev`. Without it the
//! test says so and passes. Measures are the benchmark's: bags of lower-case words, page by page.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![expect(clippy::print_stdout, reason = "what was measured is worth reading")]

use dehusk::clean::{Cleaner, Workspace};
use dehusk::model::{Cleaned, Page, Profile};
use dehusk::rules::{builtin, load};
use flate2::read::MultiGzDecoder;
use rayon::prelude::*;
use regex::Regex;
use serde::Deserialize;
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\w+").unwrap());

#[derive(Deserialize)]
struct Gold {
    id: String,
    page_type: String,
    main_content: String,
}

#[derive(Deserialize)]
struct Rendered {
    id: String,
    text: String,
}

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("DEHUSK_EVAL").map(PathBuf::from);
    let folder =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval/wcxb-dev"));
    folder.join("gold.jsonl.gz").is_file().then_some(folder)
}

fn rows<T: for<'de> Deserialize<'de>>(path: &Path) -> Vec<T> {
    let mut text = String::new();
    MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn bag(text: &str) -> HashMap<String, u32> {
    let mut bag = HashMap::new();
    for word in WORD.find_iter(&text.to_lowercase()) {
        *bag.entry(word.as_str().to_owned()).or_default() += 1;
    }
    bag
}

fn size(bag: &HashMap<String, u32>) -> f64 {
    f64::from(bag.values().sum::<u32>())
}

fn shared(a: &HashMap<String, u32>, b: &HashMap<String, u32>) -> f64 {
    f64::from(a.iter().map(|(word, count)| b.get(word).copied().unwrap_or(0).min(*count)).sum::<u32>())
}

/// What one page adds to the figures.
struct Row {
    gold: f64,
    taken: f64,
    recall: f64,
    f1: f64,
    f1_untouched: f64,
}

fn f1(got: &HashMap<String, u32>, gold: &HashMap<String, u32>) -> f64 {
    let (got_size, gold_size) = (size(got), size(gold));
    if got_size == 0.0 || gold_size == 0.0 {
        return f64::from(u8::from(got_size == gold_size));
    }
    2.0 * shared(got, gold) / (got_size + gold_size)
}

#[test]
fn rules_take_next_to_nothing_of_what_people_call_content() {
    let Some(folder) = folder() else {
        println!("skipped: no evaluation pages here; name their folder with DEHUSK_EVAL");
        return;
    };
    let set = load(&builtin()).unwrap_or_else(|faults| panic!("{}", faults.render(false, 100)));
    let cleaner = Cleaner::builder(Arc::new(set)).profile(Profile::Careful).build();
    let gold: HashMap<String, Gold> =
        rows(&folder.join("gold.jsonl.gz")).into_iter().map(|gold: Gold| (gold.id.clone(), gold)).collect();
    for renderer in ["bs4", "resiliparse", "inscriptis"] {
        let pages: Vec<Rendered> = rows(&folder.join(format!("text-{renderer}.jsonl.gz")));
        let judged: Vec<Row> = pages
            .into_par_iter()
            .filter(|page| gold.get(&page.id).is_some_and(|gold| gold.page_type == "article"))
            .map_init(Workspace::default, |workspace, page| {
                let want = bag(&gold[&page.id].main_content);
                let before = bag(&page.text);
                let mut cleaned = Cleaned::default();
                cleaner.clean_with(workspace, &Page { text: page.text, ..Page::default() }, &mut cleaned);
                let after = bag(&cleaned.article.text);
                let recall = if want.is_empty() { 1.0 } else { shared(&after, &want) / size(&want) };
                Row {
                    gold: size(&want),
                    taken: shared(&before, &want) - shared(&after, &want),
                    recall,
                    f1: f1(&after, &want),
                    f1_untouched: f1(&before, &want),
                }
            })
            .collect();
        let mean = |of: fn(&Row) -> f64| judged.iter().map(of).sum::<f64>() / judged.len() as f64;
        let taken =
            judged.iter().map(|row| row.taken).sum::<f64>() / judged.iter().map(|row| row.gold).sum::<f64>();
        let (recall, f1, untouched) =
            (mean(|row| row.recall), mean(|row| row.f1), mean(|row| row.f1_untouched));
        println!(
            "{renderer}: {} articles, F1 {f1:.3} (untouched {untouched:.3}), recall {recall:.4}, content taken {:.3} %",
            judged.len(),
            taken * 100.0
        );
        assert!(judged.len() > 700, "the split has 793 articles");
        assert!(taken <= 0.005, "{renderer}: rules take {:.2} % of the words of articles", taken * 100.0);
        assert!(recall >= 0.99, "{renderer}: recall {recall:.4}");
        assert!(f1 >= untouched + 0.05, "{renderer}: F1 {f1:.3} against {untouched:.3} untouched");
    }
}
