//! What goes out: the records of articles, the sidecar of what was removed from them, the pages that gave none, and the
//! files that hold all this. Knows no rules and decides nothing; the same article always gives the same bytes.

mod json;
mod output;
mod record;
mod sidecar;

pub use output::{Output, OutputError, Target};
pub use record::{KEYS, flags, write_record};
pub use sidecar::{Missing, RuleNames, write_missing, write_removed};
