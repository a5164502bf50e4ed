//! Rule sets under examination: do their examples hold, what else is wrong with them, and how good are they on pages
//! that people labelled.
//!
//! Gold is read by [`gold`] and joined with the pages' texts by [`samples`]; [`mod@score`] says how good one page is,
//! [`bootstrap`] how sure a mean is, [`truth`] which words of a page are gold. [`bench()`] does this for whole rule sets and
//! for each of their rules, [`Gates`] hold the figures against what they must reach, and [`diff()`] needs no gold: it tells
//! what two rule sets judge otherwise.

pub mod align;
mod bench;
pub mod bootstrap;
mod check;
mod cost;
mod diff;
mod examples;
mod expense;
mod gates;
pub mod gold;
mod judge;
mod lint;
mod renderers;
pub mod samples;
pub mod score;
mod tally;
pub mod truth;
pub mod words;

pub use bench::{BenchOptions, BenchReport, Entrant, Group, GroupBy, Means, SetReport, bench};
pub use check::{Checked, Finding, check};
pub use cost::Cost;
pub use diff::{Change, ChangeGroup, Diff, DiffError, Fate, diff};
pub use gates::{Baseline, Floor, Gates};
pub use judge::score;
pub use tally::{Concern, LineSample, PURE, RuleFigures};
