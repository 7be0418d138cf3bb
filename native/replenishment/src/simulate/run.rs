//! One product over all places, period by period.

use std::collections::VecDeque;
use std::rc::Rc;

use backhaul_common::{purpose, Stream};

use super::draws::{Inverse, BLOCK};
use super::{Totals, World};
use crate::cell;
use crate::nightly::{order_quantity, Rule};
use crate::pmf::Pmf;

/// A place while it runs; its shelf and what is due to it stand in the arrays of [`Run`].
struct Place {
    parent: Option<usize>,
    reorder_level: i32,
    order_up_to: i32,
    rule: Rule,
    lead: usize,
    /// Where its ring of arrivals begins, and the slot of this period.
    ring: usize,
    slot: usize,
    on_hand: i32,
    on_order: i32,
    owed: i32,
    /// Orders of places below that wait here, and their units.
    queue: VecDeque<(usize, i32)>,
    waiting: i32,
    demand: Option<Rc<Inverse>>,
    stream: Stream,
    totals: Totals,
}

impl Place {
    #[inline]
    fn position(&self) -> i32 {
        self.on_hand + self.on_order - self.owed - self.waiting
    }
}

struct Run {
    places: Vec<Place>,
    /// Buckets of a shelf, and periods of shelf life (0: none).
    width: usize,
    life: u32,
    backorders: bool,
    keep_orders: bool,
    /// Buckets of all places.
    stock: Vec<i32>,
    /// Rings of arrivals of all places: a shelf each for this period and the `lead` that follow.
    due: Vec<i32>,
    /// Goods on the way from one place to another.
    moving: Vec<i32>,
    /// The coming demands of all places, `BLOCK` each.
    demands: Vec<i32>,
}

impl Run {
    fn new(world: &World<'_>, product: usize, names: (u64, u64)) -> Self {
        let count = world.parent.len();
        let life = world.shelf_life[product] as u32;
        let width = cell::buckets(life);
        let mut stock = vec![0; count * width];
        let mut ring = 0;
        let mut places: Vec<Place> = Vec::with_capacity(count);
        for k in 0..count {
            let i = product * count + k;
            let law = |i: usize| (world.mean[i].to_bits(), world.variance_to_mean[i].to_bits());
            let demand = (world.mean[i] > 0.0).then(|| {
                // Places with the same law share its table, which then stays in the cache.
                let same = (0..k).find(|&j| law(product * count + j) == law(i));
                same.and_then(|j| places[j].demand.clone()).unwrap_or_else(|| {
                    let pmf = Pmf::count(world.mean[i], world.variance_to_mean[i]);
                    Rc::new(Inverse::new(&pmf))
                })
            });
            let on_hand = world.order_up_to[i].max(0);
            cell::receive(&mut stock[k * width..(k + 1) * width], on_hand);
            let lead = world.lead_time[i] as usize;
            places.push(Place {
                parent: usize::try_from(world.parent[k]).ok(),
                reorder_level: world.reorder_level[i],
                order_up_to: world.order_up_to[i],
                rule: Rule {
                    pack: i64::from(world.case_pack[i]),
                    least: 1,
                    capacity: i64::from(i32::MAX),
                },
                lead,
                ring,
                slot: 0,
                on_hand,
                on_order: 0,
                owed: 0,
                queue: VecDeque::new(),
                waiting: 0,
                demand,
                stream: Stream::new(names.0, purpose("inventory simulator"), i as u64, names.1),
                totals: Totals::default(),
            });
            ring += (lead + 1) * width;
        }
        Self {
            places,
            width,
            life,
            backorders: world.backorders,
            keep_orders: world.keep_orders,
            stock,
            due: vec![0; ring],
            moving: vec![0; width],
            demands: vec![0; count * BLOCK],
        }
    }

    /// Draw demand and run this many periods, at most a block.
    fn block(&mut self, periods: usize) {
        for (place, demands) in self.places.iter_mut().zip(self.demands.chunks_exact_mut(BLOCK)) {
            if let Some(law) = &place.demand {
                law.fill(&mut place.stream, &mut demands[..periods]);
            }
        }
        // A shelf of one bucket is known to be one when the code is compiled: no loops over it.
        if self.width == 1 {
            (0..periods).for_each(|t| self.period::<true>(t));
        } else {
            (0..periods).for_each(|t| self.period::<false>(t));
        }
    }

    fn period<const ONE: bool>(&mut self, t: usize) {
        for k in 0..self.places.len() {
            self.arrive::<ONE>(k);
        }
        // From the customers upwards.
        for k in (0..self.places.len()).rev() {
            if self.places[k].position() <= self.places[k].reorder_level {
                self.order::<ONE>(k);
            }
        }
        for k in 0..self.places.len() {
            self.trade::<ONE>(k, t);
        }
    }

    /// Put on the shelf what is due; serve who waits.
    #[inline]
    fn arrive<const ONE: bool>(&mut self, k: usize) {
        let width = if ONE { 1 } else { self.width };
        let place = &mut self.places[k];
        if place.on_order == 0 {
            return;
        }
        let shelf = &mut self.stock[k * width..(k + 1) * width];
        let from = place.ring + place.slot * width;
        for (b, due) in self.due[from..from + width].iter_mut().enumerate() {
            let units = std::mem::take(due);
            if units > 0 {
                cell::receive_aged(shelf, units, b as u32 + 1);
                place.on_order -= units;
                place.on_hand += units;
                place.totals.received += i64::from(units);
            }
        }
        if place.owed > 0 {
            let taken = cell::take_oldest(shelf, place.owed);
            place.owed -= taken;
            place.on_hand -= taken;
        }
        while self.places[k].waiting > 0 && self.places[k].on_hand > 0 {
            let Some((below, units)) = self.places[k].queue.pop_front() else { break };
            let shipped = self.ship::<ONE>(k, below, units);
            self.places[k].waiting -= shipped;
            if shipped < units {
                self.places[k].queue.push_front((below, units - shipped));
            }
        }
    }

    /// Send goods from a place to one below, as far as they go: first expired, first shipped.
    #[inline]
    fn ship<const ONE: bool>(&mut self, from: usize, to: usize, units: i32) -> i32 {
        let width = if ONE { 1 } else { self.width };
        self.moving.fill(0);
        let shelf = &mut self.stock[from * width..(from + 1) * width];
        let mut left = units;
        for (stock, load) in shelf.iter_mut().zip(&mut self.moving) {
            let taken = left.min(*stock);
            (*stock, *load, left) = (*stock - taken, taken, left - taken);
        }
        let shipped = units - left;
        self.places[from].on_hand -= shipped;
        self.places[from].totals.shipped += i64::from(shipped);
        self.send(to);
        shipped
    }

    /// Put what moves on the way to a place.
    #[inline]
    fn send(&mut self, to: usize) {
        let place = &self.places[to];
        let slot = place.slot + place.lead;
        let slot = if slot > place.lead { slot - place.lead - 1 } else { slot };
        let from = place.ring + slot * self.width;
        for (b, &units) in self.moving.iter().enumerate() {
            // Goods grow older on the way, but arrive sellable.
            let b = if self.life == 0 { 0 } else { b.saturating_sub(place.lead) };
            self.due[from + b] += units;
        }
    }

    /// Order up to S, and ship what the place above has.
    #[inline]
    fn order<const ONE: bool>(&mut self, k: usize) {
        let place = &mut self.places[k];
        place.totals.orders += 1;
        let (position, s) = (i64::from(place.position()), i64::from(place.reorder_level));
        let want = order_quantity(position, s, i64::from(place.order_up_to), &place.rule) as i32;
        let Some(parent) = place.parent else {
            place.on_order += want;
            self.moving.fill(0);
            cell::receive(&mut self.moving, want);
            self.send(k);
            if self.places[k].lead == 0 {
                self.arrive::<ONE>(k);
            }
            return;
        };
        let free = if self.places[parent].waiting > 0 { 0 } else { want };
        let shipped = self.ship::<ONE>(parent, k, free);
        if self.keep_orders {
            self.places[k].on_order += want;
            if shipped < want {
                self.places[parent].waiting += want - shipped;
                self.places[parent].queue.push_back((k, want - shipped));
            }
        } else {
            self.places[k].on_order += shipped;
        }
        if self.places[k].lead == 0 {
            self.arrive::<ONE>(k);
        }
    }

    /// Serve customers, waste what is too old, count.
    #[inline]
    fn trade<const ONE: bool>(&mut self, k: usize, t: usize) {
        let width = if ONE { 1 } else { self.width };
        let place = &mut self.places[k];
        let shelf = &mut self.stock[k * width..(k + 1) * width];
        if place.demand.is_some() {
            let wanted = self.demands[k * BLOCK + t];
            let issue = cell::issue(shelf, wanted, 0);
            place.on_hand -= issue.issued;
            place.totals.demand += i64::from(wanted);
            place.totals.served += i64::from(issue.issued);
            if self.backorders {
                place.owed += issue.lost;
            }
        }
        let waste = cell::age(shelf, self.life);
        place.on_hand -= waste;
        place.totals.waste += i64::from(waste);
        place.totals.held += i64::from(place.on_hand);
        place.totals.owed += i64::from(place.owed);
        place.slot = if place.slot == place.lead { 0 } else { place.slot + 1 };
    }
}

/// Run one product and count the last `periods`; the totals of its places.
pub fn product(
    world: &World<'_>,
    product: usize,
    periods: usize,
    warm: usize,
    names: (u64, u64),
) -> Vec<Totals> {
    let mut run = Run::new(world, product, names);
    for (span, counted) in [(warm, false), (periods, true)] {
        if counted {
            for place in &mut run.places {
                let opening = i64::from(place.on_hand);
                place.totals = Totals { opening, ..Totals::default() };
            }
        }
        let mut left = span;
        while left > 0 {
            let block = left.min(BLOCK);
            run.block(block);
            left -= block;
        }
    }
    let finish = |place: Place| Totals {
        closing: i64::from(place.on_hand),
        short: place.totals.demand - place.totals.served,
        ..place.totals
    };
    run.places.into_iter().map(finish).collect()
}
