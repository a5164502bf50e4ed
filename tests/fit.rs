//! `fit` as its users meet it: the same gold gives the same bytes on any number of threads, what is written can be used,
//! and what cannot be is told. The labelled pages are made up here.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

use dehusk::model::Input;
use dehusk::weights::{Weights, WeightsError};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const NOUNS: [&str; 8] =
    ["bridge", "harbour", "council", "school", "museum", "orchard", "railway", "library"];
const MENU: [&str; 6] = ["Home", "News", "Sport", "Weather", "Jobs", "Contact us"];

fn dehusk(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dehusk")).args(args).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Two pages of each of `sites` sites: a menu, paragraphs, promos.
fn write_gold(path: &Path, sites: usize) {
    let mut rows = String::new();
    for number in 0..2 * sites {
        let noun = |at: usize| NOUNS[(number * 3 + at * 5) % NOUNS.len()];
        let paragraph = |at: usize| {
            format!(
                "The {} near the {} was the talk of the town this week, because {} people had signed a letter that asked \
                 what would become of it.",
                noun(at),
                noun(at + 1),
                10 + number * 7 + at
            )
        };
        let gold = [paragraph(0), paragraph(1), paragraph(2)].join("\n");
        let menu = MENU.iter().skip(number % 2).copied().collect::<Vec<_>>().join("\n");
        let promos = format!("More stories\nA new {}\nThe {} in pictures\nSign up", noun(2), noun(3));
        let row = serde_json::json!({
            "id": format!("page-{number}"),
            "url": format!("https://www.site{}.example/{number}", number / 2),
            "page_type": if number % 4 == 3 { "forum" } else { "article" },
            "text": format!("{menu}\n{gold}\n{promos}"),
            "main_content": gold,
        });
        rows.push_str(&format!("{row}\n"));
    }
    fs::write(path, rows).unwrap();
}

#[test]
fn the_same_gold_gives_the_same_bytes_on_any_threads_and_they_clean() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    write_gold(Path::new(&at("gold.jsonl")), 12);
    let fit = |threads: &str, out: &str| {
        let output = dehusk(&[
            "fit",
            &at("gold.jsonl"),
            "-o",
            out,
            "--threads",
            threads,
            "--folds",
            "2",
            "--data",
            "made up",
        ]);
        assert!(output.status.success(), "{}", stderr(&output));
        (String::from_utf8(output.stdout).unwrap(), fs::read(out).unwrap())
    };
    let one = fit("1", &at("one.weights"));
    assert!(one == fit("1", &at("again.weights")), "the same twice");
    assert!(one == fit("3", &at("three.weights")), "the same on three threads");
    assert!(one.0.starts_with("24 pages of 12 sites"), "{}", one.0);

    let weights = Weights::read(&one.1).unwrap();
    let card = weights.card();
    assert_eq!((card.data.as_str(), card.samples, card.sites), ("made up", 24, 12));
    assert_eq!(card.figures[0].0, "all");
    assert!(card.figures[0].1 > 0.9, "pages this plain are told apart: {card:?}");
    assert!(weights.to_bytes() == one.1, "what is read is what was written");

    let cleaned =
        dehusk(&["clean", &at("gold.jsonl"), "-q", "--weights", &at("one.weights"), "--for", "article"]);
    assert!(cleaned.status.success(), "{}", stderr(&cleaned));
    for row in String::from_utf8(cleaned.stdout).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let text = row["text"].as_str().unwrap();
        assert!(text.contains("the talk of the town"), "{row}");
        assert!(!text.contains("Weather"), "{row}");
    }
}

/// The pages of a gold file as HTML, each a file of the folder.
fn write_html(gold: &Path, folder: &Path) {
    fs::create_dir(folder).unwrap();
    for row in fs::read_to_string(gold).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let lines: Vec<&str> = row["text"].as_str().unwrap().lines().collect();
        let prose = lines.iter().position(|line| line.len() > 80).unwrap();
        let tagged = |lines: &[&str], tag: &str| {
            lines.iter().map(|line| format!("<{tag}>{line}</{tag}>")).collect::<String>()
        };
        let html = format!(
            "<!doctype html><body><nav><ul class='menu'>{}</ul></nav><article class='entry'>{}</article>\
             <aside class='widget promo'>{}</aside></body>",
            tagged(&lines[..prose], "li"),
            tagged(&lines[prose..prose + 3], "p"),
            tagged(&lines[prose + 3..], "li"),
        );
        fs::write(folder.join(format!("{}.html", row["id"].as_str().unwrap())), html).unwrap();
    }
}

#[test]
fn html_has_weights_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    write_gold(Path::new(&at("gold.jsonl")), 12);
    write_html(Path::new(&at("gold.jsonl")), Path::new(&at("pages")));
    let fit = |out: &str| {
        dehusk(&[
            "fit",
            &at("gold.jsonl"),
            "--pages",
            &at("pages"),
            "-o",
            out,
            "--folds",
            "2",
            "--data",
            "made up",
        ])
    };
    let output = fit(&at("html.weights"));
    assert!(output.status.success(), "{}", stderr(&output));
    let bytes = fs::read(at("html.weights")).unwrap();
    let weights = Weights::read(&bytes).unwrap();
    assert_eq!(weights.input(), Input::Html);
    assert!(weights.to_bytes() == bytes, "what is read is what was written");
    let cleaned =
        dehusk(&["clean", &at("pages"), "-q", "--weights", &at("html.weights"), "--for", "article"]);
    assert!(cleaned.status.success(), "{}", stderr(&cleaned));
    for row in String::from_utf8(cleaned.stdout).unwrap().lines() {
        assert!(row.contains("the talk of the town") && !row.contains("Weather"), "{row}");
    }

    fs::remove_file(Path::new(&at("pages")).join("page-3.html")).unwrap();
    fs::write(Path::new(&at("pages")).join("page-3.txt"), "Home\nA page of text among pages of HTML.")
        .unwrap();
    let mixed = fit(&at("mixed.weights"));
    assert_eq!(mixed.status.code(), Some(2));
    assert!(stderr(&mixed).contains("23 pages of HTML and 1 of text"), "{}", stderr(&mixed));
}

#[test]
fn gold_that_is_a_folder_or_is_not_there_is_told_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.weights");
    for gold in ["seeds", "no-gold.jsonl"] {
        for arguments in [&["fit", gold, "-o", out.to_str().unwrap()][..], &["bench", gold]] {
            let output = dehusk(arguments);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
            let said = format!("cannot read the gold `{gold}`");
            assert!(stderr(&output).contains(&said), "{arguments:?}: {}", stderr(&output));
            assert!(stderr(&output).contains("name a file of JSON lines"), "{}", stderr(&output));
        }
    }
}

#[test]
fn weights_that_could_not_be_read_are_not_written() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["mine.weights.gz", "mine.zst"] {
        let out = folder.path().join(name);
        let output = dehusk(&["fit", "no-gold.jsonl", "-o", out.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains("compressed weights cannot be read"), "{}", stderr(&output));
    }
}

#[test]
fn gold_that_nothing_can_be_learned_from_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let gold = folder.path().join("gold.jsonl");
    let out = folder.path().join("out.weights");
    write_gold(&gold, 3);
    let output = dehusk(&["fit", gold.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("gold has 3 sites, and 3 folds need 6"), "{}", stderr(&output));
    assert!(!out.exists());
}

#[test]
fn weights_that_are_none_are_told_before_anything_is_cleaned() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w");
    let good = Weights::default().to_bytes();
    assert!(Weights::read(&good).is_ok());
    let text = String::from_utf8_lossy(&good[..80]).into_owned();
    let digest = text.split('"').nth(7).unwrap().to_owned();
    let header_end = good.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0;
    let with_digest = |digest: &str| {
        // The check sum is right, and the columns are others.
        let mut bytes = b"dehusk weights 1\n".to_vec();
        bytes.extend(format!("{{\"columns\":\"{digest}\",\"card\":").into_bytes());
        let card = String::from_utf8_lossy(&good[..header_end]).split_once("\"card\":").unwrap().1.to_owned();
        bytes.extend(card.into_bytes());
        bytes.extend(&good[header_end..good.len() - 8]);
        let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325u64, step);
        bytes.extend(sum.to_le_bytes());
        bytes
    };
    assert!(Weights::read(&with_digest(&digest)).is_ok());
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 4;
    for (bytes, error) in [
        (b"<html>".to_vec(), WeightsError::Other),
        (b"dehusk weights 9\n{}\n".to_vec(), WeightsError::Newer(9)),
        (flipped, WeightsError::Damaged("its check sum does not fit")),
        (good[..good.len() - 3].to_vec(), WeightsError::Damaged("its check sum does not fit")),
        (with_digest("1:0"), WeightsError::OtherColumns),
    ] {
        assert_eq!(Weights::read(&bytes).unwrap_err(), error);
        fs::write(&path, &bytes).unwrap();
        let output = dehusk(&["clean", "seeds", "-o", "/dev/null", "--weights", path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(&error.to_string()), "{}", stderr(&output));
    }
    let output = dehusk(&["explain", "seeds/002_7ad6a651d57beef3.txt", "--weights", "no/such.weights"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot read the weights `no/such.weights`"), "{}", stderr(&output));
}
