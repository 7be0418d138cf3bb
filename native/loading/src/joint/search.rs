//! Simulated annealing with slack induction by string removals (Christiaens and Vanden Berghe 2020),
//! every changed route answered by the load oracle.
//!
//! Removing a customer can make a load impossible when others rested on its goods, so routes that
//! only lost customers are asked about as well.

use backhaul_common::{purpose, Control, Error, Result, StopReason, Stream};

use crate::joint::network::Network;
use crate::oracle::{Oracle, Verdict};

const SEARCH: u64 = purpose("loading.joint");
/// Customers removed on average at most, and the longest string (the paper's values).
const REMOVED: f64 = 10.0;
const LONGEST: usize = 10;
/// No more than this share of all customers is removed on average: small instances need care.
const SHARE: f64 = 0.2;
/// Chance that a place is overlooked.
const BLINK: f64 = 0.01;
/// Loads asked about for one insertion before a vehicle of its own is taken.
const ASKED: usize = 4;
/// Effort of proving that a single customer can be loaded, and of an answer that would be the best.
const THOROUGH: u32 = 3000;

/// Routes and what they cost.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Customers by route, in order of delivery.
    pub routes: Vec<Vec<u32>>,
    /// Total length.
    pub length: i64,
    /// Ruins and recreations done.
    pub iterations: u64,
    /// Why the search ended.
    pub reason: StopReason,
}

#[derive(Clone, Debug)]
struct Tour {
    stops: Vec<u32>,
    length: i64,
    mass: i64,
    volume: i64,
    /// Whether the load of exactly this sequence is known to be possible.
    loaded: bool,
}

#[derive(Clone, Debug)]
struct Plan {
    tours: Vec<Tour>,
    cost: i64,
}

struct Search<'a> {
    network: &'a Network,
    oracle: &'a mut Oracle,
    control: &'a Control<'a>,
    rng: Stream,
    /// What each route beyond the fleet costs.
    extra: i64,
}

/// Improve routes until the control says stop. One iteration is one ruin and recreation.
pub fn solve(
    network: &Network,
    oracle: &mut Oracle,
    control: &Control<'_>,
    seed: u64,
    start: Option<&[Vec<u32>]>,
) -> Result<Answer> {
    let customers = network.customers();
    for c in 0..customers as u32 {
        if oracle.ask(&[c], THOROUGH) != Verdict::Feasible {
            let path = format!("customers[{c}].items");
            return Err(Error::infeasible(path, c, "goods that one vehicle can carry"));
        }
    }
    let longest = (0..customers as u32).filter_map(|c| network.length(&[c])).max().unwrap_or(0);
    let rng = Stream::new(seed, SEARCH, 0, 0);
    let mut search = Search { network, oracle, control, rng, extra: 10 * longest };
    let mut current = Plan { tours: Vec::new(), cost: 0 };
    if let Some(routes) = start {
        for route in routes {
            let tour = search.tour(route.clone());
            let tour = tour.filter(|t| search.loads(&t.stops, THOROUGH));
            current.tours.extend(tour);
        }
    }
    let mut inside = vec![false; customers];
    current.tours.iter().flat_map(|t| &t.stops).for_each(|c| inside[*c as usize] = true);
    let mut missing: Vec<u32> = (0..customers as u32).filter(|c| !inside[*c as usize]).collect();
    search.order(&mut missing);
    search.recreate(&mut current, &missing, 16, i64::MAX);
    current.cost = search.cost(&current);
    let mut best = current.clone();
    let heat = (0.01 * best.cost as f64).max(1.0);
    let mut iterations = 0u64;
    let reason = loop {
        if customers < 2 {
            break StopReason::Converged;
        }
        if let Some(reason) = control.stop(iterations, best.cost as f64) {
            break reason;
        }
        let cold = 0.01f64.powf(control.fraction(iterations).min(1.0));
        let mut next = current.clone();
        let mut removed = search.ruin(&mut next);
        search.order(&mut removed);
        let effort = search.effort();
        // What may be accepted is drawn first: whatever costs more needs no load.
        let heated = -heat * cold * search.rng.uniform().max(1e-300).ln();
        let limit = current.cost.saturating_add(heated as i64);
        if search.recreate(&mut next, &removed, effort, limit)
            && search.whole(&mut next, effort, best.cost)
        {
            if next.cost < best.cost {
                best = next.clone();
                control.report(iterations, best.cost as f64, None);
            }
            current = next;
        }
        iterations += 1;
        if iterations.is_multiple_of(512) {
            control.report(iterations, best.cost as f64, None);
        }
    };
    let length = best.tours.iter().map(|t| t.length).sum();
    let routes = best.tours.into_iter().map(|t| t.stops).collect();
    Ok(Answer { routes, length, iterations, reason })
}

impl Search<'_> {
    /// A tour of these stops, if windows, weight and volume allow it.
    fn tour(&self, stops: Vec<u32>) -> Option<Tour> {
        let length = self.network.length(&stops)?;
        let sum = |of: &[i64]| stops.iter().map(|c| of[*c as usize]).sum::<i64>();
        let (mass, volume) = (sum(&self.network.mass), sum(&self.network.volume));
        let fits = mass <= self.network.most.0 && volume <= self.network.most.1;
        fits.then_some(Tour { stops, length, mass, volume, loaded: false })
    }

    fn loads(&mut self, stops: &[u32], effort: u32) -> bool {
        self.oracle.ask_within(stops, effort, self.control) == Verdict::Feasible
    }

    fn cost(&self, plan: &Plan) -> i64 {
        let over = self.network.fleet.map_or(0, |fleet| plan.tours.len().saturating_sub(fleet));
        plan.tours.iter().map(|t| t.length).sum::<i64>() + over as i64 * self.extra
    }

    /// Mostly a quick look; now and then a thorough one, so that routes that are wanted again and
    /// again are looked at better and better.
    fn effort(&mut self) -> u32 {
        match self.rng.below(32) {
            0 => 1000,
            1..=2 => 300,
            3..=8 => 40,
            _ => 16,
        }
    }

    /// Whether every tour can be loaded; those that would make the best plan get more effort.
    fn whole(&mut self, plan: &mut Plan, effort: u32, best: i64) -> bool {
        let effort = if plan.cost < best { THOROUGH } else { effort.max(24) };
        for k in 0..plan.tours.len() {
            if !plan.tours[k].loaded {
                let stops = std::mem::take(&mut plan.tours[k].stops);
                plan.tours[k].loaded = self.loads(&stops, effort);
                plan.tours[k].stops = stops;
                if !plan.tours[k].loaded {
                    return false;
                }
            }
        }
        true
    }

    /// Take strings of customers out of neighbouring tours.
    fn ruin(&mut self, plan: &mut Plan) -> Vec<u32> {
        let customers = self.network.customers();
        let average = customers as f64 / plan.tours.len().max(1) as f64;
        let longest = (LONGEST as f64).min(average);
        let removed_most = REMOVED.min(SHARE * customers as f64);
        let most_strings = (4.0 * removed_most / (1.0 + longest) - 1.0).max(1.0);
        let strings = (self.rng.uniform() * most_strings + 1.0) as usize;
        let mut home = vec![usize::MAX; customers];
        for (k, tour) in plan.tours.iter().enumerate() {
            tour.stops.iter().for_each(|c| home[*c as usize] = k);
        }
        let mut touched = vec![false; plan.tours.len()];
        let mut removed = Vec::new();
        let seed = self.rng.below(customers) as u32;
        let near = std::iter::once(seed).chain(self.network.near[seed as usize].iter().copied());
        let mut done = 0;
        for customer in near {
            if done >= strings {
                break;
            }
            let k = home[customer as usize];
            if k == usize::MAX || touched[k] {
                continue;
            }
            touched[k] = true;
            done += 1;
            let stops = &mut plan.tours[k].stops;
            let size = stops.len();
            let most = longest.min(size as f64);
            let take = ((self.rng.uniform() * most + 1.0) as usize).min(size);
            let at = stops.iter().position(|c| *c == customer).unwrap_or(0);
            // A plain string around the customer, or one with a kept part inside it.
            let keep = if take > 1 && self.rng.uniform() < 0.5 {
                let mut keep = 1;
                while take + keep < size && self.rng.uniform() > 0.01 {
                    keep += 1;
                }
                keep.min(size - take)
            } else {
                0
            };
            let span = take + keep;
            let low = (at + 1).saturating_sub(span);
            let high = at.min(size - span);
            let first = low + self.rng.below(high - low + 1);
            let gap = if keep > 0 { first + self.rng.below(take - 1) + 1 } else { size };
            let mut index = 0;
            stops.retain(|c| {
                let i = index;
                index += 1;
                let out = i >= first && i < first + span && !(i >= gap && i < gap + keep);
                if out {
                    removed.push(*c);
                }
                !out
            });
        }
        for (k, tour) in plan.tours.iter_mut().enumerate() {
            if touched[k] {
                if let Some(fresh) = self.tour(std::mem::take(&mut tour.stops)) {
                    *tour = fresh;
                }
            }
        }
        plan.tours.retain(|t| !t.stops.is_empty());
        removed
    }

    /// The order in which customers come back: random, large first, far first or near first.
    fn order(&mut self, removed: &mut [u32]) {
        self.rng.shuffle(removed);
        let network = self.network;
        let away = |c: u32| network.leg(None, Some(c)) + network.leg(Some(c), None);
        match self.rng.below(11) {
            0..=3 => {}
            4..=7 => removed.sort_by_key(|c| -network.volume[*c as usize]),
            8..=9 => removed.sort_by_key(|c| -away(*c)),
            _ => removed.sort_by_key(|c| away(*c)),
        }
    }

    /// Put customers back, each at the cheapest place where the load is found possible; false as
    /// soon as the plan costs more than the limit.
    fn recreate(&mut self, plan: &mut Plan, removed: &[u32], effort: u32, limit: i64) -> bool {
        let network = self.network;
        plan.cost = self.cost(plan);
        let mut places: Vec<(i64, u32, u32)> = Vec::new();
        for &customer in removed {
            places.clear();
            let c = customer as usize;
            for (k, tour) in plan.tours.iter().enumerate() {
                let heavy = tour.mass + network.mass[c] > network.most.0;
                if heavy || tour.volume + network.volume[c] > network.most.1 {
                    continue;
                }
                for at in 0..=tour.stops.len() {
                    if self.rng.uniform() >= BLINK {
                        let detour = network.detour(&tour.stops, at, customer);
                        places.push((detour, k as u32, at as u32));
                    }
                }
            }
            let own = network.length(&[customer]).unwrap_or(0);
            let over = network.fleet.is_some_and(|fleet| plan.tours.len() >= fleet);
            let own = own + if over { self.extra } else { 0 };
            places.sort_unstable();
            let mut asked = 0;
            let mut found = false;
            for &(detour, k, at) in &places {
                if detour > own || asked >= ASKED {
                    break;
                }
                if plan.cost.saturating_add(detour) > limit {
                    return false;
                }
                let mut stops = plan.tours[k as usize].stops.clone();
                stops.insert(at as usize, customer);
                let Some(mut tour) = self.tour(stops) else { continue };
                asked += 1;
                if self.loads(&tour.stops, effort) {
                    tour.loaded = true;
                    plan.cost += tour.length - plan.tours[k as usize].length;
                    plan.tours[k as usize] = tour;
                    found = true;
                    break;
                }
            }
            if !found {
                if plan.cost.saturating_add(own) > limit {
                    return false;
                }
                if let Some(mut tour) = self.tour(vec![customer]) {
                    tour.loaded = true;
                    plan.tours.push(tour);
                    plan.cost += own;
                }
            }
        }
        plan.cost <= limit
    }
}
