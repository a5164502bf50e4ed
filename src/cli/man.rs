//! `man`: the manual, made from the same words as `--help`.

use super::{Console, Exit, Failure};
use anyhow::Context;
use clap::{Args as ClapArgs, CommandFactory};
use std::fs;
use std::path::PathBuf;

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
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{shown}`"))?;
        clap_mangen::generate_to(command, folder)
            .with_context(|| format!("cannot write manual pages into `{shown}`"))?;
        console.say(&format!("wrote the manual pages into {shown}"));
        return Ok(Exit::Done);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).context("cannot render the manual page")?;
    console.data(|out| out.write_all(&page))?;
    Ok(Exit::Done)
}
