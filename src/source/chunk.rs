//! Chunks: what reading hands to whoever turns it into pages.

use super::Format;
use super::elements::Element;
use super::position::{Place, Position};
use super::spares::Spares;
use super::table::{Slice, Table};
use super::walk::{File, Origin};
use super::warc::WarcItem;
use crate::model::Reject;
use std::io;
use std::sync::Arc;

/// What a named file adds to a chunk beside its size, so that a million empty files are not one chunk.
pub(super) const FILE_OVERHEAD: usize = 512;

/// An input of many pages that is being read in order.
pub(super) trait Reading {
    /// Adds about `room` bytes of whole pages, and no page behind the one with which there are `limit` bytes; `None` once
    /// all are read. Counted so that it does not hang on `room` where the limit is reached.
    fn cut_into(&mut self, chunk: &mut Chunk, room: Room, max_page: usize) -> Option<()>;

    /// How far it is.
    fn place(&self) -> Place;

    /// Goes on to a place where it was in an earlier run.
    fn skip_to(&mut self, place: Place) -> io::Result<()>;
}

/// How much is to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// About so many bytes.
    pub(super) bytes: usize,
    /// What the section has room for; at least `bytes`.
    pub(super) limit: usize,
}

/// Pages of about the asked size, not yet decoded.
#[derive(Debug, Default)]
pub struct Chunk {
    pub(super) items: Vec<Item>,
    pub(super) bytes: usize,
    pub(super) end: Position,
    pub(super) ends_section: bool,
    pub(super) spares: Spares,
}

/// A part of a chunk.
#[derive(Debug)]
pub(super) enum Item {
    /// A file that is still to be read.
    File(File),
    /// The bytes of one page, HTML if its `name` says so; `recoded` names the encoding that they were in before.
    Page { origin: Origin, name: String, bytes: Vec<u8>, recoded: Option<&'static str> },
    /// Whole lines of a JSONL file; `first` is the number of the first, from 1.
    Lines { origin: Arc<Origin>, first: u64, bytes: Vec<u8>, recoded: Option<&'static str> },
    /// Elements of a JSON document, those that are whole in `bytes`.
    Elements { origin: Arc<Origin>, bytes: Vec<u8>, elements: Vec<Element>, recoded: Option<&'static str> },
    /// What was found in an archive, whole records and others; `format` is what its name says.
    Archive { origin: Arc<Origin>, format: Format, items: Vec<WarcItem> },
    /// Rows of a table.
    Rows { table: Arc<Table>, slice: Slice },
    /// A page that failed already.
    Reject { format: Format, reject: Reject },
}

impl Chunk {
    /// Where reading goes on behind this chunk.
    pub fn end(&self) -> Position {
        self.end
    }

    /// Whether a section ends with it.
    pub fn ends_section(&self) -> bool {
        self.ends_section
    }

    /// Where its memory goes when it is done with.
    pub fn spares(&self) -> &Spares {
        &self.spares
    }

    pub(super) fn push(&mut self, item: Item, bytes: usize) {
        self.items.push(item);
        self.bytes += bytes;
    }

    pub(super) fn reject(&mut self, format: Format, reject: Reject) {
        self.push(Item::Reject { format, reject }, FILE_OVERHEAD);
    }
}
