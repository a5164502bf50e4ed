//! Spans of days: `3-5 may 2020`, `april 28 - may 3, 2020`.
//!
//! A span is no day, and whether its first day or its last is meant the page does not say. So its moment is what both days share:
//! the month, or else the year. They are not read by templates of a date, since a span tells when something takes place.

use super::date::{day, eat_gap, eat_ordinal, ends, read_year};
use super::moment::Moment;
use super::scan::Cursor;
use super::words::{Month, WORD_TABLES};

/// What stands between the first day and the last.
const TO: &[&str] =
    &[" - ", "-", " to ", " through ", " until ", " till ", " bis ", " au ", " al ", " t/m ", " до ", " по "];

/// What the days of the span at the front of `text` share, and the bytes that it takes.
pub(super) fn span_at(text: &str) -> Option<(Moment, usize)> {
    let mut cursor = Cursor::new(text);
    let moment =
        if cursor.is_at_digit() { read_days_first(&mut cursor) } else { read_months_first(&mut cursor) }?;
    ends(cursor).then(|| (moment, cursor.at()))
}

/// `3-5 may 2020`, `3. bis 5. mai 2020`, `28 april - 3 may 2020`.
fn read_days_first(c: &mut Cursor<'_>) -> Option<Moment> {
    let first = read_day(c)?;
    let mut named = *c;
    eat_gap(&mut named);
    let month = named.phrase_or_abbreviation(&WORD_TABLES.months).inspect(|_| *c = named);
    if month.is_none() {
        c.eat(".");
    }
    eat_to(c)?;
    let last = read_day(c)?;
    eat_gap(c);
    let last_month = c.phrase_or_abbreviation(&WORD_TABLES.months)?;
    shared(read_year(c)?, [(first, month.unwrap_or(last_month)), (last, last_month)])
}

/// `may 3-5, 2020`, `april 28 - may 3, 2020`.
fn read_months_first(c: &mut Cursor<'_>) -> Option<Moment> {
    let month = c.phrase_or_abbreviation(&WORD_TABLES.months)?;
    eat_gap(c);
    let first = read_day(c)?;
    eat_to(c)?;
    let mut named = *c;
    let last_month = named.phrase_or_abbreviation(&WORD_TABLES.months);
    if last_month.is_some() {
        eat_gap(&mut named);
        *c = named;
    }
    let last = read_day(c)?;
    shared(read_year(c)?, [(first, month), (last, last_month.unwrap_or(month))])
}

fn read_day(c: &mut Cursor<'_>) -> Option<u32> {
    let (number, _) = c.number(2)?;
    eat_ordinal(c);
    Some(number)
}

/// Eats what parts the days, and the weekday of the last.
fn eat_to(c: &mut Cursor<'_>) -> Option<()> {
    c.eat_any(TO).then_some(())?;
    let mut weekday = *c;
    if weekday.phrase_or_abbreviation(&WORD_TABLES.weekdays).is_some() {
        weekday.eat(",");
        if weekday.eat_space() {
            *c = weekday;
        }
    }
    Some(())
}

/// The month or the year of two days of which the first is the earlier one.
fn shared(year: u16, days: [(u32, Month); 2]) -> Option<Moment> {
    let [first, last] = days.map(|(number, month)| (month.number, number));
    let exist = [first, last].iter().all(|&(month, number)| day(year, u32::from(month), number).is_some());
    if !exist || first >= last {
        return None;
    }
    if first.0 == last.0 { Moment::from_month(year, first.0) } else { Moment::from_year(year) }
}
