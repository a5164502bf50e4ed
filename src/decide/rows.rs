//! Which rules are to be asked on which lines, as rows of bits; hits and ends that come wake more of them.

use super::known::{Known, Seen};
use crate::bits;
use crate::matcher::{ContextPlan, ContextRule, Place};

/// The rows that say which rules are to be asked where.
pub(super) struct Rows<'a> {
    /// Words of a row of rules, and of a row of lines.
    pub(super) width: usize,
    pub(super) stride: usize,
    pub(super) open: &'a mut Vec<u64>,
    pub(super) awake: &'a mut [u64],
    pub(super) busy: &'a mut [u64],
    pub(super) present: &'a mut [u64],
    pub(super) enabled: &'a mut [u64],
    pub(super) starting: &'a mut [u64],
    pub(super) waiting: &'a mut [u64],
    pub(super) order: &'a mut Vec<Place>,
    pub(super) heeders: &'a mut [u32],
    /// Whether any enabled rule asks for places among the kept lines.
    pub(super) placed: bool,
    pub(super) taken: &'a mut [u32],
}

/// Wakes the enabled ones of `rules` where their context holds already. Elsewhere, what makes it hold wakes them.
pub(super) fn wake_in_context(plan: &ContextPlan, known: &Known<'_>, scratch: &mut Rows<'_>, rules: &[u64]) {
    for place in bits::members(rules) {
        let rule = plan.rule(place);
        let lines = match rule.position {
            None => 0..known.state.lines.len(),
            Some(position) => known.end(position).map_or(0..0, |line| line..line + 1),
        };
        if rule.run <= 1 {
            bits::for_each_mask(lines, |word, lines| scratch.wake(rule, place, &known.seen, word, lines));
        }
    }
}

/// Wakes the enabled rules that ask for places, once a hit is taken into account. `before` are the ends of the kept lines before
/// it: a rule that asks for a place among other things may be answered otherwise at these and at the ends now, and nowhere else.
pub(super) fn wake_at_ends(
    plan: &ContextPlan,
    known: &Known<'_>,
    scratch: &mut Rows<'_>,
    before: [Option<usize>; 2],
) {
    let ends = known.ends();
    for place in bits::members(&plan.placed) {
        let rule = plan.rule(place);
        let lines = match rule.position {
            Some(position) => [known.end(position), None, None, None],
            None if before == ends => [None; 4],
            None => [before[0], before[1], ends[0], ends[1]],
        };
        if rule.run <= 1 {
            for line in lines.into_iter().flatten() {
                scratch.wake(rule, place, &known.seen, line / 64, 1 << (line % 64));
            }
        }
    }
}

impl Rows<'_> {
    pub(super) fn awake(&self, line: usize) -> &[u64] {
        &self.awake[line * self.width..(line + 1) * self.width]
    }

    /// A rule hits a line at most once.
    pub(super) fn close(&mut self, line: usize, place: Place) {
        bits::remove(&mut self.open[place * self.stride..], line);
    }

    /// Marks an enabled rule to be asked about those of the 64 `lines` of a word that it may hit and that see what it asks for.
    #[inline]
    pub(super) fn wake(
        &mut self,
        rule: &ContextRule,
        place: Place,
        seen: &Seen<'_>,
        word: usize,
        lines: u64,
    ) {
        let may_hit = self.open[place * self.stride + word] & lines;
        if may_hit == 0 || !bits::contains(self.enabled, place) {
            return;
        }
        let woken = may_hit & seen.by_all(&rule.sights, word);
        self.busy[word] |= woken;
        for line in bits::members_of_word(word, woken) {
            bits::insert(&mut self.awake[line * self.width..], place);
        }
    }

    /// Takes a line off the list of busy ones, unless somebody there is to be asked again.
    pub(super) fn rest(&mut self, line: usize) {
        if self.awake(line).iter().all(|&rules| rules == 0) {
            bits::remove(self.busy, line);
        }
    }
}
