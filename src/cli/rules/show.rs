//! `rules show`: one rule in words, with its examples and its own text.

use crate::cli::model::read_weights;
use crate::cli::packs::PackArgs;
use crate::cli::{Console, Exit, Failure};
use clap::Args as ClapArgs;
use dehusk::model::Input;
use dehusk::report;
use dehusk::rules::RuleSet;
use dehusk::weights::Weights;
use std::path::PathBuf;
use std::sync::Arc;

/// Names that are offered for one that is not known.
const OFFERED: usize = 3;

const AFTER_HELP: &str = "\
Examples:
  dehusk rules show web.any/player-clock            by its full name
  dehusk rules show player-clock --json             by its short name, for a program";

/// Show one rule: what it finds, when it holds, what it does, its examples and known misses
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The rule's full name (`pack/rule`), or its last part where that is unique
    id: String,
    /// Print it as one JSON object
    #[arg(long)]
    json: bool,
    /// Show the score that these weights give the rule on articles, in place of the built-in ones
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    #[command(flatten)]
    packs: PackArgs,
}

pub(super) fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let set = args.packs.load(false, console)?;
    let name = full_name(&set, &args.id).map_err(Failure::Usage)?;
    let Some(rule) = set.find(&name).map(|id| set.rule(id)) else {
        return Err(Failure::Usage(anyhow::anyhow!("there is no rule `{name}`")));
    };
    let weights = match &args.weights {
        Some(path) => vec![Arc::new(read_weights(path)?)],
        None => [Input::Text, Input::Html].map(Weights::builtin).to_vec(),
    };
    let fitted = weights
        .iter()
        .flat_map(|weights| weights.scores())
        .find(|fitted| fitted.rule == name && fitted.written == rule.score().as_f64());
    if args.json {
        console.json(format_args!("{:#}", report::rule_json(&set, rule)))?;
    } else {
        let page = report::rule_page(&set, rule, fitted, console.width());
        console.data(|out| out.write_all(page.as_bytes()))?;
    }
    Ok(Exit::Done)
}

/// The full name of the rule that is meant, or what could be meant instead.
fn full_name(set: &RuleSet, asked: &str) -> anyhow::Result<String> {
    let names = || set.rules().iter().map(|rule| rule.name());
    if names().any(|name| name == asked) {
        return Ok(asked.to_owned());
    }
    let short = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let same: Vec<&str> = names().filter(|name| short(name) == asked).collect();
    match same.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] if set.rules().is_empty() => {
            anyhow::bail!("there is no rule `{asked}`, nor any other; name rule files with `--rules`")
        }
        [] if names().any(|name| name.strip_prefix(asked).is_some_and(|rest| rest.starts_with('/'))) => {
            anyhow::bail!("`{asked}` is a pack; `dehusk rules list --pack {asked}` shows its rules")
        }
        [] => {
            let mut near: Vec<(usize, &str)> =
                names().map(|name| (distance(asked, name, &short(name)), name)).collect();
            near.sort_unstable();
            let near: Vec<String> = near.iter().take(OFFERED).map(|(_, name)| format!("`{name}`")).collect();
            anyhow::bail!(
                "there is no rule `{asked}`; near to it are {}, and `dehusk rules list` shows all",
                near.join(", ")
            )
        }
        several => anyhow::bail!("`{asked}` is the name of several rules: {}", several.join(", ")),
    }
}

/// How far `asked` is from a name or its last part; a part of a name is near.
fn distance(asked: &str, name: &str, short: &str) -> usize {
    if name.contains(asked) {
        return 0;
    }
    strsim::damerau_levenshtein(asked, name).min(strsim::damerau_levenshtein(asked, short) + 1)
}
