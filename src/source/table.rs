//! Parquet among the inputs. Whoever reads cuts row groups into slices of rows, by what the file says of itself, and the
//! workers read those: slices do not depend on each other. A row becomes the line of JSON that says the same, and is
//! read as such a line, so that fields, ids and HTML mean the same in both.

use super::Format;
use super::chunk::{Chunk, FILE_OVERHEAD, Item, Reading, Room};
use super::decode::decode_into;
use super::feed::too_large;
use super::inputs::Inputs;
use super::jsonl::Fields;
use super::packing::Meter;
use super::pages::Pages;
use super::position::Place;
use super::shard::Part;
use super::walk::Origin;
use crate::html;
use crate::model::{Page, Reject, RejectReason};
use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_json::writer::{EncoderOptions, make_encoder};
use arrow_schema::{DataType, Field, FieldRef, Schema};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// About how many bytes of a row group a slice has, before compression. Fixed, since a broken slice is one reject.
const SLICE: u64 = 4 << 20;
/// Rows that are decoded at a time.
const BATCH: usize = 256;

/// An open table: what it says of itself.
#[derive(Debug)]
pub(super) struct Table {
    path: PathBuf,
    origin: Origin,
    metadata: ArrowReaderMetadata,
}

/// Rows of one row group.
#[derive(Clone, Debug)]
pub(super) struct Slice {
    group: usize,
    rows: Range<usize>,
    /// The number of the first in the file, from 1.
    first: u64,
    /// Bytes before compression, and the compressed bytes of the group if the slice begins it.
    bytes: usize,
    stored: u64,
}

impl Table {
    /// Opens a table, and checks that every column has a form in JSON.
    pub(super) fn open(path: &Path, origin: Origin) -> Result<Self, Reject> {
        let opened = unless_it_panics(|| {
            let file = File::open(path).map_err(|error| error.to_string())?;
            let options = ArrowReaderOptions::new();
            let metadata = ArrowReaderMetadata::load(&file, options).map_err(|error| error.to_string())?;
            check_types(metadata.schema())?;
            Ok(metadata)
        });
        match opened {
            Ok(metadata) => Ok(Self { path: path.to_owned(), origin, metadata }),
            Err(detail) => Err(origin.reject(RejectReason::BrokenTable, detail)),
        }
    }

    /// All rows, in slices.
    pub(super) fn slices(&self) -> impl Iterator<Item = Slice> + use<> {
        let groups: Vec<(usize, u64, u64)> = self
            .metadata
            .metadata()
            .row_groups()
            .iter()
            .map(|group| {
                let rows = usize::try_from(group.num_rows()).unwrap_or(0);
                let size = |size: i64| u64::try_from(size).unwrap_or(0);
                (rows, size(group.total_byte_size()), size(group.compressed_size()))
            })
            .collect();
        let mut before = 0;
        groups.into_iter().enumerate().flat_map(move |(group, (rows, bytes, stored))| {
            let first = before + 1;
            before += rows as u64;
            let row = (bytes / (rows as u64).max(1)).max(1);
            let step = usize::try_from(SLICE / row).unwrap_or(1).clamp(1, rows.max(1));
            (0..rows).step_by(step).map(move |from| {
                let rows = from..from.saturating_add(step).min(rows);
                let bytes = usize::try_from(row).unwrap_or(usize::MAX).saturating_mul(rows.len());
                let stored = if from == 0 { stored } else { 0 };
                Slice { group, first: first + from as u64, rows, bytes, stored }
            })
        })
    }

    /// How many there are.
    fn rows(&self) -> u64 {
        u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    fn reader(&self, slice: &Slice) -> Result<ParquetRecordBatchReader, String> {
        let file = File::open(&self.path).map_err(|error| error.to_string())?;
        ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_row_groups(vec![slice.group])
            .with_offset(slice.rows.start)
            .with_limit(slice.rows.len())
            .with_batch_size(BATCH)
            .build()
            .map_err(|error| error.to_string())
    }

    fn at(&self, row: u64) -> Origin {
        self.origin.within('#', row)
    }
}

/// A table that is being cut.
pub(super) struct Cut<S> {
    table: Arc<Table>,
    slices: S,
    meter: Meter,
    /// Slices that were cut.
    cut: u64,
}

/// Begins to cut a table.
pub(super) fn cut(table: Table, part: Option<Part>, meter: Meter) -> Cut<impl Iterator<Item = Slice>> {
    let rows = table.rows();
    let is_own = move |slice: &Slice| part.as_ref().is_none_or(|part| part.has_row(slice.first - 1, rows));
    let slices = table.slices().filter(is_own);
    Cut { table: Arc::new(table), slices, meter, cut: 0 }
}

impl<S: Iterator<Item = Slice>> Reading for Cut<S> {
    fn cut_into(&mut self, chunk: &mut Chunk, _: Room, _: usize) -> Option<()> {
        let slice = self.next()?;
        let bytes = slice.bytes;
        chunk.push(Item::Rows { table: Arc::clone(&self.table), slice }, bytes.saturating_add(FILE_OVERHEAD));
        Some(())
    }

    fn place(&self) -> Place {
        Place { at: self.cut, line: 0 }
    }

    fn skip_to(&mut self, place: Place) -> io::Result<()> {
        while self.cut < place.at {
            self.next().ok_or(io::ErrorKind::UnexpectedEof)?;
        }
        Ok(())
    }
}

impl<S: Iterator<Item = Slice>> Cut<S> {
    fn next(&mut self) -> Option<Slice> {
        let slice = self.slices.next()?;
        self.meter.add(slice.stored);
        self.cut += 1;
        Some(slice)
    }
}

impl Pages<'_> {
    /// Hands on the rows of a slice.
    pub(super) fn rows(
        &mut self,
        table: &Table,
        slice: &Slice,
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        let mut row = slice.first;
        let end = slice.first + slice.rows.len() as u64;
        let fault = match unless_it_panics(|| table.reader(slice)) {
            Ok(mut reader) => loop {
                let inputs: &Inputs = self.inputs();
                match unless_it_panics(|| next_lines(&mut reader, &inputs.fields)) {
                    Ok(Some(lines)) => {
                        for (line, decoded) in lines {
                            self.row(table.at(row), &line, decoded, take);
                            row += 1;
                        }
                    }
                    Ok(None) => break "they are missing".to_owned(),
                    Err(fault) => break fault,
                }
            },
            Err(fault) => fault,
        };
        if row < end {
            let detail = format!("rows {row} to {} cannot be read: {fault}", end - 1);
            let reject = table.at(row).reject(RejectReason::BrokenTable, detail);
            self.reject(Format::Parquet, reject, take);
        }
    }

    /// Hands on the rows of a table that is in memory; without ids of their own they have none, and no source.
    pub fn table(&mut self, rows: &RecordBatch, take: &mut dyn FnMut(Result<&mut Page, Reject>)) {
        let mut take = |page: Result<&mut Page, Reject>| take(page);
        for first in (0..rows.num_rows()).step_by(BATCH) {
            let part = rows.slice(first, BATCH.min(rows.num_rows() - first));
            match unless_it_panics(|| lines_of(&part, &self.inputs().fields)) {
                Ok(lines) => {
                    for (line, decoded) in lines {
                        let is_refused = decoded.is_err() || line.len() > self.max_page();
                        let origin = if is_refused { self.origin_in(&line) } else { Origin::none() };
                        self.row(origin, &line, decoded, &mut take);
                    }
                }
                Err(fault) => {
                    for _ in 0..part.num_rows() {
                        let reject = Origin::none().reject(RejectReason::BrokenTable, fault.clone());
                        self.reject(Format::Parquet, reject, &mut take);
                    }
                }
            }
        }
    }

    /// Tells of the first column that has no form in JSON.
    pub fn check_columns(rows: &RecordBatch) -> Result<(), String> {
        check_types(&rows.schema())
    }

    fn row(
        &mut self,
        origin: Origin,
        line: &[u8],
        decoded: Decoded,
        take: &mut impl FnMut(Result<&mut Page, Reject>),
    ) {
        match decoded {
            Ok(_) if line.len() > self.max_page() => {
                let reject = too_large(origin, "row", self.max_page());
                self.reject(Format::Parquet, reject, take);
            }
            Ok(flags) => self.line(origin, Format::Parquet, line, flags, take),
            Err(sign) => {
                self.reject(Format::Parquet, origin.reject(RejectReason::Binary, sign), take);
            }
        }
    }
}

/// The flags of decoding, or why bytes are no text.
type Decoded = Result<Vec<String>, &'static str>;

/// A row as a line of JSON.
type Line = (Vec<u8>, Decoded);

/// The next rows.
fn next_lines(reader: &mut ParquetRecordBatchReader, fields: &Fields) -> Result<Option<Vec<Line>>, String> {
    let Some(batch) = reader.next() else { return Ok(None) };
    lines_of(&batch.map_err(|error| error.to_string())?, fields).map(Some)
}

/// Rows as lines.
fn lines_of(batch: &RecordBatch, fields: &Fields) -> Result<Vec<Line>, String> {
    let mut decoded: Vec<Decoded> = vec![Ok(Vec::new()); batch.num_rows()];
    let rows = with_text(batch, fields, &mut decoded);
    let field: FieldRef = Arc::new(Field::new("row", rows.data_type().clone(), false));
    let options = EncoderOptions::default().with_explicit_nulls(true);
    let mut encoder = make_encoder(&field, &rows, &options).map_err(|error| error.to_string())?;
    let lines = decoded.into_iter().enumerate().map(|(row, decoded)| {
        let mut line = Vec::new();
        encoder.encode(row, &mut line);
        (line, decoded)
    });
    Ok(lines.collect())
}

/// The rows, with what is text decoded where it is stored as bytes: pages, and what names them.
fn with_text(batch: &RecordBatch, fields: &Fields, decoded: &mut [Decoded]) -> StructArray {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        let name = field.name();
        let is_html = *name == fields.html;
        let text = if is_html || *name == fields.text {
            bytes_of(column).map(|bytes| text_of(bytes, is_html, decoded))
        } else if fields.knows(name) && !is_fixed(column.data_type()) {
            bytes_of(column).map(words_of)
        } else {
            None
        };
        match text {
            Some(mut text) => {
                let text: ArrayRef = Arc::new(text.finish());
                (Arc::new(Field::new(name, DataType::Utf8, true)), text)
            }
            None => (Arc::clone(field), Arc::clone(column)),
        }
    });
    StructArray::from(columns.collect::<Vec<(FieldRef, ArrayRef)>>())
}

/// Whether values are bytes of one length: check sums and keys, which are no text even if they look like it.
fn is_fixed(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_fixed(values),
        kind => matches!(kind, DataType::FixedSizeBinary(_)),
    }
}

/// Bytes that are text of one line as such, and others by their digits. Writers that know no strings leave both so.
fn words_of<'a>(values: impl Iterator<Item = Option<&'a [u8]>>) -> StringBuilder {
    let mut column = StringBuilder::new();
    for bytes in values {
        let Some(bytes) = bytes else {
            column.append_null();
            continue;
        };
        match std::str::from_utf8(bytes) {
            Ok(words) if !words.contains(char::is_control) => column.append_value(words),
            _ => column.append_value(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
        }
    }
    column
}

/// The values of a column of bytes, which may be spelled out once and named where they repeat.
fn bytes_of(column: &ArrayRef) -> Option<Box<dyn Iterator<Item = Option<&[u8]>> + '_>> {
    Some(match column.data_type() {
        DataType::Dictionary(..) => {
            let named = column.as_any_dictionary();
            let values: Vec<_> = bytes_of(named.values())?.collect();
            // Of no values none is named, and that is no number for the names to be told by.
            let names = if values.is_empty() { vec![0; column.len()] } else { named.normalized_keys() };
            let keys = named.keys();
            let value = move |(row, name): (usize, usize)| {
                values.get(name).copied().flatten().filter(|_| keys.is_valid(row))
            };
            Box::new(names.into_iter().enumerate().map(value))
        }
        DataType::FixedSizeBinary(_) => Box::new(column.as_fixed_size_binary().iter()),
        DataType::Binary => Box::new(column.as_binary::<i32>().iter()),
        DataType::LargeBinary => Box::new(column.as_binary::<i64>().iter()),
        DataType::BinaryView => Box::new(column.as_binary_view().iter()),
        _ => return None,
    })
}

fn text_of<'a>(
    bytes: impl Iterator<Item = Option<&'a [u8]>>,
    is_html: bool,
    decoded: &mut [Decoded],
) -> StringBuilder {
    let mut column = StringBuilder::new();
    let mut text = String::new();
    for (bytes, decoded) in bytes.zip(decoded) {
        let Some(bytes) = bytes else {
            column.append_null();
            continue;
        };
        let declares = if is_html { html::declared_encoding(bytes) } else { None };
        let mut flags = Vec::new();
        match (decode_into(bytes, declares, &mut text, &mut flags), decoded) {
            (Ok(()), Ok(all)) => all.append(&mut flags),
            (Err(binary), decoded) => *decoded = Err(binary.sign),
            (Ok(()), Err(_)) => {}
        }
        column.append_value(&text);
    }
    column
}

/// Tells of the first column that has no form in JSON.
fn check_types(schema: &Schema) -> Result<(), String> {
    let options = EncoderOptions::default();
    for field in schema.fields() {
        let column = arrow_array::new_empty_array(field.data_type());
        if make_encoder(field, &column, &options).is_err() {
            let (name, kind) = (field.name(), field.data_type());
            return Err(format!(
                "column `{name}` is of type {kind}, which has no form in JSON; leave it out"
            ));
        }
    }
    Ok(())
}

/// A file that lies about itself can make its reader panic; that is the file's fault and nobody else's.
fn unless_it_panics<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err("the file contradicts itself, and its reader gave up".to_owned()))
}
