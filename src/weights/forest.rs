//! Boosted trees over bytes, laid out flat: a node is four bytes, a tree at most 63 of them.
//!
//! This is the forest as it is grown, written and read, with the plain walk of one row down every tree. Whole pages are
//! judged by a [`Grove`](super::Grove), which gives the same sums.

use crate::features::COLUMNS;

/// Leaves of a tree, at most.
pub(crate) const LEAVES: usize = 32;
/// Steps from the root to a leaf, at most.
pub(crate) const DEPTH: usize = 12;

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
