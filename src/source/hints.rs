//! What is said of input that gives no page beyond that it does not: where the page may be, and what the bytes are. Words for
//! people alone; nothing is read by them.

use crate::model::ExtraField;

/// Longer names of fields are left out of words.
const LONGEST_NAME: usize = 64;

/// Where the pages may be that a record without its text was to hold: objects in an array of it, or else its longest string.
pub(super) fn pages_elsewhere(extra: &[ExtraField]) -> String {
    let named = || extra.iter().filter(|field| field.key.len() <= LONGEST_NAME);
    let holds_objects = |field: &&ExtraField| {
        let within = field.value.strip_prefix('[').map(str::trim_start);
        within.is_some_and(|within| within.starts_with('{'))
    };
    if let Some(ExtraField { key, .. }) = named().find(holds_objects) {
        return format!("; of the objects in `{key}` none is read, pass on that array alone");
    }
    let strings = named().filter(|field| field.value.starts_with('"'));
    let longest = strings.max_by_key(|field| field.value.len());
    longest.map_or_else(String::new, |ExtraField { key, .. }| {
        format!("; its longest string is `{key}`, which `--text-field` can name")
    })
}

/// How files begin that hold no text, and what they are. None is read; what is compressed so could be, expanded.
const SIGNS: [(&[u8], &str); 7] = [
    (b"PK\x03\x04", "it is a ZIP archive, or a document that is one; expand it first"),
    (b"BZh", "it is compressed with bzip2, which is not read; expand it first"),
    (b"\xfd7zXZ\0", "it is compressed with xz, which is not read; expand it first"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7-Zip archive; expand it first"),
    (b"\x1f\x8b\x08", "it is compressed more than once; expand it first"),
    (b"\x28\xb5\x2f\xfd", "it is compressed more than once; expand it first"),
    (b"PAR1", "it is a table within a compressed file; expand it first"),
];

/// UTF-16 is known by its mark alone: without one it is bytes among which are NULs.
const UNMARKED: &str = "it holds NUL bytes, as UTF-16 does; save it with its byte order mark, or as UTF-8";

/// What bytes with a NUL among them are, if their beginning tells it.
pub(super) fn kind_of_file(bytes: &[u8]) -> Option<&'static str> {
    let sign = SIGNS.iter().find(|(sign, _)| bytes.starts_with(sign)).map(|&(_, words)| words);
    sign.or_else(|| looks_like_utf16(bytes).then_some(UNMARKED))
}

/// Whether nearly every other byte is NUL at the beginning, and none of those between.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let begin = &bytes[..bytes.len().min(256) & !1];
    let nuls = |first: usize| begin.iter().skip(first).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    even.min(odd) == 0 && even.max(odd) * 8 > begin.len() * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_the_page_may_be() {
        let told = |fields: &[(&str, &str)]| {
            let field =
                |&(key, value): &(&str, &str)| ExtraField { key: key.to_owned(), value: value.to_owned() };
            pages_elsewhere(&fields.iter().map(field).collect::<Vec<_>>())
        };
        assert_eq!(told(&[("n", "1"), ("a", "[1]")]), "");
        assert_eq!(
            told(&[("date", "\"2020\""), ("body", "\"Words of it\"")]),
            "; its longest string is `body`, which `--text-field` can name"
        );
        let objects = "; of the objects in `data` none is read, pass on that array alone";
        assert_eq!(told(&[("body", "\"Words\""), ("data", "[ {}]")]), objects);
        assert_eq!(told(&[(&"k".repeat(65), "\"Words\"")]), "");
    }

    #[test]
    fn says_what_bytes_are_that_are_no_text() {
        let utf16 =
            |to: fn(u16) -> [u8; 2]| "One line of words.\n".encode_utf16().flat_map(to).collect::<Vec<u8>>();
        for bytes in [utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)] {
            assert_eq!(kind_of_file(&bytes), Some(UNMARKED));
        }
        for bytes in [&b"BZh91AY\0"[..], b"\xfd7zXZ\0\0", b"PK\x03\x04\0", b"\x1f\x8b\x08\0"] {
            assert!(kind_of_file(bytes).is_some_and(|words| words.ends_with("expand it first")), "{bytes:?}");
        }
        for bytes in [&b"\0"[..], b"", b"One\0", b"\0\0\0\0", b"\x7fELF\x02\x01\x01\0\0\0\0\0"] {
            assert_eq!(kind_of_file(bytes), None, "{bytes:?}");
        }
    }
}
