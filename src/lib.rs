//! dehusk takes scraped pages and gives back the articles: rule files say what is noise, every line that goes has a
//! reason, and clean records come out.

mod bits;
pub mod clean;
pub mod dates;
pub mod decide;
pub mod eval;
mod extract;
pub mod features;
pub mod fold;
pub mod html;
pub mod language;
pub mod learn;
mod letters;
mod likeness;
mod linewise;
pub mod matcher;
pub mod metadata;
pub mod model;
pub mod names;
pub mod pipeline;
pub mod report;
pub mod rules;
pub mod segment;
pub mod sink;
pub mod source;
pub mod weights;
