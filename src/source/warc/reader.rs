//! Where records begin and end. A record is as long as its head says, if an empty line, another record or the end of its
//! part follows; otherwise it is broken, and the next head is looked for. Records that are too large to hold are gone past.
//!
//! Records that lie within a record, as in an archive that was crawled itself, are found only when theirs is broken or too
//! large to hold.

use super::head::{BEGIN, LONGEST, WarcHead};
use super::page::{NoPage, no_page};
use super::window::Window;
use super::{Fault, Place, WarcRecord};
use crate::model::RejectReason;
use std::io::{Chain, Cursor, Read};

/// Bytes that are looked through at a time.
const STEP: usize = 64 << 10;
/// Line ends that may stand behind a record, and the begin of the next.
const BEHIND: usize = 64;

/// What an archive holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WarcItem {
    /// A record that may hold a page.
    Record(WarcRecord),
    /// A record that holds none.
    NoPage(NoPage),
    /// Bytes that should have been a record.
    Broken {
        /// Where they begin.
        place: Place,
        /// Why they are none.
        reason: RejectReason,
        /// The particulars.
        detail: String,
    },
}

/// Reads an archive, plain or gzipped, record by record; ends at the end of the file, whatever was broken before.
pub struct WarcReader<R> {
    window: Window<Chain<Cursor<Vec<u8>>, R>>,
    largest: usize,
    /// Between records, with no head in view where one should be.
    lost: bool,
    /// The part in view is broken.
    broken: bool,
}

impl<R: Read> WarcReader<R> {
    /// An archive whose compression its first bytes tell. A record of more than `largest` bytes is not held.
    pub fn new(mut raw: R, largest: usize) -> Self {
        let mut begin = Vec::new();
        // What cannot be read now cannot be read later either, and is told then.
        raw.by_ref().take(2).read_to_end(&mut begin).ok();
        let is_gzip = begin.starts_with(b"\x1f\x8b");
        let raw = Cursor::new(begin).chain(raw);
        let window = if is_gzip { Window::gzip(raw) } else { Window::plain(raw) };
        Self { window, largest, lost: false, broken: false }
    }
}

impl<R: Read> Iterator for WarcReader<R> {
    type Item = WarcItem;

    fn next(&mut self) -> Option<WarcItem> {
        loop {
            if std::mem::take(&mut self.lost) {
                self.go_to_record(u64::MAX);
            }
            self.skip_line_ends();
            if !self.window.have(1).is_empty() {
                return Some(self.record());
            }
            let place = self.window.place();
            if let Some(fault) = self.window.take_fault() {
                self.broken = true;
                return Some(broken(place, fault));
            }
            match self.window.next_part(std::mem::take(&mut self.broken)) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(fault) => {
                    self.broken = true;
                    return Some(broken(self.window.place(), fault));
                }
            }
        }
    }
}

/// Where going past bytes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gone {
    /// At a record's head.
    ToRecord,
    /// Past all of them.
    Past,
    /// At the end of the part.
    ToEnd,
}

impl<R: Read> WarcReader<R> {
    fn record(&mut self) -> WarcItem {
        let place = self.window.place();
        match WarcHead::parse(self.window.have(LONGEST)) {
            Ok((head, len)) => {
                self.window.consume(len);
                if head.length > self.largest as u64 {
                    self.past(place, &head)
                } else {
                    self.whole(place, head)
                }
            }
            Err(detail) if self.window.ended() => self.cut_off(place, detail.to_owned()),
            Err(detail) => self.wrong(place, detail.to_owned()),
        }
    }

    /// A record that can be held; the window stands behind its head.
    fn whole(&mut self, place: Place, head: WarcHead) -> WarcItem {
        let len = head.length as usize;
        self.window.have(len + BEHIND);
        let view = self.window.bytes();
        if view.len() < len {
            let detail = self.too_short(len as u64, view.len() as u64);
            return self.cut_off(place, detail);
        }
        let behind = &view[len..];
        let line_ends = behind.iter().take_while(|byte| is_line_end(**byte)).count();
        let follows = &behind[line_ends..];
        let is_end = follows.is_empty() || (BEGIN.starts_with(follows) && self.window.ended());
        if is_end && self.window.is_broken() {
            return self.cut_off(place, String::new());
        }
        let is_closed = behind.starts_with(b"\r\n\r\n") || behind.starts_with(b"\n\n");
        if !is_end && !is_closed && !follows.starts_with(&BEGIN) {
            return self.wrong(place, format!("`Content-Length` is {len}, but no record follows there"));
        }
        let item = if head.kind.may_be_page() {
            WarcItem::Record(WarcRecord { place, body: view[..len].to_vec(), head })
        } else {
            WarcItem::NoPage(NoPage::Kind(head.kind))
        };
        self.window.consume(len);
        item
    }

    /// A record that is too large to hold, unless its length is wrong; the window stands behind its head.
    fn past(&mut self, place: Place, head: &WarcHead) -> WarcItem {
        let no_page = no_page(head, self.window.have(STEP));
        let before = self.window.passed();
        match self.go_to_record(head.length) {
            Gone::Past => match no_page {
                Some(no_page) => WarcItem::NoPage(no_page),
                None => {
                    let detail = format!("the record has more than {} bytes", self.largest);
                    broken(place, (RejectReason::TooLarge, detail))
                }
            },
            Gone::ToRecord => {
                let detail = format!("`Content-Length` is {}, but another record begins before", head.length);
                broken(place, (RejectReason::BrokenRecord, detail))
            }
            Gone::ToEnd => {
                let detail = self.too_short(head.length, self.window.passed() - before);
                self.cut_off(place, detail)
            }
        }
    }

    /// Goes to the next head, over `most` bytes at most.
    fn go_to_record(&mut self, most: u64) -> Gone {
        let mut left = most;
        loop {
            let view = self.window.have(STEP);
            let len = usize::try_from(left).unwrap_or(usize::MAX).min(view.len());
            let found = memchr::memmem::find(&view[..len], &BEGIN);
            let is_last = len as u64 == left;
            let step = match found {
                Some(at) => at,
                None if is_last || self.window.ended() => len,
                None => len - (BEGIN.len() - 1),
            };
            self.window.consume(step);
            left -= step as u64;
            if found.is_some() {
                // A writer that was stopped leaves no line end before what the next one adds.
                if WarcHead::parse(self.window.have(LONGEST)).is_ok() {
                    return Gone::ToRecord;
                }
                self.window.consume(1);
                left -= 1;
            } else if is_last {
                return Gone::Past;
            } else if self.window.bytes().is_empty() {
                return Gone::ToEnd;
            }
        }
    }

    fn skip_line_ends(&mut self) {
        loop {
            let view = self.window.have(BEHIND);
            let line_ends = view.iter().take_while(|byte| is_line_end(**byte)).count();
            let goes_on = line_ends > 0 && line_ends == view.len();
            self.window.consume(line_ends);
            if !goes_on {
                return;
            }
        }
    }

    fn too_short(&self, said: u64, found: u64) -> String {
        let part = self.window.part_name();
        format!("`Content-Length` is {said}, but the {part} ends after {found} bytes")
    }

    /// A record that its part ends within: for the part's own reason, if it has one.
    fn cut_off(&mut self, place: Place, detail: String) -> WarcItem {
        self.lost = true;
        let fault = self.window.take_fault();
        self.broken |= fault.is_some();
        broken(place, fault.unwrap_or((RejectReason::BrokenRecord, detail)))
    }

    fn wrong(&mut self, place: Place, detail: String) -> WarcItem {
        self.lost = true;
        broken(place, (RejectReason::BrokenRecord, detail))
    }
}

fn broken(place: Place, (reason, detail): Fault) -> WarcItem {
    WarcItem::Broken { place, reason, detail }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\r' || byte == b'\n'
}
