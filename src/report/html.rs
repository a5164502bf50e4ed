//! Text for pages that a browser shows. Page text is hostile until proven otherwise: whatever comes from a page, a file
//! name or a rule goes through [`Html`], which lets nothing through that a browser would obey.

use std::fmt::{self, Display};

/// What all pages look like.
const CSS: &str = include_str!("page.css");

/// How a page begins, up to its first heading: it loads nothing from anywhere.
pub(super) fn head(title: &str, css: &str, scripts: bool) -> String {
    let scripts = if scripts { "; script-src 'unsafe-inline'" } else { "" };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'{scripts}\">\n\
         <title>{}</title>\n<style>\n{CSS}{css}</style>\n<main>\n",
        Html(title)
    )
}

/// Shows text in a page, as content or within a quoted attribute, whatever it holds.
pub(super) struct Html<T>(pub(super) T);

impl<T: AsRef<str>> Display for Html<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.as_ref().chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // Controls mean nothing to a reader, and marks of direction would turn what stands around the text.
                c if c.is_control() && c != '\t' => write!(f, "␀{:x};", c as u32)?,
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => write!(f, "␀{:x};", c as u32)?,
                c => write!(f, "{c}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_through_that_a_browser_would_obey() {
        let hostile = "<script>alert('x')</script>\" onload=\"y\" &amp; \u{202e}\u{0}";
        let shown = Html(hostile).to_string();
        assert!(!shown.contains(['<', '>', '"', '\'', '\u{202e}', '\u{0}']), "{shown}");
        assert!(shown.contains("&amp;amp; ␀202e;␀0;"), "{shown}");
        assert_eq!(Html("naïve 中文 – “fine”\tall").to_string(), "naïve 中文 – “fine”\tall");
    }
}
