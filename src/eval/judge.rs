//! One sample and one rule set: how good the article is, what each rule took, and what would be lost without it.

use super::samples::Sample;
use super::score::{Got, PageScore, score_page};
use super::truth::{Taken, Truth};
use crate::clean::{Cleaner, Workspace};
use crate::matcher::Tried;
use crate::model::{Action, Cleaned, Outcome, Removal, RuleId, Score, SkipReason};
use crate::rules::RuleSet;

/// What one thread reuses from sample to sample.
#[derive(Default)]
pub(super) struct Bench {
    workspace: Workspace,
    cleaned: Cleaned,
    counts: Vec<u32>,
}

/// What a rule set made of one sample.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) score: PageScore,
    /// Words of the gold text.
    pub(super) gold_words: u64,
    /// What all rules together took.
    pub(super) taken: Taken,
    /// Lines of the page.
    pub(super) lines: u32,
    /// Every rule that was tried on one of them, and how often.
    pub(super) tries: Vec<(RuleId, Tried)>,
    /// Every rule that hit the page, by id.
    pub(super) rules: Vec<OnPage>,
    /// Pairs of rules that took a line together, each with the number of lines.
    pub(super) pairs: Vec<(RuleId, RuleId, u32)>,
}

/// What one rule did to one page.
#[derive(Clone, Copy, Debug)]
pub(super) struct OnPage {
    pub(super) rule: RuleId,
    /// Hits, whatever came of them.
    pub(super) hits: u32,
    /// Parts of the page that it had a hand in taking.
    pub(super) removals: u32,
    /// Their words.
    pub(super) taken: Taken,
    /// Words that it took without any other rule.
    pub(super) alone: u32,
    /// F1 with the rule, less F1 without.
    pub(super) lift: f64,
    /// A line that it took rightly, to be shown.
    pub(super) right: Option<u32>,
    /// The line with the most gold that it took.
    pub(super) wrong: Option<(u32, Taken)>,
}

impl OnPage {
    fn new(rule: RuleId) -> Self {
        let taken = Taken::default();
        Self { rule, hits: 0, removals: 0, taken, alone: 0, lift: 0.0, right: None, wrong: None }
    }
}

/// Cleans and scores one sample.
pub(super) fn judge(cleaner: &Cleaner, sample: &Sample, with_lift: bool, bench: &mut Bench) -> Judged {
    let Bench { workspace, cleaned, counts } = bench;
    let tries = cleaner.clean_counting(workspace, &sample.page, cleaned);
    let mut truth = Truth::of(sample);
    truth.settle(&cleaned.removals);
    let mut judged = Judged {
        score: score(sample, cleaned),
        gold_words: truth.gold_words() as u64,
        lines: cleaned.article.lines_in,
        tries,
        ..Judged::default()
    };
    let mut rules = Rules { list: &mut judged.rules, set: cleaner.rules() };
    for hit in &workspace.decision().hits {
        rules.of(hit.rule).hits += 1;
    }
    rules.list.sort_unstable_by_key(|on| on.rule);
    for removal in &cleaned.removals {
        let taken = truth.taken(removal.span);
        judged.taken.words += taken.words;
        judged.taken.gold += taken.gold;
        rules.removal(removal, taken, &mut judged.pairs);
    }
    if let Outcome::Skipped(SkipReason::ByRule(rule)) = cleaned.outcome {
        let whole = truth.whole();
        let rest = Taken { words: whole.words - judged.taken.words, gold: whole.gold - judged.taken.gold };
        judged.taken = whole;
        let on = rules.of(rule);
        on.removals += 1;
        on.taken.words += rest.words;
        on.taken.gold += rest.gold;
        on.alone += rest.words;
        on.wrong = on.wrong.or((whole.gold > 0).then_some((0, whole)));
    }
    if with_lift {
        let whole = f1(&truth, cleaned, counts);
        let asked: Vec<RuleId> = judged.rules.iter().map(|on| on.rule).collect();
        let mut without = judged.rules.iter_mut();
        cleaner.clean_without(workspace, &sample.page, &asked, cleaned, |_, cleaned| {
            if let Some(on) = without.next() {
                on.lift = whole - f1(&truth, cleaned, counts);
            }
        });
    }
    judged
}

/// The score of what cleaning gave; a page that gave no article is an empty text.
pub fn score(sample: &Sample, cleaned: &Cleaned) -> PageScore {
    let target = &sample.gold.target;
    if cleaned.outcome != Outcome::Article {
        return score_page(target, Got::default());
    }
    let article = &cleaned.article;
    let authors = article.authors.join("; ");
    let got =
        Got { text: &article.text, title: &article.title, authors: &authors, published: &article.published };
    score_page(target, got)
}

fn f1(truth: &Truth, cleaned: &Cleaned, counts: &mut Vec<u32>) -> f64 {
    match cleaned.outcome {
        Outcome::Article => truth.f1(&cleaned.removals, counts),
        _ if truth.gold_words() == 0 => 1.0,
        _ => 0.0,
    }
}

/// The rules of a page while their figures are added up.
struct Rules<'a> {
    list: &'a mut Vec<OnPage>,
    set: &'a RuleSet,
}

impl Rules<'_> {
    fn of(&mut self, rule: RuleId) -> &mut OnPage {
        // Pages have few rules, and hits come by line: the last one found is often the next.
        let at = self.list.iter().rposition(|on| on.rule == rule).unwrap_or_else(|| {
            self.list.push(OnPage::new(rule));
            self.list.len() - 1
        });
        &mut self.list[at]
    }

    fn removal(&mut self, removal: &Removal, taken: Taken, pairs: &mut Vec<(RuleId, RuleId, u32)>) {
        let took: Vec<RuleId> = removal
            .rules
            .iter()
            .map(|share| share.rule)
            .filter(|&rule| takes(self.set, rule, removal.action))
            .collect();
        for (nth, &rule) in took.iter().enumerate() {
            let on = self.of(rule);
            on.removals += 1;
            on.taken.words += taken.words;
            on.taken.gold += taken.gold;
            if took.len() == 1 {
                on.alone += taken.words;
            }
            if taken.gold == 0
                && taken.words > 0
                && on.right.is_none_or(|shown| mixed(removal.line) < mixed(shown))
            {
                on.right = Some(removal.line);
            }
            if taken.gold > on.wrong.map_or(0, |(_, worst)| worst.gold) {
                on.wrong = Some((removal.line, taken));
            }
            for &other in &took[nth + 1..] {
                let pair = (rule.min(other), rule.max(other));
                match pairs.iter_mut().find(|(a, b, _)| (*a, *b) == pair) {
                    Some((_, _, count)) => *count += 1,
                    None => pairs.push((pair.0, pair.1, 1)),
                }
            }
        }
    }
}

/// A number of each line that has nothing to do with where it stands: the lines shown should come from anywhere.
fn mixed(line: u32) -> u32 {
    line.wrapping_mul(0x9e37_79b9).rotate_left(15)
}

/// Whether the rule had a hand in it: rules that speak for keeping stand in the evidence of a removal too.
fn takes(set: &RuleSet, rule: RuleId, action: &str) -> bool {
    let rule = set.rule(rule);
    match rule.action() {
        Action::DropLine | Action::Flag(_) => rule.score() > Score::ZERO,
        Action::CutToEnd | Action::CutToStart => true,
        Action::CutSpan => action == "cut-span",
        Action::Capture { leave, .. } => !leave,
        Action::Protect | Action::SkipPage => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::gold::{Gold, GoldText};
    use super::super::score::{Metric, Target};
    use super::*;
    use crate::model::{Page, Profile};
    use crate::rules::{RuleFile, load};
    use std::sync::Arc;

    const RULES: &str = r#"
schema = 1
[pack]
id = "t"
version = "1.0.0"
[[rule]]
id = "menu"
kind = "menu"
about = "A menu"
match = { line = ["home"] }
drop = ["Home"]
keep = ["A home"]
[[rule]]
id = "half"
kind = "menu"
about = "Half a reason"
match = { starts = ["share"] }
score = 0.5
drop = ["Share"]
keep = ["A share"]
[[rule]]
id = "other-half"
kind = "share"
about = "The other half"
match = { has = ["now"] }
score = 0.5
drop = ["now"]
keep = ["then"]
[[rule]]
id = "below"
kind = "menu"
about = "What stands below the menu"
match = { after = { rule = "menu" }, max_words = 2 }
drop = ["a"]
keep = ["a b c"]
[[rule]]
id = "vain"
kind = "menu"
about = "A beginning of many lines that few of them go on like"
match = { starts = ["the"], has = ["bridge"] }
drop = ["The bridge"]
keep = ["The story"]
[[rule]]
id = "skip"
kind = "paywall"
about = "A page that is left out"
zone = "head"
match = { line = ["closed"] }
do = "skip-page"
drop = ["Closed"]
keep = ["Open"]
"#;

    fn judged(text: &str, gold: &str) -> (Judged, Cleaner) {
        let set = load(&[RuleFile::new("t.toml", RULES)])
            .unwrap_or_else(|faults| panic!("{}", faults.render(false, 99)));
        let cleaner = Cleaner::builder(Arc::new(set)).profile(Profile::Careful).build();
        let gold = Gold {
            id: "a".to_owned(),
            url: String::new(),
            lang: String::new(),
            page_type: String::new(),
            page: GoldText::Apart,
            target: Target { text: gold.to_owned(), ..Target::default() },
            has_text: true,
            labels: None,
        };
        let page = Page { text: text.to_owned(), ..Page::default() };
        let sample = Sample { page, renderer: Arc::from(""), gold: Arc::new(gold), site: 0 };
        (judge(&cleaner, &sample, true, &mut Bench::default()), cleaner)
    }

    fn of<'a>(judged: &'a Judged, cleaner: &Cleaner, rule: &str) -> &'a OnPage {
        let rule = cleaner.rules().find(rule).unwrap();
        judged.rules.iter().find(|on| on.rule == rule).unwrap()
    }

    #[test]
    fn words_count_for_every_rule_that_had_a_hand_in_taking_them() {
        let (judged, cleaner) =
            judged("Home\nSport\nShare this now\nThe story is this.", "Sport\nThe story is this.");
        let taken = |rule| of(&judged, &cleaner, rule).taken;
        assert_eq!(taken("t/menu"), Taken { words: 1, gold: 0 });
        assert_eq!(taken("t/below"), Taken { words: 1, gold: 1 });
        assert_eq!(taken("t/half"), Taken { words: 3, gold: 0 });
        assert_eq!((of(&judged, &cleaner, "t/half").alone, of(&judged, &cleaner, "t/menu").alone), (0, 1));
        assert_eq!(judged.taken, Taken { words: 5, gold: 1 });
        let half = cleaner.rules().find("t/half").unwrap();
        assert_eq!(judged.pairs, [(half, cleaner.rules().find("t/other-half").unwrap(), 1)]);
        assert_eq!(of(&judged, &cleaner, "t/below").wrong.map(|(line, _)| line), Some(1));
        assert_eq!(of(&judged, &cleaner, "t/menu").right, Some(0));
    }

    #[test]
    fn tries_are_counted_whether_or_not_they_hit() {
        let (judged, cleaner) = judged("Home\nHome\nShared\nThe story is this.", "The story is this.");
        assert_eq!(judged.lines, 4);
        let tried = |name| {
            let rule = cleaner.rules().find(name).unwrap();
            judged.tries.iter().find(|(other, _)| *other == rule).map(|(_, tried)| (tried.times, tried.hits))
        };
        assert_eq!(tried("t/half"), Some((1, 1)));
        assert_eq!(tried("t/vain"), Some((1, 0)));
        assert_eq!(tried("t/below"), Some((2, 2)), "it is asked where its context holds");
        assert_eq!(tried("t/skip"), None);
        // The second line stood on the page before, so nobody is tried on it.
        assert_eq!((tried("t/menu"), of(&judged, &cleaner, "t/menu").hits), (Some((1, 1)), 2));
    }

    #[test]
    fn lift_is_what_is_lost_without_the_rule_and_all_that_hangs_on_it() {
        let text = "Home\nSport\nShare this now\nThe story is this.";
        let (judged, cleaner) = judged(text, "Sport\nThe story is this.");
        // Kept are four words of five. Without `menu` its follower is silent too: six words stay, five of them gold.
        let whole = 8.0 / 9.0;
        assert!((judged.score.get(Metric::F1).unwrap() - whole).abs() < 1e-9);
        let lift = |rule| of(&judged, &cleaner, rule).lift;
        assert!((lift("t/menu") - (whole - 10.0 / 11.0)).abs() < 1e-9, "{}", lift("t/menu"));
        assert!((lift("t/below") - (whole - 1.0)).abs() < 1e-9, "{}", lift("t/below"));
        // Each half is needed: three words of noise come back.
        assert!((lift("t/half") - (whole - 8.0 / 12.0)).abs() < 1e-9, "{}", lift("t/half"));
        assert_eq!(lift("t/half"), lift("t/other-half"));
    }

    #[test]
    fn a_rule_that_skips_a_page_takes_all_of_it() {
        let (judged, cleaner) = judged("Closed\nHome\nThe story is this.", "The story is this.");
        assert_eq!(judged.score.get(Metric::F1), Some(0.0));
        assert_eq!(of(&judged, &cleaner, "t/skip").taken, Taken { words: 5, gold: 4 });
        // Without it `Closed` stays, and the story: four words of five.
        assert!((of(&judged, &cleaner, "t/skip").lift + 8.0 / 9.0).abs() < 1e-9);
    }
}
