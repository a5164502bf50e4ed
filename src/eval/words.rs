//! Texts as words: the tokens that scores, alignments and overlaps are counted in.
//!
//! A word is a run of letters, digits and `_` of the lower-case text: the `\w+` of Python, which the measures of the
//! WCXB benchmark are defined with. Rust's own classes differ from it (they count combining vowel signs as letters),
//! so the class is spelled out here and nowhere else.

use foldhash::{HashMap, HashMapExt};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text, in order, in lower case.
pub fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    spans(&lower).map(|(start, end)| lower[start..end].to_owned()).collect()
}

/// The words of a text with one space between, compatibility forms and case aside: how fields are compared.
pub fn fold_words(text: &str) -> String {
    words(&text.nfkc().collect::<String>()).join(" ")
}

/// The text in lower case with every run of white space one space: how snippets are looked for.
pub fn squeeze_case(text: &str) -> String {
    let lower = text.to_lowercase();
    // Four control characters part words in Python that Unicode does not call white space.
    let parted = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c);
    lower.split(parted).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Where words stand in a text, in bytes.
fn spans(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let start = loop {
            let (at, c) = chars.next()?;
            if is_word(c) {
                break at;
            }
        };
        while chars.next_if(|&(_, c)| is_word(c)).is_some() {}
        Some((start, chars.peek().map_or(text.len(), |&(at, _)| at)))
    })
}

fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    // Circled and squared letters are symbols to Python, and letters to Unicode's derived property.
    let is_symbol = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f149}' | '\u{1f150}'..='\u{1f169}'
        | '\u{1f170}'..='\u{1f189}');
    c.is_alphanumeric() && !is_combining_mark(c) && !is_symbol
}

/// One word of a page: where it stands in the text, and its number in the page's [`Vocabulary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its first byte.
    pub start: u32,
    /// Its word.
    pub word: u32,
}

/// Words as numbers, so that texts of one page are compared without comparing letters.
#[derive(Debug, Default)]
pub struct Vocabulary {
    numbers: HashMap<String, u32>,
    lower: String,
}

impl Vocabulary {
    /// An empty vocabulary.
    pub fn new() -> Self {
        Self { numbers: HashMap::new(), lower: String::new() }
    }

    /// How many words are known.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether no word is known.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The words of `text`, with their places in it. Each is put into lower case by itself, which leaves places true.
    pub fn tokens(&mut self, text: &str) -> Vec<Token> {
        spans(text)
            .map(|(start, end)| Token {
                start: u32::try_from(start).unwrap_or(u32::MAX),
                word: self.number(&text[start..end]),
            })
            .collect()
    }

    fn number(&mut self, word: &str) -> u32 {
        self.lower.clear();
        if word.is_ascii() {
            self.lower.push_str(word);
            self.lower.make_ascii_lowercase();
        } else {
            self.lower.push_str(&word.to_lowercase());
        }
        if let Some(&number) = self.numbers.get(&self.lower) {
            return number;
        }
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(self.lower.clone(), next);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_python_calls_so() {
        assert_eq!(
            words("Don’t STOP, snake_case 3½ times!"),
            ["don", "t", "stop", "snake_case", "3½", "times"]
        );
        // A vowel sign parts words in Python; a circled letter is none.
        assert_eq!(words("हिन्दी"), ["ह", "न", "द"]);
        assert_eq!(words("Ⓐ b"), ["b"]);
        assert_eq!(words("中文 字"), ["中文", "字"]);
        assert_eq!(words("İstanbul"), ["i", "stanbul"]);
        assert!(words(" – … ").is_empty());
    }

    #[test]
    fn fields_and_snippets_are_compared_without_case_and_space() {
        assert_eq!(fold_words("Ｔｈｅ “End”: a ﬁne title"), "the end a fine title");
        assert_eq!(squeeze_case(" The\n\nEnd\u{1f}of\u{a0}it "), "the end of it");
    }

    #[test]
    fn tokens_know_their_places_and_words_their_numbers() {
        let mut vocabulary = Vocabulary::new();
        let tokens = vocabulary.tokens("Äh, no NO");
        assert_eq!(tokens.iter().map(|token| token.start).collect::<Vec<_>>(), [0, 5, 8]);
        assert_eq!(tokens[1].word, tokens[2].word);
        assert_eq!(vocabulary.len(), 2);
    }
}
