//! A page: one scraped input, decoded, before anything was decided about it.

/// What a page was before it became text; rules may be scoped to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Input {
    /// Plain text, from a text file or a text field.
    #[default]
    Text,
    /// HTML. No source makes such pages yet; rules scoped to them are checked and stay inert.
    Html,
}

impl Input {
    /// The name that rule files use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
        }
    }
}

/// A field of the input that is not the page's text: passed on unchanged, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraField {
    /// The key, unescaped.
    pub key: String,
    /// The value, as the JSON text that the input held.
    pub value: String,
}

/// One scraped page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The input's own id, else the path inside the input folder without its ending.
    pub id: String,
    /// Where the page came from: a path, and for containers `path:record`; a record of a JSONL file is its line,
    /// counted from 1.
    pub source: String,
    /// The text, UTF-8 without a byte order mark, lines ended by `\n` alone: spans point into this form of it.
    pub text: String,
    /// What the text was made from.
    pub input: Input,
    /// The page's web address when the input told it; rules scoped to sites look at its host.
    pub url: String,
    /// The language when the input told it, a BCP 47 tag; rules scoped to languages look at it.
    pub lang: String,
    /// The title when the input told it; rules may compare lines with it.
    pub title: String,
    /// Words about the decoding, for the record's `flags`: `decoded:windows-1252`, `mended-surrogates`.
    pub flags: Vec<String>,
    /// The input's other fields.
    pub extra: Vec<ExtraField>,
}
