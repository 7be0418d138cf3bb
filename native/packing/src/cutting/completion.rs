//! Bin completion (Korf 2003): the longest length that is left, with every set of others that
//! leaves little enough room beside it; depth first, the fullest first.

use super::{Lengths, Pattern};

struct Search<'a> {
    lengths: &'a Lengths,
    left: Vec<u32>,
    /// Room that all bins together may still waste.
    waste: i64,
    bins: Vec<Pattern>,
    /// Steps that may still be taken.
    steps: u64,
}

/// Completions looked at for one bin.
const MOST: usize = 60;

/// Bins, and items in one, beyond which the search would go too deep.
const MOST_BINS: usize = 1_000;
const MOST_ITEMS: i64 = 100;

/// Pack all into `most` bins, if that is found in so many steps.
pub fn complete(
    lengths: &Lengths,
    demand: &[u32],
    most: usize,
    steps: u64,
) -> Option<Vec<Pattern>> {
    let shortest = lengths.length.last().copied().unwrap_or(1);
    if most > MOST_BINS || lengths.capacity / shortest > MOST_ITEMS {
        return None;
    }
    let total: i64 = lengths.length.iter().zip(demand).map(|(&l, &d)| l * i64::from(d)).sum();
    let room = i64::try_from(most).ok()?.checked_mul(lengths.capacity)?;
    let mut search =
        Search { lengths, left: demand.to_vec(), waste: room - total, bins: Vec::new(), steps };
    (search.waste >= 0 && search.descend(0)).then_some(search.bins)
}

impl Search<'_> {
    /// Fill bins from the type `from` on.
    fn descend(&mut self, from: usize) -> bool {
        let Some(longest) = (from..self.left.len()).find(|&k| self.left[k] > 0) else {
            return true;
        };
        self.left[longest] -= 1;
        let room = self.lengths.capacity - self.lengths.length[longest];
        let mut found: Vec<(i64, Pattern)> = Vec::new();
        self.fill(longest, room, &mut vec![(longest as u32, 1)], &mut found);
        // The fullest first; among equals the one of longer lengths, which are harder to place.
        found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        found.dedup();
        found.truncate(MOST);
        for (over, pattern) in found {
            self.waste -= over;
            for &(k, n) in &pattern {
                self.left[k as usize] -= n - u32::from(k as usize == longest);
            }
            self.bins.push(pattern);
            if self.descend(longest) {
                return true;
            }
            if let Some(pattern) = self.bins.pop() {
                for &(k, n) in &pattern {
                    self.left[k as usize] += n - u32::from(k as usize == longest);
                }
            }
            self.waste += over;
            if self.steps == 0 {
                break;
            }
        }
        self.left[longest] += 1;
        false
    }

    /// All ways to fill the room with types from `k` on that waste no more than may be wasted.
    fn fill(&mut self, k: usize, room: i64, so_far: &mut Pattern, out: &mut Vec<(i64, Pattern)>) {
        if self.steps == 0 {
            return;
        }
        self.steps -= 1;
        if room <= self.waste {
            out.push((room, so_far.clone()));
        }
        let length = &self.lengths.length;
        let from = k + length[k..].partition_point(|&l| l > room);
        for next in from..self.left.len() {
            let free = self.left[next];
            let taken = so_far.last().filter(|p| p.0 == next as u32).map_or(0, |p| p.1);
            let taken = taken.saturating_sub(u32::from(so_far[0].0 == next as u32));
            if free <= taken {
                continue;
            }
            match so_far.last_mut() {
                Some(last) if last.0 == next as u32 => last.1 += 1,
                _ => so_far.push((next as u32, 1)),
            }
            self.fill(next, room - self.lengths.length[next], so_far, out);
            match so_far.last_mut() {
                Some(last) if last.1 > 1 => last.1 -= 1,
                _ => drop(so_far.pop()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triplets_that_fill_every_bin() {
        // 47+28+25, 45+30+25, 40+32+28: nothing may be wasted.
        let lengths = Lengths {
            capacity: 100,
            length: vec![47, 45, 40, 32, 30, 28, 25],
            demand: vec![1, 1, 1, 1, 1, 2, 2],
        };
        let bins = complete(&lengths, &lengths.demand, 3, 10_000).unwrap();
        for bin in &bins {
            let sum: i64 =
                bin.iter().map(|&(k, n)| lengths.length[k as usize] * i64::from(n)).sum();
            assert_eq!(sum, 100);
        }
        let count: u32 = bins.iter().flatten().map(|p| p.1).sum();
        assert_eq!((bins.len(), count), (3, 9));
        assert!(complete(&lengths, &lengths.demand, 2, 10_000).is_none());
    }
}
