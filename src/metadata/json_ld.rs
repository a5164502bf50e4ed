//! JSON-LD: what its objects say of the story on the page. Only the shapes of schema.org are read, wherever they stand:
//! alone, in lists, under `@graph`, or pointed to by `@id`. What does not parse is passed over.

use crate::model::{ClueKind, Markup};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// How deep objects are looked into.
const DEEPEST: usize = 8;
/// Objects of a page that are looked at.
const MOST: usize = 2000;

/// What all JSON-LD of a page says of its story.
#[derive(Debug, Default)]
pub(super) struct Stories {
    pub(super) headlines: Vec<String>,
    pub(super) authors: Vec<String>,
    pub(super) published: Option<String>,
    pub(super) updated: Option<String>,
    pub(super) site: Option<String>,
    pub(super) language: Option<String>,
}

type Object = Map<String, Value>;

impl Stories {
    /// Reads the JSON-LD of a page. Articles go before other works, these before the page that holds them.
    pub(super) fn read(markup: &Markup) -> Self {
        let values: Vec<Value> = markup
            .clues
            .iter()
            .filter(|clue| clue.kind == ClueKind::JsonLd)
            .filter_map(|clue| parse(&clue.value))
            .collect();
        let mut objects = Vec::new();
        values.iter().for_each(|value| gather(value, 0, &mut objects));
        // What has no name is a mere mention of what is told elsewhere.
        let ids: HashMap<&str, &Object> = objects
            .iter()
            .filter(|object| object.contains_key("name"))
            .filter_map(|&object| Some((object.get("@id")?.as_str()?, object)))
            .collect();
        let mut works: Vec<(u8, &Object)> =
            objects.iter().filter_map(|&object| Some((rank(object)?, object))).collect();
        works.sort_by_key(|(rank, _)| *rank);
        let mut stories = Self::default();
        for (rank, work) in works {
            stories.add(work, rank, &ids);
        }
        let sites = objects.iter().copied().filter(|object| has_type(object, |name| name == "WebSite"));
        let publishers = objects.iter().filter_map(|object| object.get("publisher")?.as_object());
        let publishers = publishers.filter_map(|object| named(object, &ids));
        stories.site = sites.chain(publishers).find_map(|object| text_of(object, "name"));
        stories
    }

    fn add(&mut self, work: &Object, rank: u8, ids: &HashMap<&str, &Object>) {
        let text = |key| text_of(work, key);
        if rank == ARTICLE {
            self.headlines.extend(text("headline"));
        }
        if self.authors.is_empty() {
            for key in ["author", "creator"] {
                if self.authors.is_empty() {
                    work.get(key).into_iter().for_each(|value| names(value, ids, 0, &mut self.authors));
                }
            }
        }
        self.published =
            self.published.take().or_else(|| text("datePublished")).or_else(|| text("dateCreated"));
        self.updated = self.updated.take().or_else(|| text("dateModified"));
        self.language = self.language.take().or_else(|| text("inLanguage"));
    }
}

const ARTICLE: u8 = 0;

/// How much an object is the story: articles first, then other works, then the page.
fn rank(object: &Object) -> Option<u8> {
    let is = |test: fn(&str) -> bool| has_type(object, test);
    if is(|name| {
        name.ends_with("Article") || name.ends_with("Posting") || matches!(name, "Report" | "LiveBlog")
    }) {
        Some(ARTICLE)
    } else if is(|name| {
        matches!(
            name,
            "Recipe" | "HowTo" | "QAPage" | "Book" | "CreativeWork" | "VideoObject" | "PodcastEpisode"
        )
    }) {
        Some(1)
    } else {
        is(|name| name.ends_with("Page")).then_some(2)
    }
}

fn has_type(object: &Object, test: impl Fn(&str) -> bool) -> bool {
    let plain =
        |value: &Value| value.as_str().is_some_and(|name| test(name.rsplit('/').next().unwrap_or(name)));
    match object.get("@type") {
        Some(Value::Array(types)) => types.iter().any(plain),
        Some(value) => plain(value),
        None => false,
    }
}

/// The text under a key, if it says something: content systems leave fields empty.
fn text_of(object: &Object, key: &str) -> Option<String> {
    filled(object.get(key)?.as_str()?)
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Every object, those of `@graph` and of works within works too.
fn gather<'a>(value: &'a Value, depth: usize, objects: &mut Vec<&'a Object>) {
    if depth > DEEPEST || objects.len() >= MOST {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| gather(value, depth + 1, objects)),
        Value::Object(object) => {
            objects.push(object);
            for key in ["@graph", "mainEntity", "mainEntityOfPage", "isPartOf", "hasPart"] {
                object.get(key).into_iter().for_each(|value| gather(value, depth + 1, objects));
            }
        }
        _ => {}
    }
}

/// The names of people, or of whatever wrote the story.
fn names(value: &Value, ids: &HashMap<&str, &Object>, depth: usize, found: &mut Vec<String>) {
    if depth > 4 || found.len() >= 12 {
        return;
    }
    match value {
        Value::String(name) => found.extend(filled(name)),
        Value::Array(values) => values.iter().for_each(|value| names(value, ids, depth + 1, found)),
        Value::Object(object) => {
            if let Some(name) = named(object, ids).and_then(|named| named.get("name")) {
                names(name, ids, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// The object itself if it has a name, else the one that its `@id` points to.
fn named<'a>(object: &'a Object, ids: &HashMap<&str, &'a Object>) -> Option<&'a Object> {
    if object.contains_key("name") {
        return Some(object);
    }
    ids.get(object.get("@id")?.as_str()?).copied()
}

/// Parses a script; pages leave line breaks in strings and comments around the whole.
fn parse(script: &str) -> Option<Value> {
    let script = script.trim();
    let script = script.strip_prefix("<!--").unwrap_or(script);
    let script = script.strip_suffix("-->").unwrap_or(script).trim().trim_end_matches(';');
    let script = script.strip_prefix("//<![CDATA[").unwrap_or(script);
    let script = script.strip_suffix("//]]>").unwrap_or(script);
    serde_json::from_str(script)
        .or_else(|_| serde_json::from_str(&script.replace(|c: char| c.is_control(), " ")))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Clue;

    fn read(scripts: &[&str]) -> Stories {
        let clue =
            |value: &&str| Clue { kind: ClueKind::JsonLd, name: "".into(), value: (*value).into(), line: 0 };
        Stories::read(&Markup { clues: scripts.iter().map(clue).collect(), ..Markup::default() })
    }

    #[test]
    fn a_graph_is_followed_to_the_story_and_its_author() {
        let told = read(&[r##"{"@graph":[
            {"@type":"WebPage","datePublished":"2018","author":"Nobody"},
            {"@type":["Article","SocialMediaPosting"],"headline":"The
 Road","author":{"@id":"#ann"},"datePublished":"2020-01-03"},
            {"@type":"Person","@id":"#ann","name":"Ann Lee"},{"@type":"WebSite","name":"Example"}]}"##]);
        assert_eq!(told.authors, ["Ann Lee"]);
        assert_eq!((told.published.as_deref(), told.site.as_deref()), (Some("2020-01-03"), Some("Example")));
        assert_eq!(told.headlines.len(), 1);
    }

    #[test]
    fn who_is_only_mentioned_is_looked_up() {
        let told = read(&[
            r##"{"@graph":[{"@type":"Person","@id":"#ann","name":"Ann Lee"},{"@type":"Organization","@id":"#org","name":"Example"},
            {"@type":"Article","author":{"@id":"#ann"},"publisher":{"@id":"#org"}},
            {"@type":"ProfilePage","mainEntity":{"@type":"Person","@id":"#ann"}}]}"##,
        ]);
        assert_eq!((told.authors, told.site.as_deref()), (vec!["Ann Lee".to_owned()], Some("Example")));
    }

    #[test]
    fn what_is_left_empty_is_asked_for_elsewhere() {
        let told = read(&[
            r#"{"@type":"Article","datePublished":"","dateCreated":"2020-01-03","author":{"name":" "},
            "creator":"Ann Lee","publisher":{"name":"Example"},"isPartOf":{"@type":"WebSite","name":""}}"#,
        ]);
        assert_eq!(
            (told.authors, told.published.as_deref()),
            (vec!["Ann Lee".to_owned()], Some("2020-01-03"))
        );
        assert_eq!(told.site.as_deref(), Some("Example"));
    }

    #[test]
    fn what_does_not_parse_is_passed_over() {
        let told = read(&[
            "{",
            "[[[[",
            "<!-- {\"@type\":\"BlogPosting\",\"author\":[\"Bo\",{\"name\":[\"Al\"]}]} -->",
            "5",
        ]);
        assert_eq!(told.authors, ["Bo", "Al"]);
        let deep = "[".repeat(100_000);
        assert!(read(&[&deep]).authors.is_empty());
    }
}
