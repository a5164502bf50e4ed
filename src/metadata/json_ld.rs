//! JSON-LD: what its objects say of the story on the page. Only the shapes of schema.org are read, wherever they stand:
//! alone, in lists, under `@graph`, or pointed to by `@id`. What does not parse is passed over.

use super::people;
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
            .flat_map(|clue| parse(&clue.value))
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
            "Recipe"
                | "HowTo"
                | "QAPage"
                | "Question"
                | "Book"
                | "CreativeWork"
                | "VideoObject"
                | "PodcastEpisode"
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

/// The text under a key, if it says something: content systems leave fields empty, and some give a list or an object of one
/// value.
fn text_of(object: &Object, key: &str) -> Option<String> {
    let mut value = object.get(key)?;
    for _ in 0..DEEPEST {
        value = match value {
            Value::String(text) => return filled(text),
            Value::Array(values) => values.first()?,
            Value::Object(object) => object.get("@value")?,
            _ => return None,
        };
    }
    None
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
    if depth > 4 || found.len() >= people::MOST {
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

/// The values of a script. Pages leave line breaks in strings, and set several values in a row.
fn parse(script: &str) -> Vec<Value> {
    let script = bare(script);
    let values = values_of(script);
    if values.is_empty() { values_of(&script.replace(|c: char| c.is_control(), " ")) } else { values }
}

/// A script without the comments and the CDATA section that hide it from old browsers and from parsers of XML.
fn bare(script: &str) -> &str {
    let section = script.split_once("<![CDATA[").filter(|(before, _)| !before.contains(['{', '"']));
    let script = section
        .map_or(script, |(_, section)| section.rsplit_once("]]>").map_or(section, |(section, _)| section));
    let begin = script.find(['{', '[']).unwrap_or(0);
    let end = script.rfind(['}', ']']).map_or(script.len(), |end| end + 1);
    script.get(begin..end).unwrap_or_default()
}

fn values_of(script: &str) -> Vec<Value> {
    let (mut values, mut rest) = (Vec::new(), script);
    while values.len() < MOST {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';'));
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter();
        let Some(Ok(value)) = stream.next() else { break };
        rest = &rest[stream.byte_offset()..];
        values.push(value);
    }
    values
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
    fn what_hides_a_script_is_taken_off() {
        let story = r#"{"@type":"Article","author":"Ann Lee"}"#;
        for hidden in [
            "<!-- {} -->",
            "//<![CDATA[\n{}\n//]]>",
            "// <![CDATA[\n{}\n// ]]>",
            "/* <![CDATA[ */{}/* ]]> */",
            "<![CDATA[{}]]>;",
            "/*<![CDATA[*/[{}]/*]]>*/",
            "{\"@type\":\"Person\"},{};",
            "[]{}",
        ] {
            let script = hidden.replacen("{}", story, 1);
            assert_eq!(read(&[&script]).authors, ["Ann Lee"], "{script}");
        }
        let quoted = r#"{"@type":"Article","author":"Ann Lee","headline":"What <![CDATA[ means ]]>"}"#;
        assert_eq!(read(&[quoted]).headlines, ["What <![CDATA[ means ]]>"]);
    }

    #[test]
    fn a_list_or_an_object_of_one_value_is_that_value() {
        let told = read(&[
            r#"{"@type":"Article","headline":["The Road"],"datePublished":[{"@type":"Date","@value":"2020-01-03"}],
            "dateModified":{"@value":"2020-01-04"},"publisher":{"name":["Example","Times"]}}"#,
        ]);
        assert_eq!(told.headlines, ["The Road"]);
        assert_eq!(told.published.as_deref(), Some("2020-01-03"));
        assert_eq!((told.updated.as_deref(), told.site.as_deref()), (Some("2020-01-04"), Some("Example")));
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
