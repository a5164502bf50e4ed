//! What was found on short lines that came before: their folded form, and the rules that hit them.
//!
//! What rules find on a line of text hangs on the line, its zone, the menu that it may stand in, and which rules run on
//! the page. Where all of that is as before, so are the finds, and neither folding nor matching need be done again.
//! Markup says something else of each line, so lines of HTML are not asked for here.

use super::scratch::Finds;
use super::{Engine, Pending};
use crate::model::{Hit, Line, RuleId, Shapes, Span, Zone};
use std::sync::Arc;

/// Sets of scopes that are told apart, at most: pages of a run differ in language and site.
const SCOPE_SETS: usize = 64;

/// What one thread knows of lines, by their places among those that it has met.
#[derive(Debug, Default)]
pub(super) struct Known {
    lines: Vec<KnownLine>,
    /// Whose finds they are.
    engine: Option<Arc<()>>,
    /// The scopes that pages so far were in, and which of them the page is in.
    scope_sets: Vec<Vec<bool>>,
    scope_set: usize,
}

/// What is known of a line.
#[derive(Debug, Default)]
struct KnownLine {
    /// The line's number, which is no other line's.
    number: Option<u64>,
    folded: String,
    finds: Vec<KnownFinds>,
}

/// What is found on a line where it stands so.
#[derive(Debug)]
struct KnownFinds {
    zone: Zone,
    shapes: Shapes,
    scope_set: usize,
    /// Hits as if the line were the text's first.
    hits: Vec<Hit>,
    pending: Vec<RuleId>,
}

/// The place of what is known of a line: which line, which of its finds.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownAt {
    line: u32,
    finds: u32,
}

impl Known {
    /// Makes ready for a page in `scopes`; what another engine found is forgotten.
    pub(super) fn begin(&mut self, engine: &Engine, scopes: &[bool]) {
        if !self.engine.as_ref().is_some_and(|known| Arc::ptr_eq(known, &engine.identity)) {
            self.forget();
            self.engine = Some(Arc::clone(&engine.identity));
        }
        let known = self.scope_sets.iter().position(|known| known == scopes);
        self.scope_set = known.unwrap_or_else(|| {
            if self.scope_sets.len() == SCOPE_SETS {
                self.forget();
            }
            self.scope_sets.push(scopes.to_vec());
            self.scope_sets.len() - 1
        });
    }

    fn forget(&mut self) {
        self.lines.clear();
        self.scope_sets.clear();
    }

    /// Where what is found on the line is kept, and whether it was found before; if not, it is promised: whoever asks
    /// again on this page comes after the line itself.
    pub(super) fn at(&mut self, place: u32, number: u64, line: &Line) -> (KnownAt, bool) {
        let index = place as usize;
        if self.lines.len() <= index {
            self.lines.resize_with(index + 1, KnownLine::default);
        }
        let known = &mut self.lines[index];
        if known.number != Some(number) {
            known.number = Some(number);
            known.folded.clear();
            known.finds.clear();
        }
        let is_so = |finds: &KnownFinds| {
            finds.zone == line.zone && finds.shapes == line.shapes && finds.scope_set == self.scope_set
        };
        let found = known.finds.iter().position(is_so);
        let finds = found.unwrap_or_else(|| {
            let KnownLine { finds, .. } = known;
            finds.push(KnownFinds {
                zone: line.zone,
                shapes: line.shapes,
                scope_set: self.scope_set,
                hits: Vec::new(),
                pending: Vec::new(),
            });
            finds.len() - 1
        });
        (KnownAt { line: place, finds: finds as u32 }, found.is_some())
    }

    /// Keeps the folded form of a line.
    pub(super) fn learn_form(&mut self, at: KnownAt, folded: &str) {
        let known = &mut self.lines[at.line as usize];
        known.folded.clear();
        known.folded.push_str(folded);
    }

    /// The folded form of a line that was found before.
    pub(super) fn folded(&self, at: KnownAt) -> &str {
        &self.lines[at.line as usize].folded
    }

    /// Keeps what was found on a line: of the page's finds those that are its own.
    pub(super) fn learn(&mut self, at: KnownAt, line: &Line, hits: &[Hit], pending: &[Pending]) {
        let finds = &mut self.lines[at.line as usize].finds[at.finds as usize];
        let start = line.span.start;
        let relative = |span: Span| Span { start: span.start - start, end: span.end - start };
        finds.hits.extend(hits.iter().map(|hit| Hit {
            span: relative(hit.span),
            value: relative(hit.value),
            ..*hit
        }));
        finds.pending.extend(pending.iter().map(|pending| pending.rule));
    }

    /// Adds what is known of a line to the page's finds.
    pub(super) fn tell(&self, at: KnownAt, index: usize, line: &Line, finds: &mut Finds) {
        let known = &self.lines[at.line as usize].finds[at.finds as usize];
        let (index, start) = (index as u32, line.span.start);
        let absolute = |span: Span| Span { start: span.start + start, end: span.end + start };
        finds.hits.extend(known.hits.iter().map(|hit| Hit {
            line: index,
            rule: hit.rule,
            span: absolute(hit.span),
            value: absolute(hit.value),
        }));
        finds.pending.extend(known.pending.iter().map(|&rule| Pending { line: index, rule }));
    }
}
