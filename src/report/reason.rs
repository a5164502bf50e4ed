//! Why a line is where it is, in one line of words: rules, scores, what was matched. What the verdict is, its mark says.

use super::explanation::{Evidence, Explanation, LineReport};
use super::text::{escape, shorten};

/// Columns of what a rule matched, at most.
const MATCHED: usize = 36;
/// Rules whose scores are told one by one, unless a page is shown in full.
const TOLD: usize = 2;

/// Why the line is where it is: what settled it, then the rules whose scores add up, of many only the strongest.
pub(super) fn reason(page: &Explanation, line: &LineReport, full: bool) -> String {
    let said = |piece: &&Evidence| say(page, line, piece);
    let (scored, settled): (Vec<&Evidence>, Vec<&Evidence>) =
        line.evidence.iter().filter(|piece| speaks(piece)).partition(|piece| counts(piece));
    let mut reasons: Vec<String> = settled.iter().map(said).collect();
    if !scored.is_empty() {
        let told = if full { scored.len() } else { TOLD };
        let mut sum: Vec<String> = scored.iter().take(told).map(said).collect();
        if scored.len() > told {
            sum.push(format!("{} more", scored.len() - told));
        }
        let total = if scored.len() > 1 { format!(" = {:?}", line.score) } else { String::new() };
        reasons.push(sum.join(" + ") + &total);
    }
    if let Some(chance) = line.chance.filter(|_| line.verdict == "drop" || !reasons.is_empty() || full) {
        let told = line.features.iter().take(if full { line.features.len() } else { TOLD });
        let features: Vec<String> =
            told.map(|said| format!("{} {:+.1}", said.feature, said.weight)).collect();
        reasons.push(format!("line model {chance:.2}: {}", features.join(", ")));
    }
    reasons.join("; ")
}

/// Whether the rule's score is part of the line's sum.
fn counts(piece: &Evidence) -> bool {
    piece.from.is_none() && ["drop-line", "flag", "cut-to-end", "cut-to-start"].contains(&piece.action)
}

/// Whether the rule says something about its line: one without a score only marks it for other rules.
pub(super) fn speaks(piece: &Evidence) -> bool {
    !counts(piece) || piece.score != 0.0 || piece.action == "flag"
}

fn say(page: &Explanation, line: &LineReport, piece: &Evidence) -> String {
    let Evidence { rule, field, score, .. } = piece;
    let matched = matched(line, piece);
    match (piece.action, piece.from) {
        (_, Some(from)) => {
            let number = page.lines.get(from).map_or(0, |line| line.number);
            let reach = if from < line.line { "all after" } else { "all before" };
            format!("{rule} takes {reach} line {number}")
        }
        ("capture", _) => format!("→ {field}: {rule}{matched}"),
        ("cut-span", _) => format!("{rule}{matched}"),
        ("protect", _) => format!("{rule} protects it{matched}"),
        ("skip-page", _) => format!("{rule} skips the page{matched}"),
        ("flag", _) => format!("{rule} {score:?} flags {field}{matched}"),
        _ => format!("{rule} {score:?}{matched}"),
    }
}

/// What was matched, when it is not the whole line.
fn matched(line: &LineReport, piece: &Evidence) -> String {
    if piece.start <= line.start && piece.end >= line.end || piece.start >= piece.end {
        return String::new();
    }
    format!(" “{}”", shorten(&escape(&piece.matched), MATCHED))
}
