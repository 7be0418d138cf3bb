//! Simulated annealing with slack induction by string removals (Christiaens and Vanden Berghe 2020),
//! every changed route answered by the load oracle.
//!
//! Removing a customer can make a load impossible when others rested on its goods, so routes that
//! only lost customers are asked about as well.

use backhaul_common::{purpose, Control, Error, Result, StopReason, Stream};

use crate::joint::experience::Experience;
use crate::joint::network::Network;
use crate::joint::plan::{Plan, Tour};
use crate::oracle::{Memory, Oracle, Verdict};

const SEARCH: u64 = purpose("loading.joint");
/// Effort of proving that a single customer can be loaded.
const THOROUGH: u32 = 3000;
/// How often the same customers are put back at most, wiser each time. An early plan needs many
/// tries, a late one is too long after one or two.
const TRIES: usize = 50;
/// Effort of half of the looks at a load, at the start of the search and at its end.
const QUICK: f64 = 8.0;
const LATE: f64 = 80.0;
/// With more cargos in a full vehicle than this, so much less: searches do not apply, and
/// constructions take long.
const MANY: f64 = 48.0;
const THRIFT: f64 = 8.0;
/// Chance of a load that makes a look worth while, at the start and at the end of the search. A try
/// changes several routes, all of which must be loadable: as long as shorter plans are easily
/// found, only what probably is.
const WORTH: (f64, f64) = (0.9, 0.1);

/// How much longer a plan may be at the start, on average, as a share of the way to one customer.
const HEAT: f64 = 0.6;

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

pub(super) struct Search<'a> {
    pub network: &'a Network,
    pub oracle: &'a mut Oracle,
    pub control: &'a Control<'a>,
    pub rng: Stream,
    /// What each route beyond the fleet costs.
    pub extra: i64,
    pub experience: Experience,
    /// Chance of a load that makes a look worth while now.
    pub worth: f64,
    /// By how much looks are shorter than usual.
    pub thrift: f64,
    /// Share of the search that is over.
    pub done: f64,
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
    let mut experience = Experience::new(network.most.1);
    for (route, found) in oracle.memory() {
        let volume = route.iter().map(|c| network.volume[*c as usize]).sum();
        experience.learn(volume, found);
    }
    let extra = 10 * longest;
    let worth = WORTH.0;
    let all: Vec<u32> = (0..customers as u32).collect();
    let vehicles = network.volume.iter().sum::<i64>() as f64 / network.most.1.max(1) as f64;
    let goods = oracle.goods(&all) as f64 / vehicles.max(1.0);
    let thrift = if goods > MANY { THRIFT } else { 1.0 };
    let mut search =
        Search { network, oracle, control, rng, extra, experience, worth, thrift, done: 0.0 };
    let mut current = Plan::default();
    if let Some(routes) = start {
        for route in routes {
            let tour = Tour::of(network, route.clone());
            let tour = tour.filter(|t| search.loads(&t.stops, THOROUGH));
            current.tours.extend(tour);
        }
    }
    let mut inside = vec![false; customers];
    current.tours.iter().flat_map(|t| &t.stops).for_each(|c| inside[*c as usize] = true);
    let missing: Vec<u32> = (0..customers as u32).filter(|c| !inside[*c as usize]).collect();
    current = search.first(current, missing);
    let mut best = current.clone();
    let length: i64 = best.tours.iter().map(|t| t.length).sum();
    let heat = (HEAT * length as f64 / customers.max(1) as f64).max(1.0);
    let mut iterations = 0u64;
    let reason = loop {
        if customers < 2 {
            break StopReason::Converged;
        }
        if let Some(reason) = control.stop(iterations, best.cost as f64) {
            break reason;
        }
        let done = control.fraction(iterations).min(1.0);
        search.done = done;
        let cold = 0.01f64.powf(done);
        search.worth = WORTH.0 * (WORTH.1 / WORTH.0).powf(done);
        let mut ruined = current.clone();
        let mut removed = search.ruin(&mut ruined);
        search.order(&mut removed);
        let effort = search.effort();
        let heated = -heat * cold * search.rng.uniform().max(1e-300).ln();
        let limit = current.cost.saturating_add(heated as i64);
        for _ in 0..TRIES {
            let mut next = ruined.clone();
            if control.expired() || !search.recreate(&mut next, &removed, effort, limit) {
                break;
            }
            if search.whole(&mut next, effort) {
                if next.cost < best.cost {
                    best = next.clone();
                    control.report(iterations, best.cost as f64, None);
                }
                current = next;
                break;
            }
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
    pub(super) fn loads(&mut self, stops: &[u32], effort: u32) -> bool {
        self.oracle.ask_within(stops, effort, self.control) == Verdict::Feasible
    }

    pub fn cost(&self, plan: &Plan) -> i64 {
        let over = self.network.fleet.map_or(0, |fleet| plan.tours.len().saturating_sub(fleet));
        plan.tours.iter().map(|t| t.length).sum::<i64>() + over as i64 * self.extra
    }

    /// Mostly a quick look; now and then a thorough one, so that routes that are wanted again and
    /// again are looked at better and better: half as often for twice the effort.
    fn effort(&mut self) -> u32 {
        let quick = QUICK * (LATE / QUICK).powf(self.done) / self.thrift;
        (quick / self.rng.uniform().max(1e-9)).clamp(1.0, THOROUGH.into()) as u32
    }

    /// Whether every tour can be loaded, the fullest asked about first.
    fn whole(&mut self, plan: &mut Plan, effort: u32) -> bool {
        let mut open: Vec<usize> =
            (0..plan.tours.len()).filter(|k| !plan.tours[*k].loaded).collect();
        open.sort_by_key(|k| std::cmp::Reverse(plan.tours[*k].volume));
        for k in open {
            let stops = std::mem::take(&mut plan.tours[k].stops);
            let new = self.oracle.remembers(&stops) == Memory::New;
            let found = self.loads(&stops, effort);
            if new {
                self.experience.learn(plan.tours[k].volume, found);
            }
            plan.tours[k].stops = stops;
            plan.tours[k].loaded = found;
            if !found {
                return false;
            }
        }
        true
    }
}
