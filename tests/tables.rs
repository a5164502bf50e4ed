//! Tables and folders: Parquet in, Parquet and shards out, the same bytes on any number of threads, and nothing lost.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, DictionaryArray, FixedSizeBinaryArray,
    Float64Array, Int32Array, LargeBinaryArray, LargeStringArray, RecordBatch, StringArray, StringViewArray,
    TimestampMillisecondArray,
};
use dehusk::pipeline::{Options, PassThrough, Progress, RunError, RunSummary, Sinks, run};
use dehusk::sink::{Form, KEYS, Shards, Target};
use dehusk::source::Inputs;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::properties::WriterProperties;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

fn ran(input: &Path, articles: Target, rejects: &Path, threads: usize, batch: usize) -> RunSummary {
    let inputs = Inputs::builder([input]).build().unwrap();
    let sinks = Sinks { articles, removed: None, rejects: Some(Target::from_path(rejects)) };
    let mut options = Options::default();
    options.threads(NonZeroUsize::new(threads).unwrap()).batch_bytes(batch);
    run(&inputs, &PassThrough::default(), sinks, &options, &Progress::default()).unwrap()
}

fn lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// JSON lines whose last ones alone have a date with a zone, authors and a field of their own.
fn records(count: usize) -> String {
    let line = |nth: usize| {
        let rare = if nth + 3 >= count {
            r#","published":"2020-01-03T02:55:07+01:00","authors":"Ann; Bo","score":1.50,"tags":["a",null]"#
        } else {
            r#","published":"2020-01""#
        };
        format!(
            "{{\"id\":\"r{nth}\",\"text\":\"Words – “{nth}” {}.\\nMore.\"{rare}}}\n",
            "and so on ".repeat(nth % 40)
        )
    };
    (0..count).map(line).collect()
}

#[test]
fn a_parquet_file_holds_what_the_lines_hold_and_is_the_same_from_any_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("in.jsonl"), records(5000)).unwrap();
    let mut written = Vec::new();
    for (threads, batch) in [(1, 1 << 20), (3, 1 << 10), (2, 1 << 16)] {
        ran(&path("in.jsonl"), Target::from_path(path("out.parquet")), &path("r.jsonl"), threads, batch);
        written.push(fs::read(path("out.parquet")).unwrap());
    }
    assert!(written.windows(2).all(|pair| pair[0] == pair[1]));
    ran(&path("in.jsonl"), Target::from_path(path("out.jsonl")), &path("r.jsonl"), 2, 1 << 20);

    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path("out.parquet")).unwrap()).unwrap();
    let names: Vec<String> = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names.len(), KEYS.len() + 2);
    let nullable: Vec<&str> = reader
        .schema()
        .fields()
        .iter()
        .filter(|field| field.is_nullable())
        .map(|field| field.name().as_str())
        .collect();
    assert_eq!(nullable, ["published_at"]);
    let mut lines = lines(&path("out.jsonl")).into_iter();
    for batch in reader.build().unwrap() {
        let batch = batch.unwrap();
        let string = |name: &str, row: usize| batch[name].as_string::<i32>().value(row).to_owned();
        for row in 0..batch.num_rows() {
            let line = lines.next().unwrap();
            for key in KEYS {
                match &line[key] {
                    Value::String(text) => assert_eq!(string(key, row), *text),
                    number => {
                        let column = batch[key].as_primitive::<Int64Type>();
                        assert_eq!(Some(column.value(row)), number.as_i64());
                    }
                }
            }
            let instants = batch["published_at"].as_primitive::<TimestampMicrosecondType>();
            let is_rare = line["authors"] == "Ann; Bo";
            assert_eq!(instants.is_valid(row), is_rare);
            assert!(!is_rare || instants.value(row) == 1_578_016_507_000_000);
            let extra = if is_rare { r#"{"score":1.50,"tags":["a",null]}"# } else { "{}" };
            assert_eq!(string("extra", row), extra);
        }
    }
    assert!(lines.next().is_none());

    // And in again.
    let summary =
        ran(&path("out.parquet"), Target::from_path(path("again.jsonl")), &path("r.jsonl"), 2, 1 << 12);
    assert_eq!(summary.stats.formats, BTreeMap::from([("parquet".to_owned(), 5000)]));
    let again = lines_of(&path("again.jsonl"), &["id", "text", "published", "authors"]);
    assert_eq!(again, lines_of(&path("out.jsonl"), &["id", "text", "published", "authors"]));
}

fn lines_of(path: &Path, keys: &[&str]) -> Vec<Vec<Value>> {
    lines(path).iter().map(|line| keys.iter().map(|key| line[key].clone()).collect()).collect()
}

#[test]
fn only_articles_become_a_table() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.txt"), "Words.").unwrap();
    let inputs = Inputs::builder([folder.path().join("in.txt")]).build().unwrap();
    let target = |name: &str| Target::from_path(folder.path().join(name));
    let sinks = Sinks { articles: target("a.parquet"), removed: Some(target("b.parquet")), rejects: None };
    let refused = run(&inputs, &PassThrough::default(), sinks, &Options::default(), &Progress::default());
    assert!(matches!(&refused, Err(RunError::Output(error)) if error.to_string().contains("`.jsonl`")));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// A table of all sorts of columns, in row groups of a few rows.
fn table(rows: usize) -> RecordBatch {
    let texts =
        (0..rows).map(|row| (row % 5 != 4).then(|| format!("Words of row {row}.\nMore \"of\" them.")));
    let pages: Vec<Option<Vec<u8>>> = (0..rows)
        .map(|row| match row % 5 {
            4 => Some(b"<meta charset=iso-8859-2><p>\xb9\xe8\xbe".to_vec()),
            3 => Some(b"\0\x01".to_vec()),
            _ => None,
        })
        .collect();
    let mut tags = ListBuilder::new(StringBuilder::new());
    for row in 0..rows {
        tags.values().append_value(format!("t{row}"));
        tags.append(row % 2 == 0);
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("key", Arc::new(Int32Array::from_iter_values(0..rows as i32))),
        ("text", Arc::new(LargeStringArray::from_iter(texts))),
        ("html", Arc::new(BinaryArray::from_iter(pages.iter().map(Option::as_deref)))),
        ("lang", Arc::new(StringArray::from_iter((0..rows).map(|row| (row % 2 == 0).then_some("de"))))),
        ("share", Arc::new(Float64Array::from_iter_values((0..rows).map(|row| row as f64 / 4.0)))),
        (
            "seen",
            Arc::new(BooleanArray::from_iter((0..rows).map(|row| (row % 3 > 0).then_some(row % 3 == 1)))),
        ),
        (
            "at",
            Arc::new(
                TimestampMillisecondArray::from_iter_values((0..rows as i64).map(|n| n * 1000))
                    .with_timezone("UTC"),
            ),
        ),
        ("tags", Arc::new(tags.finish())),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
        .unwrap()
}

fn write_table(path: &Path, rows: usize, group: usize) {
    let batch = table(rows);
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let mut writer =
        ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn rows_are_pages_with_their_other_columns_behind_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for (rows, group) in [(10, 4), (9000, 700)] {
        write_table(&path("in.parquet"), rows, group);
        let mut outputs = Vec::new();
        for (threads, batch) in [(1, 1 << 20), (3, 1 << 10)] {
            let summary = ran(
                &path("in.parquet"),
                Target::from_path(path("out.jsonl")),
                &path("r.jsonl"),
                threads,
                batch,
            );
            assert_eq!(summary.stats.pages, rows as u64);
            outputs.push((fs::read(path("out.jsonl")).unwrap(), fs::read(path("r.jsonl")).unwrap()));
        }
        assert!(outputs[0] == outputs[1]);
        let articles = lines(&path("out.jsonl"));
        // Bytes that are no text are told, row by row.
        let rejects = lines(&path("r.jsonl"));
        assert_eq!(articles.len() + rejects.len(), rows);
        assert_eq!(rejects.len(), rows / 5);
        assert!(rejects.iter().all(|reject| reject["reason"] == "binary"));
        assert_eq!(articles[0]["id"], "in#1");
        let told = path("in.parquet").display().to_string() + "#8";
        let eighth = articles.iter().find(|article| article["source"] == told.as_str()).unwrap();
        assert_eq!(eighth["text"], "Words of row 7.\nMore \"of\" them.");
        let extra = |key: &str| eighth[key].to_string();
        assert_eq!((extra("key"), extra("share"), extra("seen")), ("7".into(), "1.75".into(), "true".into()));
        assert_eq!((extra("at"), extra("tags")), ("\"1970-01-01T00:00:07Z\"".into(), "null".into()));
        let html = articles.iter().find(|article| article["key"] == 4).unwrap();
        assert_eq!(
            (html["text"].as_str(), html["flags"].as_str()),
            (Some("ščž"), Some("decoded:iso-8859-2"))
        );
    }
}

#[test]
fn bytes_are_decoded_however_a_table_stores_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let pages = [b"caf\xe9 ferm\xe9".to_vec(), wide("\u{feff}Größe"), "Grüße".into()];
    let values: ArrayRef = Arc::new(BinaryArray::from_iter_values(&pages));
    let keys = Int32Array::from(vec![Some(0), None, Some(1), Some(2), Some(0)]);
    let named: ArrayRef = Arc::new(DictionaryArray::try_new(keys, values).unwrap());
    let nothing: ArrayRef = Arc::new(BinaryArray::from_iter_values([b""; 0]));
    let unnamed: ArrayRef = Arc::new(DictionaryArray::try_new(Int32Array::new_null(5), nothing).unwrap());
    let fixed = [Some("words"), None, Some("texts"), Some("lines"), Some("pages")];
    let fixed = FixedSizeBinaryArray::try_from_sparse_iter_with_size(fixed.into_iter(), 5).unwrap();
    for (column, texts) in [
        (named, ["café fermé", "", "Größe", "Grüße", "café fermé"]),
        (unnamed, [""; 5]),
        (Arc::new(fixed), ["words", "", "texts", "lines", "pages"]),
    ] {
        let batch = RecordBatch::try_from_iter_with_nullable([("text", column, true)]).unwrap();
        let mut writer =
            ArrowWriter::try_new(File::create(path("in.parquet")).unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        ran(&path("in.parquet"), Target::from_path(path("o.jsonl")), &path("r.jsonl"), 1, 1 << 20);
        let found: Vec<Value> = lines(&path("o.jsonl")).iter().map(|line| line["text"].clone()).collect();
        let expected: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        assert_eq!(found, expected);
        assert_eq!(lines(&path("r.jsonl")).len(), 5 - expected.len());
    }
}

#[test]
fn what_names_a_page_is_text_however_a_table_stores_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let words = [Some("Größe"), None, Some("a/1"), Some("Größe")];
    let bytes = words.map(|words| words.map(str::as_bytes));
    let keys = || Int32Array::from(vec![Some(0), None, Some(1), Some(0)]);
    let named = |values: ArrayRef| Arc::new(DictionaryArray::try_new(keys(), values).unwrap()) as ArrayRef;
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter(words)),
        Arc::new(LargeStringArray::from_iter(words)),
        Arc::new(StringViewArray::from_iter(words)),
        named(Arc::new(StringArray::from_iter_values(["Größe", "a/1"]))),
        Arc::new(BinaryArray::from_iter(bytes)),
        Arc::new(LargeBinaryArray::from_iter(bytes)),
        Arc::new(BinaryViewArray::from_iter(bytes)),
        named(Arc::new(BinaryArray::from_iter_values(["Größe", "a/1"]))),
        named(Arc::new(LargeBinaryArray::from_iter_values(["Größe", "a/1"]))),
    ];
    let records = |columns: Vec<(&str, ArrayRef)>| {
        let text: ArrayRef = Arc::new(StringArray::from_iter_values(["One", "Two", "Three", "Four"]));
        let columns = [("text", text)].into_iter().chain(columns);
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.map(|(name, c)| (name, c, true))).unwrap();
        let mut writer =
            ArrowWriter::try_new(File::create(path("in.parquet")).unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        ran(&path("in.parquet"), Target::from_path(path("o.jsonl")), &path("r.jsonl"), 1, 1 << 20);
        lines(&path("o.jsonl"))
    };
    for column in columns {
        let kind = column.data_type().clone();
        let found =
            records(["id", "title", "authors", "url"].map(|name| (name, Arc::clone(&column))).to_vec());
        for (row, expected) in words.iter().enumerate() {
            let expected = expected.unwrap_or_default();
            let id = if expected.is_empty() { "in#2" } else { expected };
            assert_eq!(found[row]["id"], id, "{kind}");
            assert!(["title", "authors", "url"].iter().all(|key| found[row][key] == expected), "{kind}");
        }
    }
    // What is no text, and what is as long in every row, stays what it was.
    let odd: ArrayRef = Arc::new(BinaryArray::from_iter_values([b"\xff\x00", b"a\x1b", b"\xc3\xbc", b"ok"]));
    let fixed: ArrayRef = Arc::new(
        FixedSizeBinaryArray::try_from_iter([b"abcd", b"efgh", b"ijkl", b"mnop"].into_iter()).unwrap(),
    );
    let found = records(vec![("id", Arc::clone(&odd)), ("url", fixed), ("key", odd)]);
    let told = |key: &str| found.iter().map(|record| record[key].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(told("id"), ["ff00", "611b", "ü", "ok"]);
    assert_eq!(told("key"), ["ff00", "611b", "c3bc", "6f6b"]);
    assert_eq!(told("url"), ["61626364", "65666768", "696a6b6c", "6d6e6f70"]);
}

#[test]
fn a_broken_table_is_told_and_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("in")).unwrap();
    write_table(&path("in/b.parquet"), 9000, 700);
    let whole = fs::read(path("in/b.parquet")).unwrap();
    fs::write(path("in/a.txt"), "First.").unwrap();
    fs::write(path("in/c.txt"), "Last.").unwrap();
    let footer =
        whole.len() - 8 - u32::from_le_bytes(whole[whole.len() - 8..][..4].try_into().unwrap()) as usize;
    let mut harmed: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"PAR1".to_vec(),
        b"no table".to_vec(),
        whole[..whole.len() / 2].to_vec(),
        [&whole[..footer], b"\xff\xff\xff\x7fPAR1"].concat(),
    ];
    for step in 0..120 {
        let mut bytes = whole.clone();
        let at = if step % 2 == 0 {
            whole.len() * step / 120
        } else {
            footer + (whole.len() - footer) * step / 120
        };
        bytes[at] ^= 0x5a;
        harmed.push(bytes);
    }
    for (nth, bytes) in harmed.iter().enumerate() {
        fs::write(path("in/b.parquet"), bytes).unwrap();
        let summary = ran(&path("in"), Target::from_path(path("out.jsonl")), &path("r.jsonl"), 2, 1 << 16);
        let ids = lines_of(&path("out.jsonl"), &["id"]);
        assert_eq!((&ids[0][0], &ids[ids.len() - 1][0]), (&"a".into(), &"c".into()), "{nth}");
        if nth < 5 {
            assert_eq!(summary.stats.rejected, BTreeMap::from([("broken-table".to_owned(), 1)]), "{nth}");
        }
    }
}

#[test]
fn shards_are_the_same_from_any_run_and_together_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("in.jsonl"), records(3000)).unwrap();
    ran(&path("in.jsonl"), Target::from_path(path("one.jsonl")), &path("r.jsonl"), 2, 1 << 20);
    for form in [Form::Jsonl, Form::JsonlGz, Form::JsonlZst, Form::Parquet] {
        let mut runs = Vec::new();
        for (nth, (threads, batch)) in [(1, 1 << 20), (3, 1 << 10), (2, 1 << 16)].into_iter().enumerate() {
            let into = path(&format!("{}-{nth}", form.ending()));
            let mut shards = Shards::new(&into, form);
            shards.size(100_000);
            ran(&path("in.jsonl"), Target::Shards(shards), &path("r.jsonl"), threads, batch);
            let mut names: Vec<_> = fs::read_dir(&into).unwrap().map(|entry| entry.unwrap().path()).collect();
            names.sort();
            assert!(names.len() > 5 && names[0].ends_with("_SUCCESS"), "{names:?}");
            runs.push(names.iter().map(|name| fs::read(name).unwrap()).collect::<Vec<_>>());
            // They are read as the one file would be.
            ran(&into, Target::from_path(path("again.jsonl")), &path("r.jsonl"), 2, 1 << 20);
            let keys = ["id", "text", "published", "authors"];
            assert_eq!(
                lines_of(&path("again.jsonl"), &keys),
                lines_of(&path("one.jsonl"), &keys),
                "{form:?}"
            );
        }
        assert!(runs.windows(2).all(|pair| pair[0] == pair[1]), "{form:?}");
    }
}

#[test]
fn a_table_without_pages_is_told_row_by_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.parquet");
    let column: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let out = folder.path().join("out.jsonl");
    let rejects = folder.path().join("r.jsonl");
    ran(&path, Target::from_path(out), &rejects, 1, 1 << 20);
    let rejects = lines(&rejects);
    assert_eq!(rejects[0]["reason"], "no-text-field");
    assert_eq!(rejects[0]["detail"], "no field `text` and no HTML in `html`");
}
