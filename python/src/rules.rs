//! Rule files between Python and the library: a file is its name, its text and its lists, so that rules travel by what they
//! say and not by where they stood. Faults become exceptions that carry every one of them.

use dehusk::eval;
use dehusk::model::RuleId;
use dehusk::rules::{self, Diagnostic, Diagnostics, ListFile, RuleFile, RuleSet, Severity};
use pyo3::intern;
use pyo3::prelude::*;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Columns that faults are wrapped at, as where there is no terminal to ask.
const WIDTH: usize = 100;

/// A word list: its name, and its text or why there is none.
type List = (String, Option<String>, Option<String>);

/// A rule file: its name, its text, its lists.
pub(crate) type File = (String, String, Vec<List>);

/// A fault: severity, rule, message, help, file, line.
type Fault = (&'static str, String, String, String, String, usize);

fn to_python(file: RuleFile) -> File {
    let list = |list: ListFile| match list.text {
        Ok(text) => (list.name, Some(text), None),
        Err(reason) => (list.name, None, Some(reason)),
    };
    (file.name, file.text, file.lists.into_iter().map(list).collect())
}

fn from_python((name, text, lists): File) -> RuleFile {
    let list = |(name, text, reason): List| ListFile { name, text: text.ok_or(reason.unwrap_or_default()) };
    RuleFile { name, text, lists: lists.into_iter().map(list).collect() }
}

/// The rule files at a path.
#[pyfunction]
pub(crate) fn read_rules(py: Python<'_>, path: PathBuf) -> PyResult<Vec<File>> {
    let files = rules::read(&path).map_err(|faults| refused(py, &faults))?;
    Ok(files.into_iter().map(to_python).collect())
}

/// Valid rules; with `builtin` behind the packs that are built in.
pub(crate) fn load(py: Python<'_>, files: Vec<File>, builtin: bool) -> PyResult<Arc<RuleSet>> {
    let mut all = if builtin { rules::builtin() } else { Vec::new() };
    all.extend(files.into_iter().map(from_python));
    let set = py.detach(|| rules::load(&all)).map_err(|faults| refused(py, &faults))?;
    Ok(Arc::new(set))
}

/// What `rules check` finds; without files, in the packs that are built in.
#[pyfunction]
pub(crate) fn check_rules(py: Python<'_>, files: Vec<File>, builtin: bool) -> PyResult<Vec<Fault>> {
    let asked: HashSet<String> = files.iter().map(|(name, ..)| name.clone()).collect();
    let given: Vec<RuleFile> = files.into_iter().map(from_python).collect();
    let standing_by = if builtin { rules::builtin_beside(&given) } else { Vec::new() };
    let checked = py.detach(|| {
        let set = Arc::new(rules::load(&[standing_by, given].concat())?);
        let is_asked = |id: RuleId| asked.is_empty() || asked.contains(&set.rule(id).origin().file);
        let checked = eval::check(&set, is_asked);
        Ok((set, checked))
    });
    let (set, checked) = checked.map_err(|faults: Diagnostics| refused(py, &faults))?;
    let of_files = set.warnings().list().iter().map(|found| fault("", found));
    let of_rules = checked.findings.iter().map(|found| fault(set.rule(found.rule).name(), &found.fault));
    Ok(of_files.chain(of_rules).collect())
}

fn fault(rule: &str, found: &Diagnostic) -> Fault {
    let severity = if found.severity() == Severity::Error { "error" } else { "warning" };
    let (file, line) = found.place().unwrap_or_default();
    let help = found.help().unwrap_or_default().to_owned();
    (severity, rule.to_owned(), found.message().to_owned(), help, file.to_owned(), line)
}

/// `dehusk.RulesError` with all faults, and their text with excerpts.
fn refused(py: Python<'_>, faults: &Diagnostics) -> PyErr {
    let list: Vec<Fault> = faults.list().iter().map(|found| fault("", found)).collect();
    raised(py, "RulesError", (faults.render(false, WIDTH), list))
}

/// An exception of the package's own.
pub(crate) fn raised<'py>(
    py: Python<'py>,
    class: &str,
    arguments: impl pyo3::call::PyCallArgs<'py>,
) -> PyErr {
    let made = py
        .import(intern!(py, "dehusk._errors"))
        .and_then(|module| module.getattr(class))
        .and_then(|class| class.call1(arguments));
    made.map_or_else(|error| error, PyErr::from_value)
}
