//! The elements that a line stands in, the headings above it, and its links.

use super::super::Table;
use super::super::columns::Column as C;
use super::super::scale::{distance, flag, log, share};
use super::element_of;
use crate::model::{ClueKind, Element, Flow, Markup, Tag, Tags};

/// What stands around a line of an element, the element included.
#[derive(Clone, Copy, Debug)]
struct Around {
    /// The innermost block, and the one around it.
    own: u8,
    outer: u8,
    landmark: u8,
    depth: u8,
}

impl Around {
    /// The page itself.
    const PAGE: Self = Self { own: 0, outer: 0, landmark: UNMARKED, depth: 0 };

    /// What stands around the lines of `element`, which stands in what `self` is of.
    fn within(self, element: &Element) -> Self {
        let around = Self { depth: self.depth.saturating_add(1), ..self };
        if matches!(element.tag.flow(), Flow::Inline | Flow::Void) {
            return around;
        }
        let landmark = landmark(element.tag).unwrap_or(self.landmark);
        Self { own: order(element.tag), outer: self.own, landmark, ..around }
    }
}

/// What stands around each element of a page, and around the page itself, kept from page to page.
#[derive(Debug, Default)]
pub(super) struct Elements {
    around: Vec<Around>,
}

impl Elements {
    pub(super) fn fill(&mut self, table: &mut Table, markup: &Markup, lines: usize) {
        let Self { around } = self;
        around.clear();
        for (at, element) in markup.elements.iter().enumerate() {
            // Parents stand before their children; what has none is in the page.
            let parent = around[..at].get(element.parent as usize).copied().unwrap_or(Around::PAGE);
            around.push(parent.within(element));
        }
        around.push(Around::PAGE);
        let of = || (0..lines).map(|line| around[element_of(markup, line)]);
        table.fill(C::OwnTag, of().map(|around| around.own));
        table.fill(C::OuterTag, of().map(|around| around.outer));
        table.fill(C::Landmark, of().map(|around| around.landmark));
        table.fill(C::Depth, of().map(|around| around.depth));
        for (column, tags) in [
            (C::InArticle, [Tag::Article].as_slice()),
            (C::InMain, &[Tag::Main]),
            (C::InFigure, &[Tag::Figure, Tag::Figcaption]),
        ] {
            let set = tags.iter().fold(Tags::default(), |set, &tag| set.with(tag));
            table.fill(column, (0..lines).map(|line| flag(markup.tags_of(line).meets(set))));
        }
        table.fill(C::HeadingLevel, markup.blocks.iter().map(|block| block.heading));
        table.fill(C::Links, markup.blocks.iter().map(|block| share(u32::from(block.links), 1000)));
        fill_headings(table, markup);
        let articles = markup.elements.iter().filter(|element| element.tag == Tag::Article).count();
        table.fill_page(C::PageArticles, log(articles as u32));
        table.fill_page(C::PageType, page_type(markup));
    }
}

/// Elements by how often their text is content: trees part an order at one place.
fn order(tag: Tag) -> u8 {
    match tag {
        Tag::Nav | Tag::Menu => 10,
        Tag::Footer => 20,
        Tag::Button | Tag::Select | Tag::Option => 30,
        Tag::Form | Tag::Fieldset | Tag::Legend => 40,
        Tag::Aside => 50,
        Tag::Header => 60,
        Tag::Ul | Tag::Ol => 80,
        Tag::Li => 90,
        Tag::Div => 110,
        Tag::Tr | Tag::Tbody | Tag::Table | Tag::Thead => 120,
        Tag::Td | Tag::Th => 130,
        Tag::Section => 140,
        Tag::H5 | Tag::H6 => 150,
        Tag::H4 => 155,
        Tag::H3 => 160,
        Tag::H2 => 165,
        Tag::H1 => 170,
        Tag::Figcaption | Tag::Figure | Tag::Caption => 180,
        Tag::Dt | Tag::Dl => 190,
        Tag::Dd => 195,
        Tag::Pre => 200,
        Tag::Main => 210,
        Tag::Article => 220,
        Tag::Blockquote => 230,
        Tag::P => 250,
        _ => 100,
    }
}

/// No landmark around.
const UNMARKED: u8 = 100;

/// Elements that say what part of the page they are, in the same way.
fn landmark(tag: Tag) -> Option<u8> {
    Some(match tag {
        Tag::Nav => 10,
        Tag::Footer => 20,
        Tag::Aside => 30,
        Tag::Form => 40,
        Tag::Dialog => 50,
        Tag::Header => 60,
        Tag::Section => 120,
        Tag::Main => 140,
        Tag::Article => 160,
        _ => return None,
    })
}

fn fill_headings(table: &mut Table, markup: &Markup) {
    let (mut level, mut since, mut title) = (0, None, None);
    let rows = markup.blocks.iter().map(|block| {
        if block.heading > 0 {
            (level, since) = (block.heading, Some(0));
            if block.heading == 1 && title.is_none() {
                title = Some(0);
            }
        }
        let row = [level, distance(since), distance(title)];
        since = since.map(|lines| lines + 1);
        title = title.map(|lines| lines + 1);
        row
    });
    let [levels, sinces, titles] = table.set_all([C::HeadingAbove, C::SinceHeading, C::SinceTitle]);
    for (((row, level), since), title) in rows.zip(levels).zip(sinces).zip(titles) {
        [*level, *since, *title] = row;
    }
}

/// What sort of page the page says that it is, from those that are least like an article on.
fn page_type(markup: &Markup) -> u8 {
    let said = |kind: ClueKind, name: &str, words: &[&str]| {
        let mut clues = markup.clues.iter().filter(|clue| clue.kind == kind && *clue.name == *name);
        clues.any(|clue| words.iter().any(|word| clue.value.contains(word)))
    };
    let json = |words: &[&str]| said(ClueKind::JsonLd, "", words);
    let graph = |words: &[&str]| said(ClueKind::Meta, "og:type", words);
    match () {
        () if json(&["\"DiscussionForumPosting\"", "\"QAPage\""]) => 50,
        () if graph(&["product"]) || json(&["\"Product\""]) => 10,
        () if json(&["Article\"", "\"BlogPosting\""]) => 250,
        () if graph(&["article", "blog"]) => 200,
        () if json(&["\"CollectionPage\"", "\"ItemList\""]) => 30,
        () if graph(&["website"]) => 70,
        () => 100,
    }
}
