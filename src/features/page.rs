//! The page as a whole: the same byte on every line, so that trees can tell a forum from an article.

use super::Table;
use super::columns::Column as C;
use super::marks::{self, Mark};
use super::own::Own;
use super::scale::{flag, log, share};
use crate::matcher::PageView;
use crate::model::{Line, Shapes, Zone};

/// A line of fewer words is short.
const SHORT: u32 = 6;

/// Counts over the lines of a page.
#[derive(Default)]
struct Counts {
    words: u32,
    prose_words: u32,
    prose_lines: u32,
    /// The longest run of prose, in words.
    longest: u32,
    core_words: u32,
    head_words: u32,
    tail_words: u32,
    short: u32,
    closed: u32,
    digits: u32,
    lists: u32,
    code: u32,
}

impl Counts {
    fn of(lines: &[Line], core: &[u8]) -> Self {
        let mut counts = Self::default();
        let mut run = 0;
        for (line, &core) in lines.iter().zip(core) {
            let words = |holds: bool| if holds { line.words } else { 0 };
            counts.words += line.words;
            counts.prose_words += words(line.prose);
            counts.prose_lines += u32::from(line.prose);
            run = if line.prose { run + line.words } else { 0 };
            counts.longest = counts.longest.max(run);
            counts.core_words += words(core > 0);
            counts.head_words += words(line.zone == Zone::Head);
            counts.tail_words += words(line.zone == Zone::Tail);
            counts.short += u32::from(line.words < SHORT);
            counts.closed += u32::from(line.closed);
            counts.digits += u32::from(line.digits);
            counts.lists += u32::from(line.shapes.meets(Shapes::LIST_ITEM));
            counts.code += u32::from(line.shapes.meets(Shapes::CODE));
        }
        counts
    }
}

pub(super) fn fill(table: &mut Table, view: &PageView<'_>, own: &[Own], marks: &[Mark]) {
    let lines = &view.lines.lines;
    let counts = Counts::of(lines, table.column(C::CoreNarrow));
    let marked =
        |section: usize| marks.iter().filter(|mark| mark.sections >> section & 1 != 0).count() as u32;
    let total = lines.len() as u32;
    let repeated = table.column(C::SameStart).iter().filter(|&&times| times > 0).count() as u32;
    let sum = |part: fn(&Own) -> u32| own.iter().map(part).sum::<u32>();
    for (column, value) in [
        (C::PageLines, log(total)),
        (C::PageWords, log(counts.words)),
        (C::PageProse, log(counts.prose_words)),
        (C::PageProseShare, share(counts.prose_words, counts.words)),
        (C::PageProseLines, log(counts.prose_lines)),
        (C::PageLongestRun, share(counts.longest, counts.prose_words)),
        (C::PageShort, share(counts.short, total)),
        (C::PageClosed, share(counts.closed, total)),
        (C::PageRepeats, share(repeated, total)),
        (C::PageRules, share(marks.iter().filter(|mark| mark.rules > 0).count() as u32, total)),
        (C::PageDigits, share(counts.digits, total)),
        (C::PageCapitals, share(sum(|own| own.capitals), sum(|own| own.pieces))),
        (C::PageLists, share(counts.lists, total)),
        (C::PageComments, log(marked(marks::COMMENTS))),
        (C::PageForum, log(marked(marks::FORUM))),
        (C::PageRelated, log(marked(marks::RELATED))),
        (C::PageMeta, log(marked(marks::META))),
        (C::PageBlanks, flag(view.lines.blank_parted)),
        (C::PageHead, share(counts.head_words, counts.words)),
        (C::PageTail, share(counts.tail_words, counts.words)),
        (C::PageMeanProse, log(counts.prose_words.checked_div(counts.prose_lines).unwrap_or(0))),
        (C::PageCode, share(counts.code, total)),
        (C::PageCore, share(counts.core_words, counts.words)),
        (C::PageQuestions, log(sum(|own| own.questions))),
    ] {
        table.fill_page(column, value);
    }
}
