//! A file of JSON lines, of text and of HTML.

#![no_main]

#[path = "../../tests/support/hostile.rs"]
mod hostile;
#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    hostile::survives("pages.jsonl", bytes);
});
