//! What one thread does with one batch: decode, work, count, and write into the batch's own buffers. A page that makes
//! the work panic is rejected as a defect, with all it had begun to write taken back, and the next page gets fresh
//! scratch.

use super::work::Work;
use crate::clean::LINE_MODEL;
use crate::model::{
    Action, Cleaned, Kind, Outcome, Page, Reject, RejectReason, RuleCount, RuleId, SkipReason, Stats,
    panic_message,
};
use crate::rules::{Rule, RuleSet};
use crate::sink::{Missing, RuleNames, flags, write_missing, write_record, write_removed};
use crate::source::{Chunk, Inputs, Met, Meter, Pages};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// What of a run's output is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) removed: bool,
    pub(super) rejects: bool,
    pub(super) title_in_text: bool,
    pub(super) page_time: Option<Duration>,
}

/// Whose page was just worked on.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) id: &'a str,
    pub(super) source: &'a str,
}

/// What a batch gave.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) articles: Vec<u8>,
    pub(super) removed: Vec<u8>,
    pub(super) rejects: Vec<u8>,
    /// All but the counts of rules, which stand beside.
    pub(super) stats: Stats,
    /// The rules that took anything.
    pub(super) rules: Vec<(RuleId, RuleCount)>,
    /// Bytes that were read for it, beside those that came with it.
    pub(super) opened: u64,
}

/// One thread's own things.
pub(super) struct Worker<'a, W: Work> {
    work: &'a W,
    scratch: W::Scratch,
    pages: Pages<'a>,
    /// What `pages` read.
    meter: Meter,
    cleaned: Cleaned,
    wanted: Wanted,
    tally: Tally,
}

/// The removals of a batch by rule.
struct Tally {
    rules: Vec<RuleCount>,
    kinds: Vec<Kind>,
    /// Of each kind, by its number.
    of_kind: [u64; Kind::ALL.len()],
    /// The rules with any: of ten thousand a batch knows some hundreds.
    counted: Vec<RuleId>,
}

impl Tally {
    fn new(rules: &RuleSet) -> Self {
        let kinds: Vec<Kind> = rules.rules().iter().map(Rule::kind).collect();
        let none = vec![RuleCount::default(); kinds.len()];
        Self { rules: none, kinds, of_kind: [0; Kind::ALL.len()], counted: Vec::new() }
    }

    /// Adds a removal; whether its strongest rule, the first, gives it its kind.
    fn add(&mut self, bytes: u64, by_rules: bool, shares: impl Iterator<Item = RuleId>) {
        for (place, id) in shares.enumerate() {
            let count = &mut self.rules[id.index()];
            if count.removals == 0 {
                self.counted.push(id);
            }
            count.removals += 1;
            count.bytes += bytes;
            self.of_kind[self.kinds[id.index()] as usize] += u64::from(by_rules && place == 0);
        }
    }

    /// Moves the counts over.
    fn drain_into(&mut self, written: &mut Written) {
        let rules = self.counted.drain(..).map(|id| (id, std::mem::take(&mut self.rules[id.index()])));
        written.rules.extend(rules);
        for (kind, count) in Kind::ALL.iter().zip(&mut self.of_kind).filter(|(_, count)| **count > 0) {
            written.stats.kinds.insert(*kind, std::mem::take(count));
        }
    }
}

impl<'a, W: Work> Worker<'a, W> {
    pub(super) fn new(work: &'a W, inputs: &'a Inputs, wanted: Wanted) -> Self {
        let meter = Meter::default();
        Self {
            work,
            scratch: work.scratch(),
            pages: inputs.pages(meter.clone()),
            meter,
            cleaned: Cleaned::default(),
            wanted,
            tally: Tally::new(work.rules()),
        }
    }

    pub(super) fn batch(&mut self, chunk: Chunk) -> Written {
        let written = Written { articles: chunk.spares().take(), ..Written::default() };
        self.write(written, |pages, take| pages.each(chunk, take), |_, _| ())
    }

    /// Works on every page that `hand_out` hands over, and tells `told` after each what is `written` and whose it is.
    pub(super) fn write(
        &mut self,
        mut written: Written,
        hand_out: impl FnOnce(&mut Pages<'a>, &mut dyn FnMut(Result<&mut Page, Reject>)),
        mut told: impl FnMut(&mut Written, Told<'_>),
    ) -> Written {
        let Self { work, scratch, pages, meter, cleaned, wanted, tally } = self;
        let before = meter.bytes();
        hand_out(pages, &mut |page| {
            written.stats.pages += 1;
            let page = match page {
                Ok(page) => page,
                Err(reject) => {
                    written.reject(&reject, *wanted);
                    return told(&mut written, Told { id: &reject.id, source: &reject.source });
                }
            };
            written.stats.bytes_in += page.text.len() as u64;
            let before = (written.articles.len(), written.removed.len());
            let tried = catch_unwind(AssertUnwindSafe(|| {
                let in_time = match wanted.page_time {
                    None => {
                        work.work(scratch, page, cleaned);
                        true
                    }
                    Some(time) => {
                        let began = Instant::now();
                        work.work_while(scratch, page, cleaned, &|| began.elapsed() < time)
                    }
                };
                if in_time && cleaned.outcome == Outcome::Article {
                    written.article(page, cleaned, work.rules(), *wanted);
                }
                in_time
            }));
            match tried {
                Ok(true) => written.count(page, cleaned, work.rules(), *wanted, tally),
                Ok(false) => written.reject(&over_time(page, *wanted), *wanted),
                Err(panic) => {
                    written.articles.truncate(before.0);
                    written.removed.truncate(before.1);
                    written.reject(&defect(page, panic.as_ref()), *wanted);
                    *scratch = work.scratch();
                    *cleaned = Cleaned::default();
                }
            }
            told(&mut written, Told { id: &page.id, source: &page.source });
        });
        written.opened = meter.bytes() - before;
        tally.drain_into(&mut written);
        let Met { formats, no_pages } = pages.take_met();
        let owned = |(name, count): (&str, u64)| (name.to_owned(), count);
        written.stats.formats = formats.into_iter().map(owned).collect();
        written.stats.no_pages = no_pages.into_iter().map(owned).collect();
        written
    }
}

/// The rules, as the sidecar asks for them.
struct Names<'a>(&'a RuleSet);

impl RuleNames for Names<'_> {
    fn name(&self, rule: RuleId) -> &str {
        self.0.rule(rule).name()
    }

    fn field(&self, rule: RuleId) -> &'static str {
        match self.0.rule(rule).action() {
            Action::Capture { field, .. } => field.name(),
            _ => "",
        }
    }
}

impl Written {
    fn article(&mut self, page: &Page, cleaned: &Cleaned, rules: &RuleSet, wanted: Wanted) {
        let heading = write_record(&mut self.articles, page, &cleaned.article, wanted.title_in_text);
        if wanted.removed {
            write_removed(&mut self.removed, page, heading, &cleaned.removals, &Names(rules));
        }
    }

    fn count(&mut self, page: &Page, cleaned: &Cleaned, rules: &RuleSet, wanted: Wanted, tally: &mut Tally) {
        let Cleaned { outcome, article, removals } = cleaned;
        self.stats.lines_in += u64::from(article.lines_in);
        let (outcome, reason, detail) = match *outcome {
            Outcome::Article => {
                self.stats.articles += 1;
                self.stats.bytes_out += article.text.len() as u64;
                self.stats.lines_out += u64::from(article.lines_out);
                for flag in flags(page, article) {
                    *self.stats.flags.entry(flag).or_default() += 1;
                }
                for removal in removals {
                    let by_rules = removal.action != LINE_MODEL;
                    self.stats.line_model += u64::from(!by_rules);
                    let rules = removal.rules.iter().map(|share| share.rule);
                    tally.add(removal.span.len() as u64, by_rules, rules);
                }
                return;
            }
            Outcome::Empty => {
                self.stats.empty += 1;
                ("empty", if article.lines_in == 0 { "blank" } else { "nothing-left" }, "")
            }
            Outcome::Skipped(SkipReason::TooShort) => ("skipped", "too-short", ""),
            Outcome::Skipped(SkipReason::ByRule(id)) => ("skipped", "skip-page", rules.rule(id).name()),
        };
        if outcome == "skipped" {
            *self.stats.skipped.entry(reason.to_owned()).or_default() += 1;
        }
        if wanted.rejects {
            let missing = Missing { id: &page.id, source: &page.source, outcome, reason, detail };
            write_missing(&mut self.rejects, &missing);
        }
    }

    fn reject(&mut self, reject: &Reject, wanted: Wanted) {
        *self.stats.rejected.entry(reject.reason.name().to_owned()).or_default() += 1;
        if wanted.rejects {
            write_missing(&mut self.rejects, &Missing::from(reject));
        }
    }
}

fn over_time(page: &Page, wanted: Wanted) -> Reject {
    Reject {
        id: page.id.clone(),
        source: page.source.clone(),
        reason: RejectReason::OverTime,
        detail: format!("it took more than {:?}", wanted.page_time.unwrap_or_default()),
    }
}

fn defect(page: &Page, panic: &(dyn Any + Send)) -> Reject {
    Reject {
        id: page.id.clone(),
        source: page.source.clone(),
        reason: RejectReason::Defect,
        detail: panic_message(panic),
    }
}
