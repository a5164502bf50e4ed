//! Which language pages are in: on sentences of our own, and by language on labelled pages and on a catalog of phrases,
//! where these are on the machine.
//!
//! `DEHUSK_SITES=… DEHUSK_EVAL=… DEHUSK_PHRASES=… cargo test --test language -- --nocapture` prints the tables.

#![expect(clippy::print_stdout, reason = "what was measured is worth reading")]

use dehusk::eval::samples::{SampleFiles, read_samples};
use dehusk::language::{base, detect};
use dehusk::segment::segment;
use dehusk::source::{Inputs, Meter};
use std::collections::BTreeMap;
use std::env::var_os;
use std::fs;
use std::path::Path;

/// Paragraphs, as pages have them: the language, then the text.
const PARAGRAPHS: &str = include_str!("language/paragraphs.txt");

/// Languages so near each other that a page in two of them is taken for one.
const KIN: &[&[&str]] =
    &[&["cs", "sk"], &["da", "nb", "sv"], &["hr", "sl"], &["bg", "ru", "sr", "uk"], &["ca", "es", "pt"]];

fn paragraphs() -> impl Iterator<Item = (&'static str, &'static str)> {
    PARAGRAPHS.lines().filter_map(|line| line.split_once(' '))
}

fn told(text: &str, hint: &str) -> String {
    detect(text, &segment(text), hint)
}

#[test]
fn tells_a_paragraph_s_language_whatever_the_page_declares() {
    assert!(paragraphs().count() >= 40);
    for (lang, text) in paragraphs() {
        for hint in ["", "en-US", "de"] {
            assert_eq!(told(text, hint), lang, "{text}");
        }
    }
}

#[test]
fn a_page_in_two_languages_has_none() {
    let all: Vec<_> = paragraphs().collect();
    let pairs = all.iter().enumerate().flat_map(|(at, one)| all[..at].iter().map(move |other| (one, other)));
    for ((one, first), (other, second)) in pairs {
        // A character of some scripts has three bytes, of others one: what one language says may outweigh the other.
        let uneven = first.len().min(second.len()) * 4 < first.len().max(second.len()) * 3;
        // Thai ends no sentence with a sign, so beside prose it is not taken for prose.
        let thai = [one, other].contains(&&"th");
        if uneven || thai || one == other || KIN.iter().any(|kin| kin.contains(one) && kin.contains(other)) {
            continue;
        }
        let halves = format!("{first}\n\n{first}\n\n{second}\n\n{second}");
        let turns = format!("{first}\n\n{second}\n\n").repeat(8);
        for page in [halves, turns] {
            assert_eq!(told(&page, one), "", "{one} and {other}");
        }
    }
}

#[test]
fn a_few_words_have_no_language() {
    for text in [
        "",
        "Home",
        "The bridge",
        "Leave a Reply\nPost a Comment",
        "12:30\n– –\n1 2 3 4 5",
        "Die Brücke ist alt.",
    ] {
        assert_eq!(told(text, "en"), "", "{text}");
    }
}

#[test]
fn what_a_page_declares_is_believed_where_words_do_not_tell() {
    let welsh = "Cyfarfu'r pwyllgor ddydd Mawrth i glywed beth roedd y peirianwyr wedi'i ddarganfod o dan yr hen bont, ac nid \
                 oedd yn hoffi'r ateb o gwbl. ";
    assert_eq!(told(&welsh.repeat(4), "cy-GB"), "cy");
    assert_eq!(told(&welsh.repeat(4), "en"), "", "English would have been heard");
    assert_eq!(told(&welsh.repeat(4), "und"), "", "a tag that names no language");
    let croatian = paragraphs().find(|(lang, _)| *lang == "hr").unwrap().1;
    assert_eq!((told(croatian, "sr-Latn"), told(croatian, "")), ("sr".to_owned(), "hr".to_owned()));
}

/// Pages of one language: how many there are, how many were told right, and what the others were told to be.
#[derive(Default)]
struct Row {
    pages: usize,
    right: usize,
    none: usize,
    wrong: BTreeMap<String, usize>,
}

#[derive(Default)]
struct Table(BTreeMap<String, Row>);

impl Table {
    fn add(&mut self, truth: &str, told: String) {
        let row = self.0.entry(truth.to_owned()).or_default();
        row.pages += 1;
        match told.as_str() {
            "" => row.none += 1,
            told if told == truth => row.right += 1,
            _ => *row.wrong.entry(told).or_default() += 1,
        }
    }

    fn print(&self, name: &str) {
        println!("{name}\n  lang  pages  right   none  wrong");
        for (truth, row) in &self.0 {
            let Row { pages, right, none, wrong } = row;
            let share = |count: usize| count as f64 / *pages as f64;
            let others = wrong.iter().map(|(lang, count)| format!(" {lang} {count}")).collect::<String>();
            let lost = share(wrong.values().sum());
            println!(
                "  {truth:<5}{pages:>6} {:>6.3} {:>6.3} {lost:>6.3} {others}",
                share(*right),
                share(*none)
            );
        }
    }

    /// The share of pages told right, and told wrong, over those languages that have so many pages.
    fn shares(&self) -> (f64, f64) {
        let sum = |of: fn(&Row) -> usize| self.0.values().map(of).sum::<usize>() as f64;
        let pages = sum(|row| row.pages);
        (sum(|row| row.right) / pages, sum(|row| row.wrong.values().sum()) / pages)
    }
}

#[test]
fn tells_the_language_of_labelled_sites_from_their_text() {
    let Some(folder) = var_os("DEHUSK_SITES") else {
        println!("skipped: name a folder of labelled sites with DEHUSK_SITES");
        return;
    };
    let mut table = Table::default();
    for site in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        let pages =
            ["bs4", "inscriptis", "resiliparse"].map(|name| site.join(format!("text-{name}.jsonl.gz")));
        let files = SampleFiles { gold: site.join("gold.jsonl.gz"), pages: pages.into() };
        for sample in read_samples(&files).unwrap().list {
            table.add(&base(&sample.gold.lang), told(&sample.page.text, ""));
        }
    }
    table.print("sites, their text without what the pages declare");
    let (right, wrong) = table.shares();
    assert!(right > 0.97 && wrong < 0.01, "{right:.4} right, {wrong:.4} wrong");
}

#[test]
fn agrees_with_what_pages_of_many_sites_declare() {
    let Some(folder) = var_os("DEHUSK_EVAL") else {
        println!("skipped: name a folder of evaluation pages with DEHUSK_EVAL");
        return;
    };
    let inputs = Inputs::builder([Path::new(&folder).join("html")]).build().unwrap();
    let mut table = Table::default();
    let mut pages = inputs.pages(Meter::default());
    for chunk in inputs.feed(1 << 20, Meter::default()) {
        pages.each(chunk, |page| {
            let page = page.unwrap();
            table.add(&base(&page.told.lang), told(&page.text, ""));
        });
    }
    table.print("pages of HTML by the language that they declare, told from their text alone");
    let (right, wrong) = table.shares();
    println!("  {right:.4} agree, {wrong:.4} do not");
}

#[test]
fn tells_the_language_of_interface_sentences() {
    let Some(path) = var_os("DEHUSK_PHRASES") else {
        println!("skipped: name a catalog (language, kind, phrase, parted by tabs) with DEHUSK_PHRASES");
        return;
    };
    let mut by_language: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in fs::read_to_string(path).unwrap().lines().skip(1) {
        let mut cells = row.split('\t');
        let (lang, phrase) = (base(cells.next().unwrap()), cells.nth(1).unwrap());
        if phrase.len() >= 60 {
            by_language.entry(lang).or_default().push(phrase.to_owned());
        }
    }
    let mut table = Table::default();
    for (lang, phrases) in &by_language {
        for page in phrases.chunks_exact(5) {
            table.add(lang, told(&page.join("\n\n"), ""));
        }
    }
    table.print("pages of five sentences of user interfaces");
}
