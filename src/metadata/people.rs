//! Names of authors from the places that name them. Content systems put the site's own name, an account's address or
//! `admin` where a person should stand: these name nobody.

use super::unescaped;
use crate::fold::fold;
use crate::names::{after_label, looks_like_name, split_names};

/// Accounts that are no people.
const NOBODY: [&str; 11] = [
    "admin",
    "administrator",
    "editor",
    "staff",
    "guest",
    "webmaster",
    "anonymous",
    "unknown",
    "author",
    "null",
    "undefined",
];
/// Labels that need no colon before a name: others are the beginnings of names too, such as `Writer` and `Da`.
const LABELS: [&str; 6] = ["by", "written by", "posted by", "von", "par", "por"];
/// What parts the people on a list, and stands in no name.
const PARTINGS: [char; 3] = [';', '；', '、'];
/// Authors of one page, at most: papers have them by the dozen. As many parts of a list are looked at.
pub(super) const MOST: usize = 100;
/// Characters of a name with all its titles.
const LONGEST: usize = 80;
/// Characters of what is no list and yet names an author; and words of a name on a longer list.
const MOST_CHARS: usize = 300;
const MOST_WORDS: usize = 6;

/// The authors that machine-readable `values` name, each once. Each value is one name as its site writes it, titles and
/// all, unless it plainly lists several people.
pub(super) fn told(values: &[String], site: &str) -> Vec<String> {
    let mut names = Vec::new();
    let values: Vec<String> = values
        .iter()
        .map(|value| without_tags(&unescaped(value)))
        .filter(|value| is_wording(value))
        .collect();
    for value in values.iter().flat_map(|value| value.split(PARTINGS).take(MOST)) {
        let people = people(value);
        if people.len() > 1 {
            people.into_iter().for_each(|name| add(name, site, &mut names));
        } else if value.chars().count() <= LONGEST {
            // What stands before the first letter of a name is left over from markup.
            let name = without_label(value).trim_start_matches(|c: char| !c.is_alphanumeric());
            add(in_order(name), site, &mut names);
        }
    }
    names
}

/// The people on the first of `values` that names any: what a page shows its readers as a byline, where labels and dates
/// stand beside names.
pub(super) fn shown(values: &[String], site: &str) -> Vec<String> {
    let on_one = |value: &String| {
        let mut names = Vec::new();
        people(value).into_iter().for_each(|name| add(name, site, &mut names));
        names
    };
    let mut named = values.iter().filter(|value| is_wording(value)).map(on_one);
    named.find(|names| !names.is_empty()).unwrap_or_default()
}

fn people(value: &str) -> Vec<String> {
    split_names(value).into_iter().filter(|name| looks_like_name(name)).collect()
}

/// Whether it is no address, and no text of another sort: papers have authors by the dozen, and a paragraph is none.
fn is_wording(value: &str) -> bool {
    let is_list = || {
        value
            .split(',')
            .flat_map(|part| part.split(PARTINGS))
            .all(|part| part.split_whitespace().count() <= MOST_WORDS)
    };
    !value.contains("://")
        && value.chars().any(char::is_alphabetic)
        && (value.chars().count() <= MOST_CHARS || is_list())
}

/// The text of a value that holds markup: templates link a name to its author's page where a name alone belongs.
fn without_tags(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let Some((_, after)) = tag.split_once('>') else { return text + &rest[before.len()..] };
        rest = after;
    }
    text + rest
}

/// A name without the label before it.
fn without_label(value: &str) -> &str {
    let value = value.trim();
    let Some(name) = after_label(value) else { return value };
    let label = value[..value.len() - name.len()].trim_end();
    let is_plain =
        label.ends_with([':', '：']) || LABELS.iter().any(|known| label.eq_ignore_ascii_case(known));
    if is_plain { name } else { value }
}

/// Libraries write `Lee, Ann`.
fn in_order(name: &str) -> String {
    let turned = name.split_once(", ").filter(|(family, given)| {
        let small = |part: &str| part.chars().any(char::is_lowercase) && !part.contains([',', '.', '|']);
        small(given) && small(family) && !family.contains(' ') && given.split(' ').count() <= 2
    });
    let turned =
        turned.map(|(family, given)| format!("{given} {family}")).filter(|name| looks_like_name(name));
    turned.unwrap_or_else(|| name.to_owned())
}

fn add(name: String, site: &str, names: &mut Vec<String>) {
    let folded = fold(&name);
    let is_somebody = !folded.is_empty() && folded != fold(site) && !NOBODY.contains(&folded.as_str());
    if is_somebody && names.len() < MOST && names.iter().all(|known| fold(known) != folded) {
        names.push(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn people_are_named_and_accounts_are_not() {
        let told = |values: &[&str]| told(&owned(values), "Example Times");
        assert_eq!(told(&["By Ann Lee and Bo Hall", "ann lee"]), ["Ann Lee", "Bo Hall"]);
        assert_eq!(told(&["By Rebecca Lake, CEPF"]), ["Rebecca Lake, CEPF"]);
        assert_eq!(told(&["Lee, Ann", ", jsteinhardt"]), ["Ann Lee", "jsteinhardt"]);
        assert_eq!(told(&["Lee, Ann; Hall, Bo"]), ["Ann Lee", "Bo Hall"]);
        assert_eq!(told(&["王小明、李小红"]), ["王小明", "李小红"]);
        assert!(told(&["admin", "undefined", "Example Times", "https://x.org/ann", "7"]).is_empty());
    }

    #[test]
    fn long_lists_are_read_and_long_texts_are_not() {
        let list = (b'a'..=b'z').map(|letter| format!("Ann Lee{}", char::from(letter))).collect::<Vec<_>>();
        assert_eq!(told(&[list.join(", ")], ""), list);
        assert_eq!(told(&[list.join("; ")], ""), list);
        assert_eq!(told(&list, ""), list);
        let crowd = list
            .iter()
            .flat_map(|name| (b'a'..=b'z').map(move |letter| format!("{name}{}", char::from(letter))));
        assert_eq!(told(&crowd.collect::<Vec<_>>(), "").len(), MOST);
        assert!(told(&["Ann Lee and her friends have lived here for years. ".repeat(9)], "").is_empty());
    }

    #[test]
    fn markup_in_a_name_is_no_part_of_it() {
        assert_eq!(
            told(&owned(&["<a href='x'>Ann Lee</a>", "&lt;b&gt;Bo Hall&lt;/b&gt;", "Al < Co"]), ""),
            ["Ann Lee", "Bo Hall", "Al < Co"]
        );
    }

    #[test]
    fn labels_go_and_names_that_begin_like_them_stay() {
        for (value, name) in [
            ("Von Miller", "Von Miller"),
            ("von der Leyen", "von der Leyen"),
            ("Von Der Leyen", "Von Der Leyen"),
            ("Von Anna Groß", "Anna Groß"),
            ("By: Ann Lee", "Ann Lee"),
            ("Автор: Иван Петров", "Иван Петров"),
            ("作者：王小明", "王小明"),
            ("Par AFP", "AFP"),
            ("Par la rédaction", "la rédaction"),
            ("Writer Lee", "Writer Lee"),
            ("Da Costa Pereira", "Da Costa Pereira"),
        ] {
            assert_eq!(told(&owned(&[value]), ""), [name], "{value}");
        }
    }

    #[test]
    fn of_what_a_page_shows_only_names_of_people_are_taken() {
        let shown = |values: &[&str]| shown(&owned(values), "Example Times");
        assert!(shown(&["Follow the author", "3 comments", "12 minutes"]).is_empty());
        assert_eq!(shown(&["Share", "By Ann Lee | 3 Jan 2020", "Bo Hall"]), ["Ann Lee"]);
    }
}
