//! A reader whose first bytes were looked at. A pipe gives as few bytes at a time as whoever writes into it pleases, and a
//! decoder no more than a member holds; what a file is must not hang on that, so enough of its begin is waited for.

use std::io::{self, Read};

/// Bytes that are asked for at a time.
const STEP: usize = 4 << 10;

/// Gives the bytes that were looked at, and then all others.
pub(super) struct Begun<R> {
    begin: Vec<u8>,
    given: usize,
    /// What was met behind them: a decoder may take a fault that it has told for its end.
    fault: Option<io::Error>,
    raw: R,
}

impl<R: Read> Begun<R> {
    /// Reads until there is enough of the begin, or no more.
    pub(super) fn new(mut raw: R, is_enough: impl Fn(&[u8]) -> bool) -> Self {
        let (mut begin, mut fault) = (Vec::new(), None);
        while !is_enough(&begin) {
            let filled = begin.len();
            begin.resize(filled + STEP, 0);
            let read = raw.read(&mut begin[filled..]);
            begin.truncate(filled + read.as_ref().map_or(0, |len| *len));
            match read {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    fault = Some(error);
                    break;
                }
            }
        }
        Self { begin, given: 0, fault, raw }
    }

    /// Of which nothing was looked at.
    pub(super) fn unseen(raw: R) -> Self {
        Self { begin: Vec::new(), given: 0, fault: None, raw }
    }

    /// The reader, unless not even its first byte can be read.
    pub(super) fn if_readable(mut self) -> io::Result<Self> {
        match self.fault.take_if(|_| self.begin.is_empty()) {
            Some(fault) => Err(fault),
            None => Ok(self),
        }
    }

    /// What was looked at.
    pub(super) fn begin(&self) -> &[u8] {
        &self.begin
    }

    /// What it reads from.
    pub(super) fn raw(&self) -> &R {
        &self.raw
    }
}

impl<R: Read> Read for Begun<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given < self.begin.len() {
            let len = (&self.begin[self.given..]).read(out)?;
            self.given += len;
            return Ok(len);
        }
        self.fault.take().map_or_else(|| self.raw.read(out), Err)
    }
}
