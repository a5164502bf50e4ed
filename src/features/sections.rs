//! How far above and below the labels of sections stand: comments, related stories, sharing.
//!
//! Few lines are labels, so the columns are written from label to label: between two of them distances just count up.

use super::Table;
use super::columns::Column as C;
use super::marks::{self, Mark};
use super::scale::{count_up, log};
use crate::model::Line;

/// Lines above and below in which labels are counted.
const REACH: usize = 10;

/// The columns since and until the marks of a section.
const SINCE_UNTIL: [(usize, C, C); 7] = [
    (marks::COMMENTS, C::SinceComments, C::UntilComments),
    (marks::FORUM, C::SinceForum, C::UntilForum),
    (marks::RELATED, C::SinceRelated, C::UntilRelated),
    (marks::SHARE, C::SinceShare, C::UntilShare),
    (marks::NAV, C::SinceNav, C::UntilNav),
    (marks::LEGAL, C::SinceLegal, C::UntilLegal),
    (marks::META, C::SinceMeta, C::UntilMeta),
];

/// The columns of words of prose since the marks of a section.
const PROSE_SINCE: [(usize, C); 3] = [
    (marks::COMMENTS, C::ProseSinceComments),
    (marks::RELATED, C::ProseSinceRelated),
    (marks::META, C::ProseSinceMeta),
];

/// No label on this side.
const NONE: u8 = 255;

/// Buffers, kept from page to page.
#[derive(Debug, Default)]
pub(super) struct Sections {
    /// The lines that are labels.
    marked: Vec<u32>,
}

impl Sections {
    pub(super) fn fill(&mut self, table: &mut Table, lines: &[Line], marks: &[Mark]) {
        let marked = &mut self.marked;
        marked.clear();
        marked.extend((0..marks.len() as u32).filter(|&at| marks[at as usize].sections != 0));
        let labels = |section: usize| {
            marked.iter().map(|&at| at as usize).filter(move |&at| marks[at].sections >> section & 1 != 0)
        };
        for (section, since, until) in SINCE_UNTIL {
            let cells = table.set(since);
            cells.fill(NONE);
            let ends = labels(section).skip(1).chain([lines.len()]);
            for (label, end) in labels(section).zip(ends) {
                count_up(&mut cells[label..end]);
            }
            let cells = table.set(until);
            cells.fill(NONE);
            let mut from = 0;
            for label in labels(section) {
                count_up(&mut cells[from..=label]);
                cells[from..=label].reverse();
                from = label + 1;
            }
        }
        for (section, column) in PROSE_SINCE {
            let cells = table.set(column);
            let first = labels(section).next().unwrap_or(lines.len());
            cells[..first].fill(NONE);
            let mut prose = 0;
            for ((cell, line), mark) in cells.iter_mut().zip(lines).zip(marks).skip(first) {
                if mark.sections >> section & 1 != 0 {
                    prose = 0;
                }
                *cell = log(prose).min(254);
                prose += if line.prose { line.words } else { 0 };
            }
        }
        for &label in &*marked {
            let label = label as usize;
            let above = label.saturating_sub(REACH)..label;
            let below = label + 1..(label + 1 + REACH).min(lines.len());
            table.set(C::MarksBelow)[above].iter_mut().for_each(|labels| *labels += 1);
            table.set(C::MarksAbove)[below].iter_mut().for_each(|labels| *labels += 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::scale::distance;
    use super::*;
    use crate::model::Input;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn columns_are_those_of_a_plain_walk(
            drawn in prop::collection::vec((prop_oneof![4 => Just(0u8), 1 => any::<u8>()], any::<bool>(), 0u32..90), 1..120),
        ) {
            let mut lines = crate::segment::segment(&"line\n".repeat(drawn.len())).lines;
            let mut marks = vec![Mark::default(); drawn.len()];
            for ((line, mark), &(sections, prose, words)) in lines.iter_mut().zip(&mut marks).zip(&drawn) {
                (mark.sections, line.prose, line.words) = (sections, prose, words);
            }
            let mut table = Table::default();
            table.reset(lines.len(), Input::Text);
            Sections::default().fill(&mut table, &lines, &marks);
            for at in 0..lines.len() {
                let has = |section: usize| move |mark: &Mark| mark.sections >> section & 1 != 0;
                for (section, since, until) in SINCE_UNTIL {
                    let above = marks[..=at].iter().rposition(has(section)).map(|label| (at - label) as u32);
                    let below = marks[at..].iter().position(has(section)).map(|lines| lines as u32);
                    prop_assert_eq!(table.column(since)[at], distance(above));
                    prop_assert_eq!(table.column(until)[at], distance(below));
                }
                for (section, column) in PROSE_SINCE {
                    let above = marks[..=at].iter().rposition(has(section));
                    let prose = above.map(|label| {
                        lines[label..at].iter().filter(|line| line.prose).map(|line| line.words).sum()
                    });
                    prop_assert_eq!(table.column(column)[at], prose.map_or(NONE, |words| log(words).min(254)));
                }
                let labels = |marks: &[Mark]| marks.iter().filter(|mark| mark.sections != 0).count();
                let (above, below) = (at.saturating_sub(REACH), (at + 1 + REACH).min(lines.len()));
                prop_assert_eq!(usize::from(table.column(C::MarksAbove)[at]), labels(&marks[above..at]));
                prop_assert_eq!(usize::from(table.column(C::MarksBelow)[at]), labels(&marks[at + 1..below]));
            }
        }
    }
}
