//! A forest that judges all lines of a page: cut back to what the page leaves open, then asked for many lines at once.
//!
//! Most questions of a tree have one answer on a whole page: what is the same on every line (the page's length, its
//! kind) or never comes near the threshold. So the trees are cut back first, page by page, by the least and the greatest
//! byte of each column; of thirty questions a tree keeps about ten. What is left is answered from the leaves up for a
//! block of lines: a step compares one column with one threshold and chooses, line by line, between what its two sides
//! came to. There is no branch and no walk, and the compiler does sixteen lines with one instruction.
//!
//! Lines that the first trees are sure of keep the sum that they have: the cut that follows needs the order of lines near
//! its threshold, not the last digit of a certainty.

use super::chance::UNIT;
use super::forest::{Forest, LEAVES, Node, Tree};
use crate::features::{LANES, Table};
use wide::u8x16;

/// Bytes that a column's number reaches.
const REACH: usize = 256;
/// Trees between two looks at who is sure.
const STAGE: usize = 20;
/// A sum beyond this is sure: a chance below 0.02 or above 0.98.
const SURE: i32 = 4 * UNIT;
/// Rows that a step may read or write: the leaves, then one for each question of a tree.
const SLOTS: usize = 2 * LEAVES;
// A slot is a bit of a number.
const _: () = assert!(SLOTS <= 64);

/// A forest, ready to judge pages. It never changes, and all threads share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grove {
    base: i32,
    trees: Vec<Planted>,
}

/// One tree. Nodes lead to slots: below [`LEAVES`] stand the leaves, above them the nodes themselves.
#[derive(Clone, Debug)]
struct Planted {
    /// Every node stands before those that it leads to, the root first.
    nodes: Vec<Node>,
    /// What each leaf adds; as long as a byte reaches, so that no look-up has to ask whether it is in bounds.
    leaves: [i16; REACH],
}

/// One question that a page leaves open: of every line, what `low` came to where the column's byte is `most` or less,
/// else what `high` came to, goes into `out`.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    /// Where the column begins in the table.
    column: u32,
    most: u8,
    low: u8,
    high: u8,
    out: u8,
}

/// What one thread reuses from page to page.
#[derive(Debug, Default)]
pub(crate) struct Descent {
    steps: Vec<Step>,
    /// For each tree where its steps end, and the slot of its answer.
    ends: Vec<(usize, u8)>,
}

impl Grove {
    pub(crate) fn of(forest: &Forest) -> Self {
        Self { base: forest.base, trees: forest.trees.iter().map(Planted::of).collect() }
    }

    /// The sums of all lines that are `asked`; what the others get means nothing.
    pub(crate) fn sums_into(
        &self,
        table: &Table,
        asked: impl Fn(usize) -> bool,
        descent: &mut Descent,
        sums: &mut Vec<i32>,
    ) {
        sums.clear();
        sums.resize(table.lines(), self.base);
        self.cut_back(table, descent);
        let mut first = 0;
        while first < table.lines() {
            let lines = table.lines().next_multiple_of(LANES) - first;
            first += match lines / LANES {
                4.. => self.judge::<{ 4 * LANES }>(table, &asked, descent, first, sums),
                2.. => self.judge::<{ 2 * LANES }>(table, &asked, descent, first, sums),
                _ => self.judge::<LANES>(table, &asked, descent, first, sums),
            };
        }
    }

    /// Fills `descent` with the questions that the page leaves open.
    fn cut_back(&self, table: &Table, descent: &mut Descent) {
        let mut bounds = [[0; 2]; REACH];
        for (bounds, column) in bounds.iter_mut().zip(table.columns()) {
            *bounds = bounds_of(column);
        }
        let Descent { steps, ends } = descent;
        steps.clear();
        ends.clear();
        let stride = table.stride() as u32;
        for tree in &self.trees {
            let answer = tree.cut_back(&bounds, stride, steps);
            ends.push((steps.len(), answer));
        }
    }

    /// Judges `N` lines from `first` on, as far as there are so many, and gives back `N`.
    fn judge<const N: usize>(
        &self,
        table: &Table,
        asked: &impl Fn(usize) -> bool,
        descent: &Descent,
        first: usize,
        sums: &mut [i32],
    ) -> usize {
        let sums = &mut sums[first..];
        let lines = sums.len().min(N);
        // All bits of a line whose sum may still change.
        let mut open = [0i32; N];
        for (line, open) in open[..lines].iter_mut().enumerate() {
            *open = -i32::from(asked(first + line));
        }
        if open != [0; N] {
            let mut all = [self.base; N];
            self.add_up(&table.bytes()[first..], descent, &mut open, &mut all);
            sums[..lines].copy_from_slice(&all[..lines]);
        }
        N
    }

    fn add_up<const N: usize>(
        &self,
        bytes: &[u8],
        descent: &Descent,
        open: &mut [i32; N],
        sums: &mut [i32; N],
    ) {
        let mut slots: [[u8; N]; SLOTS] = std::array::from_fn(|slot| [slot as u8; N]);
        let mut start = 0;
        for (trees, ends) in self.trees.chunks(STAGE).zip(descent.ends.chunks(STAGE)) {
            let mut added = [0i32; N];
            for (tree, &(end, answer)) in trees.iter().zip(ends) {
                for step in &descent.steps[start..end] {
                    slots[usize::from(step.out) % SLOTS] = choose(step, bytes, &slots);
                }
                start = end;
                let answers = &slots[usize::from(answer) % SLOTS];
                // Eight at a time, since a loop of one look-up is half loop.
                for (added, answers) in
                    added.as_chunks_mut::<8>().0.iter_mut().zip(answers.as_chunks::<8>().0)
                {
                    for (added, &leaf) in added.iter_mut().zip(answers) {
                        *added += i32::from(tree.leaves[usize::from(leaf)]);
                    }
                }
            }
            let mut any = 0;
            for ((sum, open), added) in sums.iter_mut().zip(&mut *open).zip(added) {
                *sum += added & *open;
                *open &= -i32::from(sum.abs() < SURE);
                any |= *open;
            }
            if any == 0 {
                return;
            }
        }
    }
}

/// The least and the greatest byte of a column.
fn bounds_of(column: &[u8]) -> [u8; 2] {
    let (whole, part) = column.as_chunks::<LANES>();
    let (mut least, mut greatest) = (u8x16::splat(u8::MAX), u8x16::splat(0));
    let mut look = |bytes: [u8; LANES]| {
        least = least.min(u8x16::new(bytes));
        greatest = greatest.max(u8x16::new(bytes));
    };
    whole.iter().for_each(|&bytes| look(bytes));
    match column.last_chunk() {
        // What a last look sees for the second time changes nothing.
        Some(&last) if !part.is_empty() => look(last),
        Some(_) => {}
        None => part.iter().for_each(|&byte| look([byte; LANES])),
    }
    let (least, greatest) = (least.to_array(), greatest.to_array());
    [least.into_iter().fold(u8::MAX, u8::min), greatest.into_iter().fold(0, u8::max)]
}

/// One step for a block of lines. Both sides are taken whole and mixed by bits: a choice of places would be a branch a line.
fn choose<const N: usize>(step: &Step, bytes: &[u8], slots: &[[u8; N]; SLOTS]) -> [u8; N] {
    let column = &bytes[step.column as usize..][..N];
    let low = &slots[usize::from(step.low) % SLOTS];
    let high = &slots[usize::from(step.high) % SLOTS];
    let mut chosen = [0; N];
    for line in 0..N {
        let is_low = if column[line] <= step.most { u8::MAX } else { 0 };
        chosen[line] = high[line] ^ ((low[line] ^ high[line]) & is_low);
    }
    chosen
}

impl Planted {
    fn of(tree: &Tree) -> Self {
        let inner = tree.nodes.len() - tree.leaves.len();
        // Level by level, so that nobody stands before those who lead there.
        let mut order = Vec::with_capacity(inner);
        order.extend((inner > 0).then_some(0));
        let mut next = 0;
        while let Some(&at) = order.get(next) {
            let Node { left, right, .. } = tree.nodes[at];
            order.extend([left, right].map(usize::from).into_iter().filter(|&below| below < inner));
            next += 1;
        }
        let slot = |at: u8| match order.iter().position(|&placed| placed == usize::from(at)) {
            Some(place) => (LEAVES + place) as u8,
            None => at - inner as u8,
        };
        let node = |&at: &usize| {
            let node = tree.nodes[at];
            Node { left: slot(node.left), right: slot(node.right), ..node }
        };
        Self {
            nodes: order.iter().map(node).collect(),
            leaves: std::array::from_fn(|leaf| tree.leaves.get(leaf).copied().unwrap_or(0)),
        }
    }

    /// Adds the steps that a page leaves open, and gives back the slot in which the tree's answer will stand. `bounds` are the
    /// least and the greatest byte of each column of the page.
    ///
    /// Which questions a page leaves open nobody can guess: so all are looked at, and nothing hangs on a branch.
    fn cut_back(&self, bounds: &[[u8; 2]; REACH], stride: u32, steps: &mut Vec<Step>) -> u8 {
        // From the root down: which nodes are come to, and which of them lead to one side only.
        let (mut reached, mut all_low, mut all_high) = (1u64 << LEAVES, 0u64, 0u64);
        for (slot, node) in (LEAVES..SLOTS).zip(&self.nodes) {
            let [least, greatest] = bounds[usize::from(node.column)];
            let (low, high) = (u64::from(greatest <= node.most), u64::from(least > node.most));
            let own = reached >> slot & 1;
            reached |= (own & !high) << (node.left % 64) | (own & !low) << (node.right % 64);
            all_low |= low << slot;
            all_high |= high << slot;
        }
        let open = reached & !all_low & !all_high;
        // From the leaves up: where the answer below each node stands.
        let mut answers: [u8; SLOTS] = std::array::from_fn(|slot| slot as u8);
        let mut own = [Step::default(); LEAVES];
        let mut count = 0;
        for (slot, node) in (LEAVES..SLOTS).zip(&self.nodes).rev() {
            let (low, high) =
                (answers[usize::from(node.left) % SLOTS], answers[usize::from(node.right) % SLOTS]);
            let out = (LEAVES + count) as u8;
            // Written over where it is no step.
            own[count % LEAVES] =
                Step { column: u32::from(node.column) * stride, most: node.most, low, high, out };
            let by_side = if all_low >> slot & 1 != 0 { low } else { high };
            answers[slot % SLOTS] = if open >> slot & 1 != 0 { out } else { by_side };
            count += (open >> slot & 1) as usize;
        }
        steps.extend_from_slice(&own[..count]);
        if self.nodes.is_empty() { 0 } else { answers[LEAVES] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::COLUMNS;
    use crate::model::Input;
    use crate::weights::Tree;
    use proptest::prelude::*;

    /// A tree grown by drawn numbers: each splits one of the leaves that there are.
    fn tree(draws: &[(usize, u8, u8, i16)]) -> Tree {
        let mut open: Vec<Option<(usize, bool)>> = vec![None];
        let mut nodes: Vec<Node> = Vec::new();
        let inner = draws.len();
        let join = |nodes: &mut Vec<Node>, above: Option<(usize, bool)>, at: usize| {
            if let Some((above, right)) = above {
                *(if right { &mut nodes[above].right } else { &mut nodes[above].left }) = at as u8;
            }
        };
        for (at, &(which, column, most, _)) in draws.iter().enumerate() {
            // The leaf that has waited longest is always near the root, so that trees stay within their depth.
            let above = open.remove(which % open.len().min(3));
            join(&mut nodes, above, at);
            nodes.push(Node { column, most, left: 0, right: 0 });
            open.extend([Some((at, false)), Some((at, true))]);
        }
        for (leaf, &above) in open.iter().enumerate() {
            join(&mut nodes, above, inner + leaf);
        }
        let leaves: Vec<i16> = draws.iter().map(|draw| draw.3).chain([-77]).take(open.len()).collect();
        nodes.extend((inner..inner + leaves.len()).map(|at| Node::leaf(at as u8)));
        let mut tree = Tree { nodes, leaves, depth: 0 };
        tree.depth = tree.deepest(0) as u8;
        tree
    }

    fn forests() -> impl Strategy<Value = Forest> {
        let draw = (0usize..8, 0..=(COLUMNS - 1) as u8, any::<u8>(), -900i16..900);
        let trees = prop::collection::vec(prop::collection::vec(draw, 0..LEAVES), 0..50);
        (trees, -500i32..500)
            .prop_map(|(trees, base)| Forest { base, trees: trees.iter().map(|draws| tree(draws)).collect() })
    }

    /// The plain way: every line walks down every tree, until a stage has made it sure.
    fn plain(forest: &Forest, row: &[u8]) -> i32 {
        let mut sum = forest.base;
        for stage in forest.trees.chunks(STAGE) {
            sum += Forest { base: 0, trees: stage.to_vec() }.sum(row);
            if sum.abs() >= SURE {
                break;
            }
        }
        sum
    }

    proptest! {
        #[test]
        fn a_grove_gives_the_sums_of_the_plain_walk(
            forest in forests(),
            lines in 1usize..200,
            seed in any::<u64>(),
            // Columns of few different bytes are cut back, others are not.
            kinds in prop::collection::vec(prop::sample::select(vec![1u64, 2, 9, 256]), COLUMNS),
        ) {
            let mut table = Table::default();
            table.reset(lines, Input::Html);
            let byte = |column: usize, line: usize| {
                let mixed = (seed ^ (column * 1009 + line) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
                (mixed % kinds[column] * (255 / kinds[column].min(255))) as u8
            };
            for (at, &column) in crate::features::Column::ALL.iter().enumerate() {
                table.fill(column, (0..lines).map(|line| byte(at, line)));
            }
            let mut sums = Vec::new();
            Grove::of(&forest).sums_into(&table, |line| line % 7 != 3, &mut Descent::default(), &mut sums);
            for line in (0..lines).filter(|line| line % 7 != 3) {
                let row: Vec<u8> = (0..COLUMNS).map(|column| byte(column, line)).collect();
                prop_assert_eq!(sums[line], plain(&forest, &row), "line {}", line);
            }
        }
    }
}
