//! What pages may come in, told apart for those who count them.

/// The form that a page came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A file of text.
    Text,
    /// A file of HTML.
    Html,
    /// A line of JSON.
    Jsonl,
    /// An element of a JSON document.
    Json,
    /// A record of an archive.
    Warc,
    /// A record of an archive that holds text.
    Wet,
    /// A row of a table.
    Parquet,
}

impl Format {
    /// The name that the summary uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Warc => "warc",
            Self::Wet => "wet",
            Self::Parquet => "parquet",
        }
    }

    /// Whether a file of this form is one page.
    pub(super) fn is_page(self) -> bool {
        matches!(self, Self::Text | Self::Html)
    }
}
