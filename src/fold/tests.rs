//! What folds to what, and that the quick ways fold as the long one does.

use super::*;
use proptest::prelude::*;
use std::ops::ControlFlow;

#[test]
fn folds_case_quotes_dashes_spaces_and_trailing_label_signs() {
    for (raw, folded) in [
        ("ALSO ON RT.COM", "also on rt.com"),
        ("  “It’s”\u{a0}—\t done  ", "\"it's\" - done"),
        ("Read more :", "read more"),
        ("Read more »", "read more"),
        ("Loading…", "loading"),
        ("Loading ...", "loading"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ：", "full width"),
        ("cafe\u{301} CAFÉ", "café café"),
        ("Zero\u{200b}width soft\u{ad}hyphen", "zerowidth softhyphen"),
        ("ПОДЕЛИТЬСЯ", "поделиться"),
        ("ﾊﾞ", "バ"),
        ("", ""),
        (" : ", ""),
    ] {
        assert_eq!(fold(raw), folded, "{raw:?}");
    }
}

#[test]
fn what_folds_without_the_tables_folds_as_the_tables_say() {
    for c in '\u{80}'..=char::MAX {
        let Some(quick) = quick(c) else { continue };
        let slow: String = std::iter::once(straighten(c))
            .nfkc()
            .flat_map(char::to_lowercase)
            .nfkc()
            .map(straighten)
            .collect();
        assert_eq!(slow, quick.to_string(), "{c:?}");
        assert!(c.is_alphabetic() || !quick.is_alphanumeric(), "{c:?}");
        assert!(begins_piece(c), "{c:?}");
    }
}

#[test]
fn nothing_before_a_letter_that_is_left_alone_composes_with_it() {
    for c in ('\u{80}'..=char::MAX).filter(|&c| is_inert(c)) {
        let mut parts = Vec::new();
        decompose_compatible(c, |part| parts.push(part));
        assert_eq!(canonical_combining_class(parts[0]), 0, "{c:?}");
        assert_eq!(is_nfc_quick(std::iter::once(parts[0])), IsNormalized::Yes, "{c:?}");
        assert_eq!(parts.into_iter().nfkc().collect::<String>(), c.to_string(), "{c:?}");
    }
}

#[test]
fn tells_when_folding_moves_the_starts_of_words() {
    let is_even = |text: &str| fold_but_case_onto(text, 0..text.len(), false, &mut String::new());
    for text in ["plain", "It’s  a – “naïve” café…", "ПОДЕЛИТЬСЯ", "分享到"] {
        assert!(is_even(text), "{text}");
    }
    for text in ["re\u{200b}share", "pre\u{ad}share", "Brand™share", "a ½share", "a①b"] {
        assert!(!is_even(text), "{text}");
    }
}

#[test]
fn spans_lead_back_to_the_original_bytes() {
    let raw = "  «  Also\u{a0}\u{a0}on RT… »";
    let form = fold(raw);
    let at = form.find("on rt").unwrap();
    assert_eq!(&raw[raw_span(raw, at..at + 5)], "on RT");
    let at = form.find("also").unwrap();
    assert_eq!(&raw[raw_span(raw, at..at + 4)], "Also");
    let plain = "  Share This ";
    assert_eq!(&plain[raw_span(plain, 6..10)], "This");
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing(text in "\\PC{0,40}|[ -~\u{300}\u{200b}’“…:»İẞΣ½ﬁ각]{0,24}") {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn lines_fold_as_their_characters_do(
        text in "([a-zA-Z0-9éÉßñİıÆЖж分ぁ각’“…–•»©½→❶\u{301}\u{ad}\u{a0}\u{2003}™]{1,8}[ \t]{0,2}[a-zA-Zé…»:.]{0,5}){0,9}|[ -~\\t\\n\u{b}\u{1c}]{0,40}|[ -~]{0,40}"
    ) {
        let mut slow = String::new();
        for_each_folded(text.trim(), |_, c| {
            push_squeezed(&mut slow, 0, c);
            ControlFlow::Continue(())
        });
        prop_assert_eq!(trim_label(&slow), fold(&text));
        prop_assert_eq!(slow.trim_end(), fold_start(&text));
        let mut line = String::new();
        fold_but_case_onto(text.trim(), 0..text.trim().len(), false, &mut line);
        prop_assert_eq!(line.to_ascii_lowercase(), fold(&text));
    }

    #[test]
    fn single_spaced_lines_fold_alike_on_both_ways(line in "[a-zA-Z0-9éÉßñİıÆЖж分ぁ각’“…–•»©½→\u{301}\u{ad}™]{1,8}( [a-zA-Zé…»:.\u{ad}\u{200b}]{1,5}){0,4}") {
        let fold = |single_spaced| {
            let mut out = "before ".to_owned();
            (fold_but_case_onto(&line, 0..line.len(), single_spaced, &mut out), out)
        };
        prop_assert_eq!(fold(true), fold(false));
        if line.is_ascii() {
            let mut out = "before ".to_owned();
            fold_plain_but_case_onto(&line, 0..line.len(), &mut out);
            prop_assert_eq!((true, out), fold(false));
        }
    }

    #[test]
    fn every_span_of_the_fold_lies_on_characters_of_the_original(text in "\\PC{0,30}") {
        let form = fold(&text);
        let bounds: Vec<usize> = form.char_indices().map(|(at, _)| at).chain([form.len()]).collect();
        for pair in bounds.windows(2) {
            let raw = raw_span(&text, pair[0]..pair[1]);
            prop_assert!(text.get(raw.clone()).is_some_and(|part| !part.is_empty()), "{:?}", raw);
        }
    }

    #[test]
    fn spans_are_those_of_a_walk_over_all_characters(
        text in "([a-z] ?){0,90}[a-z :.]{0,12}([a-zé’…\u{301}\u{ad}\u{a0} \\t]{0,3}[a-z :.]{0,6}){0,4}",
        places in any::<(prop::sample::Index, prop::sample::Index)>(),
    ) {
        let form = fold(&text);
        let bounds: Vec<usize> = form.char_indices().map(|(at, _)| at).chain([form.len()]).collect();
        let [a, b] = [places.0, places.1].map(|place| bounds[place.index(bounds.len())]);
        let range = a.min(b)..a.max(b);
        let (mut squeezed, mut from) = (String::new(), Vec::new());
        for_each_folded(text.trim(), |raw, c| {
            push_squeezed(&mut squeezed, 0, c);
            from.resize(squeezed.len(), raw);
            ControlFlow::Continue(())
        });
        let lead = text.len() - text.trim_start().len();
        if !range.is_empty() {
            let expected = lead + from[range.start].start..lead + from[range.end - 1].end;
            prop_assert_eq!(raw_span(&text, range), expected);
        }
    }
}
