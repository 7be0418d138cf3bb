//! The patterns that an answer of so many bins can be made of (reduced cost fixing; after de Lima,
//! Iori and Miyazawa 2023): whole-number duals pay for at most so much less than the best pattern
//! is worth, in all bins together, so a pattern that alone is worth less than that cannot occur.

use super::{Lengths, Pattern};

/// Duals are taken as whole numbers of this fraction.
pub const UNIT: f64 = (1u64 << 26) as f64;
/// Cells of the table up to which patterns are listed.
const MAX_CELLS: i128 = 4_000_000;

struct Lister<'a> {
    lengths: &'a Lengths,
    demand: &'a [u32],
    worth: &'a [i64],
    /// Most worth that types from k on bring into a room.
    best: Vec<i64>,
    least: i64,
    /// Length that a bin may waste.
    waste: i64,
    most: usize,
    found: Vec<Pattern>,
}

/// Whether the table is small enough.
pub fn is_small(lengths: &Lengths) -> bool {
    let types = lengths.demand.len() as i128 + 1;
    types * (i128::from(lengths.capacity) + 1) <= MAX_CELLS
}

/// All patterns that can occur in an answer of `bins` bins, which may be none at all. None: there
/// are more than `most`, or the table would be too large.
pub fn patterns(
    lengths: &Lengths,
    demand: &[u32],
    dual: &[f64],
    bins: usize,
    most: usize,
) -> Option<Vec<Pattern>> {
    if !is_small(lengths) {
        return None;
    }
    let capacity = lengths.capacity as usize;
    let types = demand.len();
    let size = capacity + 1;
    let worth: Vec<i64> = dual.iter().map(|d| (d.max(0.0) * UNIT) as i64).collect();
    let mut best = vec![0i64; (types + 1) * size];
    for k in (0..types).rev() {
        let (head, tail) = best.split_at_mut((k + 1) * size);
        let (here, after) = (&mut head[k * size..], &tail[..size]);
        here.copy_from_slice(after);
        let length = lengths.length[k] as usize;
        for count in 1..=(demand[k] as usize).min(capacity / length) {
            let gain = worth[k] * count as i64;
            for (h, a) in here[count * length..].iter_mut().zip(after) {
                *h = (*h).max(a + gain);
            }
        }
    }
    let sum = |each: &[i64]| -> i128 {
        each.iter().zip(demand).map(|(&e, &d)| i128::from(e) * i128::from(d)).sum()
    };
    let top = best[capacity];
    // What all bins together may be worth less than the best pattern each, and may leave empty.
    let slack = bins as i128 * i128::from(top) - sum(&worth);
    let waste = bins as i128 * i128::from(lengths.capacity) - sum(&lengths.length);
    if slack < 0 || waste < 0 {
        return Some(Vec::new());
    }
    let least = i128::from(top) - slack;
    let mut lister = Lister {
        lengths,
        demand,
        worth: &worth,
        best,
        least: i64::try_from(least.max(0)).ok()?,
        waste: i64::try_from(waste).unwrap_or(i64::MAX),
        most,
        found: Vec::new(),
    };
    lister.descend(0, lengths.capacity, 0, &mut Vec::new()).then_some(lister.found)
}

impl Lister<'_> {
    /// False: there are too many.
    fn descend(&mut self, k: usize, room: i64, sum: i64, so_far: &mut Pattern) -> bool {
        let size = self.lengths.capacity as usize + 1;
        // Types whose copies would not help are passed over without a call each.
        if sum + self.best[k * size + room as usize] < self.least {
            return true;
        }
        if k == self.demand.len() {
            if room > self.waste || so_far.is_empty() {
                return true;
            }
            self.found.push(so_far.clone());
            return self.found.len() <= self.most;
        }
        let length = self.lengths.length[k];
        let copies = i64::from(self.demand[k]).min(room / length);
        for count in (1..=copies).rev() {
            so_far.push((k as u32, count as u32));
            let gain = self.worth[k] * count;
            let go_on = self.descend(k + 1, room - count * length, sum + gain, so_far);
            so_far.pop();
            if !go_on {
                return false;
            }
        }
        self.descend(k + 1, room, sum, so_far)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_patterns_that_fill_a_bin_are_left_where_nothing_may_be_wasted() {
        // 60+40, 50+50, 60+40 fill 3 bins of 100 whole; lengths as duals leave no slack at all.
        let lengths = Lengths { capacity: 100, length: vec![60, 50, 40], demand: vec![2, 2, 2] };
        let dual = [0.6, 0.5, 0.4];
        let found = patterns(&lengths, &lengths.demand, &dual, 3, 100).unwrap();
        // duals are rounded down, so that as good as nothing may be wasted
        assert!(found.contains(&vec![(0, 1), (2, 1)]) && found.contains(&vec![(1, 2)]));
        assert_eq!(found.len(), 2);
        assert_eq!(patterns(&lengths, &lengths.demand, &dual, 2, 100), Some(Vec::new()));
        assert_eq!(patterns(&lengths, &lengths.demand, &dual, 3, 1), None);
    }
}
