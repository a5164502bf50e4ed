//! Matcher tables: every key of the language, one reader each, in the order of the language's table.

use super::{Context, phrase};
use crate::model::{CaptureField, Kind, RuleId, Shapes};
use crate::rules::rule::{Match, Near, NearTarget, Position, Test};
use crate::rules::schema::{Faults, Fields, Known, Value};

/// Every key of a matcher table.
pub(super) const KEYS: &[&str] = &[
    "line",
    "starts",
    "ends",
    "has",
    "glued",
    "template",
    "regex",
    "slow",
    "words",
    "shape",
    "ending",
    "min_words",
    "max_words",
    "min_chars",
    "max_chars",
    "before",
    "after",
    "position",
    "take",
    "run",
    "same_as",
    "likeness",
    "seen",
    "tag",
    "class",
    "links",
    "any",
];
const MATCH: Known = Known {
    table: "a matcher",
    keys: KEYS,
    elsewhere: &[
        (
            &[
                "zone",
                "score",
                "do",
                "drop",
                "keep",
                "unless",
                "languages",
                "sites",
                "inputs",
                "status",
                "kind",
            ],
            "belongs to the rule, outside `match`",
        ),
        (&["list", "cover", "min"], "belongs inside `words = { … }`"),
        (&["within", "blank", "rule"], "belongs inside `before = { … }` or `after = { … }`"),
        (&["site_share", "min_pages"], "belongs inside `seen = { … }`"),
    ],
};
const WORDS: Known = Known { table: "`words`", keys: &["list", "cover", "min"], elsewhere: &[] };
const NEAR: Known =
    Known { table: "a context test", keys: &["rule", "kind", "within", "blank"], elsewhere: &[] };
const SEEN: Known = Known { table: "`seen`", keys: &["site_share", "min_pages"], elsewhere: &[] };
/// Keys that change another test: alone they test nothing.
const MODIFIERS: &[(&str, &str)] = &[("glued", "has"), ("slow", "regex"), ("likeness", "same_as")];
/// Keys that count the hits of a rule.
const COUNTS: &[&str] = &["take", "run"];

/// Where a matcher table stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// In `match` itself.
    Rule,
    /// In `unless`.
    Guard,
    /// In `any`.
    Inner,
}

/// Reads a matcher table.
pub(super) fn read(value: Value<'_>, level: Level, context: &Context<'_>, faults: &mut Faults) -> Match {
    let Some(fields) = value.table_like(|| format!("{} = {{ starts = [\"…\"] }}", value.key), faults)
    else {
        return Match::default();
    };
    fields.check_keys(&MATCH, faults);
    check_table(&fields, level, faults);
    let mut reader = Reader { fields, context, faults, tests: Vec::new() };
    reader.phrases();
    reader.patterns();
    reader.words();
    reader.figures();
    reader.neighbours();
    reader.page();
    reader.html();
    reader.any();
    Match { tests: reader.tests }
}

/// What is wrong with the table as a whole.
fn check_table(fields: &Fields<'_>, level: Level, faults: &mut Faults) {
    for (key, of) in MODIFIERS {
        if let (Some(value), None) = (fields.get(key), fields.get(of)) {
            faults
                .error(value.place, format!("`{key}` without `{of}`"))
                .label("changes nothing")
                .help(format!("add `{of}`, or take `{key}` out"));
        }
    }
    let counts = || COUNTS.iter().filter_map(|key| fields.get(key));
    if level != Level::Rule {
        for value in counts() {
            faults
                .error(value.place, format!("`{}` outside `match`", value.key))
                .label("counts the hits of a whole rule")
                .help(format!("move `{}` into `match` itself", value.key));
        }
    }
    let is_test = |key: &str| {
        KEYS.contains(&key)
            && !COUNTS.contains(&key)
            && MODIFIERS.iter().all(|(modifier, _)| *modifier != key)
    };
    // What has another name than it should is told of by that.
    let all_known = fields.iter().all(|(_, value)| KEYS.contains(&value.key));
    if all_known && !fields.iter().any(|(_, value)| is_test(value.key)) {
        faults
            .error(fields.place, "the matcher has no test")
            .label("holds for every line")
            .help("add a test, such as `line = [\"share this\"]`, `starts = […]` or `template = […]`");
    }
}

struct Reader<'a, 'f> {
    fields: Fields<'a>,
    context: &'f Context<'f>,
    faults: &'f mut Faults,
    tests: Vec<Test>,
}

impl<'a> Reader<'a, '_> {
    fn get(&self, key: &str) -> Option<Value<'a>> {
        self.fields.get(key)
    }

    fn phrases(&mut self) {
        for (key, test) in
            [("line", Test::Line as fn(_) -> _), ("starts", Test::Starts), ("ends", Test::Ends)]
        {
            if let Some(value) = self.get(key) {
                self.tests.push(test(phrase::folded(value, self.faults)));
            }
        }
        if let Some(value) = self.get("has") {
            let glued = self.get("glued").and_then(|glued| glued.boolean(self.faults)).unwrap_or(false);
            self.tests.push(Test::Has { phrases: phrase::folded(value, self.faults), glued });
        }
    }

    fn patterns(&mut self) {
        if let Some(value) = self.get("template") {
            self.tests.push(Test::Template(phrase::templates(value, self.context, self.faults)));
        }
        if let Some(value) = self.get("regex") {
            let slow = self.get("slow");
            self.tests.push(Test::Regex(phrase::patterns(value, slow, self.context, self.faults)));
        }
    }

    fn words(&mut self) {
        const EXAMPLE: &str = "words = { list = \"icon-words\", cover = 0.9, min = 3 }";
        let Some(fields) = self.get("words").and_then(|value| value.table(EXAMPLE, self.faults)) else {
            return;
        };
        fields.check_keys(&WORDS, self.faults);
        let cover = fields.get("cover").and_then(|cover| cover.share(self.faults)).unwrap_or(1000);
        let min = fields.get("min").and_then(|min| min.number(1, self.faults)).unwrap_or(1);
        let Some(list) = fields.get("list") else {
            self.faults.error(fields.place, "`words` has no `list`").help(format!("write `{EXAMPLE}`"));
            return;
        };
        let name = list.filled_string(self.faults);
        let list = name.and_then(|name| self.context.names.find_list(name, list.place, self.faults));
        self.tests.extend(list.map(|list| Test::Words { list, cover, min }));
    }

    fn figures(&mut self) {
        if let Some(value) = self.get("shape") {
            let names = value.strings(false, self.faults);
            let shapes =
                names.into_iter().filter_map(|(value, name)| value.choice(name, Shapes::NAMES, self.faults));
            let shapes = shapes.fold(Shapes::default(), Shapes::with);
            self.tests.push(Test::Shape(shapes));
        }
        if let Some(value) = self.get("ending") {
            let closed = value.string(self.faults);
            let names = &[("closed", true), ("open", false)];
            let closed = closed.and_then(|name| value.choice(name, names, self.faults));
            self.tests.extend(closed.map(Test::Closed));
        }
        self.bounds("min_words", Test::MinWords, "max_words", Test::MaxWords);
        self.bounds("min_chars", Test::MinChars, "max_chars", Test::MaxChars);
    }

    fn bounds(&mut self, min_key: &str, min_test: fn(u32) -> Test, max_key: &str, max_test: fn(u32) -> Test) {
        let min = self.get(min_key).and_then(|value| value.number(1, self.faults));
        let max_value = self.get(max_key);
        let max = max_value.and_then(|value| value.number(1, self.faults));
        if let (Some(least), Some(most), Some(value)) = (min, max, max_value)
            && least > most
        {
            self.faults
                .error(value.place, format!("`{min_key} = {least}` is more than `{max_key} = {most}`"))
                .label("no line can have both")
                .help("swap the two, or take one out");
        }
        self.tests.extend(min.map(min_test));
        self.tests.extend(max.map(max_test));
    }

    fn neighbours(&mut self) {
        for (key, test) in [("before", Test::Before as fn(_) -> _), ("after", Test::After)] {
            if let Some(value) = self.get(key) {
                let near = self.near(value);
                self.tests.extend(near.map(test));
            }
        }
    }

    fn near(&mut self, value: Value<'_>) -> Option<Near> {
        let fields = value
            .table_like(|| format!("{} = {{ kind = \"share\", within = 2 }}", value.key), self.faults)?;
        fields.check_keys(&NEAR, self.faults);
        let within = fields.get("within").and_then(|within| within.number(1, self.faults)).unwrap_or(1);
        let blank = fields.get("blank").and_then(|blank| blank.boolean(self.faults));
        let target = match (fields.get("rule"), fields.get("kind")) {
            (Some(rule), None) => {
                let name = rule.filled_string(self.faults)?;
                let found = self.context.names.find_rule(name, rule.place, self.faults)?;
                NearTarget::Rule(RuleId::new(found))
            }
            (None, Some(kind)) => {
                let name = kind.string(self.faults)?;
                let names: Vec<(&str, Kind)> = Kind::ALL.iter().map(|&kind| (kind.name(), kind)).collect();
                NearTarget::Kind(kind.choice(name, &names, self.faults)?)
            }
            (rule, _) => {
                let said = if rule.is_some() { "both" } else { "neither" };
                self.faults
                    .error(fields.place, format!("`{}` has {said} of `rule` and `kind`", value.key))
                    .help("name one rule, or one kind whose rules all count");
                return None;
            }
        };
        Some(Near { target, within, blank })
    }

    fn page(&mut self) {
        if let Some(value) = self.get("position") {
            let names = &[("first-kept", Position::FirstKept), ("last-kept", Position::LastKept)];
            let name = value.string(self.faults);
            let position = name.and_then(|name| value.choice(name, names, self.faults));
            self.tests.extend(position.map(Test::Position));
        }
        for (key, least, test) in [("take", 1, Test::Take as fn(_) -> _), ("run", 2, Test::Run)] {
            let count = self.get(key).and_then(|value| value.number(least, self.faults));
            self.tests.extend(count.map(test));
        }
        if let Some(value) = self.get("same_as") {
            let likeness = self.get("likeness").and_then(|value| value.share(self.faults)).unwrap_or(1000);
            let name = value.string(self.faults);
            let field = name.and_then(|name| value.choice(name, CaptureField::NAMES, self.faults));
            self.tests.extend(field.map(|field| Test::SameAs { field, likeness }));
        }
        if let Some(value) = self.get("seen") {
            const EXAMPLE: &str = "seen = { site_share = 0.3, min_pages = 20 }";
            let Some(fields) = value.table(EXAMPLE, self.faults) else { return };
            fields.check_keys(&SEEN, self.faults);
            let Some(share) = fields.get("site_share") else {
                self.faults
                    .error(fields.place, "`seen` has no `site_share`")
                    .help(format!("write `{EXAMPLE}`"));
                return;
            };
            let site_share = share.share(self.faults);
            let min_pages =
                fields.get("min_pages").and_then(|pages| pages.number(1, self.faults)).unwrap_or(1);
            self.tests.extend(site_share.map(|site_share| Test::Seen { site_share, min_pages }));
        }
    }

    fn html(&mut self) {
        for (key, test) in [("tag", Test::Tag as fn(_) -> _), ("class", Test::Class)] {
            if let Some(value) = self.get(key) {
                self.tests.push(test(phrase::folded(value, self.faults)));
            }
        }
        let links = self.get("links").and_then(|value| value.share(self.faults));
        self.tests.extend(links.map(Test::Links));
    }

    fn any(&mut self) {
        let Some(value) = self.get("any") else { return };
        let Some(items) = value.items() else {
            value.wrong_type(
                "a list of matcher tables",
                "any = [{ line = […] }, { starts = […] }]",
                self.faults,
            );
            return;
        };
        let tables: Vec<Match> =
            items.map(|item| read(item, Level::Inner, self.context, self.faults)).collect();
        if tables.is_empty() {
            self.faults
                .error(value.place, "`any` is an empty list")
                .help("put matcher tables in, or take it out");
        }
        self.tests.push(Test::Any(tables));
    }
}
