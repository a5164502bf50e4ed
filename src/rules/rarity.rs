//! How often web text holds a literal: an estimate from letters, frequent pairs and frequent words.
//!
//! It only ranks the literals of one expression against each other, so the scale does not matter and a table of real
//! counts would be wasted. The letter shares are the well-known ones of English; letters of other scripts count as
//! rare, because most lines that are tested do not hold them.

/// Shares of `a` to `z`, in ten-thousandths of all letters.
const LETTERS: [f64; 26] = [
    817.0, 149.0, 278.0, 425.0, 1270.0, 223.0, 202.0, 609.0, 697.0, 15.0, 77.0, 403.0, 241.0, 675.0, 751.0,
    193.0, 10.0, 599.0, 633.0, 906.0, 276.0, 98.0, 236.0, 15.0, 197.0, 7.0,
];

/// Pairs that stand together far more often than their letters' shares say.
const PAIRS: &[&str] = &[
    "al", "an", "ar", "as", "at", "ce", "co", "de", "ea", "ed", "en", "er", "es", "ha", "he", "hi", "ic",
    "in", "io", "is", "it", "le", "me", "nd", "ne", "ng", "nt", "of", "on", "or", "ou", "ra", "re", "ri",
    "ro", "se", "st", "te", "th", "ti", "to", "ve",
];

/// The same pairs, for each first letter a row of bits: which letters follow.
const FOLLOWERS: [u32; 26] = {
    let mut rows = [0; 26];
    let mut at = 0;
    while at < PAIRS.len() {
        let pair = PAIRS[at].as_bytes();
        rows[(pair[0] - b'a') as usize] |= 1 << (pair[1] - b'a');
        at += 1;
    }
    rows
};

/// Words so frequent that a literal inside one of them stands on every tenth line.
const WORDS: &[&str] = &[
    "about", "after", "all", "also", "and", "are", "been", "but", "can", "com", "comment", "for", "from",
    "had", "has", "have", "her", "his", "home", "http", "https", "into", "its", "more", "new", "news", "not",
    "one", "our", "out", "over", "people", "said", "she", "than", "that", "the", "their", "there", "they",
    "this", "time", "was", "were", "what", "when", "which", "who", "will", "with", "would", "www", "year",
    "you", "your",
];

/// The letters of the longest of these words.
const LONGEST: usize = 7;

/// The share of a frequent word among all places.
const WORD_SHARE: f64 = 0.01;

/// About how often `literal`, folded, stands at one place of a text.
pub(super) fn frequency(literal: &str) -> f64 {
    let letters: f64 = literal.chars().map(share).product();
    let pairs = literal
        .as_bytes()
        .windows(2)
        .filter(|pair| pair.iter().all(u8::is_ascii_lowercase))
        .filter(|pair| FOLLOWERS[usize::from(pair[0] - b'a')] >> (pair[1] - b'a') & 1 != 0)
        .count();
    let estimate = letters * 4f64.powi(i32::try_from(pairs).unwrap_or(i32::MAX));
    if literal.len() <= LONGEST && WORDS.iter().any(|word| word.contains(literal)) {
        estimate.max(WORD_SHARE)
    } else {
        estimate.min(WORD_SHARE)
    }
}

fn share(c: char) -> f64 {
    match c {
        'a'..='z' => LETTERS[usize::from(c as u8 - b'a')] / 12_000.0,
        ' ' => 0.17,
        '0'..='9' => 0.005,
        _ => 0.001,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_short_word_is_rarer_than_a_common_one() {
        assert!(frequency("xkcd") < frequency("this"));
        assert!(frequency("the") > frequency("disqus"));
        assert!(frequency("com") > frequency("rss"));
        assert!(frequency("read more") < frequency("read"));
    }

    #[test]
    fn the_rows_of_pairs_and_the_longest_word_are_those_of_the_tables() {
        for (first, row) in ('a'..='z').zip(FOLLOWERS) {
            for (bit, second) in ('a'..='z').enumerate() {
                let pair = format!("{first}{second}");
                assert_eq!(row >> bit & 1 != 0, PAIRS.contains(&pair.as_str()), "{pair}");
            }
        }
        assert_eq!(WORDS.iter().map(|word| word.len()).max(), Some(LONGEST));
    }
}
