//! The drawing that the page is in: its elements are not those of HTML and none of its text is read, so that all there is
//! to know is where it ends. That is at its end tag, or else where HTML goes on, since its end tag may be missing.

use super::tokens::Name;
use crate::model::{Flow, Tag};

/// Elements of a drawing that are known by name; what lies deeper is taken for part of the last one.
const DEEPEST: usize = 256;

/// The open elements of a drawing, the outermost first; none when the page is in no drawing.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    open: Vec<Name>,
}

impl Drawing {
    /// Whether the page is in a drawing.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Opens an element: the drawing itself, or one in it.
    pub(super) fn push(&mut self, name: Name) {
        if self.open.len() < DEEPEST {
            self.open.push(name);
        }
    }

    /// Closes the innermost element of that name with all that stands in it; false when the drawing has none.
    pub(super) fn close(&mut self, name: Name) -> bool {
        let at = self.open.iter().rposition(|open| *open == name);
        at.into_iter().for_each(|at| self.open.truncate(at));
        at.is_some()
    }

    /// The page goes on without it.
    pub(super) fn end(&mut self) {
        self.open.clear();
    }
}

/// Elements of HTML that cannot stand in a drawing, and so end it.
pub(super) fn breaks_out(tag: Tag) -> bool {
    match tag.flow() {
        Flow::Block | Flow::Item => true,
        Flow::Inline => !matches!(tag, Tag::Other | Tag::A | Tag::Font),
        Flow::Void => matches!(tag, Tag::Br | Tag::Hr | Tag::Img | Tag::Meta | Tag::Embed),
        Flow::Cell | Flow::Out => false,
    }
}
