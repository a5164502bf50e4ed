//! The compiled part of the Python package: it turns what Python holds into what the library takes, and back. What it does not
//! do: decide, format, or know a rule. The classes that users see are written in Python, in `dehusk/`.

mod cleaner;
// The command line is a module of the program and not of the library, whose users should see no arguments. This is
// a second program with the same command line.
#[path = "../../src/cli/mod.rs"]
mod cli;
mod columns;
mod rules;

use clap::Parser;
use pyo3::prelude::*;

/// Runs the command line; the code to leave with.
#[pyfunction]
fn main(py: Python<'_>, arguments: Vec<String>) -> u8 {
    py.detach(|| match cli::Args::try_parse_from(arguments) {
        Ok(args) => cli::main(&args),
        Err(told) => {
            // Whoever closed the stream does not want to know.
            told.print().unwrap_or_default();
            u8::try_from(told.exit_code()).unwrap_or(2)
        }
    })
}

/// The compiled part of `dehusk`; its users take what `dehusk` offers.
#[pymodule]
fn _dehusk(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    module.add_function(wrap_pyfunction!(rules::read_rules, module)?)?;
    module.add_function(wrap_pyfunction!(rules::check_rules, module)?)?;
    module.add_class::<cleaner::Core>()
}
