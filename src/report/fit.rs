//! What a fit is worth, as a table.

use super::text::{counted, pad};
use crate::learn::Figure;

/// The table of cross-validated figures.
pub fn fit_text(figures: &[Figure], pages: usize, sites: usize) -> String {
    let name = |figure: &Figure| figure.group.clone();
    let widest = figures.iter().map(|figure| name(figure).len()).max().unwrap_or(0).max(5);
    let mut text = format!(
        "{} of {}; F1, and the share that is exactly right, of pages judged by weights that were fitted on other sites;\n\
         beside it F1 by rules alone\n\n{} {:>8} {:>8} {:>8} {:>8}\n",
        counted(pages as u64, "page"),
        counted(sites as u64, "site"),
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
