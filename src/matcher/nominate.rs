//! Which rules are worth walking on which lines: every table is asked about every line that is new.

use super::anchors::LINE_END;
use super::asked::Lengths;
use super::gates::Openings;
use super::scratch::Scratch;
use super::words::Vocabulary;
use super::{Candidate, Engine, Front, anchors, template};
use crate::bits::{self, first_eight_within, mark};
use crate::dates::Opening;
use crate::letters::{is_alphabetic, is_alphanumeric};
use crate::model::{Lines, RuleId};
use crate::rules::Slot;

/// What a first look at the lines that are new found worth a second one. Most lines are worth none, but for which nobody can
/// guess: so every line is looked at first, and noted without a branch.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Lines that may be phrases, and lines that may begin or end with some, under which keys.
    lines: Noted<()>,
    starts: Noted<u8>,
    ends: Noted<u8>,
    /// Lines that may begin with something that rules want a literal behind, and lines that begin with no plain letter.
    openings: Noted<Openings>,
    signs: Noted<()>,
    /// Lines that a word of some list begins.
    listed: Noted<u64>,
    /// For each line the lists of which a word begins it, as bits: each list is asked once. Lists whose places are 64 apart share
    /// a bit.
    begun: Vec<u64>,
}

impl Notes {
    /// Makes ready for so many new lines.
    fn begin(&mut self, lines: usize) {
        self.lines.begin(lines);
        self.starts.begin(lines);
        self.ends.begin(lines);
        self.openings.begin(lines);
        self.signs.begin(lines);
        self.listed.begin(lines);
        self.begun.clear();
        self.begun.resize(lines, 0);
    }
}

/// Places among the new lines, each with what was seen there.
#[derive(Debug, Default)]
struct Noted<T> {
    items: Vec<(u32, T)>,
    count: usize,
}

impl<T: Copy + Default> Noted<T> {
    fn begin(&mut self, most: usize) {
        self.count = 0;
        // What was noted before is written over.
        self.items.resize(most.max(self.items.len()), Default::default());
    }

    /// Notes a line, or writes what may be written over.
    #[inline]
    fn note(&mut self, nth: usize, seen: T, keep: bool) {
        self.items[self.count] = (nth as u32, seen);
        self.count += usize::from(keep);
    }

    fn all(&self) -> &[(u32, T)] {
        &self.items[..self.count]
    }

    fn noted(&self) -> impl Iterator<Item = (usize, T)> + '_ {
        self.all().iter().map(|&(nth, seen)| (nth as usize, seen))
    }
}

impl Engine {
    /// Collects the rules worth walking on the lines that are new, by line and rule, each once; those that markup led to
    /// are there already.
    pub(super) fn nominate(&self, lines: &Lines, scratch: &mut Scratch) {
        let Scratch {
            folded,
            forms,
            fresh,
            fresh_row,
            odd,
            candidates,
            finds,
            reversed,
            asked,
            notes,
            looks,
            ..
        } = scratch;
        let odd = odd.iter().map(|&nth| forms[fresh[nth as usize] as usize].range());
        // The place among the new lines of the line that was found on last: the next find is on it or near.
        let mut nth = 0;
        let start_of = |nth: usize| fresh.get(nth).map(|&line| forms[line as usize].start as usize);
        self.contained.for_each(folded, odd, looks, |range, rule| {
            // The line whose folded form begins at or before the find.
            while start_of(nth).is_some_and(|start| range.start < start) {
                nth -= 1;
            }
            while start_of(nth + 1).is_some_and(|start| start <= range.start) {
                nth += 1;
            }
            let line = fresh[nth];
            if self.doors[rule.index()].admits(&lines.lines[line as usize]) {
                candidates.push(Candidate { line, rule });
            }
        });
        let form = |line: usize| &folded[forms[line].range()];
        self.gates.admit(&lines.lines, fresh_row, form, asked, &mut finds.rows);
        for (place, &rule) in self.gated.iter().enumerate() {
            let admitted = bits::members_of_both(finds.rows.of(place), fresh_row);
            candidates.extend(admitted.map(|line| Candidate { line: line as u32, rule }));
        }
        let bytes = folded.as_bytes();
        let facts = |nth: usize| &lines.lines[fresh[nth] as usize];
        let range = |nth: usize| forms[fresh[nth] as usize].range();
        let mut add = |nth: usize, rules: &[RuleId]| {
            let (line, facts) = (fresh[nth], facts(nth));
            let admitted = rules.iter().filter(|rule| self.doors[rule.index()].admits(facts));
            candidates.extend(admitted.map(|&rule| Candidate { line, rule }));
        };
        notes.begin(fresh.len());
        for nth in 0..fresh.len() {
            let eight = first_eight_within(bytes, range(nth));
            notes.lines.note(nth, (), self.line_marks.contains(mark(eight, range(nth).len())));
            let keys = self.starts.fronted(eight);
            notes.starts.note(nth, keys, keys != 0);
            let keys = self.ends.fronted_back(bytes, range(nth));
            notes.ends.note(nth, keys, keys != 0);
            // The line with its end, which is never empty.
            let ended = &bytes[range(nth).start..=range(nth).end];
            let openings = self.gates.openings(ended, facts(nth).digits);
            let is_short = ended.len() <= template::MAX_LINE + LINE_END.len();
            notes.openings.note(nth, openings, is_short & !openings.are_none());
            notes.signs.note(nth, (), !ended[0].is_ascii_alphabetic());
        }
        for (nth, ()) in notes.lines.noted() {
            if let Some(rules) = self.lines.get(&folded[range(nth)]) {
                add(nth, rules);
            }
        }
        let form = |nth: u32| &bytes[range(nth as usize)];
        self.starts.find_all_starts(notes.starts.all(), form, looks, |nth, length, fronts| {
            let goes_on = |next| self.gates.openings(&form(nth)[length..], true).may_be(next);
            let nth = nth as usize;
            for front in fronts {
                match front {
                    Front::Rule(rule, next) if next.is_none_or(goes_on) => {
                        add(nth, std::slice::from_ref(rule));
                    }
                    Front::Rule(..) => {}
                    Front::First(rule) => add(nth, std::slice::from_ref(rule)),
                    Front::List(place) => notes.begun[nth] |= 1 << (place % 64),
                }
            }
        });
        for (nth, keys) in notes.ends.noted() {
            self.ends.find_ends(bytes, range(nth), keys, reversed, |_, rules| add(nth, rules));
        }
        for (nth, ()) in notes.signs.noted() {
            self.for_each_behind_signs(&folded[range(nth)], &mut notes.begun[nth], |rules| add(nth, rules));
        }
        for (nth, openings) in notes.openings.noted() {
            let (line, form) = (fresh[nth] as usize, &folded[range(nth)]);
            let ended = &bytes[range(nth).start..=range(nth).end];
            let front = |slot| asked.front(line, slot, || template::recognise(slot, form));
            self.for_each_behind(openings, ended, front, |rules| add(nth, rules));
        }
        for (nth, &begun) in notes.begun.iter().enumerate() {
            notes.listed.note(nth, begun, (begun != 0) & (facts(nth).words <= self.longest_of_lists));
        }
        for (nth, begun) in notes.listed.noted() {
            let (line, form) = (fresh[nth] as usize, &folded[range(nth)]);
            let covered = |list: &_| asked.covered(line, form, list, 1000).is_some();
            self.for_each_list(facts(nth).words, begun, covered, |rules| add(nth, rules));
        }
        scratch.order_candidates(lines.lines.len());
    }

    /// Calls `found` with the rules that want what stands right behind a line's opening, which is one of `openings`. `ended` is the
    /// folded line with its end, and `front` tells what stands at its front.
    fn for_each_behind(
        &self,
        openings: Openings,
        ended: &[u8],
        front: impl Fn(Slot) -> Lengths,
        mut found: impl FnMut(&[RuleId]),
    ) {
        for (opening, table) in Opening::ALL.into_iter().zip(&self.behind) {
            if openings.may_be(opening) && table.len() > 0 {
                for length in template::each(front(anchors::slot_of(opening))) {
                    table.for_each_start(&ended[length..], |_, rules| found(rules));
                }
            }
        }
    }

    /// Calls `found` with the rules that want what stands behind the signs at a line's front, and adds to `begun` the lists
    /// of which a word begins the line behind signs and numbers. Nearly all lines begin with a letter.
    fn for_each_behind_signs(&self, form: &str, begun: &mut u64, mut found: impl FnMut(&[RuleId])) {
        if form.starts_with(is_alphabetic) {
            return;
        }
        let Some(first) = form.find(is_alphanumeric) else { return };
        let letter = form[first..].find(is_alphabetic).map(|letter| first + letter);
        let mut ask = |at: usize, firsts: bool, lists: bool| {
            self.starts.for_each_start(&form.as_bytes()[at..], |_, fronts| {
                for front in fronts {
                    match front {
                        Front::First(rule) if firsts => found(std::slice::from_ref(rule)),
                        Front::List(place) if lists => *begun |= 1 << (place % 64),
                        _ => {}
                    }
                }
            });
        };
        if letter == Some(first) {
            return ask(first, true, true);
        }
        // At the front itself both were asked for already, and lists have no numbers.
        if first > 0 {
            ask(first, true, false);
        }
        if let Some(letter) = letter {
            ask(letter, false, true);
        }
    }

    /// Calls `found` with the rules of every word list that a line is made of, which `covered` tells. `begun` are the lists of
    /// which a word stands at the line's front.
    fn for_each_list(
        &self,
        words: u32,
        begun: u64,
        covered: impl Fn(&Vocabulary) -> bool,
        mut found: impl FnMut(&[RuleId]),
    ) {
        for (place, list) in self.lists.iter().enumerate() {
            if begun >> (place % 64) & 1 != 0 && words <= list.longest && covered(&list.list) {
                found(&list.rules);
            }
        }
    }
}
