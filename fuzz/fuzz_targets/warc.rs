//! An archive of the web: records, their heads, how their pages were sent, and what stands between.

#![no_main]

#[path = "../../tests/support/hostile.rs"]
mod hostile;
#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    hostile::survives("crawl.warc", bytes);
});
