//! A page: one scraped input, decoded, before anything was decided about it.

use super::Markup;

/// What a page was before it became text; rules may be scoped to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Input {
    /// Plain text, from a text file or a text field.
    #[default]
    Text,
    /// HTML, which its source has rendered as lines of text.
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

/// What a page says of itself, as far as it could be read; empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Names of the authors, in the page's order.
    pub authors: Vec<String>,
    /// When it was published: ISO 8601 with just the precision that the page gives.
    pub published: String,
    /// When it was last changed, likewise.
    pub updated: String,
    /// The site's name.
    pub site: String,
    /// The language that it declares, a BCP 47 tag: often that of its template.
    pub lang: String,
}

/// One scraped page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The input's own id, else the path inside the input folder without its ending.
    pub id: String,
    /// Where the page came from: a path; `path:line` for a line of JSON, `path#number` for an element of other JSON, `path#row`
    /// for a row of a table, all counted from 1; `path#byte` for a record of an archive.
    pub source: String,
    /// The text, UTF-8 without a byte order mark and without NUL, lines ended by `\n` alone: spans point into this form of it. Of HTML it
    /// is what the page shows.
    pub text: String,
    /// What HTML told beside its text; nothing for other pages.
    pub markup: Option<Box<Markup>>,
    /// What the text was made from.
    pub input: Input,
    /// What the page says of itself beside its title and address.
    pub told: Told,
    /// The page's web address when the input told it; rules scoped to sites look at its host.
    pub url: String,
    /// The language when the input told it, a BCP 47 tag: it is not asked again.
    pub lang: String,
    /// The title when the input told it; rules may compare lines with it.
    pub title: String,
    /// Words about the decoding, for the record's `flags`: `decoded:windows-1252`, `mended-surrogates`.
    pub flags: Vec<String>,
    /// The input's other fields.
    pub extra: Vec<ExtraField>,
}
