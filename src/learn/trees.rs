//! Growing forests: gradient boosting on histograms of bytes, leaf by leaf, for soft targets.
//!
//! Columns are looked at side by side by many threads, but each sum is added up by one thread in the order of rows, so
//! that the trees do not depend on how many threads there are. Of two sister leaves only the smaller is counted; the other
//! is what the mother has left. Leaves are rounded to the whole numbers of the weights file as they are grown, so
//! that what is fitted is what will judge.

use super::rows::{Matrix, mix};
use crate::weights::{DEPTH, Forest, LEAVES, Node, Tree, UNIT};
use rayon::prelude::*;

/// How a forest is grown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growth {
    pub(super) trees: usize,
    pub(super) leaves: usize,
    /// What of each leaf's value is taken.
    pub(super) rate: f64,
    /// The least sum of second derivatives in a leaf.
    pub(super) least: f64,
    /// Of eight columns, how many a tree may ask.
    pub(super) columns_in_8: u64,
    pub(super) seed: u64,
}

/// Of eight rows, how many a tree is grown on.
const ROWS_IN_8: u64 = 6;
/// Pulls the values of leaves towards nothing.
const RIDGE: f64 = 1.0;
/// A split must gain more than this.
const LEAST_GAIN: f64 = 1e-3;

/// Sums of first and second derivatives.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    first: f64,
    second: f64,
}

impl Sum {
    fn gain(self) -> f64 {
        self.first * self.first / (self.second + RIDGE)
    }

    fn minus(self, other: Self) -> Self {
        Self { first: self.first - other.first, second: self.second - other.second }
    }
}

type Histogram = Vec<[Sum; 256]>;

#[derive(Clone, Copy, Debug)]
struct Split {
    gain: f64,
    /// The place among the tree's columns.
    column: usize,
    most: u8,
}

/// A leaf that may yet be split.
struct Leaf {
    rows: Vec<u32>,
    total: Sum,
    histogram: Histogram,
    split: Option<Split>,
    depth: usize,
    /// The inner node above and whether this is its right side.
    above: Option<(usize, bool)>,
}

pub(super) fn grow(matrix: &Matrix, growth: Growth) -> Forest {
    let rows = matrix.rows();
    let weight: f64 = matrix.weights.iter().map(|&weight| f64::from(weight)).sum();
    let target: f64 = matrix
        .targets
        .iter()
        .zip(&matrix.weights)
        .map(|(&target, &weight)| f64::from(target) * f64::from(weight))
        .sum();
    let mean = (target / weight.max(1e-9)).clamp(0.001, 0.999);
    let base = if rows == 0 { 0 } else { ((mean / (1.0 - mean)).ln() * f64::from(UNIT)) as i32 };
    let mut forest = Forest { base, trees: Vec::new() };
    let mut sums = vec![base; rows];
    let asked: Vec<usize> = (0..matrix.columns.len()).filter(|&at| varies(&matrix.columns[at])).collect();
    if asked.is_empty() {
        return forest;
    }
    let mut slopes = vec![[0f32; 2]; rows];
    for nth in 0..growth.trees {
        slopes.par_iter_mut().enumerate().for_each(|(row, slope)| *slope = derivatives(matrix, &sums, row));
        let drawn = |kind: u64, at: usize| mix(growth.seed.wrapping_add(kind), nth as u64, at as u64) % 8;
        let columns: Vec<usize> =
            asked.iter().copied().filter(|&column| drawn(1, column) < growth.columns_in_8).collect();
        let sampled: Vec<u32> =
            (0..rows).filter(|&row| drawn(2, row) < ROWS_IN_8).map(|row| row as u32).collect();
        if columns.is_empty() {
            continue;
        }
        let tree = Grower { matrix, columns: &columns, slopes: &slopes, growth }.tree(sampled);
        sums.par_iter_mut().enumerate().for_each(|(row, sum)| *sum += value(&tree, matrix, row));
        forest.trees.push(tree);
    }
    forest
}

fn varies(column: &[u8]) -> bool {
    column.first().is_some_and(|first| column.iter().any(|value| value != first))
}

fn derivatives(matrix: &Matrix, sums: &[i32], row: usize) -> [f32; 2] {
    let chance = 1.0 / (1.0 + (-f64::from(sums[row]) / f64::from(UNIT)).exp());
    let weight = f64::from(matrix.weights[row]);
    let first = weight * (chance - f64::from(matrix.targets[row]));
    [first as f32, (weight * (chance * (1.0 - chance)).max(1e-4)) as f32]
}

fn value(tree: &Tree, matrix: &Matrix, row: usize) -> i32 {
    let mut at = 0;
    for _ in 0..tree.depth {
        let node = tree.nodes[at];
        // A leaf's node asks the first column, which may be empty here; it leads to itself either way.
        let byte = matrix.columns[usize::from(node.column)].get(row).copied().unwrap_or(0);
        at = usize::from(if byte <= node.most { node.left } else { node.right });
    }
    i32::from(tree.leaves[at - (tree.nodes.len() - tree.leaves.len())])
}

struct Grower<'a> {
    matrix: &'a Matrix,
    columns: &'a [usize],
    slopes: &'a [[f32; 2]],
    growth: Growth,
}

impl Grower<'_> {
    fn tree(&self, rows: Vec<u32>) -> Tree {
        let histogram = self.count(&rows);
        let total = histogram[0].iter().fold(Sum::default(), |sum, bin| Sum {
            first: sum.first + bin.first,
            second: sum.second + bin.second,
        });
        let mut root = Leaf { rows, total, histogram, split: None, depth: 0, above: None };
        self.find_split(&mut root);
        let mut leaves = vec![root];
        let mut inner: Vec<(Node, Option<(usize, bool)>)> = Vec::new();
        while leaves.len() < self.growth.leaves.min(LEAVES) {
            let gain = |leaf: &Leaf| leaf.split.map_or(0.0, |split| split.gain);
            let Some(best) = (0..leaves.len())
                .filter(|&at| gain(&leaves[at]) > LEAST_GAIN)
                .max_by(|&a, &b| gain(&leaves[a]).total_cmp(&gain(&leaves[b])).then(b.cmp(&a)))
            else {
                break;
            };
            let leaf = leaves.swap_remove(best);
            let Some(split) = leaf.split else { break };
            let node = Node { column: self.columns[split.column] as u8, most: split.most, left: 0, right: 0 };
            inner.push((node, leaf.above));
            leaves.extend(self.part(leaf, split, inner.len() - 1));
        }
        lay_out(&inner, &leaves, self.growth.rate)
    }

    fn part(&self, leaf: Leaf, split: Split, node: usize) -> [Leaf; 2] {
        let column = &self.matrix.columns[self.columns[split.column]];
        let (left, right): (Vec<u32>, Vec<u32>) =
            leaf.rows.iter().partition(|&&row| column[row as usize] <= split.most);
        let mut left_total = Sum::default();
        for bin in &leaf.histogram[split.column][..=usize::from(split.most)] {
            left_total.first += bin.first;
            left_total.second += bin.second;
        }
        let right_total = leaf.total.minus(left_total);
        let smaller = self.count(if left.len() <= right.len() { &left } else { &right });
        let mut larger = leaf.histogram;
        larger.par_iter_mut().zip(&smaller).for_each(|(mine, other)| {
            for (bin, other) in mine.iter_mut().zip(other) {
                *bin = bin.minus(*other);
            }
        });
        let (left_bins, right_bins) =
            if left.len() <= right.len() { (smaller, larger) } else { (larger, smaller) };
        let depth = leaf.depth + 1;
        let child = |rows, total, histogram, right| {
            let mut child = Leaf { rows, total, histogram, split: None, depth, above: Some((node, right)) };
            self.find_split(&mut child);
            child
        };
        [child(left, left_total, left_bins, false), child(right, right_total, right_bins, true)]
    }

    /// The sums of every column's every byte over some rows.
    fn count(&self, rows: &[u32]) -> Histogram {
        let slopes: Vec<[f32; 2]> = rows.iter().map(|&row| self.slopes[row as usize]).collect();
        self.columns
            .par_iter()
            .map(|&column| {
                let bytes = &self.matrix.columns[column];
                let mut bins = [Sum::default(); 256];
                for (&row, slope) in rows.iter().zip(&slopes) {
                    let bin = &mut bins[usize::from(bytes[row as usize])];
                    bin.first += f64::from(slope[0]);
                    bin.second += f64::from(slope[1]);
                }
                bins
            })
            .collect()
    }

    fn find_split(&self, leaf: &mut Leaf) {
        if leaf.depth >= DEPTH || leaf.total.second < 2.0 * self.growth.least {
            return;
        }
        let total = leaf.total;
        let splits = leaf.histogram.par_iter().enumerate().map(|(column, bins)| {
            let mut left = Sum::default();
            let mut best = Split { gain: 0.0, column, most: 0 };
            for (most, bin) in bins[..255].iter().enumerate() {
                left.first += bin.first;
                left.second += bin.second;
                let right = total.minus(left);
                if left.second < self.growth.least || right.second < self.growth.least {
                    continue;
                }
                let gain = left.gain() + right.gain() - total.gain();
                if gain > best.gain {
                    best = Split { gain, column, most: most as u8 };
                }
            }
            best
        });
        // Of equal gains the first column's: the answer must not depend on who finishes first.
        leaf.split = splits
            .max_by(|a, b| a.gain.total_cmp(&b.gain).then(b.column.cmp(&a.column)))
            .filter(|best| best.gain > 0.0);
    }
}

/// Inner nodes in the order of their making, then the leaves.
fn lay_out(inner: &[(Node, Option<(usize, bool)>)], leaves: &[Leaf], rate: f64) -> Tree {
    let count = inner.len();
    let mut nodes: Vec<Node> = inner.iter().map(|(node, _)| *node).collect();
    let mut join = |above: Option<(usize, bool)>, at: usize| {
        if let Some((above, right)) = above {
            let node: &mut Node = &mut nodes[above];
            *(if right { &mut node.right } else { &mut node.left }) = at as u8;
        }
    };
    for (at, (_, above)) in inner.iter().enumerate() {
        join(*above, at);
    }
    for (nth, leaf) in leaves.iter().enumerate() {
        join(leaf.above, count + nth);
    }
    nodes.extend((0..leaves.len()).map(|nth| Node::leaf((count + nth) as u8)));
    let value = |leaf: &Leaf| {
        let value = -leaf.total.first / (leaf.total.second + RIDGE) * rate * f64::from(UNIT);
        value.round().clamp(-32_000.0, 32_000.0) as i16
    };
    let mut tree = Tree { nodes, leaves: leaves.iter().map(value).collect(), depth: 0 };
    tree.depth = tree.deepest(0) as u8;
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Matrix {
        let rows = 4000;
        let byte = |column: u64, row: usize| (mix(7, column, row as u64) % 256) as u8;
        let columns: Vec<Vec<u8>> =
            (0..6).map(|column| (0..rows).map(|row| byte(column, row)).collect()).collect();
        let target = |row: usize| f32::from(u8::from((columns[1][row] > 100) != (columns[4][row] > 180)));
        let targets = (0..rows).map(target).collect();
        Matrix { targets, weights: vec![1.0; rows], columns }
    }

    const GROWTH: Growth = Growth { trees: 30, leaves: 8, rate: 0.3, least: 3.0, columns_in_8: 8, seed: 1 };

    #[test]
    fn learns_what_no_single_column_tells() {
        let matrix = matrix();
        let forest = grow(&matrix, GROWTH);
        let right = (0..matrix.rows()).filter(|&row| {
            let sum = forest.base + forest.trees.iter().map(|tree| value(tree, &matrix, row)).sum::<i32>();
            (sum > 0) == (matrix.targets[row] > 0.5)
        });
        assert!(right.count() > 3900);
    }

    #[test]
    fn any_number_is_a_seed() {
        let matrix = matrix();
        assert_ne!(grow(&matrix, Growth { seed: u64::MAX, ..GROWTH }), grow(&matrix, GROWTH));
    }

    #[test]
    fn threads_change_nothing() {
        let matrix = matrix();
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| grow(&matrix, GROWTH))
        };
        assert_eq!(on(1), on(3));
    }
}
