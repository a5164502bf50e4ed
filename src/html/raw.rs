//! Elements whose content holds no tags, and where each ends.

use super::tokens::ends_tag_name;
use crate::model::Tag;
use memchr::{memchr_iter, memchr2_iter};

/// How the content of such an element is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Raw {
    /// Text with character references.
    Referring,
    /// Text.
    Text,
    /// A script, in which a comment may hide scripts.
    Script,
    /// Text up to the end of the page.
    Plain,
}

impl Raw {
    /// How the content of `tag` is read; `None` when tags may stand in it.
    pub(super) fn of(tag: Tag) -> Option<Self> {
        Some(match tag {
            Tag::Title | Tag::Textarea => Self::Referring,
            Tag::Script => Self::Script,
            Tag::Style | Tag::Xmp | Tag::Iframe | Tag::Noembed | Tag::Noframes => Self::Text,
            Tag::Plaintext => Self::Plain,
            _ => return None,
        })
    }
}

/// Where the end tag of the element of that name stands, whose content begins with `text`.
pub(super) fn end_of_raw(text: &[u8], raw: Raw, name: &[u8]) -> usize {
    let end = match raw {
        Raw::Plain => None,
        Raw::Script => end_of_script(text),
        Raw::Referring | Raw::Text => memchr_iter(b'<', text).find(|&at| ends(&text[at..], name)),
    };
    end.unwrap_or(text.len())
}

/// Whether `text` begins with the end tag of that name.
fn ends(text: &[u8], name: &[u8]) -> bool {
    text.get(1) == Some(&b'/') && names(&text[2..], name)
}

/// Whether `text` begins with that name and something that ends it.
fn names(text: &[u8], name: &[u8]) -> bool {
    text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && text.get(name.len()).is_some_and(|&byte| ends_tag_name(byte))
}

/// Where a script ends. Since old pages hid scripts in comments, `<script>` in a comment opens one whose end tag does not
/// end the script: the standard calls the text in a comment escaped, and that in a script in it double escaped.
fn end_of_script(text: &[u8]) -> Option<usize> {
    // Where the comment that is open begins, and whether a script was begun in it.
    let mut comment = None;
    let mut inner = false;
    for at in memchr2_iter(b'<', b'>', text) {
        let here = &text[at..];
        if here[0] == b'>' {
            if comment.is_some_and(|start| text[start..at].ends_with(b"--")) {
                comment = None;
                inner = false;
            }
        } else if ends(here, b"script") {
            if !inner {
                return Some(at);
            }
            inner = false;
        } else if comment.is_none() {
            // The dashes of its start may be those of its end.
            comment = here.starts_with(b"<!--").then_some(at + 2);
        } else if !inner && names(&here[1..], b"script") {
            inner = true;
        }
    }
    None
}
