//! A record of JSON lines in one pass: strings are read block by block, and the text goes where it belongs as it is read. Scraped
//! text has an escape on every line, and a parser that stops at each takes longer for it than for all else.
//!
//! What is the least bit odd (a fault, half a character, a key with an escape) is left to the parser, which has the words for it.
//! All else is as the parser would have it.

use super::surrogate::may_hold_halves;
use crate::bits::{AHEAD, BLOCK, ESCAPES, ahead_in, escaped_in_json, members_of_word};
use serde_json::value::RawValue;

/// What stood where the text was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextValue {
    Missing,
    /// Whether it is known to be as the text of a page is: its lines ended by `\n` alone, no NUL, no mark before it.
    String {
        plain: bool,
    },
    /// Something else, which is named.
    Other(&'static str),
}

/// Reads a record: the string of the key `text_key` goes into `text`, and every other key goes to `other` with the JSON of its
/// value. `None` for what the parser must see; what was handed over by then means nothing.
pub(super) fn read<'l>(
    line: &'l [u8],
    text_key: &str,
    text: &mut String,
    mut other: impl FnMut(&'l str, &'l str),
) -> Option<TextValue> {
    let mut reader = Reader { line, at: 0 };
    let mut found = TextValue::Missing;
    reader.take(b'{')?;
    if reader.peek() != Some(b'}') {
        loop {
            let key = reader.string()?;
            let key = key.get(1..key.len() - 1).filter(|key| !key.contains('\\'))?;
            reader.take(b':')?;
            let is_string = reader.peek() == Some(b'"');
            if key == text_key && is_string {
                text.clear();
                let plain = reader.unescape_onto(text)? && !text.starts_with('\u{feff}');
                found = TextValue::String { plain };
            } else {
                let value = if is_string { reader.string() } else { reader.other() }?;
                if key == text_key {
                    text.clear();
                    found = TextValue::Other(kind_of(value).unwrap_or("an object"));
                } else {
                    other(key, value);
                }
            }
            if reader.peek() != Some(b',') {
                break;
            }
            reader.take(b',')?;
        }
    }
    reader.take(b'}')?;
    reader.peek().is_none().then_some(found)
}

/// What a JSON value is that is no object.
pub(super) fn kind_of(value: &str) -> Option<&'static str> {
    Some(match value.trim_start().as_bytes().first()? {
        b'[' => "an array",
        b'"' => "a string",
        b'n' => "null",
        b't' | b'f' => "a boolean",
        b'-' | b'0'..=b'9' => "a number",
        _ => return None,
    })
}

/// Appends what a JSON string stands for, quotes and all; false if it is none.
pub(super) fn unescape_onto(quoted: &str, out: &mut String) -> bool {
    let mut reader = Reader { line: quoted.as_bytes(), at: 0 };
    reader.unescape_onto(out).is_some() && reader.peek().is_none()
}

/// Bytes that a string stands for are handed on when there are so many, while they are near.
const PIECE: usize = 4 << 10;

/// Hands on what `piece` begins with, `filled` bytes of text, but for a last character that may go on. How many are left; `None`
/// where it is no text.
fn hand_on(piece: &mut [u8], filled: usize, out: &mut String) -> Option<usize> {
    let begins = |byte: &u8| byte & 0xc0 != 0x80;
    let whole = piece[..filled].iter().rposition(begins)?;
    out.push_str(simdutf8::basic::from_utf8(&piece[..whole]).ok()?);
    piece.copy_within(whole..filled, 0);
    Some(filled - whole)
}

struct Reader<'l> {
    line: &'l [u8],
    at: usize,
}

impl<'l> Reader<'l> {
    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.line[self.at..];
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.line.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// The next value, which is a string, with its quotes.
    fn string(&mut self) -> Option<&'l str> {
        let start = self.skip_string()?;
        simdutf8::basic::from_utf8(&self.line[start..self.at]).ok()
    }

    /// Appends what the next value, a string, stands for; whether it holds neither `\r` nor NUL, which only escapes give.
    fn unescape_onto(&mut self, out: &mut String) -> Option<bool> {
        self.take(b'"')?;
        out.reserve(self.line.len() - self.at);
        // What a block and an escape may add, and what is copied behind.
        let (mut piece, mut filled) = ([0; PIECE + 3 * BLOCK], 0);
        let (mut padded, mut plain) = ([0; AHEAD], true);
        loop {
            let left = &self.line[self.at..];
            let ahead = ahead_in(left, &mut padded);
            let mut odd = escaped_in_json(&ahead[..BLOCK]);
            let mut read = 0;
            loop {
                // A whole block, of which no more is meant than stands in front of the next escape: how much that is nobody
                // can guess.
                let from = read.min(BLOCK);
                piece[filled..filled + BLOCK].copy_from_slice(&ahead[from..from + BLOCK]);
                if odd == 0 {
                    break;
                }
                let place = odd.trailing_zeros() as usize;
                filled += place - read;
                match ahead[place] {
                    b'\\' => {}
                    b'"' => {
                        out.push_str(simdutf8::basic::from_utf8(&piece[..filled]).ok()?);
                        self.at += place + 1;
                        return Some(plain);
                    }
                    _ => return None,
                }
                let c = SIGNS[usize::from(ahead[place + 1])];
                if c == 0 {
                    let (c, length) = numbered(&left[place..])?;
                    plain &= c != '\r' && c != '\0';
                    filled += c.encode_utf8(&mut piece[filled..]).len();
                    read = place + length;
                } else {
                    plain &= c != b'\r';
                    piece[filled] = c;
                    filled += 1;
                    read = place + 2;
                }
                // The second of two backslashes begins nothing.
                odd &= u64::MAX.checked_shl(read as u32).unwrap_or(0);
            }
            if left.len() < BLOCK {
                return None;
            }
            filled += BLOCK.saturating_sub(read);
            self.at += read.max(BLOCK);
            if filled >= PIECE {
                filled = hand_on(&mut piece, filled, out)?;
            }
        }
    }

    /// Walks over the next value, a string. Where it begins.
    fn skip_string(&mut self) -> Option<usize> {
        self.take(b'"')?;
        let start = self.at;
        // What lies before was taken.
        let mut done = start;
        for (index, block) in self.line[start..].chunks(BLOCK).enumerate() {
            for place in members_of_word(0, escaped_in_json(block)) {
                let place = start + index * BLOCK + place;
                if place < done {
                    continue;
                }
                match self.line[place] {
                    b'\\' => done = place + escape_length(&self.line[place..])?,
                    b'"' => {
                        self.at = place + 1;
                        return Some(start - 1);
                    }
                    _ => return None,
                }
            }
        }
        None
    }

    /// The next value, which is no string.
    fn other(&mut self) -> Option<&'l str> {
        let rest = &self.line[self.at..];
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<&RawValue>();
        let value = values.next()?.ok()?.get();
        self.at += values.byte_offset();
        (!may_hold_halves(value.as_bytes())).then_some(value)
    }
}

/// What the sign behind a backslash stands for; 0 for `u`, and for those that stand for nothing.
const SIGNS: [u8; 256] = {
    let (mut signs, mut nth) = ([0; 256], 0);
    while nth < ESCAPES.len() {
        signs[ESCAPES[nth].1 as usize] = ESCAPES[nth].0;
        nth += 1;
    }
    // It may be escaped, and need not be.
    signs[b'/' as usize] = b'/';
    signs
};

/// The bytes of the escape at the front of `text`.
fn escape_length(text: &[u8]) -> Option<usize> {
    if SIGNS[usize::from(*text.get(1)?)] != 0 { Some(2) } else { numbered(text).map(|(_, length)| length) }
}

/// The character of the escape by number at the front of `text`, and the bytes of that; `None` for half a character, and where
/// there is no such escape.
fn numbered(text: &[u8]) -> Option<(char, usize)> {
    const LENGTH: usize = r"\u0000".len();
    let unit = |at: usize| {
        let digits = text.get(at..at + LENGTH)?.strip_prefix(br"\u")?;
        digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
    };
    match unit(0)? {
        high @ 0xd800..=0xdbff => {
            let low = unit(LENGTH).filter(|low| matches!(low, 0xdc00..=0xdfff))?;
            Some((char::from_u32(0x1_0000 + ((high & 0x3ff) << 10 | low & 0x3ff))?, 2 * LENGTH))
        }
        unit => Some((char::from_u32(unit)?, LENGTH)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::normalise;
    use super::super::jsonl::Pairs;
    use super::*;
    use proptest::prelude::*;

    /// The text of a record, and all else as it stands.
    type Read = (Option<String>, Vec<(String, String)>);

    /// What is read, and the parser's word on it.
    fn both(line: &str) -> [Option<Read>; 2] {
        let (mut text, mut others) = (String::new(), Vec::new());
        let own = read(line.as_bytes(), "t", &mut text, |key, value| {
            others.push((key.to_owned(), value.to_owned()));
        });
        let own = own.map(|found| {
            if found == (TextValue::String { plain: true }) {
                let mut normal = text.clone();
                normalise(&mut normal, &mut Vec::new());
                assert_eq!(normal, text, "{line}");
            }
            (matches!(found, TextValue::String { .. }).then_some(text), others)
        });
        let parsed = serde_json::from_str::<Pairs<'_>>(line).ok().and_then(|Pairs(pairs)| {
            let (texts, others): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(key, _)| key == "t");
            let text = texts.last().map(|(_, text)| text.get()).filter(|text| text.starts_with('"'));
            let others = others.into_iter().map(|(key, value)| (key, value.get().to_owned())).collect();
            Some((text.map(serde_json::from_str).transpose().ok()?, others))
        });
        [own, parsed]
    }

    #[test]
    fn records_are_read_as_they_stand() {
        let read = |line: &str| {
            let [own, parsed] = both(line);
            assert_eq!(own, parsed, "{line}");
            own
        };
        assert!(
            read(" { \"t\" : \"a\\n\\u00e9\\ud83d\\ude00\" , \"n\":-1.50 ,\"o\" : [1, {\"t\":2}]}\r\n")
                .is_some()
        );
        assert!(read("{}").is_some());
        assert!(read(r#"{"t":null,"t":"\"\\","a":"x\"y","a":true}"#).is_some());
        for odd in [
            "",
            "{",
            "[]",
            "{\"t\"}",
            "{\"t\":\"a}",
            "{\"t\":\"a\u{1}\"}",
            "{\"t\":\"\\x\"}",
            "{\"t\":\"\\u12\"}",
        ] {
            assert_eq!(read(odd), None);
        }
        for odd in
            ["{\"t\":1,}", "{\"t\":1 2}", "{\"t\":01}", "{\"a\":nul}", "{\"t\":1}}", "{,}", "{\"a\":\"\\\"}"]
        {
            assert_eq!(read(odd), None);
        }
    }

    #[test]
    fn long_strings_are_handed_on_between_characters() {
        for (letter, before) in
            ["a", "é", "中", "😀"].into_iter().flat_map(|letter| (0..70).map(move |n| (letter, n)))
        {
            let text = format!("{}{}\n{letter}", "b".repeat(before), letter.repeat(3 * PIECE));
            let line = serde_json::json!({ "t": text }).to_string();
            let [own, parsed] = both(&line);
            assert!(own.is_some() && own == parsed, "{letter} behind {before}");
            let place = line.find(letter).unwrap() + PIECE;
            let mut broken = line.into_bytes();
            broken[place] = 0xff;
            assert_eq!(read(&broken, "t", &mut String::new(), |_, _| ()), None, "{letter} behind {before}");
        }
    }

    #[test]
    fn what_is_odd_is_left_to_the_parser() {
        for odd in [r#"{"t":"\ud83d"}"#, r#"{"a":"\ude00"}"#, r#"{"a":["\ud83d"]}"#, r#"{"\u0074":1}"#] {
            assert_eq!(both(odd)[0], None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_the_parser_says(parts in prop::collection::vec(
            r#"[a-zé中😀 ]{1,3}|[a-z<> =]{60,70}|\\["\\/bfnrtx]|(\\n){1,70}|\\u00[0-9a-fA-F]{2}|\\u000[0d]|\x{feff}|\\u[0-9a-c][0-9a-fA-F]{3}|\\ud83d\\uDE[0-9a-f]{2}|\\\\|\\|"|\x01"#,
            0..12,
        ), tail in r#"(,"t":("é"|[0-9]))?(,"(a|n)": ?(\[1,"a\\n"\]|\{\}|true|-0\.5e3|"x\\ty")){0,3} ?\}? ?"#) {
            let [own, parsed] = both(&format!("{{\"t\":\"{}\"{tail}", parts.concat()));
            if own.is_some() {
                prop_assert_eq!(own, parsed);
            }
        }
    }
}
