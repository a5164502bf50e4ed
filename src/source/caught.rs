//! A panic while a page is read is that page's fault or ours, but never that of the pages beside it: the page becomes a
//! reject, as it does when cleaning it panics. No input is known that does this. What was being filled is not to be
//! trusted afterwards, and whoever asks throws it away.

use super::jsonl::Fault;
use crate::model::{RejectReason, panic_message};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `read` gives, or why it gave nothing.
pub(super) fn caught<T>(read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    let read = || {
        let done = read();
        #[cfg(test)]
        tests::meet_fault();
        done
    };
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|panic| Err((RejectReason::Defect, panic_message(panic.as_ref()))))
}

#[cfg(test)]
mod tests {
    use super::super::{Inputs, Meter};
    use crate::model::{Page, Reject, RejectReason};
    use std::cell::Cell;
    use std::fs;
    use std::path::Path;

    thread_local! {
        /// How many readings go well before one panics, when all that it fills is full.
        static WELL: Cell<Option<usize>> = const { Cell::new(None) };
    }

    pub(super) fn meet_fault() {
        if let Some(left) = WELL.get() {
            WELL.set(left.checked_sub(1));
            assert!(left > 0, "met a defect");
        }
    }

    fn read(folder: &Path) -> Vec<Result<Page, Reject>> {
        let inputs = Inputs::builder([folder]).build().unwrap();
        let mut pages = inputs.pages(Meter::default());
        let mut all = Vec::new();
        for chunk in inputs.feed(1 << 20, Meter::default()) {
            pages.each(chunk, |page| all.push(page.cloned()));
        }
        all
    }

    #[test]
    fn a_page_that_panics_while_it_is_read_is_a_reject_and_leaves_nothing_to_the_others() {
        let page = "<title>A title</title><body class=x><nav><a href=/>Home</a></nav><p>Words of it.";
        let answer = |number| {
            let body = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page} {number}");
            let head = format!("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {}", body.len());
            format!("{head}\r\n\r\n{body}\r\n\r\n")
        };
        let folder = tempfile::tempdir().unwrap();
        let object = |id: &str, field: &str, page: &str| {
            format!("{}\n", serde_json::json!({ "id": id, (field): page, "date": "2020" }))
        };
        let html = object("two", "html", page);
        let lines = [object("one", "text", "Words"), html.clone(), object("three", "text", "More")].concat();
        let document = format!("[{html},\n{}]", object("five", "html", "<p>Other words"));
        for (name, bytes) in [
            ("a.html", page.as_bytes()),
            ("b.txt", b"\xef\xbb\xbfWords\r\nand no more"),
            ("c.txt", b"Gr\xf6\xdfe"),
            ("d.jsonl", lines.as_bytes()),
            ("e.json", document.as_bytes()),
            ("f.html", page.as_bytes()),
            ("g.warc", [answer(1), answer(2)].concat().as_bytes()),
            ("h.txt", b"Last words"),
        ] {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let whole = read(folder.path());
        assert!(whole.len() == 12 && whole.iter().all(Result::is_ok), "{whole:?}");
        let mut met = vec![0; whole.len()];
        for well in 0.. {
            WELL.set(Some(well));
            let pages = read(folder.path());
            if WELL.take().is_some() {
                break;
            }
            assert_eq!(pages.len(), whole.len());
            let differ = |at: &usize| pages[*at] != whole[*at];
            let failed: Vec<usize> = (0..pages.len()).filter(differ).collect();
            let ([at], Err(reject)) = (&failed[..], pages[failed[0]].clone()) else { panic!("{failed:?}") };
            met[*at] += 1;
            let page = whole[*at].as_ref().unwrap();
            let told = (&*reject.source, reject.reason, reject.detail.contains("met a defect"));
            assert_eq!(told, (&*page.source, RejectReason::Defect, true), "{reject:?}");
        }
        assert!(met.iter().all(|&times| times > 0), "{met:?}");
    }
}
