//! HTML into lines of text, and what its markup says of each: one pass over the tokens with a stack of open elements.
//! No tree is built, no style sheet read, no script run, and no rule asked.
//!
//! The lines are the page's text from here on: every span that a later stage speaks of counts in it. Parts that no
//! reader sees are not in it (scripts, styles, drawings, `hidden`); everything else is, menus and footers too.

mod attributes;
mod builder;
mod charset;
mod clues;
mod drawing;
mod line;
mod names;
mod raw;
mod sniff;
mod stack;
mod tokens;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

pub use charset::declared_encoding;
pub(crate) use names::normal_form;
pub use sniff::is_html;

use crate::model::Markup;
use builder::Builder;

/// Clears `text` and `markup`, then fills them with what `html` shows and with its markup.
///
/// Takes time and memory in proportion to the page, whatever it nests. Where more text is hidden than shown, as on pages
/// that a script uncovers, hidden text is read too.
pub fn render_into(html: &str, text: &mut String, markup: &mut Markup) {
    if render(html, false, text, markup) {
        render(html, true, text, markup);
    }
}

/// Whether more was hidden than shown.
fn render(html: &str, show_hidden: bool, text: &mut String, markup: &mut Markup) -> bool {
    text.clear();
    markup.clear();
    let mut builder = Builder::new(text, markup, show_hidden);
    tokens::tokenise(html, &mut builder);
    builder.hides_most()
}
