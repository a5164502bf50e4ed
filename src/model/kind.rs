//! The kinds of noise: a closed list, so that reports of different rule sets can be compared.

use std::fmt;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// What a rule is about. Every rule has one; reports count removals by it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum Kind {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl Kind {
            /// Every kind, in the order of the taxonomy.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name that rule files and reports use.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// One line on what belongs to this kind.
            pub fn about(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

kinds! {
    /// Icon and sprite names: `icon bookmark-bicon bookmarkicon`
    Icons = "icons",
    /// Skip links: `Skip to main content`
    SkipLink = "skip-link",
    /// Menus and navigation labels
    Menu = "menu",
    /// Breadcrumbs: `Home > News > World`
    Breadcrumb = "breadcrumb",
    /// Search boxes: `Search for:`
    Search = "search",
    /// Lines that hold only a date or an update time
    Date = "date",
    /// Bylines: `Written by Jane Doe`
    Byline = "byline",
    /// Post data: `Posted on 3 January 2020 in News`
    PostedOn = "posted-on",
    /// Reading times: `4 min read`
    ReadingTime = "reading-time",
    /// The title once more
    TitleRepeat = "title-repeat",
    /// Captions and credits: `Image: Getty`
    Caption = "caption",
    /// Links to other stories between paragraphs: `Read more: …`
    Related = "related",
    /// Blocks of other stories: `You may also like`
    RelatedBlock = "related-block",
    /// Stubs that lead on: `Continue reading`
    ReadMore = "read-more",
    /// Previous, next, page numbers
    Pager = "pager",
    /// Recent posts and archives
    Recent = "recent",
    /// Popular and trending posts
    Popular = "popular",
    /// Tags and categories
    Tags = "tags",
    /// Share buttons: `Share on Facebook`
    Share = "share",
    /// Bare names of networks: `Facebook Twitter WhatsApp`
    NetworkNames = "network-names",
    /// Prompts to share: `Share this story!`
    SharePrompt = "share-prompt",
    /// Prompts to follow: `Follow us on Instagram`
    Follow = "follow",
    /// Comment forms: `Leave a Reply`
    CommentForm = "comment-form",
    /// Fine print of comment forms: `Your email address will not be published.`
    CommentFinePrint = "comment-fine-print",
    /// Comment counters: `No comments:`
    CommentCount = "comment-count",
    /// `Comments are closed.`, moderation notices
    CommentsClosed = "comments-closed",
    /// Disqus embeds
    Disqus = "disqus",
    /// Forum chrome: `Log in to reply`, `Joined`, `Quote`
    Forum = "forum",
    /// Account notices: `Sign in`, `Thank you for registering`
    Account = "account",
    /// Newsletter prompts
    Newsletter = "newsletter",
    /// Paywall prompts
    Paywall = "paywall",
    /// Cookie banners: `Accept all`
    CookieBanner = "cookie-banner",
    /// Consent texts of the frameworks
    CookieText = "cookie-text",
    /// Words of media players: `This is a modal window.`
    MediaPlayer = "media-player",
    /// Clocks of players: `0:00 / 27:38`
    PlayerClock = "player-clock",
    /// Advertisement labels
    AdLabel = "ad-label",
    /// `Loading…`, `Please enable JavaScript`
    Loading = "loading",
    /// Back to top, print, edit this page
    PageTools = "page-tools",
    /// Tables of contents
    Toc = "toc",
    /// Copyright and policy footers
    Copyright = "copyright",
    /// Legal and source notes: `* A terrorist group outlawed in Russia`
    SourceNote = "source-note",
    /// Generator lines, captchas, app prompts: `Powered by …`
    Generator = "generator",
    /// What is no noise: rules that protect or speak for keeping
    Content = "content",
}

impl Kind {
    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_forty_two_kinds_of_noise_and_every_name_leads_back() {
        assert_eq!(Kind::ALL.len(), 43, "42 kinds of noise and `content`");
        for &kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
            assert!(!kind.about().is_empty());
        }
    }
}
