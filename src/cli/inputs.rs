//! Which pages the verbs read: the fields that hold them, and what is said where there is none.

use super::Failure;
use clap::Args as ClapArgs;
use dehusk::report;
use dehusk::sink::Target;
use dehusk::source::{Inputs, InputsBuilder};
use std::path::{Path, PathBuf};

/// Which fields of JSON and which columns of tables matter.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Input")]
pub(super) struct FieldArgs {
    /// The field or column that holds the page's text
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub(super) text_field: String,
    /// The field or column that holds the page's HTML; it goes before the text field [default: html, where there is no
    /// text field]
    #[arg(long, value_name = "NAME")]
    pub(super) html_field: Option<String>,
    /// The field or column that holds the page's id
    #[arg(long, value_name = "NAME", default_value = "id")]
    pub(super) id_field: String,
}

impl FieldArgs {
    /// Has pages read by these fields.
    pub(super) fn apply(&self, builder: &mut InputsBuilder) {
        builder.text_field(&self.text_field).id_field(&self.id_field);
        if let Some(html_field) = &self.html_field {
            builder.html_field(html_field);
        }
    }
}

/// What is said of inputs without a page, in which so many files were passed by.
pub(super) fn nothing_to_read(
    inputs: &[PathBuf],
    include: &[String],
    exclude: &[String],
    passed_by: u64,
) -> Failure {
    let looked: Vec<String> = inputs.iter().map(|input| format!("`{}`", input.display())).collect();
    let wanted = match include {
        [] => "text, HTML, JSON, archives and Parquet are read, other files when `--include` names them"
            .to_owned(),
        globs => format!("only what fits `{}` is read", globs.join("` or `")),
    };
    let left_out = match exclude {
        [] => String::new(),
        globs => format!("; what fits `{}` is left out", globs.join("` or `")),
    };
    let (looked, passed) = (looked.join(", "), report::counted(passed_by, "file"));
    Failure::Usage(anyhow::anyhow!("no pages in {looked} ({passed} passed by); {wanted}{left_out}"))
}

/// What is said of inputs that are sound and yet may be a slip: other programs, too, read twice what is named twice.
pub(super) fn read_twice(inputs: &Inputs) -> Option<String> {
    let path = shown(inputs.read_twice()?);
    Some(format!("`{path}` is read twice: it is named twice, or lies in a folder that is named too"))
}

/// What is said of outputs that are not there yet and will lie among the inputs: the next run is refused, lest it replace what
/// it reads, and others read them as pages.
pub(super) fn read_next<'a>(inputs: &Inputs, outputs: impl Iterator<Item = &'a Target>) -> Option<String> {
    let (mut lie, mut exclude) = (Vec::new(), String::new());
    for target in outputs {
        if let Some(path) = target.first_file().filter(|path| !path.exists() && inputs.would_find(path)) {
            let name = match target {
                Target::Shards(_) => "part-*".to_owned(),
                _ => shown(path.file_name()?.as_ref()),
            };
            lie.push(format!("`{}`", shown(&path)));
            // What a shell would take for something else stands between quotes.
            let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
            let quote = if is_plain { "" } else { "'" };
            exclude += &format!(" --exclude {quote}{name}{quote}");
        }
    }
    (!lie.is_empty()).then(|| {
        let lie = lie.join(" and ");
        format!("the next run would read {lie}; write that elsewhere, or say `{}` each time", exclude.trim())
    })
}

/// A name as a terminal may have it.
fn shown(path: &Path) -> String {
    report::escape(&path.display().to_string())
}
