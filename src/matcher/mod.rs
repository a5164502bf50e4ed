//! Rules into strategies, and pages into hits.
//!
//! The naive way, every rule on every line, costs as much as there are rules. So the compiler asks of each rule which
//! *anchors* it cannot match without: a whole line, a beginning, an end, a literal somewhere. All anchors of a kind
//! share one table, and only the rules whose anchor a line shows are walked on it. Rules without anchors (shapes,
//! lengths, vocabularies) pass a gate of bounds first. The [`Engine`] never changes after it is built; what a thread
//! needs of its own is in its [`Scratch`].

mod anchors;
mod asked;
mod bounds;
mod check;
mod compile;
mod contained;
mod context;
mod expression;
mod found;
mod gates;
mod markup;
mod nominate;
mod phrases;
mod scope;
mod scratch;
mod template;
mod tries;
mod view;
mod wanted;
mod word_starts;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use context::{ContextPlan, ContextRule, Lookout, Place, SightId, Target};
pub use scratch::{Finds, Pending, Scratch};
pub use tries::Tried;
use view::Assume;
pub use view::PageView;
pub(crate) use view::{Context, LineView};

#[cfg(test)]
use crate::bits;
use crate::bits::Bitmap;
use crate::dates::Opening;
use crate::model::{CaptureField, Hit, Input, Lines, Markup, RuleId};
pub(crate) use anchors::Lead;
use check::Checks;
pub(crate) use check::Needs;
use contained::Contained;
use foldhash::HashMap;
use found::Found;
use gates::{Door, GateSet};
use markup::MarkupRules;
use phrases::PhraseTable;
use scope::ScopeMatcher;
use std::sync::Arc;
use words::Vocabulary;

/// A rule that an anchor was found for on a line that keeps the rule's bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    line: u32,
    rule: RuleId,
}

/// The compiled rules: immutable, shared by all threads.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Compiled>,
    /// The bounds of each.
    doors: Vec<Door>,
    /// Rules by the whole lines that they hit, and marks of those lines, which turn nearly all others away.
    lines: HashMap<Box<str>, Vec<RuleId>>,
    line_marks: Bitmap,
    /// What stands at the front of lines: beginnings that rules ask for, and the words of lists.
    starts: PhraseTable<Front>,
    different_starts: usize,
    ends: PhraseTable<RuleId>,
    /// For each opening the literals that rules want right behind it.
    behind: [PhraseTable<RuleId>; Opening::ALL.len()],
    contained: Contained<RuleId>,
    markup: MarkupRules,
    lists: Vec<ListRules>,
    longest_of_lists: u32,
    /// The bounds of rules without anchors, which most lines fail: of those in `gated`, then of the context rules.
    gates: GateSet,
    gated: Vec<RuleId>,
    context: ContextPlan,
    scopes: Vec<ScopeMatcher>,
    regexes: usize,
}

/// What a phrase at a line's front leads to.
#[derive(Clone, Copy, Debug)]
enum Front {
    /// A rule, and what must come next.
    Rule(RuleId, Option<Opening>),
    /// A rule that signs may stand before.
    First(RuleId),
    /// A list, by its place: the line may hold nothing but its words.
    List(usize),
}

/// Rules that hit lines of nothing but words of one list: whether a line is one is asked once for all of them.
#[derive(Debug)]
struct ListRules {
    list: Arc<Vocabulary>,
    /// Words of the longest line that any of the rules may hit.
    longest: u32,
    rules: Vec<RuleId>,
}

/// One rule, ready to be walked on a line.
#[derive(Debug)]
struct Compiled {
    runs: bool,
    checks: Checks,
    unless: Option<Checks>,
    needs: Needs,
    cuts_spans: bool,
    field: Option<CaptureField>,
    scope: usize,
}

/// What a page tells beside its text.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageScope<'a> {
    /// BCP 47 tag of the language, or empty.
    pub lang: &'a str,
    /// The address, or empty.
    pub url: &'a str,
    /// What the text was made from.
    pub input: Input,
    /// What its markup says of each line, when it was HTML.
    pub markup: Option<&'a Markup>,
}

impl Engine {
    /// One line of counts: how many literals each strategy holds.
    pub fn strategies(&self) -> String {
        let (parts, glued) = self.contained.len();
        format!(
            "{} rules run: {} whole lines, {} starts, {} ends, {parts} phrases and {glued} literals within lines ({}), {} \
             regexes, {} rules by shape",
            self.rules.iter().filter(|rule| rule.runs).count(),
            self.lines.len(),
            self.different_starts,
            self.ends.len(),
            self.contained.strategy(),
            self.regexes,
            self.gates.active(),
        )
    }

    /// The rules whose hits depend on more than their line.
    pub(crate) fn context(&self) -> &ContextPlan {
        &self.context
    }

    /// Whether a rule depends on its context, and then whether it waits until the others are settled.
    #[cfg(test)]
    pub(crate) fn is_late(&self, rule: RuleId) -> Option<bool> {
        self.context.place(rule).map(|place| bits::contains(&self.context.late, place))
    }

    /// Whether a line keeps the bounds of a rule.
    #[cfg(test)]
    pub(crate) fn may_hit(&self, rule: RuleId, line: &crate::model::Line) -> bool {
        self.doors[rule.index()].admits(line)
    }

    /// Finds every hit on a page, and every rule that waits for its context.
    pub fn find<'a>(
        &self,
        text: &'a str,
        lines: &'a Lines,
        scope: PageScope<'a>,
        scratch: &'a mut Scratch,
    ) -> (PageView<'a>, &'a mut Finds) {
        scratch.finds.begin(self.scopes.iter().map(|matcher| matcher.holds(scope)));
        self.context.in_scope(&scratch.finds.scopes, &mut scratch.finds.in_scope);
        let markup = scope.markup.filter(|markup| markup.blocks.len() == lines.lines.len());
        scratch.fold(text, lines, markup.is_some());
        scratch.candidates.clear();
        self.markup.read(markup, text.len(), &mut scratch.classes);
        if let Some(markup) = markup {
            self.markup.nominate(markup, &scratch.classes, &mut scratch.candidates);
            let admits = |candidate: &Candidate| {
                self.doors[candidate.rule.index()].admits(&lines.lines[candidate.line as usize])
            };
            scratch.candidates.retain(admits);
        }
        self.nominate(lines, scratch);
        let Scratch { folded, forms, alike, ends, candidates, finds, asked, classes, .. } = scratch;
        ends.clear();
        let page = PageView { text, lines, markup, folded, forms, asked, classes };
        let mut candidates = &**candidates;
        for (index, line) in lines.lines.iter().enumerate() {
            let hits = finds.hits.len();
            if alike[index] != scratch::NONE {
                finds.repeat(index, line, alike[index] as usize, &lines.lines, ends);
                ends.push((finds.hits.len() as u32, finds.pending.len() as u32));
                continue;
            }
            let own = candidates.iter().take_while(|candidate| candidate.line as usize == index).count();
            let (own, others) = candidates.split_at(own);
            candidates = others;
            for &candidate in own {
                let rule = &self.rules[candidate.rule.index()];
                if finds.scopes[rule.scope] {
                    let hit = rule.judge(candidate, &page, finds);
                    page.tried(candidate.rule, hit);
                }
            }
            finds.hits[hits..].sort_unstable();
            ends.push((finds.hits.len() as u32, finds.pending.len() as u32));
        }
        (page, finds)
    }

    /// The lines that context rules may hit by their bounds alone: rows of bits by the rules' places.
    pub(crate) fn admitted<'f>(&self, finds: &'f Finds) -> &'f [u64] {
        finds.rows.from(self.gated.len())
    }

    /// Walks one rule on one line that keeps its bounds and sees what it asks for, with its real context. A rule that cuts
    /// spans may hit a line more than once.
    pub(crate) fn resolve(
        &self,
        rule: RuleId,
        page: &PageView<'_>,
        index: usize,
        context: &impl Context,
        hits: &mut Vec<Hit>,
    ) -> bool {
        let compiled = &self.rules[rule.index()];
        let facts = &page.lines.lines[index];
        if !compiled.checks.may_hold(index, facts, context) {
            return false;
        }
        if let Some((field, likeness)) = compiled.checks.repeats
            && !context.may_be_same(page.folded_length(index), field, likeness)
        {
            return false;
        }
        if !compiled.checks.plain {
            let sure = compiled.checks.settled;
            return compiled.walk(rule, sure, &page.line(index), context, context, hits);
        }
        let guarded = |guard: &Checks| {
            if guard.plain {
                guard.holds(index, facts, context)
            } else {
                guard.find(&page.line(index), context, None).is_some()
            }
        };
        let holds = !compiled.unless.as_ref().is_some_and(guarded);
        if holds {
            hits.push(Hit::of_line(index, facts, rule));
        }
        holds
    }

    /// Whether `rule` would hit a line of `text`, its zone and context taken as given; `markup` is that of its lines, where
    /// it was HTML.
    pub fn hits_line(
        &self,
        rule: RuleId,
        text: &str,
        lines: &Lines,
        markup: Option<&Markup>,
        scratch: &mut Scratch,
    ) -> bool {
        scratch.fold(text, lines, true);
        self.markup.read(markup, text.len(), &mut scratch.classes);
        let Scratch { folded, forms, asked, classes, .. } = scratch;
        let page = PageView { text, lines, markup, folded, forms, asked, classes };
        let mut hits = Vec::new();
        (0..lines.lines.len()).any(|index| {
            let compiled = &self.rules[rule.index()];
            compiled.walk(rule, 0, &page.line(index), &Assume(true), &Assume(false), &mut hits)
        })
    }
}

impl Compiled {
    /// Finds the rule's hits on the line, or notes that it waits for its context; whether there were hits.
    fn judge(&self, candidate: Candidate, page: &PageView<'_>, finds: &mut Finds) -> bool {
        let line = page.line(candidate.line as usize);
        // The line keeps the rule's bounds, or the rule were no candidate.
        let sure = self.checks.known;
        if self.needs == Needs::Line {
            return self.walk(candidate.rule, sure, &line, &Assume(true), &Assume(false), &mut finds.hits);
        }
        if self.checks.find_beyond(sure, &line, &Assume(true), None).is_some() {
            finds.pending.push(Pending { line: candidate.line, rule: candidate.rule });
        }
        false
    }

    /// Pushes the rule's hits on the line, of which its first `sure` checks hold; whether there were any. The guard has a
    /// context of its own, since what is unknown must not speak against a rule.
    fn walk(
        &self,
        rule: RuleId,
        sure: usize,
        line: &LineView<'_>,
        context: &impl Context,
        guard: &impl Context,
        hits: &mut Vec<Hit>,
    ) -> bool {
        let before = hits.len();
        let mut push = |found: Found| {
            let is_one = found.value == found.span;
            let span = found.span.raw(line);
            let value = if is_one { span.clone() } else { found.value.raw(line) };
            hits.push(Hit { line: line.index as u32, rule, span: line.span(span), value: line.span(value) });
        };
        // The guard is asked last: most rules fail before.
        let guarded = || self.unless.as_ref().is_some_and(|unless| unless.find(line, guard, None).is_some());
        if self.cuts_spans {
            if !guarded() {
                self.checks.find_all(sure, line, context, &mut push);
            }
        } else if let Some(found) = self.checks.find_beyond(sure, line, context, self.field)
            && !guarded()
        {
            push(found);
        }
        hits.len() > before
    }
}
