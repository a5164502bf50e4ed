//! Pages into lines: where each non-blank line stands, the figures that matchers ask of it, and its zone.
//!
//! One pass over the characters fills the figures; a second over the lines finds the prose, and with it the zones,
//! the menus and how the page parts its paragraphs. Nothing here knows a rule.

use crate::bits::places_of;
use crate::letters::is_alphabetic;
use crate::model::{Line, Lines, Shapes, Span, Zone};
use std::ops::Range;

mod count;
mod ending;
mod join;
mod shape;
mod twins;

pub use count::count_lines;
pub(crate) use join::is_parted;
pub(crate) use shape::is_url;
pub use twins::Twins;

/// Words of a prose paragraph, at least. In scripts without spaces two characters weigh one word.
const PROSE_WORDS: u32 = 18;
/// Lines of a menu, at least.
const MENU_LINES: usize = 4;
/// Words of a menu's line, at most.
const MENU_WORDS: u32 = 4;

/// The lines of `text`.
pub fn segment(text: &str) -> Lines {
    let mut lines = Lines::default();
    segment_into(text, &mut lines);
    lines
}

/// Clears `lines`, then fills it with the lines of `text`.
///
/// Lines end at `\n`, but for those of a wrapped page and for the pieces of a broken sentence: these are one line, whose span
/// holds the line ends within. Text beyond the 32 bits of a span is left out; sources refuse such pages before.
pub fn segment_into(text: &str, lines: &mut Lines) {
    read_lines(text, &mut lines.lines, |_, span, after_blank| measure(text, span, after_blank));
    join::join(text, &mut lines.lines);
    see_the_whole(lines);
}

/// Like [`segment_into`], with the twins of lines told.
pub fn segment_twins_into(text: &str, lines: &mut Lines, twins: &mut Twins) {
    twins.begin();
    read_lines(text, &mut lines.lines, |lines, span, after_blank| {
        twins.measure(text, lines, span, after_blank)
    });
    join::join(text, &mut lines.lines);
    see_the_whole(lines);
}

/// Like [`segment_into`], for text whose lines are known to be whole, as those of HTML are: nothing is joined.
pub fn segment_whole_into(text: &str, lines: &mut Lines) {
    read_lines(text, &mut lines.lines, |_, span, after_blank| measure(text, span, after_blank));
    see_the_whole(lines);
}

/// Adds what lines have from the others of their page.
fn see_the_whole(lines: &mut Lines) {
    find_zones(&mut lines.lines);
    find_menus(&mut lines.lines);
    lines.blank_parted = is_blank_parted(&lines.lines);
}

/// The places of the lines of `text` that are not blank, as they stand, nothing joined.
pub fn lines_as_they_stand(text: &str) -> impl Iterator<Item = Span> + '_ {
    let ends = places_of(b'\n', text.as_bytes()).chain([text.len()]);
    let spans = ends.scan(0, |start, end| {
        let from = std::mem::replace(start, end + 1);
        Some(trim(&text[from..end]).map(|(lead, line)| Span::new(from + lead, from + lead + line.len())))
    });
    spans.flatten()
}

fn read_lines(
    text: &str,
    lines: &mut Vec<Line>,
    mut measure: impl FnMut(&[Line], Range<usize>, bool) -> Line,
) {
    lines.clear();
    let mut after_blank = true;
    let mut start = 0;
    places_of(b'\n', text.as_bytes()).chain([text.len()]).for_each(|end| {
        let raw = &text[start..end];
        if let Some((lead, trimmed)) = trim(raw) {
            let start = start + lead;
            let line = measure(lines, start..start + trimmed.len(), after_blank);
            lines.push(line);
            after_blank = false;
        } else {
            after_blank = true;
        }
        start = end + 1;
    });
}

/// The line without the white space around it, and the bytes of it in front; `None` for a blank line.
fn trim(raw: &str) -> Option<(usize, &str)> {
    let is_graphic = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let ends = |text: &str| is_graphic(text.as_bytes().first()) && is_graphic(text.as_bytes().last());
    // Nearly all lines are empty, or begin and end with a letter or a sign of ASCII, once its spaces are off.
    if raw.is_empty() || ends(raw) {
        return (!raw.is_empty()).then_some((0, raw));
    }
    let begun = raw.trim_ascii_start();
    let trimmed = begun.trim_ascii_end();
    if ends(trimmed) {
        return Some((raw.len() - begun.len(), trimmed));
    }
    let begun = raw.trim_start();
    let trimmed = begun.trim_end();
    (!trimmed.is_empty()).then_some((raw.len() - begun.len(), trimmed))
}

/// The figures of the trimmed line that the bytes `span` of its page's text are.
fn measure(text: &str, span: Range<usize>, after_blank: bool) -> Line {
    let line = &text[span.clone()];
    let closed = ending::is_closed(line);
    let figures = shape::Figures::of(text, span.clone());
    let prose_weight = 2 * figures.spaced_words + figures.unspaced_chars;
    Line {
        span: Span::new(span.start, span.end),
        after_blank,
        closed,
        prose: closed && prose_weight >= 2 * PROSE_WORDS,
        single_spaced: figures.single_spaced,
        capital: line.starts_with(|c: char| is_alphabetic(c) && !c.is_lowercase()),
        digits: figures.digits,
        signs: figures.signs,
        zone: Zone::Head,
        shapes: shape::shapes(line, &figures),
        words: figures.spaced_words + figures.unspaced_chars,
        chars: figures.chars,
        twin: None,
    }
}

fn find_zones(lines: &mut [Line]) {
    let Some(first) = lines.iter().position(|line| line.prose) else { return };
    let last = lines.iter().rposition(|line| line.prose).unwrap_or(first);
    for line in &mut lines[first..=last] {
        line.zone = Zone::Body;
    }
    for line in &mut lines[last + 1..] {
        line.zone = Zone::Tail;
    }
}

fn find_menus(lines: &mut [Line]) {
    for run in lines.split_mut(|line| !is_label(line)).filter(|run| run.len() >= MENU_LINES) {
        for line in run {
            line.shapes = line.shapes.with(Shapes::MENU);
        }
    }
}

fn is_label(line: &Line) -> bool {
    !line.closed && line.words <= MENU_WORDS && !line.shapes.meets(Shapes::CODE.with(Shapes::TABLE_ROW))
}

/// Whether blank lines part the paragraphs: they do when prose seldom stands right below prose.
fn is_blank_parted(lines: &[Line]) -> bool {
    let (mut parted, mut adjacent) = (0usize, 0usize);
    for pair in lines.windows(2) {
        parted += usize::from(pair[1].after_blank);
        adjacent += usize::from(!pair[1].after_blank & pair[0].prose & pair[1].prose);
    }
    parted > adjacent
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "The committee met on Tuesday to hear what the engineers had found under the old bridge, and it \
                         did not like the answer at all.";

    fn zones(text: &str) -> Vec<Zone> {
        segment(text).lines.iter().map(|line| line.zone).collect()
    }

    #[test]
    fn spans_point_at_the_trimmed_line_and_skip_blank_ones() {
        let text = "  First line \n\n\u{a0}\n\tsecond\r\nlast";
        let lines = segment(text);
        let shown: Vec<&str> = lines.lines.iter().map(|line| &text[line.span.range()]).collect();
        assert_eq!(shown, ["First line", "second", "last"]);
        assert_eq!(lines.lines.iter().map(|line| line.after_blank).collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn prose_parts_a_page_into_head_body_and_tail() {
        let text = format!("Home\nTitle\n{PROSE}\nA heading\n{PROSE}\nLeave a Reply");
        use Zone::{Body, Head, Tail};
        assert_eq!(zones(&text), [Head, Head, Body, Body, Body, Tail]);
    }

    #[test]
    fn a_page_without_prose_is_all_head() {
        assert_eq!(zones("Home\nNews\nContact"), [Zone::Head; 3]);
    }

    #[test]
    fn prose_in_scripts_without_spaces_counts_characters() {
        let text = "委员会星期二开会听取工程师们在旧桥下面发现的情况，结果他们对这个答案一点也不满意，会议很晚才结束。";
        assert!(segment(text).lines[0].prose);
        assert!(!segment("委员会星期二开会。").lines[0].prose);
    }

    #[test]
    fn four_short_open_lines_in_a_row_are_a_menu() {
        let text = format!("Home\nNews\nSport\nContact us\n{PROSE}\nOne\nTwo\n{PROSE}");
        let menu: Vec<bool> =
            segment(&text).lines.iter().map(|line| line.shapes.meets(Shapes::MENU)).collect();
        assert_eq!(menu, [true, true, true, true, false, false, false, false]);
    }

    #[test]
    fn tells_pages_with_blank_lines_between_paragraphs_from_those_without() {
        assert!(segment(&format!("Title\n\n{PROSE}\n\n{PROSE}\n")).blank_parted);
        assert!(!segment(&format!("Title\n{PROSE}\n{PROSE}\n\n0:00\n")).blank_parted);
    }
}
