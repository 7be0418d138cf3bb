//! Judge a whole route: its best schedule, and what the rules add to its cost.

use std::cell::RefCell;

use crate::problem::{Problem, NONE, UNLIMITED};
use crate::rules::lifo;
use crate::rules::schedule::{Policy, Rest, Run, Trace, Walker};
use crate::rules::{Broken, Rules};

/// Departures that are tried for one route and policy.
const DEPARTURES: usize = 6;

/// A route that keeps every rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    pub duration: i64,
    /// What is paid for windows missed, goods carried and changes.
    pub extra: i64,
}

/// When a vehicle is where, and what the rules add to the cost of its route.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Arrival, start and departure at the start, at every stop and at the end.
    pub visits: Vec<[i64; 3]>,
    /// Time off on the way.
    pub rests: Vec<Rest>,
    /// Price of soft windows missed.
    pub soft_cost: i64,
    /// Price of goods carried.
    pub load_cost: i64,
    /// Price of changes to the known plan.
    pub change_cost: i64,
    /// Names of the rules that it breaks.
    pub broken: Vec<&'static str>,
}

#[derive(Default)]
struct Scratch {
    starts: Vec<(i64, i64)>,
    hold: Vec<i64>,
    stack: Vec<u32>,
    rides: Vec<(usize, usize, i64)>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// The cheapest walk that was found, and how to walk it again.
#[derive(Clone, Copy)]
struct Choice {
    run: Run,
    policy: Policy,
    cost: i64,
}

/// Judge a route of a vehicle of type `vt` along `stops`; `None` where it breaks a rule.
pub(crate) fn judge(problem: &Problem, vt: usize, started: u32, stops: &[u32]) -> Option<Judged> {
    let rules = &problem.rules;
    SCRATCH.with_borrow_mut(|scratch| {
        if !order_holds(problem, rules, started, stops, scratch) {
            return None;
        }
        let choice = best(problem, rules, vt, stops, scratch).ok()?;
        let extra = choice.run.soft_cost
            + load_cost(problem, vt, stops)
            + rules.stability.price(started, stops);
        Some(Judged { duration: choice.run.end - choice.run.leave, extra })
    })
}

/// The schedule of a route, also of one that breaks rules.
pub fn schedule(problem: &Problem, vt: usize, started: u32, stops: &[u32]) -> Schedule {
    let rules = &problem.rules;
    let mut scratch = Scratch::default();
    let ordered = order_holds(problem, rules, started, stops, &mut scratch);
    let found = best(problem, rules, vt, stops, &mut scratch);
    let (leave, policy, mut broken) = match found {
        Ok(choice) => (choice.run.leave, choice.policy, 0),
        Err(broken) => (0, Policy::default(), broken),
    };
    // The holds of the best walk are found again on the way.
    walk(problem, rules, vt, stops, leave, policy, &mut scratch);
    let mut trace = Trace::default();
    let hold = std::mem::take(&mut scratch.hold);
    let walker = Walker::new(problem, rules, vt, policy, Some(&mut trace));
    let run = walker.run(stops, leave, &hold, &mut scratch.starts);
    broken |= run.broken;
    let names = [
        (Broken::WINDOW, "time_window"),
        (Broken::SHIFT, "shift"),
        (Broken::RELEASE, "release"),
        (Broken::DURATION, "duration"),
        (Broken::RIDE, "ride_time"),
        (Broken::PAUSE, "break"),
        (Broken::DRIVER, "driver_rules"),
    ];
    let mut broken: Vec<&'static str> =
        names.iter().filter(|(bit, _)| broken & bit != 0).map(|&(_, name)| name).collect();
    if !ordered {
        broken.push("order");
    }
    Schedule {
        visits: trace.visits,
        rests: trace.rests,
        soft_cost: run.soft_cost,
        load_cost: load_cost(problem, vt, stops),
        change_cost: rules.stability.price(started, stops),
        broken,
    }
}

/// Rules on who is served by whom, and in what order.
fn order_holds(
    problem: &Problem,
    rules: &Rules,
    started: u32,
    stops: &[u32],
    scratch: &mut Scratch,
) -> bool {
    if !rules.keeper.is_empty() {
        let own = |s: u32| rules.keeper[s as usize] == NONE || rules.keeper[s as usize] == started;
        if !stops.iter().all(|&s| own(s)) {
            return false;
        }
    }
    if !rules.links.follows.is_empty() {
        for (k, &s) in stops.iter().enumerate() {
            let (next, prev) = (rules.links.follows[s as usize], rules.links.leads[s as usize]);
            let right = next == NONE || stops.get(k + 1) == Some(&next);
            let left = prev == NONE || (k > 0 && stops[k - 1] == prev);
            if !left || !right {
                return false;
            }
        }
    }
    !rules.lifo || lifo::holds(problem, rules, stops, &mut scratch.stack)
}

/// The cheapest schedule over policies and departures, else what the first walk broke.
fn best(
    problem: &Problem,
    rules: &Rules,
    vt: usize,
    stops: &[u32],
    scratch: &mut Scratch,
) -> Result<Choice, u32> {
    let t = &problem.types[vt];
    let own = rules.types.get(vt);
    let (pauses, driver) =
        own.map_or((false, false), |t| (!t.pauses.is_empty(), t.driver.is_some()));
    let has = |f: &dyn Fn(usize) -> bool| stops.iter().any(|&s| f(s as usize));
    let early =
        !rules.soft.is_empty() && has(&|s| rules.soft[s].early_cost > 0 && rules.soft[s].early > 0);
    let duration = t.duration_cost > 0
        || t.overtime_cost > 0
        || t.max_duration < UNLIMITED
        || rules.balance.any();
    scratch.rides.clear();
    if !rules.max_ride.is_empty() {
        for (i, &s) in stops.iter().enumerate() {
            let (limit, delivery) =
                (rules.max_ride[s as usize], rules.links.delivery_of[s as usize]);
            if limit < UNLIMITED {
                if let Some(j) = stops.iter().position(|&d| d == delivery) {
                    scratch.rides.push((i, j, limit));
                }
            }
        }
    }
    let plain = Policy::default();
    let mut found: Result<Choice, u32> = Err(0);
    for (wanted, policy) in [
        (true, plain),
        (early, Policy { soft_wait: true, ..plain }),
        (pauses, Policy { early_pause: true, ..plain }),
        (driver, Policy { long_wait: true, ..plain }),
    ] {
        if !wanted {
            continue;
        }
        let mut leave = 0;
        for _ in 0..DEPARTURES {
            let mut run = walk(problem, rules, vt, stops, leave, policy, scratch);
            let time = run.end - run.leave;
            if run.broken == 0 && time > t.max_duration {
                run.broken = Broken::DURATION;
            }
            let cost = run.soft_cost
                + t.duration_cost * time
                + t.overtime_cost * (time - t.overtime_after).max(0);
            let better = match &found {
                Err(_) => true,
                Ok(best) => (cost, time) < (best.cost, best.run.end - best.run.leave),
            };
            if run.broken == 0 && better {
                found = Ok(Choice { run, policy, cost });
            } else if let Err(broken) = &mut found {
                *broken |= run.broken;
            }
            // Leaving later is worth a look where it saves a wait, or where a rule counts the time.
            let hopeful = run.broken == 0 || run.broken == Broken::DURATION || driver || pauses;
            if run.idle == 0 || !hopeful || !(duration || early || driver) {
                break;
            }
            leave = run.leave + run.delay.max(1);
        }
    }
    found
}

/// Walk a route with the holds at pickups that keep rides short: the least that do
/// (a system of difference constraints, solved by rounds as by Bellman and Ford).
fn walk(
    problem: &Problem,
    rules: &Rules,
    vt: usize,
    stops: &[u32],
    leave: i64,
    policy: Policy,
    scratch: &mut Scratch,
) -> Run {
    let Scratch { starts, hold, rides, .. } = scratch;
    hold.clear();
    hold.resize(if rides.is_empty() { 0 } else { stops.len() }, 0);
    for _ in 0..=rides.len() + 1 {
        let run = Walker::new(problem, rules, vt, policy, None).run(stops, leave, hold, starts);
        if run.broken != 0 {
            return run;
        }
        let mut held = false;
        for &(i, j, limit) in rides.iter() {
            let excess = starts[j].0 - starts[i].1 - limit;
            if excess > 0 {
                hold[i] = starts[i].0 + excess;
                held = true;
            }
        }
        if !held {
            return run;
        }
    }
    let run = Walker::new(problem, rules, vt, policy, None).run(stops, leave, hold, starts);
    Run { broken: run.broken | Broken::RIDE, ..run }
}

/// Goods times distance, leg by leg.
fn load_cost(problem: &Problem, vt: usize, stops: &[u32]) -> i64 {
    let rate = problem.rules.types.get(vt).map_or(0, |t| t.load_cost);
    if rate == 0 || problem.dims == 0 {
        return 0;
    }
    let t = &problem.types[vt];
    let goods = |list: &[i64], s: u32| list[s as usize * problem.dims];
    let paired = |s: u32| {
        let delivery_of = &problem.rules.links.delivery_of;
        delivery_of[s as usize] != NONE || problem.pairs.iter().any(|p| p.1 == s)
    };
    let trip = |from: usize| -> i64 {
        stops[from..]
            .iter()
            .take_while(|&&s| s as usize >= problem.depots)
            .filter(|&&s| !paired(s))
            .map(|&s| goods(&problem.delivery, s))
            .sum()
    };
    let (mut load, mut here, mut sum) = (trip(0), t.start as usize, 0);
    for (k, &s) in stops.iter().enumerate() {
        sum += load * problem.travel.distance(here, s as usize);
        if (s as usize) < problem.depots {
            load = trip(k + 1);
        } else {
            load += goods(&problem.pickup, s) - goods(&problem.delivery, s);
        }
        here = s as usize;
    }
    if t.end != NONE {
        sum += load * problem.travel.distance(here, t.end as usize);
    }
    rate * sum
}
