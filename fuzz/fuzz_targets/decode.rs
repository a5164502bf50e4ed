//! A file whose name says nothing: packed or not, in any encoding, a text, a page of HTML or JSON lines.

#![no_main]

#[path = "../../tests/support/hostile.rs"]
mod hostile;
#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    hostile::survives("page.txt", bytes);
});
