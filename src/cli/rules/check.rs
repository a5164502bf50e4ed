//! `rules check`: is a rule file sound? Every example runs against its rule, and rules are held against each other.

use crate::cli::packs::read_all;
use crate::cli::{Console, Exit, Failure};
use clap::Args as ClapArgs;
use dehusk::eval::{self, Checked};
use dehusk::report;
use dehusk::rules::{self, Diagnostics, RuleSet, Severity};
use serde_json::json;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

const AFTER_HELP: &str = "\
Examples:
  dehusk rules check my-rules.toml                  check your own rules beside the built-in packs
  dehusk rules check --strict                       check the built-in packs, warnings as errors

Exit codes: 0 sound · 1 findings · 2 the file is no valid rule file";

/// Check rule files: their form, their examples, and how they stand together
///
/// A rule must hit each of its `drop` examples and none of its `keep` examples. Warnings tell of what works but is
/// odd: too few examples, a phrase that the rule's own bounds rule out, a rule that adds nothing to others, one that is
/// tried in vain on more than every tenth line of ordinary pages.
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Rule files or folders of them; without any, the built-in packs are checked
    ///
    /// The built-in packs stand by, since rules may speak of each other; a file with the id of a built-in pack takes
    /// that pack's place.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Leave the built-in packs out altogether
    #[arg(long, requires = "paths")]
    no_default_rules: bool,
    /// Let warnings count as errors
    #[arg(long, visible_alias = "deny-warnings")]
    strict: bool,
    /// Print the findings as one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let mut asked: HashSet<String> = HashSet::new();
    let loaded = read_all(&args.paths).and_then(|given| {
        asked.extend(given.iter().map(|file| file.name.clone()));
        let standing_by = if args.no_default_rules { Vec::new() } else { rules::builtin_beside(&given) };
        rules::load(&[standing_by, given].concat())
    });
    // Faults on account of which no rule is checked are findings too.
    if let (Err(faults), true) = (&loaded, args.json) {
        let counts = (faults.errors(), faults.warnings());
        console.json(as_json(&RuleSet::default(), faults, &Checked::default(), counts))?;
    }
    let set = Arc::new(loaded?);
    // What a file overrides is what it makes of a rule, wherever that is written.
    let checked = eval::check(&set, |id| {
        let origin = set.rule(id).origin();
        asked.is_empty()
            || std::iter::once(&origin.file).chain(&origin.overridden_in).any(|file| asked.contains(file))
    });
    let errors = checked.count(Severity::Error) + set.warnings().errors();
    let warnings = checked.count(Severity::Warning) + set.warnings().warnings();
    if args.json {
        console.json(as_json(&set, set.warnings(), &checked, (errors, warnings)))?;
    } else {
        let mut faults = set.warnings().clone();
        checked.findings.iter().for_each(|finding| faults.push(finding.fault.clone()));
        let width = console.width();
        console.data(|out| out.write_all(faults.render(true, width).as_bytes()))?;
    }
    let drafts = match checked.drafts {
        0 => String::new(),
        drafts => format!(" ({}, of which no example is run)", report::counted(drafts as u64, "draft")),
    };
    console.say(&format!(
        "checked {}{drafts} with {}: {}, {}",
        report::counted(checked.rules as u64, "rule"),
        report::counted(checked.examples as u64, "example"),
        report::counted(errors as u64, "error"),
        report::counted(warnings as u64, "warning"),
    ));
    Ok(if errors > 0 || (args.strict && warnings > 0) { Exit::Findings } else { Exit::Done })
}

fn finding(rule: &str, fault: &rules::Diagnostic) -> serde_json::Value {
    let (file, line) = fault.place().unwrap_or_default();
    let severity = if fault.severity() == Severity::Error { "error" } else { "warning" };
    json!({
        "severity": severity,
        "rule": rule,
        "message": fault.message(),
        "help": fault.help().unwrap_or_default(),
        "file": file,
        "line": line,
    })
}

/// What is wrong with the files, and what checking their rules found.
fn as_json(
    set: &RuleSet,
    faults: &Diagnostics,
    checked: &Checked,
    (errors, warnings): (usize, usize),
) -> String {
    let from_files = faults.list().iter().map(|fault| finding("", fault));
    let findings = checked.findings.iter().map(|found| finding(set.rule(found.rule).name(), &found.fault));
    let all = json!({
        "rules": checked.rules,
        "examples": checked.examples,
        "errors": errors,
        "warnings": warnings,
        "findings": from_files.chain(findings).collect::<Vec<_>>(),
    });
    format!("{all:#}")
}
