//! What a line looks like: figures counted in one pass over its characters, and the shapes that follow from them.
//!
//! Shapes are hints that rules combine with more; each is conservative, since a rule author reads its name and not
//! this file.

use crate::model::{Shapes, Signs};

/// Counts over the characters of a line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Figures {
    pub(super) chars: u32,
    /// Words between white space that hold a letter or digit of a script with spaces.
    pub(super) spaced_words: u32,
    /// Characters of scripts without spaces.
    pub(super) unspaced_chars: u32,
    pub(super) digits: u32,
    pub(super) signs: Signs,
    /// Whether all white space within is single spaces.
    pub(super) single_spaced: bool,
    letters: u32,
    upper: u32,
    lower: u32,
    /// Words that begin with an upper-case letter or a digit.
    capital_words: u32,
    /// Words of four letters or more that begin in lower case: in a title they would be capitalised.
    long_lower_words: u32,
    /// The classes of ASCII that occur, as bits of [`CLASSES`].
    seen: u8,
}

const LOWER: u8 = 1;
const UPPER: u8 = 1 << 1;
const DIGIT: u8 = 1 << 2;
const SPACE: u8 = 1 << 3;
/// White space that is no space.
const CONTROL_SPACE: u8 = 1 << 4;
/// Without one of these a line is no code.
const CODE: u8 = 1 << 5;
const AT: u8 = 1 << 6;

/// The class of every ASCII byte: one look-up instead of a row of comparisons for each character of a page.
const CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b' ' => SPACE,
            b'\t'..=b'\r' => CONTROL_SPACE,
            b';' | b'{' | b'}' | b'=' | b'<' | b'>' | b'|' | b'$' | b'#' => CODE,
            b'@' => AT,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

impl Figures {
    pub(super) fn of(line: &str) -> Self {
        let mut figures = Self { single_spaced: true, ..Self::default() };
        let mut word = Word::default();
        let mut before = 0;
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            figures.chars += 1;
            let byte = bytes[at];
            if byte < 0x80 {
                let class = CLASSES[usize::from(byte)];
                figures.seen |= class;
                figures.signs = figures.signs.with(Signs::of_ascii(byte));
                if class & (LOWER | UPPER | DIGIT) != 0 {
                    word.push(class, &mut figures);
                } else if class & (SPACE | CONTROL_SPACE) != 0 {
                    figures.single_spaced &= class == SPACE && before != SPACE;
                    word.end(&mut figures);
                }
                before = class;
                at += 1;
            } else {
                let Some(c) = line[at..].chars().next() else { break };
                figures.signs = figures.signs.with(Signs::BEYOND_ASCII);
                if c.is_whitespace() {
                    figures.single_spaced = false;
                    word.end(&mut figures);
                } else if is_unspaced(c) {
                    figures.letters += 1;
                    figures.unspaced_chars += 1;
                    word.end(&mut figures);
                } else if c.is_alphabetic() {
                    let case =
                        if c.is_lowercase() { LOWER } else { 0 } | if c.is_uppercase() { UPPER } else { 0 };
                    word.push(case, &mut figures);
                } else if c.is_numeric() {
                    word.push(DIGIT, &mut figures);
                }
                before = 0;
                at += c.len_utf8();
            }
        }
        word.end(&mut figures);
        figures
    }
}

/// The word that is being read.
#[derive(Default)]
struct Word {
    /// The class of its first letter or digit.
    first: Option<u8>,
    letters: u32,
}

impl Word {
    /// Takes a letter, whose case (if it has one) is its class, or a digit.
    fn push(&mut self, class: u8, figures: &mut Figures) {
        let letter = u32::from(class & DIGIT == 0);
        figures.digits += 1 - letter;
        figures.letters += letter;
        self.letters += letter;
        figures.upper += u32::from(class & UPPER != 0);
        figures.lower += u32::from(class & LOWER != 0);
        self.first.get_or_insert(class);
    }

    fn end(&mut self, figures: &mut Figures) {
        if let Some(first) = self.first.take() {
            let small = first & LOWER != 0;
            figures.spaced_words += 1;
            figures.capital_words += u32::from(!small);
            figures.long_lower_words += u32::from(small && self.letters >= 4);
        }
        self.letters = 0;
    }
}

/// Letters of scripts that do not part words by spaces: Han, kana, Thai, Lao, Khmer, Myanmar.
fn is_unspaced(c: char) -> bool {
    c >= '\u{e00}'
        && matches!(c, '\u{e01}'..='\u{e30}' | '\u{e32}'..='\u{e33}' | '\u{e40}'..='\u{e46}'
            | '\u{e81}'..='\u{eb0}' | '\u{ec0}'..='\u{ec4}' | '\u{1000}'..='\u{102a}' | '\u{1780}'..='\u{17b3}'
            | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The shapes of a trimmed line; [`Shapes::MENU`] is for its neighbours to give.
pub(super) fn shapes(line: &str, figures: &Figures) -> Shapes {
    let mut shapes = Shapes::default();
    let mut set = |holds: bool, shape: Shapes| {
        if holds {
            shapes = shapes.with(shape);
        }
    };
    let wordless = figures.letters == 0;
    set(wordless && is_clock(line), Shapes::CLOCK);
    set(wordless && is_number(line, figures), Shapes::NUMBER);
    set(line.split_whitespace().all(is_url), Shapes::URL);
    set(figures.seen & AT != 0 && line.split_whitespace().all(is_email), Shapes::EMAIL);
    set(figures.upper >= 2 && figures.lower == 0, Shapes::ALL_CAPS);
    set(
        figures.spaced_words >= 2
            && figures.long_lower_words == 0
            && figures.lower > 0
            && 2 * figures.capital_words > figures.spaced_words,
        Shapes::TITLE_CASE,
    );
    // A line that begins with a letter is neither, but for `a) first`.
    let worded = line.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    set((!worded || line[1..].starts_with(')')) && is_list_item(line), Shapes::LIST_ITEM);
    set(!worded && line.starts_with(['"', '“', '„', '«', '‘', '\'', '>', '「', '『']), Shapes::QUOTE);
    set(figures.seen & CODE != 0 && is_code(line), Shapes::CODE);
    set(figures.seen & (CODE | CONTROL_SPACE) != 0 && is_table_row(line), Shapes::TABLE_ROW);
    shapes
}

/// `0:00`, `1:02:03`, `0:00 / 27:38`, `-3:12`; a clock that the scrape cut off (`29:4`) is one too.
fn is_clock(line: &str) -> bool {
    line.split([' ', '/', '|', '-', '–']).filter(|part| !part.is_empty()).all(|part| {
        let mut fields = part.split(':');
        let lead = fields.next().is_some_and(|field| matches!(field.len(), 1..=3) && all_digits(field));
        let rest = fields.clone().count();
        lead && matches!(rest, 1 | 2) && fields.all(|field| matches!(field.len(), 1 | 2) && all_digits(field))
    }) && line.contains(':')
}

fn all_digits(field: &str) -> bool {
    field.bytes().all(|b| b.is_ascii_digit())
}

fn is_number(line: &str, figures: &Figures) -> bool {
    figures.digits > 0
        && line.chars().all(|c| {
            c.is_numeric()
                || matches!(
                    c,
                    '.' | ',' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '%' | '#' | '+' | '-' | '−' | '(' | ')'
                )
        })
}

/// Whether `word` is a web address.
pub(crate) fn is_url(word: &str) -> bool {
    let rest = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://"));
    rest.or_else(|| word.strip_prefix("www.")).is_some_and(|rest| rest.contains('.') && rest.len() >= 4)
}

fn is_email(word: &str) -> bool {
    let word = word.strip_prefix("mailto:").unwrap_or(word);
    word.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"@.-_+%".contains(&b))
            && !host.contains('@')
    })
}

fn is_list_item(line: &str) -> bool {
    if let Some(rest) =
        line.strip_prefix(['•', '‣', '▪', '◦', '·', '–', '—', '-', '*', '●', '○', '■', '✓', '✔', '➤'])
    {
        return rest.starts_with(char::is_whitespace);
    }
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - after_number.len();
    let item =
        |rest: &str| rest.strip_prefix(['.', ')']).is_some_and(|rest| rest.starts_with(char::is_whitespace));
    if matches!(digits, 1..=3) {
        return item(after_number);
    }
    let mut chars = line.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.as_str().starts_with(')')
        && item(chars.as_str())
}

/// Endings and marks that prose hardly has, two of them or one that decides.
fn is_code(line: &str) -> bool {
    const MARKS: [&str; 13] =
        ["();", "=>", "->", "::", "!=", "==", "&&", "||", "</", "/>", "${", "#include", "){"];
    line.ends_with([';', '{', '}']) && line.bytes().any(|b| b"(){}=<>".contains(&b))
        || MARKS.iter().filter(|mark| line.contains(**mark)).count() >= 2
}

fn is_table_row(line: &str) -> bool {
    let cells = |mark: char| line.matches(mark).count();
    cells('\t') >= 1 || (line.starts_with('|') && line.ends_with('|') && cells('|') >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Shapes {
        shapes(line, &Figures::of(line))
    }

    #[test]
    fn gives_lines_their_shapes_and_no_others() {
        for (line, shape) in [
            ("0:00", Shapes::CLOCK),
            ("0:00 / 27:38", Shapes::CLOCK),
            ("29:4", Shapes::CLOCK),
            ("1:02:03", Shapes::CLOCK),
            ("1,204", Shapes::NUMBER),
            ("#3", Shapes::NUMBER),
            ("https://example.org/a/b?c", Shapes::URL),
            ("www.example.org", Shapes::URL),
            ("desk@example.org", Shapes::EMAIL),
            ("BREAKING NEWS", Shapes::ALL_CAPS),
            ("The Road to the North", Shapes::TITLE_CASE),
            ("• first", Shapes::LIST_ITEM),
            ("12. twelfth", Shapes::LIST_ITEM),
            ("a) first", Shapes::LIST_ITEM),
            ("“Never,” she said.", Shapes::QUOTE),
            ("if (a == b) { return; }", Shapes::CODE),
            ("a\tb", Shapes::TABLE_ROW),
            ("| a | b |", Shapes::TABLE_ROW),
        ] {
            assert!(of(line).meets(shape), "{line}");
        }
        for line in [
            "He left at 12:30.",
            "The road to the north is closed",
            "See https://example.org for more",
            "Mail desk@example.org today",
            "It rained; they stayed;",
            "3 men and a boat",
            "Chapter 1. The beginning of it all happens here",
        ] {
            assert!(of(line).is_empty(), "{line}: {:?}", of(line));
        }
    }

    #[test]
    fn counts_words_by_spaces_and_characters_where_there_are_none() {
        let latin = Figures::of("It’s 3 o'clock — now");
        assert_eq!((latin.spaced_words, latin.unspaced_chars), (4, 0));
        let mixed = Figures::of("他说 hello 世界");
        assert_eq!((mixed.spaced_words, mixed.unspaced_chars), (1, 4));
    }
}
