//! What goes out: the records of articles, the sidecar of what was removed from them, the pages that gave none, and the
//! files that hold all this. Knows no rules and decides nothing; the same article always gives the same bytes.

mod encoder;
mod instant;
mod json;
mod lock;
mod output;
mod place;
mod record;
mod shards;
mod sidecar;
mod spool;
mod table;
mod target;

pub use encoder::{Form, OtherForm};
pub use output::{Claim, Mark, Output, SealedOutput};
pub(crate) use place::{remove, sync_folder};
pub(crate) use record::wins;
pub use record::{KEYS, STRINGS, flags, write_record};
pub use shards::Shards;
pub use sidecar::{Missing, RuleNames, write_missing, write_removed};
pub use table::Records;
pub use target::{OutputError, Target, lines_only};
