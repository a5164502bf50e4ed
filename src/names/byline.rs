//! From the value of a byline to people: `By Clark Mindock, Senior Reporter | 3 Jan 2020` gives `Clark Mindock`.
//!
//! Labels go as whole words only, roles, credentials, places, dates, handles and addresses go wherever they stand,
//! and what is left is taken as it is written. A byline that names no person but a desk or a team keeps that name; a
//! bare `Staff` gives nothing.

use super::looks_like_name;
use super::scan::{is_caseless, name_at};
use super::words::{Kind, is, is_joiner, labels};
use crate::dates::{ago_at, day_at, find_dates, leading_date};
use foldhash::HashSet;

/// Words of the longest name of a desk or team, and of a pen name.
const MOST_WORDS: usize = 6;

/// Bytes of a byline that are read. A hundred authors fit; what is longer is a text, and would be slow to read, since each of its
/// words may begin a name, a date or a place.
const MOST_READ: usize = 2000;

/// The authors that the value of a byline names, in its order and spelling, each once.
pub fn split_names(byline: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    // Wide gaps are often set with no-break spaces.
    let byline = with_whole_name(beginning(byline).replace('\u{a0}', " "));
    let mut known = HashSet::default();
    for segment in segments(&byline) {
        let (labelled, segment) = without_lead(segment);
        let people = without_tail(segment);
        let mut add = |name: &str| {
            if known.insert(name.to_lowercase()) {
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

/// As much of a byline as is read: what is too long ends where a part of it does, so that no name is cut in two.
fn beginning(byline: &str) -> &str {
    if byline.len() <= MOST_READ {
        return byline;
    }
    let most = &byline[..byline.floor_char_boundary(MOST_READ)];
    let end = most.rfind([',', ';', '、', '،', '|', '•', '\n']).or_else(|| most.rfind(char::is_whitespace));
    &most[..end.unwrap_or(0)]
}

/// The byline without the gap that parts the two halves of its first name: `By Jane  Doe`. Behind more than one word a gap parts
/// columns: `By Jane Doe  Example Times`.
fn with_whole_name(byline: String) -> String {
    let Some((left, right)) = byline.split_once("  ") else { return byline };
    let (_, given) = without_lead(left);
    let is_lone = name_at(given).is_some_and(|name| name.words == 1 && name.len == given.len());
    let family = name_at(right).filter(|name| name.words <= 2).map(|name| &right[..name.len]);
    let Some(family) = family.filter(|_| is_lone) else { return byline };
    let agency = family.split(' ').any(is_credential) && !is_credential(given);
    if agency
        || is(family, Kind::Place)
        || is(family, Kind::Nobody)
        || !looks_like_name(&format!("{given} {family}"))
    {
        return byline;
    }
    format!("{left} {right}")
}

/// The parts of a byline between bars, dots, dashes and wide gaps.
fn segments(byline: &str) -> impl Iterator<Item = &str> {
    byline
        .split(['|', '•', '·', '●', '⋅', '∙', '»', '—', '\n', '\t'])
        .flat_map(|part| part.split(" / "))
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
        let shorter = after_label(rest);
        labelled |= shorter.is_some();
        let shorter = shorter.or_else(|| {
            let (_, date) = leading_date(rest)?;
            Some(&rest[date..])
        });
        match shorter {
            Some(shorter) => {
                rest = shorter.trim_start_matches(|c: char| c.is_whitespace() || ",;:".contains(c));
            }
            None => break,
        }
    }
    if labelled {
        return (true, rest);
    }
    match after_inner_by(rest) {
        Some(name) => (true, name),
        None => (false, rest),
    }
}

/// The text after a `by` in the middle, as in `12 min read by Jane Doe`, unless it names another part in the page.
fn after_inner_by(text: &str) -> Option<&str> {
    let (at, by) = words_of(text).find(|(_, word)| word.eq_ignore_ascii_case("by"))?;
    let before = text[..at].split_whitespace().next_back()?;
    let name = text[at + by.len()..].trim_start();
    (!is(before, Kind::Part) && name_at(name).is_some()).then_some(name)
}

/// The text after a label, which must be followed by a space or a colon: `By Abby`, never `Abby` or `Byrne`.
pub(crate) fn after_label(text: &str) -> Option<&str> {
    labels().iter().find_map(|&label| {
        let rest = strip_folded(text, label)?;
        let colon = rest.trim_start().starts_with([':', '：']);
        let parted = colon || rest.starts_with(char::is_whitespace);
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ':' || c == '：');
        let is_name = !colon && is(label, Kind::Ambiguous) && begins_name(label, rest);
        (parted && !rest.is_empty() && !is_name).then_some(rest)
    })
}

/// Whether a label that may be the beginning of a name is that before `rest`: `Von Miller`, `von der Leyen`. Agencies and
/// desks have no such names: `Von dpa`, `Par AFP`, `Par la rédaction`.
fn begins_name(label: &str, rest: &str) -> bool {
    let first = rest.split_whitespace().next().unwrap_or_default();
    let is_article = ["der", "den", "dem"].iter().any(|article| first.eq_ignore_ascii_case(article));
    if label == "von" && is_article {
        return first.len() < rest.len();
    }
    if first.starts_with(char::is_lowercase) {
        return is(label, Kind::Particle) && is(first, Kind::Particle);
    }
    !is_credential(rest) && name_at(rest).is_none_or(|name| name.words < 2)
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

/// The segment up to a date, a day, a time told from now, an address, a handle or a bracket at the end.
fn without_tail(segment: &str) -> &str {
    let date = find_dates(segment).into_iter().next().map_or(segment.len(), |(_, date)| date.start);
    let tail = words_of(segment).find(|&(at, word)| {
        let closes = || segment[at..].find(')').is_some_and(|end| segment[at + end + 1..].trim().is_empty());
        word.contains('@')
            || word.contains("://")
            || word.starts_with("www.")
            || (at > 0 && (word.starts_with('[') || is_time(&segment[at..])))
            || (at > 0 && word.starts_with('(') && closes())
    });
    let kept = segment[..tail.map_or(date, |(at, _)| at.min(date))].trim_end();
    let kept = match kept.rsplit_once(char::is_whitespace) {
        Some((kept, "on" | "at" | "am" | "le" | "el" | "em" | "il" | "op")) => kept,
        _ => kept,
    };
    kept.trim_end_matches(|c: char| c.is_whitespace() || ",;:(-".contains(c))
}

/// Whether a day without a year or a time told from now stands at the front: `January 3`, `3 hours ago`. What is capitalised
/// is no such time: `USA Today`.
fn is_time(text: &str) -> bool {
    day_at(text).is_some() || (!text.starts_with(char::is_uppercase) && ago_at(text).is_some())
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
        let (person, rest) = person_and_rest(part, name.len);
        // `Center for Research` is no person, and neither is what `and` joins to such a thing.
        if !is_person_before(name.words, rest) {
            if people.is_empty() && !list.contains(',') {
                return people;
            }
            continue;
        }
        let short = name.words < 2 && !part.starts_with(is_caseless);
        // After a comma a single word is a credential or an agency, unless the list began with single words.
        let counts = people.is_empty() || !by_comma || !short || first_is_short;
        let other = by_comma && person.split_whitespace().any(|word| is(word, Kind::Section));
        let nobody =
            is(person, Kind::Nobody) || is(person, Kind::Place) || has_role(person) || is_credential(person);
        if !counts || other || nobody {
            continue;
        }
        if people.is_empty() {
            first_is_short = short;
        }
        people.push(once(person));
    }
    people
}

/// A name of so many bytes, with the second family name that a letter joins to it (`Ortega y Gasset`) and without what is the
/// beginning of another label (`Jane Doe Photos by John Roe`); and what follows it.
fn person_and_rest(part: &str, name: usize) -> (&str, &str) {
    let (person, rest) = part.split_at(name);
    let mut words = words_of(rest);
    let next = words.next().filter(|_| rest.starts_with(char::is_whitespace));
    match (next, words.next()) {
        (Some((_, joiner)), Some((at, _))) if joiner.chars().count() == 1 && is_joiner(joiner) => {
            let family = name_at(&rest[at..]).filter(|family| family.words == 1);
            part.split_at(family.map_or(name, |family| name + at + family.len))
        }
        (Some((_, by)), Some(_)) if by.eq_ignore_ascii_case("by") => match person.rsplit_once(' ') {
            Some((person, label)) if is(label, Kind::Part) => part.split_at(person.len()),
            _ => (person, rest),
        },
        _ => (person, rest),
    }
}

/// A name without its repeat: pages show it beside a portrait that is called by it too.
fn once(name: &str) -> &str {
    let middle = name.len() / 2;
    match (name.get(..middle), name.get(middle..)) {
        (Some(first), Some(second)) if second.strip_prefix(' ') == Some(first) => first,
        _ => name,
    }
}

/// Whether a name of so many words stays a person's before `rest`: `in Washington`, `'s avatar`, the next label.
fn is_person_before(words: usize, rest: &str) -> bool {
    if let Some(owned) = rest.strip_prefix("'s ").or_else(|| rest.strip_prefix("’s ")) {
        return owned.starts_with(char::is_lowercase);
    }
    let next = rest.trim_start();
    let is_next = |is: fn(&str) -> bool| words > 1 && next.split_whitespace().next().is_some_and(is);
    let goes_on = is_next(|word| is(word, Kind::Stop) || is(word, Kind::Part));
    // `12 comments`, `5 min read`, `10:30`; a number alone may be part of a name.
    let counts = next.contains([' ', ':']) && is_next(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    next.is_empty() || goes_on || counts || rest.starts_with(char::is_uppercase)
}

/// The parts of a list, and whether a comma stood before each.
fn parts_of(list: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    for (nth, comma_part) in list.split([',', ';', '、', '،', '&', '+']).enumerate() {
        let mut by_comma = nth > 0;
        let mut start = 0;
        for (at, word) in words_of(comma_part) {
            if !is_joiner(word) {
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
    name.split_whitespace().any(|word| is(word.trim_end_matches('.'), Kind::Role))
}

/// `MD`, `PhD`, `RN`, `M.D.`: short words with more than one capital and no small letters to speak of.
fn is_credential(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = name.chars().filter(|c| c.is_uppercase()).count();
    !name.contains(' ') && letters <= 6 && capitals >= 2 && capitals * 2 > letters
}

/// Whether a text without a person's name still names who wrote it: a team, a desk, a pen name.
fn is_other_author(text: &str, labelled: bool) -> bool {
    let words = || text.split_whitespace();
    let count = words().count();
    let capitalised = words().any(|word| word.starts_with(char::is_uppercase));
    let team = count > 1 && capitalised && !text.contains(char::is_numeric);
    let pen_name = count <= 3
        && words().all(is_pen_word)
        && !words().all(|word| is(word, Kind::Section) || is(word, Kind::Role));
    text.contains(char::is_alphabetic)
        && count <= MOST_WORDS
        && !text.ends_with(['.', '!', '?'])
        && !text.starts_with('@')
        && !text.contains(':')
        && !text.split_whitespace().any(|word| word.eq_ignore_ascii_case("by"))
        && !is(text, Kind::Nobody)
        && !is(text, Kind::Place)
        && !find_dates(text).iter().any(|(_, date)| date.len() == text.len())
        && (labelled || team || pen_name)
}

/// Whether a word may be part of a pen name: `ibby`, `q_admin`, `user447274`.
fn is_pen_word(word: &str) -> bool {
    let signs = |c: char| c.is_alphanumeric() || "_-.'’".contains(c);
    word.starts_with(char::is_alphabetic) && word.chars().all(signs) && !is(word, Kind::Stop)
}

fn squeezed(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
