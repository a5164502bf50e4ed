//! From the value of a byline to people: `By Clark Mindock, Senior Reporter | 3 Jan 2020` gives `Clark Mindock`.
//!
//! Labels go as whole words only, roles, credentials, places, dates, handles and addresses go wherever they stand,
//! and what is left is taken as it is written. A byline that names no person but a desk or a team keeps that name; a
//! bare `Staff` gives nothing.

use super::scan::{is_caseless, name_at};
use super::words::{JOINERS, LABEL_OR_NAME, LABELS, is_interface, is_nobody, is_place, is_role, is_stop};
use crate::dates::find_dates;

/// Words of the longest name of a desk or team, and of a pen name.
const MOST_WORDS: usize = 6;

/// The authors that the value of a byline names, in its order and spelling, each once.
pub fn split_names(byline: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for segment in segments(byline) {
        let (labelled, segment) = without_lead(segment);
        let people = without_tail(segment);
        let mut add = |name: &str| {
            if !names.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
                names.push(squeezed(name));
            }
        };
        people_of(people).into_iter().for_each(&mut add);
        if names.is_empty() && is_other_author(people, labelled) {
            names.push(squeezed(people));
        }
        // The first segment with a name is the byline; those after it name editors, photographers and sections.
        if !names.is_empty() {
            break;
        }
    }
    names
}

/// The parts of a byline between bars, dots, dashes and wide gaps.
fn segments(byline: &str) -> impl Iterator<Item = &str> {
    byline
        .split(['|', '•', '·', '»', '—', '\n', '\t', '/'])
        .flat_map(|part| part.split(" – "))
        .flat_map(|part| part.split(" - "))
        .flat_map(|part| part.split("  "))
        .map(|part| part.trim_matches(|c: char| c.is_whitespace() || ",;:*©".contains(c)))
        .filter(|part| !part.is_empty())
}

/// The segment without dates and labels before the name, and whether there was a label.
fn without_lead(segment: &str) -> (bool, &str) {
    let mut rest = segment;
    let mut labelled = false;
    loop {
        let shorter = without_label(rest);
        labelled |= shorter.is_some();
        let shorter = shorter.or_else(|| {
            let (_, date) = find_dates(rest).into_iter().next()?;
            (date.start == 0).then(|| &rest[date.end..])
        });
        match shorter {
            Some(shorter) => {
                rest = shorter.trim_start_matches(|c: char| c.is_whitespace() || ",;:".contains(c))
            }
            None => return (labelled, rest),
        }
    }
}

/// The text after a label, which must be followed by a space or a colon: `By Abby`, never `Abby` or `Byrne`.
fn without_label(text: &str) -> Option<&str> {
    LABELS.iter().find_map(|&label| {
        let rest = strip_folded(text, label)?;
        let colon = rest.trim_start().starts_with([':', '：']);
        let parted = colon || rest.starts_with(char::is_whitespace);
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ':' || c == '：');
        let is_name =
            !colon && LABEL_OR_NAME.contains(&label) && name_at(rest).is_none_or(|name| name.words < 2);
        let is_particle = !colon && label == "von" && rest.starts_with("der ");
        (parted && !rest.is_empty() && !is_name && !is_particle).then_some(rest)
    })
}

/// The text after `label`, whatever the case of its letters.
fn strip_folded<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    for expected in label.chars() {
        let c = rest.next()?;
        if c != expected && !c.to_lowercase().eq([expected]) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// The segment up to a date, an address, a handle or a bracket.
fn without_tail(segment: &str) -> &str {
    let date = find_dates(segment).into_iter().next().map_or(segment.len(), |(_, date)| date.start);
    let address = words_of(segment).find(|&(at, word)| {
        word.contains('@')
            || word.contains("://")
            || word.starts_with("www.")
            || (at > 0 && word.starts_with('('))
    });
    let kept = segment[..address.map_or(date, |(at, _)| at.min(date))].trim_end();
    let kept = match kept.rsplit_once(char::is_whitespace) {
        Some((kept, "on" | "at" | "am" | "le" | "el" | "em" | "il" | "op")) => kept,
        _ => kept,
    };
    kept.trim_end_matches(|c: char| c.is_whitespace() || ",;:(-".contains(c))
}

/// The words of a text with their places.
fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // The pieces share the text's buffer, so the distance of their starts is their place.
    text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// The names in a list, without roles, credentials and places.
fn people_of(list: &str) -> Vec<&str> {
    let mut people: Vec<&str> = Vec::new();
    let mut first_is_short = false;
    for (part, by_comma) in parts_of(list) {
        let Some(name) = name_at(part) else { continue };
        let person = &part[..name.len];
        let rest = part[name.len..].trim_start();
        // `Jane Doe in Washington`, `Jane Doe's avatar`; but `Center for Research` is no person.
        let goes_on = rest.split_whitespace().next().is_some_and(|word| name.words > 1 && is_stop(word));
        let whole = rest.is_empty()
            || goes_on
            || ["'s", "’s"].iter().any(|end| rest.starts_with(end))
            || rest.starts_with(char::is_uppercase);
        let short = name.words < 2 && !part.starts_with(is_caseless);
        // After a comma a single word is a credential or an agency, unless the list began with single words.
        let counts = people.is_empty() || !by_comma || !short || first_is_short;
        let other = by_comma && person.split_whitespace().any(is_interface);
        let nobody = is_nobody(person) || is_place(person) || has_role(person) || is_credential(person);
        if !whole || !counts || other || nobody {
            continue;
        }
        if people.is_empty() {
            first_is_short = short;
        }
        people.push(person);
    }
    people
}

/// The parts of a list, and whether a comma stood before each.
fn parts_of(list: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    for (nth, comma_part) in list.split([',', ';', '、', '،', '&', '+']).enumerate() {
        let mut by_comma = nth > 0;
        let mut start = 0;
        for (at, word) in words_of(comma_part) {
            if !JOINERS.contains(&word) {
                continue;
            }
            let (left, right) = (comma_part[start..at].trim(), comma_part[at + word.len()..].trim());
            // `Ortega y Gasset` is one name: a joiner of one letter needs full names on both sides.
            let full = |side: &str| {
                name_at(side).is_some_and(|name| name.words > 1 || side.starts_with(is_caseless))
            };
            if word.chars().count() > 1 || (full(left) && full(right)) || left.is_empty() {
                if !left.is_empty() {
                    parts.push((left, by_comma));
                }
                by_comma = false;
                start = at + word.len();
            }
        }
        let last = comma_part[start..].trim();
        if !last.is_empty() {
            parts.push((last, by_comma));
        }
    }
    parts
}

fn has_role(name: &str) -> bool {
    name.split_whitespace().any(|word| is_role(word.trim_end_matches('.')))
}

/// `MD`, `PhD`, `RN`, `M.D.`: short words with more than one capital and no small letters to speak of.
fn is_credential(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = name.chars().filter(|c| c.is_uppercase()).count();
    !name.contains(' ') && letters <= 6 && capitals >= 2 && capitals * 2 > letters
}

/// Whether a text without a person's name still names who wrote it: a team, a desk, or a pen name behind a label.
fn is_other_author(text: &str, labelled: bool) -> bool {
    let words = text.split_whitespace().count();
    let letters = text.chars().any(char::is_alphabetic);
    let team = words > 1 && text.split_whitespace().any(|word| word.starts_with(char::is_uppercase));
    letters
        && words <= MOST_WORDS
        && !text.ends_with(['.', '!', '?'])
        && !text.contains("://")
        && !text.starts_with('@')
        && !is_nobody(text)
        && !is_place(text)
        && (labelled || (team && !text.contains(|c: char| c.is_numeric())))
}

fn squeezed(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_give_their_people() {
        let mut wrong = Vec::new();
        for (byline, names) in [
            ("Clark Mindock", "Clark Mindock"),
            ("By Clark Mindock, Richard Hall", "Clark Mindock; Richard Hall"),
            (",Richard Hall", "Richard Hall"),
            ("By Clark Mindock and Richard Hall", "Clark Mindock; Richard Hall"),
            ("Byrne Hobart", "Byrne Hobart"),
            ("By Byrne Hobart", "Byrne Hobart"),
            ("By Abby Goodnough", "Abby Goodnough"),
            ("Abby Goodnough", "Abby Goodnough"),
            ("By: Paul Fenaroli", "Paul Fenaroli"),
            ("BY JANE DOE", "JANE DOE"),
            ("Written by: Nancy Peyer", "Nancy Peyer"),
            ("Jane Doe, Senior Reporter", "Jane Doe"),
            ("Jane Doe, BBC News", "Jane Doe"),
            ("Jane Doe, Reuters", "Jane Doe"),
            ("Jane Doe for Reuters", "Jane Doe"),
            ("Jane Doe in Washington", "Jane Doe"),
            ("Jane Doe in Washington and John Roe in Paris", "Jane Doe; John Roe"),
            ("Jane Doe, New York", "Jane Doe"),
            ("Lizzie Streit, MS, RDN, LD", "Lizzie Streit"),
            ("Genevieve Carlton, Ph.D.", "Genevieve Carlton"),
            (
                "John A. Alic, David C. Mowery, Edward S. Rubin",
                "John A. Alic; David C. Mowery; Edward S. Rubin",
            ),
            (
                "Danielle DeSiato, Donna Enzmann, and Natalie Nguyen",
                "Danielle DeSiato; Donna Enzmann; Natalie Nguyen",
            ),
            ("Tom, Dick and Harry", "Tom; Dick; Harry"),
            ("Maria & Katerina", "Maria; Katerina"),
            ("Jane Doe jane.doe@example.org", "Jane Doe"),
            ("Jane Doe @janedoe", "Jane Doe"),
            ("by Karina Cohen | May 19, 2024", "Karina Cohen"),
            ("by Matt Miller on Dec 16, 2025 at 11:00 AM", "Matt Miller"),
            ("Amit Samsukha October 11, 2024", "Amit Samsukha"),
            ("August 12, 2025 By Jane Doe", "Jane Doe"),
            ("December 15, 2025 · 30 min · 6279 words · Ash Vardanian", "Ash Vardanian"),
            ("By Scott Levine – Updated Sep 9, 2025 | Fact-checked by Frank Bass", "Scott Levine"),
            ("By Emmet WhiteUpdated: Feb 5, 2026", "Emmet White"),
            ("Jean-Luc Aufranc (CNXSoft)", "Jean-Luc Aufranc"),
            ("Jane Doe, Jane Doe and jane doe", "Jane Doe"),
            ("Von Hans Müller und Anna Groß", "Hans Müller; Anna Groß"),
            ("Von Miller", "Von Miller"),
            ("von der Leyen", "von der Leyen"),
            ("Par Amélie Martin et Jean Petit", "Amélie Martin; Jean Petit"),
            ("Por José Ortega y Gasset", "José Ortega y Gasset"),
            ("Por Ana López y Luis Gómez", "Ana López; Luis Gómez"),
            ("Автор: Иван Петров", "Иван Петров"),
            ("作者：王小明", "王小明"),
            ("by ibby", "ibby"),
            ("Posted by BeauHD", "BeauHD"),
            ("By The Diggs Team", "The Diggs Team"),
            ("Podium Staff", "Podium Staff"),
            ("Staff", ""),
            ("By Staff Writer", ""),
            ("3 January 2020", ""),
            ("By 3 January 2020", ""),
            ("https://example.org/jane", ""),
            ("@janedoe", ""),
            ("By", ""),
            ("", ""),
        ] {
            let got = split_names(byline).join("; ");
            if got != names {
                wrong.push(format!("{byline}: got `{got}`, wanted `{names}`"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
