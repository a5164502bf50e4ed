//! The policy on dependencies, `deny.toml`, as far as it can be held without a network: every licence is one that the policy
//! allows, and everything comes from the public registry. What is known against a version only `cargo deny` can tell.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

use serde_json::Value;
use std::process::Command;

/// What is built for this machine; what others need may not be here.
fn packages() -> Vec<Value> {
    let version = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn allowed() -> Vec<String> {
    let policy: toml::Table = std::fs::read_to_string("deny.toml").unwrap().parse().unwrap();
    let list = policy["licenses"]["allow"].as_array().unwrap();
    list.iter().map(|licence| licence.as_str().unwrap().to_owned()).collect()
}

/// Whether an SPDX expression can be kept with these licences.
fn can_be_kept(expression: &str, allowed: &[String]) -> bool {
    let expression = expression.trim();
    if let Some((one, other)) = split(expression, &[" OR ", "/"]) {
        return can_be_kept(one, allowed) || can_be_kept(other, allowed);
    }
    if let Some((one, other)) = split(expression, &[" AND "]) {
        return can_be_kept(one, allowed) && can_be_kept(other, allowed);
    }
    match expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => can_be_kept(inner, allowed),
        None => allowed.iter().any(|licence| licence == expression),
    }
}

/// The two sides of the first such word that stands outside of brackets.
fn split<'a>(expression: &'a str, words: &[&str]) -> Option<(&'a str, &'a str)> {
    let mut depth = 0;
    for (at, c) in expression.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 => {
                if let Some(word) = words.iter().find(|word| expression[at..].starts_with(**word)) {
                    return Some((&expression[..at], &expression[at + word.len()..]));
                }
            }
            _ => {}
        }
    }
    None
}

#[test]
fn every_dependency_has_a_licence_that_the_policy_allows() {
    let allowed = allowed();
    let mut refused: Vec<String> = packages()
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(|licence| can_be_kept(licence, &allowed)))
        .map(|package| format!("{} {}", package["name"], package["license"]))
        .collect();
    refused.sort();
    assert!(refused.is_empty(), "the policy has no place for {refused:#?}");
}

#[test]
fn every_dependency_comes_from_the_registry() {
    for package in packages() {
        let source = package["source"].as_str();
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        assert!(source.is_none_or(|source| source == registry), "{} is from {source:?}", package["name"]);
    }
}

#[test]
fn expressions_are_read_as_they_bind() {
    let allowed = ["MIT".to_owned(), "ISC".to_owned()];
    for (expression, kept) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("MIT AND GPL-3.0", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("ISC AND (GPL-3.0 OR LGPL-3.0)", false),
    ] {
        assert_eq!(can_be_kept(expression, &allowed), kept, "{expression}");
    }
}

#[test]
fn no_code_of_ours_is_unsafe() {
    let manifest: toml::Table = std::fs::read_to_string("Cargo.toml").unwrap().parse().unwrap();
    assert_eq!(manifest["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
}
