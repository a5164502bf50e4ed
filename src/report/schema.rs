//! How to load the records with their types, in the words of the reader: text that can be pasted and runs as it is.

use crate::sink::{KEYS, STRINGS};

/// A reader of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// DuckDB, in SQL.
    Duckdb,
    /// polars, in Python.
    Polars,
    /// Hugging Face `datasets`, in Python.
    Hf,
    /// Spark, in Python.
    Spark,
}

/// The schema of the record as JSON lines, how to read them with it, and how to read Parquet.
pub fn schema_text(reader: Reader) -> String {
    match reader {
        Reader::Duckdb => format!(
            "\
-- A page may be longer than DuckDB expects. Name fields of your input in `columns` to have them too.
CREATE TABLE articles AS
SELECT * FROM read_json(
  'articles.jsonl',
  format = 'newline_delimited',
  maximum_object_size = 134217728,
  columns = {{
{}  }}
);
-- The types of Parquet are in the file: SELECT * FROM 'articles.parquet';
",
            fields("    ", "", ": 'VARCHAR'", ": 'BIGINT'")
        ),
        Reader::Polars => format!(
            "\
import polars as pl

# Name fields of your input in the schema to have them too.
schema = {{
{}}}
articles = pl.scan_ndjson(\"articles.jsonl\", schema=schema).collect()
# The types of Parquet are in the file: pl.scan_parquet(\"articles.parquet\")
",
            fields("    ", "\"", "\": pl.String", "\": pl.Int64")
        ),
        Reader::Hf => format!(
            "\
from datasets import Features, Value, load_dataset

# Fields of your input must be named too, if it had others.
features = Features({{
{}}})
articles = load_dataset(\"json\", data_files=\"articles.jsonl\", features=features, split=\"train\")
# The types of Parquet are in the file: load_dataset(\"parquet\", data_files=\"articles.parquet\", split=\"train\")
",
            fields("    ", "\"", "\": Value(\"string\")", "\": Value(\"int64\")")
        ),
        Reader::Spark => format!(
            "\
from pyspark.sql.types import LongType, StringType, StructField, StructType

# Name fields of your input in the schema to have them too.
schema = StructType([
{}])
articles = spark.read.schema(schema).json(\"articles.jsonl\")
# The types of Parquet are in the file: spark.read.parquet(\"articles.parquet\")
",
            fields("    ", "StructField(\"", "\", StringType(), False)", "\", LongType(), False)")
        ),
    }
}

/// A line for each key, what stands before and behind it, and a comma.
fn fields(indent: &str, before: &str, string: &str, count: &str) -> String {
    let line = |(nth, key)| {
        let behind = if nth < STRINGS { string } else { count };
        format!("{indent}{before}{key}{behind},\n")
    };
    KEYS.iter().enumerate().map(line).collect()
}
