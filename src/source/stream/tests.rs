//! Streams of every packing, whole and broken.

use super::super::packing::FREE_EXPANSION;
use super::*;
use std::io::Write;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(1));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn open(bytes: &[u8]) -> Stream<'_> {
    Stream::open(bytes, Expansion::default(), Meter::default()).unwrap()
}

fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    open(bytes).read_to_end(&mut out).map(|_| out)
}

#[test]
fn expands_many_members_and_many_frames() {
    assert_eq!(read(&[gz(b"one "), gz(b"two")].concat()).unwrap(), b"one two");
    assert_eq!(read(&[zst(b"one "), zst(b"two")].concat()).unwrap(), b"one two");
    assert_eq!(read(b"plain").unwrap(), b"plain");
    assert_eq!(read(b"").unwrap(), b"");
}

#[test]
fn a_broken_member_is_told_apart_from_an_unreadable_file() {
    for whole in [gz(&[b'x'; 10_000]), zst(&[b'x'; 10_000])] {
        let cut = &whole[..whole.len() - 3];
        let mut stream = open(cut);
        let error = stream.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(stream.reason(&error).0, RejectReason::BrokenCompression);
    }
    let stream = open(b"plain");
    let gone = io::Error::from_raw_os_error(5);
    assert_eq!(stream.reason(&gone).0, RejectReason::Unreadable);
}

#[test]
fn a_fault_that_was_met_while_looking_ahead_is_met_again() {
    let record = b"{\"text\":\"a\"}";
    let mut wrong_sum = gz(record);
    let sum = wrong_sum.len() - 8;
    wrong_sum[sum] ^= 1;
    let endless_name = [b"\x1f\x8b\x08\x08\0\0\0\0\0\0".as_slice(), &[b'x'; 100_000]].concat();
    let mut broken = vec![wrong_sum, endless_name];
    for whole in [gz(record), zst(record)] {
        broken.extend((4..whole.len()).map(|len| whole[..len].to_vec()));
    }
    for bytes in broken {
        for looks in [false, true] {
            let mut stream = open(&bytes);
            if looks {
                stream.content("-", &Fields::default(), 1 << 20);
            }
            let error = stream.read_to_end(&mut Vec::new()).unwrap_err();
            assert_eq!(stream.reason(&error).0, RejectReason::BrokenCompression, "{}", bytes.len());
        }
    }
}

/// Gives one byte at a time, as a pipe may.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = out.len().min(1);
        self.0.read(&mut out[..len])
    }
}

#[test]
fn what_a_stream_is_does_not_hang_on_how_its_bytes_come() {
    let record = b"{\"text\":\"gr\xc3\xb6\xc3\x9fe\"}\n";
    let wide: Vec<u8> = "\u{feff}{\"text\":\"größe\"}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (first, rest) = wide.split_at(1);
    for bytes in [
        record.to_vec(),
        gz(record),
        zst(record),
        wide.clone(),
        [gz(first), gz(rest)].concat(),
        [zst(first), zst(rest)].concat(),
    ] {
        let mut stream = Stream::open(Slow(&bytes), Expansion::default(), Meter::default()).unwrap();
        let mut out = Vec::new();
        assert_eq!(stream.content("-", &Fields::default(), 1 << 20), Format::Jsonl);
        stream.read_to_end(&mut out).unwrap();
        assert_eq!(out, record);
    }
    let archive = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n";
    for (bytes, is_archive) in [(archive.to_vec(), true), (gz(archive), true), (b"PAR1".to_vec(), false)] {
        match super::open(Slow(&bytes), "-", Expansion::default(), Meter::default()).unwrap() {
            Opened::Archive(Format::Warc, mut raw) => {
                let mut out = Vec::new();
                raw.read_to_end(&mut out).unwrap();
                assert!(is_archive && out == bytes);
            }
            Opened::Table => assert!(!is_archive),
            _ => panic!("taken for a stream"),
        }
    }
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    let megabyte = vec![0; 1 << 20];
    for _ in 0..80 {
        encoder.write_all(&megabyte).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let mut stream = open(&bomb);
    let error = io::copy(&mut stream, &mut io::sink()).unwrap_err();
    assert_eq!(stream.reason(&error).0, RejectReason::ExpansionLimit);
    assert!(stream.expanded() <= FREE_EXPANSION + (1 << 20));
}

#[test]
fn the_first_line_tells_records_from_text() {
    let tell = |bytes: &[u8], name: &str| open(bytes).content(name, &Fields::default(), 1 << 20);
    assert_eq!(tell(b"{\"text\":\"a\"}\n{\"text\"", "a.txt"), Format::Jsonl);
    assert_eq!(tell(b"\xef\xbb\xbf\n\n {\"id\":1,\"text\":null}", "a.txt"), Format::Jsonl);
    assert_eq!(tell(b"{\"text\":\"caf\xe9\"}\n", "-"), Format::Jsonl);
    assert_eq!(tell(b"{\"body\":\"a\"}\n", "a.txt"), Format::Text);
    assert_eq!(tell(b"{\"body\":\"a\"}\n", "-"), Format::Jsonl);
    assert_eq!(tell(b"{\"body\":\"a\"}\n", "a.json"), Format::Jsonl);
    assert_eq!(tell(b"{}\n", "-"), Format::Text);
    assert_eq!(tell(b"{curly} words begin it\n", "a.txt"), Format::Text);
    assert_eq!(tell(b"words", "a.jsonl.gz"), Format::Jsonl);
    assert_eq!(tell(b"", "a.txt"), Format::Text);
    assert_eq!(tell(b"{\"html\":\"<p>a\"}\n", "-"), Format::Jsonl);
    assert_eq!(tell(b"{\"text\":\"a\"}\n", "a.html"), Format::Html);
    assert_eq!(tell(&gz(b"{\"text\":\"a\"}"), "a.txt"), Format::Jsonl);
}

#[test]
fn documents_are_told_from_text_that_begins_as_they_do() {
    let tell = |bytes: &str, name: &str| {
        let format = open(bytes.as_bytes()).content(name, &Fields::default(), 1 << 20);
        assert_eq!(format_of_whole(bytes.as_bytes(), name, &Fields::default()), format, "{bytes}");
        format
    };
    for text in [
        "[Music]",
        "[1] Footnote",
        "[]()",
        "[] is an empty list",
        "[{{template}}]",
        "{{template}}\n\ntext",
        "{",
        "{\n}",
        "{ \"Hello\", she said",
        "[\"Quoted\", he said]",
        "{\"a\nb\": 1",
    ] {
        for name in ["-", "a.txt", "a"] {
            assert_eq!(tell(text, name), Format::Text, "{text}");
        }
        assert_eq!(tell(text, "a.json.gz"), Format::Json, "{text}");
    }
    for document in [
        "{\n\"text\":\"a\"}\n",
        "\u{feff}[{\"text\":\"a\",\"n\":1}]",
        " [\r\n  {\r\n    \"id\": 1, \"text\": \"a\"}",
        "{\"text\":\"a\"} {\"text\":\"b\"}",
    ] {
        for name in ["-", "a.txt", "a", "a.JSON"] {
            assert_eq!(tell(document, name), Format::Json, "{document}");
        }
    }
    for other in ["[{\"body\":\"a\"}]", "{\n\"text\":\"cut o", "[]\n", "{\"a\\\"\" :"] {
        assert_eq!([tell(other, "-"), tell(other, "a.txt")], [Format::Json, Format::Text], "{other}");
    }
    assert_eq!(tell("{\"text\":\"a\"}\n{\"text\":\"b\"}", "a.json"), Format::Jsonl);
    assert_eq!(tell("{\"text\":\"a\"}", "a.json"), Format::Jsonl);
}

#[test]
fn looking_ahead_loses_no_byte() {
    let line = format!("{{\"text\":\"{}\"}}\n", "long ".repeat(50_000));
    let bytes = line.repeat(3);
    let mut stream = open(bytes.as_bytes());
    assert_eq!(stream.content("-", &Fields::default(), 1 << 20), Format::Jsonl);
    let mut read = Vec::new();
    stream.read_to_end(&mut read).unwrap();
    assert_eq!(read, bytes.as_bytes());
}
