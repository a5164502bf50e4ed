//! What holds for any page: nothing is lost, nothing goes without a reason, and the same page gives the same article.

#![expect(clippy::panic, reason = "a helper of a test may fail like the test itself")]

mod support;

use dehusk::clean::{Cleaner, Workspace};
use dehusk::model::{Cleaned, Outcome, Page, Profile};
use dehusk::rules::{RuleFile, builtin, load};
use dehusk::source::html_page;
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};
use support::{put_back, without_space};

static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| match load(&builtin()) {
    Ok(set) => Cleaner::builder(Arc::new(set)).profile(Profile::Careful).build(),
    Err(faults) => panic!("{}", faults.render(false, 100)),
});

/// Rules that cut and capture, among the built-in ones.
static CUTTER: LazyLock<Cleaner> = LazyLock::new(|| {
    let rules = "schema = 1\n[pack]\nid = \"t\"\nversion = \"1\"\nabout = \"t\"\nlicense = \"CC0-1.0\"\n\
        [[rule]]\nid = \"cut\"\nkind = \"share\"\nabout = \"t\"\nmatch = { has = [\"zap\", \"zap zap\", \"。\"], glued = true }\n\
        do = \"cut-span\"\ninputs = [\"text\"]\ndrop = [\"zap\"]\nkeep = [\"y\"]\n\
        [[rule]]\nid = \"more\"\nkind = \"share\"\nabout = \"t\"\nmatch = { regex = ['zap[[:space:]]{0,3}'] }\n\
        do = \"cut-span\"\ninputs = [\"text\"]\nscore = 0.5\ndrop = [\"zap\"]\nkeep = [\"y\"]\n\
        [[rule]]\nid = \"seen\"\nkind = \"share\"\nabout = \"t\"\nmatch = { starts = [\"see \"] }\n\
        do = { capture = \"notes\" }\ndrop = [\"see x\"]\nkeep = [\"y\"]\n";
    let files: Vec<RuleFile> =
        builtin().into_iter().chain([RuleFile::new("t.toml", rules.to_owned())]).collect();
    match load(&files) {
        Ok(set) => Cleaner::builder(Arc::new(set)).profile(Profile::Careful).build(),
        Err(faults) => panic!("{}", faults.render(false, 100)),
    }
});

fn page(text: &str) -> Page {
    Page { text: text.to_owned(), ..Page::default() }
}

fn assert_whole(page: &Page, cleaned: &Cleaned) -> Result<(), TestCaseError> {
    prop_assert_eq!(put_back(page, cleaned), without_space(&page.text));
    for removal in &cleaned.removals {
        prop_assert!(
            !removal.rules.is_empty(),
            "{:?} went without a reason",
            &page.text[removal.span.range()]
        );
    }
    prop_assert!(!cleaned.article.text.contains('\r') && !cleaned.article.text.contains("\n\n\n"));
    let is_empty = matches!(cleaned.outcome, Outcome::Empty | Outcome::Skipped(_));
    prop_assert!(is_empty || !cleaned.article.text.is_empty());
    Ok(())
}

/// Pages of noise and prose in any order: what rules are about, and what they must not touch.
fn noisy_page() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        3 => "[A-Z][a-z]{2,9}( [a-z]{1,9}){18,30}[.!?]",
        2 => "(Home|News|Sport|About us|Contact|Search|Menu|Sign in|Log in|Subscribe|Share|Print)",
        2 => "(Leave a Reply|Post a Comment|No comments:|Read more|You may also like|Related articles|Comments are closed\\.)",
        1 => "(0:00|27:38|1:02:03 / 2:00:00|© 2020 Example|3 Jan, 2020 12:47|By Jane Doe|By JANE DOE and Max Muster)",
        1 => "icon bookmark-bicon bookmarkicon cameraicon checkicon chevron downicon chevron lefticon",
        1 => "(Also on rt\\.com|ALSO ON RT\\.COM|Read more:) ?[A-Z][a-z]{3,9}( [a-z]{2,9}){2,9}",
        1 => "\\PC{0,60}",
        1 => "[ \\t\u{a0}]{0,3}",
    ];
    (prop::collection::vec(line, 0..40), prop::sample::select(vec!["\n", "\n\n", "\n \n"]))
        .prop_map(|(lines, parting)| lines.join(parting))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_article_and_what_was_removed_give_the_page_back(text in noisy_page()) {
        let page = page(&text);
        let cleaned = CLEANER.clean(&page);
        assert_whole(&page, &cleaned)?;
    }

    #[test]
    fn what_was_cut_out_of_lines_gives_the_page_back_and_leaves_their_words_whole(
        lines in prop::collection::vec(
            prop::collection::vec("(see|[a-z]{2,5}|é[a-z]|分|“|”|[.,]|zap|ZAP|ｚap|…|。|za\u{ad}p)[ \u{a0}\u{3000}\t]{0,2}", 0..12),
            0..12,
        ),
    ) {
        let page = page(&lines.iter().map(|parts| parts.concat()).collect::<Vec<_>>().join("\n\n"));
        let cleaned = CUTTER.clean(&page);
        assert_whole(&page, &cleaned)?;
        // No word is made of two that white space parted.
        let longest = |text: &str| text.split(|c: char| !c.is_alphanumeric() || c == '分').map(str::len).max();
        prop_assert!(longest(&cleaned.article.text) <= longest(&page.text.replace(['\u{ad}', '。'], "")), "{:?}", cleaned.article.text);
    }

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        let page = page(&text);
        assert_whole(&page, &CLEANER.clean(&page))?;
    }

    #[test]
    fn the_article_and_what_was_removed_give_the_lines_of_html_back(
        parts in prop::collection::vec(
            prop_oneof![
                "<(p|div class=(share|nav|sidebar|lead)|li|ul|tr|td|table|pre|nav|footer|a href=x|h2|br|b)>",
                "</(p|div|li|ul|td|table|pre|nav|footer|a|h2|b)>",
                "[A-Z][a-z]{2,9}( [a-z]{1,9}){18,30}[.!?]",
                "(Home|Share|Read more|&copy; 2020 Example|By Jane Doe|  x\n   y)",
            ],
            0..60,
        )
    ) {
        let page = html_page(&parts.concat());
        assert_whole(&page, &CLEANER.clean(&page))?;
    }

    #[test]
    fn cleaning_a_clean_article_removes_nothing_that_no_rule_names(text in noisy_page()) {
        let first = CLEANER.clean(&page(&text));
        let again = page(&first.article.text);
        let second = CLEANER.clean(&again);
        assert_whole(&again, &second)?;
    }

    #[test]
    fn a_used_workspace_gives_the_answer_of_a_fresh_one(texts in prop::collection::vec(noisy_page(), 2..5)) {
        let mut workspace = Workspace::default();
        let mut cleaned = Cleaned::default();
        for text in texts {
            let page = page(&text);
            CLEANER.clean_with(&mut workspace, &page, &mut cleaned);
            prop_assert_eq!(&cleaned, &CLEANER.clean(&page));
        }
    }
}

#[test]
fn menus_above_the_date_are_no_authors() {
    let prose = "The harbour was quiet that morning, and nobody on the quay had heard the news that would change the town.";
    for (head, authors) in [
        ("Search\nContact Us\n3 January 2020", &[][..]),
        ("Anna Weiss\n3 January 2020", &["Anna Weiss"]),
        ("Video Production\nAnna Weiss\nBo Hall\n3 January 2020", &["Anna Weiss", "Bo Hall"]),
        ("Subscribe\nBy Anna Weiss\n3 January 2020", &["Anna Weiss"]),
        ("By\nMadonna\n3 January 2020", &["Madonna"]),
    ] {
        let cleaned =
            CLEANER.clean(&page(&format!("A quiet day in the harbour\n{head}\n\n{prose}\n{prose}")));
        assert_eq!(cleaned.article.authors, authors, "{head}");
    }
}
