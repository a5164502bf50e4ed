//! The default weights on sites that they were not fitted to: they gain in every language, and lose on no site.
//!
//! Needs the folder of sites with marked main text, which is not part of the project: one folder a site with
//! `gold.jsonl.gz` and `text-*.jsonl.gz`, named by `DEHUSK_SITES` or found at `../shared/eval/sites-dev`. Without it the
//! test says so and passes.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![expect(clippy::print_stdout, reason = "what was measured is worth reading")]

use dehusk::clean::{Cleaner, Workspace};
use dehusk::eval::samples::{Sample, SampleFiles, read_samples};
use dehusk::eval::score;
use dehusk::eval::score::Metric;
use dehusk::model::{Cleaned, Profile};
use dehusk::rules::{builtin, load};
use rayon::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn sites() -> Option<Vec<PathBuf>> {
    let named = std::env::var_os("DEHUSK_SITES").map(PathBuf::from);
    let folder =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval/sites-dev"));
    let mut sites: Vec<PathBuf> = fs::read_dir(folder).ok()?.map(|entry| entry.unwrap().path()).collect();
    sites.retain(|site| site.join("gold.jsonl.gz").is_file());
    sites.sort();
    (!sites.is_empty()).then_some(sites)
}

fn mean_f1(cleaner: &Cleaner, samples: &[Sample]) -> f64 {
    let score_one = |(workspace, cleaned): &mut (Workspace, Cleaned), sample: &Sample| {
        cleaner.clean_with(workspace, &sample.page, cleaned);
        score(sample, cleaned).get(Metric::F1).unwrap()
    };
    let scores: Vec<f64> = samples.par_iter().map_init(Default::default, score_one).collect();
    scores.iter().sum::<f64>() / scores.len() as f64
}

#[test]
fn the_default_gains_on_sites_of_other_languages() {
    let Some(sites) = sites() else {
        println!("skipped: no sites here; name their folder with DEHUSK_SITES");
        return;
    };
    let set = Arc::new(load(&builtin()).unwrap_or_else(|faults| panic!("{}", faults.render(false, 100))));
    let none = Arc::new(load(&[]).unwrap_or_else(|faults| panic!("{}", faults.render(false, 100))));
    let untouched = Cleaner::builder(none).profile(Profile::Careful).build();
    let normal = Cleaner::builder(set).build();
    let mut sums = [0.0; 2];
    for site in &sites {
        let pages =
            ["bs4", "inscriptis", "resiliparse"].map(|name| site.join(format!("text-{name}.jsonl.gz")));
        let samples =
            read_samples(&SampleFiles { gold: site.join("gold.jsonl.gz"), pages: pages.into() }).unwrap();
        let (before, after) = (mean_f1(&untouched, &samples.list), mean_f1(&normal, &samples.list));
        println!("{}: untouched {before:.3}, normal {after:.3}", site.display());
        assert!(after > before, "{}: {after:.3} is no gain over {before:.3}", site.display());
        sums[0] += before;
        sums[1] += after;
    }
    let [before, after] = sums.map(|sum| sum / sites.len() as f64);
    println!("all: untouched {before:.3}, normal {after:.3}");
    assert!(after >= before + 0.1, "{after:.3} against {before:.3} untouched");
    assert!(after >= 0.935, "{after:.3}");
}
