//! What a fit is worth, as a table.

use super::text::{counted, pad, wrap};
use crate::learn::Figure;

/// The table of cross-validated figures, with what they are above it in lines of at most `columns`.
pub fn fit_text(figures: &[Figure], pages: usize, sites: usize, columns: usize) -> String {
    let name = |figure: &Figure| figure.group.clone();
    let widest = figures.iter().map(|figure| name(figure).len()).max().unwrap_or(0).max(5);
    let told = format!(
        "{} of {}; F1, and the share that is exactly right, of pages judged by weights that were fitted on other sites; \
         beside it F1 by rules alone",
        counted(pages as u64, "page"),
        counted(sites as u64, "site"),
    );
    let mut text = format!(
        "{}\n\n{} {:>8} {:>8} {:>8} {:>8}\n",
        wrap(&told, columns).join("\n"),
        pad("group", widest),
        "samples",
        "normal",
        "exact",
        "careful",
    );
    for figure in figures {
        text.push_str(&format!(
            "{} {:>8} {:>8.4} {:>8.4} {:>8.4}\n",
            pad(&name(figure), widest),
            figure.samples,
            figure.f1,
            figure.exact,
            figure.careful
        ));
    }
    text
}
