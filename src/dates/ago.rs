//! Times told from now: `32 minutes ago`, `vor 3 stunden`, `il y a 2 jours`, `yesterday at 12:47`, `3時間前`.
//!
//! They are recognised and not resolved: a page does not say when it was read, so no moment follows from them.

use super::opening::Opening;
use super::scan::Cursor;
use super::time::read_zoned;
use super::words::WORD_TABLES;

/// Bytes of the relative time at the front of `text`, past or today; a time of day may follow a day.
pub fn ago_at(text: &str) -> Option<usize> {
    if !Opening::Ago.may_begin(text) {
        return None;
    }
    let words = &*WORD_TABLES;
    let mut cursor = Cursor::new(text);
    // No word and no lead begins with a digit.
    let leads = !cursor.is_at_digit();
    if leads && cursor.phrase(&words.ago_words).is_some() {
        let mut timed = cursor;
        timed.eat(",");
        timed.eat_any(&[
            " at ", " um ", " à ", " a las ", " às ", " alle ", " om ", " kl. ", " в ", " о ", " ",
        ]);
        if timed.at() > cursor.at() && read_zoned(&mut timed).is_some() {
            cursor = timed;
        }
        return Some(cursor.at());
    }
    let lead = leads.then(|| cursor.phrase_glued(&words.ago_leads)).flatten().unwrap_or(NO_LEAD);
    cursor.eat_space();
    cursor.number(4)?;
    // `1 hour ago`, `1.5 hours ago`: the table knows the whole unit, not its grammar.
    if cursor.eat_any(&[".", ","]) {
        cursor.number(2)?;
    }
    cursor.eat_space();
    let led_by = cursor.phrase(&words.ago_units)?;
    (led_by & lead != 0).then(|| cursor.at())
}

/// The bit of patterns that begin with their number.
const NO_LEAD: u64 = 1;
