//! Lines that are pieces of one: paragraphs that were wrapped at some column, and sentences that a scraper broke at
//! inline tags.
//!
//! What a page does is decided once a page, from figures that its lines have anyway, so pages that need nothing pay next to
//! nothing. A wrapped page has no long lines, and where a sentence goes on the line is full: the next one's first word had no room on it.
//! That holds for no list, verse or menu. Pieces of sentences are sought only where blank lines do not part the
//! paragraphs, and want two marks: a beginning that begins nothing (a comma, a full stop, a small letter), and for small letters a
//! long piece and a closed end, which neither lists nor verse have. Scripts without capitals are joined at punctuation only.

use super::{is_blank_parted, measure};
use crate::letters::{is_alphabetic, is_alphanumeric};
use crate::model::{Line, Shapes};

/// Characters of a wrapped line, at most.
const WIDEST: u32 = 100;
/// Characters of the widest wrapped line, at least.
const NARROWEST: u32 = 50;
/// Full lines of a wrapped page whose next goes on with a small letter, at least.
const FULL_LINES: usize = 4;
/// Characters that only a piece of prose has.
const LONG: u32 = 70;
/// Words of what stands in an inline tag, at most.
const TAGGED: u32 = 12;

/// Joins the lines that are pieces of one.
pub(super) fn join(text: &str, lines: &mut Vec<Line>) {
    if let Some(width) = wrap_width(text, lines) {
        merge(text, lines, |lines, at| is_wrapped(text, &lines[at], &lines[at + 1], width));
    } else if !is_blank_parted(lines) {
        let links = find_links(text, lines);
        if !links.is_empty() {
            merge(text, lines, |_, at| links.get(at).is_some_and(|link| *link != Link::None));
        }
    }
}

/// Whether white space parts what stands on both sides of the seam between two pieces, of which `right` is the second.
pub(crate) fn is_parted(left: Option<char>, right: &str) -> bool {
    let glued = |c: char| is_closing(c) || is_wide(c);
    let mut chars = right.chars();
    match chars.next() {
        // `.net` and `.5` begin something.
        Some('.') => chars.next().is_some_and(is_alphanumeric),
        Some(first) => !(is_closing(first) || (is_wide(first) && left.is_some_and(glued))),
        None => true,
    }
}

/// The column at which the page is wrapped, if it is.
fn wrap_width(text: &str, lines: &[Line]) -> Option<u32> {
    let (mut width, mut long, mut all) = (0, 0, 0);
    for line in lines {
        all += line.words;
        let is_long = line.chars > WIDEST;
        long += if is_long { line.words } else { 0 };
        width = width.max(if is_long | (line.words <= 1) { 0 } else { line.chars });
    }
    if width < NARROWEST || 10 * long > all {
        return None;
    }
    let (mut full, mut going_on) = (0, 0);
    for pair in lines.windows(2) {
        let (above, below) = (&pair[0], &pair[1]);
        if !above.closed && !below.after_blank && above.words > 1 && begins_small(text, below) {
            going_on += 1;
            full += usize::from(is_full(text, above, below, width));
        }
    }
    (full >= FULL_LINES && 10 * full >= 7 * going_on).then_some(width)
}

/// Whether a line begins with a letter that begins no sentence, as far as the script tells.
fn begins_small(text: &str, line: &Line) -> bool {
    let first = text[line.span.range()].chars().next();
    first.is_some_and(|first| is_alphabetic(first) && !first.is_uppercase() && !is_wide(first))
}

/// Whether the first word of `below` had no room on the line above it.
fn is_full(text: &str, above: &Line, below: &Line, width: u32) -> bool {
    let word = || text[below.span.range()].split_whitespace().next().map_or(0, |word| word.chars().count());
    // Words of more than half a line do not occur in what people write.
    2 * above.chars > width && above.chars <= width && above.chars + 1 + word() as u32 > width
}

fn is_wrapped(text: &str, above: &Line, below: &Line, width: u32) -> bool {
    let begins = Shapes::LIST_ITEM.with(Shapes::QUOTE);
    let fixed = Shapes::CODE.with(Shapes::TABLE_ROW).with(Shapes::URL);
    !below.after_blank
        && !above.shapes.with(below.shapes).meets(fixed)
        && (!below.shapes.meets(begins) || !above.closed)
        && is_full(text, above, below, width)
        && !ends_wide(text, above)
}

fn ends_wide(text: &str, line: &Line) -> bool {
    text[line.span.range()].chars().next_back().is_some_and(is_wide)
}

/// How a line goes on with the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    /// It does not.
    None,
    /// The next begins with punctuation that begins nothing.
    Mark,
    /// The next begins with a small letter, or is what an inline tag held.
    Word,
}

/// The link of each line to the next; nothing when the page has none.
fn find_links(text: &str, lines: &[Line]) -> Vec<Link> {
    let mut links = Vec::new();
    for (at, pair) in lines.windows(2).enumerate() {
        let link = link(text, &pair[0], &pair[1]);
        if link != Link::None {
            links.resize(lines.len(), Link::None);
            links[at] = link;
        }
    }
    if links.is_empty() {
        return links;
    }
    // What an inline tag held stands between a long open line and one that goes on.
    for at in (1..lines.len()).rev() {
        let (above, line) = (&lines[at - 1], &lines[at]);
        let held = links[at] != Link::None
            && links[at - 1] == Link::None
            && !line.after_blank
            && line.words <= TAGGED;
        if held && above.chars >= LONG && goes_on(text, above) && !line.shapes.meets(Shapes::LIST_ITEM) {
            links[at - 1] = Link::Word;
        }
    }
    // Small letters are believed where a piece is long and the end is closed.
    let mut start = 0;
    while start < lines.len() {
        let end = start + links[start..].iter().position(|link| *link == Link::None).unwrap_or(0);
        if end > start {
            let pieces = &lines[start..=end];
            if !pieces[pieces.len() - 1].closed || pieces.iter().all(|piece| piece.chars < LONG) {
                links[start..end]
                    .iter_mut()
                    .filter(|link| **link == Link::Word)
                    .for_each(|link| *link = Link::None);
            }
        }
        start = end + 1;
    }
    links
}

fn link(text: &str, above: &Line, below: &Line) -> Link {
    let fixed = Shapes::CODE.with(Shapes::TABLE_ROW).with(Shapes::LIST_ITEM);
    if below.after_blank | below.capital | above.shapes.with(below.shapes).meets(fixed) {
        return Link::None;
    }
    let mut chars = text[below.span.range()].chars();
    match chars.next() {
        Some(mark) if is_closing(mark) => {
            // `, and so on` goes on; `.net` and `...` begin something.
            let parted = !mark.is_ascii() || mark == ',' || chars.next().is_none_or(char::is_whitespace);
            if parted && goes_on(text, above) { Link::Mark } else { Link::None }
        }
        Some(first) if first.is_lowercase() && !above.closed && goes_on(text, above) => Link::Word,
        _ => Link::None,
    }
}

/// Whether a line ends like a piece of a sentence: in a letter, a digit, a comma, a closed quote or bracket.
fn goes_on(text: &str, line: &Line) -> bool {
    text[line.span.range()].chars().next_back().is_some_and(|last| {
        is_alphanumeric(last) || matches!(last, ',' | ')' | ']' | '”' | '’' | '"' | '\'' | '»' | '“' | '‘')
    })
}

/// Marks that end something and begin nothing.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        ',' | '.'
            | ';'
            | ':'
            | '!'
            | '?'
            | '，'
            | '。'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '）'
            | '」'
            | '』'
            | '》'
            | '】'
    )
}

/// Letters of scripts that part no words by spaces.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30fa}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Makes one line of every run in which each `goes_on` with the next.
fn merge(text: &str, lines: &mut Vec<Line>, goes_on: impl Fn(&[Line], usize) -> bool) {
    let (mut kept, mut at) = (0, 0);
    // Where lines that stay as they are stand now, so that their twins find them.
    let mut places: Vec<Option<u32>> = vec![None; lines.len()];
    while at < lines.len() {
        let first = at;
        while at + 1 < lines.len() && goes_on(lines, at) {
            at += 1;
        }
        let (start, end) = (lines[first].span.range().start, lines[at].span.range().end);
        lines[kept] = match at {
            _ if at == first => {
                places[first] = Some(kept as u32);
                let line = lines[first];
                Line { twin: line.twin.and_then(|twin| places[twin as usize]), ..line }
            }
            _ => {
                let whole = measure(text, start..end, lines[first].after_blank);
                // None of its pieces is code or a row: what looks so in the whole are signs from several of them.
                let shapes = whole.shapes.without(Shapes::CODE.with(Shapes::TABLE_ROW));
                Line { shapes, ..whole }
            }
        };
        kept += 1;
        at += 1;
    }
    lines.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::super::{lines_as_they_stand, segment};
    use crate::model::Shapes;

    const PROSE: &str = "The committee met on Tuesday to hear what the engineers had found under the old bridge, and it did not \
                         like the answer at all.";

    fn lines(text: &str) -> Vec<String> {
        let squeeze = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        segment(text).lines.iter().map(|line| squeeze(&text[line.span.range()])).collect()
    }

    fn is_left_alone(text: &str) {
        assert_eq!(segment(text).lines.len(), lines_as_they_stand(text).count(), "{:?}", lines(text));
    }

    /// Lines as full as `width` allows.
    fn wrap(text: &str, width: usize) -> String {
        let (mut wrapped, mut used) = (String::new(), 0);
        for word in text.split_whitespace() {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > width {
                wrapped.push('\n');
                used = 0;
            }
            if used > 0 {
                wrapped.push(' ');
                used += 1;
            }
            wrapped.push_str(word);
            used += length;
        }
        wrapped
    }

    #[test]
    fn wrapped_paragraphs_are_one_line_each() {
        let paragraphs = [PROSE.repeat(4), PROSE.repeat(3)];
        for width in [60, 72, 80] {
            let text = format!(
                "Home\nNews\nA title\n\n{}\n\n{}\n\nShare",
                wrap(&paragraphs[0], width),
                wrap(&paragraphs[1], width)
            );
            assert_eq!(
                lines(&text),
                ["Home", "News", "A title", &paragraphs[0], &paragraphs[1], "Share"],
                "{width}"
            );
        }
    }

    #[test]
    fn signs_of_code_on_several_lines_make_no_code_of_a_paragraph() {
        let paragraph =
            format!("{PROSE} They wrote a -> b for this. {PROSE} They wrote c => d for that. {PROSE}");
        let text = format!("{}\n\n{}", wrap(&paragraph, 72), wrap(&PROSE.repeat(3), 72));
        let lines = segment(&text).lines;
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| !line.shapes.meets(Shapes::CODE)));
    }

    #[test]
    fn a_wrapped_page_keeps_its_lists_headings_and_verse() {
        let text = format!(
            "{}\n\n- flour and butter\n- sugar\n- four eggs\n\nI wandered lonely as a cloud\nthat floats on high o'er vales and hills,\n\
             when all at once I saw a crowd,\na host, of golden daffodils.",
            wrap(&PROSE.repeat(6), 72)
        );
        assert_eq!(lines(&text).len(), 8, "{:?}", lines(&text));
    }

    #[test]
    fn pages_that_are_not_wrapped_are_left_alone() {
        is_left_alone(&format!(
            "Home\nabout us\nnews and sport\ncontact\n{PROSE}\n{PROSE}\nread more\nshare"
        ));
        is_left_alone("flour\nbutter\nsugar\nfour eggs\na pinch of salt\nand a lemon.");
        is_left_alone("床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。");
        is_left_alone("if (ready) {\n    start(the_engine, with_options);\n    return;\n}\nelse { stop(); }");
        let verse = "I wandered lonely as a cloud\nthat floats on high o'er vales and hills,\nwhen all at once I saw a crowd,\n\
                     a host, of golden daffodils;";
        is_left_alone(&format!("{PROSE}\n{verse}\n{PROSE}"));
    }

    #[test]
    fn a_sentence_that_was_broken_at_inline_tags_is_one_line() {
        let text = "Home\nThe committee met on Tuesday to hear what all the weary engineers of the\nHarbour Trust\nhad found under the bridge\n, \
                    and it was not amused\n.\nNobody spoke.";
        assert_eq!(
            lines(text),
            [
                "Home",
                "The committee met on Tuesday to hear what all the weary engineers of the Harbour Trust had found under the bridge , and it \
                 was not amused .",
                "Nobody spoke."
            ]
        );
        assert_eq!(
            lines("Clark Mindock\n,Richard Hall\nNew York"),
            ["Clark Mindock ,Richard Hall", "New York"]
        );
        assert_eq!(
            lines("他认为\n企业的本质\n，就是合作\n。\n下一章"),
            ["他认为", "企业的本质 ，就是合作 。", "下一章"]
        );
    }

    #[test]
    fn small_letters_alone_join_nothing() {
        is_left_alone(&format!(
            "{PROSE}\nYou will need for this the following things, all of which you can get at the harbour\nflour\nbutter"
        ));
        is_left_alone(&format!("{PROSE}\n.net developers wanted\n...and more"));
    }

    #[test]
    fn seams_have_a_space_where_a_reader_expects_one() {
        for (left, right, parted) in [
            ('a', "b", true),
            ('a', ",", false),
            ('a', ".", false),
            ('a', ".net", true),
            (',', "b", true),
            ('他', "们", false),
            ('a', "他", true),
        ] {
            assert_eq!(super::is_parted(Some(left), right), parted, "{left}{right}");
        }
    }
}
