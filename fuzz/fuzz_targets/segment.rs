//! A text as lines: every visible character stands in one line, lines stand in order and apart, and what was seen before
//! changes nothing.

#![no_main]

use dehusk::model::{Line, Lines};
use dehusk::segment::{Seen, segment, segment_seen_into};

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
    let (mut seen, mut again) = (Seen::default(), Lines::default());
    for _ in 0..2 {
        segment_seen_into(&text, &mut again, &mut seen);
        assert_eq!(told(&again), told(&lines), "what was seen changes an answer");
    }
});

/// What is said of lines, but for whether they were seen.
fn told(lines: &Lines) -> Vec<impl PartialEq + std::fmt::Debug> {
    let told = |line: &Line| {
        (line.span, line.zone, line.shapes, line.words, line.chars, line.closed, line.prose, line.after_blank)
    };
    lines.lines.iter().map(told).collect()
}
