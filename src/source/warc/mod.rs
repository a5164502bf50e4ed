//! Archives of the web: WARC 1.0 and 1.1, and WET, which is the same with text. [`WarcReader`] finds where records begin and
//! end, plain or gzipped record by record, and goes on behind whatever is broken; beside it stands what tells which records
//! are pages, and undoes how they were sent. Neither holds more than a page.

mod gzip;
mod head;
mod http;
mod page;
mod reader;
mod window;

pub(super) use gzip::GLANCE;
pub use head::{WarcHead, WarcKind};
pub use page::NoPage;
pub(super) use page::{Judged, judge};
pub use reader::{WarcItem, WarcReader};

use super::packing::LimitReached;
use crate::model::RejectReason;
use head::BEGIN;
use std::fmt;
use std::io;

/// Why a record gave no page, with the particulars.
type Fault = (RejectReason, String);

/// Where a record begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The byte of the file; of a gzipped file, that at which the record's member begins.
    pub offset: u64,
    /// The byte of the expanded member, where a member holds several records.
    pub inside: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.inside {
            0 => write!(f, "{}", self.offset),
            inside => write!(f, "{}+{inside}", self.offset),
        }
    }
}

/// A record whose bytes are all there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarcRecord {
    /// Where it begins.
    pub place: Place,
    /// What it says of itself.
    pub head: WarcHead,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// Whether a file that begins so is an archive, plain or gzipped.
pub(super) fn begins(bytes: &[u8]) -> bool {
    head::version_len(bytes).is_some() || gzip::holds_record(bytes)
}

/// What broke off before it came here tells how: the file itself, or a compression around it.
fn unreadable(error: &io::Error) -> Fault {
    let reason = if error.get_ref().is_some_and(|inner| inner.is::<LimitReached>()) {
        RejectReason::ExpansionLimit
    } else if error.raw_os_error().is_some() {
        RejectReason::Unreadable
    } else {
        RejectReason::BrokenCompression
    };
    (reason, error.to_string())
}
