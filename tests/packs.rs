//! The packs that are part of the program hold to what `rules check` asks of any pack, and a little more.

use dehusk::eval::check;
use dehusk::model::Kind;
use dehusk::rules::{Rule, RuleSet, Status, builtin, load};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The packs, or what is wrong with them.
fn packs() -> Result<Arc<RuleSet>, String> {
    load(&builtin()).map(Arc::new).map_err(|faults| faults.render(false, 100))
}

#[test]
fn the_built_in_packs_pass_their_check_without_a_finding() {
    let set = packs().unwrap();
    let checked = check(&set, |_| true);
    let findings: Vec<String> = checked
        .findings
        .iter()
        .map(|finding| format!("{}: {}", set.rule(finding.rule).name(), finding.fault.message()))
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert!(checked.rules > 0 && checked.examples >= 4 * checked.rules);
}

#[test]
fn every_kind_of_noise_has_a_rule_in_english() {
    let set = packs().unwrap();
    let in_english = |rule: &&Rule| {
        let languages = &rule.scope().languages;
        rule.status() == Status::Stable
            && (languages.is_empty() || languages.iter().any(|language| language == "en"))
    };
    let covered: BTreeSet<&str> =
        set.rules().iter().filter(in_english).map(|rule| rule.kind().name()).collect();
    let missing: Vec<&str> = Kind::ALL
        .iter()
        .filter(|&&kind| kind != Kind::Content)
        .map(|kind| kind.name())
        .filter(|kind| !covered.contains(kind))
        .collect();
    assert!(missing.is_empty(), "no rule in English for: {}", missing.join(", "));
}

#[test]
fn every_rule_tells_what_it_is_for_and_shows_what_it_takes_and_what_it_leaves() {
    for rule in packs().unwrap().rules() {
        let name = rule.name();
        assert!(!rule.about().is_empty(), "{name}: about");
        assert!(!rule.since().is_empty(), "{name}: since");
        assert!(rule.examples().drop.len() >= 2, "{name}: drop");
        assert!(rule.examples().keep.len() >= 2, "{name}: keep");
    }
}

#[test]
fn every_pack_names_its_licence_and_no_two_share_an_id() {
    let set = packs().unwrap();
    let mut ids = BTreeSet::new();
    for pack in set.packs() {
        assert!(!pack.license.is_empty(), "{}: licence", pack.id);
        assert!(!pack.about.is_empty(), "{}: about", pack.id);
        assert!(ids.insert(pack.id.as_str()), "{} stands twice", pack.id);
    }
}
