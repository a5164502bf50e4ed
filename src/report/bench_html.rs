//! A bench as one page for the browser: scores, a plot of all rules, what to mend, and for each rule the lines that it
//! took, with what stands around them. One file with everything in it, which loads nothing from anywhere and reads the
//! same without its script.

use super::bench::taken;
use super::html::{self, Html};
use super::plot::{class, purity_plot};
use super::text::{counted, plus, thousands};
use super::words;
use crate::eval::bootstrap::Interval;
use crate::eval::score::Metric;
use crate::eval::{BenchReport, Concern, Group, GroupBy, LineSample, Means, RuleFigures, SetReport};
use std::fmt::Write as _;

const CSS: &str = include_str!("bench.css");
const JS: &str = include_str!("bench.js");

/// Columns of the table of rules: heading, and what it means.
const COLUMNS: [(&str, &str); 14] = [
    ("rule", "pack and name"),
    ("kind", "what sort of noise it is about"),
    ("purity", "share of the words taken that were noise"),
    ("harm", "gold words taken of a million"),
    ("lift", "mean F1, less mean F1 without the rule; a star: no accident"),
    ("hits", "lines hit, whatever came of it"),
    ("pages", "samples with a hit"),
    ("words", "words that it had a hand in taking"),
    ("content", "gold words among them"),
    ("alone", "words that no other rule took with it"),
    ("rank", "1: most noise taken and least harm done"),
    ("tries", "how often it was tried on a line"),
    ("tries hit", "share of the tries that hit"),
    ("time", "share of the time that the rules take one by one"),
];

/// The page.
pub fn bench_html(report: &BenchReport) -> String {
    let mut page = Page(String::with_capacity(1 << 20));
    let samples = &report.samples;
    let told = format!(
        "{} of {} of {}",
        counted(samples.list.len() as u64, "sample"),
        counted(samples.pages as u64, "page"),
        counted(samples.sites as u64, "site")
    );
    page.0.push_str(&html::head(&format!("Rules on {told}"), CSS, true));
    page.add(format_args!("<h1>Rules on labelled pages</h1>\n<p class=\"aside\">{told}"));
    if samples.missing > 0 {
        page.add(format_args!("; {} without a text count as empty", thousands(samples.missing as u64)));
    }
    page.add(format_args!(
        ". Means over samples; intervals hold 95 % of a thousand draws of whole sites.</p>\n<nav>"
    ));
    for (nth, set) in report.sets.iter().enumerate() {
        page.add(format_args!("<a href=\"#set-{nth}\">{}</a>", Html(&set.entrant.name)));
    }
    page.add(format_args!("</nav>\n"));
    page.cards(report);
    page.scores(report);
    for (nth, set) in report.sets.iter().enumerate() {
        page.set(nth, set);
    }
    page.add(format_args!("</main>\n<script>\n{JS}</script>\n</html>\n"));
    page.0
}

struct Page(String);

impl Page {
    fn add(&mut self, part: std::fmt::Arguments<'_>) {
        self.0.write_fmt(part).unwrap_or_default();
    }

    /// The figures of each set over all samples.
    fn cards(&mut self, report: &BenchReport) {
        let Some(all) = report.groups.iter().find(|group| group.by == GroupBy::All) else { return };
        for (nth, (set, means)) in report.sets.iter().zip(&all.sets).enumerate() {
            if report.sets.len() > 1 {
                self.add(format_args!("<h3>{}</h3>\n", Html(&set.entrant.name)));
            }
            self.add(format_args!("<div class=\"cards\">\n"));
            let known = Metric::ALL.iter().filter_map(|metric| Some((*metric, means.get(*metric)?)));
            for (metric, of) in known {
                self.add(format_args!(
                    "<div class=\"card\"><span class=\"name\">{}</span><b>{:.4}</b><small>{:.3} – {:.3}</small>",
                    label(metric),
                    of.mean,
                    of.low,
                    of.high
                ));
                if let Some(by) = nth.checked_sub(1).and_then(|nth| all.differences[nth].get(metric)) {
                    self.add(format_args!(
                        "<br><small class=\"{}\">{}</small>",
                        direction(metric, by),
                        signed(by)
                    ));
                }
                self.add(format_args!("</div>\n"));
            }
            self.add(format_args!("</div>\n"));
        }
    }

    fn scores(&mut self, report: &BenchReport) {
        if report.groups.len() < 2 {
            return;
        }
        self.add(format_args!(
            "<h3>By renderer, type and language</h3>\n<div class=\"scroll\"><table><thead><tr>"
        ));
        self.add(format_args!(
            "<th class=\"text\">samples of</th><th>samples</th><th class=\"text\">rules</th>"
        ));
        for metric in Metric::ALL {
            self.add(format_args!("<th>{}</th>", metric.name()));
        }
        self.add(format_args!("</tr></thead><tbody>\n"));
        let mut before = None;
        for group in &report.groups {
            let begins = before.is_some_and(|by| by != group.by);
            before = Some(group.by);
            self.group(report, group, begins);
        }
        self.add(format_args!("</tbody></table></div>\n"));
    }

    fn group(&mut self, report: &BenchReport, group: &Group, begins: bool) {
        for (nth, (set, means)) in report.sets.iter().zip(&group.sets).enumerate() {
            let class = if begins && nth == 0 { " class=\"first\"" } else { "" };
            let (name, samples) = match (nth, group.name.as_str()) {
                (0, "") => (format!("{} unknown", group.by.name()), thousands(group.samples as u64)),
                (0, name) => (name.to_owned(), thousands(group.samples as u64)),
                _ => Default::default(),
            };
            self.add(format_args!(
                "<tr{class}><td class=\"text\">{}</td><td>{samples}</td><td class=\"text\">{}</td>",
                Html(name),
                Html(&set.entrant.name)
            ));
            for metric in Metric::ALL {
                match means.get(metric) {
                    Some(of) => self.add(format_args!(
                        "<td title=\"95 %: {:.4} to {:.4}, {} values\">{:.4}</td>",
                        of.low, of.high, of.values, of.mean
                    )),
                    None => self.add(format_args!("<td class=\"aside\">–</td>")),
                }
            }
            self.add(format_args!("</tr>\n"));
        }
        for (difference, set) in group.differences.iter().zip(&report.sets[1..]) {
            let name = match report.sets.len() {
                2 => "difference".to_owned(),
                _ => format!("{}, difference", set.entrant.name),
            };
            self.difference(difference, &name);
        }
    }

    fn difference(&mut self, means: &Means, name: &str) {
        self.add(format_args!(
            "<tr class=\"difference\"><td></td><td></td><td class=\"text\">{}</td>",
            Html(name)
        ));
        for metric in Metric::ALL {
            match means.get(metric) {
                Some(by) => self.add(format_args!(
                    "<td class=\"{}\" title=\"95 %: {:+.4} to {:+.4}\">{}</td>",
                    direction(metric, by),
                    by.low,
                    by.high,
                    signed(by)
                )),
                None => self.add(format_args!("<td>–</td>")),
            }
        }
        self.add(format_args!("</tr>\n"));
    }

    fn set(&mut self, nth: usize, set: &SetReport) {
        self.add(format_args!("<h2 id=\"set-{nth}\">{}</h2>\n<p>{}.", Html(&set.entrant.name), taken(set)));
        if let Some(cost) = &set.cost {
            self.add(format_args!(
                " {:.1} MB/s on one thread, {:.1} times the time of pass-through.",
                cost.rate(),
                cost.ratio()
            ));
        }
        self.add(format_args!("</p>\n"));
        let plot = purity_plot(&set.entrant.rules, &set.rules, |figures| anchor(nth, figures));
        if !plot.is_empty() {
            self.add(format_args!(
                "<h3>Purity against hits</h3>\n<p class=\"aside legend\"><span>A point is a rule, the larger the more words it \
                 took.</span> <span><span class=\"dot\"></span>in order</span> <span><span class=\"dot \
                 doubted\"></span>purity below 0.98</span> <span><span class=\"dot bad\"></span>examples fail, or content \
                 is taken for nothing</span></p>\n{plot}"
            ));
        }
        self.concerns(nth, set);
        self.rules(nth, set);
    }

    fn concerns(&mut self, nth: usize, set: &SetReport) {
        let lists = [
            (Concern::Examples, "Their own examples fail"),
            (Concern::Impure, "Examples pass, but purity is below 0.98"),
            (Concern::Useless, "They take content, and F1 is no lower without them"),
            (Concern::Dead, "No hit on these pages"),
        ];
        let mut heading = "<h3>What to fix</h3>\n";
        for (concern, about) in lists {
            let mut rules: Vec<&RuleFigures> =
                set.rules.iter().filter(|figures| figures.concerns.contains(&concern)).collect();
            if rules.is_empty() {
                continue;
            }
            rules.sort_by_key(|figures| std::cmp::Reverse(figures.gold));
            let open = if concern == Concern::Dead || rules.len() > 20 { "" } else { " open" };
            self.add(format_args!(
                "{}<details{open}><summary>{about}: {}</summary><ul class=\"fix\">\n",
                std::mem::take(&mut heading),
                counted(rules.len() as u64, "rule")
            ));
            for figures in rules {
                let name = set.entrant.rules.rule(figures.rule).name();
                self.add(format_args!("<li><a href=\"#{}\">{}</a>", anchor(nth, figures), Html(name)));
                if figures.gold > 0 {
                    self.add(format_args!(
                        " <span class=\"aside\">{} of {} are content</span>",
                        thousands(figures.gold),
                        counted(figures.words, "word")
                    ));
                }
                self.add(format_args!("</li>\n"));
            }
            self.add(format_args!("</ul></details>\n"));
        }
    }

    fn rules(&mut self, nth: usize, set: &SetReport) {
        let mut rules: Vec<&RuleFigures> = set.rules.iter().collect();
        rules.sort_by_key(|figures| std::cmp::Reverse((figures.words, figures.hits)));
        self.add(format_args!(
            "<h3>Rules</h3>\n<div class=\"tools\"><input type=\"search\" data-for=\"{nth}\" placeholder=\"Filter by name\" \
             aria-label=\"Filter rules by name\"><span class=\"aside\">Headings sort; names lead to lines.</span></div>\n\
             <div class=\"scroll\"><table class=\"sortable\"><thead><tr>"
        ));
        for (at, (name, about)) in COLUMNS.iter().enumerate() {
            let kind = if at < 2 { " class=\"text\" data-text" } else { "" };
            self.add(format_args!(
                "<th{kind} title=\"{about}\"><button type=\"button\">{name}</button></th>"
            ));
        }
        self.add(format_args!("</tr></thead><tbody>\n"));
        for figures in &rules {
            self.row(nth, set, figures);
        }
        self.add(format_args!("</tbody></table></div>\n<h3>Lines that they took</h3>\n"));
        for figures in rules {
            self.rule(nth, set, figures);
        }
    }

    fn row(&mut self, nth: usize, set: &SetReport, figures: &RuleFigures) {
        let rule = set.entrant.rules.rule(figures.rule);
        let dot = if figures.hits == 0 { "dead" } else { class(figures) };
        self.add(format_args!(
            "<tr data-set=\"{nth}\" data-name=\"{}\"><td class=\"text\" data-v=\"{0}\"><span class=\"dot {dot}\"></span><a \
             href=\"#{}\">{0}</a></td><td class=\"text\">{}</td>",
            Html(rule.name()),
            anchor(nth, figures),
            rule.kind().name()
        ));
        self.cell(figures.purity(), |purity| format!("{purity:.4}"));
        self.cell(Some(figures.harm), |harm| format!("{harm:.1}"));
        let star = figures.lift.is_some_and(|lift| lift.excludes_zero());
        let mark = if star { "*" } else { "\u{2007}" };
        self.cell(figures.lift.map(|lift| lift.mean), |lift| format!("{}{mark}", plus(lift, 5)));
        for count in [figures.hits, figures.pages, figures.words, figures.gold, figures.alone] {
            self.cell(Some(count as f64), |_| thousands(count));
        }
        self.cell((figures.removals > 0).then_some(figures.rank), |rank| format!("{rank:.2}"));
        self.cell(Some(figures.tries as f64), |_| thousands(figures.tries));
        self.cell(figures.hit_share(), |share| format!("{:.1} %", share * 100.0));
        self.cell(figures.time, |time| format!("{:.1} %", time * 100.0));
        self.add(format_args!("</tr>\n"));
    }

    fn cell(&mut self, value: Option<f64>, show: impl Fn(f64) -> String) {
        match value {
            Some(value) => self.add(format_args!("<td data-v=\"{value}\">{}</td>", show(value))),
            None => self.add(format_args!("<td data-v=\"\" class=\"aside\">–</td>")),
        }
    }

    fn rule(&mut self, nth: usize, set: &SetReport, figures: &RuleFigures) {
        if figures.right.is_empty() && figures.wrong.is_empty() {
            return;
        }
        let rules = &set.entrant.rules;
        let rule = rules.rule(figures.rule);
        let purity = figures.purity().map_or_else(String::new, |purity| format!("purity {purity:.4} · "));
        self.add(format_args!(
            "<details class=\"rule\" id=\"{}\" data-set=\"{nth}\" data-name=\"{}\"><summary><span><span class=\"dot \
             {}\"></span><b>{1}</b></span><span class=\"aside\">{purity}{} · {} content</span></summary>\n<div \
             class=\"inside\"><p>{}. <span class=\"aside\">{}: {}.</span></p>\n",
            anchor(nth, figures),
            Html(rule.name()),
            class(figures),
            counted(figures.words, "word"),
            thousands(figures.gold),
            Html(rule.about()),
            rule.kind().name(),
            Html(words::effect(rule)),
        ));
        if !figures.overlaps.is_empty() {
            self.add(format_args!("<p class=\"aside\">Took the same as "));
            for (at, (other, share)) in figures.overlaps.iter().enumerate() {
                let comma = if at == 0 { "" } else { ", " };
                self.add(format_args!("{comma}{} ({:.0} %)", Html(rules.rule(*other).name()), share * 100.0));
            }
            self.add(format_args!("</p>\n"));
        }
        self.add(format_args!("<div class=\"sides\">"));
        self.lines("wrong", "Content that it took, the worst first", &figures.wrong);
        self.lines("right", "Noise that it took", &figures.right);
        self.add(format_args!("</div></div></details>\n"));
    }

    fn lines(&mut self, class: &str, heading: &str, lines: &[LineSample]) {
        self.add(format_args!("<div class=\"{class}\"><h4>{heading}</h4>\n"));
        if lines.is_empty() {
            self.add(format_args!("<p class=\"aside\">None.</p>\n"));
        }
        for line in lines {
            self.add(format_args!("<figure>"));
            for around in &line.before {
                self.add(format_args!("<p class=\"around\">{}</p>", Html(around)));
            }
            self.add(format_args!("<p class=\"line\">{}</p>", Html(&line.text)));
            for around in &line.after {
                self.add(format_args!("<p class=\"around\">{}</p>", Html(around)));
            }
            let by = if line.renderer.is_empty() { "" } else { " · " };
            self.add(format_args!(
                "<figcaption>{}{by}{} · line {}",
                Html(&line.page),
                Html(&line.renderer),
                line.number
            ));
            if line.gold > 0 {
                self.add(format_args!(
                    " · {} of {} are content",
                    line.gold,
                    counted(line.words.into(), "word")
                ));
            }
            self.add(format_args!("</figcaption></figure>\n"));
        }
        self.add(format_args!("</div>"));
    }
}

/// The place of a rule's lines in the page.
fn anchor(nth: usize, figures: &RuleFigures) -> String {
    format!("rule-{nth}-{}", figures.rule.index())
}

fn label(metric: Metric) -> &'static str {
    match metric {
        Metric::Precision => "precision",
        Metric::Recall => "recall",
        Metric::Without => "without ↓",
        Metric::Published => "published",
        other => other.name(),
    }
}

fn signed(by: Interval) -> String {
    format!("{}{}", plus(by.mean, 4), if by.excludes_zero() { "*" } else { "" })
}

/// Whether a difference is for the better, for the worse, or may be chance.
fn direction(metric: Metric, by: Interval) -> &'static str {
    match (by.excludes_zero(), (by.mean > 0.0) != metric.lower_is_better()) {
        (false, _) => "aside",
        (true, true) => "up",
        (true, false) => "down",
    }
}
