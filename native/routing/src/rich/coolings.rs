//! Several coolings one after another, each from a first plan of its own; the best plan of all is the answer.
//!
//! Where vehicles that reload are full, plans far apart are alike in cost, and a cooling ends in one of them by
//! luck: with twice the rounds in no better one. So once a cooling has had its rounds, another is worth more
//! than a slower one (independent runs, as in the parallel annealing of Azencott 1992).

use backhaul_common::StopReason;

use crate::plan::Plan;
use crate::rich::anneal::Search;

impl Search<'_, '_> {
    /// Spend what is left of the budget.
    pub(super) fn cool(&mut self, start: Option<&Plan>) -> StopReason {
        let begin = self.fraction();
        let mut reason = self.settle(1.0);
        let many = self.coolings();
        for k in 0..many {
            let end = part(begin, k, many);
            if reason == StopReason::Converged && k > 0 {
                self.afresh(k, start);
                reason = self.settle(end);
            }
            if reason != StopReason::Converged {
                break;
            }
            reason = self.anneal(self.state.last_heat(self.rounds()), end, false);
        }
        reason
    }

    /// Take only what is cheaper, for a share of the time until `end`.
    fn settle(&mut self, end: f64) -> StopReason {
        let from = self.fraction();
        let share = self.state.context.options.settle_share;
        self.anneal((0.0, 0.0), from + share * (end - from), false)
    }

    /// How many coolings there are rounds for.
    fn coolings(&self) -> usize {
        let context = self.state.context;
        // The way to few vehicles is not gone twice.
        if context.problem.vehicles_first {
            return 1;
        }
        let one = context.options.cooling_rounds * context.requests.len() as f64;
        ((self.rounds() / one.max(1.0)) as usize).clamp(1, context.options.coolings.max(1))
    }

    /// A first plan by the `k`-th rule; insertions that are overlooked make another one each time.
    fn afresh(&mut self, k: usize, start: Option<&Plan>) {
        let rules = self.state.rules();
        let rule = rules[k % rules.len()];
        for frugal in [false, true] {
            self.empty_but(start);
            self.fill(rule, frugal);
            if self.state.missing() == 0 {
                break;
            }
        }
        self.state.begin();
        self.state.improve_all();
        self.state.commit();
        if self.better() {
            self.record();
        }
    }
}

/// The share of the budget at which the `k`-th of so many coolings ends.
fn part(begin: f64, k: usize, many: usize) -> f64 {
    if k + 1 == many {
        1.0
    } else {
        begin + (1.0 - begin) * (k + 1) as f64 / many as f64
    }
}

#[cfg(test)]
mod tests {
    use backhaul_common::{Control, Stream};

    use super::part;
    use crate::common::problem;
    use crate::pool::Pool;
    use crate::rich::anneal::Search;
    use crate::rich::context::Context;
    use crate::{solve, Options};

    #[test]
    fn there_are_as_many_coolings_as_rounds_allow() {
        let mut p = problem(&[(10, 0, 1, 0), (20, 0, 1, 0)], 9);
        let options = Options { coolings: 3, cooling_rounds: 50.0, ..Options::default() };
        for (vehicles_first, iterations, many) in
            [(false, 90, 1), (false, 210, 2), (false, 9_000, 3), (true, 9_000, 1)]
        {
            p.vehicles_first = vehicles_first;
            let control = Control::iterations(iterations);
            let context = Context::new(&p, &options, &control);
            let mut pool = Pool::closed();
            let mut search = Search::new(&context, Stream::new(1, 1, 1, 0), &control, &mut pool);
            search.iterations = 16;
            assert_eq!(search.coolings(), many, "{iterations}");
        }
        assert_eq!([part(0.2, 0, 4), part(0.2, 3, 4)], [0.4, 1.0]);
    }

    /// Vehicles are full, and not every first plan serves all: what one cooling has found stays.
    #[test]
    fn a_further_cooling_loses_nothing() {
        let points: Vec<_> =
            (0..24).map(|k| (k * 37 % 50, k * 53 % 50, 1 + i64::from(k % 4), 0)).collect();
        let mut p = problem(&points, 15);
        p.types[0].count = 4;
        let go = |coolings, iterations| {
            let options = Options { coolings, cooling_rounds: 0.0, ..Options::default() };
            solve(&p, None, &options, 1, 1, &Control::iterations(iterations)).expect("valid")
        };
        let (one, several) = (go(1, 400), go(6, 2400));
        assert!(several.rank <= one.rank && several.rank.0 == 0, "{:?}", (one.rank, several.rank));
        assert_eq!(go(6, 2400).plan, several.plan);
        let short = go(6, 300);
        assert!(short.iterations == 300 && short.rank.0 == 0);
    }
}
