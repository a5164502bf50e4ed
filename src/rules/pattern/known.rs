//! What is known of the text that an expression matches: each part of it is followed as the set of folded strings that it can
//! match while that set is small; where it is not, the set gathered so far becomes a candidate, and of all candidates the one
//! that web text holds least often is taken, not the longest.

use super::triggers::{BREAK, EDGE, FRONT, candidate, cost, minimal};
use crate::fold::{fold, is_plain, quick};
use crate::letters::is_alphanumeric;
use crate::rules::rule::{Stand, Trigger};
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};
use unicode_normalization::char::is_combining_mark;

/// How many strings a set may hold before it is closed as a candidate.
const SET_LIMIT: usize = 64;
/// How long, in bytes, a string may grow before its set is closed: nested repetitions double it again and again.
pub(super) const LENGTH_LIMIT: usize = 200;
/// How many characters a class may hold to be followed: `\s` has 25.
const CLASS_LIMIT: u32 = 32;

/// The characters of a class, when they are few.
pub(super) fn few_chars(class: &ClassUnicode) -> Option<impl Iterator<Item = char>> {
    let count: usize = class.ranges().iter().map(|range| range.len()).sum();
    (count <= CLASS_LIMIT as usize)
        .then(|| class.ranges().iter().flat_map(|range| range.start()..=range.end()))
}

/// What is known of the text that a part of an expression matches.
pub(super) struct Known {
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

    pub(super) fn into_triggers(self) -> Option<Vec<Trigger>> {
        match self.exact {
            Some(strings) => candidate(&strings),
            None => self.best,
        }
    }
}

/// A part of a concatenation. Expressions that ignore case are made of classes that fold to one character each.
enum Piece {
    Char(char),
    Known(Known),
}

/// The character that all of a class folds to.
fn only_char(hir: &Hir) -> Option<char> {
    let HirKind::Class(Class::Unicode(class)) = hir.kind() else { return None };
    let folded = folded_alone(class.ranges().first()?.start())?;
    few_chars(class)?.all(|c| folded_alone(c) == Some(folded)).then_some(folded)
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
pub(super) fn walk(hir: &Hir, stand: Stand) -> Known {
    match hir.kind() {
        HirKind::Empty => Known::exact(vec![String::new()]),
        HirKind::Look(look) => {
            // No word goes on behind the end of a line either.
            let edge = matches!(look, Look::End | Look::EndLF).then_some(EDGE);
            Known::exact(vec![edge.or(mark(behind_look(*look))).map(String::from).unwrap_or_default()])
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
                    let mut before = stand;
                    let once = |_| {
                        before = behind(&repetition.sub, before);
                        (Piece::Known(Known::exact(strings.clone())), before)
                    };
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
            let pieces = parts.iter().map(|part| {
                let piece = only_char(part).map_or_else(|| Piece::Known(walk(part, before)), Piece::Char);
                before = behind(part, before);
                (piece, before)
            });
            walk_concat(pieces, stand)
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
        // One letter is enough, and the first of most classes is one.
        HirKind::Class(Class::Unicode(class)) if begins_with_letter(class) => Stand::Anywhere,
        // Wide classes hold letters.
        HirKind::Class(Class::Unicode(class)) => few_chars(class)
            .and_then(|chars| least(chars.map(|c| behind_text(c.encode_utf8(&mut [0; 4]), stand))))
            .unwrap_or(Stand::Anywhere),
        HirKind::Class(Class::Bytes(_)) => Stand::Anywhere,
        HirKind::Capture(capture) => behind(&capture.sub, stand),
        HirKind::Repetition(repetition) => {
            let once = behind(&repetition.sub, stand);
            // What holds behind one and behind another behind it holds behind any number.
            let often = if repetition.max == Some(1) || once == stand {
                once
            } else {
                once.min(behind(&repetition.sub, once))
            };
            if repetition.min > 0 { often } else { often.min(stand) }
        }
        HirKind::Concat(parts) => parts.iter().fold(stand, |stand, part| behind(part, stand)),
        HirKind::Alternation(branches) => {
            least(branches.iter().map(|branch| behind(branch, stand))).unwrap_or(stand)
        }
    }
}

fn begins_with_letter(class: &ClassUnicode) -> bool {
    class.ranges().first().is_some_and(|range| range.start().is_ascii_alphanumeric())
}

/// The least of all, where nothing that follows the least there is need be known.
fn least(mut stands: impl Iterator<Item = Stand>) -> Option<Stand> {
    let first = stands.next()?;
    let least = stands.try_fold(first, |least, stand| (least > Stand::Anywhere).then(|| least.min(stand)));
    Some(least.unwrap_or(Stand::Anywhere))
}

/// The same behind a text.
fn behind_text(text: &str, stand: Stand) -> Stand {
    // Letters and digits stay some, whatever composes with them.
    if stand == Stand::First && !text.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        let is_sign = |c: char| !is_alphanumeric(c) && c != BREAK;
        let are_signs = |c: char| folded_alone(c).is_some_and(is_sign);
        if text.chars().all(are_signs) || folded_inside(text).chars().all(is_sign) {
            return Stand::First;
        }
    }
    match text.chars().next_back() {
        Some(last) if is_alphanumeric(last) => Stand::Anywhere,
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
    let mut strings: Vec<String> = Vec::new();
    for c in ranges.iter().flat_map(|&(start, end)| start..=end) {
        let folded = folded_alone(c).map_or_else(|| folded_inside(c.encode_utf8(&mut [0; 4])), String::from);
        if strings.last() != Some(&folded) {
            strings.push(folded);
        }
    }
    strings.sort_unstable();
    strings.dedup();
    Known::exact(strings)
}

/// The pieces come with how a word stands behind each.
fn walk_concat(pieces: impl Iterator<Item = (Piece, Stand)>, stand: Stand) -> Known {
    let begin = |stand: Stand| vec![mark(stand).map(String::from).unwrap_or_default()];
    let mut run = begin(stand);
    let mut candidates = Vec::new();
    let mut whole = true;
    let mut before = stand;
    for (piece, after) in pieces {
        let known = match piece {
            Piece::Char(c) if fits(&run, c.len_utf8() + 1) => {
                for string in &mut run {
                    string.extend(mark(before).into_iter().chain([c]));
                }
                before = after;
                continue;
            }
            Piece::Char(c) => Known::exact(vec![c.to_string()]),
            Piece::Known(known) => known,
        };
        match known.standing(before) {
            Known { exact: Some(strings), .. }
                if run.len() * strings.len() <= SET_LIMIT
                    && longest(&run) + longest(&strings) <= LENGTH_LIMIT =>
            {
                run = joined(run, strings);
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
    if candidates.len() < 2 {
        return Known { exact: None, best: candidates.pop() };
    }
    let rated = candidates.into_iter().map(|triggers| (cost(&triggers), triggers));
    let best = rated.min_by(|(a, _), (b, _)| a.total_cmp(b));
    Known { exact: None, best: best.map(|(_, triggers)| triggers) }
}

/// Every one of `heads` with every one of `tails`; mostly one of the two is a single string.
fn joined(mut heads: Vec<String>, tails: Vec<String>) -> Vec<String> {
    match (heads.as_mut_slice(), tails.as_slice()) {
        ([head], _) if head.is_empty() => tails,
        (_, [tail]) => {
            heads.iter_mut().for_each(|head| head.push_str(tail));
            heads
        }
        _ => heads
            .iter()
            .flat_map(|head| tails.iter().map(move |tail| [head, tail.as_str()].concat()))
            .collect(),
    }
}

/// Whether a string of up to so many bytes goes behind each of `run`.
fn fits(run: &[String], bytes: usize) -> bool {
    run.len() <= SET_LIMIT && longest(run) + bytes <= LENGTH_LIMIT
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
    if is_plain(text) {
        return text.to_ascii_lowercase();
    }
    let guarded = fold(&format!("x{text}x"));
    // A first character that combines with the guard combines with whatever stands before it: it ends the string.
    let inner = guarded.strip_prefix('x').and_then(|inner| inner.strip_suffix('x'));
    let marked = text.chars().next().is_some_and(is_combining_mark);
    inner.filter(|_| !marked).map_or_else(|| BREAK.to_string(), str::to_owned)
}

/// What a character folds to inside a line, where that is one character and known without the tables. Beside each `s` and `k`
/// expressions that ignore case have the long s and the sign of the Kelvin.
pub(super) fn folded_alone(c: char) -> Option<char> {
    match c {
        ' '..='~' => Some(c.to_ascii_lowercase()),
        'ſ' => Some('s'),
        '\u{212a}' => Some('k'),
        _ if c.is_whitespace() => Some(' '),
        _ => quick(c),
    }
}
