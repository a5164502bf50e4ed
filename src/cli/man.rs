//! `man`: the manual, made from the same words as `--help`. What `--help` says last has headings of its own, examples and
//! tables: each heading is a section here, and what is set in columns stays as it is set.

use super::{Console, Exit, Failure};
use anyhow::{Context, anyhow};
use clap::builder::Resettable;
use clap::{Args as ClapArgs, Command, CommandFactory};
use clap_mangen::roff::{Roff, roman};
use std::path::{Path, PathBuf};
use std::{fs, io};

const AFTER_HELP: &str = "\
Examples:
  dehusk man | man -l -                             read the manual
  dehusk man --dir ~/.local/share/man/man1          install a page for every verb";

/// Print the manual page, or write a page for every verb
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Write dehusk.1 and one page for each verb into this folder, which is made if need be
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let command = super::Args::command();
    if let Some(folder) = &args.dir {
        let shown = folder.display();
        if folder.is_file() {
            return Err(Failure::Usage(anyhow!("`{shown}` is a file; name a folder for the manual pages")));
        }
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{shown}`"))?;
        let mut command = command.disable_help_subcommand(true);
        command.build();
        write_pages(command, folder).with_context(|| format!("cannot write manual pages into `{shown}`"))?;
        console.say(&format!("wrote the manual pages into {shown}"));
        return Ok(Exit::Done);
    }
    let (_, page) = page(command).context("cannot render the manual page")?;
    console.data(|out| out.write_all(&page))?;
    Ok(Exit::Done)
}

/// The page of a command and those of all verbs below it.
fn write_pages(command: Command, folder: &Path) -> io::Result<()> {
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        write_pages(verb.clone(), folder)?;
    }
    let (name, page) = page(command)?;
    fs::write(folder.join(name), page)
}

/// The page of a command, and the name of its file.
fn page(command: Command) -> io::Result<(String, Vec<u8>)> {
    let last = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let man = clap_mangen::Man::new(command.after_help(Resettable::Reset))
        .source(concat!("dehusk ", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    man.render(&mut page)?;
    page.extend_from_slice(sections(&last).to_roff().as_bytes());
    Ok((man.get_filename(), page))
}

/// What `--help` says last as sections. Prose is filled as elsewhere, indented lines are not.
fn sections(last: &str) -> Roff {
    let mut roff = Roff::default();
    let (mut filled, mut parted) = (true, false);
    for line in last.lines() {
        if line.is_empty() {
            parted = true;
            continue;
        }
        let indented = line.starts_with(' ');
        if indented == filled {
            roff.control(if indented { "nf" } else { "fi" }, []);
            filled = !indented;
        }
        match line.split_once(':').filter(|(heading, _)| is_heading(heading)) {
            Some((heading, rest)) => {
                roff.control("SH", [heading.to_uppercase().as_str()]);
                if !rest.is_empty() {
                    roff.text([roman(rest.trim_start())]);
                }
            }
            None => {
                if parted {
                    roff.control("PP", []);
                }
                roff.text([roman(line)]);
            }
        }
        parted = false;
    }
    if !filled {
        roff.control("fi", []);
    }
    roff
}

/// `Examples`, `Exit codes`: one word or two at the beginning of a line, and a colon.
fn is_heading(words: &str) -> bool {
    words.starts_with(char::is_uppercase) && words.split(' ').count() <= 2
}
