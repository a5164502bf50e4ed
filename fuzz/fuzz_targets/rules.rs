//! A rule file: it is refused with words that say where, or it is compiled and cleans a page.

#![no_main]

use dehusk::clean::Cleaner;
use dehusk::model::Page;
use dehusk::rules::{RuleFile, load};
use std::sync::Arc;

const PAGE: &str = "Home\nShare this story\nBy Jane Doe\n3 January 2020\nThe committee met on Tuesday to hear what the \
                    engineers had found under the old bridge, and it did not like the answer at all.\n\nRead more\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match load(&[RuleFile::new("fuzz.toml", text)]) {
        Ok(set) => {
            let cleaner = Cleaner::builder(Arc::new(set)).build();
            cleaner.clean(&Page { text: PAGE.to_owned(), ..Page::default() });
        }
        Err(faults) => assert!(faults.errors() > 0 && !faults.render(false, 80).is_empty()),
    }
});
