//! The columns of the feature table: which there are, what people call them, and which belong together.
//!
//! Every value is a byte, scaled so that its whole range is used: trees compare bytes, many lines at a time, and a
//! weights file needs no table of bin edges. A column's place is part of the weights format; [`Column::digest`] tells
//! weights that were fitted on other columns.

use crate::model::Input;
use std::hash::Hasher;

/// What a column is about, in the words that `explain` uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Length of the line.
    Length,
    /// How it begins, ends and is spelled.
    Spelling,
    /// Its shape: list item, code, table row, menu.
    Shape,
    /// Where it stands on the page.
    Place,
    /// How near prose is, and how much of it.
    Prose,
    /// Whether it or its pattern repeats.
    Repetition,
    /// Whether the page's prose uses its words.
    Topic,
    /// What rules said of it.
    Rules,
    /// Labels of sections above and below: comments, related stories, sharing.
    Sections,
    /// What the lines beside it look like.
    Neighbours,
    /// Its words.
    Words,
    /// The words of the lines beside it.
    NearWords,
    /// The page as a whole.
    Page,
    /// The elements of HTML that it stands in.
    Element,
    /// How much of it, and of the lines beside it, are links.
    Links,
    /// The containers around it, and what else they hold.
    Container,
    /// The class and id words around it.
    Names,
}

impl Group {
    /// Every group.
    pub const ALL: &[Self] = &[
        Self::Length,
        Self::Spelling,
        Self::Shape,
        Self::Place,
        Self::Prose,
        Self::Repetition,
        Self::Topic,
        Self::Rules,
        Self::Sections,
        Self::Neighbours,
        Self::Words,
        Self::NearWords,
        Self::Page,
        Self::Element,
        Self::Links,
        Self::Container,
        Self::Names,
    ];

    /// The group in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Spelling => "spelling",
            Self::Shape => "shape",
            Self::Place => "place on the page",
            Self::Prose => "distance from prose",
            Self::Repetition => "repetition",
            Self::Topic => "words shared with the prose",
            Self::Rules => "rules",
            Self::Sections => "section labels",
            Self::Neighbours => "neighbours",
            Self::Words => "words",
            Self::NearWords => "neighbours' words",
            Self::Page => "kind of page",
            Self::Element => "element",
            Self::Links => "links",
            Self::Container => "container",
            Self::Names => "class names",
        }
    }
}

macro_rules! columns {
    ($($group:ident: $($name:ident),+;)+) => {
        /// A column of the feature table; the value is its place.
        #[expect(missing_docs, reason = "the names say what they hold, and the groups what they are about")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Column { $($($name,)+)+ }

        impl Column {
            /// Every column, in order.
            pub const ALL: &[Self] = &[$($(Self::$name,)+)+];

            /// What the column is about.
            pub fn group(self) -> Group {
                match self { $($(Self::$name)|+ => Group::$group,)+ }
            }

            /// The column's name in weights files and reports.
            pub fn name(self) -> &'static str {
                match self { $($(Self::$name => stringify!($name),)+)+ }
            }
        }
    };
}

columns! {
    Length: Words, Chars, WordLength;
    Spelling: Closed, EndClass, StartClass, DigitShare, UpperShare, MarkShare, CapitalShare, Commas, Stops, Partings, NonAscii;
    Shape: ListItem, QuoteMark, Code, TableRow, TitleCase, AllCaps, Wordless, Menu, Address;
    Place: AfterBlank, BeforeBlank, ZonePart, PlaceShare, FromTop, FromEnd, WordsAboveShare, BlockLines, BlockPlace, BlockWords, BlockClosed;
    Prose: IsProse, ProseAbove, ProseBelow, ProseGapWords, ProseAboveShare, CoreWide, CoreNarrow, CoreEdge, CoreDepth,
        Mass5, Mass20, ProseMost;
    Repetition: SameLine, SamePattern, SameStart, SamePatternNear, SameRhythm, FirstSeen;
    Topic: InProse, InTitle, ProseTwice, Rare, LongInProse;
    Rules: RuleScore, RuleCount, Protected, Captured, Cut, KindComments, KindForum, KindRelated, KindShare, KindNav,
        KindLegal, KindMeta, KindPlayer;
    Sections: SinceComments, UntilComments, SinceForum, UntilForum, SinceRelated, UntilRelated, SinceShare, UntilShare,
        SinceNav, UntilNav, SinceLegal, UntilLegal, SinceMeta, UntilMeta, ProseSinceComments, ProseSinceRelated,
        ProseSinceMeta, MarksAbove, MarksBelow;
    Neighbours: WordsA1, WordsB1, WordsA2, WordsB2, WordsA3, WordsB3, WordsA8, WordsB8, WordsN20,
        ClosedA1, ClosedB1, ClosedA3, ClosedB3, ClosedA8, ClosedB8, ClosedN20,
        ProseA3, ProseB3, ProseA8, ProseB8, ProseN20,
        RulesA1, RulesB1, RulesA3, RulesB3, RulesA8, RulesB8, RulesN20,
        TopicA1, TopicB1, TopicA3, TopicB3, TopicA8, TopicB8, TopicN20,
        CapitalA1, CapitalB1, CapitalA3, CapitalB3, CapitalN8, CapitalN20,
        RepeatA1, RepeatB1, RepeatA3, RepeatB3, RepeatN8, RepeatN20,
        DigitA1, DigitB1, DigitN3, DigitN8, ListA1, ListB1, ListN8, EndA1, EndB1, StartA1, StartB1, LikeA1, LikeB1;
    Page: PageLines, PageWords, PageProse, PageProseShare, PageProseLines, PageLongestRun, PageShort, PageClosed,
        PageRepeats, PageRules, PageDigits, PageCapitals, PageLists, PageComments, PageForum, PageRelated, PageMeta,
        PageBlanks, PageHead, PageTail, PageMeanProse, PageCode, PageCore, PageQuestions;
    Words: WordsAny, WordsArticle, WordsKind, WordsKnown;
    NearWords: AnyA1, AnyB1, AnyA2, AnyB2, AnyA3, AnyB3, AnyA8, AnyB8, AnyN20, ArticleA1, ArticleB1, ArticleA3, ArticleB3,
        ArticleA8, ArticleB8, ArticleN20, KindN8, KindPage, AnyPage, ArticlePage;
    Element: OwnTag, OuterTag, Landmark, InArticle, InMain, InFigure, HeadingLevel, Depth,
        HeadingAbove, SinceHeading, SinceTitle;
    Links: Links, LinksB1, LinksA3, LinksB3, LinksN20;
    Container: PathLines, PathProse, PathWords, OuterPathLines, OuterPathProse, ItemCount, ItemWords, ItemShare, StepsB1, CoreUp, CoreDown,
        TitleUp, TitleDown,
        Share1, Share2, Share3, Share4, Links1, Links2, Links3, Links4, Prose1, Prose2, Prose3, Prose4,
        Mean1, Mean2, Mean3, Mean4, Rules1, Rules2;
    Page: PageLinks, PageArticles, PageType;
    Names: NamesAny, NamesArticle, NamesA1, NamesB1, NamesN8, NamesArticleN8, NamesPage, WordsOf1, WordsOf2;
}

/// How many columns there are.
pub const COLUMNS: usize = Column::ALL.len();

/// How many of them text has: those that markup fills stand behind them.
pub const TEXT_COLUMNS: usize = Column::OwnTag as usize;

impl Column {
    /// The columns that pages of an input have: text has those without markup.
    pub fn of(input: Input) -> &'static [Self] {
        match input {
            Input::Text => &Self::ALL[..TEXT_COLUMNS],
            Input::Html => Self::ALL,
        }
    }

    /// A digest of the names of an input's columns in their order: weights that were fitted on others are of no use.
    pub fn digest(input: Input) -> u64 {
        let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
        for column in Self::of(input) {
            hasher.write(column.name().as_bytes());
            hasher.write(b"\n");
        }
        hasher.finish()
    }
}

/// FNV-1a: a digest that stands in files must not change with a library.
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
