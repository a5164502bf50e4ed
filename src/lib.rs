//! dehusk takes scraped pages and gives back the articles: rule files say what is noise, every line that goes has a
//! reason, and clean records come out.

pub mod dates;
pub mod fold;
pub mod model;
pub mod names;
pub mod rules;
