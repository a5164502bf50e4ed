//! Timestamps as machines write them, in the forms of ISO 8601 that the web uses: with or without a time, seconds and
//! their fractions, a zone with or without a colon. What a page writes for people is read elsewhere.

/// The timestamp that `value` is, with the precision that it has; fractions of a second are left out.
pub(super) fn read(value: &str) -> Option<String> {
    let bytes = value.as_bytes();
    let number = |from: usize, len: usize| -> Option<u32> {
        let digits = bytes.get(from..from + len)?;
        digits
            .iter()
            .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    let sign = |at: usize, signs: &[u8]| bytes.get(at).is_some_and(|byte| signs.contains(byte));
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let parted = sign(4, b"-") && sign(7, b"-");
    if !parted || year == 0 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if bytes.len() == 10 {
        return Some(date);
    }
    if !sign(10, b"Tt ") || !sign(13, b":") {
        return None;
    }
    let (hour, minute) = (number(11, 2)?, number(14, 2)?);
    let mut read = format!("{date}T{hour:02}:{minute:02}");
    let (mut at, mut second) = (16, 0);
    if sign(at, b":") {
        second = number(at + 1, 2)?;
        read.push_str(&format!(":{second:02}"));
        at += 3;
        if sign(at, b".,") {
            at += 1 + bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        }
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    read.push_str(&zone_of(value.get(at..)?.trim())?);
    Some(read)
}

/// A zone as `Z` or `+01:00`; nothing for none.
fn zone_of(zone: &str) -> Option<String> {
    if zone.is_empty() || zone.eq_ignore_ascii_case("z") {
        return Some(zone.to_ascii_uppercase());
    }
    let (sign, digits) = zone.split_at_checked(1)?;
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let numeric = matches!(digits.len(), 2 | 4) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { "00" } else { minutes };
    (numeric && matches!(sign, "+" | "-") && hours <= "15" && minutes <= "59")
        .then(|| format!("{sign}{hours}:{minutes}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_web_is_read_with_its_precision() {
        for (value, read_as) in [
            ("2020-01-03", "2020-01-03"),
            ("2020-01-03T12:47", "2020-01-03T12:47"),
            ("2020-01-03 12:47:05", "2020-01-03T12:47:05"),
            ("2020-06-29T15:00:23-05:00", "2020-06-29T15:00:23-05:00"),
            ("2020-04-12T18:00:00-0700", "2020-04-12T18:00:00-07:00"),
            ("2025-09-09T13:00:54.304727+01", "2025-09-09T13:00:54+01:00"),
            ("2024-11-26T00:00Z", "2024-11-26T00:00Z"),
        ] {
            assert_eq!(read(value).as_deref(), Some(read_as));
        }
        let others = ["", "2020", "2020-13-01", "2020-01-03T25:00", "2020-01-03T12:47 CET", "2020-01-03é"];
        for value in others.into_iter().chain(["3 Jan 2020", "2020-01-03T12:47+é", "2020-01-03T12:47+01:00x"])
        {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
