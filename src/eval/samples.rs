//! Samples: labelled pages joined with their texts. One labelled page may have several texts, since every scraper
//! renders a page in its own way; each file of pages is one *renderer*, and each renderer gives one sample a page.

use super::gold::{Gold, GoldError, GoldText, Label, read_gold, some_of};
use super::renderers::renderer_names;
use crate::model::{Input, Page};
use crate::segment::lines_as_they_stand;
use crate::source::{InputError, Inputs, Meter, normalise};
use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes read at a time.
const CHUNK: usize = 1 << 20;

/// One text of a labelled page.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The page as it is cleaned.
    pub page: Page,
    /// What rendered it; empty when gold itself holds the text.
    pub renderer: Arc<str>,
    /// What people say of it.
    pub gold: Arc<Gold>,
    /// The number of its site: pages of one site are alike, and are drawn together.
    pub site: usize,
}

/// What samples are read from.
#[derive(Clone, Debug)]
pub struct SampleFiles {
    /// Labelled pages.
    pub gold: PathBuf,
    /// Texts of the pages, one input a renderer; none when gold holds the texts.
    pub pages: Vec<PathBuf>,
}

/// All samples of a bench.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    /// The samples: by renderer, then in the order of gold.
    pub list: Vec<Sample>,
    /// Labelled pages.
    pub pages: usize,
    /// Sites.
    pub sites: usize,
    /// Renderers, in the order given.
    pub renderers: Vec<Arc<str>>,
    /// Samples for which no text was found: they count as empty pages.
    pub missing: usize,
    /// Pages read for which there is no gold.
    pub unlabelled: usize,
}

impl Samples {
    /// The files that gold names for the texts of pages.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.list.iter().filter_map(|sample| match &sample.gold.page {
            GoldText::File(path) => Some(path),
            GoldText::Here(_) | GoldText::Apart => None,
        })
    }
}

/// Why samples could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// Gold could not be read.
    #[error(transparent)]
    Gold(#[from] GoldError),
    /// Pages are not where they were said to be.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Texts and labels do not fit together.
    #[error("{}", some_of(faults))]
    Faults {
        /// Each with its place and a way out.
        faults: Vec<String>,
    },
}

/// Reads gold and the texts of its pages.
pub fn read_samples(files: &SampleFiles) -> Result<Samples, SampleError> {
    let gold: Vec<Arc<Gold>> = read_gold(&files.gold)?.into_iter().map(Arc::new).collect();
    let mut samples = Samples { pages: gold.len(), ..Samples::default() };
    let sites = sites(&gold);
    samples.sites = sites.iter().max().map_or(0, |last| last + 1);
    if files.pages.is_empty() {
        let renderer: Arc<str> = Arc::from("");
        let pages = gold.iter().map(|gold| own_page(gold)).collect::<Vec<_>>();
        samples.renderers.push(Arc::clone(&renderer));
        join(&gold, &sites, &renderer, pages, &mut samples)?;
        return Ok(samples);
    }
    let ids: HashMap<&str, usize> =
        gold.iter().enumerate().map(|(at, gold)| (gold.id.as_str(), at)).collect();
    let read: Vec<_> = files.pages.par_iter().map(|path| read_pages(path, &ids)).collect();
    let names = renderer_names(&files.pages);
    for ((path, name), read) in files.pages.iter().zip(names).zip(read) {
        let (pages, unlabelled) = read?;
        let renderer: Arc<str> = Arc::from(name);
        if pages.iter().all(Option::is_none) && !gold.is_empty() {
            return Err(SampleError::Faults { faults: vec![none_of(&gold, path, unlabelled)] });
        }
        samples.unlabelled += unlabelled;
        samples.renderers.push(Arc::clone(&renderer));
        let pages = pages.into_iter().map(Ok).collect();
        join(&gold, &sites, &renderer, pages, &mut samples)?;
    }
    Ok(samples)
}

/// What is said of pages none of which gold knows.
fn none_of(gold: &[Arc<Gold>], path: &Path, read: usize) -> String {
    format!(
        "`{}` holds none of the {} pages that gold labels, and {read} others; gold names pages by their `id`, and a file's id is \
         its path in the folder, without its ending",
        path.display(),
        gold.len()
    )
}

/// A number for each page's site: its host without `www.`, or the page itself when its address is not known.
fn sites(gold: &[Arc<Gold>]) -> Vec<usize> {
    let mut numbers: HashMap<String, usize> = HashMap::new();
    gold.iter()
        .map(|gold| {
            let host = host(&gold.url);
            let next = numbers.len();
            *numbers.entry(if host.is_empty() { gold.id.clone() } else { host }).or_insert(next)
        })
        .collect()
}

fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default().to_ascii_lowercase();
    host.strip_prefix("www.").map(str::to_owned).unwrap_or(host)
}

/// The page that gold itself holds or names.
fn own_page(gold: &Gold) -> Result<Option<Page>, String> {
    let page = match &gold.page {
        GoldText::Here(text) => {
            // The lines must be those that `clean` finds in the same record.
            let mut text = text.clone();
            let mut flags = Vec::new();
            normalise(&mut text, &mut flags);
            Page { text, flags, ..Page::default() }
        }
        GoldText::Apart => {
            return Err(format!(
                "`{}` has neither `text` nor `path`; name the file of its text with `--pages`",
                gold.id
            ));
        }
        GoldText::File(path) => {
            let (mut page, mut found) = (None, 0);
            let inputs =
                Inputs::builder([path]).build().map_err(|error| format!("`{}`: {error}", gold.id))?;
            each_page(&inputs, |read| {
                found += 1;
                page = Some(read);
            });
            match page {
                Some(_) if found > 1 => {
                    return Err(format!(
                        "`{}`: `{}` holds {found} pages; name a file of one page, or leave `path` out and name the file with \
                         `--pages`",
                        gold.id,
                        path.display()
                    ));
                }
                Some(page) if page.input == Input::Html => page,
                // The title of gold is what is asked for: the page must not know it.
                Some(Page { text, .. }) => Page { text, ..Page::default() },
                None => return Err(format!("`{}`: no text in `{}`", gold.id, path.display())),
            }
        }
    };
    Ok(Some(Page {
        id: gold.id.clone(),
        source: gold.id.clone(),
        url: gold.url.clone(),
        lang: gold.lang.clone(),
        ..page
    }))
}

/// The text of each labelled page, and how many pages have no labels.
fn read_pages(path: &Path, ids: &HashMap<&str, usize>) -> Result<(Vec<Option<Page>>, usize), SampleError> {
    let inputs = Inputs::builder([path]).build()?;
    let mut pages: Vec<Option<Page>> = vec![None; ids.len()];
    let mut unlabelled = 0;
    let mut faults = Vec::new();
    each_page(&inputs, |page| match ids.get(page.id.as_str()).map(|&at| &mut pages[at]) {
        // Which of them people labelled nobody can tell.
        Some(Some(earlier)) => faults.push(format!(
            "`{}` has the id of `{}`, `{}`; a file holds one text of each labelled page",
            page.source, earlier.source, page.id
        )),
        Some(place) => *place = Some(page),
        None => unlabelled += 1,
    });
    if faults.is_empty() { Ok((pages, unlabelled)) } else { Err(SampleError::Faults { faults }) }
}

/// Hands every page that can be read to `take`; one that cannot is missing, and counts as empty.
fn each_page(inputs: &Inputs, mut take: impl FnMut(Page)) {
    let mut pages = inputs.pages(Meter::default());
    for chunk in inputs.feed(CHUNK, Meter::default()) {
        pages.each(chunk, |page| {
            if let Ok(page) = page {
                take(page.clone());
            }
        });
    }
}

fn join(
    gold: &[Arc<Gold>],
    sites: &[usize],
    renderer: &Arc<str>,
    pages: Vec<Result<Option<Page>, String>>,
    samples: &mut Samples,
) -> Result<(), SampleError> {
    let mut faults = Vec::new();
    for ((gold, site), page) in gold.iter().zip(sites).zip(pages) {
        let page = match page {
            Ok(page) => page,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        if page.is_none() && gold.labels.as_ref().is_some_and(|labels| !labels.is_empty()) {
            faults.push(format!(
                "`{}` has labels, but no text of it was read to hold them against; give its page too, or leave the row out",
                gold.id
            ));
            continue;
        }
        samples.missing += usize::from(page.is_none());
        let page = page.unwrap_or_else(|| Page { id: gold.id.clone(), ..Page::default() });
        match fit(gold, &page) {
            Ok(gold) => {
                samples.list.push(Sample { page, renderer: Arc::clone(renderer), gold, site: *site });
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(SampleError::Faults { faults }) }
}

/// Gold for that very text: labels need one line each, and without a gold text they make one.
fn fit(gold: &Arc<Gold>, page: &Page) -> Result<Arc<Gold>, String> {
    let Some(labels) = &gold.labels else { return Ok(Arc::clone(gold)) };
    let lines: Vec<_> = lines_as_they_stand(&page.text).collect();
    if lines.len() != labels.len() {
        return Err(format!(
            "`{}` has {} labels, but its text has {} lines that are not blank; label each of them",
            gold.id,
            labels.len(),
            lines.len()
        ));
    }
    if gold.has_text {
        return Ok(Arc::clone(gold));
    }
    let of = |wanted: Label| {
        let lines = lines.iter().zip(labels).filter(move |(_, label)| **label == wanted);
        lines.map(|(line, _)| page.text[line.range()].to_owned()).collect::<Vec<_>>()
    };
    let mut made = Gold::clone(gold);
    made.target.text = of(Label::Keep).join("\n\n");
    made.target.either = of(Label::Either);
    Ok(Arc::new(made))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn read(folder: &Path, pages: &[&str]) -> Result<Samples, SampleError> {
        let pages = pages.iter().map(|name| folder.join(name)).collect();
        read_samples(&SampleFiles { gold: folder.join("gold.jsonl"), pages })
    }

    #[test]
    fn each_renderer_gives_a_sample_of_each_labelled_page() {
        let gold = concat!(
            r#"{"id":"a","url":"https://www.x.org/1","main_content":"One","title":"T"}"#,
            "\n",
            r#"{"id":"b","url":"http://x.org/2","main_content":"Two"}"#
        );
        let bs4 =
            "{\"id\":\"b\",\"text\":\"two\"}\n{\"id\":\"a\",\"text\":\"one\"}\n{\"id\":\"z\",\"text\":\"\"}";
        let folder = folder(&[
            ("gold.jsonl", gold),
            ("text-bs4.jsonl", bs4),
            ("lines.jsonl", r#"{"id":"a","text":"1"}"#),
        ]);
        let samples = read(folder.path(), &["text-bs4.jsonl", "lines.jsonl"]).unwrap();
        let told: Vec<_> = samples
            .list
            .iter()
            .map(|sample| {
                (&*sample.renderer, sample.page.id.as_str(), sample.page.text.as_str(), sample.site)
            })
            .collect();
        assert_eq!(
            told,
            [("bs4", "a", "one", 0), ("bs4", "b", "two", 0), ("lines", "a", "1", 0), ("lines", "b", "", 0)]
        );
        assert_eq!((samples.pages, samples.sites, samples.missing, samples.unlabelled), (2, 1, 1, 1));
        assert!(samples.list[0].page.title.is_empty(), "gold's title must not reach the page");
    }

    #[test]
    fn labels_make_the_text_that_gold_lacks() {
        let gold = r#"{"id":"a","text":"Menu\n\nThe text.\nA note","lines":["drop","keep","either"]}"#;
        let folder = folder(&[("gold.jsonl", gold)]);
        let samples = read(folder.path(), &[]).unwrap();
        let target = &samples.list[0].gold.target;
        assert_eq!(
            (target.text.as_str(), target.either.as_slice()),
            ("The text.", &["A note".to_owned()][..])
        );
    }

    #[test]
    fn what_does_not_fit_is_told_at_once() {
        let gold = concat!(
            "{\"id\":\"a\",\"text\":\"One\",\"lines\":[\"keep\",\"drop\"]}\n",
            "{\"id\":\"b\",\"path\":\"gone.txt\",\"lines\":[\"keep\"]}\n{\"id\":\"c\",\"main_content\":\"\"}"
        );
        let folder = folder(&[("gold.jsonl", gold)]);
        let error = read(folder.path(), &[]).unwrap_err().to_string();
        for part in ["2 labels, but its text has 1 lines", "gone.txt", "`c` has neither `text` nor `path`"] {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(error.lines().count(), 3, "each is told once: {error}");
    }

    #[test]
    fn two_texts_of_one_page_are_told() {
        let gold = "{\"id\":\"a\",\"main_content\":\"One\"}";
        let two = "{\"id\":\"a\",\"text\":\"One\"}\n{\"id\":\"a\",\"text\":\"Other\"}";
        let folder = folder(&[
            ("gold.jsonl", gold),
            ("pages.jsonl", two),
            ("gold2.jsonl", r#"{"id":"a","path":"pages.jsonl","main_content":"One"}"#),
        ]);
        let error = read(folder.path(), &["pages.jsonl"]).unwrap_err().to_string();
        assert!(error.contains("pages.jsonl:2` has the id of `"), "{error}");
        let gold = folder.path().join("gold2.jsonl");
        let error = read_samples(&SampleFiles { gold, pages: Vec::new() }).unwrap_err().to_string();
        assert!(error.contains("pages.jsonl` holds 2 pages"), "{error}");
    }

    #[test]
    fn labels_without_a_text_are_told_as_that() {
        let gold = "{\"id\":\"a\",\"main_content\":\"One\"}\n{\"id\":\"b\",\"lines\":[\"keep\"]}";
        let folder = folder(&[("gold.jsonl", gold), ("pages.jsonl", r#"{"id":"a","text":"One"}"#)]);
        let error = read(folder.path(), &["pages.jsonl"]).unwrap_err().to_string();
        assert!(error.starts_with("`b` has labels, but no text of it was read"), "{error}");
    }

    #[test]
    fn a_path_begins_at_the_gold_file() {
        let gold = r#"{"id":"a","path":"page.txt","main_content":"One"}"#;
        let folder = folder(&[("gold.jsonl", gold), ("page.txt", "One\r\nTwo")]);
        let samples = read(folder.path(), &[]).unwrap();
        assert_eq!(samples.list[0].page.text, "One\nTwo");
    }

    #[test]
    fn the_text_in_gold_has_the_lines_that_clean_finds_in_it() {
        let gold = r#"{"id":"a","text":"\ufeffOne\rTwo\r\nThree\r\r\nFour","main_content":"One"}"#;
        let folder = folder(&[("gold.jsonl", gold)]);
        assert_eq!(read(folder.path(), &[]).unwrap().list[0].page.text, "One\nTwo\nThree\n\nFour");
    }

    #[test]
    fn a_site_is_a_host_without_its_port() {
        assert_eq!(host("https://www.a.org:80/x"), "a.org");
        assert_eq!(host("https://WWW.A.org/x"), "a.org", "hosts have no case");
        assert_eq!(host("no address"), "");
    }
}
