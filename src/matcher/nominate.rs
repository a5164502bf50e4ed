//! Which rules are worth walking on which lines: every table is asked about every line that is new.

use super::anchors::LINE_END;
use super::asked::Lengths;
use super::marks::mark;
use super::scratch::Scratch;
use super::words::Vocabulary;
use super::{Candidate, Engine, Front, anchors, template};
use crate::bits::{self, first_eight_within};
use crate::dates::Opening;
use crate::letters::{is_alphabetic, is_alphanumeric};
use crate::model::{Line, Lines, RuleId};
use crate::rules::Slot;

impl Engine {
    /// Collects the rules worth walking on the lines that are new, by line and rule, each once; those that markup led to
    /// are there already.
    pub(super) fn nominate(&self, lines: &Lines, scratch: &mut Scratch) {
        let Scratch { folded, forms, fresh, fresh_row, odd, candidates, finds, reversed, asked, .. } =
            scratch;
        let odd = odd.iter().map(|&nth| forms[fresh[nth as usize] as usize].range());
        self.contained.for_each(folded, odd, |range, rule| {
            // The line whose folded form begins at or before the find.
            let begun = fresh.partition_point(|&line| forms[line as usize].start as usize <= range.start);
            let line = fresh[begun - 1];
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
        for &line in &*fresh {
            let facts = &lines.lines[line as usize];
            let form = form(line as usize);
            let mut add = |rules: &[RuleId]| {
                let admitted = rules.iter().filter(|rule| self.doors[rule.index()].admits(facts));
                candidates.extend(admitted.map(|&rule| Candidate { line, rule }));
            };
            let (bytes, range) = (folded.as_bytes(), forms[line as usize].range());
            let eight = first_eight_within(bytes, range.clone());
            if self.line_marks.contains(mark(eight, form.len()))
                && let Some(rules) = self.lines.get(form)
            {
                add(rules);
            }
            // A list of which several words begin the line is asked once; lists whose places are 64 apart share a bit.
            let mut begun = 0u64;
            self.starts.for_each_start_of(form.as_bytes(), eight, |length, fronts| {
                let goes_on = |next| self.gates.openings(&form.as_bytes()[length..], true).may_be(next);
                for front in fronts {
                    match front {
                        Front::Rule(rule, next) if next.is_none_or(goes_on) => {
                            add(std::slice::from_ref(rule));
                        }
                        Front::Rule(..) => {}
                        Front::First(rule) => add(std::slice::from_ref(rule)),
                        Front::List(place) => begun |= 1 << (place % 64),
                    }
                }
            });
            self.for_each_behind_signs(form, &mut begun, &mut add);
            self.ends.for_each_end(bytes, range.clone(), reversed, |_, rules| add(rules));
            let ended = &bytes[range.start..=range.end];
            let front = |slot| asked.front(line as usize, slot, || template::recognise(slot, form));
            self.for_each_behind(facts, ended, front, &mut add);
            let covered = |list: &_| asked.covered(line as usize, form, list, 1000).is_some();
            self.for_each_list(facts.words, begun, covered, &mut add);
        }
        scratch.order_candidates(lines.lines.len());
    }

    /// Calls `found` with the rules that want what stands right behind a line's opening. `ended` is the folded line with its
    /// end, and `front` tells what stands at its front.
    fn for_each_behind(
        &self,
        facts: &Line,
        ended: &[u8],
        front: impl Fn(Slot) -> Lengths,
        mut found: impl FnMut(&[RuleId]),
    ) {
        if ended.len() > template::MAX_LINE + LINE_END.len() {
            return;
        }
        let openings = self.gates.openings(ended, facts.digits);
        if openings.are_none() {
            return;
        }
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
        if words > self.longest_of_lists || begun == 0 {
            return;
        }
        for (place, list) in self.lists.iter().enumerate() {
            if begun >> (place % 64) & 1 != 0 && words <= list.longest && covered(&list.list) {
                found(&list.rules);
            }
        }
    }
}
