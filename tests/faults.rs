//! What goes wrong around a run: disks that are full, names that cannot be given, inputs that go or grow while they are
//! read, folders that are too deep, permissions, pipes, signals. Each is made to happen; what must hold is that the run ends
//! in words, that nothing is lost without a word, and that it can be gone on with where there is a journal.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![expect(clippy::print_stderr, reason = "a test that cannot run here says so")]

#[path = "support/runs.rs"]
mod runs;

use dehusk::model::{Page, Reject};
use dehusk::source::{Inputs, Meter};
use runs::{clean, files, gz, lines, outputs, pass_through, program, said, text};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

/// The same command, in which no file may grow beyond so many blocks of 512 bytes: to a program that is a full disk.
fn with_small_disk(command: &Command, blocks: u32) -> Command {
    let mut small = Command::new("sh");
    small.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""));
    small.arg(command.get_program()).args(command.get_args());
    small
}

fn failed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(3), "{}", said(output));
    said(output)
}

/// JSON lines in a folder of their own, and a folder for what comes of them.
fn setting(pages: usize) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let (input, folder) = (home.path().join("a.jsonl"), home.path().join("out"));
    fs::write(&input, lines(0..pages)).unwrap();
    fs::create_dir(&folder).unwrap();
    (home, input, folder)
}

#[test]
fn a_disk_that_is_full_ends_the_run_and_with_room_it_goes_on() {
    let (home, input, folder) = setting(2000);
    for name in ["out.jsonl", "out.jsonl.zst", "out.parquet"] {
        let reference = home.path().join(name);
        assert!(clean(&input, &reference).args(["--checkpoint", "16k"]).status().unwrap().success());
        let out = folder.join(name);
        let mut command = clean(&input, &out);
        command.args(["--checkpoint", "16k"]);
        let told = failed(&with_small_disk(&command, 40).output().unwrap());
        assert!(told.contains("cannot ") && told.contains(name), "{told}");
        assert!(files(&folder).is_empty(), "without a journal nothing stays: {:?}", files(&folder).keys());
        command.arg("--resume");
        let told = failed(&with_small_disk(&command, 40).output().unwrap());
        assert!(told.contains("cannot ") && told.contains(name), "{told}");
        assert!(!out.exists());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        assert!(fs::read(&out).unwrap() == fs::read(&reference).unwrap(), "other bytes in `{name}`");
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
    }
}

#[test]
fn a_disk_that_is_full_for_the_journal_ends_the_run_and_with_room_it_goes_on() {
    // Where syncing is cheap every section is recorded, so that the journal outgrows an output of empty pages.
    let shared = Path::new("/dev/shm");
    let home = if shared.is_dir() { tempfile::tempdir_in(shared) } else { tempfile::tempdir() }.unwrap();
    let (input, out) = (home.path().join("a.jsonl"), home.path().join("out.jsonl"));
    fs::write(&input, "{\"text\":\" \"}\n".repeat(200_000)).unwrap();
    let mut command = clean(&input, &out);
    command.args(["--checkpoint", "1k", "--batch-size", "1k", "--resume"]);
    let told = failed(&with_small_disk(&command, 24).output().unwrap());
    assert!(told.contains("cannot write the journal `"), "{told}");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("were done by an earlier run"), "{}", said(&output));
    assert_eq!(fs::read(&out).unwrap(), b"");
    // With as little room as this there is no journal at all, and nothing is begun.
    fs::remove_file(home.path().join(".out.jsonl.journal")).unwrap();
    let told = failed(&with_small_disk(&command, 1).output().unwrap());
    assert!(told.contains(".out.jsonl.journal`"), "{told}");
}

#[test]
fn a_small_disk_that_is_really_full_ends_the_run() {
    let (_home, input, folder) = setting(2000);
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "none"]).arg(&folder).output();
    if !mounted.is_ok_and(|mounted| mounted.status.success()) {
        eprintln!(
            "SKIPPED: no small disk can be mounted here; `ulimit -f` stands in for it in the tests beside this one"
        );
        return;
    }
    let mut command = clean(&input, &folder.join("out.jsonl"));
    command.args(["--checkpoint", "16k", "--resume"]);
    let full = command.output().unwrap();
    let kept = files(&folder).len();
    let more = Command::new("mount").args(["-o", "remount,size=64m"]).arg(&folder).status();
    let gone_on = command.output().unwrap();
    let written = fs::read(folder.join("out.jsonl")).map(|bytes| bytes.len());
    Command::new("umount").arg(&folder).status().unwrap();
    assert!(failed(&full).contains("No space left on device"), "{}", said(&full));
    assert!(kept >= 2 && more.unwrap().success());
    assert!(gone_on.status.success() && written.unwrap() > 256 << 10, "{}", said(&gone_on));
}

#[test]
fn a_name_that_cannot_be_given_ends_the_run_and_is_given_later() {
    let (home, input, folder) = setting(300);
    let out = folder.join("out.jsonl");
    let pipe = home.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // While the run waits for its input a folder takes the place of its output.
    let child = pass_through(&pipe, &out).spawn().unwrap();
    let mut writer = fs::File::options().write(true).open(&pipe).unwrap();
    fs::create_dir_all(out.join("in the way")).unwrap();
    writer.write_all(&fs::read(&input).unwrap()).unwrap();
    drop(writer);
    let told = failed(&child.wait_with_output().unwrap());
    assert!(told.contains("cannot complete `"), "{told}");
    assert_eq!(outputs(&folder).len(), 0);
    fs::remove_dir_all(&out).unwrap();

    // With a journal the run is as good as done: it wants only the name.
    let reference = home.path().join("out.jsonl");
    fs::write(&input, lines(0..6000)).unwrap();
    assert!(clean(&input, &reference).status().unwrap().success());
    let mut command = clean(&input, &out);
    command.arg("--resume");
    let journal = folder.join(".out.jsonl.journal");
    for _ in 0..50 {
        let child = command.spawn().unwrap();
        while !journal.exists() {
            thread::sleep(Duration::from_micros(200));
        }
        fs::create_dir_all(out.join("in the way")).unwrap_or_default();
        let output = child.wait_with_output().unwrap();
        if output.status.code() == Some(3) {
            assert!(said(&output).contains("cannot complete `"), "{}", said(&output));
            fs::remove_dir_all(&out).unwrap();
            assert!(fs::read_to_string(&journal).unwrap().contains("{\"sealed\""));
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", said(&output));
            assert!(said(&output).contains("6,000 pages were done by an earlier run"), "{}", said(&output));
            assert!(fs::read(&out).unwrap() == fs::read(&reference).unwrap());
            return;
        }
        // It was done before the folder stood in its way.
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
    }
    panic!("no run was slow enough to be stood in the way of");
}

/// What pages come of inputs when `meddle` is called between walking and reading.
fn read_while(inputs: &Inputs, meddle: impl FnOnce()) -> Vec<Result<Page, Reject>> {
    let mut feed = inputs.feed(4 << 10, Meter::default());
    let mut pages = inputs.pages(Meter::default());
    let first = feed.next().unwrap();
    meddle();
    let mut found = Vec::new();
    pages.each(first, |page| found.push(page.cloned()));
    for chunk in feed {
        pages.each(chunk, |page| found.push(page.cloned()));
    }
    found
}

fn reasons(found: &[Result<Page, Reject>]) -> Vec<&'static str> {
    found.iter().filter_map(|page| page.as_ref().err()).map(|reject| reject.reason.name()).collect()
}

#[test]
fn files_that_go_before_they_are_read_are_rejects() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.txt", "b.txt", "c.txt"] {
        fs::write(folder.path().join(name), "words").unwrap();
    }
    let inputs = Inputs::builder([folder.path()]).build().unwrap();
    let found = read_while(&inputs, || fs::remove_file(folder.path().join("b.txt")).unwrap());
    assert_eq!((found.len(), reasons(&found)), (3, vec!["unreadable"]));
    // A pipe in a file's place is not opened: nobody might ever write to it.
    fs::write(folder.path().join("b.txt"), "words").unwrap();
    let found = read_while(&inputs, || {
        fs::remove_file(folder.path().join("b.txt")).unwrap();
        assert!(Command::new("mkfifo").arg(folder.path().join("b.txt")).status().unwrap().success());
    });
    assert_eq!((found.len(), reasons(&found)), (3, vec!["unreadable"]));
}

#[test]
fn a_file_that_is_cut_or_grows_while_it_is_read_gives_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let all = lines(0..1000);
    let reset = || fs::write(&path, &all).unwrap();
    reset();
    let inputs = Inputs::builder([&path]).build().unwrap();
    let whole = read_while(&inputs, || ());
    assert_eq!(whole.len(), 1000);
    // What is cut off is gone, and the line that the cut goes through is a reject.
    let half = all.len() as u64 / 2;
    let cut =
        read_while(&inputs, || fs::File::options().write(true).open(&path).unwrap().set_len(half).unwrap());
    assert!((200..800).contains(&cut.len()), "{}", cut.len());
    assert!(matches!(cut.last(), Some(Err(reject)) if reject.reason.name() == "invalid-json"));
    reset();
    let grown = read_while(&inputs, || {
        let mut file = fs::File::options().append(true).open(&path).unwrap();
        file.write_all(lines(1000..1100).as_bytes()).unwrap();
    });
    assert_eq!(grown.len(), 1100);
    // Of a compressed file that is cut the pages before the cut are kept.
    let packed = folder.path().join("b.jsonl.gz");
    let noise: String = (0..40_000u64)
        .map(|n| format!("{{\"text\":\"{:x}\"}}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
        .collect();
    fs::write(&packed, gz(noise.as_bytes())).unwrap();
    let inputs = Inputs::builder([&packed]).build().unwrap();
    let size = fs::metadata(&packed).unwrap().len();
    let cut = read_while(&inputs, || {
        fs::File::options().write(true).open(&packed).unwrap().set_len(size / 2).unwrap();
    });
    assert_eq!(reasons(&cut), ["broken-compression"]);
    assert!(cut.len() > 1000);
    // A page may grow until it is too large.
    let page = folder.path().join("c.txt");
    fs::write(&page, "small").unwrap();
    let inputs = Inputs::builder([&page]).max_page(100_000).build().unwrap();
    let grown = read_while(&inputs, || fs::write(&page, "x".repeat(200_000)).unwrap());
    assert_eq!(reasons(&grown), ["too-large"]);
}

/// The command as somebody who may not do everything; `None` where that cannot be had.
fn as_nobody(command: &Command) -> Option<Command> {
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if !is_root {
        let mut same = Command::new(command.get_program());
        same.args(command.get_args());
        return Some(same);
    }
    let setpriv = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let works =
        Command::new("setpriv").args(setpriv).args(["--", "true"]).status().is_ok_and(|done| done.success());
    let mut nobody = Command::new("setpriv");
    nobody.args(setpriv).arg("--").arg(command.get_program()).args(command.get_args());
    works.then_some(nobody)
}

#[test]
fn what_may_not_be_read_is_a_reject_and_where_one_may_not_write_is_told() {
    let home = tempfile::tempdir().unwrap();
    // The program itself may stand where nobody else may look.
    let own = home.path().join("dehusk");
    fs::copy(program(), &own).unwrap();
    let (input, shut) = (home.path().join("pages"), home.path().join("shut"));
    let open = home.path().join("open");
    for folder in [&input, &shut, &open] {
        fs::create_dir(folder).unwrap();
    }
    fs::write(input.join("a.txt"), text(1)).unwrap();
    fs::write(input.join("b.txt"), text(2)).unwrap();
    fs::create_dir(input.join("c")).unwrap();
    fs::write(input.join("c/d.txt"), text(3)).unwrap();
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for (path, mode) in [(home.path(), 0o755), (&open, 0o777), (&shut, 0o555), (&input.join("c"), 0)] {
        allow(path, mode);
    }
    allow(&input.join("b.txt"), 0);
    let run = |folder: &Path| {
        let mut command = Command::new(&own);
        command.args(["clean", "--pass-through", "-o"]).arg(folder.join("out.jsonl")).arg(&input);
        as_nobody(&command).map(|mut command| command.output().unwrap())
    };
    let Some(output) = run(&open) else {
        eprintln!("SKIPPED: this is root, and `setpriv` cannot make it anybody else");
        return;
    };
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("unreadable 2"), "{}", said(&output));
    assert_eq!(fs::read_to_string(open.join("out.jsonl")).unwrap().lines().count(), 1);
    let told = failed(&run(&shut).unwrap());
    assert!(told.contains("cannot create `") && told.contains("ermission denied"), "{told}");
    allow(&input.join("c"), 0o755);
}

#[test]
fn a_reader_that_has_enough_ends_the_run_quietly() {
    let (_home, input, _folder) = setting(3000);
    let mut child = clean(&input, Path::new("-")).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("the reader of the output had enough"), "{}", said(&output));
}

#[test]
fn a_signal_ends_the_run_in_order_and_the_same_command_goes_on() {
    let (home, input, folder) = setting(6000);
    let (reference, out) = (home.path().join("out.jsonl"), folder.join("out.jsonl"));
    assert!(clean(&input, &reference).args(["--checkpoint", "16k"]).status().unwrap().success());
    for signal in ["INT", "TERM", "HUP"] {
        let mut stopped = false;
        for wait in 0..60 {
            let mut command = clean(&input, &out);
            command.args(["--checkpoint", "16k", "--batch-size", "4k", "--resume"]);
            let child = command.spawn().unwrap();
            thread::sleep(Duration::from_millis(20 + wait * 5));
            Command::new("kill").arg(format!("-{signal}")).arg(child.id().to_string()).status().unwrap();
            let output = child.wait_with_output().unwrap();
            if output.status.code() == Some(130) {
                assert!(said(&output).contains("the same command goes on from here"), "{}", said(&output));
                assert!(!out.exists());
                stopped = true;
                let output = command.output().unwrap();
                assert!(output.status.success(), "{}", said(&output));
                break;
            }
            // Before it listened, or after it was done.
            fs::remove_dir_all(&folder).unwrap();
            fs::create_dir(&folder).unwrap();
        }
        assert!(stopped, "no run was stopped by SIG{signal} in its middle");
        assert!(fs::read(&out).unwrap() == fs::read(&reference).unwrap());
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
    }
}

#[test]
fn folders_that_are_too_deep_are_rejects_and_links_in_circles_are_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let (input, out) = (home.path().join("pages"), home.path().join("out.jsonl"));
    let mut deep = input.clone();
    for _ in 0..6 {
        deep.push("d");
    }
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("deep.txt"), text(1)).unwrap();
    fs::write(input.join("d/high.txt"), text(2)).unwrap();
    symlink("..", input.join("d/up")).unwrap();
    symlink(".", input.join("d/d/self")).unwrap();
    let rejects = home.path().join("rejects.jsonl");
    let run = |depth: &str| {
        let mut command = clean(&input, &out);
        let output = command.args(["--max-depth", depth, "--rejects"]).arg(&rejects).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        (fs::read_to_string(&out).unwrap().lines().count(), fs::read_to_string(&rejects).unwrap())
    };
    assert_eq!(run("64"), (2, String::new()));
    let (articles, rejected) = run("3");
    assert_eq!(articles, 1);
    assert!(
        rejected.contains("\"reason\":\"too-deep\"") && rejected.contains("deeper than 3 below"),
        "{rejected}"
    );
}

#[test]
fn pipes_devices_and_sockets_in_a_folder_are_never_opened() {
    let home = tempfile::tempdir().unwrap();
    let input = home.path().join("pages");
    fs::create_dir(&input).unwrap();
    fs::write(input.join("a.txt"), text(1)).unwrap();
    assert!(Command::new("mkfifo").arg(input.join("pipe.txt")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(input.join("socket.txt")).unwrap();
    symlink("/dev/zero", input.join("zero.txt")).unwrap();
    symlink("/dev/zero", input.join("zero.jsonl.gz")).unwrap();
    let began = Instant::now();
    // Opened, the pipe would never answer and the device never end.
    let output = clean(&input, &home.path().join("out.jsonl")).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("passed by 4 files"), "{}", said(&output));
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_page_over_its_time_is_a_reject_and_the_others_are_not() {
    let home = tempfile::tempdir().unwrap();
    let (input, out) = (home.path().join("pages"), home.path().join("out.jsonl"));
    fs::create_dir(&input).unwrap();
    // Several times as long as is allowed on any machine, and a thousand times as long as the other page.
    let slow: String = (0..60_000).map(text).collect();
    fs::write(input.join("slow.txt"), slow).unwrap();
    fs::write(input.join("quick.txt"), text(1)).unwrap();
    let rejects = home.path().join("rejects.jsonl");
    let mut command = clean(&input, &out);
    command.args(["--page-time", "0.1", "--max-page", "64M", "--rejects"]).arg(&rejects);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let rejected = fs::read_to_string(&rejects).unwrap();
    assert!(
        rejected.contains("\"reason\":\"over-time\",\"detail\":\"it took more than 100ms\""),
        "{rejected}"
    );
    assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 1);
}
