//! What one thread reuses from page to page: after the first pages, matching allocates nothing.

use super::asked::Asked;
use super::gates::Rows;
use super::markup::Classes;
use super::nominate::Notes;
use super::phrases::Looks;
use super::tries::Tried;
use super::view::Form;
use super::{Candidate, ContextPlan};
use crate::bits;
use crate::fold::{fold_but_case_onto, fold_plain_but_case_onto};
use crate::linewise::LineSorter;
use crate::model::{Hit, Line, Lines, RuleId, Span};

/// No line.
pub(super) const NONE: u32 = u32::MAX;

/// The buffers of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The folded lines that are new, and where the form of each line stands.
    pub(super) folded: String,
    pub(super) forms: Vec<Form>,
    /// For each line the one above on which the same is found, or [`NONE`].
    pub(super) alike: Vec<u32>,
    /// Where the hits and the waiting rules of each line end among those of the page.
    pub(super) ends: Vec<(u32, u32)>,
    /// The lines that are new, and the same as bits.
    pub(super) fresh: Vec<u32>,
    pub(super) fresh_row: Vec<u64>,
    /// Places in `fresh` of lines whose words may not begin where they did before folding.
    pub(super) odd: Vec<u32>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) reversed: Vec<u8>,
    pub(super) notes: Notes,
    pub(super) looks: Looks,
    sorter: LineSorter<Candidate>,
    pub(super) asked: Asked,
    pub(super) classes: Classes,
    pub(super) finds: Finds,
}

/// What matching found on a page.
#[derive(Clone, Debug, Default)]
pub struct Finds {
    /// Hits that nothing can change any more, by line and rule.
    pub hits: Vec<Hit>,
    /// Rules that would hit a line if their context held, by line and rule.
    pub pending: Vec<Pending>,
    /// Which scopes the page is in.
    pub(super) scopes: Vec<bool>,
    /// The context rules that run on the page, as bits.
    pub(crate) in_scope: Vec<u64>,
    pub(super) rows: Rows,
}

impl Finds {
    /// Empties the finds for a page, for which each scope holds or not.
    pub(super) fn begin(&mut self, scopes: impl Iterator<Item = bool>) {
        self.hits.clear();
        self.pending.clear();
        self.scopes.clear();
        self.scopes.extend(scopes);
    }

    /// Adds to a line what was found on the one at `alike`; `ends` tells where the finds of the lines above end.
    pub(super) fn repeat(
        &mut self,
        index: usize,
        line: &Line,
        alike: usize,
        lines: &[Line],
        ends: &[(u32, u32)],
    ) {
        let begin = alike.checked_sub(1).map_or((0, 0), |above| ends[above]);
        let (index, end, from) = (index as u32, ends[alike], lines[alike].span.start);
        let moved = |span: Span| Span {
            start: span.start - from + line.span.start,
            end: span.end - from + line.span.start,
        };
        for hit in begin.0..end.0 {
            let Hit { rule, span, value, .. } = self.hits[hit as usize];
            self.hits.push(Hit { line: index, rule, span: moved(span), value: moved(value) });
        }
        for pending in begin.1..end.1 {
            let rule = self.pending[pending as usize].rule;
            self.pending.push(Pending { line: index, rule });
        }
    }

    /// Becomes what `all`, found on the same page, is when `rule` does not run.
    pub(crate) fn copy_without(&mut self, all: &Self, rule: RuleId, plan: &ContextPlan) {
        self.hits.clear();
        self.hits.extend(all.hits.iter().filter(|hit| hit.rule != rule));
        self.pending.clear();
        self.pending.extend(all.pending.iter().filter(|pending| pending.rule != rule));
        self.in_scope.clone_from(&all.in_scope);
        if let Some(place) = plan.place(rule) {
            bits::remove(&mut self.in_scope, place);
        }
    }
}

/// A rule that waits for its context on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pending {
    /// The line.
    pub line: u32,
    /// The rule.
    pub rule: RuleId,
}

impl Scratch {
    /// Begins to count how often each of so many rules is tried on a line.
    pub(crate) fn count_tries(&mut self, rules: usize) {
        self.asked.tries.begin(rules);
    }

    /// Ends counting, and gives back the rules that were tried.
    pub(crate) fn take_tries(&mut self) -> Vec<(RuleId, Tried)> {
        self.asked.tries.end()
    }

    /// Folds every line of a page, and tells the lines that are new from those on which the same is found as above: the same
    /// line in the same zone, in a menu or out of one. Markup says something else of each line, so with `markup` all are new.
    pub(super) fn fold(&mut self, text: &str, lines: &Lines, markup: bool) {
        self.asked.begin(lines.lines.len());
        self.folded.clear();
        self.forms.clear();
        self.alike.clear();
        self.fresh.clear();
        self.fresh_row.clear();
        self.fresh_row.resize(bits::words(lines.lines.len()), 0);
        self.odd.clear();
        for (index, line) in lines.lines.iter().enumerate() {
            let alike = if markup { NONE } else { alike(&lines.lines, line) };
            self.alike.push(alike);
            if alike != NONE {
                self.forms.push(self.forms[alike as usize]);
                continue;
            }
            let form = self.fold_line(text, line);
            self.fresh.push(index as u32);
            bits::insert(&mut self.fresh_row, index);
            self.forms.push(form);
        }
        self.folded.make_ascii_lowercase();
    }

    /// Appends the folded form of a line but for the case of ASCII, and a line break.
    fn fold_line(&mut self, text: &str, line: &Line) -> Form {
        let start = self.folded.len() as u32;
        let out = &mut self.folded;
        let even = if line.keeps_places() {
            fold_plain_but_case_onto(text, line.span.range(), out);
            true
        } else {
            fold_but_case_onto(text, line.span.range(), line.single_spaced, out)
        };
        if !even {
            self.odd.push(self.fresh.len() as u32);
        }
        let end = self.folded.len() as u32;
        self.folded.push('\n');
        Form { start, end }
    }

    /// Sorts the candidates of a page of `lines` lines by line and rule, and leaves each in once.
    pub(super) fn order_candidates(&mut self, lines: usize) {
        let Self { candidates, sorter, .. } = self;
        sorter.sort(candidates, lines, |candidate| candidate.line);
        candidates.dedup();
    }
}

/// The nearest line above with the same text, zone and shapes, if one is known, or [`NONE`].
fn alike(lines: &[Line], line: &Line) -> u32 {
    let mut twin = line.twin;
    while let Some(place) = twin {
        let above = &lines[place as usize];
        if (above.zone, above.shapes) == (line.zone, line.shapes) {
            return place;
        }
        twin = above.twin;
    }
    NONE
}
