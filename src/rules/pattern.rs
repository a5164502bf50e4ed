//! Regular expressions: their compilation, and the literals that a folded line must hold before one is tried.
//!
//! What a part of an expression can match is known next door, and which literals are taken of that.
//!
//! One case is left out: a literal directly before a combining mark of the line (`cafe` in a decomposed `café`) is
//! other text once folded, so there the expression is not tried.

mod known;
mod program;
mod steps;
mod triggers;

pub(crate) use program::Program;
pub(crate) use steps::GaveUp;

use super::rule::{Pattern, Stand};
use crate::model::Signs;
use known::{few_chars, walk};
use regex_automata::nfa::thompson::{self, NFA};
use regex_syntax::ast::{self, AssertionKind, Ast};
use regex_syntax::hir::translate::Translator;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::ops::Range;
use std::sync::Arc;

/// The memory that one compiled expression may take.
const SIZE_LIMIT: usize = 1 << 20;
/// How deep groups may nest.
const NEST_LIMIT: u32 = 50;

/// Why an expression cannot be used, and the bytes of it that say so.
#[derive(Debug)]
pub(crate) struct PatternFault {
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: &'static str,
}

impl Pattern {
    /// Parses an expression and finds its triggers; none are found when a line can match without any literal.
    ///
    /// Expressions are compiled when they are first needed. Here only those are that might be too large to be.
    #[cfg(test)]
    pub(crate) fn parse(source: &str) -> Result<Self, PatternFault> {
        Self::parse_noting(source).map(|(pattern, _)| pattern)
    }

    /// The same, with whether an anchor binds to one branch of an alternation alone, as in `^a|b$`, where people mean `^(a|b)$`.
    pub(super) fn parse_noting(source: &str) -> Result<(Self, bool), PatternFault> {
        let (ast, hir) = parse(source)?;
        let triggers = walk(&hir, Stand::Anywhere).into_triggers().unwrap_or_default();
        let program = Program::of(&hir).map(Arc::new);
        let pattern = Self { source: source.to_owned(), triggers, signs: signs(&hir), program };
        if size_bound(&hir) > SIZE_LIMIT && pattern.compile().is_err() {
            let message = format!("takes more than {} MiB once compiled", SIZE_LIMIT >> 20);
            let help = "repeat less, or write plain classes such as `[a-z]` for `\\w` and `[0-9]` for `\\d`";
            return Err(PatternFault { range: 0..source.len(), message, help });
        }
        Ok((pattern, has_loose_anchor(&ast)))
    }

    /// Compiles the expression, within limits of memory and depth.
    ///
    /// # Errors
    ///
    /// When it is larger than the limits allow; its syntax was checked when the rule became valid.
    pub fn compile(&self) -> Result<regex::Regex, regex::Error> {
        regex::RegexBuilder::new(&self.source).size_limit(SIZE_LIMIT).nest_limit(NEST_LIMIT).build()
    }

    /// Where the first match in `line` is that begins at the byte `from` or behind it.
    ///
    /// # Errors
    ///
    /// When only the states of the expression can tell.
    pub(crate) fn find_at(&self, line: &str, from: usize) -> Result<Option<Range<usize>>, GaveUp> {
        self.program.as_ref().ok_or(GaveUp)?.find_at(line, from)
    }

    /// The states of the expression, which engines of the caller's choice walk.
    pub(crate) fn states(&self) -> Option<NFA> {
        let (_, hir) = parse(&self.source).ok()?;
        thompson::Compiler::new()
            .configure(thompson::Config::new().nfa_size_limit(Some(SIZE_LIMIT)))
            .build_from_hir(&hir)
            .ok()
    }
}

/// Both trees of an expression: as written, and as matched.
fn parse(source: &str) -> Result<(Ast, Hir), PatternFault> {
    let mut parser = ast::parse::ParserBuilder::new().nest_limit(NEST_LIMIT).build();
    let ast = parser.parse(source).map_err(|error| syntax_fault(source, &error.into()))?;
    let hir = Translator::new().translate(source, &ast);
    let hir = hir.map_err(|error| syntax_fault(source, &error.into()))?;
    Ok((ast, hir))
}

fn has_loose_anchor(ast: &Ast) -> bool {
    let Ast::Alternation(alternation) = ast else { return false };
    let anchored = |edge: fn(&Ast) -> bool| {
        let count = alternation.asts.iter().filter(|branch| edge(branch)).count();
        count > 0 && count < alternation.asts.len()
    };
    anchored(starts_anchored) || anchored(ends_anchored)
}

fn starts_anchored(branch: &Ast) -> bool {
    let Ast::Concat(concat) = branch else { return is_anchor(branch) };
    concat.asts.iter().find(|part| !matches!(part, Ast::Flags(_))).is_some_and(is_anchor)
}

fn ends_anchored(branch: &Ast) -> bool {
    let Ast::Concat(concat) = branch else { return is_anchor(branch) };
    concat.asts.last().is_some_and(is_anchor)
}

fn is_anchor(ast: &Ast) -> bool {
    let Ast::Assertion(assertion) = ast else { return false };
    !matches!(assertion.kind, AssertionKind::WordBoundary | AssertionKind::NotWordBoundary)
}

fn syntax_fault(source: &str, error: &regex_syntax::Error) -> PatternFault {
    let help = "mend it; the syntax is that of the `regex` crate, without look-around and back-references";
    let (span, message) = match error {
        regex_syntax::Error::Parse(error) => (error.span(), error.kind().to_string()),
        regex_syntax::Error::Translate(error) => (error.span(), error.kind().to_string()),
        _ => return PatternFault { range: 0..source.len(), message: "it does not parse".to_owned(), help },
    };
    PatternFault { range: span.start.offset..span.end.offset, message, help }
}

/// No less than the memory that the compiled expression takes, in bytes; mostly two or three times as much.
///
/// Measured on regex 1.13: `.` takes 1,144 bytes, `\d` 75 and `\w` 63 for each of their ranges, a repeated letter 34,
/// an alternative of two letters 100.
fn size_bound(hir: &Hir) -> usize {
    const NODE: usize = 100;
    const CLASS: usize = 1200;
    const CLASS_RANGE: usize = 130;
    let inner = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => NODE * literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => CLASS + CLASS_RANGE * class.ranges().len(),
        HirKind::Class(Class::Bytes(class)) => CLASS + CLASS_RANGE * class.ranges().len(),
        HirKind::Capture(capture) => size_bound(&capture.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            // One more for the copy that loops.
            size_bound(&repetition.sub).saturating_mul(times as usize + 1)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(size_bound).fold(0, usize::saturating_add)
        }
    };
    inner.saturating_add(NODE)
}

/// Signs of which every match of `hir` holds one: the most telling that one of its parts asks for.
fn signs(hir: &Hir) -> Option<Signs> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            String::from_utf8_lossy(&literal.0).chars().filter_map(Signs::of).max_by_key(telling)
        }
        HirKind::Class(Class::Unicode(class)) => {
            few_chars(class)?.map(Signs::of).reduce(|signs, more| Some(signs?.with(more?))).flatten()
        }
        HirKind::Capture(capture) => signs(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => signs(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(signs).max_by_key(telling),
        HirKind::Alternation(branches) => {
            let signs: Option<Vec<Signs>> = branches.iter().map(signs).collect();
            signs?.into_iter().reduce(Signs::with)
        }
        _ => None,
    }
}

/// Sentences hold commas, full stops, dashes and apostrophes; anything else tells more.
fn telling(signs: &Signs) -> bool {
    !b".,-'".iter().any(|&byte| signs.meets(Signs::of_ascii(byte)))
}

#[cfg(test)]
mod tests;
