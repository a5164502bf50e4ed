//! A page as serde sees it: known fields borrowed from the input where they hold no escapes, the others passed along as
//! they stand. Written by hand, because `flatten` would make a tree of every page.

use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

#[derive(Default)]
pub(crate) struct Page<'a> {
    // Left out, null, or a string: what is null in the input is null in the output.
    id: Option<Option<Text<'a>>>,
    url: Option<Option<Text<'a>>>,
    text: Option<Option<Text<'a>>>,
    others: Vec<(Text<'a>, &'a RawValue)>,
}

/// A string that is owned only when it had escapes; serde's own `Cow` is always owned.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Strings;
        impl<'de> Visitor<'de> for Strings {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Strings)
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Page<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Page<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a page")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page<'de>, A::Error> {
                let mut page = Page::default();
                while let Some(name) = map.next_key::<Text<'de>>()? {
                    match &*name.0 {
                        "id" => page.id = Some(map.next_value()?),
                        "url" => page.url = Some(map.next_value()?),
                        "text" => page.text = Some(map.next_value()?),
                        _ => page.others.push((name, map.next_value()?)),
                    }
                }
                Ok(page)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl Serialize for Page<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in [("id", &self.id), ("url", &self.url), ("text", &self.text)] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        for (Text(name), value) in &self.others {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
