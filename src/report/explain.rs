//! An explained page for people: what it gave, then every line with a mark and, where a rule had to do with it, the
//! reason. Kept lines stand plain, so that the article can be read down the page; the marks work without colours.

use super::explanation::{Evidence, Explanation, LineReport};
use super::style::{ASIDE, CAPTURED, DOUBTED, GONE, PLAIN, PROTECTED, STRONG, paint};
use super::text::{counted, escape, pad, shorten, thousands, width, wrap};
use anstyle::Style;

/// The column that reasons begin in, when they stand beside their line.
const REASONS: usize = 44;
/// Columns of what a rule matched, at most.
const MATCHED: usize = 36;
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

/// What became of a line, as its mark says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Kept,
    Gone,
    Cut,
    Captured,
    Doubted,
    Protected,
}

impl Mark {
    const ALL: [Self; 6] =
        [Self::Kept, Self::Gone, Self::Cut, Self::Captured, Self::Doubted, Self::Protected];

    fn of(line: &LineReport) -> Self {
        let protects = |piece: &Evidence| piece.action == "protect";
        match line.verdict {
            "drop" => Self::Gone,
            "capture" => Self::Captured,
            "cut" => Self::Cut,
            _ if line.evidence.iter().any(protects) => Self::Protected,
            _ if line.evidence.is_empty() => Self::Kept,
            _ => Self::Doubted,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Kept => " ",
            Self::Gone => "-",
            Self::Cut => "~",
            Self::Captured => ">",
            Self::Doubted => "?",
            Self::Protected => "=",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Kept | Self::Cut => PLAIN,
            Self::Gone => GONE,
            Self::Captured => CAPTURED,
            Self::Doubted => DOUBTED,
            Self::Protected => PROTECTED,
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Gone => "gone",
            Self::Cut => "kept, but for what stands in [- -]",
            Self::Captured => "taken out of the text into a field",
            Self::Doubted => "kept, though a rule has something to say",
            Self::Protected => "kept because a rule protects it",
        }
    }
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
        let outcome = match (page.outcome, page.reason.as_str()) {
            ("article", _) => "an article".to_owned(),
            ("empty", _) => "empty: nothing is left of it".to_owned(),
            ("skipped", "too-short") => "skipped: too short".to_owned(),
            (_, rule) => format!("skipped by {rule}"),
        };
        self.row(&format!("{} · {outcome}", paint(STRONG, escape(&page.source))));
        let authors = page.authors.join("; ");
        self.field("title", &page.title, "none found");
        self.field("authors", &authors, "none found");
        self.field("published", &page.published, "none found");
        for (name, value) in [("updated", &page.updated), ("location", &page.location), ("site", &page.site)]
        {
            if !value.is_empty() {
                self.field(name, value, "");
            }
        }
        let kept = format!(
            "{} of {} kept, {} of {}",
            thousands(page.lines_out.into()),
            counted(page.lines_in.into(), "line"),
            thousands(page.chars_out.into()),
            counted(page.chars_in.into(), "character"),
        );
        self.field("text", &kept, "");
        if !page.flags.is_empty() {
            self.field("flags", &page.flags.join(" "), "");
        }
        if page.flags.iter().any(|flag| flag == crate::decide::OVER_CUT) {
            let why =
                "rules would have taken over half of the prose, so only lines with a rule of score 1.0 went";
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
        let text = with_cuts(line);
        let reason = reason(self.page, line);
        let shown = if self.options.full { wrap(&text, room) } else { vec![shorten(&text, room)] };
        let mut gutter =
            format!("{} {}", paint(ASIDE, format!("{:>1$}", line.number, self.digits)), mark.sign());
        for (index, part) in shown.iter().enumerate() {
            let mut row = format!("{gutter} {}", paint_cuts(mark.style(), part));
            gutter = " ".repeat(indent - 1);
            // Beside the line where there is room, else below it.
            let column = width(part).max(REASONS - indent) + 2;
            if index + 1 == shown.len() && !reason.is_empty() && column + width(&reason) <= room {
                row.push_str(&" ".repeat(column - width(part)));
                row.push_str(&paint(ASIDE, &reason));
                self.row(&row);
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

    fn legend(&mut self) {
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
            let room = self.options.columns.saturating_sub(counts + names + 4).max(MATCHED);
            let count = format!("{:>1$}", lines(rule.removals), counts);
            let about = paint(ASIDE, shorten(&escape(&rule.about), room));
            self.row(&format!("{count}  {}  {about}", pad(&rule.rule, names)));
        }
    }
}

/// The line with its cut parts between marks, safe to print.
fn with_cuts(line: &LineReport) -> String {
    let mut cuts: Vec<_> = line
        .evidence
        .iter()
        .filter(|piece| line.verdict == "cut" && piece.action == "cut-span")
        .map(|piece| (piece.start - line.start) as usize..(piece.end - line.start) as usize)
        .collect();
    cuts.sort_by_key(|cut| (cut.start, cut.end));
    let (mut text, mut at) = (String::new(), 0);
    for cut in cuts {
        // Cuts may overlap: the first takes its part, the next what is left.
        let start = cut.start.max(at);
        if start < cut.end {
            text.push_str(&escape(&line.text[at..start]));
            text.push_str(&[CUT[0], &escape(&line.text[start..cut.end]), CUT[1]].concat());
            at = cut.end;
        }
    }
    text.push_str(&escape(&line.text[at..]));
    text
}

/// A row of a line, what stands between cut marks in the colour of what went.
fn paint_cuts(style: Style, row: &str) -> String {
    if style != PLAIN {
        return paint(style, row);
    }
    let mut painted = String::with_capacity(row.len());
    let mut rest = row;
    while let Some(start) = rest.find(CUT[0])
        && let Some(len) = rest[start..].find(CUT[1])
    {
        let end = start + len + CUT[1].len();
        painted.push_str(&rest[..start]);
        painted.push_str(&paint(GONE, &rest[start..end]));
        rest = &rest[end..];
    }
    painted.push_str(rest);
    painted
}

/// Why the line is where it is: its rules with their scores, summed where several add up.
fn reason(page: &Explanation, line: &LineReport) -> String {
    let pieces: Vec<String> = line.evidence.iter().map(|piece| say(page, line, piece)).collect();
    let scored = line.evidence.iter().filter(|piece| counts(piece)).count();
    let sum = if scored > 1 { format!(" = {:?}", line.score) } else { String::new() };
    format!("{}{sum}", pieces.join(" + "))
}

/// Whether the rule's score is part of the line's sum.
fn counts(piece: &Evidence) -> bool {
    piece.from.is_none() && ["drop-line", "flag", "cut-to-end", "cut-to-start"].contains(&piece.action)
}

fn say(page: &Explanation, line: &LineReport, piece: &Evidence) -> String {
    let Evidence { rule, field, score, .. } = piece;
    let matched = matched(line, piece);
    match (piece.action, piece.from) {
        (_, Some(from)) => {
            let number = page.lines.get(from).map_or(0, |line| line.number);
            let reach = if from < line.line { "all after" } else { "all before" };
            format!("{rule} takes {reach} line {number}")
        }
        ("capture", _) => format!("→ {field}: {rule}{matched}"),
        ("cut-span", _) => format!("{rule}{matched}"),
        ("protect", _) => format!("{rule} protects it{matched}"),
        ("skip-page", _) => format!("{rule} skips the page{matched}"),
        ("flag", _) => format!("{rule} {score:?} flags {field}{matched}"),
        _ => format!("{rule} {score:?}{matched}"),
    }
}

/// What was matched, when it is not the whole line.
fn matched(line: &LineReport, piece: &Evidence) -> String {
    if piece.start <= line.start && piece.end >= line.end || piece.start >= piece.end {
        return String::new();
    }
    format!(" “{}”", shorten(&escape(&piece.matched), MATCHED))
}
