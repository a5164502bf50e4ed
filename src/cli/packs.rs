//! Which rules are in effect: the built-in packs, and the files that the user adds.

use super::Console;
use clap::Args as ClapArgs;
use dehusk::report;
use dehusk::rules::{self, Diagnostics, RuleFile, RuleSet, Status};
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
    /// The rules in effect; their warnings are shown.
    pub(super) fn load(&self, console: &Console) -> Result<Arc<RuleSet>, Diagnostics> {
        let mut files = if self.no_default_rules { Vec::new() } else { rules::builtin() };
        files.extend(read_all(&self.rules)?);
        let set = rules::load(&files)?;
        console.warnings(set.warnings());
        for line in describe(&set) {
            console.detail(&line);
        }
        Ok(Arc::new(set))
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

/// The packs, a line each: `web.en 1.0.0: 120 rules`.
fn describe(set: &RuleSet) -> Vec<String> {
    let rules_of = |pack: usize| {
        let runs = |status| matches!(status, Status::Stable | Status::Preview);
        set.rules().iter().filter(|rule| rule.pack() == pack && runs(rule.status())).count()
    };
    let line = |(index, pack): (usize, &rules::Pack)| {
        let rules = report::counted(rules_of(index) as u64, "rule");
        format!("{} {}: {rules}", pack.id, pack.version)
    };
    set.packs().iter().enumerate().map(line).collect()
}
