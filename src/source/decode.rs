//! From bytes to text: byte order marks, UTF-8, and a guess for everything else. (UTF-16 comes this far only out of archives
//! and tables: files are recoded as they are read.) What was guessed or mended is said in flags. Bytes that are no text at
//! all are refused.
//!
//! Whatever it came from, bytes or a string of JSON, a page's text is valid UTF-8 without a mark and without NUL, its lines
//! ended by `\n` alone ([`normalise`]); every byte offset that a later stage speaks of counts in it.

use super::hints::kind_of_file;
use super::recode::utf16_of;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

/// The flag of text in which bytes without a meaning became U+FFFD.
const MENDED_BYTES: &str = "mended-bytes";

/// The flag of text from which NUL characters were left out.
const MENDED_NULS: &str = "mended-nuls";

/// The flag of text that was in that encoding.
pub(super) fn decoded_flag(encoding: &str) -> String {
    format!("decoded:{encoding}")
}

/// The bytes are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Binary {
    /// What gave it away.
    pub(super) sign: &'static str,
}

/// What is said of bytes among which is a NUL.
const HOLDS_NUL: Binary = Binary { sign: "it holds NUL bytes" };

/// Decodes a whole page into `text`, and says in `flags` what was guessed or mended. The encoding that HTML `declares`
/// stands before a guess, but not before what the bytes themselves show.
pub(super) fn decode_into(
    bytes: &[u8],
    declares: Option<&'static Encoding>,
    text: &mut String,
    flags: &mut Vec<String>,
) -> Result<(), Binary> {
    text.clear();
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        decode_unmarked(rest, None, text, flags)?;
    } else if let Some(rest) = bytes.strip_prefix(b"\xff\xfe\0\0") {
        decode_utf32(rest, u32::from_le_bytes, "utf-32le", text, flags)?;
    } else if let Some(rest) = bytes.strip_prefix(b"\0\0\xfe\xff") {
        decode_utf32(rest, u32::from_be_bytes, "utf-32be", text, flags)?;
    } else if let Some(encoding) = utf16_of(bytes) {
        decode_utf16(encoding, &bytes[2..], text, flags)?;
    } else {
        decode_unmarked(bytes, declares, text, flags)?;
    }
    normalise(text, flags);
    Ok(())
}

fn decode_unmarked(
    bytes: &[u8],
    declares: Option<&'static Encoding>,
    text: &mut String,
    flags: &mut Vec<String>,
) -> Result<(), Binary> {
    if bytes.starts_with(b"%PDF-") {
        return Err(Binary { sign: "it is a PDF document" });
    }
    let holds_nul = memchr::memchr(0, bytes).is_some();
    // In UTF-16 every tag, space and line end has a NUL: where one is, a server that names it is right, and elsewhere wrong.
    let (wide, declares) = match declares {
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => (Some(encoding), None),
        declares => (None, declares),
    };
    match wide {
        Some(encoding) if holds_nul => return decode_utf16(encoding, bytes, text, flags),
        _ if holds_nul => return Err(kind_of_file(bytes).map_or(HOLDS_NUL, |sign| Binary { sign })),
        _ => {}
    }
    // Scrapers store pages as UTF-8 and leave the declaration standing; other encodings do not look like UTF-8 by chance,
    // but for those that spell everything in ASCII.
    let declares = declares.filter(|&encoding| encoding != UTF_8 && encoding != REPLACEMENT);
    match (simdutf8::basic::from_utf8(bytes), declares) {
        (Ok(_), Some(encoding)) if !encoding.is_ascii_compatible() => decode_as(encoding, bytes, text, flags),
        (Ok(utf8), _) => text.push_str(utf8),
        (Err(_), Some(encoding)) => decode_as(encoding, bytes, text, flags),
        (Err(_), None) => decode_foreign(bytes, text, flags),
    }
    Ok(())
}

/// Decodes bytes that are not valid UTF-8, without touching newlines: as UTF-8 with faults when that is what they
/// are, else in the encoding that their statistics speak for.
pub(super) fn decode_foreign(bytes: &[u8], text: &mut String, flags: &mut Vec<String>) {
    if is_damaged_utf8(bytes) {
        // A page cut in mid-character, or with one bad byte, would be mojibake throughout in any other encoding.
        text.push_str(&String::from_utf8_lossy(bytes));
        flags.push(MENDED_BYTES.to_owned());
        return;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    decode_as(detector.guess(None, Utf8Detection::Deny), bytes, text, flags);
}

/// Whether faulty bytes are UTF-8 all the same: sequences of several bytes are right by chance so seldom in other
/// encodings that four of them outweigh a fault.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut right, mut faults) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        faults += usize::from(!chunk.invalid().is_empty());
    }
    let cut_at_the_end = faults == 1
        && bytes.utf8_chunks().last().is_some_and(|last| last.invalid().len() > 1 || right > 0)
        && std::str::from_utf8(bytes).is_err_and(|fault| fault.error_len().is_none());
    cut_at_the_end || right >= 4 * faults
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8], text: &mut String, flags: &mut Vec<String>) {
    let (decoded, faulty) = encoding.decode_without_bom_handling(bytes);
    text.push_str(&decoded);
    flags.push(decoded_flag(&encoding.name().to_ascii_lowercase()));
    if faulty {
        flags.push(MENDED_BYTES.to_owned());
    }
}

fn decode_utf16(
    encoding: &'static Encoding,
    bytes: &[u8],
    text: &mut String,
    flags: &mut Vec<String>,
) -> Result<(), Binary> {
    decode_as(encoding, bytes, text, flags);
    without_nul(text)
}

fn decode_utf32(
    bytes: &[u8],
    unit: fn([u8; 4]) -> u32,
    name: &str,
    text: &mut String,
    flags: &mut Vec<String>,
) -> Result<(), Binary> {
    let (units, rest) = bytes.as_chunks::<4>();
    let mut faulty = !rest.is_empty();
    text.extend(units.iter().map(|&bytes| {
        char::from_u32(unit(bytes)).unwrap_or_else(|| {
            faulty = true;
            char::REPLACEMENT_CHARACTER
        })
    }));
    flags.push(decoded_flag(name));
    if faulty {
        flags.push(MENDED_BYTES.to_owned());
    }
    without_nul(text)
}

fn without_nul(text: &str) -> Result<(), Binary> {
    if memchr::memchr(0, text.as_bytes()).is_some() { Err(HOLDS_NUL) } else { Ok(()) }
}

/// Makes of text what the text of a page is: without byte order marks before it, its lines ended by `\n` alone, and
/// without NUL, which JSON can spell and nobody sees. That one was left out is said in `flags`.
pub(crate) fn normalise(text: &mut String, flags: &mut Vec<String>) {
    if memchr::memchr2(b'\r', 0, text.as_bytes()).is_some() {
        if memchr::memchr(0, text.as_bytes()).is_some() {
            text.retain(|c| c != '\0');
            flags.push(MENDED_NULS.to_owned());
        }
        normalise_newlines(text);
    }
    let marks = text.len() - unmarked(text).len();
    text.drain(..marks);
}

/// Text without the byte order marks before it.
pub(super) fn unmarked(text: &str) -> &str {
    text.trim_start_matches('\u{feff}')
}

/// Turns `\r\n` and a lone `\r` into `\n`.
fn normalise_newlines(text: &mut String) {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = memchr::memchr(b'\r', rest.as_bytes()) {
        clean.push_str(&rest[..at]);
        clean.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    clean.push_str(rest);
    *text = clean;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (String, Vec<String>) {
        let (mut text, mut flags) = (String::new(), Vec::new());
        decode_into(bytes, None, &mut text, &mut flags).unwrap();
        (text, flags)
    }

    #[test]
    fn a_declared_encoding_stands_before_a_guess_and_behind_what_the_bytes_show() {
        let declared = |bytes: &[u8], label: &str| {
            let (mut text, mut flags) = (String::new(), Vec::new());
            decode_into(bytes, Encoding::for_label(label.as_bytes()), &mut text, &mut flags).unwrap();
            (text, flags)
        };
        assert_eq!(declared(b"\xcf\xf0", "koi8-r"), ("оП".to_owned(), vec!["decoded:koi8-r".to_owned()]));
        assert_eq!(declared("größe".as_bytes(), "iso-8859-1"), ("größe".to_owned(), vec![]));
        assert_eq!(declared("\u{feff}größe".as_bytes(), "gbk").0, "größe");
        assert_eq!(declared(b"\x1b$B$\x22\x1b(B", "iso-2022-jp").0, "あ");
        assert_eq!(declared(b"caf\xe9 ferm\xe9", "utf-8").1, ["decoded:windows-1252"]);
    }

    #[test]
    fn utf_16_is_told_by_its_mark_or_by_the_server_where_the_bytes_do_not_deny_it() {
        let wide =
            |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<_>>();
        let read = |bytes: &[u8], label: &str| {
            let (mut text, mut flags) = (String::new(), Vec::new());
            let declares = Encoding::for_label(label.as_bytes());
            decode_into(bytes, declares, &mut text, &mut flags).map(|()| (text, flags))
        };
        for (name, unit) in
            [("utf-16le", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("utf-16be", u16::to_be_bytes)]
        {
            let told = Ok(("Größe 😀\n".to_owned(), vec![format!("decoded:{name}")]));
            assert_eq!(read(&wide("\u{feff}Größe 😀\r\n", unit), ""), told);
            assert_eq!(
                read(&wide("\u{feff}Größe 😀\r\n", unit), "windows-1252"),
                told,
                "the mark is stronger"
            );
            assert_eq!(read(&wide("Größe 😀\r\n", unit), name), told);
            assert!(read(&wide("Größe", unit), "").is_err());
            assert_eq!(read(&wide("\u{feff}a\0b", unit), ""), Err(HOLDS_NUL));
        }
        assert_eq!(read("größe".as_bytes(), "utf-16"), Ok(("größe".to_owned(), vec![])));
        assert_eq!(read(b"caf\xe9 ferm\xe9", "utf-16").unwrap().1, ["decoded:windows-1252"]);
    }

    #[test]
    fn takes_byte_order_marks_off() {
        let wide = |unit: fn(u32) -> [u8; 4]| {
            "\u{feff}né\r\n".chars().flat_map(|c| unit(c as u32)).collect::<Vec<_>>()
        };
        assert_eq!(decoded("\u{feff}né\r\n".as_bytes()), ("né\n".to_owned(), vec![]));
        for (bytes, flag) in
            [(wide(u32::to_le_bytes), "decoded:utf-32le"), (wide(u32::to_be_bytes), "decoded:utf-32be")]
        {
            assert_eq!(decoded(&bytes), ("né\n".to_owned(), vec![flag.to_owned()]));
        }
    }

    #[test]
    fn guesses_legacy_encodings_and_says_so() {
        let russian = "Президент сказал, что закон будет принят в течение года.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
        assert_eq!(decoded(&bytes), (russian.to_owned(), vec!["decoded:windows-1251".to_owned()]));
        let french = "Le café était fermé, l’été dernier à Orléans.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(french);
        assert_eq!(decoded(&bytes), (french.to_owned(), vec!["decoded:windows-1252".to_owned()]));
        let japanese = "これは日本語の文章です。文字コードを推測します。";
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(japanese);
        assert_eq!(decoded(&bytes), (japanese.to_owned(), vec!["decoded:shift_jis".to_owned()]));
    }

    #[test]
    fn damaged_utf8_stays_utf8() {
        let cut = &"„Schön“, sagte sie".as_bytes()[.."„Schön“".len() - 1];
        assert_eq!(decoded(cut), ("„Schön\u{fffd}".to_owned(), vec![MENDED_BYTES.to_owned()]));
        let one_bad_byte = [b"na\xc3\xafve caf\xc3\xa9s, \xc3\xa9t\xc3\xa9 \xff".as_slice()].concat();
        assert_eq!(
            decoded(&one_bad_byte),
            ("naïve cafés, été \u{fffd}".to_owned(), vec![MENDED_BYTES.to_owned()])
        );
    }

    #[test]
    fn refuses_what_is_no_text() {
        let (mut text, mut flags) = (String::new(), Vec::new());
        for bytes in [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), b"%PDF-1.7\n%\xe2\xe3"] {
            assert!(decode_into(bytes, None, &mut text, &mut flags).is_err());
        }
    }

    #[test]
    fn every_kind_of_line_end_becomes_a_newline() {
        assert_eq!(decoded(b"a\r\nb\rc\nd\r\n\r\n\r").0, "a\nb\nc\nd\n\n\n");
    }

    #[test]
    fn a_page_begins_with_no_mark_and_holds_no_nul_whatever_it_came_from() {
        assert_eq!(decoded("\u{feff}\u{feff}a\u{feff}b".as_bytes()).0, "a\u{feff}b");
        for (written, text, mended) in [
            ("\u{feff}\0\u{feff}a\r\0\nb\0", "a\nb", true),
            ("\u{feff}a\r\nb", "a\nb", false),
            ("\0\0", "", true),
            ("", "", false),
        ] {
            let (mut made, mut flags) = (written.to_owned(), Vec::new());
            normalise(&mut made, &mut flags);
            assert_eq!((made.as_str(), flags.len()), (text, usize::from(mended)), "{written:?}");
        }
        let wide: Vec<u8> = "\u{feff}a\0b".chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
        assert_eq!(decode_into(&wide, None, &mut String::new(), &mut Vec::new()), Err(HOLDS_NUL));
    }
}
