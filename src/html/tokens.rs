//! From HTML to start tags, end tags and text, as the standard's tokeniser tells them apart
//! (<https://html.spec.whatwg.org/multipage/parsing.html#tokenization>), for a reader that asks for few of them: comments
//! and doctypes are passed over, attributes that nothing asks for too, and no error is told. The whole page is in memory,
//! so a token ends where a search for its last byte says; nothing is copied. `html5gum`, which goes through the states
//! one by one, is what the tests compare with: the same tokens, whatever the bytes.

use super::attributes::Attributes;
use super::raw::{Raw, end_of_raw};
use crate::model::Tag;
use htmlize::unescape;
use memchr::{memchr, memchr_iter, memchr2_iter};
use std::borrow::Cow;

/// Bytes of the longest name of an element or attribute that anything asks for, with some to spare.
pub(super) const LONGEST_NAME: usize = 24;

/// The name of an element. Those that nothing asks for have no tag, but an end tag must be known for that of its own element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) tag: Tag,
    /// Tells those without a tag apart; 0 for all others.
    pub(super) other: u32,
}

impl Name {
    /// The name as it is written, in any case.
    pub(super) fn of(written: &[u8]) -> Self {
        let tag = lower(written, &mut [0; LONGEST_NAME]).map_or(Tag::Other, Tag::from_name);
        // FNV-1a: these names are few and short.
        let add =
            |hash: u32, byte: &u8| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(16_777_619);
        let other = if tag == Tag::Other { written.iter().fold(2_166_136_261, add) } else { 0 };
        Self { tag, other }
    }
}

/// What takes the tokens.
pub(super) trait TokenSink {
    /// A start tag; whether its content is read as its element asks.
    fn open(&mut self, name: Name, attributes: &Attributes<'_>, self_closing: bool) -> bool;
    /// An end tag.
    fn close(&mut self, name: Name);
    /// Text, in pieces of any length, its character references resolved.
    fn text(&mut self, text: &str);
    /// Whether what comes next stands in a drawing or a formula, where text may be marked as such.
    fn takes_cdata(&self) -> bool;
    /// The end of the page.
    fn end(&mut self);
}

/// Feeds the tokens of `html` to `sink`.
pub(super) fn tokenise(html: &str, sink: &mut impl TokenSink) {
    let html = plain_newlines(html);
    Tokeniser { html: &html, at: 0, attributes: Attributes::default() }.run(sink);
}

/// The page with line feeds for line breaks, as the standard has it, and without NUL characters, which browsers do not
/// show.
fn plain_newlines(html: &str) -> Cow<'_, str> {
    let mut plain = String::new();
    let mut start = 0;
    for at in memchr2_iter(b'\r', 0, html.as_bytes()) {
        plain.push_str(&html[start..at]);
        start = at + 1;
        if html.as_bytes()[at] == b'\r' {
            plain.push('\n');
            start += usize::from(html[start..].starts_with('\n'));
        }
    }
    if start == 0 {
        return html.into();
    }
    plain.push_str(&html[start..]);
    plain.into()
}

struct Tokeniser<'a> {
    html: &'a str,
    at: usize,
    attributes: Attributes<'a>,
}

/// A tag as it is written.
struct Written {
    name: Name,
    self_closing: bool,
}

impl<'a> Tokeniser<'a> {
    fn run(&mut self, sink: &mut impl TokenSink) {
        while self.at < self.html.len() {
            let rest = self.rest();
            let end = memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            if end > 0 {
                self.at += end;
                referring_text(&rest[..end], sink);
            } else {
                self.markup(sink);
            }
        }
        sink.end();
    }

    fn rest(&self) -> &'a str {
        &self.html[self.at..]
    }

    fn next(&self) -> Option<u8> {
        self.html.as_bytes().get(self.at).copied()
    }

    /// What begins with the `<` that comes next.
    fn markup(&mut self, sink: &mut impl TokenSink) {
        match &self.rest().as_bytes()[1..] {
            [b'/', b, ..] if b.is_ascii_alphabetic() => {
                self.at += 2;
                if let Some(written) = self.tag() {
                    sink.close(written.name);
                }
            }
            [b, ..] if b.is_ascii_alphabetic() => {
                self.at += 1;
                if let Some(written) = self.tag()
                    && sink.open(written.name, &self.attributes, written.self_closing)
                    && let Some(raw) = Raw::of(written.name.tag)
                {
                    self.raw_text(raw, written.name.tag, sink);
                }
            }
            [b'!', b'-', b'-', ..] => {
                self.at += 4;
                self.at += end_of_comment(self.rest().as_bytes());
            }
            [b'!', rest @ ..] if rest.starts_with(b"[CDATA[") && sink.takes_cdata() => {
                self.at += 9;
                let rest = self.rest();
                let end = rest.find("]]>");
                sink.text(&rest[..end.unwrap_or(rest.len())]);
                self.at += end.map_or(rest.len(), |end| end + 3);
            }
            // What is no end tag is a comment, unless the page is over or the tag is empty: that ends at once.
            [b'/'] => {
                sink.text("</");
                self.at += 2;
            }
            // A doctype ends where a comment by mistake does, whatever is quoted in it.
            [b'!' | b'?' | b'/', rest @ ..] => {
                self.at += 2 + memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
            }
            _ => {
                sink.text("<");
                self.at += 1;
            }
        }
    }

    /// The tag whose name comes next, its attributes kept; `None` when the page ends in it, for then it is none.
    fn tag(&mut self) -> Option<Written> {
        let written = self.whole_tag();
        if written.is_none() {
            self.at = self.html.len();
        }
        written
    }

    fn whole_tag(&mut self) -> Option<Written> {
        self.attributes.clear();
        let name = Name::of(self.until(ends_tag_name).as_bytes());
        let mut slashed = false;
        loop {
            match self.next()? {
                b'>' => break,
                b'/' => slashed = true,
                b if is_space(b) => slashed = false,
                _ => {
                    self.attribute()?;
                    slashed = false;
                    continue;
                }
            }
            self.at += 1;
        }
        self.at += 1;
        Some(Written { name, self_closing: slashed })
    }

    /// Reads the attribute whose name comes next; `None` when the page ends in it.
    fn attribute(&mut self) -> Option<()> {
        let start = self.at;
        // A name may begin with an equals sign.
        self.at += 1;
        self.skip_to(ends_attribute_name);
        let name = &self.html[start..self.at];
        self.skip_to(|b| !is_space(b));
        let value = if self.next()? == b'=' {
            self.at += 1;
            self.skip_to(|b| !is_space(b));
            match self.next()? {
                quote @ (b'"' | b'\'') => {
                    self.at += 1;
                    let rest = self.rest();
                    let end = memchr(quote, rest.as_bytes())?;
                    self.at += end + 1;
                    &rest[..end]
                }
                b'>' => "",
                _ => self.until(|b| is_space(b) || b == b'>'),
            }
        } else {
            ""
        };
        self.attributes.add(name, value);
        Some(())
    }

    /// Goes on to the next byte that `ends`, or to the end of the page; what lies between.
    #[inline]
    fn until(&mut self, ends: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        self.skip_to(ends);
        &self.html[start..self.at]
    }

    #[inline]
    fn skip_to(&mut self, ends: impl Fn(u8) -> bool) {
        let rest = &self.html.as_bytes()[self.at..];
        self.at += rest.iter().position(|&byte| ends(byte)).unwrap_or(rest.len());
    }

    /// The content of an element that holds no tags.
    fn raw_text(&mut self, raw: Raw, tag: Tag, sink: &mut impl TokenSink) {
        let rest = self.rest();
        let end = end_of_raw(rest.as_bytes(), raw, tag.name().as_bytes());
        self.at += end;
        match raw {
            Raw::Referring => referring_text(&rest[..end], sink),
            Raw::Text | Raw::Script | Raw::Plain => sink.text(&rest[..end]),
        }
    }
}

/// Hands on text in which character references may stand.
#[inline]
fn referring_text(text: &str, sink: &mut impl TokenSink) {
    if memchr(b'&', text.as_bytes()).is_some() {
        sink.text(&unescape(text));
    } else {
        sink.text(text);
    }
}

/// `name` in lower case, written to `room` if need be; `None` when it is too long to be anybody's.
pub(super) fn lower<'n>(name: &'n [u8], room: &'n mut [u8; LONGEST_NAME]) -> Option<&'n [u8]> {
    let room = room.get_mut(..name.len())?;
    if !name.iter().any(u8::is_ascii_uppercase) {
        return Some(name);
    }
    room.copy_from_slice(name);
    room.make_ascii_lowercase();
    Some(room)
}

/// Where a comment ends whose text begins with `text`, counted from there.
fn end_of_comment(text: &[u8]) -> usize {
    if text.starts_with(b">") || text.starts_with(b"->") {
        return 1 + usize::from(text[0] == b'-');
    }
    memchr_iter(b'>', text)
        .find(|&end| text[..end].ends_with(b"--") || text[..end].ends_with(b"--!"))
        .map_or(text.len(), |end| end + 1)
}

fn is_space(byte: u8) -> bool {
    KINDS[usize::from(byte)] & SPACE != 0
}

/// Whether the name of an element ends there.
pub(super) fn ends_tag_name(byte: u8) -> bool {
    KINDS[usize::from(byte)] & (SPACE | TAG_SIGN) != 0
}

/// Whether the name of an attribute ends there.
fn ends_attribute_name(byte: u8) -> bool {
    KINDS[usize::from(byte)] != 0
}

const SPACE: u8 = 1;
/// What ends a tag, or says that it closes itself.
const TAG_SIGN: u8 = 2;
const EQUALS: u8 = 4;

/// What each byte is within a tag: one look instead of six comparisons.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    kinds[b' ' as usize] = SPACE;
    kinds[b'\t' as usize] = SPACE;
    kinds[b'\n' as usize] = SPACE;
    kinds[b'\x0c' as usize] = SPACE;
    kinds[b'/' as usize] = TAG_SIGN;
    kinds[b'>' as usize] = TAG_SIGN;
    kinds[b'=' as usize] = EQUALS;
    kinds
};
