//! How alike two folded strings are, in thousandths: for lines that repeat a captured field.

/// What parts a title from the name of its site.
const PARTINGS: [&str; 8] = [" | ", " - ", " :: ", " » ", " · ", " • ", " / ", " < "];

/// The likeness of two folded strings: 1000 for equal ones, by edit distance otherwise.
pub(crate) fn of(a: &str, b: &str) -> u32 {
    if a == b {
        return 1000;
    }
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    // The distance is at least the difference of the lengths: most pairs are settled by that.
    if short * 2 < long {
        return 0;
    }
    (strsim::normalized_levenshtein(a, b) * 1000.0) as u32
}

/// The likeness of a line to a title, with or without the name of the site that titles carry.
pub(crate) fn of_title(title: &str, line: &str) -> u32 {
    parts(title).map(|part| of(part, line)).max().unwrap_or(0)
}

/// A title, and what is left of it when the name of the site is taken off its end or its beginning.
pub(crate) fn parts(title: &str) -> impl Iterator<Item = &str> {
    let ends = PARTINGS.iter().filter_map(|parting| title.rsplit_once(parting));
    let starts = PARTINGS.iter().filter_map(|parting| title.split_once(parting));
    // Of the two sides the site's name is the shorter one, and a side of a word or two may be it all the same.
    let longer = |(a, b): (_, _)| -> &str { std::cmp::max_by_key(b, a, |side: &&str| side.len()) };
    let telling = |part: &&str| part.split(' ').count() >= 3 || part.chars().count() >= 12;
    std::iter::once(title).chain(ends.chain(starts).map(longer).map(str::trim).filter(telling))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_found_again_without_the_name_of_its_site() {
        let title = "the road to the north | example times";
        assert_eq!(of_title(title, "the road to the north"), 1000);
        assert_eq!(of_title(title, title), 1000);
        assert!(of_title(title, "the road to the south") < 920);
        assert!(of_title(title, "the roads to the north") > 920);
        assert!(of_title(title, "example times") < 500, "the name of the site is not the title");
    }
}
