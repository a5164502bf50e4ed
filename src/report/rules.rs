//! Rules for people and programs: a table of many, a page on one.

use super::style::{ASIDE, STRONG, paint};
use super::text::{clip, counted, escape, pad, width, wrap};
use super::words;
use crate::model::Input;
use crate::rules::{Rule, RuleSet, Scope};
use crate::weights::RuleScore;
use serde_json::{Value, json};

/// Columns that a wrapped line is indented by on a rule's page.
const INDENT: usize = 11;
/// Columns of what a rule is about, at least; a narrower terminal wraps the table's lines.
const ABOUT: usize = 24;

/// One rule a line, in columns: name, kind, zone, action, score, status, about.
pub fn rule_table(rules: &[&Rule], columns: usize) -> String {
    const HEAD: [&str; 6] = ["NAME", "KIND", "ZONE", "ACTION", "SCORE", "STATUS"];
    let cells = |rule: &&Rule| {
        [
            rule.name().to_owned(),
            rule.kind().name().to_owned(),
            words::zone(rule).to_owned(),
            words::action(rule.action()),
            words::score(rule.score()),
            words::status(rule.status()).to_owned(),
        ]
    };
    let rows: Vec<[String; 6]> = rules.iter().map(cells).collect();
    let widths: Vec<usize> = (0..HEAD.len())
        .map(|column| {
            rows.iter().map(|row| width(&row[column])).chain([HEAD[column].len()]).max().unwrap_or(0)
        })
        .collect();
    let used: usize = widths.iter().map(|width| width + 2).sum();
    let room = columns.saturating_sub(used).max(ABOUT);
    let line = |cells: &[String], about: &str| {
        let mut line: String = cells.iter().zip(&widths).map(|(cell, width)| pad(cell, width + 2)).collect();
        line.push_str(about);
        line.trim_end().to_owned()
    };
    let head = line(&HEAD.map(str::to_owned), "ABOUT");
    let mut table = format!("{}\n", paint(STRONG, head));
    for (row, rule) in rows.iter().zip(rules) {
        table.push_str(&line(row, &clip(&escape(rule.about()), room)));
        table.push('\n');
    }
    table
}

/// All about one rule. `fitted` is the score that weights give it on articles, when it is not the written one.
pub fn rule_page(set: &RuleSet, rule: &Rule, fitted: Option<&RuleScore>, columns: usize) -> String {
    let pack = &set.packs()[rule.pack()];
    let mut page =
        Page { text: format!("{}\n{}\n\n", paint(STRONG, rule.name()), escape(rule.about())), columns };
    page.field("kind", &format!("{}: {}", rule.kind(), rule.kind().about().replace('`', "")));
    page.field("status", words::status(rule.status()));
    page.field("where", &place(rule));
    page.list("when", &words::conditions(set, rule.matcher()));
    if let Some(unless) = rule.unless() {
        page.list("unless", &words::conditions(set, unless));
    }
    page.field("then", &words::effect(rule));
    page.field("score", &words::score(rule.score()));
    if let Some(RuleScore { score, purity, sites, .. }) = fitted {
        let noise =
            format!("{:.1} % of what it hit on {} was noise", 100.0 * purity, counted(*sites as u64, "site"));
        page.field("fitted", &format!("{score} on articles, unless `--profile careful`: {noise}"));
    }
    page.field("pack", &format!("{} {}: {}", pack.id, pack.version, pack.about));
    let since = if rule.since().is_empty() { String::new() } else { format!(", since {}", rule.since()) };
    page.field("written", &format!("{}:{}{since}", rule.origin().file, rule.origin().line));
    if !rule.source().is_empty() {
        page.field("source", rule.source());
    }
    let examples = rule.examples();
    page.examples("It must hit", "+", &examples.drop);
    page.examples("It must leave alone, close as they are (where it could go wrong)", "-", &examples.keep);
    page.examples("It misses, and is known to", "?", &examples.todo);
    page.heading("As written");
    for line in rule.origin().toml.trim_end().lines() {
        page.text.push_str(&format!("  {}\n", paint(ASIDE, escape(line))));
    }
    page.text
}

/// Zone and scope in words.
fn place(rule: &Rule) -> String {
    let mut place = match rule.zone() {
        None => "anywhere on the page".to_owned(),
        Some(zone) => format!("in the {} of the page", zone.name()),
    };
    let Scope { languages, sites, inputs } = rule.scope();
    if !languages.is_empty() {
        place.push_str(&format!("; pages in {} or of unknown language", languages.join(", ")));
    }
    if !sites.is_empty() {
        place.push_str(&format!("; on {}", sites.join(", ")));
    }
    if !inputs.is_empty() {
        let names: Vec<&str> = inputs.iter().map(|input| input.name()).collect();
        place.push_str(&format!("; {} input", names.join(", ")));
    }
    place
}

/// The page of a rule as it grows.
struct Page {
    text: String,
    columns: usize,
}

impl Page {
    fn field(&mut self, name: &str, value: &str) {
        self.list(name, &[value.to_owned()]);
    }

    fn list(&mut self, name: &str, values: &[String]) {
        let mut label = name;
        for value in values {
            let value = escape(value);
            // What a value is indented by holds for the lines that it is wrapped over.
            let own = value.len() - value.trim_start().len();
            let room = self.columns.saturating_sub(INDENT + own);
            for (index, line) in wrap(value.trim_start(), room).iter().enumerate() {
                let label = if index == 0 { std::mem::take(&mut label) } else { "" };
                let hang = own + if index > 0 { 2 } else { 0 };
                let label = paint(ASIDE, pad(label, INDENT));
                self.text.push_str(&format!("{label}{}{line}\n", " ".repeat(hang)));
            }
        }
    }

    fn heading(&mut self, heading: &str) {
        self.text.push_str(&format!("\n{}\n", paint(STRONG, heading)));
    }

    fn examples(&mut self, heading: &str, mark: &str, examples: &[String]) {
        if examples.is_empty() {
            return;
        }
        self.heading(heading);
        for example in examples {
            for (index, line) in example.trim().lines().enumerate() {
                let mark = if index == 0 { mark } else { " " };
                self.text.push_str(&format!("  {} {}\n", paint(ASIDE, mark), escape(line)));
            }
        }
    }
}

/// One rule with stable keys: `{"id","pack","kind","about","status","zone","action","field","score","languages",
/// "sites","inputs","when","unless","then","drop","keep","todo","since","source","file","line","toml"}`.
pub fn rule_json(set: &RuleSet, rule: &Rule) -> Value {
    let examples = rule.examples();
    let scope = rule.scope();
    json!({
        "id": rule.name(),
        "pack": set.packs()[rule.pack()].id,
        "kind": rule.kind().name(),
        "about": rule.about(),
        "status": words::status(rule.status()),
        "zone": words::zone(rule),
        "action": rule.action().name(),
        "field": super::explanation::field_of(rule),
        "score": rule.score().as_f64(),
        "languages": scope.languages,
        "sites": scope.sites,
        "inputs": scope.inputs.iter().map(|input: &Input| input.name()).collect::<Vec<_>>(),
        "when": words::conditions(set, rule.matcher()),
        "unless": rule.unless().map(|unless| words::conditions(set, unless)).unwrap_or_default(),
        "then": words::effect(rule),
        "drop": examples.drop,
        "keep": examples.keep,
        "todo": examples.todo,
        "since": rule.since(),
        "source": rule.source(),
        "file": rule.origin().file,
        "line": rule.origin().line,
        "toml": rule.origin().toml,
    })
}
