//! Which pages a rule runs on: languages, sites and kinds of input. Rules of a pack mostly share one scope, so each
//! different scope is judged once a page.

use super::PageScope;
use crate::language::base_of;
use crate::rules::Scope;

/// A scope, ready to be asked.
#[derive(Debug)]
pub(super) struct ScopeMatcher {
    scope: Scope,
}

/// The place of `scope` among `scopes`, where equal ones share a place.
pub(super) fn intern(scopes: &mut Vec<ScopeMatcher>, scope: &Scope) -> usize {
    scopes.iter().position(|known| known.scope == *scope).unwrap_or_else(|| {
        scopes.push(ScopeMatcher { scope: scope.clone() });
        scopes.len() - 1
    })
}

impl ScopeMatcher {
    /// Whether rules of this scope run on the page.
    pub(super) fn holds(&self, page: PageScope<'_>) -> bool {
        let Scope { languages, sites, inputs } = &self.scope;
        (languages.is_empty() || speaks_any(page.lang, languages))
            && (inputs.is_empty() || inputs.contains(&page.input))
            && (sites.is_empty() || host(page.url).is_some_and(|host| in_sites(&host, sites)))
    }
}

/// Whether the tag `page` (`en-GB`) is of one of the base `languages` (`en`), or names none (`und`).
fn speaks_any(page: &str, languages: &[String]) -> bool {
    let page = base_of(page);
    page.is_empty() || languages.iter().any(|known| base_of(known).eq_ignore_ascii_case(page))
}

/// The host of an address, lower case, without `www.`.
fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority).split(':').next().unwrap_or(authority);
    let host = host.to_ascii_lowercase();
    (!host.is_empty()).then(|| host.strip_prefix("www.").unwrap_or(&host).to_owned())
}

/// The most telling pattern wins: among those that fit, the longest.
fn in_sites(host: &str, sites: &[String]) -> bool {
    let fits = |pattern: &str| match pattern.strip_prefix("*.") {
        Some(domain) => host == domain || host.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.')),
        None => pattern == "*" || pattern.strip_prefix("www.").unwrap_or(pattern) == host,
    };
    let only_exceptions = sites.iter().all(|site| site.starts_with('!'));
    sites
        .iter()
        .map(|site| site.strip_prefix('!').map_or((site.as_str(), true), |site| (site, false)))
        .filter(|(pattern, _)| fits(pattern))
        .max_by_key(|(pattern, _)| pattern.len())
        .map_or(only_exceptions, |(_, inside)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(languages: &[&str], sites: &[&str], page: PageScope<'_>) -> bool {
        let own = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
        ScopeMatcher { scope: Scope { languages: own(languages), sites: own(sites), inputs: vec![] } }
            .holds(page)
    }

    #[test]
    fn pages_of_unknown_language_are_in_every_scope() {
        let page = |lang| PageScope { lang, ..PageScope::default() };
        assert!(holds(&["en"], &[], page("")));
        assert!(holds(&["en"], &[], page("en-GB")));
        assert!(!holds(&["en"], &[], page("de")));
        assert!(holds(&["en"], &[], page("und")), "a tag that names no language");
        assert!(holds(&["nb"], &[], page("no")) && holds(&["no"], &[], page("nb-NO")), "Norwegian is Bokmål");
    }

    #[test]
    fn the_longest_site_pattern_that_fits_decides() {
        let page = |url| PageScope { url, ..PageScope::default() };
        let sites = ["*.rt.com", "!arabic.rt.com"];
        assert!(holds(&[], &sites, page("https://www.rt.com/news/1")));
        assert!(holds(&[], &sites, page("https://de.rt.com:8080/")));
        assert!(!holds(&[], &sites, page("https://arabic.rt.com/news")));
        assert!(!holds(&[], &sites, page("https://start.com/rt.com")));
        assert!(!holds(&[], &sites, page("")), "a page without an address is of no site");
        assert!(holds(&[], &["!a.org"], page("https://b.org")), "exceptions alone mean everywhere else");
    }
}
