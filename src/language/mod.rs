//! The language that a page is written in, told from a few passages of its prose: by their script where only one language
//! is written in it, else by their commonest words, and where these leave it open by their letters. What a page of HTML
//! declares is a hint and no more, since templates declare the language that they were made in.
//!
//! A page that is very short, or in two languages, has none: `""`. Rules for any language run on it.

mod script;
mod votes;
mod words;

use crate::model::{Line, Lines};
use script::Script;
use votes::{Voice, Votes};
use whichlang::Lang;
use words::Tally;

pub(crate) use words::is_common;

/// Passages that are looked at.
const PASSAGES: usize = 8;
/// Bytes of a passage, at most.
const PASSAGE: usize = 240;
/// Bytes that a page must have in its passages to have a language.
const LEAST: usize = 100;
/// Bytes of a line that may speak for a page that has hardly any prose.
const SPOKEN: usize = 24;
/// Bytes of the page, at most, that are told by their letters: these cost ten times what words cost.
const LETTERS: usize = 240;

/// The base tag (ISO 639) of the language of a page with these lines, or `""`; `hint` is the tag that the page declares,
/// or empty.
pub fn detect(text: &str, lines: &Lines, hint: &str) -> String {
    let passages = passages(text, &lines.lines);
    let mut votes = Votes::default();
    let mut word = String::new();
    for passage in &passages {
        votes.add(voice(passage, &mut word), passage.len());
    }
    if votes.whole() < LEAST { String::new() } else { votes.winner(&base(hint), || by_letters(&passages)) }
}

/// The language of a tag without region and script, lower case: Norwegian is taken for Bokmål, and tags that name no
/// language for none.
pub fn base(tag: &str) -> String {
    base_of(tag).to_ascii_lowercase()
}

/// The same in letters of any case.
pub(crate) fn base_of(tag: &str) -> &str {
    let base = tag.split(['-', '_']).next().unwrap_or(tag);
    let is = |code: &str| base.eq_ignore_ascii_case(code);
    if is("no") {
        "nb"
    } else if is("mul") || is("und") || is("zxx") {
        ""
    } else {
        base
    }
}

/// Passages from all over the page. Lines are counted and passed over, and none are gathered: pages have many.
fn passages<'t>(text: &'t str, lines: &[Line]) -> Vec<&'t str> {
    let prose: usize = lines.iter().filter(|line| line.prose).map(|line| line.span.len()).sum();
    let speaks = |line: &&Line| if prose < 2 * LEAST { line.span.len() >= SPOKEN } else { line.prose };
    let mut spoken = lines.iter().filter(speaks);
    let count = spoken.clone().count();
    let mut passages = Vec::with_capacity(2 * PASSAGES);
    if count <= PASSAGES {
        let pieces = PASSAGES / count.max(1);
        passages.extend(spoken.flat_map(|line| pieces_of(&text[line.span.range()], pieces)));
        return passages;
    }
    // Neighbours by twos, so that languages that take turns are both heard.
    let mut passed = 0;
    for place in (1..PASSAGES).step_by(2) {
        let at = (place * count / PASSAGES).min(count - 2);
        let twos = spoken.by_ref().skip(at - passed).take(2);
        passages.extend(twos.flat_map(|line| pieces_of(&text[line.span.range()], 1)));
        passed = at + 2;
    }
    passages
}

/// So many passages of a line at even distances, or fewer if it is short.
fn pieces_of(line: &str, pieces: usize) -> impl Iterator<Item = &str> {
    let pieces = pieces.min(line.len().div_ceil(PASSAGE));
    (0..pieces).map(move |piece| {
        let start = line.floor_char_boundary(piece * line.len() / pieces);
        let end = line.floor_char_boundary((start + PASSAGE).min((piece + 1) * line.len() / pieces));
        &line[start..end]
    })
}

/// What a passage says of its language.
fn voice(passage: &str, word: &mut String) -> Voice {
    match Script::of(passage) {
        Some(Script::Of(code)) => Voice::Script(code),
        Some(Script::Han) => Voice::Script("zh"),
        Some(Script::Shared) => Voice::Words(Tally::of(passage, word)),
        None => Voice::Words(Tally::default()),
    }
}

/// The language that the letters of the longest passage tell.
fn by_letters(passages: &[&str]) -> &'static str {
    let longest = passages.iter().max_by_key(|passage| passage.len()).copied().unwrap_or_default();
    code_of(whichlang::detect_language(&longest[..longest.floor_char_boundary(LETTERS)]))
}

/// The languages of a shared script that letters can tell.
const LETTERED: &[&str] = &["ar", "de", "en", "fr", "hi", "it", "nl", "pt", "ru", "es", "sv", "tr", "vi"];

/// The tag of a language that letters can tell.
fn code_of(lang: Lang) -> &'static str {
    match lang {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    }
}
