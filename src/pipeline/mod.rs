//! Many pages: one reader, as many workers as there are threads, one writer in the order of the input, and a bound on
//! all that is in flight. The pipeline knows what a page and an article are, but not how one becomes the other: that is
//! the [`Work`] it is given. It prints nothing; [`Progress`] may be watched, and [`Cancel`] stops it. A run that was
//! stopped, in whatever way, goes on where its journal says.

mod checkpoint;
mod conditions;
mod flow;
mod gate;
mod journal;
mod memory;
mod options;
mod run;
mod work;
mod worker;
mod writer;

pub use conditions::{Conditions, fingerprint};
pub use memory::{Answer, InMemory};
pub use options::{Cancel, Options, Progress};
pub use run::{Resumed, RunEnd, RunError, RunSummary, Sinks, run};
pub use work::{PassThrough, Work};
