//! An explained page for the browser: what it gave, then every line as it stands, with what went and why. One file with
//! everything in it, which loads nothing from anywhere and has no script.

use super::explanation::{Evidence, Explanation, LineReport};
use super::head;
use super::html::{self, Html};
use super::mark::{Mark, pieces};
use super::reason::{reason, speaks};
use super::text::counted;
use std::fmt::Write as _;

const CSS: &str = include_str!("explain.css");

/// Which lines are shown: what the choice is called, and what it says.
const SHOWN: [(&str, &str); 3] = [("all", "all lines"), ("stays", "what stays"), ("goes", "what goes")];

/// The page.
pub fn explain_html(explained: &Explanation) -> String {
    let title = if explained.title.is_empty() { &explained.source } else { &explained.title };
    let mut page = Page { html: html::head(title, CSS, false), explained };
    page.head();
    page.lines();
    page.rules();
    page.add(format_args!("</main>\n</html>\n"));
    page.html
}

struct Page<'a> {
    html: String,
    explained: &'a Explanation,
}

impl Page<'_> {
    fn add(&mut self, part: std::fmt::Arguments<'_>) {
        self.html.write_fmt(part).unwrap_or_default();
    }

    fn head(&mut self) {
        let explained = self.explained;
        let (source, outcome) = (Html(&explained.source), head::outcome(explained));
        self.add(format_args!("<h1>{source}</h1>\n<p class=\"aside\">{}</p>\n<dl>\n", Html(outcome)));
        for (name, value) in head::fields(explained) {
            match value.as_str() {
                "" => self.add(format_args!("<dt>{name}</dt><dd class=\"aside\">none found</dd>\n")),
                value => self.add(format_args!("<dt>{name}</dt><dd>{}</dd>\n", Html(value))),
            }
        }
        self.add(format_args!("</dl>\n"));
        if let Some(why) = head::over_cut(explained) {
            self.add(format_args!("<p class=\"aside\">{why}</p>\n"));
        }
    }

    fn lines(&mut self) {
        for (nth, (name, about)) in SHOWN.into_iter().enumerate() {
            let checked = if nth == 0 { " checked" } else { "" };
            self.add(format_args!(
                "<input type=\"radio\" name=\"shown\" id=\"{name}\"{checked}><label for=\"{name}\">{about}</label>\n"
            ));
        }
        self.add(format_args!("<div class=\"lines\">\n"));
        let mut marks = [false; Mark::ALL.len()];
        for zone in self.explained.lines.chunk_by(|above, below| above.zone == below.zone) {
            self.add(format_args!("<h2>{}</h2>\n", zone.first().map_or("", |line| line.zone)));
            for line in zone {
                marks[Mark::of(line) as usize] = true;
                self.line(line);
            }
        }
        self.add(format_args!("</div>\n<p class=\"legend\">"));
        for mark in Mark::ALL.into_iter().filter(|mark| marks[*mark as usize] && *mark != Mark::Kept) {
            let meaning = if mark == Mark::Cut { "kept, but for what is struck out" } else { mark.meaning() };
            self.add(format_args!(
                "<span class=\"{}\"><b>{}</b> {meaning}</span> ",
                mark.name(),
                Html(mark.sign())
            ));
        }
        self.add(format_args!(
            "<span>Numbers are scores: a line goes when they add up to 1.0. A reason opens to all that was weighed.</span></p>\n"
        ));
    }

    fn line(&mut self, line: &LineReport) {
        let mark = Mark::of(line);
        self.add(format_args!(
            "<div class=\"line {}\" id=\"line-{number}\"><span class=\"number\">{number}</span><b>{}</b><div><p>",
            mark.name(),
            Html(mark.sign()),
            number = line.number
        ));
        for (cut, text) in pieces(line) {
            match cut {
                true => self.add(format_args!("<del>{}</del>", Html(text))),
                false => self.add(format_args!("{}", Html(text))),
            }
        }
        self.add(format_args!("</p>"));
        let said = reason(self.explained, line, false);
        if !said.is_empty() {
            self.add(format_args!("<details><summary>{}</summary><ul>", Html(said)));
            line.evidence.iter().filter(|piece| speaks(piece)).for_each(|piece| self.evidence(line, piece));
            if let Some(chance) = line.chance {
                self.add(format_args!("<li>line model: {chance:.2} that it is content"));
                for (nth, said) in line.features.iter().enumerate() {
                    let sign = if nth == 0 { ": " } else { ", " };
                    self.add(format_args!("{sign}{} {:+.1}", said.feature, said.weight));
                }
                self.add(format_args!("</li>"));
            }
            self.add(format_args!("</ul></details>"));
        }
        self.add(format_args!("</div></div>\n"));
    }

    fn evidence(&mut self, line: &LineReport, piece: &Evidence) {
        let to = if piece.field.is_empty() { "" } else { " " };
        self.add(format_args!(
            "<li><code>{}</code> {:?}, {}: {}{to}{}",
            Html(&piece.rule),
            piece.score,
            piece.kind,
            piece.action,
            Html(&piece.field)
        ));
        if let Some(from) = piece.from.and_then(|from| self.explained.lines.get(from)) {
            self.add(format_args!(", from <a href=\"#line-{}\">line {0}</a>", from.number));
        } else if piece.start < piece.end && (piece.start, piece.end) != (line.start, line.end) {
            self.add(format_args!(", matched “{}”", Html(&piece.matched)));
        }
        self.add(format_args!("</li>"));
    }

    fn rules(&mut self) {
        if self.explained.rules.is_empty() {
            return;
        }
        self.add(format_args!("<h2>Rules at work</h2>\n<table>\n"));
        for rule in &self.explained.rules {
            self.add(format_args!(
                "<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>\n",
                counted(rule.removals, "line"),
                Html(&rule.rule),
                Html(&rule.about)
            ));
        }
        self.add(format_args!("</table>\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::explanation::tests::explained;

    const RULES: &str = r#"
schema = 1
[pack]
id = "t"
[[rule]]
id = "share"
kind = "share"
about = "a <b>"
match = { has = ["share this"] }
zone = "head"
do = "cut-span"
drop = ["share this", "share this!"]
keep = ["a", "b"]
[[rule]]
id = "menu"
kind = "menu"
about = "a"
match = { line = ["home"] }
do = "drop-line"
drop = ["home", "home"]
keep = ["a b", "c d"]
"#;

    #[test]
    fn every_line_stands_in_the_page_with_its_mark_and_nothing_of_it_is_obeyed() {
        let text = "Home\n<script>alert(1)</script> share this & more\nA line that stays";
        let shown = explain_html(&explained(RULES, "p<i>", text));
        assert!(!shown.contains("<script") && !shown.contains("p<i>") && !shown.contains("a <b>"), "{shown}");
        for part in [
            "<div class=\"line gone\" id=\"line-1\"><span class=\"number\">1</span><b>-</b><div><p>Home</p>",
            "&lt;script&gt;alert(1)&lt;/script&gt; <del>share this</del> &amp; more",
            "<p>A line that stays</p></div>",
            "<summary>t/menu 1.0</summary>",
        ] {
            assert!(shown.contains(part), "{part}\n{shown}");
        }
    }
}
