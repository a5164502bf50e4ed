//! The title without the name of the site that it is told with. Pages say their title in several places, each with the
//! name of the site before it, behind it or not at all; what the page shows as a heading tells which part is the title.

use crate::fold::fold;
use crate::likeness;
use crate::model::Markup;
use foldhash::{HashMap, HashSet};
use std::cmp::Reverse;

/// Titles that headings are held against, the first ones told. Pages have a handful, and a list of stories has one for each.
const MOST_TITLES: usize = 64;
/// Bytes of a title that may carry the name of the site: each sign in it is a place where that may end.
const LONGEST: usize = 1000;

/// The first of the `told` titles, as the page shows it among its headings, or else without the site's name. `host` is the name
/// in the page's address.
pub(super) fn choose(
    told: impl Iterator<Item = String>,
    markup: &Markup,
    text: &str,
    site: &str,
    host: &str,
) -> String {
    let site = Site { name: fold(site), host };
    let told = told.filter(|title| !title.is_empty() && fold(title) != site.name);
    let named = told.take(MOST_TITLES).collect::<Vec<_>>();
    let Some(first) = named.first() else { return only_heading(markup, text) };
    let mut shown = HashMap::default();
    for heading in headings(markup, text, 2) {
        shown.entry(fold(heading)).or_insert(heading);
    }
    let shows = |part: &str| shown.get(part).copied().filter(|_| !site.is(part));
    // What stands first in a title is the story, and what stands last the site or the work that the story is a part of.
    let mut short = named.iter().filter(|title| title.len() <= LONGEST);
    let front = short.find_map(|title| likeness::fronts(&fold(title)).find_map(shows));
    let title = front
        .or_else(|| likest_heading(&named, &site, markup, text))
        .or_else(|| named.iter().find_map(|title| likeness::parts(&fold(title)).find_map(shows)));
    title.map_or_else(|| without_site(first, &site), str::to_owned)
}

/// What a site is called.
struct Site<'a> {
    /// As the page tells it, folded; or empty.
    name: String,
    /// In the address of the page, or empty.
    host: &'a str,
}

impl Site<'_> {
    /// Whether a part of a title, folded, is the site's name: as the page tells it, or as it stands in the address.
    fn is(&self, part: &str) -> bool {
        let letters = |text: &'_ str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let host = self.host.strip_prefix("www.").unwrap_or(self.host);
        let label = host.split('.').next().unwrap_or_default();
        let part_letters = letters(part);
        !part_letters.is_empty()
            && (part == self.name || [host, label].iter().any(|name| letters(name) == part_letters))
    }
}

/// The heading of the first level that shares most words with a title: what machines are told is often longer or newer than what
/// the page calls itself.
fn likest_heading<'a>(
    named: &[String],
    site: &Site<'_>,
    markup: &'a Markup,
    text: &'a str,
) -> Option<&'a str> {
    let words = TitleWords::of(named);
    let shared = headings(markup, text, 1).map(|heading| (words.shared_with(heading), heading));
    // Of several that share as much the one with the fewest other words, and of these the first: below stand other stories.
    let likest = shared.reduce(|best, next| if next.0 > best.0 { next } else { best });
    likest
        .filter(|((shared, _), heading)| *shared > 0 && !site.is(&fold(heading)))
        .map(|(_, heading)| heading)
}

/// The words of some length of several titles, each with the titles that it stands in and how often.
#[derive(Default)]
struct TitleWords {
    places: HashMap<String, Vec<(usize, usize)>>,
    titles: usize,
}

impl TitleWords {
    fn of(titles: &[String]) -> Self {
        let mut words = Self { titles: titles.len(), ..Self::default() };
        for (nth, title) in titles.iter().enumerate() {
            for_each_word(title, |word| {
                let places = words.places.entry(word.to_owned()).or_default();
                match places.last_mut().filter(|(title, _)| *title == nth) {
                    Some((_, count)) => *count += 1,
                    None => places.push((nth, 1)),
                }
            });
        }
        words
    }

    /// How many words a heading shares with one of the titles, at most; and of two that share as many it is more with fewer words
    /// in all.
    fn shared_with(&self, heading: &str) -> (usize, Reverse<usize>) {
        let mut shared = vec![0; self.titles];
        let (mut own, mut all) = (HashSet::default(), 0);
        for_each_word(heading, |word| {
            all += 1;
            let known = self.places.get_key_value(word);
            if let Some((_, places)) = known.filter(|(word, _)| own.insert(*word)) {
                places.iter().for_each(|&(title, count)| shared[title] += count);
            }
        });
        (shared.into_iter().max().unwrap_or(0), Reverse(all))
    }
}

fn for_each_word(text: &str, visit: impl FnMut(&str)) {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| word.chars().count() > 3).for_each(visit);
}

/// The heading of the first level, when there is one only.
fn only_heading(markup: &Markup, text: &str) -> String {
    let mut headings = headings(markup, text, 1);
    match (headings.next(), headings.next()) {
        (Some(only), None) => only.to_owned(),
        _ => String::new(),
    }
}

/// The headings down to a level.
fn headings<'a>(markup: &'a Markup, text: &'a str, level: u8) -> impl Iterator<Item = &'a str> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let is_heading = move |heading: u8| (1..=level).contains(&heading);
    let headings = lines.zip(&markup.blocks).filter(move |(_, block)| is_heading(block.heading));
    // Documentation sets a sign behind its headings that leads to them.
    headings.map(|(line, _)| line.trim().trim_end_matches(['¶', '§']).trim_end())
}

/// The title with the site's name taken off an end, where a sign parts them.
fn without_site(title: &str, site: &Site<'_>) -> String {
    const SIGNS: [char; 12] = ['|', '-', '–', '—', '·', '•', ':', '»', '«', '/', '<', '›'];
    if title.len() > LONGEST {
        return title.to_owned();
    }
    for (at, sign) in title.char_indices().filter(|(_, c)| SIGNS.contains(c)) {
        let (before, after) = (&title[..at], &title[at + sign.len_utf8()..]);
        // What begins with the name in its address is the site's own page: `Todoist: a list for your work`.
        let (ends, begins) = (site.is(&fold(after)), !site.name.is_empty() && fold(before) == site.name);
        let rest = if ends { before } else { after };
        if (ends || begins) && !rest.trim().is_empty() {
            return rest.trim().trim_matches(SIGNS).trim().to_owned();
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
            assert_eq!(without_site(title, &Site { name: site.to_owned(), host: "" }), shown);
        }
    }

    #[test]
    fn what_the_address_is_called_is_the_site_at_the_end_of_a_title() {
        let site = Site { name: "the times".to_owned(), host: "www.exampletimes.co.uk" };
        for (title, shown) in [
            ("The Road | Example Times", "The Road"),
            ("The Road - ExampleTimes.co.uk", "The Road"),
            ("The Times: The Road", "The Road"),
            ("Example Times: all the news", "Example Times: all the news"),
            ("The Road | Example", "The Road | Example"),
        ] {
            assert_eq!(without_site(title, &site), shown);
        }
    }

    #[test]
    fn a_heading_shares_the_words_of_one_title() {
        let titles = ["The long road, the long way", "A bridge over the road"].map(str::to_owned);
        let words = TitleWords::of(&titles);
        let shared = ["The long long road", "bridge road", "over a way", ""]
            .map(|heading| words.shared_with(heading).0);
        assert_eq!(shared, [3, 2, 1, 0]);
    }

    #[test]
    fn of_headings_that_share_as_much_the_plainest_is_the_title_and_then_the_first() {
        let chosen = |title: &str, headings: &[&str]| {
            let html = headings.iter().map(|heading| format!("<h1>{heading}</h1>")).collect::<String>();
            let (mut text, mut markup) = (String::new(), Markup::default());
            crate::html::render_into(&html, &mut text, &mut markup);
            choose([title.to_owned()].into_iter(), &markup, &text, "", "")
        };
        assert_eq!(
            chosen("The long bridge", &["The long bridge", "The long bridge, again"]),
            "The long bridge"
        );
        assert_eq!(chosen("The long bridge", &["Another long bridge", "The long bridge"]), "The long bridge");
        assert_eq!(chosen("The long bridge", &["The Long Bridge", "the long bridge"]), "The Long Bridge");
    }

    #[test]
    fn the_heading_that_a_title_begins_with_goes_before_that_of_the_whole_work() {
        let chosen = |title: &str, html: &str, host: &str| {
            let (mut text, mut markup) = (String::new(), Markup::default());
            crate::html::render_into(html, &mut text, &mut markup);
            choose([title.to_owned()].into_iter(), &markup, &text, "", host)
        };
        let book = "<h1>The Long Road to Bridges</h1><h1>Crossing¶</h1>";
        assert_eq!(chosen("Crossing - The Long Road to Bridges", book, ""), "Crossing");
        let blog = "<h1>Bridge Times</h1><h2>On roads - and ways</h2>";
        assert_eq!(chosen("On roads - and ways | Bridge Times", blog, ""), "On roads - and ways");
        assert_eq!(
            chosen("Bridge Times | On roads - and ways", blog, "bridgetimes.org"),
            "On roads - and ways"
        );
    }

    #[test]
    fn headings_and_titles_without_number_are_read_in_a_moment() {
        let html = (0..20_000).map(|nth| format!("<h1>bridge {nth} stood</h1>")).collect::<String>();
        let (mut text, mut markup) = (String::new(), Markup::default());
        crate::html::render_into(&html, &mut text, &mut markup);
        let titles = (0..500).map(|nth| format!("road {nth} stood there in the evening"));
        let started = std::time::Instant::now();
        assert_eq!(choose(titles, &markup, &text, "abc", "abc.org"), "bridge 0 stood");
        let signs = "w|".repeat(40_000);
        assert_eq!(without_site(&signs, &Site { name: "abc".to_owned(), host: "abc.org" }), signs);
        assert!(started.elapsed().as_secs() < 3, "{:?}", started.elapsed());
    }
}
