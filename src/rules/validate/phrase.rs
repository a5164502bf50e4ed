//! What a matcher looks for in a line's text: phrases, templates and regular expressions.

use super::Context;
use crate::fold::{fold, fold_start};
use crate::rules::rule::Pattern;
use crate::rules::schema::{Faults, Value};
use crate::rules::template::Template;
use foldhash::{HashSet, HashSetExt};

/// Phrases in their normal form, each once. What a line begins with keeps the `:` that it trails.
pub(super) fn folded(value: Value<'_>, faults: &mut Faults) -> Vec<String> {
    let form: fn(&str) -> String = if value.key == "starts" { fold_start } else { fold };
    let all = value.strings(false, faults);
    let phrases: Vec<String> = all.iter().map(|(_, written)| form(written)).collect();
    let mut known: HashSet<&str> = HashSet::with_capacity(phrases.len());
    let mut keeps = vec![true; phrases.len()];
    for ((&(value, written), phrase), keep) in all.iter().zip(&phrases).zip(&mut keeps) {
        if says_nothing(phrase) {
            *keep = false;
            faults
                .error(value.place, format!("a phrase of `{}` is empty once it is folded", value.key))
                .label("nothing left to compare")
                .help("folding takes off white space and a trailing `:`, `»` or `…`: write letters too");
        } else if !known.insert(phrase) {
            *keep = false;
            faults
                .warn(value.place, format!("`{written}` stands twice in `{}`", value.key))
                .label(format!("the same as an earlier phrase once it is folded to `{phrase}`"))
                .help("take it out");
        }
    }
    if keeps.iter().all(|keep| *keep) {
        return phrases;
    }
    let kept = phrases.into_iter().zip(keeps).filter(|(_, keep)| *keep);
    kept.map(|(phrase, _)| phrase).collect()
}

/// Whether nothing is left of a phrase where it is a whole line. Letters and digits always are.
fn says_nothing(phrase: &str) -> bool {
    !phrase.bytes().any(|byte| byte.is_ascii_alphanumeric()) && fold(phrase).is_empty()
}

/// Templates, parsed.
pub(super) fn templates(value: Value<'_>, context: &Context<'_>, faults: &mut Faults) -> Vec<Template> {
    let mut templates = Vec::new();
    for (value, source) in value.strings(false, faults) {
        match Template::parse(source) {
            Ok(template) => templates.push(template),
            Err(fault) => {
                let place = value.part(fault.range, &context.files[value.place.file].text);
                faults.error(place, fault.message).help(fault.help);
            }
        }
    }
    templates
}

/// Regular expressions, checked; `slow` is the key of that name beside them.
pub(super) fn patterns(
    value: Value<'_>,
    slow: Option<Value<'_>>,
    context: &Context<'_>,
    faults: &mut Faults,
) -> Vec<Pattern> {
    let is_slow = slow.and_then(|slow| slow.boolean(faults)).unwrap_or(false);
    let sources = value.strings(false, faults);
    let patterns: Vec<Pattern> = sources
        .iter()
        .filter_map(|&(value, source)| pattern(value, source, is_slow, context, faults))
        .collect();
    let trigger = |pattern: &Pattern| pattern.triggers.first().map(|trigger| trigger.literal.clone());
    let first: Option<Vec<String>> = patterns.iter().map(trigger).collect();
    if let (true, Some(slow), Some([first, ..])) = (is_slow, slow, first.as_deref()) {
        faults
            .warn(slow.place, "`slow` is not needed")
            .label(format!("the regex has literals, such as `{first}`"))
            .help("take `slow` out");
    }
    patterns
}

fn pattern(
    value: Value<'_>,
    source: &str,
    is_slow: bool,
    context: &Context<'_>,
    faults: &mut Faults,
) -> Option<Pattern> {
    let (pattern, has_loose_anchor) = match Pattern::parse_noting(source) {
        Ok(parsed) => parsed,
        Err(fault) => {
            let place = value.part(fault.range, &context.files[value.place.file].text);
            faults.error(place, "the regex cannot be used").label(fault.message).help(fault.help);
            return None;
        }
    };
    if pattern.triggers.is_empty() && !is_slow {
        faults
            .error(value.place, "the regex has no literal of three letters or more")
            .label("would be tried on every line")
            .help(
                "give every alternative such a literal, or say `slow = true` beside it if it must be tried",
            );
    }
    if has_loose_anchor {
        faults
            .warn(value.place, "an anchor of the regex binds to one alternative only")
            .label("`^` and `$` bind closer than `|`")
            .help("put the alternatives into a group, as in `^(?:a|b)$`");
    }
    Some(pattern)
}
