//! A text as lines: every visible character stands in one line, lines stand in order and apart, and whether twins
//! are told changes nothing else; a twin is the same line.

#![no_main]

use dehusk::model::{Line, Lines};
use dehusk::segment::{Twins, segment, segment_twins_into};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let lines = segment(&text);
    let mut at = 0;
    for line in &lines.lines {
        assert!(line.span.range().start >= at, "lines stand apart");
        assert!(text[at..line.span.range().start].trim().is_empty(), "something stands between two lines");
        assert!(!text[line.span.range()].trim().is_empty(), "a line is never blank");
        at = line.span.range().end;
    }
    assert!(text[at..].trim().is_empty(), "something stands behind the last line");
    let (mut twins, mut again) = (Twins::default(), Lines::default());
    for _ in 0..2 {
        segment_twins_into(&text, &mut again, &mut twins);
        assert_eq!(told(&again), told(&lines), "twins change an answer");
    }
    for (index, line) in again.lines.iter().enumerate() {
        if let Some(twin) = line.twin {
            assert!((twin as usize) < index, "a twin stands above");
            assert_eq!(text[again.lines[twin as usize].span.range()], text[line.span.range()]);
        }
    }
});

/// What is said of lines, but for their twins.
fn told(lines: &Lines) -> Vec<impl PartialEq + std::fmt::Debug> {
    let told = |line: &Line| {
        (line.span, line.zone, line.shapes, line.words, line.chars, line.closed, line.prose, line.after_blank)
    };
    lines.lines.iter().map(told).collect()
}
