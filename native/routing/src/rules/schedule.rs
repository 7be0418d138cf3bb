//! One vehicle's day, stop by stop: when it drives, waits, works and rests.
//!
//! A route is walked forward from a given departure. Service starts as soon as a window is open;
//! a break or a rest is taken when nothing is left to drive, wherever that is; a pause at the end of
//! its window, or where the vehicle waits anyway. [`Policy`] changes one of these choices for the
//! whole route; the cheapest walk is the schedule.

use crate::problem::{Problem, NONE, UNLIMITED};
use crate::rules::driver::{DriverRules, Logbook, Pause};
use crate::rules::windows::next_open;
use crate::rules::{Broken, Rules};

/// Choices that hold for a whole route.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Policy {
    /// Wait for the start of soft windows.
    pub soft_wait: bool,
    /// Take a pause as soon as one of its windows is open.
    pub early_pause: bool,
    /// Make a wait as long as a break that counts.
    pub long_wait: bool,
}

/// Time off on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Number of the place that it comes after: 0 is the start; `waiting` ones come at the place.
    pub after: usize,
    /// From.
    pub start: i64,
    /// To.
    pub end: i64,
    /// Number of the pause, or [`NONE`] for what the driver's rules ask.
    pub pause: u32,
}

/// Arrival, start of service and departure at every place, and time off.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// At the start, every stop and the end.
    pub visits: Vec<[i64; 3]>,
    /// In order of time.
    pub rests: Vec<Rest>,
}

/// What one walk found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub leave: i64,
    pub end: i64,
    pub soft_cost: i64,
    /// Time spent waiting for windows.
    pub idle: i64,
    /// How much later it could leave without making anything later, as far as windows tell.
    pub delay: i64,
    /// What it breaks; 0: nothing.
    pub broken: u32,
}

pub(crate) struct Walker<'a> {
    problem: &'a Problem,
    rules: &'a Rules,
    vt: usize,
    pauses: &'a [Pause],
    driver: Option<&'a DriverRules>,
    policy: Policy,
    /// Go on after something broke, and write down what happens.
    trace: Option<&'a mut Trace>,
    at: usize,
    clock: i64,
    taken: u32,
    log: Logbook,
    idle: i64,
    delay: i64,
    soft_cost: i64,
    broken: u32,
}

impl<'a> Walker<'a> {
    pub fn new(
        problem: &'a Problem,
        rules: &'a Rules,
        vt: usize,
        policy: Policy,
        trace: Option<&'a mut Trace>,
    ) -> Self {
        let own = rules.types.get(vt);
        Self {
            problem,
            rules,
            vt,
            pauses: own.map_or(&[], |t| &t.pauses[..]),
            driver: own.and_then(|t| t.driver.as_ref()),
            policy,
            trace,
            at: 0,
            clock: 0,
            taken: 0,
            log: Logbook::new(0),
            idle: 0,
            delay: UNLIMITED,
            soft_cost: 0,
            broken: 0,
        }
    }

    /// Walk `stops`, leaving at `leave` or later; `hold[k]` is the earliest start at stop `k`.
    /// `starts` receives start and end of service of every stop.
    pub fn run(
        mut self,
        stops: &[u32],
        leave: i64,
        hold: &[i64],
        starts: &mut Vec<(i64, i64)>,
    ) -> Run {
        let problem = self.problem;
        let t = &problem.types[self.vt];
        let home = t.start as usize;
        let depots = problem.depots;
        starts.clear();
        let release = self.release(stops, 0);
        let from = leave.max(release).max(t.shift_start).max(problem.ready[home]);
        let close = problem.due[home].min(t.shift_end);
        if from > close {
            self.breaks(if release > close { Broken::RELEASE } else { Broken::WINDOW });
        }
        self.clock = from;
        self.delay = close - from;
        self.log = Logbook::new(from);
        for (k, pause) in self.pauses.iter().enumerate() {
            if pause.windows.last().is_none_or(|w| w.1 < from) {
                self.taken |= 1 << k;
            }
        }
        self.visited([from; 3]);
        self.clock += problem.service[home];
        let mut here = home;
        for (k, &s) in stops.iter().enumerate() {
            let s = s as usize;
            self.go(here, s);
            let arrival = self.clock;
            let release = if s < depots { self.release(stops, k + 1) } else { 0 };
            let lower = hold.get(k).copied().unwrap_or(0).max(release);
            let single = [(problem.ready[s], problem.due[s])];
            let windows = match self.rules.windows.get(s) {
                Some(list) if !list.is_empty() => &list[..],
                _ => &single[..],
            };
            self.serve(windows, lower, self.rules.service(problem, self.vt, s), s);
            let start = self.clock - self.rules.service(problem, self.vt, s);
            starts.push((start, self.clock));
            self.visited([arrival, start, self.clock]);
            if self.broken != 0 && self.trace.is_none() {
                return self.result(from);
            }
            here = s;
        }
        if t.end == NONE {
            if self.clock > t.shift_end {
                self.breaks(Broken::SHIFT);
            }
            self.delay = self.delay.min(self.idle + t.shift_end - self.clock);
        } else {
            let end = t.end as usize;
            self.go(here, end);
            let arrival = self.clock;
            let window = [(problem.ready[end], problem.due[end].min(t.shift_end))];
            self.serve(&window, 0, 0, end);
            self.visited([arrival, self.clock, self.clock]);
        }
        self.result(from)
    }

    fn result(&self, leave: i64) -> Run {
        Run {
            leave,
            end: self.clock,
            soft_cost: self.soft_cost,
            idle: self.idle,
            delay: self.delay.min(self.idle).max(0),
            broken: self.broken,
        }
    }

    fn visited(&mut self, times: [i64; 3]) {
        if let Some(trace) = self.trace.as_deref_mut() {
            trace.visits.push(times);
        }
        self.at += 1;
    }

    fn breaks(&mut self, what: u32) {
        self.broken |= what;
    }

    /// When the goods of the trip that begins at `stops[from]` are there.
    fn release(&self, stops: &[u32], from: usize) -> i64 {
        stops[from..]
            .iter()
            .take_while(|&&s| s as usize >= self.problem.depots)
            .map(|&s| self.problem.release[s as usize])
            .max()
            .unwrap_or(0)
    }

    /// Drive from one place to another, with what falls due on the way.
    fn go(&mut self, from: usize, to: usize) {
        if self.policy.early_pause {
            self.pause_now();
        }
        self.settle();
        let base = self.rules.base_time(self.problem, self.vt, from, to);
        let n = self.problem.locations();
        let mut left = self.rules.traffic.travel(n, (from, to), base, self.clock);
        while left > 0 {
            let mut step = left;
            if let Some(driver) = self.driver {
                step = step.min(self.log.drive_left(driver, self.clock));
            }
            if let Some(deadline) = self.deadline() {
                step = step.min(deadline - self.clock);
            }
            self.clock += step;
            left -= step;
            self.log.drove(step, self.clock);
            if left > 0 {
                self.settle();
            }
        }
        if self.policy.early_pause {
            self.pause_now();
        }
    }

    /// Take what must be taken before another metre is driven.
    fn settle(&mut self) {
        loop {
            if let Some(k) = self.pending(|p| p.deadline <= self.clock) {
                self.pause(k);
            } else if let Some(driver) = self.driver {
                if self.log.drive_left(driver, self.clock) > 0 {
                    return;
                }
                self.rest(self.log.due(driver, self.clock), NONE);
            } else {
                return;
            }
        }
    }

    fn pending(&self, which: impl Fn(&Pause) -> bool) -> Option<usize> {
        (0..self.pauses.len()).find(|&k| self.taken & (1 << k) == 0 && which(&self.pauses[k]))
    }

    fn deadline(&self) -> Option<i64> {
        self.pauses
            .iter()
            .enumerate()
            .filter(|(k, _)| self.taken & (1 << k) == 0)
            .map(|(_, p)| p.deadline)
            .min()
    }

    /// Take a pause as soon as its window opens.
    fn pause(&mut self, k: usize) {
        self.taken |= 1 << k;
        let Some(start) = self.pauses[k].next(self.clock) else {
            self.breaks(Broken::PAUSE);
            return;
        };
        self.wait(start);
        self.rest(self.pauses[k].length, k as u32);
    }

    /// Take every pause whose window is open.
    fn pause_now(&mut self) {
        while let Some(k) = self.pending(|p| p.next(self.clock) == Some(self.clock)) {
            self.pause(k);
        }
    }

    /// Be off duty for a while.
    fn rest(&mut self, length: i64, pause: u32) {
        let start = self.clock;
        self.clock += length;
        self.off_duty(start);
        if let Some(trace) = self.trace.as_deref_mut() {
            trace.rests.push(Rest { after: self.at - 1, start, end: start + length, pause });
        }
    }

    /// Wait until `moment`: that is time off too, and holds the pauses that fit one after the other.
    fn wait(&mut self, moment: i64) {
        if moment <= self.clock {
            return;
        }
        let start = self.clock;
        self.idle += moment - start;
        self.clock = moment;
        let mut from = start;
        for (k, pause) in self.pauses.iter().enumerate() {
            let Some(begin) = pause.next(from) else { continue };
            let end = begin + pause.length;
            if self.taken & (1 << k) == 0 && end <= moment {
                self.taken |= 1 << k;
                from = end;
                if let Some(trace) = self.trace.as_deref_mut() {
                    let (after, pause) = (self.at - 1, k as u32);
                    trace.rests.push(Rest { after, start: begin, end, pause });
                }
            }
        }
        self.off_duty(start);
    }

    fn off_duty(&mut self, start: i64) {
        for (k, pause) in self.pauses.iter().enumerate() {
            if self.taken & (1 << k) == 0 && pause.within(start, self.clock) {
                self.taken |= 1 << k;
            }
        }
        if let Some(driver) = self.driver {
            self.log.off_duty(driver, start, self.clock);
        }
    }

    /// Wait for a window, take what must come before service, and serve.
    fn serve(&mut self, windows: &[(i64, i64)], lower: i64, service: i64, place: usize) {
        let soft = self.rules.soft.get(place).copied().unwrap_or_default();
        let mut lower = lower;
        if self.policy.soft_wait {
            if let Some((start, _)) = next_open(windows, lower.max(soft.early)) {
                lower = lower.max(soft.early.min(start));
            }
        }
        let mut longer = self.policy.long_wait;
        let (start, close) = loop {
            let from = self.clock.max(lower);
            let open = next_open(windows, from);
            if open.is_none() {
                self.breaks(Broken::WINDOW);
            }
            let (start, close) = open.unwrap_or((from, from));
            // A wait holds a pause; service does not.
            let urgent = |p: &Pause| p.deadline < start + service && !p.within(self.clock, start);
            if let Some(k) = self.pending(urgent) {
                self.pause(k);
                continue;
            }
            if let Some(driver) = self.driver {
                let end = start + service;
                let rested = start - self.clock >= driver.rest_length;
                if service > 0 && !rested && self.log.rest_first(driver, self.clock, end) {
                    self.rest(driver.rest_length, NONE);
                    continue;
                }
                let whole = self.log.break_due(driver);
                if longer
                    && start > self.clock
                    && start - self.clock < whole
                    && self.log.has_driven()
                {
                    longer = false;
                    self.rest(whole, NONE);
                    continue;
                }
                if service > 0 && driver.work_ends && service > driver.day {
                    self.breaks(Broken::DRIVER);
                }
            }
            break (start, close);
        };
        self.wait(start);
        self.delay = self.delay.min(self.idle + close - start);
        if start <= soft.late {
            self.delay = self.delay.min(self.idle + soft.late - start);
        }
        self.soft_cost += soft.price(start);
        self.clock += service;
    }
}
