//! What is known of a page while it is being judged, and what is known in the end.

use crate::fold::fold;
use crate::likeness::Likeness;
use crate::matcher::PageView;
use crate::model::{Action, CaptureField, Decision, Hit, RuleId, Score, Verdict, VerdictKind};
use crate::rules::RuleSet;

/// What is known of one line so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineState {
    score: Score,
    protected: Option<RuleId>,
    captured: bool,
    cut: bool,
    /// The `cut-to-…` rule of this line.
    range: Option<RuleId>,
    /// The rule of another line whose range takes this one.
    ranged: Option<RuleId>,
}

impl LineState {
    pub(super) fn is_gone(&self) -> bool {
        self.protected.is_none() && (self.captured || self.score.decides() || self.ranged.is_some())
    }

    pub(super) fn verdict(&self) -> Verdict {
        let (kind, by) = match (self.protected, self.ranged) {
            (Some(rule), _) => (VerdictKind::Keep, Some(rule)),
            _ if self.captured => (VerdictKind::Capture, None),
            _ if self.score.decides() => (VerdictKind::Drop, None),
            (None, Some(rule)) => (VerdictKind::Drop, Some(rule)),
            _ if self.cut => (VerdictKind::Cut, None),
            _ => (VerdictKind::Keep, None),
        };
        Verdict { kind, score: self.score, by, cut: self.cut, chance: None }
    }
}

/// The page under judgement: hits go in one by one, and every question is answered from those so far.
pub(super) struct State<'a> {
    pub(super) set: &'a RuleSet,
    pub(super) page: &'a PageView<'a>,
    pub(super) lines: &'a mut [LineState],
    pub(super) decision: &'a mut Decision,
    /// What is like the title, once one is known, with the strength of the rule that captured it.
    pub(super) title: Option<(Score, Likeness)>,
}

impl State<'_> {
    /// Takes a hit into account; whether a line that was gone may be back. Rules that add scores hit a line at most once.
    pub(super) fn add(&mut self, hit: Hit) -> bool {
        let rule = self.set.rule(hit.rule);
        let index = hit.line as usize;
        self.decision.hits.push(hit);
        let line = &mut self.lines[index];
        match rule.action() {
            Action::DropLine => line.score += rule.score(),
            Action::Flag(flag) => {
                line.score += rule.score();
                self.decision.flags.push(flag.clone());
            }
            Action::CutToEnd | Action::CutToStart => {
                line.score += rule.score();
                line.range = line.range.or(Some(hit.rule));
            }
            Action::Protect => line.protected = line.protected.or(Some(hit.rule)),
            Action::CutSpan => line.cut = true,
            Action::SkipPage => self.decision.skip = self.decision.skip.or(Some(hit.rule)),
            Action::Capture { field, leave } => {
                line.captured |= !leave;
                if *field == CaptureField::Title {
                    self.know_title(hit, rule.score());
                }
            }
        }
        self.apply_range(index);
        *rule.action() == Action::Protect
    }

    /// Once a line with a `cut-to-…` rule goes by its score, what lies in its range goes too.
    fn apply_range(&mut self, index: usize) {
        let line = &self.lines[index];
        let Some(rule) = line.range.filter(|_| line.score.decides() && line.protected.is_none()) else {
            return;
        };
        let range = match self.set.rule(rule).action() {
            Action::CutToStart => 0..index,
            _ => index + 1..self.lines.len(),
        };
        for line in &mut self.lines[range] {
            line.ranged = line.ranged.or(Some(rule));
        }
    }

    /// The strength of the title that is known: another one takes its place only when it is stronger.
    pub(super) fn title_score(&self) -> Option<Score> {
        self.title.as_ref().map(|(score, _)| *score)
    }

    fn know_title(&mut self, hit: Hit, score: Score) {
        if self.title.as_ref().is_none_or(|(known, _)| score > *known) {
            let value = &self.page.text[hit.value.range()];
            self.title = Some((score, Likeness::of_title(&fold(value))));
        }
    }
}
