//! The files beside the articles: what was removed from each of them, line by line with the output, and the pages that
//! gave none. Rules are named by the caller, since what comes out knows no rules.

use super::json;
use crate::model::{Page, Reject, Removal, RuleId};

/// What the sidecar says of rules.
pub trait RuleNames {
    /// The rule's full name.
    fn name(&self, rule: RuleId) -> &str;

    /// The name of the field that the rule captures into, `""` when it captures nothing.
    fn field(&self, rule: RuleId) -> &'static str;
}

/// Appends `{"id","removed":[{"line","start","end","at","action","field","rules":[{"id","score"}],"text"}]}` and a
/// newline.
///
/// `start` and `end` are bytes of the page's text, `at` is the byte of the record's text where the part would go back
/// in, of which `heading` bytes stand before the article's own ([`write_record`](super::write_record) tells them), `field`
/// the name of the field that a rule captured it into, whatever took it, or `""`. Every key is always there.
pub fn write_removed(
    out: &mut Vec<u8>,
    page: &Page,
    heading: usize,
    removals: &[Removal],
    names: &impl RuleNames,
) {
    out.extend_from_slice(b"{\"id\":");
    json::string(out, &page.id);
    json::key(out, "removed");
    out.push(b'[');
    for (nth, removal) in removals.iter().enumerate() {
        out.extend_from_slice(if nth == 0 { b"{\"line\":" } else { b",{\"line\":" });
        json::number(out, removal.line.into());
        json::key(out, "start");
        json::number(out, removal.span.start.into());
        json::key(out, "end");
        json::number(out, removal.span.end.into());
        json::key(out, "at");
        json::number(out, u64::from(removal.at) + heading as u64);
        json::key(out, "action");
        json::string(out, removal.action);
        json::key(out, "field");
        // A title is captured where it stands, and taken by other rules, or by the line model: it is in its field all the same.
        let mut fields = removal.rules.iter().map(|share| names.field(share.rule));
        let captured = fields.find(|field| !field.is_empty());
        json::string(out, captured.unwrap_or_default());
        json::key(out, "rules");
        out.push(b'[');
        for (nth, share) in removal.rules.iter().enumerate() {
            out.extend_from_slice(if nth == 0 { b"{\"id\":" } else { b",{\"id\":" });
            json::string(out, names.name(share.rule));
            json::key(out, "score");
            json::decimal(out, share.score.as_f64());
            out.push(b'}');
        }
        out.push(b']');
        json::key(out, "text");
        json::string(out, &page.text[removal.span.range()]);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}\n");
}

/// A page that gave no article, as the rejects file tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing<'a> {
    /// The page's id.
    pub id: &'a str,
    /// Where it came from.
    pub source: &'a str,
    /// `rejected`, `empty` or `skipped`.
    pub outcome: &'static str,
    /// Why, in one word.
    pub reason: &'a str,
    /// The particulars, `""` when the reason says all.
    pub detail: &'a str,
}

impl<'a> From<&'a Reject> for Missing<'a> {
    fn from(reject: &'a Reject) -> Self {
        Self {
            id: &reject.id,
            source: &reject.source,
            outcome: "rejected",
            reason: reject.reason.name(),
            detail: &reject.detail,
        }
    }
}

/// Appends `{"id","source","outcome","reason","detail"}` and a newline.
pub fn write_missing(out: &mut Vec<u8>, missing: &Missing<'_>) {
    out.extend_from_slice(b"{\"id\":");
    json::string(out, missing.id);
    for (key, value) in [
        ("source", missing.source),
        ("outcome", missing.outcome),
        ("reason", missing.reason),
        ("detail", missing.detail),
    ] {
        json::key(out, key);
        json::string(out, value);
    }
    out.extend_from_slice(b"}\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RejectReason, RuleShare, Score, Span};

    struct Known;

    impl RuleNames for Known {
        fn name(&self, _: RuleId) -> &str {
            "web.en/share"
        }

        fn field(&self, _: RuleId) -> &'static str {
            "notes"
        }
    }

    #[test]
    fn a_removal_says_where_why_and_what() {
        let page =
            Page { id: "a".to_owned(), text: "Share „this“\nWords.".to_owned(), ..Page::default() };
        let share = RuleShare { rule: RuleId::new(0), score: Score::try_from_f64(0.4).unwrap() };
        let removal = Removal {
            line: 0,
            span: Span::new(0, "Share „this“".len()),
            at: 0,
            action: "line-model",
            rules: vec![share],
        };
        let mut out = Vec::new();
        write_removed(&mut out, &page, "T\n\n".len(), &[removal], &Known);
        write_removed(&mut out, &page, 0, &[], &Known);
        let expected = concat!(
            r#"{"id":"a","removed":[{"line":0,"start":0,"end":16,"at":3,"action":"line-model","field":"notes","#,
            r#""rules":[{"id":"web.en/share","score":0.4}],"text":"Share „this“"}]}"#,
            "\n",
            r#"{"id":"a","removed":[]}"#,
            "\n"
        );
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_reject_keeps_its_reason_and_place() {
        let reject = Reject {
            id: "a:3".to_owned(),
            source: "d/a.jsonl:3".to_owned(),
            reason: RejectReason::InvalidJson,
            detail: "expected `,` at column 9".to_owned(),
        };
        let mut out = Vec::new();
        write_missing(&mut out, &Missing::from(&reject));
        let expected = concat!(
            r#"{"id":"a:3","source":"d/a.jsonl:3","outcome":"rejected","reason":"invalid-json","#,
            r#""detail":"expected `,` at column 9"}"#,
            "\n"
        );
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
