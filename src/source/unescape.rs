//! What a JSON string stands for, block by block: pages of HTML are full of escaped quotes and line ends, and a parser that stops
//! at each of them takes longer for the string than the page takes for its tags.

use crate::bits::{places_of, push_within};

/// Appends what the JSON string `quoted` stands for, which a parser has passed; half a character alone is U+FFFD.
pub(super) fn unescape_onto(quoted: &str, out: &mut String) {
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
    out.reserve(inner.len());
    // What lies before is out.
    let mut done = 0;
    places_of(b'\\', inner.as_bytes()).for_each(|place| {
        // The second of two backslashes begins nothing.
        if place >= done {
            push_within(out, inner, done..place);
            let (c, length) = escaped(&inner.as_bytes()[place..]);
            out.push(c);
            done = place + length;
        }
    });
    out.push_str(inner.get(done..).unwrap_or_default());
}

/// The character of the escape at the front of `text`, and the bytes of that.
fn escaped(text: &[u8]) -> (char, usize) {
    let c = match text.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => return numbered(text),
        Some(&sign) => char::from(sign),
        None => char::REPLACEMENT_CHARACTER,
    };
    (c, 2)
}

/// The same of an escape by number.
fn numbered(text: &[u8]) -> (char, usize) {
    const LENGTH: usize = r"\u0000".len();
    let unit = |at: usize| {
        let digits = text.get(at..at + LENGTH)?.strip_prefix(br"\u")?;
        digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
    };
    let lone = (char::REPLACEMENT_CHARACTER, LENGTH);
    match unit(0) {
        Some(high @ 0xd800..=0xdbff) => match unit(LENGTH) {
            Some(low @ 0xdc00..=0xdfff) => {
                let both = 0x1_0000 + ((high & 0x3ff) << 10 | low & 0x3ff);
                (char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER), 2 * LENGTH)
            }
            _ => lone,
        },
        unit => unit.and_then(char::from_u32).map_or(lone, |c| (c, LENGTH)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unescape(quoted: &str) -> String {
        let mut out = "before".to_owned();
        unescape_onto(quoted, &mut out);
        out.strip_prefix("before").unwrap().to_owned()
    }

    #[test]
    fn halves_of_characters_are_replaced() {
        assert_eq!(unescape(r#""a\ud83d\ude00\ud83dz\ude00\ud83d\u0041""#), "a😀\u{fffd}z\u{fffd}\u{fffd}A");
    }

    proptest! {
        #[test]
        fn strings_stand_for_what_the_parser_says(parts in prop::collection::vec(
            r#"[a-zé中😀 ]{1,3}|[a-z<> =]{60,70}|\\["\\/bfnrt]|(\\n){1,70}|\\u00[0-9a-fA-F]{2}|\\u[0-9a-c][0-9a-fA-F]{3}|\\ud83d\\uDE[0-9a-f]{2}"#,
            0..40,
        )) {
            let quoted = format!("\"{}\"", parts.concat());
            prop_assert_eq!(unescape(&quoted), serde_json::from_str::<String>(&quoted).unwrap());
        }
    }
}
