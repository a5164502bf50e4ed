//! The attributes of one start tag: the few that anything asks for, each with a limit, in buffers that every tag uses
//! again. Whatever else a tag carries is passed over as it streams by.

/// Bytes of a name that are looked at; longer ones are nobody's.
const LONGEST_NAME: usize = 24;
/// Attributes of one tag that are looked at.
const MOST: usize = 128;

macro_rules! attributes {
    ($($name:ident $text:literal $limit:literal,)+) => {
        /// An attribute that something asks for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Attribute {
            $($name,)+
        }

        impl Attribute {
            const COUNT: usize = [$(Self::$name),+].len();
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
    Style "style" 512,
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
}

/// The attributes of the tag that is being read.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    values: [Vec<u8>; Attribute::COUNT],
    /// Which of them the tag has, as bits.
    present: u32,
    seen: usize,
    name: Vec<u8>,
    /// The one whose value is being read.
    current: Option<Attribute>,
}

impl Attributes {
    /// Begins with the next tag.
    pub(super) fn clear(&mut self) {
        let mut present = self.present;
        while present != 0 {
            self.values[present.trailing_zeros() as usize].clear();
            present &= present - 1;
        }
        self.present = 0;
        self.seen = 0;
        self.name.clear();
        self.current = None;
    }

    /// Begins with the next attribute.
    pub(super) fn next(&mut self) {
        self.settle();
        self.name.clear();
        self.current = None;
        self.seen += 1;
    }

    pub(super) fn push_name(&mut self, part: &[u8]) {
        if self.name.len() + part.len() <= LONGEST_NAME {
            self.name.extend_from_slice(part);
        } else {
            // Too long to be known: nothing known has this length.
            self.name.resize(LONGEST_NAME + 1, b'-');
        }
    }

    pub(super) fn push_value(&mut self, part: &[u8]) {
        if !self.name.is_empty() {
            self.settle();
        }
        if let Some(current) = self.current {
            let value = &mut self.values[current as usize];
            let room = Attribute::LIMITS[current as usize].saturating_sub(value.len());
            value.extend_from_slice(&part[..part.len().min(room)]);
        }
    }

    /// The name is whole: of an attribute that stands twice the first counts.
    pub(super) fn settle(&mut self) {
        if !self.name.is_empty() {
            let known = Attribute::from_name(&self.name).filter(|_| self.seen <= MOST);
            self.current = known.filter(|attribute| self.present >> *attribute as u32 & 1 == 0);
            self.present |= self.current.map_or(0, |attribute| 1 << attribute as u32);
            self.name.clear();
        }
    }

    /// Whether the tag has the attribute, be it empty.
    pub(super) fn has(&self, attribute: Attribute) -> bool {
        self.present >> attribute as u32 & 1 != 0
    }

    /// Its value, empty when the tag lacks it.
    pub(super) fn value(&self, attribute: Attribute) -> &[u8] {
        &self.values[attribute as usize]
    }

    /// Its value as text, where a limit may have cut a character in two.
    pub(super) fn text(&self, attribute: Attribute) -> String {
        let mut text = String::from_utf8_lossy(self.value(attribute)).into_owned();
        if text.ends_with(char::REPLACEMENT_CHARACTER) {
            text.pop();
        }
        text
    }

    /// Whether what the tag opens is kept from readers.
    pub(super) fn hide(&self) -> bool {
        (self.has(Attribute::Hidden) && !self.value(Attribute::Hidden).eq_ignore_ascii_case(b"until-found"))
            || self.value(Attribute::AriaHidden).eq_ignore_ascii_case(b"true")
            || (self.has(Attribute::Style) && hides(self.value(Attribute::Style)))
    }
}

/// Whether a style says that nothing is shown. Style sheets are not read, so this is all that can be known.
fn hides(style: &[u8]) -> bool {
    style.split(|&byte| byte == b';').any(|rule| {
        let mut words = rule.splitn(2, |&byte| byte == b':').map(<[u8]>::trim_ascii);
        let (Some(name), Some(value)) = (words.next(), words.next()) else { return false };
        let begins = |start: &[u8]| value.get(..start.len()).is_some_and(|v| v.eq_ignore_ascii_case(start));
        (name.eq_ignore_ascii_case(b"display") && begins(b"none"))
            || (name.eq_ignore_ascii_case(b"visibility") && begins(b"hidden"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(pairs: &[(&str, &str)]) -> Attributes {
        let mut attributes = Attributes::default();
        for (name, value) in pairs {
            attributes.next();
            name.as_bytes().chunks(3).for_each(|part| attributes.push_name(part));
            value.as_bytes().chunks(3).for_each(|part| attributes.push_value(part));
        }
        attributes.settle();
        attributes
    }

    #[test]
    fn the_first_of_two_counts_and_long_values_are_cut() {
        let read = tag(&[("class", "one"), ("data-class", "x"), ("class", "two"), ("id", &"é".repeat(99))]);
        assert_eq!(read.text(Attribute::Class), "one");
        assert_eq!(read.text(Attribute::Id), "é".repeat(32));
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
        ] {
            assert!(tag(&[pair]).hide(), "{pair:?}");
        }
        for pair in [("hidden", "until-found"), ("aria-hidden", "false"), ("style", "display:block")] {
            assert!(!tag(&[pair]).hide(), "{pair:?}");
        }
    }
}
