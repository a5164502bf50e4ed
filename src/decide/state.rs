//! What is known of a page while it is being judged, and what is known in the end.

use crate::fold::fold;
use crate::likeness::Likeness;
use crate::matcher::PageView;
use crate::model::{Action, CaptureField, Decision, Hit, RuleId, Score, Verdict, VerdictKind};
use crate::rules::RuleSet;
use std::collections::BTreeSet;
use std::ops::Range;

/// What is known of one line so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineState {
    score: Score,
    protected: Option<RuleId>,
    captured: bool,
    cut: bool,
    /// The `cut-to-…` rule of this line.
    range: Option<RuleId>,
}

impl LineState {
    /// Whether the line goes by what is known of it alone.
    fn goes(&self) -> bool {
        self.protected.is_none() && (self.captured || self.score.decides())
    }

    /// The rule whose range goes too.
    fn cuts_to(&self) -> Option<RuleId> {
        self.range.filter(|_| self.score.decides() && self.protected.is_none())
    }

    /// What becomes of the line if it lies in the range of that rule.
    fn verdict(&self, ranged: Option<RuleId>) -> Verdict {
        let (kind, by) = match (self.protected, ranged) {
            (Some(rule), _) => (VerdictKind::Keep, Some(rule)),
            _ if self.captured => (VerdictKind::Capture, None),
            _ if self.score.decides() => (VerdictKind::Drop, None),
            (None, Some(rule)) => (VerdictKind::Drop, Some(rule)),
            _ if self.cut => (VerdictKind::Cut, None),
            _ => (VerdictKind::Keep, None),
        };
        Verdict { kind, score: self.score, by, cut: self.cut, given_back: false, chance: None }
    }
}

/// The lines beyond which all goes: those with a `cut-to-…` rule that go by their own score.
#[derive(Debug, Default)]
pub(super) struct Cuts {
    to_start: BTreeSet<usize>,
    to_end: BTreeSet<usize>,
}

impl Cuts {
    /// The line whose range a line lies in: of those that cut the same way the one that cuts most.
    fn around(&self, line: usize) -> Option<usize> {
        let first = self.to_end.first().filter(|&&first| first < line);
        first.or_else(|| self.to_start.last().filter(|&&last| last > line)).copied()
    }
}

/// The page under judgement: hits go in one by one, and every question is answered from those so far.
pub(super) struct State<'a> {
    pub(super) set: &'a RuleSet,
    pub(super) page: &'a PageView<'a>,
    pub(super) lines: &'a mut [LineState],
    pub(super) decision: &'a mut Decision,
    pub(super) cuts: Cuts,
    /// What is like the title, once one is known, with the strength of the rule that captured it.
    pub(super) title: Option<(Score, Likeness)>,
}

impl State<'_> {
    /// Takes a hit into account, and tells which lines that were gone may be back. Rules that add scores hit a line at most
    /// once.
    pub(super) fn add(&mut self, hit: Hit) -> Range<usize> {
        let rule = self.set.rule(hit.rule);
        let index = hit.line as usize;
        self.decision.hits.push(hit);
        let line = &mut self.lines[index];
        if *rule.action() == Action::DropLine && line.range.is_none() {
            // Nearly all hits: they add a score, which nobody but their line hears of.
            let went = line.goes();
            line.score += rule.score();
            return if line.protected.is_some() || (went && !line.goes()) { index..index + 1 } else { 0..0 };
        }
        let (went, cut) = (line.goes(), line.cuts_to().is_some());
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
        let line = self.lines[index];
        if line.cuts_to().is_some() != cut {
            self.cut_from(index, !cut);
        }
        if cut && line.cuts_to().is_none() {
            0..self.lines.len()
        } else if line.protected.is_some() || (went && !line.goes()) {
            index..index + 1
        } else {
            0..0
        }
    }

    /// Once a line with a `cut-to-…` rule goes by its score, what lies in its range goes too; and stays when it does not.
    fn cut_from(&mut self, index: usize, cuts: bool) {
        let rule = self.lines[index].range.map(|rule| self.set.rule(rule).action());
        let lines = match rule {
            Some(Action::CutToStart) => &mut self.cuts.to_start,
            _ => &mut self.cuts.to_end,
        };
        if cuts {
            lines.insert(index);
        } else {
            lines.remove(&index);
        }
    }

    /// Whether a line goes as far as is known.
    pub(super) fn is_gone(&self, index: usize) -> bool {
        let line = &self.lines[index];
        line.goes() || line.protected.is_none() && self.cuts.around(index).is_some()
    }

    /// What becomes of each line.
    pub(super) fn verdicts_onto(&self, verdicts: &mut Vec<Verdict>) {
        let range = |index| self.cuts.around(index).and_then(|line| self.lines[line].range);
        verdicts.extend(self.lines.iter().enumerate().map(|(index, line)| line.verdict(range(index))));
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
