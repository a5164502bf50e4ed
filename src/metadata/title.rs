//! The title without the name of the site that it is told with. Pages say their title in several places, each with the
//! name of the site before it, behind it or not at all; what the page shows as a heading tells which part is the title.

use crate::fold::fold;
use crate::likeness;
use crate::model::Markup;

/// The first of the `told` titles, as the page shows it among its headings, or else without the site's name.
pub(super) fn choose(told: impl Iterator<Item = String>, markup: &Markup, text: &str, site: &str) -> String {
    let site = fold(site);
    let named = told.filter(|title| !title.is_empty() && fold(title) != site).collect::<Vec<_>>();
    let Some(first) = named.first() else { return only_heading(markup, text) };
    // What machines are told is often longer or newer than what the page calls itself.
    let alike = headings(markup, text, 1).max_by_key(|heading| shared_words(heading, &named));
    if let Some(heading) = alike.filter(|heading| shared_words(heading, &named) > 0 && fold(heading) != site)
    {
        return heading.trim().to_owned();
    }
    let headings: Vec<&str> = headings(markup, text, 2).collect();
    for title in &named {
        let folded = fold(title);
        for part in likeness::parts(&folded) {
            if let Some(shown) = headings.iter().find(|heading| fold(heading) == part) {
                return (*shown).trim().to_owned();
            }
        }
    }
    without_site(first, &site)
}

/// How many words of some length a heading shares with one of the titles, at most.
fn shared_words(heading: &str, titles: &[String]) -> usize {
    let words = |text: &str| -> Vec<String> {
        let folded = fold(text);
        let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 3);
        words.map(str::to_owned).collect()
    };
    let own = words(heading);
    let shared = |title: &String| words(title).iter().filter(|word| own.contains(word)).count();
    titles.iter().map(shared).max().unwrap_or(0)
}

/// The heading of the first level, when there is one only.
fn only_heading(markup: &Markup, text: &str) -> String {
    let mut headings = headings(markup, text, 1);
    match (headings.next(), headings.next()) {
        (Some(only), None) => only.trim().to_owned(),
        _ => String::new(),
    }
}

/// The headings down to a level.
fn headings<'a>(markup: &'a Markup, text: &'a str, level: u8) -> impl Iterator<Item = &'a str> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let is_heading = move |heading: u8| (1..=level).contains(&heading);
    lines.zip(&markup.blocks).filter(move |(_, block)| is_heading(block.heading)).map(|(line, _)| line)
}

/// The title with the site's name taken off an end, where a sign parts them.
fn without_site(title: &str, site: &str) -> String {
    const SIGNS: [char; 12] = ['|', '-', '–', '—', '·', '•', ':', '»', '«', '/', '<', '›'];
    if site.is_empty() {
        return title.to_owned();
    }
    for (at, sign) in title.char_indices().filter(|(_, c)| SIGNS.contains(c)) {
        let (before, after) = (&title[..at], &title[at + sign.len_utf8()..]);
        for (rest, name) in [(before, after), (after, before)] {
            if fold(name) == site && !rest.trim().is_empty() {
                return rest.trim().trim_matches(SIGNS).trim().to_owned();
            }
        }
    }
    title.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_site_is_taken_off_either_end() {
        for (title, site, shown) in [
            ("The Road | Example Times", "example times", "The Road"),
            ("Example Times: The Road", "example times", "The Road"),
            ("The Road – and back – Example", "example", "The Road – and back"),
            ("The Road - Other", "example", "The Road - Other"),
            ("Example", "example", "Example"),
        ] {
            assert_eq!(without_site(title, site), shown);
        }
    }
}
