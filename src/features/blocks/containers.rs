//! The containers around each line: how much of the page each holds, how much of that is prose and how much links, and how
//! far it is from the one that holds most of the prose.

use super::super::Table;
use super::super::columns::Column as C;
use super::super::marks::{Mark, rule_byte};
use super::super::scale::{log, share};
use super::{element_of, parent_of};
use crate::model::{Line, Markup, Tag};

/// Containers that are looked at, from the line outwards.
const LEVELS: usize = 4;

const SHARES: [C; LEVELS] = [C::Share1, C::Share2, C::Share3, C::Share4];
const LINKS: [C; LEVELS] = [C::Links1, C::Links2, C::Links3, C::Links4];
const PROSE: [C; LEVELS] = [C::Prose1, C::Prose2, C::Prose3, C::Prose4];
const MEANS: [C; LEVELS] = [C::Mean1, C::Mean2, C::Mean3, C::Mean4];

/// What the lines of an element come to, those of elements in it included.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    lines: u32,
    words: u32,
    prose: u32,
    /// Words in links.
    linked: u32,
    /// What rules said of its lines, as bytes.
    rules: u32,
    /// Words of prose that stand right in it, twice, and those that stand one container deeper.
    core: u32,
    /// What fitted words say, weighed.
    said: u64,
    weight: u64,
}

/// Containers up to one that also holds another element, and from that element up to the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    up: u8,
    down: u8,
}

impl Way {
    /// There is nothing to go to.
    const NONE: Self = Self { up: u8::MAX, down: u8::MAX };
}

/// Elements of one name and class side by side in one element: posts, cards, rows.
#[derive(Clone, Copy, Debug, Default)]
struct Items {
    count: u32,
    words: u32,
}

/// So many elements side by side are items.
const LEAST_ITEMS: u32 = 3;

/// The elements of one page, the page itself behind them, as containers of lines.
#[derive(Debug, Default)]
pub(super) struct Containers {
    sums: Vec<Sum>,
    /// The nearest element around each that holds more lines.
    wider: Vec<u32>,
    /// From each element to the container with the most prose of its own, and to the title.
    to_core: Vec<Way>,
    to_title: Vec<Way>,
    /// The elements by what they are: the element around, class and id words, name; and for each the number of its
    /// [`Items`].
    order: Vec<(u32, u32, Tag, u32)>,
    items_of: Vec<u32>,
    items: Vec<Items>,
    /// The element of each line.
    elements: Vec<u32>,
    parents: Vec<u32>,
}

impl Containers {
    /// Measures the containers of a page.
    pub(super) fn measure(&mut self, markup: &Markup, lines: &[Line], marks: &[Mark]) {
        let page = markup.elements.len();
        let Self { sums, wider, elements, parents, .. } = self;
        parents.clear();
        parents.extend((0..=page).map(|element| parent_of(markup, element) as u32));
        elements.clear();
        elements.extend((0..lines.len()).map(|line| element_of(markup, line) as u32));
        sums.clear();
        sums.resize(page + 1, Sum::default());
        for (at, ((line, mark), &element)) in lines.iter().zip(marks).zip(&*elements).enumerate() {
            let links = markup.blocks.get(at).map_or(0, |block| u32::from(block.links));
            let sum = &mut sums[element as usize];
            sum.lines += 1;
            sum.words += line.words;
            sum.prose += if line.prose { line.words } else { 0 };
            sum.linked += (u64::from(line.words) * u64::from(links) / 1000) as u32;
            sum.rules += u32::from(rule_byte(mark.score));
        }
        for element in (0..page).rev() {
            let of = sums[element];
            let around = &mut sums[parents[element] as usize];
            around.lines += of.lines;
            around.words += of.words;
            around.prose += of.prose;
            around.linked += of.linked;
            around.rules += of.rules;
        }
        wider.clear();
        wider.resize(page + 1, page as u32);
        for element in 0..page {
            let parent = parents[element];
            let is_wider = step(sums, parents, element) > 0;
            wider[element] = if is_wider { parent } else { wider[parent as usize] };
        }
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.prose) {
            let first = Self::first(sums, wider, elements[at]);
            sums[first].core += 2 * line.words;
            sums[wider[first] as usize].core += line.words;
        }
        let better = |best: usize, at: usize| if sums[at].core > sums[best].core { at } else { best };
        let core = (0..page).fold(page, better);
        let title = markup.blocks.iter().position(|block| block.heading == 1);
        let title = title.map(|line| element_of(markup, line));
        ways(sums, parents, Some(core), &mut self.to_core);
        ways(sums, parents, title, &mut self.to_title);
        self.find_items(markup);
    }

    /// Finds the innermost items that each element is, or is in.
    fn find_items(&mut self, markup: &Markup) {
        let Self { sums, parents, order, items_of, items, .. } = self;
        let page = markup.elements.len();
        order.clear();
        order.extend(
            (0..).zip(&markup.elements).map(|(at, element)| (element.parent, element.names, element.tag, at)),
        );
        order.sort_unstable();
        items.clear();
        items.push(Items::default());
        items_of.clear();
        items_of.resize(page + 1, 0);
        for alike in order.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)) {
            if alike.len() as u32 >= LEAST_ITEMS {
                alike.iter().for_each(|&(.., at)| items_of[at as usize] = items.len() as u32);
                let words = alike.iter().map(|&(.., at)| sums[at as usize].words).sum();
                items.push(Items { count: alike.len() as u32, words });
            }
        }
        for element in 0..page {
            if items_of[element] == 0 {
                items_of[element] = items_of[parents[element] as usize];
            }
        }
    }

    /// The innermost container of a line: its element, or the first around that holds other lines too.
    fn first(sums: &[Sum], wider: &[u32], element: u32) -> usize {
        let alone = sums[element as usize].lines < 2;
        if alone { wider[element as usize] as usize } else { element as usize }
    }

    /// Fills the columns of containers.
    pub(super) fn fill(&self, table: &mut Table) {
        let Self { sums, wider, to_core, to_title, elements, items_of, items, .. } = self;
        let page = sums[sums.len() - 1];
        table.fill_page(C::PageLinks, share(page.linked, page.words));
        let mut levels: Vec<usize> =
            elements.iter().map(|&element| Self::first(sums, wider, element)).collect();
        for level in 0..LEVELS {
            let of = || levels.iter().map(|&container| sums[container]);
            table.fill(SHARES[level], of().map(|sum| share(sum.words, page.words)));
            table.fill(LINKS[level], of().map(|sum| share(sum.linked, sum.words)));
            table.fill(PROSE[level], of().map(|sum| share(sum.prose, sum.words)));
            table.fill(MEANS[level], of().map(|sum| log(sum.words / sum.lines.max(1))));
            if let Some(&rules) = [C::Rules1, C::Rules2].get(level) {
                table.fill(rules, of().map(|sum| (sum.rules / sum.lines.max(1)).min(255) as u8));
            }
            levels.iter_mut().for_each(|container| *container = wider[*container] as usize);
        }
        for (up, down, ways) in [(C::CoreUp, C::CoreDown, to_core), (C::TitleUp, C::TitleDown, to_title)] {
            table.fill(up, elements.iter().map(|&element| ways[element as usize].up));
            table.fill(down, elements.iter().map(|&element| ways[element as usize].down));
        }
        let item = || elements.iter().map(|&element| items[items_of[element as usize] as usize]);
        table.fill(C::ItemCount, item().map(|items| log(items.count)));
        table.fill(C::ItemWords, item().map(|items| log(items.words / items.count.max(1))));
        table.fill(C::ItemShare, item().map(|items| share(items.words, page.words)));
        let steps = |(from, to): (&u32, &u32)| self.steps(*from as usize, *to as usize);
        table.fill(C::StepsB1, elements.iter().zip(&elements[1..]).map(steps).chain([255]));
    }

    /// Containers from an element up to one that holds `to` as well.
    fn steps(&self, mut from: usize, mut to: usize) -> u8 {
        let Self { sums, parents, .. } = self;
        let page = sums.len() - 1;
        let mut steps = 0u8;
        // An element stands behind those around it.
        while from != to {
            if to != page && (from == page || to > from) {
                to = parents[to] as usize;
            } else {
                steps = steps.saturating_add(step(sums, parents, from));
                from = parents[from] as usize;
            }
        }
        steps
    }

    /// Fills the columns of what fitted words say of all the lines in a container.
    pub(super) fn fill_words(&mut self, table: &mut Table) {
        let Self { sums, wider, elements, parents, .. } = self;
        let Some(page) = sums.len().checked_sub(1) else { return };
        sums.iter_mut().for_each(|sum| (sum.said, sum.weight) = (0, 0));
        let said = table.column(C::WordsAny).iter().zip(table.column(C::Words));
        for ((&said, &weight), &element) in said.zip(&*elements) {
            let sum = &mut sums[element as usize];
            sum.said += u64::from(said) * u64::from(weight);
            sum.weight += u64::from(weight);
        }
        for element in (0..page).rev() {
            let of = sums[element];
            let around = &mut sums[parents[element] as usize];
            around.said += of.said;
            around.weight += of.weight;
        }
        let mean = |sum: &Sum| sum.said.checked_div(sum.weight).unwrap_or(128).min(255) as u8;
        let first = || elements.iter().map(|&element| Self::first(sums, wider, element));
        table.fill(C::WordsOf1, first().map(|container| mean(&sums[container])));
        table.fill(C::WordsOf2, first().map(|container| mean(&sums[wider[container] as usize])));
    }
}

/// One, if the element around holds other lines too.
fn step(sums: &[Sum], parents: &[u32], element: usize) -> u8 {
    u8::from(sums[parents[element] as usize].lines > sums[element].lines)
}

/// The way from each element to `goal`.
fn ways(sums: &[Sum], parents: &[u32], goal: Option<usize>, ways: &mut Vec<Way>) {
    let page = sums.len() - 1;
    ways.clear();
    ways.resize(page + 1, Way::NONE);
    let Some(goal) = goal else { return };
    let (mut at, mut down) = (goal, 0u8);
    loop {
        ways[at] = Way { up: 0, down };
        if at == page {
            break;
        }
        down = down.saturating_add(step(sums, parents, at));
        at = parents[at] as usize;
    }
    for element in 0..page {
        if ways[element] == Way::NONE {
            let Way { up, down } = ways[parents[element] as usize];
            ways[element] = Way { up: up.saturating_add(step(sums, parents, element)), down };
        }
    }
}
