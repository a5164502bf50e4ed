//! Which records are pages. Answers of servers that went well, resources and conversions are, when they are HTML or text;
//! all other records are none, and are counted by why. A page that cannot be had is rejected.

use super::http::Http;
use super::{Fault, WarcHead, WarcKind, WarcRecord};
use crate::html;
use crate::model::RejectReason;
use encoding_rs::Encoding;
use std::borrow::Cow;

/// Why a record is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPage {
    /// Records of this type never are.
    Kind(WarcKind),
    /// It is neither HTML nor text: an image, a script, an answer of a name server.
    NotHtml,
    /// The server did not answer with the page, but with an error or another address.
    Status,
}

impl NoPage {
    /// The name that the summary uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.name(),
            Self::NotHtml => "not-html",
            Self::Status => "http-status",
        }
    }
}

/// The bytes of a page, and what is known of them.
pub(in crate::source) struct Payload<'a> {
    pub(in crate::source) bytes: Cow<'a, [u8]>,
    pub(in crate::source) is_html: bool,
    /// The encoding that the server named.
    pub(in crate::source) charset: Option<&'static Encoding>,
}

/// What a record is.
pub(in crate::source) enum Judged<'a> {
    Page(Payload<'a>),
    NoPage(NoPage),
    Reject(Fault),
}

/// Judges a record; a page has `largest` bytes at most.
pub(in crate::source) fn judge<'a>(record: &'a WarcRecord, largest: usize) -> Judged<'a> {
    let WarcRecord { head, body, .. } = record;
    let answer = match answer(head, body) {
        Ok(answer) => answer,
        Err(detail) => return Judged::Reject((RejectReason::BrokenRecord, detail.to_owned())),
    };
    if let Some(no_page) = without_bytes(head, answer.as_ref()) {
        return Judged::NoPage(no_page);
    }
    let bytes = match &answer {
        Some(http) => match http.body(largest, head.truncated) {
            Ok(bytes) => bytes,
            Err(fault) => return Judged::Reject(fault),
        },
        None => Cow::Borrowed(body.as_slice()),
    };
    let said = media_type(head, answer.as_ref());
    let is_html = match said.name.as_str() {
        "text/html" | "application/xhtml+xml" => true,
        "text/plain" => false,
        _ => html::is_html(&bytes),
    };
    if !is_html && said.name != "text/plain" {
        return Judged::NoPage(NoPage::NotHtml);
    }
    Judged::Page(Payload { bytes, is_html, charset: said.charset })
}

/// Why a record is no page, as far as its begin tells.
pub(super) fn no_page(head: &WarcHead, begin: &[u8]) -> Option<NoPage> {
    if !head.kind.may_be_page() {
        return Some(NoPage::Kind(head.kind));
    }
    without_bytes(head, answer(head, begin).ok()?.as_ref())
}

/// The server's answer, where the record is one.
fn answer<'a>(head: &WarcHead, body: &'a [u8]) -> Result<Option<Http<'a>>, &'static str> {
    match head.kind {
        WarcKind::Response => match Http::parse(body) {
            None if head.content_type.to_ascii_lowercase().starts_with("application/http") => {
                Err("the record should be an answer of a server, but does not begin so")
            }
            answer => answer.transpose(),
        },
        _ => Ok(None),
    }
}

fn without_bytes(head: &WarcHead, answer: Option<&Http<'_>>) -> Option<NoPage> {
    if answer.is_some_and(|http| !(200..300).contains(&http.status)) {
        return Some(NoPage::Status);
    }
    let name = media_type(head, answer).name;
    let may_be = matches!(
        name.as_str(),
        "" | "text/html"
            | "application/xhtml+xml"
            | "text/plain"
            | "application/octet-stream"
            | "application/xml"
            | "text/xml"
            | "unknown/unknown"
    );
    // A type that is none was made up by somebody who did not know it.
    (!may_be && name.contains('/')).then_some(NoPage::NotHtml)
}

struct MediaType {
    /// In lower case, without parameters; empty when it is not told.
    name: String,
    charset: Option<&'static Encoding>,
}

fn media_type(head: &WarcHead, answer: Option<&Http<'_>>) -> MediaType {
    let said = answer.map_or(head.content_type.as_str(), |http| http.field("content-type"));
    let mut parts = said.split(';');
    let name = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (key, label) = part.split_once('=')?;
        let is_charset = key.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| Encoding::for_label(label.trim().trim_matches(['"', '\'']).as_bytes()))?
    });
    MediaType { name, charset }
}
