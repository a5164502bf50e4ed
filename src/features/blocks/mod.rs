//! What the markup of HTML says of each line: the elements it stands in, how much of it is a link, what the containers
//! around it hold besides, and the class and id words that people gave them.
//!
//! Elements are measured once a page, and lines look theirs up. An element that holds no more lines than the one within
//! tells nothing new, so containers are counted by those that hold more.

mod containers;
mod elements;
mod names;
mod paths;

use super::Table;
use super::columns::Column as C;
use super::lexicon::HEADS;
use super::marks::Mark;
use super::scale::{middling, signed};
use super::scorer::Scorer;
use crate::model::{Line, Markup, NO_ELEMENT};
use containers::Containers;
use elements::Elements;
use names::Names;
use paths::Paths;

/// Buffers, kept from page to page.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    containers: Containers,
    elements: Elements,
    paths: Paths,
    names: Names,
    scores: Vec<[u8; HEADS]>,
}

impl Blocks {
    /// Fills the columns that depend on no fitted weights.
    pub(super) fn fill(&mut self, table: &mut Table, markup: &Markup, lines: &[Line], marks: &[Mark]) {
        self.containers.measure(markup, lines, marks);
        self.containers.fill(table);
        self.elements.fill(table, markup, lines.len());
        self.paths.fill(table, markup, lines);
        self.names.read(markup, lines);
    }

    /// Fills the columns of fitted class and id words, and of what fitted words of the text say of whole containers.
    pub(super) fn add_words(&mut self, table: &mut Table, fitted: Option<&Scorer>) {
        let Self { containers, names, scores, .. } = self;
        scores.clear();
        scores.extend((0..table.lines()).map(|line| {
            fitted.map_or([128; HEADS], |fitted| {
                fitted.score_places(|said| names.for_each_place(line, |place| said.add(place))).map(signed)
            })
        }));
        table.fill(C::NamesAny, scores.iter().map(|scores| scores[0]));
        table.fill(C::NamesArticle, scores.iter().map(|scores| scores[1]));
        let sum: u32 = scores.iter().map(|scores| u32::from(scores[2])).sum();
        table.fill_page(C::NamesPage, middling(sum / scores.len().max(1) as u32));
        containers.fill_words(table);
    }

    /// Calls `visit` with the places of the class and id words around a line.
    pub(super) fn for_each_place(&self, line: usize, visit: impl FnMut(usize)) {
        self.names.for_each_place(line, visit);
    }
}

/// The element of a line, by its index; that of the page itself when it is in none.
fn element_of(markup: &Markup, line: usize) -> usize {
    let element = markup.blocks.get(line).map_or(NO_ELEMENT, |block| block.element);
    (element as usize).min(markup.elements.len())
}

/// The element around each element, by its index, parents before their children: outside of all is the page itself,
/// which has the index behind the last.
fn parent_of(markup: &Markup, element: usize) -> usize {
    let page = markup.elements.len();
    markup.elements.get(element).map_or(page, |element| (element.parent as usize).min(page))
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::{Lexicon, place};
    use super::*;
    use crate::html::render_into;
    use crate::model::Input;
    use crate::segment::segment_whole_into;

    const PAGE: &str = "<body><nav class='menu'><a href='/a'>Home page</a><br><a href='/b'>All the news</a></nav>\
        <main class='content'><h1>The bridge</h1><div class='entry-content'>\
        <p>The old bridge over the river was closed on Monday morning, after two of its arches had moved.</p>\
        <p>For the villages on the far side this means a detour of nineteen kilometres until the spring comes.</p>\
        </div><ul class='cards'><li>One two</li><li>Three four</li><li>Five six</li></ul></main></body>";

    fn filled(html: &str) -> (Table, Blocks) {
        let (mut text, mut markup, mut lines) = (String::new(), Markup::default(), Default::default());
        render_into(html, &mut text, &mut markup);
        segment_whole_into(&text, &mut lines);
        let (mut table, mut blocks) = (Table::default(), Blocks::default());
        table.reset(lines.lines.len(), Input::Html);
        blocks.fill(&mut table, &markup, &lines.lines, &vec![Mark::default(); lines.lines.len()]);
        (table, blocks)
    }

    #[test]
    fn lines_know_their_elements_and_links() {
        let (table, _) = filled(PAGE);
        let [menu, title, prose, card] = [0, 2, 3, 6];
        assert_eq!([menu, title, prose].map(|line| table.column(C::Links)[line]), [255, 0, 0]);
        assert_eq!([menu, title, prose].map(|line| table.column(C::InMain)[line]), [0, 1, 1]);
        assert!(table.column(C::Landmark)[menu] < table.column(C::Landmark)[prose]);
        assert!(table.column(C::OwnTag)[card] < table.column(C::OwnTag)[prose]);
        assert_eq!([menu, title, prose].map(|line| table.column(C::HeadingAbove)[line]), [0, 1, 1]);
        assert_eq!([menu, title, prose].map(|line| table.column(C::SinceTitle)[line]), [255, 0, 16]);
    }

    #[test]
    fn containers_are_told_by_what_they_hold() {
        let (table, _) = filled(PAGE);
        let [menu, title, prose, last, card] = [0, 2, 3, 4, 6];
        let way = |up: C, down: C, line: usize| (table.column(up)[line], table.column(down)[line]);
        assert_eq!(
            [prose, last].map(|line| way(C::CoreUp, C::CoreDown, line)),
            [(1, 0); 2],
            "right in the core"
        );
        assert_eq!(way(C::CoreUp, C::CoreDown, title), (1, 1), "beside the core");
        assert_eq!(way(C::TitleUp, C::TitleDown, prose), (2, 1));
        assert_eq!((table.column(C::Prose1)[prose], table.column(C::Prose1)[card]), (255, 0));
        assert_eq!((table.column(C::Links1)[menu], table.column(C::Links1)[card]), (255, 0));
        assert!(table.column(C::Share2)[prose] > table.column(C::Share1)[prose]);
        assert!(table.column(C::ItemCount)[card] > 0 && table.column(C::ItemCount)[prose] == 0);
        assert_eq!(table.column(C::StepsB1)[prose], 1, "the next line is in the container of both");
    }

    #[test]
    fn lines_of_one_path_are_counted_together() {
        let (table, _) = filled(PAGE);
        let lines = table.column(C::PathLines);
        assert_eq!((lines[3], lines[4]), (lines[4], lines[3]));
        assert!(
            lines[6] > lines[3] && lines[3] > lines[2],
            "three cards, two paragraphs, one title: {lines:?}"
        );
        assert_eq!((table.column(C::PathProse)[3], table.column(C::PathProse)[6]), (255, 0));
    }

    #[test]
    fn class_words_speak_for_the_lines_around_which_they_stand() {
        let mut lexicon = Lexicon { steps: [1 << 20, 0, 0], ..Lexicon::default() };
        let (mut table, mut blocks) = filled(PAGE);
        let mut places = Vec::new();
        blocks.for_each_place(0, |place| places.push(place));
        assert!(!places.is_empty());
        places.iter().for_each(|&place| lexicon.weights[place][0] = -100);
        blocks.add_words(&mut table, Some(&Scorer::of(&lexicon)));
        let said = table.column(C::NamesAny);
        assert!(said[0] < 128 && said[1] == said[0] && said[3] == 128, "{said:?}");
        assert_ne!(place(1), place(2));
    }

    #[test]
    fn a_page_without_elements_has_columns_too() {
        let (table, _) = filled("Only text, and nothing that holds it.");
        assert_eq!(table.column(C::Share1), [255]);
        assert_eq!(table.column(C::TitleUp), [255]);
    }
}
