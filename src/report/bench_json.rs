//! A bench for programs: every figure, every rule, and the score of every sample, so that a later bench can be held
//! against this one sample by sample. Keys never change or go. Times are told under `cost` and `time` alone: without
//! them, the same bench gives the same bytes.

use crate::eval::bootstrap::Interval;
use crate::eval::score::Metric;
use crate::eval::{BenchReport, Cost, Group, LineSample, Means, RuleFigures, SetReport};
use crate::rules::RuleSet;
use serde_json::{Map, Value, json};

/// The whole report.
pub fn bench_json(report: &BenchReport) -> Value {
    let samples = &report.samples;
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "samples": {
            "count": samples.list.len(),
            "pages": samples.pages,
            "sites": samples.sites,
            "missing": samples.missing,
            "unlabelled": samples.unlabelled,
            "gold_words": report.gold_words,
            "id": samples.list.iter().map(|sample| &sample.page.id).collect::<Vec<_>>(),
            "renderer": samples.list.iter().map(|sample| &*sample.renderer).collect::<Vec<_>>(),
        },
        "sets": report.sets.iter().enumerate().map(|(nth, set)| one_set(report, nth, set)).collect::<Vec<_>>(),
        "groups": report.groups.iter().map(group).collect::<Vec<_>>(),
    })
}

fn one_set(report: &BenchReport, nth: usize, set: &SetReport) -> Value {
    let scores: Map<String, Value> = Metric::ALL
        .iter()
        .map(|metric| {
            let of_all = set.scores.iter().map(|score| json!(score.get(*metric))).collect::<Vec<_>>();
            (metric.name().to_owned(), Value::Array(of_all))
        })
        .collect();
    let rules = &set.entrant.rules;
    json!({
        "name": set.entrant.name,
        "lines": set.lines,
        "words": set.words,
        "gold": set.gold,
        "means": report.groups.first().map_or(Value::Null, |all| means(&all.sets[nth])),
        "cost": set.cost.as_ref().map(cost),
        "rules": set.rules.iter().map(|figures| rule(rules, figures)).collect::<Vec<_>>(),
        "scores": scores,
    })
}

fn cost(cost: &Cost) -> Value {
    let packs: Map<String, Value> =
        cost.packs.iter().map(|(pack, share)| (pack.clone(), json!(share))).collect();
    json!({
        "bytes": cost.bytes,
        "pass_through_seconds": cost.pass_through,
        "clean_seconds": cost.clean,
        "megabytes_per_second": cost.rate(),
        "times_pass_through": cost.ratio(),
        "packs": packs,
    })
}

fn group(group: &Group) -> Value {
    json!({
        "by": group.by.name(),
        "name": group.name,
        "samples": group.samples,
        "sets": group.sets.iter().map(means).collect::<Vec<_>>(),
        "differences": group.differences.iter().map(means).collect::<Vec<_>>(),
    })
}

fn means(means: &Means) -> Value {
    let known = Metric::ALL
        .iter()
        .filter_map(|metric| Some((metric.name().to_owned(), interval(&means.get(*metric)?))));
    Value::Object(known.collect())
}

fn interval(of: &Interval) -> Value {
    json!({ "mean": of.mean, "low": of.low, "high": of.high, "values": of.values })
}

/// One rule of a bench.
pub(super) fn rule(set: &RuleSet, figures: &RuleFigures) -> Value {
    let rule = set.rule(figures.rule);
    let overlaps = figures.overlaps.iter().map(|(other, share)| json!([set.rule(*other).name(), share]));
    json!({
        "id": rule.name(),
        "kind": rule.kind().name(),
        "action": rule.action().name(),
        "score": rule.score().as_f64(),
        "hits": figures.hits,
        "pages": figures.pages,
        "removals": figures.removals,
        "words": figures.words,
        "gold": figures.gold,
        "alone": figures.alone,
        "purity": figures.purity(),
        "harm": figures.harm,
        "lift": figures.lift.as_ref().map(interval),
        "rank": figures.rank,
        "tries": figures.tries,
        "tries_hit": figures.tries_hit,
        "time": figures.time,
        "overlaps": overlaps.collect::<Vec<_>>(),
        "concerns": figures.concerns.iter().map(|concern| concern.name()).collect::<Vec<_>>(),
        "right": figures.right.iter().map(line).collect::<Vec<_>>(),
        "wrong": figures.wrong.iter().map(line).collect::<Vec<_>>(),
    })
}

fn line(line: &LineSample) -> Value {
    json!({
        "page": line.page,
        "renderer": line.renderer,
        "line": line.number,
        "text": line.text,
        "before": line.before,
        "after": line.after,
        "words": line.words,
        "gold": line.gold,
    })
}
