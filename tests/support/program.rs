//! The program, run to its end.

use std::process::{Command, Output, Stdio};

/// The program as it is built for tests, with nothing on stdin, and no wish for colours in the environment.
pub(crate) fn dehusk(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dehusk"));
    command.args(args).stdin(Stdio::null()).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

pub(crate) fn run(args: &[&str]) -> Output {
    dehusk(args).output().unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
