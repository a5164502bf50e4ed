//! The last stage of cleaning: what is kept becomes the article's text, all else removals that say where it stood.

use super::count;
use crate::bits::push_within;
use crate::decide;
use crate::extract::squeeze_onto;
use crate::matcher::PageView;
use crate::model::{
    Action, Article, Decision, Form, Hit, Line, Removal, RuleId, RuleShare, Shapes, Span, Verdict,
    VerdictKind,
};
use crate::rules::RuleSet;
use crate::segment::is_parted;
use std::ops::Range;

/// The action of removals that the line model decided.
pub const LINE_MODEL: &str = "line-model";

/// Writes kept lines into the article and all else into the removals, in one walk down the page.
pub(super) struct Writer<'a> {
    pub(super) rules: &'a RuleSet,
    pub(super) view: &'a PageView<'a>,
    pub(super) decision: &'a Decision,
    pub(super) article: &'a mut Article,
    pub(super) removals: &'a mut Vec<Removal>,
    pub(super) spare: &'a mut Vec<Vec<RuleShare>>,
}

impl Writer<'_> {
    pub(super) fn write_text(&mut self) {
        self.article.text.clear();
        self.article.lines_in = count(self.view.lines.lines.len());
        self.article.lines_out = 0;
        // Whether a blank line stood anywhere since the last line that was written.
        let mut parted = false;
        let view = self.view;
        let mut hits = &*self.decision.hits;
        for (index, (line, verdict)) in view.lines.lines.iter().zip(&self.decision.verdicts).enumerate() {
            let own = hits.iter().take_while(|hit| hit.line as usize == index).count();
            let (own, below) = hits.split_at(own);
            hits = below;
            parted |= line.after_blank || !view.lines.blank_parted;
            if verdict.kind.takes_line() {
                self.remove_line(index, line, *verdict, own);
            } else if self.write_line(index, line, *verdict, own, parted) {
                parted = false;
            }
        }
        self.article.chars_out = count(crate::letters::count(&self.article.text));
    }

    /// Whether anything of the line was written.
    fn write_line(
        &mut self,
        index: usize,
        line: &Line,
        verdict: Verdict,
        hits: &[Hit],
        parted: bool,
    ) -> bool {
        let (before, removed) = (self.article.text.len(), self.removals.len());
        if before > 0 {
            self.article.text.push_str(if parted { "\n\n" } else { "\n" });
        }
        let start = self.article.text.len();
        if verdict.kind == VerdictKind::Cut {
            self.write_around_cuts(index, line, hits, start);
        } else {
            self.write_indent(index, line);
            self.push_squeezed(line, line.span.range());
        }
        if self.article.text.len() == start {
            // The cuts left nothing: what they took stood where the text ended before.
            self.article.text.truncate(before);
            self.removals[removed..].iter_mut().for_each(|removal| removal.at = count(before));
            return false;
        }
        self.article.lines_out += 1;
        true
    }

    /// The white space that a line of verbatim text begins with.
    fn write_indent(&mut self, index: usize, line: &Line) {
        let block = self.view.markup.and_then(|markup| markup.blocks.get(index));
        if block.is_some_and(|block| block.form == Form::Verbatim) {
            let before = &self.view.text[..line.span.start as usize];
            let indent = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
            self.article.text.push_str(indent);
        }
    }

    /// Writes a part of a line behind what was written of it from byte `start` of the text on. `spaced` is whether the page has
    /// white space since then; given back is the same for the next part.
    fn write_part(&mut self, line: &Line, span: Span, start: usize, spaced: bool) -> bool {
        let part = &self.view.text[span.range()];
        let trimmed = part.trim();
        if trimmed.is_empty() {
            return spaced || !part.is_empty();
        }
        let lead = part.len() - part.trim_start().len();
        let text = &mut self.article.text;
        if let Some(last) = text[start..].chars().next_back() {
            // Where a cut stood, a mark goes on with the word before it.
            if lead > 0 || (is_parted(Some(last), trimmed) && (spaced || ends_something(last))) {
                text.push(' ');
            }
        }
        let start = span.start as usize + lead;
        self.push_squeezed(line, start..start + trimmed.len());
        lead + trimmed.len() < part.len()
    }

    /// Appends a trimmed part of a line with the white space that it keeps.
    fn push_squeezed(&mut self, line: &Line, part: Range<usize>) {
        let (text, out) = (self.view.text, &mut self.article.text);
        if line.single_spaced || line.shapes.meets(Shapes::CODE.with(Shapes::TABLE_ROW)) {
            // Nothing to squeeze, or runs of space carry meaning.
            push_within(out, text, part);
        } else {
            squeeze_onto(&text[part], out);
        }
    }

    fn write_around_cuts(&mut self, index: usize, line: &Line, hits: &[Hit], start: usize) {
        let (mut at, mut spaced) = (line.span.start, false);
        let cutting = |rule| *self.rules.rule(rule).action() == Action::CutSpan;
        let mut cuts: Vec<_> = hits.iter().filter(|hit| cutting(hit.rule)).collect();
        cuts.sort_unstable_by_key(|hit| (hit.span.start, std::cmp::Reverse(hit.span.end)));
        for hit in cuts {
            // Cuts may overlap: the first takes its part, the next what is left.
            let cut = Span { start: hit.span.start.max(at), end: hit.span.end };
            if cut.is_empty() {
                continue;
            }
            spaced = self.write_part(line, Span { start: at, end: cut.start }, start, spaced);
            let mut rules = self.empty();
            rules.push(self.share(hit.rule));
            // White space within what goes parted the words beside it as well.
            spaced |= self.view.text[cut.range()].contains(char::is_whitespace);
            self.push_removal(index, cut, "cut-span", rules);
            at = cut.end;
        }
        self.write_part(line, Span { start: at, end: line.span.end }, start, spaced);
    }

    fn remove_line(&mut self, index: usize, line: &Line, verdict: Verdict, hits: &[Hit]) {
        let mut rules = self.empty();
        // A rule whose range takes the line may have hit it as well, and counts once.
        let by = verdict.by.filter(|by| !hits.iter().any(|hit| hit.rule == *by));
        rules.extend(by.map(|rule| self.share(rule)));
        decide::evidence_onto(self.rules, hits, &mut rules);
        let action = match (verdict.by, verdict.kind) {
            (Some(rule), _) => self.rules.rule(rule).action().name(),
            (None, VerdictKind::Capture) => "capture",
            (None, _) if verdict.is_of_model() => LINE_MODEL,
            (None, _) => "drop-line",
        };
        self.push_removal(index, line.span, action, rules);
    }

    fn share(&self, rule: RuleId) -> RuleShare {
        RuleShare { rule, score: self.rules.rule(rule).score() }
    }

    fn empty(&mut self) -> Vec<RuleShare> {
        let mut rules = self.spare.pop().unwrap_or_default();
        rules.clear();
        rules
    }

    fn push_removal(&mut self, index: usize, span: Span, action: &'static str, rules: Vec<RuleShare>) {
        let at = count(self.article.text.len());
        self.removals.push(Removal { line: count(index), span, at, action, rules });
    }
}

/// Whether a mark ends a sentence, a quote or a bracket, so that what a cut brings next to it is parted from it.
fn ends_something(mark: char) -> bool {
    matches!(mark, '.' | ',' | ';' | ':' | '!' | '?' | '…' | ')' | ']' | '}' | '”' | '’' | '"' | '\'' | '»')
}
