//! Runs that were stopped go on: killed at any instant, in any form of output, with any number of threads, they end with
//! the same bytes and the same counts as a run that nobody stopped; and they refuse to go on where that cannot be.
//!
//! `DEHUSK_KILLS` is the number of runs that are killed, once or twice, and must end the same (100 by default, all forms
//! together), `DEHUSK_SEED` the seed of the instants, which is printed.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![expect(clippy::panic, reason = "what never comes about is a failure")]
#![expect(clippy::print_stdout, reason = "what was measured is worth reading")]

#[path = "support/runs.rs"]
mod runs;
#[path = "support/warc.rs"]
mod warc;

use runs::{clean, files, gz, lines, outputs, pass_through, said, text};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Instants and choices from a seed.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let seed = std::env::var("DEHUSK_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| {
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64
        });
        println!("DEHUSK_SEED={seed}");
        Self(seed | 1)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most.max(1)
    }
}

/// Inputs of every sort that a run can be in the middle of.
fn inputs(folder: &Path) -> PathBuf {
    let input = folder.join("pages");
    fs::create_dir_all(input.join("texts")).unwrap();
    fs::write(input.join("a.jsonl"), lines(0..1200)).unwrap();
    fs::write(input.join("b.jsonl.gz"), gz(lines(1200..2000).as_bytes())).unwrap();
    fs::write(input.join("c.jsonl.zst"), zstd::encode_all(lines(2000..2800).as_bytes(), 1).unwrap()).unwrap();
    let archive: Vec<u8> = (0..300).flat_map(|n| warc::gz(&warc::page(&format!("w{n}")))).collect();
    fs::write(input.join("d.warc.gz"), archive).unwrap();
    let elements = lines(2800..3600).trim_end().replace('\n', ",\n ");
    fs::write(input.join("e.json"), format!("[\n {elements}\n]")).unwrap();
    fs::write(input.join("e.png"), "passed by").unwrap();
    fs::write(input.join("f.txt"), [0; 64]).unwrap();
    for number in 0..200 {
        fs::write(input.join(format!("texts/{number:03}.txt")), text(number)).unwrap();
    }
    let table = pass_through(&input.join("a.jsonl"), &input.join("g.parquet")).status();
    assert!(table.unwrap().success());
    input
}

/// The forms of outputs: what `-o` says, and what else.
const FORMS: [(&str, &[&str]); 7] = [
    ("out.jsonl", &[]),
    ("out.jsonl.gz", &[]),
    ("out.jsonl.zst", &[]),
    ("out.parquet", &[]),
    ("plain/", &["--format", "jsonl", "--shard-size", "200k"]),
    ("packed/", &["--shard-size", "300k"]),
    ("tables/", &["--format", "parquet", "--shard-size", "400k"]),
];

/// A run that writes everything that a run can write.
fn everything(input: &Path, folder: &Path, form: usize) -> Command {
    let (name, more) = FORMS[form];
    let mut command = clean(input, &folder.join(name));
    command.args(more).args(["--checkpoint", "32k", "-q"]);
    command.arg("--removed").arg(folder.join("removed.jsonl.zst"));
    command.arg("--rejects").arg(folder.join("rejects.jsonl"));
    command.arg("--summary").arg(folder.join("summary.json"));
    command
}

/// What a run left, with the summary as far as it does not speak of the clock.
fn left(folder: &Path) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    let mut left = outputs(folder);
    let summary = left.get_mut(Path::new("summary.json")).unwrap();
    let mut counts: serde_json::Value = serde_json::from_slice(summary).unwrap();
    for key in ["seconds", "threads"] {
        counts.as_object_mut().unwrap().remove(key).unwrap();
    }
    *summary = counts.to_string().into_bytes();
    left
}

#[test]
fn a_run_that_was_killed_at_any_instant_ends_with_the_same_bytes() {
    let kills: u64 = std::env::var("DEHUSK_KILLS").map_or(100, |kills| kills.parse().unwrap());
    let mut chance = Chance::new();
    let home = tempfile::tempdir().unwrap();
    let input = inputs(home.path());
    let mut references = Vec::new();
    for form in 0..FORMS.len() {
        let folder = home.path().join(format!("reference-{form}"));
        fs::create_dir(&folder).unwrap();
        let began = Instant::now();
        let output = everything(&input, &folder, form).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        references.push((left(&folder), began.elapsed()));
        assert!(files(&folder).len() == outputs(&folder).len(), "a run without a journal keeps nothing");
    }
    let (mut killed, mut gone_on, mut trials, mut same) = (0, 0, 0, 0);
    while same < kills {
        let before = killed;
        let form = (trials % FORMS.len() as u64) as usize;
        trials += 1;
        let (reference, time) = &references[form];
        let folder = home.path().join("killed");
        fs::create_dir(&folder).unwrap();
        let mut stops = 1 + chance.below(2);
        loop {
            let mut command = everything(&input, &folder, form);
            // Neither changes what comes out.
            command.args(["--threads", ["1", "2", "3"][chance.below(3) as usize], "--resume"]);
            command.args(["--batch-size", ["1k", "20k", "1M"][chance.below(3) as usize]]);
            let mut child = command.spawn().unwrap();
            if stops > 0 {
                stops -= 1;
                let wait = chance.below(time.as_micros() as u64 * 5 / 4);
                thread::sleep(Duration::from_micros(wait));
                child.kill().unwrap();
                if !child.wait().unwrap().success() {
                    killed += 1;
                    gone_on += u64::from(files(&folder).iter().any(|(path, bytes)| {
                        path.ends_with(journal_of(form))
                            && bytes.windows(10).any(|part| part == b"{\"section\"")
                    }));
                    continue;
                }
            } else {
                let output = child.wait_with_output().unwrap();
                assert!(output.status.success(), "{}", said(&output));
            }
            break;
        }
        let found = left(&folder);
        let names =
            |files: &std::collections::BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&found), names(reference), "{}", FORMS[form].0);
        for (path, bytes) in reference {
            assert!(found[path] == *bytes, "other bytes in `{}` of `{}`", path.display(), FORMS[form].0);
        }
        let kept = files(&folder).into_keys().filter(|path| !found.contains_key(path)).collect::<Vec<_>>();
        assert_eq!(kept, [PathBuf::from(journal_of(form))], "nothing else stays behind");
        // A run that was done before it was killed says nothing.
        same += u64::from(killed > before);
        fs::remove_dir_all(&folder).unwrap();
    }
    println!(
        "{same} of {kills} runs that were killed ended the same: {killed} kills, {gone_on} of them with a journal to go on \
         with; {} more runs were done before they were killed",
        trials - same
    );
    assert!(
        gone_on * 2 > killed,
        "only {gone_on} of {killed} kills fell where there was something to go on with"
    );
}

/// Where the journal of an output stands.
fn journal_of(form: usize) -> String {
    match FORMS[form].0.strip_suffix('/') {
        Some(folder) => format!("{folder}/.journal"),
        None => format!(".{}.journal", FORMS[form].0),
    }
}

/// A run that is stopped after its first sections, and what it leaves.
fn stopped(input: &Path, folder: &Path, form: usize) {
    for tried in 0..200 {
        let mut child = everything(input, folder, form).arg("--resume").spawn().unwrap();
        thread::sleep(Duration::from_millis(10 + tried * 3));
        child.kill().unwrap();
        let done = child.wait().unwrap().success();
        let journal = fs::read_to_string(folder.join(journal_of(form))).unwrap_or_default();
        if !done && journal.contains("{\"section\"") && !journal.contains("{\"sealed\"") {
            return;
        }
        fs::remove_dir_all(folder).unwrap();
        fs::create_dir(folder).unwrap();
    }
    panic!("no run was stopped in its middle");
}

#[test]
fn a_run_under_other_conditions_is_refused_and_says_what_differs() {
    let home = tempfile::tempdir().unwrap();
    let input = inputs(home.path());
    let folder = home.path().join("out");
    fs::create_dir(&folder).unwrap();
    stopped(&input, &folder, 0);
    let kept = || {
        let mut kept = files(&folder);
        // A run that was killed leaves its locks, which lock nothing; the next run takes them away.
        kept.retain(|path, _| !path.to_string_lossy().ends_with(".lock"));
        kept
    };
    let before = kept();
    let rules = home.path().join("more.toml");
    fs::write(&rules, fs::read_to_string("tests/cli/odd.toml").unwrap()).unwrap();
    let weights =
        [["--min-words", "3"], ["--max-page", "1M"], ["--checkpoint", "1M"], ["--text-field", "body"]];
    for more in weights {
        let output = everything(&input, &folder, 0).args(["--resume"]).args(more).output();
        // Given twice, some options are wrong usage already.
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        let said = said(&output);
        assert!(said.contains(more[0]), "{more:?}: {said}");
    }
    let output = everything(&input, &folder, 0).arg("--resume").arg("--rules").arg(&rules).output().unwrap();
    assert!(said(&output).contains("more.toml` is new"), "{}", said(&output));
    let mut command = everything(&input, &folder, 0);
    let output = command.args(["--resume", "--preview"]).output().unwrap();
    assert!(said(&output).contains("`--preview` was `false` and is `true`"), "{}", said(&output));
    assert!(said(&output).contains(".out.jsonl.journal"), "the way out is said: {}", said(&output));
    let output = everything(&input, &folder, 0).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("an unfinished run stands beside"), "{}", said(&output));
    let mut other = clean(&input, &home.path().join("other.jsonl"));
    let output = other.arg("--removed").arg(folder.join("out.jsonl")).arg("--resume").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "a run with a journal of its own");
    assert!(said(&output).contains("an unfinished run stands beside"), "{}", said(&output));
    assert!(kept() == before, "what was refused touched nothing");
}

#[test]
fn inputs_that_changed_are_named_and_the_old_ones_are_gone_on_with() {
    let home = tempfile::tempdir().unwrap();
    let input = inputs(home.path());
    let folder = home.path().join("out");
    fs::create_dir(&folder).unwrap();
    stopped(&input, &folder, 2);
    let changed = input.join("c.jsonl.zst");
    let (bytes, time) = (fs::read(&changed).unwrap(), fs::metadata(&changed).unwrap().modified().unwrap());
    fs::write(&changed, "shorter").unwrap();
    fs::write(input.join("texts/new.txt"), "new").unwrap();
    let old = fs::read(input.join("texts/007.txt")).unwrap();
    let old_time = fs::metadata(input.join("texts/007.txt")).unwrap().modified().unwrap();
    fs::remove_file(input.join("texts/007.txt")).unwrap();
    let output = everything(&input, &folder, 2).arg("--resume").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    for words in
        ["c.jsonl.zst` was of ", "bytes and is of 7 bytes", "texts/new.txt` is new", "texts/007.txt` is gone"]
    {
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
    }
    // Time stamps are put back, one of them before 1970 would do as well.
    fs::write(&changed, bytes).unwrap();
    fs::File::options().write(true).open(&changed).unwrap().set_modified(time).unwrap();
    fs::remove_file(input.join("texts/new.txt")).unwrap();
    fs::write(input.join("texts/007.txt"), old).unwrap();
    fs::File::options()
        .write(true)
        .open(input.join("texts/007.txt"))
        .unwrap()
        .set_modified(old_time)
        .unwrap();
    let output = everything(&input, &folder, 2).arg("--resume").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn a_file_from_before_1970_is_an_input_like_any_other() {
    let home = tempfile::tempdir().unwrap();
    let input = home.path().join("pages");
    fs::create_dir(&input).unwrap();
    fs::write(input.join("a.jsonl"), lines(0..50)).unwrap();
    let old = std::time::UNIX_EPOCH - Duration::from_secs(300_000_000);
    fs::File::options().write(true).open(input.join("a.jsonl")).unwrap().set_modified(old).unwrap();
    let out = home.path().join("out.jsonl");
    for _ in 0..2 {
        let output = clean(&input, &out).arg("--resume").output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    }
    assert!(
        fs::read_to_string(home.path().join(".out.jsonl.journal"))
            .unwrap()
            .contains("\"changed\":-300000000")
    );
}

#[test]
fn an_output_that_is_complete_is_left_as_it_is_and_counted_again() {
    let home = tempfile::tempdir().unwrap();
    let input = inputs(home.path());
    let folder = home.path().join("out");
    fs::create_dir(&folder).unwrap();
    assert!(everything(&input, &folder, 5).arg("--resume").status().unwrap().success());
    let first = left(&folder);
    let written = fs::metadata(folder.join("packed/_SUCCESS")).unwrap().modified().unwrap();
    fs::remove_file(folder.join("summary.json")).unwrap();
    let output = everything(&input, &folder, 5).arg("--resume").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(left(&folder) == first);
    assert_eq!(fs::metadata(folder.join("packed/_SUCCESS")).unwrap().modified().unwrap(), written);

    // What is no longer whole is not called complete, and what is left of it is not replaced unasked.
    let shard = folder.join("packed/part-00001.jsonl.zst");
    assert!(shard.is_file(), "{:?}", files(&folder));
    fs::remove_file(&shard).unwrap();
    let output = everything(&input, &folder, 5).arg("--resume").output().unwrap();
    assert!(!output.status.success() && said(&output).contains("`--overwrite`"), "{}", said(&output));
    assert!(!shard.exists());
    assert!(everything(&input, &folder, 5).arg("--overwrite").status().unwrap().success());
    assert!(left(&folder) == first);

    // One that was taken away is written again, and one that is cut off.
    let other = home.path().join("other");
    fs::create_dir(&other).unwrap();
    assert!(everything(&input, &other, 0).arg("--resume").status().unwrap().success());
    let first = left(&other);
    for damage in [|path: &Path| fs::remove_file(path).unwrap(), |path: &Path| fs::write(path, "{").unwrap()]
    {
        damage(&other.join("out.jsonl"));
        assert!(everything(&input, &other, 0).arg("--resume").status().unwrap().success());
        assert!(left(&other) == first);
    }
}

#[test]
fn what_cannot_be_come_back_to_is_refused_in_words() {
    let home = tempfile::tempdir().unwrap();
    let input = home.path().join("a.jsonl");
    fs::write(&input, lines(0..5)).unwrap();
    let out = home.path().join("out.jsonl");
    let refused = |mut command: Command| {
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        said(&output)
    };
    let mut to_stdout = clean(&input, Path::new("-"));
    to_stdout.arg("--resume");
    assert!(refused(to_stdout).contains("give every output a file or a folder"));
    let mut from_stdin = clean(Path::new("-"), &out);
    from_stdin.arg("--resume");
    assert!(refused(from_stdin).contains("cannot be read again"));
    let mut rejects = clean(&input, &out);
    rejects.args(["--resume", "--rejects", "/dev/null"]);
    assert!(refused(rejects).contains("cannot come back to `/dev/null`"));
    assert_eq!(files(home.path()).len(), 1, "nothing was begun");
}

#[test]
fn the_second_run_to_an_output_is_refused_while_the_first_lives() {
    let home = tempfile::tempdir().unwrap();
    let (input, out) = (home.path().join("pages"), home.path().join("out.jsonl"));
    assert!(Command::new("mkfifo").arg(&input).status().unwrap().success());
    let mut first = clean(&input, &out).spawn().unwrap();
    while !home.path().join(".out.jsonl.part").exists() {
        thread::sleep(Duration::from_millis(5));
    }
    let other = home.path().join("other.jsonl");
    fs::write(&other, lines(0..5)).unwrap();
    for resume in [false, true] {
        let mut second = clean(&other, &out);
        if resume {
            second.arg("--resume");
        }
        let output = second.output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        assert!(said(&output).contains("another run is writing it"), "{}", said(&output));
    }
    let mut sidecar = clean(&other, &home.path().join("elsewhere.jsonl"));
    sidecar.arg("--removed").arg(&out);
    assert!(said(&sidecar.output().unwrap()).contains("another run is writing it"));
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(clean(&other, &out).status().unwrap().success(), "a run that was killed locks nothing");
    assert!(out.exists() && !home.path().join(".out.jsonl.part").exists());
}
