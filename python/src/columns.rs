//! Arrow data between Python and the library: whatever holds pages becomes batches of rows, without a copy where it stands in
//! Arrow's memory already, and answers become columns, bounded in bytes.

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use dehusk::pipeline::Answer;
use dehusk::sink::{KEYS, Records};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::input::AnyArray;
use std::io;
use std::sync::Arc;

/// The column that tells what was removed, and the one that tells why there is no article.
const REMOVED: &str = "removed";
const REJECTS: &str = "rejects";
/// What else a record is read by beside its own keys.
const LANGUAGE: &str = "language";
/// The column of a record's other fields: they travel as the columns that they are.
const EXTRA: &str = "extra";
/// About how many bytes of records a batch of answers has at most.
const MOST_BYTES: usize = 32 << 20;

/// Which columns matter.
#[derive(Clone)]
pub(crate) struct Names {
    pub(crate) text: String,
    pub(crate) html: Option<String>,
    pub(crate) id: String,
    /// Columns that travel along; by default all that no column of an answer has the name of, and that hold no page.
    pub(crate) keep: Option<Vec<String>>,
}

/// Pages that came from Python.
pub(crate) struct Given {
    pub(crate) batches: Vec<RecordBatch>,
    /// Whether each page is a row with other columns, and not one text.
    pub(crate) is_table: bool,
    schema: SchemaRef,
}

impl Given {
    /// Takes anything that Arrow's C interface can hand over.
    pub(crate) fn from_python(data: &Bound<'_, PyAny>, names: &Names) -> PyResult<Self> {
        let (chunks, field) = data.extract::<AnyArray>()?.into_chunked_array()?.into_inner();
        if let DataType::Struct(fields) = field.data_type() {
            let schema = Arc::new(Schema::new(fields.clone()));
            let batch = |chunk: &ArrayRef| {
                let (_, columns, nulls) = chunk.as_struct().clone().into_parts();
                if nulls.is_some_and(|nulls| nulls.null_count() > 0) {
                    let told = "rows that are null as a whole are no pages; filter them out";
                    return Err(ArrowError::InvalidArgumentError(told.to_owned()));
                }
                let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(chunk.len()));
                RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)
            };
            let batches = chunks.iter().map(batch).collect::<Result<_, _>>().map_err(of_arrow)?;
            return Ok(Self { batches, is_table: true, schema });
        }
        Self::of_texts(chunks, &names.text)
    }

    /// Texts without anything beside them.
    pub(crate) fn of_texts(chunks: Vec<ArrayRef>, name: &str) -> PyResult<Self> {
        let kind = chunks.first().map_or(DataType::Utf8, |chunk| chunk.data_type().clone());
        if !holds_text(&kind) {
            return Err(PyTypeError::new_err(format!(
                "pages are strings, but this array holds {kind}; give strings, or bytes in any encoding"
            )));
        }
        let schema = Arc::new(Schema::new(vec![Field::new(name, kind, true)]));
        let batch = |chunk| RecordBatch::try_new(Arc::clone(&schema), vec![chunk]);
        let batches = chunks.into_iter().map(batch).collect::<Result<_, _>>().map_err(of_arrow)?;
        Ok(Self { batches, is_table: false, schema })
    }

    /// Which columns the cleaner reads, and which travel along.
    pub(crate) fn columns(&self, names: &Names) -> PyResult<Columns> {
        let place = |name: &str| self.schema.index_of(name).ok();
        let html = names.html.as_deref().unwrap_or("html");
        let of_pages = [place(&names.text), place(html)];
        if of_pages == [None, None] || (names.html.is_some() && of_pages[1].is_none()) {
            let there: Vec<&str> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
            let wanted = if names.html.is_some() { html } else { &names.text };
            return Err(PyValueError::new_err(format!(
                "there is no column `{wanted}` among `{}`; name the page's with `text=` or `html=`",
                there.join("`, `")
            )));
        }
        let mut read: Vec<usize> = of_pages.into_iter().flatten().collect();
        let others = KEYS.iter().copied().chain([LANGUAGE, names.id.as_str()]);
        read.extend(others.filter_map(place));
        read.sort_unstable();
        read.dedup();
        let kept = match &names.keep {
            Some(keep) => keep.iter().map(|name| self.kept(name)).collect::<PyResult<_>>()?,
            None if self.is_table => {
                let free =
                    |&at: &usize| !of_pages.contains(&Some(at)) && !is_ours(self.schema.field(at).name());
                (0..self.schema.fields().len()).filter(free).collect()
            }
            None => Vec::new(),
        };
        Ok(Columns { read, kept })
    }

    fn kept(&self, name: &str) -> PyResult<usize> {
        if is_ours(name) {
            return Err(PyValueError::new_err(format!(
                "`{name}` is a column of the answer, so no other can be kept under that name; rename it"
            )));
        }
        let there = self.schema.index_of(name);
        there.map_err(|_| PyValueError::new_err(format!("there is no column `{name}` to keep")))
    }

    /// The columns of an answer.
    pub(crate) fn answer_schema(&self, columns: &Columns, removed: bool) -> SchemaRef {
        let records = Records::default();
        let of_record = records.schema().fields().iter().filter(|field| field.name() != EXTRA).cloned();
        let kept = columns.kept.iter().map(|&at| Arc::clone(&self.schema.fields()[at]));
        let text = |name| Arc::new(Field::new(name, DataType::Utf8, false));
        let removed = removed.then(|| text(REMOVED));
        Arc::new(Schema::new(of_record.chain(kept).chain(removed).chain([text(REJECTS)]).collect::<Vec<_>>()))
    }
}

/// Places of columns.
pub(crate) struct Columns {
    pub(crate) read: Vec<usize>,
    kept: Vec<usize>,
}

/// Whether an answer has a column of that name.
fn is_ours(name: &str) -> bool {
    KEYS.contains(&name) || ["published_at", REMOVED, REJECTS].contains(&name)
}

fn holds_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => true,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
        DataType::Dictionary(_, values) => holds_text(values),
        _ => false,
    }
}

/// Answers for rows of one batch, being put into columns.
pub(crate) struct Answers<'a> {
    rows: &'a RecordBatch,
    columns: &'a Columns,
    schema: &'a SchemaRef,
    removed: bool,
    records: Records,
    removals: StringBuilder,
    rejects: StringBuilder,
    /// Rows that are done, those of finished batches among them, and bytes of the batch in hand.
    done: usize,
    begun: usize,
    bytes: usize,
    batches: Vec<RecordBatch>,
    fault: Option<io::Error>,
}

impl<'a> Answers<'a> {
    pub(crate) fn new(
        rows: &'a RecordBatch,
        columns: &'a Columns,
        schema: &'a SchemaRef,
        removed: bool,
    ) -> Self {
        Self {
            rows,
            columns,
            schema,
            removed,
            records: Records::default(),
            removals: StringBuilder::new(),
            rejects: StringBuilder::new(),
            done: 0,
            begun: 0,
            bytes: 0,
            batches: Vec::new(),
            fault: None,
        }
    }

    /// Adds the answer for the next row.
    pub(crate) fn add(&mut self, answer: Answer<'_>) {
        if let Err(fault) = self.try_add(answer) {
            self.fault.get_or_insert(fault);
        }
    }

    fn try_add(&mut self, answer: Answer<'_>) -> io::Result<()> {
        let line = |bytes| std::str::from_utf8(bytes).map(str::trim_end).map_err(io::Error::other);
        self.records.add(answer.record)?;
        self.removals.append_value(line(answer.removed)?);
        self.rejects.append_value(line(answer.reject)?);
        self.done += 1;
        self.bytes += answer.record.len() + answer.removed.len();
        if self.bytes >= MOST_BYTES { self.end_batch() } else { Ok(()) }
    }

    fn end_batch(&mut self) -> io::Result<()> {
        let records = self.records.take()?;
        let names = records.schema();
        let of_record =
            names.fields().iter().zip(records.columns()).filter(|(field, _)| field.name() != EXTRA);
        let mut columns: Vec<ArrayRef> = of_record.map(|(_, column)| Arc::clone(column)).collect();
        let kept = |&at: &usize| self.rows.column(at).slice(self.begun, self.done - self.begun);
        columns.extend(self.columns.kept.iter().map(kept));
        let removals = self.removals.finish();
        if self.removed {
            columns.push(Arc::new(removals));
        }
        columns.push(Arc::new(self.rejects.finish()));
        let batch = RecordBatch::try_new(Arc::clone(self.schema), columns).map_err(io::Error::other)?;
        self.batches.push(batch);
        (self.begun, self.bytes) = (self.done, 0);
        Ok(())
    }

    /// The batches; one for every row that was handed over.
    pub(crate) fn finish(mut self) -> io::Result<Vec<RecordBatch>> {
        if self.done > self.begun {
            self.end_batch()?;
        }
        self.fault.map_or(Ok(self.batches), Err)
    }
}

/// The texts of answers, null where there was no text.
pub(crate) fn texts(answers: &[RecordBatch], given: &[RecordBatch]) -> PyResult<Vec<ArrayRef>> {
    let mut nulls = given.iter().flat_map(|rows| {
        let nulls = rows.column(0).logical_nulls();
        (0..rows.num_rows()).map(move |row| nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)))
    });
    let column = |answers: &RecordBatch| -> Result<ArrayRef, ArrowError> {
        let at = answers.schema().index_of("text")?;
        let (offsets, values, _) = answers.column(at).as_string::<i32>().clone().into_parts();
        let nulls: Vec<bool> = nulls.by_ref().take(answers.num_rows()).map(|is_null| !is_null).collect();
        Ok(Arc::new(StringArray::try_new(offsets, values, Some(nulls.into()))?))
    };
    answers.iter().map(column).collect::<Result<_, _>>().map_err(of_arrow)
}

pub(crate) fn of_arrow(error: ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}
