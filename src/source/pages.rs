//! The working side of a run: turns chunks into pages. Each thread has its own [`Pages`], whose buffers are used again
//! from page to page. A page that cannot be read is handed over as a reject, in its place among the others.

use super::Format;
use super::caught::caught;
use super::chunk::{Chunk, Item};
use super::content::format_of_whole;
use super::decode::{decode_into, decoded_flag};
use super::feed::{SMALL, broken, too_large, unpiped};
use super::hints;
use super::inputs::Inputs;
use super::jsonl::{self, Fault};
use super::names::format_of;
use super::packing::Meter;
use super::recode::utf16_of;
use super::rendered::render_onto;
use super::stream::{self, Stream};
use super::table::Table;
use super::walk::{File, Origin, unreadable};
use super::warc::WarcReader;
use crate::html;
use crate::model::{Input, Markup, Page, Reject, RejectReason};
use encoding_rs::Encoding;
use std::collections::BTreeMap;
use std::io::{self, Read};

/// A page may have a line for so many bytes of the largest page, and so many lines in any case. Pages have one for fifty.
const BYTES_A_LINE: usize = 16;
const LINES: usize = 1 << 16;

/// What was met on the way, beside what became of the pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// Pages by the form that they came in, rejects among them.
    pub formats: BTreeMap<&'static str, u64>,
    /// Records of archives that are no pages, by why.
    pub no_pages: BTreeMap<&'static str, u64>,
}

impl Met {
    fn page(&mut self, format: Format) {
        *self.formats.entry(format.name()).or_default() += 1;
    }

    pub(super) fn no_page(&mut self, why: &'static str) {
        *self.no_pages.entry(why).or_default() += 1;
    }
}

/// The bytes of a page, and what is known of them.
pub(super) struct Raw<'a> {
    pub(super) origin: Origin,
    pub(super) format: Format,
    pub(super) bytes: &'a [u8],
    pub(super) is_html: bool,
    /// The encoding that was told beside the page; it goes before what the page declares.
    pub(super) charset: Option<&'static Encoding>,
    pub(super) url: &'a str,
    pub(super) flag: Option<String>,
}

/// Decodes chunks into pages; one for each thread.
pub struct Pages<'a> {
    inputs: &'a Inputs,
    pub(super) met: Met,
    meter: Meter,
    page: Page,
    bytes: Vec<u8>,
    /// The HTML of the page in hand, and the markup that the next one may fill.
    html: String,
    markup: Option<Box<Markup>>,
    /// What the bytes in hand were recoded from, for the pages' flags.
    recoded: Option<&'static str>,
}

impl Inputs {
    /// A decoder for this input's chunks; `meter` counts the files that it reads.
    pub fn pages(&self, meter: Meter) -> Pages<'_> {
        Pages {
            inputs: self,
            met: Met::default(),
            meter,
            page: Page::default(),
            bytes: Vec::new(),
            html: String::new(),
            markup: None,
            recoded: None,
        }
    }
}

impl Pages<'_> {
    /// Hands every page of the chunk, or why it failed, to `take`, in order.
    pub fn each(&mut self, chunk: Chunk, mut take: impl FnMut(Result<&mut Page, Reject>)) {
        let spares = chunk.spares;
        for item in chunk.items {
            match item {
                Item::File(file) => self.file(file, &mut take),
                Item::Page { origin, name, bytes, recoded } => {
                    self.recoded = recoded;
                    self.page(origin, &name, &bytes, &mut take);
                }
                Item::Lines { origin, first, bytes, recoded } => {
                    self.recoded = recoded;
                    self.lines(&origin, first, &bytes, &mut take);
                    spares.give(bytes);
                }
                Item::Elements { origin, bytes, elements, recoded } => {
                    self.recoded = recoded;
                    self.elements(&origin, &bytes, &elements, &mut take);
                }
                Item::Archive { origin, format, items } => {
                    self.recoded = None;
                    self.archive(&origin, format, items.into_iter(), &mut take);
                }
                Item::Rows { table, slice } => {
                    self.recoded = None;
                    self.rows(&table, &slice, &mut take);
                }
                Item::Reject { format, reject } => self.reject(format, reject, &mut take),
            }
        }
    }

    /// Hands on the page that one JSON object is; without an id of its own it has none, and no source.
    pub fn object(&mut self, line: &[u8], take: &mut dyn FnMut(Result<&mut Page, Reject>)) {
        let mut take = |page: Result<&mut Page, Reject>| take(page);
        if line.len() > self.max_page() {
            let reject = too_large(self.origin_in(line), "record", self.max_page());
            return self.reject(Format::Jsonl, reject, &mut take);
        }
        self.line(Origin::none(), Format::Jsonl, line, Vec::new(), &mut take);
    }

    /// The origin of what is in memory and refused: nothing but its own id tells whose reject that is.
    pub(super) fn origin_in(&self, line: &[u8]) -> Origin {
        let mut page = Page::default();
        // A line that cannot be parsed has no id, or what was found of it.
        caught(|| jsonl::parse_into(line, &self.inputs.fields, &mut page)).unwrap_or_default();
        Origin { id: page.id, source: String::new() }
    }

    /// What was met since this was asked last.
    pub fn take_met(&mut self) -> Met {
        std::mem::take(&mut self.met)
    }

    pub(super) fn inputs(&self) -> &Inputs {
        self.inputs
    }

    pub(super) fn max_page(&self) -> usize {
        self.inputs.max_page
    }

    pub(super) fn reject(
        &mut self,
        format: Format,
        reject: Reject,
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        self.met.page(format);
        take(Err(reject));
    }

    fn file(&mut self, file: File, take: &mut impl FnMut(Result<&mut Page, Reject>)) {
        self.recoded = None;
        let mut bytes = std::mem::take(&mut self.bytes);
        let read = self.read(&file, &mut bytes);
        let name = file.path.to_string_lossy();
        let named = format_of(&name).unwrap_or(Format::Text);
        match read {
            Ok(()) if bytes.len() > self.largest_file() => {
                self.reject(named, too_large(file.origin, "file", self.largest_file()), take);
            }
            Ok(()) => match stream::format_of_stored(&bytes, &name) {
                Some(format) => self.stored(&file, format, &bytes, take),
                None if stream::is_packed(&bytes) || utf16_of(&bytes).is_some() => {
                    self.streamed(&file, named, &bytes, take);
                }
                None => self.whole(&file, &bytes, take),
            },
            Err(error) => self.reject(named, unreadable(file.origin, error.to_string()), take),
        }
        self.bytes = bytes;
    }

    /// A file that is read as it is stored.
    fn stored(
        &mut self,
        file: &File,
        format: Format,
        bytes: &[u8],
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        if format != Format::Parquet {
            let reader = WarcReader::new(bytes, self.inputs.max_page);
            return self.archive(&file.origin, format, reader, take);
        }
        match Table::open(&file.path, file.origin.clone()) {
            Ok(table) => table.slices().for_each(|slice| self.rows(&table, &slice, take)),
            Err(reject) => self.reject(format, reject, take),
        }
    }

    /// The reader names no larger file than this, be it one page or many records.
    fn largest_file(&self) -> usize {
        self.inputs.max_page.max(SMALL as usize)
    }

    /// Reads one byte more than expected at most, so that a file that grew since the walk is noticed.
    fn read(&self, file: &File, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.clear();
        let mut raw = file.open()?;
        bytes.reserve(file.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(0).saturating_add(1));
        let len = raw.by_ref().take(self.largest_file() as u64 + 1).read_to_end(bytes)?;
        self.meter.add(len as u64);
        Ok(())
    }

    /// A plain file, whole in memory.
    fn whole(&mut self, file: &File, bytes: &[u8], take: &mut impl FnMut(Result<&mut Page, Reject>)) {
        let name = file.path.to_string_lossy();
        match format_of_whole(bytes, &name, &self.inputs.fields) {
            Format::Jsonl => self.lines(&file.origin, 1, bytes, take),
            Format::Json => self.document(&file.origin, bytes, None, take),
            Format::Text | Format::Html => self.page(file.origin.clone(), &name, bytes, take),
            Format::Parquet => self.reject(Format::Parquet, unpiped(file.origin.clone()), take),
            format => self.stored(file, format, bytes, take),
        }
    }

    /// A file whose bytes are compressed or of two to a character. What it holds before a break is kept, but half a
    /// text is none.
    fn streamed(
        &mut self,
        file: &File,
        named: Format,
        bytes: &[u8],
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        let mut plain = Vec::new();
        // Its bytes were counted when it was read.
        let fault = match Stream::open(bytes, self.inputs.expansion, Meter::default()) {
            Ok(mut stream) => {
                self.recoded = stream.recoded();
                let read = stream.read_to_end(&mut plain);
                read.err().map(|error| broken(&stream, &error, file.origin.clone()))
            }
            Err(error) => Some(unreadable(file.origin.clone(), error.to_string())),
        };
        let Some(fault) = fault else { return self.whole(file, &plain, take) };
        let name = file.path.to_string_lossy();
        match format_of_whole(&plain, &name, &self.inputs.fields) {
            Format::Jsonl => {}
            Format::Json => return self.document(&file.origin, &plain, Some(fault), take),
            _ => return self.reject(named, fault, take),
        }
        plain.truncate(memchr::memrchr(b'\n', &plain).map_or(0, |last| last + 1));
        self.lines(&file.origin, 1, &plain, take);
        let line = 1 + memchr::memchr_iter(b'\n', &plain).count() as u64;
        let Origin { id, source } = file.origin.within(':', line);
        self.reject(Format::Jsonl, Reject { id, source, ..fault }, take);
    }

    /// One page, HTML if its name or its first bytes say so.
    fn page(
        &mut self,
        origin: Origin,
        name: &str,
        bytes: &[u8],
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        let is_html = format_of(name) == Some(Format::Html) || html::is_html(bytes);
        let format = if is_html { Format::Html } else { Format::Text };
        self.decoded(Raw { origin, format, bytes, is_html, charset: None, url: "", flag: None }, take);
    }

    /// Decodes a page, and renders it if it is HTML.
    pub(super) fn decoded(&mut self, raw: Raw<'_>, take: &mut impl FnMut(Result<&mut Page, Reject>)) {
        let Raw { origin, format, bytes, is_html, charset, url, flag } = raw;
        if bytes.len() > self.inputs.max_page {
            return self.reject(format, too_large(origin, "page", self.inputs.max_page), take);
        }
        self.keep_markup();
        let page = &mut self.page;
        let text = std::mem::take(&mut page.text);
        *page = Page { id: origin.id, source: origin.source, text, url: url.to_owned(), ..Page::default() };
        page.flags.extend(self.recoded.map(decoded_flag).into_iter().chain(flag));
        let filled = self.fill(|pages| {
            let declares = charset.or_else(|| is_html.then(|| html::declared_encoding(bytes)).flatten());
            let Page { text, flags, .. } = &mut pages.page;
            decode_into(bytes, declares, text, flags)
                .map_err(|binary| (RejectReason::Binary, binary.sign.to_owned()))?;
            if is_html {
                pages.render();
            }
            Ok(())
        });
        if let Err((reason, detail)) = filled {
            let reject = Origin::of(&self.page).reject(reason, detail);
            return self.reject(format, reject, take);
        }
        self.hand_over(format, take);
    }

    /// Hands on the page in hand, unless it has more lines than such a page should: each takes hundreds of bytes.
    fn hand_over(&mut self, format: Format, take: &mut impl FnMut(Result<&mut Page, Reject>)) {
        let most = (self.inputs.max_page / BYTES_A_LINE).max(LINES);
        if self.page.text.len() > 2 * most && has_more_lines(&self.page.text, most) {
            let detail =
                format!("the page has more than {most} lines, one for {BYTES_A_LINE} bytes of `--max-page`");
            let reject = Origin::of(&self.page).reject(RejectReason::TooLarge, detail);
            return self.reject(format, reject, take);
        }
        self.met.page(format);
        take(Ok(&mut self.page));
    }

    /// The markup of the last page serves for the next one.
    fn keep_markup(&mut self) {
        self.markup = self.page.markup.take().or_else(|| self.markup.take());
    }

    /// Fills the page in hand; if that panics, nothing is left of what was filled but whose page it is.
    fn fill(&mut self, fill: impl FnOnce(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        let filled = caught(|| fill(self));
        if matches!(filled, Err((RejectReason::Defect, _))) {
            let Page { id, source, .. } = std::mem::take(&mut self.page);
            self.page = Page { id, source, ..Page::default() };
            (self.html, self.markup) = (String::new(), None);
        }
        filled
    }

    /// Renders the HTML that stands in the page's text.
    fn render(&mut self) {
        std::mem::swap(&mut self.html, &mut self.page.text);
        self.page.markup = self.markup.take();
        render_onto(&mut self.page, &self.html);
    }

    fn lines(
        &mut self,
        origin: &Origin,
        first: u64,
        bytes: &[u8],
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        let mut rest = bytes;
        for number in first.. {
            if rest.is_empty() {
                break;
            }
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = &rest[..end];
            rest = rest.get(end + 1..).unwrap_or_default();
            if line.len() > self.inputs.max_page {
                let reject = too_large(origin.within(':', number), "line", self.inputs.max_page);
                self.reject(Format::Jsonl, reject, take);
            } else if !is_blank(line) {
                self.line(origin.within(':', number), Format::Jsonl, line, Vec::new(), take);
            }
        }
    }

    /// A page that stands as one JSON object, with the flags that it has already.
    pub(super) fn line(
        &mut self,
        origin: Origin,
        format: Format,
        line: &[u8],
        flags: Vec<String>,
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        self.keep_markup();
        let filled = self.fill(|pages| {
            let page = &mut pages.page;
            jsonl::parse_into(line, &pages.inputs.fields, page).map_err(|(reason, mut detail)| {
                if reason == RejectReason::NoTextField {
                    detail += &hints::pages_elsewhere(&page.extra);
                }
                (reason, detail)
            })?;
            if format == Format::Json {
                jsonl::put_on_one_line(&mut page.extra);
            }
            if page.input == Input::Html {
                pages.render();
            }
            Ok(())
        });
        let page = &mut self.page;
        if page.id.is_empty() {
            page.id = origin.id;
        }
        page.source = origin.source;
        page.flags.extend(self.recoded.map(decoded_flag).into_iter().chain(flags));
        if let Err((reason, detail)) = filled {
            let reject = Origin::of(page).reject(reason, detail);
            return self.reject(format, reject, take);
        }
        self.hand_over(format, take);
    }
}

/// Whether a text has more than `most` lines that are not empty.
fn has_more_lines(text: &str, most: usize) -> bool {
    let bytes = text.as_bytes();
    let is_full = |&end: &usize| bytes.get(end + 1).is_some_and(|next| *next != b'\n');
    memchr::memchr_iter(b'\n', bytes).filter(is_full).nth(most.saturating_sub(1)).is_some()
}

fn is_blank(line: &[u8]) -> bool {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).iter().all(u8::is_ascii_whitespace)
}
