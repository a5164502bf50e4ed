//! A table that can go on: its footer stands at its end and is known only then, so the lines are kept as they are until
//! the table is complete, and become rows at once. The same lines give the same table, so one that was stopped is the
//! same as one that was not. The price is the room of the lines on disk, for a shard or for the whole file.

use super::place::{Aside, Place, beside, remove};
use super::table::Table;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// Bytes of lines that become rows at a time.
const STEP: usize = 1 << 20;

/// Lines that wait to become a table.
pub(super) struct Spool {
    lines: Place,
    /// Where the lines stand, and the name of the table.
    aside: PathBuf,
    table: PathBuf,
}

impl Spool {
    /// Goes on behind the first `len` bytes of lines.
    pub(super) fn go_on(table: &Path, len: u64) -> io::Result<Self> {
        let lines = Aside::go_on(&beside(table, ".lines"), len)?;
        let aside = lines.stands_at().to_owned();
        Ok(Self { lines: Place::Aside(lines), aside, table: table.to_owned() })
    }

    pub(super) fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        self.lines.write_all(lines)
    }

    pub(super) fn sync(&mut self) -> io::Result<u64> {
        self.lines.sync()
    }

    /// Makes the table. The lines stay, since the journal speaks of them until it speaks of the table.
    pub(super) fn finish(mut self) -> io::Result<Place> {
        self.lines.flush()?;
        let mut table = Table::new(Place::Aside(Aside::create(&self.table, true)?))?;
        let mut lines = BufReader::with_capacity(STEP, File::open(&self.aside)?);
        let mut whole = Vec::new();
        loop {
            let part = lines.fill_buf()?;
            let len = part.len();
            if len == 0 {
                break;
            }
            let end = memchr::memrchr(b'\n', part).map_or(0, |last| last + 1);
            whole.extend_from_slice(&part[..end]);
            if end > 0 {
                table.write(&whole)?;
                whole.clear();
            }
            whole.extend_from_slice(&part[end..]);
            lines.consume(len);
        }
        table.finish()
    }
}

/// Where an output of that name is written aside, and where its lines are if it is a table.
pub(super) fn written_aside(output: &Path) -> [PathBuf; 2] {
    [output, &beside(output, ".lines")].map(|path| beside(path, ".part"))
}

/// Removes the lines of a table that is complete.
pub(super) fn forget_lines(table: &Path) -> io::Result<()> {
    let [_, lines] = written_aside(table);
    remove(&lines)
}
