//! People's names in raw text: at the front of a line, as a whole line, and in the value of a byline.
//!
//! Capitals, initials and particles tell a name in scripts that have case; in the others only the length speaks, so
//! a whole line in them is never called a name. Nothing here knows first names: lists of them fail on most of the
//! world. What looks like a name may therefore be a place or a company, and callers add the evidence of a label
//! (`By`) or of a place (above a date).

mod byline;
mod scan;
mod words;

pub(crate) use byline::after_label;
pub use byline::split_names;

use scan::{is_caseless, name_at};
use words::{Kind, is, is_heading_word, is_joiner};

/// Most names of one list.
const MOST_NAMES: usize = 12;

/// Bytes of one name, or of a list of names joined by commas or `and`, at the front of raw text.
///
/// One capitalised word is enough, as in `by Madonna`; lower-case pen names are not seen here.
pub fn names_at(raw: &str) -> Option<usize> {
    let mut len = name_at(raw)?.len;
    for _ in 1..MOST_NAMES {
        let Some(joiner) = joiner_len(&raw[len..]) else { break };
        let Some(name) = name_at(&raw[len + joiner..]) else { break };
        len += joiner + name.len;
    }
    let whole = !raw[len..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    // A word cut short by its own label (`WhiteUpdated`) ends where the label begins.
    (whole || raw[len..].starts_with(char::is_uppercase)).then_some(len)
}

/// Whether a whole line looks like the name of a person: two to four capitalised words without digits, closing
/// punctuation, or words of sections and buttons. `false` for scripts without case.
pub fn looks_like_name(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with(is_caseless) {
        return false;
    }
    let Some(name) = name_at(line) else { return false };
    name.len == line.len()
        && (2..=4).contains(&name.words)
        && !is(line, Kind::Place)
        && !is_gerund(line)
        && line.split_whitespace().all(|word| {
            is(word, Kind::Particle)
                || !(is(word, Kind::Section)
                    || is(word, Kind::Stop)
                    || is(word, Kind::Role)
                    || is_heading_word(word))
        })
}

/// Whether it looks like the name of a person, or is in a script without case, which nobody can tell by its looks.
pub(crate) fn may_be_name(name: &str) -> bool {
    name.starts_with(is_caseless) || looks_like_name(name)
}

/// Whether a line begins like an English heading: `Installing Garden Structures`.
fn is_gerund(line: &str) -> bool {
    line.split_whitespace().next().is_some_and(|first| first.len() > 6 && first.ends_with("ing"))
}

/// Bytes of what joins two names, with its spaces.
fn joiner_len(raw: &str) -> Option<usize> {
    let mut rest = raw.trim_start_matches(is_blank);
    let comma = rest.starts_with([',', '、', '،', ';']);
    if comma {
        rest = rest.trim_start_matches([',', '、', '،', ';']).trim_start_matches(is_blank);
    }
    let word = rest.split_once(is_blank).filter(|(word, _)| is_joiner(word));
    let spaced = rest.len() < raw.len();
    match word {
        Some((_, after)) if spaced => Some(raw.len() - after.trim_start_matches(is_blank).len()),
        _ => comma.then(|| raw.len() - rest.len()),
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\n'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_and_lists_are_read_from_the_front() {
        for (raw, name) in [
            ("Clark Mindock", "Clark Mindock"),
            ("Clark Mindock, Richard Hall", "Clark Mindock, Richard Hall"),
            ("Clark Mindock and Richard Hall | 3 Jan", "Clark Mindock and Richard Hall"),
            ("Moses Kim & Kate Shokurova", "Moses Kim & Kate Shokurova"),
            (
                "Danielle DeSiato, Donna Enzmann, and Natalie Nguyen",
                "Danielle DeSiato, Donna Enzmann, and Natalie Nguyen",
            ),
            ("Hans Müller und Anna Groß", "Hans Müller und Anna Groß"),
            ("Byrne Hobart", "Byrne Hobart"),
            ("Abby Goodnough on Monday", "Abby Goodnough"),
            ("J.K. Rowling", "J.K. Rowling"),
            ("Christopher S. Penn.", "Christopher S. Penn"),
            ("Martin Luther King Jr. said", "Martin Luther King Jr."),
            ("Dr. Vahid Osman", "Dr. Vahid Osman"),
            ("Amélie de Montchalin", "Amélie de Montchalin"),
            ("Abu Mahdi al-Muhandis, 66", "Abu Mahdi al-Muhandis"),
            ("Mohammed bin Salman", "Mohammed bin Salman"),
            ("Ursula von der Leyen", "Ursula von der Leyen"),
            ("van Gogh", "van Gogh"),
            ("Conan O’Brien", "Conan O’Brien"),
            ("Jean-Luc Aufranc (CNXSoft)", "Jean-Luc Aufranc"),
            ("JANE DOE", "JANE DOE"),
            ("Madonna", "Madonna"),
            ("Ryan Bald 02 Feb 2026", "Ryan Bald"),
            ("Ryan Bald February 2, 2026", "Ryan Bald"),
            ("April Smith", "April Smith"),
            ("Emmet WhiteUpdated: Feb 5, 2026", "Emmet White"),
            ("Patrick Clarke Published 10:19am", "Patrick Clarke"),
            ("Charlie Hills's avatar", "Charlie Hills"),
            ("Brian Truitt  USA TODAY", "Brian Truitt"),
            ("Иван Петров и Анна Смирнова", "Иван Петров и Анна Смирнова"),
            ("王小明", "王小明"),
            ("محمد علي", "محمد علي"),
        ] {
            assert_eq!(names_at(raw).map(|len| &raw[..len]), Some(name), "{raw}");
        }
        for raw in [
            "",
            "the cat",
            "ibby",
            "3 Jan",
            "@handle",
            "user447274",
            "On Friday",
            "王小明在北京的一天",
            "User42",
        ] {
            assert_eq!(names_at(raw).map(|len| &raw[..len]), None, "{raw}");
        }
    }

    #[test]
    fn a_line_that_is_a_name_is_told_from_a_heading() {
        for line in [
            "Clark Mindock",
            "Richard Hall",
            "Dr. Vahid Osman",
            "Lauren Paige Richeson",
            "JANE DOE",
            "Ursula von der Leyen",
            "Byrne Hobart",
            "Matias Heikkilä",
            "Иван Петров",
            "Ellen O'Brien",
        ] {
            assert!(looks_like_name(line), "{line}");
        }
        for line in [
            "World News",
            "Read More",
            "Climate Change",
            "New York",
            "Most Popular",
            "Privacy Policy",
            "Sign In",
            "Clark Mindock.",
            "Why Trump Won",
            "The End",
            "Podcasts",
            "Contact Us",
            "Top 10",
            "clark mindock",
            "",
            "Clark Mindock and Richard Hall",
            "A Brief Biography of John Scalzi",
            "王小明",
            "Middle East",
        ] {
            assert!(!looks_like_name(line), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_up_to_a_character_or_not_at_all(
            raw in "\\PC{0,24}|(By |von |de |al-)?[A-ZÀÉ王م][a-zé'’.小明]{0,6}[ ,.]{0,2}(and |& |и )?[A-Za-z.王]{0,8}\\PC{0,4}"
        ) {
            if let Some(len) = names_at(&raw) {
                prop_assert!(len > 0 && raw.is_char_boundary(len));
            }
            let line_is_a_name = looks_like_name(&raw);
            prop_assert!(!line_is_a_name || names_at(raw.trim()).is_some());
            for name in split_names(&raw) {
                prop_assert!(!name.trim().is_empty() && name.trim() == name);
            }
        }
    }
}
