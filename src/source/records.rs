//! Lines of a JSON lines file that hold no pages: labels, gold texts. Compression is told and undone as for pages,
//! within the same limits.

use super::packing::{Expansion, Meter};
use super::stream::Stream;
use std::fs::File;
use std::io::{self, BufRead};
use std::path::Path;

/// Hands every line that is not blank to `take`, with its number from 1; `-` is stdin.
pub fn each_record(path: &Path, mut take: impl FnMut(u64, &str)) -> io::Result<()> {
    let mut stream = if path.as_os_str() == "-" {
        Stream::open(io::stdin(), Expansion::default(), Meter::default())?
    } else {
        Stream::open(File::open(path)?, Expansion::default(), Meter::default())?
    };
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            break;
        }
        let record = line.trim_start_matches('\u{feff}').trim();
        if !record.is_empty() {
            take(number, record);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn lines_come_with_their_numbers_packed_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let text = b"\xef\xbb\xbf{\"a\":1}\r\n\n {\"b\":2}";
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(1));
        gz.write_all(text).unwrap();
        for (name, bytes) in [("plain", text.to_vec()), ("packed", gz.finish().unwrap())] {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let mut lines = Vec::new();
            each_record(&path, |number, line| lines.push((number, line.to_owned()))).unwrap();
            assert_eq!(lines, [(1, "{\"a\":1}".to_owned()), (3, "{\"b\":2}".to_owned())], "{name}");
        }
        assert!(each_record(&folder.path().join("none"), |_, _| ()).is_err());
    }
}
