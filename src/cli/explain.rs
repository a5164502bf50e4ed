//! `explain`: a page line by line, and why each line stays or goes.

use super::packs::PackArgs;
use super::{Console, Exit, Failure};
use anyhow::Context;
use clap::{Args as ClapArgs, ValueEnum};
use dehusk::clean::Cleaner;
use dehusk::model::Page;
use dehusk::report::{self, ExplainOptions, Shown};
use std::io::Read;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Examples:
  dehusk explain page.txt --only gone               what went, and by which rule
  dehusk explain page.txt --rules mine.toml         try your own rules on a page";

/// Show a page line by line: what stays, what goes, and which rule says so
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The page: a file, or `-` for stdin
    page: PathBuf,
    /// Show only lines that are kept, or only lines that go
    #[arg(long, value_name = "WHICH")]
    only: Option<Only>,
    /// Show long lines whole; by default their middle is left out
    #[arg(long)]
    full: bool,
    /// Print everything as one JSON object
    #[arg(long, conflicts_with_all = ["only", "full"])]
    json: bool,
    /// Let rules of status `preview` run too
    #[arg(long, help_heading = "Rules")]
    preview: bool,
    #[command(flatten)]
    packs: PackArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Only {
    Kept,
    Gone,
}

pub(super) fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let rules = args.packs.load(console)?;
    let cleaner = Cleaner::builder(rules).preview(args.preview).build();
    console.detail(&cleaner.engine().strategies());
    let page = read(&args.page)?;
    let explanation = report::explain(&page, &cleaner.judge(&page), cleaner.rules());
    if args.json {
        let json =
            serde_json::to_string_pretty(&explanation).context("cannot write the explanation as JSON")?;
        console.data(|out| writeln!(out, "{json}"))?;
        return Ok(Exit::Done);
    }
    let shown = match args.only {
        None => Shown::All,
        Some(Only::Kept) => Shown::Kept,
        Some(Only::Gone) => Shown::Gone,
    };
    let options = ExplainOptions { columns: console.width(), full: args.full, shown };
    let text = report::explain_text(&explanation, options);
    console.data(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Done)
}

fn read(path: &Path) -> Result<Page, Failure> {
    let shown = path.display();
    let mut bytes = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin().read_to_end(&mut bytes),
        false => std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.with_context(|| format!("cannot read `{shown}`")).map_err(Failure::Usage)?;
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    Ok(Page { id: shown.to_string(), source: shown.to_string(), text, ..Page::default() })
}
