//! Which rounds are worth a local search.
//!
//! Most rounds end in a plan that is too dear to be accepted, and local search takes more time than all the
//! rest of a round. What it saves is much the same from round to round: a plan that is too dear by more
//! than it saves in all but a few rounds is given up before.

use backhaul_common::Stream;

use crate::options::Options;
use crate::rich::context::Context;

/// Change of the estimate in one round.
const STEP: f64 = 0.02;
/// The first estimate, in first temperatures.
const FIRST: f64 = 3.0;

/// What local search saves in a share of the rounds at most, followed round by round (a quantile by
/// stochastic approximation: Robbins and Monro 1951).
pub(super) struct Promise {
    /// Zero: not known yet.
    saving: f64,
}

impl Promise {
    pub fn new() -> Self {
        Self { saving: 0.0 }
    }

    /// Whether rounds are told apart. Without windows loads may exceed capacity, and what the repair
    /// of that costs is not foretold by what a round costs before it. Where vehicles come first they are
    /// full to the last minute, and the few searches that save much are what the plan lives on.
    pub fn applies(context: &Context<'_>) -> bool {
        let features = &context.features;
        features.time
            && !features.pairs
            && !features.balance
            && !context.problem.vehicles_first
            && context.options.local_neighbours > 0
            && context.options.promise_share < 1.0
    }

    /// A search begins at this temperature.
    pub fn begin(&mut self, hot: f64) {
        if self.saving == 0.0 {
            self.saving = FIRST * hot;
        }
    }

    /// Whether a plan that is too dear by `surplus` gets a local search. Some get it all the same, so
    /// that the estimate stays true.
    pub fn holds(&self, surplus: f64, options: &Options, stream: &mut Stream) -> bool {
        surplus <= self.saving || stream.uniform() < options.promise_trials
    }

    /// Learn from what a local search has saved.
    pub fn learn(&mut self, saved: f64, options: &Options) {
        let share = options.promise_share;
        let change = if saved > self.saving { share } else { share - 1.0 };
        self.saving = (self.saving * (1.0 + STEP * change)).max(1.0);
    }
}

#[cfg(test)]
mod tests {
    use backhaul_common::Stream;

    use super::Promise;
    use crate::Options;

    #[test]
    fn the_estimate_is_the_quantile_asked_for() {
        let options = Options { promise_share: 0.9, promise_trials: 0.0, ..Options::default() };
        let mut stream = Stream::new(1, 1, 1, 0);
        let mut promise = Promise::new();
        promise.begin(5000.0);
        let (mut sum, mut counted) = (0.0, 0);
        for round in 0..40_000 {
            promise.learn(1000.0 * stream.uniform(), &options);
            if round >= 20_000 {
                sum += promise.saving;
                counted += 1;
            }
        }
        let mean = sum / f64::from(counted);
        assert!((mean - 900.0).abs() < 20.0, "{mean}");
        assert!(promise.holds(mean * 0.9, &options, &mut stream));
        assert!(!promise.holds(mean * 1.1, &options, &mut stream));
        let trials = Options { promise_trials: 1.0, ..options };
        assert!(promise.holds(f64::MAX, &trials, &mut stream));
    }
}
