//! Regular expressions: their compilation, and the literals that a folded line must hold before one is tried.
//!
//! The literals come from the parsed expression. Each part of it is followed as the set of folded strings that it can
//! match while that set is small; where it is not, the set gathered so far becomes a candidate, and of all
//! candidates the one that web text holds least often is taken, not the longest.
//!
//! One case is left out: a literal directly before a combining mark of the line (`cafe` in a decomposed `café`) is
//! other text once folded, so there the expression is not tried.

use super::rarity::frequency;
use super::rule::{Pattern, Stand, Trigger};
use crate::fold::fold;
use crate::model::Signs;
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::util::syntax;
use regex_syntax::ast::{AssertionKind, Ast};
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// The memory that one compiled expression may take.
const SIZE_LIMIT: usize = 1 << 20;
/// How deep groups may nest.
const NEST_LIMIT: u32 = 50;
/// How many strings a set may hold before it is closed as a candidate.
const SET_LIMIT: usize = 64;
/// How long, in bytes, a string may grow before its set is closed: nested repetitions double it again and again.
const LENGTH_LIMIT: usize = 200;
/// Beyond so many literals none is compared with all the others.
const MINIMAL_LIMIT: usize = 500;
/// How many characters a class may hold to be followed: `\s` has 25.
const CLASS_LIMIT: u32 = 32;
/// Letters that a literal needs; shorter ones stand on too many lines.
const MIN_LETTERS: usize = 3;
/// Stands for what folds to no known text; parts the strings.
const BREAK: char = '\0';
/// Stands, with no width, where a word that follows begins.
const EDGE: char = '\u{1}';
/// Stands, with no width, where a word or number that follows is the first of the line.
const FRONT: char = '\u{2}';

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
    pub(crate) fn parse(source: &str) -> Result<Self, PatternFault> {
        let hir = regex_syntax::ParserBuilder::new()
            .nest_limit(NEST_LIMIT)
            .build()
            .parse(source)
            .map_err(|error| syntax_fault(source, &error))?;
        let triggers = walk(&hir, Stand::Anywhere).into_triggers().unwrap_or_default();
        let pattern = Self { source: source.to_owned(), triggers, signs: signs(&hir) };
        if size_bound(&hir) > SIZE_LIMIT && pattern.compile().is_err() {
            let message = format!("takes more than {} MiB once compiled", SIZE_LIMIT >> 20);
            let help = "repeat less, or write plain classes such as `[a-z]` for `\\w` and `[0-9]` for `\\d`";
            return Err(PatternFault { range: 0..source.len(), message, help });
        }
        Ok(pattern)
    }

    /// Compiles the expression, within limits of memory and depth.
    ///
    /// # Errors
    ///
    /// When it is larger than the limits allow; its syntax was checked when the rule became valid.
    pub fn compile(&self) -> Result<regex::Regex, regex::Error> {
        regex::RegexBuilder::new(&self.source).size_limit(SIZE_LIMIT).nest_limit(NEST_LIMIT).build()
    }

    /// The states of the expression, which engines of the caller's choice walk.
    pub(crate) fn states(&self) -> Result<NFA, Box<thompson::BuildError>> {
        thompson::Compiler::new()
            .configure(thompson::Config::new().nfa_size_limit(Some(SIZE_LIMIT)))
            .syntax(syntax::Config::new().nest_limit(NEST_LIMIT))
            .build(&self.source)
            .map_err(Box::new)
    }

    /// Whether an anchor binds to one branch of an alternation alone, as in `^a|b$`, where people mean `^(a|b)$`.
    pub(super) fn has_loose_anchor(&self) -> bool {
        let ast =
            regex_syntax::ast::parse::ParserBuilder::new().nest_limit(NEST_LIMIT).build().parse(&self.source);
        let Ok(Ast::Alternation(alternation)) = &ast else { return false };
        let anchored = |edge: fn(&Ast) -> bool| {
            let count = alternation.asts.iter().filter(|branch| edge(branch)).count();
            count > 0 && count < alternation.asts.len()
        };
        anchored(starts_anchored) || anchored(ends_anchored)
    }
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
            let signs: Option<Vec<Signs>> = few_chars(class)?.map(Signs::of).collect();
            signs?.into_iter().reduce(Signs::with)
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

/// The characters of a class, when they are few.
fn few_chars(class: &ClassUnicode) -> Option<impl Iterator<Item = char>> {
    let count: usize = class.ranges().iter().map(|range| range.len()).sum();
    (count <= CLASS_LIMIT as usize)
        .then(|| class.ranges().iter().flat_map(|range| range.start()..=range.end()))
}

/// Sentences hold commas, full stops, dashes and apostrophes; anything else tells more.
fn telling(signs: &Signs) -> bool {
    !b".,-'".iter().any(|&byte| signs.meets(Signs::of_ascii(byte)))
}

/// What is known of the text that a part of an expression matches.
struct Known {
    /// Every folded string that the part can match, when they are few.
    exact: Option<Vec<String>>,
    /// Otherwise literals of which the folded text holds at least one.
    best: Option<Vec<Trigger>>,
}

impl Known {
    const NOTHING: Self = Self { exact: None, best: None };

    fn exact(strings: Vec<String>) -> Self {
        Self { exact: Some(strings), best: None }
    }

    /// The same, where what follows stands so.
    fn standing(mut self, stand: Stand) -> Self {
        if let (Some(mark), Some(strings)) = (mark(stand), &mut self.exact) {
            strings.iter_mut().filter(|string| !string.is_empty()).for_each(|string| string.insert(0, mark));
        }
        self
    }

    fn into_triggers(self) -> Option<Vec<Trigger>> {
        match self.exact {
            Some(strings) => candidate(&strings),
            None => self.best,
        }
    }
}

/// What stands in strings before a word that stands so.
fn mark(stand: Stand) -> Option<char> {
    match stand {
        Stand::Anywhere => None,
        Stand::AtWord => Some(EDGE),
        Stand::First => Some(FRONT),
    }
}

/// `stand` says how a word that the part begins with stands.
fn walk(hir: &Hir, stand: Stand) -> Known {
    match hir.kind() {
        HirKind::Empty => Known::exact(vec![String::new()]),
        HirKind::Look(look) => {
            Known::exact(vec![mark(behind_look(*look)).map(String::from).unwrap_or_default()])
        }
        HirKind::Literal(literal) => Known::exact(vec![folded_inside(&String::from_utf8_lossy(&literal.0))]),
        HirKind::Class(class) => walk_class(class),
        HirKind::Capture(capture) => walk(&capture.sub, stand),
        HirKind::Repetition(repetition) => {
            let inner = walk(&repetition.sub, stand);
            // However many spaces there are, folding leaves one.
            let spaces = inner.exact.as_ref().is_some_and(|strings| strings.iter().all(|s| s == " "));
            match (repetition.min, repetition.max, inner.exact) {
                (1.., _, exact) if spaces => Known { exact, best: None },
                (0, _, Some(mut strings)) if spaces || repetition.max == Some(1) => {
                    strings.push(String::new());
                    Known::exact(strings)
                }
                (0, _, _) => Known::NOTHING,
                (min, Some(max), Some(strings)) if min == max && min <= 4 => {
                    let once = |_| (Known::exact(strings.clone()), &*repetition.sub);
                    walk_concat((0..min).map(once), stand)
                }
                (_, _, exact) => {
                    let first = Known { exact, best: inner.best }.standing(stand);
                    Known { best: first.into_triggers(), exact: None }
                }
            }
        }
        HirKind::Concat(parts) => {
            let mut before = stand;
            let known = parts.iter().map(|part| {
                let known = walk(part, before);
                before = behind(part, before);
                (known, part)
            });
            walk_concat(known, stand)
        }
        HirKind::Alternation(branches) => {
            walk_alternation(branches.iter().map(|branch| walk(branch, stand)).collect(), stand)
        }
    }
}

/// How a word stands behind a place. A Unicode word border says that no letter stands before it, an ASCII one does not.
fn behind_look(look: Look) -> Stand {
    match look {
        Look::Start | Look::StartLF => Stand::First,
        Look::WordUnicode | Look::WordStartUnicode | Look::WordStartHalfUnicode => Stand::AtWord,
        _ => Stand::Anywhere,
    }
}

/// How a word stands that follows a match of `hir`, `stand` saying the same of the match itself.
fn behind(hir: &Hir, stand: Stand) -> Stand {
    match hir.kind() {
        HirKind::Empty => stand,
        HirKind::Look(look) => stand.max(behind_look(*look)),
        HirKind::Literal(literal) => behind_text(&String::from_utf8_lossy(&literal.0), stand),
        // Wide classes hold letters.
        HirKind::Class(Class::Unicode(class)) => few_chars(class)
            .and_then(|chars| chars.map(|c| behind_text(c.encode_utf8(&mut [0; 4]), stand)).min())
            .unwrap_or(Stand::Anywhere),
        HirKind::Class(Class::Bytes(_)) => Stand::Anywhere,
        HirKind::Capture(capture) => behind(&capture.sub, stand),
        HirKind::Repetition(repetition) => {
            let once = behind(&repetition.sub, stand);
            // What holds behind one and behind another behind it holds behind any number.
            let often =
                if repetition.max == Some(1) { once } else { once.min(behind(&repetition.sub, once)) };
            if repetition.min > 0 { often } else { often.min(stand) }
        }
        HirKind::Concat(parts) => parts.iter().fold(stand, |stand, part| behind(part, stand)),
        HirKind::Alternation(branches) => {
            branches.iter().map(|branch| behind(branch, stand)).min().unwrap_or(stand)
        }
    }
}

/// The same behind a text.
fn behind_text(text: &str, stand: Stand) -> Stand {
    if stand == Stand::First && folded_inside(text).chars().all(|c| !c.is_alphanumeric() && c != BREAK) {
        return Stand::First;
    }
    match text.chars().next_back() {
        Some(last) if last.is_alphanumeric() => Stand::Anywhere,
        _ => Stand::AtWord,
    }
}

fn walk_class(class: &Class) -> Known {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => {
            class.ranges().iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect()
        }
    };
    let size: u32 = ranges.iter().map(|&(start, end)| end as u32 - start as u32 + 1).sum();
    if size > CLASS_LIMIT {
        return Known::NOTHING;
    }
    let mut strings: Vec<String> = ranges
        .iter()
        .flat_map(|&(start, end)| start..=end)
        .map(|c| folded_inside(c.encode_utf8(&mut [0; 4])))
        .collect();
    strings.sort_unstable();
    strings.dedup();
    Known::exact(strings)
}

fn walk_concat<'h>(parts: impl Iterator<Item = (Known, &'h Hir)>, stand: Stand) -> Known {
    let begin = |stand: Stand| vec![mark(stand).map(String::from).unwrap_or_default()];
    let mut run = begin(stand);
    let mut candidates = Vec::new();
    let mut whole = true;
    let mut before = stand;
    for (part, hir) in parts {
        let after = behind(hir, before);
        match part.standing(before) {
            Known { exact: Some(strings), .. }
                if run.len() * strings.len() <= SET_LIMIT
                    && longest(&run) + longest(&strings) <= LENGTH_LIMIT =>
            {
                run = run
                    .iter()
                    .flat_map(|head| strings.iter().map(move |tail| format!("{head}{tail}")))
                    .collect();
            }
            Known { exact, best } => {
                whole = false;
                candidates.extend(candidate(&run));
                candidates.extend(best);
                run = exact.unwrap_or_else(|| begin(after));
            }
        }
        before = after;
    }
    if whole {
        return Known::exact(run);
    }
    candidates.extend(candidate(&run));
    let best = candidates.into_iter().min_by(|a, b| cost(a).total_cmp(&cost(b)));
    Known { exact: None, best }
}

fn longest(strings: &[String]) -> usize {
    strings.iter().map(String::len).max().unwrap_or(0)
}

fn walk_alternation(branches: Vec<Known>, stand: Stand) -> Known {
    let total: usize =
        branches.iter().map(|branch| branch.exact.as_ref().map_or(SET_LIMIT + 1, Vec::len)).sum();
    if total <= SET_LIMIT {
        return Known::exact(branches.into_iter().filter_map(|branch| branch.exact).flatten().collect());
    }
    let sets: Option<Vec<Vec<Trigger>>> =
        branches.into_iter().map(|branch| branch.standing(stand).into_triggers()).collect();
    Known { exact: None, best: sets.map(|sets| minimal(sets.concat())) }
}

/// `text` folded as it folds inside a line: nothing is trimmed.
fn folded_inside(text: &str) -> String {
    if text.is_ascii() && !text.contains("  ") && !text.bytes().any(|b| b.is_ascii_control()) {
        return text.to_ascii_lowercase();
    }
    let guarded = fold(&format!("x{text}x"));
    // A first character that combines with the guard combines with whatever stands before it: it ends the string.
    let inner = guarded.strip_prefix('x').and_then(|inner| inner.strip_suffix('x'));
    let marked = text.chars().next().is_some_and(is_combining_mark);
    inner.filter(|_| !marked).map_or_else(|| BREAK.to_string(), str::to_owned)
}

/// One literal for each string, when every string has one that is good enough.
fn candidate(strings: &[String]) -> Option<Vec<Trigger>> {
    strings.iter().map(|string| rarest_piece(string)).collect::<Option<Vec<Trigger>>>().map(minimal)
}

fn rarest_piece(string: &str) -> Option<Trigger> {
    let marks = [' ', EDGE, FRONT];
    let pieces = string.split(BREAK).enumerate().map(|(nth, piece)| {
        let begun = piece.trim_start_matches(marks);
        let stand = if nth == 0 && piece.trim_start_matches([' ', EDGE]).starts_with(FRONT) {
            Stand::First
        } else if begun.len() < piece.len() {
            Stand::AtWord
        } else {
            Stand::Anywhere
        };
        let plain = begun.replace([EDGE, FRONT], "");
        let squeezed = plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        // What folding takes off the end of a line may be missing there.
        let literal = squeezed.trim_end_matches([' ', ':', '»', '.']);
        let signs = |c: char| stand == Stand::First && !c.is_alphanumeric();
        Trigger { literal: literal.trim_start_matches(signs).to_owned(), stand }
    });
    let letters = |piece: &str| {
        piece.chars().map(|c| if is_dense(c) { 2 } else { usize::from(c.is_alphabetic()) }).sum()
    };
    pieces
        .filter(|piece| {
            let letters: usize = letters(&piece.literal);
            letters >= MIN_LETTERS
        })
        .min_by(|a, b| frequency(&a.literal).total_cmp(&frequency(&b.literal)))
}

/// Characters of scripts that write words with one or two of them.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// The set without the literals that contain another of it: those lines hold the shorter one anyway.
fn minimal(mut triggers: Vec<Trigger>) -> Vec<Trigger> {
    let order = |trigger: &Trigger| (trigger.literal.len(), trigger.stand);
    triggers.sort_unstable_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.cmp(b)));
    triggers.dedup();
    if triggers.len() > MINIMAL_LIMIT {
        return triggers;
    }
    let mut kept: Vec<Trigger> = Vec::with_capacity(triggers.len());
    for trigger in triggers {
        if !kept.iter().any(|shorter| is_within(shorter, &trigger)) {
            kept.push(trigger);
        }
    }
    kept
}

/// Whether every line that holds `longer` holds `shorter`.
fn is_within(shorter: &Trigger, longer: &Trigger) -> bool {
    longer.literal.match_indices(&shorter.literal).any(|(at, _)| match shorter.stand {
        Stand::Anywhere => true,
        Stand::AtWord => longer.literal[..at]
            .chars()
            .next_back()
            .map_or(longer.stand >= Stand::AtWord, |before| !before.is_alphanumeric()),
        Stand::First => at == 0 && longer.stand == Stand::First,
    })
}

fn cost(triggers: &[Trigger]) -> f64 {
    let share = |trigger: &Trigger| {
        frequency(&trigger.literal)
            * match trigger.stand {
                // What may begin inside a word has to be looked for at every place.
                Stand::Anywhere => 4.0,
                Stand::AtWord => 1.0,
                // One word in ten is the first of its line.
                Stand::First => 0.1,
            }
    };
    triggers.iter().map(share).sum()
}

#[cfg(test)]
mod tests;
