//! What a page says of itself, gathered on the way: meta tags, JSON-LD, titles, times, bylines. Nothing is judged here;
//! everything has a limit, since a page may say anything any number of times.

use super::attributes::{Attribute, Attributes};
use super::names::normal_form;
use crate::model::{Clue, ClueKind, Markup, Tag};

/// Clues of a page, at most.
const MOST: usize = 512;
/// Bytes of JSON-LD of a page, at most.
const MOST_JSON: usize = 1 << 20;
/// Bytes of a title.
const LONGEST_TITLE: usize = 1024;
/// Bytes of an element's text that may be a name, a date or a headline.
const LONGEST_TEXT: usize = 240;
/// Elements whose text is gathered at a time.
const MOST_OPEN: usize = 4;

/// Gathers the clues of one page.
#[derive(Debug, Default)]
pub(super) struct Clues {
    /// The element whose content no tag interrupts.
    raw: Option<Raw>,
    raw_text: String,
    json: usize,
    has_title: bool,
    open: Vec<Gathered>,
    /// How many clues there were at the last mark.
    marked: usize,
}

/// What the content of an element without tags is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Raw {
    Title,
    JsonLd,
    Nothing,
}

/// An element whose text is gathered.
#[derive(Debug)]
struct Gathered {
    /// How deep the stack was outside of it.
    depth: usize,
    kind: ClueKind,
    name: Box<str>,
    text: String,
    /// Bytes of it at the last mark.
    marked: usize,
}

impl Clues {
    /// Begins an element whose content holds no tags.
    pub(super) fn begin_raw(&mut self, tag: Tag, attributes: &Attributes<'_>) {
        let is_json = || attributes.value(Attribute::Type).to_ascii_lowercase().contains("ld+json");
        self.raw_text.clear();
        self.raw = Some(match tag {
            Tag::Title if !self.has_title => Raw::Title,
            Tag::Script if is_json() => Raw::JsonLd,
            _ => Raw::Nothing,
        });
    }

    /// Takes text that stands in such an element; false when none is open.
    #[inline]
    pub(super) fn take_raw(&mut self, text: &str) -> bool {
        let Some(raw) = self.raw else { return false };
        let room = match raw {
            Raw::Title => LONGEST_TITLE.saturating_sub(self.raw_text.len()),
            Raw::JsonLd => MOST_JSON.saturating_sub(self.json + self.raw_text.len()),
            Raw::Nothing => 0,
        };
        self.raw_text.push_str(&text[..text.floor_char_boundary(room)]);
        true
    }

    /// Ends such an element; false when none is open.
    pub(super) fn end_raw(&mut self, markup: &mut Markup) -> bool {
        let Some(raw) = self.raw.take() else { return false };
        let text = &self.raw_text;
        match raw {
            Raw::Title => {
                self.has_title = true;
                push(markup, ClueKind::Title, String::new(), squeezed(text));
            }
            Raw::JsonLd => {
                self.json += self.raw_text.len();
                push(markup, ClueKind::JsonLd, String::new(), text.trim().to_owned());
            }
            Raw::Nothing => {}
        }
        true
    }

    /// What the start tag itself tells; `depth` is that of the stack outside of the element.
    pub(super) fn read(&mut self, tag: Tag, attributes: &Attributes<'_>, depth: usize, markup: &mut Markup) {
        match tag {
            Tag::Html => {
                push(markup, ClueKind::Lang, String::new(), attributes.value(Attribute::Lang).to_owned());
            }
            Tag::Meta => read_meta(attributes, markup),
            Tag::Link => read_link(attributes, markup),
            _ => {}
        }
        if tag == Tag::Time {
            let name = normal_form(attributes.value(Attribute::Class));
            self.tell(ClueKind::Time, name, attributes, depth, markup);
        }
        if attributes.has(Attribute::Itemprop) && tag != Tag::Meta {
            let name = attributes.value(Attribute::Itemprop).to_lowercase();
            self.tell(ClueKind::Item, name, attributes, depth, markup);
        } else if names_author(attributes) {
            self.begin(ClueKind::Byline, String::new(), depth);
        }
    }

    /// A value that stands in the tag, or else will be the text of its element.
    fn tell(
        &mut self,
        kind: ClueKind,
        name: String,
        tag: &Attributes<'_>,
        depth: usize,
        markup: &mut Markup,
    ) {
        let value = [Attribute::Content, Attribute::Datetime].into_iter().find(|&value| tag.has(value));
        match value {
            Some(value) => push(markup, kind, name, squeezed(tag.value(value))),
            None => self.begin(kind, name, depth),
        }
    }

    fn begin(&mut self, kind: ClueKind, name: String, depth: usize) {
        if self.open.len() < MOST_OPEN {
            self.open.push(Gathered { depth, kind, name: name.into(), text: String::new(), marked: 0 });
        }
    }

    /// Takes text of the page.
    #[inline]
    pub(super) fn take(&mut self, text: &str) {
        if !self.open.is_empty() {
            self.gather(text);
        }
    }

    fn gather(&mut self, text: &str) {
        self.open.iter_mut().for_each(|gathered| gathered.text.push_str(text));
        // An element of so much text is a part of the page, and names nothing.
        self.open.retain(|gathered| gathered.text.len() <= LONGEST_TEXT);
    }

    /// Something has ended where the page would show white space.
    pub(super) fn part(&mut self) {
        self.take(" ");
    }

    /// Marks what was gathered so far.
    pub(super) fn mark(&mut self, markup: &Markup) {
        self.marked = markup.clues.len();
        self.open.iter_mut().for_each(|gathered| gathered.marked = gathered.text.len());
    }

    /// Forgets what elements have told since the mark, for their text is taken out of the page. What stands in the page's
    /// head or in a script is told to programs, and holds.
    pub(super) fn take_back(&mut self, markup: &mut Markup) {
        let lines = u32::try_from(markup.blocks.len()).unwrap_or(u32::MAX);
        let told = markup.clues.split_off(self.marked);
        let holds = |clue: &Clue| !matches!(clue.kind, ClueKind::Item | ClueKind::Time | ClueKind::Byline);
        markup
            .clues
            .extend(told.into_iter().filter(holds).map(|clue| Clue { line: clue.line.min(lines), ..clue }));
        self.open.iter_mut().for_each(|gathered| gathered.text.truncate(gathered.marked));
    }

    /// The element at `left_out` is no longer in the stack: what stood in it is less deep by one.
    pub(super) fn rise(&mut self, left_out: usize) {
        self.open.iter_mut().for_each(|gathered| gathered.depth -= usize::from(gathered.depth > left_out));
    }

    /// The stack is no deeper than `depth`.
    #[inline]
    pub(super) fn close(&mut self, depth: usize, markup: &mut Markup) {
        while self.open.last().is_some_and(|gathered| gathered.depth >= depth) {
            if let Some(Gathered { kind, name, text, .. }) = self.open.pop() {
                push(markup, kind, name.into(), squeezed(&text));
            }
        }
    }
}

fn read_meta(attributes: &Attributes<'_>, markup: &mut Markup) {
    let named = [Attribute::Property, Attribute::Name, Attribute::Itemprop];
    let Some(name) = named.into_iter().find(|&name| attributes.has(name)) else { return };
    let name = attributes.value(name).trim().to_lowercase();
    push(markup, ClueKind::Meta, name, squeezed(attributes.value(Attribute::Content)));
}

fn read_link(attributes: &Attributes<'_>, markup: &mut Markup) {
    let rel = attributes.value(Attribute::Rel).to_ascii_lowercase();
    let rel = rel.split_ascii_whitespace().next().unwrap_or_default();
    if rel == "canonical" {
        push(markup, ClueKind::Link, rel.to_owned(), squeezed(attributes.value(Attribute::Href)));
    }
}

/// Whether the tag's rel or class says that it names the author.
fn names_author(attributes: &Attributes<'_>) -> bool {
    // Few parts have the second letter of a word, and each is a look at one byte.
    let is = |part: &[u8], word: &[u8; 6]| part[1] | 0x20 == word[1] && part.eq_ignore_ascii_case(word);
    let parts = |name| attributes.value(name).as_bytes().windows(6);
    parts(Attribute::Rel).any(|part| is(part, b"author"))
        || parts(Attribute::Class).any(|part| is(part, b"author") || is(part, b"byline"))
}

fn push(markup: &mut Markup, kind: ClueKind, name: String, value: String) {
    if markup.clues.len() < MOST && !value.is_empty() {
        let line = u32::try_from(markup.blocks.len()).unwrap_or(u32::MAX);
        markup.clues.push(Clue { kind, name: name.into(), value: value.into(), line });
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
