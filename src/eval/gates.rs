//! Gates: what figures must reach for a build to go on. A floor is told by its user; against a former bench only a
//! significant loss counts, page by page where both have the page, so that chance stops nobody.

use super::bench::{BenchReport, Group, GroupBy, Means, SetReport};
use super::score::{Metric, PageScore};
use foldhash::HashMap;
use serde_json::Value;
use std::str::FromStr;

/// What a loss against a former bench is looked for in. P and R are no such figures: they are traded for each other.
const GUARDED: [Metric; 5] = [Metric::F1, Metric::Exact, Metric::Title, Metric::Authors, Metric::Published];

/// A figure that a metric must reach over all samples; where less is better, that it must not exceed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Floor {
    /// The metric.
    pub metric: Metric,
    /// The figure.
    pub value: f64,
}

impl FromStr for Floor {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let names = || Metric::ALL.map(Metric::name).join(", ");
        let (name, value) = written.split_once('=').ok_or_else(|| {
            format!("write a metric and its figure, such as `F1=0.9`; metrics are {}", names())
        })?;
        let metric = Metric::from_name(name.trim())
            .ok_or_else(|| format!("there is no metric `{name}`; metrics are {}", names()))?;
        match value.trim().parse() {
            Ok(value) if (0.0..=1.0).contains(&value) => Ok(Self { metric, value }),
            _ => Err(format!("`{value}` is no figure from 0 to 1")),
        }
    }
}

/// A former bench, as far as gates ask for it.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    sets: Vec<BaselineSet>,
}

#[derive(Clone, Debug, Default)]
struct BaselineSet {
    name: String,
    /// The lower ends of the intervals of what is guarded.
    ends: Vec<(Metric, f64)>,
    /// Scores by page and renderer.
    pages: HashMap<(String, String), PageScore>,
}

impl FromStr for Baseline {
    type Err = String;

    /// Reads what `bench --json` wrote.
    fn from_str(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
        let sets = value["sets"].as_array().filter(|sets| !sets.is_empty());
        let sets = sets.ok_or("no `sets` in it; a baseline is what `bench --json` printed")?;
        let strings = |key: &str| -> Vec<&str> {
            value["samples"][key].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
        };
        let (ids, renderers) = (strings("id"), strings("renderer"));
        let set = |set: &Value| {
            let mut read = BaselineSet {
                name: set["name"].as_str().unwrap_or_default().to_owned(),
                ..Default::default()
            };
            for metric in GUARDED {
                read.ends.extend(set["means"][metric.name()]["low"].as_f64().map(|end| (metric, end)));
                let scores = set["scores"][metric.name()].as_array().map_or(&[][..], Vec::as_slice);
                for ((id, renderer), score) in ids.iter().zip(&renderers).zip(scores) {
                    let page = read.pages.entry(((*id).to_owned(), (*renderer).to_owned())).or_default();
                    *page = page.with(metric, score.as_f64());
                }
            }
            read
        };
        Ok(Self { sets: sets.iter().map(set).collect() })
    }
}

/// All gates of a bench.
#[derive(Clone, Debug, Default)]
pub struct Gates {
    /// Figures to reach.
    pub floors: Vec<Floor>,
    /// Gold words that a single rule may take, per million gold words.
    pub max_harm: Option<f64>,
    /// A former bench that must not be better.
    pub baseline: Option<Baseline>,
}

impl Gates {
    /// Every gate that a set fails, and by how much, each as one sentence.
    pub fn failed(&self, report: &BenchReport) -> Vec<String> {
        let mut failed = Vec::new();
        let Some(all) = report.groups.iter().find(|group| group.by == GroupBy::All) else { return failed };
        for (nth, set) in report.sets.iter().enumerate() {
            let name = &set.entrant.name;
            let mut fail = |what: String| failed.push(format!("{name}: {what}"));
            self.floors.iter().filter_map(|floor| floor.fault(&all.sets[nth])).for_each(&mut fail);
            self.harm(set).into_iter().for_each(&mut fail);
            self.losses(report, all, nth).into_iter().for_each(&mut fail);
        }
        failed
    }

    fn harm(&self, set: &SetReport) -> Vec<String> {
        let Some(most) = self.max_harm else { return Vec::new() };
        let harmful = set.rules.iter().filter(|figures| figures.harm > most);
        let mut harmful: Vec<_> =
            harmful.map(|figures| (figures.harm, set.entrant.rules.rule(figures.rule).name())).collect();
        harmful.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let told = |(harm, rule)| {
            format!(
                "{rule} takes {harm:.1} of a million gold words, {:.1} more than {most} allows",
                harm - most
            )
        };
        harmful.into_iter().map(told).collect()
    }

    fn losses(&self, report: &BenchReport, all: &Group, nth: usize) -> Vec<String> {
        let Some(baseline) = &self.baseline else { return Vec::new() };
        let set = &report.sets[nth];
        let same = baseline.sets.iter().find(|former| former.name == set.entrant.name);
        let Some(former) = same.or_else(|| baseline.sets.first()) else { return Vec::new() };
        let pairs: Vec<(usize, &PageScore, &PageScore)> = report
            .samples
            .list
            .iter()
            .zip(&set.scores)
            .filter_map(|(sample, now)| {
                let key = (sample.page.id.clone(), sample.renderer.to_string());
                Some((sample.site, former.pages.get(&key)?, now))
            })
            .collect();
        if pairs.is_empty() {
            let below = |metric: &Metric| {
                let (_, end) = former.ends.iter().find(|(known, _)| known == metric)?;
                let mean = all.sets[nth].get(*metric)?.mean;
                (mean < *end).then(|| {
                    format!(
                        "{} is {mean:.4}, below the {end:.4} that the baseline's interval begins with",
                        metric.name()
                    )
                })
            };
            return GUARDED.iter().filter_map(below).collect();
        }
        let differences = Means::of_differences(&pairs.iter().copied());
        let lost = |metric: &Metric| {
            let by = differences.get(*metric).filter(|by| by.high < 0.0)?;
            let pages = if by.values == 1 { "page" } else { "pages" };
            Some(format!(
                "{} is {:.4} lower than the baseline's on the {} {pages} that both have (95 %: {:.4} to {:.4})",
                metric.name(),
                -by.mean,
                by.values,
                -by.high,
                -by.low
            ))
        };
        GUARDED.iter().filter_map(lost).collect()
    }
}

impl Floor {
    fn fault(&self, means: &Means) -> Option<String> {
        let Self { metric, value } = *self;
        let name = metric.name();
        let Some(mean) = means.get(metric).map(|mean| mean.mean) else {
            return Some(format!("{name} is not known: no sample tells it"));
        };
        let (missed, by, side) = match metric.lower_is_better() {
            true => (mean > value, mean - value, "above"),
            false => (mean < value, value - mean, "below"),
        };
        missed.then(|| format!("{name} is {mean:.4}, {by:.4} {side} {value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_are_read_as_metric_and_figure() {
        assert_eq!("F1=0.9".parse(), Ok(Floor { metric: Metric::F1, value: 0.9 }));
        assert_eq!("Exact = 1".parse(), Ok(Floor { metric: Metric::Exact, value: 1.0 }));
        for wrong in ["F1", "G1=0.5", "F1=2", "F1=", "F1=high", "F1=NaN"] {
            assert!(wrong.parse::<Floor>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_floor_says_by_how_much_it_was_missed() {
        let means = |mean: f64| {
            let score = PageScore::default().with(Metric::F1, Some(mean)).with(Metric::Without, Some(mean));
            Means::of(&[(0, &score)].into_iter())
        };
        let told = |floor: &str, mean: f64| floor.parse::<Floor>().unwrap().fault(&means(mean));
        assert_eq!(told("F1=0.9", 0.875).unwrap(), "F1 is 0.8750, 0.0250 below 0.9");
        assert_eq!(told("F1=0.9", 0.9), None);
        assert_eq!(told("without=0.1", 0.25).unwrap(), "without is 0.2500, 0.1500 above 0.1");
        assert_eq!(told("without=0.1", 0.0), None);
        assert!(told("title=0.5", 0.9).unwrap().contains("not known"));
    }

    #[test]
    fn what_is_no_bench_is_no_baseline() {
        for (text, part) in [("[", "no JSON"), ("{}", "no `sets`"), ("{\"sets\":[]}", "no `sets`")] {
            assert!(text.parse::<Baseline>().unwrap_err().contains(part), "{text}");
        }
    }
}
