//! What a run does with a page: the seam between the pipeline and the cleaner. One value is shared by all threads and
//! never changes; what must change, each thread has for itself. [`PassThrough`] does nothing: its time is what reading
//! and writing cost, and what cleaning is measured against.

use crate::clean::{Cleaner, Workspace};
use crate::letters;
use crate::model::{Article, Cleaned, Outcome, Page};
use crate::rules::RuleSet;
use crate::segment::count_lines;

/// Turns pages into articles.
pub trait Work: Sync {
    /// What one thread needs beside the page, kept from page to page.
    type Scratch: Send;

    /// The rules that removals and skips speak of, to name and to count them.
    fn rules(&self) -> &RuleSet;

    /// Scratch for one thread; asked for anew after a page that met a defect.
    fn scratch(&self) -> Self::Scratch;

    /// Fills `done` for one page, whatever it held before. The answer depends on the page alone, whose text may go into it.
    fn work(&self, scratch: &mut Self::Scratch, page: &mut Page, done: &mut Cleaned);

    /// The same as long as `goes_on` says so; `false` when the page was given up, or was done too late. Unless a work can be
    /// left off, it is asked only when the page is done.
    fn work_while(
        &self,
        scratch: &mut Self::Scratch,
        page: &mut Page,
        done: &mut Cleaned,
        goes_on: &dyn Fn() -> bool,
    ) -> bool {
        self.work(scratch, page, done);
        goes_on()
    }
}

impl Work for Cleaner {
    type Scratch = Workspace;

    fn rules(&self) -> &RuleSet {
        Cleaner::rules(self)
    }

    fn scratch(&self) -> Workspace {
        Workspace::default()
    }

    fn work(&self, workspace: &mut Workspace, page: &mut Page, done: &mut Cleaned) {
        self.clean_with(workspace, page, done);
    }

    fn work_while(
        &self,
        workspace: &mut Workspace,
        page: &mut Page,
        done: &mut Cleaned,
        goes_on: &dyn Fn() -> bool,
    ) -> bool {
        self.clean_while(workspace, page, done, goes_on).is_some()
    }
}

/// Hands every page through as it is.
#[derive(Debug, Default)]
pub struct PassThrough {
    rules: RuleSet,
}

impl Work for PassThrough {
    type Scratch = ();

    fn rules(&self) -> &RuleSet {
        &self.rules
    }

    fn scratch(&self) {}

    fn work(&self, (): &mut (), page: &mut Page, done: &mut Cleaned) {
        let lines = u32::try_from(count_lines(&page.text)).unwrap_or(u32::MAX);
        let chars = u32::try_from(letters::count(&page.text)).unwrap_or(u32::MAX);
        // The memory of the last text serves for the next page.
        let text = std::mem::replace(&mut page.text, std::mem::take(&mut done.article.text));
        done.outcome = if lines == 0 { Outcome::Empty } else { Outcome::Article };
        done.removals.clear();
        done.article = Article {
            text,
            title: page.title.clone(),
            lang: if page.lang.is_empty() { &page.told.lang } else { &page.lang }.clone(),
            lines_in: lines,
            lines_out: lines,
            chars_in: chars,
            chars_out: chars,
            ..Article::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_text_through_and_counts_it() {
        let work = PassThrough::default();
        let mut done = Cleaned::default();
        let mut page = Page { text: "Ä\n\n b".to_owned(), ..Page::default() };
        work.work(&mut (), &mut page, &mut done);
        assert_eq!((done.outcome, done.article.text.as_str()), (Outcome::Article, "Ä\n\n b"));
        assert_eq!((done.article.lines_in, done.article.chars_out), (2, 5));
        work.work(&mut (), &mut Page { text: " \n".to_owned(), ..Page::default() }, &mut done);
        assert_eq!(done.outcome, Outcome::Empty);
    }
}
