//! Times of day and their zones: `12:47`, `3:01 pm`, `15h01`, `15.01 uhr`, `午後3時01分`, `gmt`, `utc+3`.
//!
//! An hour alone (`3 pm`) is recognised, but it is no [`Time`]: its minute is not known. Zone names that several
//! parts of the world use (`ist`, `cst`, `et`) are eaten and say nothing, since a wrong offset is worse than none.

use super::moment::{Time, Zone};
use super::scan::{Cursor, Phrases};
use super::words::WORD_TABLES;
use std::sync::LazyLock;

/// Bytes of the time of day at the front of `text`, without a zone.
pub fn time_at(text: &str) -> Option<usize> {
    let mut cursor = Cursor::new(text);
    read_time(&mut cursor)?;
    Some(cursor.at())
}

/// Bytes of the time zone at the front of `text`: a name, an offset, or a name with one.
pub fn zone_at(text: &str) -> Option<usize> {
    let mut cursor = Cursor::new(text);
    read_zone(&mut cursor)?;
    Some(cursor.at())
}

/// What [`time_at`] recognises, with the zone after it if there is one.
pub(super) fn read_zoned(cursor: &mut Cursor<'_>) -> Option<Option<Time>> {
    let before = *cursor;
    let time = read_time(cursor)?;
    let mut zoned = *cursor;
    zoned.eat(",");
    let spaced = zoned.eat_space();
    // A number that stands apart from the time is an offset only when written in full: `12:47 -5` may be anything.
    let zone = if zoned.rest().starts_with(['+', '-']) {
        read_offset(&mut zoned, ShortOffset::Never)
    } else {
        // Where hours are written as in `15h01`, `est` and `et` are French, and behind `uhr` goes German on: `ist`.
        let shown = before.shown(*cursor);
        let is_word = |zoned: &mut Cursor<'_>| {
            zoned.eat_any(&["est", "et", "ist"]) && shown.contains('h') && !shown.ends_with("hrs")
        };
        if is_word(&mut { zoned }) { None } else { read_zone(&mut zoned) }
    };
    let z_stands_apart = spaced && zoned.at() == cursor.at() + 2;
    match zone {
        Some(zone) if !z_stands_apart => {
            *cursor = zoned;
            Some(time.map(|time| time.in_zone(zone)))
        }
        _ => Some(time),
    }
}

/// Eats the time of day behind the `T` of ISO 8601, with its zone: `15:01:09-05:00`, `150109Z`. A clock or an offset that
/// nowhere on Earth shows, as in `23:59:60Z`, is eaten and says nothing, so that the date before it is not lost with it.
pub(super) fn read_behind_t(cursor: &mut Cursor<'_>) -> Option<Option<Time>> {
    let mut c = *cursor;
    let clock = read_iso_clock(&mut c);
    let offset_follows = clock.is_some() && is_at_signed_digit(c);
    // A named zone or half of the day, as people set them even here.
    if !offset_follows && let Some(time) = read_zoned(cursor) {
        return Some(time);
    }
    let mut time = clock?;
    if !offset_follows {
        // `Z`, or a name that some systems glue on: `12:47:00GMT`.
        let zone = read_zone(&mut c).flatten();
        time = time.map(|time| time.in_zone(zone));
    } else if let Some(zone) = read_offset(&mut c, ShortOffset::OfTwoDigits) {
        time = time.map(|time| time.in_zone(zone));
    } else {
        skip_offset(&mut c);
        time = None;
    }
    *cursor = c;
    Some(time)
}

/// Eats `15:01`, `15:01:09.5`, `1501`, `150109` or an hour alone. The inner value is missing when no clock shows that, or the
/// minute is; digits in a row that are no time are not eaten, since they are any number.
fn read_iso_clock(cursor: &mut Cursor<'_>) -> Option<Option<Time>> {
    let mut c = *cursor;
    let (value, digits) = c.number(6)?;
    let time = match digits {
        2 if c.rest().starts_with(':') => {
            let (minute, second, _) = read_minutes(&mut c, false)?;
            clock(value, minute?, second)
        }
        2 => (value < 24).then_some(None)?,
        4 => Some(clock(value / 100, value % 100, None)?),
        6 => {
            let time = clock(value / 10_000, value / 100 % 100, Some(value % 100))?;
            eat_fraction(&mut c);
            Some(time)
        }
        _ => return None,
    };
    *cursor = c;
    Some(time)
}

fn clock(hour: u32, minute: u32, second: Option<u32>) -> Option<Time> {
    let part = |part: u32| u8::try_from(part).ok();
    Time::new(part(hour)?, part(minute)?, second.and_then(part))
}

/// What says that a time of day follows, so that `15.01` is one.
const ANNOUNCEMENTS: &[&str] = &[
    "kl. ", "kl.", "kl ", "klo ", "klockan ", "kell ", "o godz. ", "godz. ", "saat ", "ore ", "ora ",
    "orele ", "pukul ",
];

/// What says so of `15.01` behind a date, and is eaten with that, in languages whose numbers have a comma: in English `at 3.50` is a price too.
const AT: &[&str] = &[" alle ", " um ", " om ", " a las ", " às "];

/// Eats a time of day. The inner value is missing when the minute is.
pub(super) fn read_time(cursor: &mut Cursor<'_>) -> Option<Option<Time>> {
    let mut c = *cursor;
    // Latin script sets `am` after the time; before one it is the German word for a day's `on`.
    let leading_half =
        if c.rest().starts_with(|c: char| c.is_ascii()) { None } else { c.phrase_glued(&WORD_TABLES.halves) };
    c.eat_space();
    let announced = c.eat_any(ANNOUNCEMENTS);
    let (hour, _) = c.number(2)?;
    let (minute, second, marked) = read_minutes(&mut c, announced)?;
    let marked = marked || minute.is_some() && cursor.follows_any(AT);
    let trailing_half = {
        let mut after = c;
        after.eat_space();
        after.phrase(&WORD_TABLES.halves).inspect(|_| c = after)
    };
    let mut after = c;
    after.eat_space();
    let uhr = after.eat_any(&["uhr", "uur", "klo", "óra", "hrs"]) && after.is_word_end();
    if uhr {
        c = after;
    }
    let half = leading_half.or(trailing_half);
    if !(marked || uhr || half.is_some() || zone_follows(c)) {
        return None;
    }
    // Without seconds a minus parts two times: `15:00-17:00`, and `22:00-05:00` too.
    if !(c.is_word_end() || z_follows(c) || second.is_some() && offset_follows(c)) {
        return None;
    }
    let hour = on_24_hours(u8::try_from(hour).ok()?, half)?;
    let checked = clock(u32::from(hour), minute.unwrap_or(0), second)?;
    *cursor = c;
    Some(minute.map(|_| checked))
}

/// Eats what follows the hour: minutes and seconds if given, and whether their form is a time by itself.
fn read_minutes(c: &mut Cursor<'_>, announced: bool) -> Option<(Option<u32>, Option<u32>, bool)> {
    let two = |c: &mut Cursor<'_>| c.number(2).filter(|&(_, count)| count == 2).map(|(value, _)| value);
    if c.eat(":") {
        let minute = two(c)?;
        let mut after = *c;
        let second = if after.eat(":") { two(&mut after).inspect(|_| *c = after) } else { None };
        if second.is_some() {
            eat_fraction(c);
        }
        return Some((Some(minute), second, true));
    }
    let before = *c;
    if c.eat(".") {
        // `15.01` is a number unless something says otherwise.
        return two(c).map(|minute| (Some(minute), None, announced));
    }
    c.eat_space();
    if c.eat_any(&["時", "时", "點", "点", "시"]) {
        c.eat_space();
        let mut after = *c;
        let minute = after.number(2).map(|(minute, _)| minute).filter(|_| after.eat_any(&["分", "분"]));
        let mut last = after;
        last.eat_space();
        let second = last.number(2).map(|(second, _)| second).filter(|_| last.eat_any(&["秒", "초"]));
        if minute.is_some() {
            *c = if second.is_some() { last } else { after };
        }
        return Some((minute, second.filter(|_| minute.is_some()), true));
    }
    if c.eat("h") {
        let mut after = *c;
        after.eat_space();
        let minute = two(&mut after).inspect(|_| *c = after);
        // `3 h` alone is a span of time as often as an hour of the day.
        return c.is_word_end().then_some((minute, None, minute.is_some() || announced));
    }
    *c = before;
    Some((None, None, announced))
}

/// Eats a fraction of a second, which nobody asks for, however long it is.
fn eat_fraction(c: &mut Cursor<'_>) {
    let mut fraction = *c;
    if fraction.eat(".") && fraction.skip_digits() > 0 {
        *c = fraction;
    }
}

fn on_24_hours(hour: u8, second_half: Option<bool>) -> Option<u8> {
    match second_half {
        None => Some(hour),
        Some(false) if hour == 12 => Some(0),
        Some(true) if hour < 12 => Some(hour + 12),
        // `15:01 pm` says the same thing twice; `15:01 am` contradicts itself.
        Some(second) => (second || hour < 12).then_some(hour),
    }
}

/// Whether a named zone follows `15.01`, which makes it a time.
fn zone_follows(mut c: Cursor<'_>) -> bool {
    let spaced = c.eat_space();
    spaced && c.zone_name().is_some()
}

/// Whether the name of a zone may stand at the front of `text`; a no is certain.
pub(super) fn may_be_zone(text: &str) -> bool {
    ZONES.may_start(text)
}

/// Whether the `Z` of ISO 8601 is glued on here.
fn z_follows(mut c: Cursor<'_>) -> bool {
    c.eat("z") && c.is_word_end()
}

/// Whether an offset written in full is glued on here.
fn offset_follows(mut c: Cursor<'_>) -> bool {
    read_offset(&mut c, ShortOffset::Never).is_some()
}

/// Whether a sign stands here with a digit right behind it.
fn is_at_signed_digit(mut c: Cursor<'_>) -> bool {
    c.eat_any(&["+", "-"]) && c.is_at_digit()
}

/// Eats a sign and what numbers follow it.
fn skip_offset(c: &mut Cursor<'_>) {
    c.eat_any(&["+", "-"]);
    c.skip_digits();
    if c.eat(":") {
        c.skip_digits();
    }
}

/// Eats a zone: outside in brackets or not, a name, an offset, or both. The inner value is missing when the name
/// has no single offset.
pub(super) fn read_zone(cursor: &mut Cursor<'_>) -> Option<Option<Zone>> {
    let mut c = *cursor;
    let bracket = c.eat("(");
    let zone = if c.rest().starts_with(['+', '-']) {
        read_offset(&mut c, ShortOffset::Never)?
    } else if let Some(zone) = c.zone_name().or_else(|| c.eat_gmt()) {
        let mut after = c;
        after.eat_space();
        if zone == Some(Zone::UTC) && is_at_signed_digit(after) {
            // With an offset that no place has the zone is not known: `utc+15` is not `utc`.
            c = after;
            read_offset(&mut c, ShortOffset::Any).unwrap_or_else(|| {
                skip_offset(&mut c);
                None
            })
        } else {
            zone
        }
    } else {
        (c.eat("z") && c.is_word_end()).then_some(Some(Zone::UTC))?
    };
    if bracket && !c.eat(")") || !c.is_word_end() {
        return None;
    }
    *cursor = c;
    Some(zone)
}

/// Whether an offset may be written as hours alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShortOffset {
    Never,
    /// `+03`, as databases print it.
    OfTwoDigits,
    /// `+3` too.
    Any,
}

/// Eats `+03:00` or `+0300`, and the short forms that are asked for.
fn read_offset(cursor: &mut Cursor<'_>, short: ShortOffset) -> Option<Option<Zone>> {
    let mut c = *cursor;
    let west = c.eat("-");
    if !west && !c.eat("+") {
        return None;
    }
    let (hours, minutes) = match c.number(4)? {
        (value, 4) => (value / 100, value % 100),
        (hours, 1 | 2) if c.eat(":") => (hours, c.number(2).filter(|&(_, count)| count == 2)?.0),
        (hours, 1) if short == ShortOffset::Any => (hours, 0),
        (hours, 2) if short != ShortOffset::Never => (hours, 0),
        _ => return None,
    };
    let east = i16::try_from(hours * 60 + minutes).ok().filter(|_| minutes < 60)?;
    let zone = Zone::from_minutes(if west { -east } else { east })?;
    c.is_word_end().then(|| *cursor = c)?;
    Some(Some(zone))
}

impl Cursor<'_> {
    /// Eats the name of a zone. Where more words follow, one that is an everyday word is taken for that: `15:01 West Ham`.
    fn zone_name(&mut self) -> Option<Option<Zone>> {
        let mut c = *self;
        let zone = c.phrase(&ZONES)?;
        let is_everyday = || EVERYDAY.iter().any(|word| self.shown(c).eq_ignore_ascii_case(word));
        let goes_on = |mut c: Cursor<'_>| c.eat_space() && c.rest().starts_with(char::is_alphabetic);
        if goes_on(c) && is_everyday() {
            return None;
        }
        *self = c;
        Some(zone)
    }

    /// Eats `gmt` or `utc` that an offset is glued to, as in `utc+3`.
    fn eat_gmt(&mut self) -> Option<Option<Zone>> {
        let mut c = *self;
        let eaten = c.eat_any(&["gmt", "utc"]) && c.rest().starts_with(['+', '-']);
        eaten.then(|| {
            *self = c;
            Some(Zone::UTC)
        })
    }
}

static ZONES: LazyLock<Phrases<Option<Zone>>> = LazyLock::new(|| {
    let row = |&(name, minutes): &(&'static str, Option<i16>)| (name, minutes.and_then(Zone::from_minutes));
    Phrases::new(ZONE_NAMES.iter().map(row).collect())
});

/// Zones whose names are words that texts are full of.
const EVERYDAY: [&str; 2] = ["west", "wet"];

/// Zone abbreviations with minutes east of Greenwich, or nothing where the world does not agree on one.
const ZONE_NAMES: &[(&str, Option<i16>)] = &[
    ("acdt", Some(630)),
    ("acst", Some(570)),
    ("aedt", Some(660)),
    ("aest", Some(600)),
    ("akdt", Some(-480)),
    ("akst", Some(-540)),
    ("ast", None),
    ("awst", Some(480)),
    ("brt", Some(-180)),
    ("bst", Some(60)),
    ("cdt", Some(-300)),
    ("cest", Some(120)),
    ("cet", Some(60)),
    ("cst", None),
    ("ct", None),
    ("edt", Some(-240)),
    ("eest", Some(180)),
    ("eet", Some(120)),
    ("est", Some(-300)),
    ("et", None),
    ("gmt", Some(0)),
    ("hkt", Some(480)),
    ("hst", Some(-600)),
    ("ist", None),
    ("jst", Some(540)),
    ("kst", Some(540)),
    ("mdt", Some(-360)),
    ("mesz", Some(120)),
    ("mez", Some(60)),
    ("msk", Some(180)),
    ("mst", Some(-420)),
    ("mt", None),
    ("nzdt", Some(780)),
    ("nzst", Some(720)),
    ("pdt", Some(-420)),
    ("pkt", Some(300)),
    ("pst", Some(-480)),
    ("pt", None),
    ("sast", Some(120)),
    ("sgt", Some(480)),
    ("trt", Some(180)),
    ("utc", Some(0)),
    ("west", Some(60)),
    ("wet", Some(0)),
    ("wib", Some(420)),
    ("мск", Some(180)),
];
