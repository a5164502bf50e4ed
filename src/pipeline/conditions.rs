//! What an output hangs on beside its inputs: rules, settings, the program's version. A run that goes on where another one
//! was must be under the same conditions, or the two halves of the output would not fit; what differs is said by name.

use crate::source::Look;
use std::collections::HashMap;
use std::fmt::{Display, Write};

/// Differences that are told one by one.
const TOLD: usize = 8;

/// Named values, each of which must be the same when a run goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Conditions(Vec<(String, String)>);

impl Conditions {
    /// Adds one; its name should be what the user calls it. A name that was added before has both values, in their order.
    pub fn add(&mut self, name: impl Into<String>, value: impl Display) -> &mut Self {
        let name = name.into();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => write!(known, " {value}").unwrap_or_default(),
            None => self.0.push((name, value.to_string())),
        }
        self
    }

    /// What differs, in words; empty when nothing does.
    pub(super) fn differences(&self, then: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        let mut before: HashMap<&str, &str> =
            then.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for (name, now) in &self.0 {
            match before.remove(name.as_str()) {
                Some(value) if value == now => {}
                Some(value) => {
                    let (was, is) = if name.ends_with('s') { ("were", "are") } else { ("was", "is") };
                    differences.push(format!("{name} {was} {} and {is} {}", shown(value), shown(now)));
                }
                None => differences.push(format!("{name} is new")),
            }
        }
        let gone = then.0.iter().filter(|(name, _)| before.contains_key(name.as_str()));
        differences.extend(gone.map(|(name, _)| format!("{name} is gone")));
        differences
    }
}

/// A value as words have it; what was left out has none.
fn shown(value: &str) -> String {
    if value.is_empty() { "not given".to_owned() } else { format!("`{value}`") }
}

/// What differs between the inputs of two runs, from the first input on that does.
pub(super) fn input_differences(then: Vec<Look>, now: Vec<Look>) -> Vec<String> {
    let mut before: HashMap<String, Look> = then.into_iter().map(|look| (look.path.clone(), look)).collect();
    let mut differences = Vec::new();
    for look in now {
        match before.remove(&look.path) {
            Some(old) if old == look => {}
            Some(old) if old.size == look.size => {
                differences.push(format!("`{}` was written to", look.path));
            }
            Some(old) => {
                let (old, new) = (size(old.size), size(look.size));
                differences.push(format!("`{}` was {old} and is {new}", look.path));
            }
            None => differences.push(format!("`{}` is new", look.path)),
        }
    }
    let mut gone: Vec<String> = before.into_keys().map(|path| format!("`{path}` is gone")).collect();
    gone.sort_unstable();
    differences.extend(gone);
    if differences.is_empty() {
        differences.push("they come in another order".to_owned());
    }
    differences
}

fn size(bytes: Option<u64>) -> String {
    bytes.map_or("unreadable".to_owned(), |bytes| format!("of {bytes} bytes"))
}

/// The first few, and how many more there are.
pub(super) fn told(differences: &[String]) -> String {
    let mut told = differences.iter().take(TOLD).cloned().collect::<Vec<_>>().join(", ");
    if differences.len() > TOLD {
        write!(told, ", and {} more", differences.len() - TOLD).unwrap_or_default();
    }
    told
}

/// A short name for bytes that other bytes do not have by chance (FNV-1a of 64 bits, and their number). It tells what was
/// changed from what was not; against somebody who wants to deceive it is no help.
pub fn fingerprint(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}/{}", bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(pairs: &[(&str, &str)]) -> Conditions {
        let mut conditions = Conditions::default();
        for (name, value) in pairs {
            conditions.add(*name, value);
        }
        conditions
    }

    #[test]
    fn what_differs_is_said_by_name() {
        let then = conditions(&[("`--profile`", "normal"), ("`--min-words`", "0"), ("rules `a`", "1")]);
        let now = conditions(&[("`--profile`", "careful"), ("`--min-words`", "0"), ("rules `b`", "1")]);
        let expected = ["`--profile` was `normal` and is `careful`", "rules `b` is new", "rules `a` is gone"];
        assert_eq!(now.differences(&then), expected);
        assert!(now.differences(&now).is_empty());
    }

    #[test]
    fn what_was_not_given_is_said_to_be_that() {
        let then = conditions(&[("`--rejects`", ""), ("the inputs", "a b")]);
        let now = conditions(&[("`--rejects`", "r"), ("the inputs", "a")]);
        let expected = ["`--rejects` was not given and is `r`", "the inputs were `a b` and are `a`"];
        assert_eq!(now.differences(&then), expected);
    }

    #[test]
    fn what_is_said_twice_is_one_condition() {
        let weights = |values: [&str; 2]| conditions(&values.map(|value| ("`--weights`", value)));
        assert!(weights(["a", "b"]).differences(&weights(["a", "b"])).is_empty());
        let told = weights(["a", "b"]).differences(&weights(["a", "c"]));
        assert_eq!(told, ["`--weights` was `a c` and is `a b`"]);
    }

    #[test]
    fn inputs_that_changed_are_named() {
        let look = |path: &str, size, changed| Look { path: path.to_owned(), size, changed };
        let then =
            vec![look("a", Some(1), 1), look("b", Some(1), 1), look("c", Some(1), 1), look("d", Some(1), 1)];
        let now =
            vec![look("a", Some(2), 2), look("b", None, 0), look("d", Some(1), -9), look("e", Some(1), 1)];
        let expected = [
            "`a` was of 1 bytes and is of 2 bytes",
            "`b` was of 1 bytes and is unreadable",
            "`d` was written to",
            "`e` is new",
            "`c` is gone",
        ];
        assert_eq!(input_differences(then, now), expected);
        let many: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        assert_eq!(told(&many), "0, 1, 2, 3, 4, 5, 6, 7, and 12 more");
    }

    #[test]
    fn a_fingerprint_is_that_of_the_published_function() {
        assert_eq!(fingerprint(b""), "cbf29ce484222325/0");
        assert_eq!(fingerprint(b"foobar"), "85944171f73967e8/6");
    }
}
