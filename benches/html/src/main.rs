//! One tool over pages of HTML, on one thread: `TOOL read|extract FOLDER EVERY`. `read` stops short of the tool's work, so
//! that what it costs can be taken off; `extract` prints a prediction a line: id, title, authors, published, text.
//! compare.py calls it, and peer.py speaks the same way.

use anyhow::{Context, bail};
use dehusk::clean::{Cleaner, Workspace};
use dehusk::model::{Cleaned, Outcome, Page};
use dehusk::rules::{builtin, load};
use dehusk::source::html_page_into;
use dom_smoothie::Readability;
use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::{env, fs, io};

/// A tool at work on one page; nothing when it finds no article.
type Tool = Box<dyn FnMut(&str) -> Option<Value>>;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [tool, task, folder, every] = &arguments[..] else { bail!("usage: TOOL read|extract FOLDER EVERY") };
    let pages = read(Path::new(folder), every.parse().context("EVERY is a number")?)?;
    let mut tool = tool_of(tool)?;
    if task == "read" {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    for (id, html) in &pages {
        let mut prediction = tool(html).unwrap_or_else(|| json!({ "text": "" }));
        prediction["id"] = id.as_str().into();
        writeln!(out, "{prediction}")?;
    }
    Ok(())
}

/// Every so many-th page of the folder by name, its bytes taken for UTF-8.
fn read(folder: &Path, every: usize) -> anyhow::Result<Vec<(String, String)>> {
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let page = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut bytes = Vec::new();
        MultiGzDecoder::new(fs::File::open(path)?).read_to_end(&mut bytes)?;
        Ok((name.trim_end_matches(".html.gz").to_owned(), String::from_utf8_lossy(&bytes).into_owned()))
    };
    paths.iter().step_by(every).map(page).collect()
}

fn tool_of(name: &str) -> anyhow::Result<Tool> {
    Ok(match name {
        "dehusk" => {
            let rules = load(&builtin()).map_err(|faults| anyhow::anyhow!(faults.render(false, 100)))?;
            let cleaner = Cleaner::builder(Arc::new(rules)).build();
            let (mut workspace, mut page, mut cleaned) = (Workspace::default(), Page::default(), Cleaned::default());
            Box::new(move |html| {
                html_page_into(html, &mut page);
                cleaner.clean_with(&mut workspace, &page, &mut cleaned);
                let article = &cleaned.article;
                (cleaned.outcome == Outcome::Article).then(|| {
                    json!({ "title": article.title, "authors": article.authors.join("; "),
                            "published": article.published, "text": article.text })
                })
            })
        }
        "dom_smoothie" => Box::new(|html| {
            let article = Readability::new(html, None, None).and_then(|mut page| page.parse()).ok()?;
            Some(json!({ "title": article.title, "authors": article.byline.unwrap_or_default(),
                         "published": article.published_time.unwrap_or_default(),
                         "text": article.text_content.to_string() }))
        }),
        other => bail!("no tool `{other}`; there are dehusk and dom_smoothie"),
    })
}
