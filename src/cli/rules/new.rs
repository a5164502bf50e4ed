//! `rules new`: a rule file to begin with, made from lines that should go.

use crate::cli::{Console, Exit, Failure, written};
use anyhow::Context;
use clap::Args as ClapArgs;
use dehusk::fold::fold;
use dehusk::rules::{self, RuleFile};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Examples:
  dehusk rules new my.pack/also-on \"Also on rt.com US State Dept tells Americans …\" -o my.toml
  grep -h '^Read more' pages/*.txt | dehusk rules new my.pack/read-more -";

/// Write a rule file to begin with, from lines that the rule should drop
///
/// The file is valid as it stands and changes nothing: its rule is a draft until you give it lines to keep and make
/// it stable. The matcher is a guess from what the lines share.
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The rule's full name, `pack/rule`
    id: String,
    /// Lines that the rule should drop, each an argument of its own; `-` reads them from stdin
    #[arg(value_name = "LINE", required = true)]
    lines: Vec<String>,
    /// Write to this file, which must not exist yet, instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let lines = match args.lines.as_slice() {
        [only] if only == "-" => stdin_lines()?,
        lines => lines.to_vec(),
    };
    // Folding takes off some signs that stand alone, and a rule is not made of fewer lines than were given.
    if lines.iter().any(|line| fold(line).is_empty()) {
        return Err(Failure::Usage(anyhow::anyhow!("a line to drop is empty; give lines with some text")));
    }
    let text = rules::skeleton(&args.id, &lines);
    refuse_built_in(&args.id, &text)?;
    tell_mended(&args.id, &text, console);
    match &args.output {
        Some(path) if path.as_os_str() != "-" => {
            write_new(path, &text)?;
            console.say(&format!("wrote {0}; now try `dehusk rules check {0}`", path.display()));
        }
        _ => console.data(|out| out.write_all(text.as_bytes()))?,
    }
    Ok(Exit::Done)
}

/// A file with the id of a built-in pack would take the place of all its rules; ids are mended, so the file says which it is.
fn refuse_built_in(id: &str, text: &str) -> Result<(), Failure> {
    let Some((pack, rule)) = id.rsplit_once('/') else { return Ok(()) };
    let beside = rules::builtin_beside(&[RuleFile::new("", text)]);
    match beside.len() < rules::builtin().len() {
        true => Err(Failure::Usage(anyhow::anyhow!(
            "`{pack}` is a built-in pack, and a file of that id would take its place; name a pack of your own: `my.{pack}/{rule}`"
        ))),
        false => Ok(()),
    }
}

/// Says so where the rule is not called what was asked for.
fn tell_mended(id: &str, text: &str, console: &Console) {
    let Ok(set) = rules::load(&[RuleFile::new("", text)]) else { return };
    let Some(rule) = set.rules().first() else { return };
    if id.contains('/') && rule.name() != id {
        let called = rule.name();
        console.say(&format!(
            "the rule is called `{called}`: names are made of small letters, digits and `-`, and a pack's has `.` too"
        ));
    }
}

fn stdin_lines() -> Result<Vec<String>, Failure> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).context("cannot read lines from stdin")?;
    let lines: Vec<String> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    if lines.is_empty() {
        return Err(Failure::Usage(anyhow::anyhow!("stdin holds no lines; give one to drop at least")));
    }
    Ok(lines)
}

/// Never overwrites: an author's rules are work that a slip of the hand must not undo.
fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    written::has_place(path)?;
    let shown = path.display();
    match File::create_new(path) {
        Ok(mut file) => {
            Ok(file.write_all(text.as_bytes()).with_context(|| format!("cannot write `{shown}`"))?)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Failure::Usage(anyhow::anyhow!("`{shown}` exists already; name another file")))
        }
        Err(error) => Err(anyhow::Error::new(error).context(format!("cannot create `{shown}`")).into()),
    }
}
