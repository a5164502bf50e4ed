//! Archives among the inputs. Whoever reads finds the records, since where one ends is known only when it is read; what they
//! are, and the pages that they hold, is left to the workers.

use super::Format;
use super::caught::caught;
use super::chunk::{Chunk, FILE_OVERHEAD, Item, Reading, Room};
use super::pages::{Pages, Raw};
use super::position::Place;
use super::walk::Origin;
use super::warc::{Judged, WarcItem, WarcKind, WarcReader, WarcRecord, judge};
use crate::model::{Page, Reject};
use std::io::{self, Read};
use std::sync::Arc;

/// The flag of a page of which the crawler kept only the beginning.
const TRUNCATED: &str = "truncated";

/// An archive that is being read.
pub(super) struct Archive {
    reader: WarcReader<Box<dyn Read + Send>>,
    origin: Arc<Origin>,
    format: Format,
    /// What was found so far: records, and places without one.
    found: u64,
}

impl Archive {
    pub(super) fn new(raw: Box<dyn Read + Send>, origin: Origin, format: Format, max_page: usize) -> Self {
        Self { reader: WarcReader::new(raw, max_page), origin: Arc::new(origin), format, found: 0 }
    }
}

impl Reading for Archive {
    fn cut_into(&mut self, chunk: &mut Chunk, room: Room, _: usize) -> Option<()> {
        let room = room.bytes;
        let (mut items, mut bytes) = (Vec::new(), 0);
        while bytes < room
            && let Some(item) = self.reader.next()
        {
            bytes += FILE_OVERHEAD;
            if let WarcItem::Record(record) = &item {
                bytes += record.body.len();
            }
            items.push(item);
        }
        self.found += items.len() as u64;
        let more = bytes >= room;
        if !items.is_empty() {
            chunk.push(Item::Archive { origin: Arc::clone(&self.origin), format: self.format, items }, bytes);
        }
        more.then_some(())
    }

    fn place(&self) -> Place {
        Place { at: self.found, line: 0 }
    }

    fn skip_to(&mut self, place: Place) -> io::Result<()> {
        while self.found < place.at {
            self.reader.next().ok_or(io::ErrorKind::UnexpectedEof)?;
            self.found += 1;
        }
        Ok(())
    }
}

impl Pages<'_> {
    /// Hands on what was found in an archive that by its name is of that `format`.
    pub(super) fn archive(
        &mut self,
        origin: &Origin,
        format: Format,
        items: impl Iterator<Item = WarcItem>,
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        for item in items {
            match item {
                WarcItem::Record(record) => self.record(origin, &record, take),
                WarcItem::NoPage(no_page) => self.met.no_page(no_page.name()),
                WarcItem::Broken { place, reason, detail } => {
                    self.reject(format, origin.within('#', place).reject(reason, detail), take);
                }
            }
        }
    }

    fn record(
        &mut self,
        origin: &Origin,
        record: &WarcRecord,
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        let WarcRecord { place, head, .. } = record;
        let format = if head.kind == WarcKind::Conversion { Format::Wet } else { Format::Warc };
        let mut origin = origin.within('#', place);
        if !head.id.is_empty() {
            head.id.clone_into(&mut origin.id);
        }
        let judged = caught(|| Ok(judge(record, self.max_page())));
        match judged.unwrap_or_else(Judged::Reject) {
            Judged::NoPage(no_page) => self.met.no_page(no_page.name()),
            Judged::Reject((reason, detail)) => {
                self.reject(format, origin.reject(reason, detail), take);
            }
            Judged::Page(payload) => {
                let raw = Raw {
                    origin,
                    format,
                    bytes: &payload.bytes,
                    is_html: payload.is_html,
                    charset: payload.charset,
                    url: &head.uri,
                    flag: head.truncated.then(|| TRUNCATED.to_owned()),
                };
                self.decoded(raw, take);
            }
        }
    }
}
