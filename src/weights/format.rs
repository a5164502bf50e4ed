//! The weights file: a first line that names it, one line of JSON for people, then bytes, then a check sum.
//!
//! ```text
//! dehusk weights 1
//! {"input": "text", "columns": "…", "card": {…}, "scores": […]}
//! <lexicon> [<lexicon of names>] <gate> <article> <any> <usual bytes> <check sum>
//! ```
//!
//! Whole numbers are little-endian. A file for other columns, one that is cut short and one whose bytes have changed
//! are told apart and refused; so is a tree that leads nowhere.

use super::forest::{DEPTH, Forest, LEAVES, Node, Tree};
use super::{Card, RuleScore, Weights};
use crate::features::{COMMON, Column, HEADS, Lexicon, PLACES};
use crate::model::Input;
use serde::{Deserialize, Serialize};

const NAME: &str = "dehusk weights ";
const VERSION: u32 = 1;
/// Trees of a forest, at most: far more than help.
const MAX_TREES: usize = 2000;

/// Why a file gave no weights.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// It is something else.
    #[error("this is no weights file; `dehusk fit` writes one")]
    Other,
    /// It is of a later version.
    #[error("the weights are of version {0}, and this program reads version {VERSION}; get a newer dehusk")]
    Newer(u32),
    /// It was fitted on other features.
    #[error(
        "the weights were fitted by another version of dehusk, on other features; run `dehusk fit` again"
    )]
    OtherColumns,
    /// It is cut short or has changed.
    #[error("the weights are damaged: {0}; copy the file again, or run `dehusk fit`")]
    Damaged(&'static str),
}

#[derive(Serialize, Deserialize)]
struct Header {
    /// What the pages were: `text`, or `html`.
    #[serde(default)]
    input: String,
    columns: String,
    card: Card,
    #[serde(default)]
    scores: Vec<RuleScore>,
}

impl Weights {
    /// Reads a weights file.
    pub fn read(bytes: &[u8]) -> Result<Self, WeightsError> {
        let (name, _) = split_line(bytes).ok_or(WeightsError::Other)?;
        let version = name.strip_prefix(NAME).ok_or(WeightsError::Other)?;
        match version.parse() {
            Ok(VERSION) => {}
            Ok(newer) => return Err(WeightsError::Newer(newer)),
            Err(_) => return Err(WeightsError::Other),
        }
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or(WeightsError::Damaged("it is cut short"))?;
        if check_sum(body) != u64::from_le_bytes(*sum) {
            return Err(WeightsError::Damaged("its check sum does not fit"));
        }
        // The check sum's own bytes may look like the end of a line.
        let rest = body.get(name.len() + 1..).and_then(split_line);
        let (header, rest) = rest.ok_or(WeightsError::Damaged("it has no header"))?;
        let header: Header =
            serde_json::from_str(header).map_err(|_| WeightsError::Damaged("its header is no JSON"))?;
        let input = match header.input.as_str() {
            "" | "text" => Input::Text,
            "html" => Input::Html,
            _ => return Err(WeightsError::Damaged("it is for pages of an unknown sort")),
        };
        if header.columns != columns(input) {
            return Err(WeightsError::OtherColumns);
        }
        let mut reader = Reader(rest);
        let lexicon = reader.lexicon()?;
        let names = match input {
            Input::Html => reader.lexicon()?,
            Input::Text => Lexicon::default(),
        };
        let width = Column::of(input).len();
        let (gate, article, any) = (reader.forest(width)?, reader.forest(width)?, reader.forest(width)?);
        let typical = reader.bytes(width)?.to_vec();
        if !reader.0.is_empty() {
            return Err(WeightsError::Damaged("it goes on after its end"));
        }
        Ok(Self {
            card: header.card,
            scores: header.scores,
            input,
            lexicon,
            names,
            gate,
            article,
            any,
            typical,
            ..Self::default()
        })
    }

    /// The bytes of a weights file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = Header {
            input: self.input.name().to_owned(),
            columns: columns(self.input),
            card: self.card.clone(),
            scores: self.scores.clone(),
        };
        let json = serde_json::to_string(&header).unwrap_or_default();
        let mut bytes = format!("{NAME}{VERSION}\n{json}\n").into_bytes();
        write_lexicon(&self.lexicon, &mut bytes);
        if self.input == Input::Html {
            write_lexicon(&self.names, &mut bytes);
        }
        for forest in [&self.gate, &self.article, &self.any] {
            write_forest(forest, &mut bytes);
        }
        let usual = |column| self.typical.get(column).copied().unwrap_or(0);
        bytes.extend((0..Column::of(self.input).len()).map(usual));
        let sum = check_sum(&bytes);
        bytes.extend(sum.to_le_bytes());
        bytes
    }
}

/// What the columns must be.
fn columns(input: Input) -> String {
    format!("{}:{:016x}", Column::of(input).len(), Column::digest(input))
}

fn split_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = memchr::memchr(b'\n', bytes)?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

/// FNV-1a: enough to tell a damaged copy.
fn check_sum(bytes: &[u8]) -> u64 {
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

fn write_lexicon(lexicon: &Lexicon, bytes: &mut Vec<u8>) {
    for value in lexicon.steps.iter().chain(&lexicon.biases) {
        bytes.extend(value.to_le_bytes());
    }
    bytes.push(lexicon.least_common);
    bytes.push(lexicon.common.len() as u8);
    for word in &lexicon.common {
        bytes.extend(word.to_le_bytes());
    }
    for place in &lexicon.weights {
        bytes.extend(place.map(|weight| weight as u8));
    }
}

fn write_forest(forest: &Forest, bytes: &mut Vec<u8>) {
    bytes.extend(forest.base.to_le_bytes());
    bytes.extend((forest.trees.len() as u32).to_le_bytes());
    for tree in &forest.trees {
        // Leaf nodes lead to themselves and need not be written.
        let inner = tree.nodes.len() - tree.leaves.len();
        bytes.extend([tree.depth, tree.leaves.len() as u8]);
        for node in &tree.nodes[..inner] {
            bytes.extend([node.column, node.most, node.left, node.right]);
        }
        for leaf in &tree.leaves {
            bytes.extend(leaf.to_le_bytes());
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], WeightsError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(WeightsError::Damaged("it is cut short"))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn number(&mut self) -> Result<i32, WeightsError> {
        Ok(i32::from_le_bytes(self.take()?))
    }

    fn lexicon(&mut self) -> Result<Lexicon, WeightsError> {
        let mut lexicon = Lexicon::default();
        for head in 0..HEADS {
            lexicon.steps[head] = self.number()?;
        }
        for head in 0..HEADS {
            lexicon.biases[head] = self.number()?;
        }
        let [least, common] = self.take()?;
        lexicon.least_common = least;
        if usize::from(common) > COMMON {
            return Err(WeightsError::Damaged("it has too many common words"));
        }
        for _ in 0..common {
            lexicon.common.push(u32::from_le_bytes(self.take()?));
        }
        if !lexicon.common.is_sorted() {
            return Err(WeightsError::Damaged("its common words are out of order"));
        }
        debug_assert_eq!(lexicon.weights.len(), PLACES);
        for place in &mut lexicon.weights {
            *place = self.take::<HEADS>()?.map(|weight| weight as i8);
        }
        Ok(lexicon)
    }

    fn bytes(&mut self, count: usize) -> Result<&[u8], WeightsError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(WeightsError::Damaged("it is cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    /// A forest over so many columns.
    fn forest(&mut self, columns: usize) -> Result<Forest, WeightsError> {
        let base = self.number()?;
        let trees = self.number()? as usize;
        if trees > MAX_TREES {
            return Err(WeightsError::Damaged("it has too many trees"));
        }
        let trees = (0..trees).map(|_| self.tree(columns)).collect::<Result<_, _>>()?;
        Ok(Forest { base, trees })
    }

    fn tree(&mut self, columns: usize) -> Result<Tree, WeightsError> {
        let [depth, leaves] = self.take()?;
        let leaves = usize::from(leaves);
        if leaves == 0 || leaves > LEAVES || usize::from(depth) > DEPTH {
            return Err(WeightsError::Damaged("a tree is too large"));
        }
        let inner = leaves - 1;
        let mut nodes = Vec::with_capacity(inner + leaves);
        let mut led_to = 0u64;
        for at in 0..inner {
            let [column, most, left, right] = self.take()?;
            // Children come after their parents, so that every way down ends.
            let sound = |child: u8| usize::from(child) > at && usize::from(child) < inner + leaves;
            if usize::from(column) >= columns || !sound(left) || !sound(right) {
                return Err(WeightsError::Damaged("a tree leads nowhere"));
            }
            for child in [left, right] {
                if led_to >> child & 1 != 0 {
                    return Err(WeightsError::Damaged("a tree leads to one place in two ways"));
                }
                led_to |= 1 << child;
            }
            nodes.push(Node { column, most, left, right });
        }
        nodes.extend((inner..inner + leaves).map(|at| Node::leaf(at as u8)));
        let tree = Tree { nodes, leaves: Vec::new(), depth };
        if tree.deepest(0) > usize::from(depth) {
            return Err(WeightsError::Damaged("a tree is deeper than it says"));
        }
        let leaves = (0..leaves).map(|_| Ok(i16::from_le_bytes(self.take()?))).collect::<Result<_, _>>()?;
        Ok(Tree { leaves, ..tree })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_sum_is_no_part_of_the_header() {
        // The check sums of many such files hold a line end, behind what could be text.
        for number in 0..4000 {
            let mut bytes = format!("{NAME}{VERSION}\n{number}").into_bytes();
            let sum = check_sum(&bytes);
            bytes.extend(sum.to_le_bytes());
            assert_eq!(Weights::read(&bytes).err(), Some(WeightsError::Damaged("it has no header")));
        }
    }
}
