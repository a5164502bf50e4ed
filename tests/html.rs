//! Pages of HTML from files to records: told by name and by content, in any encoding, as files and in JSON lines; judged by
//! their markup as well as by their text.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test may fail like the test itself")]

use dehusk::clean::Cleaner;
use dehusk::model::{Article, Input, Page, Profile};
use dehusk::rules::{RuleFile, load};
use dehusk::source::{Inputs, Meter, html_page};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

const PROSE: &str = "The committee met on Tuesday to hear what the engineers had found under the old bridge, and it did \
                     not like the answer at all.";

fn read(files: &[(&str, Vec<u8>)], html_field: Option<&str>) -> Vec<Page> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let mut builder = Inputs::builder([folder.path()]);
    html_field.into_iter().for_each(|name| {
        builder.html_field(name);
    });
    pages_of(&builder.build().unwrap(), folder.path())
}

fn pages_of(inputs: &Inputs, folder: &Path) -> Vec<Page> {
    let mut found = Vec::new();
    let mut pages = inputs.pages(Meter::default());
    for chunk in inputs.feed(1 << 16, Meter::default()) {
        pages.each(chunk, |page| match page {
            Ok(page) => found.push(page.clone()),
            Err(reject) => panic!("{}: {}", folder.display(), reject.detail),
        });
    }
    found
}

fn cleaner(rules: &str) -> Cleaner {
    let head = "schema = 1\n[pack]\nid = \"t\"\nversion = \"1.0.0\"\n";
    let rule = |n: usize, body: &str| {
        format!(
            "[[rule]]\nid = \"r{n}\"\nkind = \"share\"\nabout = \"x\"\n{body}\ndrop = [\"x\"]\nkeep = [\"y\"]\n"
        )
    };
    let rules: String = rules.lines().enumerate().map(|(n, body)| rule(n, body)).collect();
    let set = load(&[RuleFile::new("t.toml", format!("{head}{rules}"))]).unwrap_or_else(|faults| {
        panic!("{}", faults.render(false, 100));
    });
    Cleaner::builder(Arc::new(set)).profile(Profile::Careful).build()
}

fn cleaned(rules: &str, html: &str) -> Article {
    cleaner(rules).clean(&html_page(html)).article
}

#[test]
fn html_is_told_by_name_or_by_content_packed_or_not() {
    let page = b"<!DOCTYPE html><title>T</title><p>One</p><p>Two</p>".to_vec();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(1));
    gz.write_all(&page).unwrap();
    let files = [
        ("a.html", b"One<p>Two".to_vec()),
        ("b.txt", page.clone()),
        ("c.htm.gz", gz.finish().unwrap()),
        ("d.xhtml.zst", zstd::encode_all(&page[..], 1).unwrap()),
        ("e.txt", b"One\n\nTwo".to_vec()),
    ];
    let pages = read(&files, None);
    let told: Vec<(&str, &str, Input)> =
        pages.iter().map(|page| (page.id.as_str(), page.text.as_str(), page.input)).collect();
    let shown = "One\n\nTwo";
    let html = |id| (id, shown, Input::Html);
    assert_eq!(told, [html("a"), html("b"), html("c"), html("d"), ("e", shown, Input::Text)]);
    assert_eq!(pages[1].title, "T");
}

#[test]
fn large_files_and_streams_are_html_too() {
    let body = format!("<p>{PROSE}</p>").repeat(2000);
    let pages = read(
        &[
            ("large.html", body.clone().into_bytes()),
            ("other.html.zst", zstd::encode_all(body.as_bytes(), 1).unwrap()),
        ],
        None,
    );
    for page in pages {
        assert_eq!((page.text.matches("committee").count(), page.input), (2000, Input::Html), "{}", page.id);
    }
}

#[test]
fn the_encoding_is_marked_declared_or_guessed_in_this_order() {
    let declared = |charset: &str, bytes: &[u8]| {
        let mut page = format!("<html><meta charset={charset}><p>").into_bytes();
        page.extend_from_slice(bytes);
        page
    };
    let (koi8, _, _) = encoding_rs::KOI8_R.encode("Президент");
    let files = [
        ("a.html", declared("koi8-r", &koi8)),
        ("b.html", declared("koi8-r", "Größe".as_bytes())),
        ("c.html", [b"\xef\xbb\xbf".to_vec(), declared("gbk", "Größe".as_bytes())].concat()),
        ("d.html", b"<p>caf\xe9 ferm\xe9".to_vec()),
    ];
    let told: Vec<(String, Vec<String>)> =
        read(&files, None).into_iter().map(|page| (page.text, page.flags)).collect();
    let flag = |name: &str| vec![format!("decoded:{name}")];
    assert_eq!(told[0], ("Президент".to_owned(), flag("koi8-r")));
    assert_eq!(told[1], ("Größe".to_owned(), vec![]));
    assert_eq!(told[2], ("Größe".to_owned(), vec![]));
    assert_eq!(told[3], ("café fermé".to_owned(), flag("windows-1252")));
}

#[test]
fn json_lines_hold_html_in_a_field() {
    let lines = concat!(
        "{\"id\":\"1\",\"html\":\"<title>Told</title><p>a<p>b\"}\n",
        "{\"id\":\"2\",\"text\":\"c\",\"html\":\"<p>d\",\"body\":\"<p>e\"}\n",
        "{\"id\":\"3\",\"title\":\"Own\",\"html\":\"<title>Told</title>f\"}\n",
    );
    let texts = |field| -> Vec<(String, String, usize)> {
        let pages = read(&[("a.jsonl", lines.as_bytes().to_vec())], field);
        pages.into_iter().map(|page| (page.text, page.title, page.extra.len())).collect()
    };
    let page = |text: &str, title: &str, extra| (text.to_owned(), title.to_owned(), extra);
    assert_eq!(texts(None), [page("a\n\nb", "Told", 1), page("c", "", 3), page("f", "Own", 2)]);
    assert_eq!(texts(Some("html"))[1], page("d", "", 2));
}

#[test]
fn rules_ask_for_elements_class_words_and_links() {
    let html = format!(
        "<nav><a href=/>Home</a></nav><article><p>{PROSE}</p><div class='postShare wide'><p>Twitter</p></div>\
         <div class=shareholder>Letter</div><p>See <a href=x>the report</a></p><p><a href=y>Next</a></p></article>"
    );
    let all = ["Home", PROSE, "Twitter", "Letter", "See the report", "Next"];
    for (rule, gone) in [
        ("match = { tag = [\"nav\"] }", "Home"),
        ("match = { class = [\"share\"] }", "Twitter"),
        ("match = { class = [\"post share\"] }", "Twitter"),
        ("match = { links = 1.0, max_chars = 4, starts = [\"next\"] }", "Next"),
        ("match = { any = [{ class = [\"share\"] }, { line = [\"none\"] }] }", "Twitter"),
    ] {
        let expected: Vec<&str> = all.into_iter().filter(|line| *line != gone).collect();
        assert_eq!(cleaned(rule, &html).text, expected.join("\n\n"), "{rule}");
    }
}

#[test]
fn rules_that_ask_for_markup_are_silent_on_text() {
    let cleaner =
        cleaner("match = { class = [\"share\"] }\nmatch = { tag = [\"p\"] }\nmatch = { links = 0.0 }");
    let page = Page { text: format!("Share\n\n{PROSE}"), ..Page::default() };
    assert_eq!(cleaner.clean(&page).article.text, page.text);
}

#[test]
fn words_of_an_element_that_is_most_of_the_page_say_nothing() {
    let html = format!("<div class=comments><p>{PROSE}<p>{PROSE}</div><div class=comments><p>Fine!</div>");
    let text = cleaned("match = { class = [\"comments\"] }", &html).text;
    assert_eq!(text, format!("{PROSE}\n\n{PROSE}"));
}

#[test]
fn code_keeps_its_indents_and_rows_their_tabs() {
    let html = format!("<p>{PROSE}</p><pre>if x:\n    run(1,  2)</pre><table><tr><td>a<td>b</table>");
    assert_eq!(
        cleaned("match = { line = [\"none\"] }", &html).text,
        format!("{PROSE}\n\nif x:\n    run(1,  2)\n\na\tb")
    );
}

#[test]
fn lines_that_html_ends_are_not_joined_and_keep_their_markup() {
    let open = "The engineers had gone under the old bridge at low water, with lamps and hammers, and";
    let rest = "found what nobody had looked for.";
    let broken = format!("{PROSE}<br>{PROSE}<br>{open}<br>{rest}");
    let text = broken.replace("<br>", "\n");
    let as_text = cleaner("match = { line = [\"none\"] }")
        .clean(&Page { text: text.clone(), ..Page::default() })
        .article;
    assert!(
        as_text.text.ends_with(&format!("{open} {rest}")),
        "a page that is joined as text: {}",
        as_text.text
    );
    let html = format!("<div>{broken}</div><div class=share>Twitter</div>");
    let article = cleaned("match = { class = [\"share\"] }", &html);
    // Every line of such a page is a paragraph.
    assert_eq!((article.text, article.lines_in), (text.replace('\n', "\n\n"), 5));
}
