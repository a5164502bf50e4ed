//! What an explained page gave, in words: its outcome, its fields, how much is left.

use super::explanation::Explanation;
use super::text::{counted, thousands};

/// What became of the page.
pub(super) fn outcome(page: &Explanation) -> String {
    match (page.outcome, page.reason.as_str()) {
        ("article", _) => "an article".to_owned(),
        ("empty", _) => "empty: nothing is left of it".to_owned(),
        ("skipped", "too-short") => "skipped: too short".to_owned(),
        (_, rule) => format!("skipped by {rule}"),
    }
}

/// The fields by their names: the first ones in any case, the others where the page has them.
pub(super) fn fields(page: &Explanation) -> Vec<(&'static str, String)> {
    let kept = format!(
        "{} of {} kept, {} of {}",
        thousands(page.lines_out.into()),
        counted(page.lines_in.into(), "line"),
        thousands(page.chars_out.into()),
        counted(page.chars_in.into(), "character"),
    );
    let always = [
        ("title", page.title.clone()),
        ("authors", page.authors.join("; ")),
        ("published", page.published.clone()),
    ];
    let others = [
        ("updated", page.updated.clone()),
        ("location", page.location.clone()),
        ("site", page.site.clone()),
        ("text", kept),
        ("flags", page.flags.join(" ")),
    ];
    always.into_iter().chain(others.into_iter().filter(|(_, value)| !value.is_empty())).collect()
}

/// What the flag of the over-cut guard means, if the page has it.
pub(super) fn over_cut(page: &Explanation) -> Option<&'static str> {
    page.flags.iter().any(|flag| flag == crate::decide::OVER_CUT).then_some(
        "rules would have taken over half of the prose, so only lines with a rule of score 1.0 went",
    )
}
