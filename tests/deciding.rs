//! What rules do to a page together: scores, protection, cuts, context, the over-cut guard.

#![expect(clippy::panic, reason = "a helper of a test may fail like the test itself")]

use dehusk::clean::Cleaner;
use dehusk::model::{Page, Profile, VerdictKind};
use dehusk::rules::{RuleFile, load};
use std::sync::Arc;

const HEADER: &str =
    "schema = 1\n[pack]\nid = \"t\"\nversion = \"1\"\nabout = \"t\"\nlicense = \"CC0-1.0\"\n";
const PROSE: &str = "The committee met on Tuesday to hear what the engineers had found under the old bridge, and it \
                     did not like the answer at all.";

/// A cleaner with rules given as `id: the rest of the rule`.
fn cleaner(rules: &[(&str, &str)]) -> Cleaner {
    let mut text = HEADER.to_owned();
    for (id, body) in rules {
        let kind = if body.contains("kind =") { "" } else { "kind = \"menu\"\n" };
        text += &format!(
            "[[rule]]\nid = \"{id}\"\n{kind}about = \"t\"\n{body}\ndrop = [\"x\"]\nkeep = [\"y\"]\n"
        );
    }
    match load(&[RuleFile::new("t.toml", text)]) {
        Ok(set) => Cleaner::builder(Arc::new(set)).profile(Profile::Careful).build(),
        Err(faults) => panic!("{}", faults.render(false, 100)),
    }
}

fn page(text: &str) -> Page {
    Page { text: text.to_owned(), ..Page::default() }
}

/// The lines that stay, without prose.
fn kept(cleaner: &Cleaner, text: &str) -> Vec<String> {
    let cleaned = cleaner.clean(&page(text));
    cleaned
        .article
        .text
        .lines()
        .filter(|line| !line.is_empty() && *line != PROSE)
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_line_goes_when_its_scores_reach_one_and_not_before() {
    let half = "match = { line = [\"home\", \"news\"] }\ndo = \"drop-line\"\nscore = 0.5";
    let tail = "match = { max_words = 1 }\nzone = \"tail\"\ndo = \"drop-line\"\nscore = 0.5";
    let cleaner = cleaner(&[("word", half), ("tail", tail)]);
    assert_eq!(kept(&cleaner, &format!("Home\n{PROSE}\nNews\nOther")), ["Home", "Other"]);
}

#[test]
fn what_a_line_would_cut_stays_when_the_line_stays_whichever_rule_comes_first() {
    let cut = ("cut", "match = { line = [\"the end\"] }\ndo = \"cut-to-end\"\nzone = \"head\"");
    let protect =
        ("stay", "match = { line = [\"the end\"] }\ndo = \"protect\"\nkind = \"content\"\nzone = \"head\"");
    let against = (
        "against",
        "match = { line = [\"the end\"] }\ndo = \"drop-line\"\nscore = -0.5\nkind = \"content\"\nzone = \"head\"",
    );
    // The same said by a rule that waits for its context.
    let later = (
        "later",
        "match = { line = [\"the end\"], before = { rule = \"mark\", within = 1 } }\ndo = \"drop-line\"\nscore = -0.5\n\
         kind = \"content\"\nzone = \"head\"",
    );
    let mark = ("mark", "match = { line = [\"one\"] }\ndo = \"drop-line\"\nscore = 0.1\nzone = \"head\"");
    let text = "Zero\nThe end\nOne\nTwo";
    for rules in [[cut, protect], [protect, cut], [cut, against], [against, cut]] {
        assert_eq!(kept(&cleaner(&rules), text), ["Zero", "The end", "One", "Two"], "{rules:?}");
    }
    assert_eq!(kept(&cleaner(&[cut, mark, later]), text), ["Zero", "The end", "One", "Two"]);
    assert_eq!(kept(&cleaner(&[cut, mark]), text), ["Zero"]);
    // A second line that cuts is not withdrawn with the first.
    let again = ("again", "match = { line = [\"one\"] }\ndo = \"cut-to-end\"\nzone = \"head\"");
    assert_eq!(kept(&cleaner(&[cut, protect, again]), text), ["Zero", "The end"]);
    let back = ("back", "match = { line = [\"the end\"] }\ndo = \"cut-to-start\"\nzone = \"head\"");
    assert_eq!(kept(&cleaner(&[back]), text), ["One", "Two"]);
    assert_eq!(kept(&cleaner(&[back, protect]), text), ["Zero", "The end", "One", "Two"]);
}

#[test]
fn evidence_for_keeping_is_weighed_too() {
    let drop = "match = { starts = [\"read more\"] }\ndo = \"drop-line\"";
    let keep = "match = { ending = \"closed\" }\ndo = \"drop-line\"\nscore = -0.5\nkind = \"content\"";
    let cleaner = cleaner(&[("drop", drop), ("keep", keep)]);
    assert_eq!(kept(&cleaner, "Read more books.\nRead more about it"), ["Read more books."]);
}

#[test]
fn protection_wins_over_drops_captures_and_cuts() {
    let cleaner = cleaner(&[
        ("drop", "match = { has = [\"note\"] }\ndo = \"drop-line\"\nscore = 5.0"),
        ("cut", "match = { line = [\"the end\"] }\ndo = \"cut-to-end\"\nzone = \"tail\""),
        ("safe", "match = { starts = [\"*\"] }\ndo = \"protect\"\nkind = \"content\""),
    ]);
    assert_eq!(
        kept(&cleaner, &format!("A note\n{PROSE}\nBye\nThe end\nfoot\n* a note")),
        ["Bye", "* a note"]
    );
}

#[test]
fn a_cut_to_the_end_takes_what_follows_and_nothing_above() {
    let cleaner = cleaner(&[(
        "comments",
        "match = { line = [\"leave a reply\"] }\ndo = \"cut-to-end\"\nzone = \"tail\"",
    )]);
    assert_eq!(kept(&cleaner, &format!("{PROSE}\nBye\nLeave a Reply\nName\nE-mail")), ["Bye"]);
}

#[test]
fn a_span_goes_and_the_rest_of_its_line_stays() {
    let cleaner = cleaner(&[(
        "span",
        "match = { has = [\"(opens in new window)\"] }\ndo = \"cut-span\"\nzone = \"any\"\ninputs = [\"text\"]",
    )]);
    let cleaned =
        cleaner.clean(&page("See the report (opens in new window) and the map (Opens in new window)"));
    assert_eq!(cleaned.article.text, "See the report and the map");
    assert_eq!(cleaned.removals.len(), 2);
    assert_eq!(
        kept(&cleaner, "(opens in new window)"),
        Vec::<String>::new(),
        "a line of which nothing is left goes"
    );
}

#[test]
fn words_on_both_sides_of_a_cut_stand_as_far_apart_as_they_did() {
    let cut = "match = { has = [\"advert\"], glued = true }\ndo = \"cut-span\"\nzone = \"any\"\ninputs = [\"text\"]";
    let wide = "match = { regex = ['\\s*\\((?:a )?notice\\)\\s*'] }\ndo = \"cut-span\"\nzone = \"any\"\ninputs = [\"text\"]";
    let cleaner = cleaner(&[("cut", cut), ("wide", wide)]);
    for (line, rest) in [
        ("They met (notice) to hear (notice), and left", "They met to hear, and left"),
        ("They met(a notice)to hear", "They met to hear"),
        ("They met advertto hear", "They met to hear"),
        ("They metadvert to hear", "They met to hear"),
        ("They met advert advertto hear", "They met to hear"),
        ("They memadvertbered", "They membered"),
        ("They left advert. Nobody spoke", "They left. Nobody spoke"),
        ("They left.advertNobody spoke", "They left. Nobody spoke"),
        ("They left (all)advert, and “I”advert too", "They left (all), and “I” too"),
        ("They know advert.net and advert.", "They know .net and."),
        ("Say “advertno” for $advert5", "Say “no” for $5"),
        ("他走了。advert她说advert不", "他走了。她说不"),
        ("advert They left advert", "They left"),
    ] {
        assert_eq!(kept(&cleaner, line), [rest], "{line}");
    }
}

#[test]
fn context_rules_see_the_hits_of_other_rules_and_chain_down_the_page() {
    let cleaner = cleaner(&[
        (
            "heading",
            "kind = \"related-block\"\nmatch = { line = [\"you may also like\"] }\ndo = \"drop-line\"",
        ),
        (
            "item",
            "kind = \"related-block\"\nzone = \"tail\"\ndo = \"drop-line\"\n\
             match = { max_words = 8, ending = \"open\", after = { kind = \"related-block\", within = 1 } }",
        ),
    ]);
    let text = format!(
        "A label\n{PROSE}\nKeep this\nYou may also like\nOne story\nAnother story\nA sentence, closed.\nOut of reach"
    );
    assert_eq!(kept(&cleaner, &text), ["A label", "Keep this", "A sentence, closed.", "Out of reach"]);
}

#[test]
fn what_stands_above_a_hit_is_reached_by_before_and_chains_upwards() {
    let cleaner = cleaner(&[
        ("clock", "kind = \"player-clock\"\nmatch = { shape = \"clock\" }\ndo = \"drop-line\""),
        (
            "label",
            "kind = \"player-clock\"\nmatch = { max_words = 1, before = { kind = \"player-clock\", within = 1 } }\ndo = \"drop-line\"",
        ),
    ]);
    assert_eq!(kept(&cleaner, "First words\nListen\nPodcasts\n0:00\nAfter"), ["First words", "After"]);
}

#[test]
fn runs_drop_together_or_not_at_all_and_take_stops_counting() {
    let run = "match = { max_words = 2, ending = \"open\", run = 3 }\ndo = \"drop-line\"";
    let cleaner_run = cleaner(&[("run", run)]);
    assert_eq!(kept(&cleaner_run, &format!("One\nTwo\n{PROSE}\nA\nB\nC")), ["One", "Two"]);
    let cleaner_take = cleaner(&[("take", "match = { line = [\"menu\"], take = 2 }\ndo = \"drop-line\"")]);
    assert_eq!(kept(&cleaner_take, "Menu\nmenu\nMENU"), ["MENU"]);
}

#[test]
fn the_first_kept_line_is_known_after_the_noise_above_it() {
    let cleaner = cleaner(&[
        ("skip", "kind = \"skip-link\"\nmatch = { line = [\"skip to content\"] }\ndo = \"drop-line\""),
        (
            "title",
            "kind = \"title-repeat\"\nmatch = { position = \"first-kept\", take = 1 }\ndo = { capture = \"title\", leave = true }",
        ),
        (
            "repeat",
            "kind = \"title-repeat\"\nmatch = { same_as = \"title\", likeness = 0.92, after = { rule = \"title\", within = 9 } }\ndo = \"drop-line\"",
        ),
    ]);
    let cleaned = cleaner
        .clean(&page(&format!("Skip to content\nThe Bridge Falls\nby us\nThe  bridge falls\n{PROSE}")));
    assert_eq!(cleaned.article.title, "The Bridge Falls");
    assert_eq!(cleaned.article.text, format!("The Bridge Falls\n\nby us\n\n{PROSE}"));
}

#[test]
fn guards_keep_a_rule_from_its_line() {
    let cleaner = cleaner(&[(
        "more",
        "match = { starts = [\"read more\"] }\nunless = { has = [\"?\"], ending = \"closed\" }\ndo = \"drop-line\"",
    )]);
    assert_eq!(
        kept(&cleaner, "Read more\nRead more than one book a year?"),
        ["Read more than one book a year?"]
    );
}

#[test]
fn the_guard_gives_prose_back_when_too_much_would_go_without_a_decisive_rule() {
    let cleaner = cleaner(&[
        ("weak", "match = { has = [\"committee\"] }\ndo = \"drop-line\"\nscore = 0.6"),
        ("weak-too", "match = { has = [\"bridge\"] }\ndo = \"drop-line\"\nscore = 0.6"),
        ("sure", "match = { line = [\"share this\"] }\ndo = \"drop-line\""),
    ]);
    let judged = cleaner.judge(&page(&format!("{PROSE}\nShare this\n{PROSE}")));
    assert_eq!(judged.cleaned.article.text, format!("{PROSE}\n\n{PROSE}"));
    assert_eq!(judged.cleaned.article.flags, ["over-cut"]);
    assert_eq!(judged.decision.verdicts[1].kind, VerdictKind::Drop);
}

#[test]
fn a_line_that_the_guard_gives_back_loses_its_cut_all_the_same() {
    let half = "match = { has = [\"committee\"] }\ndo = \"drop-line\"\nscore = 0.5";
    let too = "match = { has = [\"engineers\"] }\ndo = \"drop-line\"\nscore = 0.5";
    let cut = "match = { has = [\"under the old bridge\"] }\ndo = \"cut-span\"\nzone = \"body\"";
    let cleaned = cleaner(&[("half", half), ("too", too), ("cut", cut)]).clean(&page(PROSE));
    assert_eq!(cleaned.article.flags, ["over-cut"]);
    assert_eq!(cleaned.article.text, PROSE.replace(" under the old bridge", ""));
    assert_eq!(cleaned.removals.len(), 1);
    assert_eq!(cleaned.removals[0].action, "cut-span");
}

#[test]
fn the_first_of_a_run_does_not_speak_against_the_others() {
    let run = "kind = \"menu\"\nmatch = { has = [\"zap\"], run = 3 }\nunless = { after = { kind = \"menu\", within = 1 } }\ndo = \"drop-line\"";
    let cleaner = cleaner(&[("run", run)]);
    assert_eq!(kept(&cleaner, "start\nzap a\nzap b\nzap c\nzap d\nend"), ["start", "end"]);
}

#[test]
fn a_rule_that_hits_what_its_range_takes_counts_once() {
    let cut =
        "match = { has = [\"zap\"] }\ndo = \"cut-to-end\"\nzone = \"any\"\ninputs = [\"text\"]\nscore = 0.6";
    let more = "match = { has = [\"foo\"] }\ndo = \"drop-line\"\nscore = 0.4";
    let cleaned =
        cleaner(&[("cut", cut), ("more", more)]).clean(&page("start\nzap foo\nmid\nzap again\nend"));
    assert_eq!(cleaned.article.text, "start");
    let rules: Vec<usize> = cleaned.removals.iter().map(|removal| removal.rules.len()).collect();
    assert_eq!(rules, [2, 1, 1, 1]);
}

#[test]
fn what_is_cut_does_not_hang_on_how_many_phrases_a_rule_has() {
    let others = (0..8).map(|nth| format!(", \"other {nth}\"")).collect::<String>();
    for others in ["", &others] {
        let rule = format!(
            "match = {{ has = [\"xaxa\"{others}], glued = true }}\ndo = \"cut-span\"\nzone = \"any\"\ninputs = [\"text\"]"
        );
        assert_eq!(kept(&cleaner(&[("cut", &rule)]), "so xaxaxa it is"), ["so it is"]);
    }
}

#[test]
fn lines_are_held_against_every_value_that_a_field_captured() {
    let capture = "match = { starts = [\"see \"] }\ndo = { capture = \"related\" }";
    let same = "match = { same_as = \"related\" }\ndo = \"drop-line\"";
    let cleaner = cleaner(&[("capture", capture), ("same", same)]);
    let text = "see The Long Road\nsee A Short Way\nA Short Way\nAnother Way Altogether\nThe Long Road";
    assert_eq!(kept(&cleaner, text), ["Another Way Altogether"]);
}

#[test]
fn every_captured_value_counts_for_sameness_and_the_first_ones_for_likeness() {
    let capture = "match = { starts = [\"see \"] }\ndo = { capture = \"related\", leave = true }";
    let cleaner = |likeness: &str| {
        let same = format!("match = {{ same_as = \"related\"{likeness} }}\ndo = \"drop-line\"");
        cleaner(&[("capture", capture), ("same", &same)])
    };
    let seen = (1000..1200).map(|nth| format!("see {nth} of the old roads\n")).collect::<String>();
    let text =
        format!("{seen}1000 of the old roads\n1199 of the old roads\nbut of a thousand roads there is none");
    let stays =
        |lines: Vec<String>| lines.into_iter().filter(|line| !line.starts_with("see")).collect::<Vec<_>>();
    assert_eq!(stays(kept(&cleaner(""), &text)), ["but of a thousand roads there is none"]);
    let alike = format!("{seen}1000 of the old road\n1199 of the old roads\n1199 of the older coaches");
    assert_eq!(stays(kept(&cleaner(", likeness = 0.9"), &alike)), ["1199 of the older coaches"]);
    // A value is not held against its own line.
    let own = cleaner(", likeness = 0.5");
    assert_eq!(kept(&own, "see the old road"), ["see the old road"]);
    assert_eq!(kept(&own, "see the old road\nsee the old road"), Vec::<String>::new());
}

#[test]
fn a_page_of_captured_or_protected_lines_is_settled_in_a_moment() {
    let count = 40_000;
    let started = std::time::Instant::now();
    let note = "match = { starts = [\"note\"] }\ndo = { capture = \"notes\" }";
    let same = "match = { same_as = \"notes\", likeness = 0.97, min_words = 2 }\ndo = \"drop-line\"";
    let notes = (0..count).map(|nth| format!("note {nth:07} abc\n")).collect::<String>();
    kept(&cleaner(&[("note", note), ("same", same)]), &notes);

    let rules = [
        ("gone", "match = { starts = [\"d\"] }\ndo = \"drop-line\""),
        ("mark", "kind = \"share\"\nmatch = { starts = [\"k\"] }\ndo = { flag = \"x\" }"),
        (
            "keep",
            "kind = \"menu\"\nmatch = { starts = [\"p\"], after = { kind = \"share\", within = 1000000 } }\ndo = \"protect\"",
        ),
        (
            "first",
            "match = { starts = [\"p\"], any = [{ position = \"first-kept\" }, { line = [\"o\"] }] }\ndo = \"drop-line\"",
        ),
        ("last", "match = { position = \"last-kept\", starts = [\"p\"] }\ndo = \"drop-line\""),
    ];
    let protected = format!("{}k\n{}", "d x\n".repeat(count), "p x\n".repeat(count));
    assert_eq!(kept(&cleaner(&rules), &protected).len(), count);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn flags_mark_the_page_and_skip_page_leaves_it_out() {
    let cleaner = cleaner(&[
        (
            "wall",
            "kind = \"paywall\"\nmatch = { starts = [\"subscribe to continue\"] }\ndo = { flag = \"paywall\" }",
        ),
        (
            "robot",
            "kind = \"generator\"\nzone = \"head\"\nmatch = { line = [\"are you a robot?\"] }\ndo = \"skip-page\"",
        ),
    ]);
    let cleaned = cleaner.clean(&page(&format!("{PROSE}\nSubscribe to continue reading")));
    assert_eq!((cleaned.article.text.as_str(), cleaned.article.flags.len()), (PROSE, 1));
    let cleaned = cleaner.clean(&page("Are you a robot?"));
    assert!(matches!(cleaned.outcome, dehusk::model::Outcome::Skipped(_)));
}

#[test]
fn a_time_belongs_to_its_date_whichever_comes_first() {
    let date = "kind = \"date\"\nmatch = { template = [\"sent {time} on {date}\", \"sent {date}, at {time} {tz}, seen {date}\"] }\n\
                do = { capture = \"published\" }";
    let cleaner = cleaner(&[("date", date)]);
    for line in ["Sent 12:47 on 3 May 2020", "Sent 3 May 2020, at 12:47 GMT, seen 4 May 2020"] {
        let article = cleaner.clean(&page(line)).article;
        assert!(article.published.starts_with("2020-05-03T12:47"), "{line}: {:?}", article.published);
    }
}

#[test]
fn captured_lines_leave_the_text_and_fill_the_record() {
    let cleaner = cleaner(&[
        ("by", "kind = \"byline\"\nmatch = { template = [\"by {name}\"] }\ndo = { capture = \"authors\" }"),
        (
            "on",
            "kind = \"date\"\nmatch = { template = [\"{date}\", \"posted on {date}\"] }\ndo = { capture = \"published\" }",
        ),
    ]);
    let cleaned = cleaner.clean(&page(&format!(
        "By Jane Doe\nPosted on 3 January 2020, 15:01 GMT\n{PROSE}\nBy Other Person\n4 Jan 2021"
    )));
    assert_eq!(cleaned.article.authors, ["Jane Doe"], "bylines below the prose are other stories'");
    assert_eq!(cleaned.article.published, "2020-01-03T15:01Z");
    assert_eq!(cleaned.article.text, PROSE);
}

#[test]
fn a_beginning_keeps_its_colon() {
    let cleaner = cleaner(&[("more", "match = { starts = [\"Read more:\"] }\ndo = \"drop-line\"")]);
    assert_eq!(kept(&cleaner, "Read more: the bridge\nRead more than one book"), ["Read more than one book"]);
}
