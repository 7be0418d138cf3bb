//! Slots against real orders: annealing on the walk that whole orders take.
//!
//! Pairs say what belongs together, but a picker walks orders: a second pick in an aisle that is
//! entered anyway costs little, wherever the depot is. So swaps are judged by every order that holds
//! one of the two products. Judged is a short form of the tour, which needs no sorting: the width
//! and depth that the order spans, and for each piece of an aisle that it enters the farthest pick,
//! there and back or through. Whether an answer is better is decided by exact tours
//! ([`crate::tour`]).

use backhaul_common::{purpose, Control, Result, StopReason, Stream};

use crate::assignment::{by_velocity, check_start, place, Placement, Problem, NOWHERE};
use crate::baskets::Baskets;
use crate::floor::{Floor, Swap};
use crate::grid::{Grid, Spot};
use crate::heuristics::Method;
use crate::tour::tour_lengths;

/// Proposals between two looks at the clock.
const STRIDE: u64 = 256;

/// First temperature, as a share of the typical change; and the last as a share of the first.
const HOT: f64 = 1.0;
const COLD: f64 = 0.01;

/// What a tour needs to know of a spot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Reach {
    /// Piece of an aisle between two cross aisles.
    piece: u32,
    /// Cost of entering the piece as far as the spot.
    entry: i32,
    /// Position of the aisle.
    x: i32,
    /// Cross aisle to get to, beyond the depot's and before it.
    ahead: i32,
    behind: i32,
}

fn reach(grid: &Grid, spot: Spot) -> Reach {
    let cross = grid.cross_y();
    let blocks = cross.len() - 1;
    let block = grid.block_of(spot.y);
    let home = grid.depot().1;
    let length = cross[block + 1] - cross[block];
    let (far, ahead, behind) = if block >= home {
        (spot.y - cross[block], cross[block] - cross[home], 0)
    } else {
        (cross[block + 1] - spot.y, 0, cross[home] - cross[block + 1])
    };
    Reach {
        piece: spot.aisle * blocks as u32 + block as u32,
        entry: (2 * far).min(length) as i32,
        x: grid.aisle_x()[spot.aisle as usize] as i32,
        ahead: ahead as i32,
        behind: behind as i32,
    }
}

/// Orders looked at before a proposal is judged for the first time.
const CHUNK: usize = 48;

/// Orders of one product, as the others in each of them, in an order that says nothing.
#[derive(Clone, Default)]
struct Company {
    /// Starts in `others`, one more than orders.
    ptr: Vec<u32>,
    others: Vec<u32>,
}

/// Sum of changes over a part of the orders, and what it says about all of them.
#[derive(Clone, Copy, Default)]
struct Sample {
    seen: usize,
    all: usize,
    sum: f64,
    squares: f64,
}

impl Sample {
    fn add(&mut self, change: i32) {
        self.seen += 1;
        self.sum += f64::from(change);
        self.squares += f64::from(change) * f64::from(change);
    }

    fn rest(&self) -> usize {
        self.all - self.seen
    }

    /// Expected sum over all orders, and its variance: nothing when all were seen.
    fn estimate(&self) -> (f64, f64) {
        if self.seen == 0 {
            return (0.0, 0.0);
        }
        let (n, all) = (self.seen as f64, self.all as f64);
        let mean = self.sum / n;
        let spread = (self.squares / n - mean * mean).max(0.0);
        (mean * all, spread * all * self.rest() as f64 / n)
    }
}

/// Places on either side of a friend's that a product may go to.
const NEARBY: usize = 16;

struct Walk<'a> {
    floor: Floor<'a>,
    company: Vec<Company>,
    home: i32,
    /// Of each slot.
    reaches: Vec<Reach>,
    /// Of each product where it stands.
    at: Vec<Reach>,
}

impl Walk<'_> {
    /// Change of one order when `i` moves from `from` to `to`; `others` are the rest of the order.
    #[inline]
    fn change(&self, others: &[u32], from: Reach, to: Reach, k: u32) -> i32 {
        let (mut low, mut high) = (self.home, self.home);
        let (mut ahead, mut behind, mut old, mut new) = (0, 0, 0, 0);
        for &j in others {
            if j == k {
                // Both trade places: the order's spots stay the same.
                return 0;
            }
            let there = self.at[j as usize];
            low = low.min(there.x);
            high = high.max(there.x);
            ahead = ahead.max(there.ahead);
            behind = behind.max(there.behind);
            if there.piece == from.piece {
                old = old.max(there.entry);
            }
            if there.piece == to.piece {
                new = new.max(there.entry);
            }
        }
        let span =
            |r: Reach| high.max(r.x) - low.min(r.x) + ahead.max(r.ahead) + behind.max(r.behind);
        2 * (span(to) - span(from)) + (to.entry - new).max(0) - (from.entry - old).max(0)
    }

    /// Look at some more orders of `i`.
    fn sample(&self, sample: &mut Sample, i: usize, to: Reach, k: u32, most: usize) {
        let (company, from) = (&self.company[i], self.at[i]);
        let until = (sample.seen + most).min(sample.all);
        while sample.seen < until {
            let row = company.ptr[sample.seen] as usize..company.ptr[sample.seen + 1] as usize;
            sample.add(self.change(&company.others[row], from, to, k));
        }
    }

    /// Whether the change is at most `threshold`; decided on as few orders as make it clear
    /// (two standard errors, in the manner of Korattikara, Chen and Welling 2014).
    fn acceptable(&self, i: usize, to: u32, k: u32, threshold: f64) -> bool {
        let count = |p: usize| self.company[p].ptr.len() - 1;
        let here = self.reaches[self.floor.slot[i] as usize];
        let there = self.reaches[to as usize];
        let mut mine = Sample { all: count(i), ..Sample::default() };
        let mut other = Sample::default();
        if k != NOWHERE {
            other.all = count(k as usize);
        }
        let mut most = CHUNK;
        loop {
            self.sample(&mut mine, i, there, k, most);
            if k != NOWHERE {
                self.sample(&mut other, k as usize, here, i as u32, most);
            }
            let ((a, va), (b, vb)) = (mine.estimate(), other.estimate());
            let (change, variance) = (a + b, va + vb);
            if mine.rest() + other.rest() == 0 || (change - threshold).abs() > 2.0 * variance.sqrt()
            {
                return change <= threshold;
            }
            most *= 2;
        }
    }

    /// Seven times in eight near one that it was once ordered with.
    fn propose(&self, stream: &mut Stream) -> Option<Swap> {
        let i = self.floor.movable(stream)?;
        let friends = &self.company[i].others;
        let friend = (!friends.is_empty() && stream.next_u64() & 7 != 0)
            .then(|| friends[stream.below(friends.len())]);
        self.floor.propose(i, friend, NEARBY, stream)
    }

    fn apply(&mut self, swap: Swap) {
        let (i, to, k) = swap;
        let here = self.floor.apply(swap);
        self.at[i] = self.reaches[to as usize];
        if k != NOWHERE {
            self.at[k as usize] = self.reaches[here as usize];
        }
    }
}

/// Metres of all orders together, by exact tours, over the products that stand somewhere.
pub fn total(grid: &Grid, spots: &[Spot], slot: &[u32], orders: &Baskets) -> i64 {
    let mut ptr = vec![0];
    let mut lines = Vec::with_capacity(orders.products.len());
    for b in 0..orders.len() {
        let row = &orders.products[orders.ptr[b]..orders.ptr[b + 1]];
        lines.extend(row.iter().map(|&p| slot[p as usize]).filter(|&s| s != NOWHERE));
        ptr.push(lines.len());
    }
    tour_lengths(grid, spots, None, &ptr, &lines, Method::Exact).iter().sum()
}

/// For each product the others in each of its orders, products without a slot left out.
fn companies(orders: &Baskets, slot: &[u32], stream: &mut Stream) -> Vec<Company> {
    let (ptr, of) = orders.by_product(slot.len());
    (0..slot.len())
        .map(|i| {
            let mut mine: Vec<u32> = of[ptr[i]..ptr[i + 1]].to_vec();
            stream.shuffle(&mut mine);
            let mut company = Company { ptr: vec![0], others: Vec::new() };
            for &order in &mine {
                let row = orders.ptr[order as usize]..orders.ptr[order as usize + 1];
                let placed = |&j: &u32| j as usize != i && slot[j as usize] != NOWHERE;
                company.others.extend(orders.products[row].iter().copied().filter(placed));
                company.ptr.push(company.others.len() as u32);
            }
            company
        })
        .collect()
}

/// Median size of the changes that proposals bring.
fn typical_change(walk: &Walk<'_>, stream: &mut Stream) -> f64 {
    let mut sizes = Vec::new();
    for _ in 0..1000 {
        if let Some((i, to, k)) = walk.propose(stream) {
            let mut sample = Sample { all: walk.company[i].ptr.len() - 1, ..Sample::default() };
            walk.sample(&mut sample, i, walk.reaches[to as usize], k, CHUNK);
            let size = sample.estimate().0.abs();
            if size > 0.0 {
                sizes.push(size);
            }
        }
    }
    sizes.sort_by(f64::total_cmp);
    sizes.get(sizes.len() / 2).copied().unwrap_or(0.0)
}

/// Improve `slot` for these orders; proposals looked at, and why it ended. Without any limit: 300
/// proposals a product.
pub fn anneal(
    problem: &Problem<'_>,
    grid: &Grid,
    spots: &[Spot],
    orders: &Baskets,
    slot: &mut Vec<u32>,
    seed: u64,
    control: &Control<'_>,
) -> (u64, StopReason) {
    if problem.slots.distance.is_empty() || slot.is_empty() || orders.is_empty() {
        return (0, StopReason::Converged);
    }
    let mut stream = Stream::new(seed, purpose("slotting.travel"), 0, 0);
    let company = companies(orders, slot, &mut stream);
    let reaches: Vec<Reach> = spots.iter().map(|&s| reach(grid, s)).collect();
    let mut at = vec![Reach::default(); slot.len()];
    for (i, &s) in slot.iter().enumerate().filter(|(_, &s)| s != NOWHERE) {
        at[i] = reaches[s as usize];
    }
    let home = grid.aisle_x()[grid.depot().0] as i32;
    let floor = Floor::new(problem, spots, slot);
    let mut walk = Walk { floor, company, home, reaches, at };
    let typical = typical_change(&walk, &mut stream);
    if typical == 0.0 {
        return (0, StopReason::Converged);
    }
    let (hot, cold) = (HOT * typical, HOT * COLD * typical);
    let limits = control.limits();
    let free = limits.iterations.is_none() && limits.seconds.is_none();
    let budget = 300 * slot.len() as u64;
    let mut done = 0;
    let reason = loop {
        if let Some(why) = control.stop(done, f64::INFINITY) {
            break why;
        }
        if free && done >= budget {
            break StopReason::Converged;
        }
        control.report(done, f64::INFINITY, None);
        let share = if free { done as f64 / budget as f64 } else { control.fraction(done) };
        let heat = hot * (cold / hot).powf(share.min(1.0));
        let mut until = done + STRIDE;
        if let Some(n) = limits.iterations {
            until = until.min(n);
        }
        while done < until {
            done += 1;
            let Some((i, to, k)) = walk.propose(&mut stream) else { continue };
            let threshold = -heat * (1.0 - stream.uniform()).ln();
            if walk.acceptable(i, to, k, threshold) {
                walk.apply((i, to, k));
            }
        }
    };
    if total(grid, spots, &walk.floor.slot, orders) <= total(grid, spots, slot, orders) {
        slot.clone_from(&walk.floor.slot);
    }
    (done, reason)
}

/// Place by velocity, then anneal against the orders. The cost is the walk of all orders; no bound
/// is known.
pub fn solve(
    problem: &Problem<'_>,
    grid: &Grid,
    spots: &[Spot],
    orders: &Baskets,
    start: &[u32],
    seed: u64,
    control: &Control<'_>,
) -> Result<Placement> {
    check_start(problem, start)?;
    let mut slot = place(problem, &by_velocity(&problem.products.picks), start);
    let (iterations, reason) = anneal(problem, grid, spots, orders, &mut slot, seed, control);
    let cost = i128::from(total(grid, spots, &slot, orders));
    Ok(Placement { slot, cost, bound: 0, iterations, reason })
}
