//! One name at the front of raw text, told by capitals, particles and initials, or by length in scripts without case.

use super::words::{Kind, is};
use crate::dates::{date_at, day_at};

/// No name has more words than this; longer runs of capitals are titles.
const MOST_WORDS: usize = 5;
/// Letters of the longest word of a name.
const MOST_LETTERS: usize = 24;

/// A name at the front of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Bytes, without punctuation after it.
    pub(super) len: usize,
    /// Words.
    pub(super) words: usize,
}

/// Reads one name.
pub(super) fn name_at(raw: &str) -> Option<Found> {
    let first = raw.chars().next()?;
    if is_caseless(first) { caseless_name_at(raw) } else { cased_name_at(raw) }
}

fn cased_name_at(raw: &str) -> Option<Found> {
    // The name so far, which ends in a capitalised word; particles wait for the word that closes them.
    let mut name: Option<Found> = None;
    let (mut at, mut words) = (0, 0);
    while words < MOST_WORDS {
        let Some(word) = word_at(&raw[at..]) else { break };
        let bare = word.trim_end_matches('.');
        if is(bare, Kind::Stop) && !(bare.len() == 1 && word.len() > 1) {
            break;
        }
        // `Ryan Bald March 3, 2020`, but `April Smith`.
        if words > 0 && (date_at(&raw[at..]).is_some() || day_at(&raw[at..]).is_some()) {
            break;
        }
        words += 1;
        let end = at + word.len();
        if is_name_word(word) {
            name = Some(Found { len: end, words });
        } else if !is(word, Kind::Particle) {
            break;
        }
        match space_len(&raw[end..]) {
            Some(space) => at = end + space,
            None => break,
        }
    }
    name
}

/// The letters, hyphens and apostrophes at the front, with the stop of an initial or a short form like `Dr.`.
fn word_at(raw: &str) -> Option<&str> {
    let mut end = raw
        .find(|c: char| !(c.is_alphabetic() || is_inner(c) || c == '.' || is_mark(c)))
        .unwrap_or(raw.len());
    let next_is_digit = raw[end..].starts_with(|c: char| c.is_numeric() || c == '@' || c == '_');
    if end == 0 || next_is_digit {
        return None;
    }
    if raw[..end].ends_with('.') && !is_dotted(&raw[..end]) {
        end = raw[..end].trim_end_matches('.').len();
    }
    let word = &raw[..end];
    // `WhiteUpdated: Feb 5`: the label after the name lost its space.
    let cut = ["Updated", "Published", "Posted"].iter().find_map(|label| word.strip_suffix(label));
    let word = cut.filter(|cut| cut.ends_with(char::is_lowercase)).unwrap_or(word);
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
    (!word.is_empty()).then_some(word)
}

/// Whether the full stops belong to the word: `J.`, `J.K.`, `Jr.`, `Ph.D.`
fn is_dotted(word: &str) -> bool {
    let mut parts = word.strip_suffix('.').unwrap_or(word).split('.');
    parts.all(|part| part.chars().count() == 1 || is(part, Kind::Dotted))
}

/// A capitalised word, an initial, or a particle grown to its name: `al-Muhandis`, `d'Arc`, `O’Neil`.
fn is_name_word(word: &str) -> bool {
    if word.chars().count() > MOST_LETTERS || (word.contains('.') && !is_dotted(word)) {
        return false;
    }
    let mut parts = word.split(is_inner).filter(|part| !part.is_empty());
    let Some(first) = parts.next() else { return false };
    let grown = first.len() <= 3 && parts.next().is_some_and(starts_upper);
    starts_upper(first) || (grown && !word.starts_with(is_inner))
}

fn starts_upper(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Signs inside a name's word.
fn is_inner(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '-' | '‐' | '‑' | '`')
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Bytes of the single space at the front. Two spaces part columns, not words.
fn space_len(raw: &str) -> Option<usize> {
    let mut chars = raw.chars();
    let len = chars.next().filter(|c| c.is_whitespace())?.len_utf8();
    (!chars.next()?.is_whitespace()).then_some(len)
}

/// Chinese and Korean names have two to four characters, Japanese ones up to eight with a dot between parts, Arabic and
/// Thai ones are runs of short words.
fn caseless_name_at(raw: &str) -> Option<Found> {
    let first = raw.chars().next()?;
    let same = |c: char| script_of(c) == script_of(first);
    let (least, most, most_words) = match script_of(first) {
        Caseless::Han => (2, 4, 1),
        Caseless::Kana => (2, 14, 1),
        Caseless::Hangul => (2, 4, 1),
        Caseless::Spaced => (2, 16, MOST_WORDS),
        Caseless::Thai => (2, 24, 3),
        Caseless::Not => return None,
    };
    let (mut end, mut words) = (0, 0);
    while words < most_words {
        let start = if words == 0 { 0 } else { end + space_len(&raw[end..]).unwrap_or(0) };
        if words > 0 && start == end {
            break;
        }
        let letters = raw[start..].chars().take_while(|&c| same(c) || is_name_dot(c));
        let (count, bytes) = letters.fold((0, 0), |(count, bytes), c| (count + 1, bytes + c.len_utf8()));
        if !(least..=most).contains(&count) {
            break;
        }
        end = start + bytes;
        words += 1;
    }
    let goes_on = raw[end..].starts_with(char::is_alphanumeric);
    (words > 0 && !goes_on).then_some(Found { len: end, words })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Caseless {
    Han,
    Kana,
    Hangul,
    Thai,
    /// Arabic, Hebrew, Indic and other scripts with spaces.
    Spaced,
    Not,
}

fn script_of(c: char) -> Caseless {
    match c {
        '\u{3400}'..='\u{9fff}' | '々' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' => {
            Caseless::Han
        }
        '\u{3041}'..='\u{30fa}' | 'ー' => Caseless::Kana,
        '\u{ac00}'..='\u{d7a3}' => Caseless::Hangul,
        '\u{e01}'..='\u{e4e}' => Caseless::Thai,
        '\u{5d0}'..='\u{5f4}'
        | '\u{620}'..='\u{65f}'
        | '\u{66e}'..='\u{6d3}'
        | '\u{6fa}'..='\u{6ff}'
        | '\u{900}'..='\u{963}'
        | '\u{980}'..='\u{9e3}'
        | '\u{b80}'..='\u{bd7}' => Caseless::Spaced,
        _ => Caseless::Not,
    }
}

fn is_name_dot(c: char) -> bool {
    matches!(c, '・' | '·')
}

/// Whether a script has no capitals to tell names by.
pub(super) fn is_caseless(c: char) -> bool {
    script_of(c) != Caseless::Not
}
