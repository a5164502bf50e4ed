//! What context tests are answered from: the page as judged so far, where hits stand that somebody looks for, and from which
//! lines they are seen.
//!
//! Hits come and never go. So what a line sees is noted when a hit comes into its sight, and is a look at one bit ever after.

use super::state::State;
use crate::bits;
use crate::fold::fold;
use crate::likeness::Likeness;
use crate::matcher::{Context, ContextPlan, LineView, Lookout, Place, SightId};
use crate::model::{Action, CaptureField, Hit, Line};
use crate::rules::Position;
use foldhash::HashMap;
use std::cell::Cell;

/// What context tests are answered from.
pub(super) struct Known<'a> {
    pub(super) state: State<'a>,
    plan: &'a ContextPlan,
    /// For each target the lines with its hits.
    hits: &'a mut [u64],
    pub(super) seen: Seen<'a>,
    /// The targets that somebody looks for on this page.
    pub(super) heeded: &'a mut [u64],
    /// Words of a row of lines.
    stride: usize,
    /// Before the one no line is kept, from the other on none.
    bounds: Cell<(usize, usize)>,
    /// Captured values that rules compare lines with, but for titles.
    captured: Vec<(CaptureField, Values)>,
}

/// Different values of a field that a line may be like without being the same, the first ones captured: a line is compared with
/// each of them.
const MOST_ALIKE: usize = 64;

/// The captured values of a field, with the lines that they stand on.
#[derive(Default)]
struct Values {
    lines: HashMap<String, Lines>,
    alike: Vec<(Likeness, String)>,
}

/// The lines of a value: one of them, and whether there are others.
#[derive(Clone, Copy)]
struct Lines {
    one: u32,
    others: bool,
}

impl Lines {
    fn any_but(self, line: usize) -> bool {
        self.others || self.one as usize != line
    }
}

impl Values {
    fn add(&mut self, value: String, line: u32) {
        if let Some(lines) = self.lines.get_mut(&value) {
            lines.others |= lines.one != line;
            return;
        }
        if self.alike.len() < MOST_ALIKE {
            self.alike.push((Likeness::of(&value), value.clone()));
        }
        self.lines.insert(value, Lines { one: line, others: false });
    }

    /// Whether the value of another line is like the folded `line`.
    fn reaches(&self, line: &LineView<'_>, least: u32) -> bool {
        let stands_elsewhere =
            |value: &str| self.lines.get(value).is_some_and(|lines| lines.any_but(line.index));
        stands_elsewhere(line.folded)
            || least < 1000
                && self
                    .alike
                    .iter()
                    .any(|(likeness, value)| likeness.reaches(line.folded, least) && stands_elsewhere(value))
    }
}

/// For each sight the lines from which a hit is seen.
pub(super) struct Seen<'a> {
    rows: &'a mut [u64],
    /// Words of a row of lines.
    stride: usize,
}

impl Seen<'_> {
    /// Those of the 64 lines of a word that see a hit of each group.
    pub(super) fn by_all(&self, groups: &[Vec<SightId>], word: usize) -> u64 {
        let by = |&sight: &SightId| self.rows[sight as usize * self.stride + word];
        groups.iter().fold(u64::MAX, |all, group| all & group.iter().map(by).fold(0, |any, seen| any | seen))
    }

    fn by(&self, line: usize, sight: SightId) -> bool {
        bits::contains(&self.rows[sight as usize * self.stride..], line)
    }
}

impl<'a> Known<'a> {
    /// What is known at first. `hits` holds a row of lines for each target and `seen` one for each sight, without any, and
    /// `heeded` one of targets.
    pub(super) fn new(
        state: State<'a>,
        plan: &'a ContextPlan,
        hits: &'a mut [u64],
        seen: &'a mut [u64],
        heeded: &'a mut [u64],
    ) -> Self {
        let count = state.lines.len();
        let stride = bits::words(count);
        let seen = Seen { rows: seen, stride };
        Self { state, plan, hits, seen, heeded, stride, bounds: Cell::new((0, count)), captured: Vec::new() }
    }

    /// Takes a hit into account. Calls `wake` with what is seen now, the rules that look out for the hit, and the lines that
    /// see it and saw none of its like before, by words of a row with their places.
    pub(super) fn add(&mut self, hit: Hit, mut wake: impl FnMut(&Seen<'_>, &[Place], usize, u64)) {
        let (line, count) = (hit.line as usize, self.state.lines.len());
        for &target in self.plan.hits_are(hit.rule) {
            if !bits::contains(self.heeded, target as usize) {
                continue;
            }
            let row = &mut self.hits[target as usize * self.stride..][..self.stride];
            if bits::contains(row, line) {
                continue;
            }
            // Hits that lie too far away for anybody to see both change nothing, and looking for them on a page that is all
            // hits would take as many steps as it has lines, for each.
            let reach = self.plan.reach(target);
            let (first, end) = (line.saturating_sub(reach) / 64, line.saturating_add(reach + 1).min(count));
            let above = line.checked_sub(1).filter(|last| last / 64 >= first);
            let above = above.and_then(|last| bits::previous(&row[first..], last - 64 * first));
            let above = above.map(|above| above + 64 * first);
            let below = bits::next(&row[..bits::words(end)], line + 1);
            bits::insert(row, line);
            for lookout in self.plan.lookouts(target) {
                let Lookout { sight, id, rules } = lookout;
                let row = *id as usize * self.stride;
                bits::for_each_mask(sight.first_seen(line, above, below, count), |word, mask| {
                    let lines = match sight.blank {
                        None => mask,
                        Some(blank) => {
                            mask & beside_blank(&self.state.page.lines.lines, word, sight.below, blank)
                        }
                    };
                    self.seen.rows[row + word] |= lines;
                    wake(&self.seen, rules, word, lines);
                });
            }
        }
        let back = self.state.add(hit);
        if !back.is_empty() {
            // Looking again from the ends of the page would take as many steps as it has lines, for each line that is protected.
            let (from, end) = self.bounds.get();
            self.bounds.set((from.min(back.start), end.max(back.end)));
        }
        if self.plan.compares_values {
            self.note_value(hit);
        }
    }

    /// Keeps the value of a hit that captures what some rule compares lines with.
    fn note_value(&mut self, hit: Hit) {
        if let Action::Capture { field, .. } = *self.state.set.rule(hit.rule).action()
            && !self.plan.comparing(field).is_empty()
        {
            let value = &self.state.page.text[hit.value.range()];
            let known = self.captured.iter().position(|(captured, _)| *captured == field);
            let at = known.unwrap_or_else(|| {
                self.captured.push((field, Values::default()));
                self.captured.len() - 1
            });
            self.captured[at].1.add(fold(value), hit.line);
        }
    }

    /// The first kept line and the last.
    pub(super) fn ends(&self) -> [Option<usize>; 2] {
        [Position::FirstKept, Position::LastKept].map(|position| self.end(position))
    }

    /// The first kept line, or the last.
    pub(super) fn end(&self, position: Position) -> Option<usize> {
        let (from, end) = self.bounds.get();
        let kept = |line: &usize| !self.state.is_gone(*line);
        match position {
            Position::FirstKept => {
                let first = (from..end).find(kept);
                self.bounds.set((first.unwrap_or(end), end));
                first
            }
            Position::LastKept => {
                let last = (from..end).rfind(kept);
                self.bounds.set((from, last.map_or(from, |last| last + 1)));
                last
            }
        }
    }
}

impl Context for Known<'_> {
    fn sees(&self, line: usize, sight: SightId) -> bool {
        self.seen.by(line, sight)
    }

    fn position(&self, line: usize, position: Position) -> bool {
        self.end(position) == Some(line)
    }

    fn may_be_same(&self, bytes: usize, field: CaptureField, least: u32) -> bool {
        // Lines are compared with titles on every page, and with other values on few.
        field != CaptureField::Title
            || self.state.title.as_ref().is_some_and(|(_, title)| title.may_reach(bytes, least))
    }

    fn same_as(&self, line: &LineView<'_>, field: CaptureField, least: u32) -> bool {
        match (field, &self.state.title) {
            (CaptureField::Title, title) => {
                title.as_ref().is_some_and(|(_, title)| title.reaches(line.folded, least))
            }
            _ => self
                .captured
                .iter()
                .any(|(captured, values)| *captured == field && values.reaches(line, least)),
        }
    }
}

/// Those of the 64 lines of a word beside which a blank line stands, below or above, or does not.
fn beside_blank(lines: &[Line], word: usize, below: bool, blank: bool) -> u64 {
    let is_blank = |line: usize| lines.get(line + usize::from(below)).is_none_or(|beside| beside.after_blank);
    (0..64).fold(0, |row, bit| row | u64::from(is_blank(word * 64 + bit) == blank) << bit)
}
