//! Bounds that need no linear program.

use super::Lengths;

/// The best of the volume bound and Martello and Toth's (1990) L2: long lengths that share no bin,
/// and what the middle ones need beyond the room beside them.
pub fn lower(lengths: &Lengths) -> usize {
    let c = lengths.capacity;
    let total: i128 = lengths
        .length
        .iter()
        .zip(&lengths.demand)
        .map(|(&l, &d)| i128::from(l) * i128::from(d))
        .sum();
    let mut best = div_up(total, i128::from(c));
    // L2 for every threshold a that is a length of at most half the capacity, and for 0.
    let mut thresholds: Vec<i64> = lengths.length.iter().copied().filter(|&l| 2 * l <= c).collect();
    thresholds.push(0);
    for a in thresholds {
        let (mut alone, mut beside, mut room, mut middle) = (0i128, 0i128, 0i128, 0i128);
        for (&l, &d) in lengths.length.iter().zip(&lengths.demand) {
            let d = i128::from(d);
            if l > c - a {
                alone += d;
            } else if 2 * l > c {
                beside += d;
                room += d * i128::from(c - l);
            } else if l >= a {
                middle += d * i128::from(l);
            }
        }
        let extra = if middle > room { div_up(middle - room, i128::from(c)) } else { 0 };
        best = best.max(alone + beside + extra);
    }
    best as usize
}

fn div_up(a: i128, b: i128) -> i128 {
    (a + b - 1) / b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lengths_share_no_bin() {
        // 3 x 6 of 10 fill 18 of 20, yet no two fit together
        let lengths = Lengths { capacity: 10, length: vec![6], demand: vec![3] };
        assert_eq!(lower(&lengths), 3);
        // 4 x 3 need 12; beside the three sixes is room for 3 x 4 = 12 of it: no further bin
        let lengths = Lengths { capacity: 10, length: vec![6, 3], demand: vec![3, 4] };
        assert_eq!(lower(&lengths), 3);
        let lengths = Lengths { capacity: 10, length: vec![8, 3], demand: vec![3, 4] };
        assert_eq!(lower(&lengths), 5);
    }
}
