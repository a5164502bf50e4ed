//! JSON that is not one object a line: arrays, objects over many lines, or several on one, as files, compressed, and from a
//! pipe. Each gives the pages that the same records give as JSON lines, in parts as in a whole, and what is broken is told
//! with its place.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

#[path = "support/runs.rs"]
#[expect(dead_code, reason = "what a run leaves is looked at elsewhere")]
mod runs;

use runs::{gz, program, said, text};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Reads without cleaning, from stdin when the input is `-`.
fn pass(input: &Path, stdin: &[u8], more: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(["clean", "--pass-through", "-o", "-"]).arg(input).args(more);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    output
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    bytes.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

/// Records without their source.
fn records(output: &Output) -> Vec<Value> {
    let mut records = lines(&output.stdout);
    for record in &mut records {
        record.as_object_mut().unwrap().remove("source").unwrap();
    }
    records
}

/// Rejects as `id reason detail`.
fn rejects(path: &Path) -> Vec<String> {
    let word = |reject: &Value, key: &str| reject[key].as_str().unwrap().to_owned();
    let told = |reject: &Value| ["id", "reason", "detail"].map(|key| word(reject, key)).join(" ");
    lines(&fs::read(path).unwrap()).iter().map(told).collect()
}

/// Pages with fields of every kind.
fn pages(count: usize) -> Vec<Value> {
    (0..count)
        .map(|number| {
            json!({
                "id": format!("p{number}"), "body": text(number), "url": format!("https://a.org/{number}"),
                "n": number, "tags": ["a [b]", {"c": "\"}\\"}], "none": null,
            })
        })
        .collect()
}

fn one_a_line(pages: &[Value]) -> String {
    pages.iter().map(|page| format!("{page}\n")).collect()
}

#[test]
fn every_layout_gives_the_records_of_json_lines() {
    let folder = tempfile::tempdir().unwrap();
    let pages = pages(150);
    let fields = ["--text-field", "body"];
    let path = folder.path().join("pages.jsonl");
    fs::write(&path, one_a_line(&pages)).unwrap();
    let expected = records(&pass(&path, b"", &fields));
    assert_eq!(expected.len(), 150);
    let pretty = serde_json::to_string_pretty(&pages).unwrap();
    let objects: String = pages.iter().map(|page| format!("{page:#} ")).collect();
    let layouts = [
        ("pages.json", Value::from(pages.clone()).to_string().into_bytes()),
        ("pretty.json", pretty.clone().into_bytes()),
        ("marked.json", format!("\u{feff}{}", pretty.replace('\n', "\r\n")).into_bytes()),
        ("wide.json", format!("\u{feff}{pretty}").encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("objects.json", objects.into_bytes()),
        ("lines.json", one_a_line(&pages).into_bytes()),
        ("packed.json.gz", gz(pretty.as_bytes())),
        ("packed.json.zst", zstd::encode_all(pretty.as_bytes(), 1).unwrap()),
        ("no-ending", pretty.clone().into_bytes()),
    ];
    for (name, bytes) in layouts {
        let path = folder.path().join(name);
        fs::write(&path, &bytes).unwrap();
        let mut found = records(&pass(&path, b"", &[&fields[..], &["--batch-size", "4k"]].concat()));
        let mut piped = records(&pass(Path::new("-"), &bytes, &fields));
        for record in found.iter_mut().chain(&mut piped).filter(|_| name == "wide.json") {
            assert_eq!(record["flags"], "decoded:utf-16le");
            record["flags"] = "".into();
        }
        assert!(found == expected, "{name}");
        assert!(piped == expected, "{name} from a pipe");
    }
}

#[test]
fn what_is_broken_is_told_with_its_place_and_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let told = folder.path().join("told");
    let document = "[\n  {\"text\": \"one\"},\n  {\"text\": \"a \"quoted\" word\"},\n  7,\n  {\n    \"text\": 5\n  },\n  \
                    {\"text\": \"two\",\n   \"n\" 1},\n  {\"text\": \"a 5\" pipe\"},\n  {\"text\": \"three\"},\n  {\"text\": \"cut";
    let expected = [
        "p#2 invalid-json expected `,` or `}` at column 14 (line 3, byte 23)",
        "p#3 invalid-json the element is a number, not an object (line 4, byte 54)",
        "p#4 no-text-field field `text` is a number, not a string (line 5, byte 59)",
        "p#5 invalid-json expected `:` on its line 2, column 8 (line 8, byte 82)",
        "p#6 invalid-json a string in it has no end on its line (line 10, byte 111)",
        "p#8 invalid-json the file ends before the element does (line 12, byte 157)",
    ];
    let packed = gz(document.as_bytes());
    for (name, bytes) in [("p.json", document.as_bytes()), ("p.json.gz", &packed)] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let output = pass(&path, b"", &["--rejects", told.to_str().unwrap()]);
        let texts: Vec<Value> = records(&output).iter().map(|record| record["text"].clone()).collect();
        assert_eq!(texts, ["one", "three"]);
        assert_eq!(rejects(&told), expected);
        assert_eq!(lines(&output.stdout)[1]["source"], format!("{}#7", path.display()));
    }
}

#[test]
fn a_document_whose_compression_breaks_off_gives_the_pages_before() {
    let folder = tempfile::tempdir().unwrap();
    let told = folder.path().join("told");
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut noise = || {
        seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        format!("{seed:x}")
    };
    for count in [100, 6000] {
        let pages: Vec<Value> =
            (0..count).map(|_| json!({"text": (0..12).map(|_| noise()).collect::<String>()})).collect();
        let whole = gz(serde_json::to_string_pretty(&pages).unwrap().as_bytes());
        let path = folder.path().join("p.json.gz");
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let kept = records(&pass(&path, b"", &["--rejects", told.to_str().unwrap()])).len();
        assert!(kept > count / 4 && kept < count, "{kept} of {count}");
        let rejects = rejects(&told);
        assert!(rejects.len() == 1 && rejects[0].starts_with(&format!("p#{} broken-compression", kept + 1)));
    }
}

#[test]
fn an_element_over_the_limit_is_a_reject_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let (path, told) = (folder.path().join("p.json"), folder.path().join("told"));
    for size in [8_000, 300_000] {
        fs::write(
            &path,
            format!("[{{\"text\":\"a\"}},{{\"text\":\"{}\"}},{{\"text\":\"b\"}}]", "x".repeat(size)),
        )
        .unwrap();
        let limits = ["--max-page", "4k", "--rejects", told.to_str().unwrap()];
        assert_eq!(records(&pass(&path, b"", &limits)).len(), 2);
        assert_eq!(rejects(&told), ["p#2 too-large the element has more than 4096 bytes (line 1, byte 14)"]);
    }
}

#[test]
fn what_holds_no_pages_is_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let told = folder.path().join("told");
    let hint = "no field `text` and no HTML in `html`; of the objects in `data` none is read, pass on that array alone";
    let cases = [
        ("[]", vec![]),
        ("{\"n\": 1, \"data\": [{\"text\": \"a\"}]}", vec![format!("p:1 no-text-field {hint}")]),
        (
            "{\n  \"data\": [\n    {\"text\": \"a\"}\n  ]\n}",
            vec![format!("p#1 no-text-field {hint} (line 1, byte 0)")],
        ),
        (
            "[[{\"text\": \"a\"}]]",
            vec!["p#1 invalid-json the element is an array, not an object (line 1, byte 1)".to_owned()],
        ),
        ("words", vec!["p#1 invalid-json expected value at column 1 (line 1, byte 0)".to_owned()]),
    ];
    for (document, expected) in cases {
        let path = folder.path().join("p.json");
        fs::write(&path, document).unwrap();
        let output = pass(&path, b"", &["--rejects", told.to_str().unwrap()]);
        assert_eq!((lines(&output.stdout).len(), rejects(&told)), (0, expected), "{document}");
    }
}

#[test]
fn the_summary_counts_json_and_explain_finds_an_element() {
    let folder = tempfile::tempdir().unwrap();
    let (path, summary) = (folder.path().join("p.json"), folder.path().join("summary"));
    fs::write(&path, "[{\"text\": \"One line of words.\"}, {\"text\": \"Another line.\"}, 3]").unwrap();
    pass(folder.path(), b"", &["--summary", summary.to_str().unwrap()]);
    let summary: Value = serde_json::from_slice(&fs::read(summary).unwrap()).unwrap();
    assert_eq!(summary["formats"], json!({ "json": 3 }));
    let explained = |record: &str| {
        let page = format!("{}{record}", path.display());
        Command::new(program()).args(["explain", &page]).output().unwrap()
    };
    assert!(String::from_utf8_lossy(&explained("#2").stdout).contains("Another line."));
    assert!(said(&explained("#3")).contains("the element is a number"));
    assert!(said(&explained(":2")).contains("its pages are named as `#"));
}
