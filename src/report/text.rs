//! Text that is safe and fits: page text may hold terminal escapes, and lines may be longer than any screen.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What stands where the middle of a line was left out.
const GAP: &str = " … ";

/// `text` without anything that a terminal would obey: control characters, escapes and marks that turn the direction
/// of writing are written out as `\u{1b}`; line ends within show as `⏎`.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' {
            safe.push('⏎');
        } else if is_unsafe(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    safe
}

/// JSON in which strings hold nothing that a terminal would obey: what stands raw in it is escaped as JSON does.
pub fn escape_json(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        // Line ends stand between values; within strings all of ASCII's controls are escaped already.
        if c != '\n' && is_unsafe(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Controls, and the format characters that reorder, hide or join what stands around them.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// Columns that `text` takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` with its middle left out when it is wider than `columns`: beginnings tell most, ends tell how it ends.
pub(super) fn shorten(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(width(GAP));
    let tail = room / 3;
    let head = take(text.chars(), room - tail);
    let end: String = take(text.chars().rev(), tail).chars().rev().collect();
    format!("{}{GAP}{}", head.trim_end(), end.trim_start())
}

/// `text` with its end left out when it is wider than `columns`: sentences say first what they are about.
pub(super) fn clip(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    format!("{}…", take(text.chars(), columns.saturating_sub(1)).trim_end())
}

/// Characters as long as they fit.
fn take(chars: impl Iterator<Item = char>, columns: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= columns
    };
    chars.take_while(fits).collect()
}

/// `text` over lines of at most `columns`, broken at spaces; a word that is wider stands alone and is not broken.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let wide = width(word);
        if used > 0 && used + 1 + wide > columns {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += wide;
        }
    }
    lines
}

/// `text` and as many spaces as fill `columns`.
pub(super) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// A number with its thousands parted: `1,204`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut parted = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

/// A difference with its sign and so many digits; what rounds to nothing has none: `+0.0120`, `0.0000`.
pub(super) fn plus(difference: f64, digits: usize) -> String {
    let signed = format!("{difference:+.digits$}");
    if signed.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) { signed } else { signed[1..].to_owned() }
}

/// A number with its noun: `1 rule`, `1,204 rules`.
pub fn counted(number: u64, noun: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{} {noun}{end}", thousands(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_would_obey_gets_through() {
        let text = "a\u{1b}[31mred\u{7}\u{9b}0m\u{202e}evil\u{200b}\ttab\u{2028}";
        let safe = escape(text);
        assert_eq!(safe, "a\\u{1b}[31mred\\u{7}\\u{9b}0m\\u{202e}evil\\u{200b}\\ttab\\u{2028}");
        assert_eq!(escape("naïve 中文 “quotes” — fine"), "naïve 中文 “quotes” — fine");
    }

    #[test]
    fn json_that_is_escaped_says_the_same() {
        let value = serde_json::json!({ "text": "a\u{1b}[0m \u{9b}31m \u{202e} \u{e0041} é\n" });
        let safe = escape_json(&format!("{value:#}"));
        assert!(safe.chars().all(|c| c == '\n' || !is_unsafe(c)), "{safe}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
    }

    #[test]
    fn a_long_line_keeps_its_ends_and_fits() {
        assert_eq!(shorten("short", 10), "short");
        assert_eq!(shorten("the first words and the last words", 20), "the first wo … words");
        for columns in 3..30 {
            assert!(width(&shorten("宽字符的一行文字占两列，不能超出", columns)) <= columns, "{columns}");
        }
    }

    #[test]
    fn wraps_at_spaces_and_leaves_long_words_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a incomprehensible b", 5), ["a", "incomprehensible", "b"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn numbers_are_parted_and_nouns_follow_them() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!([plus(0.012, 4), plus(-0.00004, 4), plus(-0.5, 1)], ["+0.0120", "0.0000", "-0.5"]);
        assert_eq!(counted(1, "rule"), "1 rule");
        assert_eq!(counted(1000, "rule"), "1,000 rules");
    }
}
