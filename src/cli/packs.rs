//! Which rules are in effect: the built-in packs, and the files that the user adds.

use super::Console;
use clap::Args as ClapArgs;
use dehusk::pipeline::{Conditions, fingerprint};
use dehusk::report;
use dehusk::rules::{self, Diagnostics, RuleFile, RuleSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Which rules to use.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Rules")]
pub(super) struct PackArgs {
    /// Add a rule file, or a folder of them, to the built-in packs; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(super) rules: Vec<PathBuf>,
    /// Leave the built-in packs out and use only what --rules names
    #[arg(long)]
    pub(super) no_default_rules: bool,
}

impl PackArgs {
    /// The rules in effect; their warnings are shown. `preview` only matters for what is said of them.
    pub(super) fn load(&self, preview: bool, console: &Console) -> Result<Arc<RuleSet>, Diagnostics> {
        self.load_noting(preview, console, None)
    }

    /// The same, with what is in the files noted as a condition of what comes out, where somebody asks for it.
    pub(super) fn load_noting(
        &self,
        preview: bool,
        console: &Console,
        conditions: Option<&mut Conditions>,
    ) -> Result<Arc<RuleSet>, Diagnostics> {
        let mut files = if self.no_default_rules { Vec::new() } else { rules::builtin() };
        files.extend(read_all(&self.rules)?);
        if let Some(conditions) = conditions {
            note(&files, conditions);
        }
        let set = rules::load(&files)?;
        console.warnings(set.warnings());
        for (id, version, rules) in report::packs_at_work(&set, preview) {
            console.detail(&format!("{id} {version}: {}", report::counted(rules as u64, "rule")));
        }
        Ok(Arc::new(set))
    }
}

fn note(files: &[RuleFile], conditions: &mut Conditions) {
    for file in files {
        let mut all = file.text.clone().into_bytes();
        for list in &file.lists {
            all.extend_from_slice(list.text.as_ref().map_or(b"", |text| text.as_bytes()));
        }
        conditions.add(format!("the rule file `{}`", file.name), fingerprint(&all));
    }
}

/// Reads every path, and tells of every one that cannot be read.
pub(super) fn read_all(paths: &[PathBuf]) -> Result<Vec<RuleFile>, Diagnostics> {
    let mut files = Vec::new();
    let mut faults = Diagnostics::new();
    for path in paths {
        match rules::read(path) {
            Ok(read) => files.extend(read),
            Err(unreadable) => faults.append(unreadable),
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}
