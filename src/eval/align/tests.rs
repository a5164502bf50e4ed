//! Pages with their gold in capitals, the quick ways beside the plain ones, and words that took minutes.

use super::super::words::Vocabulary;
use super::*;
use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::prelude::*;

/// The page with the words of gold in capitals.
fn marked(page: &str, gold: &str) -> String {
    let mut vocabulary = Vocabulary::new();
    let (mut tokens, mut lines) = (Vec::new(), Vec::new());
    for line in page.lines() {
        let first = tokens.len();
        tokens.extend(vocabulary.tokens(line));
        lines.push(first..tokens.len());
    }
    let gold = vocabulary.tokens(gold);
    let mine = align(&tokens, &gold, &lines);
    let mut marks = mine.iter();
    let line = |line: &str| {
        let word = |word: &str| if *marks.next().unwrap() { word.to_uppercase() } else { word.to_owned() };
        line.split(' ').map(word).collect::<Vec<_>>().join(" ")
    };
    page.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn finds_the_article_among_its_noise() {
    let page =
        "home news sport\nthe cat sat on the mat today\nshare this\nand then it left the house\nmore news";
    let gold = "The cat sat on the mat today. And then it left the house.";
    assert_eq!(
        marked(page, gold),
        "home news sport\nTHE CAT SAT ON THE MAT TODAY\nshare this\nAND THEN IT LEFT THE HOUSE\nmore news"
    );
}

#[test]
fn words_shared_by_chance_are_noise() {
    let page = "one of the most read stories of the week on this site\na cat sat on the mat";
    assert_eq!(
        marked(page, "a cat sat on the mat of the king"),
        "one of the most read stories of the week on this site\nA CAT SAT ON THE MAT"
    );
}

#[test]
fn a_short_line_of_gold_between_noise_is_found() {
    let page = "the first line of the text\nmenu\nbackground\nlogin\nthe second line of the text";
    let gold = "The first line of the text\n\nBackground\n\nThe second line of the text";
    assert_eq!(
        marked(page, gold),
        "THE FIRST LINE OF THE TEXT\nmenu\nBACKGROUND\nlogin\nTHE SECOND LINE OF THE TEXT"
    );
}

#[test]
fn what_stands_elsewhere_in_gold_is_found_there() {
    let page =
        "a caption that was moved far away\nthe text begins here and goes on\nuntil it ends with these words";
    let gold =
        "the text begins here and goes on until it ends with these words a caption that was moved far away";
    assert_eq!(marked(page, gold), page.to_uppercase());
}

#[test]
fn part_of_a_line_may_be_gold() {
    let page = "share share share the long sentence of the article stands here login login login login";
    assert_eq!(
        marked(page, "The long sentence of the article stands here"),
        "share share share THE LONG SENTENCE OF THE ARTICLE STANDS HERE login login login login"
    );
}

fn aligner<'a>(page: &'a [u32], gold: &'a [u32]) -> Aligner<'a> {
    Aligner {
        page,
        gold,
        mine: vec![false; page.len()],
        theirs: vec![false; gold.len()],
        whole_lines: (0..page.len()).step_by(5).map(|at| (at, at + 1)).collect(),
        left: MAX_STEPS,
    }
}

/// What [`Aligner::longest`] looks for, pair by pair.
fn plain_longest(
    of: &Aligner<'_>,
    page: &Range<usize>,
    gold: &Range<usize>,
) -> Option<(usize, usize, usize)> {
    let mut best = None;
    for (at, to) in page.clone().flat_map(|at| gold.clone().map(move |to| (at, to))) {
        let len = (of.page[page.start..=at].iter().rev())
            .zip(of.gold[gold.start..=to].iter().rev())
            .take_while(|(mine, theirs)| mine == theirs)
            .count();
        let counts = len > 1 || len == 1 && of.whole_lines.get(&at) == Some(&(at + 1));
        if counts && best.is_none_or(|(_, _, longest)| len >= longest) {
            best = Some((at + 1 - len, to + 1 - len, len));
        }
    }
    best
}

/// What [`Aligner::moved`] does, place by place.
fn plain_moved(of: &mut Aligner<'_>) {
    let mut at = 0;
    while at < of.page.len() {
        let alike = |to: usize| {
            let mine = of.page[at..].iter().zip(&of.mine[at..]);
            let theirs = of.gold[to..].iter().zip(&of.theirs[to..]);
            mine.zip(theirs).take_while(|(mine, theirs)| mine == theirs && !mine.1).count()
        };
        let best = (0..of.gold.len()).map(|to| (alike(to), std::cmp::Reverse(to))).max();
        match best.filter(|(len, _)| *len >= MOVED) {
            Some((len, std::cmp::Reverse(to))) => {
                of.take(at, to, len);
                at += len;
            }
            None => at += 1,
        }
    }
}

proptest! {
    #[test]
    fn the_quick_ways_find_what_the_plain_ones_do(
        page in vec((0..3u32, weighted(0.1)), 0..60),
        gold in vec((0..3u32, weighted(0.1)), 0..60),
        cut in 0..9usize,
    ) {
        let words = |side: &[(u32, bool)]| side.iter().map(|(word, _)| *word).collect::<Vec<_>>();
        let matched = |side: &[(u32, bool)]| side.iter().map(|(_, matched)| *matched).collect::<Vec<_>>();
        let (page_words, gold_words) = (words(&page), words(&gold));
        let mut quick = aligner(&page_words, &gold_words);
        let part = |len: usize| cut.min(len)..len.saturating_sub(cut).max(cut.min(len));
        let (mine, theirs) = (part(page.len()), part(gold.len()));
        prop_assert_eq!(quick.longest(&mine, &theirs), plain_longest(&quick, &mine, &theirs));
        (quick.mine, quick.theirs) = (matched(&page), matched(&gold));
        let mut plain = aligner(&page_words, &gold_words);
        (plain.mine, plain.theirs) = (matched(&page), matched(&gold));
        quick.moved();
        plain_moved(&mut plain);
        prop_assert_eq!((quick.mine, quick.theirs), (plain.mine, plain.theirs));
    }
}

/// With these words the first two took more than a minute each.
#[test]
fn phrases_that_repeat_cost_no_more_than_a_page_may() {
    let repeat = |phrase: &str| phrase.repeat(20_000 / phrase.split(' ').count());
    let found = |page: &str, gold: &str| {
        let marked = marked(repeat(page).trim_end(), repeat(gold).trim_end());
        marked.split(' ').filter(|word| *word != word.to_lowercase()).count()
    };
    // Six words of seven are alike, and are found out of order.
    assert_eq!(found("x a b c d e f ", "a b c d e f y "), 20_000 / 8 * 6);
    found("x a a a a a a a ", "y a a a a a a ");
    found("x a b y c d z e f ", "a b u c d v e f w ");
}

#[test]
fn empty_sides_share_nothing() {
    assert_eq!(marked("a b", ""), "a b");
    assert_eq!(marked("", "a b"), "");
}

#[test]
fn the_longest_rise_is_kept() {
    let pairs = [(0, 5), (1, 1), (2, 2), (3, 9), (4, 3), (5, 4)];
    assert_eq!(longest_rise(&pairs), [(1, 1), (2, 2), (4, 3), (5, 4)]);
    assert_eq!(longest_rise(&[]), []);
}
