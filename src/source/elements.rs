//! Documents of JSON: arrays of objects, objects over many lines, or objects that are parted by anything but line ends. Whoever
//! reads cuts them into their elements, knowing no more than strings, escapes and brackets, and the workers read each element
//! as they read a line of JSON lines. An array is never held whole, and an element that is too large is gone past.
//!
//! White space and commas part elements; whether a comma is missing or too many takes no page away. An element that is broken is one
//! reject: where its brackets or quotes leave open how far it goes, reading goes on at the next line that begins an object, and
//! objects within objects are told from it by how far they are indented. What lies deeper, as in `{"data": [...]}`, is not
//! looked for: that is one object, and no page unless it has a text.

use super::Format;
use super::chunk::{Chunk, Item, Reading, Room};
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
mod tests;
