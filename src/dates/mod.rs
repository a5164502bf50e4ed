//! Recognisers for what pages write about time, in some two dozen languages, and for plain numbers.
//!
//! Each looks at the start of a text and tells how many bytes it recognises; none searches, allocates or guesses.
//! The text is expected in folded form (see [`crate::fold`]); raw text in Latin script reads the same. Callers see
//! to it that a word starts there. A date gives a [`Moment`], which keeps just the precision of the page; relative
//! times and days without a year are recognised only, since no moment follows from them.

mod ago;
mod date;
mod moment;
mod number;
mod opening;
mod scan;
mod span;
mod time;
mod words;

pub use ago::ago_at;
pub use date::{bare_date_at, date_at, dates_at, day_at};
use date::{glued_date_at, impossible_day_at};
pub use moment::{Moment, NotAMoment, Time, Zone};
pub use number::{clock_at, number_at};
pub use opening::Opening;
pub use time::{time_at, zone_at};

use span::span_at;
use std::ops::Range;

/// Every date in a line, in order, with the bytes that it takes.
///
/// Dates start at the start of a word. One that is written with month word, day and year is found inside a word too,
/// since scrapes glue lines together: `EditorialNovember 22, 2018Updated`.
pub fn find_dates(line: &str) -> Vec<(Moment, Range<usize>)> {
    let mut found = Vec::new();
    if !has_year(line) {
        return found;
    }
    let mut rest_from = 0;
    let mut before = None;
    for (at, c) in line.char_indices() {
        let previous = before.replace(c);
        if at < rest_from || !c.is_alphanumeric() {
            continue;
        }
        let rest = &line[at..];
        if let Some((moment, len)) = date_of(rest, previous, c) {
            found.push((moment, at..at + len));
            rest_from = at + len;
        } else if c.is_ascii_digit() && !digits_go_on(previous, c) {
            rest_from = impossible_day_at(rest).map_or(rest_from, |len| at + len);
        }
    }
    found
}

/// The date that [`find_dates`] finds at the very start of a line, and its bytes.
pub fn leading_date(line: &str) -> Option<(Moment, usize)> {
    let first = line.chars().next().filter(|first| first.is_alphanumeric())?;
    date_of(line, None, first)
}

/// The date at the front of `rest`, which begins with `c` and stands behind `before`.
fn date_of(rest: &str, before: Option<char>, c: char) -> Option<(Moment, usize)> {
    let whole = if is_word_start(before, c) { date_at(rest).or_else(|| span_at(rest)) } else { None };
    whole.or_else(|| if digits_go_on(before, c) { None } else { glued_date_at(rest) })
}

/// Whether a date that [`find_dates`] found is a span of days.
pub(crate) fn is_span(date: &str) -> bool {
    date_at(date).is_none() && span_at(date).is_some()
}

/// Whether a moment in ISO 8601 tells a day: a day has ten characters, and what is vaguer has fewer.
pub(crate) fn is_day(moment: &str) -> bool {
    moment.len() >= 10
}

/// Whether `moment` tells a day of the year or month that `vague` is, both in ISO 8601.
pub(crate) fn is_day_of(vague: &str, moment: &str) -> bool {
    !is_day(vague) && is_day(moment) && moment.starts_with(vague)
}

/// Whether four digits stand in a row, which every date has and few lines do.
fn has_year(line: &str) -> bool {
    let mut run = 0;
    line.chars().any(|c| {
        run = if scan::digit_value(c).is_some() { run + 1 } else { 0 };
        run == 4
    })
}

fn digits_go_on(before: Option<char>, c: char) -> bool {
    scan::digit_value(c).is_some() && before.is_some_and(|before| scan::digit_value(before).is_some())
}

/// Whether a word starts with `c` after `before`. Digits start one after any letter of a script without spaces.
fn is_word_start(before: Option<char>, c: char) -> bool {
    before.is_none_or(|before| {
        let glued =
            before.is_alphanumeric() || (before.is_ascii_punctuation() && !"([\"'|/,;:-".contains(before));
        !glued || (scan::is_unspaced(before) && scan::digit_value(c).is_some()) || scan::is_unspaced(c)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CASES: &str = include_str!("cases.tsv");

    /// What the recogniser gives for the text: its answer as in the table, and the bytes recognised.
    fn recognise(recogniser: &str, text: &str) -> Option<(String, usize)> {
        let plain = |len: Option<usize>| len.map(|len| ("+".to_owned(), len));
        match recogniser {
            "date" => date_at(text).map(|(moment, len)| (moment.to_string(), len)),
            "day" => plain(day_at(text)),
            "time" => plain(time_at(text)),
            "zone" => plain(zone_at(text)),
            "ago" => plain(ago_at(text)),
            "clock" => plain(clock_at(text)),
            "number" => plain(number_at(text)),
            other => panic!("no recogniser `{other}`"),
        }
    }

    #[test]
    fn every_case_of_the_table_comes_out_as_written() {
        let mut wrong = String::new();
        for case in CASES.lines().filter(|line| !line.starts_with('#')) {
            let [recogniser, marked, expected] = case.split('\t').collect::<Vec<_>>()[..] else {
                panic!("`{case}` has not three columns");
            };
            let text = marked.replace('¦', "");
            let end = marked.find('¦').unwrap_or(text.len());
            let got = recognise(recogniser, &text);
            let wanted = (expected != "-").then(|| (expected.to_owned(), end));
            if got != wanted {
                wrong.push_str(&format!("{case}: got {got:?}, wanted {wanted:?}\n"));
            }
        }
        assert!(wrong.is_empty(), "\n{wrong}");
    }

    #[test]
    fn a_bare_date_leaves_its_time_standing() {
        let (moment, len) = bare_date_at("3 jan, 2020 12:47").unwrap();
        assert_eq!((moment.to_string().as_str(), len), ("2020-01-03", "3 jan, 2020".len()));
    }

    #[test]
    fn dates_are_found_where_words_start() {
        let found = |line: &str| -> Vec<String> {
            find_dates(line).into_iter().map(|(moment, at)| format!("{moment} {}", &line[at])).collect()
        };
        assert_eq!(
            found("published on 3 jan 2020 | updated jan 4, 2020 12:47"),
            ["2020-01-03 3 jan 2020", "2020-01-04T12:47 jan 4, 2020 12:47"]
        );
        assert_eq!(found("2020-06-29/2020-07-01")[0], "2020-06-29 2020-06-29");
        assert_eq!(
            found("2020-06-29t10:00:00/2020-07-01t10:00:00")[0],
            "2020-06-29T10:00:00 2020-06-29t10:00:00"
        );
        for impossible in
            ["31 june 2020", "sunday, 30th of february 2020", "el 31 de junio de 2020", "29 feb 2019"]
        {
            assert_eq!(found(impossible), Vec::<String>::new(), "{impossible}");
        }
        assert_eq!(found("february 30, 2020, 31 june 2020 and may 2020"), ["2020-05 may 2020"]);
        for (span, shared) in [
            ("3-5 may 2020", "2020-05"),
            ("3 - 5 may 2020", "2020-05"),
            ("3rd to 5th of may 2020", "2020-05"),
            ("3. bis 5. mai 2020", "2020-05"),
            ("3.-5. mai 2020", "2020-05"),
            ("3 - sun 5 may 2020", "2020-05"),
            ("del 3 al 5 de mayo de 2020", "2020-05"),
            ("may 3-5, 2020", "2020-05"),
            ("may 3rd to 5th, 2020", "2020-05"),
            ("28 april - 3 may 2020", "2020"),
            ("april 28 - may 3, 2020", "2020"),
        ] {
            let dates = find_dates(span);
            assert_eq!(dates.len(), 1, "{span}: {dates:?}");
            assert_eq!(dates[0].0.to_string(), shared, "{span}");
            assert!(is_span(&span[dates[0].1.clone()]), "{span}");
        }
        assert!(["5 may 2020", "may 2020", "2020-06-29/2020-07-01"].iter().all(|date| !is_span(date)));
        assert_eq!(found("at 12:30-5 may 2020"), ["2020-05-05 5 may 2020"]);
        assert_eq!(found("3 may 2020 - 5 may 2020").len(), 2);
        assert_eq!(found("issue 45, june 2020"), ["2020-06 june 2020"]);
        assert_eq!(found("in march 2020 he said"), ["2020-03 march 2020"]);
        assert_eq!(found("発売日2020年1月3日です"), ["2020-01-03 2020年1月3日"]);
        assert_eq!(found("v1.2.2020 x2020-01-03 12020-01-03 /2020/01/03/"), ["2020-01-03 2020/01/03"]);
        assert_eq!(
            found("EditorialNovember 22, 2018Updated May 3, 2019June 4, 2019 by12 Nov 2025"),
            [
                "2018-11-22 November 22, 2018",
                "2019-05-03 May 3, 2019",
                "2019-06-04 June 4, 2019",
                "2025-11-12 12 Nov 2025"
            ]
        );
        assert_eq!(found("summarch 2020, nov 2, 20251, 112 november 2, 20"), Vec::<String>::new());
        assert_eq!(found("call 020 7946 0103 or 3-1"), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_text_is_recognised_up_to_a_character_or_not_at_all(
            text in "\\PC{0,16}|[0-9]{1,4}[年月日 ./:-][0-9]{1,2}[年月日 ./:-][0-9]{1,4}\\PC{0,6}|\
                (vor |fri |午後|am |3 )?(jan|mars|enero|前天|[0-9]{1,2})[ .,]{0,2}[0-9]{0,4}[ (+-]{0,2}(utc|z|pm|uhr|時)?\\PC{0,3}"
        ) {
            for recogniser in ["date", "day", "time", "zone", "ago", "clock", "number"] {
                if let Some((_, len)) = recognise(recogniser, &text) {
                    prop_assert!(len > 0 && text.is_char_boundary(len), "{} {}", recogniser, len);
                }
            }
            let mut end = 0;
            let dates = find_dates(&text);
            let leading = leading_date(&text);
            prop_assert_eq!(leading.map(|(_, len)| 0..len), dates.first().map(|(_, at)| at.clone()).filter(|at| at.start == 0));
            for (_, at) in dates {
                prop_assert!(end <= at.start && text.get(at.clone()).is_some());
                end = at.end;
            }
        }
    }
}
