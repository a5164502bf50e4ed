//! Pages that could not be read: what they were, and why they failed. They are counted and written to the rejects
//! file like every other outcome; no page is lost without a word.

use std::any::Any;
use std::fmt;

/// Why a page failed: a closed list, so that counts of different runs can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectReason {
    /// A file or folder could not be opened or read.
    Unreadable,
    /// Not text: it holds NUL bytes, or begins as a document format does.
    Binary,
    /// Longer than the largest page.
    TooLarge,
    /// A record that is not one JSON object.
    InvalidJson,
    /// A record whose text field is missing, null or no string.
    NoTextField,
    /// A record of an archive whose head or length is wrong, or that breaks off.
    BrokenRecord,
    /// A table, or rows of it, that cannot be read.
    BrokenTable,
    /// An answer of a server in a coding that is not undone.
    UnknownCoding,
    /// A compressed file that breaks off or contradicts itself.
    BrokenCompression,
    /// A compressed file that grows beyond all measure.
    ExpansionLimit,
    /// A folder that lies deeper than folders may.
    TooDeep,
    /// A page that took longer than pages may.
    OverTime,
    /// Reading or cleaning the page ran into a defect of the program.
    Defect,
}

impl RejectReason {
    /// The name that the rejects file and the summary use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Binary => "binary",
            Self::TooLarge => "too-large",
            Self::InvalidJson => "invalid-json",
            Self::NoTextField => "no-text-field",
            Self::BrokenRecord => "broken-record",
            Self::BrokenTable => "broken-table",
            Self::UnknownCoding => "unknown-coding",
            Self::BrokenCompression => "broken-compression",
            Self::ExpansionLimit => "expansion-limit",
            Self::TooDeep => "too-deep",
            Self::OverTime => "over-time",
            Self::Defect => "defect",
        }
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One page that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The page's id, as far as it was read.
    pub id: String,
    /// Where it came from, as in [`Page::source`](super::Page).
    pub source: String,
    /// Why.
    pub reason: RejectReason,
    /// The particulars, for people: `expected value at column 17`.
    pub detail: String,
}

/// The words of a panic, as a defect tells them.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied();
    words.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message").to_owned()
}
