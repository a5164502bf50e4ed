//! Rule sets under examination: do their examples hold, what else is wrong with them, and how good are they on pages
//! that people labelled.
//!
//! Gold is read by [`gold`] and joined with the pages' texts by [`samples`]; [`score`] says how good one page is,
//! [`bootstrap`] how sure a mean is, [`align`] which words of a page are gold.

pub mod align;
pub mod bootstrap;
mod check;
mod examples;
pub mod gold;
mod lint;
pub mod samples;
pub mod score;
pub mod words;

pub use check::{Checked, Finding, check};
