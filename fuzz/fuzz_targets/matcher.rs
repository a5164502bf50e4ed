//! Rules and a page of the fuzzer's choice: the matcher finds what a slow reading of the language finds.

#![no_main]

#[path = "../../tests/support/reference.rs"]
mod reference;

use reference::{Bytes, Compared, page, rules};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut numbers = Bytes(bytes);
    if let Some(mut both) = Compared::new(rules(&mut numbers)) {
        for _ in 0..2 {
            both.on(&page(&mut numbers));
        }
    }
});
