//! Boosted trees over bytes, laid out flat: a node is four bytes, a tree at most 63 of them.
//!
//! Eight lines go down a tree side by side, so that the waits for memory overlap; a leaf is a node that leads to
//! itself, so that no step asks whether it has arrived. Lines that the first trees are sure of skip the rest: the cut
//! that follows needs the order of lines near its threshold, not the last digit of a certainty.

use super::chance::UNIT;
use crate::features::{COLUMNS, Table};

/// Leaves of a tree, at most.
pub(crate) const LEAVES: usize = 32;
/// Steps from the root to a leaf, at most.
pub(crate) const DEPTH: usize = 12;
/// Lines that go down a tree together.
const BESIDE: usize = 8;
/// Nodes of a tree, at most, and one: a power of two.
const NODES: usize = 2 * LEAVES;
/// Bytes that a column's number reaches.
const REACH: usize = 256;
/// Trees between two looks at who is sure.
const STAGE: usize = 20;
/// A sum beyond this is sure: a chance below 0.02 or above 0.98.
const SURE: i32 = 4 * UNIT;

// A node tells its column by one byte.
const _: () = assert!(COLUMNS <= 256);

/// One node: a line goes `left` when its byte of `column` is `most` or less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) column: u8,
    pub(crate) most: u8,
    pub(crate) left: u8,
    pub(crate) right: u8,
}

impl Node {
    /// The node of a leaf: it leads to itself.
    pub(crate) fn leaf(at: u8) -> Self {
        Self { column: 0, most: 255, left: at, right: at }
    }
}

/// One tree: inner nodes first, then one node for each leaf that leads to itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    /// What each leaf adds, in [`UNIT`]ths of a logit.
    pub(crate) leaves: Vec<i16>,
    pub(crate) depth: u8,
}

/// Trees whose leaves add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Forest {
    pub(crate) base: i32,
    pub(crate) trees: Vec<Tree>,
}

/// What one thread reuses from page to page.
#[derive(Debug, Default)]
pub(crate) struct Descent {
    rows: Vec<u8>,
    active: Vec<u32>,
}

impl Tree {
    /// Steps from a node to the deepest leaf below it.
    pub(crate) fn deepest(&self, at: usize) -> usize {
        let node = self.nodes[at];
        if usize::from(node.left) == at {
            return 0;
        }
        1 + self.deepest(usize::from(node.left)).max(self.deepest(usize::from(node.right)))
    }

    /// The leaf that a row falls into, from a node on.
    fn leaf(&self, row: &[u8]) -> usize {
        let mut at = 0usize;
        for _ in 0..self.depth {
            at = step(self.nodes[at], row);
        }
        at - (self.nodes.len() - self.leaves.len())
    }
}

fn step(node: Node, row: &[u8]) -> usize {
    usize::from(if row[usize::from(node.column)] <= node.most { node.left } else { node.right })
}

impl Forest {
    /// The sum of one row.
    pub(crate) fn sum(&self, row: &[u8]) -> i32 {
        self.trees.iter().fold(self.base, |sum, tree| sum + i32::from(tree.leaves[tree.leaf(row)]))
    }

    /// The sums of all lines that are `asked`; the others get none.
    pub(crate) fn sums_into(
        &self,
        table: &Table,
        asked: impl Fn(usize) -> bool,
        descent: &mut Descent,
        sums: &mut Vec<i32>,
    ) {
        let Descent { rows, active } = descent;
        let lines = table.lines();
        sums.clear();
        sums.resize(lines, self.base);
        active.clear();
        active.extend((0..lines as u32).filter(|&line| asked(line as usize)));
        rows_into(table, active, rows);
        for stage in self.trees.chunks(STAGE) {
            // The last group is filled up with its first line, whose extra sums are thrown away.
            for group in active.chunks(BESIDE) {
                let of = |nth: usize| *group.get(nth).unwrap_or(&group[0]) as usize;
                let places: [usize; BESIDE] = std::array::from_fn(of);
                // A column's number is a byte: with 256 bytes a row no step has to ask whether it is in bounds.
                let row = |line: usize| rows[line * COLUMNS..].first_chunk().unwrap_or(&[0; REACH]);
                let added = descend(stage, &places.map(row));
                for (&line, added) in group.iter().zip(added) {
                    sums[line as usize] += added;
                }
            }
            active.retain(|&line| sums[line as usize].abs() < SURE);
        }
    }
}

fn descend(trees: &[Tree], rows: &[&[u8; REACH]; BESIDE]) -> [i32; BESIDE] {
    let mut sums = [0; BESIDE];
    let mut nodes = [Node::default(); NODES];
    for tree in trees {
        nodes[..tree.nodes.len()].copy_from_slice(&tree.nodes);
        let mut at = [0usize; BESIDE];
        for _ in 0..tree.depth {
            for (at, row) in at.iter_mut().zip(rows) {
                let node = nodes[*at % NODES];
                *at = usize::from(if row[usize::from(node.column)] <= node.most {
                    node.left
                } else {
                    node.right
                });
            }
        }
        let inner = tree.nodes.len() - tree.leaves.len();
        for (sum, at) in sums.iter_mut().zip(at) {
            *sum += i32::from(tree.leaves[at - inner]);
        }
    }
    sums
}

/// Columns into rows, so that the bytes of one line lie side by side; lines that nobody asks about get none.
fn rows_into(table: &Table, asked: &[u32], rows: &mut Vec<u8>) {
    let lines = table.lines();
    rows.clear();
    // The last row may be read beyond its end.
    rows.resize(lines * COLUMNS + REACH, 0);
    // A few columns at a time: what is written stays in the nearest cache.
    for first in (0..COLUMNS).step_by(16) {
        let last = (first + 16).min(COLUMNS);
        let columns = &table.bytes()[first * lines..last * lines];
        for line in asked.iter().map(|&line| line as usize) {
            let row = &mut rows[line * COLUMNS + first..line * COLUMNS + last];
            for (cell, column) in row.iter_mut().zip(columns.chunks_exact(lines)) {
                *cell = column[line];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_falls_into_its_leaf() {
        let node = |column, most, left, right| Node { column, most, left, right };
        let tree = Tree {
            nodes: vec![
                node(3, 10, 1, 4),
                node(0, 0, 2, 3),
                node(0, 0, 2, 2),
                node(0, 0, 3, 3),
                node(0, 0, 4, 4),
            ],
            leaves: vec![1, 2, 3],
            depth: 2,
        };
        let forest = Forest { base: 100, trees: vec![tree] };
        let mut row = [0u8; COLUMNS];
        assert_eq!(forest.sum(&row), 101);
        row[0] = 1;
        assert_eq!(forest.sum(&row), 102);
        row[3] = 11;
        assert_eq!(forest.sum(&row), 103);
    }
}
