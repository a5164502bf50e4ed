//! The tokens of `html5gum`, which goes through the standard's states one by one: what ours must be.

use super::attributes::Attributes;
use super::raw::Raw;
use super::tokens::{Name, TokenSink, tokenise};
use crate::model::Tag;
use html5gum::{Emitter, Error, State, Tokenizer};
use proptest::prelude::*;
use std::convert::Infallible;

/// A token as a sink takes it.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    Open(Name, String, bool),
    Close(Name),
    Text(Vec<u8>),
    End,
}

/// Keeps the tokens, and is in a drawing between the tags of one.
#[derive(Debug, Default)]
struct Recorder {
    tokens: Vec<Token>,
    drawings: u32,
}

impl TokenSink for Recorder {
    fn open(&mut self, name: Name, attributes: &Attributes<'_>, self_closing: bool) -> bool {
        self.drawings += u32::from(name.tag == Tag::Svg && !self_closing);
        self.tokens.push(Token::Open(name, attributes.told(), self_closing));
        self.drawings == 0
    }

    fn close(&mut self, name: Name) {
        self.drawings = self.drawings.saturating_sub(u32::from(name.tag == Tag::Svg));
        self.tokens.push(Token::Close(name));
    }

    fn text(&mut self, text: &str) {
        self.record(text.as_bytes());
    }

    fn takes_cdata(&self) -> bool {
        self.drawings > 0
    }

    fn end(&mut self) {
        self.tokens.push(Token::End);
    }
}

impl Recorder {
    fn record(&mut self, text: &[u8]) {
        match self.tokens.last_mut() {
            Some(Token::Text(last)) => last.extend_from_slice(text),
            _ if text.is_empty() => {}
            _ => self.tokens.push(Token::Text(text.to_owned())),
        }
    }
}

/// Hands the oracle's tokens to a recorder.
#[derive(Debug, Default)]
struct Oracle {
    recorder: Recorder,
    name: Vec<u8>,
    attributes: Vec<(Vec<u8>, Vec<u8>)>,
    last_start: Vec<u8>,
    is_start: bool,
    self_closing: bool,
}

impl Oracle {
    fn begin(&mut self, is_start: bool) {
        (self.is_start, self.self_closing) = (is_start, false);
        self.name.clear();
        self.attributes.clear();
    }
}

impl Emitter for &mut Oracle {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, last_start_tag: Option<&[u8]>) {
        self.last_start = last_start_tag.unwrap_or_default().to_vec();
    }
    fn emit_eof(&mut self) {
        self.recorder.end();
    }
    fn emit_error(&mut self, _: Error) {}
    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }
    fn emit_string(&mut self, text: &[u8]) {
        self.recorder.record(text);
    }
    fn init_start_tag(&mut self) {
        self.begin(true);
    }
    fn init_end_tag(&mut self) {
        self.begin(false);
    }
    fn init_comment(&mut self) {}
    fn emit_current_tag(&mut self) -> Option<State> {
        let name = Name::of(&self.name);
        if !self.is_start {
            self.recorder.close(name);
            return None;
        }
        self.last_start = std::mem::take(&mut self.name);
        let mut attributes = Attributes::default();
        // References are resolved by now, and would be resolved once more.
        let values: Vec<String> = self.attributes.iter().map(|(_, value)| escaped(value)).collect();
        for ((name, _), value) in self.attributes.iter().zip(&values) {
            attributes.add(&String::from_utf8_lossy(name), value);
        }
        if !self.recorder.open(name, &attributes, self.self_closing) {
            return None;
        }
        Raw::of(name.tag).map(|raw| match raw {
            Raw::Referring => State::RcData,
            Raw::Text => State::RawText,
            Raw::Script => State::ScriptData,
            Raw::Plain => State::PlainText,
        })
    }
    fn emit_current_comment(&mut self) {}
    fn emit_current_doctype(&mut self) {}
    fn set_self_closing(&mut self) {
        self.self_closing = true;
    }
    fn set_force_quirks(&mut self) {}
    fn push_tag_name(&mut self, part: &[u8]) {
        self.name.extend_from_slice(part);
    }
    fn push_comment(&mut self, _: &[u8]) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn init_doctype(&mut self) {}
    fn init_attribute(&mut self) {
        self.attributes.push(Default::default());
    }
    fn push_attribute_name(&mut self, part: &[u8]) {
        self.attributes.last_mut().unwrap().0.extend_from_slice(part);
    }
    fn push_attribute_value(&mut self, part: &[u8]) {
        self.attributes.last_mut().unwrap().1.extend_from_slice(part);
    }
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.recorder.takes_cdata()
    }
    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        !self.is_start && !self.last_start.is_empty() && self.last_start == self.name
    }
}

fn escaped(value: &[u8]) -> String {
    String::from_utf8_lossy(value).replace('&', "&amp;")
}

fn ours(html: &str) -> Vec<Token> {
    let mut recorder = Recorder::default();
    tokenise(html, &mut recorder);
    recorder.tokens
}

fn theirs(html: &str) -> Vec<Token> {
    let mut oracle = Oracle::default();
    let Ok(()) = Tokenizer::new_with_emitter(html, &mut oracle).finish();
    oracle.recorder.tokens
}

/// What tags, comments, scripts and references are made of, whole and in parts.
const PIECES: [&str; 72] = [
    "<",
    ">",
    "</",
    "/>",
    "/",
    "=",
    "\"",
    "'",
    "&",
    ";",
    "!",
    "?",
    "-",
    "--",
    "<!",
    "<!-",
    "<!--",
    "-->",
    "--!>",
    "->",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\x0c",
    "a",
    "B",
    "é",
    "漢",
    "p",
    "<p>",
    "<P ",
    "</p>",
    "<div",
    "<br/>",
    "<a href=",
    "class",
    "CLASS=",
    "id='",
    "x=y",
    "data-x=\"1\"",
    "hidden",
    "<script",
    "<SCRIPT>",
    "</script",
    "</Script>",
    "<style>",
    "</style>",
    "<title>",
    "</title",
    "<textarea>",
    "</textarea>",
    "<plaintext>",
    "<svg>",
    "</svg>",
    "<![CDATA[",
    "]]>",
    "]]",
    "<!DOCTYPE",
    " html",
    "&amp",
    "&amp;",
    "&notit;",
    "&#1",
    "&#x1f600;",
    "&#x80;",
    "&Aacute",
    "&lt",
    "&NotEqualTilde;",
    "<iframe>",
    "</iframe>",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn the_tokens_are_those_of_the_standard(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24)) {
        let html: String = pieces.concat();
        prop_assert_eq!(ours(&html), theirs(&html), "{:?}", html);
    }

    #[test]
    fn no_text_is_lost_for_want_of_a_tag(html in "[^\\x00]{0,80}") {
        prop_assert_eq!(ours(&html), theirs(&html), "{:?}", html);
    }
}

#[test]
fn an_odd_page_has_the_tokens_of_the_standard() {
    for html in [
        "<script><!-- <script> </script> --> </script>after",
        "<script><!--><script></script>after",
        "<script><!-- <script/x></script ></script>after",
        "<script>a <!- </scripty> </SCRIPT/>after",
        "<title>a &amp; b </titl></title x=1>after",
        "<p a=1 a=2 CLASS='x' class=y/>after</p/ z>",
        "<!-->a<!--->b<!----!>c<!--x--!-->d<!doctype html SYSTEM 'a>b'>e",
        "<svg><![CDATA[ <p> ]]></svg><![CDATA[ <p> ]]>",
        "</ x></>a<?php ?>b<3</",
        "<p é=1 漢>x</p é",
        "<X-Card><x-icon/></X-CARD></x-a-name-that-is-longer-than-any-that-is-known-here>",
        "<p =a==b>\r\n&ampx;&amp=<a href='?a&copy=1&copy;&lt'>",
    ] {
        assert_eq!(ours(html), theirs(html), "{html}");
    }
    assert_eq!(ours("a\0<p\0>"), ours("a<p>"), "nothing shows a NUL");
}
