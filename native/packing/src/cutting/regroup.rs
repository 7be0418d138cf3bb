//! Two bins and what found no place are packed anew, again and again: less stays out, or the room that
//! is left gets together in fewer bins (after Alvim, Ribeiro, Glover and Aloise 2004, who exchange
//! lengths between pairs of bins). Where bins hold few lengths and next to nothing may be wasted, this
//! finds in milliseconds what the relaxation needs seconds for.

use backhaul_common::{Control, Stream};

use super::{Lengths, Pattern};

/// Lengths of one bin, and of those without one, that are moved at once.
const OF_BIN: usize = 3;
const WITHOUT: usize = 3;

/// Tries between two looks at the clock.
const CHECK: u64 = 64;

/// Two bins and lengths without one, as they are packed anew.
struct Pair<'a> {
    /// Lengths that move, and the room of each bin for them.
    length: &'a [i64],
    room: [i64; 2],
    /// Where each goes: into the first bin, into the second, or out.
    to: Vec<u8>,
    /// What stays out at the best, and how little the room that is left is together.
    best: (i64, i64),
    chosen: Vec<u8>,
    /// How many ways are as good as the best.
    ways: usize,
}

/// All lengths in `most` bins, if the tries find that before their share of the time is used.
pub fn regroup(
    lengths: &Lengths,
    known: &[Pattern],
    most: usize,
    (tries, share): (u64, f64),
    control: &Control<'_>,
    stream: &mut Stream,
) -> Option<Vec<Pattern>> {
    let length = |k: u32| lengths.length[k as usize];
    let mut bins: Vec<Vec<u32>> = known
        .iter()
        .map(|p| p.iter().flat_map(|&(k, n)| (0..n).map(move |_| k)).collect())
        .collect();
    let load = |bin: &[u32]| -> i64 { bin.iter().map(|&k| length(k)).sum() };
    bins.sort_by_key(|bin| std::cmp::Reverse(load(bin)));
    let mut out: Vec<u32> = bins.drain(most.min(bins.len())..).flatten().collect();
    if bins.len() < 2 {
        return None;
    }
    let mut room: Vec<i64> = bins.iter().map(|bin| lengths.capacity - load(bin)).collect();
    for k in 0..tries {
        if out.is_empty() {
            let mut patterns: Vec<Pattern> = bins.iter().map(|bin| pattern(bin)).collect();
            patterns.retain(|p| !p.is_empty());
            return Some(patterns);
        }
        if k.is_multiple_of(CHECK) && (control.expired() || control.used(0) > share) {
            return None;
        }
        let a = stream.below(bins.len());
        let b = (a + 1 + stream.below(bins.len() - 1)) % bins.len();
        // Those that move stand at the ends of the lists.
        let counts = [
            shuffled(&mut bins[a], OF_BIN, stream),
            shuffled(&mut bins[b], OF_BIN, stream),
            shuffled(&mut out, WITHOUT, stream),
        ];
        let mut moved: Vec<u32> = Vec::with_capacity(2 * OF_BIN + WITHOUT);
        for (list, count) in [(&bins[a], counts[0]), (&bins[b], counts[1]), (&out, counts[2])] {
            moved.extend(&list[list.len() - count..]);
        }
        let freed = |from: usize, count: usize| load(&moved[from..from + count]);
        let rooms = [room[a] + freed(0, counts[0]), room[b] + freed(counts[0], counts[1])];
        let mut order: Vec<(i64, u32)> = moved.iter().map(|&k| (length(k), k)).collect();
        order.sort_unstable_by(|x, y| y.cmp(x));
        let sizes: Vec<i64> = order.iter().map(|o| o.0).collect();
        let now = (freed(counts[0] + counts[1], counts[2]), -squares([room[a], room[b]]));
        let mut pair = Pair {
            length: &sizes,
            room: rooms,
            to: vec![2; sizes.len()],
            best: now,
            chosen: Vec::new(),
            ways: 0,
        };
        pair.pack(0, 0, stream);
        if pair.chosen.is_empty() {
            continue;
        }
        for (list, count) in [(a, counts[0]), (b, counts[1])] {
            let kept = bins[list].len() - count;
            bins[list].truncate(kept);
        }
        out.truncate(out.len() - counts[2]);
        (room[a], room[b]) = (rooms[0], rooms[1]);
        for (&(size, kind), &to) in order.iter().zip(&pair.chosen) {
            if let Some(&bin) = [a, b].get(usize::from(to)) {
                bins[bin].push(kind);
                room[bin] -= size;
            } else {
                out.push(kind);
            }
        }
    }
    None
}

/// What two rooms are worth together: the more apart, the more.
fn squares(room: [i64; 2]) -> i64 {
    room.iter().map(|r| r.saturating_mul(*r)).fold(0, i64::saturating_add)
}

/// Bring up to so many at random to the end; how many.
fn shuffled(list: &mut [u32], most: usize, stream: &mut Stream) -> usize {
    let count = most.min(list.len());
    for k in 0..count {
        let last = list.len() - 1 - k;
        list.swap(last, stream.below(last + 1));
    }
    count
}

fn pattern(bin: &[u32]) -> Pattern {
    let mut kinds = bin.to_vec();
    kinds.sort_unstable();
    let mut found: Pattern = Vec::new();
    for k in kinds {
        match found.last_mut() {
            Some(last) if last.0 == k => last.1 += 1,
            _ => found.push((k, 1)),
        }
    }
    found
}

impl Pair<'_> {
    /// Every way for the lengths from `k` on, with `out` left over so far; among equals one by lot.
    fn pack(&mut self, k: usize, out: i64, stream: &mut Stream) {
        if out > self.best.0 {
            return;
        }
        let Some(&size) = self.length.get(k) else {
            let worth = (out, -squares(self.room));
            if worth > self.best {
                return;
            }
            self.ways = if worth < self.best { 1 } else { self.ways + 1 };
            self.best = worth;
            if self.ways == 1 || stream.below(self.ways) == 0 {
                self.chosen.clone_from(&self.to);
            }
            return;
        };
        for bin in 0..2 {
            if size <= self.room[bin] {
                self.room[bin] -= size;
                self.to[k] = bin as u8;
                self.pack(k + 1, out, stream);
                self.room[bin] += size;
            }
        }
        self.to[k] = 2;
        self.pack(k + 1, out + size, stream);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_found_no_place_gets_one() {
        // 6+3, 5+5, 4+4 and 3 left over, of 10: 6+4, 5+5, 4+3+3 do with three.
        let lengths = Lengths { capacity: 10, length: vec![6, 5, 4, 3], demand: vec![1, 2, 2, 2] };
        let known = [vec![(0, 1), (3, 1)], vec![(1, 2)], vec![(2, 2)], vec![(3, 1)]];
        let control = Control::iterations(1);
        let mut stream = Stream::new(1, 2, 3, 4);
        let limits = (1_000, 2.0);
        let found = regroup(&lengths, &known, 3, limits, &control, &mut stream).unwrap();
        let mut counts = [0; 4];
        for bin in &found {
            let load: i64 =
                bin.iter().map(|&(k, n)| lengths.length[k as usize] * i64::from(n)).sum();
            assert!(load <= 10);
            for &(k, n) in bin {
                counts[k as usize] += n;
            }
        }
        assert_eq!((found.len(), counts), (3, [1, 2, 2, 2]));
        assert!(regroup(&lengths, &known, 2, limits, &control, &mut stream).is_none());
    }
}
