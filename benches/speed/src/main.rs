//! Serde pass-through, the reference of `rows.py`: JSON lines are read, decoded by serde_json into a borrowed struct and
//! written back, on one thread. It does what every cleaner must and nothing more, as fast as that goes with the usual
//! crates: blocks and their buffers are used again, and one decoder works through a block, so that what it takes apart
//! escapes in is used again too. `dehusk-speed-reference FILE` writes to stdout, and last to stderr how many pages went.

mod page;

use page::Page;
use serde_json::Deserializer;
use std::fs::File;
use std::io::{self, Read, Write};

/// Large enough that reading and writing are no part of the cost, small enough for the second cache.
const BLOCK: usize = 1 << 20;

fn main() -> io::Result<()> {
    let path = std::env::args_os().nth(1).ok_or_else(|| io::Error::other("usage: FILE"))?;
    // A lock once for all, and no buffer of lines between the blocks and the file.
    let mut out = File::from(std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?);
    let pages = pass_through(&mut File::open(path)?, &mut out, BLOCK)?;
    writeln!(io::stderr(), "{pages}")
}

/// Writes all pages of `input` to `output`, block by block; answers how many there were.
fn pass_through(input: &mut impl Read, output: &mut impl Write, size: usize) -> io::Result<u64> {
    let mut block = vec![0; size];
    let mut written = Vec::with_capacity(2 * size);
    let (mut filled, mut pages) = (0, 0);
    loop {
        if filled == block.len() {
            // A page that is larger than a block.
            block.resize(2 * filled, 0);
        }
        let read = input.read(&mut block[filled..])?;
        filled += read;
        let last_end = block[..filled].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let whole = if read == 0 { filled } else { last_end };
        for page in Deserializer::from_slice(&block[..whole]).into_iter::<Page<'_>>() {
            serde_json::to_writer(&mut written, &page?)?;
            written.push(b'\n');
            pages += 1;
        }
        output.write_all(&written)?;
        written.clear();
        block.copy_within(whole..filled, 0);
        filled -= whole;
        if read == 0 {
            return Ok(pages);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_back_as_they_were() {
        let lines = concat!(
            "{\"id\":\"1\",\"url\":\"https://a.example/\",\"text\":\"Menu\\nA \\\"line\\\" — ends.\",\"n\":1.50,\"more\":{\"x\":[]}}\n",
            "{\"id\":\"2\",\"url\":null,\"text\":\"plain\"}\n",
            "{\"text\":\"no id, and no end of line\"}",
        );
        for size in [1, 16, 100, 4096] {
            let mut out = Vec::new();
            assert_eq!(pass_through(&mut lines.as_bytes(), &mut out, size).unwrap(), 3);
            assert_eq!(String::from_utf8(out).unwrap(), format!("{lines}\n"), "in blocks of {size}");
        }
    }

    #[test]
    fn what_is_no_page_is_a_fault() {
        for line in ["{\"id\":\"1\"", "[]", "{\"text\":1}"] {
            assert!(pass_through(&mut line.as_bytes(), &mut Vec::new(), 64).is_err(), "{line}");
        }
    }
}
