//! Rule sets by name, for the verbs that compare them: what one argument says is a whole set.
//!
//! A name is made of parts joined by `+`: `builtin` (every built-in pack), `none` (no built-in pack), the id of a
//! built-in pack, or a rule file or folder. As with `clean --rules`, files add to the built-in packs unless a part says
//! which of these to use. A file that has the id of a built-in pack takes its place, so that an edit of a pack can be
//! held against the pack. `@normal` at the end names a profile; without one it is
//! `careful`, since rules are what is compared.

use super::Console;
use super::Failure;
use super::model::ProfileArg;
use super::packs::read_all;
use anyhow::anyhow;
use clap::ValueEnum;
use dehusk::clean::Cleaner;
use dehusk::eval::Entrant;
use dehusk::model::{Profile, RuleId};
use dehusk::rules::{self, RuleSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How sets are named, for help texts.
pub(super) const NAMING: &str = "\
Rule sets:
  builtin           the built-in packs
  none              no rules: the pages as they are
  mine.toml         a rule file or folder, added to the built-in packs; one that has the id of a
                    built-in pack takes its place
  web.en            one built-in pack alone
  none+mine.toml    parts joined by `+`: here a rule file alone
  builtin@normal    with a profile; without one, careful";

/// What a name says.
#[derive(Debug, PartialEq, Eq)]
struct Named<'a> {
    files: Vec<PathBuf>,
    /// Built-in packs by id; `None` for all of them.
    packs: Option<Vec<&'a str>>,
    profile: Option<&'a str>,
}

impl<'a> Named<'a> {
    fn parse(name: &'a str, known: &[String]) -> Self {
        let (parts, profile) = match name.rsplit_once('@') {
            Some((parts, profile)) if !Path::new(name).exists() => (parts, Some(profile)),
            _ => (name, None),
        };
        // A path may hold a `+` of its own.
        let parts: Vec<&str> =
            if Path::new(parts).exists() { vec![parts] } else { parts.split('+').collect() };
        let (mut files, mut packs, mut all) = (Vec::new(), Vec::new(), false);
        let mut chosen = false;
        for part in parts {
            match part {
                "builtin" => all = true,
                "none" => chosen = true,
                pack if known.iter().any(|id| id == pack) => {
                    chosen = true;
                    packs.push(pack);
                }
                file => files.push(PathBuf::from(file)),
            }
        }
        Self { files, packs: (chosen && !all).then_some(packs), profile }
    }
}

/// The rule files and folders that a name names, and what else there is of the names of its parts.
pub(super) fn files_of(name: &str) -> Vec<PathBuf> {
    Named::parse(name, &[]).files
}

/// Loads and compiles the set of that name.
pub(super) fn load(name: &str, preview: bool, console: &Console) -> Result<Entrant, Failure> {
    let built_in = rules::load(&rules::builtin())?;
    let known: Vec<String> = built_in.packs().iter().map(|pack| pack.id.clone()).collect();
    let named = Named::parse(name, &known);
    for file in &named.files {
        if !file.exists() {
            return Err(Failure::Usage(anyhow!(
                "`{}` is no rule file, no folder and no rule set; sets are `builtin`, `none` and the packs {}",
                file.display(),
                known.join(", ")
            )));
        }
    }
    let given = read_all(&named.files)?;
    let own: Vec<String> = given.iter().map(|file| file.name.clone()).collect();
    let whole = Arc::new(rules::load(&[rules::builtin_beside(&given), given].concat())?);
    console.warnings(whole.warnings());
    let set = match &named.packs {
        None => Arc::clone(&whole),
        // All packs are loaded, since rules may name each other; those that were not asked for are off.
        Some(packs) => Arc::new(whole.only(|rule| is_asked(&whole, rule, packs, &own))),
    };
    let mut builder = Cleaner::builder(Arc::clone(&set));
    // What is compared are rules: the line model is asked only where a name asks for it.
    builder.preview(preview).profile(Profile::Careful);
    if let Some(profile) = named.profile {
        builder.profile(parse_profile(profile)?);
    }
    let cleaner = builder.build();
    console.detail(&format!("{name}: {}", cleaner.engine().strategies()));
    Ok(Entrant { name: name.to_owned(), rules: set, whole, cleaner, preview })
}

fn is_asked(set: &RuleSet, rule: RuleId, packs: &[&str], own: &[String]) -> bool {
    let rule = set.rule(rule);
    packs.contains(&set.packs()[rule.pack()].id.as_str()) || own.contains(&rule.origin().file)
}

fn parse_profile(name: &str) -> Result<Profile, Failure> {
    let known = ProfileArg::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let names: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
    match ProfileArg::from_str(name, false) {
        Ok(profile) => Ok(profile.into()),
        Err(_) => Err(Failure::Usage(anyhow!(
            "there is no profile `{name}`; after `@` stands one of {}",
            names.join(", ")
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_bring_the_built_in_packs_along_unless_packs_are_named() {
        let known = ["web.en".to_owned(), "web.any".to_owned()];
        let parse = |name: &'static str| Named::parse(name, &known);
        let named = |files: &[&str], packs: Option<Vec<&'static str>>| Named {
            files: files.iter().map(PathBuf::from).collect(),
            packs,
            profile: None,
        };
        assert_eq!(parse("builtin"), named(&[], None));
        assert_eq!(parse("mine.toml"), named(&["mine.toml"], None));
        assert_eq!(parse("builtin+mine.toml"), named(&["mine.toml"], None));
        assert_eq!(parse("none"), named(&[], Some(vec![])));
        assert_eq!(parse("none+a.toml+b.toml"), named(&["a.toml", "b.toml"], Some(vec![])));
        assert_eq!(parse("web.en+mine.toml"), named(&["mine.toml"], Some(vec!["web.en"])));
        assert_eq!(parse("builtin@careful").profile, Some("careful"));
    }

    #[test]
    fn a_file_may_have_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a+b@c.toml");
        std::fs::write(&path, "").unwrap();
        let named = Named::parse(path.to_str().unwrap(), &[]);
        assert_eq!((named.files, named.profile), (vec![path.clone()], None));
    }
}
