//! An explained page for people: what it gave, then every line with a mark and, where a rule had to do with it, the
//! reason. Kept lines stand plain, so that the article can be read down the page; the marks work without colours.

use super::explanation::{Explanation, LineReport};
use super::head;
use super::mark::{Mark, pieces};
use super::reason::reason;
use super::style::{ASIDE, GONE, PLAIN, STRONG, paint};
use super::text::{clip, counted, escape, pad, shorten, width, wrap};

/// The column that reasons begin in, when they stand beside their line.
const REASONS: usize = 44;
/// Columns of the names of the head's fields.
const FIELD: usize = 11;
/// What parts the matched words of a cut from the rest of the line.
const CUT: [&str; 2] = ["[-", "-]"];

/// How a page is shown.
#[derive(Clone, Copy, Debug)]
pub struct ExplainOptions {
    /// Columns to fill.
    pub columns: usize,
    /// Whether long lines are shown whole, over several rows.
    pub full: bool,
    /// Which lines are shown.
    pub shown: Shown,
}

/// Which lines of a page are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Every line.
    #[default]
    All,
    /// Lines of which something is left.
    Kept,
    /// Lines of which something went.
    Gone,
}

/// The page as text with styles, every row ended by a newline.
pub fn explain_text(page: &Explanation, options: ExplainOptions) -> String {
    let digits = page.lines.last().map_or(1, |line| line.number.to_string().len());
    let mut text = Text { rows: String::new(), page, options, digits, marks: [false; Mark::ALL.len()] };
    text.head();
    text.lines();
    text.legend();
    text.rules();
    text.rows
}

struct Text<'a> {
    rows: String,
    page: &'a Explanation,
    options: ExplainOptions,
    /// Columns of the line numbers.
    digits: usize,
    /// The marks that occurred, in the order of [`Mark::ALL`].
    marks: [bool; Mark::ALL.len()],
}

impl Text<'_> {
    fn row(&mut self, row: &str) {
        self.rows.push_str(row.trim_end());
        self.rows.push('\n');
    }

    fn head(&mut self) {
        let page = self.page;
        self.row(&format!("{} · {}", paint(STRONG, escape(&page.source)), head::outcome(page)));
        for (name, value) in head::fields(page) {
            self.field(name, &value, "none found");
        }
        if let Some(why) = head::over_cut(page) {
            self.field("", why, "");
        }
    }

    fn field(&mut self, name: &str, value: &str, otherwise: &str) {
        let room = self.options.columns.saturating_sub(FIELD);
        let value = match value {
            "" => paint(ASIDE, otherwise),
            value if self.options.full => escape(value),
            value => shorten(&escape(value), room),
        };
        self.row(&format!("{}{value}", paint(ASIDE, pad(name, FIELD))));
    }

    fn lines(&mut self) {
        let mut zone = "";
        for line in &self.page.lines {
            let shown = match self.options.shown {
                Shown::All => true,
                Shown::Kept => !line.is_gone(),
                Shown::Gone => line.is_gone() || line.verdict == "cut",
            };
            if !shown {
                continue;
            }
            if line.zone != zone {
                zone = line.zone;
                self.rule(zone);
            }
            self.line(line);
        }
    }

    /// A thin rule across the page.
    fn rule(&mut self, title: &str) {
        let left = "─".repeat(self.digits);
        let right = "─".repeat(self.options.columns.saturating_sub(self.digits + width(title) + 2));
        self.row(&paint(ASIDE, format!("{left} {title} {right}")));
    }

    fn line(&mut self, line: &LineReport) {
        let mark = Mark::of(line);
        self.marks[mark as usize] = true;
        let indent = self.digits + 3;
        let room = self.options.columns.saturating_sub(indent);
        let reason = reason(self.page, line, self.options.full);
        let number = paint(ASIDE, format!("{:>1$}", line.number, self.digits));
        let mut gutter = format!("{number} {}", paint(mark.style(), mark.sign()));
        let mut in_cut = false;
        let parts = self.parts(line, room);
        for (index, part) in parts.iter().enumerate() {
            let painted = match mark {
                Mark::Cut => paint_cuts(part, &mut in_cut),
                _ => paint(mark.style(), part),
            };
            let row = format!("{gutter} {painted}");
            gutter = " ".repeat(indent - 1);
            // Beside the line where there is room, else below it.
            let column = width(part).max(REASONS - indent) + 2;
            if index + 1 == parts.len() && !reason.is_empty() && column + width(&reason) <= room {
                let space = " ".repeat(column - width(part));
                self.row(&format!("{row}{space}{}", paint(ASIDE, &reason)));
                return;
            }
            self.row(&row);
        }
        if !reason.is_empty() {
            for (index, part) in wrap(&reason, room.saturating_sub(2)).iter().enumerate() {
                let bend = if index == 0 { "└" } else { " " };
                self.row(&format!("{} {}", " ".repeat(indent - 1), paint(ASIDE, format!("{bend} {part}"))));
            }
        }
    }

    /// The line as rows of at most `room` columns: one, unless lines are shown whole.
    fn parts(&self, line: &LineReport, room: usize) -> Vec<String> {
        let pieces: Vec<(bool, String)> =
            pieces(line).into_iter().map(|(cut, text)| (cut, escape(text))).collect();
        let marked = |(cut, text): (bool, String)| {
            if cut { [CUT[0], &text, CUT[1]].concat() } else { text }
        };
        if self.options.full {
            return wrap(&pieces.into_iter().map(marked).collect::<String>(), room);
        }
        // Each piece gets its share, so that a cut never hides in the middle that is left out.
        let marks = pieces.iter().filter(|(cut, _)| *cut).count() * (CUT[0].len() + CUT[1].len());
        let share = room.saturating_sub(marks) / pieces.len().max(1);
        let shortened = pieces.into_iter().map(|(cut, text)| marked((cut, shorten(&text, share))));
        vec![shortened.collect()]
    }

    /// The marks that occurred; a page on which nothing happened needs none.
    fn legend(&mut self) {
        if !self.marks.iter().skip(1).any(|occurred| *occurred) {
            return;
        }
        self.rule("marks");
        for mark in Mark::ALL.into_iter().skip(1) {
            if self.marks[mark as usize] {
                let indent = " ".repeat(self.digits + 1);
                self.row(&format!("{indent}{} {}", paint(mark.style(), mark.sign()), mark.meaning()));
            }
        }
        let indent = " ".repeat(self.digits + 1);
        self.row(&format!(
            "{indent}{}",
            paint(ASIDE, "numbers are scores: a line goes when they add up to 1.0")
        ));
    }

    fn rules(&mut self) {
        if self.page.rules.is_empty() {
            return;
        }
        self.rule("rules at work");
        let lines = |removals| counted(removals, "line");
        let names = self.page.rules.iter().map(|rule| width(&rule.rule)).max().unwrap_or(0);
        let counts = self.page.rules.iter().map(|rule| width(&lines(rule.removals))).max().unwrap_or(0);
        for rule in &self.page.rules {
            let room = self.options.columns.saturating_sub(counts + names + 4);
            let count = format!("{:>1$}", lines(rule.removals), counts);
            let about = paint(ASIDE, clip(&escape(&rule.about), room));
            self.row(&format!("{count}  {}  {about}", pad(&rule.rule, names)));
        }
    }
}

/// A row of a line, what stands between cut marks in the colour of what went; a cut may begin on an earlier row.
fn paint_cuts(row: &str, in_cut: &mut bool) -> String {
    let mut painted = String::with_capacity(row.len());
    let mut rest = row;
    loop {
        let mark = if *in_cut { CUT[1] } else { CUT[0] };
        let Some(found) = rest.find(mark) else { break };
        // The marks themselves have the colour of what they hold.
        let end = if *in_cut { found + mark.len() } else { found };
        let (part, after) = rest.split_at(end);
        painted.push_str(&paint(if *in_cut { GONE } else { PLAIN }, part));
        *in_cut = !*in_cut;
        rest = after;
    }
    painted.push_str(&paint(if *in_cut { GONE } else { PLAIN }, rest));
    painted
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
about = "a"
match = { has = ["share this"] }
zone = "head"
do = "cut-span"
drop = ["share this", "share this!"]
keep = ["a", "b"]
[[rule]]
id = "menu"
kind = "menu"
about = "a"
match = { max_words = 1 }
do = "drop-line"
score = 0.5
drop = ["a", "b"]
keep = ["a b", "c d"]
"#;

    fn shown(text: &str, columns: usize, full: bool) -> String {
        explain_text(&explained(RULES, "p", text), ExplainOptions { columns, full, shown: Shown::All })
    }

    /// Text without styles.
    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn page_text_cannot_command_the_terminal() {
        let text = shown("\u{1b}]0;owned\u{7} and \u{1b}[2J more\u{9b}31m", 100, false);
        assert!(plain(&text).contains(r"\u{1b}]0;owned\u{7} and \u{1b}[2J more\u{9b}31m"), "{text}");
        assert!(plain(&text).chars().all(|c| c == '\n' || !c.is_control()), "{text}");
    }

    #[test]
    fn a_cut_is_shown_in_its_line_however_long_that_is() {
        let line = format!("{} share this {}", "before ".repeat(30), "after ".repeat(30));
        for columns in [60, 100, 160] {
            let text = plain(&shown(&line, columns, false));
            assert!(text.contains("[-share this-]"), "{text}");
            assert!(text.lines().all(|row| width(row) <= columns), "{text}");
        }
    }

    #[test]
    fn a_cut_keeps_its_colour_over_several_rows() {
        let mut in_cut = false;
        let rows = ["one [-two", "three-] four"].map(|row| paint_cuts(row, &mut in_cut));
        assert_eq!(rows, [format!("one {GONE}[-two{GONE:#}"), format!("{GONE}three-]{GONE:#} four")]);
    }

    #[test]
    fn full_shows_every_word_of_a_line() {
        let line: Vec<String> = (0..80).map(|n| format!("word{n}")).collect();
        let text = plain(&shown(&line.join(" "), 60, true));
        assert!(line.iter().all(|word| text.contains(word)), "{text}");
    }

    #[test]
    fn evidence_that_was_not_enough_is_shown_with_the_kept_line() {
        let text = plain(&shown("Home", 100, false));
        assert!(text.contains("1 ? Home") && text.contains("t/menu 0.5\n"), "{text}");
    }
}
