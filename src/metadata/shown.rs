//! The dates and bylines that a page shows its readers beside its title. Content systems set a date in a line of its own or with
//! the author, the time of reading and the like, and tell by a word before it when it is that of a change.
//!
//! Only few lines around the title are looked at, and none that is a sentence: elsewhere stand the dates and authors of other
//! stories, of comments and of what the text tells.

use crate::dates::{Moment, find_dates, is_span};
use crate::fold::fold;
use crate::model::{Markup, Tag, Tags};
use crate::names::after_label;
use std::ops::Range;

/// Lines above the title and below it that are looked at.
const ABOVE: usize = 3;
const BELOW: usize = 10;
/// Bytes of a line that is looked at: what is longer is text.
const LONGEST: usize = 400;
/// Words beside the dates of a line, at most: below the title, and above it, where the site may tell what day it is.
const MOST_WORDS: usize = 14;
const MOST_WORDS_ABOVE: usize = 4;
/// Words of a label whose names stand on the line below.
const MOST_WORDS_OF_BY: usize = 2;
/// Words before a date that may be its label or an author.
const MOST_LABEL_WORDS: usize = 6;
/// Words of a paragraph; a standfirst may stand between title and date, and two of them are the text.
const PARAGRAPH: usize = 20;
/// What parts a date from the author and from the time of reading.
const PARTINGS: [char; 9] = ['|', '·', '•', '●', '・', '—', '/', '⋅', '∙'];

/// What is said before the date of a change, folded.
const CHANGE: &[&str] = &[
    "updated",
    "update",
    "modified",
    "last reviewed",
    "reviewed on",
    "last edited",
    "edited on",
    "revised",
    "changed",
    "aktualisiert",
    "geändert",
    "stand",
    "actualizado",
    "actualizada",
    "actualización",
    "modificado",
    "mis à jour",
    "mise à jour",
    "modifié",
    "aggiornato",
    "aggiornamento",
    "atualizado",
    "atualização",
    "bijgewerkt",
    "uppdaterad",
    "opdateret",
    "oppdatert",
    "päivitetty",
    "zaktualizowano",
    "aktualizacja",
    "aktualizováno",
    "обновлено",
    "оновлено",
    "güncellendi",
    "güncelleme",
    "更新",
    "수정",
];
/// What is said before the date of a publication, where a colon follows: any other label tells of something else (`Joined:`).
const PUBLICATION: &[&str] = &[
    "published",
    "posted",
    "date",
    "released",
    "created",
    "written",
    "publication",
    "veröffentlicht",
    "erstellt",
    "datum",
    "publicado",
    "publicada",
    "fecha",
    "data",
    "publié",
    "publiée",
    "pubblicato",
    "gepubliceerd",
    "publicerad",
    "udgivet",
    "publisert",
    "julkaistu",
    "opublikowano",
    "publikováno",
    "опубликовано",
    "опубліковано",
    "дата",
    "yayınlanma",
    "发布",
    "發布",
    "日期",
    "公開",
    "投稿",
    "입력",
    "등록",
];

/// What is said before a date that is not the story's.
const OTHER: &[&str] = &[
    "joined",
    "registered",
    "member",
    "since",
    "born",
    "expires",
    "deadline",
    "copyright",
    "©",
    "beigetreten",
    "inscrit",
    "регистрация",
];

/// The dates beside the title, each empty where none is shown.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    markup: &'a Markup,
    lines: Vec<&'a str>,
    pub(super) published: String,
    /// The line that shows it.
    pub(super) line: Option<u32>,
    pub(super) updated: String,
    /// Lines with a label of authors or with the date, in the order in which they are looked at.
    pub(super) bylines: Vec<String>,
}

impl<'a> Shown<'a> {
    /// Looks at the lines below the title and then at those above it.
    pub(super) fn beside_title(markup: &'a Markup, text: &'a str, title: &str) -> Self {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let headings = headings_of(markup, &lines, title);
        let mut shown = Self {
            markup,
            lines,
            published: String::new(),
            line: None,
            updated: String::new(),
            bylines: Vec::new(),
        };
        for heading in headings.into_iter().flatten() {
            if shown.published.is_empty() && shown.bylines.is_empty() {
                shown.read_around(heading);
            }
        }
        shown
    }

    fn read_around(&mut self, heading: usize) {
        let mut paragraphs = 0;
        for line in (heading + 1..self.lines.len()).take(BELOW) {
            self.read(line, MOST_WORDS);
            paragraphs += usize::from(words(self.lines[line]) >= PARAGRAPH);
            if paragraphs == 2 {
                break;
            }
        }
        (heading.saturating_sub(ABOVE)..heading).rev().for_each(|line| self.read(line, MOST_WORDS_ABOVE));
    }

    /// Whether a line speaks of a change and of no publication.
    pub(super) fn tells_change(&self, line: u32) -> bool {
        let line = self.lines.get(line as usize).filter(|line| line.len() <= LONGEST);
        let line = line.map(|line| fold(line)).unwrap_or_default();
        holds(&line, CHANGE) && !holds(&line, PUBLICATION)
    }

    fn read(&mut self, line: usize, most_words: usize) {
        let aside = self.markup.tags_of(line).meets(Tags::default().with(Tag::Aside));
        let is_long = self.lines[line].len() > LONGEST;
        if is_long || aside || self.markup.is_of_the_site(line) || self.begins_card(line) {
            return;
        }
        let folded = fold(self.lines[line]);
        let dates = find_dates(&folded);
        let end = dates.last().map_or(0, |(_, last)| last.end + 1);
        let is_sentence = folded.ends_with(['.', '!', '?']) && end < folded.len();
        let of_dates: usize = dates.iter().map(|(_, at)| words(&folded[at.clone()])).sum();
        if is_sentence || words(&folded) > of_dates + most_words {
            return;
        }
        let tells_day = !dates.is_empty() && self.read_dates(line, &folded, dates);
        self.read_byline(line, tells_day);
    }

    /// Whether one of the dates tells when the story was published.
    fn read_dates(&mut self, line: usize, folded: &str, dates: Vec<(Moment, Range<usize>)>) -> bool {
        // Templates set a label on a line of its own.
        let above = line.checked_sub(1).map(|above| fold(self.lines[above])).filter(|above| is_label(above));
        let above = above.unwrap_or_default();
        let (mut from, mut tells_day) = (0, false);
        for (moment, at) in dates {
            let mut label = folded[from..at.start].rsplit(PARTINGS).next().unwrap_or_default().trim();
            if label.is_empty() && from == 0 {
                label = &above;
            }
            from = at.end;
            // A span of days tells when something takes place.
            let says = if is_span(&folded[at]) { None } else { Says::of(label) };
            match says {
                Some(Says::Published) if self.published.is_empty() => {
                    self.published = moment.to_string();
                    self.line = u32::try_from(line).ok();
                    tells_day = true;
                }
                Some(Says::Updated) if self.updated.is_empty() => self.updated = moment.to_string(),
                _ => {}
            }
        }
        tells_day
    }

    /// Notes a line with a label of authors, the names below such a label, and the line of the date.
    fn read_byline(&mut self, line: usize, tells_day: bool) {
        let shown = parted(self.lines[line].trim());
        if tells_day || after_label(&shown).is_some() {
            self.bylines.push(shown);
        } else if words(&shown) <= MOST_WORDS_OF_BY
            && let Some(below) = self.lines.get(line + 1)
        {
            let joined = format!("{shown} {}", below.trim());
            self.bylines.extend(after_label(&joined).is_some().then_some(joined));
        }
    }

    /// Whether the line stands above a heading that leads to another story.
    fn begins_card(&self, line: usize) -> bool {
        let next = self.markup.blocks.get(line + 1).filter(|_| line + 1 < self.lines.len());
        next.is_some_and(|block| block.heading > 1 && block.links > 800)
    }
}

/// What the words before a date say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Published,
    Updated,
}

impl Says {
    /// Nothing when it is a date of something else.
    fn of(label: &str) -> Option<Self> {
        if holds(label, CHANGE) {
            return Some(Self::Updated);
        }
        let is_other = words(label) > MOST_LABEL_WORDS || holds(label, OTHER);
        (!is_other && (!label.ends_with([':', '：']) || holds(label, PUBLICATION))).then_some(Self::Published)
    }
}

/// A line whose label has its space: inline elements lose it, `ByAnn Lee`.
fn parted(line: &str) -> String {
    let name = ["By", "Written by"].iter().find_map(|by| line.strip_prefix(by));
    match name.filter(|name| name.starts_with(char::is_uppercase)) {
        Some(name) => format!("By {name}"),
        None => line.to_owned(),
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn holds(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| holds_word(text, word))
}

/// Whether `text` holds a word or phrase as a whole; what sets no spaces holds it anywhere.
fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && c < '\u{3000}');
        !goes_on(text[..at].chars().next_back()) && !goes_on(text[at + word.len()..].chars().next())
    })
}

/// Whether a line is nothing but the label of what stands below it.
fn is_label(line: &str) -> bool {
    words(line) <= MOST_LABEL_WORDS && [CHANGE, PUBLICATION, OTHER].iter().any(|labels| holds(line, labels))
}

/// The lines of the first heading that shows the title, and of the first one of the first level.
fn headings_of(markup: &Markup, lines: &[&str], title: &str) -> [Option<usize>; 2] {
    let headings =
        || markup.blocks.iter().take(lines.len()).enumerate().filter(|(_, block)| block.heading > 0);
    let title = fold(title);
    let shows = headings().find(|&(line, _)| fold(lines[line]) == title);
    [shows, headings().find(|(_, block)| block.heading == 1)].map(|heading| heading.map(|(line, _)| line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::render_into;

    /// What is shown on a page whose title is `The Road`.
    fn shown(html: &str) -> [String; 2] {
        let (mut text, mut markup) = (String::new(), Markup::default());
        render_into(html, &mut text, &mut markup);
        let shown = Shown::beside_title(&markup, &text, "The Road");
        [shown.published, shown.updated]
    }

    #[test]
    fn dates_beside_the_title_are_read_by_what_stands_before_them() {
        for (lines, published, updated) in [
            ("<p>3 January 2020", "2020-01-03", ""),
            ("<p>By Ann Lee · 3 January 2020 · 5 min read", "2020-01-03", ""),
            ("<p>Ann Lee Published: January 3, 2020 at 12:47", "2020-01-03T12:47", ""),
            ("<p>3 January 2020. Updated: 4 January 2020.", "2020-01-03", "2020-01-04"),
            ("<p>Updated 4 January 2020 | Published 3 January 2020", "2020-01-03", "2020-01-04"),
            ("<p>Last updated on:<p>4 January 2020", "", "2020-01-04"),
            ("<p>Zuletzt aktualisiert: 4. Januar 2020", "", "2020-01-04"),
            ("<p>更新日：2020年1月4日", "", "2020-01-04"),
            ("<p>Joined: 3 January 2020", "", ""),
            ("<p>Joined<p>3 January 2020", "", ""),
            ("<p>Begins: 3 January 2020", "", ""),
            ("<p>3-5 January 2020", "", ""),
            ("<p>On 3 January 2020 the river rose.", "", ""),
            ("<nav>3 January 2020</nav>", "", ""),
            ("<p>3 January 2020<h2><a href=/b>Another story</a></h2>", "", ""),
        ] {
            assert_eq!(shown(&format!("<h1>The Road</h1>{lines}")), [published, updated], "{lines}");
        }
        assert_eq!(shown("<p>3 January 2020 · 4 minutes<h1>The Road</h1>")[0], "2020-01-03");
        assert_eq!(shown("<p>3,313 members, 8 topics. Today: 3 January 2020<h1>The Road</h1>")[0], "");
    }

    #[test]
    fn what_stands_far_from_the_title_is_not_the_story_s() {
        let paragraph = format!("<p>{}.", ["word"; PARAGRAPH].join(" "));
        assert_eq!(shown(&format!("<h1>The Road</h1>{paragraph}<p>3 January 2020"))[0], "2020-01-03");
        assert_eq!(shown(&format!("<h1>The Road</h1>{paragraph}{paragraph}<p>3 January 2020"))[0], "");
        let lines = "<p>line".repeat(BELOW);
        assert_eq!(shown(&format!("<h1>The Road</h1>{lines}<p>3 January 2020"))[0], "");
        assert_eq!(shown(&format!("<p>3 January 2020{lines}<h1>The Road</h1>"))[0], "");
        assert_eq!(shown("<p>3 January 2020")[0], "");
    }
}
