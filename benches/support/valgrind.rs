//! Instructions of a whole process, counted by valgrind: they are the same whatever else the machine does.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// Whether there is a valgrind here.
pub(crate) fn is_here() -> bool {
    let found =
        Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

/// The instructions that a program takes to the end of its work.
pub(crate) fn instructions(program: impl AsRef<OsStr>, arguments: &[&OsStr]) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let collected =
        said.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim().parse());
    collected.unwrap().unwrap()
}
