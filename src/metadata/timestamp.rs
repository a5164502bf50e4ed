//! Timestamps as machines write them, in the forms of ISO 8601 that the web uses: with or without a time, seconds and
//! their fractions, a zone with or without a colon; and years and months alone, as libraries and journals tell them
//! (`2020`, `2020-01`, `2020/01`). What a page writes for people is read elsewhere.
//!
//! A day that no calendar has is no timestamp; a time or zone that nowhere on Earth shows is left out, and its day stays.

use crate::dates::{Moment, Time, Zone};

/// The timestamp that `value` is, with the precision that it has; fractions of a second are left out.
pub(super) fn read(value: &str) -> Option<String> {
    if value.len() <= 7 {
        return year_or_month(value);
    }
    let bytes = value.as_bytes();
    let number = |from: usize, len: usize| -> Option<u16> {
        let digits = bytes.get(from..from + len)?;
        digits
            .iter()
            .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u16::from(byte - b'0')))
    };
    let two = |from: usize| number(from, 2).and_then(|number| u8::try_from(number).ok());
    let sign = |at: usize, signs: &[u8]| bytes.get(at).is_some_and(|byte| signs.contains(byte));
    let (year, month, day) = (number(0, 4)?, two(5)?, two(8)?);
    let date = Moment::from_day(year, month, day).filter(|_| sign(4, b"-") && sign(7, b"-"))?;
    if bytes.len() == 10 {
        return Some(date.to_string());
    }
    if !sign(10, b"Tt ") || !sign(13, b":") {
        return None;
    }
    let (hour, minute) = (two(11)?, two(14)?);
    let (mut at, mut second) = (16, None);
    if sign(at, b":") {
        second = Some(two(at + 1)?);
        at += 3;
        if sign(at, b".,") {
            at += 1 + bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        }
    }
    let zone = zone_of(value.get(at..)?.trim())?;
    let known = Time::new(hour, minute, second).zip(zone);
    Some(known.map_or_else(|| date.to_string(), |(time, zone)| format!("{}{zone}", date.at(time))))
}

/// A year, with or without a month.
fn year_or_month(value: &str) -> Option<String> {
    let (year, month) =
        value.split_once(['-', '/']).map_or((value, None), |(year, month)| (year, Some(month)));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || !digits(year) || month.is_some_and(|month| !digits(month)) {
        return None;
    }
    let year = year.parse().ok()?;
    let moment = match month {
        Some(month) => Moment::from_month(year, month.parse().ok()?),
        None => Moment::from_year(year),
    };
    moment.map(|moment| moment.to_string())
}

/// A zone as `Z` or `+01:00`, as it is written, and nothing for none; missing inside when no place has it.
fn zone_of(zone: &str) -> Option<Option<String>> {
    if zone.is_empty() || zone.eq_ignore_ascii_case("z") {
        return Some(Some(zone.to_ascii_uppercase()));
    }
    let (sign, digits) = zone.split_at_checked(1)?;
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let numeric = matches!(digits.len(), 2 | 4) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !numeric || !matches!(sign, "+" | "-") {
        return None;
    }
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { "00" } else { minutes };
    let east = 60 * hours.parse::<i16>().ok()? + minutes.parse::<i16>().ok()?;
    let exists = minutes <= "59" && Zone::from_minutes(east).is_some();
    Some(exists.then(|| format!("{sign}{hours}:{minutes}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_web_is_read_with_its_precision() {
        for (value, read_as) in [
            ("2020", "2020"),
            ("2020-01", "2020-01"),
            ("2020/1", "2020-01"),
            ("2020-01-03", "2020-01-03"),
            ("2020-01-03T12:47", "2020-01-03T12:47"),
            ("2020-01-03 12:47:05", "2020-01-03T12:47:05"),
            ("2020-06-29T15:00:23-05:00", "2020-06-29T15:00:23-05:00"),
            ("2020-04-12T18:00:00-0700", "2020-04-12T18:00:00-07:00"),
            ("2025-09-09T13:00:54.304727+01", "2025-09-09T13:00:54+01:00"),
            ("2024-11-26T00:00Z", "2024-11-26T00:00Z"),
            ("2024-11-26T00:00:00+00:00", "2024-11-26T00:00:00+00:00"),
            ("2020-02-29T10:00:00Z", "2020-02-29T10:00:00Z"),
            ("2020-01-03T25:00", "2020-01-03"),
            ("2016-12-31T23:59:60Z", "2016-12-31"),
            ("2020-01-03T10:00:00+15:30", "2020-01-03"),
            ("2020-01-03T10:00:00+01:75", "2020-01-03"),
        ] {
            assert_eq!(read(value).as_deref(), Some(read_as));
        }
        let others = [
            "",
            "2020-",
            "2020-+1",
            "2020-13",
            "202",
            "0999",
            "2020-13-01",
            "2020-01-03T12:47 CET",
            "2020-01-03é",
        ];
        let others =
            others.into_iter().chain(["2021-02-31", "2021-02-29T10:00:00Z", "9999-12-31", "2020-01-00"]);
        for value in others.chain(["3 Jan 2020", "2020-01-03T12:47+é", "2020-01-03T12:47+01:00x"]) {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
