//! What expressions cost and which literals lead to them, by cases.

use super::known::{LENGTH_LIMIT, folded_alone};
use super::*;
use crate::fold::fold;
use crate::rules::rule::Trigger;
use proptest::prelude::*;
use proptest::string::string_regex;

fn triggers(source: &str) -> Vec<String> {
    Pattern::parse(source).unwrap().triggers.into_iter().map(|trigger| trigger.literal).collect()
}

#[test]
fn takes_the_rarest_literals_of_every_branch() {
    for (source, expected) in [
        (r"^Share on (Facebook|Twitter)$", &["share on twitter", "share on facebook"][..]),
        (r"(?i)^the\b.*\bdisqus\b.*\bcom", &["disqus"]),
        (r"(?i)filed\s+under\s*:", &["filed under"]),
        (r"\d+ comments?:?$", &["comment", "comments"]),
        (r"(?:Read|See) more …", &["see more", "read more"]),
        (r"(by \w+)+ posted", &["posted"]),
        (r"(?i)straße|STRASSE", &["strasse", "straße"]),
        (r"[‘']tis[-–]the", &["'tis-the"]),
        (r"分享到(微博|微信)", &["分享到微信", "分享到微博"]),
        (r"(foo){2}bar", &["foofoobar"]),
        (r"(Loading)+", &["loading"]),
        (r"cafe\u{301}", &["café"]),
    ] {
        assert_eq!(triggers(source), expected, "{source}");
    }
}

#[test]
fn knows_which_literals_stand_where_a_word_begins() {
    let at_word = |source| {
        Pattern::parse(source).unwrap().triggers.iter().all(|trigger| trigger.stand >= Stand::AtWord)
    };
    for source in [
        r"^share this",
        r"\bshare(s|d)?",
        r"\d share",
        r"(?i)^(?:the )?post\b",
        r"(^|\s)share",
        r"^[(*]{0,2}\s?(?:the )?share",
    ] {
        assert!(at_word(source), "{source}");
    }
    for source in [r"share this", r"\d?share", r"(?-u:\b)share", r"(^|\s)?share", r"\bre.*share"] {
        assert!(!at_word(source), "{source}");
    }
}

#[test]
fn knows_which_literals_are_the_first_of_their_line() {
    let first = |source| {
        let all = Pattern::parse(source).unwrap().triggers;
        all.into_iter().all(|trigger| trigger.stand == Stand::First)
    };
    for source in [
        r"^share this",
        r"^(?:the )?post\b",
        r"^[(*]{0,2}\s?(?:the )?share",
        r"^\s*«(share|tweet)",
        r"(?i)^\(?(?:photos?|images?)\b.{0,40}$",
        r"^«?(foo)+",
    ] {
        assert!(first(source), "{source}");
    }
    for source in [r"\bshare", r"^\d?share", r"(^|\s)share", r"^\pP?share"] {
        assert!(!first(source), "{source}");
    }
    assert_eq!(triggers(r"^[(*]{0,2}«share this"), ["share this"]);
}

#[test]
fn knows_behind_which_literals_no_word_goes_on() {
    let closed = |source| Pattern::parse(source).unwrap().triggers.iter().all(|trigger| trigger.closed);
    for source in [
        r"(?i)\bshare\b",
        r"\d+ reviews\.?$",
        r"share[ :]",
        r"(?:share|tweet)\s+\w+",
        r"share(?:\.|$)",
        r"Read more …",
        r"(share)!",
    ] {
        assert!(closed(source), "{source}");
    }
    for source in
        ["share", r"share.", r"share(?:s|\b)", r"share[ x]", r"share(?-u:\b)", r"share\B", r"share\s*x"]
    {
        assert!(!closed(source), "{source}");
    }
}

#[test]
fn finds_none_where_a_branch_has_none() {
    for source in [r"^\d+:\d+$", r"share|\d+", r"(share)?", r"(share)*x", r"ab", r".*", r"[a-z]+", ""] {
        assert_eq!(triggers(source), [""; 0], "{source}");
    }
}

#[test]
fn leaves_out_what_folding_takes_off_the_ends() {
    assert_eq!(triggers(r"Read more:"), ["read more"]);
    assert_eq!(triggers(r"Wait\.\.\.\s*$"), ["wait"]);
    assert_eq!(triggers(r"  Next »"), ["next"]);
}

#[test]
fn nested_repetitions_do_not_grow_without_bound() {
    let nested = (0..20).fold("abc".to_owned(), |inner, _| format!("({inner}){{4}}"));
    let found = walk(&regex_syntax::parse(&nested).unwrap(), Stand::Anywhere).into_triggers().unwrap();
    assert!(found[0].literal.len() <= 2 * LENGTH_LIMIT);
    assert!(Pattern::parse(&"(".repeat(60)).is_err());
}

#[test]
fn tells_anchors_that_bind_to_one_branch() {
    let loose = |source| Pattern::parse_noting(source).unwrap().1;
    assert!(loose("(?i)^true|false|null$"));
    assert!(loose("^abc|def"));
    assert!(!loose("^(abc|def)$"));
    assert!(!loose("^abc$|^def$"));
    assert!(!loose("abc|def"));
}

#[test]
fn refuses_what_is_too_large_once_compiled() {
    for source in [r"share(\w{50}){50}", r"share.{9999}", r"(?i)(share\pL{9}){99}", r"(abc{99}){999}"] {
        assert!(Pattern::parse(source).is_err(), "{source}");
    }
    for source in [r"share \w+", r"share \w{1,8}", r"(?i)share [\pL\d]+ \S{3}", r"share .{100}", SOURCES[4]] {
        assert!(Pattern::parse(source).unwrap().compile().is_ok(), "{source}");
    }
}

#[test]
fn the_bound_on_the_size_is_one() {
    for source in [
        r"\w",
        r"\W{3}",
        r"(?i)\pL+",
        r"[^a]{20}",
        "share this story",
        r"(?i)k{200}",
        r"\p{Greek}|\p{Han}",
        r"(a|b){90}",
    ] {
        let bound = size_bound(&regex_syntax::parse(source).unwrap());
        let built = regex::RegexBuilder::new(source).size_limit(bound).build();
        assert!(built.is_ok(), "{source} takes more than {bound} bytes");
    }
}

/// Expressions of all the kinds that rules have; no anchors, which the generator of strings does not know.
const SOURCES: &[&str] = &[
    r"(?i)also on \w+\.com",
    r"Share (this|on (Facebook|Twitter|WhatsApp))[:!]?",
    r"(?i)(leave|post) a (reply|comment)s?\s*",
    r"[Ff]iled\s+under:?\s",
    r"(Photo|Image|Illustration)[ :]+.{0,8}/ ?(AFP|Reuters)",
    r"\d{1,3} (min|minutes?) read",
    r"(?i)поделиться( в)?",
    r"(Lire|Voir)\s+aussi\s?[:»…]+",
    r"Kommentare? …",
    r"(ΟΔΟΣ|straße|İstanbul|ﬁled under) [a-z]",
    r"Loading(\.\.\.|…)",
    r"[“”‘’—–]quoted[“”‘’—–]",
    r"e-?mail(ed)?\u{ad}? us",
];

/// Whether `trigger` stands in a folded line, with no word that goes on behind it where none may.
fn stands(folded: &str, trigger: &Trigger) -> bool {
    folded.match_indices(trigger.literal.as_str()).any(|(at, literal)| {
        let after = folded[at + literal.len()..].chars().next();
        let goes_on = literal.ends_with(char::is_alphanumeric) && after.is_some_and(char::is_alphabetic);
        !(trigger.closed && goes_on)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn every_line_that_matches_holds_a_trigger(
        (source, matched) in prop::sample::select(SOURCES).prop_flat_map(|source| {
            (Just(source), string_regex(source).unwrap())
        }),
        // Marks that combine with the literal are the case that is left out.
        before in "[ a-zÀ-ɏ:»…“.]{0,6}",
        after in "[ a-zÀ-ɏ:»…“.]{0,6}",
    ) {
        let pattern = Pattern::parse(source).unwrap();
        let line = format!("{before}{matched}{after}");
        let line = line.trim();
        prop_assert!(!pattern.triggers.is_empty());
        if !line.contains('\n') && pattern.compile().unwrap().is_match(line) {
            let folded = fold(line);
            let found = pattern.triggers.iter().any(|trigger| stands(&folded, trigger));
            prop_assert!(found, "{:?} has none of {:?}", folded, pattern.triggers);
        }
    }
    #[test]
    fn every_line_that_matches_at_its_front_begins_with_a_trigger(
        (source, matched) in prop::sample::select(SOURCES).prop_flat_map(|source| {
            (Just(source), string_regex(source).unwrap())
        }),
        before in "[(*“ ]{0,2}|™",
        after in "[ a-zÀ-ɏ:»…“.]{0,6}",
    ) {
        let pattern = Pattern::parse(&format!(r"^[(*“ ]{{0,2}}(?:{source})")).unwrap();
        let line = format!("{before}{matched}{after}");
        let line = line.trim();
        if !line.contains('\n') && pattern.compile().unwrap().is_match(line) {
            let folded = fold(line);
            let front = &folded[folded.find(char::is_alphanumeric).unwrap()..];
            let found = pattern.triggers.iter().any(|trigger| match trigger.stand {
                Stand::First => front.starts_with(trigger.literal.as_str()),
                _ => stands(&folded, trigger),
            });
            prop_assert!(found, "{:?} has none of {:?}", folded, pattern.triggers);
        }
    }
}

#[test]
fn characters_fold_alone_as_they_fold_inside_a_line() {
    for c in '\0'..=char::MAX {
        if let Some(folded) = folded_alone(c) {
            let guarded = fold(&format!("x{c}x"));
            assert_eq!(guarded, format!("x{folded}x"), "{c:?}");
            assert!(!unicode_normalization::char::is_combining_mark(c), "{c:?}");
        }
    }
}
