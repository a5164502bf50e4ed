//! Rules against their own examples.
//!
//! An example of one line is judged alone, its zone and context taken as given. Examples of rules that ask for markup
//! are HTML, of which each line is judged so. An example of several lines is a
//! small page and is cleaned like any other; the lines in question are marked with `>> `.

use super::Finding;
use crate::clean::Cleaner;
use crate::html::render_into;
use crate::matcher::Scratch;
use crate::model::{Lines, Markup, Page, RuleId, Shapes};
use crate::rules::{Diagnostic, Match, Rule, Scope, Severity, Test};
use crate::segment::{segment, segment_whole_into};

/// The mark of the lines in question.
const MARK: &str = ">> ";

/// Runs the examples of one rule; how many there were.
pub(super) fn run(cleaner: &Cleaner, id: RuleId, findings: &mut Vec<Finding>) -> usize {
    let rule = cleaner.rules().rule(id);
    let examples = rule.examples();
    let mut found = |severity, example: &str, message: String, help: &str| {
        // The first line is what a one-line TOML string and a multi-line one have in common.
        let part = example.trim().lines().next().unwrap_or_default();
        let help = match rule.origin().overridden_in.as_slice() {
            [] => help.to_owned(),
            files => format!("{help}; the rule is overridden in `{}`", files.join("` and `")),
        };
        let fault =
            Diagnostic::new(severity, message).with_help(help).at_rule(rule.origin(), part, "this example");
        findings.push(Finding { rule: id, fault });
    };
    for example in &examples.drop {
        if !hits(cleaner, rule, id, example).every_line_asked {
            found(
                Severity::Error,
                example,
                format!("the rule does not hit its `drop` example `{}`", brief(example)),
                "widen the matcher, or move the example to `todo` if the miss is known",
            );
        }
    }
    for example in &examples.keep {
        if hits(cleaner, rule, id, example).any_line_asked {
            found(
                Severity::Error,
                example,
                format!("the rule hits its `keep` example `{}`", brief(example)),
                "narrow the matcher, or add an `unless` guard",
            );
        }
    }
    for example in &examples.todo {
        if hits(cleaner, rule, id, example).every_line_asked {
            found(
                Severity::Warning,
                example,
                format!("the rule hits `{}`, which stands under `todo`", brief(example)),
                "move the example to `drop`",
            );
        }
    }
    examples.drop.len() + examples.keep.len() + examples.todo.len()
}

/// Which of the lines in question a rule hit.
struct Hits {
    any_line_asked: bool,
    every_line_asked: bool,
}

fn hits(cleaner: &Cleaner, rule: &Rule, id: RuleId, example: &str) -> Hits {
    if asks_for_markup(rule.matcher()) {
        let hit = hits_html(cleaner, id, example);
        return Hits { any_line_asked: hit, every_line_asked: hit };
    }
    if !example.trim().contains('\n') {
        let hit = hits_alone(cleaner, id, example);
        return Hits { any_line_asked: hit, every_line_asked: hit };
    }
    let (text, asked) = unmark(example);
    let judged = cleaner.judge(&page_in_scope(text, rule.scope()));
    let lines = &judged.lines.lines;
    let at = |start: usize| lines.partition_point(|line| line.span.range().end <= start);
    let hit = |line: usize| judged.decision.hits_of(line).iter().any(|hit| hit.rule == id);
    if asked.is_empty() {
        let any = (0..lines.len()).any(hit);
        return Hits { any_line_asked: any, every_line_asked: any };
    }
    Hits {
        any_line_asked: asked.iter().any(|&start| hit(at(start))),
        every_line_asked: asked.iter().all(|&start| hit(at(start))),
    }
}

fn hits_alone(cleaner: &Cleaner, id: RuleId, example: &str) -> bool {
    let mut lines = segment(example);
    for line in &mut lines.lines {
        // A line alone cannot show that it stands in a menu.
        line.shapes = line.shapes.with(Shapes::MENU);
    }
    cleaner.engine().hits_line(id, example, &lines, None, &mut Scratch::default())
}

/// Whether a test, at any depth, asks for elements, class words or links.
fn asks_for_markup(matcher: &Match) -> bool {
    matcher.tests.iter().any(|test| match test {
        Test::Tag(_) | Test::Class(_) | Test::Links(_) => true,
        Test::Any(tables) => tables.iter().any(asks_for_markup),
        _ => false,
    })
}

/// Whether the rule hits a line of an HTML example.
fn hits_html(cleaner: &Cleaner, id: RuleId, example: &str) -> bool {
    let (mut text, mut markup) = (String::new(), Markup::default());
    // Beside the example stands an article, so that no element of it is most of the page.
    render_into(&format!("{example}<p>{}", "word ".repeat(2 * example.len())), &mut text, &mut markup);
    let mut lines = Lines::default();
    segment_whole_into(&text, &mut lines);
    lines.lines.pop();
    for line in &mut lines.lines {
        line.shapes = line.shapes.with(Shapes::MENU);
    }
    cleaner.engine().hits_line(id, &text, &lines, Some(&markup), &mut Scratch::default())
}

/// The page without marks, and where the marked lines begin.
fn unmark(example: &str) -> (String, Vec<usize>) {
    let mut asked = Vec::new();
    let mut text = String::with_capacity(example.len());
    for line in example.lines() {
        let bare = line.trim_start().strip_prefix(MARK);
        if bare.is_some() {
            asked.push(text.len());
        }
        let bare = bare.unwrap_or(line);
        text.push_str(bare);
        text.push('\n');
    }
    (text, asked)
}

/// A page on which rules of `scope` run.
fn page_in_scope(text: String, scope: &Scope) -> Page {
    let site = scope.sites.iter().find(|site| !site.starts_with('!'));
    Page {
        text,
        url: site.map_or_else(String::new, |site| format!("https://{}/", site.trim_start_matches("*."))),
        lang: scope.languages.first().cloned().unwrap_or_default(),
        input: scope.inputs.first().copied().unwrap_or_default(),
        ..Page::default()
    }
}

/// The start of an example, for messages: its first lines, at most 80 characters.
fn brief(example: &str) -> String {
    let line = example.trim().replace('\n', " ⏎ ");
    if line.chars().count() <= 80 { line } else { line.chars().take(79).chain(['…']).collect() }
}
