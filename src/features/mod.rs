//! Lines into numbers: the table of features that the line model judges by.
//!
//! One row for each line, one byte for each feature, column by column, since that is how they are made and how trees
//! read them. What depends on no fitted weights comes first (`measure`); the scores of fitted words are
//! added after ([`Features::add_words`]). Features are shapes, places, repetitions, shared words and what rules said:
//! nothing in here knows a language. All buffers are kept from page to page.

mod blocks;
mod columns;
mod context;
mod labels;
mod lexicon;
mod marks;
mod own;
mod page;
mod repeats;
mod scale;
mod scorer;
mod sections;
mod topics;
mod windows;
mod words;

pub use columns::{COLUMNS, Column, Group, TEXT_COLUMNS};
pub use lexicon::{COMMON, HEADS, Lexicon, PLACES};
pub(crate) use lexicon::{for_each_place, root_of};
pub use scorer::Scorer;

use crate::matcher::PageView;
use crate::model::{Decision, Input};
use crate::rules::RuleSet;
use blocks::Blocks;
use context::Context;
use marks::Mark;
use own::Own;
use repeats::Repeats;
use scale::{flag, middling, signed};
use sections::Sections;
use topics::Topics;
use windows::Sums;
use words::Words;

/// The feature table of one page, with the buffers that it is made from.
#[derive(Debug, Default)]
pub struct Features {
    table: Table,
    own: Vec<Own>,
    marks: Vec<Mark>,
    words: Words,
    context: Context,
    repeats: Repeats,
    topics: Topics,
    sections: Sections,
    blocks: Blocks,
    sums: Sums,
    scores: Vec<[u8; HEADS]>,
}

/// Lines that forests look at together, at least; every column has room for a whole number of such groups.
pub(crate) const LANES: usize = 16;

/// Bytes by column and line.
#[derive(Debug, Default)]
pub struct Table {
    input: Input,
    lines: usize,
    stride: usize,
    bytes: Vec<u8>,
}

impl Table {
    /// Makes room for the columns that pages of an input have.
    pub(crate) fn reset(&mut self, lines: usize, input: Input) {
        self.lines = lines;
        self.input = input;
        self.stride = lines.next_multiple_of(LANES);
        self.bytes.clear();
        self.bytes.resize(self.stride * Column::of(input).len(), 0);
    }

    /// What the page was.
    pub fn input(&self) -> Input {
        self.input
    }

    /// How many lines the page has.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// One feature of every line.
    pub fn column(&self, column: Column) -> &[u8] {
        &self.bytes[column as usize * self.stride..][..self.lines]
    }

    /// Every column, in order.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks_exact(self.stride.max(1)).map(|column| &column[..self.lines])
    }

    /// All columns, one every [`Table::stride`] bytes; what stands between them means nothing.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes from a column to the next: its lines, filled up to a multiple of [`LANES`].
    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    fn set(&mut self, column: Column) -> &mut [u8] {
        &mut self.bytes[column as usize * self.stride..][..self.lines]
    }

    pub(crate) fn fill(&mut self, column: Column, values: impl Iterator<Item = u8>) {
        for (cell, value) in self.set(column).iter_mut().zip(values) {
            *cell = value;
        }
    }

    /// Several columns at once; they must differ.
    fn set_all<const N: usize>(&mut self, columns: [Column; N]) -> [&mut [u8]; N] {
        let place =
            |column: Column| column as usize * self.stride..column as usize * self.stride + self.lines;
        let none = |_| std::array::from_fn(|_| Default::default());
        self.bytes.get_disjoint_mut(columns.map(place)).unwrap_or_else(none)
    }

    fn fill_page(&mut self, column: Column, value: u8) {
        self.set(column).fill(value);
    }
}

impl Features {
    /// The table.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The hashed words of one line, for those who fit weights to them.
    pub fn words_of(&self, line: usize) -> &[u32] {
        self.words.of(line)
    }

    /// Measures every line of a page whose rules have been decided. Columns of fitted words are left 0.
    pub(crate) fn measure(&mut self, set: &RuleSet, view: &PageView<'_>, title: &str, decision: &Decision) {
        let lines = &view.lines.lines;
        self.table.reset(lines.len(), if view.markup.is_some() { Input::Html } else { Input::Text });
        if lines.is_empty() {
            return;
        }
        self.own.clear();
        for line in lines {
            let twin = line.twin.map(|twin| self.own[twin as usize]);
            self.own.push(twin.unwrap_or_else(|| Own::of(&view.text[line.span.range()])));
        }
        marks::read_into(set, decision, &mut self.marks);
        self.words.read(view);
        for ((at, mark), &key) in self.marks.iter_mut().enumerate().zip(self.words.keys()) {
            mark.sections |= labels::sections(self.words.of(at).len(), key);
        }
        let Self { table, own, marks, words, context, repeats, topics, sections, blocks, .. } = self;
        own::fill(table, lines, own);
        marks::fill(table, marks);
        context.fill(table, lines);
        sections.fill(table, lines, marks);
        repeats.fill(table, view, own, words);
        topics.fill(table, lines, words, title);
        page::fill(table, view, own, marks);
        if let Some(markup) = view.markup {
            blocks.fill(table, markup, lines, marks);
        }
        self.fill_windows();
    }

    /// Adds what fitted words say of every line, or nothing when there are none or they do not know the page's language;
    /// and what fitted class and id words say of lines of HTML.
    pub fn add_words(&mut self, fitted: Option<&Scorer>, names: Option<&Scorer>) {
        let Self { table, words, scores, .. } = self;
        if table.lines == 0 {
            return;
        }
        let known = fitted.filter(|fitted| fitted.knows(words.all()));
        scores.clear();
        match known {
            Some(known) => {
                for (at, twin) in words.twins().iter().enumerate() {
                    let twin = twin.map(|twin| scores[twin as usize]);
                    scores.push(twin.unwrap_or_else(|| known.score(words.of(at)).map(signed)));
                }
            }
            None => scores.resize(table.lines, [128; HEADS]),
        }
        table.fill_page(Column::WordsKnown, flag(known.is_some()));
        self.fill_word_windows();
        if self.table.input == Input::Html {
            self.blocks.add_words(&mut self.table, names);
            self.fill_name_windows();
        }
    }

    fn fill_name_windows(&mut self) {
        use Column as C;
        self.windows_of(C::NamesAny, 1, &[(C::NamesA1, -1, -1), (C::NamesB1, 1, 1), (C::NamesN8, -8, 8)]);
        self.windows_of(C::NamesArticle, 1, &[(C::NamesArticleN8, -8, 8)]);
    }

    /// Calls `visit` with the places of the class and id words around a line, for those who fit weights to them.
    pub fn for_each_name(&self, line: usize, visit: impl FnMut(usize)) {
        self.blocks.for_each_place(line, visit);
    }

    fn fill_word_windows(&mut self) {
        use Column as C;
        for (head, own, page) in [
            (0, C::WordsAny, C::AnyPage),
            (1, C::WordsArticle, C::ArticlePage),
            (2, C::WordsKind, C::KindPage),
        ] {
            let Self { table, scores, .. } = &mut *self;
            table.fill(own, scores.iter().map(|scores| scores[head]));
            // The mean by the logarithm of words: menus must not outvote the text.
            let (mut sum, mut weight) = (0u64, 1u64);
            for (scores, words) in scores.iter().zip(table.column(C::Words)) {
                sum += u64::from(scores[head]) * u64::from(*words);
                weight += u64::from(*words);
            }
            table.fill_page(page, middling((sum / weight) as u32));
        }
        self.windows_of(
            C::WordsAny,
            1,
            &[
                (C::AnyA1, -1, -1),
                (C::AnyB1, 1, 1),
                (C::AnyA2, -2, -2),
                (C::AnyB2, 2, 2),
                (C::AnyA3, -3, -1),
                (C::AnyB3, 1, 3),
                (C::AnyA8, -8, -1),
                (C::AnyB8, 1, 8),
                (C::AnyN20, -20, 20),
            ],
        );
        self.windows_of(
            C::WordsArticle,
            1,
            &[
                (C::ArticleA1, -1, -1),
                (C::ArticleB1, 1, 1),
                (C::ArticleA3, -3, -1),
                (C::ArticleB3, 1, 3),
                (C::ArticleA8, -8, -1),
                (C::ArticleB8, 1, 8),
                (C::ArticleN20, -20, 20),
            ],
        );
        self.windows_of(C::WordsKind, 1, &[(C::KindN8, -8, 8)]);
    }

    /// The words of the whole page, for those who fit weights to them.
    pub fn words(&self) -> &[u32] {
        self.words.all()
    }

    fn fill_windows(&mut self) {
        use Column as C;
        self.windows_of(
            C::Words,
            1,
            &[
                (C::WordsA1, -1, -1),
                (C::WordsB1, 1, 1),
                (C::WordsA2, -2, -2),
                (C::WordsB2, 2, 2),
                (C::WordsA3, -3, -1),
                (C::WordsB3, 1, 3),
                (C::WordsA8, -8, -1),
                (C::WordsB8, 1, 8),
                (C::WordsN20, -20, 20),
            ],
        );
        self.windows_of(
            C::Closed,
            255,
            &[
                (C::ClosedA1, -1, -1),
                (C::ClosedB1, 1, 1),
                (C::ClosedA3, -3, -1),
                (C::ClosedB3, 1, 3),
                (C::ClosedA8, -8, -1),
                (C::ClosedB8, 1, 8),
                (C::ClosedN20, -20, 20),
            ],
        );
        self.windows_of(
            C::IsProse,
            255,
            &[
                (C::ProseA3, -3, -1),
                (C::ProseB3, 1, 3),
                (C::ProseA8, -8, -1),
                (C::ProseB8, 1, 8),
                (C::ProseN20, -20, 20),
            ],
        );
        self.windows_of(
            C::RuleScore,
            1,
            &[
                (C::RulesA1, -1, -1),
                (C::RulesB1, 1, 1),
                (C::RulesA3, -3, -1),
                (C::RulesB3, 1, 3),
                (C::RulesA8, -8, -1),
                (C::RulesB8, 1, 8),
                (C::RulesN20, -20, 20),
            ],
        );
        self.windows_of(
            C::InProse,
            1,
            &[
                (C::TopicA1, -1, -1),
                (C::TopicB1, 1, 1),
                (C::TopicA3, -3, -1),
                (C::TopicB3, 1, 3),
                (C::TopicA8, -8, -1),
                (C::TopicB8, 1, 8),
                (C::TopicN20, -20, 20),
            ],
        );
        self.windows_of(
            C::CapitalShare,
            1,
            &[
                (C::CapitalA1, -1, -1),
                (C::CapitalB1, 1, 1),
                (C::CapitalA3, -3, -1),
                (C::CapitalB3, 1, 3),
                (C::CapitalN8, -8, 8),
                (C::CapitalN20, -20, 20),
            ],
        );
        self.windows_of(
            C::SameStart,
            2,
            &[
                (C::RepeatA1, -1, -1),
                (C::RepeatB1, 1, 1),
                (C::RepeatA3, -3, -1),
                (C::RepeatB3, 1, 3),
                (C::RepeatN8, -8, 8),
                (C::RepeatN20, -20, 20),
            ],
        );
        self.windows_of(
            C::DigitShare,
            1,
            &[(C::DigitA1, -1, -1), (C::DigitB1, 1, 1), (C::DigitN3, -3, 3), (C::DigitN8, -8, 8)],
        );
        self.windows_of(C::ListItem, 255, &[(C::ListA1, -1, -1), (C::ListB1, 1, 1), (C::ListN8, -8, 8)]);
        if self.table.input == Input::Html {
            self.windows_of(
                C::Links,
                1,
                &[(C::LinksB1, 1, 1), (C::LinksA3, -3, -1), (C::LinksB3, 1, 3), (C::LinksN20, -20, 20)],
            );
        }
        self.windows_of(C::EndClass, 1, &[(C::EndA1, -1, -1), (C::EndB1, 1, 1)]);
        self.windows_of(C::StartClass, 1, &[(C::StartA1, -1, -1), (C::StartB1, 1, 1)]);
    }

    /// Fills columns with the means of one column, each byte times `by`, over windows that are given as first and last
    /// line from each line.
    fn windows_of(&mut self, of: Column, by: u8, windows: &[(Column, isize, isize)]) {
        let column = self.table.column(of);
        if column.iter().all(|&value| value == 0) {
            windows.iter().for_each(|&(column, ..)| self.table.fill_page(column, 0));
            return;
        }
        self.sums.over(column, by);
        for &(column, first, last) in windows {
            self.sums.mean(first, last, self.table.set(column));
        }
    }
}
