//! What a fit is worth, as a table.

use super::text::{counted, escape, pad, width, wrap};
use crate::learn::Figure;

/// The table of cross-validated figures, with what they are above it in lines of at most `columns`.
pub fn fit_text(figures: &[Figure], pages: usize, sites: usize, columns: usize) -> String {
    let names: Vec<String> = figures.iter().map(|figure| escape(&figure.group)).collect();
    let widest = names.iter().map(|name| width(name)).max().unwrap_or(0).max(5);
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
    for (figure, name) in figures.iter().zip(&names) {
        text.push_str(&format!(
            "{} {:>8} {:>8.4} {:>8.4} {:>8.4}\n",
            pad(name, widest),
            figure.samples,
            figure.f1,
            figure.exact,
            figure.careful
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_named_as_gold_names_them_and_nothing_of_it_is_obeyed() {
        let figure =
            |group: &str| Figure { group: group.to_owned(), samples: 2, f1: 0.5, careful: 0.25, exact: 0.0 };
        let text = fit_text(&[figure("all"), figure("\u{9b}31m文章")], 2, 2, 100);
        assert!(text.ends_with("\\u{9b}31m文章        2   0.5000   0.0000   0.2500\n"), "{text}");
        assert!(text.contains(&format!("all{}2", " ".repeat(18))), "{text}");
    }
}
