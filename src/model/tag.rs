//! The elements of HTML that anything here asks about, and how each behaves: what a parser must know of a name without
//! asking a style sheet.

/// How an element behaves in the flow of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Part of its line.
    Inline,
    /// On lines of its own, parted from what stands around it.
    Block,
    /// On a line of its own, close to its neighbours: items, rows, choices.
    Item,
    /// A cell of a row.
    Cell,
    /// Without content.
    Void,
    /// Content that is no text of the page, or none that a reader sees.
    Out,
}

macro_rules! tags {
    ($($name:ident $text:literal $flow:ident,)+) => {
        /// An element's name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Tag {
            /// A name that is not in the table.
            Other,
            $(#[doc = concat!("`", $text, "`")] $name,)+
        }

        impl Tag {
            /// How many there are.
            pub const COUNT: usize = [Self::Other, $(Self::$name),+].len();

            /// The element of that name, in lower case.
            #[expect(non_upper_case_globals, reason = "the constants are named for their variants")]
            pub fn from_name(name: &[u8]) -> Self {
                $(const $name: &[u8] = $text.as_bytes();)+
                match name {
                    $($name => Self::$name,)+
                    _ => Self::Other,
                }
            }

            /// Its name, `""` when it is not in the table.
            pub fn name(self) -> &'static str {
                match self {
                    Self::Other => "",
                    $(Self::$name => $text,)+
                }
            }

            /// How it behaves.
            pub fn flow(self) -> Flow {
                match self {
                    Self::Other => Flow::Inline,
                    $(Self::$name => Flow::$flow,)+
                }
            }
        }
    };
}

tags! {
    A "a" Inline,
    Abbr "abbr" Inline,
    Address "address" Block,
    Annotation "annotation" Out,
    AnnotationXml "annotation-xml" Out,
    Area "area" Void,
    Article "article" Block,
    Aside "aside" Block,
    Audio "audio" Out,
    B "b" Inline,
    Base "base" Void,
    Big "big" Inline,
    Blockquote "blockquote" Block,
    Body "body" Block,
    Br "br" Void,
    Button "button" Block,
    Canvas "canvas" Out,
    Caption "caption" Block,
    Center "center" Block,
    Cite "cite" Inline,
    Code "code" Inline,
    Col "col" Void,
    Colgroup "colgroup" Item,
    Datalist "datalist" Out,
    Dd "dd" Item,
    Del "del" Inline,
    Details "details" Block,
    Dialog "dialog" Block,
    Dir "dir" Block,
    Div "div" Block,
    Dl "dl" Block,
    Dt "dt" Item,
    Em "em" Inline,
    Embed "embed" Void,
    Fieldset "fieldset" Block,
    Figcaption "figcaption" Block,
    Figure "figure" Block,
    Font "font" Inline,
    Footer "footer" Block,
    Form "form" Block,
    H1 "h1" Block,
    H2 "h2" Block,
    H3 "h3" Block,
    H4 "h4" Block,
    H5 "h5" Block,
    H6 "h6" Block,
    Head "head" Block,
    Header "header" Block,
    Hgroup "hgroup" Block,
    Hr "hr" Void,
    Html "html" Block,
    I "i" Inline,
    Iframe "iframe" Out,
    Img "img" Void,
    Input "input" Void,
    Ins "ins" Inline,
    Label "label" Inline,
    Legend "legend" Block,
    Li "li" Item,
    Link "link" Void,
    Listing "listing" Block,
    Main "main" Block,
    Map "map" Inline,
    Mark "mark" Inline,
    Math "math" Inline,
    Menu "menu" Block,
    Meta "meta" Void,
    Nav "nav" Block,
    Noembed "noembed" Out,
    Noframes "noframes" Out,
    Noscript "noscript" Inline,
    Object "object" Out,
    Ol "ol" Block,
    Optgroup "optgroup" Item,
    Option "option" Item,
    P "p" Block,
    Param "param" Void,
    Picture "picture" Inline,
    Plaintext "plaintext" Block,
    Pre "pre" Block,
    Q "q" Inline,
    Rp "rp" Out,
    Ruby "ruby" Inline,
    S "s" Inline,
    Script "script" Out,
    Search "search" Block,
    Section "section" Block,
    Select "select" Block,
    Small "small" Inline,
    Source "source" Void,
    Span "span" Inline,
    Strong "strong" Inline,
    Style "style" Out,
    Sub "sub" Inline,
    Summary "summary" Block,
    Sup "sup" Inline,
    Svg "svg" Out,
    Table "table" Block,
    Tbody "tbody" Item,
    Td "td" Cell,
    Template "template" Out,
    Textarea "textarea" Out,
    Tfoot "tfoot" Item,
    Th "th" Cell,
    Thead "thead" Item,
    Time "time" Inline,
    Title "title" Out,
    Tr "tr" Item,
    Track "track" Void,
    Tt "tt" Inline,
    U "u" Inline,
    Ul "ul" Block,
    Video "video" Out,
    Wbr "wbr" Void,
    Xmp "xmp" Block,
}

impl Tag {
    /// The level of a heading, else 0.
    pub fn heading(self) -> u8 {
        match self {
            Self::H1 => 1,
            Self::H2 => 2,
            Self::H3 => 3,
            Self::H4 => 4,
            Self::H5 => 5,
            Self::H6 => 6,
            _ => 0,
        }
    }

    /// Whether it is a list.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Ul | Self::Ol | Self::Dl | Self::Menu | Self::Dir)
    }
}

/// A set of elements; those that are not in the table are in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tags(u128);

impl Tags {
    /// The set with `tag` in it.
    #[must_use]
    pub fn with(self, tag: Tag) -> Self {
        // The first place is that of all other names.
        Self((self.0 | 1 << tag as u8) & !1)
    }

    /// Whether the sets share an element.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_elements_and_back() {
        const { assert!(Tag::COUNT <= 128, "a set has as many bits") };
        for name in ["a", "li", "h6", "blockquote", "time"] {
            assert_eq!(Tag::from_name(name.as_bytes()).name(), name);
        }
        assert_eq!(Tag::from_name(b"x-card"), Tag::Other);
        assert!(Tags::default().with(Tag::Nav).meets(Tags::default().with(Tag::Nav).with(Tag::A)));
        assert!(!Tags::default().with(Tag::Other).meets(Tags::default().with(Tag::Other)));
    }
}
