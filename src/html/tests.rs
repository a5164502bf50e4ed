//! Pages into lines, by cases.

use super::render_into;
use crate::model::{Block, Form, Markup};
use proptest::prelude::*;

fn rendered(html: &str) -> (String, Markup) {
    let (mut text, mut markup) = (String::new(), Markup::default());
    render_into(html, &mut text, &mut markup);
    (text, markup)
}

fn text(html: &str) -> String {
    rendered(html).0
}

/// The block of the only line that reads so.
fn block(html: &str, line: &str) -> (Block, Markup) {
    let (text, markup) = rendered(html);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let at =
        lines.iter().position(|found| *found == line).unwrap_or_else(|| panic!("no `{line}` in {text:?}"));
    (markup.blocks[at], markup)
}

fn names(html: &str, line: &str) -> Vec<String> {
    let (found, mut markup) = block(html, line);
    markup.blocks = vec![found];
    markup.elements_of(0).map(|element| markup.names.get(element.names).to_owned()).collect()
}

#[test]
fn blocks_part_lines_and_letters_do_not() {
    for (html, shown) in [
        ("<p>One <b>bold</b>\n word</p><p>Two", "One bold word\n\nTwo"),
        ("a<span>b</span>c<br>d<br><br>e", "abc\nd\n\ne"),
        ("<div>one<div>two</div>three</div>", "one\n\ntwo\n\nthree"),
        ("<h1>Title</h1>text<hr>more", "Title\n\ntext\n\nmore"),
        (
            "<p>&lt;b&gt; &amp; caf&eacute; &#x2014; &nbsp;x &unknown; &copy 2020",
            "<b> & café — \u{a0}x &unknown; © 2020",
        ),
        ("<p> \u{a0} </p><p>x</p>", "x"),
        ("a<br>&nbsp;<br>b<br>c&nbsp;<br>d", "a\n\nb\nc\nd"),
        ("<button>Share</button><button>Print</button>", "Share\n\nPrint"),
        ("<blockquote><p>Said.</p></blockquote>", "Said."),
        ("<ruby>漢<rp>(<rt>kan<rp>)<rp>)</ruby>字", "漢kan字"),
        ("plain text", "plain text"),
        ("", ""),
    ] {
        assert_eq!(text(html), shown, "{html}");
    }
}

#[test]
fn marked_text_is_read_in_formulas_only() {
    let html =
        "<p><math><mtext><![CDATA[a<b]]></mtext><mtext><b><![CDATA[y]]></b></mtext></math><![CDATA[y]]> x";
    assert_eq!(text(html), "a<b x");
}

#[test]
fn items_and_rows_stand_close_together() {
    for (html, shown) in [
        ("<p>Buy:<ul><li>milk<li>bread</ul><p>Soon.", "Buy:\n\nmilk\nbread\n\nSoon."),
        ("<ul><li><p>one</p></li>\n<li><p>two</p><p>three</p></li></ul>", "one\ntwo\n\nthree"),
        ("<dl><dt>Term<dd>Meaning<dt>Next<dd>Other</dl>", "Term\nMeaning\nNext\nOther"),
        ("<table><tr><th>Year<th>Sum<tr><td>2020<td><td>7</table>after", "Year\tSum\n2020\t\t7\n\nafter"),
        ("<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>", "a\n\nb"),
        ("<select><option>one<option>two</select>", "one\ntwo"),
        ("<ul><li>one<ul><li>inner</ul><li>two</ul>", "one\n\ninner\ntwo"),
    ] {
        assert_eq!(text(html), shown, "{html}");
    }
}

#[test]
fn verbatim_text_keeps_its_white_space() {
    let html = "<pre>\nfn main() {\n    run(<b>1</b>);\n\n}\n</pre><p>x";
    assert_eq!(text(html), "fn main() {\n    run(1);\n\n}\n\nx");
    assert_eq!(text("<pre>a&#13;b</pre>"), "a\nb");
    assert_eq!(text("<pre>a\n  \n  b\n\t\n</pre>c"), "a\n\n  b\n\nc");
    let (found, _) = block(html, "    run(1);");
    assert_eq!(found.form, Form::Verbatim);
}

#[test]
fn what_nobody_sees_is_not_there() {
    for html in [
        "<title>T</title><script>if (a < b) '</p>'</script><style>p{}</style><p>x",
        "<p>x<template><p>y</p></template><iframe><p>z</iframe><textarea><p>w</textarea>",
        "<svg><title>Icon</title><text>y</text></svg><p>x",
        "<svg><path/><svg></svg></svg>x",
        "<p>x<!-- <p>y --><![CDATA[z]]>",
        "<p hidden>y</p><p>x</p><div style='display: none'><div>y</div></div><span aria-hidden=true>y</span>",
        "<noscript><img src=a>Please enable JavaScript.</noscript><p>x",
        "<p>x<noscript>y</noscript></p>",
        "<dialog>y</dialog><p>x",
        "<video>y</video><canvas>z</canvas>x",
    ] {
        assert_eq!(text(html), "x", "{html}");
    }
}

#[test]
fn a_drawing_ends_where_html_goes_on() {
    assert_eq!(text("<svg><g><p>one</p><p>two"), "one\n\ntwo");
    assert_eq!(text("<svg/><a>one</a>"), "one");
    for (html, shown) in [
        ("<div><svg><path d=x></div>one <b>two</b>.<p>three", "one two.\n\nthree"),
        ("<div><a href=x><svg><path></a> one</div><p>two", "one\n\ntwo"),
        ("<p>one <svg><path></p>two <i>three</i>", "one\n\ntwo three"),
        ("<svg><path></br>one", "one"),
        // What belongs to the drawing does not end it.
        ("<a href=x><svg><a><text>y</text></a><text>z</text></svg>one</a>", "one"),
        ("<x-card><svg><g></g><text>y</text></svg>one</x-card></div>", "one"),
        ("<x-card><svg><path></x-card>one", "one"),
        ("<X-Card><svg><g><svg><path></x-card >one", "one"),
        ("<x-card><svg><g><path></g><text>y</text></x-icon><text>y</text></svg>one", "one"),
        ("<table><tr><td><svg><td></td><text>y</text></svg>one", "one"),
        ("<table><td><svg></div><text>y</text></svg>one", "one"),
    ] {
        assert_eq!(text(html), shown, "{html}");
    }
}

#[test]
fn an_element_of_any_name_ends_at_its_own_end_tag() {
    for (html, shown) in [
        ("<x-card hidden>y<x-icon></x-card>one", "one"),
        ("<x-card hidden>y<x-icon>y</x-icon>y</x-card>one", "one"),
        ("<x-card hidden><x-icon></x-other>y</X-CARD>one", "one"),
        ("<x-card>one<table><td></x-card> two", "one\n\ntwo"),
    ] {
        assert_eq!(text(html), shown, "{html}");
    }
    let long = "x-".repeat(40);
    assert_eq!(text(&format!("<{long}a hidden>y<{long}b></{long}a>one")), "one");
}

#[test]
fn a_template_ends_at_its_end_tag_whatever_is_left_open_in_it() {
    for (html, shown) in [
        ("<div><template><td>y</template><p>one</p></div>", "one"),
        ("<template><table><tr><td>y</template>one", "one"),
        ("<template><template><td>y</template>y</template>one", "one"),
        ("<div>one <noscript><table><td>y</noscript>two", "one two"),
        // What stands in it ends nothing outside of it.
        ("<table><tr><td><template></td></table>y</template>one", "one"),
        ("<table><tr><td>one<template><td>y<tr>y</template>two", "onetwo"),
        ("<b><template></b>y</template>one", "one"),
    ] {
        assert_eq!(text(html), shown, "{html}");
    }
}

#[test]
fn a_shadow_root_that_the_page_declares_is_read() {
    let html = "<x-card><template shadowrootmode=open><p>one</p><slot></slot><template>y</template></template>two</x-card>";
    assert_eq!(text(html), "one\n\ntwo");
}

#[test]
fn what_nobody_sees_parts_no_line() {
    for (html, shown) in [
        ("<p>one <span hidden>y<br>y</span>two", "one two"),
        ("<div>one <template><p>y</p><hr></template>two</div>", "one two"),
        ("<div>one <span hidden><ul><li>y</ul><table><td>y<td>y</table></span>two</div>", "one two"),
        ("<ul><li><i hidden><b>y</b><li></i></ul></p>one", "one"),
        ("<div>one<video><p>y</p></h2></video> two", "one two"),
    ] {
        assert_eq!(text(html), shown, "{html}");
    }
}

#[test]
fn a_page_that_hides_itself_is_read_all_the_same() {
    let story = "The whole story. ".repeat(20);
    let html = format!("<div style='visibility:hidden'><p>{story}</p></div><p>Wait");
    assert_eq!(text(&html), format!("{}\n\nWait", story.trim()));
    let menu = format!("<div hidden><a href=x>{story}</a></div><p>x");
    assert_eq!(text(&menu), "x");
}

#[test]
fn an_object_without_its_end_tag_does_not_take_the_page_with_it() {
    let object = "<object data=x.swf><param name=a>y<embed src=x.swf>";
    assert_eq!(text(&format!("<div>{object}</div><h1>one</h1><p>two")), "one\n\ntwo");
    assert_eq!(text(&format!("<ul><li>{object}</li><li>one</ul>two")), "one\n\ntwo");
    assert_eq!(text(&format!("<p>one{object}<p>y</p><div>y</div></object>two</p>")), "one\n\ntwo");
    let story = "The whole story. ".repeat(20);
    assert_eq!(text(&format!("{object}<p>{story}")), format!("y\n\n{}", story.trim()));
}

#[test]
fn a_noscript_that_is_taken_out_leaves_no_gap() {
    let off = "<noscript><img src=x><p>y</p></noscript>";
    for (html, shown) in [
        (format!("<ul><li>a</li><li>{off}b</li><li>c</li></ul>"), "a\nb\nc"),
        (format!("<ul><li>a</li>{off}<li>{off}<p>b</p></li></ul>"), "a\nb"),
        (format!("a<br>{off}b<br>{off}<br>c"), "a\nb\n\nc"),
        (format!("<p>a</p>{off}b"), "a\n\nb"),
    ] {
        assert_eq!(text(&html), shown, "{html}");
    }
}

#[test]
fn forum_posts_in_a_noscript_are_content() {
    let post = "A post of many words that somebody wrote. ".repeat(12);
    let html = format!("<p>Top</p><noscript><div class=post><p>{post}</p></div></noscript><p>End</p>");
    assert_eq!(text(&html), format!("Top\n\n{}\n\nEnd", post.trim()));
    let links = format!("<noscript><p><a href=x>{post}</a></noscript><p>End</p>");
    assert_eq!(text(&links), "End");
}

#[test]
fn broken_nesting_does_no_harm() {
    for (html, shown) in [
        ("<div><p>one<div>two</p>three</div>four", "one\n\ntwo\n\nthree\n\nfour"),
        ("</div></p></b><p>one</i></td>", "one"),
        ("<p>one<table><tr><td></div></p>two</table>three", "one\n\ntwo\n\nthree"),
        ("<b><p>one</b>two</p>three", "onetwo\n\nthree"),
        ("<li>one<li>two</ul><tr><td>three", "one\ntwo\n\nthree"),
        // Cells without a table hold nothing together.
        ("<ul><li hidden>y<td>y</li><li>one</ul>", "one"),
        ("<div><b hidden>y<caption>y</b>one</div>", "one"),
        ("<x-card hidden>y<th>y</x-card>one", "one"),
        ("<p>one<x-card><p>two</x-card>three", "one\n\ntwothree"),
        ("<div>one</div", "one"),
        ("<div class='a>one</div>", ""),
        ("<h2>one<h3>two</h2>three", "one\n\ntwo\n\nthree"),
    ] {
        assert_eq!(text(html), shown, "{html}");
    }
}

#[test]
fn lines_know_the_innermost_element_that_holds_them() {
    let html = "<body class=page><div id=main class='post-body'><p class=lead>One <a class=more href=x>two</a></p>\
                <p><a class=more href=y>Three</a></div>";
    assert_eq!(names(html, "One two"), ["-lead-", "-post-body- -main-"]);
    assert_eq!(names(html, "Three"), ["-more-", "", "-post-body- -main-"]);
    let (found, markup) = block(html, "One two");
    assert_eq!(found.links, 500);
    assert_eq!(markup.elements[0].bytes, "One twoThree".len() as u32);
    assert_eq!(block(html, "Three").0.links, 1000);
}

#[test]
fn links_end_where_the_page_means_them_to() {
    let links = |html, line| block(html, line).0.links;
    assert_eq!(links("<p><a href=x>one<a href=y>two</a> three four", "onetwo three four"), 375);
    assert_eq!(links("<a href=x><div>card</div></a><p>text", "card"), 1000);
    assert_eq!(links("<a href=x><div>card</div></a><p>text", "text"), 0);
    assert_eq!(links("<div><a href=x>one<div>two</a><p>three", "three"), 0);
    assert_eq!(links("<ul><li><a href=x>one<li>two</ul>", "two"), 0);
    assert_eq!(links("<a name=top>text", "text"), 0, "an anchor is no link");
}

#[test]
fn headings_lists_and_rows_are_known() {
    let html = "<h2>Head</h2><ul><li>a<ol><li>b</ol></ul><table><tr><td>c<td>d</table>";
    assert_eq!(block(html, "Head").0.heading, 2);
    let crossed = "<h2>Head</h3><p>text";
    assert_eq!(["Head", "text"].map(|line| block(crossed, line).0.heading), [2, 0]);
    assert_eq!((block(html, "a").0.lists, block(html, "b").0.lists), (1, 2));
    assert_eq!(block(html, "c\td").0.form, Form::Row);
}

#[test]
fn clues_are_gathered_where_they_stand() {
    let html = "<html lang=de><head><title> A\n title &amp; more </title><meta property='OG:Title' content='T'>\
        <link rel='canonical' href='https://x.org/'><script type='application/ld+json'>{\"a\":\"</p>\"}</script></head>\
        <p class=byline>By <a rel=author>Ann Lee</a></p><time datetime=2020-01-03>3 Jan</time>\
        <span itemprop=author><b>Bo</b></span><div class=author-page>long</div>";
    let told: Vec<String> = rendered(html)
        .1
        .clues
        .iter()
        .map(|clue| format!("{:?} {}={}", clue.kind, clue.name, clue.value))
        .collect();
    assert_eq!(
        told,
        [
            "Lang =de",
            "Title =A title & more",
            "Meta og:title=T",
            "Link canonical=https://x.org/",
            "JsonLd ={\"a\":\"</p>\"}",
            "Byline =Ann Lee",
            "Byline =By Ann Lee",
            "Time =2020-01-03",
            "Item author=Bo",
            "Byline =long",
        ]
    );
}

#[test]
fn a_noscript_that_is_taken_out_tells_nothing_of_its_text() {
    let html = "<p>one<div class=byline><noscript class=author>y<time>3 May</time><meta name=a content=b>\
                <p itemprop=author>Bo</p></noscript>By Ann</div><p itemprop=author>Cy</p>";
    let clues = rendered(html).1.clues;
    let told: Vec<String> =
        clues.iter().map(|clue| format!("{:?} {} {}", clue.kind, clue.value, clue.line)).collect();
    assert_eq!(told, ["Meta b 1", "Byline By Ann 2", "Item Cy 3"]);
}

#[test]
fn a_page_of_nothing_but_tags_costs_linear_time_and_little_memory() {
    const SIZE: usize = 16 << 20;
    for tag in [
        "<div>",
        "<p><b>",
        "<font>x",
        "<span id=a>",
        "</div>",
        "<a href=x>",
        "<table><td>",
        "<div class=a>x",
        "<li>",
        "<svg>",
        "<svg><path></x-a>",
        "<x-a><x-b></x-c>",
        "<noscript>",
    ] {
        let html = tag.repeat(SIZE / tag.len());
        let (shown, markup) = rendered(&html);
        assert!(
            markup.elements.len() <= shown.len() + super::stack::DEEPEST,
            "{tag}: {}",
            markup.elements.len()
        );
        assert!(shown.len() <= html.len());
    }
}

#[test]
fn what_nobody_sees_is_not_there_however_deep_it_is() {
    let hidden = "<div hidden>y<div>y</div><div>y</div>y</div><template><p>y</template><video>y<b>y</b></video>\
                  <noscript>y<p>y</p></noscript><p>x</p>";
    for open in ["<div>", "<font>a<br>", "<b>", "<span class=a>", "<p><b>"] {
        for depth in [100, 254, 255, 256, 257, 300] {
            let text = text(&format!("{}{hidden}", open.repeat(depth)));
            assert_eq!(text.replace('a', "").trim_start(), "x", "{depth} of {open}");
        }
    }
    let nested = |depth: usize| ("<div>".repeat(depth), "</div>".repeat(depth));
    let ((outer, _), (inner, ends)) = (nested(300), nested(500));
    assert_eq!(text(&format!("{outer}<div hidden>y{inner}y{ends}y</div>x")), "x");
    assert_eq!(text(&format!("{outer}{inner}y{ends}x")), "y\n\nx");
}

#[test]
fn letters_that_nobody_closes_make_room() {
    let html =
        format!("<div class=a>{}<ul class=b><li><i class=c>x</i></ul></div><p>y", "<b>a<font>".repeat(300));
    assert_eq!(names(&html, "x")[..3], ["-c-", "", "-b-"]);
    assert_eq!(names(&html, "x").last().unwrap(), "-a-");
    assert_eq!(block(&html, "x").0.lists, 1);
    assert!(names(&html, "y").iter().all(|names| names != "-a-"));
    // What is left out stands around nothing that comes after.
    let (shown, markup) = rendered(&"<font color=red>x<br>".repeat(1000));
    for line in 0..shown.lines().count() {
        assert!(markup.elements_of(line).count() <= super::stack::DEEPEST);
    }
    // A line's element stays what it is when others are left out.
    let html = format!("<div class=a><p class=b>{}x<i><i></p><p>y", "<b>".repeat(252));
    assert_eq!(names(&html, "x").iter().filter(|names| !names.is_empty()).count(), 2);
}

#[test]
fn a_tag_of_nothing_but_attributes_is_read() {
    let html = format!("<p {}class=x>text", "data-a=b class ".repeat(100_000));
    assert_eq!(text(&html), "text");
    let html = format!("<p class='{}'>text", "word ".repeat(1_000_000));
    assert!(names(&html, "text")[0].len() < 512);
}

proptest! {
    #[test]
    fn every_line_has_its_block(
        parts in prop::collection::vec(
            prop_oneof![
                Just("<p>"), Just("</p>"), Just("<div class=a>"), Just("</div>"), Just("<td>"), Just("<tr>"),
                Just("<table>"), Just("</table>"), Just("<li>"), Just("<ul>"), Just("</ul>"), Just("<a href=x>"),
                Just("</a>"), Just("<b>"), Just("</b>"), Just("<pre>"), Just("</pre>"), Just("<br>"), Just("\n"),
                Just(" "), Just("\u{a0}"), Just("word"), Just("größe"), Just("<noscript>"), Just("</noscript>"),
                Just("<p hidden>"), Just("<svg>"), Just("</svg>"), Just("<"), Just("&amp"), Just("<time>"),
                Just("\u{200b}"), Just("\u{2028}"), Just("\u{b}"), Just("<h2>"), Just("<option>"), Just("<i id=b>"),
            ],
            0..60,
        )
    ) {
        let html = parts.concat();
        let (text, markup) = rendered(&html);
        let lines = text.split('\n').filter(|line| !line.trim().is_empty()).count();
        prop_assert_eq!(lines, markup.blocks.len(), "{:?} from {:?}", text, html);
        for (line, block) in markup.blocks.iter().enumerate() {
            prop_assert!(block.links <= 1000);
            prop_assert!(markup.elements_of(line).count() <= super::stack::DEEPEST);
        }
        for (at, element) in markup.elements.iter().enumerate() {
            prop_assert!(element.parent == crate::model::NO_ELEMENT || (element.parent as usize) < at);
            prop_assert!((element.names as usize) < markup.names.len());
        }
    }
}
