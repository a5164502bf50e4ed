//! What lines look like, by cases and against plain walks over their characters.

use super::*;
use proptest::prelude::*;

fn figures(line: &str) -> Figures {
    Figures::of(line, 0..line.len())
}

fn of(line: &str) -> Shapes {
    shapes(line, &figures(line))
}

#[test]
fn gives_lines_their_shapes_and_no_others() {
    for (line, shape) in [
        ("0:00", Shapes::CLOCK),
        ("0:00 / 27:38", Shapes::CLOCK),
        ("29:4", Shapes::CLOCK),
        ("1:02:03", Shapes::CLOCK),
        ("1,204", Shapes::NUMBER),
        ("#3", Shapes::NUMBER),
        ("https://example.org/a/b?c", Shapes::URL),
        ("www.example.org", Shapes::URL),
        ("desk@example.org", Shapes::EMAIL),
        ("BREAKING NEWS", Shapes::ALL_CAPS),
        ("The Road to the North", Shapes::TITLE_CASE),
        ("• first", Shapes::LIST_ITEM),
        ("12. twelfth", Shapes::LIST_ITEM),
        ("a) first", Shapes::LIST_ITEM),
        ("“Never,” she said.", Shapes::QUOTE),
        ("if (a == b) { return; }", Shapes::CODE),
        ("a\tb", Shapes::TABLE_ROW),
        ("| a | b |", Shapes::TABLE_ROW),
    ] {
        assert!(of(line).meets(shape), "{line}");
    }
    for line in [
        "He left at 12:30.",
        "The road to the north is closed",
        "See https://example.org for more",
        "Mail desk@example.org today",
        "It rained; they stayed;",
        "3 men and a boat",
        "Chapter 1. The beginning of it all happens here",
    ] {
        assert!(of(line).is_empty(), "{line}: {:?}", of(line));
    }
}

proptest! {
    #[test]
    fn a_block_is_in_title_case_when_its_line_is(line in "[A-C][A-Ca-d1 .-]{0,63}") {
        let line = line.trim();
        prop_assert_eq!(is_title_block(&Block::of(line.as_bytes())), is_title_case(line), "{}", line);
    }

    #[test]
    fn figures_are_what_a_walk_over_the_characters_counts(
        line in "[a-cA-C1.]([a-cA-C1é’ÉЖ分ก\u{a0}\u{2003}½ \\t\\n\u{b}\u{1}.-]{0,6}|[a-c ]{30}){0,20}[a-cé分.]",
        after in "\\PC{0,100}",
    ) {
        let figures = figures(&line);
        prop_assert_eq!(figures, Figures::of(&format!("Before {line}{after}"), 7..7 + line.len()));
        let count = |is: fn(char) -> bool| line.chars().filter(|c| is(*c)).count();
        let words = line.split(|c: char| c.is_whitespace() || is_unspaced(c));
        let words = words.filter(|word| word.contains(char::is_alphanumeric)).count();
        let title_case = words >= 2 && count(char::is_lowercase) > 0 && is_title_case(&line);
        let single = !line.contains("  ") && count(|c| c.is_whitespace() && c != ' ') == 0;
        prop_assert_eq!(figures.chars as usize, line.chars().count());
        prop_assert_eq!(figures.spaced_words as usize, words);
        prop_assert_eq!(figures.unspaced_chars as usize, count(is_unspaced));
        prop_assert_eq!(figures.digits, count(char::is_numeric) > 0);
        prop_assert_eq!(figures.single_spaced, single);
        prop_assert_eq!(figures.letters, count(char::is_alphabetic) > 0);
        prop_assert_eq!(figures.lower, count(char::is_lowercase) > 0);
        prop_assert_eq!(figures.title_case, title_case);
        prop_assert_eq!(figures.controls, count(|c| c.is_ascii_control()) > 0);
        prop_assert_eq!(figures.signs, line.chars().filter_map(Signs::of).fold(Signs::default(), Signs::with));
    }
}

#[test]
fn counts_words_by_spaces_and_characters_where_there_are_none() {
    let latin = figures("It’s 3 o'clock — now");
    assert_eq!((latin.spaced_words, latin.unspaced_chars), (4, 0));
    let mixed = figures("他说 hello 世界");
    assert_eq!((mixed.spaced_words, mixed.unspaced_chars), (1, 4));
}
