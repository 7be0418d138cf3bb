//! When to stop, and how to say how far one is.
//!
//! A kernel gets a [`Control`] and asks it; it never reads a clock itself. With only an iteration
//! limit no clock is consulted at all, so the answer is the same on every machine.

/// Time and interruption as the caller sees them.
pub trait Clock: Sync {
    /// Seconds since the solve began.
    fn elapsed(&self) -> f64;
    /// Whether the user asked to stop now.
    fn interrupted(&self) -> bool;
}

/// A clock that stands still: for tests and for solves that are limited by work alone.
pub struct Still;

impl Clock for Still {
    fn elapsed(&self) -> f64 {
        0.0
    }
    fn interrupted(&self) -> bool {
        false
    }
}

/// Any of the limits ends the solve; none given means: until the kernel has converged.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// Wall-clock seconds.
    pub seconds: Option<f64>,
    /// Iterations, in the kernel's own documented unit of work.
    pub iterations: Option<u64>,
    /// Stop as soon as the cost is at or below this.
    pub target: Option<f64>,
}

/// A sign of life.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Iterations done so far.
    pub iterations: u64,
    /// Seconds since the start.
    pub seconds: f64,
    /// Cost of the best answer so far.
    pub cost: f64,
    /// Lower bound, where one is known.
    pub bound: Option<f64>,
}

/// Takes signs of life; must return at once.
pub trait Observer: Sync {
    /// Called from time to time from the solving thread.
    fn progress(&self, progress: Progress);
}

/// What is known about the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Proven best.
    Optimal,
    /// Satisfies every constraint.
    Feasible,
    /// Best found, but breaks or leaves out something; the solution says what.
    Infeasible,
}

/// Why the solve ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Nothing left to improve, or proven optimal.
    Converged,
    /// The seconds were used up.
    Deadline,
    /// The iterations were used up.
    Iterations,
    /// The target was reached.
    Target,
    /// The user asked to stop.
    Interrupted,
}

impl Status {
    /// The word used in Python and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Optimal => "optimal",
            Self::Feasible => "feasible",
            Self::Infeasible => "infeasible",
        }
    }
}

impl StopReason {
    /// The word used in Python and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::Deadline => "deadline",
            Self::Iterations => "iterations",
            Self::Target => "target",
            Self::Interrupted => "interrupted",
        }
    }
}

/// Limits, clock and observer of one solve. Cheap to copy, safe to share between threads.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    limits: Limits,
    clock: &'a dyn Clock,
    observer: Option<&'a dyn Observer>,
    /// What came before, where this is a part of a longer solve.
    before: Before,
    /// Shares of the whole budget at which the part begins and ends.
    span: (f64, f64),
}

/// Work and time of the parts before.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    seconds: f64,
    iterations: u64,
}

impl<'a> Control<'a> {
    /// A control with these limits on this clock.
    pub fn new(limits: Limits, clock: &'a dyn Clock, observer: Option<&'a dyn Observer>) -> Self {
        Self { limits, clock, observer, before: Before::default(), span: (0.0, 1.0) }
    }

    /// A part of this solve that begins now, with limits of its own: from one share of the budget to
    /// another, after `iterations` in the parts before it.
    #[must_use]
    pub fn part(&self, limits: Limits, span: (f64, f64), iterations: u64) -> Self {
        let seconds = self.before.seconds + self.elapsed();
        let iterations = self.before.iterations + iterations;
        let share = |s: f64| self.span.0 + (self.span.1 - self.span.0) * s;
        let (before, span) = (Before { seconds, iterations }, (share(span.0), share(span.1)));
        Self { limits, before, span, ..*self }
    }

    /// The same, and nobody observes.
    #[must_use]
    pub fn quiet(&self) -> Self {
        Self { observer: None, ..*self }
    }

    /// Only a number of iterations: no clock is read.
    pub fn iterations(limit: u64) -> Control<'static> {
        let limits = Limits { iterations: Some(limit), ..Limits::default() };
        Control::new(limits, &Still, None)
    }

    /// The limits given by the caller.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Seconds since the start (0 when there is no time limit and nobody observes).
    pub fn elapsed(&self) -> f64 {
        if self.limits.seconds.is_some() || self.observer.is_some() {
            self.now()
        } else {
            0.0
        }
    }

    fn now(&self) -> f64 {
        self.clock.elapsed() - self.before.seconds
    }

    /// Share of this part's budget that is used: 0 at the start, 1 or more at the end, 0 without limits.
    pub fn used(&self, iterations: u64) -> f64 {
        let by_time = self.limits.seconds.map_or(0.0, |s| self.now() / s.max(1e-9));
        let by_work = self.limits.iterations.map_or(0.0, |n| iterations as f64 / (n.max(1) as f64));
        by_time.max(by_work)
    }

    /// Share of the whole budget that is used, which for a part begins where the part before it ends.
    pub fn fraction(&self, iterations: u64) -> f64 {
        self.span.0 + (self.span.1 - self.span.0) * self.used(iterations)
    }

    /// Share of the whole budget that this part has.
    pub fn share(&self) -> f64 {
        self.span.1 - self.span.0
    }

    /// Why to stop now, if at all. Costs a clock read: ask every few hundred microseconds.
    pub fn stop(&self, iterations: u64, cost: f64) -> Option<StopReason> {
        if self.clock.interrupted() {
            return Some(StopReason::Interrupted);
        }
        if self.limits.target.is_some_and(|t| cost <= t) {
            return Some(StopReason::Target);
        }
        if self.limits.iterations.is_some_and(|n| iterations >= n) {
            return Some(StopReason::Iterations);
        }
        if self.limits.seconds.is_some_and(|s| self.now() >= s) {
            return Some(StopReason::Deadline);
        }
        None
    }

    /// Whether the deadline has passed or the user asked to stop (for phases without a cost).
    pub fn expired(&self) -> bool {
        self.clock.interrupted() || self.limits.seconds.is_some_and(|s| self.now() >= s)
    }

    /// Give a sign of life, if anybody listens.
    pub fn report(&self, iterations: u64, cost: f64, bound: Option<f64>) {
        if let Some(observer) = self.observer {
            let seconds = self.clock.elapsed();
            let iterations = self.before.iterations + iterations;
            observer.progress(Progress { iterations, seconds, cost, bound });
        }
    }

    /// Whether anybody listens to [`Control::report`].
    pub fn observed(&self) -> bool {
        self.observer.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iteration_limit_needs_no_clock() {
        let control = Control::iterations(10);
        assert_eq!(control.stop(9, 0.0), None);
        assert_eq!(control.stop(10, 0.0), Some(StopReason::Iterations));
        assert!((control.fraction(5) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_part_begins_where_the_one_before_it_ends() {
        struct Five;
        impl Clock for Five {
            fn elapsed(&self) -> f64 {
                5.0
            }
            fn interrupted(&self) -> bool {
                false
            }
        }
        let whole = Control::new(Limits { seconds: Some(8.0), ..Limits::default() }, &Five, None);
        let limits = Limits { seconds: Some(2.0), iterations: Some(4), target: None };
        let part = whole.part(limits, (0.5, 1.0), 0);
        assert!((part.elapsed(), part.used(0), part.expired()) == (0.0, 0.0, false));
        assert!((part.fraction(2) - 0.75).abs() < 1e-12 && (part.share() - 0.5).abs() < 1e-12);
        assert!((part.part(limits, (0.5, 1.0), 4).fraction(0) - 0.75).abs() < 1e-12);
        assert_eq!(part.stop(4, 0.0), Some(StopReason::Iterations));
    }

    #[test]
    fn a_target_stops_at_or_below_it() {
        let limits = Limits { target: Some(5.0), ..Limits::default() };
        let control = Control::new(limits, &Still, None);
        assert_eq!(control.stop(0, 5.1), None);
        assert_eq!(control.stop(0, 5.0), Some(StopReason::Target));
    }
}
