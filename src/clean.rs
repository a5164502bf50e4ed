//! One page to one article: the library's front door.
//!
//! A [`Cleaner`] holds compiled rules and settings, never changes, and can be shared by any number of threads; each
//! brings its own [`Workspace`]. Cleaning is pure: no files, no clocks, and nothing passes from page to page, so that the same page gives the same article anywhere.

mod writer;

use crate::decide::{self, Judging, LineModel};
use crate::extract::fill_fields;
use crate::features::{Features, Group};
use crate::language;
use crate::matcher::{Engine, Finds, PageScope, PageView, Scratch, Tried};
use crate::model::{
    Cleaned, Decision, Form, Input, Lines, Outcome, Page, PageSort, Profile, RuleId, RuleShare, Shapes,
    SkipReason,
};
use crate::rules::RuleSet;
use crate::segment::{Twins, segment_into, segment_twins_into, segment_whole_into};
use crate::weights::Weights;
use std::sync::Arc;
use writer::Writer;

pub use writer::LINE_MODEL;

/// How a [`Cleaner`] is built.
#[derive(Clone, Debug)]
pub struct CleanerBuilder {
    rules: Arc<RuleSet>,
    preview: bool,
    profile: Profile,
    sort: PageSort,
    text_weights: Option<Arc<Weights>>,
    html_weights: Option<Arc<Weights>>,
    min_words: u32,
}

impl CleanerBuilder {
    /// Whether rules of status `preview` run. By default they do not.
    pub fn preview(&mut self, preview: bool) -> &mut Self {
        self.preview = preview;
        self
    }

    /// How eagerly lines are dropped. By default [`Profile::Normal`].
    pub fn profile(&mut self, profile: Profile) -> &mut Self {
        self.profile = profile;
        self
    }

    /// What sort of pages is cleaned. By default [`PageSort::Auto`].
    pub fn page_sort(&mut self, sort: PageSort) -> &mut Self {
        self.sort = sort;
        self
    }

    /// The weights of the line model, for pages of the sort that they were fitted on. By default those that are part of the
    /// program.
    pub fn weights(&mut self, weights: Arc<Weights>) -> &mut Self {
        match weights.input() {
            Input::Text => self.text_weights = Some(weights),
            Input::Html => self.html_weights = Some(weights),
        }
        self
    }

    /// Articles of fewer words than this are skipped as too short. By default 0: none is.
    pub fn min_words(&mut self, min_words: u32) -> &mut Self {
        self.min_words = min_words;
        self
    }

    fn model(&self, input: Input, weights: Option<&Arc<Weights>>) -> LineModel {
        let weights = weights.map_or_else(|| Weights::builtin(input), Arc::clone);
        LineModel::new(weights, &self.rules, self.profile, self.sort)
    }

    /// Compiles the rules.
    pub fn build(&self) -> Cleaner {
        Cleaner {
            engine: Engine::new(&self.rules, self.preview),
            rules: Arc::clone(&self.rules),
            min_words: self.min_words,
            models: (self.profile != Profile::Careful).then(|| Models {
                text: self.model(Input::Text, self.text_weights.as_ref()),
                html: self.model(Input::Html, self.html_weights.as_ref()),
            }),
        }
    }
}

/// Compiled rules and settings: immutable, shared by all threads.
#[derive(Debug)]
pub struct Cleaner {
    engine: Engine,
    rules: Arc<RuleSet>,
    min_words: u32,
    models: Option<Models>,
}

/// The line models, by what pages are.
#[derive(Debug)]
struct Models {
    text: LineModel,
    html: LineModel,
}

impl Models {
    /// The one that judges a page.
    fn of(&self, page: &Page) -> &LineModel {
        if page.markup.is_some() { &self.html } else { &self.text }
    }
}

/// What one thread reuses from page to page.
#[derive(Debug, Default)]
pub struct Workspace {
    lines: Lines,
    twins: Twins,
    scratch: Scratch,
    desk: Desk,
    /// Emptied lists of rules, for the removals of the next page.
    spare: Vec<Vec<RuleShare>>,
}

/// What deciding about a page needs, and what it decided.
#[derive(Debug, Default)]
struct Desk {
    settling: decide::Scratch,
    decision: Decision,
    features: Features,
    judging: Judging,
}

impl Workspace {
    /// The lines of the page that was cleaned last.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// What was decided about them.
    pub fn decision(&self) -> &Decision {
        &self.desk.decision
    }
}

/// A page with every line judged: what `explain` shows.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The lines.
    pub lines: Lines,
    /// Verdicts and evidence.
    pub decision: Decision,
    /// What cleaning gives.
    pub cleaned: Cleaned,
    /// For each line that the line model judged what each group of features says, in logits, the strongest first; above 0
    /// it speaks for content.
    pub reasons: Vec<Vec<(Group, f64)>>,
}

/// A page that rules have judged, with the features of its lines.
#[derive(Debug)]
pub struct Measured {
    /// The lines.
    pub lines: Lines,
    /// What rules decided.
    pub decision: Decision,
    /// The features; those of fitted words are not yet added.
    pub features: Features,
}

impl Cleaner {
    /// A builder for a cleaner with `rules`.
    pub fn builder(rules: Arc<RuleSet>) -> CleanerBuilder {
        CleanerBuilder {
            rules,
            preview: false,
            profile: Profile::default(),
            sort: PageSort::default(),
            text_weights: None,
            html_weights: None,
            min_words: 0,
        }
    }

    /// The rules.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The compiled form of the rules.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Cleans one page.
    pub fn clean(&self, page: &Page) -> Cleaned {
        let mut cleaned = Cleaned::default();
        self.clean_with(&mut Workspace::default(), page, &mut cleaned);
        cleaned
    }

    /// Cleans one page into `cleaned`, whose old contents go; `workspace` is the calling thread's own.
    pub fn clean_with(&self, workspace: &mut Workspace, page: &Page, cleaned: &mut Cleaned) {
        self.clean_while(workspace, page, cleaned, || true);
    }

    /// The same as long as `goes_on` says so, which is asked between the stages; `None` when it was given up, and then
    /// `cleaned` holds nothing of use.
    pub fn clean_while(
        &self,
        Workspace { lines, twins, scratch, desk, spare }: &mut Workspace,
        page: &Page,
        cleaned: &mut Cleaned,
        goes_on: impl Fn() -> bool,
    ) -> Option<()> {
        lines_of(page, lines, Some(twins));
        goes_on().then_some(())?;
        let lang = language_of(page, lines);
        let (view, finds) = self.engine.find(&page.text, lines, scope(page, &lang), scratch);
        goes_on().then_some(())?;
        self.decide(page, &view, finds, desk);
        goes_on().then_some(())?;
        self.write(page, &view, &desk.decision, spare, cleaned);
        cleaned.article.lang = lang;
        goes_on().then_some(())
    }

    /// The same, with the rules that were tried on lines of the page, and how often.
    pub fn clean_counting(
        &self,
        workspace: &mut Workspace,
        page: &Page,
        cleaned: &mut Cleaned,
    ) -> Vec<(RuleId, Tried)> {
        workspace.scratch.count_tries(self.rules.rules().len());
        self.clean_with(workspace, page, cleaned);
        workspace.scratch.take_tries()
    }

    /// Judges one page by its rules alone and measures every line: what a line model is fitted to.
    pub fn measure(&self, page: &Page) -> Measured {
        let Workspace { mut lines, mut scratch, mut desk, .. } = Workspace::default();
        lines_of(page, &mut lines, None);
        let lang = language_of(page, &lines);
        let (view, finds) = self.engine.find(&page.text, &lines, scope(page, &lang), &mut scratch);
        self.decide_by_rules(page, &view, finds, &mut desk);
        desk.features.measure(&self.rules, &view, &page.title, &desk.decision);
        Measured { lines, decision: desk.decision, features: desk.features }
    }

    fn decide(&self, page: &Page, view: &PageView<'_>, finds: &Finds, desk: &mut Desk) {
        self.decide_by_rules(page, view, finds, desk);
        if let Some(models) = &self.models {
            let Desk { decision, features, judging, .. } = desk;
            features.measure(&self.rules, view, &page.title, decision);
            models.of(page).judge(&view.lines.lines, features, decision, judging);
        }
    }

    fn decide_by_rules(&self, page: &Page, view: &PageView<'_>, finds: &Finds, desk: &mut Desk) {
        let Desk { settling, decision, .. } = desk;
        decide::decide_into(&self.engine, &self.rules, view, &page.title, finds, settling, decision);
    }

    /// Cleans one page and gives back every line's verdict with its evidence.
    pub fn judge(&self, page: &Page) -> Judged {
        let mut workspace = Workspace::default();
        let mut cleaned = Cleaned::default();
        self.clean_with(&mut workspace, page, &mut cleaned);
        let Workspace { lines, desk: Desk { decision, features, .. }, .. } = workspace;
        let reasons = self.models.as_ref().map(|models| models.of(page).reasons(features.table(), &decision));
        Judged { lines, decision, cleaned, reasons: reasons.unwrap_or_default() }
    }

    /// Cleans one page again for each of `rules`, as if that rule did not run, and hands over what came of it. Finding
    /// hits costs most, and is done once.
    pub fn clean_without(
        &self,
        workspace: &mut Workspace,
        page: &Page,
        rules: &[RuleId],
        cleaned: &mut Cleaned,
        mut take: impl FnMut(RuleId, &Cleaned),
    ) {
        let Workspace { lines, twins, scratch, desk, spare } = workspace;
        lines_of(page, lines, Some(twins));
        let lang = language_of(page, lines);
        let (view, finds) = self.engine.find(&page.text, lines, scope(page, &lang), scratch);
        cleaned.article.lang.clone_from(&lang);
        let all = finds.clone();
        for &rule in rules {
            finds.copy_without(&all, rule, self.engine.context());
            self.decide(page, &view, finds, desk);
            self.write(page, &view, &desk.decision, spare, cleaned);
            take(rule, cleaned);
        }
    }

    fn write(
        &self,
        page: &Page,
        view: &PageView<'_>,
        decision: &Decision,
        spare: &mut Vec<Vec<RuleShare>>,
        cleaned: &mut Cleaned,
    ) {
        let Cleaned { outcome, article, removals } = cleaned;
        spare.extend(removals.drain(..).map(|removal| removal.rules));
        let mut writer = Writer { rules: &self.rules, view, decision, article, removals, spare };
        writer.write_text();
        fill_fields(&self.rules, view, decision, page, article);
        article.flags.clear();
        article.flags.extend(page.flags.iter().chain(&decision.flags).cloned());
        article.flags.sort_unstable();
        article.flags.dedup();
        article.chars_in = count(crate::letters::count(&page.text));
        *outcome = match decision.skip {
            Some(rule) => Outcome::Skipped(SkipReason::ByRule(rule)),
            None if article.text.is_empty() => Outcome::Empty,
            None if self.is_too_short(&article.text) => Outcome::Skipped(SkipReason::TooShort),
            None => Outcome::Article,
        };
    }

    fn is_too_short(&self, text: &str) -> bool {
        let mut lines = Lines::default();
        self.min_words > 0 && {
            segment_into(text, &mut lines);
            lines.lines.iter().map(|line| u64::from(line.words)).sum::<u64>() < u64::from(self.min_words)
        }
    }
}

/// The lines of a page, with their twins if `twins` are sought. Markup has a block for each line, broke none, and knows code and
/// rows where their looks may not tell.
pub(crate) fn lines_of(page: &Page, lines: &mut Lines, twins: Option<&mut Twins>) {
    let Some(markup) = &page.markup else {
        return match twins {
            Some(twins) => segment_twins_into(&page.text, lines, twins),
            None => segment_into(&page.text, lines),
        };
    };
    segment_whole_into(&page.text, lines);
    for (line, block) in lines.lines.iter_mut().zip(&markup.blocks) {
        line.shapes = match block.form {
            Form::Verbatim => line.shapes.with(Shapes::CODE),
            Form::Row => line.shapes.with(Shapes::TABLE_ROW),
            Form::Text => line.shapes,
        };
    }
}

/// What the input says of the page's language, else what its lines tell.
fn language_of(page: &Page, lines: &Lines) -> String {
    if page.lang.is_empty() {
        language::detect(&page.text, lines, &page.told.lang)
    } else {
        page.lang.clone()
    }
}

fn scope<'a>(page: &'a Page, lang: &'a str) -> PageScope<'a> {
    PageScope { lang, url: &page.url, input: page.input, markup: page.markup.as_deref() }
}

/// Counts beyond 32 bits cannot occur: pages are smaller.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
