//! One bin fewer: a bin is emptied onto the floor, and others are packed again together with what
//! lies there until nothing does. Whatever was packed on the way is remembered, and now and then
//! the bins are chosen anew among all that were (set covering).

use std::collections::BTreeSet;

use backhaul_common::{Control, StopReason, Stream};

use crate::beam::{search_seeing, Budget};
use crate::cover::{cover, Pattern};
use crate::fill::State;
use crate::geometry::Placement;
use crate::several::{Packed, Packer};
use crate::together;

/// Fills tried for each bin that is packed again, at the least effort.
const FILLS: u64 = 30;
/// Bin contents remembered at most.
const MOST: usize = 6_000;
/// Bins may be filled this much less than all must be on average to be worth remembering.
const BELOW: f64 = 0.12;
/// Steps of one covering.
const STEPS: u64 = 4_000;
/// Rounds without progress after which the search begins again from another bin.
const PATIENCE: u32 = 60;

/// Contents of bins met on the way.
struct Album {
    patterns: Vec<Pattern>,
    placements: Vec<Vec<Placement>>,
    volume: Vec<i64>,
    seen: BTreeSet<u64>,
    /// Least volume worth remembering.
    least: i64,
    /// How many there were at the last covering.
    covered: usize,
}

impl Album {
    fn add(&mut self, pattern: Pattern, placements: Vec<Placement>, volume: i64) {
        self.patterns.push(pattern);
        self.placements.push(placements);
        self.volume.push(volume);
    }

    /// Keep the fuller half.
    fn thin(&mut self) {
        let mut order: Vec<usize> = (0..self.patterns.len()).collect();
        order.sort_by_key(|&k| (std::cmp::Reverse(self.volume[k]), k));
        order.truncate(MOST / 2);
        order.sort_unstable();
        let mut patterns = std::mem::take(&mut self.patterns);
        let mut placements = std::mem::take(&mut self.placements);
        self.patterns = order.iter().map(|&k| std::mem::take(&mut patterns[k])).collect();
        self.placements = order.iter().map(|&k| std::mem::take(&mut placements[k])).collect();
        self.volume = order.iter().map(|&k| self.volume[k]).collect();
        self.covered = self.covered.min(self.patterns.len());
    }
}

fn key(pattern: &Pattern) -> u64 {
    pattern.iter().fold(0x9E37_79B9_7F4A_7C15, |h, &(k, n)| {
        let mixed = (h ^ (u64::from(k) << 32 | u64::from(n))).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed ^ (mixed >> 29)
    })
}

/// The search for fewer bins of one type.
pub struct Fewer<'a, 'p> {
    /// Fillers that differ in their blocks only.
    packers: &'a [Packer<'p>],
    packer: &'a Packer<'p>,
    control: &'a Control<'a>,
    stream: Stream,
    iterations: u64,
    /// Whether any part of a bin's contents may be left away: nothing rests on anything.
    loose: bool,
    album: Album,
    demand: Vec<u32>,
    round: u64,
}

impl<'a, 'p> Fewer<'a, 'p> {
    /// Begin after so many iterations.
    pub fn new(
        packers: &'a [Packer<'p>],
        control: &'a Control<'a>,
        stream: Stream,
        iterations: u64,
    ) -> Self {
        let packer = &packers[0];
        let demand = packer.items().iter().map(|i| i.copies).collect();
        let album = Album {
            patterns: Vec::new(),
            placements: Vec::new(),
            volume: Vec::new(),
            seen: BTreeSet::new(),
            least: 0,
            covered: 0,
        };
        let site = packer.site(0);
        let loose = site.weightless && site.rules.is_empty() && !together::any(site.items);
        Self { packers, packer, control, stream, iterations, loose, album, demand, round: 0 }
    }

    /// Empty one bin after the other until there are `bound`, or a limit is met.
    pub fn run(mut self, mut bins: Vec<Packed>, bound: usize) -> (Vec<Packed>, StopReason, u64) {
        let mut first = true;
        loop {
            let now = bins.len();
            if now <= bound.max(1) {
                return (bins, StopReason::Converged, self.iterations);
            }
            let total: i64 = bins.iter().map(|b| b.volume).sum();
            let room = self.packer.room(0);
            let mean = total as f64 / (now - 1) as f64;
            self.album.least = (mean - BELOW * room as f64).max(0.0) as i64;
            if let Some(reason) = self.control.stop(self.iterations, self.cost(now)) {
                return (bins, reason, self.iterations);
            }
            for bin in &bins {
                self.remember(&bin.placements, bin.volume);
            }
            if let Some(fewer) = self.attempt(&bins, first) {
                bins = fewer;
                first = true;
            } else {
                first = false;
            }
            self.control.report(self.iterations, self.cost(bins.len()), Some(self.cost(bound)));
        }
    }

    fn cost(&self, bins: usize) -> f64 {
        self.packer.cost(0) as f64 * bins as f64
    }

    fn remember(&mut self, placements: &[Placement], volume: i64) {
        let mut counts = vec![0u32; self.demand.len()];
        for p in placements {
            counts[p.item as usize] += 1;
        }
        let pattern: Pattern = (0u32..).zip(counts).filter(|c| c.1 > 0).collect();
        if self.album.seen.insert(key(&pattern)) {
            self.album.add(pattern, placements.to_vec(), volume);
        }
    }

    /// One try at packing all into one bin fewer. The first time the emptiest bin goes, later any.
    fn attempt(&mut self, bins: &[Packed], first: bool) -> Option<Vec<Packed>> {
        let mut kept = bins.to_vec();
        let out = if first {
            (0..kept.len()).min_by_key(|&k| (kept[k].volume, k)).unwrap_or(0)
        } else {
            self.stream.below(kept.len())
        };
        let mut floor = vec![0u32; self.demand.len()];
        kept.swap_remove(out).placements.iter().for_each(|p| floor[p.item as usize] += 1);
        let mut lying = self.volume(&floor);
        let mut patience = PATIENCE;
        while patience > 0 {
            if self.control.stop(self.iterations, self.cost(bins.len())).is_some() {
                return None;
            }
            if let Some(found) = self.choose(kept.len()) {
                return Some(found);
            }
            patience -= 1;
            let before = lying;
            lying = self.again(&mut kept, &mut floor, lying);
            if lying == 0 {
                return Some(kept);
            }
            if lying < before {
                patience = PATIENCE;
            }
        }
        None
    }

    fn volume(&self, counts: &[u32]) -> i64 {
        counts.iter().zip(self.packer.items()).map(|(&n, i)| i64::from(n) * i.volume()).sum()
    }

    /// Pack one to three bins again together with what lies on the floor; not if more would lie
    /// there afterwards. The volume that does.
    fn again(&mut self, kept: &mut [Packed], floor: &mut Vec<u32>, lying: i64) -> i64 {
        self.round += 1;
        // Every second round twice the effort of the one before, every fourth four times, ...
        let effort = self.round.trailing_zeros().min(8);
        let many = (1 + self.stream.below(3)).min(kept.len());
        let mut chosen: Vec<usize> = Vec::with_capacity(many);
        while chosen.len() < many {
            let k = self.stream.below(kept.len());
            if !chosen.contains(&k) {
                chosen.push(k);
            }
        }
        let mut pool = floor.clone();
        for &k in &chosen {
            kept[k].placements.iter().for_each(|p| pool[p.item as usize] += 1);
        }
        let mut fresh = Vec::with_capacity(many);
        for at in 0..many {
            // A part is held back for the next bin, so that not all rounds are alike.
            let mut offer = pool.clone();
            if at + 1 < many && self.stream.below(2) == 0 {
                let share = 0.05 + 0.3 * self.stream.uniform();
                for n in &mut offer {
                    let all = *n;
                    *n = (0..all).filter(|_| self.stream.uniform() >= share).count() as u32;
                }
            }
            let packed = self.fill(&offer, effort);
            packed.placements.iter().for_each(|p| pool[p.item as usize] -= 1);
            fresh.push(packed);
        }
        let left = self.volume(&pool);
        if left > lying {
            return lying;
        }
        for (k, packed) in chosen.into_iter().zip(fresh) {
            kept[k] = packed;
        }
        *floor = pool;
        left
    }

    fn fill(&mut self, offer: &[u32], effort: u32) -> Packed {
        // Mostly the first, whose blocks serve most often.
        let other = self.stream.below(4) == 0;
        let other = if other { self.stream.below(self.packers.len()) } else { 0 };
        let packer = &self.packers[other];
        let site = packer.site(0);
        let volume = self.volume(offer);
        let limit = self.control.limits().iterations.unwrap_or(u64::MAX);
        let budget = Budget {
            control: self.control,
            done: self.iterations,
            most: limit.min(self.iterations + (FILLS << effort)),
            ceiling: volume.min(self.packer.room(0)),
            width: 2 + self.stream.below(3) + effort as usize,
            until: f64::INFINITY,
        };
        let (album, loose) = (&mut self.album, self.loose);
        let mut done = self.iterations;
        let state = packer.whole(offer, |offer| {
            let mut see = |full: &State| {
                if !loose || full.profit < album.least {
                    return;
                }
                let pattern: Pattern = (0u32..)
                    .zip(offer.iter().zip(&full.left).map(|(all, left)| all - left))
                    .filter(|c| c.1 > 0)
                    .collect();
                if album.seen.insert(key(&pattern)) {
                    album.add(pattern, site.placements(full), full.profit);
                    if album.patterns.len() >= MOST {
                        album.thin();
                    }
                }
            };
            let found = search_seeing(&[&site], offer, budget, false, &mut see);
            done = found.iterations.max(done + 1);
            (found.best, offer.to_vec())
        });
        self.iterations = done;
        packer.packed(0, &state)
    }

    /// Choose so many bins among all that were packed, once there are enough new ones.
    fn choose(&mut self, most: usize) -> Option<Vec<Packed>> {
        let count = self.album.patterns.len();
        if !self.loose || 5 * count < 6 * self.album.covered + 100 {
            return None;
        }
        self.album.covered = count;
        let control = self.control;
        let expired = || control.expired();
        let found =
            cover(&self.demand, &self.album.patterns, most, STEPS, &mut self.stream, &expired)?;
        let mut left = self.demand.clone();
        let mut bins = Vec::with_capacity(found.len());
        for p in found {
            let mut placements = self.album.placements[p as usize].clone();
            placements.retain(|p| {
                let wanted = left[p.item as usize] > 0;
                left[p.item as usize] -= u32::from(wanted);
                wanted
            });
            let items = self.packer.items();
            let volume = placements.iter().map(|p| items[p.item as usize].volume()).sum();
            bins.push(Packed { bin: 0, placements, volume });
        }
        Some(bins)
    }
}
