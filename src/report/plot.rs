//! Rules as points: how often they hit, against how much of what they take is noise. Drawn as SVG that stands in a page
//! and takes its colours from there.

use super::html::Html;
use super::text::{counted, thousands};
use crate::eval::{Concern, PURE, RuleFigures};
use crate::rules::RuleSet;
use std::fmt::Write as _;

const WIDTH: f64 = 920.0;
const HEIGHT: f64 = 400.0;
/// Room for the ticks: left, top, right, bottom.
const MARGIN: [f64; 4] = [64.0, 20.0, 44.0, 48.0];
/// Ticks of purity.
const PURITIES: [f64; 8] = [0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0];

/// The plot of every rule that took words; `anchor` leads from a point to the rule.
pub(super) fn purity_plot(
    set: &RuleSet,
    rules: &[RuleFigures],
    anchor: impl Fn(&RuleFigures) -> String,
) -> String {
    let mut points: Vec<(&RuleFigures, f64)> =
        rules.iter().filter_map(|figures| Some((figures, figures.purity()?))).collect();
    if points.is_empty() {
        return String::new();
    }
    // Large points first: small ones must not lie hidden under them.
    points.sort_by_key(|(figures, _)| std::cmp::Reverse(figures.words));
    let most = points.iter().map(|(figures, _)| figures.hits).max().unwrap_or(1).max(10);
    let decades = (most as f64).log10().ceil();
    let x = |hits: u64| MARGIN[0] + (WIDTH - MARGIN[0] - MARGIN[2]) * (hits.max(1) as f64).log10() / decades;
    let y =
        |purity: f64| MARGIN[1] + (HEIGHT - MARGIN[1] - MARGIN[3]) * (1.0 - stretch(purity) / stretch(1.0));
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Purity of each rule against its hits\">\n"
    );
    let mut draw = |part: std::fmt::Arguments<'_>| svg.write_fmt(part).unwrap_or_default();
    let (right, bottom) = (WIDTH - MARGIN[2], HEIGHT - MARGIN[3]);
    for purity in PURITIES {
        let (at, class) = (y(purity), if purity == PURE { "grid bar" } else { "grid" });
        draw(format_args!(
            "<line class=\"{class}\" x1=\"{}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>",
            MARGIN[0]
        ));
        draw(format_args!(
            "<text class=\"tick\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{purity}</text>\n",
            MARGIN[0] - 8.0,
            at + 4.0
        ));
    }
    for decade in 0..=decades as u32 {
        let hits = 10u64.pow(decade);
        let at = x(hits);
        draw(format_args!(
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{}\" y2=\"{bottom}\"/>",
            MARGIN[1]
        ));
        draw(format_args!(
            "<text class=\"tick\" x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
            bottom + 18.0,
            thousands(hits)
        ));
    }
    draw(format_args!(
        "<text class=\"axis\" x=\"{right}\" y=\"{}\" text-anchor=\"end\">hits</text>\
         <text class=\"axis\" x=\"14\" y=\"{:.1}\" transform=\"rotate(-90 14 {:.1})\" text-anchor=\"middle\">purity</text>\n",
        HEIGHT - 8.0,
        HEIGHT / 2.0,
        HEIGHT / 2.0
    ));
    for (figures, purity) in points {
        let name = set.rule(figures.rule).name();
        let size = 3.0 + 1.9 * ((figures.words + 1) as f64).log10();
        draw(format_args!(
            "<a href=\"#{}\"><circle class=\"{}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{size:.1}\"><title>{}\npurity {purity:.4}, {}, \
             {}, {} of them content</title></circle></a>\n",
            anchor(figures),
            class(figures),
            x(figures.hits),
            y(purity),
            Html(name),
            counted(figures.hits, "hit"),
            counted(figures.words, "word"),
            thousands(figures.gold),
        ));
    }
    svg.push_str("</svg>\n");
    svg
}

/// Most rules lie between 0.9 and 1, so the distance from 1 is drawn by its logarithm.
fn stretch(purity: f64) -> f64 {
    -(1.0 - purity + 0.002).log10() + 1.002f64.log10()
}

/// The worst that is wrong with a rule.
pub(super) fn class(figures: &RuleFigures) -> &'static str {
    let has = |concern: Concern| figures.concerns.contains(&concern);
    if has(Concern::Examples) || has(Concern::Useless) {
        "bad"
    } else if has(Concern::Impure) {
        "doubted"
    } else {
        "good"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purity_rises_all_the_way_and_begins_at_the_axis() {
        assert!(stretch(0.0).abs() < 1e-9);
        assert!(PURITIES.windows(2).all(|pair| stretch(pair[0]) < stretch(pair[1])));
    }
}
