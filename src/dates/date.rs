//! Calendar dates as pages write them, with or without weekday and time of day.
//!
//! Forms with a month word and a four-digit year are read in every order. Numbers alone need a year from 1970 to 2100;
//! `03.01.2020` is day first, as everywhere that writes it so, while `3/1/2020` and `3-1-2020` differ by country: when
//! both parts may be months, only the year is known. Refused: two-digit years, and eight digits without a time after
//! them, which are numbers of things more often than dates.

use super::moment::{Moment, Time};
use super::opening::Opening;
use super::scan::Cursor;
use super::time::{read_behind_t, read_zoned};
use super::words::{Month, WORD_TABLES};

/// The date at the front of `text`, with a time of day and zone when they belong to the same expression, and the
/// bytes that it takes.
pub fn date_at(text: &str) -> Option<(Moment, usize)> {
    let mut cursor = start(text)?;
    let moment = read_time_and_date(&mut cursor).or_else(|| read_date_and_time(&mut cursor))?;
    ends(cursor).then(|| (moment, cursor.at()))
}

/// What [`date_at`] and [`bare_date_at`] find, where both are wanted: text without a date is read once.
pub fn dates_at(text: &str) -> [Option<usize>; 2] {
    let Some(mut cursor) = start(text) else { return [None; 2] };
    let mut timed = cursor;
    let bare = read_date(&mut cursor).map(|_| cursor.at());
    let whole = read_time_and_date(&mut timed).or_else(|| bare.and_then(|_| read_date_and_time(&mut timed)));
    [whole.filter(|_| ends(timed)).map(|_| timed.at()), bare]
}

/// Like [`date_at`], but the date only: a time of day after it is left standing.
pub fn bare_date_at(text: &str) -> Option<(Moment, usize)> {
    let mut cursor = start(text)?;
    let moment = read_date(&mut cursor)?;
    Some((moment, cursor.at()))
}

/// A day with month word and year that letters may follow: scrapes lose the space in `June 29, 2020Updated`.
pub(super) fn glued_date_at(text: &str) -> Option<(Moment, usize)> {
    let cursor = start(text)?;
    [read_month_first, read_day_first].into_iter().find_map(|read| {
        let mut c = cursor;
        let moment = read(&mut c).filter(|moment| moment.day().is_some())?;
        (!c.is_at_digit()).then(|| (moment, c.at()))
    })
}

/// Bytes of a day that no calendar has, with its month word and year: `31 june 2020`. Read without its number it would be a
/// month that nobody wrote. A number above 31 is no day, and the month behind it stands for itself: `issue 45, june 2020`.
pub(super) fn impossible_day_at(text: &str) -> Option<usize> {
    let mut cursor = start(text)?;
    let (number, month) = read_day_and_month(&mut cursor)?;
    let year = read_year(&mut cursor)?;
    let impossible = (1..=31).contains(&number) && day(year, u32::from(month.number), number).is_none();
    impossible.then(|| cursor.at())
}

/// Bytes of a day without a year at the front of `text`: `jan 3`, `friday, 3 march`, `1月3日`. A time of day may
/// follow. No moment can be made of it; lines of noise hold such days all the same.
pub fn day_at(text: &str) -> Option<usize> {
    let mut cursor = start(text)?;
    with_weekday(&mut cursor, read_day)?;
    read_glued_time(&mut cursor);
    Some(cursor.at())
}

/// A cursor on `text` unless its first bytes already say that no date stands there.
fn start(text: &str) -> Option<Cursor<'_>> {
    Opening::Date.may_begin(text).then(|| Cursor::new(text))
}

/// Whether a date ends here: as a word does, or at the slash of ISO 8601 before the date that a span of time ends with.
pub(super) fn ends(cursor: Cursor<'_>) -> bool {
    let spans = |mut c: Cursor<'_>| {
        c.eat("/") && c.number(4).is_some_and(|(_, digits)| digits == 4) && c.eat("-") && c.is_at_digit()
    };
    cursor.is_word_end() || spans(cursor)
}

/// `15:01 gmt, 3 january 2020`: the time first, which is rarer.
fn read_time_and_date(cursor: &mut Cursor<'_>) -> Option<Moment> {
    let mut c = *cursor;
    // Nearly every word fails here, so that the table of zones and halves is not asked for it.
    if !c.is_at_digit() && !WORD_TABLES.halves.may_start(c.rest()) {
        return None;
    }
    let time = read_zoned(&mut c)?;
    c.eat(",");
    if !c.eat_any(&[" on ", " - ", " | ", " · ", " • ", " "]) {
        return None;
    }
    let date = read_date(&mut c)?;
    // With a time on either side the first belongs to something else: `0:00 3 january 2020 15:01`.
    if read_glued_time(&mut { c }).is_some() {
        return None;
    }
    *cursor = c;
    Some(time.map_or(date, |time| date.at(time)))
}

fn read_date_and_time(cursor: &mut Cursor<'_>) -> Option<Moment> {
    let date = read_date(cursor)?;
    let time = read_glued_time(cursor).flatten();
    Some(time.map_or(date, |time| date.at(time)))
}

/// Eats the time of day that belongs to the date before it, and what stands between them. The inner value is missing when the
/// time is not known to the minute.
fn read_glued_time(cursor: &mut Cursor<'_>) -> Option<Option<Time>> {
    let mut c = *cursor;
    let time = if iso_time_follows(c) {
        c.eat("t");
        read_behind_t(&mut c)?
    } else {
        eat_time_glue(&mut c).then(|| read_zoned(&mut c)).flatten()?
    };
    *cursor = c;
    Some(time)
}

/// Eats what pages set between a date and its time.
fn eat_time_glue(c: &mut Cursor<'_>) -> bool {
    let before = *c;
    let comma = c.eat_any(&[",", "،", ";"]);
    let space = c.eat_any(&[" - ", " | ", " · ", " • ", " / ", " @ ", " "]);
    c.eat_any(&["at ", "um ", "à ", "a las ", "às ", "as ", "alle ", "om ", "в ", "о ", "o "]);
    comma || space || before.follows_unspaced()
}

/// Whether the `T` of ISO 8601 stands here, which glues a time to a date.
fn iso_time_follows(mut c: Cursor<'_>) -> bool {
    c.eat("t") && c.rest().starts_with(|next: char| next.is_ascii_digit())
}

fn read_date(cursor: &mut Cursor<'_>) -> Option<Moment> {
    with_weekday(cursor, |c| {
        let by_number: &[fn(&mut Cursor<'_>) -> Option<Moment>] =
            &[read_numeric, read_day_first, read_year_first];
        let by_word: &[fn(&mut Cursor<'_>) -> Option<Moment>] = &[read_month_first];
        let mut tries = if c.is_at_digit() { by_number } else { by_word }.iter();
        tries.find_map(|read| {
            let mut tried = *c;
            let moment = read(&mut tried).filter(|_| ends(tried) || iso_time_follows(tried))?;
            *c = tried;
            Some(moment)
        })
    })
}

/// Reads with a weekday before or after, or none. A weekday word may be a month word too (`mar 3, 2020`).
fn with_weekday<T>(cursor: &mut Cursor<'_>, read: impl Fn(&mut Cursor<'_>) -> Option<T>) -> Option<T> {
    let mut c = *cursor;
    if c.phrase_or_abbreviation(&WORD_TABLES.weekdays).is_some() {
        // Without a gap it is the end of another word: `発売日2020年1月3日`.
        let comma = c.eat_any(&[",", "،"]);
        let gap = c.eat_space() || comma;
        c.eat_any(&["the ", "den ", "le ", "el ", "dia ", "día ", "d. "]);
        if gap && let Some(found) = read(&mut c) {
            *cursor = c;
            return Some(found);
        }
    }
    let found = read(cursor)?;
    let mut c = *cursor;
    c.eat_any(&[",", "،"]);
    c.eat_space();
    let bracket = c.eat("(");
    let word = c;
    if c.phrase_or_abbreviation(&WORD_TABLES.weekdays).is_some() {
        // Short forms are everyday words (`so`, `to`, `per`), so after a date they count in brackets only; and `mar. 4` is a day.
        let closed = if bracket { c.eat(")") } else { c.at() - word.at() > 3 && !begins_day(word) };
        if closed {
            *cursor = c;
        }
    }
    Some(found)
}

/// Whether a month with a day stands here.
fn begins_day(mut c: Cursor<'_>) -> bool {
    let month = c.phrase_or_abbreviation(&WORD_TABLES.months);
    month.is_some() && eat_gap(&mut c) && c.is_at_digit()
}

/// `2020-01-03`, `2020/1/3`, `2020. 1. 3.`, `2020年1月3日`, `03.01.2020`, `13/1/2020`.
fn read_numeric(c: &mut Cursor<'_>) -> Option<Moment> {
    let (first, digits) = c.number(8)?;
    match digits {
        8 if c.rest().starts_with(['t', 'T']) => day(recent(first / 10_000)?, first / 100 % 100, first % 100),
        4 => read_after_year(c, recent(first)?),
        1 | 2 => {
            let (second, separator) = read_part(c)?;
            c.eat(separator).then_some(())?;
            let year = recent(c.number(4).filter(|&(_, digits)| digits == 4)?.0)?;
            eat_year_word(c);
            match separator {
                "/" | "-" if first <= 12 && second <= 12 && first != second => {
                    // Which is the month depends on a country that the text does not tell.
                    Moment::from_year(year).filter(|_| first > 0 && second > 0)
                }
                _ if second > 12 => day(year, first, second),
                _ => day(year, second, first),
            }
        }
        _ => None,
    }
}

fn read_after_year(c: &mut Cursor<'_>, year: u16) -> Option<Moment> {
    c.eat_space();
    if c.eat_any(&["年", "년"]) {
        c.eat_space();
        let month = read_counted(c, MONTH_COUNTERS)?;
        let mut with_day = *c;
        with_day.eat_space();
        return match read_counted(&mut with_day, DAY_COUNTERS) {
            Some(number) => {
                *c = with_day;
                day(year, month, number)
            }
            None => Moment::from_month(year, u8::try_from(month).ok()?),
        };
    }
    let (month, separator) = read_part(c)?;
    c.eat(separator).then_some(())?;
    let (number, _) = c.number(2)?;
    if separator == ". " {
        c.eat(".");
    }
    day(year, month, number)
}

const MONTH_COUNTERS: &[&str] = &["月", "월"];
const DAY_COUNTERS: &[&str] = &["日", "号", "號", "일"];

/// Eats one or two digits and the word that says what they count.
fn read_counted(c: &mut Cursor<'_>, counters: &[&str]) -> Option<u32> {
    let (number, _) = c.number(2)?;
    c.eat_space();
    c.eat_any(counters).then_some(number)
}

/// Eats a separator and one or two digits.
fn read_part(c: &mut Cursor<'_>) -> Option<(u32, &'static str)> {
    let separator = [". ", ".", "-", "/"].into_iter().find(|separator| c.eat(separator))?;
    Some((c.number(2)?.0, separator))
}

/// `january 3rd, 2020`, `jan-03-2020`, `january 2020`, `enero de 2020`.
fn read_month_first(c: &mut Cursor<'_>) -> Option<Moment> {
    let month = c.phrase_or_abbreviation(&WORD_TABLES.months)?;
    eat_gap(c);
    let (number, digits) = c.number(4)?;
    if digits == 4 {
        // A month that is an everyday word proves nothing beside a number alone: `out 2020`.
        let year =
            u16::try_from(number).ok().filter(|year| !month.clashes && (1900..=2100).contains(year))?;
        eat_year_word(c);
        return Moment::from_month(year, month.number);
    }
    let number = (digits <= 2).then_some(number)?;
    eat_ordinal(c);
    let year = read_year(c)?;
    day(year, u32::from(month.number), number)
}

/// `3 january 2020`, `3. januar 2020`, `3rd of january, 2020`, `3 de enero de 2020`, `03-jan-2020`, `3.jan.2020`.
fn read_day_first(c: &mut Cursor<'_>) -> Option<Moment> {
    let (number, month) = read_day_and_month(c)?;
    let year = read_year(c)?;
    day(year, u32::from(month.number), number)
}

/// `2020. január 3.`, `2020-jan-03`, `2020 january 3`.
fn read_year_first(c: &mut Cursor<'_>) -> Option<Moment> {
    let (year, digits) = c.number(4)?;
    let year = u16::try_from(year).ok().filter(|_| digits == 4)?;
    c.eat_any(&["년", "年"]);
    // No comma: `in 2020, may 5 people` goes on with something else.
    c.eat_any(&[". ", " ", "-", "/", "."]);
    let month = c.phrase_or_abbreviation(&WORD_TABLES.months)?;
    eat_gap(c);
    let (number, _) = c.number(2)?;
    c.eat(".");
    day(year, u32::from(month.number), number)
}

/// A day and a month in either order, without a year.
fn read_day(c: &mut Cursor<'_>) -> Option<()> {
    let mut month_first = *c;
    let named = month_first.phrase_or_abbreviation(&WORD_TABLES.months).and_then(|month| {
        eat_gap(&mut month_first);
        let (number, _) = month_first.number(2)?;
        eat_ordinal(&mut month_first);
        Some((number, month, month_first))
    });
    let found = named.or_else(|| {
        let mut day_first = *c;
        let (number, month) = read_day_and_month(&mut day_first)?;
        Some((number, month, day_first))
    });
    let (number, month, after) = match found {
        Some((number, month, after)) => (number, (!month.clashes).then_some(u32::from(month.number))?, after),
        None => {
            let mut digits = *c;
            let month = read_counted(&mut digits, MONTH_COUNTERS)?;
            digits.eat_space();
            let number = read_counted(&mut digits, DAY_COUNTERS)?;
            (number, month, digits)
        }
    };
    // A leap year, since the year is not known.
    day(2000, month, number).filter(|_| after.is_word_end())?;
    *c = after;
    Some(())
}

fn read_day_and_month(c: &mut Cursor<'_>) -> Option<(u32, Month)> {
    let (number, _) = c.number(2)?;
    eat_ordinal(c);
    eat_gap(c);
    Some((number, c.phrase_or_abbreviation(&WORD_TABLES.months)?))
}

/// Eats a year of four digits, the gap before it and the word for `year` after it.
pub(super) fn read_year(c: &mut Cursor<'_>) -> Option<u16> {
    // The full stop of a month is gap enough.
    (eat_gap(c) || c.follows_stop()).then_some(())?;
    let (year, digits) = c.number(4)?;
    eat_year_word(c);
    u16::try_from(year).ok().filter(|_| digits == 4)
}

/// Eats what stands between the parts of a date. Dots of abbreviations are gone by then, a day's dot is not.
pub(super) fn eat_gap(c: &mut Cursor<'_>) -> bool {
    c.eat_any(&[", ", ". ", " de ", " del ", " of ", " ", "-", "/", ".", ","])
}

/// Eats the ending of an ordinal: `3rd`, `1er`, `1º`, which folds to `1o`.
pub(super) fn eat_ordinal(c: &mut Cursor<'_>) {
    let mut ending = *c;
    let eaten = ending.eat_any(&["st", "nd", "rd", "th", "er", "re", ".o", "º", "o", "ª", "-го", "-е"]);
    if eaten && ending.is_word_end() {
        *c = ending;
    }
}

/// Eats the word for `year` that some languages close a date with.
fn eat_year_word(c: &mut Cursor<'_>) {
    let mut word = *c;
    word.eat_space();
    let eaten = word.eat_any(&["года", "год", "року", "роки", "roku", "г.", "р.", "r.", "г", "р"]);
    if eaten && word.is_word_end() {
        *c = word;
    }
}

/// A year that numbers alone may name.
fn recent(year: u32) -> Option<u16> {
    u16::try_from(year).ok().filter(|year| (1970..=2100).contains(year))
}

pub(super) fn day(year: u16, month: u32, day: u32) -> Option<Moment> {
    Moment::from_day(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_is_turned_away_that_would_be_read(
            text in "([0-9]{1,9}|[٠-٩]{1,4})(st|th|er|o|h|hrs|t|年|월)?( of | de |,? |[.:/-]|, |\\. |)(([0-9]{1,4}|mars|jan\\.?|enero|pm|am|h|uhr|klo|hrs|gmt|z|月|日)[ .,:/-]{0,2}){0,4}"
        ) {
            let at_start = || Cursor::new(&text);
            let dated = read_time_and_date(&mut at_start()).is_some() || read_date_and_time(&mut at_start()).is_some();
            let day = with_weekday(&mut at_start(), read_day).is_some();
            prop_assert!(!(dated || day) || Opening::Date.may_begin(&text), "{text:?}");
        }
    }
}
