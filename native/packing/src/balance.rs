//! Where the centre of gravity of a container's load may lie.
//!
//! A partly filled container may be out of balance and come right later, so nothing is forbidden
//! on the way: a container filled to the end is pushed along the floor as far as there is room,
//! and then loses what puts it out of balance, least worth for its effect first. Fills are compared
//! after that, so that the search leans towards loads in balance.

use crate::geometry::{Cuboid, Vec3};

/// What shares are counted in.
const PARTS: i128 = 1_000_000;

/// Rounds in which a load of many lumps comes into balance.
const ROUNDS: usize = 100;

/// Bounds of the centre of gravity along each axis, from the corner of the room, in parts of a
/// million of half a unit of length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    bounds: [(i128, i128); 3],
}

/// An item of the load: where it lies, what it weighs, its moments about the corner (twice the sum
/// of weight times middle), its worth.
#[derive(Clone, Copy, Debug)]
pub struct Lump {
    /// Its space.
    pub body: Cuboid,
    /// Weight.
    pub weight: i64,
    /// Sums of weight times (near end + far end).
    pub moment: [i128; 3],
    /// Worth.
    pub profit: i64,
}

impl Lump {
    /// One item.
    pub fn of(body: Cuboid, weight: i64, profit: i64) -> Self {
        let twice = |a: usize| i128::from(weight) * i128::from(body.lo[a] + body.hi[a]);
        Self { body, weight, moment: std::array::from_fn(twice), profit }
    }
}

/// What has to be done to a load: which lumps stay, and how far all of them are pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// For each lump, whether it stays.
    pub stays: Vec<bool>,
    /// How far along each axis.
    pub push: Vec3,
}

impl Settled {
    /// Whether all stays as it is.
    pub fn changes_nothing(&self) -> bool {
        self.push == [0; 3] && self.stays.iter().all(|&s| s)
    }
}

impl Balance {
    /// Between these shares, in parts of a million, of a floor and height of this size, the corner
    /// of which lies at `origin`.
    pub fn new(shares: [(i64, i64); 3], size: Vec3, origin: [i32; 2]) -> Self {
        let origin = [origin[0], origin[1], 0];
        let bounds = std::array::from_fn(|a| {
            let at = |share: i64| {
                2 * (i128::from(share) * i128::from(size[a]) + PARTS * i128::from(origin[a]))
            };
            (at(shares[a].0), at(shares[a].1))
        });
        Self { bounds }
    }

    /// How far the load lies outside its bounds along each axis, times its weight.
    fn beyond(&self, weight: i128, moment: [i128; 3]) -> [i128; 3] {
        std::array::from_fn(|a| {
            let (low, high) = (self.bounds[a].0 * weight, self.bounds[a].1 * weight);
            let at = PARTS * moment[a];
            // Negative: it must go up.
            (at - high).max(0) + (at - low).min(0)
        })
    }

    /// The least push that brings the load within its bounds along an axis, as far as it can go.
    fn push(&self, axis: usize, weight: i128, moment: i128, (back, ahead): (i32, i32)) -> i32 {
        let mut all = [0; 3];
        all[axis] = moment;
        let beyond = self.beyond(weight, all)[axis];
        if beyond == 0 {
            return 0;
        }
        let unit = 2 * PARTS * weight;
        let push = (beyond.abs() + unit - 1) / unit;
        if beyond < 0 {
            push.min(i128::from(ahead)) as i32
        } else {
            -(push.min(i128::from(back)) as i32)
        }
    }

    /// What to do to a load in a room of this size. It may be pushed along x and y if `free`; a
    /// lump that carries another stays as long as that does if `stacked`.
    pub fn settle(&self, lumps: &[Lump], room: Vec3, free: bool, stacked: bool) -> Settled {
        let mut stays = vec![true; lumps.len()];
        let mut weight: i128 = lumps.iter().map(|l| i128::from(l.weight)).sum();
        let mut moment: [i128; 3] =
            std::array::from_fn(|a| lumps.iter().map(|l| l.moment[a]).sum());
        loop {
            let kept = || lumps.iter().zip(&stays).filter(|p| *p.1).map(|p| p.0);
            let mut push = [0; 3];
            if free && weight > 0 {
                for a in 0..2 {
                    let back = kept().map(|l| l.body.lo[a]).min().unwrap_or(0);
                    let ahead = room[a] - kept().map(|l| l.body.hi[a]).max().unwrap_or(room[a]);
                    push[a] = self.push(a, weight, moment[a], (back, ahead));
                }
            }
            let pushed = |moment: [i128; 3], weight: i128| {
                std::array::from_fn(|a| moment[a] + 2 * weight * i128::from(push[a]))
            };
            let off = |weight: i128, moment: [i128; 3]| -> f64 {
                let beyond = self.beyond(weight, pushed(moment, weight));
                (0..3).map(|a| beyond[a].abs() as f64 / f64::from(room[a])).sum()
            };
            let now = off(weight, moment);
            if now == 0.0 {
                return Settled { stays, push };
            }
            let without = |k: usize| {
                let l = &lumps[k];
                let less = std::array::from_fn(|a| moment[a] - l.moment[a]);
                (now - off(weight - i128::from(l.weight), less)) / (l.profit.max(1) as f64)
            };
            let mut worst: Vec<(f64, usize)> =
                (0..lumps.len()).filter(|&k| stays[k]).map(|k| (without(k), k)).collect();
            worst.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
            let carries =
                |k: usize| stacked && kept().any(|other| other.body.rests_on(&lumps[k].body) > 0);
            // Of many lumps several go at once.
            let most = lumps.len() / ROUNDS + 1;
            let gone: Vec<usize> =
                worst.into_iter().map(|w| w.1).filter(|&k| !carries(k)).take(most).collect();
            if gone.is_empty() {
                return Settled { stays, push };
            }
            for k in gone {
                stays[k] = false;
                weight -= i128::from(lumps[k].weight);
                for a in 0..3 {
                    moment[a] -= lumps[k].moment[a];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lump(x: i32, z: i32, weight: i64) -> Lump {
        Lump::of(Cuboid::at([x, 0, z], [2, 4, 2]), weight, 16)
    }

    const ANY: (i64, i64) = (0, 1_000_000);

    #[test]
    fn a_load_is_pushed_just_into_its_bounds() {
        let balance = Balance::new([(400_000, 600_000), ANY, ANY], [10, 4, 4], [0, 0]);
        // Two lumps of 5 at 0 to 4: the centre of gravity at 2 has to go to 4.
        let lumps = [lump(0, 0, 5), lump(2, 0, 5)];
        let settled = balance.settle(&lumps, [10, 4, 4], true, true);
        assert_eq!(settled, Settled { stays: vec![true, true], push: [2, 0, 0] });
        // An obstacle keeps it where it is: neither lump can stay.
        let settled = balance.settle(&lumps, [10, 4, 4], false, true);
        assert_eq!(settled.stays, vec![false, false]);
    }

    #[test]
    fn what_lies_highest_goes_when_the_load_is_top_heavy() {
        let low = Balance::new([ANY, ANY, (0, 300_000)], [10, 4, 4], [0, 0]);
        // Equal weights at heights 1 and 3 of 4: the middle is at half the height.
        let lumps = [lump(0, 0, 5), lump(0, 2, 5)];
        let settled = low.settle(&lumps, [10, 4, 4], true, true);
        assert_eq!(settled, Settled { stays: vec![true, false], push: [0, 0, 0] });
    }

    #[test]
    fn shares_count_from_the_corner_of_the_floor() {
        // The floor of 10 begins at 3: its middle is at 8.
        let middle = Balance::new([(500_000, 500_000), ANY, ANY], [10, 4, 4], [3, 0]);
        let settled = middle.settle(&[lump(0, 0, 5)], [16, 4, 4], true, true);
        assert_eq!(settled.push, [7, 0, 0]);
    }
}
