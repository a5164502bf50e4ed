//! The names that rules refer to: rules and lists, over all files of a load.

use crate::rules::schema::{Faults, Place};
use crate::rules::suggest::nearest;
use foldhash::HashMap;
use std::cell::Cell;

/// How many names are compared in search of suggestions: each unknown name is compared with all known ones, and fifty
/// thousand times fifty thousand comparisons are no help to anyone.
const COMPARISONS: usize = 200_000;

/// The names that rules may refer to, over all files.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Full names of rules, with their places in the rule set.
    pub(super) rules: HashMap<String, usize>,
    /// Full names of lists, with their places in the rule set.
    pub(super) lists: HashMap<String, usize>,
    /// The pack id of each file.
    pub(super) packs: Vec<String>,
    /// How many comparisons were made.
    compared: Cell<usize>,
}

impl Names {
    /// The rule that `name` means at `place`: of the same pack when it names none.
    pub(super) fn find_rule(&self, name: &str, place: Place, faults: &mut Faults) -> Option<usize> {
        self.find(&self.rules, "rule", name, place, faults)
    }

    /// The list that `name` means at `place`.
    pub(super) fn find_list(&self, name: &str, place: Place, faults: &mut Faults) -> Option<usize> {
        self.find(&self.lists, "list", name, place, faults)
    }

    /// Notes a list; `false` when the name is taken.
    pub(super) fn add_list(&mut self, name: &str, index: usize) -> bool {
        self.lists.insert(name.to_owned(), index).is_none()
    }

    fn find(
        &self,
        known: &HashMap<String, usize>,
        what: &str,
        name: &str,
        place: Place,
        faults: &mut Faults,
    ) -> Option<usize> {
        let own = self.packs.get(place.file).map_or("", String::as_str);
        let full =
            if name.contains('/') || own.is_empty() { name.to_owned() } else { format!("{own}/{name}") };
        let found = known.get(&full).copied();
        if found.is_none() {
            let fault = faults.error(place, format!("there is no {what} `{full}`"));
            let compared = self.compared.replace(self.compared.get() + known.len());
            let near = (compared < COMPARISONS).then(|| nearest(&full, known.keys().map(String::as_str)));
            match near.flatten() {
                Some(near) => fault.label(format!("did you mean `{near}`?")),
                None => fault.label(format!("no such {what}")),
            };
            fault.help(format!(
                "name a {what} of this pack as `name`, one of another pack as `pack/name`, and load that pack too"
            ));
        }
        found
    }
}
