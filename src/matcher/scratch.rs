//! What one thread reuses from page to page: after the first pages, matching allocates nothing.

use super::asked::Asked;
use super::gates::Rows;
use super::known::{Known, KnownAt};
use super::markup::Classes;
use super::view::Form;
use super::{Candidate, ContextPlan};
use crate::bits;
use crate::fold::{fold_onto, fold_plain_onto, fold_simple_onto};
use crate::linewise::LineSorter;
use crate::model::{Hit, Line, Lines, RuleId, Signs};
use crate::segment::Seen;

/// The buffers of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    seen: Seen,
    pub(super) known: Known,
    /// The folded lines, first those that are new.
    pub(super) folded: String,
    pub(super) forms: Vec<Form>,
    /// For each line where it is kept what is found on it, if that is to be kept.
    pub(super) kept: Vec<Option<KnownAt>>,
    /// The lines that are new, and the same as bits.
    pub(super) fresh: Vec<u32>,
    pub(super) fresh_row: Vec<u64>,
    /// Places in `fresh` of lines whose words may not begin where they did before folding.
    pub(super) odd: Vec<u32>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) reversed: Vec<u8>,
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
    /// The lines that the thread has met.
    pub(crate) fn seen(&mut self) -> &mut Seen {
        &mut self.seen
    }

    /// Folds every line of a page, and tells the lines that are new from those on which is known what is found; with
    /// `markup` none is.
    pub(super) fn fold(&mut self, text: &str, lines: &Lines, markup: bool) {
        self.asked.begin(lines.lines.len());
        self.folded.clear();
        self.forms.clear();
        self.kept.clear();
        self.fresh.clear();
        self.fresh_row.clear();
        self.fresh_row.resize(bits::words(lines.lines.len()), 0);
        self.odd.clear();
        for (index, line) in lines.lines.iter().enumerate() {
            let raw = &text[line.span.range()];
            let place = line.seen.filter(|_| !markup);
            let number = place.and_then(|place| Some((place, self.seen.number(place, raw)?)));
            let kept = number.map(|(place, number)| self.known.at(place, number, line));
            self.kept.push(kept.map(|(at, _)| at));
            if kept.is_some_and(|(_, found)| found) {
                self.forms.push(Form::default());
                continue;
            }
            let form = self.fold_line(raw, line);
            if let Some((at, _)) = kept {
                self.known.learn_form(at, &self.folded[form.range()]);
            }
            self.fresh.push(index as u32);
            bits::insert(&mut self.fresh_row, index);
            self.forms.push(form);
        }
        let Self { known, folded, forms, kept, fresh_row, .. } = self;
        for (index, form) in forms.iter_mut().enumerate() {
            if let Some(at) = kept[index].filter(|_| !bits::contains(fresh_row, index)) {
                let start = folded.len() as u32;
                folded.push_str(known.folded(at));
                *form = Form { start, end: folded.len() as u32 };
            }
        }
    }

    /// Appends the folded form of a line, and a line break.
    fn fold_line(&mut self, raw: &str, line: &Line) -> Form {
        let start = self.folded.len() as u32;
        let out = &mut self.folded;
        let even = if !line.single_spaced {
            fold_onto(raw, out)
        } else if !line.signs.meets(Signs::BEYOND_ASCII) {
            fold_plain_onto(raw, out);
            true
        } else {
            fold_simple_onto(raw, out) || fold_onto(raw, out)
        };
        if !even {
            self.odd.push(self.fresh.len() as u32);
        }
        let end = self.folded.len() as u32;
        self.folded.push('\n');
        Form { start, end }
    }

    /// Bytes of the folded lines that are new, each with its line break.
    pub(super) fn fresh_bytes(&self) -> usize {
        self.fresh.last().map_or(0, |&line| self.forms[line as usize].end as usize + 1)
    }

    /// Sorts the candidates of a page of `lines` lines by line and rule, and leaves each in once.
    pub(super) fn order_candidates(&mut self, lines: usize) {
        let Self { candidates, sorter, .. } = self;
        sorter.sort(candidates, lines, |candidate| candidate.line);
        candidates.dedup();
    }
}
