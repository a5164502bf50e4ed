//! What a page of HTML says of itself: title, authors, dates, site, address and language, each from the most trusted
//! place that tells it. The orders of trust stand here, one a field, and nowhere else. What no place tells stays empty,
//! and is left to the text; a date keeps the precision that it is given with.
//!
//! Machine-readable forms made for aggregators go first, since somebody is paid to keep them right; then what the page
//! shows its readers. An input that told a field itself keeps what it told.

mod days;
mod json_ld;
mod people;
mod shown;
mod timestamp;
mod title;

use crate::model::{Clue, ClueKind, Markup, Page};
use crate::names::after_label;
use htmlize::unescape;
use json_ld::Stories;
use shown::Shown;
use std::cell::LazyCell;
use std::ops::Deref;

/// Where the name of the site stands.
const SITE: &[&str] =
    &["og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:app:name:iphone"];
/// Where the title stands.
const TITLE: &[&str] =
    &["og:title", "twitter:title", "citation_title", "dc.title", "dcterms.title", "sailthru.title"];
/// Where the authors stand.
const AUTHORS: &[&str] = &[
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "dc.creator.name",
    "byl",
    "article:author_name",
    "cxenseparse:author",
];
/// Where content systems tell the author, or else how long the story takes to read or what goods cost.
const AUTHOR_OR_FIGURE: &[&str] = &["twitter:data1"];
/// Likewise, with a label before it that says which.
const LABELLED: [&str; 2] = ["twitter:label2", "twitter:data2"];
/// Where the language stands.
const LANGUAGE: &[&str] = &["content-language", "language", "dc.language", "dcterms.language", "og:locale"];

/// Fills what `page` does not know yet of itself from its markup.
pub fn fill(page: &mut Page) {
    let Some(markup) = page.markup.take() else { return };
    let clues = Clues { markup: &markup, stories: Stories::read(&markup) };
    let told = &mut page.told;
    told.site = clues.site();
    told.lang = clues.language();
    if page.url.is_empty() {
        page.url = clues.url();
    }
    if page.title.is_empty() {
        page.title = clues.title(&page.text, &page.told.site, &page.url);
    }
    // Looked for where no place made for machines tells.
    let shown = LazyCell::new(|| Shown::beside_title(&markup, &page.text, &page.title));
    page.told.authors = clues.authors(&shown, &page.told.site);
    [page.told.published, page.told.updated] = clues.days(&shown, &page.url);
    page.markup = Some(markup);
}

/// The clues of one page, asked in orders of trust.
struct Clues<'a> {
    markup: &'a Markup,
    stories: Stories,
}

impl<'a> Clues<'a> {
    fn of(&self, kind: ClueKind) -> impl Iterator<Item = &'a Clue> {
        self.markup.clues.iter().filter(move |clue| clue.kind == kind)
    }

    /// The values of meta tags, the most trusted name first.
    fn metas(&self, names: &'static [&str]) -> impl Iterator<Item = &'a str> {
        let markup = self.markup;
        names.iter().flat_map(move |&name| {
            let metas = markup.clues.iter().filter(|clue| clue.kind == ClueKind::Meta);
            metas.filter(move |clue| &*clue.name == name).map(|clue| &*clue.value)
        })
    }

    /// The first value of a meta tag.
    fn meta(&self, name: &str) -> Option<&'a str> {
        self.of(ClueKind::Meta).find(|clue| &*clue.name == name).map(|clue| &*clue.value)
    }

    fn items(&self, name: &'static str) -> impl Iterator<Item = &'a Clue> {
        let is_named = move |clue: &&Clue| clue.name.split(' ').any(|word| word == name);
        self.of(ClueKind::Item).filter(is_named)
    }

    /// What meta tags call the site, else what JSON-LD does.
    fn site(&self) -> String {
        self.metas(SITE)
            .map(str::to_owned)
            .chain(self.stories.site.clone())
            .map(|site| unescaped(&site))
            .find(|site| !site.is_empty() && site.chars().count() <= 80)
            .unwrap_or_default()
    }

    /// What meta tags call the story, else JSON-LD, else microdata, else `<title>`; as the page's heading shows it, or without
    /// the site's name.
    fn title(&self, text: &str, site: &str, url: &str) -> String {
        let titles = self.of(ClueKind::Title).map(|clue| &*clue.value);
        let items = || self.items("headline").map(|clue| &*clue.value);
        let headlines = || self.stories.headlines.iter().map(String::as_str).chain(items());
        let told = self.metas(TITLE).map(str::to_owned).chain(headlines().map(str::to_owned));
        let told = told.chain(titles.map(str::to_owned)).map(|title| unescaped(&title));
        let host = url.split_once("://").and_then(|(_, rest)| rest.split(['/', ':', '?', '#']).next());
        title::choose(told, self.markup, text, site, host.unwrap_or_default())
    }

    /// JSON-LD, then meta tags, then microdata, then what links and classes call the author, then the bylines beside the title; of
    /// each place all names.
    fn authors<'s>(&self, shown: &impl Deref<Target = Shown<'s>>, site: &str) -> Vec<String> {
        let perhaps = self.metas(AUTHOR_OR_FIGURE).filter(|value| !value.contains(char::is_numeric));
        let perhaps = perhaps.map(str::to_owned);
        let [label, name] = LABELLED.map(|name| self.meta(name).unwrap_or_default());
        let labelled = after_label(&[label, name].join(" ")).map(str::to_owned);
        let places = [
            self.stories.authors.clone(),
            self.metas(AUTHORS).map(str::to_owned).chain(labelled).chain(perhaps).collect(),
            self.author_items(),
        ];
        let told = places.iter().map(|values| people::told(values, site)).find(|names| !names.is_empty());
        told.unwrap_or_else(|| {
            let named: Vec<_> =
                self.of(ClueKind::Byline).map(|clue| clue.value.to_string()).take(6).collect();
            let named = people::shown(&named, site);
            if named.is_empty() { people::shown(&shown.bylines, site) } else { named }
        })
    }

    /// The first author that microdata tell, and those beside it; of an author's parts only the name.
    fn author_items(&self) -> Vec<String> {
        let (mut found, mut name): (Vec<(u32, String)>, &str) = (Vec::new(), "");
        // An author's name may stand in a meta tag within the element that also holds the author's badges.
        let is_item = |clue: &&Clue| matches!(clue.kind, ClueKind::Item | ClueKind::Meta);
        for clue in self.markup.clues.iter().filter(is_item) {
            let is_meta = clue.kind == ClueKind::Meta;
            match &*clue.name {
                "name" => name = &clue.value,
                "author" | "creator" if is_meta => {}
                "author" | "creator" => {
                    let named = !name.is_empty() && clue.value.contains(name);
                    found.push((clue.line, if named { name } else { &clue.value }.to_owned()));
                }
                _ => {}
            }
        }
        let first = found.first().map_or(0, |(line, _)| *line);
        found.retain(|(line, _)| *line <= first + 1);
        found.into_iter().map(|(_, name)| name).collect()
    }

    /// The canonical address, else what aggregators are told.
    fn url(&self) -> String {
        let canonical = self.of(ClueKind::Link).map(|clue| &*clue.value);
        let told = canonical.chain(self.metas(&["og:url", "twitter:url"]));
        told.map(str::trim).find(|url| is_address(url)).unwrap_or_default().to_owned()
    }

    /// What the page's own element says, else meta tags, else JSON-LD; always a tag of BCP 47.
    fn language(&self) -> String {
        let own = self.of(ClueKind::Lang).map(|clue| &*clue.value);
        let told = own.chain(self.metas(LANGUAGE)).chain(self.stories.language.as_deref());
        told.map(|tag| tag.trim().replace('_', "-")).find(|tag| is_language(tag)).unwrap_or_default()
    }
}

/// Whether it is an address of the web that names a host.
fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.split('/').next().is_some_and(|host| host.contains('.')))
        && !url.contains(char::is_whitespace)
}

fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let base = parts.next().is_some_and(|base| {
        (2..=3).contains(&base.len()) && base.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    base && parts
        .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A value in which a content system has escaped entities twice, with white space squeezed. What lacks its semicolon is no
/// entity here: addresses and sums have such pieces.
fn unescaped(value: &str) -> String {
    let mut whole = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at(at);
        whole.push_str(before);
        let end = entity[1..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '#')).map(|end| end + 1);
        let end = end.filter(|&end| entity[end..].starts_with(';')).map_or(1, |end| end + 1);
        whole.push_str(&unescape(&entity[..end]));
        rest = &entity[end..];
    }
    whole.push_str(rest);
    whole.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::render_into;

    pub(super) fn page(html: &str) -> Page {
        let mut page = Page::default();
        let mut markup = Markup::default();
        render_into(html, &mut page.text, &mut markup);
        page.markup = Some(Box::new(markup));
        fill(&mut page);
        page
    }

    #[test]
    fn each_field_comes_from_the_most_trusted_place() {
        let page = page(
            "<html lang=en_GB><title>The Road | Example Times</title>\
             <meta property=og:site_name content='Example Times'><meta name=author content='By Bo Hall'>\
             <meta property=article:published_time content=2019-05-01>\
             <link rel=canonical href='/relative'><meta property=og:url content='https://x.org/a'>\
             <script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"The Road\",\
             \"datePublished\":\"2020-01-03T12:47:00+01:00\",\"author\":[{\"name\":\"Ann Lee\"},{\"name\":\"Bo Hall\"}]}</script>\
             <p>text",
        );
        assert_eq!(
            (page.title.as_str(), page.url.as_str(), page.told.lang.as_str()),
            ("The Road", "https://x.org/a", "en-GB")
        );
        assert_eq!(page.told.authors, ["Ann Lee", "Bo Hall"]);
        assert_eq!(page.told.site, "Example Times");
        assert!(page.told.published.starts_with("2020-01-03T12:47"), "{}", page.told.published);
    }

    #[test]
    fn minutes_of_reading_and_badges_are_no_part_of_an_author() {
        let told = |html: &str| page(html).told.authors;
        assert!(told("<meta name=twitter:data1 content='12 minutes'>").is_empty());
        assert_eq!(
            told("<meta name=author content='Ann Lee'><meta name=twitter:data1 content='6 min read'>"),
            ["Ann Lee"]
        );
        assert_eq!(told("<meta name=twitter:data1 content='Ann Lee'>"), ["Ann Lee"]);
        let labelled = |label: &str| {
            format!(
                "<meta name=twitter:label2 content='{label}'><meta name=twitter:data2 content='Ann (Bo) Lee'>"
            )
        };
        assert_eq!(told(&labelled("Written by")), ["Ann (Bo) Lee"]);
        assert!(told(&labelled("Sold at")).is_empty());
        assert_eq!(
            told(
                "<div itemprop=author itemscope><a>ann_lee</a><meta itemprop=name content=ann_lee><b>6,796</b> 8 gold badges</div>"
            ),
            ["ann_lee"]
        );
    }

    #[test]
    fn entities_that_were_escaped_twice_are_read() {
        for (value, read_as) in [
            ("Food &#038; Wine", "Food & Wine"),
            ("The &#8220;Road&#8221;&hellip;", "The “Road”…"),
            ("Caf&eacute;&nbsp;&nbsp;Times", "Café Times"),
            ("it&#x27;s &amp;amp; &amp;#39;", "it's &amp; &#39;"),
            ("R&D; a&b &copy 2 & &; &#; AT&T", "R&D; a&b &copy 2 & &; &#; AT&T"),
        ] {
            assert_eq!(unescaped(value), read_as);
        }
    }

    #[test]
    fn what_the_page_shows_is_asked_last() {
        let shown = page(
            "<h1>Title</h1><div class=byline>By Ann Lee</div><time class=updated>2021-01-01</time><time>2020-01-03",
        );
        assert_eq!(
            (shown.told.authors, shown.told.published.as_str()),
            (vec!["Ann Lee".to_owned()], "2020-01-03")
        );
    }

    #[test]
    fn bylines_beside_the_title_name_the_authors_where_nothing_else_does() {
        for byline in [
            "<p>By Ann Lee · 3 January 2020",
            "<p>Ann Lee<br>Published 3 January 2020<p>By Ann Lee",
            "<p>Ann Lee | 3 January 2020 | 5 min read",
            "<div>By</div><div>Ann Lee</div>",
            "<span>By</span><span>Ann Lee</span>",
            "<p>text<p>Written by: Ann Lee, reporter",
        ] {
            let html = format!(
                "<h1>The Road</h1>{byline}<p>{}",
                "The road is long and there is no way back. ".repeat(9)
            );
            assert_eq!(page(&html).told.authors, ["Ann Lee"], "{byline}");
        }
        let none = "<ul><li>By Bo Hall</ul><h1>The Road</h1><p>The road is long, said Ann Lee.<p>Contact Us<p>3 January 2020";
        assert!(
            page(&none.replace("</ul>", &format!("</ul>{}", "<p>line".repeat(4)))).told.authors.is_empty()
        );
    }

    #[test]
    fn what_is_no_answer_is_none() {
        let page = page(
            "<html lang=x><meta name=author content='https://facebook.com/x'><meta name=author content='Example Times'>\
             <meta property=og:site_name content='Example Times'><link rel=canonical href='https://x'>",
        );
        assert_eq!((page.told.authors.len(), page.url.as_str(), page.told.lang.as_str()), (0, "", ""));
    }
}
