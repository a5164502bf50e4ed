//! A file's head: its schema, its pack, its word lists, and the scope that its rules inherit.

use super::names::Names;
use crate::fold::fold;
use crate::model::Input;
use crate::rules::files::RuleFile;
use crate::rules::rule::Scope;
use crate::rules::schema::{Faults, Fields, Known, Place, Value};
use crate::rules::set::{Pack, PackSource, WordList};

/// The newest schema that this program reads.
const SCHEMA: u32 = 1;
/// The version of a pack that names none.
const NO_VERSION: &str = "0.0.0";

pub(super) const FILE: Known = Known {
    table: "a rule file",
    keys: &["schema", "pack", "lists", "override", "rule"],
    elsewhere: &[
        (
            &["id", "version", "about", "license", "sources", "languages", "sites", "inputs"],
            "belongs under `[pack]`",
        ),
        (&["rules"], "rules are written as `[[rule]]`, each under its own header"),
        (&["list"], "lists are written as `[lists.name]`"),
        (&["overrides"], "overrides are written as `[override.\"pack/rule\"]`"),
    ],
};
const PACK: Known = Known {
    table: "`[pack]`",
    keys: &["id", "version", "about", "license", "sources", "languages", "sites", "inputs"],
    elsewhere: &[
        (&["schema"], "belongs at the top of the file, before `[pack]`"),
        (&["zone", "status", "score", "kind"], "belongs to each rule"),
    ],
};
const SOURCE: Known = Known { table: "a source", keys: &["name", "license", "used"], elsewhere: &[] };
const LIST: Known = Known { table: "a list", keys: &["words", "file"], elsewhere: &[] };

/// Whether the file's schema is one that can be read.
pub(super) fn check_schema(file: &Fields<'_>, faults: &mut Faults) -> bool {
    let Some(schema) = file.get("schema") else {
        let place = Place { end: file.place.start, ..file.place };
        faults
            .error(place, "the file does not name its schema")
            .label("`schema` is missing")
            .help(format!("add `schema = {SCHEMA}` as the first line"));
        return true;
    };
    match schema.number(1, faults) {
        Some(number) if number > SCHEMA => {
            let version = env!("CARGO_PKG_VERSION");
            faults
                .error(schema.place, format!("`schema = {number}` is newer than this dehusk reads"))
                .label(format!("dehusk {version} reads schema {SCHEMA}"))
                .help("upgrade dehusk, or take an older release of the pack");
            false
        }
        _ => true,
    }
}

/// The head of one file.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) pack: Pack,
    pub(super) scope: Scope,
}

/// Reads `[pack]`; `needed` when the file holds rules or lists, which must have a name to go by.
pub(super) fn read_pack(file: &Fields<'_>, needed: bool, faults: &mut Faults) -> Head {
    let Some(pack) = file.get("pack") else {
        if needed {
            let place = Place { end: file.place.start, ..file.place };
            faults.error(place, "the file has rules but no `[pack]`").label("`[pack]` is missing").help(
                "add `[pack]` and `id = \"my.pack\"` above the rules: a rule's full name is `my.pack/rule`",
            );
        }
        return Head::default();
    };
    let Some(fields) = pack.table("[pack]", faults) else { return Head::default() };
    fields.check_keys(&PACK, faults);
    let text = |key: &str, faults: &mut Faults| {
        fields.get(key).and_then(|value| value.filled_string(faults)).unwrap_or_default().to_owned()
    };
    let id = match fields.get("id") {
        Some(value) => value.string(faults).filter(|id| check_id(value, id, true, faults)),
        None => {
            faults
                .error(fields.place, "the pack has no `id`")
                .label("`id` is missing")
                .help("add `id = \"my.pack\"`: a rule's full name is `my.pack/rule`");
            None
        }
    };
    let mut head = Head {
        pack: Pack {
            id: id.unwrap_or_default().to_owned(),
            version: text("version", faults),
            about: text("about", faults),
            license: text("license", faults),
            sources: fields.get("sources").map(|sources| read_sources(sources, faults)).unwrap_or_default(),
        },
        scope: Scope::default(),
    };
    if head.pack.version.is_empty() {
        head.pack.version = NO_VERSION.to_owned();
    }
    read_scope(&fields, &mut head.scope, faults);
    head
}

fn read_sources(sources: Value<'_>, faults: &mut Faults) -> Vec<PackSource> {
    const EXAMPLE: &str = "sources = [{ name = \"…\", license = \"MIT\", used = \"facts\" }]";
    let Some(items) = sources.items() else {
        sources.wrong_type("a list of tables", EXAMPLE, faults);
        return Vec::new();
    };
    let mut read = Vec::new();
    for item in items {
        let Some(fields) = item.table(EXAMPLE, faults) else { continue };
        fields.check_keys(&SOURCE, faults);
        let text = |key: &str, faults: &mut Faults| {
            fields.get(key).and_then(|value| value.filled_string(faults)).unwrap_or_default().to_owned()
        };
        if fields.get("name").is_none() {
            faults.error(fields.place, "the source has no `name`").help("add `name = \"…\"`");
        }
        let (name, license, used) = (text("name", faults), text("license", faults), text("used", faults));
        read.push(PackSource { name, license, used });
    }
    read
}

/// Reads the scope keys that a table has over those of `scope`.
pub(super) fn read_scope(fields: &Fields<'_>, scope: &mut Scope, faults: &mut Faults) {
    if let Some(languages) = fields.get("languages") {
        let tags = languages.strings(false, faults);
        scope.languages = tags.into_iter().filter_map(|(value, tag)| language(value, tag, faults)).collect();
    }
    if let Some(sites) = fields.get("sites") {
        let hosts = sites.strings(false, faults);
        scope.sites = hosts.into_iter().filter_map(|(value, host)| site(value, host, faults)).collect();
    }
    if let Some(inputs) = fields.get("inputs") {
        let names = [Input::Text, Input::Html].map(|input| (input.name(), input));
        let inputs = inputs.strings(false, faults);
        scope.inputs =
            inputs.into_iter().filter_map(|(value, name)| value.choice(name, &names, faults)).collect();
    }
}

fn language(value: Value<'_>, tag: &str, faults: &mut Faults) -> Option<String> {
    let base = tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    if base == tag && (2..=3).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_lowercase()) {
        return Some(base);
    }
    let help = match base.len() {
        2..=3 if base.bytes().all(|b| b.is_ascii_lowercase()) => {
            format!("write `{base}`: it covers every region")
        }
        _ => "write a code of two or three letters, such as `en` or `pt`".to_owned(),
    };
    faults.error(value.place, format!("`{tag}` is no base language tag")).label("not a language").help(help);
    None
}

fn site(value: Value<'_>, written: &str, faults: &mut Faults) -> Option<String> {
    let host = written.strip_prefix('!').unwrap_or(written);
    let known = |b: u8| b.is_ascii_alphanumeric() || b >= 0x80 || matches!(b, b'.' | b'-' | b'*' | b'_');
    if host.is_empty() || !host.bytes().all(known) {
        faults
            .error(value.place, format!("`{written}` is no host pattern"))
            .label("not a host")
            .help("write hosts only, without `https://` or a path: `example.org`, `*.example.org`, `!m.example.org`");
        return None;
    }
    Some(written.to_lowercase())
}

/// Whether `id` is a good id; of several parts with dots between when `dotted`.
pub(super) fn check_id(value: Value<'_>, id: &str, dotted: bool, faults: &mut Faults) -> bool {
    let good = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let fine = if dotted { id.split('.').all(good) } else { good(id) };
    if !fine {
        let mended = mended_id(id, dotted);
        let parts = if dotted { ", with dots between the parts" } else { "" };
        faults
            .error(value.place, format!("bad id `{id}`"))
            .label("not an id")
            .help(format!("write it in `a-z`, `0-9` and `-`{parts}, such as `{mended}`"));
    }
    fine
}

/// The good id nearest to `id`.
pub(in crate::rules) fn mended_id(id: &str, dotted: bool) -> String {
    let mended: String = id
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || (dotted && c == '.') { c } else { '-' })
        .collect();
    let parts =
        mended.split('.').map(|part| part.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>());
    let parts: Vec<String> = parts.map(|words| words.join("-")).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "my-id".to_owned() } else { parts.join(".") }
}

/// Reads `[lists]` into `names` and `lists`.
pub(super) fn read_lists<'a>(
    fields: &Fields<'a>,
    (file, pack): (&RuleFile, &str),
    names: &mut Names,
    lists: &mut Vec<WordList>,
    faults: &mut Faults,
) {
    let Some(all) = fields.get("lists").and_then(|all| all.table("[lists.name]", faults)) else { return };
    for (key_place, value) in all.iter() {
        let Some(list) = value.table("[lists.name]", faults) else { continue };
        list.check_keys(&LIST, faults);
        if !check_id(value.at(key_place), value.key, false, faults) {
            continue;
        }
        let name = format!("{pack}/{}", value.key);
        let words = read_words(&list, file, faults);
        if !names.add_list(&name, lists.len()) {
            faults
                .error(key_place, format!("the list `{name}` is defined twice"))
                .label("the second one")
                .help("rename one of them, or put their words together");
            continue;
        }
        lists.push(WordList { name, words });
    }
}

fn read_words(list: &Fields<'_>, file: &RuleFile, faults: &mut Faults) -> Vec<String> {
    let (place, text) = match (list.get("words"), list.get("file")) {
        (Some(words), None) => {
            let texts = words.strings(true, faults).into_iter().map(|(_, text)| text);
            (words.place, texts.collect::<Vec<_>>().join(" "))
        }
        (None, Some(name)) => {
            let Some(wanted) = name.filled_string(faults) else { return Vec::new() };
            let found = file.lists.iter().find(|list| list.name == wanted).map(|list| &list.text);
            match found {
                Some(Ok(text)) => (name.place, without_comments(text)),
                other => {
                    let reason = match other {
                        Some(Err(reason)) => reason.as_str(),
                        _ => "it was not read with the rule file",
                    };
                    faults
                        .error(name.place, format!("cannot read the list file `{wanted}`"))
                        .label(reason)
                        .help("put the file beside the rule file, as UTF-8, or write the words into `words`");
                    return Vec::new();
                }
            }
        }
        (words, file) => {
            let said = if words.is_some() && file.is_some() { "both" } else { "neither" };
            faults
                .error(list.place, format!("the list has {said} of `words` and `file`"))
                .help("write the words into `words`, or name a `file` beside the rule file");
            return Vec::new();
        }
    };
    let mut words: Vec<String> = text.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    if words.is_empty() {
        faults
            .error(place, "the list holds no words")
            .label("nothing in it")
            .help("write words with white space between");
    }
    words
}

fn without_comments(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_once('#').map_or(line, |(words, _)| words));
    lines.collect::<Vec<_>>().join("\n")
}
