//! Where outputs go, and where they do not: over nothing that a command reads, to no place or form that cannot be, and no
//! two into one stream. What is refused is refused before the work, in words.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

#[path = "support/program.rs"]
mod program;

use program::{dehusk, run, stderr, stdout};
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

const GOLD: &str = "tests/gold/seeds.jsonl";

/// A folder with files of these names and texts.
struct Home(tempfile::TempDir);

impl Home {
    fn with(files: &[(&str, &str)]) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            let path = home.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        home
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_that_a_path_leads_to_is_written_to() {
    let clean = |out: &str| run(&["clean", "seeds", "--pass-through", "-q", "-o", out]);
    let expected = clean("-");
    assert!(stdout(&expected).lines().count() == 5);
    // As `/dev/stdout` does, it leads to a pipe, which has no path without links.
    let found = clean("/dev/fd/1");
    assert!(found.status.success(), "{}", stderr(&found));
    assert_eq!(stdout(&found), stdout(&expected));
}

#[cfg(unix)]
#[test]
fn a_stream_that_leads_into_a_file_is_added_to_and_never_replaced() {
    let home = Home::with(&[("d/a.txt", "Words of a page."), ("log", "old\n")]);
    let (pages, log) = (home.path("d"), home.path("log"));
    let ran = |arguments: &[&str], into: &str| {
        let file = fs::File::options().append(true).create(true).open(into).unwrap();
        let mut command = dehusk(&["clean", &pages, "--pass-through", "-q"]);
        let output = command.args(arguments).stdout(file).stderr(Stdio::piped()).output().unwrap();
        (output.status.code(), stderr(&output))
    };
    for out in ["/dev/stdout", "/dev/fd/1", "-"] {
        assert_eq!(ran(&["-o", out], &log), (Some(0), String::new()), "{out}");
    }
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.starts_with("old\n") && text.lines().count() == 4, "{text}");

    for both in [["-", "/dev/stdout"], ["/dev/stdout", "-"], ["-", &log], [&log, "-"]] {
        let (code, told) = ran(&["-o", both[0], "--rejects", both[1]], &log);
        assert!(code == Some(2) && told.contains("two outputs go to"), "{both:?}: {told}");
    }
    let (code, told) = ran(&["-o", "/dev/stdin"], &log);
    assert!(code == Some(2) && told.contains("standard input"), "{told}");
    assert_eq!(fs::read_to_string(&log).unwrap(), text);

    let inside = home.path("d/out.jsonl");
    let (code, told) = ran(&[], &inside);
    assert!(code == Some(2) && told.contains("both an input and an output"), "{told}");
    assert_eq!(ran(&["--exclude", "out.jsonl"], &inside).0, Some(0));
    assert_eq!(fs::read_to_string(&inside).unwrap().lines().count(), 1);
}

/// `/dev/stdout` leads to the log itself where a shell sends that there: renamed over, all else in it would be gone.
#[cfg(unix)]
#[test]
fn a_log_that_an_output_goes_to_keeps_what_was_in_it_and_takes_what_follows() {
    use std::io::Write;
    let home = Home::with(&[]);
    let expected = stdout(&run(&["clean", "seeds", "--pass-through", "-q", "-o", "-"]));
    let log = |name: &str, arguments: &[&str], stream: &str| {
        let path = home.path(name);
        let mut file = fs::File::create(&path).unwrap();
        file.write_all(b"before\n").unwrap();
        let given = Stdio::from(file.try_clone().unwrap());
        let mut command = dehusk(&[&["clean", "seeds", "--pass-through"], arguments].concat());
        if stream == "stdout" {
            command.stdout(given)
        } else {
            command.stderr(given)
        };
        let output = command.output().unwrap();
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        file.write_all(b"after\n").unwrap();
        let found = fs::read_to_string(path).unwrap();
        found.strip_prefix("before\n").and_then(|rest| rest.strip_suffix("after\n")).unwrap().to_owned()
    };
    for to in ["/dev/stdout", "/dev/fd/1"] {
        assert_eq!(log("out.log", &["-q", "-o", to], "stdout"), expected, "{to}");
    }
    assert_eq!(log("err.log", &["-q", "-o", "/dev/stderr"], "stderr"), expected);
    let said = log("said.log", &["-o", "/dev/stderr"], "stderr");
    assert!(said.starts_with(&expected) && said.contains("articles           5"), "{said}");
    let twice = run(&["clean", "seeds", "-o", "-", "--rejects", "/dev/stdout"]);
    assert_eq!(twice.status.code(), Some(2), "{}", stderr(&twice));
    assert!(twice.stdout.is_empty() && stderr(&twice).contains("two outputs go to"), "{}", stderr(&twice));
    let page = home.path("page.txt");
    fs::write(&page, "The only copy.").unwrap();
    let over = dehusk(&["clean", "-", "-o", "/dev/stdin"]).stdin(fs::File::open(&page).unwrap()).output();
    assert_eq!(over.unwrap().status.code(), Some(2));
    assert_eq!(fs::read_to_string(page).unwrap(), "The only copy.");
}

#[test]
fn rule_sets_word_lists_and_pages_are_not_written_over() {
    let rules = fs::read_to_string("tests/cli/rules.toml").unwrap();
    let with_list = format!("{rules}\n[lists.more]\nfile = \"words.txt\"\n");
    let files = [
        ("r.toml", rules.as_str()),
        ("rd/pack.toml", &with_list),
        ("rd/words.txt", "many words"),
        ("pages/a.txt", "The only copy."),
        ("page.txt", "The only copy."),
        ("gold.jsonl", "{\"id\":\"a\",\"main_content\":\"The only copy.\"}"),
        ("paths.jsonl", "{\"id\":\"a\",\"path\":\"page.txt\",\"main_content\":\"The only copy.\"}"),
    ];
    let home = Home::with(&files);
    let path = |name| home.path(name);
    let (gold, pages, paths, rules) =
        (path("gold.jsonl"), path("pages"), path("paths.jsonl"), path("r.toml"));
    let (folder, words, page) = (path("rd"), path("rd/words.txt"), path("pages/a.txt"));
    let alone = format!("none+{rules}@careful");
    let file = format!("{folder}/pack.toml");
    for arguments in [
        vec!["bench", &gold, "--pages", &pages, "--rules", &rules, "--html", &rules],
        vec!["bench", &gold, "--pages", &pages, "--rules", "builtin", "--rules", &alone, "--html", &rules],
        vec!["bench", &gold, "--pages", &pages, "--rules", &folder, "--html", &file],
        vec!["bench", &gold, "--pages", &pages, "--rules", &folder, "--html", &words],
        vec!["bench", &gold, "--pages", &pages, "--html", &page],
        vec!["bench", &paths, "--html", &path("page.txt")],
        vec!["explain", &page, "--html", &page],
        vec!["explain", &page, "--rules", &file, "--html", &words],
        vec!["fit", &gold, "--pages", &pages, "-o", &page],
        vec!["fit", &gold, "--pages", &pages, "--rules", &file, "-o", &words],
        vec!["fit", &paths, "-o", &path("page.txt")],
        vec!["clean", &pages, "--rules", &folder, "-o", &words],
        vec!["clean", &pages, "--rules", &file, "-o", &path("o"), "--removed", &words],
        vec!["clean", &pages, "--rules", &folder, "-o", &path("o"), "--summary", &words],
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("is read by this command"), "{arguments:?}: {}", stderr(&output));
    }
    for (name, text) in files {
        assert_eq!(fs::read_to_string(path(name)).unwrap(), text, "{name}");
    }
    assert!(!fs::exists(path("o")).unwrap());
    let beside =
        run(&["bench", &gold, "--pages", &pages, "--rules", &folder, "--html", &path("rd/o.html"), "-q"]);
    assert!(beside.status.success(), "a file of no other use may stand there: {}", stderr(&beside));
}

#[test]
fn a_page_is_explained_for_the_browser_in_a_file_of_its_own() {
    let home = Home::with(&[]);
    let (seed, file) = ("seeds/002_7ad6a651d57beef3.txt", home.path("why.html"));
    let output = run(&["explain", seed, "--html", &file]);
    assert!(output.status.success() && output.stdout.is_empty(), "{}", stderr(&output));
    let page = fs::read_to_string(&file).unwrap();
    assert_eq!(stdout(&run(&["explain", seed, "--html", "-"])), page);
    let lines = page.matches("<div class=\"line ").count();
    assert_eq!(
        lines,
        fs::read_to_string(seed).unwrap().lines().filter(|line| !line.trim().is_empty()).count()
    );
    assert!(page.contains("ALSO ON RT.COM") && page.ends_with("</html>\n"), "{page}");
}

#[test]
fn a_reader_of_a_report_that_has_enough_is_no_fault() {
    let home = Home::with(&[]);
    let out = home.path("out.jsonl");
    for arguments in [
        &["bench", GOLD, "--pages", "seeds", "--html", "-", "-q", "--skip", "cost", "--skip", "lift"][..],
        &["fit", GOLD, "--pages", "seeds", "--folds", "2", "-o", "-", "-q"],
        &["clean", "seeds", "-o", &out, "--summary", "-", "-q"],
    ] {
        let mut child = dehusk(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        assert_eq!(stderr(&output), "", "{arguments:?}");
    }
    assert!(fs::exists(&out).unwrap(), "the articles are done");
}

#[test]
fn stdout_carries_one_output() {
    let home = Home::with(&[]);
    let bench = ["bench", GOLD, "--pages", "seeds", "--skip", "cost", "--skip", "lift", "--html", "-"];
    let output = run(&bench);
    let page = stdout(&output);
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"), "{page}");
    assert!(
        stderr(&output).contains("5 samples of 5 pages"),
        "the report goes elsewhere: {}",
        stderr(&output)
    );
    assert_eq!(stderr(&run(&[&bench[..], &["-q"]].concat())), "");
    let output = run(&[&bench[..], &["--json"]].concat());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("two outputs go to `-`"), "{}", stderr(&output));
    assert!(output.stdout.is_empty());

    let weights = home.path("w");
    let fit = |to: &str| run(&["fit", GOLD, "--pages", "seeds", "--folds", "2", "-o", to]);
    let (filed, piped) = (fit(&weights), fit("-"));
    assert!(piped.stdout == fs::read(&weights).unwrap(), "weights and nothing else");
    let figures = stdout(&filed);
    assert!(!figures.is_empty() && stderr(&piped).starts_with(figures.trim_end()), "{}", stderr(&piped));
}

#[test]
fn a_folder_is_called_what_it_holds_and_stands_where_no_file_is() {
    let home = Home::with(&[("file.jsonl", "The only copy."), ("old.parquet/x", "")]);
    let cases = [
        (vec!["--shard-size", "1k", "-o", "new.jsonl.gz"], "add `--format jsonl.gz`"),
        (vec!["-o", "new.parquet/"], "add `--format parquet`"),
        (vec!["-o", "old.parquet"], "add `--format parquet`"),
        (vec!["--format", "jsonl.gz", "-o", "new.jsonl/"], "add `--format jsonl`"),
        (vec!["--shard-size", "1k", "-o", "file.jsonl"], "is a file, where a folder is to be filled"),
        (vec!["-o", "file.jsonl/"], "is a file, where a folder is to be filled"),
    ];
    let clean = |arguments: &[&str]| {
        let fixed = ["clean", "seeds", "--pass-through", "-q"];
        let (out, options) = arguments.split_last().unwrap();
        run(&[&fixed[..], options, &[&home.path(out)]].concat())
    };
    for (arguments, said) in cases {
        let output = clean(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{arguments:?}: {}", stderr(&output));
    }
    assert!(!fs::exists(home.path("new.parquet")).unwrap());
    assert_eq!(fs::read_to_string(home.path("file.jsonl")).unwrap(), "The only copy.");
    for arguments in [&["--format", "parquet", "-o", "new.parquet/"][..], &["-o", "crawl.2020/"]] {
        let output = clean(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn a_place_that_cannot_be_is_told_before_the_work() {
    let home = Home::with(&[("d/a", "")]);
    let (folder, out, lost) = (home.path("d"), home.path("o.jsonl"), home.path("no/o.jsonl"));
    let below = home.path("d/a/o.jsonl");
    for (arguments, said) in [
        (vec!["clean", "seeds", "-o", &out, "--summary", &folder], "it is a folder; name a file"),
        (vec!["clean", "seeds", "-o", &out, "--removed", &folder], "it is a folder; name a file"),
        (vec!["clean", "seeds", "-o", &out, "--summary", &lost], "make it first"),
        (vec!["clean", "seeds", "-o", &lost], "make it first"),
        (vec!["clean", "seeds", "-o", &below], "d/a` is a file and no folder; write elsewhere"),
        // What comes first is told: these would not get as far as their gold.
        (vec!["bench", "no-gold.jsonl", "--html", &folder], "it is a folder; name a file"),
        (vec!["fit", "no-gold.jsonl", "-o", &folder], "it is a folder; name a file"),
        (vec!["fit", "no-gold.jsonl", "-o", &lost], "make it first"),
        (vec!["rules", "new", "a.b/c", "One line", "-o", &lost], "make it first"),
        (vec!["rules", "new", "a.b/c", "One line", "-o", &folder], "it is a folder; name a file"),
        // Where a folder is, but nothing can be made in it.
        #[cfg(target_os = "linux")]
        (vec!["fit", "no-gold.jsonl", "-o", "/proc/weights"], "cannot create `/proc/weights`"),
        #[cfg(target_os = "linux")]
        (
            vec!["clean", "seeds", "-o", &out, "--summary", "/proc/summary"],
            "error: cannot create `/proc/summary`",
        ),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{arguments:?}: {}", stderr(&output));
    }
    assert!(!fs::exists(&out).unwrap());
}

#[test]
fn an_output_among_the_inputs_is_told_of_before_it_is_there_and_refused_when_it_is() {
    let home = Home::with(&[("in/a.txt", "The bridge was closed."), ("in/b.txt", "It is open again.")]);
    let (input, out, removed) = (home.path("in"), home.path("in/out.jsonl"), home.path("in/sub/r.jsonl"));
    fs::create_dir(home.path("in/sub")).unwrap();
    let command = ["clean", &input, "-o", &out, "--removed", &removed];
    let first = run(&command);
    let said = stderr(&first);
    assert!(first.status.success() && said.contains("the next run would read `"), "{said}");
    assert!(said.contains("say `--exclude out.jsonl --exclude r.jsonl` each time"), "{said}");
    let before = fs::read(&out).unwrap();
    let second = run(&command);
    assert_eq!(second.status.code(), Some(2), "{}", stderr(&second));
    assert!(stderr(&second).contains("with `--exclude out.jsonl`"), "{}", stderr(&second));
    // As it was said, it goes well as often as one likes, and says no more.
    for _ in 0..2 {
        let again = run(&[&command[..], &["--exclude", "out.jsonl", "--exclude", "r.jsonl"]].concat());
        assert!(again.status.success() && !stderr(&again).contains("the next run"), "{}", stderr(&again));
        assert!(fs::read(&out).unwrap() == before);
    }
    let shards = run(&["clean", &input, "--exclude", "*.jsonl", "-o", &home.path("in/parts/")]);
    assert!(stderr(&shards).contains("--exclude 'part-*'"), "{}", stderr(&shards));
    let elsewhere = run(&["clean", &input, "-o", &home.path("out.jsonl")]);
    assert!(!stderr(&elsewhere).contains("the next run"), "{}", stderr(&elsewhere));
}

#[test]
fn what_is_named_twice_is_read_twice_and_told_but_for_a_pipe() {
    let home = Home::with(&[("in/a.txt", "The bridge was closed."), ("in/b.txt", "It is open again.")]);
    let (folder, file) = (home.path("in"), home.path("in/b.txt"));
    for (inputs, pages) in [([&file, &file], 2), ([&folder, &file], 3), ([&folder, &folder], 4)] {
        let output = run(&["clean", inputs[0], inputs[1]]);
        assert_eq!(stdout(&output).lines().count(), pages);
        assert!(stderr(&output).contains("is read twice"), "{}", stderr(&output));
    }
    let once = run(&["clean", &file, &home.path("in/a.txt")]);
    assert!(!stderr(&once).contains("twice"), "{}", stderr(&once));
    let piped = run(&["clean", "-", "-"]);
    assert_eq!(piped.status.code(), Some(2));
    assert!(stderr(&piped).contains("`-` is named twice"), "{}", stderr(&piped));
}

#[cfg(unix)]
#[test]
fn what_links_in_the_inputs_lead_to_is_not_written_over() {
    let text = r#"{"text":"The only copy."}"#;
    let home = Home::with(&[("far/data.jsonl", text), ("out/sub/a.jsonl", text), ("in/b.txt", "One.")]);
    std::os::unix::fs::symlink("../far/data.jsonl", home.path("in/list.jsonl")).unwrap();
    std::os::unix::fs::symlink("../out", home.path("in/o")).unwrap();
    let (input, out) = (home.path("in"), home.path("out.jsonl"));
    for read in ["far/data.jsonl", "out/sub/a.jsonl"].map(|name| home.path(name)) {
        for to in [&["-o", &read][..], &["-o", &out, "--removed", &read], &["-o", &out, "--summary", &read]] {
            let output = run(&[&["clean", &input][..], to].concat());
            assert_eq!(output.status.code(), Some(2), "{to:?}: {}", stderr(&output));
            assert!(stderr(&output).contains("is both an input and an output"), "{}", stderr(&output));
        }
        assert_eq!(fs::read_to_string(&read).unwrap(), text);
    }
}

#[test]
fn no_output_goes_to_a_file_that_another_works_with() {
    let home = Home::with(&[("d/a", "")]);
    let (out, folder) = (home.path("o.jsonl"), home.path("d/"));
    let (dotted, made) = (home.path("d/../o.jsonl"), home.path("new/"));
    for (to, beside) in [
        (&out, "./.o.jsonl.part"),
        (&out, ".o.jsonl.lock"),
        (&dotted, ".o.jsonl.journal"),
        (&folder, "d/part-00000.jsonl.zst"),
        (&folder, "d/part-7.txt"),
        (&folder, "d/.part-00001.jsonl.zst.part"),
        (&folder, "d/_SUCCESS"),
        (&folder, "d/.lock"),
        (&made, "new/part-00000.jsonl.zst"),
    ] {
        for option in ["--removed", "--rejects", "--summary"] {
            let output = run(&["clean", "seeds", "-q", "-o", to, option, &home.path(beside)]);
            assert_eq!(output.status.code(), Some(2), "{beside}: {}", stderr(&output));
            assert!(stderr(&output).contains("two outputs go to"), "{beside}: {}", stderr(&output));
        }
    }
    assert_eq!(fs::read_dir(home.path("")).unwrap().count(), 1, "nothing was begun");
    let output = run(&["clean", "seeds", "-q", "-o", &folder, "--removed", &home.path("d/removed.jsonl")]);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn only_articles_become_tables() {
    let home = Home::with(&[]);
    let (out, table) = (home.path("o.jsonl"), home.path("t.parquet"));
    for arguments in [
        ["clean", "seeds", "-o", &out, "--removed", &table],
        ["clean", "seeds", "-o", &out, "--summary", &table],
        ["bench", GOLD, "--pages", "seeds", "--html", &table],
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("another ending"), "{arguments:?}: {}", stderr(&output));
    }
    assert_eq!(fs::read_dir(home.path("")).unwrap().count(), 0, "nothing was begun");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_to_nothing_yet_stays_and_gets_its_file() {
    let home = Home::with(&[("d/a", "")]);
    std::os::unix::fs::symlink("d/target.jsonl", home.path("first")).unwrap();
    std::os::unix::fs::symlink("first", home.path("link")).unwrap();
    std::os::unix::fs::symlink("circle", home.path("circle")).unwrap();
    let output = run(&["clean", "seeds", "-q", "-o", &home.path("link")]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(PathBuf::from(home.path("link")).is_symlink() && PathBuf::from(home.path("first")).is_symlink());
    assert!(fs::metadata(home.path("d/target.jsonl")).unwrap().len() > 0);
    let output = run(&["clean", "seeds", "-q", "-o", &home.path("circle")]);
    assert!(stderr(&output).contains("a link that leads to itself"), "{}", stderr(&output));
    assert!(PathBuf::from(home.path("circle")).is_symlink());
}

#[test]
fn a_name_that_promises_another_form_is_refused() {
    let home = Home::with(&[]);
    let clean = |more: &[&str]| run(&[&["clean", "seeds", "-q"][..], more].concat());
    for name in ["o.csv", "o.TSV", "o.bz2", "o.jsonl.xz", "o.csv.gz", "o.tar.zst", "o.parquet.gz", "o.avro"] {
        let out = home.path(name);
        for to in [&["-o", out.as_str()][..], &["-o", "/dev/null", "--summary", &out]] {
            let output = clean(to);
            assert_eq!(output.status.code(), Some(2), "{name}: {}", stderr(&output));
            assert!(stderr(&output).contains("`.jsonl.zst`"), "the way out is told: {}", stderr(&output));
        }
    }
    assert_eq!(fs::read_dir(home.path("")).unwrap().count(), 0, "nothing was begun");
    for name in ["o", "o.json", "o.ndjson", "o.txt", "o.jsonl.gz", "o.json.zst", "o.parquet", "o.v1.2"] {
        let output = clean(&["-o", &home.path(name)]);
        assert!(output.status.success(), "{name}: {}", stderr(&output));
    }
}

#[test]
fn folders_are_left_out_by_name_with_all_they_hold() {
    let home = Home::with(&[("sub/a.txt", "One."), ("x/sub/b/c.txt", "Two."), ("x/d.txt", "Three.")]);
    for glob in ["sub", "sub/"] {
        let output = run(&["clean", &home.path(""), "-q", "--exclude", glob]);
        let ids: Vec<serde_json::Value> =
            stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(ids.len(), 1, "{glob}: {ids:?}");
        assert_eq!(ids[0]["id"], "x/d", "{glob}");
    }
}

#[test]
fn a_rule_file_that_is_no_utf8_is_told_with_its_place() {
    let home = Home::with(&[]);
    let path = home.path("r.toml");
    fs::write(&path, b"schema = 1\n# caf\xe9\n").unwrap();
    let said = stderr(&run(&["rules", "check", &path]));
    assert!(
        said.contains("it is not UTF-8: line 2, byte 6") && said.contains("save the file as UTF-8"),
        "{said}"
    );
    assert!(!said.contains("rules new"), "{said}");
}
