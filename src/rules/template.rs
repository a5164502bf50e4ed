//! Templates: phrases with slots, `posted on {date} by {name}`. Parsed once, matched on folded lines.

/// A template, as literals and slots in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The text as written in the rule file.
    pub source: String,
    /// The parts, at least one; no two literals stand side by side.
    pub parts: Vec<Part>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Folded text. Inner and outer spaces are kept, since they part it from a slot.
    Literal(String),
    /// A slot.
    Slot(Slot),
}

/// What a slot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// A number, with separators: `1,204`, `3.5`, `12k`.
    Number,
    /// A date in any of the known languages, weekday or not.
    Date,
    /// A time of day.
    Time,
    /// A time zone: `GMT`, `UTC+3`, `EST`.
    Zone,
    /// A relative time: `3 hours ago`, `yesterday`.
    Ago,
    /// A player's clock: `0:00`, `1:02:03`.
    Clock,
    /// One or several people's names.
    Name,
    /// The title of a story: 1 to 200 characters.
    Title,
    /// The name of a site: 1 to 5 words, or a host name.
    Site,
    /// A web address.
    Url,
    /// Anything of 1 to 80 characters.
    Any,
}

impl Slot {
    /// Every slot with the name that rule files use between braces.
    pub const NAMES: &[(&str, Self)] = &[
        ("n", Self::Number),
        ("date", Self::Date),
        ("time", Self::Time),
        ("tz", Self::Zone),
        ("ago", Self::Ago),
        ("clock", Self::Clock),
        ("name", Self::Name),
        ("title", Self::Title),
        ("site", Self::Site),
        ("url", Self::Url),
        ("any", Self::Any),
    ];

    /// The slot of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, slot)| slot)
    }
}
