//! The attributes of one start tag: the few that anything asks for, each with a limit, where they stand in the page.
//! Whatever else a tag carries is passed over.

use super::tokens::{LONGEST_NAME, lower};
use htmlize::unescape_attribute;
use memchr::memchr;
use std::borrow::Cow;

/// Attributes of one tag that are looked at.
const MOST: usize = 128;

macro_rules! attributes {
    ($($name:ident $text:literal $limit:expr,)+) => {
        /// An attribute that something asks for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Attribute {
            $($name,)+
        }

        impl Attribute {
            #[cfg(test)]
            const ALL: [Self; Self::COUNT] = [$(Self::$name),+];
            const COUNT: usize = [$($limit),+].len();
            /// The most bytes that are kept of each one's value.
            const LIMITS: [usize; Self::COUNT] = [$($limit),+];

            fn from_name(name: &[u8]) -> Option<Self> {
                match name {
                    $(name if name == $text.as_bytes() => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

attributes! {
    Class "class" 256,
    Id "id" 64,
    Href "href" 2048,
    // The last declaration counts, wherever it stands.
    Style "style" usize::MAX,
    Rel "rel" 64,
    Role "role" 32,
    Itemprop "itemprop" 64,
    Hidden "hidden" 16,
    AriaHidden "aria-hidden" 8,
    Open "open" 8,
    Name "name" 64,
    Property "property" 64,
    Content "content" 2048,
    Datetime "datetime" 64,
    Lang "lang" 32,
    Type "type" 64,
    Shadowrootmode "shadowrootmode" 8,
}

/// The attributes of one tag.
#[derive(Debug, Default)]
pub(super) struct Attributes<'a> {
    values: [Cow<'a, str>; Attribute::COUNT],
    /// Which of them the tag has, as bits.
    present: u32,
    seen: usize,
}

impl<'a> Attributes<'a> {
    /// Begins with the next tag. Values that are not present are never looked at.
    pub(super) fn clear(&mut self) {
        self.present = 0;
        self.seen = 0;
    }

    /// Adds an attribute as it is written, its name in any case, if anything asks for it; of one that stands twice the first counts.
    pub(super) fn add(&mut self, name: &str, value: &'a str) {
        self.seen += 1;
        let known = lower(name.as_bytes(), &mut [0; LONGEST_NAME]).and_then(Attribute::from_name);
        let Some(attribute) = known.filter(|known| self.seen <= MOST && !self.has(*known)) else { return };
        self.present |= 1 << attribute as u32;
        let limit = Attribute::LIMITS[attribute as usize];
        self.values[attribute as usize] = match memchr(b'&', value.as_bytes()) {
            None => Cow::Borrowed(&value[..value.floor_char_boundary(limit)]),
            Some(_) => {
                let mut plain = unescape_attribute(value).into_owned();
                plain.truncate(plain.floor_char_boundary(limit));
                plain.into()
            }
        };
    }

    /// Whether the tag has the attribute, be it empty.
    pub(super) fn has(&self, attribute: Attribute) -> bool {
        self.present >> attribute as u32 & 1 != 0
    }

    /// Its value, empty when the tag lacks it.
    pub(super) fn value(&self, attribute: Attribute) -> &str {
        if self.has(attribute) { &self.values[attribute as usize] } else { "" }
    }

    #[cfg(test)]
    pub(super) fn told(&self) -> String {
        let kept: Vec<_> = Attribute::ALL.into_iter().filter(|kept| self.has(*kept)).collect();
        kept.into_iter().map(|kept| format!("{kept:?}={:?} ", self.value(kept))).collect()
    }

    /// Whether what the tag opens is kept from readers.
    pub(super) fn hide(&self) -> bool {
        (self.has(Attribute::Hidden) && !self.value(Attribute::Hidden).eq_ignore_ascii_case("until-found"))
            || self.value(Attribute::AriaHidden).eq_ignore_ascii_case("true")
            || (self.has(Attribute::Style) && hides(self.value(Attribute::Style)))
    }
}

/// Whether a style says that nothing is shown. Style sheets are not read, so this is all that can be known.
fn hides(style: &str) -> bool {
    let (mut display, mut visibility) = (Declared::default(), Declared::default());
    for (name, value) in style.split(';').filter_map(|rule| rule.split_once(':')) {
        let (name, value) = (name.trim_ascii(), value.trim_ascii());
        if name.eq_ignore_ascii_case("display") {
            display.declare(value, "none");
        } else if name.eq_ignore_ascii_case("visibility") {
            visibility.declare(value, "hidden");
        }
    }
    display.hides || visibility.hides
}

/// What a style has declared of a property so far.
#[derive(Debug, Default)]
struct Declared {
    hides: bool,
    is_important: bool,
}

impl Declared {
    /// The last declaration counts, an important one before others.
    fn declare(&mut self, value: &str, hiding: &str) {
        let is_important = value
            .rsplit_once('!')
            .is_some_and(|(_, sign)| sign.trim_ascii().eq_ignore_ascii_case("important"));
        if !value.is_empty() && (is_important || !self.is_important) {
            let hides = value.get(..hiding.len()).is_some_and(|start| start.eq_ignore_ascii_case(hiding));
            *self = Self { hides, is_important };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag<'a>(pairs: &[(&str, &'a str)]) -> Attributes<'a> {
        let mut attributes = Attributes::default();
        pairs.iter().for_each(|(name, value)| attributes.add(name, value));
        attributes
    }

    #[test]
    fn the_first_of_two_counts_and_long_values_are_cut() {
        let long = "é".repeat(99);
        let read = tag(&[("class", "one"), ("data-class", "x"), ("CLASS", "two"), ("id", &long)]);
        assert_eq!(read.value(Attribute::Class), "one");
        assert_eq!(read.value(Attribute::Id), "é".repeat(32));
        assert!(!read.has(Attribute::Style));
        let late: Vec<(String, &str)> = (0..MOST).map(|n| (format!("x{n}"), "y")).collect();
        let mut pairs: Vec<(&str, &str)> = late.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        pairs.push(("class", "late"));
        assert!(!tag(&pairs).has(Attribute::Class));
    }

    #[test]
    fn hints_of_hiding_are_read_as_browsers_do() {
        for pair in [
            ("hidden", ""),
            ("aria-hidden", "TRUE"),
            ("style", "color: red; DISPLAY : none !important"),
            ("style", "visibility:hidden"),
            ("style", "display:block;display:none;display:"),
            ("style", "display:none ! IMPORTANT; display:block"),
            ("style", "display:block;visibility:hidden"),
            ("style", &format!("width:{};display:none", "1".repeat(600))),
            ("style", &format!("width:{};display&colon;none", "&amp;".repeat(600))),
        ] {
            assert!(tag(&[pair]).hide(), "{pair:?}");
        }
        for pair in [
            ("hidden", "until-found"),
            ("aria-hidden", "false"),
            ("style", "display:block"),
            ("style", "display:none; display:block"),
            ("style", "visibility:hidden;visibility:visible !important;visibility:hidden"),
        ] {
            assert!(!tag(&[pair]).hide(), "{pair:?}");
        }
    }
}
