//! Set covering: as few patterns as possible that together hold everything.
//!
//! Local search with weights on what is not held (Gao, Weise and Li 2015): one pattern out, one
//! in, and whatever stays outside weighs more the next time.

use backhaul_common::Stream;

/// What a bin can hold: (item type, how many).
pub type Pattern = Vec<(u32, u32)>;

/// Weights are halved beyond this.
const HEAVIEST: u64 = 1 << 40;

struct Search<'a> {
    demand: &'a [u32],
    patterns: &'a [Pattern],
    /// How many of each type the chosen patterns hold.
    held: Vec<u32>,
    weight: Vec<u64>,
    /// Numbers of the chosen patterns.
    chosen: Vec<u32>,
    /// Step at which each pattern last came or went.
    moved: Vec<u64>,
}

impl Search<'_> {
    /// Weight of what a further pattern would bring.
    fn gain(&self, p: u32) -> u64 {
        self.patterns[p as usize]
            .iter()
            .map(|&(k, n)| {
                let missing = self.demand[k as usize].saturating_sub(self.held[k as usize]);
                u64::from(missing.min(n)) * self.weight[k as usize]
            })
            .sum()
    }

    /// Weight of what would be missing without a chosen pattern.
    fn loss(&self, p: u32) -> u64 {
        self.patterns[p as usize]
            .iter()
            .map(|&(k, n)| {
                let (held, demand) = (self.held[k as usize], self.demand[k as usize]);
                let spare = held.saturating_sub(demand);
                let lost = n.saturating_sub(spare).min(demand);
                u64::from(lost) * self.weight[k as usize]
            })
            .sum()
    }

    fn add(&mut self, p: u32, step: u64) {
        self.patterns[p as usize].iter().for_each(|&(k, n)| self.held[k as usize] += n);
        self.chosen.push(p);
        self.moved[p as usize] = step;
    }

    fn drop(&mut self, at: usize, step: u64) {
        let p = self.chosen.swap_remove(at);
        self.patterns[p as usize].iter().for_each(|&(k, n)| self.held[k as usize] -= n);
        self.moved[p as usize] = step;
    }

    fn missing(&self) -> Vec<u32> {
        (0..self.demand.len() as u32)
            .filter(|&k| self.held[k as usize] < self.demand[k as usize])
            .collect()
    }
}

/// `most` patterns, the same one perhaps several times, that together hold at least the demand.
/// None if none were found in so many steps.
pub fn cover(
    demand: &[u32],
    patterns: &[Pattern],
    most: usize,
    steps: u64,
    stream: &mut Stream,
    expired: &dyn Fn() -> bool,
) -> Option<Vec<u32>> {
    let mut with: Vec<Vec<u32>> = vec![Vec::new(); demand.len()];
    for (p, pattern) in patterns.iter().enumerate() {
        for &(k, _) in pattern {
            with[k as usize].push(p as u32);
        }
    }
    if demand.iter().zip(&with).any(|(&d, w)| d > 0 && w.is_empty()) {
        return None;
    }
    let mut search = Search {
        demand,
        patterns,
        held: vec![0; demand.len()],
        weight: vec![1; demand.len()],
        chosen: Vec::new(),
        moved: vec![0; patterns.len()],
    };
    for step in 1..=steps {
        let missing = search.missing();
        if missing.is_empty() {
            return Some(search.chosen);
        }
        if step.is_multiple_of(256) && expired() {
            return None;
        }
        if search.chosen.len() >= most {
            // The one that is missed least goes, the one that came first among equals.
            let key = |at: usize| {
                (search.loss(search.chosen[at]), search.moved[search.chosen[at] as usize])
            };
            let worst = (0..search.chosen.len())
                .filter(|&at| most == 1 || search.moved[search.chosen[at] as usize] + 1 < step)
                .min_by_key(|&at| key(at))?;
            search.drop(worst, step);
        }
        let missing = search.missing();
        let Some(&wanted) = missing.get(stream.below(missing.len().max(1))) else { continue };
        let best = with[wanted as usize]
            .iter()
            .copied()
            .filter(|&p| search.moved[p as usize] < step || patterns.len() <= most)
            .max_by_key(|&p| (search.gain(p), std::cmp::Reverse(search.moved[p as usize])));
        if let Some(p) = best {
            search.add(p, step);
        }
        for k in search.missing() {
            search.weight[k as usize] += 1;
        }
        if search.weight.iter().any(|&w| w > HEAVIEST) {
            search.weight.iter_mut().for_each(|w| *w = *w / 2 + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_patterns_that_hold_all_are_found_among_many() {
        // Six items; {0,1,2} and {3,4,5} are the only two patterns that hold all.
        let mut patterns: Vec<Pattern> = Vec::new();
        for a in 0..6u32 {
            for b in a + 1..6 {
                patterns.push(vec![(a, 1), (b, 1)]);
            }
        }
        patterns.push(vec![(0, 1), (1, 1), (2, 1)]);
        patterns.push(vec![(3, 1), (4, 1), (5, 1)]);
        let mut stream = Stream::new(1, 2, 3, 4);
        let found = cover(&[1; 6], &patterns, 2, 5_000, &mut stream, &|| false).unwrap();
        let mut found: Vec<u32> = found;
        found.sort_unstable();
        assert_eq!(found, vec![15, 16]);
        assert!(cover(&[1; 6], &patterns, 1, 5_000, &mut stream, &|| false).is_none());
    }

    #[test]
    fn one_pattern_may_serve_several_times() {
        let mut stream = Stream::new(1, 2, 3, 4);
        let patterns = vec![vec![(0, 2)], vec![(0, 1), (1, 1)]];
        let found = cover(&[5, 1], &patterns, 3, 1_000, &mut stream, &|| false).unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!(found.iter().filter(|&&p| p == 1).count(), 1);
    }
}
