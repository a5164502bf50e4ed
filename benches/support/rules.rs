//! Rule files for the benchmarks: generated, the same on every machine.

use crate::support::phrase;
use std::fmt::Write;

/// A file of `count` rules, a third each of whole lines, beginnings and contained phrases; every tenth a regex if `regexes`.
pub(crate) fn file(count: usize, regexes: bool) -> String {
    let mut text =
        "schema = 1\n[pack]\nid = \"bench\"\nversion = \"1\"\nabout = \"generated\"\nlicense = \"CC0-1.0\"\n"
            .to_owned();
    for index in 0..count {
        let phrase = phrase(index);
        let matcher = match index % 3 {
            _ if regexes && index % 10 == 9 => format!("regex = '''(?i)^{phrase} ?(?:again|once more)?$'''"),
            0 => format!("line = [\"{phrase}\"]"),
            1 => format!("starts = [\"{phrase}\"]"),
            _ => format!("has = [\"{phrase}\"]"),
        };
        write!(
            text,
            "[[rule]]\nid = \"r{index}\"\nkind = \"menu\"\nabout = \"g\"\nmatch = {{ {matcher} }}\ndo = \"drop-line\"\n\
             drop = [\"{phrase}\"]\nkeep = [\"no\"]\n"
        )
        .unwrap();
    }
    text
}
