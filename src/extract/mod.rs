//! The article's fields, from what the rules captured: title, authors, dates, place, notes.
//!
//! Rules say where a field stands; here its value is read, cleaned and chosen. What stands near the title is trusted
//! before what stands elsewhere: the tail of a page is full of other stories' bylines and dates.

mod title;

use crate::bits::{self, BLOCK, Block, first_bits};
use crate::dates::{self, is_day, is_day_of};
use crate::fold::fold;
use crate::matcher::PageView;
use crate::model::{Action, Article, CaptureField, Decision, Field, Hit, Page, Score, Told, Zone};
use crate::names::{after_label, may_be_name, split_names};
use crate::rules::RuleSet;
use crate::segment::is_parted;
use foldhash::{HashSet, HashSetExt};
use std::cmp::Reverse;
use std::ops::Range;

/// Lines between two bylines of one article, at most.
const BYLINE_REACH: u32 = 4;

/// Fills the fields of `article` from what `source` tells of itself, and from what the rules captured on `page`.
pub(crate) fn fill_fields(
    set: &RuleSet,
    page: &PageView<'_>,
    decision: &Decision,
    source: &Page,
    article: &mut Article,
) {
    let captures = Captures::of(set, page, decision);
    article.title =
        title::choose(page, &source.title, captures.best(CaptureField::Title).map(|hit| captures.value(hit)));
    // What the page says of itself goes before what its text shows.
    let Told { authors, published, updated, site, .. } = &source.told;
    article.authors = if authors.is_empty() { captures.authors() } else { authors.clone() };
    article.published = fuller(published, || captures.moment(CaptureField::Published));
    article.updated = fuller(updated, || captures.moment(CaptureField::Updated));
    article.location = captures.text(CaptureField::Location);
    article.site = or_else(site, || captures.text(CaptureField::Site));
    article.captured.clear();
    for field in [CaptureField::Standfirst, CaptureField::Notes, CaptureField::Related] {
        article.captured.extend(
            captures.all(field).map(|hit| Field { name: field.name(), value: squeeze(captures.value(hit)) }),
        );
    }
}

fn or_else(told: &str, shown: impl FnOnce() -> String) -> String {
    if told.is_empty() { shown() } else { told.to_owned() }
}

/// The date that is told, unless it is a year or a month and a day of it is shown.
fn fuller(told: &str, shown: impl FnOnce() -> String) -> String {
    if is_day(told) {
        return told.to_owned();
    }
    let shown = shown();
    if told.is_empty() || is_day_of(told, &shown) { shown } else { told.to_owned() }
}

/// `text` with every run of white space one space.
pub(crate) fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    squeeze_onto(text, &mut squeezed);
    squeezed
}

/// Appends `text` to `out`, every run of white space one space, none at the ends; where a line end lies within, as much as
/// the two pieces need.
pub(crate) fn squeeze_onto(text: &str, out: &mut String) {
    for (nth, piece) in text.split('\n').map(str::trim).filter(|piece| !piece.is_empty()).enumerate() {
        if nth > 0 && is_parted(out.chars().next_back(), piece) {
            out.push(' ');
        }
        let mut kept = 0;
        for_each_gap(piece, |gap| {
            out.push_str(&piece[kept..gap.start]);
            out.push(' ');
            kept = gap.end;
        });
        out.push_str(&piece[kept..]);
    }
}

/// Calls `visit` with every run of white space within a trimmed text that is not one plain space.
fn for_each_gap(text: &str, mut visit: impl FnMut(Range<usize>)) {
    let (bytes, mut done, mut after_space) = (text.as_bytes(), 0, 0);
    for base in (0..bytes.len()).step_by(BLOCK) {
        let Block { spaces, controls, beyond, .. } = Block::of(&bytes[base..]);
        let second = spaces & (spaces << 1 | after_space) & first_bits(bytes.len() - base);
        after_space = spaces >> (BLOCK - 1);
        for at in bits::members_of_word(0, second | controls | beyond).map(|bit| base + bit) {
            // What continues a character is no place to look at, nor is the rest of a gap.
            if at < done || !text.is_char_boundary(at) || !text[at..].starts_with(char::is_whitespace) {
                continue;
            }
            let start = text[..at].trim_end().len();
            let end = text.len() - text[at..].trim_start().len();
            visit(start..end);
            done = end;
        }
    }
}

struct Captures<'a> {
    set: &'a RuleSet,
    page: &'a PageView<'a>,
    /// The hits that capture, in page order.
    hits: Vec<(CaptureField, &'a Hit)>,
}

impl<'a> Captures<'a> {
    fn of(set: &'a RuleSet, page: &'a PageView<'a>, decision: &'a Decision) -> Self {
        let capture = |hit: &'a Hit| match set.rule(hit.rule).action() {
            Action::Capture { field, .. } if !is_of_the_site(page, hit, *field) => Some((*field, hit)),
            _ => None,
        };
        Self { set, page, hits: decision.hits.iter().filter_map(capture).collect() }
    }

    /// The hits that captured `field`, in page order.
    fn all(&self, field: CaptureField) -> impl Iterator<Item = &'a Hit> + '_ {
        self.hits.iter().filter(move |(captured, _)| *captured == field).map(|(_, hit)| *hit)
    }

    fn value(&self, hit: &Hit) -> &'a str {
        &self.page.text[hit.value.range()]
    }

    /// The most trusted hit: above the end of the prose before below it, then the strongest rule, then the first.
    fn best(&self, field: CaptureField) -> Option<&'a Hit> {
        self.all(field).min_by_key(|hit| self.trust(hit))
    }

    /// Sorts hits by how far they are trusted, the most trusted first.
    fn trust(&self, hit: &Hit) -> (bool, Reverse<Score>, u32) {
        (self.in_tail(hit), Reverse(self.set.rule(hit.rule).score()), hit.line)
    }

    fn in_tail(&self, hit: &Hit) -> bool {
        self.page.lines.lines[hit.line as usize].zone == Zone::Tail
    }

    fn text(&self, field: CaptureField) -> String {
        self.best(field).map(|hit| squeeze(self.value(hit))).unwrap_or_default()
    }

    /// The names on the best byline that holds any, and on those close to it.
    fn authors(&self) -> Vec<String> {
        let mut hits: Vec<&Hit> = self.all(CaptureField::Authors).collect();
        hits.sort_by_key(|hit| self.trust(hit));
        let mut named = hits.into_iter().map(|hit| (hit, self.names_on(hit)));
        let Some((best, on_best)) = named.find(|(_, names)| !names.is_empty()) else { return Vec::new() };
        let mut authors: Vec<String> = Vec::new();
        let mut known = HashSet::new();
        let near = self.all(CaptureField::Authors).filter(|hit| {
            hit.line.abs_diff(best.line) <= BYLINE_REACH && self.in_tail(hit) == self.in_tail(best)
        });
        let names = |hit: &Hit| if std::ptr::eq(hit, best) { on_best.clone() } else { self.names_on(hit) };
        for name in near.flat_map(names) {
            if known.insert(fold(&name)) {
                authors.push(name);
            }
        }
        authors
    }

    /// The names that a byline holds. Where nothing but names stands on the line, and no label above it, they must look like
    /// people's: menus and buttons look like a byline otherwise.
    fn names_on(&self, hit: &Hit) -> Vec<String> {
        let value = self.value(hit);
        let names = split_names(value);
        let line = |index: u32| &self.page.text[self.page.lines.lines[index as usize].span.range()];
        let bare = |text: &'a str| text.trim_matches(|c: char| !c.is_alphanumeric());
        let is_bare = bare(line(hit.line)) == bare(value);
        let above = hit.line.checked_sub(1).map(|above| format!("{} {value}", line(above)));
        if !is_bare || above.is_some_and(|joined| after_label(&joined).is_some()) {
            return names;
        }
        names.into_iter().filter(|name| may_be_name(name)).collect()
    }

    /// The first date that the captures of `field` hold, the most trusted capture first; with all the precision
    /// that the same line gives, and no more.
    fn moment(&self, field: CaptureField) -> String {
        let mut hits: Vec<&Hit> = self.all(field).collect();
        hits.sort_by_key(|hit| self.trust(hit));
        hits.into_iter().find_map(|hit| first_date(self.value(hit))).unwrap_or_default()
    }
}

/// Whether a name or a date stands where markup says that the site speaks, and not the story: menus are full of what
/// looks like names.
fn is_of_the_site(page: &PageView<'_>, hit: &Hit, field: CaptureField) -> bool {
    use CaptureField::{Authors, Published, Updated};
    let of_the_story = matches!(field, Authors | Published | Updated);
    page.markup.is_some_and(|markup| of_the_story && markup.is_of_the_site(hit.line as usize))
}

fn first_date(value: &str) -> Option<String> {
    let folded = fold(value);
    let (moment, _) = dates::find_dates(&folded).into_iter().next()?;
    Some(moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_day_that_is_shown_goes_before_its_year_that_is_told() {
        for (told, shown, date) in [
            ("2020", "2020-01-03", "2020-01-03"),
            ("2020", "2019-12-31", "2020"),
            ("2020-01", "2020", "2020-01"),
            ("2020-01-03", "2020-01-03T12:47", "2020-01-03"),
            ("", "2020", "2020"),
        ] {
            assert_eq!(fuller(told, || shown.to_owned()), date, "{told} {shown}");
        }
    }

    proptest! {
        #[test]
        fn every_run_of_white_space_becomes_one_space(
            text in "([a-zé’分]{1,30}[ \t\r\u{b}\u{1c}\u{85}\u{a0}\u{2003}\u{3000}]{1,3}){0,8}[a-zé’ \u{a0}]{0,4}",
        ) {
            let expected: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(squeeze(&text), expected.join(" "));
        }
    }
}
