//! Slots against real orders: annealing on the walk that whole orders take.
//!
//! Pairs say what belongs together, but a picker walks orders: a second pick in an aisle that is
//! entered anyway costs little, wherever the depot is. So a product is judged by every order that
//! holds it, and at every place at once ([`crate::place_costs`]). Some hundred slots are drawn at a
//! time; with the costs of their products in a table, each swap among them takes four look-ups.
//! Products of one draw are judged as if the others stayed, which is hardly wrong while a draw is a
//! small part of the warehouse, and less and less so as fewer of them move. Whether the answer is
//! better is decided by exact tours ([`crate::tour`]).

use backhaul_common::{purpose, Control, Result, StopReason, Stream};
use rayon::prelude::*;

use crate::assignment::{by_velocity, check_start, place, Placement, Problem, NOWHERE};
use crate::baskets::Baskets;
use crate::congestion::Congestion;
use crate::grid::{Grid, Spot};
use crate::heuristics::Method;
use crate::kin::Kin;
use crate::levels;
use crate::order_rows::Rows;
use crate::place_costs::{Places, Tally};
use crate::tour::tour_lengths;

/// Draws that are worked on side by side, whatever the number of threads: answers do not depend
/// on it.
const DRAWS: usize = 2;

/// Most slots of a draw, and the part of its zone that it may take.
const DRAW: usize = 256;
const PART: usize = 16;

/// First temperature, as a share of the typical change; and the last as a share of the first.
const HOT: f64 = 0.4;
const COLD: f64 = 0.015;

/// Most orders that a product is judged on at a time. So many say where it belongs.
const KEPT: usize = 1000;

/// Orders that a product is judged on at first, and how many times as many in the end: while it is
/// hot, few orders are as good as all.
const FEW: f64 = 24.0;
const RISE: f64 = 400.0;

/// Looks a product without any limit.
const LOOKS: u64 = 40;

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

/// A part of the warehouse's slots, and what each of their holders would cost in each of them.
struct Draw {
    slots: Vec<u32>,
    /// Row: the holder of a slot; column: a slot. Against where it stands; 0 for an empty slot.
    change: Vec<f32>,
    /// Costs of an average order of each holder, by place.
    costs: Vec<f32>,
    /// New slot of each row's holder, as an index into `slots`.
    to: Vec<u32>,
}

struct Walk<'a> {
    problem: &'a Problem<'a>,
    places: &'a Places,
    rows: Rows,
    /// Orders of each product that are to be expected.
    expected: Vec<f32>,
    /// Price of a pair of picks in one aisle, and the picks in each.
    pair: f64,
    picks: Vec<f64>,
    slot: Vec<u32>,
    holder: Vec<u32>,
    /// Place of each product.
    at: Vec<u32>,
    /// Slots of each zone that nobody has to stay in.
    free: Vec<Vec<u32>>,
}

impl<'a> Walk<'a> {
    fn new(
        problem: &'a Problem<'a>,
        places: &'a Places,
        orders: &Baskets,
        slot: &[u32],
        stream: &mut Stream,
    ) -> Self {
        let zone = &problem.slots.zone;
        let mut holder = vec![NOWHERE; zone.len()];
        let mut at = vec![0; slot.len()];
        for (i, &s) in slot.iter().enumerate().filter(|(_, &s)| s != NOWHERE) {
            holder[s as usize] = i as u32;
            at[i] = places.of_slot[s as usize];
        }
        let mut free = vec![Vec::new(); zone.iter().max().map_or(0, |z| *z as usize + 1)];
        for (j, &k) in holder.iter().enumerate() {
            if k == NOWHERE || !problem.fixed[k as usize] {
                free[zone[j] as usize].push(j as u32);
            }
        }
        free.retain(|slots| slots.iter().filter(|&&j| holder[j as usize] != NOWHERE).count() > 0);
        free.retain(|slots| slots.len() > 1);
        let placed = |(i, &s): (usize, &u32)| (s != NOWHERE).then(|| at[i]);
        let stand: Vec<Option<u32>> = slot.iter().enumerate().map(placed).collect();
        let rows = Rows::new(orders, &stand, stream);
        let expected = Vec::new();
        let mut picks = vec![0.0; places.aisles()];
        for (i, place) in stand.iter().enumerate() {
            if let Some(place) = place {
                picks[places.aisle(*place)] += rows.of(i).len() as f64;
            }
        }
        Self {
            problem,
            places,
            rows,
            expected,
            pair: 0.0,
            picks,
            slot: slot.to_vec(),
            holder,
            at,
            free,
        }
    }

    /// Slots of this round, each draw within one zone, none in two draws.
    fn draw(&mut self, stream: &mut Stream) -> Vec<Draw> {
        let mut from = vec![0; self.free.len()];
        let mut draws = Vec::with_capacity(DRAWS);
        for _ in 0..DRAWS {
            let all: usize = self.free.iter().map(Vec::len).sum();
            let mut number = stream.below(all);
            let mut zone = 0;
            while number >= self.free[zone].len() {
                number -= self.free[zone].len();
                zone += 1;
            }
            let slots = &mut self.free[zone];
            let begin = from[zone];
            let end = (begin + (slots.len() / PART).clamp(2, DRAW)).min(slots.len());
            for k in begin..end {
                let other = k + stream.below(slots.len() - k);
                slots.swap(k, other);
            }
            from[zone] = end;
            draws.push(Draw {
                slots: slots[begin..end].to_vec(),
                change: Vec::new(),
                costs: Vec::new(),
                to: (0..(end - begin) as u32).collect(),
            });
        }
        draws
    }

    /// Fill the tables, on at most `most` orders of each product.
    fn judge(&self, kin: &Kin, draws: &mut [Draw], most: usize, turn: u64) {
        let numbers = self.places.numbers();
        for draw in draws.iter_mut() {
            let slots = &draw.slots;
            draw.change = vec![0.0; slots.len() * slots.len()];
            draw.costs.resize(slots.len() * numbers, 0.0);
            draw.change
                .par_chunks_mut(slots.len().max(1))
                .zip(draw.costs.par_chunks_mut(numbers))
                .zip(slots)
                .for_each_init(
                    || (Tally::new(self.places), vec![0.0; numbers]),
                    |(tally, lean), ((row, costs), &own)| {
                        let i = self.holder[own as usize];
                        if i == NOWHERE {
                            return;
                        }
                        let i = i as usize;
                        let of = self.rows.of(i);
                        tally.count(&self.rows, of, self.at[i], most, turn);
                        let some = of.len().min(most).max(1) as f64;
                        for (cost, &sum) in costs.iter_mut().zip(&tally.costs) {
                            *cost = (sum / some) as f32;
                        }
                        lean.copy_from_slice(costs);
                        kin.lean(i, of.len(), lean);
                        let cost = |slot: u32| lean[self.places.of_slot[slot as usize] as usize];
                        let here = cost(own);
                        let scale = self.expected[i];
                        for (change, &slot) in row.iter_mut().zip(slots) {
                            *change = scale * (cost(slot) - here);
                        }
                        if self.pair > 0.0 {
                            self.add_meetings(i, slots, row);
                        }
                    },
                );
        }
    }

    /// Add what more or fewer meetings in the aisles of other slots cost.
    fn add_meetings(&self, product: usize, slots: &[u32], row: &mut [f32]) {
        let (own, picks) =
            (self.places.aisle(self.at[product]), self.rows.of(product).len() as f64);
        let here = self.picks[own] - picks;
        for (change, &slot) in row.iter_mut().zip(slots) {
            let aisle = self.places.aisle(self.places.of_slot[slot as usize]);
            if aisle != own {
                *change += (self.pair * picks * (self.picks[aisle] - here)) as f32;
            }
        }
    }

    /// Tell the families what these draws said of their products.
    fn learn(&self, kin: &mut Kin, draws: &[(Vec<u32>, Vec<f32>)]) {
        for (slots, costs) in draws {
            for (costs, &slot) in costs.chunks(self.places.numbers()).zip(slots) {
                let i = self.holder[slot as usize];
                if i != NOWHERE && !self.rows.of(i as usize).is_empty() {
                    kin.learn(i as usize, self.rows.of(i as usize).len(), costs);
                }
            }
        }
    }

    /// Swap by the table, as many times as it has entries.
    fn swap(&self, draw: &mut Draw, heat: f64, stream: &mut Stream) {
        let Draw { slots, change, to, .. } = draw;
        let m = slots.len();
        let fits = |row: usize, column: u32| {
            let (i, slot) = (self.holder[slots[row] as usize], slots[column as usize]);
            i == NOWHERE || self.problem.fits(i as usize, slot as usize)
        };
        for _ in 0..m * m {
            let word = stream.next_u64();
            let (a, b) = (((word >> 32) as usize * m) >> 32, ((word as u32) as usize * m) >> 32);
            let (mine, other) = (to[a], to[b]);
            let entry = |row: usize, column: u32| change[row * m + column as usize];
            let more =
                f64::from(entry(a, other) + entry(b, mine) - entry(a, mine) - entry(b, other));
            // Beyond 20 times the temperature nothing is accepted in a lifetime.
            let fine =
                more <= 0.0 || more < 20.0 * heat && more < -heat * (1.0 - stream.uniform()).ln();
            if fine && a != b && fits(a, other) && fits(b, mine) {
                to.swap(a, b);
            }
        }
    }

    /// Carry the draws out.
    fn apply(&mut self, draws: &[Draw]) {
        let mut moves = Vec::new();
        for draw in draws {
            let who: Vec<u32> = draw.slots.iter().map(|&s| self.holder[s as usize]).collect();
            for (&i, &column) in who.iter().zip(&draw.to) {
                let slot = draw.slots[column as usize];
                self.holder[slot as usize] = i;
                if i != NOWHERE {
                    let place = self.places.of_slot[slot as usize];
                    let before = std::mem::replace(&mut self.at[i as usize], place);
                    self.slot[i as usize] = slot;
                    if place != before {
                        let picks = self.rows.of(i as usize).len() as f64;
                        self.picks[self.places.aisle(before)] -= picks;
                        self.picks[self.places.aisle(place)] += picks;
                        moves.push((i as usize, before, place));
                    }
                }
            }
        }
        self.rows.shift(&moves);
    }
}

/// Median size of the changes that swaps of these draws bring.
fn typical_change(draws: &[Draw]) -> f64 {
    let mut sizes = Vec::new();
    for draw in draws {
        let m = draw.slots.len();
        for a in 0..m {
            for b in 0..a {
                let size = (draw.change[a * m + b] + draw.change[b * m + a]).abs();
                if size > 0.0 {
                    sizes.push(size);
                }
            }
        }
    }
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() / 2).map_or(0.0, |&size| f64::from(size))
}

/// Improve `slot` for these orders; the walk, products looked at, and why it ended. Without any
/// limit: [`LOOKS`] looks a product.
fn anneal(
    problem: &Problem<'_>,
    grid: &Grid,
    spots: &[Spot],
    orders: &Baskets,
    families: &[Vec<u32>],
    congestion: Option<Congestion>,
    slot: &mut Vec<u32>,
    seed: u64,
    control: &Control<'_>,
) -> (i64, u64, StopReason) {
    let began = control.elapsed();
    let meetings = |slot: &[u32]| congestion.map_or(0, |c| c.total(spots, slot, orders));
    let before = total(grid, spots, slot, orders) + meetings(slot);
    // The tours of the end take as long as those of the beginning.
    let spare = 1.5 * (control.elapsed() - began);
    let stream = |turn: u64, draw: u64| Stream::new(seed, purpose("slotting.travel"), draw, turn);
    let places = Places::new(grid, spots);
    let mut walk = Walk::new(problem, &places, orders, slot, &mut stream(0, 0));
    let counts: Vec<usize> = (0..slot.len()).map(|i| walk.rows.of(i).len()).collect();
    let mut kin = Kin::new(families, slot.len(), places.numbers());
    walk.expected = kin.expected(&counts);
    walk.pair = congestion.map_or(0.0, |c| c.pair());
    if walk.free.is_empty() || orders.is_empty() {
        return (before, 0, StopReason::Converged);
    }
    let limits = control.limits();
    let free = limits.iterations.is_none() && limits.seconds.is_none();
    let budget = LOOKS * slot.len() as u64;
    let (mut done, mut turn, mut typical) = (0, 0, 0.0);
    let reason = loop {
        if let Some(why) = control.stop(done, f64::INFINITY) {
            break why;
        }
        if limits.seconds.is_some_and(|s| control.elapsed() + spare >= s) {
            break StopReason::Deadline;
        }
        if free && done >= budget {
            break StopReason::Converged;
        }
        control.report(done, f64::INFINITY, None);
        let share =
            if free { done as f64 / budget as f64 } else { control.fraction(done) }.min(1.0);
        turn += 1;
        let mut draws = walk.draw(&mut stream(turn, 0));
        if let Some(most) = limits.iterations {
            if done + draws.iter().map(|d| d.slots.len() as u64).sum::<u64>() > most {
                break StopReason::Iterations;
            }
        }
        let most =
            if typical == 0.0 { KEPT } else { ((FEW * RISE.powf(share)) as usize).min(KEPT) };
        walk.judge(&kin, &mut draws, most, stream(turn, 1).next_u64());
        if typical == 0.0 {
            typical = typical_change(&draws);
        }
        let heat = HOT * typical * COLD.powf(share);
        let take = |draw: &mut Draw| (draw.slots.clone(), std::mem::take(&mut draw.costs));
        let said: Vec<_> = draws.iter_mut().map(take).collect();
        let swap = |(number, draw): (usize, &mut Draw)| {
            walk.swap(draw, heat, &mut stream(turn, 2 + number as u64));
        };
        rayon::join(
            || draws.par_iter_mut().enumerate().for_each(swap),
            || walk.learn(&mut kin, &said),
        );
        walk.apply(&draws);
        done += draws.iter().map(|draw| draw.slots.len() as u64).sum::<u64>();
    };
    let after = total(grid, spots, &walk.slot, orders) + meetings(&walk.slot);
    if after <= before {
        slot.clone_from(&walk.slot);
    }
    (after.min(before), done, reason)
}

/// Place by velocity, then anneal against the orders; products of few orders lean on their
/// `families`, the widest first ([`crate::kin`]). Who stands on which level of a stop is settled
/// last ([`crate::levels`]): no walk knows it. The cost is the walk of all orders and, with
/// `congestion`, what meetings in aisles cost; no bound is known.
pub fn solve(
    problem: &Problem<'_>,
    grid: &Grid,
    spots: &[Spot],
    orders: &Baskets,
    families: &[Vec<u32>],
    congestion: Option<Congestion>,
    start: &[u32],
    seed: u64,
    control: &Control<'_>,
) -> Result<Placement> {
    check_start(problem, start)?;
    let mut slot = place(problem, &by_velocity(&problem.products.picks), start);
    let (cost, iterations, reason) =
        anneal(problem, grid, spots, orders, families, congestion, &mut slot, seed, control);
    levels::arrange(problem, spots, &mut slot);
    let cost = i128::from(cost);
    Ok(Placement { slot, cost, bound: 0, iterations, reason })
}
