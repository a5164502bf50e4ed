//! What cleaning costs, in instructions: they do not depend on what else a machine does, so a bound on them can be tight.
//!
//! `DEHUSK_BIN` names the optimised program, as `make test` does, and valgrind counts. The figures of `benches/record/
//! instructions.toml` hold for one toolchain, target and profile; under others they are shown and not compared. What a line costs
//! is what the same pages cost again: starting up, and what is compiled when it is first needed, cost once. What starting up costs
//! is not the same in every run, as tables are hashed by chance, so the pages are read several times to make that small.
//!
//! With `DEHUSK_RECORD=1` the figures are stored.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![cfg(target_os = "linux")]

#[path = "../benches/support/rules.rs"]
mod rules;
#[path = "../benches/support/mod.rs"]
mod support;
#[path = "../benches/support/valgrind.rs"]
mod valgrind;

use rayon::prelude::*;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const RECORD: &str = "benches/record/instructions.toml";
/// How far a figure may be off what is stored.
const LEEWAY: f64 = 0.05;
/// How often pages are read again.
const AGAIN: usize = 8;
/// Generated pages, beside the samples.
const PAGES: usize = 40;
/// Rules that growth is told by.
const FEW: usize = 100;
const MANY: usize = 10_000;

/// A figure with its name in the record.
type Figure = (&'static str, f64);

/// A program, with a folder for what it reads and writes.
struct Bench {
    program: OsString,
    folder: tempfile::TempDir,
}

/// Pages as JSON lines, once and several times.
struct Pages {
    once: PathBuf,
    again: PathBuf,
    count: usize,
    lines: usize,
}

impl Bench {
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn pages(&self, name: &str, texts: &[String]) -> Pages {
        let page = |text: &String| format!("{}\n", serde_json::json!({ "text": text }));
        let once: String = texts.iter().map(page).collect();
        let filled = |text: &String| text.lines().filter(|line| !line.trim().is_empty()).count();
        Pages {
            again: self.file(&format!("{name}-again.jsonl"), &once.repeat(1 + AGAIN)),
            once: self.file(&format!("{name}-once.jsonl"), &once),
            count: texts.len(),
            lines: texts.iter().map(filled).sum(),
        }
    }

    /// Instructions to clean `input`.
    fn run(&self, name: &str, input: &Path, pages: usize, way: &[&OsStr]) -> u64 {
        let out = self.folder.path().join(format!("{name}-{pages}.out"));
        let mut arguments: Vec<&OsStr> =
            ["clean", "--threads", "1", "--progress", "never", "-q", "-o"].map(OsStr::new).to_vec();
        arguments.extend([out.as_os_str(), input.as_os_str()]);
        arguments.extend(way);
        let count = valgrind::instructions(&self.program, &arguments);
        let articles = fs::read_to_string(&out).unwrap().lines().count();
        assert_eq!(articles, pages, "{name}: a fast run that loses pages is no run");
        count
    }

    /// Instructions that a line costs.
    fn line(&self, name: &str, pages: &Pages, way: &[&OsStr]) -> f64 {
        let (once, again) = rayon::join(
            || self.run(name, &pages.once, pages.count, way),
            || self.run(name, &pages.again, (1 + AGAIN) * pages.count, way),
        );
        (again - once) as f64 / (AGAIN * pages.lines) as f64
    }

    /// How many times as much a line costs with many phrase rules as with few.
    fn growth(&self, name: &str, regexes: bool) -> f64 {
        let line = |count| {
            let name = format!("{name}-{count}");
            let rules = self.file(&format!("{name}.toml"), &rules::file(count, regexes));
            let pages = self.pages(&name, &support::pages(PAGES, count).0);
            let way = ["--profile", "careful", "--no-default-rules", "--rules"].map(OsStr::new);
            self.line(&name, &pages, &[&way[..], &[rules.as_os_str()]].concat())
        };
        let (few, many) = rayon::join(|| line(FEW), || line(MANY));
        many / few
    }

    fn figures(&self) -> Vec<Figure> {
        let mut samples: Vec<PathBuf> =
            fs::read_dir("seeds").unwrap().map(|entry| entry.unwrap().path()).collect();
        samples.sort();
        let mut texts = support::pages(PAGES, FEW).0;
        texts.extend(samples.iter().map(|path| fs::read_to_string(path).unwrap()));
        let pages = self.pages("pages", &texts);
        let profile = |name| self.line(name, &pages, &["--profile", name].map(OsStr::new));
        let ways: [(&str, &(dyn Fn() -> f64 + Sync)); 4] = [
            ("careful", &|| profile("careful")),
            ("normal", &|| profile("normal")),
            ("growth-phrases", &|| self.growth("phrases", false)),
            ("growth-regexes", &|| self.growth("regexes", true)),
        ];
        ways.par_iter().map(|(name, way)| (*name, way())).collect()
    }
}

/// What figures hang on beside the program's text.
fn conditions() -> toml::Table {
    let said = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let said = String::from_utf8(said).unwrap();
    let told = |key: &str| said.lines().find_map(|line| line.strip_prefix(key)).unwrap().trim().to_owned();
    let manifest: toml::Table = fs::read_to_string("Cargo.toml").unwrap().parse().unwrap();
    let mut conditions = toml::Table::new();
    conditions.insert("rustc".to_owned(), said.lines().next().unwrap().into());
    conditions.insert("target".to_owned(), told("host:").into());
    conditions.insert("wide-vectors".to_owned(), has_wide_vectors().into());
    conditions.insert("profile".to_owned(), manifest["profile"]["release"].clone());
    conditions
}

/// Some of what is searched for is searched for in wider pieces where the processor can.
#[cfg(target_arch = "x86_64")]
fn has_wide_vectors() -> bool {
    std::is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_wide_vectors() -> bool {
    false
}

fn record(conditions: toml::Table, figures: &[Figure]) -> String {
    let mut own = toml::Table::new();
    let rounded = |figure: f64| if figure < 100.0 { (figure * 1e3).round() / 1e3 } else { figure.round() };
    own.extend(figures.iter().map(|(name, figure)| ((*name).to_owned(), rounded(*figure).into())));
    let mut all = toml::Table::new();
    all.insert("conditions".to_owned(), conditions.into());
    all.insert("figures".to_owned(), own.into());
    format!(
        "# Instructions that a line costs (`careful`, `normal`), and how many times as much it costs with {MANY} phrase rules as\n\
         # with {FEW} (`growth-…`; `regexes` has a tenth of them as expressions). `tests/instructions.rs` holds the program to\n\
         # them, to {:.0} %, and `make instructions RECORD=1` stores them anew.\n\n{all}",
        LEEWAY * 100.0
    )
}

/// What is to be said of figures that are further off than the leeway: too high is a fault, too low a bound that is loose.
fn held_against(stored: &toml::Table, figures: &[Figure]) -> (Vec<String>, Vec<String>) {
    let (mut high, mut low) = (Vec::new(), Vec::new());
    for (name, figure) in figures {
        let Some(bound) =
            stored.get(*name).and_then(|bound| bound.as_float().or(bound.as_integer().map(|n| n as f64)))
        else {
            high.push(format!("{name} is not in {RECORD}"));
            continue;
        };
        let told =
            format!("{name} is {figure:.3}, {:+.1} % of the stored {bound}", (figure / bound - 1.0) * 100.0);
        if *figure > bound * (1.0 + LEEWAY) {
            high.push(told);
        } else if *figure < bound * (1.0 - LEEWAY) {
            low.push(told);
        }
    }
    (high, low)
}

/// Says something that is heard of a test that passes too.
fn tell(what: &str) {
    let mut heard = std::io::stderr();
    writeln!(heard, "{what}").unwrap();
}

#[test]
fn a_line_costs_no_more_instructions_than_are_stored() {
    let skipped = |why: &str| tell(&format!("SKIPPED: {why}"));
    let Some(program) = std::env::var_os("DEHUSK_BIN") else {
        return skipped("instructions are those of the optimised program; name it with DEHUSK_BIN");
    };
    if !valgrind::is_here() {
        return skipped("no valgrind here, so no instruction was counted");
    }
    if std::env::vars_os().any(|(key, _)| key.to_string_lossy().starts_with("CARGO_PROFILE_RELEASE_")) {
        return skipped("the environment changes the release profile, so the program is another");
    }
    let bench =
        Bench { program: fs::canonicalize(program).unwrap().into(), folder: tempfile::tempdir().unwrap() };
    let (conditions, figures) = (conditions(), bench.figures());
    let shown: Vec<String> = figures.iter().map(|(name, figure)| format!("{name} {figure:.3}")).collect();
    tell(&format!("instructions a line: {}", shown.join(", ")));
    if std::env::var_os("DEHUSK_RECORD").is_some() {
        fs::write(RECORD, record(conditions, &figures)).unwrap();
        return tell(&format!("stored in {RECORD}"));
    }
    let stored = fs::read_to_string(RECORD);
    assert!(stored.is_ok(), "there is no {RECORD}; store figures with `make instructions RECORD=1`");
    let stored: toml::Table = stored.unwrap().parse().unwrap();
    if stored["conditions"].as_table() != Some(&conditions) {
        let stored = &stored["conditions"];
        return skipped(&format!(
            "not compared: the figures of {RECORD} are of\n{stored}, and these of\n{conditions}"
        ));
    }
    let (high, low) = held_against(stored["figures"].as_table().unwrap(), &figures);
    for told in low {
        tell(&format!("{told}: tighten the bound with `make instructions RECORD=1`"));
    }
    assert!(
        high.is_empty(),
        "{}\nA line may cost {:.0} % more than is stored. Take out what made it dearer; or, if it is worth that, store the new \
         figures with `make instructions RECORD=1` and say why in the commit",
        high.join("\n"),
        LEEWAY * 100.0
    );
}

#[test]
fn figures_are_held_to_five_per_cent_both_ways() {
    let stored: toml::Table = "careful = 1000.0\nnormal = 2000\ngrowth-phrases = 1.5".parse().unwrap();
    let sides = |figures: &[Figure]| {
        let (high, low) = held_against(&stored, figures);
        (high.len(), low.len())
    };
    assert_eq!(sides(&[("careful", 1049.0), ("normal", 1901.0), ("growth-phrases", 1.57)]), (0, 0));
    assert_eq!(sides(&[("careful", 1051.0), ("normal", 1899.0), ("growth-phrases", 1.58)]), (2, 1));
    assert_eq!(sides(&[("new", 1.0)]), (1, 0), "a figure that nobody stored is no figure that holds");
    let text = record("rustc = \"1\"".parse().unwrap(), &[("careful", 1234.6), ("growth-phrases", 1.23456)]);
    let read: toml::Table = text.parse().unwrap();
    assert_eq!(read["figures"]["careful"].as_float(), Some(1235.0), "{text}");
    assert_eq!(read["figures"]["growth-phrases"].as_float(), Some(1.235), "{text}");
}
