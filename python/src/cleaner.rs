//! The cleaner as Python holds it: rules compiled once, then any number of pages, from any number of threads. The
//! interpreter's lock is given back while pages are cleaned, and no thread lives longer than a call, so that a process may
//! fork between calls.

use crate::columns::{Answers, Given, Names, texts};
use crate::rules::{File, load, raised};
use anstream::adapter::strip_str;
use arrow_array::builder::LargeStringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::DataType;
use dehusk::clean::Cleaner;
use dehusk::model::{Page, PageSort, Profile, Reject, Stats};
use dehusk::pipeline::{InMemory, RunEnd, RunSummary};
use dehusk::report::{self, ExplainOptions, Ran, Shown};
use dehusk::source::{Inputs, Meter};
use dehusk::weights::Weights;
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyList, PyString};
use pyo3_arrow::{PyChunkedArray, PyTable};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// Rows that a thread takes at a time, where there are several.
const STEP: usize = 64;
/// Columns that an explanation is wrapped at, as where there is no terminal to ask.
const WIDTH: usize = 100;

/// A record, what was removed, why there is no article, and the counts: lines of JSON, empty where there is nothing to say.
type Told = (String, String, String, String);

/// Compiled rules and settings.
#[pyclass(module = "dehusk._dehusk", frozen)]
pub(crate) struct Core {
    cleaner: Cleaner,
    preview: bool,
    title_in_text: bool,
    max_page: usize,
}

#[pymethods]
impl Core {
    #[new]
    #[pyo3(signature = (files, builtin, profile, pages, preview, min_words, title_in_text, max_page, weights))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn new(
        py: Python<'_>,
        files: Vec<File>,
        builtin: bool,
        profile: &str,
        pages: &str,
        preview: bool,
        min_words: u32,
        title_in_text: bool,
        max_page: usize,
        weights: Vec<PyBackedBytes>,
    ) -> PyResult<Self> {
        let profile = match profile {
            "careful" => Profile::Careful,
            "normal" => Profile::Normal,
            "eager" => Profile::Eager,
            other => return Err(unknown("profile", other, "careful`, `normal` or `eager")),
        };
        let sort = match pages {
            "article" => PageSort::Article,
            "any" => PageSort::Any,
            "auto" => PageSort::Auto,
            other => return Err(unknown("pages", other, "article`, `any` or `auto")),
        };
        let rules = load(py, files, builtin)?;
        let cleaner = py.detach(|| {
            let mut builder = Cleaner::builder(rules);
            builder.profile(profile).page_sort(sort).preview(preview).min_words(min_words);
            for bytes in &weights {
                builder.weights(Arc::new(Weights::read(bytes).map_err(|error| error.to_string())?));
            }
            Ok(builder.build())
        });
        let cleaner = cleaner.map_err(|error: String| PyValueError::new_err(format!("weights: {error}")))?;
        Ok(Self { cleaner, preview, title_in_text, max_page })
    }

    /// Cleans the page that a JSON object holds.
    fn record(&self, py: Python<'_>, line: PyBackedBytes, removed: bool) -> PyResult<Told> {
        let inputs = self.inputs(&Names { text: "text".into(), html: None, id: "id".into(), keep: None })?;
        Ok(py.detach(|| {
            let begin = Instant::now();
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
            let mut told = Told::default();
            let mut memory = InMemory::new(&self.cleaner, &inputs, removed, self.title_in_text);
            let stats = memory.record(&line, |answer| {
                (told.0, told.1, told.2) = (text(answer.record), text(answer.removed), text(answer.reject));
            });
            told.3 = self.summary(stats, 1, begin);
            told
        }))
    }

    /// Cleans every page of an array, a table or a list; an array for an array, else a table. Then the counts.
    #[pyo3(signature = (data, text, html, id, keep, removed, threads))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn batch<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
        text: String,
        html: Option<String>,
        id: String,
        keep: Option<Vec<String>>,
        removed: bool,
        threads: usize,
    ) -> PyResult<(Bound<'py, PyAny>, String)> {
        let names = Names { text, html, id, keep };
        let given = match data.cast::<PyList>() {
            Ok(list) => Given::of_texts(vec![array_of(list)?], &names.text)?,
            Err(_) => Given::from_python(data, &names)?,
        };
        let inputs = self.inputs(&names)?;
        let columns = given.columns(&names)?;
        let schema = given.answer_schema(&columns, removed);
        let begin = Instant::now();
        let cleaned = py.detach(|| {
            let mut answers = Vec::new();
            let mut sum = Stats::default();
            for rows in &given.batches {
                let clean = |rows: &RecordBatch| {
                    let read = rows.project(&columns.read).map_err(|error| error.to_string())?;
                    let mut told = Answers::new(rows, &columns, &schema, removed);
                    let mut memory = InMemory::new(&self.cleaner, &inputs, removed, self.title_in_text);
                    let stats = memory.table(&read, |answer| told.add(answer))?;
                    let batches = told.finish().map_err(|error| error.to_string())?;
                    Ok((batches, stats))
                };
                for part in in_parts(rows, threads.max(1), clean) {
                    let (batches, stats): (Vec<RecordBatch>, Stats) = part?;
                    answers.extend(batches);
                    sum.merge(stats);
                }
            }
            Ok((answers, sum))
        });
        let (answers, stats) = cleaned.map_err(|error: String| PyValueError::new_err(error))?;
        if !stats.balances() {
            let told = format!("{} pages were read, but their outcomes do not add up to that", stats.pages);
            return Err(PyRuntimeError::new_err(told));
        }
        let summary = self.summary(stats, threads, begin);
        if given.is_table {
            return Ok((Bound::new(py, PyTable::try_new(answers, schema)?)?.into_any(), summary));
        }
        let texts = texts(&answers, &given.batches)?;
        if data.is_instance_of::<PyList>() {
            let list = PyList::empty(py);
            for value in texts.iter().flat_map(|column| column.as_string::<i32>()) {
                list.append(value)?;
            }
            return Ok((list.into_any(), summary));
        }
        let field = Arc::new(arrow_schema::Field::new(names.text, DataType::Utf8, true));
        Ok((Bound::new(py, PyChunkedArray::try_new(texts, field)?)?.into_any(), summary))
    }

    /// Explains the page that a JSON object holds: as JSON, and as text of which `only` names the lines.
    #[pyo3(signature = (line, only, full, columns))]
    fn explain(
        &self,
        py: Python<'_>,
        line: PyBackedBytes,
        only: Option<&str>,
        full: bool,
        columns: Option<usize>,
    ) -> PyResult<(String, String)> {
        let shown = match only {
            None => Shown::All,
            Some("kept") => Shown::Kept,
            Some("gone") => Shown::Gone,
            Some(other) => return Err(unknown("only", other, "kept` or `gone")),
        };
        let inputs = self.inputs(&Names { text: "text".into(), html: None, id: "id".into(), keep: None })?;
        let explained = py.detach(|| {
            let mut explained = Ok(Default::default());
            inputs.pages(Meter::default()).object(&line, &mut |page: Result<&mut Page, Reject>| {
                explained = page
                    .map(|page| report::explain(page, &self.cleaner.judge(page), self.cleaner.rules()))
                    .map(|explanation| {
                        let options = ExplainOptions { columns: columns.unwrap_or(WIDTH), full, shown };
                        let text = strip_str(&report::explain_text(&explanation, options)).to_string();
                        (serde_json::to_string(&explanation).unwrap_or_default(), text)
                    });
            });
            explained
        });
        explained.map_err(|reject| raised(py, "PageError", (reject.reason.name(), reject.detail)))
    }

    /// The rules that run, by their full names.
    fn rule_names(&self) -> Vec<String> {
        self.cleaner.rules().rules().iter().map(|rule| rule.name().to_owned()).collect()
    }
}

impl Core {
    /// No files: what is read is handed over.
    fn inputs(&self, names: &Names) -> PyResult<Inputs> {
        let mut builder = Inputs::builder([""; 0]);
        builder.text_field(&names.text).id_field(&names.id).max_page(self.max_page);
        if let Some(html) = &names.html {
            builder.html_field(html);
        }
        builder.build().map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// The summary of a run over these pages alone.
    fn summary(&self, stats: Stats, threads: usize, begin: Instant) -> String {
        let summary = RunSummary {
            end: RunEnd::Complete,
            bytes_read: stats.bytes_in,
            stats,
            seconds: begin.elapsed().as_secs_f64(),
            passed_by: 0,
            most_in_flight: threads,
            resumed: None,
        };
        let ran = Ran { summary: &summary, rules: self.cleaner.rules(), preview: self.preview, threads };
        report::summary_json(ran).to_string()
    }
}

/// Does something with all rows at once, or with a few at a time on several threads; the results in the rows' order.
fn in_parts<T: Send>(
    rows: &RecordBatch,
    threads: usize,
    work: impl Fn(&RecordBatch) -> Result<T, String> + Sync,
) -> Vec<Result<T, String>> {
    if threads == 1 || rows.num_rows() <= STEP {
        return vec![work(rows)];
    }
    let parts = rows.num_rows().div_ceil(STEP);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(parts));
    thread::scope(|scope| {
        for _ in 0..threads.min(parts) {
            scope.spawn(|| {
                loop {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= parts {
                        return;
                    }
                    let first = part * STEP;
                    let result = work(&rows.slice(first, STEP.min(rows.num_rows() - first)));
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((part, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|&(part, _)| part);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Strings of Python, which together may have more bytes than 32 bits count; half a character, which UTF-8 cannot tell, becomes
/// U+FFFD, as in JSON.
fn array_of(list: &Bound<'_, PyList>) -> PyResult<ArrayRef> {
    let mut column = LargeStringBuilder::new();
    for (at, value) in list.iter().enumerate() {
        if value.is_none() {
            column.append_null();
            continue;
        }
        let Ok(value) = value.cast::<PyString>() else {
            let kind = value.get_type().qualname()?;
            return Err(PyTypeError::new_err(format!(
                "pages are strings, but the one at {at} is of type `{kind}`"
            )));
        };
        match value.to_cow() {
            Ok(text) => column.append_value(text),
            Err(_) => {
                let halves = value.call_method1("encode", ("utf-16-le", "surrogatepass"))?;
                let bytes: PyBackedBytes = halves.extract()?;
                let units: Vec<u16> =
                    bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
                column.append_value(String::from_utf16_lossy(&units));
            }
        }
    }
    Ok(Arc::new(column.finish()))
}

fn unknown(what: &str, given: &str, known: &str) -> PyErr {
    PyValueError::new_err(format!("`{given}` is no {what}; write `{known}`"))
}
