//! Lines that stand on their page more than once.
//!
//! Pages are full of `Home`, `Share` and `Reply`: three lines in ten stood on the same page before. What such a line shows
//! depends on the line alone, so its figures are those of its twin, and whoever else knows something that hangs on a line
//! alone may ask what its twin had. From page to page nothing is kept: most lines that other pages had are too far back to
//! be looked up for less than measuring them costs (2026-11-29: 16,384 lines remembered took a seventh of a run).

use super::measure;
use crate::bits::hash_within;
use crate::model::{Line, Span};
use std::ops::Range;

/// Bytes of a line whose twin is sought, at most: longer ones hardly come back.
const LONGEST: usize = 128;
/// Places of the table: a page has some hundreds of lines, and the table stays in the nearest cache.
const PLACES: usize = 1 << 10;
const NONE: u32 = u32::MAX;

/// Where the lines of a page stand, by their hashes: buffers are kept from page to page.
#[derive(Debug)]
pub struct Twins {
    places: Box<[Entry; PLACES]>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// What tells the line from others of its place.
    mark: u32,
    line: u32,
}

impl Default for Twins {
    fn default() -> Self {
        Self { places: Box::new([Entry { mark: 0, line: NONE }; PLACES]) }
    }
}

impl Twins {
    /// Forgets the last page.
    pub(super) fn begin(&mut self) {
        self.places.fill(Entry { mark: 0, line: NONE });
    }

    /// The figures of the next trimmed line of a page, the bytes `span` of its `text`, after `lines`.
    pub(super) fn measure(
        &mut self,
        text: &str,
        lines: &[Line],
        span: Range<usize>,
        after_blank: bool,
    ) -> Line {
        if span.len() > LONGEST {
            return measure(text, span, after_blank);
        }
        let hash = hash_within(text.as_bytes(), span.clone());
        let entry = &mut self.places[hash as usize % PLACES];
        let (mark, twin) = ((hash >> 32) as u32, *entry);
        *entry = Entry { mark, line: lines.len() as u32 };
        match lines.get(twin.line as usize) {
            Some(above) if twin.mark == mark && text[above.span.range()] == text[span.clone()] => {
                let span = Span::new(span.start, span.end);
                Line { span, after_blank, twin: Some(twin.line), ..*above }
            }
            _ => measure(text, span, after_blank),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{segment, segment_twins_into};
    use super::*;
    use crate::model::Lines;
    use proptest::prelude::*;

    #[test]
    fn a_line_knows_the_last_that_is_the_same() {
        let mut lines = Lines::default();
        segment_twins_into("Home\n\nNews\nHome\n Home \nhome", &mut lines, &mut Twins::default());
        let twins: Vec<Option<u32>> = lines.lines.iter().map(|line| line.twin).collect();
        assert_eq!(twins, [None, None, Some(0), Some(2), None]);
    }

    proptest! {
        #[test]
        fn twins_are_the_same_lines_with_the_same_figures(
            pages in prop::collection::vec("(([A-C]|[a-c] |0:00|1, ?|é|“b”|\\||[a-c ]{70}){0,5}\n){0,12}", 1..6),
        ) {
            let (mut twins, mut lines) = (Twins::default(), Lines::default());
            for page in pages {
                segment_twins_into(&page, &mut lines, &mut twins);
                for (index, line) in lines.lines.iter().enumerate() {
                    let Some(twin) = line.twin else { continue };
                    let above = &lines.lines[twin as usize];
                    prop_assert!((twin as usize) < index);
                    prop_assert_eq!(&page[above.span.range()], &page[line.span.range()]);
                }
                lines.lines.iter_mut().for_each(|line| line.twin = None);
                prop_assert_eq!(&lines, &segment(&page));
            }
        }
    }
}
