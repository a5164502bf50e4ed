//! From bytes of HTML to start tags, end tags and text. The tokeniser pushes into this emitter, which keeps one tag at a
//! time and hands it on; nothing is allocated for a token.

use super::attributes::Attributes;
use super::builder::Builder;
use crate::model::Tag;
use html5gum::{Emitter, Error, State, Tokenizer};
use std::convert::Infallible;

/// Bytes of an element's name that are looked at.
const LONGEST_NAME: usize = 32;

/// Feeds the tokens of `html` to `builder`.
pub(super) fn tokenise(html: &str, builder: &mut Builder<'_>) {
    let emitter = Tokens {
        builder,
        attributes: Attributes::default(),
        name: Vec::new(),
        last_start: Vec::new(),
        is_start: false,
        self_closing: false,
    };
    // Reading from memory cannot fail.
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
}

struct Tokens<'a, 'b> {
    builder: &'a mut Builder<'b>,
    attributes: Attributes,
    name: Vec<u8>,
    /// The name of the start tag that was read last: what ends a script is told by it.
    last_start: Vec<u8>,
    is_start: bool,
    self_closing: bool,
}

impl Tokens<'_, '_> {
    fn begin(&mut self, is_start: bool) {
        self.is_start = is_start;
        self.self_closing = false;
        self.name.clear();
        self.attributes.clear();
    }
}

impl Emitter for Tokens<'_, '_> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, last_start_tag: Option<&[u8]>) {
        self.last_start.clear();
        self.last_start.extend_from_slice(last_start_tag.unwrap_or_default());
    }

    fn emit_eof(&mut self) {
        self.builder.end();
    }

    fn emit_error(&mut self, _: Error) {}

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    #[inline]
    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    #[inline]
    fn emit_string(&mut self, text: &[u8]) {
        self.builder.text(text);
    }

    fn init_start_tag(&mut self) {
        self.begin(true);
    }

    fn init_end_tag(&mut self) {
        self.begin(false);
    }

    fn init_comment(&mut self) {}

    fn emit_current_tag(&mut self) -> Option<State> {
        self.attributes.settle();
        let tag = Tag::from_name(&self.name);
        if !self.is_start {
            self.builder.close(tag);
            return None;
        }
        std::mem::swap(&mut self.last_start, &mut self.name);
        if !self.builder.open(tag, &self.attributes, self.self_closing) {
            return None;
        }
        match tag {
            Tag::Title | Tag::Textarea => Some(State::RcData),
            Tag::Script => Some(State::ScriptData),
            Tag::Style | Tag::Xmp | Tag::Iframe | Tag::Noembed | Tag::Noframes => Some(State::RawText),
            Tag::Plaintext => Some(State::PlainText),
            _ => None,
        }
    }

    fn emit_current_comment(&mut self) {}

    fn emit_current_doctype(&mut self) {}

    fn set_self_closing(&mut self) {
        self.self_closing = true;
    }

    fn set_force_quirks(&mut self) {}

    fn push_tag_name(&mut self, part: &[u8]) {
        let room = LONGEST_NAME.saturating_sub(self.name.len());
        self.name.extend_from_slice(&part[..part.len().min(room)]);
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn init_doctype(&mut self) {}

    fn init_attribute(&mut self) {
        self.attributes.next();
    }

    fn push_attribute_name(&mut self, part: &[u8]) {
        self.attributes.push_name(part);
    }

    #[inline]
    fn push_attribute_value(&mut self, part: &[u8]) {
        self.attributes.push_value(part);
    }

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.builder.in_drawing()
    }

    #[inline]
    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        !self.is_start && !self.last_start.is_empty() && self.last_start == self.name
    }
}
