//! The program as its users meet it: help, output and messages of every verb as case files under `tests/cmd`, and what
//! no case file can hold: files that cannot be read or written, pipes that close, signals.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

#[path = "support/program.rs"]
mod program;
#[path = "support/warc.rs"]
mod warc;

use program::{dehusk, run, stderr, stdout};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Names of the files in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_case_file_holds() {
    let cases = trycmd::TestCases::new();
    cases.env("NO_COLOR", "1");
    cases.case("tests/cmd/*.trycmd");
}

/// JSON has backslashes, which case files would turn.
#[test]
fn what_programs_read_stays_as_it_is() {
    let demo = ["--no-default-rules", "--rules", "tests/cli/rules.toml"];
    // What is shown here is what rules do.
    let careful = ["--profile", "careful"];
    let cases: [(&str, &[&str]); 7] = [
        ("clean", &["clean", "tests/cli/pages.jsonl", "-q"]),
        (
            "clean_fields",
            &["clean", "tests/cli/pages.jsonl", "-q", "--text-field", "body", "--id-field", "name"],
        ),
        ("clean_title", &["clean", "tests/cli/pages.jsonl", "-q", "--title-in-text", "--min-words", "20"]),
        ("rejects", &["clean", "tests/cli/pages.jsonl", "-q", "-o", "/dev/null", "--rejects", "-"]),
        ("removed", &["clean", "tests/cli/pages.jsonl", "-q", "-o", "/dev/null", "--removed", "-"]),
        ("rules_show", &["rules", "show", "demo/date-line", "--json"]),
        ("rules_list", &["rules", "list", "--kind", "menu", "--json"]),
    ];
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, args) in cases {
        let judged: &[&str] = if args[0] == "clean" { &careful } else { &[] };
        let output = run(&[args, &demo, judged].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        settings.bind(|| insta::assert_snapshot!(format!("cli_{name}"), stdout(&output)));
    }
    let output = run(&["rules", "check", "--no-default-rules", "tests/cli/failing.toml", "--json"]);
    settings.bind(|| insta::assert_snapshot!("cli_rules_check", stdout(&output)));
}

#[test]
fn a_broken_gzip_is_rejected_and_stops_no_other_page() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt.gz"), b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xffbroken").unwrap();
    fs::write(folder.path().join("b.txt"), "A page that is in order.").unwrap();
    let rejects = folder.path().join("rejects");
    let args = ["clean", folder.path().to_str().unwrap(), "--rejects", rejects.to_str().unwrap()];
    let output = run(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains(r#""id":"b""#));
    assert!(stderr(&output).contains("broken-compression 1"), "{}", stderr(&output));
    assert!(fs::read_to_string(&rejects).unwrap().contains(r#""reason":"broken-compression""#));
    assert_eq!(run(&[&args[..], &["--strict"]].concat()).status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_rejected_and_stops_no_other_page() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("a.txt");
    fs::write(&secret, "Not for everyone.").unwrap();
    fs::write(folder.path().join("b.txt"), "A page that is in order.").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&secret).is_ok() {
        // The super-user reads everything.
        return;
    }
    let output = run(&["clean", folder.path().to_str().unwrap()]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains(r#""id":"b""#));
    assert!(stderr(&output).contains("unreadable 1"), "{}", stderr(&output));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_fails_the_run_and_says_where() {
    for args in [&["clean", "seeds", "-o", "/dev/full"][..], &["rules", "list"]] {
        let mut command = dehusk(args);
        if args[0] == "rules" {
            command.stdout(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(stderr(&output).contains("No space left on device"), "{}", stderr(&output));
    }
}

#[test]
fn an_output_in_a_folder_that_is_not_there_fails_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["clean", "seeds", "-o", folder.path().join("no/out.jsonl").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("no/out.jsonl"), "{}", stderr(&output));
}

#[test]
fn records_on_stdin_that_lack_the_text_field_are_rejects() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crawl.json");
    fs::write(&path, "{\"id\":\"1\",\"content\":\"One.\"}\n{\"id\":\"2\",\"content\":\"Two.\"}\n").unwrap();
    let clean = |input: &str, more: &[&str]| {
        let mut command = dehusk(&[&["clean", input, "-q", "-o", "-"][..], more].concat());
        let output = command.stdin(fs::File::open(&path).unwrap()).output().unwrap();
        stdout(&output)
    };
    for input in ["-", path.to_str().unwrap()] {
        assert_eq!(clean(input, &[]), "");
        assert_eq!(clean(input, &["--text-field", "content"]).lines().count(), 2);
    }
    let told = stderr(&run(&["clean", path.to_str().unwrap()]));
    assert!(told.contains("`--text-field NAME` names the field"), "{told}");
}

#[test]
fn an_output_among_the_inputs_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("page.txt");
    fs::write(&input, "The only copy.").unwrap();
    let output = run(&["clean", folder.path().to_str().unwrap(), "-o", input.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(&input).unwrap(), "The only copy.");
}

/// A summary is an output like the others, and rules, weights and gold are inputs like pages.
#[test]
fn nothing_is_written_over_what_is_read_or_written_too() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let put = |name: &str, from: &str| fs::copy(from, home.path().join(name)).unwrap();
    fs::write(home.path().join("page.txt"), "The only copy.").unwrap();
    put("rules.toml", "tests/cli/rules.toml");
    put("gold.jsonl", "tests/gold/seeds.jsonl");
    let (page, rules, gold, out) =
        (path("page.txt"), path("rules.toml"), path("gold.jsonl"), path("out.jsonl"));
    let kept =
        || ["page.txt", "rules.toml", "gold.jsonl"].map(|name| fs::read(home.path().join(name)).unwrap());
    let before = kept();
    for (arguments, said) in [
        (vec!["clean", &page, "-o", &out, "--summary", &out], "two outputs go to"),
        (vec!["clean", &page, "--summary", "-"], "two outputs go to `-`"),
        (vec!["clean", &page, "-o", &out, "--summary", &page], "is both an input and an output"),
        (vec!["clean", &page, "--rules", &rules, "-o", &rules], "is read by this command"),
        (vec!["clean", &page, "--rules", &rules, "-o", &out, "--summary", &rules], "is read by this command"),
        (vec!["bench", &gold, "--pages", "seeds", "--html", &gold], "is read by this command"),
        (vec!["fit", &gold, "--pages", "seeds", "-o", &gold], "is read by this command"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{arguments:?}: {}", stderr(&output));
    }
    assert!(kept() == before, "what was refused touched nothing");
    assert!(!home.path().join("out.jsonl").exists());
    let lost = path("no-folder/summary.json");
    let output = run(&["clean", &page, "-o", &out, "--summary", &lost]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(!home.path().join("out.jsonl").exists(), "told before the work, not after");
}

#[test]
fn a_reader_that_has_enough_ends_the_output_without_complaint() {
    let folder = tempfile::tempdir().unwrap();
    let line = format!("{{\"text\":\"{}\"}}\n", "A line of some length. ".repeat(40));
    fs::write(folder.path().join("a.jsonl"), line.repeat(5_000)).unwrap();
    for args in
        [&["clean", "--pass-through", folder.path().to_str().unwrap()][..], &["rules", "list", "--json"]]
    {
        let mut child = dehusk(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(first.starts_with('{'), "{first}");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(!stderr(&output).contains("error"), "{}", stderr(&output));
    }
}

/// A run that waits for more input is interrupted: the read ends when the pipe does, and nothing has its name.
#[cfg(unix)]
#[test]
fn ctrl_c_leaves_no_half_file_and_says_what_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.jsonl");
    let args = ["clean", "-", "-o", out.to_str().unwrap(), "--batch-size", "1k"];
    let mut child = dehusk(&args).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let line = format!("{{\"text\":\"{}\"}}\n", "A line of some length. ".repeat(40));
    for _ in 0..200 {
        input.write_all(line.as_bytes()).unwrap();
    }
    input.flush().unwrap();
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    // The program says that it heard before its input ends.
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut heard = String::new();
    err.read_line(&mut heard).unwrap();
    assert!(heard.contains("stopping"), "{heard}");
    drop(input);
    let mut rest = String::new();
    err.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
    assert!(rest.contains("interrupted") && rest.contains("articles"), "{rest}");
    assert!(names(folder.path()).is_empty(), "{:?}", names(folder.path()));
}

#[test]
fn the_summary_for_programs_adds_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("summary.json");
    let output = run(&[
        "clean",
        "tests/cli/pages.jsonl",
        "-o",
        "/dev/null",
        "--summary",
        path.to_str().unwrap(),
        "--rules",
        "tests/cli/rules.toml",
        "--no-default-rules",
        "--profile",
        "careful",
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    let summary: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let sum = |key: &str| -> u64 {
        summary[key].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
    };
    let count = |key: &str| summary[key].as_u64().unwrap();
    assert_eq!(count("pages"), 5);
    assert_eq!(count("pages"), count("articles") + count("empty") + sum("skipped") + sum("rejected"));
    assert_eq!(summary["rejected"]["invalid-json"], 1);
    assert_eq!(summary["kinds"]["related"], 1);
    assert!(summary["rules"].as_array().unwrap().iter().any(|rule| rule["id"] == "demo/promo"));
    assert_eq!(summary["end"], "complete");
}

#[test]
fn colour_comes_when_asked_for_and_goes_when_not_wanted() {
    let args = ["explain", "seeds/002_7ad6a651d57beef3.txt", "--color"];
    let explained = |when, key: &str| {
        let output = dehusk(&[&args[..], &[when]].concat()).env(key, "1").output().unwrap();
        stdout(&output).contains('\u{1b}')
    };
    assert!(explained("always", "SOME_KEY"));
    assert!(!explained("auto", "SOME_KEY"), "stdout is no terminal here");
    assert!(!explained("never", "CLICOLOR_FORCE"));
    assert!(explained("auto", "CLICOLOR_FORCE"));
}

#[test]
fn lines_for_a_new_rule_come_from_stdin_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.toml");
    let args = ["rules", "new", "my/read-more", "-", "-o", path.to_str().unwrap()];
    let mut child = dehusk(&args).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"Read more: one\n\nRead more: two\n").unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(r#"starts = ["read more"]"#), "{text}");
    assert!(run(&["rules", "check", path.to_str().unwrap()]).status.success());
    assert_eq!(run(&args[..]).status.code(), Some(2), "an empty stdin gives no lines");
}

#[test]
fn a_page_of_many_on_stdin_is_chosen_as_the_program_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pages");
    let explain = |page: &str| {
        let args: Vec<&str> = page.split(' ').collect();
        dehusk(&[&["explain"][..], &args].concat()).stdin(fs::File::open(&path).unwrap()).output().unwrap()
    };
    for (pages, way) in [
        ("{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n", "-- -:"),
        ("[{\"text\":\"One.\"}, {\"text\":\"Two.\"}]", "-- -#"),
    ] {
        fs::write(&path, pages).unwrap();
        assert!(stderr(&explain("-")).contains(&format!("`{way}N`")));
        assert!(stdout(&explain(&format!("{way}2"))).contains("Two."));
    }
}

#[test]
fn a_rule_file_that_is_not_there_is_a_finding_for_programs_too() {
    let output = run(&["rules", "check", "no-rules.toml", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["errors"], 1, "{found:#}");
    let told = found["findings"][0]["message"].as_str().unwrap();
    assert!(told.contains("no-rules.toml") && told.contains("no such file"), "{told}");
}

#[test]
fn a_new_rule_takes_the_place_of_no_built_in_pack_however_its_id_is_written() {
    for id in ["web.en/more", "Web.EN/more", "web..en/more"] {
        let refused = run(&["rules", "new", id, "Read more"]);
        assert_eq!(refused.status.code(), Some(2), "{id}: {}", stdout(&refused));
        assert!(stderr(&refused).contains("is a built-in pack"), "{}", stderr(&refused));
    }
    assert!(run(&["rules", "new", "my.web.en/more", "Read more"]).status.success());
}

#[test]
fn every_shell_has_completions_and_every_verb_a_manual_page() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(stdout(&run(&["completions", shell])).contains("dehusk"), "{shell}");
    }
    let page = stdout(&run(&["man"]));
    assert!(page.contains(".TH dehusk 1"), "{page}");
    let folder = tempfile::tempdir().unwrap();
    assert!(run(&["man", "--dir", folder.path().to_str().unwrap()]).status.success());
    let pages = names(folder.path());
    for verb in ["dehusk.1", "dehusk-clean.1", "dehusk-explain.1", "dehusk-rules-check.1"] {
        assert!(pages.iter().any(|page| page == verb), "{pages:?}");
    }
    let page = fs::read_to_string(folder.path().join("dehusk-fit.1")).unwrap();
    assert!(page.contains(concat!("\"dehusk ", env!("CARGO_PKG_VERSION"), "\"")), "{page}");
    assert!(page.contains(".SH EXAMPLES\n.nf\n  dehusk fit gold.jsonl"), "{page}");
    assert!(page.contains(".fi\n.PP\nGold is what"), "{page}");
}

#[test]
fn a_folder_gets_shards_that_another_run_does_not_mix_with_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("out");
    let into = format!("{}/", into.to_str().unwrap());
    let clean = |more: &[&str]| {
        run(&[&["clean", "seeds", "-q", "--shard-size", "2k", "-o", into.as_str()][..], more].concat())
    };
    assert!(clean(&[]).status.success());
    let first = names(Path::new(&into));
    assert!(first.len() > 2 && first[0] == "_SUCCESS" && first[1] == "part-00000.jsonl.zst", "{first:?}");
    let refused = clean(&["--format", "parquet"]);
    for refused in [refused, clean(&["--resume"])] {
        assert_eq!(refused.status.code(), Some(2));
        assert!(stderr(&refused).contains("--overwrite"), "{}", stderr(&refused));
    }
    assert_eq!(names(Path::new(&into)), first);
    assert!(clean(&["--format", "parquet", "--overwrite"]).status.success());
    let second = names(Path::new(&into));
    assert!(second[1..].iter().all(|name| name.ends_with(".parquet")), "{second:?}");
    for wrong in
        [&["-o", "a.jsonl", "--format", "parquet"][..], &["--shard-size", "1k"], &["-o", "a", "--overwrite"]]
    {
        let output = run(&[&["clean", "seeds"][..], wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("folder"), "{}", stderr(&output));
    }
}

#[test]
fn a_page_of_an_archive_is_explained_by_its_source() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.warc");
    let records: Vec<Vec<u8>> = ["one", "two"].iter().map(|id| warc::gz(&warc::page(id))).collect();
    fs::write(&path, records.concat()).unwrap();
    let page = format!("{}#{}", path.to_str().unwrap(), records[0].len());
    let output = run(&["explain", &page]);
    assert!(
        stdout(&output).contains("Page two") && stdout(&output).starts_with(&page),
        "{}",
        stdout(&output)
    );
    let output = run(&["explain", &format!("{}#7", path.to_str().unwrap())]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("has no page at `#7`"), "{}", stderr(&output));
}

#[test]
fn what_a_file_overrides_is_checked_as_what_it_becomes() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("mine.toml");
    let path = file.to_str().unwrap();
    let check = |text: &str| {
        fs::write(&file, format!("schema = 1\n{text}")).unwrap();
        run(&["rules", "check", path])
    };
    let wrong = check("[override.\"web.any/player-clock\"]\nmatch = { line = [\"something else\"] }\n");
    let said = stdout(&wrong);
    assert_eq!(wrong.status.code(), Some(1), "{said}");
    assert!(said.contains("does not hit its `drop` example") && said.contains("overridden"), "{said}");
    assert!(stderr(&wrong).starts_with("checked 1 rule with"), "{}", stderr(&wrong));
    let sound =
        check("[override.\"web.any/player-clock\"]\nscore = 0.5\n[override.\"web.any/arrow\"]\noff = true\n");
    assert!(
        sound.status.success() && stderr(&sound).starts_with("checked 1 rule with"),
        "{}",
        stderr(&sound)
    );
    let shown = stdout(&run(&["rules", "show", "player-clock", "--rules", path]));
    assert!(shown.contains("overridden in ") && shown.contains("score      0.5"), "{shown}");
}
