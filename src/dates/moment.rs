//! Points in time that know how well they are known.
//!
//! A page says `January 2020` or `3 Jan, 2020 12:47`; either becomes exactly that and prints as ISO 8601 with just
//! the parts that were given. Nothing fills a gap: no first of the month, no midnight, no zone. A moment is therefore
//! neither ordered nor an instant, and converting between zones is refused here.

use std::fmt;
use std::str::FromStr;

/// A date with an optional time of day, as precise as the page was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    year: u16,
    /// 0 when unknown.
    month: u8,
    /// 0 when unknown; known only with the month.
    day: u8,
    /// Known only with the day.
    time: Option<Time>,
}

/// A time of day to the minute or second, with the zone when the page named one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    hour: u8,
    minute: u8,
    second: Option<u8>,
    zone: Option<Zone>,
}

/// Minutes east of Greenwich.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone(i16);

impl Moment {
    /// The calendar goes from year 1000 to 2999, so that a year always prints as four digits.
    pub fn from_year(year: u16) -> Option<Self> {
        (1000..3000).contains(&year).then_some(Self { year, month: 0, day: 0, time: None })
    }

    /// A month, 1 to 12.
    pub fn from_month(year: u16, month: u8) -> Option<Self> {
        let moment = Self::from_year(year)?;
        (1..=12).contains(&month).then_some(Self { month, ..moment })
    }

    /// A day that the Gregorian calendar has.
    pub fn from_day(year: u16, month: u8, day: u8) -> Option<Self> {
        let moment = Self::from_month(year, month)?;
        (1..=days_of(year, month)).contains(&day).then_some(Self { day, ..moment })
    }

    /// The same date with a time of day. Without a day there is nothing for it to be the time of, so it is let go.
    pub fn at(self, time: Time) -> Self {
        if self.day == 0 { self } else { Self { time: Some(time), ..self } }
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> Option<u8> {
        (self.month > 0).then_some(self.month)
    }

    /// The day of the month.
    pub fn day(self) -> Option<u8> {
        (self.day > 0).then_some(self.day)
    }

    /// The time of day.
    pub fn time(self) -> Option<Time> {
        self.time
    }
}

impl Time {
    /// A time on a 24-hour clock; `None` outside 00:00:00 to 23:59:59.
    pub fn new(hour: u8, minute: u8, second: Option<u8>) -> Option<Self> {
        let valid = hour < 24 && minute < 60 && second.is_none_or(|second| second < 60);
        valid.then_some(Self { hour, minute, second, zone: None })
    }

    /// The same time in that zone.
    pub fn in_zone(self, zone: Option<Zone>) -> Self {
        Self { zone, ..self }
    }

    /// Hour, minute, and the second when it is known.
    pub fn clock(self) -> (u8, u8, Option<u8>) {
        (self.hour, self.minute, self.second)
    }

    /// The zone that the page named.
    pub fn zone(self) -> Option<Zone> {
        self.zone
    }
}

impl Zone {
    /// Greenwich.
    pub const UTC: Self = Self(0);

    /// Minutes east of Greenwich; `None` beyond 14 hours, which no place on Earth has.
    pub fn from_minutes(minutes: i16) -> Option<Self> {
        (minutes.unsigned_abs() <= 14 * 60).then_some(Self(minutes))
    }

    /// Minutes east of Greenwich.
    pub fn minutes(self) -> i16 {
        self.0
    }
}

fn days_of(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if self.month > 0 {
            write!(f, "-{:02}", self.month)?;
        }
        if self.day > 0 {
            write!(f, "-{:02}", self.day)?;
        }
        self.time.map_or(Ok(()), |time| write!(f, "T{time}"))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)?;
        if let Some(second) = self.second {
            write!(f, ":{second:02}")?;
        }
        self.zone.map_or(Ok(()), |zone| write!(f, "{zone}"))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::UTC {
            return f.write_str("Z");
        }
        let sign = if self.0 < 0 { '-' } else { '+' };
        let minutes = self.0.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// A text that is no moment in the form that [`Moment`] prints.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no date: write it like `2020`, `2020-01`, `2020-01-03` or `2020-01-03T15:01+01:00`")]
pub struct NotAMoment(String);

impl FromStr for Moment {
    type Err = NotAMoment;

    /// Reads what [`Moment`] prints and nothing else: the ISO 8601 forms of [`super::date_at`] are many more.
    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        parse(text).filter(|moment| moment.to_string() == text).ok_or_else(|| NotAMoment(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Moment> {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let mut parts = date.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let moment = match (parts.next(), parts.next()) {
        (None, _) => Moment::from_year(year),
        (Some(month), None) => Moment::from_month(year, month.parse().ok()?),
        (Some(month), Some(day)) => Moment::from_day(year, month.parse().ok()?, day.parse().ok()?),
    }?;
    match time {
        None => Some(moment),
        Some(time) => Some(moment.at(parse_time(time)?)),
    }
}

fn parse_time(text: &str) -> Option<Time> {
    let zone_at = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(zone_at);
    let mut parts = clock.splitn(3, ':');
    let hour = parts.next()?.parse().ok()?;
    let minute = parts.next()?.parse().ok()?;
    let second = parts.next().map(str::parse).transpose().ok()?;
    let zone = match zone {
        "" => None,
        "Z" => Some(Zone::UTC),
        signed => {
            let (hours, minutes) = signed[1..].split_once(':')?;
            let east = hours.parse::<i16>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?;
            Some(Zone::from_minutes(if signed.starts_with('-') { -east } else { east })?)
        }
    };
    Some(Time::new(hour, minute, second)?.in_zone(zone))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moments() -> impl Strategy<Value = Moment> {
        let second = proptest::option::of(0u8..60);
        let zone = proptest::option::of(-840i16..=840);
        let time = proptest::option::of((0u8..24, 0u8..60, second, zone));
        (1000u16..3000, 0u8..=12, 0u8..=28, time).prop_map(|(year, month, day, time)| {
            let date = match (month, day) {
                (0, _) => Moment::from_year(year),
                (_, 0) => Moment::from_month(year, month),
                _ => Moment::from_day(year, month, day),
            };
            let time = time.map(|(hour, minute, second, zone)| {
                Time::new(hour, minute, second).unwrap().in_zone(zone.and_then(Zone::from_minutes))
            });
            let date = date.unwrap();
            time.map_or(date, |time| date.at(time))
        })
    }

    proptest! {
        #[test]
        fn what_a_moment_prints_reads_back_as_itself(moment in moments()) {
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9TZ:+-]{0,26}|\\PC{0,12}") {
            if let Ok(moment) = text.parse::<Moment>() {
                prop_assert_eq!(moment.to_string(), text);
            }
        }
    }

    #[test]
    fn days_that_no_calendar_has_are_refused() {
        assert_eq!(Moment::from_day(2020, 2, 31), None);
        assert_eq!(Moment::from_day(2021, 2, 29), None);
        assert_eq!(Moment::from_day(1900, 2, 29), None);
        assert!(Moment::from_day(2000, 2, 29).is_some());
        assert_eq!(Moment::from_month(2020, 13), None);
        assert_eq!(Moment::from_year(20201), None);
    }

    #[test]
    fn a_time_without_a_day_is_not_kept() {
        let noon = Time::new(12, 0, None).unwrap();
        assert_eq!(Moment::from_month(2020, 1).unwrap().at(noon).to_string(), "2020-01");
    }
}
