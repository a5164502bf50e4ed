//! Which literals lead to an expression, of the strings that it can match: of each string the rarest piece, and none that holds
//! another one.

use crate::fold::is_plain;
use crate::letters::{is_alphabetic, is_alphanumeric};
use crate::rules::rarity::frequency;
use crate::rules::rule::{Stand, Trigger};

/// Beyond so many literals none is compared with all the others.
const MINIMAL_LIMIT: usize = 500;
/// Letters that a literal needs; shorter ones stand on too many lines.
const MIN_LETTERS: usize = 3;
/// What it costs to search all text for what may stand inside words, as a share of places where an expression is tried: 3 ns a
/// line, where a try takes a hundred and a line has 46 places (2026-12-01).
const SEARCH: f64 = 0.0005;
/// Stands for what folds to no known text; parts the strings.
pub(super) const BREAK: char = '\0';
/// Stands, with no width, where a word that follows begins, and where one before ends.
pub(super) const EDGE: char = '\u{1}';
/// Stands, with no width, where a word or number that follows is the first of the line.
pub(super) const FRONT: char = '\u{2}';

/// One literal for each string, when every string has one that is good enough.
pub(super) fn candidate(strings: &[String]) -> Option<Vec<Trigger>> {
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
        let mut literal = if is_plain(begun) { begun.to_owned() } else { squeezed(begun) };
        // What folding takes off the end of a line may be missing there.
        literal.truncate(literal.trim_end_matches([' ', ':', '»', '.']).len());
        let signs = |c: char| stand == Stand::First && !c.is_alphanumeric();
        let signs = literal.len() - literal.trim_start_matches(signs).len();
        literal.drain(..signs);
        // What follows is a border, a sign, or an end that was taken off.
        let closed = !begun.ends_with(is_alphanumeric);
        Trigger { literal, stand, closed }
    });
    let letters = |piece: &str| {
        piece.chars().map(|c| if is_dense(c) { 2 } else { usize::from(is_alphabetic(c)) }).sum()
    };
    pieces
        .filter(|piece| {
            let letters: usize = letters(&piece.literal);
            letters >= MIN_LETTERS
        })
        .min_by(|a, b| frequency(&a.literal).total_cmp(&frequency(&b.literal)))
}

/// `piece` without marks and double spaces.
fn squeezed(piece: &str) -> String {
    let mut squeezed = String::with_capacity(piece.len());
    for c in piece.chars() {
        match c {
            EDGE | FRONT => {}
            ' ' if squeezed.is_empty() || squeezed.ends_with(' ') => {}
            _ => squeezed.push(c),
        }
    }
    squeezed
}

/// Characters of scripts that write words with one or two of them.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// The set without the literals that contain another of it: those lines hold the shorter one anyway.
pub(super) fn minimal(mut triggers: Vec<Trigger>) -> Vec<Trigger> {
    let order = |trigger: &Trigger| (trigger.literal.len(), trigger.stand);
    triggers.sort_unstable_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.cmp(b)));
    triggers.dedup();
    if triggers.len() > MINIMAL_LIMIT {
        return triggers;
    }
    let mut kept: Vec<Trigger> = Vec::with_capacity(triggers.len());
    // Nearly all are told apart by the letters that they are made of.
    let mut letters_of_kept: Vec<u64> = Vec::with_capacity(triggers.len());
    for trigger in triggers {
        let letters = trigger.literal.bytes().fold(0, |letters, byte| letters | 1 << (byte % 64));
        let mut shorter = kept.iter().zip(&letters_of_kept).filter(|(_, own)| *own & !letters == 0);
        if !shorter.any(|(shorter, _)| is_within(shorter, &trigger)) {
            kept.push(trigger);
            letters_of_kept.push(letters);
        }
    }
    kept
}

/// Whether every line that holds `longer` holds `shorter`.
fn is_within(shorter: &Trigger, longer: &Trigger) -> bool {
    longer.literal.match_indices(&shorter.literal).any(|(at, _)| {
        let (before, after) = (&longer.literal[..at], &longer.literal[at + shorter.literal.len()..]);
        let begins = match (shorter.stand, before.chars().next_back()) {
            (Stand::Anywhere, _) => true,
            (Stand::AtWord, Some(before)) => !before.is_alphanumeric(),
            (Stand::First, Some(_)) => false,
            (stand, None) => longer.stand >= stand,
        };
        let ends = after.chars().next().map_or(longer.closed, |after| !after.is_alphanumeric());
        begins && (ends || !shorter.closed)
    })
}

pub(super) fn cost(triggers: &[Trigger]) -> f64 {
    let share = |trigger: &Trigger| {
        let finds = frequency(&trigger.literal);
        match trigger.stand {
            // What may begin inside a word has to be looked for at every place, or is told by a word behind.
            Stand::Anywhere if !trigger.literal.contains(' ') => SEARCH + 4.0 * finds,
            Stand::Anywhere => 4.0 * finds,
            Stand::AtWord => finds,
            // One word in ten is the first of its line.
            Stand::First => 0.1 * finds,
        }
    };
    triggers.iter().map(share).sum()
}
