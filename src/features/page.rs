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

pub(super) fn fill(table: &mut Table, view: &PageView<'_>, own: &[Own], marks: &[Mark]) {
    let lines = &view.lines.lines;
    let count = |holds: &dyn Fn(&Line) -> bool| lines.iter().filter(|line| holds(line)).count() as u32;
    let words = |holds: &dyn Fn(&Line) -> bool| {
        lines.iter().filter(|line| holds(line)).map(|line| line.words).sum::<u32>()
    };
    let marked =
        |section: usize| marks.iter().filter(|mark| mark.sections >> section & 1 != 0).count() as u32;
    let total = lines.len() as u32;
    let (all_words, prose_words, prose_lines) =
        (words(&|_| true), words(&|line| line.prose), count(&|line| line.prose));
    let (mut run, mut longest) = (0, 0);
    for line in lines {
        run = if line.prose { run + line.words } else { 0 };
        longest = longest.max(run);
    }
    let repeated = table.column(C::SameStart).iter().filter(|&&times| times > 0).count() as u32;
    let core = table.column(C::CoreNarrow).iter().zip(lines).filter(|(inside, _)| **inside > 0);
    let core_words: u32 = core.map(|(_, line)| line.words).sum();
    let sum = |part: fn(&Own) -> u32| own.iter().map(part).sum::<u32>();
    for (column, value) in [
        (C::PageLines, log(total)),
        (C::PageWords, log(all_words)),
        (C::PageProse, log(prose_words)),
        (C::PageProseShare, share(prose_words, all_words)),
        (C::PageProseLines, log(prose_lines)),
        (C::PageLongestRun, share(longest, prose_words)),
        (C::PageShort, share(count(&|line| line.words < SHORT), total)),
        (C::PageClosed, share(count(&|line| line.closed), total)),
        (C::PageRepeats, share(repeated, total)),
        (C::PageRules, share(marks.iter().filter(|mark| mark.rules > 0).count() as u32, total)),
        (C::PageDigits, share(count(&|line| line.digits), total)),
        (C::PageCapitals, share(sum(|own| own.capitals), sum(|own| own.pieces))),
        (C::PageLists, share(count(&|line| line.shapes.meets(Shapes::LIST_ITEM)), total)),
        (C::PageComments, log(marked(marks::COMMENTS))),
        (C::PageForum, log(marked(marks::FORUM))),
        (C::PageRelated, log(marked(marks::RELATED))),
        (C::PageMeta, log(marked(marks::META))),
        (C::PageBlanks, flag(view.lines.blank_parted)),
        (C::PageHead, share(words(&|line| line.zone == Zone::Head), all_words)),
        (C::PageTail, share(words(&|line| line.zone == Zone::Tail), all_words)),
        (C::PageMeanProse, log(prose_words.checked_div(prose_lines).unwrap_or(0))),
        (C::PageCode, share(count(&|line| line.shapes.meets(Shapes::CODE)), total)),
        (C::PageCore, share(core_words, all_words)),
        (C::PageQuestions, log(sum(|own| own.questions))),
    ] {
        table.fill_page(column, value);
    }
}
