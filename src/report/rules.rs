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
/// Columns more for the lines that go on with one that did not fit.
const HANG: usize = 2;
/// Columns of what a rule is about, at least; in a narrower terminal that stands on a line of its own.
const ABOUT: usize = 24;

/// One rule a line, in columns: name, kind, zone, action, score, status, about. Where these are wider than the terminal, a rule
/// has two lines.
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
    let beside = columns.checked_sub(used).filter(|room| *room >= ABOUT);
    let line = |cells: &[String], about: &str| match beside {
        Some(room) => {
            let cells: String = cells.iter().zip(&widths).map(|(cell, width)| pad(cell, width + 2)).collect();
            format!("{cells}{}", clip(about, room)).trim_end().to_owned()
        }
        None => {
            let about = clip(about, columns.saturating_sub(HANG));
            format!("{}\n{:HANG$}{about}", clip(&cells.join("  "), columns), "")
        }
    };
    let mut table = String::new();
    for row in line(&HEAD.map(str::to_owned), "ABOUT").lines() {
        table.push_str(&format!("{}\n", paint(STRONG, row)));
    }
    for (row, rule) in rows.iter().zip(rules) {
        table.push_str(&line(row, &escape(rule.about())));
        table.push('\n');
    }
    table
}

/// All about one rule. `fitted` is the score that weights give it on articles, when it is not the written one.
pub fn rule_page(set: &RuleSet, rule: &Rule, fitted: Option<&RuleScore>, columns: usize) -> String {
    let pack = &set.packs()[rule.pack()];
    let about = wrap(&escape(rule.about()), columns).join("\n");
    let mut page = Page { text: format!("{}\n{about}\n\n", paint(STRONG, rule.name())), columns };
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
    if !rule.origin().overridden_in.is_empty() {
        page.field("overridden", &format!("in {}", rule.origin().overridden_in.join(", ")));
    }
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
            for (hang, line) in hung(value.trim_start(), room) {
                let label = paint(ASIDE, pad(std::mem::take(&mut label), INDENT));
                self.text.push_str(&format!("{label}{}{line}\n", " ".repeat(own + hang)));
            }
        }
    }

    fn heading(&mut self, heading: &str) {
        self.text.push('\n');
        for line in wrap(heading, self.columns) {
            self.text.push_str(&format!("{}\n", paint(STRONG, line)));
        }
    }

    fn examples(&mut self, heading: &str, mark: &str, examples: &[String]) {
        if examples.is_empty() {
            return;
        }
        self.heading(heading);
        for example in examples {
            let mut mark = mark;
            for line in example.trim().lines() {
                for (hang, part) in hung(&escape(line), self.columns.saturating_sub(4)) {
                    let mark = paint(ASIDE, pad(std::mem::take(&mut mark), 1));
                    self.text.push_str(&format!("  {mark} {}{part}\n", " ".repeat(hang)));
                }
            }
        }
    }
}

/// `text` over lines of at most `room` columns, each with what it is indented by.
fn hung(text: &str, room: usize) -> Vec<(usize, String)> {
    if width(text) <= room {
        return vec![(0, text.to_owned())];
    }
    let lines = wrap(text, room.saturating_sub(HANG)).into_iter().enumerate();
    lines.map(|(index, line)| (if index > 0 { HANG } else { 0 }, line)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{builtin, load};

    #[test]
    fn the_table_fits_and_has_a_line_or_two_for_a_rule() {
        let set = load(&builtin()).unwrap();
        let rules: Vec<&Rule> = set.rules().iter().collect();
        for (columns, lines) in [(60, 2), (80, 2), (100, 2), (160, 1), (usize::MAX, 1)] {
            let table = anstream::adapter::strip_str(&rule_table(&rules, columns)).to_string();
            assert_eq!(table.lines().find(|line| width(line) > columns), None, "{columns}");
            assert_eq!(table.lines().count(), (rules.len() + 1) * lines, "{columns}");
        }
    }

    #[test]
    fn the_page_of_every_rule_fits() {
        let set = load(&builtin()).unwrap();
        for columns in [60, 80, 100] {
            for rule in set.rules() {
                let page = anstream::adapter::strip_str(&rule_page(&set, rule, None, columns)).to_string();
                // What is shown as it was written is not broken, nor is a word behind a label or a mark.
                let (told, _) = page.split_once("\nAs written\n").unwrap();
                let wide = |row: &&str| width(row) > columns && row.split_whitespace().count() > 2;
                assert_eq!(told.lines().find(wide), None, "{} at {columns}", rule.name());
            }
        }
    }
}
