//! When the story was published and when it was last changed: the places that tell it, the most trusted first.
//!
//! What machines are told goes first. Then come the times and dates that the page shows beside its title, and the day that its
//! address holds; last whatever time stands first on the page, which may be another story's. What is said to be a change is
//! never taken for a publication.

use super::shown::Shown;
use super::{Clues, timestamp};
use crate::dates::{Moment, find_dates, is_day, is_day_of};
use crate::fold::fold;
use crate::model::{Clue, ClueKind};
use std::ops::Deref;

/// Where the day of publication stands.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "parsely-pub-date",
    "sailthru.date",
    "publish-date",
    "publish_date",
    "published_date",
    "publication_date",
    "pubdate",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "dc.date.created",
    "cxenseparse:recs:publishtime",
    "date",
];
/// Where the last change stands.
const UPDATED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
];
/// What the name of a meta tag or a property holds that tells a publication, whatever a content system sets around it:
/// `w-published-date`, `og:article:published_time`, `published_at`.
const SAYS_PUBLISHED: [&str; 4] = ["publish", "publication", "pubdate", "issued"];
/// Likewise of a change.
const SAYS_UPDATED: [&str; 3] = ["modified", "updated", "update_"];
/// What a class of a time holds that does.
const SAYS_POSTED: [&str; 4] = ["publish", "posted", "entry-date", "pubdate"];
/// What a name holds that tells something else.
const SAYS_OTHER: [&str; 4] = ["publisher", "unpublish", "image", "video"];

/// Lines below the day on which something was made, where the day of a publication is that of a reply.
const REPLIES: u32 = 4;

impl Clues<'_> {
    /// When the story was published and when it was last changed, each empty where nothing tells it.
    pub(super) fn days<'s>(&self, shown: &impl Deref<Target = Shown<'s>>, url: &str) -> [String; 2] {
        let [told, updated] = [self.told_published(), self.told_updated()];
        if is_day(&told) {
            return [told, updated];
        }
        let says = |clue: &Clue, words: &[&str]| holds(&clue.name, words);
        let tells = |clue: &&Clue| {
            (says(clue, &SAYS_POSTED) || !says(clue, &["update"])) && !shown.tells_change(clue.line)
        };
        let times = || self.of(ClueKind::Time).filter(tells);
        let beside = times().find(|clue| shown.line == Some(clue.line));
        let named = times().find(|clue| says(clue, &SAYS_POSTED));
        let address = day_of_address(url).unwrap_or_default();
        let [beside, named, first] =
            [beside, named, times().next()].map(|clue| clue.map_or("", |clue| &*clue.value));
        let values = [&told, beside, named, &shown.published, &address, first];
        let published = first_date(values.into_iter());
        [published, if updated.is_empty() { shown.updated.clone() } else { updated }]
    }

    /// JSON-LD, then meta tags, then microdata.
    fn told_published(&self) -> String {
        let told = self.stories.published.iter().map(String::as_str).chain(self.metas(PUBLISHED));
        let items = |name| self.items(name).map(|clue| &*clue.value);
        let line = |name| self.items(name).next().map(|clue| clue.line);
        // Below what was asked stand answers, with days of their own.
        let asked = line("datecreated").zip(line("datepublished"));
        let asked = asked.is_some_and(|(asked, answered)| asked + REPLIES < answered);
        let told = told.chain(items("datecreated").filter(|_| asked)).chain(items("datepublished"));
        first_date(told.chain(self.named(names_publication)).chain(items("datecreated")))
    }

    /// Likewise.
    fn told_updated(&self) -> String {
        let told = self.stories.updated.iter().map(String::as_str).chain(self.metas(UPDATED));
        first_date(
            told.chain(self.items("datemodified").map(|clue| &*clue.value)).chain(self.named(names_change)),
        )
    }

    /// The values of meta tags and properties with a name of some sort.
    fn named(&self, is_such: fn(&str) -> bool) -> impl Iterator<Item = &str> {
        let kinds = |clue: &&Clue| matches!(clue.kind, ClueKind::Meta | ClueKind::Item);
        self.markup
            .clues
            .iter()
            .filter(kinds)
            .filter(move |clue| is_such(&clue.name))
            .map(|clue| &*clue.value)
    }
}

/// Whether a name tells when a page was published: it says so, or it is the `date` of a namespace, as in `ms.date`.
fn names_publication(name: &str) -> bool {
    let is_date = name.rsplit_once([':', '.']).is_some_and(|(_, last)| last == "date");
    (holds(name, &SAYS_PUBLISHED) || is_date) && !holds(name, &SAYS_UPDATED) && !holds(name, &SAYS_OTHER)
}

/// Whether a name tells when a page was changed.
fn names_change(name: &str) -> bool {
    holds(name, &SAYS_UPDATED) && !holds(name, &SAYS_PUBLISHED) && !holds(name, &SAYS_OTHER)
}

fn holds(name: &str, words: &[&str]) -> bool {
    words.iter().any(|word| name.contains(word))
}

/// The first value that holds a date, in ISO 8601. A year or a month gives way to a day of it that a later value tells.
fn first_date<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let found =
        |value: &str| find_dates(&fold(value)).into_iter().next().map(|(moment, _)| moment.to_string());
    let date = |value: &str| timestamp::read(value.trim()).or_else(|| found(value));
    let mut dates = values.filter_map(date).filter(|date| !date.starts_with("1970-01-01"));
    let first = dates.next().unwrap_or_default();
    if is_day(&first) { first } else { dates.find(|date| is_day_of(&first, date)).unwrap_or(first) }
}

/// The day that the path of an address holds, as content systems file their stories: `/2020/01/03/the-road`,
/// `/2020-01-03-the-road`. A month alone is not taken, since numbers stand in paths for other reasons too.
fn day_of_address(url: &str) -> Option<String> {
    let (_, path) = url.split_once("://")?;
    let path = path.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let day = |parts: [&str; 3]| {
        let is_number =
            |(part, len): (&str, usize)| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
        let [year, month, day] = parts;
        let [year, month, day] =
            [(year, 4), (month, 2), (day, 2)].map(|part| is_number(part).then_some(part.0));
        let year = year?.parse().ok().filter(|year| (1900..=2100).contains(year))?;
        Moment::from_day(year, month?.parse().ok()?, day?.parse().ok()?)
    };
    let filed = parts.windows(3).find_map(|parts| day([parts[0], parts[1], parts[2]]));
    let named = |part: &&str| {
        let mut numbers = part.splitn(4, ['-', '_']);
        day([numbers.next()?, numbers.next()?, numbers.next()?])
    };
    filed.or_else(|| parts.iter().find_map(named)).map(|moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::tests::page;
    use super::*;

    #[test]
    fn dates_keep_their_precision_and_zones_are_not_made_up() {
        for (value, date) in [
            ("2020-01-03", "2020-01-03"),
            ("2020-01-03T12:47", "2020-01-03T12:47"),
            ("3 January 2020", "2020-01-03"),
            ("January 2020", "2020-01"),
            ("2020-01", "2020-01"),
            ("2020/1", "2020-01"),
            ("1998", "1998"),
            ("2020-13", ""),
            ("12345", ""),
            ("1970-01-01T00:00:00Z", ""),
            ("soon", ""),
            ("2021-02-31", ""),
            ("2021-02-29T10:00:00Z", ""),
            ("9999-12-31", ""),
            ("2016-12-31T23:59:60Z", "2016-12-31"),
        ] {
            let html = format!("<meta name=date content='{value}'>");
            assert_eq!(page(&html).told.published, date, "{value}");
        }
    }

    #[test]
    fn a_year_gives_way_to_a_day_of_it_and_to_no_other() {
        let told = |values: [&str; 2]| {
            page(&values.map(|value| format!("<meta name=date content='{value}'>")).concat()).told.published
        };
        assert_eq!(told(["2020", "2020-01-03"]), "2020-01-03");
        assert_eq!(told(["2020-01", "2020-02-03"]), "2020-01");
        assert_eq!(told(["2020-01-03", "2020-01-03T12:47"]), "2020-01-03");
    }

    #[test]
    fn names_say_what_they_tell_whatever_stands_around() {
        for name in [
            "w-published-date",
            "published",
            "published_at",
            "og:article:published_time",
            "article:first_published_time",
            "content_publication_date",
            "ms.date",
            "cludo:date",
        ] {
            assert!(names_publication(name) && !names_change(name), "{name}");
        }
        for name in
            ["modified-date", "last-updated", "updated_at", "og:article:modified_time", "lastmodifieddate"]
        {
            assert!(names_change(name) && !names_publication(name), "{name}");
        }
        for name in [
            "article:publisher",
            "event_date",
            "expiry.date.until",
            "msvalidate.01",
            "validate",
            "unpublished-on",
        ] {
            assert!(!names_publication(name) && !names_change(name), "{name}");
        }
    }

    #[test]
    fn properties_tell_when_a_question_was_asked() {
        let asked =
            "<h1>How?</h1><time itemprop=dateCreated datetime='2018-06-08 09:28:03Z'>7 years ago</time>";
        let reply = "<p itemprop=datePublished>2020-01-03</p>";
        let named = "<p itemprop=published-date content='Published Oct 20, 2025 at 5:00 PM'>October";
        for (html, date) in [
            (asked.to_owned(), "2018-06-08T09:28:03Z"),
            (format!("{asked}{}{reply}", "<p>text".repeat(6)), "2018-06-08T09:28:03Z"),
            (format!("{asked}<p>text{reply}"), "2020-01-03"),
            (format!("{asked}{named}"), "2025-10-20T17:00"),
        ] {
            assert_eq!(page(&html).told.published, date, "{html}");
        }
    }

    #[test]
    fn the_time_beside_the_title_goes_before_one_of_another_story() {
        let html = "<ul><li><a href=/a>Another story</a> <time datetime=2019-05-01>1 May 2019</time></ul>\
                    <p>text<p>text<p>text<h1>The Road</h1><p>By Ann Lee, <time datetime=2020-01-03T12:47>3 January 2020</time>";
        assert_eq!(page(html).told.published, "2020-01-03T12:47");
    }

    #[test]
    fn a_change_is_no_publication() {
        let told = |html: &str| page(html).told;
        let changed = told(
            "<h1>The Road</h1><p>Last updated on <time datetime=2020-01-03>3 January 2020</time><p>text",
        );
        assert_eq!((changed.published.as_str(), changed.updated.as_str()), ("", "2020-01-03"));
        let wordpress =
            "<h1>The Road</h1><p>text<p><time class='entry-date published updated' datetime=2020-01-03>";
        assert_eq!(told(wordpress).published, "2020-01-03");
    }

    #[test]
    fn an_address_may_hold_the_day() {
        for (url, day) in [
            ("https://x.org/2020/01/03/the-road", "2020-01-03"),
            ("https://x.org/blog/2020-01-03-the-road?y=1999-01-01", "2020-01-03"),
            ("https://x.org/news/2020-01-03", "2020-01-03"),
        ] {
            assert_eq!(day_of_address(url).as_deref(), Some(day));
            assert_eq!(page(&format!("<link rel=canonical href='{url}'><p>text")).told.published, day);
        }
        for url in [
            "https://x.org/2020/01/the-road",
            "https://x.org/2020/13/03/the-road",
            "https://x.org/2020/1/3/the-road",
            "https://x.org/1024/02/03/a.png",
            "https://x.org/?day=/2020/01/03/",
            "2020/01/03",
        ] {
            assert_eq!(day_of_address(url), None, "{url}");
        }
    }
}
