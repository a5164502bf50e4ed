//! The working side of a run: turns chunks into pages. Each thread has its own [`Pages`], whose buffers are used again
//! from page to page. A page that cannot be read is handed over as a reject, in its place among the others.

use super::decode::{decode_into, decoded_flag};
use super::feed::{Chunk, Item, SMALL, broken, record, too_large};
use super::inputs::Inputs;
use super::jsonl;
use super::names::says_html;
use super::packing::Meter;
use super::recode::utf16_of;
use super::stream::{self, Content, Stream};
use super::walk::{File, Origin, unreadable};
use crate::html;
use crate::metadata;
use crate::model::{Input, Markup, Page, Reject, RejectReason};
use std::fs;
use std::io::{self, Read};

/// Decodes chunks into pages; one for each thread.
pub struct Pages<'a> {
    inputs: &'a Inputs,
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
    pub fn each(&mut self, chunk: Chunk, mut take: impl FnMut(Result<&Page, Reject>)) {
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
                }
                Item::Reject(reject) => take(Err(reject)),
            }
        }
    }

    fn file(&mut self, file: File, take: &mut impl FnMut(Result<&Page, Reject>)) {
        self.recoded = None;
        let mut bytes = std::mem::take(&mut self.bytes);
        match self.read(&file, &mut bytes) {
            Ok(()) if bytes.len() > self.largest_file() => {
                take(Err(too_large(file.origin, "file", self.largest_file())));
            }
            Ok(()) if stream::is_packed(&bytes) || utf16_of(&bytes).is_some() => {
                self.streamed(file, &bytes, take);
            }
            Ok(()) => self.whole(file, &bytes, take),
            Err(error) => take(Err(unreadable(file.origin, error.to_string()))),
        }
        self.bytes = bytes;
    }

    /// The reader names no larger file than this, be it one page or many records.
    fn largest_file(&self) -> usize {
        self.inputs.max_page.max(SMALL as usize)
    }

    /// Reads one byte more than expected at most, so that a file that grew since the walk is noticed.
    fn read(&self, file: &File, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.clear();
        let mut raw = fs::File::open(&file.path)?;
        bytes.reserve(file.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(0).saturating_add(1));
        let len = raw.by_ref().take(self.largest_file() as u64 + 1).read_to_end(bytes)?;
        self.meter.add(len as u64);
        Ok(())
    }

    /// A plain file, whole in memory.
    fn whole(&mut self, file: File, bytes: &[u8], take: &mut impl FnMut(Result<&Page, Reject>)) {
        let name = file.path.to_string_lossy();
        match stream::content_of_whole(bytes, &name, &self.inputs.fields) {
            Content::Page => self.page(file.origin, &name, bytes, take),
            Content::Lines => self.lines(&file.origin, 1, bytes, take),
        }
    }

    /// A file whose bytes are compressed or of two to a character. What it holds before a break is kept, but half a
    /// text is none.
    fn streamed(&mut self, file: File, bytes: &[u8], take: &mut impl FnMut(Result<&Page, Reject>)) {
        let mut plain = Vec::new();
        // Its bytes were counted when it was read.
        let fault = match Stream::open(bytes, Meter::default()) {
            Ok(mut stream) => {
                self.recoded = stream.recoded();
                let read = stream.read_to_end(&mut plain);
                read.err().map(|error| broken(&stream, &error, file.origin.clone()))
            }
            Err(error) => Some(unreadable(file.origin.clone(), error.to_string())),
        };
        let Some(fault) = fault else { return self.whole(file, &plain, take) };
        let name = file.path.to_string_lossy();
        if stream::content_of_whole(&plain, &name, &self.inputs.fields) == Content::Page {
            return take(Err(fault));
        }
        plain.truncate(memchr::memrchr(b'\n', &plain).map_or(0, |last| last + 1));
        self.lines(&file.origin, 1, &plain, take);
        let line = 1 + memchr::memchr_iter(b'\n', &plain).count() as u64;
        let Origin { id, source } = record(&file.origin, line);
        take(Err(Reject { id, source, ..fault }));
    }

    /// One page, HTML if its name or its first bytes say so.
    fn page(
        &mut self,
        origin: Origin,
        name: &str,
        bytes: &[u8],
        take: &mut impl FnMut(Result<&Page, Reject>),
    ) {
        if bytes.len() > self.inputs.max_page {
            return take(Err(too_large(origin, "page", self.inputs.max_page)));
        }
        let is_html = says_html(name) || html::is_html(bytes);
        let declares = if is_html { html::declared_encoding(bytes) } else { None };
        self.keep_markup();
        let page = &mut self.page;
        let text = std::mem::take(&mut page.text);
        *page = Page { id: origin.id, source: origin.source, text, ..Page::default() };
        page.flags.extend(self.recoded.map(decoded_flag));
        match decode_into(bytes, declares, &mut page.text, &mut page.flags) {
            Ok(()) => {
                if is_html {
                    self.render();
                }
                take(Ok(&self.page));
            }
            Err(binary) => take(Err(Reject {
                id: page.id.clone(),
                source: page.source.clone(),
                reason: RejectReason::Binary,
                detail: binary.sign.to_owned(),
            })),
        }
    }

    /// The markup of the last page serves for the next one.
    fn keep_markup(&mut self) {
        self.markup = self.page.markup.take().or_else(|| self.markup.take());
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
        take: &mut impl FnMut(Result<&Page, Reject>),
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
                take(Err(too_large(record(origin, number), "line", self.inputs.max_page)));
            } else if !is_blank(line) {
                self.line(record(origin, number), line, take);
            }
        }
    }

    fn line(&mut self, origin: Origin, line: &[u8], take: &mut impl FnMut(Result<&Page, Reject>)) {
        self.keep_markup();
        let parsed = jsonl::parse_into(line, &self.inputs.fields, &mut self.page);
        let page = &mut self.page;
        if page.id.is_empty() {
            page.id = origin.id;
        }
        page.source = origin.source;
        page.flags.extend(self.recoded.map(decoded_flag));
        match parsed {
            Ok(()) => {
                if page.input == Input::Html {
                    self.render();
                }
                take(Ok(&self.page));
            }
            Err((reason, detail)) => {
                take(Err(Reject { id: page.id.clone(), source: page.source.clone(), reason, detail }));
            }
        }
    }
}

/// The page that `html` is, without an id: its lines, its markup, and what it says of itself.
pub fn html_page(html: &str) -> Page {
    let mut page = Page::default();
    render_onto(&mut page, html);
    page
}

fn render_onto(page: &mut Page, html: &str) {
    let mut markup = page.markup.take().unwrap_or_default();
    html::render_into(html, &mut page.text, &mut markup);
    page.input = Input::Html;
    page.markup = Some(markup);
    metadata::fill(page);
}

fn is_blank(line: &[u8]) -> bool {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).iter().all(u8::is_ascii_whitespace)
}
