//! What must hold for a file of any bytes, asked by tests of inputs that once broke something and by the fuzz targets: it
//! is read and cleaned without a panic, the same way each time, nothing is lost, and what comes out is a record.

use crate::support::{put_back, without_space};
use dehusk::clean::{Cleaner, Workspace};
use dehusk::model::{Cleaned, Outcome, Page, Reject};
use dehusk::rules::{builtin, load};
use dehusk::segment::lines_as_they_stand;
use dehusk::sink::{KEYS, write_record};
use dehusk::source::{Inputs, Meter};
use std::path::Path;
use std::sync::{Arc, LazyLock};

static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| match load(&builtin()) {
    Ok(set) => Cleaner::builder(Arc::new(set)).build(),
    Err(faults) => panic!("{}", faults.render(false, 100)),
});

/// Bytes that a reader cuts its input into: every line by itself, and all in one.
const CHUNKS: [usize; 2] = [1, 1 << 20];

/// Reads a file of that name and cleans its pages; panics where something does not hold. Gives the number of its pages,
/// those that were rejected too.
pub(crate) fn survives(name: &str, bytes: &[u8]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let [cut, whole] = CHUNKS.map(|chunk| read(folder.path(), chunk));
    assert_eq!(cut, whole, "what is read depends on how much is read at once");
    let mut workspace = Workspace::default();
    for page in whole.iter().filter_map(|page| page.as_ref().ok()) {
        clean(page, &mut workspace);
    }
    whole.len()
}

fn read(folder: &Path, chunk: usize) -> Vec<Result<Page, Reject>> {
    let inputs = Inputs::builder([folder]).build().unwrap();
    let mut found = Vec::new();
    let mut pages = inputs.pages(Meter::default());
    for chunk in inputs.feed(chunk, Meter::default()) {
        pages.each(chunk, |page| found.push(page.cloned()));
    }
    found
}

fn clean(page: &Page, workspace: &mut Workspace) {
    assert!(!page.text.contains('\r'), "a line end that is none: {:?}", page.text);
    if let Some(markup) = &page.markup {
        assert_eq!(markup.blocks.len(), lines_as_they_stand(&page.text).count(), "a block for each line");
    }
    let mut cleaned = Cleaned::default();
    CLEANER.clean_with(workspace, page, &mut cleaned);
    assert_eq!(cleaned, CLEANER.clean(page), "a page's answer depends on the page before it");
    assert_eq!(
        put_back(page, &cleaned),
        without_space(&page.text),
        "article and removals give the page back"
    );
    assert_eq!(cleaned.outcome == Outcome::Empty, cleaned.article.text.is_empty(), "{:?}", cleaned.outcome);
    let mut record = Vec::new();
    write_record(&mut record, page, &cleaned.article, false);
    let record: serde_json::Value = serde_json::from_slice(&record).expect("a record is JSON in UTF-8");
    assert!(KEYS.iter().all(|key| !record[key].is_null()), "{record}");
    assert_eq!(record["text"], cleaned.article.text.as_str());
}
