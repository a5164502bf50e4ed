//! What rules said of each line: their scores, and the sections that their hits mark.

use super::Table;
use super::columns::Column as C;
use super::scale::flag;
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

/// What rules said of each line.
pub(super) fn fill(table: &mut Table, marks: &[Mark]) {
    table.fill(C::RuleScore, marks.iter().map(|mark| rule_byte(mark.score)));
    table.fill(C::RuleCount, marks.iter().map(|mark| mark.rules));
    table.fill(C::Protected, marks.iter().map(|mark| flag(mark.protected)));
    table.fill(C::Captured, marks.iter().map(|mark| flag(mark.captured)));
    table.fill(C::Cut, marks.iter().map(|mark| flag(mark.cut)));
    for (column, section) in [
        (C::KindComments, COMMENTS),
        (C::KindForum, FORUM),
        (C::KindRelated, RELATED),
        (C::KindShare, SHARE),
        (C::KindNav, NAV),
        (C::KindLegal, LEGAL),
        (C::KindMeta, META),
        (C::KindPlayer, PLAYER),
    ] {
        if marks.iter().any(|mark| mark.sections >> section & 1 != 0) {
            table.fill(column, marks.iter().map(|mark| mark.sections >> section & 1));
        }
    }
}

/// Rule scores from -1.0 to 3.0 fill the byte; 0 is 64.
pub(super) fn rule_byte(thousandths: i32) -> u8 {
    // Hundreds of strong rules on one line add up to more than the product has room for.
    (64 + thousandths.clamp(-1000, 3000) * 64 / 1000).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::rule_byte;

    #[test]
    fn any_sum_of_scores_is_a_byte() {
        let sums = [i32::MIN, -1001, -1000, 0, 1000, 2999, 3000, 3001, i32::MAX];
        assert_eq!(sums.map(rule_byte), [0, 0, 0, 64, 128, 255, 255, 255, 255]);
    }
}
