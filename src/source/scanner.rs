//! Where the elements of a JSON document begin and end, told from its bytes as they come: strings, escapes and brackets, and
//! nothing of what they hold. Is right about every document that is valid; what it makes of others it says as far as it can
//! tell, and leaves the rest to the parser.

/// Brackets that are told apart; the parser goes no deeper.
const DEEPEST: usize = 128;

/// What bytes tell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// An element, with the next byte.
    Begins,
    /// The element, with the last byte.
    Ends,
    /// What cannot be an element, or cannot go on as one.
    Broken(String),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Among what parts elements.
    #[default]
    Between,
    /// Before and within a number, a name, or what stands in their place.
    First,
    Bare,
    /// Within brackets.
    Inside,
    String,
    Escape,
    /// Behind a fault.
    Lost,
    /// After a line's end in a string, where none may be, or behind a fault; so far the line has so many blanks.
    Line {
        is_lost: bool,
        blanks: usize,
    },
}

/// Tells elements from bytes that come in any parts.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    state: State,
    in_array: bool,
    /// Brackets that are open in the element, and which of them are those of objects, the outermost in the lowest bit.
    depth: usize,
    objects: u128,
    /// What stands before an object that begins on a line of its own, the last that did; and before the next byte between
    /// elements, if its line has nothing else.
    indent: usize,
    blanks: Option<usize>,
}

impl Scanner {
    /// Goes on to the next event; how many bytes lie before it.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> (usize, Option<Event>) {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let rest = &bytes[at..];
            match self.state {
                State::Between => match byte {
                    b'\n' => self.blanks = Some(0),
                    // Files with marks may have been put one behind the other.
                    b' ' | b'\t' | b'\r' | b',' | 0xef | 0xbb | 0xbf => {
                        self.blanks = self.blanks.map(|blanks| blanks.saturating_add(1));
                    }
                    b'[' if !self.in_array => (self.in_array, self.blanks) = (true, None),
                    b']' if self.in_array => (self.in_array, self.blanks) = (false, None),
                    _ => {
                        self.begin(byte);
                        return (at, Some(Event::Begins));
                    }
                },
                // Whatever it is, so that a bracket that closes nothing is gone past.
                State::First => self.state = State::Bare,
                State::Bare => {
                    let Some(end) = rest.iter().position(|&byte| ends_bare(byte)) else { break };
                    self.state = State::Between;
                    return (at + end, Some(Event::Ends));
                }
                State::Inside => {
                    let Some(next) = rest.iter().position(|&byte| is_structure(byte)) else { break };
                    at += next;
                    match bytes[at] {
                        b'"' => self.state = State::String,
                        open @ (b'{' | b'[') => self.open(open == b'{'),
                        close => match self.close(close == b'}') {
                            Ok(true) => {
                                self.state = State::Between;
                                return (at + 1, Some(Event::Ends));
                            }
                            Ok(false) => {}
                            Err(why) => return (at + 1, Some(why)),
                        },
                    }
                }
                State::String => {
                    let Some(next) = memchr::memchr3(b'"', b'\\', b'\n', rest) else { break };
                    at += next;
                    match bytes[at] {
                        b'\\' => self.state = State::Escape,
                        b'\n' => self.state = State::Line { is_lost: false, blanks: 0 },
                        _ if self.depth == 0 => {
                            self.state = State::Between;
                            return (at + 1, Some(Event::Ends));
                        }
                        _ => self.state = State::Inside,
                    }
                }
                State::Escape => self.state = State::String,
                State::Lost => {
                    let Some(end) = memchr::memchr(b'\n', rest) else { break };
                    at += end;
                    self.state = State::Line { is_lost: true, blanks: 0 };
                }
                State::Line { is_lost, blanks } => match byte {
                    b' ' | b'\t' | b',' => {
                        self.state = State::Line { is_lost, blanks: blanks.saturating_add(1) };
                    }
                    b'{' if blanks <= self.indent => {
                        (self.state, self.depth, self.blanks) = (State::Between, 0, Some(blanks));
                        if !is_lost {
                            return (at, Some(broken("a string in it has no end on its line")));
                        }
                        continue;
                    }
                    b']' if is_lost && blanks <= self.indent => {
                        (self.state, self.depth) = (State::Between, 0);
                        continue;
                    }
                    _ => {
                        self.state = if is_lost { State::Lost } else { State::String };
                        continue;
                    }
                },
            }
            at += 1;
        }
        (bytes.len(), None)
    }

    /// What the end of the document ends or cuts off.
    pub(super) fn finish(&mut self) -> Option<Event> {
        let state = std::mem::take(&mut self.state);
        let in_array = std::mem::take(&mut self.in_array);
        match state {
            State::Between if in_array => Some(broken("the file ends before its array does")),
            State::Between | State::Lost | State::Line { is_lost: true, .. } => None,
            State::First | State::Bare => {
                self.in_array = in_array;
                Some(Event::Ends)
            }
            _ => Some(broken("the file ends before the element does")),
        }
    }

    fn begin(&mut self, byte: u8) {
        let blanks = self.blanks.take();
        if byte == b'{' {
            self.indent = blanks.unwrap_or(self.indent);
        }
        // A bracket or quote is seen once more, from within.
        self.state = if matches!(byte, b'{' | b'[' | b'"') { State::Inside } else { State::First };
        self.depth = 0;
    }

    fn open(&mut self, is_object: bool) {
        if self.depth < DEEPEST {
            let bit = 1 << self.depth;
            self.objects = self.objects & !bit | if is_object { bit } else { 0 };
        }
        self.depth += 1;
    }

    /// Whether the element ends.
    fn close(&mut self, is_object: bool) -> Result<bool, Event> {
        self.depth = self.depth.saturating_sub(1);
        let opened_object = self.objects >> self.depth.min(DEEPEST - 1) & 1 == 1;
        if self.depth < DEEPEST && opened_object != is_object {
            self.state = State::Lost;
            let found =
                if is_object { "expected `]`, found `}` in it" } else { "expected `}`, found `]` in it" };
            return Err(broken(&format!("{found}; reading goes on at the next line that begins an object")));
        }
        Ok(self.depth == 0)
    }
}

fn broken(why: &str) -> Event {
    Event::Broken(why.to_owned())
}

fn is_structure(byte: u8) -> bool {
    matches!(byte, b'"' | b'{' | b'}' | b'[' | b']')
}

fn ends_bare(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b',' || byte == b':' || is_structure(byte)
}
