//! The instant that a date stands for, where the page told enough for one: day, time and zone. Nothing is guessed: a time
//! without a zone is no instant.

use crate::dates::Moment;

/// Microseconds since the beginning of 1970 in Greenwich; `None` when the date is not as precise.
pub(super) fn microseconds(published: &str) -> Option<i64> {
    let moment: Moment = published.parse().ok()?;
    let (month, day, time) = (moment.month()?, moment.day()?, moment.time()?);
    let zone = time.zone()?;
    let (hour, minute, second) = time.clock();
    let minutes =
        (days_since_1970(moment.year(), month, day) * 24 + i64::from(hour)) * 60 + i64::from(minute);
    let seconds = (minutes - i64::from(zone.minutes())) * 60 + i64::from(second.unwrap_or(0));
    Some(seconds * 1_000_000)
}

/// Years are counted from March, so that the leap day is a year's last.
fn days_since_1970(year: u16, month: u8, day: u8) -> i64 {
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_day_with_time_and_zone_is_an_instant() {
        let cases = [
            ("1970-01-01T00:00Z", Some(0)),
            ("2020-01-03T02:55:07Z", Some(1_578_020_107)),
            ("2020-01-03T02:55+02:00", Some(1_578_012_900)),
            ("2000-02-29T23:59:59-11:30", Some(951_910_199)),
            ("1969-12-31T23:59:59Z", Some(-1)),
            ("2020-01-03T02:55", None),
            ("2020-01-03", None),
            ("2020", None),
            ("1577836800", None),
            ("", None),
        ];
        for (published, seconds) in cases {
            assert_eq!(
                microseconds(published),
                seconds.map(|seconds: i64| seconds * 1_000_000),
                "{published}"
            );
        }
    }
}
