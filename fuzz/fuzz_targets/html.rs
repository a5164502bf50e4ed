//! A file that is called a page of HTML: decoded as it declares, rendered, told of itself, cleaned.

#![no_main]

#[path = "../../tests/support/hostile.rs"]
mod hostile;
#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    hostile::survives("page.html", bytes);
});
