//! The normal form that rules and lines are compared in.
//!
//! Folding is NFKC, lower case, straight quotes and dashes, every run of Unicode space one space, no invisible
//! characters, trimmed, and without the `:` `»` `…` that labels trail. It is idempotent, so a folded phrase equals
//! the fold of a line that shows it. The way back to the original bytes is walked again only when a hit asks for it
//! ([`raw_span`]): nearly every line has no hit, and a table of offsets would cost more than the fold itself.

use crate::bits::{Beyond, ascii_run, first_bits, first_eight, push_within};
use crate::letters::{is_alphabetic, is_alphanumeric};
use std::ops::Range;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use wide::u8x16;

/// The normal form of `text`. `text` is one line: a line break in it folds to a space.
pub fn fold(text: &str) -> String {
    let trimmed = trimmed(text);
    if let Some(mut folded) = fold_alone(trimmed) {
        trim_label_at(&mut folded, 0);
        return folded;
    }
    let mut folded = String::with_capacity(text.len());
    fold_pieces_onto(trimmed, 0..trimmed.len(), false, false, &mut folded);
    folded.make_ascii_lowercase();
    folded
}

/// The normal form of a text that lines begin with: what it trails stays, since within a line it would not go either.
///
/// `Read more:` begins `Read more: the bridge` and not `Read more than one book`.
pub fn fold_start(text: &str) -> String {
    let trimmed = trimmed(text);
    if let Some(folded) = fold_alone(trimmed) {
        return folded;
    }
    let mut folded = String::with_capacity(text.len());
    for_each_folded(trimmed, |_, c| push_squeezed(&mut folded, 0, c));
    folded.truncate(folded.trim_end().len());
    folded
}

/// The text without white space at its ends, which most phrases have none of.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// Whether folding changes nothing of `text` but its case, as long as its ends are not trimmed: it is ASCII without control
/// characters or double spaces.
pub(crate) fn is_plain(text: &str) -> bool {
    matches!(Look::of(text), Look { is_ascii: true, is_even: true })
}

/// What the bytes of a text tell of its fold.
struct Look {
    is_ascii: bool,
    /// There are no double spaces, and none of the control characters of ASCII.
    is_even: bool,
}

impl Look {
    /// Eight bytes are looked at at once, without a branch: phrases are short.
    fn of(text: &str) -> Self {
        const EACH: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x80 * EACH;
        let (mut beyond, mut odd, mut after_space) = (0, 0, 0);
        let mut look = |eight: u64| {
            // Seven bits of each byte are added, so that no byte reaches the next one.
            let is_not = |byte: u64| {
                let other = eight ^ (byte * EACH);
                ((other & !HIGH) + !HIGH) | other
            };
            let is_shown = ((eight & !HIGH) + (0x80 - 0x20) * EACH) | eight;
            let spaces = !is_not(0x20) & HIGH;
            odd |= ((!is_shown | !is_not(0x7f)) & HIGH) | (spaces & (spaces << 8 | after_space));
            after_space = spaces >> 56;
            beyond |= eight & HIGH;
        };
        let (eights, rest) = text.as_bytes().as_chunks::<8>();
        eights.iter().for_each(|eight| look(u64::from_le_bytes(*eight)));
        if !rest.is_empty() {
            // What is missing is as good as a letter.
            let missing = !first_bits(8 * rest.len());
            look(first_eight(rest) | (missing & (u64::from(b'x') * EACH)));
        }
        Self { is_ascii: beyond == 0, is_even: odd == 0 }
    }
}

/// The normal form of a trimmed text but for its ends, where each of its characters folds alone, to one character that is
/// no space beside another. So do those of nearly all phrases, and a program that starts up folds thousands.
fn fold_alone(text: &str) -> Option<String> {
    let look = Look::of(text);
    if !look.is_even {
        return None;
    }
    // What folds quickly and ASCII alike neither compose with what stands before them nor with each other. Most phrases are
    // written in lower case.
    if look.is_ascii || text.chars().all(|c| c.is_ascii() || quick(c) == Some(c)) {
        return Some(text.to_ascii_lowercase());
    }
    let alone = |c: char| match c {
        '\0'..='\x7f' => Some(c.to_ascii_lowercase()),
        _ => quick(c).filter(|&folded| folded != ' '),
    };
    text.chars().map(alone).collect()
}

/// Appends the normal form of a trimmed line, the bytes `line` of `text`, but for the case of its ASCII letters: whoever folds
/// many lines folds the case of all at once. `single_spaced` says that all white space is known to be single spaces.
///
/// False when a word that begins in the line may not begin in the normal form, since what stood before it vanished or
/// became letters: `™` is no letter, and `tm` is two.
pub(crate) fn fold_but_case_onto(
    text: &str,
    line: Range<usize>,
    single_spaced: bool,
    out: &mut String,
) -> bool {
    fold_pieces_onto(text, line, single_spaced, true, out)
}

/// The same, where `even` says whether it is to be told that no word moves.
fn fold_pieces_onto(
    text: &str,
    line: Range<usize>,
    single_spaced: bool,
    mut even: bool,
    out: &mut String,
) -> bool {
    let base = out.len();
    let (mut squeezed, mut at) = (single_spaced, line.start);
    let mut beyond = Beyond::default();
    while at < line.end {
        let mut run = at..beyond.next(text.as_bytes(), at..line.end);
        let mut chars = text[run.end..line.end].chars();
        let next = chars.next();
        let quick = next.and_then(quick).filter(|_| chars.clone().next().is_none_or(begins_piece));
        let piece = match next {
            None => "",
            Some(next) if quick.is_some() => &text[run.end..run.end + next.len_utf8()],
            Some(_) => {
                let (before, piece, _) = split_piece(&text[at..line.end], run.len());
                run.end = at + before.len();
                piece
            }
        };
        at = run.end + piece.len();
        if squeezed {
            push_within(out, text, run);
        } else {
            push_squeezed_run(out, base, &text[run]);
        }
        if let Some(folded) = quick {
            // Letters stay letters and signs stay signs: no start of a word moves.
            push_squeezed(out, base, folded);
        } else if !piece.is_empty() {
            let before = out.len();
            fold_piece(piece, |c| push_squeezed(out, base, c));
            // What vanished, or was no letter and became one, moves the start of a word that follows. (`½` is none.)
            let is_letter = |c: char| is_alphabetic(c) || c.is_ascii_digit();
            even = even
                && out.len() > before
                && (piece.ends_with(is_letter) || !out[before..].ends_with(is_alphanumeric));
            // The spaces around what vanished meet.
            squeezed = false;
        }
    }
    trim_label_at(out, base);
    even
}

/// The same for a line of ASCII, the bytes `line` of `text`, in which all white space is single spaces.
#[inline]
pub(crate) fn fold_plain_but_case_onto(text: &str, line: Range<usize>, out: &mut String) {
    let base = out.len();
    push_within(out, text, line);
    trim_label_at(out, base);
}

#[inline]
fn trim_label_at(out: &mut String, base: usize) {
    // Nearly all lines are told by their last byte; the last of `»` is 0xbb.
    let label = &out.as_bytes()[base..];
    let trails = match label.last() {
        Some(b' ' | b':' | 0xbb) => true,
        Some(b'.') => label.ends_with(b"..."),
        _ => false,
    };
    if trails {
        let kept = trim_label(&out[base..]).len();
        out.truncate(base + kept);
    }
}

/// The bytes of `text` that the bytes `folded` of its normal form came from.
///
/// A character that folds to several, or that was composed with its neighbours, is given back whole.
pub fn raw_span(text: &str, folded: Range<usize>) -> Range<usize> {
    let trimmed = text.trim();
    // `text` and `trimmed` share their buffer, so the leading white space is the distance of their starts.
    let lead = text.len() - text.trim_start().len();
    let plain = plain_start(trimmed.as_bytes());
    if folded.end <= plain {
        return lead + folded.start..lead + folded.end;
    }
    let (before, rest) = trimmed.split_at(plain);
    let mut form = String::with_capacity(trimmed.len());
    form.push_str(before);
    let (mut start, mut end) = ((folded.start < plain).then_some(folded.start), 0);
    for_each_folded(rest, |raw, c| {
        let before = form.len();
        push_squeezed(&mut form, 0, c);
        let produced = before..form.len();
        if produced.is_empty() {
            return;
        }
        if produced.start < folded.end && produced.end > folded.start {
            start.get_or_insert(plain + raw.start);
            end = plain + raw.end;
        }
    });
    start.map_or(lead..lead, |start| lead + start..lead + end)
}

/// Bytes from the start of a trimmed text of which folding changes nothing but the case, and squeezing nothing: ASCII without
/// control characters or double spaces. What may compose with what follows is not among them.
fn plain_start(bytes: &[u8]) -> usize {
    let is_odd = |pair: &[u8]| !(0x20..0x7f).contains(&pair[1]) || pair == b"  ";
    match bytes.first() {
        Some(0x20..0x7f) => bytes.windows(2).position(is_odd).unwrap_or(bytes.len()),
        _ => 0,
    }
}

/// Pushes a run of ASCII, white space squeezed.
fn push_squeezed_run(out: &mut String, base: usize, run: &str) {
    const LANES: usize = 16;
    let mut after_space = out.len() == base || out.ends_with(' ');
    let mut kept = 0;
    for (index, part) in run.as_bytes().chunks(LANES).enumerate() {
        let mut lanes = [0; LANES];
        lanes[..part.len()].copy_from_slice(part);
        let bytes = u8x16::new(lanes);
        let from_tab = bytes - u8x16::splat(b'\t');
        let breaks = from_tab.min(u8x16::splat(b'\r' - b'\t')).simd_eq(from_tab).to_bitmask();
        let spaces = bytes.simd_eq(u8x16::splat(b' ')).to_bitmask() | breaks;
        let after = spaces << 1 | u32::from(after_space);
        // Single spaces stay where they are.
        let mut odd = spaces & after | breaks;
        while odd != 0 {
            let bit = odd.trailing_zeros() as usize;
            let at = LANES * index + bit;
            out.push_str(&run[kept..at]);
            if after >> bit & 1 == 0 {
                out.push(' ');
            }
            kept = at + 1;
            odd &= odd - 1;
        }
        after_space = spaces >> (part.len() - 1) & 1 != 0;
    }
    out.push_str(&run[kept..]);
}

fn push_squeezed(out: &mut String, base: usize, c: char) {
    if !c.is_whitespace() {
        out.push(c);
    } else if out.len() > base && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// Takes the ends off that labels trail: spaces, `:`, `»`, and `…`, which NFKC has made `...`.
fn trim_label(folded: &str) -> &str {
    let mut label = folded;
    loop {
        let shorter = label.trim_end_matches([' ', ':', '»']);
        let shorter = shorter.strip_suffix("...").unwrap_or(shorter);
        if shorter.len() == label.len() {
            return label;
        }
        label = shorter;
    }
}

/// Calls `emit` with every folded character, before spaces are squeezed, and the raw bytes it came from.
fn for_each_folded(text: &str, mut emit: impl FnMut(Range<usize>, char)) {
    let mut at = 0;
    for_each_piece(text, |raw| {
        let start = at;
        at += raw.len();
        if raw.is_ascii() {
            for (at, byte) in (start..).zip(raw.bytes()) {
                emit(at..at + 1, char::from(byte.to_ascii_lowercase()));
            }
        } else {
            fold_piece(raw, |c| emit(start..start + raw.len(), c));
        }
    });
}

/// Calls `visit` with every run of ASCII and every piece of `text`.
fn for_each_piece<'t>(text: &'t str, mut visit: impl FnMut(&'t str)) {
    let mut rest = text;
    while !rest.is_empty() {
        let (run, piece, after) = split_piece(rest, ascii_run(rest.as_bytes()));
        [run, piece].into_iter().filter(|part| !part.is_empty()).for_each(&mut visit);
        rest = after;
    }
}

/// Takes a run of ASCII and a piece off the start of `text`, of which the first `run` bytes are ASCII: a piece is a character
/// with all that may compose with it. All of them fold independently of each other; an ASCII character before something that
/// may compose with it is in its piece.
fn split_piece(text: &str, run: usize) -> (&str, &str, &str) {
    let joined = text[run..].chars().next().is_some_and(|next| !begins_piece(next));
    let (run, rest) = text.split_at(run - usize::from(joined && run > 0));
    let mut chars = rest.char_indices();
    chars.next();
    let end = chars.find(|&(_, next)| begins_piece(next)).map_or(rest.len(), |(end, _)| end);
    let (piece, after) = rest.split_at(end);
    (run, piece, after)
}

/// The fold of a character of those that texts are mostly made of, if that is one character. No sign becomes a
/// letter, and nothing before such a character composes with it.
#[inline]
pub(crate) fn quick(c: char) -> Option<char> {
    match c {
        '\u{a0}' => Some(' '),
        'à'..='ö' | 'ø'..='ÿ' | 'а'..='џ' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '一'..='鿿' | '가'..='힣' => {
            Some(c)
        }
        'ά'..='ώ' | 'א'..='ת' | 'ء'..='ي' | 'ٹ'..='ڿ' | 'ی' | 'ก'..='ะ' | 'า' | 'เ'..='ๆ' | '、' | '。' => {
            Some(c)
        }
        '¡'..='§' | '©' | '«' | '®' | '°' | '±' | '¶' | '·' | '»' | '¿' | '×' | '•' | '‹' | '›' | '€' => {
            Some(c)
        }
        _ if is_drawn(c) => Some(c),
        'À'..='Þ' | 'А'..='Я' => char::from_u32(c as u32 + 0x20),
        _ => Some(straighten(c)).filter(|&straight| straight != c).or_else(|| lower_of_inert(c)),
    }
}

/// Arrows, boxes, shapes and dingbats that fold to themselves; the numbers among dingbats are none.
fn is_drawn(c: char) -> bool {
    matches!(c, '←'..='↙' | '─'..='\u{2775}' | '➔'..='➯')
}

/// The lower case of a letter that NFKC leaves alone, if that is one letter.
fn lower_of_inert(c: char) -> Option<char> {
    let mut lower = is_inert(c).then(|| c.to_lowercase())?;
    lower.next().filter(|_| lower.next().is_none())
}

/// Folds one piece.
fn fold_piece(piece: &str, mut emit: impl FnMut(char)) {
    let mut chars = piece.chars();
    if let (Some(first), None) = (chars.next(), chars.next()) {
        // What texts are mostly made of is settled without the tables.
        match first {
            '\u{a0}' => return emit(' '),
            '…' => return (0..3).for_each(|_| emit('.')),
            _ if straighten(first) != first => return emit(straighten(first)),
            _ if is_inert(first) => return first.to_lowercase().for_each(emit),
            _ => {}
        }
    }
    piece
        .chars()
        .filter(|&c| !is_invisible(c))
        .map(straighten)
        .nfkc()
        .flat_map(char::to_lowercase)
        .nfkc()
        .map(straighten)
        .for_each(emit);
}

/// Letters that NFKC leaves alone when nothing combines with them: the scripts that texts are mostly made of, so that
/// the tables are asked only for the rest.
fn is_inert(c: char) -> bool {
    matches!(c, 'À'..='ı' | 'Ĵ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž' | 'Ơ' | 'ơ' | 'Ư' | 'ư' | 'Ș'..='ț' | 'Α'..='Ω'
        | 'ά'..='ώ' | 'Ѐ'..='ҁ' | 'Ҋ'..='ԯ' | 'א'..='ת' | 'ء'..='ي' | 'ٹ'..='ڿ' | 'ی' | 'ก'..='ะ' | 'า' | 'เ'..='ๆ' | 'Ạ'..='ỹ' | 'ぁ'..='ゖ'
        | 'ァ'..='ヺ' | 'ー' | '一'..='鿿' | '가'..='힣')
}

/// Whether what stands before `c` folds the same with `c` as without it.
fn begins_piece(c: char) -> bool {
    if c < '\u{300}' {
        return c != '\u{ad}';
    }
    if is_inert(c) || is_drawn(c) || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}') {
        return true;
    }
    if is_invisible(c) {
        return false;
    }
    let mut leads = None;
    decompose_compatible(c, |part| {
        leads.get_or_insert(part);
    });
    leads.is_none_or(|lead| {
        canonical_combining_class(lead) == 0 && is_nfc_quick(std::iter::once(lead)) == IsNormalized::Yes
    })
}

/// Characters that show nothing: soft hyphens, joiners, direction marks, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn straighten(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' | '´' | 'ʼ' => '\'',
        '“' | '”' | '„' | '‟' | '″' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_case_quotes_dashes_spaces_and_trailing_label_signs() {
        for (raw, folded) in [
            ("ALSO ON RT.COM", "also on rt.com"),
            ("  “It’s”\u{a0}—\t done  ", "\"it's\" - done"),
            ("Read more :", "read more"),
            ("Read more »", "read more"),
            ("Loading…", "loading"),
            ("Loading ...", "loading"),
            ("Ｆｕｌｌ　ｗｉｄｔｈ：", "full width"),
            ("cafe\u{301} CAFÉ", "café café"),
            ("Zero\u{200b}width soft\u{ad}hyphen", "zerowidth softhyphen"),
            ("ПОДЕЛИТЬСЯ", "поделиться"),
            ("ﾊﾞ", "バ"),
            ("", ""),
            (" : ", ""),
        ] {
            assert_eq!(fold(raw), folded, "{raw:?}");
        }
    }

    #[test]
    fn a_look_tells_what_the_bytes_say_wherever_they_stand() {
        for (odd, is_ascii, is_even) in [
            ("", true, true),
            (" ", true, true),
            ("  ", true, false),
            ("\t", true, false),
            ("\u{1f}", true, false),
            ("~", true, true),
            ("\u{7f}", true, false),
            ("é", false, true),
            ("\u{a0}", false, true),
            ("ﺠ", false, true),
            (" é \0", false, false),
        ] {
            for at in 0..20 {
                let text = format!("{}{odd}{}", "s".repeat(at), "s".repeat(19 - at));
                let look = Look::of(&text);
                assert_eq!((look.is_ascii, look.is_even), (is_ascii, is_even), "{text:?}");
                assert_eq!(is_plain(&text), is_ascii && is_even, "{text:?}");
            }
        }
    }

    #[test]
    fn what_folds_without_the_tables_folds_as_the_tables_say() {
        for c in '\u{80}'..=char::MAX {
            let Some(quick) = quick(c) else { continue };
            let slow: String = std::iter::once(straighten(c))
                .nfkc()
                .flat_map(char::to_lowercase)
                .nfkc()
                .map(straighten)
                .collect();
            assert_eq!(slow, quick.to_string(), "{c:?}");
            assert!(c.is_alphabetic() || !quick.is_alphanumeric(), "{c:?}");
            assert!(begins_piece(c), "{c:?}");
        }
    }

    #[test]
    fn nothing_before_a_letter_that_is_left_alone_composes_with_it() {
        for c in ('\u{80}'..=char::MAX).filter(|&c| is_inert(c)) {
            let mut parts = Vec::new();
            decompose_compatible(c, |part| parts.push(part));
            assert_eq!(canonical_combining_class(parts[0]), 0, "{c:?}");
            assert_eq!(is_nfc_quick(std::iter::once(parts[0])), IsNormalized::Yes, "{c:?}");
            assert_eq!(parts.into_iter().nfkc().collect::<String>(), c.to_string(), "{c:?}");
        }
    }

    #[test]
    fn tells_when_folding_moves_the_starts_of_words() {
        let is_even = |text: &str| fold_but_case_onto(text, 0..text.len(), false, &mut String::new());
        for text in ["plain", "It’s  a – “naïve” café…", "ПОДЕЛИТЬСЯ", "分享到"] {
            assert!(is_even(text), "{text}");
        }
        for text in ["re\u{200b}share", "pre\u{ad}share", "Brand™share", "a ½share", "a①b"] {
            assert!(!is_even(text), "{text}");
        }
    }

    #[test]
    fn spans_lead_back_to_the_original_bytes() {
        let raw = "  «  Also\u{a0}\u{a0}on RT… »";
        let form = fold(raw);
        let at = form.find("on rt").unwrap();
        assert_eq!(&raw[raw_span(raw, at..at + 5)], "on RT");
        let at = form.find("also").unwrap();
        assert_eq!(&raw[raw_span(raw, at..at + 4)], "Also");
        let plain = "  Share This ";
        assert_eq!(&plain[raw_span(plain, 6..10)], "This");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}|[ -~\u{300}\u{200b}’“…:»İẞΣ½ﬁ각]{0,24}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn lines_fold_as_their_characters_do(
            text in "([a-zA-Z0-9éÉßñİıÆЖж分ぁ각’“…–•»©½→❶\u{301}\u{ad}\u{a0}\u{2003}™]{1,8}[ \t]{0,2}[a-zA-Zé…»:.]{0,5}){0,9}|[ -~\\t\\n\u{b}\u{1c}]{0,40}|[ -~]{0,40}"
        ) {
            let mut slow = String::new();
            for_each_folded(text.trim(), |_, c| push_squeezed(&mut slow, 0, c));
            prop_assert_eq!(trim_label(&slow), fold(&text));
            prop_assert_eq!(slow.trim_end(), fold_start(&text));
            let mut line = String::new();
            fold_but_case_onto(text.trim(), 0..text.trim().len(), false, &mut line);
            prop_assert_eq!(line.to_ascii_lowercase(), fold(&text));
        }

        #[test]
        fn single_spaced_lines_fold_alike_on_both_ways(line in "[a-zA-Z0-9éÉßñİıÆЖж分ぁ각’“…–•»©½→\u{301}\u{ad}™]{1,8}( [a-zA-Zé…»:.\u{ad}\u{200b}]{1,5}){0,4}") {
            let fold = |single_spaced| {
                let mut out = "before ".to_owned();
                (fold_but_case_onto(&line, 0..line.len(), single_spaced, &mut out), out)
            };
            prop_assert_eq!(fold(true), fold(false));
            if line.is_ascii() {
                let mut out = "before ".to_owned();
                fold_plain_but_case_onto(&line, 0..line.len(), &mut out);
                prop_assert_eq!((true, out), fold(false));
            }
        }

        #[test]
        fn every_span_of_the_fold_lies_on_characters_of_the_original(text in "\\PC{0,30}") {
            let form = fold(&text);
            let bounds: Vec<usize> = form.char_indices().map(|(at, _)| at).chain([form.len()]).collect();
            for pair in bounds.windows(2) {
                let raw = raw_span(&text, pair[0]..pair[1]);
                prop_assert!(text.get(raw.clone()).is_some_and(|part| !part.is_empty()), "{:?}", raw);
            }
        }

        #[test]
        fn spans_are_those_of_a_walk_over_all_characters(
            text in "[a-z :.]{0,12}([a-zé’…\u{301}\u{ad}\u{a0} \\t]{0,3}[a-z :.]{0,6}){0,4}",
            places in any::<(prop::sample::Index, prop::sample::Index)>(),
        ) {
            let form = fold(&text);
            let bounds: Vec<usize> = form.char_indices().map(|(at, _)| at).chain([form.len()]).collect();
            let [a, b] = [places.0, places.1].map(|place| bounds[place.index(bounds.len())]);
            let range = a.min(b)..a.max(b);
            let (mut squeezed, mut from) = (String::new(), Vec::new());
            for_each_folded(text.trim(), |raw, c| {
                push_squeezed(&mut squeezed, 0, c);
                from.resize(squeezed.len(), raw);
            });
            let lead = text.len() - text.trim_start().len();
            if !range.is_empty() {
                let expected = lead + from[range.start].start..lead + from[range.end - 1].end;
                prop_assert_eq!(raw_span(&text, range), expected);
            }
        }
    }
}
