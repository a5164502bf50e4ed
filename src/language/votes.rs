//! What passages say of a page's language, and what the page's own declaration adds.

use super::words::{self, CLEAR, Tally};

/// Bytes that the passages of a page must have for its declaration to stand alone.
const LONG: usize = 300;
/// Of so many bytes one word at least is the language's own; fewer hits are chance.
const SPARSE: usize = 90;
/// Languages that words or scripts do not part, so that a declaration of one of them is believed where the first was heard.
const ALIKE: &[(&str, &[&str])] = &[
    ("hr", &["bs", "sr"]),
    ("id", &["ms"]),
    ("nb", &["nn"]),
    ("am", &["ti"]),
    ("bn", &["as"]),
    ("he", &["yi"]),
    ("zh", &["yue"]),
];

/// What a passage says.
#[derive(Clone, Debug)]
pub(super) enum Voice {
    /// Its script is that of one language.
    Script(&'static str),
    /// Its words.
    Words(Tally),
}

impl Voice {
    fn says_nothing(&self) -> bool {
        matches!(self, Self::Words(tally) if tally.is_empty())
    }

    /// Whether the passage may be in the language: no other has clearly more words in it.
    fn may_be(&self, code: &str) -> bool {
        match self {
            Self::Script(own) => *own == code,
            Self::Words(tally) => tally.contenders().any(|contender| contender == code),
        }
    }
}

/// The passages of a page, with their bytes.
#[derive(Debug, Default)]
pub(super) struct Votes {
    voices: Vec<(Voice, usize)>,
    whole: usize,
}

impl Votes {
    /// Counts a passage of so many bytes.
    pub(super) fn add(&mut self, voice: Voice, bytes: usize) {
        self.whole += bytes;
        self.voices.push((voice, bytes));
    }

    /// Bytes of all passages.
    pub(super) fn whole(&self) -> usize {
        self.whole
    }

    /// The language that two thirds of what was said may be in, if that is half of the page; where the page declares the same,
    /// three fifths of what was said will do. Where nothing was said the declaration is believed, unless its language has
    /// words that would have been heard. `letters` is asked where words leave it open.
    pub(super) fn winner(&self, hint: &str, letters: impl FnOnce() -> &'static str) -> String {
        let by_script = self.voices.iter().filter_map(|(voice, _)| match voice {
            Voice::Script(code) => Some(*code),
            Voice::Words(_) => None,
        });
        let by_words = self.by_words(hint, letters);
        let heard = by_script.chain(by_words).map(|code| (code, self.bytes(|voice| voice.may_be(code))));
        let Some((best, bytes)) = heard.max_by_key(|(_, bytes)| *bytes) else {
            let believed = self.whole >= LONG && !words::is_known(hint);
            return if believed { hint.to_owned() } else { String::new() };
        };
        let spoken = self.bytes(|voice| !voice.says_nothing());
        let clear = 3 * bytes >= 2 * spoken && 2 * bytes >= self.whole;
        if clear && ALIKE.iter().any(|(heard, kin)| *heard == best && kin.contains(&hint)) {
            hint.to_owned()
        } else if clear || hint == best && 5 * bytes >= 3 * spoken {
            best.to_owned()
        } else {
            String::new()
        }
    }

    /// The language with most words; of several that have about as many the declared one, or the one that letters tell if
    /// letters know them all.
    fn by_words(&self, hint: &str, letters: impl FnOnce() -> &'static str) -> Option<&'static str> {
        let words = self.words();
        let lead = words.lead();
        let written = self.bytes(|voice| matches!(voice, Voice::Words(_)));
        if lead.hits < CLEAR || lead.hits * SPARSE < written {
            return None;
        }
        if lead.hits >= lead.second + CLEAR {
            return Some(lead.code);
        }
        words.contenders().find(|code| *code == hint).or_else(|| {
            let told =
                if words.contenders().all(|code| super::LETTERED.contains(&code)) { letters() } else { "" };
            words.contenders().find(|code| *code == told)
        })
    }

    /// Bytes of the passages that are so.
    fn bytes(&self, are: impl Fn(&Voice) -> bool) -> usize {
        self.voices.iter().filter(|(voice, _)| are(voice)).map(|(_, bytes)| bytes).sum()
    }

    /// The words of all passages.
    fn words(&self) -> Tally {
        let mut sum = Tally::default();
        for (voice, _) in &self.voices {
            if let Voice::Words(tally) = voice {
                sum.add(tally);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn winner(said: &[(&str, usize)], hint: &str) -> String {
        let mut votes = Votes::default();
        said.iter()
            .for_each(|(text, bytes)| votes.add(Voice::Words(Tally::of(text, &mut String::new())), *bytes));
        votes.winner(hint, || "")
    }

    const DE: &str = "nicht auch der und die ist";
    const EN: &str = "the of and they which are";
    const NORDIC: &str = "og det som en er for med";

    #[test]
    fn two_thirds_of_what_was_said_decide() {
        assert_eq!(winner(&[(DE, 100), (DE, 100), (EN, 100)], ""), "de");
        assert_eq!(winner(&[(DE, 100), (DE, 95), (EN, 105)], ""), "");
        assert_eq!(winner(&[(DE, 100), ("", 150)], ""), "", "most passages said nothing");
    }

    #[test]
    fn a_declaration_breaks_ties_and_overrules_nothing() {
        assert_eq!(winner(&[(DE, 100), (DE, 95), (EN, 105)], "de"), "de");
        assert_eq!(winner(&[(DE, 100), (DE, 95), (EN, 105)], "en"), "");
        assert_eq!(winner(&[(DE, 150), (EN, 150)], "de"), "");
        assert_eq!(winner(&[(DE, 300)], "en"), "de");
        assert_eq!([winner(&[(NORDIC, 400)], "nb"), winner(&[(NORDIC, 400)], "")], ["nb", ""]);
        assert_eq!(winner(&[("koje kao nije što bio", 300)], "sr"), "sr");
    }

    #[test]
    fn a_declaration_parts_languages_of_one_script() {
        let script = |code, hint: &str| {
            let mut votes = Votes::default();
            votes.add(Voice::Script(code), 300);
            votes.winner(hint, || "")
        };
        assert_eq!(["yi", "he", "de", ""].map(|hint| script("he", hint)), ["yi", "he", "he", "he"]);
        assert_eq!([script("zh", "yue"), script("bn", "as"), script("am", "ti")], ["yue", "as", "ti"]);
    }

    #[test]
    fn a_language_without_words_is_believed_on_long_pages() {
        assert_eq!(winner(&[("il-kumitat", 600)], "mt"), "mt");
        assert_eq!(winner(&[("il-kumitat", 200)], "mt"), "");
        assert_eq!(winner(&[("il-kumitat", 600)], "en"), "", "English would have been heard");
    }
}
