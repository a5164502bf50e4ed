//! Rules in words: what a matcher asks for and what an action does, for people who did not write the rule.

use crate::model::{Action, Score, Shapes};
use crate::rules::{Match, Near, NearTarget, Position, Rule, RuleSet, Status, Test};

/// The score as rule files write it: `1.0`, `0.25`.
pub(super) fn score(score: Score) -> String {
    format!("{:?}", score.as_f64())
}

/// The name that rule files use.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Draft => "draft",
        Status::Preview => "preview",
        Status::Stable => "stable",
        Status::Retired => "retired",
        Status::Off => "off",
    }
}

/// The name of the rule's zone.
pub(super) fn zone(rule: &Rule) -> &'static str {
    rule.zone().map_or("any", |zone| zone.name())
}

/// What the action is, with its particulars: `capture published`, `flag paywall`.
pub(super) fn action(action: &Action) -> String {
    match action {
        Action::Capture { field, leave: false } => format!("capture {}", field.name()),
        Action::Capture { field, leave: true } => format!("capture {} and leave", field.name()),
        Action::Flag(flag) => format!("flag {flag}"),
        plain => plain.name().to_owned(),
    }
}

/// What the rule does to what it hits, as a sentence without its full stop.
pub(super) fn effect(rule: &Rule) -> String {
    let decides = rule.score().decides();
    match rule.action() {
        Action::DropLine if decides => "the line goes".to_owned(),
        Action::DropLine if rule.score() < Score::ZERO => {
            format!("counts {} towards dropping the line: it speaks for keeping it", score(rule.score()))
        }
        Action::DropLine => {
            format!("counts {} towards dropping the line, which goes at 1.0", score(rule.score()))
        }
        Action::CutSpan => "the matched part of the line goes".to_owned(),
        Action::CutToEnd => "the line goes, and all that follows it".to_owned(),
        Action::CutToStart => "the line goes, and all that stands before it".to_owned(),
        Action::Capture { field, leave } => {
            let then = if *leave { "the line stays in the text" } else { "the line leaves the text" };
            format!("what it finds becomes the article's `{}`; {then}", field.name())
        }
        Action::Protect => "the line stays, whatever other rules say".to_owned(),
        Action::Flag(flag) if rule.score() == Score::ZERO => format!("the page is flagged `{flag}`"),
        Action::Flag(flag) if decides => format!("the page is flagged `{flag}`, and the line goes"),
        Action::Flag(flag) => {
            let score = score(rule.score());
            format!("the page is flagged `{flag}`; counts {score} towards dropping the line")
        }
        Action::SkipPage => "the whole page is left out".to_owned(),
    }
}

/// Every condition of the matcher, one a line, those of alternatives indented.
pub(super) fn conditions(set: &RuleSet, matcher: &Match) -> Vec<String> {
    let mut lines = Vec::new();
    for test in &matcher.tests {
        if let Test::Any(tables) = test {
            lines.push("any of these holds:".to_owned());
            for table in tables {
                for (index, line) in conditions(set, table).into_iter().enumerate() {
                    let bullet = if index == 0 { "  - " } else { "    " };
                    lines.push(format!("{bullet}{line}"));
                }
            }
        } else {
            lines.push(condition(set, test));
        }
    }
    lines
}

fn condition(set: &RuleSet, test: &Test) -> String {
    match test {
        Test::Line(phrases) => format!("the whole line is {}", any_of(phrases)),
        Test::Starts(phrases) => format!("the line starts with {}", any_of(phrases)),
        Test::Ends(phrases) => format!("the line ends with {}", any_of(phrases)),
        Test::Has { phrases, glued: false } => format!("the line holds the words {}", any_of(phrases)),
        Test::Has { phrases, glued: true } => {
            format!("the line holds, even inside words, {}", any_of(phrases))
        }
        Test::Template(templates) => {
            let sources: Vec<String> = templates.iter().map(|template| template.source.clone()).collect();
            format!("the whole line reads {}", any_of(&sources))
        }
        Test::Regex(patterns) => {
            let sources: Vec<String> = patterns.iter().map(|pattern| pattern.source.clone()).collect();
            format!("the line matches the expression {}", any_of(&sources))
        }
        Test::Words { list, cover, min } => {
            let name = set.lists().get(*list).map_or("?", |list| list.name.as_str());
            let share = percent(*cover);
            format!("{share} of the letters or more are words of the list {name}, {min} or more of them")
        }
        Test::Shape(shapes) => format!("the line looks like: {}", shape_names(*shapes)),
        Test::Closed(true) => "the line ends like a sentence".to_owned(),
        Test::Closed(false) => "the line does not end like a sentence".to_owned(),
        Test::MinWords(n) => format!("it has {n} words or more"),
        Test::MaxWords(n) => format!("it has {n} words or fewer"),
        Test::MinChars(n) => format!("it has {n} characters or more"),
        Test::MaxChars(n) => format!("it has {n} characters or fewer"),
        Test::Before(near) => neighbour(set, near, "below"),
        Test::After(near) => neighbour(set, near, "above"),
        Test::Position(Position::FirstKept) => "no kept line stands above it".to_owned(),
        Test::Position(Position::LastKept) => "no kept line stands below it".to_owned(),
        Test::Take(1) => "only the first hit of a page counts".to_owned(),
        Test::Take(n) => format!("only the first {n} hits of a page count"),
        Test::Run(n) => format!("it is one of {n} or more neighbouring lines that the rule hits"),
        Test::SameAs { field, likeness } => {
            format!("it repeats the article's `{}`, to {} at least", field.name(), percent(*likeness))
        }
        Test::Seen { site_share, min_pages } => {
            let share = percent(*site_share);
            format!("it stands on {share} of the site's pages, {min_pages} at least (not yet in use)")
        }
        Test::Tag(tags) => format!("its element is {} (HTML only)", any_of(tags)),
        Test::Class(words) => format!("a class or id of its element is {} (HTML only)", any_of(words)),
        Test::Links(share) => format!("{} of its text or more is links (HTML only)", percent(*share)),
        Test::Any(_) => "one of several tables holds".to_owned(),
    }
}

fn neighbour(set: &RuleSet, near: &Near, side: &str) -> String {
    let what = match near.target {
        NearTarget::Rule(rule) => format!("a hit of {}", set.rule(rule).name()),
        NearTarget::Kind(kind) => format!("a hit of a `{kind}` rule"),
    };
    let reach = match near.within {
        1 => format!("the next line {side}"),
        n => format!("one of the {n} lines {side}"),
    };
    let blank = match near.blank {
        None => "",
        Some(true) => ", past a blank line",
        Some(false) => ", no blank line between",
    };
    format!("{what} is on {reach}{blank}")
}

fn any_of(phrases: &[String]) -> String {
    let quoted: Vec<String> = phrases.iter().map(|phrase| format!("“{phrase}”")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}

fn shape_names(shapes: Shapes) -> String {
    let names = Shapes::NAMES.iter().filter(|(_, shape)| shapes.meets(*shape));
    names.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

fn percent(thousandths: u32) -> String {
    format!("{} %", f64::from(thousandths) / 10.0)
}
