//! `rules list`: every rule in effect, one a line.

use crate::cli::packs::PackArgs;
use crate::cli::{Console, Exit, Failure};
use clap::Args as ClapArgs;
use dehusk::model::Kind;
use dehusk::report;
use dehusk::rules::Rule;

const AFTER_HELP: &str = "\
Examples:
  dehusk rules list --kind share                    the rules about share buttons
  dehusk rules list --pack web.any --json           a whole pack, for a program";

/// List the rules: name, kind, zone, action, score, status and what each is about
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Only rules about this kind of noise, such as `share` or `comment-form`
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    kind: Option<Kind>,
    /// Only rules of this pack
    #[arg(long, value_name = "PACK")]
    pack: Option<String>,
    /// Print one JSON object a rule
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    packs: PackArgs,
}

/// A closed list, but too long for a help text.
fn parse_kind(name: &str) -> Result<Kind, String> {
    let kinds = || Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
    Kind::from_name(name).ok_or_else(|| format!("there is no such kind; the kinds are {}", kinds()))
}

pub(super) fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let set = args.packs.load(false, console)?;
    if let Some(pack) = &args.pack
        && !set.packs().iter().any(|known| known.id == *pack)
    {
        let known: Vec<&str> = set.packs().iter().map(|pack| pack.id.as_str()).collect();
        let error = anyhow::anyhow!("there is no pack `{pack}`; the packs are {}", known.join(", "));
        return Err(Failure::Usage(error));
    }
    let is_asked = |rule: &&Rule| {
        args.kind.is_none_or(|kind| rule.kind() == kind)
            && args.pack.as_ref().is_none_or(|pack| set.packs()[rule.pack()].id == *pack)
    };
    let rules: Vec<&Rule> = set.rules().iter().filter(is_asked).collect();
    if args.json {
        rules.iter().try_for_each(|rule| console.json(report::rule_json(&set, rule)))?;
    } else {
        // A pipe may search for words that no terminal has room for.
        let width = console.terminal_width().unwrap_or(usize::MAX);
        console.data(|out| out.write_all(report::rule_table(&rules, width).as_bytes()))?;
    }
    console.say(&report::counted(rules.len() as u64, "rule"));
    Ok(Exit::Done)
}
