//! Beam search over partly filled containers, judged by filling each to the end greedily
//! (Araya and Riff 2014), with a beam that widens until the time is up.

use backhaul_common::{Control, StopReason};
use rayon::prelude::*;

use crate::fill::{Scratch, Site, State};

/// The best fill found and how the search ended.
pub struct Found {
    /// The fullest container.
    pub best: State,
    /// Greedy completions done.
    pub iterations: u64,
    /// Why it ended.
    pub reason: StopReason,
}

/// What a search may spend: a control for time, and completions counted from here.
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    /// Deadline and interruption.
    pub control: &'a Control<'a>,
    /// Completions done before.
    pub done: u64,
    /// Completions that may be done in all.
    pub most: u64,
    /// Nothing can be worth more than this.
    pub ceiling: i64,
    /// Widest beam.
    pub width: usize,
    /// Second since the start at which to stop, if earlier than the deadline.
    pub until: f64,
}

impl Budget<'_> {
    fn expired(&self) -> bool {
        self.control.expired() || (self.until.is_finite() && self.control.elapsed() >= self.until)
    }
}

/// Fill a container with what is left, as well as the budget allows.
pub fn search(site: &Site<'_>, left: &[u32], budget: Budget<'_>, parallel: bool) -> Found {
    let expired = || budget.expired();
    let root = site.start(left);
    let mut best = root.clone();
    let mut scratch = Scratch::default();
    site.complete(&mut best, &mut scratch, &expired);
    let mut iterations = budget.done + 1;
    let mut width = 1.0_f64;
    loop {
        width *= std::f64::consts::SQRT_2;
        let beam = width.ceil() as usize;
        if beam > budget.width {
            return Found { best, iterations, reason: StopReason::Converged };
        }
        // No branch cut off anywhere: the next beam would see the same.
        let mut exhausted = true;
        let mut level = vec![root.clone()];
        while !level.is_empty() {
            if best.profit >= budget.ceiling {
                return Found { best, iterations, reason: StopReason::Converged };
            }
            if iterations >= budget.most {
                return Found { best, iterations, reason: StopReason::Iterations };
            }
            if expired() {
                return Found { best, iterations, reason: stopped(budget.control) };
            }
            let mut children = Vec::new();
            for mut state in level {
                let next = site.expand(&mut state, beam, &mut scratch);
                exhausted &= next.len() < beam;
                children.extend(next);
            }
            let judge = |scratch: &mut Scratch, child: State| {
                if expired() {
                    return None;
                }
                let mut full = child.clone();
                site.complete(&mut full, scratch, &expired);
                Some((full, child))
            };
            let judged: Vec<(State, State)> = if parallel {
                children
                    .into_par_iter()
                    .map_init(Scratch::default, judge)
                    .collect::<Vec<_>>()
                    .into_iter()
                    .flatten()
                    .collect()
            } else {
                children.into_iter().map_while(|child| judge(&mut scratch, child)).collect()
            };
            iterations += judged.len() as u64;
            let mut ranked: Vec<(i64, State)> = Vec::with_capacity(judged.len());
            for (full, child) in judged {
                let profit = full.profit;
                if profit > best.profit {
                    best = full;
                }
                ranked.push((profit, child));
            }
            ranked.sort_by_key(|r| std::cmp::Reverse(r.0));
            // Two ways to the same result are one.
            ranked.dedup_by(|a, b| a.0 == b.0 && a.1.profit == b.1.profit && a.1.left == b.1.left);
            exhausted &= ranked.len() <= beam;
            ranked.truncate(beam);
            level = ranked.into_iter().map(|r| r.1).collect();
        }
        if exhausted {
            return Found { best, iterations, reason: StopReason::Converged };
        }
        let cost = (budget.ceiling - best.profit) as f64;
        budget.control.report(iterations, cost, None);
    }
}

fn stopped(control: &Control<'_>) -> StopReason {
    match control.stop(0, f64::INFINITY) {
        Some(reason) => reason,
        None => StopReason::Deadline,
    }
}
