//! Documents of JSON: arrays of objects, objects over many lines, or objects that are parted by anything but line ends. Whoever
//! reads cuts them into their elements, knowing no more than strings, escapes and brackets, and the workers read each element
//! as they read a line of JSON lines. An array is never held whole, and an element that is too large is gone past.
//!
//! White space and commas part elements; whether a comma is missing or too many takes no page away. An element that is broken is one
//! reject: where its brackets or quotes leave open how far it goes, reading goes on at the next line that begins an object, and
//! objects within objects are told from it by how far they are indented. What lies deeper, as in `{"data": [...]}`, is not
//! looked for: that is one object, and no page unless it has a text.

use super::Format;
use super::feed::{Chunk, Item, Reading, Room};
use super::jsonl::{self, Fault};
use super::packing::Meter;
use super::pages::Pages;
use super::position::Place;
use super::scanner::{Event, Scanner};
use super::stream::Stream;
use super::walk::Origin;
use crate::model::{Page, Reject, RejectReason};
use std::fmt;
use std::io::{self, BufRead};
use std::ops::Range;
use std::sync::Arc;

/// What an element adds to a chunk beside its bytes, so that a million zeros are not one chunk.
const OVERHEAD: usize = 64;

/// Where an element begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// Its number in the file, and that of its line, both from 1.
    number: u64,
    line: u64,
    /// The byte of the file, after decompression.
    at: u64,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, byte {}", self.line, self.at)
    }
}

/// An element: its bytes among those that are held, or why there are none.
#[derive(Debug)]
pub(super) struct Element {
    spot: Spot,
    found: Result<Range<usize>, Fault>,
}

/// Cuts a document into elements.
struct Elements<R> {
    raw: R,
    scanner: Scanner,
    /// Where it is, and the element that it is in.
    next: Spot,
    begun: Option<Spot>,
    /// Where elements begin that are asked for.
    own: Range<u64>,
    /// Whether more should follow what can be read, so that its end tells nothing.
    breaks_off: bool,
}

impl<R: BufRead> Elements<R> {
    fn new(raw: R) -> Self {
        Self::within(raw, 0..u64::MAX)
    }

    /// Those that begin in that part of the document.
    fn within(raw: R, own: Range<u64>) -> Self {
        let next = Spot { number: 1, line: 1, at: 0 };
        Self { raw, scanner: Scanner::default(), next, begun: None, own, breaks_off: false }
    }

    /// Where what cannot be read would begin.
    fn spot(&self) -> Spot {
        self.begun.unwrap_or(self.next)
    }

    /// The next element, whose bytes are put behind those that are held; nothing at the end.
    fn next(&mut self, held: &mut Vec<u8>, largest: usize) -> io::Result<Option<Element>> {
        let start = held.len();
        let mut is_too_large = false;
        loop {
            let part = self.raw.fill_buf()?;
            let is_end = part.is_empty();
            let (len, event) = if is_end { (0, self.scanner.finish()) } else { self.scanner.scan(part) };
            if self.begun.is_some() && !is_too_large {
                held.extend_from_slice(&part[..len]);
                is_too_large = held.len() - start > largest;
            }
            self.next.line += memchr::memchr_iter(b'\n', &part[..len]).count() as u64;
            self.next.at += len as u64;
            self.raw.consume(len);
            if is_too_large {
                held.truncate(start);
            }
            let broken = match event {
                _ if is_end && self.breaks_off => return Ok(None),
                None if is_end => return Ok(None),
                None => continue,
                Some(Event::Begins) => {
                    if self.next.at >= self.own.end {
                        return Ok(None);
                    }
                    self.begun = Some(self.next);
                    continue;
                }
                Some(Event::Ends) => None,
                Some(Event::Broken(why)) => Some((RejectReason::InvalidJson, why)),
            };
            let spot = self.begun.take().unwrap_or(self.next);
            self.next.number += 1;
            let is_own = self.own.contains(&spot.at);
            let found = if is_too_large {
                Err((RejectReason::TooLarge, format!("the element has more than {largest} bytes")))
            } else {
                broken.map_or(Ok(start..held.len()), Err)
            };
            if !is_own || found.is_err() {
                held.truncate(start);
            }
            if is_own {
                return Ok(Some(Element { spot, found }));
            }
            is_too_large = false;
        }
    }
}

/// A document that is being cut.
pub(super) struct Document {
    elements: Elements<Box<Stream<'static>>>,
    origin: Arc<Origin>,
    /// Elements that were cut, broken ones among them.
    cut: u64,
    /// What counts the bytes, unless the stream does.
    meter: Option<Meter>,
    /// Whether the stream broke.
    broke: bool,
}

impl Document {
    pub(super) fn new(stream: Box<Stream<'static>>, origin: Origin) -> Self {
        Self { elements: Elements::new(stream), origin: Arc::new(origin), cut: 0, meter: None, broke: false }
    }

    /// The elements that begin in that part. What stands before is read too, since nothing else tells what is a string.
    pub(super) fn part(stream: Box<Stream<'static>>, origin: Origin, own: Range<u64>, meter: Meter) -> Self {
        let elements = Elements::within(stream, own);
        Self { elements, origin: Arc::new(origin), cut: 0, meter: Some(meter), broke: false }
    }

    /// The next element, and how many bytes of the document it takes.
    fn next(&mut self, held: &mut Vec<u8>, max_page: usize) -> Option<(Element, usize)> {
        if self.broke {
            return None;
        }
        let element = match self.elements.next(held, max_page) {
            Ok(element) => element?,
            Err(error) => {
                self.broke = true;
                Element { spot: self.elements.spot(), found: Err(self.elements.raw.reason(&error)) }
            }
        };
        self.cut += 1;
        let len = self.elements.next.at - element.spot.at;
        if let Some(meter) = &self.meter {
            meter.add(len);
        }
        Some((element, usize::try_from(len).unwrap_or(usize::MAX)))
    }
}

impl Reading for Document {
    fn cut_into(&mut self, chunk: &mut Chunk, room: Room, max_page: usize) -> Option<()> {
        let (mut bytes, mut elements, mut size) = (Vec::new(), Vec::new(), 0_usize);
        while size < room.bytes
            && let Some((element, len)) = self.next(&mut bytes, max_page)
        {
            elements.push(element);
            size = size.saturating_add(len).saturating_add(OVERHEAD);
        }
        if !elements.is_empty() {
            let recoded = self.elements.raw.recoded();
            let origin = Arc::clone(&self.origin);
            chunk.push(Item::Elements { origin, bytes, elements, recoded }, size);
        }
        (size >= room.bytes).then_some(())
    }

    fn place(&self) -> Place {
        Place { at: self.cut, line: 0 }
    }

    fn skip_to(&mut self, place: Place) -> io::Result<()> {
        let mut nothing = Vec::new();
        while self.cut < place.at {
            self.next(&mut nothing, 0).ok_or(io::ErrorKind::UnexpectedEof)?;
        }
        Ok(())
    }
}

impl Pages<'_> {
    /// Hands on all of a document that is in memory, up to its end or to the `fault` that it breaks off with.
    pub(super) fn document(
        &mut self,
        origin: &Origin,
        bytes: &[u8],
        fault: Option<Reject>,
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        let mut elements = Elements::new(bytes);
        elements.breaks_off = fault.is_some();
        let mut held = Vec::new();
        // Memory can always be read.
        while let Ok(Some(element)) = elements.next(&mut held, self.max_page()) {
            self.elements(origin, &held, &[element], take);
            held.clear();
        }
        if let Some(Reject { reason, detail, .. }) = fault {
            let element = Element { spot: elements.spot(), found: Err((reason, detail)) };
            self.elements(origin, &[], &[element], take);
        }
    }

    /// Hands on elements, each with its number in the document.
    pub(super) fn elements(
        &mut self,
        origin: &Origin,
        bytes: &[u8],
        elements: &[Element],
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        for Element { spot, found } in elements {
            let origin = origin.within('#', spot.number);
            let mut placed = |page: Result<&mut Page, Reject>| {
                take(
                    page.map_err(|reject| Reject { detail: format!("{} ({spot})", reject.detail), ..reject }),
                );
            };
            let (reason, detail) = match found {
                Ok(range) => match jsonl::other_kind(&bytes[range.clone()]) {
                    None => {
                        let element = &bytes[range.clone()];
                        self.line(origin, Format::Json, element, Vec::new(), &mut placed);
                        continue;
                    }
                    Some(kind) => {
                        (RejectReason::InvalidJson, format!("the element is {kind}, not an object"))
                    }
                },
                Err((reason, detail)) => (*reason, detail.clone()),
            };
            self.reject(Format::Json, origin.reject(reason, detail), &mut placed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Deserializer, Value};
    use std::io::BufReader;

    /// What the elements are, or why they are none, read so many bytes at a time.
    fn cut(document: &[u8], step: usize, largest: usize) -> Vec<Result<String, String>> {
        let mut elements = Elements::new(BufReader::with_capacity(step, document));
        let (mut held, mut all) = (Vec::new(), Vec::new());
        while let Some(Element { spot, found }) = elements.next(&mut held, largest).unwrap() {
            assert_eq!(spot.number, all.len() as u64 + 1);
            let before = &document[..spot.at as usize];
            assert_eq!(spot.line, before.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1);
            all.push(match found {
                Ok(range) => {
                    let element = &held[range];
                    assert!(document[spot.at as usize..].starts_with(element));
                    Ok(String::from_utf8_lossy(element).into_owned())
                }
                Err((reason, detail)) => Err(format!("{reason}, {detail} ({spot})")),
            });
        }
        all
    }

    /// The same, however many bytes are read at a time.
    fn elements(document: &str) -> Vec<Result<String, String>> {
        let whole = cut(document.as_bytes(), 1 << 16, 1 << 16);
        for step in 1..9 {
            assert_eq!(cut(document.as_bytes(), step, 1 << 16), whole, "{step} bytes at a time");
        }
        whole
    }

    fn good(element: &str) -> Result<String, String> {
        Ok(element.to_owned())
    }

    fn bad(fault: &str) -> Result<String, String> {
        Err(format!("invalid-json, {fault}"))
    }

    #[test]
    fn arrays_and_objects_are_cut_however_they_are_laid_out() {
        let cases: [(&str, &[&str]); 8] = [
            (r#"[{"a":"]},["},{"b":"\"\\"}]"#, &[r#"{"a":"]},["}"#, r#"{"b":"\"\\"}"#]),
            ("\u{feff}[\r\n  {\"a\": [{}]}\r\n]\r\n", &["{\"a\": [{}]}"]),
            ("{\n \"a\": 1\n}\n{\"b\":2} {}{}", &["{\n \"a\": 1\n}", "{\"b\":2}", "{}", "{}"]),
            ("[1, null,\"s, ]\", [2],-3e4]", &["1", "null", "\"s, ]\"", "[2]", "-3e4"]),
            ("[{}]\n[{\"a\":1}]\u{feff}[]", &["{}", "{\"a\":1}"]),
            ("[{}\n {},,{},]", &["{}", "{}", "{}"]),
            (" [ ] ", &[]),
            ("7", &["7"]),
        ];
        for (document, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|element| good(element)).collect();
            assert_eq!(elements(document), expected, "{document}");
        }
    }

    #[test]
    fn a_broken_element_is_told_with_its_place_and_the_others_are_read() {
        let unended =
            "[\n  {\"a\": 1},\n  {\"a\": \"5\" tall\"},\n  {\"a\": [\n    {}\n  ]},\n  {\"a\": 3}\n]";
        assert_eq!(
            elements(unended),
            [
                good("{\"a\": 1}"),
                bad("a string in it has no end on its line (line 3, byte 16)"),
                good("{\"a\": [\n    {}\n  ]}"),
                good("{\"a\": 3}")
            ]
        );
        let behind = "reading goes on at the next line that begins an object";
        let crossed = "[\n  {\"a\": [1},\n  {\"a\": 2},\n  {\"b\": 1]\n]\n{}";
        assert_eq!(
            elements(crossed),
            [
                bad(&format!("expected `]`, found `}}` in it; {behind} (line 2, byte 4)")),
                good("{\"a\": 2}"),
                bad(&format!("expected `}}`, found `]` in it; {behind} (line 4, byte 29)")),
                good("{}"),
            ]
        );
        // What keeps its brackets and quotes is for the parser to judge.
        let held = "[{\"a\":\"on two\nlines\"},}{\"b\" 1},nope:{}]";
        let expected = ["{\"a\":\"on two\nlines\"}", "}", "{\"b\" 1}", "nope", ":", "{}"];
        assert_eq!(elements(held), expected.map(good));
    }

    #[test]
    fn a_document_that_is_cut_off_gives_what_is_whole() {
        let document = "[{\"a\": \"x\"}, {\"a\": \"yz";
        let within = "the file ends before the element does";
        assert_eq!(elements(document), [good("{\"a\": \"x\"}"), bad(&format!("{within} (line 1, byte 13)"))]);
        let open = "the file ends before its array does";
        assert_eq!(elements("[{}\n"), [good("{}"), bad(&format!("{open} (line 2, byte 4)"))]);
        assert_eq!(elements("[1"), [good("1"), bad(&format!("{open} (line 1, byte 2)"))]);
        assert_eq!(elements("[{}, {\"a\": \"\\"), [good("{}"), bad(&format!("{within} (line 1, byte 5)"))]);
    }

    #[test]
    fn an_element_that_is_too_large_is_gone_past() {
        let document = format!("[{{\"a\":\"{}\"}},{{\"b\":1}},\"{}\"]", "\\\"".repeat(40), "x".repeat(40));
        for step in [1, 7, 1 << 16] {
            let found = cut(document.as_bytes(), step, 20);
            let told = |at| Err(format!("too-large, the element has more than 20 bytes (line 1, byte {at})"));
            assert_eq!(found, [told(1), good("{\"b\":1}"), told(98)]);
        }
    }

    #[test]
    fn parts_of_a_document_have_every_element_once() {
        let document = "[\n {\"a\": 1}, {\"a\": [2}, \n {\"b\": \"x\"},\n {\"a";
        let whole = cut(document.as_bytes(), 64, 64).len();
        assert_eq!(whole, 4);
        for border in 0..document.len() as u64 {
            let mut numbers = Vec::new();
            for own in [0..border, border..u64::MAX] {
                let mut elements = Elements::within(document.as_bytes(), own.clone());
                while let Some(Element { spot, .. }) = elements.next(&mut Vec::new(), 64).unwrap() {
                    assert!(own.contains(&spot.at));
                    numbers.push(spot.number);
                }
            }
            assert_eq!(numbers, [1, 2, 3, 4], "parted at {border}");
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a\"\\\\{}\\[\\],: \n\u{e9}]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a\"}\\]]{0,3}", inner, 0..4)
                    .prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn how_much_is_read_at_once_changes_nothing(
            text in "[\\[\\]{}\",:\\\\a1 \n\u{feff}]{0,80}",
            largest in 1_usize..40,
        ) {
            let whole = cut(text.as_bytes(), 1 << 16, largest);
            for step in 1..9 {
                prop_assert_eq!(&cut(text.as_bytes(), step, largest), &whole);
            }
        }

        #[test]
        fn elements_are_what_the_parser_reads(
            documents in prop::collection::vec((value(), any::<bool>(), "[ \t\r\n]{1,3}"), 0..4),
            step in 1_usize..40,
        ) {
            let mut text = String::new();
            for (value, is_pretty, behind) in &documents {
                text += &if *is_pretty { format!("{value:#}") } else { value.to_string() };
                text += behind;
            }
            let mut expected = Vec::new();
            for value in Deserializer::from_str(&text).into_iter::<Value>() {
                match value.unwrap() {
                    Value::Array(values) => expected.extend(values),
                    value => expected.push(value),
                }
            }
            let found = cut(text.as_bytes(), step, 1 << 16).into_iter();
            let found: Vec<Value> = found.map(|element| serde_json::from_str(&element.unwrap()).unwrap()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
