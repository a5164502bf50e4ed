//! Pages that are no files: rows of tables in memory, and single records. They are read, worked on, counted and written as
//! in a run, by the same code, so that other programs and engines get the bytes that a run would write. One thread, no
//! files, and one answer for every row, in its place.

use super::work::Work;
use super::worker::{Told, Wanted, Worker, Written};
use crate::model::{Article, Page, Reject, Stats};
use crate::sink::write_record;
use crate::source::{Inputs, Pages};
use arrow_array::RecordBatch;

/// What one page gave, as a run would write it: lines of JSON with their newlines.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The record; of a page that gave no article one that knows `id` and `source`, and nothing else.
    pub record: &'a [u8],
    /// What was removed; empty if it was not asked for, or there is no article.
    pub removed: &'a [u8],
    /// Why there is no article; empty if there is one.
    pub reject: &'a [u8],
}

/// Works on rows and records, one after the other.
pub struct InMemory<'a, W: Work> {
    worker: Worker<'a, W>,
    title_in_text: bool,
}

impl<'a, W: Work> InMemory<'a, W> {
    /// Begins; `inputs` tells which fields hold pages, and how large they may be. With `removed` answers tell what was
    /// removed.
    pub fn new(work: &'a W, inputs: &'a Inputs, removed: bool, title_in_text: bool) -> Self {
        let wanted = Wanted { removed, rejects: true, title_in_text, page_time: None };
        Self { worker: Worker::new(work, inputs, wanted), title_in_text }
    }

    /// Hands the answer for every row of the table to `take`, in order.
    ///
    /// # Errors
    ///
    /// If a column has a type that JSON cannot tell; then no row was looked at.
    pub fn table(&mut self, rows: &RecordBatch, take: impl FnMut(Answer<'_>)) -> Result<Stats, String> {
        Pages::check_columns(rows)?;
        Ok(self.answer(|pages, page| pages.table(rows, page), take))
    }

    /// Hands the answer for one JSON object to `take`.
    pub fn record(&mut self, line: &[u8], take: impl FnMut(Answer<'_>)) -> Stats {
        self.answer(|pages, page| pages.object(line, page), take)
    }

    fn answer(
        &mut self,
        hand_out: impl FnOnce(&mut Pages<'a>, &mut dyn FnMut(Result<&mut Page, Reject>)),
        mut take: impl FnMut(Answer<'_>),
    ) -> Stats {
        let title_in_text = self.title_in_text;
        let mut nobody = Page::default();
        let none = Article::default();
        let told = |written: &mut Written, told: Told<'_>| {
            if written.articles.is_empty() {
                told.id.clone_into(&mut nobody.id);
                told.source.clone_into(&mut nobody.source);
                write_record(&mut written.articles, &nobody, &none, title_in_text);
            }
            let Written { articles, removed, rejects, .. } = written;
            take(Answer { record: articles, removed, reject: rejects });
            articles.clear();
            removed.clear();
            rejects.clear();
        };
        let Written { mut stats, rules, .. } = self.worker.write(Written::default(), hand_out, told);
        stats.rules.extend(rules);
        stats
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Cleaner;
    use crate::rules::{builtin, load};
    use arrow_array::{ArrayRef, StringArray};
    use arrow_schema::{DataType, Field, UnionMode};
    use std::sync::Arc;

    const PAGE: &str =
        "Bridge closed\n\nThe bridge over the river was closed on Monday, the city said.\n\nShare this";

    fn cleaner() -> Cleaner {
        Cleaner::builder(Arc::new(load(&builtin()).unwrap())).build()
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn every_row_has_an_answer_in_its_place() {
        let cleaner = cleaner();
        let inputs = Inputs::builder([""; 0]).build().unwrap();
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some(PAGE), None, Some(""), Some(PAGE)]));
        let ids: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "c", "d"]));
        let rows = RecordBatch::try_from_iter([("id", ids), ("text", texts)]).unwrap();
        let mut answers = Vec::new();
        let mut memory = InMemory::new(&cleaner, &inputs, true, false);
        let stats = memory
            .table(&rows, |Answer { record, removed, reject }| {
                answers.push((text(record), text(removed), text(reject)));
            })
            .unwrap();
        assert!(stats.balances() && stats.pages == 4 && stats.articles == 2, "{stats:?}");
        let starts: Vec<&str> = answers.iter().map(|(record, ..)| &record[..9]).collect();
        assert_eq!(starts, [r#"{"id":"a""#, r#"{"id":"b""#, r#"{"id":"c""#, r#"{"id":"d""#]);
        assert!(answers[1].2.contains(r#""reason":"no-text-field""#), "{}", answers[1].2);
        assert!(answers[2].2.contains(r#""outcome":"empty""#) && answers[2].1.is_empty());
        assert!(answers[0].1.starts_with(r#"{"id":"a","removed":[{"#) && answers[0].2.is_empty());
        assert_eq!(answers[0].0.replace(r#""id":"a""#, r#""id":"d""#), answers[3].0);
    }

    #[test]
    fn a_row_and_a_record_that_say_the_same_get_the_same_answer() {
        let cleaner = cleaner();
        let inputs = Inputs::builder([""; 0]).build().unwrap();
        let column = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text])) };
        let rows = RecordBatch::try_from_iter([("text", column(PAGE)), ("site", column("rt"))]).unwrap();
        let mut memory = InMemory::new(&cleaner, &inputs, false, true);
        let mut of_row = String::new();
        memory.table(&rows, |answer| of_row = text(answer.record)).unwrap();
        let line = serde_json::json!({ "text": PAGE, "site": "rt" }).to_string();
        let mut of_record = String::new();
        memory.record(line.as_bytes(), |answer| of_record = text(answer.record));
        assert_eq!(of_row, of_record);
        assert!(of_row.contains(r#""text":"Bridge closed\n\nThe bridge"#), "{of_row}");
    }

    #[test]
    fn a_type_without_a_form_in_json_is_told_before_any_row_is_read() {
        let cleaner = cleaner();
        let inputs = Inputs::builder([""; 0]).build().unwrap();
        let fields = [(0, Arc::new(Field::new("a", DataType::Int32, true)))].into_iter().collect();
        let odd = arrow_array::new_empty_array(&DataType::Union(fields, UnionMode::Sparse));
        let rows = RecordBatch::try_from_iter([("text", odd)]).unwrap();
        let told = InMemory::new(&cleaner, &inputs, false, false).table(&rows, |_| ()).unwrap_err();
        assert!(told.starts_with("column `text` is of type Union"), "{told}");
    }

    #[test]
    fn what_is_refused_unread_keeps_its_id() {
        let cleaner = cleaner();
        let inputs = Inputs::builder([""; 0]).max_page(200).build().unwrap();
        let column = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text])) };
        let rows =
            RecordBatch::try_from_iter([("id", column("7")), ("text", column(&PAGE.repeat(9)))]).unwrap();
        let mut rejects = String::new();
        let mut memory = InMemory::new(&cleaner, &inputs, false, false);
        memory.table(&rows, |answer| rejects += &text(answer.reject)).unwrap();
        let line = serde_json::json!({ "id": "8", "text": PAGE.repeat(9) }).to_string();
        memory.record(line.as_bytes(), |answer| rejects += &text(answer.reject));
        let of = |id, what| {
            let detail = format!("the {what} has more than 200 bytes");
            format!(
                "{{\"id\":\"{id}\",\"source\":\"\",\"outcome\":\"rejected\",\"reason\":\"too-large\",\"detail\":\"{detail}\"}}\n"
            )
        };
        assert_eq!(rejects, of(7, "row") + &of(8, "record"));
    }
}
