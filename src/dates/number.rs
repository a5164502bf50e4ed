//! Numbers as counters and players show them: `1,204`, `3.5k`, `12 %`, and the clocks `0:00`, `1:02:03`.
//!
//! These say nothing about when a page was written; they stand here because they share the digits and word ends of
//! dates. Scores (`3-1`), ratios (`4:3`) and version numbers (`1.2.3`) are refused.

use super::scan::Cursor;

/// Bytes of the number at the front of `text`: digits grouped or not, a fraction, a sign for thousands or millions,
/// a per cent sign or a plus.
pub fn number_at(text: &str) -> Option<usize> {
    let mut cursor = Cursor::new(text);
    if read_run(&mut cursor)? <= 3 {
        read_groups(&mut cursor);
    }
    let mut fraction = cursor;
    if fraction.eat_any(&[".", ","]) && read_run(&mut fraction).is_some() {
        cursor = fraction;
    }
    let mut scaled = cursor;
    scaled.eat_space();
    if may_scale(scaled.rest()) && scaled.eat_any(SCALES) && scaled.is_word_end() {
        cursor = scaled;
    }
    let mut sign = cursor;
    sign.eat_space();
    if sign.eat_any(&["%", "+"]) {
        cursor = sign;
    }
    cursor.is_word_end().then(|| cursor.at())
}

/// Whether one of [`SCALES`] may stand at the front of `text`; a no is certain.
fn may_scale(text: &str) -> bool {
    text.bytes().next().is_some_and(|first| !first.is_ascii() || b"bkmtBKMT".contains(&first))
}

/// Signs for large numbers, longer ones before those that they begin with.
const SCALES: &[&str] = &[
    "thousand", "million", "billion", "mio.", "mrd.", "mln", "mld", "mio", "mrd", "тыс.", "тыс", "млн",
    "млрд", "tsd.", "bn", "mn", "k", "m", "b", "万", "萬", "千", "億", "亿", "만", "천",
];

/// Eats digits, however many, since counters and ids are long.
fn read_run(cursor: &mut Cursor<'_>) -> Option<usize> {
    let count = cursor.skip_digits();
    (count > 0).then_some(count)
}

/// Eats groups of three digits that one separator parts.
fn read_groups(cursor: &mut Cursor<'_>) {
    let start = cursor.at();
    for separator in [",", ".", "'", " "] {
        let mut c = *cursor;
        while c.eat(separator) && c.number(3).is_some_and(|(_, digits)| digits == 3) {
            *cursor = c;
        }
        if cursor.at() > start {
            return;
        }
    }
}

/// Bytes of the player's clock at the front of `text`: `0:00`, `27:38`, `1:02:03`, `-1:15`, and `29:4` that a
/// cut-off page ends with.
pub fn clock_at(text: &str) -> Option<usize> {
    let mut cursor = Cursor::new(text);
    cursor.eat("-");
    cursor.number(3)?;
    cursor.eat(":").then_some(())?;
    let (value, digits) = cursor.number(2)?;
    let mut last = (value, digits);
    if digits == 2 && value < 60 && cursor.eat(":") {
        last = cursor.number(2)?;
    }
    // A single digit counts only where the text breaks off, else it is a ratio or a verse.
    let (value, digits) = last;
    let fits = if digits == 2 { value < 60 } else { value < 6 && cursor.rest().is_empty() };
    (fits && cursor.is_word_end()).then(|| cursor.at())
}
