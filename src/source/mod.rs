//! What comes in: inputs are walked and cut into bounded chunks by one reader ([`Feed`]), and the chunks decoded into
//! pages by as many workers as there are ([`Pages`]). Files, folders, globs and stdin; text, HTML, JSONL and JSON; gzip and zstd;
//! all told by content as well as by name. Knows no rule, prints nothing, and loses nothing: what cannot be read
//! becomes a reject in its place.

mod archive;
mod begun;
mod caught;
mod chunk;
mod content;
mod decode;
mod elements;
mod feed;
mod format;
mod hints;
mod inputs;
mod jsonl;
mod lines;
mod names;
mod packing;
mod pages;
mod position;
mod reached;
mod recode;
mod record;
mod records;
mod rendered;
mod roots;
mod scanner;
mod shard;
mod spares;
mod stream;
mod surrogate;
mod table;
mod walk;
pub mod warc;

pub use chunk::Chunk;
pub(crate) use decode::normalise;
pub use feed::Feed;
pub use format::Format;
pub use inputs::{InputError, Inputs, InputsBuilder};
pub use packing::Meter;
pub use pages::{Met, Pages};
pub use position::{Look, Once, Place, Position};
pub use records::each_record;
pub use rendered::{html_page, html_page_into};
pub use shard::Shard;
pub use spares::Spares;
