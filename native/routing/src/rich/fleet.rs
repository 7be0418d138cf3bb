//! Fewer vehicles: one route after the other is dissolved, and its requests find room in the others.

use backhaul_common::StopReason;

use crate::problem::NONE;
use crate::rich::anneal::Search;
use crate::rich::ejection::applies;

impl Search<'_, '_> {
    /// Take one route away after the other, until the share of the budget for that is used.
    pub(super) fn fewer_vehicles(&mut self) -> Option<StopReason> {
        let share = self.state.context.options.fleet_share;
        let floor = self.state.context.fewest_vehicles();
        loop {
            if self.state.vehicles <= floor || self.fraction() >= share {
                break;
            }
            if self.state.missing() == 0 {
                self.state.begin();
                let removed = self.remove_one_route();
                self.state.commit();
                if !removed {
                    break;
                }
            }
            // Long routes of pairs have room for one more only when most of it is planned anew, which
            // annealing does: it goes on where ejection ends.
            let mut reason = StopReason::Converged;
            if applies(self.state.context) {
                let paired = self.state.context.features.pairs;
                reason = self.empty_pool(if paired {
                    share * self.state.context.options.fleet_paired
                } else {
                    share
                });
                if !paired && self.state.missing() > 0 && reason == StopReason::Converged {
                    break;
                }
            }
            if reason == StopReason::Converged && self.state.missing() > 0 {
                reason = self.anneal(self.state.heat(), share, true);
            }
            if reason != StopReason::Converged {
                return Some(reason);
            }
        }
        self.restore();
        self.state.most_vehicles = self.state.vehicles;
        None
    }

    /// Plan what is absent, last in first out: a request that fits nowhere takes the place of others that
    /// have been easier to plan, and those come next (Nagata and Bräysy 2009).
    fn empty_pool(&mut self, share: f64) -> StopReason {
        let context = self.state.context;
        let options = context.options;
        let mut pool = self.state.absent.clone();
        pool.retain(|&q| context.required[q as usize]);
        // What no vehicle can serve at all stays at the bottom.
        let mut hopeless = 0;
        while hopeless < pool.len() {
            let target = self.best_cost as f64;
            let cost = if self.best_missing == 0 { target } else { f64::INFINITY };
            if let Some(reason) = self.control.stop(self.iterations, cost) {
                return reason;
            }
            if self.fraction() >= share || self.iterations >= self.budget {
                return StopReason::Converged;
            }
            if self.iterations.is_multiple_of(256) {
                self.control.report(self.iterations, cost, None);
            }
            self.iterations += 1;
            let Some(request) = pool.pop() else { break };
            let state = &mut self.state;
            state.begin();
            if state.insert(request) {
                hopeless = 0;
            } else {
                self.absences[request as usize] += 1;
                if let Some(ejection) = state.ejection(request, &self.absences) {
                    state.eject(request, &ejection);
                    pool.extend(ejection.out.iter().filter(|&&q| context.required[q as usize]));
                    hopeless = 0;
                    state.shake(options.fleet_shakes);
                } else {
                    pool.insert(0, request);
                    hopeless += 1;
                }
            }
            state.commit();
            if pool.len() <= self.best_missing && self.better() {
                self.record();
            }
        }
        StopReason::Converged
    }

    /// The one whose requests are the easiest to plan; says whether there is one.
    fn remove_one_route(&mut self) -> bool {
        let state = &mut self.state;
        let context = state.context;
        let easiest = (0..state.routes.len())
            .filter(|&r| !state.routes[r].stops.is_empty() && state.routes[r].started == NONE)
            .min_by_key(|&r| {
                state.routes[r]
                    .stops
                    .iter()
                    .filter(|&&s| s as usize >= context.problem.depots)
                    .map(|&s| self.absences[context.request_of[s as usize] as usize])
                    .sum::<u64>()
            });
        if let Some(r) = easiest {
            let out = state.routes[r].stops.clone();
            state.take_out(r, &out, &mut Vec::new());
            state.most_vehicles = state.vehicles;
        }
        easiest.is_some()
    }
}
