//! Whether a line is like a captured field, by edit distance: titles come back with a word more or a quote less.
//!
//! Only as much of the distance is worked out as settles the question, and none of it for long texts: a full distance takes
//! as many steps as the product of both lengths, for every line of a page.

/// What parts a title from the name of its site.
const PARTINGS: [&str; 8] = [" | ", " - ", " :: ", " » ", " · ", " • ", " / ", " < "];

/// Characters of the longest text that another may be like. Above it only the same text counts; no title is so long.
const LONGEST: usize = 500;

/// Texts that lines are compared with, prepared so that a line which is nothing like them costs next to nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Likeness {
    forms: Vec<Form>,
}

#[derive(Clone, Debug)]
struct Form {
    text: String,
    chars: usize,
    counts: [u16; 32],
}

impl Likeness {
    /// Compares with a folded title, with or without the name of the site that titles carry.
    pub(crate) fn of_title(title: &str) -> Self {
        Self { forms: parts(title).map(Form::new).collect() }
    }

    /// Compares with one folded text.
    pub(crate) fn of(text: &str) -> Self {
        Self { forms: vec![Form::new(text)] }
    }

    /// Whether a folded line of so many bytes may be like one of the texts; a no is certain. Most lines are far shorter than a title.
    #[inline]
    pub(crate) fn may_reach(&self, bytes: usize, least: u32) -> bool {
        self.forms.iter().any(|form| form.chars <= bytes + allowed(least, form.chars))
    }

    /// Whether the folded `line` is like one of the texts: 1000 less the share of characters to change, in thousandths,
    /// is at least `least`.
    pub(crate) fn reaches(&self, line: &str, least: u32) -> bool {
        if !self.may_reach(line.len(), least) {
            return false;
        }
        let chars = if line.is_ascii() { line.len() } else { line.chars().count() };
        self.forms.iter().any(|form| form.is_like(line, chars, least))
    }
}

impl Form {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), chars: text.chars().count(), counts: counts(text) }
    }

    fn is_like(&self, line: &str, chars: usize, least: u32) -> bool {
        let longest = chars.max(self.chars);
        let allowed = allowed(least, longest);
        // Two lower bounds of the distance, cheap and cheaper, settle nearly every pair.
        chars.abs_diff(self.chars) <= allowed
            && (self.text == line
                || (longest <= LONGEST
                    && distance_of_counts(&self.counts, &counts(line)) <= allowed
                    && is_within(&self.text, line, allowed)))
    }
}

/// Whether so many edits, each of one character, make one text of the other.
fn is_within(a: &str, b: &str, allowed: usize) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return is_within_band(a.as_bytes(), b.as_bytes(), allowed);
    }
    let (a, b) = (a.chars().collect::<Vec<_>>(), b.chars().collect::<Vec<_>>());
    is_within_band(&a, &b, allowed)
}

/// Levenshtein's table, of which only the band is worked out that so few edits can reach (Ukkonen 1985).
fn is_within_band<T: PartialEq>(a: &[T], b: &[T], allowed: usize) -> bool {
    let far = allowed + 1;
    // The distances of the first letters of `a` from each beginning of `b`; outside the band they are far.
    let mut row: Vec<usize> = (0..=b.len()).map(|distance| distance.min(far)).collect();
    for (at, letter) in a.iter().enumerate() {
        let (start, end) = (at.saturating_sub(allowed), b.len().min(at + 1 + allowed));
        if start > end {
            return false;
        }
        let mut diagonal = row[start];
        let mut left = if start == 0 { (at + 1).min(far) } else { far };
        row[start] = left;
        let mut nearest = left;
        for (other, distance) in b[start..end].iter().zip(&mut row[start + 1..=end]) {
            let changed = diagonal + usize::from(letter != other);
            diagonal = *distance;
            left = changed.min(left + 1).min(diagonal + 1).min(far);
            *distance = left;
            nearest = nearest.min(left);
        }
        if nearest > allowed {
            return false;
        }
    }
    row[b.len()] <= allowed
}

/// Characters to change, at most, where the longer text has so many.
fn allowed(least: u32, chars: usize) -> usize {
    (1000 - least.min(1000)) as usize * chars / 1000
}

/// How often each character occurs, characters sorted into 32 heaps.
fn counts(text: &str) -> [u16; 32] {
    let mut counts = [0u16; 32];
    for c in text.chars() {
        let count = &mut counts[c as usize % 32];
        *count = count.saturating_add(1);
    }
    counts
}

/// Characters that one text has more of than the other, the larger of both sides: no edit changes more than one.
fn distance_of_counts(a: &[u16; 32], b: &[u16; 32]) -> usize {
    let more =
        |a: &[u16; 32], b: &[u16; 32]| a.iter().zip(b).map(|(a, b)| usize::from(a.saturating_sub(*b))).sum();
    usize::max(more(a, b), more(b, a))
}

/// A title, and what is left of it when the name of the site is taken off its end or its beginning.
pub(crate) fn parts(title: &str) -> impl Iterator<Item = &str> {
    // Most titles have one of them, if any, and looking for its sign costs a tenth of looking for all of it.
    let stands = |parting: &&str| memchr::memchr(parting.as_bytes()[1], title.as_bytes()).is_some();
    let partings = PARTINGS.map(|parting| Some(parting).filter(stands));
    let ends = partings.into_iter().flatten().filter_map(|parting| title.rsplit_once(parting));
    let starts = partings.into_iter().flatten().filter_map(|parting| title.split_once(parting));
    // Of the two sides the site's name is the shorter one, and a side of a word or two may be it all the same.
    let longer = |(a, b): (_, _)| -> &str { std::cmp::max_by_key(b, a, |side: &&str| side.len()) };
    let telling = |part: &&str| part.split(' ').count() >= 3 || part.chars().count() >= 12;
    std::iter::once(title).chain(ends.chain(starts).map(longer).map(str::trim).filter(telling))
}

/// A title, and what stands before each sign in it that may part the name of the site from it, the longest first.
pub(crate) fn fronts(title: &str) -> impl Iterator<Item = &str> {
    let mut ends: Vec<usize> =
        PARTINGS.iter().flat_map(|parting| title.match_indices(parting)).map(|(at, _)| at).collect();
    ends.sort_unstable();
    std::iter::once(title).chain(ends.into_iter().rev().map(|end| title[..end].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_title_is_found_again_without_the_name_of_its_site() {
        let title = "the road to the north | example times";
        let likeness = Likeness::of_title(title);
        assert!(likeness.reaches("the road to the north", 1000));
        assert!(likeness.reaches(title, 1000));
        assert!(!likeness.reaches("the road to the south", 920));
        assert!(likeness.reaches("the roads to the north", 920));
        assert!(!likeness.reaches("example times", 500), "the name of the site is not the title");
    }

    #[test]
    fn only_the_same_text_is_like_a_very_long_one() {
        let long = "a road and a bridge ".repeat(400);
        let likeness = Likeness::of_title(&long);
        assert!(likeness.reaches(&long, 900));
        assert!(!likeness.reaches(&long[1..], 900));
        let title = &long[..LONGEST];
        assert!(Likeness::of_title(title).reaches(&title[1..], 900));
    }

    proptest! {
        #[test]
        fn the_short_cuts_never_change_the_answer(
            a in "[abcé ]{0,14}", b in "[abcé ]{0,14}", title in "[a-e ]{0,90}",
            edits in proptest::collection::vec((0usize..90, "[a-eé]?"), 0..12), least in 0u32..=1000,
        ) {
            let mut edited: Vec<char> = title.chars().collect();
            for (at, by) in edits {
                let at = at.min(edited.len());
                edited.splice(at..(at + 1).min(edited.len()), by.chars());
            }
            for (a, b) in [(a, b), (title, edited.into_iter().collect())] {
                let longest = a.chars().count().max(b.chars().count());
                let allowed = (1000 - least) as usize * longest / 1000;
                let expected = a == b || strsim::levenshtein(&a, &b) <= allowed;
                prop_assert_eq!(Likeness::of(&a).reaches(&b, least), expected);
            }
        }
    }
}
