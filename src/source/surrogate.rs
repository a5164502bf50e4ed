//! Lone surrogates: JSON can spell half a character, `\ud800`, and UTF-8 cannot. Parsers refuse the whole record for it,
//! and scraped records are full of cut emoji, so such escapes are mended before the record is parsed. Pairs and escaped
//! backslashes are left alone.

/// The flag of text in which lone surrogates became U+FFFD.
pub(super) const MENDED_SURROGATES: &str = "mended-surrogates";

/// Turns `\ud800` and its like, where no partner follows, into `\ufffd`: of the same length, so columns stay true.
pub(super) fn mend_surrogates(line: &str) -> Option<String> {
    let bytes = line.as_bytes();
    if !may_hold_halves(bytes) {
        return None;
    }
    let mut mended: Option<Vec<u8>> = None;
    // What lies before belongs to a pair.
    let mut done = 0;
    for at in memchr::memmem::find_iter(bytes, br"\u") {
        let escaped = bytes[..at].iter().rev().take_while(|&&before| before == b'\\').count() % 2 != 0;
        match surrogate(bytes, at) {
            None => {}
            _ if escaped || at < done => {}
            Some(Surrogate::High) if matches!(surrogate(bytes, at + 6), Some(Surrogate::Low)) => {
                done = at + 12;
            }
            Some(_) => {
                mended.get_or_insert_with(|| bytes.to_vec())[at + 2..at + 6].copy_from_slice(b"fffd");
            }
        }
    }
    // Four ASCII digits gave way to four: what was UTF-8 still is.
    mended.and_then(|bytes| String::from_utf8(bytes).ok())
}

/// Whether there may be an escaped surrogate: records may escape all that is beyond ASCII, and most of that is none.
pub(super) fn may_hold_halves(json: &[u8]) -> bool {
    [br"\ud", br"\uD"].into_iter().any(|half| memchr::memmem::find(json, half).is_some())
}

enum Surrogate {
    High,
    Low,
}

fn surrogate(bytes: &[u8], at: usize) -> Option<Surrogate> {
    let escape = bytes.get(at..at + 6)?;
    if &escape[..2] != b"\\u" || !escape[2..].iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    match (escape[2].to_ascii_lowercase(), escape[3].to_ascii_lowercase()) {
        (b'd', b'8'..=b'9' | b'a'..=b'b') => Some(Surrogate::High),
        (b'd', b'c'..=b'f') => Some(Surrogate::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn mends_halves_and_nothing_else() {
        let cases = [
            (r#""\ud800""#, Some(r#""\ufffd""#)),
            (r#""\uDC00\ud83d""#, Some(r#""\ufffd\ufffd""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\ud83d\ude00""#, None),
            (r#""\\ud800""#, None),
            (r#""\u00e9 \n""#, None),
            (r#""cut \ud8"#, None),
            ("\\", None),
        ];
        for (line, mended) in cases {
            assert_eq!(mend_surrogates(line).as_deref(), mended, "{line}");
        }
    }

    proptest! {
        #[test]
        fn halves_are_those_that_a_walk_from_escape_to_escape_finds(
            parts in prop::collection::vec(r#"[a-z]|\\\\|\\n|\\u[dD][89abAB][0-9]{2}|\\u[dD][c-fC-F][0-9]{2}|\\u[0-9]{4}|\\ud7|u|d8"#, 0..12),
        ) {
            let line = parts.concat();
            let (mut expected, mut at) = (line.clone().into_bytes(), 0);
            while let Some(next) = line.as_bytes()[at..].iter().position(|&byte| byte == b'\\') {
                at += next;
                match surrogate(line.as_bytes(), at) {
                    None => at += 2,
                    Some(Surrogate::High) if matches!(surrogate(line.as_bytes(), at + 6), Some(Surrogate::Low)) => at += 12,
                    Some(_) => {
                        expected[at + 2..at + 6].copy_from_slice(b"fffd");
                        at += 6;
                    }
                }
                at = at.min(line.len());
            }
            let expected = String::from_utf8(expected).unwrap();
            prop_assert_eq!(mend_surrogates(&line), (expected != line).then_some(expected));
        }
    }
}
