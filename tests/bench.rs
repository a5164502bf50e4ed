//! `bench` and `diff` as programs meet them: the figures are those of the benchmark's own script, the same on any number
//! of threads; gates fail when they must; page text stays text in the page for the browser.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![expect(
    clippy::print_stdout,
    reason = "a test that is skipped says so, and what was measured is worth reading"
)]

use dehusk::eval::samples::{SampleFiles, read_samples};
use dehusk::eval::truth::Truth;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const RENDERERS: [&str; 3] = ["bs4", "resiliparse", "inscriptis"];

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dehusk")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn json(args: &[&str]) -> Value {
    let output = run(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The labelled pages that are no part of the project: named by `DEHUSK_EVAL`, or beside it.
fn labelled() -> Option<PathBuf> {
    let named = std::env::var_os("DEHUSK_EVAL").map(PathBuf::from);
    let folder =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval/wcxb-dev"));
    let found = folder.join("gold.jsonl.gz").is_file().then_some(folder);
    if found.is_none() {
        println!("SKIPPED: no evaluation pages here; name their folder with DEHUSK_EVAL");
    }
    found
}

#[test]
fn figures_are_those_of_the_benchmarks_own_script() {
    let Some(folder) = labelled() else { return };
    let script = folder.join("../score.py");
    if !script.is_file() || Command::new("python3").arg("--version").output().is_err() {
        println!("SKIPPED: this needs python3 and {}", script.display());
        return;
    }
    let gold = folder.join("gold.jsonl.gz");
    let kept = tempfile::tempdir().unwrap();
    let compared: usize = RENDERERS
        .par_iter()
        .map(|renderer| {
            let pages = folder.join(format!("text-{renderer}.jsonl.gz"));
            let (gold, pages) = (gold.to_str().unwrap(), pages.to_str().unwrap());
            let cleaned = kept.path().join(format!("{renderer}.jsonl"));
            let cleaned = cleaned.to_str().unwrap();
            assert!(run(&["clean", "-q", pages, "-o", cleaned, "--profile", "careful"]).status.success());
            let script = script.to_str().unwrap();
            let scored = Command::new("python3").args([script, gold, cleaned, "--json"]).output().unwrap();
            let scored: Value = serde_json::from_slice(&scored.stdout).unwrap();
            let benched =
                json(&["bench", gold, "--pages", pages, "--skip", "lift", "--skip", "cost", "--json"]);
            let groups = benched["groups"].as_array().unwrap();
            assert_eq!(groups.len(), 8, "all and seven types");
            groups
                .iter()
                .map(|group| agree(renderer, group, &scored[group["name"].as_str().unwrap()]))
                .sum::<usize>()
        })
        .sum();
    assert!(compared >= 3 * 8 * 6, "only {compared} figures were compared");
    println!("{compared} figures agree");
}

/// The example of a rule may stand on what a rule of another pack does.
#[test]
fn one_pack_alone_has_its_examples_checked_among_all() {
    let gold = ["bench", "tests/gold/seeds.jsonl", "--pages", "seeds", "--skip", "cost", "--skip", "lift"];
    for pack in ["web.en", "web.any"] {
        let benched = json(&[&gold[..], &["--rules", pack, "--json"]].concat());
        let rules = benched["sets"][0]["rules"].as_array().unwrap();
        assert!(!rules.is_empty());
        for rule in rules {
            let concerns = rule["concerns"].as_array().unwrap();
            assert!(!concerns.iter().any(|concern| concern == "examples-fail"), "{rule}");
        }
    }
}

/// How many figures of the group there are; every one is the script's, to the fourth decimal, to which they round.
fn agree(renderer: &str, group: &Value, scored: &Value) -> usize {
    assert_eq!(group["samples"], scored["pages"], "{renderer} {group}");
    let means = group["sets"][0].as_object().unwrap();
    for (metric, mean) in means {
        let (mine, theirs) = (mean["mean"].as_f64().unwrap(), scored[metric].as_f64().unwrap());
        assert!(
            (mine - theirs).abs() < 0.0001,
            "{renderer} {} {metric}: {mine} is not {theirs}",
            group["name"]
        );
    }
    assert_eq!(scored.as_object().unwrap().len(), means.len() + 1, "{renderer}: every figure but the count");
    means.len()
}

/// Labels of lines come with the pages, made by another aligner; where both say which side a line is on, weighed by
/// words, they must nearly always say the same.
#[test]
fn words_that_are_gold_are_those_of_the_labels() {
    let Some(folder) = labelled() else { return };
    for renderer in RENDERERS {
        let files = SampleFiles {
            gold: folder.join("gold.jsonl.gz"),
            pages: vec![folder.join(format!("text-{renderer}.jsonl.gz"))],
        };
        let samples = read_samples(&files).unwrap();
        let mut labels: HashMap<String, Vec<bool>> = HashMap::new();
        dehusk::source::each_record(&folder.join(format!("labels-{renderer}.jsonl.gz")), |_, line| {
            let row: Value = serde_json::from_str(line).unwrap();
            let keep = row["keep"].as_array().unwrap().iter().map(|share| share.as_f64().unwrap() >= 0.5);
            labels.insert(row["id"].as_str().unwrap().to_owned(), keep.collect());
        })
        .unwrap();
        // Words of lines that both call gold, only this aligner does, only the labels do, neither does.
        let sums = samples
            .list
            .par_iter()
            .map(|sample| {
                let truth = Truth::of(sample);
                let mut sums = [0u64; 4];
                let lines = dehusk::segment::segment(&sample.page.text).lines;
                let keep = &labels[&sample.page.id];
                if lines.len() != keep.len() {
                    return sums;
                }
                for ((share, keep), line) in truth.line_shares().zip(keep).zip(&lines) {
                    let mine = share.is_some_and(|share| share >= 0.5);
                    sums[usize::from(!mine) * 2 + usize::from(!keep)] += u64::from(line.words);
                }
                sums
            })
            .reduce(|| [0; 4], |a, b| std::array::from_fn(|at| a[at] + b[at]));
        let [both, mine, theirs, neither] = sums.map(|sum| sum as f64);
        let agreed = (both + neither) / (both + mine + theirs + neither);
        println!(
            "{renderer}: agreed on {:.2} % of words; only here gold {mine}, only there {theirs}",
            agreed * 100.0
        );
        assert!(agreed >= 0.97, "{renderer}: {agreed:.4}");
    }
}

const GOLD: &str = "tests/cli/gold.jsonl";
const SET: &str = "none+tests/cli/rules.toml";

#[test]
fn the_same_on_any_number_of_threads() {
    let of = |threads| {
        let args =
            ["bench", "tests/gold/seeds.jsonl", "--pages", "seeds", "--skip", "cost", "--json", "--threads"];
        run(&[&args[..], &[threads]].concat()).stdout
    };
    assert!(of("1").len() > 10_000);
    assert_eq!(of("1"), of("3"));
}

#[test]
fn rules_are_told_what_they_took() {
    let found = json(&["bench", GOLD, "--rules", SET, "--skip", "cost", "--json"]);
    let rules = found["sets"][0]["rules"].as_array().unwrap();
    let promo = rules.iter().find(|rule| rule["id"] == "demo/promo").unwrap();
    // On the first page a promo of eight words, on the second one of ten and a line of eleven that is content.
    let of = |key: &str| promo[key].as_u64().unwrap();
    assert_eq!((of("hits"), of("pages"), of("removals")), (3, 2, 3), "{promo:#}");
    assert_eq!(of("gold"), 11);
    assert_eq!(of("tries_hit"), 3, "no line stands on its page twice");
    assert!(of("tries") >= 3 && found["sets"][0]["lines"].as_u64().unwrap() > 3, "{promo:#}");
    assert_eq!(promo["wrong"][0]["text"], "Also on rt.com is where the story was first told");
    assert_eq!(
        promo["wrong"][0]["before"][0],
        "Also on rt.com <img src=x onerror=alert(1)> a \"promo\" & more"
    );
    assert!(promo["purity"].as_f64().unwrap() < 0.98);
    assert!(promo["concerns"].as_array().unwrap().contains(&"impure".into()), "{promo:#}");
    let gold_words = found["samples"]["gold_words"].as_f64().unwrap();
    assert!((promo["harm"].as_f64().unwrap() - 11e6 / gold_words).abs() < 1e-6);
}

#[test]
fn gates_fail_with_code_1_and_say_by_how_much() {
    let base = ["bench", GOLD, "--rules", SET, "--skip", "cost", "--skip", "lift", "-q"];
    let with = |more: &[&str]| {
        let output = run(&[&base[..], more].concat());
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(with(&["--fail-under", "F1=0.5", "--max-harm", "900000"]), (Some(0), String::new()));
    let (code, told) = with(&["--fail-under", "F1=0.99", "--fail-under", "R=1", "--max-harm", "50"]);
    assert_eq!(code, Some(1), "{told}");
    for part in ["F1 is 0.", "below 0.99", "R is 0.", "demo/promo takes", "more than 50 allows"] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
}

#[test]
fn a_significant_loss_against_a_former_bench_fails() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept.json");
    let bench = |rules: &str, more: &[&str]| {
        let args = [
            "bench",
            "tests/gold/seeds.jsonl",
            "--pages",
            "seeds",
            "--skip",
            "cost",
            "--skip",
            "lift",
            "--rules",
        ];
        run(&[&args[..], &[rules], more].concat())
    };
    fs::write(&kept, bench("builtin", &["--json"]).stdout).unwrap();
    let baseline = ["-q", "--baseline", kept.to_str().unwrap()];
    assert_eq!(bench("builtin", &baseline).status.code(), Some(0));
    let worse = bench("none", &baseline);
    let told = String::from_utf8(worse.stderr).unwrap();
    assert_eq!(worse.status.code(), Some(1), "{told}");
    assert!(told.contains("lower than the baseline's on the 5 pages that both have"), "{told}");
    // Without the scores of pages, the former interval is what must be reached.
    let mut old: Value = serde_json::from_slice(&fs::read(&kept).unwrap()).unwrap();
    old["sets"][0]["scores"] = Value::Null;
    fs::write(&kept, old.to_string()).unwrap();
    let worse = bench("none", &baseline);
    assert_eq!(worse.status.code(), Some(1));
    assert!(String::from_utf8(worse.stderr).unwrap().contains("that the baseline's interval begins with"));
}

#[test]
fn page_text_stays_text_in_the_page_for_the_browser() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.html");
    let args = ["bench", GOLD, "--rules", SET, "--rules", "none", "--html", path.to_str().unwrap()];
    assert!(run(&args).status.success());
    let page = fs::read_to_string(path).unwrap();
    assert!(
        page.contains("&lt;img src=x onerror=alert(1)&gt; a &quot;promo&quot; &amp; more"),
        "no sample line"
    );
    assert!(!page.contains("<img") && !page.contains("alert(\"home\")"), "page text became markup");
    assert_eq!(page.matches("<script").count(), 1, "only the page's own script");
    // Nothing is loaded from anywhere, and a browser that obeys is told so.
    for outside in ["http://", "https://", "src=\"", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("<svg") && page.contains("class=\"sortable\""));
}

#[test]
fn diff_tells_which_rule_makes_the_difference() {
    let found = json(&["diff", "none", SET, "tests/cli/pages.jsonl", "--json"]);
    let rules = found["rules"].as_array().unwrap();
    let promo = rules.iter().find(|rule| rule["rule"] == "demo/promo").unwrap();
    assert_eq!((&promo["taken"], &promo["spared"]), (&1.into(), &0.into()), "{promo:#}");
    assert_eq!(promo["samples"][0]["from"], "keep");
    let back = json(&["diff", SET, "none", "tests/cli/pages.jsonl", "--json"]);
    assert_eq!(back["lines_changed"], found["lines_changed"]);
    assert_eq!(back["rules"][0]["taken"], 0);
    let same = json(&["diff", SET, SET, "tests/cli/pages.jsonl", "--json"]);
    assert_eq!((&same["lines_changed"], &same["pages_changed"]), (&0.into(), &0.into()));
    assert_eq!(same["rejected"], 1, "the third line is no JSON");
}

/// A pack of one rule.
fn one_rule(folder: &Path, matches: &str, more: &str) -> String {
    let path = folder.join("one.toml");
    let head =
        "schema = 1\n[pack]\nid = \"t\"\nversion = \"1.0.0\"\n[[rule]]\nid = \"one\"\nkind = \"share\"\n";
    let tail = "about = \"x\"\ndrop = [\"x\"]\nkeep = [\"y\"]\n";
    fs::write(&path, format!("{head}match = {{ {matches} }}\n{more}\n{tail}")).unwrap();
    path.to_str().unwrap().to_owned()
}

const PROSE: &str = "The mayor, who had come by train from the capital that very morning with two of his clerks, said nothing \
                     to the press about the bridge or the flood.";

#[test]
fn diff_sees_that_a_page_is_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let rules = one_rule(folder.path(), "line = [\"one two three\"]", "zone = \"tail\"\ndo = \"skip-page\"");
    let page = folder.path().join("page.txt");
    fs::write(&page, format!("{PROSE}\n\n{PROSE}\n\nOne two three\n")).unwrap();
    let (skips, page) = (format!("none+{rules}"), page.to_str().unwrap());
    let found = json(&["diff", "none", &skips, page, "--json"]);
    let rule = &found["rules"][0];
    assert_eq!((&rule["rule"], &rule["taken"], &rule["spared"]), (&"t/one".into(), &3.into(), &0.into()));
    let shown = &rule["samples"][0];
    assert_eq!((&shown["from"], &shown["to"]), (&"keep".into(), &"skip".into()), "{found:#}");
    let back = json(&["diff", &skips, "none", page, "--json"]);
    assert_eq!((&back["rules"][0]["spared"], &back["pages_changed"]), (&3.into(), &1.into()), "{back:#}");
    let same = json(&["diff", &skips, &skips, page, "--json"]);
    assert_eq!(same["lines_changed"], 0);
    let told = String::from_utf8(run(&["diff", "none", &skips, page]).stdout).unwrap();
    assert!(told.contains("3 of 3 lines differ") && told.contains("line 1: keep → skip"), "{told}");
}

#[test]
fn diff_names_the_line_model_where_it_makes_the_difference() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.txt");
    let menu = "Home\nNews\nSport\nWeather\nLogin\n";
    let labels = "Related\nShare\nPrint\nContact us\nAbout\nTerms\nPrivacy\nCookies\nSitemap\n";
    fs::write(&page, format!("{menu}{PROSE}\n{PROSE}\n{labels}One two three\n")).unwrap();
    for to in ["builtin@normal", "builtin@eager"] {
        let found = json(&["diff", "builtin", to, page.to_str().unwrap(), "--json"]);
        let rules: Vec<&Value> =
            found["rules"].as_array().unwrap().iter().map(|group| &group["rule"]).collect();
        assert_eq!(rules, ["line-model"], "{to}: {found:#}");
    }
}

#[test]
fn diff_names_the_guard_and_the_rule_that_protects() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.txt");
    fs::write(
        &page,
        format!("Home\nNews\nSport\nWeather\n{PROSE}\nThe bridge {PROSE}\nThe bridge {PROSE}\n"),
    )
    .unwrap();
    let rule = |id: &str, more: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\nkind = \"share\"\nabout = \"x\"\n{more}\ndrop = [\"x\"]\nkeep = [\"y\"]\n"
        )
    };
    let pack = |name: &str, rules: [(&str, &str); 2]| {
        let path = folder.path().join(name);
        let rules: String = rules.iter().map(|(id, more)| rule(id, more)).collect();
        let head = format!("schema = 1\n[pack]\nid = \"{name}\"\nversion = \"1.0.0\"\n");
        fs::write(&path, head + &rules).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let mayor = ("a", "match = { starts = [\"the mayor\"] }\nscore = 0.6");
    let clerks = ("b", "match = { has = [\"two of his clerks\"] }\nscore = 0.6");
    let bridge = ("a", "match = { starts = [\"the bridge\"] }\nscore = 0.6");
    let sport = ("b", "match = { line = [\"sport\"] }\ndo = \"protect\"");
    let (few, many) = (pack("few", [mayor, clerks]), pack("many", [bridge, sport]));
    let page = page.to_str().unwrap();
    // With the second pack most of the prose would go, so that the guard gives back what the first alone takes.
    let found = json(&["diff", &format!("none+{few}"), &format!("none+{few}+{many}"), page, "--json"]);
    let rules = found["rules"].as_array().unwrap();
    assert_eq!((rules.len(), &rules[0]["rule"]), (1, &"over-cut guard".into()), "{found:#}");
    assert_eq!(rules[0]["spared"], 1);
    let found = json(&["diff", &format!("none+{many}"), "none@normal", page, "--json"]);
    let maker = |line: &str| {
        let rules = found["rules"].as_array().unwrap().iter();
        let of =
            |rule: &&Value| rule["samples"].as_array().unwrap().iter().any(|shown| shown["text"] == line);
        rules.clone().find(of).map(|rule| rule["rule"].as_str().unwrap())
    };
    assert_eq!((maker("News"), maker("Sport")), (Some("line-model"), Some("many/b")), "{found:#}");
}

#[test]
fn sample_lines_of_html_pages_are_the_lines_that_were_taken() {
    let folder = tempfile::tempdir().unwrap();
    // Lines that text would have joined, were it not told by markup that they are whole.
    let half = "The mayor, who had come by train from the capital that very morning with two of his clerks and a cook";
    let broken =
        format!("{half}<br>, said nothing to the press about the bridge or the flood.<br>").repeat(3);
    let below = "Leave a reply to this story below<br>Tomorrow is another day";
    let html = format!("<html><body><p>{broken}Share on Facebook<br>{PROSE}<br>{below}</p></body></html>");
    fs::write(folder.path().join("page.html"), html).unwrap();
    let gold = folder.path().join("gold.jsonl");
    let row = serde_json::json!({ "id": "a", "path": "page.html", "main_content": PROSE });
    fs::write(&gold, row.to_string()).unwrap();
    let rules = format!("none+{}", one_rule(folder.path(), "starts = [\"share on\"]", ""));
    let found = json(&["bench", gold.to_str().unwrap(), "--rules", &rules, "--skip", "cost", "--json"]);
    let right = &found["sets"][0]["rules"][0]["right"][0];
    assert_eq!((&right["text"], &right["line"]), (&"Share on Facebook".into(), &7.into()), "{right:#}");
    assert_eq!(right["after"][0], PROSE);
}

#[test]
fn renderers_of_one_file_name_are_held_against_a_baseline_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let row = |id: usize, key: &str| format!("{{\"id\":\"{id}\",\"{key}\":\"{PROSE}\"}}\n");
    fs::write(path("gold.jsonl"), (0..9).map(|id| row(id, "main_content")).collect::<String>()).unwrap();
    for renderer in ["A", "B"] {
        fs::create_dir(path(renderer)).unwrap();
        let pages: String = (0..9).map(|id| row(id, "text")).collect();
        fs::write(path(&format!("{renderer}/text.jsonl")), pages).unwrap();
    }
    let (gold, kept) = (path("gold.jsonl"), path("kept.json"));
    let pages = [path("A/text.jsonl"), path("B/text.jsonl")];
    let args =
        ["bench", &gold, "--pages", &pages[0], "--pages", &pages[1], "--rules", "none", "--skip", "cost"];
    let found = run(&[&args[..], &["--json"]].concat()).stdout;
    fs::write(&kept, &found).unwrap();
    let found: Value = serde_json::from_slice(&found).unwrap();
    let groups = found["groups"].as_array().unwrap().iter();
    let renderers: Vec<&Value> =
        groups.filter(|group| group["by"] == "renderer").map(|group| &group["name"]).collect();
    assert_eq!(renderers, ["A/text", "B/text"]);
    // The first renderer gets worse, the last stays what it was.
    let worse: String =
        (0..9).map(|id| format!("{{\"id\":\"{id}\",\"text\":\"Nothing of it\"}}\n")).collect();
    fs::write(&pages[0], worse).unwrap();
    let told = run(&[&args[..], &["-q", "--baseline", &kept]].concat());
    assert_eq!(told.status.code(), Some(1), "{}", String::from_utf8_lossy(&told.stderr));
}
