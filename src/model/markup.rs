//! What an HTML page tells beside its text: for each line the element that it stands in, with the elements around that
//! one, and the clues of its head about title, authors and dates. Plain data: nothing here was judged.

use super::{Tag, Tags};

/// No element: what a block that stands in the page itself has, and the parent of an outermost element.
pub const NO_ELEMENT: u32 = u32::MAX;

/// The markup of one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup {
    /// One for each non-blank line of the page's text, in order.
    pub blocks: Vec<Block>,
    /// The elements that hold lines, parents before their children.
    pub elements: Vec<Element>,
    /// The different class and id words of the elements, as [`Element::names`] counts them; the first is none.
    pub names: NameLists,
    /// What the page says of itself, in its order.
    pub clues: Vec<Clue>,
}

/// Lists of class and id words, numbered from 0, in one piece of memory: a page has hundreds, and most are short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameLists {
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl NameLists {
    /// The list of that number, empty when there is none.
    pub fn get(&self, number: u32) -> &str {
        let Some(&end) = self.ends.get(number as usize) else { return "" };
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.text[start as usize..end as usize]
    }

    /// All lists by their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|number| self.get(number))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds the list that `write` appends; its number. What goes beyond four gigabytes is not kept.
    pub(crate) fn push(&mut self, write: impl FnOnce(&mut String)) -> u32 {
        let start = self.text.len();
        write(&mut self.text);
        if u32::try_from(self.text.len()).is_err() {
            self.text.truncate(start);
        }
        self.ends.push(self.text.len() as u32);
        self.len() as u32 - 1
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

/// What a line was before it became text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Running text.
    #[default]
    Text,
    /// A line whose white space counts.
    Verbatim,
    /// A row of a table, its cells parted by tabs.
    Row,
}

/// One line's place in the markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The innermost element that holds the whole line, as an index into [`Markup::elements`], or [`NO_ELEMENT`].
    pub element: u32,
    /// The share of its text that is a link, in thousandths.
    pub links: u16,
    /// The level of the heading that it is in, else 0.
    pub heading: u8,
    /// How many lists it is in.
    pub lists: u8,
    /// What it was.
    pub form: Form,
}

/// An element that holds lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// The element around it, or [`NO_ELEMENT`].
    pub parent: u32,
    /// Its class and id words, as an index into [`Markup::names`].
    pub names: u32,
    /// Bytes of text in it.
    pub bytes: u32,
    /// It and all elements around it.
    pub around: Tags,
    /// What it is.
    pub tag: Tag,
}

/// Where a clue was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClueKind {
    /// `<html lang>`.
    Lang,
    /// `<title>`.
    Title,
    /// `<meta>`: its name, property or itemprop, in lower case, and its content.
    Meta,
    /// `<link>`: its first rel word, in lower case, and its address.
    Link,
    /// A `<script>` of JSON-LD.
    JsonLd,
    /// An element with an `itemprop`: its word in lower case, and its value.
    Item,
    /// `<time>`: its text as the name, and its machine form.
    Time,
    /// The text of an element whose class or rel says that it names the author.
    Byline,
}

/// Something that a page says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// Where it was found.
    pub kind: ClueKind,
    /// What it is called there, or empty.
    pub name: Box<str>,
    /// What it says.
    pub value: Box<str>,
    /// How many lines stand before it.
    pub line: u32,
}

impl Markup {
    /// Takes everything out, and keeps the memory.
    pub fn clear(&mut self) {
        self.blocks.clear();
        self.elements.clear();
        self.names.clear();
        self.clues.clear();
    }

    /// The element of a line and those around it, the innermost first.
    pub fn elements_of(&self, line: usize) -> impl Iterator<Item = &Element> {
        let first = self.blocks.get(line).map_or(NO_ELEMENT, |block| block.element);
        std::iter::successors(self.elements.get(first as usize), |element| {
            self.elements.get(element.parent as usize)
        })
    }

    /// The elements that a line stands in.
    pub fn tags_of(&self, line: usize) -> Tags {
        self.elements_of(line).next().map(|element| element.around).unwrap_or_default()
    }

    /// Whether a line stands where the site speaks, and not the story: in a menu or a control, or in the footer of the page and
    /// not of an article, which tells its author and its day.
    pub fn is_of_the_site(&self, line: usize) -> bool {
        let tags = self.tags_of(line);
        let meets = |any: &[Tag]| tags.meets(any.iter().copied().fold(Tags::default(), Tags::with));
        meets(&[Tag::Nav, Tag::Button, Tag::Select]) || meets(&[Tag::Footer]) && !meets(&[Tag::Article])
    }
}
