//! The nearest known name, for messages about an unknown one.

use strsim::damerau_levenshtein;

/// The name nearest to `wrong`, when it is near enough to be what was meant.
///
/// Full names (`pack/rule`) are also compared by their last part: the pack is what people leave out. That part must be near by
/// itself, or any two short names would pass for each other on the strength of long packs.
pub(super) fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = wrong.replace('_', "-").to_lowercase();
    let last = plain.rsplit('/').next().unwrap_or(&plain);
    let allowed = (plain.chars().count() / 3).clamp(1, 4);
    // Names that differ in length by more than may be changed are no candidates: most are ruled out by that.
    let distance = |a: &str, b: &str| match a.len().abs_diff(b.len()) > 4 * allowed {
        true => usize::MAX,
        false => damerau_levenshtein(a, b),
    };
    let allowed_of_last = (last.chars().count() / 3).clamp(1, 4);
    let distance = |name: &str| {
        let name = name.replace('_', "-");
        let Some((_, own)) = name.rsplit_once('/') else { return distance(&plain, &name) };
        match distance(last, own) {
            by_last if by_last <= allowed_of_last => (by_last + 1).min(distance(&plain, &name)),
            _ => usize::MAX,
        }
    };
    let names: Vec<&str> = names.into_iter().collect();
    let near =
        names.iter().map(|name| (distance(name), *name)).min().filter(|(distance, _)| *distance <= allowed);
    let begun = |name: &&str| {
        name.len() > 3 && plain.len() > 3 && (name.starts_with(&plain) || plain.starts_with(name))
    };
    near.map(|(_, name)| name).or_else(|| names.iter().copied().filter(begun).min())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_slip_and_keeps_silent_about_a_stranger() {
        let names = ["drop-line", "cut-span", "protect", "max_words"];
        assert_eq!(nearest("dropline", names), Some("drop-line"));
        assert_eq!(nearest("drop_line", names), Some("drop-line"));
        assert_eq!(nearest("max-word", names), Some("max_words"));
        assert_eq!(nearest("delete", names), None);
        assert_eq!(nearest("first", ["last-kept", "first-kept"]), Some("first-kept"));
    }

    #[test]
    fn finds_a_rule_that_is_named_without_its_pack() {
        assert_eq!(nearest("share", ["web.en/share", "web.en/follow"]), Some("web.en/share"));
        assert_eq!(nearest("web.any/shares", ["web.en/share", "web.en/follow"]), Some("web.en/share"));
    }

    #[test]
    fn a_long_pack_brings_no_strangers_near() {
        assert_eq!(nearest("web.any/nope", ["cms.docs/toc", "web.any/top", "web.any/date"]), None);
    }
}
