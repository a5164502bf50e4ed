//! One rule: its fields, its action, its examples. Its matchers are read next door.

use super::{Context, Written, matcher, scope_of};
use crate::model::{Action, CaptureField, Kind, Score, Zone};
use crate::rules::rule::{Examples, Origin, Rule, Scope, Status};
use crate::rules::schema::{Faults, Fields, Known, Value};

macro_rules! rule_keys {
    ($($own:literal),*) => {
        &[$($own,)* "kind", "about", "status", "zone", "match", "unless", "do", "score", "drop", "keep", "todo",
            "since", "source", "languages", "sites", "inputs"]
    };
}

const ELSEWHERE: &[(&[&str], &str)] = &[
    (matcher::KEYS, "belongs inside `match = { … }`"),
    (&["capture", "flag", "leave"], "belongs inside `do = { … }`"),
    (&["version", "license", "sources"], "belongs under `[pack]`"),
    (&["off"], "only an override switches a rule off; here write `status = \"retired\"`"),
    (&["id"], "an override cannot rename a rule: other files refer to it"),
];
pub(super) const RULE: Known = Known { table: "a rule", keys: rule_keys!("id"), elsewhere: ELSEWHERE };
pub(super) const OVERRIDE: Known =
    Known { table: "an override", keys: rule_keys!("off"), elsewhere: ELSEWHERE };
const DO: Known = Known {
    table: "`do`",
    keys: &["capture", "leave", "flag"],
    elsewhere: &[(
        &["drop-line", "cut-span", "cut-to-end", "cut-to-start", "protect", "skip-page"],
        DO_PLAIN,
    )],
};
const DO_PLAIN: &str = "this action has no argument: write it as a string";

const STATUS: &[(&str, Status)] = &[
    ("draft", Status::Draft),
    ("preview", Status::Preview),
    ("stable", Status::Stable),
    ("retired", Status::Retired),
];
const ZONES: &[(&str, Option<Zone>)] =
    &[("head", Some(Zone::Head)), ("body", Some(Zone::Body)), ("tail", Some(Zone::Tail)), ("any", None)];
/// The actions that are written as a string.
const ACTIONS: &[(&str, Action)] = &[
    ("drop-line", Action::DropLine),
    ("cut-span", Action::CutSpan),
    ("cut-to-end", Action::CutToEnd),
    ("cut-to-start", Action::CutToStart),
    ("protect", Action::Protect),
    ("skip-page", Action::SkipPage),
];

/// The pack that a rule stands in.
pub(super) struct Home<'a> {
    pub(super) pack: usize,
    pub(super) pack_id: &'a str,
    pub(super) scope: &'a Scope,
}

/// Reads one rule; `None` when a fault leaves nothing to go by.
pub(super) fn read_rule(
    written: &Written<'_>,
    home: &Home<'_>,
    origin: Origin,
    context: &Context<'_>,
    faults: &mut Faults,
) -> Option<Rule> {
    let Written { fields, id, off, .. } = written;
    check_required(written, faults);
    let kind = fields.get("kind").and_then(|value| read_kind(value, faults));
    let zone = fields.get("zone").and_then(|value| {
        let name = value.string(faults)?;
        value.choice(name, ZONES, faults).flatten()
    });
    let status = fields.get("status").and_then(|value| {
        let name = value.string(faults)?;
        value.choice(name, STATUS, faults)
    });
    let status = if *off { Status::Off } else { status.unwrap_or_default() };
    let about =
        fields.get("about").and_then(|value| value.filled_string(faults)).unwrap_or_default().to_owned();
    let text = |key: &str, faults: &mut Faults| {
        fields.get(key).and_then(|value| value.string(faults)).unwrap_or_default().to_owned()
    };
    let (since, source) = (text("since", faults), text("source", faults));
    let score = fields.get("score").and_then(|value| read_score(value, faults)).unwrap_or(Score::ONE);
    let scope = scope_of(fields, home.scope, faults);
    let matcher =
        fields.get("match").map(|value| matcher::read(value, matcher::Level::Rule, context, faults));
    let unless =
        fields.get("unless").map(|value| matcher::read(value, matcher::Level::Guard, context, faults));
    let action = fields.get("do").map_or(Some(Action::DropLine), |value| read_action(value, faults));
    if let (Some(action), Some(value)) = (&action, fields.get("do")) {
        check_reach(action, value, zone, &scope, faults);
    }
    let examples = read_examples(written, status, faults);
    Some(Rule {
        name: [home.pack_id, "/", id.unwrap_or_default()].concat(),
        pack: home.pack,
        kind: kind?,
        about,
        status,
        zone,
        matcher: matcher?,
        unless,
        action: action?,
        score,
        scope,
        examples,
        since,
        source,
        origin,
    })
}

/// Notes the fields that no rule can do without, all of them at once.
fn check_required(written: &Written<'_>, faults: &mut Faults) {
    const REQUIRED: &[(&str, &str)] = &[
        ("kind", "kind = \"share\""),
        ("about", "about = \"what it finds, in one sentence\""),
        ("match", "match = { starts = [\"…\"] }"),
    ];
    let missing: Vec<_> = REQUIRED.iter().filter(|(key, _)| written.fields.get(key).is_none()).collect();
    if missing.is_empty() {
        return;
    }
    let keys: Vec<String> = missing.iter().map(|(key, _)| format!("`{key}`")).collect();
    let lines: Vec<String> = missing.iter().map(|(_, line)| format!("`{line}`")).collect();
    faults
        .error(written.fields.place, format!("{} has no {}", written.label(), keys.join(", no ")))
        .label("in this rule")
        .help(format!("add {}", lines.join(", ")));
}

fn read_kind(value: Value<'_>, faults: &mut Faults) -> Option<Kind> {
    let name = value.string(faults)?;
    let names: Vec<(&str, Kind)> = Kind::ALL.iter().map(|&kind| (kind.name(), kind)).collect();
    value.choice(name, &names, faults)
}

fn read_score(value: Value<'_>, faults: &mut Faults) -> Option<Score> {
    let number = value.float(faults)?;
    let score = Score::try_from_f64(number);
    if score.is_none() {
        faults
            .error(value.place, format!("`score = {number}` is out of range"))
            .label("not between -100 and 100")
            .help("1.0 drops a line alone, less is evidence, below 0 speaks for keeping");
    }
    score
}

fn read_action(value: Value<'_>, faults: &mut Faults) -> Option<Action> {
    if let Some(fields) = value.as_table() {
        return read_action_table(&fields, faults);
    }
    if !value.is_string() {
        value.wrong_type("a string or a table", "do = \"drop-line\"", faults);
        return None;
    }
    let name = value.string(faults)?;
    let bare = name.split(':').next().unwrap_or_default();
    match bare {
        "capture" | "flag" => {
            let (what, argument) = if bare == "flag" { ("word", "paywall") } else { ("field", "authors") };
            let given = name.split_once(':').map_or(argument, |(_, given)| given.trim());
            faults
                .error(value.place, format!("`{bare}` needs its {what} in a table"))
                .label(format!("the {what} is missing"))
                .help(format!("write `do = {{ {bare} = \"{given}\" }}`"));
            None
        }
        _ => value.choice(name, ACTIONS, faults),
    }
}

fn read_action_table(fields: &Fields<'_>, faults: &mut Faults) -> Option<Action> {
    let all_known = fields.check_keys(&DO, faults);
    let leave = fields.get("leave");
    match (fields.get("capture"), fields.get("flag")) {
        (Some(field), None) => {
            let name = field.string(faults)?;
            let field = field.choice(name, CaptureField::NAMES, faults);
            let leave = leave.and_then(|leave| leave.boolean(faults)).unwrap_or(false);
            Some(Action::Capture { field: field?, leave })
        }
        (None, Some(flag)) => {
            let word = flag.filled_string(faults)?;
            if let Some(leave) = leave {
                faults.error(leave.place, "`leave` goes with `capture` only").help("take it out");
            }
            let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            if !word.bytes().all(good) {
                faults
                    .error(flag.place, format!("bad flag `{word}`"))
                    .label("not one word")
                    .help("flags stand in the record with spaces between: write one in `a-z`, `0-9` and `-`");
            }
            Some(Action::Flag(word.to_owned()))
        }
        // An unknown key was told already, and was probably meant to be the action.
        (None, None) if !all_known => None,
        (capture, _) => {
            let said = if capture.is_some() { "both" } else { "neither" };
            faults
                .error(fields.place, format!("`do` has {said} of `capture` and `flag`"))
                .help("write one: `do = { capture = \"authors\" }` or `do = { flag = \"paywall\" }`");
            None
        }
    }
}

/// Actions that reach beyond their line must say where they may strike.
fn check_reach(action: &Action, value: Value<'_>, zone: Option<Zone>, scope: &Scope, faults: &mut Faults) {
    let far = matches!(action, Action::CutSpan | Action::CutToEnd | Action::CutToStart | Action::SkipPage);
    if far && zone.is_none() && *scope == Scope::default() {
        faults
            .error(value.place, format!("`{}` without a zone or a scope", action.name()))
            .label("could strike anywhere on any page")
            .help("add a zone, such as `zone = \"tail\"`, or a scope: `languages`, `sites` or `inputs`");
    }
}

fn read_examples(written: &Written<'_>, status: Status, faults: &mut Faults) -> Examples {
    let mut read = |key: &str, what: Option<&str>| {
        let value = written.fields.get(key);
        let examples = value.map(|value| value.strings(true, faults)).unwrap_or_default();
        let is_bare = value.is_none_or(|value| value.items().is_some_and(|mut items| items.next().is_none()));
        if let (true, Some(what)) = (is_bare, what) {
            missing_example(written, key, what, status, faults);
        }
        for (example, text) in &examples {
            if text.trim().is_empty() {
                faults
                    .error(example.place, format!("an example of `{key}` is empty"))
                    .label("nothing in it")
                    .help("write a line, or take it out");
            }
        }
        examples.into_iter().map(|(_, text)| text.to_owned()).collect()
    };
    Examples {
        drop: read("drop", Some("a line that it must hit")),
        keep: read("keep", Some("a sentence of a real article that it must leave alone")),
        todo: read("todo", None),
    }
}

/// A rule that runs needs its tests; the author of a draft is told what is still to do.
fn missing_example(written: &Written<'_>, key: &str, what: &str, status: Status, faults: &mut Faults) {
    let message = format!("{} has no `{key}` example", written.label());
    let (place, label) = match written.fields.get(key) {
        Some(value) => (value.place, "an empty list".to_owned()),
        None => (written.fields.place, format!("`{key}` is missing")),
    };
    let fault = match status {
        Status::Preview | Status::Stable => faults.error(place, message),
        Status::Draft => faults.warn(place, message),
        Status::Retired | Status::Off => return,
    };
    fault.label(label).help(format!("add `{key} = [\"…\"]` with {what}"));
}
