//! Documents of many elements, cut anywhere and broken in many ways.

use super::*;
use proptest::prelude::*;
use serde_json::{Deserializer, Value};
use std::io::BufReader;

/// What the elements are, or why they are none, read so many bytes at a time.
fn cut(document: &[u8], step: usize, largest: usize) -> Vec<Result<String, String>> {
    let mut elements = Elements::new(BufReader::with_capacity(step, document));
    let (mut held, mut all) = (Vec::new(), Vec::new());
    while let Some(Element { spot, found }) = elements.next(&mut held, largest).unwrap() {
        assert_eq!(spot.number, all.len() as u64 + 1);
        let before = &document[..spot.at as usize];
        assert_eq!(spot.line, before.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1);
        all.push(match found {
            Ok(range) => {
                let element = &held[range];
                assert!(document[spot.at as usize..].starts_with(element));
                Ok(String::from_utf8_lossy(element).into_owned())
            }
            Err((reason, detail)) => Err(format!("{reason}, {detail} ({spot})")),
        });
    }
    all
}

/// The same, however many bytes are read at a time.
fn elements(document: &str) -> Vec<Result<String, String>> {
    let whole = cut(document.as_bytes(), 1 << 16, 1 << 16);
    for step in 1..9 {
        assert_eq!(cut(document.as_bytes(), step, 1 << 16), whole, "{step} bytes at a time");
    }
    whole
}

fn good(element: &str) -> Result<String, String> {
    Ok(element.to_owned())
}

fn bad(fault: &str) -> Result<String, String> {
    Err(format!("invalid-json, {fault}"))
}

#[test]
fn arrays_and_objects_are_cut_however_they_are_laid_out() {
    let cases: [(&str, &[&str]); 8] = [
        (r#"[{"a":"]},["},{"b":"\"\\"}]"#, &[r#"{"a":"]},["}"#, r#"{"b":"\"\\"}"#]),
        ("\u{feff}[\r\n  {\"a\": [{}]}\r\n]\r\n", &["{\"a\": [{}]}"]),
        ("{\n \"a\": 1\n}\n{\"b\":2} {}{}", &["{\n \"a\": 1\n}", "{\"b\":2}", "{}", "{}"]),
        ("[1, null,\"s, ]\", [2],-3e4]", &["1", "null", "\"s, ]\"", "[2]", "-3e4"]),
        ("[{}]\n[{\"a\":1}]\u{feff}[]", &["{}", "{\"a\":1}"]),
        ("[{}\n {},,{},]", &["{}", "{}", "{}"]),
        (" [ ] ", &[]),
        ("7", &["7"]),
    ];
    for (document, expected) in cases {
        let expected: Vec<_> = expected.iter().map(|element| good(element)).collect();
        assert_eq!(elements(document), expected, "{document}");
    }
}

#[test]
fn a_broken_element_is_told_with_its_place_and_the_others_are_read() {
    let unended = "[\n  {\"a\": 1},\n  {\"a\": \"5\" tall\"},\n  {\"a\": [\n    {}\n  ]},\n  {\"a\": 3}\n]";
    assert_eq!(
        elements(unended),
        [
            good("{\"a\": 1}"),
            bad("a string in it has no end on its line (line 3, byte 16)"),
            good("{\"a\": [\n    {}\n  ]}"),
            good("{\"a\": 3}")
        ]
    );
    let behind = "reading goes on at the next line that begins an object";
    let crossed = "[\n  {\"a\": [1},\n  {\"a\": 2},\n  {\"b\": 1]\n]\n{}";
    assert_eq!(
        elements(crossed),
        [
            bad(&format!("expected `]`, found `}}` in it; {behind} (line 2, byte 4)")),
            good("{\"a\": 2}"),
            bad(&format!("expected `}}`, found `]` in it; {behind} (line 4, byte 29)")),
            good("{}"),
        ]
    );
    // What keeps its brackets and quotes is for the parser to judge.
    let held = "[{\"a\":\"on two\nlines\"},}{\"b\" 1},nope:{}]";
    let expected = ["{\"a\":\"on two\nlines\"}", "}", "{\"b\" 1}", "nope", ":", "{}"];
    assert_eq!(elements(held), expected.map(good));
}

#[test]
fn a_document_that_is_cut_off_gives_what_is_whole() {
    let document = "[{\"a\": \"x\"}, {\"a\": \"yz";
    let within = "the file ends before the element does";
    assert_eq!(elements(document), [good("{\"a\": \"x\"}"), bad(&format!("{within} (line 1, byte 13)"))]);
    let open = "the file ends before its array does";
    assert_eq!(elements("[{}\n"), [good("{}"), bad(&format!("{open} (line 2, byte 4)"))]);
    assert_eq!(elements("[1"), [good("1"), bad(&format!("{open} (line 1, byte 2)"))]);
    assert_eq!(elements("[{}, {\"a\": \"\\"), [good("{}"), bad(&format!("{within} (line 1, byte 5)"))]);
}

#[test]
fn an_element_that_is_too_large_is_gone_past() {
    let document = format!("[{{\"a\":\"{}\"}},{{\"b\":1}},\"{}\"]", "\\\"".repeat(40), "x".repeat(40));
    for step in [1, 7, 1 << 16] {
        let found = cut(document.as_bytes(), step, 20);
        let told = |at| Err(format!("too-large, the element has more than 20 bytes (line 1, byte {at})"));
        assert_eq!(found, [told(1), good("{\"b\":1}"), told(98)]);
    }
}

#[test]
fn parts_of_a_document_have_every_element_once() {
    let document = "[\n {\"a\": 1}, {\"a\": [2}, \n {\"b\": \"x\"},\n {\"a";
    let whole = cut(document.as_bytes(), 64, 64).len();
    assert_eq!(whole, 4);
    for border in 0..document.len() as u64 {
        let mut numbers = Vec::new();
        for own in [0..border, border..u64::MAX] {
            let mut elements = Elements::within(document.as_bytes(), own.clone());
            while let Some(Element { spot, .. }) = elements.next(&mut Vec::new(), 64).unwrap() {
                assert!(own.contains(&spot.at));
                numbers.push(spot.number);
            }
        }
        assert_eq!(numbers, [1, 2, 3, 4], "parted at {border}");
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a\"\\\\{}\\[\\],: \n\u{e9}]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a\"}\\]]{0,3}", inner, 0..4)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn how_much_is_read_at_once_changes_nothing(
        text in "[\\[\\]{}\",:\\\\a1 \n\u{feff}]{0,80}",
        largest in 1_usize..40,
    ) {
        let whole = cut(text.as_bytes(), 1 << 16, largest);
        for step in 1..9 {
            prop_assert_eq!(&cut(text.as_bytes(), step, largest), &whole);
        }
    }

    #[test]
    fn elements_are_what_the_parser_reads(
        documents in prop::collection::vec((value(), any::<bool>(), "[ \t\r\n]{1,3}"), 0..4),
        step in 1_usize..40,
    ) {
        let mut text = String::new();
        for (value, is_pretty, behind) in &documents {
            text += &if *is_pretty { format!("{value:#}") } else { value.to_string() };
            text += behind;
        }
        let mut expected = Vec::new();
        for value in Deserializer::from_str(&text).into_iter::<Value>() {
            match value.unwrap() {
                Value::Array(values) => expected.extend(values),
                value => expected.push(value),
            }
        }
        let found = cut(text.as_bytes(), step, 1 << 16).into_iter();
        let found: Vec<Value> = found.map(|element| serde_json::from_str(&element.unwrap()).unwrap()).collect();
        prop_assert_eq!(found, expected);
    }
}
