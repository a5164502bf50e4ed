//! The title as a reader would say it: without the site's name that a page's first line often carries.

use super::squeeze;
use crate::fold::fold;
use crate::likeness;
use crate::matcher::PageView;
use crate::model::Zone;

/// The title of a page: what the input told, else what the rules captured, else nothing.
///
/// A captured title that carries more than the page shows of it elsewhere (`The Road | Example Times`, with `The Road`
/// as a heading below) is given as the page shows it.
pub(super) fn choose(page: &PageView<'_>, known: &str, captured: Option<&str>) -> String {
    if !known.trim().is_empty() {
        return squeeze(known);
    }
    let Some(captured) = captured else { return String::new() };
    let folded = fold(captured);
    let shown = likeness::parts(&folded).skip(1).find_map(|part| shown_as(page, part));
    shown.map_or_else(|| squeeze(captured), squeeze)
}

/// The line above the end of the prose that shows `part` and nothing else.
fn shown_as<'a>(page: &PageView<'a>, part: &str) -> Option<&'a str> {
    let lines = page.lines.lines.iter().enumerate();
    let (_, line) = lines
        .take_while(|(_, line)| line.zone != Zone::Tail)
        .find(|&(index, _)| page.folds_to(index, part))?;
    Some(&page.text[line.span.range()])
}
