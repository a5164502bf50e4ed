//! Records as a Parquet file. The lines that would go into a JSONL file become rows, so that both hold the same; beside
//! `published` stands the instant, where the date is one, and what else the input had is one column, `extra`, as JSON: its
//! types are not known before the last row.
//!
//! Pages and row groups are cut by rows and bytes of lines, never by how the lines came, so that the same records give the
//! same file.

use super::encoder::ZSTD_LEVEL;
use super::instant::microseconds;
use super::json;
use super::record::{KEYS, STRINGS};
use arrow_array::builder::{Int64Builder, StringBuilder, TimestampMicrosecondBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

/// The column of instants, behind [`PUBLISHED`].
const INSTANT: &str = "published_at";
const PUBLISHED: &str = "published";
/// The column of the input's other fields, the last.
const EXTRA: &str = "extra";

/// Rows and bytes of lines that are encoded at a time.
const BATCH_ROWS: usize = 1024;
const BATCH_BYTES: usize = 32 << 20;
/// Rows and bytes of lines of a row group: what readers take at a time.
const GROUP_ROWS: usize = 1 << 20;
const GROUP_BYTES: usize = 128 << 20;
/// Rows between two looks at whether a data page is full.
const PAGE_STEP: usize = 64;

/// A table that is being written.
pub(super) struct Table<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: SchemaRef,
    rows: Rows,
    /// Rows and bytes of lines of the batch, and of the row group before it.
    batch: (usize, usize),
    group: (usize, usize),
}

impl<W: Write + Send> Table<W> {
    pub(super) fn new(out: W) -> io::Result<Self> {
        let schema = schema();
        let writer =
            ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties()?)).map_err(io::Error::other)?;
        Ok(Self { writer, schema, rows: Rows::default(), batch: (0, 0), group: (0, 0) })
    }

    /// Adds whole lines.
    pub(super) fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        for line in lines.split_inclusive(|&byte| byte == b'\n') {
            self.rows.add(line)?;
            self.batch.0 += 1;
            self.batch.1 += line.len();
            if self.batch.0 >= BATCH_ROWS || self.batch.1 >= BATCH_BYTES {
                self.end_batch()?;
            }
        }
        Ok(())
    }

    fn end_batch(&mut self) -> io::Result<()> {
        let batch =
            RecordBatch::try_new(Arc::clone(&self.schema), self.rows.take()).map_err(io::Error::other)?;
        self.writer.write(&batch)?;
        self.group.0 += self.batch.0;
        self.group.1 += self.batch.1;
        self.batch = (0, 0);
        if self.group.0 >= GROUP_ROWS || self.group.1 >= GROUP_BYTES {
            self.writer.flush()?;
            self.group = (0, 0);
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<W> {
        if self.batch.0 > 0 {
            self.end_batch()?;
        }
        Ok(self.writer.into_inner()?)
    }
}

/// Records as a table in memory: the columns that a Parquet file has.
pub struct Records {
    schema: SchemaRef,
    rows: Rows,
}

impl Default for Records {
    fn default() -> Self {
        Self { schema: schema(), rows: Rows::default() }
    }
}

impl Records {
    /// Names and types of the columns.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Adds the record that a line holds, as [`write_record`](super::write_record) writes it.
    ///
    /// # Errors
    ///
    /// If the line is none of these.
    pub fn add(&mut self, line: &[u8]) -> io::Result<()> {
        self.rows.add(line)
    }

    /// The records since this was asked last.
    ///
    /// # Errors
    ///
    /// If a line was refused before.
    pub fn take(&mut self) -> io::Result<RecordBatch> {
        RecordBatch::try_new(Arc::clone(&self.schema), self.rows.take()).map_err(io::Error::other)
    }
}

fn properties() -> io::Result<WriterProperties> {
    let text = || ColumnPath::from("text");
    let level = ZstdLevel::try_new(ZSTD_LEVEL)?;
    Ok(WriterProperties::builder()
        .set_created_by(concat!("dehusk version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(None)
        .set_write_batch_size(PAGE_STEP)
        // No two texts are alike, and nobody looks for one by its beginning.
        .set_column_dictionary_enabled(text(), false)
        .set_column_statistics_enabled(text(), EnabledStatistics::None)
        .set_column_dictionary_enabled(ColumnPath::from("id"), false)
        .build())
}

fn schema() -> SchemaRef {
    let mut fields = Vec::with_capacity(KEYS.len() + 2);
    for (nth, key) in KEYS.iter().enumerate() {
        let kind = if nth < STRINGS { DataType::Utf8 } else { DataType::Int64 };
        fields.push(Field::new(*key, kind, false));
        if *key == PUBLISHED {
            fields.push(Field::new(
                INSTANT,
                DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
                true,
            ));
        }
    }
    fields.push(Field::new(EXTRA, DataType::Utf8, false));
    Arc::new(Schema::new(fields))
}

/// Columns that are being filled.
#[derive(Default)]
struct Rows {
    strings: [StringBuilder; STRINGS],
    instants: TimestampMicrosecondBuilder,
    counts: [Int64Builder; KEYS.len() - STRINGS],
    extra: StringBuilder,
    /// The row's other fields as one object.
    object: Vec<u8>,
}

impl Rows {
    /// Adds the record that a line holds.
    fn add(&mut self, line: &[u8]) -> io::Result<()> {
        let mut json = serde_json::Deserializer::from_slice(line);
        json.deserialize_map(&mut *self)?;
        self.extra.append_value(std::str::from_utf8(&self.object).map_err(io::Error::other)?);
        Ok(())
    }

    /// The columns, in their order.
    fn take(&mut self) -> Vec<ArrayRef> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(KEYS.len() + 2);
        for (column, key) in self.strings.iter_mut().zip(KEYS) {
            columns.push(Arc::new(column.finish()));
            if key == PUBLISHED {
                let instants = std::mem::take(&mut self.instants);
                columns.push(Arc::new(instants.with_timezone("UTC").finish()));
            }
        }
        columns.extend(self.counts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        columns.push(Arc::new(self.extra.finish()));
        columns
    }
}

/// Records begin with the known keys in their order, so none is looked at.
impl<'de> Visitor<'de> for &mut Rows {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        for (column, name) in self.strings.iter_mut().zip(KEYS) {
            let instants = (name == PUBLISHED).then_some(&mut self.instants);
            map.next_key::<IgnoredAny>()?;
            map.next_value_seed(Cell { column, instants })?;
        }
        for column in &mut self.counts {
            map.next_key::<IgnoredAny>()?;
            column.append_value(map.next_value()?);
        }
        self.object.clear();
        self.object.push(b'{');
        while let Some((Key(name), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            if self.object.len() > 1 {
                self.object.push(b',');
            }
            json::string(&mut self.object, &name);
            self.object.push(b':');
            self.object.extend_from_slice(value.get().as_bytes());
        }
        self.object.push(b'}');
        Ok(())
    }
}

/// A key, borrowed unless it holds escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// Puts a string straight into its column.
struct Cell<'a> {
    column: &'a mut StringBuilder,
    instants: Option<&'a mut TimestampMicrosecondBuilder>,
}

impl<'de> DeserializeSeed<'de> for Cell<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Cell<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.column.append_value(value);
        if let Some(instants) = self.instants {
            instants.append_option(microseconds(value));
        }
        Ok(())
    }
}
