//! How a line ends: in terminal punctuation of any script, or open.

/// Whether `line` ends in terminal punctuation, closing quotes, brackets and note marks (`[12]`) aside.
pub(super) fn is_closed(line: &str) -> bool {
    match line.as_bytes().last() {
        Some(b'.' | b'!' | b'?') => return true,
        Some(last) if last.is_ascii_alphanumeric() => return false,
        _ => {}
    }
    let mut body = line.trim_end_matches(is_closer);
    while let Some(before) = body.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('[') {
        body = before.trim_end_matches(is_closer);
    }
    body.chars().next_back().is_some_and(is_terminal)
}

fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '”'
            | '’'
            | '“'
            | '‘'
            | '»'
            | '«'
            | '›'
            | ')'
            | ']'
            | '}'
            | '」'
            | '』'
            | '】'
            | '》'
            | '）'
            | '〉'
            | '〕'
            | '*'
            | '¹'
            | '²'
            | '³'
    ) || c.is_whitespace()
}

/// Sentence ends of the scripts that have their own, from the Unicode property `Sentence_Terminal`, and the ellipsis.
fn is_terminal(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '?'
            | '…'
            | '‥'
            | '‼'
            | '‽'
            | '⁇'
            | '⁈'
            | '⁉'
            | '。'
            | '！'
            | '？'
            | '．'
            | '｡'
            | '؟'
            | '۔'
            | '؞'
            | '।'
            | '॥'
            | '։'
            | '።'
            | '፧'
            | '။'
            | '၏'
            | '។'
            | '៕'
            | '᠃'
            | '᠉'
            | '܀'
            | '܁'
            | '܂'
            | '᱾'
            | '᱿'
    )
}

#[cfg(test)]
mod tests {
    use super::is_closed;

    #[test]
    fn knows_sentence_ends_of_many_scripts_behind_quotes_and_brackets() {
        for line in [
            "Done.",
            "“Done.”",
            "(Done!)",
            "Really?’ ",
            "他走了。」",
            "هل ذهب؟",
            "वह गया।",
            "Wait…",
            "He left.[1][12] ",
        ] {
            assert!(is_closed(line), "{line}");
        }
        for line in ["Read more", "Tags:", "A heading", "one;", "«Le titre»", "the [1]", ""] {
            assert!(!is_closed(line), "{line}");
        }
    }
}
