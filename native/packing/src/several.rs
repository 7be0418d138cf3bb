//! Several containers: filled one after the other, then taken apart a few at a time and packed
//! again as long as that empties one of them.

use backhaul_common::{purpose, Control, StopReason, Stream};

use crate::answer::Filled;
use crate::beam::{crowded, hurried, overdue, search, Budget};
use crate::blocks::{generate, Limits};
use crate::fewer::Fewer;
use crate::fill::{Scratch, Site, State};
use crate::geometry::Placement;
use crate::kit::{Kit, Taste};
use crate::perfect::fill_exactly;
use crate::problem::{Item, Problem};
use crate::rules::RuleSet;
use crate::spaces::Ground;
use crate::together;

/// Fills tried for each bin that is packed again, at the least effort.
const FILLS: u64 = 30;

/// Share of the time for the search for bins without a gap.
const PERFECT: f64 = 0.4;

/// One container with its contents as counts by type.
#[derive(Clone)]
pub struct Packed {
    /// Its type.
    pub bin: usize,
    /// Its items.
    pub placements: Vec<Placement>,
    /// Their volume.
    pub volume: i64,
}

/// Filled bins, items left by type, and bins left by type.
type Start = (Vec<Packed>, Vec<u32>, Vec<u32>);

/// How blocks are made: at most `count` beside single items, that items fill to this share of
/// thousandths, of one item each unless `mixed`.
#[derive(Clone, Copy, Debug)]
pub struct Making {
    /// Most blocks beside single items.
    pub count: usize,
    /// Thousandths of a block's hull that items must fill.
    pub fill: i64,
    /// Whether blocks of several items are made.
    pub mixed: bool,
}

/// Fills containers of each type.
pub struct Packer<'a> {
    problem: &'a Problem,
    /// Items with their volume as worth: what counts when all must go in.
    items: Vec<Item>,
    kits: Vec<Kit>,
    rules: &'a RuleSet,
    ground: Ground,
    weightless: bool,
}

impl<'a> Packer<'a> {
    /// Arrange blocks for every type of container. Ends early when time is up.
    pub fn new(
        problem: &'a Problem,
        rules: &'a RuleSet,
        by_volume: bool,
        Making { count, fill, mixed }: Making,
        expired: &dyn Fn() -> bool,
    ) -> Self {
        let mut items = problem.items.clone();
        if by_volume {
            for item in &mut items {
                item.profit = item.volume();
            }
        }
        let left: Vec<u32> = items.iter().map(|i| i.copies).collect();
        let full = problem.rules.support >= 1_000_000;
        let supported = problem.rules.support > 0;
        let looked_through = !rules.is_empty();
        let limits = Limits { count, fill, supported, grids_only: !mixed, looked_through };
        let kits = problem
            .bins
            .iter()
            .map(|bin| {
                let weight = bin.weight_limit();
                let blocks = generate(&items, &left, bin.size, weight, &limits, expired);
                Kit::new(&items, &left, bin.size, &blocks, Taste::default())
            })
            .collect();
        let ground = if full { Ground::Full } else { Ground::Any };
        let weightless = problem.rules.support == 0 && rules.is_weightless();
        Self { problem, items, kits, rules, ground, weightless }
    }

    /// The same blocks, ranked in another way.
    #[must_use]
    pub fn with_taste(&self, taste: Taste) -> Self {
        let left: Vec<u32> = self.items.iter().map(|i| i.copies).collect();
        let kits =
            self.kits.iter().map(|kit| Kit::new(&self.items, &left, kit.room, &kit.blocks, taste));
        Self { items: self.items.clone(), kits: kits.collect(), ..*self }
    }

    /// What stays the same while a container of this type is filled.
    pub fn site(&self, bin: usize) -> Site<'_> {
        Site {
            items: &self.items,
            kit: &self.kits[bin],
            taste: self.kits[bin].taste,
            rules: self.rules,
            ground: self.ground,
            weightless: self.weightless,
            weight: self.problem.bins[bin].weight_limit(),
            obstacles: &self.problem.bins[bin].obstacles,
            deck: self.problem.bins[bin].deck,
            balance: self.problem.bins[bin].balance,
        }
    }

    /// A filling, out of a state and what was offered to it, that tears no family apart.
    pub fn whole(&self, left: &[u32], mut fill: impl FnMut(&[u32]) -> (State, Vec<u32>)) -> State {
        if !together::any(&self.items) {
            return fill(left).0;
        }
        let counts = |(state, offer): &(State, Vec<u32>)| {
            offer.iter().zip(&state.left).map(|(o, l)| o - l).collect()
        };
        together::fill_whole(&self.items, left, fill, counts).0
    }

    /// Items with their volume as worth.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Volume of a container of this type.
    pub fn room(&self, bin: usize) -> i64 {
        self.problem.bins[bin].volume()
    }

    /// Cost of opening a container of this type.
    pub fn cost(&self, bin: usize) -> i64 {
        self.problem.bins[bin].cost
    }

    /// What a filled container holds.
    pub fn packed(&self, bin: usize, state: &State) -> Packed {
        let placements = self.site(bin).placements(state);
        let volume = placements.iter().map(|p| self.items[p.item as usize].volume()).sum();
        Packed { bin, placements, volume }
    }

    /// Fill bins one after the other, each time of the type that holds most for its cost.
    fn construct(
        &self,
        left: &mut [u32],
        free: &mut [u32],
        scratch: &mut Scratch,
        rough: bool,
        expired: &dyn Fn() -> bool,
    ) -> Vec<Packed> {
        let mut packed = Vec::new();
        while left.iter().any(|&n| n > 0) && (packed.is_empty() || !expired()) {
            let mut best: Option<(f64, usize, State)> = None;
            for bin in 0..self.kits.len() {
                if free[bin] == 0 {
                    continue;
                }
                let site = self.site(bin);
                let state = self.whole(left, |offer| {
                    let state = if rough {
                        site.rough(offer, scratch, expired)
                    } else {
                        let mut state = site.start(offer);
                        site.complete(&mut state, scratch, expired, &mut |_| false);
                        state
                    };
                    (state, offer.to_vec())
                });
                if state.placed.is_empty() {
                    continue;
                }
                let rate = state.profit as f64 / (self.problem.bins[bin].cost.max(1) as f64);
                if best.as_ref().is_none_or(|b| rate > b.0) {
                    best = Some((rate, bin, state));
                }
            }
            let Some((_, bin, state)) = best else { break };
            // The same filling again as long as there is enough of everything.
            let one = self.packed(bin, &state);
            let mut used = vec![0u32; left.len()];
            one.placements.iter().for_each(|p| used[p.item as usize] += 1);
            while free[bin] > 0 && used.iter().zip(&*left).all(|(u, l)| u <= l) {
                left.iter_mut().zip(&used).for_each(|(l, u)| *l -= u);
                free[bin] -= 1;
                packed.push(one.clone());
            }
        }
        packed
    }

    /// Pack all items into bins of least cost.
    pub fn all(
        &self,
        control: &Control<'_>,
        seed: u64,
        bound: i64,
    ) -> (Vec<Filled>, StopReason, u64) {
        all(std::slice::from_ref(self), control, seed, bound)
    }

    /// Bins filled one after the other, what then is left of items, and of bins of each type.
    fn first(&self, rough: bool, expired: &dyn Fn() -> bool) -> Start {
        let mut scratch = Scratch::default();
        let mut left: Vec<u32> = self.items.iter().map(|i| i.copies).collect();
        let mut free: Vec<u32> =
            self.problem.bins.iter().map(|b| b.copies.unwrap_or(u32::MAX)).collect();
        let bins = self.construct(&mut left, &mut free, &mut scratch, rough, expired);
        (bins, left, free)
    }

    /// Fewer than `most` bins that are full to the last, where nothing but sizes counts.
    fn perfect(&self, most: usize, control: &Control<'_>) -> Option<Vec<Packed>> {
        let bin = &self.problem.bins[0];
        let volume = self.problem.volume();
        let plain = self.rules.is_empty()
            && !self.problem.has_company_rules()
            && bin.max_weight.is_none()
            && bin.copies.is_none_or(|copies| volume <= bin.volume() * i64::from(copies));
        if !plain || volume >= bin.volume() * most as i64 {
            return None;
        }
        let expired = || control.expired() || control.fraction(0) > PERFECT;
        let bins = fill_exactly(&self.problem.items, bin.size, &expired)?;
        let packed = |placements| Packed { bin: 0, placements, volume: bin.volume() };
        Some(bins.into_iter().map(packed).collect())
    }

    fn total(&self, bins: &[Packed]) -> i64 {
        bins.iter().map(|b| self.problem.bins[b.bin].cost).sum()
    }

    /// Improve bins of several types, or some of which do not hold everything.
    fn improve(
        &self,
        control: &Control<'_>,
        (mut bins, left, mut free): Start,
        mut stream: Stream,
        bound: i64,
    ) -> (Vec<Filled>, StopReason, u64) {
        let mut iterations = bins.len() as u64;
        let mut round = 0u64;
        let reason = loop {
            let now = self.total(&bins);
            if (now <= bound && left.iter().all(|&n| n == 0)) || bins.len() < 2 {
                break StopReason::Converged;
            }
            if let Some(reason) = control.stop(iterations, now as f64) {
                break reason;
            }
            round += 1;
            // Every second round twice the effort of the one before, every fourth four times, ...
            let effort = round.trailing_zeros().min(10);
            iterations +=
                self.repack(control, &mut bins, &mut free, &mut stream, iterations, effort);
            control.report(iterations, now as f64, Some(bound as f64));
        };
        (filled(bins), reason, iterations)
    }

    /// Take two to four bins apart and fill as many of the same types again, the first ones as
    /// full as they get, so that the last one empties bit by bit.
    fn repack(
        &self,
        control: &Control<'_>,
        bins: &mut Vec<Packed>,
        free: &mut [u32],
        stream: &mut Stream,
        done: u64,
        effort: u32,
    ) -> u64 {
        let many = (2 + stream.below(3)).min(bins.len());
        let fill = |b: &Packed| b.volume as f64 / self.problem.bins[b.bin].volume() as f64;
        let mut chosen: Vec<usize> = Vec::new();
        // The emptiest more often than others: that is the one to get rid of.
        let emptiest =
            (0..bins.len()).min_by(|&a, &b| fill(&bins[a]).total_cmp(&fill(&bins[b]))).unwrap_or(0);
        if stream.below(2) == 0 {
            chosen.push(emptiest);
        }
        while chosen.len() < many {
            let k = stream.below(bins.len());
            if !chosen.contains(&k) {
                chosen.push(k);
            }
        }
        let mut pool = vec![0u32; self.items.len()];
        for &k in &chosen {
            bins[k].placements.iter().for_each(|p| pool[p.item as usize] += 1);
        }
        let mut iterations = 0;
        let mut fresh: Vec<Packed> = Vec::new();
        for &k in &chosen {
            if pool.iter().all(|&n| n == 0) {
                break;
            }
            let bin = bins[k].bin;
            let volume: i64 =
                pool.iter().zip(&self.items).map(|(&n, i)| i64::from(n) * i.volume()).sum();
            let budget = Budget {
                control,
                done: done + iterations,
                most: control
                    .limits()
                    .iterations
                    .unwrap_or(u64::MAX)
                    .min(done + iterations + (FILLS << effort)),
                ceiling: volume.min(self.problem.bins[bin].volume()),
                width: 2 + stream.below(3) + effort as usize,
                until: f64::INFINITY,
            };
            let state = self.whole(&pool, |offer| {
                let found = search(&self.site(bin), offer, budget, false);
                iterations = iterations.max(found.iterations - done);
                (found.best, offer.to_vec())
            });
            let packed = self.packed(bin, &state);
            packed.placements.iter().for_each(|p| pool[p.item as usize] -= 1);
            fresh.push(packed);
        }
        let all_in = pool.iter().all(|&n| n == 0);
        fresh.retain(|p| !p.placements.is_empty());
        let old_squares: f64 = chosen.iter().map(|&k| fill(&bins[k]).powi(2)).sum();
        let new_squares: f64 = fresh.iter().map(|p| fill(p).powi(2)).sum();
        if all_in && (fresh.len() < chosen.len() || new_squares >= old_squares) {
            chosen.sort_unstable();
            for &k in chosen.iter().rev() {
                free[bins[k].bin] = free[bins[k].bin].saturating_add(1);
                bins.swap_remove(k);
            }
            for p in fresh {
                free[p.bin] = free[p.bin].saturating_sub(1);
                bins.push(p);
            }
        }
        iterations.max(1)
    }
}

fn filled(bins: Vec<Packed>) -> Vec<Filled> {
    bins.into_iter().map(|p| Filled { bin: p.bin as u32, placements: p.placements }).collect()
}

/// Pack all items into bins of least cost, with packers that differ in their blocks only.
pub fn all(
    packers: &[Packer<'_>],
    control: &Control<'_>,
    seed: u64,
    bound: i64,
) -> (Vec<Filled>, StopReason, u64) {
    let stream = Stream::new(seed, purpose("packing.several"), 0, 0);
    let packer = &packers[0];
    let demand: Vec<u32> = packer.items.iter().map(|i| i.copies).collect();
    let rough = hurried(control) || crowded(&demand);
    let mut start = packer.first(rough, &|| overdue(control));
    let whole = |start: &Start| start.1.iter().all(|&n| n == 0);
    if rough {
        let found = packer.first(false, &|| control.expired());
        if whole(&found) && (!whole(&start) || packer.total(&found.0) < packer.total(&start.0)) {
            start = found;
        }
    }
    if packer.kits.len() > 1 || !whole(&start) {
        return packer.improve(control, start, stream, bound);
    }
    for other in &packers[1..] {
        // There is an answer already: only what is done in time is looked at.
        let found = other.first(false, &|| control.expired());
        if whole(&found) && found.0.len() < start.0.len() {
            start = found;
        }
    }
    // Bins that leave no room at all are not met with by chance.
    if let Some(bins) = packer.perfect(start.0.len(), control) {
        start.0 = bins;
    }
    let cost = packer.cost(0).max(1);
    let least = (bound + cost - 1) / cost;
    let work = packers.len() * start.0.len();
    let fewer = Fewer::new(packers, control, stream, work as u64);
    let (bins, reason, iterations) = fewer.run(start.0, least as usize);
    (filled(bins), reason, iterations)
}
