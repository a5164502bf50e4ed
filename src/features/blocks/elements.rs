//! The elements that a line stands in, the headings above it, and its links.

use super::super::Table;
use super::super::columns::Column as C;
use super::super::scale::{distance, flag, log, share};
use crate::model::{ClueKind, Element, Flow, Markup, Tag, Tags};

pub(super) fn fill(table: &mut Table, markup: &Markup, lines: usize) {
    let around: Vec<Around> = (0..lines).map(|line| Around::of(markup, line)).collect();
    table.fill(C::OwnTag, around.iter().map(|around| around.own));
    table.fill(C::OuterTag, around.iter().map(|around| around.outer));
    table.fill(C::Landmark, around.iter().map(|around| around.landmark));
    table.fill(C::Depth, around.iter().map(|around| around.depth));
    for (column, tags) in [
        (C::InArticle, [Tag::Article].as_slice()),
        (C::InMain, &[Tag::Main]),
        (C::InFigure, &[Tag::Figure, Tag::Figcaption]),
    ] {
        let set = tags.iter().fold(Tags::default(), |set, &tag| set.with(tag));
        table.fill(column, around.iter().map(|around| flag(around.tags.meets(set))));
    }
    table.fill(C::HeadingLevel, markup.blocks.iter().map(|block| block.heading));
    table.fill(C::Links, markup.blocks.iter().map(|block| share(u32::from(block.links), 1000)));
    fill_headings(table, markup);
    let articles = markup.elements.iter().filter(|element| element.tag == Tag::Article).count();
    table.fill_page(C::PageArticles, log(articles as u32));
    table.fill_page(C::PageType, page_type(markup));
}

/// What stands around one line.
struct Around {
    own: u8,
    outer: u8,
    landmark: u8,
    depth: u8,
    tags: Tags,
}

impl Around {
    fn of(markup: &Markup, line: usize) -> Self {
        let is_block = |element: &&Element| !matches!(element.tag.flow(), Flow::Inline | Flow::Void);
        let mut blocks = markup.elements_of(line).filter(is_block).map(|element| element.tag);
        let (own, outer) = (blocks.next(), blocks.next());
        let order = |tag: Option<Tag>| tag.map_or(0, order);
        Self {
            own: order(own),
            outer: order(outer),
            landmark: own.into_iter().chain(outer).chain(blocks).find_map(landmark).unwrap_or(UNMARKED),
            depth: markup.elements_of(line).take(255).count() as u8,
            tags: markup.tags_of(line),
        }
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
