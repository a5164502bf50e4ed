//! Tags and text into lines: one pass, no tree. What is open decides where a line ends, what parts it from the next, and
//! what is known of it.

use super::attributes::{Attribute, Attributes};
use super::clues::Clues;
use super::drawing::{Drawing, breaks_out};
use super::line::{Gap, Line};
use super::stack::{Mute, Stack};
use super::tokens::{Name, TokenSink};
use crate::model::{Flow, Markup, Tag};

/// Bytes outside of links that a `noscript` must hold to be content: the messages about switched-off scripts are shorter,
/// and the forum posts that some systems keep in one are longer.
const NOSCRIPT_TEXT: u64 = 400;

/// Bytes of hidden text outside of links, and how many times the shown text they must be, before they are the page: it
/// waits for a script then. Dialogs, forms and menus hide less.
const HIDDEN_TEXT: u64 = 200;
const HIDDEN_SHARE: u64 = 4;

/// Builds the lines of one page.
#[derive(Debug)]
pub(super) struct Builder<'a> {
    page: &'a mut String,
    markup: &'a mut Markup,
    stack: Stack,
    clues: Clues,
    line: Line,
    gap: Gap,
    /// Whether hidden text is read all the same.
    show_hidden: bool,
    /// Bytes of hidden text that were left out.
    hidden: u64,
    /// Bytes of text outside of links that were written.
    plain: u64,
    /// Whether an item has begun and nothing stands in it yet, and whether one has just ended.
    item_begun: bool,
    item_ended: bool,
    /// Whether a line was just broken by a `br`.
    broken: bool,
    drawing: Drawing,
    noscript: Option<Mark>,
}

/// Where the page stood when a `noscript` began.
#[derive(Clone, Copy, Debug)]
struct Mark {
    depth: usize,
    bytes: usize,
    blocks: usize,
    plain: u64,
    gap: Gap,
    item_begun: bool,
    item_ended: bool,
    broken: bool,
}

impl<'a> Builder<'a> {
    /// Writes to `page` and `markup`, which are empty.
    pub(super) fn new(page: &'a mut String, markup: &'a mut Markup, show_hidden: bool) -> Self {
        let stack = Stack::new(markup);
        Self {
            page,
            markup,
            stack,
            clues: Clues::default(),
            line: Line::default(),
            gap: Gap::Line,
            show_hidden,
            hidden: 0,
            plain: 0,
            item_begun: false,
            item_ended: false,
            broken: false,
            drawing: Drawing::default(),
            noscript: None,
        }
    }

    /// Whether far more was hidden than shown: then a script shows the page.
    pub(super) fn hides_most(&self) -> bool {
        self.hidden >= HIDDEN_TEXT && self.hidden > HIDDEN_SHARE * self.plain
    }

    fn open_element(&mut self, name: Name, attributes: &Attributes<'_>) {
        let tag = name.tag;
        if tag == Tag::A {
            self.close_link();
        }
        self.close_to(self.stack.depth_before(tag));
        match tag.flow() {
            // What nobody sees parts nothing.
            _ if self.stack.is_muted() => {}
            Flow::Block if self.item_begun && self.line.is_empty() => {}
            Flow::Block => self.end_line(Gap::Blank),
            Flow::Item => {
                self.end_line(Gap::Line);
                if self.item_ended {
                    self.gap = Gap::Line;
                }
                self.item_begun = true;
            }
            Flow::Cell => self.line.next_cell(),
            _ => {}
        }
        let mute = match tag {
            // Browsers that do not play it show what it holds: where it is the page, it is read.
            Tag::Object => Mute::Hidden,
            // It is what browsers show of the element that it stands in.
            Tag::Template if attributes.has(Attribute::Shadowrootmode) => Mute::Shown,
            _ if tag.flow() == Flow::Out => Mute::Out,
            // Within a line a `noscript` stands in for a picture.
            Tag::Noscript if !self.line.is_empty() => Mute::Out,
            Tag::Dialog if !attributes.has(Attribute::Open) => Mute::Hidden,
            _ if attributes.hide() => Mute::Hidden,
            _ => Mute::Shown,
        };
        let mute = if mute == Mute::Hidden && self.show_hidden { Mute::Shown } else { mute };
        if let Some(left_out) = self.stack.make_room(tag, self.markup) {
            self.rise(left_out);
        }
        let depth = self.stack.depth();
        if mute == Mute::Shown && self.stack.top().mute == Mute::Shown {
            let is_marked = tag == Tag::Noscript && self.noscript.is_none();
            if is_marked {
                self.clues.mark(self.markup);
            }
            self.clues.read(tag, attributes, depth, self.markup);
            if is_marked {
                self.noscript = Some(Mark {
                    depth,
                    bytes: self.page.len(),
                    blocks: self.markup.blocks.len(),
                    plain: self.plain,
                    gap: self.gap,
                    item_begun: self.item_begun,
                    item_ended: self.item_ended,
                    broken: self.broken,
                });
            }
        }
        let link = tag == Tag::A && attributes.has(Attribute::Href);
        let value = |attribute| attributes.value(attribute);
        let names = [
            value(Attribute::Class),
            value(Attribute::Id),
            value(Attribute::Role),
            value(Attribute::Itemprop),
        ];
        self.stack.push(name, mute, link, names);
    }

    /// A link cannot stand in a link: the start of one is the end of the other.
    fn close_link(&mut self) {
        if self.stack.top().link {
            match self.stack.depth_after(Name::of(b"a")) {
                Some(depth) => self.close_to(depth),
                None => self.stack.end_link(),
            }
        }
    }

    /// Closes elements until no more than `depth` are open.
    fn close_to(&mut self, depth: usize) {
        while self.stack.depth() > depth {
            let Some(closed) = self.stack.pop() else { return };
            self.end_line_of(closed.tag);
            let left = self.stack.depth();
            self.line.sink(left);
            self.clues.close(left, self.markup);
            if self.noscript.is_some_and(|mark| mark.depth >= left) {
                self.judge_noscript();
            }
        }
    }

    /// Ends the line where an element of that name ends.
    fn end_line_of(&mut self, tag: Tag) {
        match tag.flow() {
            _ if self.stack.is_muted() => {}
            Flow::Block => self.end_line(Gap::Blank),
            Flow::Item => {
                self.end_line(Gap::Line);
                self.item_ended = true;
            }
            _ => {}
        }
    }

    /// The element at `left_out` is no longer in the stack: what stood in it is less deep by one.
    fn rise(&mut self, left_out: usize) {
        self.line.rise(left_out);
        self.clues.rise(left_out);
        if let Some(mark) = &mut self.noscript {
            mark.depth -= usize::from(mark.depth > left_out);
        }
    }

    /// Takes what a `noscript` held out again, unless it is as much as only content is.
    fn judge_noscript(&mut self) {
        self.end_line(Gap::Blank);
        if let Some(mark) = self.noscript.take()
            && self.plain - mark.plain < NOSCRIPT_TEXT
        {
            for block in self.markup.blocks.drain(mark.blocks..) {
                // What is gone counts for no element.
                if let Some(element) = self.markup.elements.get_mut(block.element as usize) {
                    element.bytes = 0;
                }
            }
            self.page.truncate(mark.bytes);
            self.clues.take_back(self.markup);
            // The page goes on as if there had been none.
            (self.plain, self.gap) = (mark.plain, mark.gap);
            (self.item_begun, self.item_ended, self.broken) = (mark.item_begun, mark.item_ended, mark.broken);
        }
    }

    fn verbatim(&mut self, text: &str) {
        // A carriage return comes from an entity: the tokeniser has made newlines of all others.
        for (nth, part) in text.split(['\n', '\r']).enumerate() {
            if nth > 0 {
                self.break_line();
            }
            self.line.push_verbatim(part, &mut self.stack, self.markup);
            self.wrote();
        }
    }

    /// Something may have been written: what only white space stands behind still stands.
    fn wrote(&mut self) {
        if (self.item_begun || self.item_ended || self.broken) && !self.line.is_blank() {
            (self.item_begun, self.item_ended, self.broken) = (false, false, false);
        }
    }

    /// A `br`, or a line break in verbatim text: two of them make a blank line.
    fn break_line(&mut self) {
        if self.stack.is_muted() {
            return;
        }
        let was_broken = self.broken && self.line.is_blank();
        self.end_line(if was_broken { Gap::Blank } else { Gap::Line });
        self.broken = true;
    }

    /// Ends the line, if one was begun; what follows is parted from it by `gap`.
    fn end_line(&mut self, gap: Gap) {
        self.clues.part();
        match self.line.finish(self.gap, self.page, self.markup) {
            Some(plain) => {
                self.plain += u64::from(plain);
                self.gap = gap;
            }
            None => self.gap = self.gap.max(gap),
        }
    }
}

impl TokenSink for Builder<'_> {
    fn open(&mut self, name: Name, attributes: &Attributes<'_>, self_closing: bool) -> bool {
        let tag = name.tag;
        if self.drawing.is_open() {
            if !breaks_out(tag) {
                if !self_closing {
                    self.drawing.push(name);
                }
                return false;
            }
            self.drawing.end();
        }
        match tag {
            Tag::Br => self.break_line(),
            Tag::Hr => {
                self.close_to(self.stack.depth_before(tag));
                if !self.stack.is_muted() {
                    self.end_line(Gap::Blank);
                }
            }
            Tag::Html | Tag::Meta | Tag::Link => {
                self.clues.read(tag, attributes, self.stack.depth(), self.markup);
            }
            Tag::Head | Tag::Body => self.end_line(Gap::Blank),
            Tag::Svg if self_closing => {}
            Tag::Svg => self.drawing.push(name),
            Tag::Script
            | Tag::Style
            | Tag::Iframe
            | Tag::Noembed
            | Tag::Noframes
            | Tag::Textarea
            | Tag::Title => self.clues.begin_raw(tag, attributes),
            _ if tag.flow() == Flow::Void => {}
            _ => self.open_element(name, attributes),
        }
        true
    }

    fn close(&mut self, name: Name) {
        if self.clues.end_raw(self.markup) {
            return;
        }
        let tag = name.tag;
        if self.drawing.is_open() {
            // The end tag of an element around the drawing ends it too: its own may be missing.
            let is_around = || matches!(tag, Tag::P | Tag::Br) || self.stack.depth_after(name).is_some();
            if self.drawing.close(name) || !is_around() {
                return;
            }
            self.drawing.end();
        }
        match tag {
            Tag::Br => return self.break_line(),
            Tag::Html | Tag::Head | Tag::Body => return,
            _ => {}
        }
        if self.stack.end_beyond(tag) {
            self.end_line_of(tag);
        } else if let Some(depth) = self.stack.depth_after(name) {
            self.close_to(depth);
        } else if tag == Tag::A {
            self.stack.end_link();
        } else if tag.flow() == Flow::Block && !self.stack.is_muted() {
            self.end_line(Gap::Blank);
        }
    }

    #[inline]
    fn text(&mut self, text: &str) {
        if self.clues.take_raw(text) || self.drawing.is_open() {
            return;
        }
        let top = self.stack.top();
        if top.mute != Mute::Shown {
            if top.mute == Mute::Hidden {
                // Hidden menus are as long as pages, and stay hidden.
                let counts = |byte: &u8| !byte.is_ascii_whitespace() && !top.link;
                self.hidden += text.bytes().filter(counts).count() as u64;
            }
            return;
        }
        self.clues.take(text);
        if top.verbatim {
            return self.verbatim(text);
        }
        self.line.push(text, &mut self.stack, self.markup);
        self.wrote();
    }

    fn takes_cdata(&self) -> bool {
        // An element of HTML in a formula is none of it.
        let in_formula =
            || self.stack.is_open(Tag::Math) && matches!(self.stack.top().tag, Tag::Math | Tag::Other);
        self.drawing.is_open() || in_formula()
    }

    fn end(&mut self) {
        self.clues.end_raw(self.markup);
        self.close_to(0);
        self.end_line(Gap::Blank);
        // Children stand after their parents.
        let elements = &mut self.markup.elements;
        for at in (0..elements.len()).rev() {
            let (parent, bytes) = (elements[at].parent, elements[at].bytes);
            if let Some(parent) = elements.get_mut(parent as usize) {
                parent.bytes = parent.bytes.saturating_add(bytes);
            }
        }
    }
}
