//! A bench for people: the figures of every set side by side, the rules that take most, and what to mend. What a star
//! stands beside is no accident: its interval leaves zero out.

use super::style::{ASIDE, DOUBTED, GONE, PROTECTED, STRONG, paint};
use super::text::{clip, counted, escape, pad, plus, shorten, thousands, width, wrap};
use crate::eval::bootstrap::Interval;
use crate::eval::score::Metric;
use crate::eval::{BenchReport, Concern, Cost, Group, GroupBy, Means, RuleFigures, SetReport};
use std::cmp::Reverse;

/// Columns of a figure.
const FIGURE: usize = 10;
/// Columns of a name that has to be cut, at least.
const LEAST: usize = 12;
/// Rules of one concern that are named.
const NAMED: usize = 12;
/// Rules that are named as the dearest.
const DEAREST: usize = 10;

/// What rules are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleOrder {
    /// Words taken, most first.
    #[default]
    Words,
    /// Hits, most first.
    Hits,
    /// Purity, worst first.
    Purity,
    /// Harm, most first.
    Harm,
    /// Lift, least first.
    Lift,
    /// Rank, worst first.
    Rank,
    /// Time, most first.
    Time,
    /// Name.
    Name,
}

/// How a bench is shown.
#[derive(Clone, Copy, Debug)]
pub struct BenchTextOptions {
    /// Columns to fill.
    pub columns: usize,
    /// Columns that tables may take: as many as they like where there is no terminal, for a program may read them.
    pub table_columns: usize,
    /// Rules of each set that are shown, at most.
    pub top: usize,
    /// What they are sorted by.
    pub order: RuleOrder,
}

/// The report as text with styles.
pub fn bench_text(report: &BenchReport, options: BenchTextOptions) -> String {
    let mut rows = head(report);
    rows.push(String::new());
    rows.extend(scores(report, options.table_columns));
    for set in &report.sets {
        rows.push(String::new());
        rows.extend(one_set(set, options));
    }
    rows.iter().map(|row| format!("{}\n", row.trim_end())).collect()
}

fn head(report: &BenchReport) -> Vec<String> {
    let samples = &report.samples;
    let renderers: Vec<&str> =
        samples.renderers.iter().map(|name| &**name).filter(|name| !name.is_empty()).collect();
    let of = match renderers.as_slice() {
        [] => String::new(),
        names => format!(", rendered by {}", escape(&names.join(", "))),
    };
    let mut rows = vec![format!(
        "{} of {} of {}{of}",
        paint(STRONG, counted(samples.list.len() as u64, "sample")),
        counted(samples.pages as u64, "page"),
        counted(samples.sites as u64, "site"),
    )];
    if samples.missing > 0 {
        let told =
            format!("{} without a text count as empty pages", counted(samples.missing as u64, "sample"));
        rows.push(paint(DOUBTED, told));
    }
    rows
}

/// The figures, in as many tables one below the other as it takes for them to fit.
fn scores(report: &BenchReport, columns: usize) -> Vec<String> {
    let known: Vec<Metric> = Metric::ALL
        .into_iter()
        .filter(|metric| {
            report.groups.iter().any(|group| group.sets.iter().any(|set| set.get(*metric).is_some()))
        })
        .collect();
    let names: Vec<String> = report.sets.iter().map(|set| escape(&set.entrant.name)).collect();
    let labels: Vec<String> = report.groups.iter().map(label).collect();
    let label_width = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    let room = columns.saturating_sub(label_width + "  samples  ".len());
    // As few tables as there can be, all of much the same width: what is left over is for names.
    let fit = (room.saturating_sub(LEAST) / FIGURE).max(1);
    let each = known.len().div_ceil(known.len().div_ceil(fit).max(1)).max(1);
    let name_room = room.saturating_sub(each * FIGURE).max(LEAST);
    let names: Vec<String> = names.iter().map(|name| shorten(name, name_room)).collect();
    let name_width = names.iter().map(|name| width(name)).max().unwrap_or(0).max("difference".len());
    let lead = |label: &str, samples: &str, name: &str| {
        format!("{}  {samples:>7}  {}", pad(label, label_width), pad(name, name_width))
    };
    let mut rows = Vec::new();
    for known in known.chunks(each) {
        if !rows.is_empty() {
            rows.push(String::new());
        }
        let head: String = known.iter().map(|metric| format!("{:>FIGURE$}", metric.name())).collect();
        rows.push(paint(STRONG, lead("", "samples", "rules") + &head));
        for (group, label) in report.groups.iter().zip(&labels) {
            for (nth, (means, name)) in group.sets.iter().zip(&names).enumerate() {
                let (label, samples) = match nth {
                    0 => (label.as_str(), thousands(group.samples as u64)),
                    _ => ("", String::new()),
                };
                let figures: String = known.iter().map(|metric| figure(means.get(*metric))).collect();
                rows.push(lead(label, &samples, name) + &figures);
                if group.by == GroupBy::All {
                    let spread: String = known.iter().map(|metric| spread(means.get(*metric))).collect();
                    rows.push(paint(ASIDE, lead("", "", "95 %") + &spread));
                }
            }
            for (nth, difference) in group.differences.iter().enumerate() {
                let figures: String = known.iter().map(|metric| change(*metric, difference)).collect();
                let name = if nth == 0 { "difference" } else { "" };
                rows.push(paint(ASIDE, lead("", "", name)) + &figures);
            }
        }
    }
    rows
}

fn label(group: &Group) -> String {
    match group.by {
        GroupBy::All => "all".to_owned(),
        by if group.name.is_empty() => format!("{} unknown", by.name()),
        _ => escape(&group.name),
    }
}

fn figure(of: Option<Interval>) -> String {
    of.map_or_else(|| format!("{:>FIGURE$}", "-"), |of| format!("{:>FIGURE$.4}", of.mean))
}

fn spread(of: Option<Interval>) -> String {
    of.map_or_else(
        || " ".repeat(FIGURE),
        |of| format!("{:>FIGURE$}", format!("±{:.4}", (of.high - of.low) / 2.0)),
    )
}

/// A difference: better is green, worse is red, and what may be chance is neither.
fn change(metric: Metric, means: &Means) -> String {
    let Some(of) = means.get(metric) else { return format!("{:>FIGURE$}", "-") };
    if !of.excludes_zero() {
        return paint(ASIDE, format!("{:>FIGURE$}", format!("{} ", plus(of.mean, 4))));
    }
    let better = (of.mean > 0.0) != metric.lower_is_better();
    paint(if better { PROTECTED } else { GONE }, format!("{:>FIGURE$}", format!("{}*", plus(of.mean, 4))))
}

fn one_set(set: &SetReport, options: BenchTextOptions) -> Vec<String> {
    let (name, taken) = (escape(&set.entrant.name), taken(set));
    let mut rows = Vec::new();
    if width(&name) + 2 + width(&taken) <= options.columns {
        rows.push(format!("{}  {taken}", paint(STRONG, name)));
    } else {
        rows.push(paint(STRONG, shorten(&name, options.table_columns)));
        rows.extend(wrap(&taken, options.columns));
    }
    rows.extend(set.cost.iter().flat_map(|cost| costs(cost, options.columns)));
    let mut shown: Vec<&RuleFigures> = set.rules.iter().filter(|figures| figures.hits > 0).collect();
    sort(set, &mut shown, options.order);
    let rest = shown.len().saturating_sub(options.top);
    shown.truncate(options.top);
    if !shown.is_empty() {
        rows.extend(rule_table(set, &shown, options.table_columns));
    }
    if rest > 0 {
        rows.push(paint(ASIDE, format!("and {} more; --top shows them", counted(rest as u64, "rule"))));
    }
    rows.extend(dearest(set, options));
    rows.extend(concerns(set, options));
    rows
}

/// What the rules took together: `214 rules run and took 1,204 words, 98.10 % of them noise`.
pub(super) fn taken(set: &SetReport) -> String {
    let run = format!("{} run", counted(set.rules.len() as u64, "rule"));
    if set.words == 0 {
        return format!("{run}; no word was taken");
    }
    let noise = (set.words - set.gold) as f64 * 100.0 / set.words as f64;
    format!("{run} and took {}, {noise:.2} % of them noise", counted(set.words, "word"))
}

fn costs(cost: &Cost, columns: usize) -> Vec<String> {
    let mut packs = cost.packs.clone();
    packs.sort_by(|a, b| b.1.total_cmp(&a.1));
    let packs: Vec<String> = packs
        .iter()
        .filter(|(_, share)| *share >= 0.005)
        .map(|(pack, share)| format!("{}\u{a0}{:.0}\u{a0}%", escape(pack), share * 100.0))
        .collect();
    let by_pack = if packs.is_empty() { String::new() } else { format!("; by pack {}", packs.join(", ")) };
    let told = format!(
        "{:.1} MB/s on one thread, {:.1} times the time of pass-through{by_pack}",
        cost.rate(),
        cost.ratio()
    );
    wrap(&told, columns).into_iter().map(|row| paint(ASIDE, row.replace('\u{a0}', " "))).collect()
}

fn sort(set: &SetReport, rules: &mut [&RuleFigures], order: RuleOrder) {
    let worst_first = |value: Option<f64>| value.map_or(u64::MAX, ordered);
    match order {
        RuleOrder::Words => rules.sort_by_key(|figures| (Reverse(figures.words), Reverse(figures.hits))),
        RuleOrder::Hits => rules.sort_by_key(|figures| Reverse(figures.hits)),
        RuleOrder::Purity => rules.sort_by_key(|figures| worst_first(figures.purity())),
        RuleOrder::Harm => rules.sort_by_key(|figures| Reverse(figures.gold)),
        RuleOrder::Lift => rules.sort_by_key(|figures| worst_first(figures.lift.map(|lift| lift.mean + 1.0))),
        RuleOrder::Rank => rules.sort_by_key(|figures| ordered(figures.rank)),
        RuleOrder::Time => rules.sort_by_key(|figures| Reverse(figures.time.map_or(0, ordered))),
        RuleOrder::Name => rules.sort_by_key(|figures| set.entrant.rules.rule(figures.rule).name()),
    }
}

/// A figure that is not below zero as an integer of the same order.
fn ordered(value: f64) -> u64 {
    value.max(0.0).to_bits()
}

/// One rule a line. Where it would be too wide, columns take no more than their figures, and then names are cut.
fn rule_table(set: &SetReport, rules: &[&RuleFigures], columns: usize) -> Vec<String> {
    const HEAD: [&str; 8] = ["purity", "harm", "lift", "words", "hits", "pages", "rank", "time"];
    const WIDE: [usize; 8] = [7, 9, 8, 9, 9, 9, 5, 6];
    let name = |figures: &RuleFigures| escape(set.entrant.rules.rule(figures.rule).name());
    let cells: Vec<[String; 8]> = rules.iter().map(|figures| rule_cells(figures)).collect();
    let longest = rules.iter().map(|figures| width(&name(figures))).max().unwrap_or(0);
    // A space stands between figures, two before the name.
    let used = |widths: &[usize]| widths.iter().sum::<usize>() + widths.len() + 1;
    let widths = match used(&WIDE) + longest <= columns {
        true => WIDE,
        false => std::array::from_fn(|column| {
            cells.iter().map(|row| width(&row[column])).chain([HEAD[column].len()]).max().unwrap_or(0)
        }),
    };
    let room = columns.saturating_sub(used(&widths)).max(LEAST);
    let figures_of = |cells: &[String]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:>width$}"));
        padded.collect::<Vec<_>>().join(" ")
    };
    let mut rows = vec![paint(STRONG, format!("{}  rule", figures_of(&HEAD.map(str::to_owned))))];
    rows.extend(rules.iter().zip(&cells).map(|(figures, cells)| {
        let name = clip(&name(figures), room);
        let name = if figures.concerns.is_empty() { name } else { paint(DOUBTED, name) };
        format!("{}  {name}", figures_of(cells))
    }));
    rows
}

fn rule_cells(figures: &RuleFigures) -> [String; 8] {
    let dash = || "-".to_owned();
    let purity = figures.purity().map_or_else(dash, |purity| format!("{purity:.4}"));
    let lift = figures.lift.map_or_else(dash, |lift| {
        let star = if lift.excludes_zero() { "*" } else { " " };
        format!("{}{star}", plus(lift.mean, 4))
    });
    [
        purity,
        format!("{:.1}", figures.harm),
        lift,
        thousands(figures.words),
        thousands(figures.hits),
        thousands(figures.pages),
        format!("{:.2}", figures.rank),
        percent(figures.time),
    ]
}

/// The rules that cost most: by their time where it was measured, else by how often they were tried on a line. Tries in
/// vain are what an author can spare.
fn dearest(set: &SetReport, options: BenchTextOptions) -> Vec<String> {
    let mut rules: Vec<&RuleFigures> = set.rules.iter().filter(|figures| figures.tries > 0).collect();
    rules.sort_by_key(|figures| Reverse((figures.time.map_or(0, ordered), figures.tries)));
    rules.truncate(options.top.min(DEAREST));
    if rules.is_empty() {
        return Vec::new();
    }
    let lines = counted(set.lines, "line");
    let head = format!("{:>9} {:>9} {:>9} {:>7} {:>6}  ", "tries", "a line", "that hit", "share", "time");
    let room = options.table_columns.saturating_sub(head.len()).max(LEAST);
    let mut rows = vec![
        String::new(),
        paint(STRONG, format!("Dearest rules on {lines}")),
        paint(STRONG, format!("{head}rule")),
    ];
    rows.extend(rules.into_iter().map(|figures| {
        format!(
            "{:>9} {:>9.4} {:>9} {:>7} {:>6}  {}",
            thousands(figures.tries),
            figures.tries as f64 / set.lines.max(1) as f64,
            thousands(figures.tries_hit),
            percent(figures.hit_share()),
            percent(figures.time),
            clip(&escape(set.entrant.rules.rule(figures.rule).name()), room),
        )
    }));
    rows
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// What is to be mended, by what is wrong: the worst rules by name with their figures, the dead ones in one line.
fn concerns(set: &SetReport, options: BenchTextOptions) -> Vec<String> {
    let mut rows = Vec::new();
    let with = |concern: Concern| {
        let mut rules: Vec<&RuleFigures> =
            set.rules.iter().filter(|figures| figures.concerns.contains(&concern)).collect();
        rules.sort_by_key(|figures| Reverse(figures.gold));
        rules
    };
    let name = |figures: &RuleFigures| escape(set.entrant.rules.rule(figures.rule).name());
    let mut listed = |concern: Concern, heading: &str, told: &dyn Fn(&RuleFigures) -> String| {
        let rules = with(concern);
        if rules.is_empty() {
            return;
        }
        rows.push(paint(DOUBTED, format!("{} {heading}", counted(rules.len() as u64, "rule"))));
        for figures in rules.iter().take(NAMED) {
            let told = told(figures);
            let room = options.table_columns.saturating_sub(3 + width(&told)).max(LEAST);
            let name = pad(&clip(&name(figures), room), room.min(40));
            rows.push(format!("  {name} {}", paint(ASIDE, told)));
        }
        if rules.len() > NAMED {
            rows.push(paint(ASIDE, format!("  and {} more", rules.len() - NAMED)));
        }
    };
    let content = |figures: &RuleFigures| {
        format!("{} of {} are content", thousands(figures.gold), counted(figures.words, "word"))
    };
    listed(Concern::Examples, "to fix: their own examples fail", &|_| "see `dehusk rules check`".to_owned());
    listed(Concern::Impure, "to fix: examples pass, but purity is below 0.98", &content);
    listed(Concern::Useless, "to fix: they take content, and F1 is no lower without them", &content);
    let dead = with(Concern::Dead);
    if !dead.is_empty() {
        rows.push(paint(
            DOUBTED,
            format!("{} with no hit on these pages", counted(dead.len() as u64, "rule")),
        ));
        let names: Vec<String> = dead.iter().map(|figures| name(figures)).collect();
        rows.extend(
            wrap(&names.join(", "), options.columns.saturating_sub(2)).iter().map(|row| format!("  {row}")),
        );
    }
    if !rows.is_empty() {
        rows.insert(0, String::new());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_their_order_as_integers() {
        let values = [0.0, 1e-9, 0.5, 0.98, 1.0, 2.0];
        assert!(values.windows(2).all(|pair| ordered(pair[0]) < ordered(pair[1])));
    }

    #[test]
    fn only_what_is_no_accident_is_starred() {
        let score = |value| crate::eval::score::PageScore::default().with(Metric::Without, Some(value));
        let (low, high) = (score(0.1), score(0.3));
        let means = Means::of_differences(&[(0, &low, &high), (1, &low, &high)].into_iter());
        assert!(change(Metric::Without, &means).contains("+0.2000*"));
        assert!(change(Metric::Without, &means).starts_with(&GONE.to_string()), "more of it is worse");
        let even = Means::of_differences(&[(0, &low, &high), (1, &high, &low)].into_iter());
        assert!(change(Metric::Without, &even).contains(" 0.0000 "));
    }
}
