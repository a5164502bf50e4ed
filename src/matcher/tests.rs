//! The strategies against the plain walk: whatever the tables nominate, the hits must be those of trying every rule
//! on every line.

use super::*;
use crate::rules::{RuleFile, RuleSet, load};
use crate::segment::{Twins, segment, segment_twins_into};
use proptest::prelude::*;

fn rule_set(rules: &[String]) -> RuleSet {
    let mut text =
        "schema = 1\n[pack]\nid = \"t\"\nversion = \"1\"\nabout = \"t\"\nlicense = \"CC0-1.0\"\n".to_owned();
    text.push_str("[lists.vocabulary]\nwords = \"icon share up a b\"\n");
    for (index, rule) in rules.iter().enumerate() {
        text.push_str(&format!(
            "[[rule]]\nid = \"r{index}\"\nkind = \"menu\"\nabout = \"t\"\n{rule}\ndrop = [\"x\"]\nkeep = [\"y\"]\n"
        ));
    }
    match load(&[RuleFile::new("t.toml", text)]) {
        Ok(set) => set,
        Err(faults) => panic!("{}", faults.render(false, 100)),
    }
}

/// Every running rule tried on every line.
fn walk_all(engine: &Engine, text: &str, lines: &Lines) -> Finds {
    let mut scratch = Scratch::default();
    scratch.fold(text, lines, true);
    let Scratch { folded, forms, asked, classes, .. } = &scratch;
    let page = PageView { text, lines, markup: None, folded, forms, asked, classes };
    let mut finds = Finds::default();
    for line in 0..lines.lines.len() as u32 {
        for (index, rule) in engine.rules.iter().enumerate() {
            let runs = rule.runs && engine.scopes[rule.scope].holds(PageScope::default());
            if runs && engine.doors[index].admits(&lines.lines[line as usize]) {
                rule.judge(Candidate { line, rule: RuleId::new(index) }, &page, &mut finds);
            }
        }
    }
    finds.hits.sort_unstable();
    finds
}

/// `scratch` may have seen other pages.
fn assert_same(engine: &Engine, text: &str, scratch: &mut Scratch) -> Result<usize, TestCaseError> {
    let mut lines = Lines::default();
    segment_twins_into(text, &mut lines, &mut Twins::default());
    let (_, finds) = engine.find(text, &lines, PageScope::default(), scratch);
    let naive = walk_all(engine, text, &lines);
    prop_assert_eq!(&finds.hits, &naive.hits, "hits on {:?}", text);
    // What waits for its context was found, or is admitted by its bounds wherever its context holds.
    for pending in &finds.pending {
        prop_assert!(naive.pending.contains(pending), "{:?} on {:?}", pending, text);
    }
    let (rows, stride) = (engine.admitted(finds), bits::words(lines.lines.len()));
    for pending in naive.pending.iter().filter(|pending| !finds.pending.contains(pending)) {
        let row = |place| &rows[place * stride..];
        let admitted = engine
            .context
            .place(pending.rule)
            .is_some_and(|place| bits::contains(row(place), pending.line as usize));
        prop_assert!(admitted, "{:?} on {:?}", pending, text);
    }
    Ok(finds.hits.len() + finds.pending.len())
}

fn matcher() -> impl Strategy<Value = String> {
    let phrase = || "(share|up|read|a|b|é|分享|<<|©)( (this|more|a|b|on|-|x)){0,2}";
    let phrases = || prop::collection::vec(phrase(), 1..12).prop_map(|list| format!("{list:?}"));
    let test = prop_oneof![
        phrases().prop_map(|list| format!("line = {list}")),
        phrases().prop_map(|list| format!("starts = {list}")),
        phrases().prop_map(|list| format!("ends = {list}")),
        phrases().prop_map(|list| format!("has = {list}")),
        phrases().prop_map(|list| format!("has = {list}, glued = true")),
        phrase().prop_map(|p| format!("template = [\"{p} {{n}} b\", \"{p} {{any}}\"]")),
        Just("template = [\"{n} shares\", \"{date}\", \"{clock} / {clock}\"]".to_owned()),
        Just(
            "template = [\"{name} | {date}\", \"{name}\", \"{any} on {any} b {any}\", \"{ago}\"]".to_owned()
        ),
        Just("regex = '''(?i)^sha?re\\b|read +more'''".to_owned()),
        Just("regex = '''\\bthis (\\d+)'''".to_owned()),
        Just("regex = '''[aé]$''', slow = true".to_owned()),
        Just("words = { list = \"vocabulary\", cover = 0.8, min = 2 }".to_owned()),
        Just("words = { list = \"vocabulary\", cover = 1.0, min = 1 }".to_owned()),
        Just("template = [\"{title} →\", \"• {n} a\"]".to_owned()),
        Just("shape = [\"menu\", \"number\"]".to_owned()),
    ];
    let extra = prop_oneof![
        Just(String::new()),
        Just(", max_words = 3".to_owned()),
        Just(", ending = \"closed\"".to_owned()),
        Just(", after = { kind = \"menu\", within = 2 }".to_owned()),
    ];
    let table = (test, extra).prop_map(|(test, extra)| format!("{test}{extra}"));
    prop_oneof![
        4 => table.clone().prop_map(|table| format!("{{ {table} }}")),
        1 => table.clone().prop_map(|table| format!("{{ {table}, take = 1 }}")),
        1 => (table.clone(), table).prop_map(|(a, b)| format!("{{ any = [{{ {a} }}, {{ {b} }}] }}")),
    ]
}

fn rule() -> impl Strategy<Value = String> {
    let guard =
        prop_oneof![3 => Just(String::new()), 1 => Just("unless = { has = [\"x\", \"on a\"] }\n".to_owned())];
    let action = prop_oneof![
        Just("do = \"drop-line\""),
        Just("do = \"cut-span\"\nzone = \"head\""),
        Just("do = { capture = \"authors\" }")
    ];
    (matcher(), guard, action)
        .prop_map(|(matcher, guard, action)| format!("match = {matcher}\n{guard}{action}"))
}

fn page() -> impl Strategy<Value = String> {
    let word = "share|this|up|upicon|shareup|read|more|a|b|é|on|x|-|<<|©|分享|→|•|12|3 jan 2020|Ann|Jane Doe|von Bo|\\||yesterday|0:00 /|1:30|shares|[.!]";
    prop::collection::vec(prop::collection::vec(word, 0..7).prop_map(|words| words.join(" ")), 0..12)
        .prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_strategies_find_what_trying_every_rule_finds(
        rules in prop::collection::vec(rule(), 2..8),
        // Enough phrases to leave the packed searcher and the short lists behind, in half of the cases.
        crowd in prop::sample::select(vec![0usize, 100]),
        pages in prop::collection::vec(page(), 1..4),
    ) {
        let crowd = (0..crowd).map(|i| format!("match = {{ has = [\"crowd {i} stands\"] }}\ndo = \"drop-line\""));
        let rules: Vec<String> = rules.into_iter().chain(crowd).collect();
        let engine = Engine::new(&rule_set(&rules), false);
        // What one engine found on a line is not what another does.
        let other = Engine::new(&rule_set(&rules[1..]), false);
        let mut scratch = Scratch::default();
        for engine in [&engine, &other] {
            for page in pages.iter().chain(&pages) {
                assert_same(engine, page, &mut scratch)?;
            }
        }
    }
}

#[test]
fn every_strategy_finds_its_rule_where_it_stands() {
    let rules = [
        "match = { line = [\"Read more\"] }\ndo = \"drop-line\"",
        "match = { starts = [\"Also on rt.com\"] }\ndo = \"drop-line\"",
        "match = { ends = [\"min read\"] }\ndo = \"drop-line\"",
        "match = { has = [\"share this\"] }\ndo = \"cut-span\"\nzone = \"head\"",
        "match = { template = [\"posted on {date} by {name}\"] }\ndo = { capture = \"authors\" }",
        "match = { regex = '''(?i)^photo(?:graph)?s? by (?P<value>.+)$''' }\ndo = { capture = \"authors\" }",
        "match = { words = { list = \"vocabulary\", cover = 1.0, min = 3 } }\ndo = \"drop-line\"",
    ]
    .map(str::to_owned);
    let set = rule_set(&rules);
    let engine = Engine::new(&set, false);
    let text = "READ MORE »\nALSO ON RT.COMPompeo\n5 min read\nPlease share this, share this\nPosted on 3 Jan 2020 by \
                Jane Doe\nPhotos by Max Muster\nicon upicon share-b\nnothing here";
    let lines = segment(text);
    let mut scratch = Scratch::default();
    let (_, finds) = engine.find(text, &lines, PageScope::default(), &mut scratch);
    let shown: Vec<(usize, &str, &str)> = finds
        .hits
        .iter()
        .map(|hit| (hit.rule.index(), &text[hit.span.range()], &text[hit.value.range()]))
        .collect();
    assert_eq!(
        shown,
        [
            (0, "READ MORE", "READ MORE »"),
            (1, "ALSO ON RT.COM", "Pompeo"),
            (2, "min read", "5"),
            (3, "share this", "share this"),
            (3, "share this", "share this"),
            (4, "Posted on 3 Jan 2020 by Jane Doe", "Jane Doe"),
            (5, "Photos by Max Muster", "Max Muster"),
            (6, "icon upicon share-b", "icon upicon share-b"),
        ]
    );
    let lines = segment(text);
    assert_eq!(walk_all(&engine, text, &lines).hits, finds.hits);
}
