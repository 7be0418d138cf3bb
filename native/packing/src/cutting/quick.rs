//! Fills that take next to no time.

use std::collections::BTreeMap;

use backhaul_common::Control;

use super::{Lengths, Pattern};

/// Longest first, each into the fullest bin that has room (best fit decreasing).
pub fn best_fit(lengths: &Lengths, demand: &[u32]) -> Vec<Pattern> {
    let mut bins: Vec<Pattern> = Vec::new();
    // Bins by the room that they have left.
    let mut open: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (k, (&length, &count)) in lengths.length.iter().zip(demand).enumerate() {
        for _ in 0..count {
            let found = open.range_mut(length..).next().map(|(&room, list)| (room, list.pop()));
            let (room, bin) = if let Some((room, Some(bin))) = found {
                if open.get(&room).is_some_and(Vec::is_empty) {
                    open.remove(&room);
                }
                (room, bin)
            } else {
                bins.push(Vec::new());
                (lengths.capacity, bins.len() - 1)
            };
            match bins[bin].last_mut() {
                Some(last) if last.0 == k as u32 => last.1 += 1,
                _ => bins[bin].push((k as u32, 1)),
            }
            open.entry(room - length).or_default().push(bin);
        }
    }
    bins
}

/// Steps (types times capacity times bins) beyond which this fill is not quick.
const MAX_STEPS: i128 = 300_000_000;

/// Bins one after the other: the longest that is left, and beside it the sum of others that fills
/// most (minimum bin slack with the longest fixed; Gupta and Ho 1999, Fleszar and Hindi 2002).
/// None: this would take too long.
pub fn fullest_first(
    lengths: &Lengths,
    demand: &[u32],
    control: &Control<'_>,
) -> Option<Vec<Pattern>> {
    let total: i128 = lengths
        .length
        .iter()
        .zip(demand)
        .map(|(&length, &count)| i128::from(length) * i128::from(count))
        .sum();
    if total.saturating_mul(lengths.length.len() as i128) > MAX_STEPS {
        return None;
    }
    let mut left = demand.to_vec();
    let mut bins: Vec<Pattern> = Vec::new();
    let mut table = vec![u32::MAX; lengths.capacity as usize + 1];
    while let Some(longest) = left.iter().position(|&d| d > 0) {
        if control.expired() {
            return None;
        }
        left[longest] -= 1;
        let room = lengths.capacity - lengths.length[longest];
        let mut pattern = fill(lengths, &left, room, &mut table);
        for &(k, count) in &pattern {
            left[k as usize] -= count;
        }
        match pattern.iter_mut().find(|p| p.0 == longest as u32) {
            Some(part) => part.1 += 1,
            None => pattern.push((longest as u32, 1)),
        }
        pattern.sort_unstable();
        // The same again as often as there is enough of everything.
        let again = pattern.iter().map(|&(k, n)| left[k as usize] / n).min().unwrap_or(0);
        for &(k, n) in &pattern {
            left[k as usize] -= n * again;
        }
        for _ in 0..=again {
            bins.push(pattern.clone());
        }
    }
    Some(bins)
}

/// The fullest sum of at most `room`, longer lengths first among equals.
fn fill(lengths: &Lengths, left: &[u32], room: i64, table: &mut [u32]) -> Pattern {
    let room = room as usize;
    // table[s]: the last type that brought the sum s, found with the fewest kinds before it.
    table[..=room].fill(u32::MAX);
    let mut used = vec![0u32; room + 1];
    let mut top = 0;
    for (k, (&length, &count)) in lengths.length.iter().zip(left).enumerate() {
        let length = length as usize;
        if count == 0 || length > room {
            continue;
        }
        used[..=room].fill(0);
        for sum in length..=room {
            let from = sum - length;
            let reached = from == 0 || table[from] != u32::MAX;
            if table[sum] == u32::MAX && reached && used[from] < count {
                table[sum] = k as u32;
                used[sum] = used[from] + 1;
                top = top.max(sum);
            }
        }
        if top == room {
            break;
        }
    }
    let mut pattern: Pattern = Vec::new();
    let mut sum = top;
    while sum > 0 {
        let k = table[sum];
        match pattern.last_mut() {
            Some(last) if last.0 == k => last.1 += 1,
            _ => pattern.push((k, 1)),
        }
        sum -= lengths.length[k as usize] as usize;
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_filled_exactly_where_best_fit_wastes() {
        // best fit: 6+3, 5+5, 4+4, 3..; exact: 6+4, 5+5, 4+3+3
        let lengths = Lengths { capacity: 10, length: vec![6, 5, 4, 3], demand: vec![1, 2, 2, 2] };
        let bins = fullest_first(&lengths, &lengths.demand, &Control::iterations(1)).unwrap();
        assert_eq!(bins.len(), 3);
        let count: u32 = bins.iter().flatten().map(|p| p.1).sum();
        assert_eq!(count, 7);
    }

    #[test]
    fn best_fit_prefers_the_fullest_bin() {
        let lengths = Lengths { capacity: 10, length: vec![7, 5, 3], demand: vec![1, 1, 1] };
        let bins = best_fit(&lengths, &lengths.demand);
        assert_eq!(bins, vec![vec![(0, 1), (2, 1)], vec![(1, 1)]]);
    }
}
