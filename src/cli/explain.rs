//! `explain`: a page line by line, and why each line stays or goes. Pages are found as `clean` finds them, so that what
//! is explained is what would be cleaned.

use super::inputs::FieldArgs;
use super::model::ModelArgs;
use super::packs::PackArgs;
use super::written::{self, Reads};
use super::{Console, Exit, Failure};
use anyhow::{Context, anyhow};
use clap::{Args as ClapArgs, ValueEnum};
use dehusk::clean::Cleaner;
use dehusk::model::{Page, Reject, RejectReason};
use dehusk::pipeline::Conditions;
use dehusk::report::{self, ExplainOptions, Shown};
use dehusk::source::{Inputs, Meter};
use std::path::{Path, PathBuf};

/// Bytes read at a time on the way to the page.
const CHUNK: usize = 64 << 10;

const AFTER_HELP: &str = "\
Examples:
  dehusk explain page.txt --rules mine.toml         try your own rules on a page
  dehusk explain crawl.jsonl.gz:17 --only gone      what goes from the page on line 17
  dehusk explain page.html --html why.html          every line and its reasons, to read in a browser

Exit codes:
  0 done, also where nothing is left of the page · 2 wrong usage, no such page, faulty rules
  3 the page cannot be read";

/// Show a page line by line: what stays, what goes, and which rule says so
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The page: a file, `-` for stdin, `FILE:N` for the page on line N of a JSON lines file, or `FILE#N` as the `source` of
    /// an article names an object of other JSON, a record of an archive or a row of a table
    page: PathBuf,
    /// The page of this id, in a file or folder of many
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Show only lines that are kept, or only lines that go
    #[arg(long, value_name = "WHICH")]
    only: Option<Only>,
    /// Show long lines whole; by default their middle is left out
    #[arg(long)]
    full: bool,
    /// Print everything as one JSON object
    #[arg(long, conflicts_with_all = ["only", "full"])]
    json: bool,
    /// Write a page for the browser instead, with all that was weighed for each line; `-` is stdout
    #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "full", "json"])]
    html: Option<PathBuf>,
    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    packs: PackArgs,
    /// Let rules of status `preview` run too
    #[arg(long, help_heading = "Rules")]
    preview: bool,
    #[command(flatten)]
    model: ModelArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Only {
    Kept,
    Gone,
}

pub(super) fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    if let Some(path) = &args.html {
        let reads = Reads::default().files(args.model.weights()).rules(&args.packs.rules);
        reads.pages([&split_record(&args.page).0]).spare(path)?;
        written::has_place(path)?;
    }
    let rules = args.packs.load(args.preview, console)?;
    let mut builder = Cleaner::builder(rules);
    builder.preview(args.preview);
    args.model.apply(&mut builder, &mut Conditions::default())?;
    let cleaner = builder.build();
    console.detail(&cleaner.engine().strategies());
    let page = args.find(console)?;
    let explanation = report::explain(&page, &cleaner.judge(&page), cleaner.rules());
    if let Some(path) = &args.html {
        written::write(path, report::explain_html(&explanation).as_bytes())?;
        return Ok(Exit::Done);
    }
    if args.json {
        let json =
            serde_json::to_string_pretty(&explanation).context("cannot write the explanation as JSON")?;
        console.json(json)?;
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

impl Args {
    /// The page that is meant: the first, unless a record or an id was asked for.
    fn find(&self, console: &Console) -> Result<Page, Failure> {
        let (path, record) = split_record(&self.page);
        let mut builder = Inputs::builder([&path]);
        self.fields.apply(&mut builder);
        let inputs = builder.build().map_err(|error| Failure::Usage(error.into()))?;
        let meant = |id: &str, source: &str| {
            self.id.as_ref().is_none_or(|asked| asked == id)
                && record.is_none_or(|asked| source.ends_with(asked))
        };
        let mut found: Option<Result<Page, Reject>> = None;
        let mut others = false;
        // How the pages are named that are not meant, and what went wrong before the one that is.
        let (mut seen, mut broken) = (None, None);
        let mut feed = inputs.feed(CHUNK, Meter::default());
        let mut pages = inputs.pages(Meter::default());
        while !others && let Some(chunk) = feed.next() {
            pages.each(chunk, |page| {
                let is_meant = match &page {
                    Ok(page) => meant(&page.id, &page.source),
                    Err(reject) => meant(&reject.id, &reject.source),
                };
                if found.is_some() {
                    others = true;
                } else if is_meant {
                    found = Some(page.cloned());
                } else {
                    match page {
                        Ok(page) => seen = Some(page.source.clone()),
                        Err(reject) if ends_reading(reject.reason) => broken = Some(reject),
                        Err(_) => {}
                    }
                }
            });
            // Once a page is chosen by name, what follows it does not matter.
            others |= found.is_some() && (self.id.is_some() || record.is_some());
        }
        let shown = report::escape(&self.page.display().to_string());
        match found {
            Some(Ok(page)) => {
                if others && self.id.is_none() && record.is_none() {
                    let way = match record_of(&page.source).chars().next() {
                        _ if path.is_dir() => "a file of it".to_owned(),
                        // What begins so would be taken for an option.
                        Some(sign) if path.as_os_str() == "-" => format!("`-- -{sign}N`"),
                        Some(sign) => format!("`{shown}{sign}N`"),
                        None => "a file of its own".to_owned(),
                    };
                    console.say(&format!(
                        "`{shown}` holds several pages; this is the first, {way} or `--id` choose another"
                    ));
                }
                Ok(page)
            }
            Some(Err(reject)) => Err(unreadable(&reject)),
            None => Err(match (&self.id, record, broken) {
                (.., Some(reject)) => unreadable(&reject),
                (Some(id), ..) => Failure::Usage(anyhow!(
                    "no page in `{shown}` has the id `{id}`; articles tell theirs, and a file's is its path in the folder, without its ending"
                )),
                (None, Some(record), None) => {
                    Failure::Usage(no_record(&path, record, seen.as_deref().map(record_of)))
                }
                (None, None, None) => Failure::Usage(anyhow!("there is no page in `{shown}`")),
            }),
        }
    }
}

fn unreadable(Reject { source, reason, detail, .. }: &Reject) -> Failure {
    Failure::Run(anyhow!("cannot read `{source}`: {reason}, {detail}"))
}

/// Whether nothing is read of a file behind what was rejected for this reason.
fn ends_reading(reason: RejectReason) -> bool {
    use RejectReason::{Binary, BrokenCompression, BrokenTable, ExpansionLimit, Unreadable};
    matches!(reason, Unreadable | Binary | BrokenTable | BrokenCompression | ExpansionLimit)
}

/// What is said of a record that `path` does not hold; `other` is one that it does.
fn no_record(path: &Path, record: &str, other: Option<&str>) -> anyhow::Error {
    let (shown, number) = (path.display(), &record[1..]);
    match other {
        _ if path.is_dir() => anyhow!("`{shown}` is a folder; name a file of it, or choose a page by `--id`"),
        Some("") => anyhow!("`{shown}` is one page; leave `{record}` out"),
        Some(other) if !record.starts_with(&other[..1]) => {
            anyhow!("`{shown}` has no page at `{record}`; its pages are named as `{other}` is")
        }
        _ if record.starts_with('#') => {
            anyhow!("`{shown}` has no page at `{record}`; `clean` tells where pages are as `source`")
        }
        _ => anyhow!("`{shown}` has no page on line {number}; lines count from 1"),
    }
}

/// The record that a source names, with its sign, or nothing where it is a file.
fn record_of(source: &str) -> &str {
    let at = source.rfind([':', '#']).filter(|&at| is_record(&source[at..]));
    at.map_or("", |at| &source[at..])
}

fn is_record(record: &str) -> bool {
    record.len() > 1 && record[1..].bytes().all(|byte| byte.is_ascii_digit() || byte == b'+')
}

/// Parts `file.jsonl:17` or `crawl.warc.gz#1234` into file and record; a file that has that very name is itself.
fn split_record(page: &Path) -> (PathBuf, Option<&str>) {
    let whole = (page.to_owned(), None);
    let Some(text) = page.to_str() else { return whole };
    let Some(at) = text.rfind([':', '#']) else { return whole };
    let (path, record) = text.split_at(at);
    if !is_record(record) || page.exists() || path.is_empty() {
        whole
    } else {
        (PathBuf::from(path), Some(record))
    }
}
