//! Nearest clients of every client.

use std::collections::BinaryHeap;
use std::ops::Range;

use crate::problem::NONE;
use crate::travel::Travel;

/// For every location a row of at most `width` clients, nearest first. Depots have rows too.
#[derive(Clone, Debug)]
pub struct Neighbours {
    start: Vec<u32>,
    near: Vec<u32>,
}

impl Neighbours {
    /// The row of a location.
    #[inline(always)]
    pub fn of(&self, location: usize) -> &[u32] {
        &self.near[self.start[location] as usize..self.start[location + 1] as usize]
    }

    /// By distance alone; with coordinates above the matrix limit a tree keeps it fast. From where
    /// `stop` says so the rows stay empty: whoever has no time left does not look at them.
    pub fn by_distance(
        travel: &Travel,
        depots: usize,
        width: usize,
        stop: &dyn Fn() -> bool,
    ) -> Self {
        match travel {
            Travel::Plane { xy, .. } => Self::in_tree(xy, depots, width, stop),
            // On a plane a table only repeats what the tree finds faster.
            Travel::Matrix { points: Some((xy, _)), .. } if depots == 1 => {
                Self::in_tree(xy, depots, width, stop)
            }
            Travel::Matrix { .. } => Self::by(travel.len(), depots, width, stop, |a, b| {
                (travel.distance(a, b) + travel.distance(b, a)) as f64
            }),
        }
    }

    /// By any measure of closeness: every pair is looked at, until `stop`.
    pub fn by(
        n: usize,
        depots: usize,
        width: usize,
        stop: &dyn Fn() -> bool,
        far: impl Fn(usize, usize) -> f64,
    ) -> Self {
        Self::by_rows(n, depots, width, stop, |a, row| {
            for (b, value) in row.iter_mut().enumerate().skip(depots) {
                *value = far(a, b);
            }
        })
    }

    /// By a measure that is asked for a location and all others at once: `fill(a, row)` writes how
    /// far each is from `a`, at least 0.
    pub fn by_rows(
        n: usize,
        depots: usize,
        width: usize,
        stop: &dyn Fn() -> bool,
        mut fill: impl FnMut(usize, &mut [f64]),
    ) -> Self {
        let (mut start, mut near) = (vec![0], Vec::new());
        let mut values = vec![0.0; n];
        let mut row: Vec<(u64, u32)> = Vec::with_capacity(n);
        for a in 0..n {
            if a.is_multiple_of(CHECK) && stop() {
                start.resize(n + 1, near.len() as u32);
                break;
            }
            fill(a, &mut values);
            row.clear();
            row.extend((depots..n).map(|b| (values[b].to_bits(), b as u32)));
            if a >= depots {
                row.swap_remove(a - depots);
            }
            Self::push(&mut row, width, &mut start, &mut near);
        }
        Self { start, near }
    }

    /// The first `width` of every row by another measure.
    #[must_use]
    pub fn ranked(
        &self,
        width: usize,
        stop: &dyn Fn() -> bool,
        far: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let n = self.start.len() - 1;
        let (mut start, mut near) = (vec![0], Vec::with_capacity(n * width));
        let mut row: Vec<(u64, u32)> = Vec::new();
        for a in 0..n {
            if a.is_multiple_of(CHECK) && stop() {
                start.resize(n + 1, near.len() as u32);
                break;
            }
            row.clear();
            row.extend(self.of(a).iter().map(|&b| (far(a, b as usize).to_bits(), b)));
            Self::push(&mut row, width, &mut start, &mut near);
        }
        Self { start, near }
    }

    /// Keys are the bits of numbers of at least 0, which are in the order of the numbers.
    fn push(row: &mut Vec<(u64, u32)>, width: usize, start: &mut Vec<u32>, near: &mut Vec<u32>) {
        if row.len() > width {
            row.select_nth_unstable(width);
            row.truncate(width);
        }
        row.sort_unstable();
        near.extend(row.iter().map(|&(_, b)| b));
        start.push(near.len() as u32);
    }

    /// By straight distance between points.
    pub fn of_points(
        xy: &[[f64; 2]],
        depots: usize,
        width: usize,
        stop: &dyn Fn() -> bool,
    ) -> Self {
        Self::in_tree(xy, depots, width, stop)
    }

    /// The same by several threads.
    pub fn of_many_points(
        xy: &[[f64; 2]],
        depots: usize,
        width: usize,
        threads: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Self {
        let tree = Tree::new(xy, depots);
        let part = xy.len().div_ceil(threads.max(1)).max(1);
        let parts: Vec<Self> = std::thread::scope(|scope| {
            let tree = &tree;
            let rows = |from: usize| tree.rows(from..(from + part).min(xy.len()), width, stop);
            let others: Vec<_> =
                (part..xy.len()).step_by(part).map(|k| scope.spawn(move || rows(k))).collect();
            let first = rows(0);
            let others = others.into_iter().map(|other| match other.join() {
                Ok(found) => found,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            std::iter::once(first).chain(others).collect()
        });
        let (mut start, mut near) = (vec![0], Vec::with_capacity(xy.len() * width));
        for part in parts {
            let before = near.len() as u32;
            near.extend(part.near);
            start.extend(part.start[1..].iter().map(|end| before + end));
        }
        Self { start, near }
    }

    /// Rows of some locations alone, with the names that they have among themselves: location `k` is
    /// the `k`th of `names`, and `place` knows that of each (`NONE`: not among them).
    #[must_use]
    pub fn among(&self, names: &[u32], place: &[u32]) -> Self {
        let (mut start, mut near) = (vec![0], Vec::new());
        for &name in names {
            let row = self.of(name as usize).iter().map(|&b| place[b as usize]);
            near.extend(row.filter(|&k| k != NONE));
            start.push(near.len() as u32);
        }
        Self { start, near }
    }

    /// The same with at most `width` clients a row.
    #[must_use]
    pub fn narrow(&self, width: usize) -> Self {
        let (mut start, mut near) = (vec![0], Vec::new());
        for row in 0..self.start.len() - 1 {
            let row = self.of(row);
            near.extend_from_slice(&row[..row.len().min(width)]);
            start.push(near.len() as u32);
        }
        Self { start, near }
    }

    /// The clients in an order in which near ones are close to each other.
    pub fn order(xy: &[[f64; 2]], depots: usize) -> Vec<u32> {
        let mut order: Vec<u32> = (depots as u32..xy.len() as u32).collect();
        split(xy, &mut order, &mut Vec::new());
        order
    }

    fn in_tree(xy: &[[f64; 2]], depots: usize, width: usize, stop: &dyn Fn() -> bool) -> Self {
        Tree::new(xy, depots).rows(0..xy.len(), width, stop)
    }
}

/// A tree of halved boxes (Bentley 1975): the search leaves out boxes that are too far.
struct Tree<'a> {
    xy: &'a [[f64; 2]],
    order: Vec<u32>,
    ranks: Vec<u32>,
    splits: Vec<(u8, f64, u32)>,
}

impl<'a> Tree<'a> {
    fn new(xy: &'a [[f64; 2]], depots: usize) -> Self {
        let mut order: Vec<u32> = (depots as u32..xy.len() as u32).collect();
        let mut splits = Vec::new();
        split(xy, &mut order, &mut splits);
        let mut ranks = vec![0; xy.len()];
        for (rank, &b) in order.iter().enumerate() {
            ranks[b as usize] = rank as u32;
        }
        Self { xy, order, ranks, splits }
    }

    /// The rows of some locations.
    fn rows(&self, some: Range<usize>, width: usize, stop: &dyn Fn() -> bool) -> Neighbours {
        let Self { xy, order, ranks, splits } = self;
        let (mut start, mut near) = (vec![0], Vec::with_capacity(some.len() * width));
        let width = width.min(order.len());
        let mut heap: BinaryHeap<(u64, u32)> = BinaryHeap::with_capacity(width + 1);
        let mut row: Vec<(u64, u32)> = Vec::with_capacity(width);
        for a in some.clone() {
            if a.is_multiple_of(CHECK) && stop() {
                start.resize(some.len() + 1, near.len() as u32);
                break;
            }
            if width > 0 {
                look(xy, order, 0, order.len(), splits, 0, a, ranks, width, &mut heap);
            }
            row.clear();
            row.extend(heap.drain());
            Neighbours::push(&mut row, width, &mut start, &mut near);
        }
        Neighbours { start, near }
    }
}

/// Rows between two looks at the clock.
const CHECK: usize = 64;

/// Points in a box that is not halved any more.
const LEAF: usize = 16;
/// Instead of an axis where all points of a box are in one place.
const NO_AXIS: u8 = 2;

/// Halve `order` along the longer side, again and again; `splits` is filled in preorder with
/// (axis, place, number of entries that the lower half takes).
fn split(xy: &[[f64; 2]], order: &mut [u32], splits: &mut Vec<(u8, f64, u32)>) {
    if order.len() <= LEAF {
        return;
    }
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for &i in order.iter() {
        for k in 0..2 {
            low[k] = low[k].min(xy[i as usize][k]);
            high[k] = high[k].max(xy[i as usize][k]);
        }
    }
    let middle = order.len() / 2;
    if low == high {
        let at = splits.len();
        splits.push((NO_AXIS, 0.0, 0));
        let (lower, upper) = order.split_at_mut(middle);
        split(xy, lower, splits);
        splits[at].2 = (splits.len() - at) as u32;
        split(xy, upper, splits);
        return;
    }
    let axis = usize::from(high[1] - low[1] > high[0] - low[0]);
    order.select_nth_unstable_by(middle, |&a, &b| {
        xy[a as usize][axis].total_cmp(&xy[b as usize][axis]).then(a.cmp(&b))
    });
    let at = splits.len();
    splits.push((axis as u8, xy[order[middle] as usize][axis], 0));
    let (lower, upper) = order.split_at_mut(middle);
    split(xy, lower, splits);
    splits[at].2 = (splits.len() - at) as u32;
    split(xy, upper, splits);
}

fn look(
    xy: &[[f64; 2]],
    order: &[u32],
    from: usize,
    to: usize,
    splits: &[(u8, f64, u32)],
    at: usize,
    a: usize,
    ranks: &[u32],
    width: usize,
    heap: &mut BinaryHeap<(u64, u32)>,
) {
    if to - from <= LEAF {
        for &b in &order[from..to] {
            if b as usize == a {
                continue;
            }
            let (dx, dy) = (xy[a][0] - xy[b as usize][0], xy[a][1] - xy[b as usize][1]);
            let square = (dx * dx + dy * dy).to_bits();
            if heap.len() < width {
                heap.push((square, b));
            } else if let Some(mut worst) = heap.peek_mut() {
                if square < worst.0 {
                    *worst = (square, b);
                }
            }
        }
        return;
    }
    let (axis, place, skip) = splits[at];
    let middle = from + (to - from) / 2;
    // In a crowd in one place everybody has neighbours near in the order: if all had the same
    // ones, most would know nobody that knows them.
    let gap = if axis != NO_AXIS {
        xy[a][axis as usize] - place
    } else if ranks[a] as usize >= middle {
        0.0
    } else {
        -f64::MIN_POSITIVE
    };
    let (lower, upper) = ((from, middle, at + 1), (middle, to, at + skip as usize));
    let (first, second) = if gap < 0.0 { (lower, upper) } else { (upper, lower) };
    look(xy, order, first.0, first.1, splits, first.2, a, ranks, width, heap);
    if heap.len() < width || heap.peek().is_some_and(|worst| (gap * gap).to_bits() < worst.0) {
        look(xy, order, second.0, second.1, splits, second.2, a, ranks, width, heap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::travel::{Rounding, Travel};
    use backhaul_common::Stream;

    #[test]
    fn the_tree_finds_what_looking_at_all_finds() {
        let mut stream = Stream::new(1, 2, 3, 4);
        let xy: Vec<[f64; 2]> =
            (0..500).map(|_| [stream.below(40) as f64, stream.below(40) as f64]).collect();
        let tree = Neighbours::in_tree(&xy, 1, 12, &|| false);
        let all = Neighbours::by(500, 1, 12, &|| false, |a, b| {
            (xy[a][0] - xy[b][0]).hypot(xy[a][1] - xy[b][1])
        });
        let far = |a: usize, row: &[u32]| -> Vec<f64> {
            row.iter()
                .map(|&b| (xy[a][0] - xy[b as usize][0]).hypot(xy[a][1] - xy[b as usize][1]))
                .collect()
        };
        for a in 0..500 {
            assert_eq!(far(a, tree.of(a)), far(a, all.of(a)));
        }
    }

    #[test]
    fn several_threads_find_the_same_and_a_part_keeps_its_own() {
        let mut stream = Stream::new(2, 3, 4, 5);
        let xy: Vec<[f64; 2]> = (0..400).map(|_| [stream.uniform(), stream.uniform()]).collect();
        let one = Neighbours::of_points(&xy, 1, 9, &|| false);
        let three = Neighbours::of_many_points(&xy, 1, 9, 3, &|| false);
        assert!((0..400).all(|a| one.of(a) == three.of(a)));
        // Every third location.
        let names: Vec<u32> = (0..400).step_by(3).collect();
        let place: Vec<u32> = (0..400).map(|v| if v % 3 == 0 { v / 3 } else { NONE }).collect();
        let part = one.among(&names, &place);
        for (k, &name) in names.iter().enumerate() {
            let all = one.of(name as usize).iter().copied().filter(|b| b % 3 == 0);
            assert!(part.of(k).iter().map(|&b| names[b as usize]).eq(all));
        }
    }

    #[test]
    fn points_in_one_place_are_all_neighbours() {
        let travel =
            Travel::Plane { xy: vec![[5.0; 2]; 6000], rounding: Rounding::Nearest { scale: 1.0 } };
        let near = Neighbours::by_distance(&travel, 1, 20, &|| false);
        assert!((0..6000).all(|a| near.of(a).len() == 20));
        let mut known = vec![0; 6000];
        (1..6000).for_each(|a| near.of(a).iter().for_each(|&b| known[b as usize] += 1));
        assert!(known.iter().all(|&k| k < 100), "all know the same few");
    }

    #[test]
    fn a_stop_leaves_the_other_rows_empty() {
        let xy: Vec<[f64; 2]> = (0..300).map(|k| [f64::from(k), 0.0]).collect();
        let asked = std::cell::Cell::new(0);
        let stop = || asked.replace(asked.get() + 1) == 2;
        let near = Neighbours::in_tree(&xy, 1, 12, &stop);
        assert!((0..300).all(|a| near.of(a).len() == if a < 2 * CHECK { 12 } else { 0 }));
        assert_eq!(near.narrow(5).of(7), &near.of(7)[..5]);
    }
}
