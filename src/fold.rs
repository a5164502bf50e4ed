//! The normal form that rules and lines are compared in.
//!
//! Folding is NFKC, lower case, straight quotes and dashes, every run of Unicode space one space, no invisible
//! characters, trimmed, and without the `:` `»` `…` that labels trail. It is idempotent, so a folded phrase equals
//! the fold of a line that shows it. The way back to the original bytes is walked again only when a hit asks for it
//! ([`raw_span`]): nearly every line has no hit, and a table of offsets would cost more than the fold itself.

mod alone;

pub(crate) use alone::is_plain;

use crate::bits::{BLOCK, Beyond, Block, ascii_run, first_bits, push_within};
use crate::letters::{is_alphabetic, is_alphanumeric};
use alone::fold_alone;
use std::ops::{ControlFlow, Range};
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
    for_each_folded(trimmed, |_, c| {
        push_squeezed(&mut folded, 0, c);
        ControlFlow::Continue(())
    });
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
            // What vanished, or was no letter and became one, moves the end of a word before it and the start of one behind.
            // (`½` is none.)
            let is_letter = |c: char| is_alphabetic(c) || c.is_ascii_digit();
            let folded = &out[before..];
            even = even
                && !folded.is_empty()
                && (piece.starts_with(is_letter) || !folded.starts_with(is_alphanumeric))
                && (piece.ends_with(is_letter) || !folded.ends_with(is_alphanumeric));
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
    let plain = plain_start(trimmed.as_bytes(), folded.end);
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
        if before >= folded.end {
            return ControlFlow::Break(());
        }
        if form.len() > before.max(folded.start) {
            start.get_or_insert(plain + raw.start);
            end = plain + raw.end;
        }
        ControlFlow::Continue(())
    });
    start.map_or(lead..lead, |start| lead + start..lead + end)
}

/// Bytes from the start of a trimmed text of which folding changes nothing but the case, and squeezing nothing: ASCII without
/// control characters or double spaces. What may compose with what follows is not among them. Beyond byte `end` nobody looks.
fn plain_start(bytes: &[u8], end: usize) -> usize {
    let mut after_space = 0;
    for at in (0..bytes.len().min(end + 1)).step_by(BLOCK) {
        let rest = &bytes[at..];
        let block = Block::of(rest);
        let spaces = block.spaces & first_bits(rest.len());
        let odd = block.beyond | block.controls | spaces & (spaces << 1 | after_space);
        if odd != 0 {
            return (at + odd.trailing_zeros() as usize).saturating_sub(1);
        }
        after_space = spaces >> (BLOCK - 1);
    }
    bytes.len()
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

/// Calls `emit` with every folded character, before spaces are squeezed, and the raw bytes it came from, until it breaks off.
fn for_each_folded(text: &str, mut emit: impl FnMut(Range<usize>, char) -> ControlFlow<()>) {
    let mut at = 0;
    let mut flow = ControlFlow::Continue(());
    while at < text.len() && flow.is_continue() {
        let rest = &text[at..];
        let (run, piece, _) = split_piece(rest, ascii_run(rest.as_bytes()));
        let mut bytes = (at..).zip(run.bytes());
        flow = bytes.try_for_each(|(at, byte)| emit(at..at + 1, char::from(byte.to_ascii_lowercase())));
        let start = at + run.len();
        at = start + piece.len();
        fold_piece(piece, |c| {
            if flow.is_continue() {
                flow = emit(start..at, c);
            }
        });
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
mod tests;
