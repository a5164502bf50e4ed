//! Rule sets under examination: do their examples hold, and what else is wrong with them.

mod check;
mod examples;
mod lint;

pub use check::{Checked, Finding, check};
