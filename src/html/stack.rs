//! The elements that are open, and which of them a tag closes without saying so. A parser that builds a tree does more;
//! what is done here is what decides where lines begin and end, and which elements stand around them.
//!
//! The stack has a limit, and looking for an element is bounded by it: a page of nothing but start tags costs linear time.
//! Letters that nobody closes, `<font>` upon `<font>`, reach it on real pages, so they make room for others, and what lies
//! beyond the limit is counted, so that its end tags close nothing else.

use super::names::Names;
use super::tokens::Name;
use crate::model::{Element, Flow, Markup, NO_ELEMENT, Tag, Tags};

/// How deep elements nest, at most; what lies deeper belongs to the last one. Browsers stop at 512, real pages at 100.
pub(super) const DEEPEST: usize = 256;

/// Elements that the stack holds beyond that, where text is muted: it must be known where that ends.
const MUTED: usize = 64;

/// Whether the text of an element is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mute {
    /// It is.
    #[default]
    Shown,
    /// The page keeps it from its readers.
    Hidden,
    /// It is no text.
    Out,
}

/// An open element. All but the first four is inherited by what stands in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) tag: Tag,
    /// Tells it apart where it has no tag.
    other: u32,
    /// Its place among the page's elements, once it holds text.
    node: u32,
    /// Where its class and id words begin.
    names: usize,
    /// Whether it does nothing but say how letters look.
    letters: bool,
    pub(super) mute: Mute,
    /// Whether it is, or is in, a link.
    pub(super) link: bool,
    pub(super) verbatim: bool,
    pub(super) heading: u8,
    pub(super) lists: u8,
}

impl Open {
    const PAGE: Self = Self {
        tag: Tag::Other,
        other: 0,
        node: NO_ELEMENT,
        names: 0,
        letters: false,
        mute: Mute::Shown,
        link: false,
        verbatim: false,
        heading: 0,
        lists: 0,
    };
}

/// The open elements, the outermost first.
#[derive(Debug)]
pub(super) struct Stack {
    open: Vec<Open>,
    /// How many of each are open: most stray end tags need no search.
    counts: [u16; Tag::COUNT],
    /// How many of them are letters.
    letters: u16,
    /// How many of each began in the innermost element and found the stack full, and whether any did.
    beyond: [u32; Tag::COUNT],
    is_exceeded: bool,
    /// The class and id words of the open elements, one after the other.
    names: String,
    known: Names,
}

impl Stack {
    pub(super) fn new(markup: &mut Markup) -> Self {
        Self {
            open: Vec::new(),
            counts: [0; Tag::COUNT],
            letters: 0,
            beyond: [0; Tag::COUNT],
            is_exceeded: false,
            names: String::new(),
            known: Names::new(markup),
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The innermost open element; the page itself when none is.
    #[inline]
    pub(super) fn top(&self) -> Open {
        self.open.last().copied().unwrap_or(Open::PAGE)
    }

    /// Whether what comes next is not there for readers, so that it parts no lines. An `object` that nobody closed may hold
    /// blocks of the page.
    #[inline]
    pub(super) fn is_muted(&self) -> bool {
        self.open.last().is_some_and(|open| open.mute != Mute::Shown) && !self.is_open(Tag::Object)
    }

    pub(super) fn is_open(&self, tag: Tag) -> bool {
        self.counts[tag as usize] > 0
    }

    fn is_heading_open(&self) -> bool {
        const { assert!(Tag::H1 as usize + 5 == Tag::H6 as usize, "they stand side by side") };
        self.counts[Tag::H1 as usize..=Tag::H6 as usize].iter().any(|&open| open > 0)
    }

    /// Makes room for an element of that name where the stack is full, by leaving out letters that tell nothing: those
    /// of the same name first, the outermost first, since more than three alike look like three. The depth that they
    /// stood at is told: whatever is deeper has moved up by one.
    ///
    /// What stood right in them stands in what is around them from here on, else the elements around a line would be all that
    /// were ever left out, and walking out of them would take as many steps for every line.
    pub(super) fn make_room(&mut self, tag: Tag, markup: &mut Markup) -> Option<usize> {
        if self.open.len() != DEEPEST || self.letters == 0 || self.top().mute != Mute::Shown {
            return None;
        }
        let is_alike = |open: &Open| open.letters && open.tag == tag;
        let at =
            self.open.iter().position(is_alike).or_else(|| self.open.iter().position(|open| open.letters))?;
        let left_out = self.open.remove(at);
        let outer = markup.elements.get(left_out.node as usize).map(|element| element.parent);
        let inner = self.open.get(at).and_then(|inner| markup.elements.get_mut(inner.node as usize));
        if let (Some(outer), Some(inner)) = (outer, inner) {
            inner.parent = outer;
        }
        self.counts[left_out.tag as usize] -= 1;
        self.letters -= 1;
        Some(at)
    }

    /// Opens an element, unless the stack is full.
    pub(super) fn push(&mut self, Name { tag, other }: Name, mute: Mute, link: bool, names: [&str; 4]) {
        let around = self.top();
        let mute = around.mute.max(mute);
        // A `noscript` may yet turn out to be no text.
        let needs_end = mute != Mute::Shown || tag == Tag::Noscript;
        if self.open.len() >= DEEPEST + if needs_end { MUTED } else { 0 } {
            self.beyond[tag as usize] += 1;
            self.is_exceeded = true;
            return;
        }
        self.forget_beyond();
        let letters = is_letters(tag) && names.iter().all(|part| part.is_empty());
        self.letters += u16::from(letters);
        self.open.push(Open {
            tag,
            other,
            node: NO_ELEMENT,
            names: self.names.len(),
            letters,
            mute,
            link: around.link || link,
            verbatim: around.verbatim || matches!(tag, Tag::Pre | Tag::Listing | Tag::Xmp | Tag::Plaintext),
            heading: if tag.heading() > 0 { tag.heading() } else { around.heading },
            lists: around.lists.saturating_add(u8::from(tag.is_list())),
        });
        self.counts[tag as usize] += 1;
        for part in names.into_iter().filter(|part| !part.is_empty()) {
            self.names.push_str(part);
            self.names.push(' ');
        }
    }

    /// Closes the innermost element.
    pub(super) fn pop(&mut self) -> Option<Open> {
        let closed = self.open.pop()?;
        self.forget_beyond();
        self.counts[closed.tag as usize] -= 1;
        self.letters -= u16::from(closed.letters);
        self.names.truncate(closed.names);
        Some(closed)
    }

    /// Ends an element that found the stack full; false when none of that name did.
    pub(super) fn end_beyond(&mut self, tag: Tag) -> bool {
        let ends = self.is_exceeded && self.beyond[tag as usize] > 0;
        self.beyond[tag as usize] -= u32::from(ends);
        ends
    }

    fn forget_beyond(&mut self) {
        if self.is_exceeded {
            self.beyond.fill(0);
            self.is_exceeded = false;
        }
    }

    /// The place, among the page's elements, of the element at `depth` (0 is the page itself).
    pub(super) fn node(&mut self, depth: usize, markup: &mut Markup) -> u32 {
        let made = self.open[..depth].iter().rposition(|open| open.node != NO_ELEMENT).map_or(0, |at| at + 1);
        for at in made..depth {
            let parent = if at > 0 { self.open[at - 1].node } else { NO_ELEMENT };
            let around = markup.elements.get(parent as usize).map_or(Tags::default(), |parent| parent.around);
            let end = self.open.get(at + 1).map_or(self.names.len(), |next| next.names);
            let Open { tag, names, .. } = self.open[at];
            let names = self.known.number(&self.names[names..end], markup);
            self.open[at].node = u32::try_from(markup.elements.len()).unwrap_or(NO_ELEMENT);
            markup.elements.push(Element { parent, names, bytes: 0, around: around.with(tag), tag });
        }
        depth.checked_sub(1).map_or(NO_ELEMENT, |at| self.open[at].node)
    }

    /// Ends the link that is open, where its end tag cannot close the blocks in it.
    pub(super) fn end_link(&mut self) {
        self.open.iter_mut().rev().take_while(|open| open.link).for_each(|open| open.link = false);
    }

    /// How deep the stack is once the start of `tag` has closed what it cannot stand in.
    pub(super) fn depth_before(&self, tag: Tag) -> usize {
        let mut depth = self.depth();
        if self.is_open(Tag::P) && ends_paragraph(tag) {
            depth = self.outside(depth, |open| open == Tag::P, |open| is_border(open) || open == Tag::Button);
        }
        match tag {
            Tag::Li => self.outside(depth, |open| open == Tag::Li, is_item_border),
            Tag::Dt | Tag::Dd => {
                self.outside(depth, |open| matches!(open, Tag::Dt | Tag::Dd), is_item_border)
            }
            Tag::Option => self.outside(depth, |open| open == Tag::Option, is_choice_border),
            Tag::Optgroup => {
                let depth = self.outside(depth, |open| open == Tag::Option, is_choice_border);
                self.outside(depth, |open| open == Tag::Optgroup, is_choice_border)
            }
            Tag::Td | Tag::Th => {
                let in_row = |open| open == Tag::Tr || is_table_border(open);
                self.outside(depth, |open| matches!(open, Tag::Td | Tag::Th), in_row)
            }
            Tag::Tr | Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Caption | Tag::Colgroup => {
                self.outside_rows(depth, tag)
            }
            Tag::Button => self.outside(depth, |open| open == Tag::Button, is_border),
            // Brackets around the readings in a `ruby` have no end tag where a reading or another bracket begins.
            Tag::Rp | Tag::Other => depth - usize::from(self.top().tag == Tag::Rp),
            Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6 => {
                let above = depth.checked_sub(1).map_or(Tag::Other, |at| self.open[at].tag);
                depth - usize::from(above.heading() > 0)
            }
            _ => depth,
        }
    }

    /// The depth outside of all parts of the table that `tag`, a row or a group of rows, cannot stand in.
    fn outside_rows(&self, depth: usize, tag: Tag) -> usize {
        let groups = tag != Tag::Tr;
        let ends = |open| match open {
            Tag::Td | Tag::Th | Tag::Tr | Tag::Caption | Tag::Colgroup => true,
            Tag::Tbody | Tag::Thead | Tag::Tfoot => groups,
            _ => false,
        };
        let (mut at, mut found) = (depth, depth);
        while at > 0 && !is_table_border(self.open[at - 1].tag) {
            at -= 1;
            if ends(self.open[at].tag) {
                found = at;
            }
        }
        // Without a table there are no rows.
        if at > 0 { found } else { depth }
    }

    /// How deep the stack is once the end tag of `name` has done its work; `None` when it closes nothing.
    pub(super) fn depth_after(&self, name: Name) -> Option<usize> {
        let tag = name.tag;
        // The end tag of a heading of any level ends the one that is open.
        let may_end = if tag.heading() > 0 { self.is_heading_open() } else { self.is_open(tag) };
        if !may_end {
            return None;
        }
        let depth = self.depth();
        let outside = match tag {
            Tag::Li => self.outside(depth, |open| open == tag, |open| open.is_list() || is_end_border(open)),
            // Whatever is left open in a template or in a `noscript` ends with it: no cell stands in the way.
            Tag::Template => self.outside(depth, |open| open == tag, |_| false),
            Tag::Table | Tag::Noscript => {
                self.outside(depth, |open| open == tag, |open| open == Tag::Template)
            }
            Tag::Td | Tag::Th | Tag::Tr | Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Caption => {
                self.outside(depth, |open| open == tag, is_table_border)
            }
            _ if tag.heading() > 0 => self.outside(depth, |open| open.heading() > 0, is_end_border),
            // Letters and phrases do not close the blocks that stand in them.
            Tag::Other => self.outside_other(name.other),
            _ if tag.flow() == Flow::Inline => {
                let is_block =
                    |open: Tag| !matches!(open.flow(), Flow::Inline | Flow::Out) || open == Tag::Template;
                self.outside(depth, |open| open == tag, is_block)
            }
            _ => self.outside(depth, |open| open == tag, is_end_border),
        };
        (outside < depth).then_some(outside)
    }

    /// The depth outside of the innermost element without a tag that has the name, the whole depth when there is none.
    fn outside_other(&self, other: u32) -> usize {
        let within =
            self.open.iter().rev().take_while(|open| !is_end_border(open.tag) || self.is_stray(open.tag));
        let inner = within.take_while(|open| open.tag != Tag::Other || open.other != other).count();
        let at = self.depth() - inner;
        // A border stands there, or the page.
        match at.checked_sub(1).map(|at| self.open[at]) {
            Some(Open { tag: Tag::Other, .. }) => at - 1,
            _ => self.depth(),
        }
    }

    /// The depth outside of the innermost element that `is_meant`, `depth` when a border stands before it.
    fn outside(
        &self,
        depth: usize,
        is_meant: impl Fn(Tag) -> bool,
        is_border: impl Fn(Tag) -> bool,
    ) -> usize {
        for at in (0..depth).rev() {
            let tag = self.open[at].tag;
            if is_meant(tag) {
                return at;
            }
            if is_border(tag) && !self.is_stray(tag) {
                break;
            }
        }
        depth
    }

    /// Whether an open element is part of no table: it stands in nobody's way.
    fn is_stray(&self, tag: Tag) -> bool {
        matches!(tag, Tag::Td | Tag::Th | Tag::Caption) && !self.is_open(Tag::Table)
    }
}

/// Elements that only say how letters look, unless they have a class or the like.
fn is_letters(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::B
            | Tag::Big
            | Tag::Code
            | Tag::Em
            | Tag::Font
            | Tag::I
            | Tag::S
            | Tag::Small
            | Tag::Span
            | Tag::Strong
            | Tag::Sub
            | Tag::Sup
            | Tag::Tt
            | Tag::U
    )
}

/// What no start tag within closes.
fn is_border(tag: Tag) -> bool {
    matches!(tag, Tag::Td | Tag::Th | Tag::Table | Tag::Caption | Tag::Template | Tag::Object)
}

/// What no end tag within closes. Players of old are often left open, and what comes after them is more than what they hold
/// for those who cannot play.
fn is_end_border(tag: Tag) -> bool {
    is_border(tag) && tag != Tag::Object
}

/// What no row or cell reaches beyond, of those that its tags close.
fn is_table_border(tag: Tag) -> bool {
    matches!(tag, Tag::Table | Tag::Template)
}

/// What an item does not reach beyond: everything but the wrappers that people put into items.
fn is_item_border(tag: Tag) -> bool {
    is_border(tag)
        || (tag.flow() == Flow::Block && !matches!(tag, Tag::Address | Tag::Div | Tag::P | Tag::Center))
}

fn is_choice_border(tag: Tag) -> bool {
    is_border(tag) || matches!(tag, Tag::Select | Tag::Datalist)
}

/// Whether the start of `tag` ends an open paragraph.
fn ends_paragraph(tag: Tag) -> bool {
    match tag.flow() {
        Flow::Block => !matches!(
            tag,
            Tag::Button | Tag::Select | Tag::Legend | Tag::Caption | Tag::Body | Tag::Head | Tag::Html
        ),
        Flow::Item => matches!(tag, Tag::Li | Tag::Dd | Tag::Dt),
        _ => tag == Tag::Hr,
    }
}
