//! What is shown is never obeyed: page text, names of files and rule files may hold what a terminal or a browser would act
//! on, and neither gets it raw. The page for the browser is opened in a real one, where there is one.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![expect(clippy::print_stderr, reason = "a test that cannot run here says so")]

use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a terminal obeys: colours, its title, its clipboard, its answers, the bell, the direction of writing.
const ESCAPES: &str = "evil \u{1b}[2J\u{1b}]0;title\u{7} \u{1b}]52;c;Y2xpcA==\u{7} \u{9b}31m \u{90}q\u{9c} \u{202e}txt \u{8}\u{8}";

/// What a browser obeys.
const MARKUP: [&str; 8] = [
    "evil <script>document.documentElement.dataset.pwned = 1</script>",
    "evil <img src=x onerror=\"document.documentElement.dataset.pwned = 1\">",
    "evil \"><svg onload='document.documentElement.dataset.pwned = 1'>",
    "evil ' onmouseover=document.documentElement.dataset.pwned=1 autofocus onfocus=document.documentElement.dataset.pwned=1 x='",
    "evil </style></title></textarea></p><iframe srcdoc=\"<script>parent.document.documentElement.dataset.pwned=1</script>\">",
    "evil <a href=\"javascript:document.documentElement.dataset.pwned=1\">here</a> <base href=//evil.example/>",
    "evil <!-- --!> <math><mi><style><img src onerror=document.documentElement.dataset.pwned=1>",
    "evil <meta http-equiv=refresh content=\"0;url=https://evil.example/\"> &#60;script&#62; {{7*7}} ${7*7}",
];

fn dehusk(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dehusk")).args(args).output().unwrap()
}

/// Whether bytes hold what a terminal obeys, but for line ends, and for colours where they are wanted.
fn is_obeyed(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.chars().any(|c| (c.is_control() && !"\n\t".contains(c)) || ('\u{202a}'..='\u{202e}').contains(&c))
}

fn rules(folder: &Path) -> PathBuf {
    let path = folder.join("evil.toml");
    let head = "schema = 1\n[pack]\nid = \"evil\"\nversion = \"1\"\nabout = \"<b>evil</b>\"\nlicense = \"CC0-1.0\"\n";
    let rule = "[[rule]]\nid = \"evil\"\nkind = \"menu\"\nabout = \"<img src=x onerror=alert(1)>\"\n\
                match = { starts = [\"evil\"] }\ndrop = [\"evil one\", \"evil two\"]\nkeep = [\"An evil deed.\", \"No evil.\"]\n";
    fs::write(&path, format!("{head}{rule}")).unwrap();
    path
}

#[test]
fn no_escape_of_a_page_reaches_the_terminal_from_explain() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.txt");
    let prose = "The committee met on Tuesday to hear what the engineers had found under the bridge.";
    fs::write(&page, format!("{ESCAPES}\n\n{prose} {ESCAPES}\n\nevil {ESCAPES}\n")).unwrap();
    let html = folder.path().join("page.html");
    fs::write(
        &html,
        format!("<title>{ESCAPES}</title><h1>{ESCAPES}</h1><p class='{ESCAPES}'>{prose} {ESCAPES}</p>"),
    )
    .unwrap();
    let rules = rules(folder.path());
    for page in [&page, &html] {
        let (page, rules) = (page.to_str().unwrap(), rules.to_str().unwrap());
        for more in [&[][..], &["--only", "gone"], &["--only", "kept"], &["--json"], &["-v"]] {
            let output = dehusk(&[&["explain", page, "--rules", rules][..], more].concat());
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            assert!(String::from_utf8_lossy(&output.stdout).contains("evil"));
            assert!(!is_obeyed(&output.stdout), "{}", String::from_utf8_lossy(&output.stdout).escape_debug());
            assert!(!is_obeyed(&output.stderr), "{}", String::from_utf8_lossy(&output.stderr).escape_debug());
        }
        let gold = folder.path().join("gold.jsonl");
        fs::write(&gold, json!({ "id": ESCAPES, "path": page, "main_content": prose }).to_string()).unwrap();
        let bench = ["bench", gold.to_str().unwrap(), "--rules", rules, "--skip", "cost"];
        let diff = ["diff", "none", rules, page];
        for args in [&bench[..], &diff] {
            for more in [&[][..], &["--json"]] {
                let output = dehusk(&[args, more].concat());
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                assert!(
                    !is_obeyed(&output.stdout),
                    "{}",
                    String::from_utf8_lossy(&output.stdout).escape_debug()
                );
            }
        }
    }
}

#[test]
fn no_escape_of_a_name_or_a_rule_file_reaches_the_terminal_from_errors() {
    let folder = tempfile::tempdir().unwrap();
    let named = |ending: &str| folder.path().join(format!("{}{ending}", ESCAPES.replace('/', "")));
    let (missing, broken) = (named(".txt"), named(".toml"));
    let hostile =
        format!("schema = 1 # {}\n[pack]\nid = 7 # {ESCAPES}\n\"{}\" = 1\n", "\u{1b}[31m", "\u{1b}[31m");
    fs::write(&broken, hostile).unwrap();
    let strings = |args: &[&str]| args.iter().map(|&arg| arg.to_owned()).collect::<Vec<_>>();
    let (missing, broken) = (missing.to_str().unwrap(), broken.to_str().unwrap());
    let inside = format!("{}/no/such/folder/out.jsonl", folder.path().join(ESCAPES).display());
    for args in [
        strings(&["clean", missing]),
        strings(&["explain", missing]),
        strings(&["clean", "seeds", "-o", &inside]),
        strings(&["clean", "seeds", "--weights", missing]),
        strings(&["clean", "seeds", "--include", "{\u{1b}[31m"]),
        strings(&["rules", "check", broken]),
        strings(&["clean", "seeds", "--rules", broken]),
        strings(&["rules", "show", ESCAPES]),
        strings(&["bench", missing]),
        strings(&["diff", ESCAPES, "none", "seeds"]),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_dehusk")).args(&args).output().unwrap();
        assert!(!output.status.success(), "{args:?}");
        for bytes in [&output.stdout, &output.stderr] {
            assert!(!is_obeyed(bytes), "{args:?}: {}", String::from_utf8_lossy(bytes).escape_debug());
        }
    }
    // No error: of several pages the first is shown, and that is said.
    let several = named(".jsonl");
    fs::write(&several, "{\"text\":\"One\"}\n{\"text\":\"Two\"}\n").unwrap();
    let output = dehusk(&["explain", several.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("holds several pages") && !is_obeyed(&output.stderr), "{}", said.escape_debug());
}

/// The page as a browser has it after its scripts ran, in HTML once more; `None` where there is no browser.
fn in_browser(page: &Path, home: &Path) -> Option<String> {
    let browsers = std::env::var("DEHUSK_BROWSER").map_or_else(
        |_| vec!["chromium".to_owned(), "chromium-browser".to_owned(), "google-chrome".to_owned()],
        |named| vec![named],
    );
    let output = browsers.iter().find_map(|browser| {
        let mut command = Command::new(browser);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
        ]);
        command.arg(format!("--user-data-dir={}", home.display()));
        command.args(["--virtual-time-budget=2000", "--dump-dom"]).arg(format!("file://{}", page.display()));
        command.output().ok()
    })?;
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        dom.contains("</html>"),
        "the browser showed nothing: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(dom)
}

#[test]
fn no_markup_of_a_page_is_obeyed_by_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let rules = rules(folder.path());
    let deed = "An evil deed was done under the old bridge, the committee was told on Tuesday.";
    let gold: String = MARKUP
        .iter()
        .enumerate()
        .map(|(page, hostile)| {
            let record = json!({
                "id": format!("p{page}<img src=x onerror=document.documentElement.dataset.pwned=1>"),
                "url": format!("https://{page}.example/\"><script>document.documentElement.dataset.pwned=1</script>"),
                "text": format!("{deed}\n{hostile}"),
                "lines": ["keep", "keep"],
            });
            format!("{record}\n")
        })
        .collect();
    let (gold_path, report) = (folder.path().join("gold.jsonl"), folder.path().join("report.html"));
    fs::write(&gold_path, gold).unwrap();
    let output = dehusk(&[
        "bench",
        gold_path.to_str().unwrap(),
        "--rules",
        &format!("none+{}", rules.display()),
        "--html",
        report.to_str().unwrap(),
    ]);
    assert!(report.is_file(), "{}", String::from_utf8_lossy(&output.stderr));
    let html = fs::read_to_string(&report).unwrap();
    let shown = html.matches("<p class=\"line\">evil ").count();
    assert!(shown >= 3, "the report shows {shown} hostile lines");
    for raw in ["<script>document", "<img", "<svg onload", "<iframe", "<base", "<math"] {
        assert!(!html.contains(raw), "the report holds a raw `{raw}`");
    }
    // The same without the policy that forbids scripts, to see that escaping alone does it; and a page that obeys.
    let (bare, control) = (folder.path().join("bare.html"), folder.path().join("control.html"));
    let policy = html.find("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
    let end = policy + html[policy..].find('>').unwrap() + 1;
    fs::write(&bare, format!("{}{}", &html[..policy], &html[end..])).unwrap();
    fs::write(&control, format!("<!doctype html><html><body><p>{}</p></body></html>", MARKUP[0])).unwrap();
    let home = folder.path().join("browser");
    let Some(control) = in_browser(&control, &home) else {
        eprintln!(
            "SKIPPED: no browser here; Debian's package is `chromium`, `DEHUSK_BROWSER` names another one"
        );
        return;
    };
    assert!(control.contains("data-pwned=\"1\""), "scripts do not run in this browser: {control}");
    for page in [&report, &bare] {
        let dom = in_browser(page, &home).unwrap();
        assert!(!dom.contains("data-pwned"), "page text was obeyed");
        assert!(dom.matches("<p class=\"line\">evil ").count() == shown, "hostile lines are shown as text");
        for element in ["<img", "<iframe", "<base", "onfocus=\"", "onload=\""] {
            assert!(!dom.contains(element), "the browser made a `{element}` of page text");
        }
    }
}
