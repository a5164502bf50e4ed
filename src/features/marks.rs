//! What rules said of each line: their scores, and the sections that their hits mark.

use crate::model::{Action, Decision, Hit, Kind, VerdictKind};
use crate::rules::RuleSet;

pub(super) const COMMENTS: usize = 0;
pub(super) const FORUM: usize = 1;
pub(super) const RELATED: usize = 2;
pub(super) const SHARE: usize = 3;
pub(super) const NAV: usize = 4;
pub(super) const LEGAL: usize = 5;
pub(super) const META: usize = 6;
pub(super) const PLAYER: usize = 7;

fn section(kind: Kind) -> Option<usize> {
    Some(match kind {
        Kind::CommentForm
        | Kind::CommentFinePrint
        | Kind::CommentCount
        | Kind::CommentsClosed
        | Kind::Disqus => COMMENTS,
        Kind::Forum => FORUM,
        Kind::Related | Kind::RelatedBlock | Kind::ReadMore | Kind::Recent | Kind::Popular => RELATED,
        Kind::Share
        | Kind::NetworkNames
        | Kind::SharePrompt
        | Kind::Follow
        | Kind::Account
        | Kind::Newsletter
        | Kind::Paywall
        | Kind::AdLabel => SHARE,
        Kind::Icons
        | Kind::SkipLink
        | Kind::Menu
        | Kind::Breadcrumb
        | Kind::Search
        | Kind::Pager
        | Kind::Tags
        | Kind::PageTools
        | Kind::Toc => NAV,
        Kind::CookieBanner
        | Kind::CookieText
        | Kind::Loading
        | Kind::Copyright
        | Kind::SourceNote
        | Kind::Generator => LEGAL,
        Kind::Date
        | Kind::Byline
        | Kind::PostedOn
        | Kind::ReadingTime
        | Kind::TitleRepeat
        | Kind::Caption => META,
        Kind::MediaPlayer | Kind::PlayerClock => PLAYER,
        Kind::Content => return None,
    })
}

/// What rules said of one line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// The sum of the scores, in thousandths.
    pub(super) score: i32,
    pub(super) rules: u8,
    /// Which sections' rules hit it, as bits.
    pub(super) sections: u8,
    pub(super) protected: bool,
    pub(super) captured: bool,
    pub(super) cut: bool,
}

/// What the rules said of every line.
pub(super) fn read_into(set: &RuleSet, decision: &Decision, marks: &mut Vec<Mark>) {
    marks.clear();
    marks.extend(decision.verdicts.iter().map(|verdict| Mark {
        score: verdict.score.thousandths(),
        captured: verdict.kind == VerdictKind::Capture,
        ..Mark::default()
    }));
    let mut before: Option<&Hit> = None;
    for hit in &decision.hits {
        let rule = set.rule(hit.rule);
        let mark = &mut marks[hit.line as usize];
        // A rule counts once a line, however often it hits.
        let again = before.is_some_and(|before| (before.line, before.rule) == (hit.line, hit.rule));
        mark.rules = mark.rules.saturating_add(u8::from(!again));
        mark.sections |= section(rule.kind()).map_or(0, |section| 1 << section);
        match rule.action() {
            Action::Protect => mark.protected = true,
            Action::CutSpan => mark.cut = true,
            _ => {}
        }
        before = Some(hit);
    }
}
