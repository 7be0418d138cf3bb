//! Requests that wait at a price: during the first part of a cooling a plan need not serve all.
//!
//! Where vehicles are full, the way from one good plan to another leads through plans in which some
//! request has no place. They are taken at a price for each such request, as a request bank has it
//! (Ropke and Pisinger 2006); the price follows how many of the plans are complete, as penalties do in
//! Cordeau, Laporte and Mercier (2001). Later every plan has to be complete again.

use crate::rich::anneal::Search;

/// How much a price changes between two looks.
const STEP: f64 = 0.02;

/// Share of a cooling in which requests that still wait may find a place before the best plan takes over.
const GRACE: f64 = 0.1;

/// What a request costs that waits, while that is allowed.
pub(super) struct Bank {
    open: bool,
    price: f64,
}

impl Bank {
    /// For a cooling that begins with so much heat, and with a plan that leaves out so many.
    pub fn new(search: &Search<'_, '_>, hot: f64, missing: usize) -> Self {
        let context = search.state.context;
        let options = context.options;
        let least = options.bank_rounds * context.requests.len() as f64;
        // Pairs have no local search, and a round that goes on with some left out costs little more.
        let open = context.features.pairs
            && hot > 0.0
            && missing == 0
            && options.bank_until > 0.0
            && search.rounds() >= least;
        Self { open, price: hot }
    }

    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Price of so many that wait.
    pub fn fee(&self, missing: usize) -> i64 {
        if self.open {
            (self.price * missing as f64) as i64
        } else {
            0
        }
    }

    /// Look at the current plan, at this part of the cooling; says whether the bank closes now.
    pub fn look(&mut self, search: &Search<'_, '_>, missing: usize, part: f64) -> bool {
        let options = search.state.context.options;
        let waits = missing > 0;
        let change = f64::from(u8::from(waits)) - options.bank_share;
        // Beyond what any place can cost there is nothing to learn.
        let most = search.state.context.missing as f64;
        self.price = (self.price * (1.0 + STEP * change)).clamp(1.0, most.max(1.0));
        if part >= options.bank_until && (!waits || part >= options.bank_until + GRACE) {
            self.open = false;
        }
        !self.open
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use backhaul_common::{Clock, Control, Limits, StopReason, Stream};
    use proptest::prelude::*;

    use super::Bank;
    use crate::common::{column, problem};
    use crate::pool::Pool;
    use crate::rich::anneal::Search;
    use crate::rich::context::Context;
    use crate::{solve, Options};

    /// One pair: with a share of a quarter, three complete plans weigh as much as one that is not.
    #[test]
    fn the_price_rises_while_requests_wait() {
        let mut p = problem(&[(10, 0, 0, 0), (20, 0, 0, 0)], 2);
        p.pairs = vec![(1, 2)];
        let options = Options { bank_share: 0.25, bank_rounds: 0.0, ..Options::default() };
        let control = Control::iterations(1000);
        let context = Context::new(&p, &options, &control);
        let mut pool = Pool::closed();
        let search = Search::new(&context, Stream::new(1, 1, 1, 0), &control, &mut pool);
        let mut bank = Bank::new(&search, 50.0, 0);
        assert_eq!((bank.is_open(), bank.fee(0), bank.fee(2)), (true, 0, 100));
        assert!(!bank.look(&search, 1, 0.0));
        assert!((bank.price - 50.75).abs() < 1e-9, "1.5 % more");
        for _ in 0..3 {
            assert!(!bank.look(&search, 0, 0.0));
        }
        assert!((bank.price - 50.0).abs() < 0.05, "{}", bank.price);
        // Who still waits after its time gets a little longer, and no longer than that.
        assert!(!bank.look(&search, 1, options.bank_until));
        assert!(bank.look(&search, 1, options.bank_until + 0.1) && bank.fee(5) == 0);
        let closed = |hot, missing| !Bank::new(&search, hot, missing).is_open();
        assert!(closed(0.0, 0) && closed(50.0, 1), "no heat, or no complete plan to go back to");
    }

    /// With few rounds a request, and without pairs, every plan is complete as ever.
    #[test]
    fn a_bank_takes_many_rounds() {
        let mut p = problem(&[(10, 0, 0, 0), (20, 0, 0, 0)], 2);
        for (pairs, rounds, open) in [(vec![(1, 2)], 1e9, false), (vec![], 0.0, false)] {
            p.pairs = pairs;
            let options = Options { bank_rounds: rounds, ..Options::default() };
            let control = Control::iterations(1000);
            let context = Context::new(&p, &options, &control);
            let mut pool = Pool::closed();
            let search = Search::new(&context, Stream::new(1, 1, 1, 0), &control, &mut pool);
            assert_eq!(Bank::new(&search, 50.0, 0).is_open(), open);
        }
    }

    /// A clock whose owner loses patience when it has been asked so often.
    struct Impatient {
        asked: AtomicUsize,
        most: usize,
    }

    impl Clock for Impatient {
        fn elapsed(&self) -> f64 {
            0.0
        }
        fn interrupted(&self) -> bool {
            self.asked.fetch_add(1, Ordering::Relaxed) >= self.most
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// Few vehicles, and a search that leaves requests out most of the time: wherever it
        /// is cut short, the answer is the best complete plan so far, and the same each time.
        #[test]
        fn the_answer_leaves_nobody_waiting(
            points in prop::collection::vec((0..60i32, 0..60i32, 1..5i64, 0..200i64), 12),
            vehicles_first in any::<bool>(),
            asked in 1..200usize,
            seed in 0..9u64,
        ) {
            let mut p = problem(&points, 8);
            p.pairs = (1..12).step_by(2).map(|c| (c, c + 1)).collect();
            for c in (1..12).step_by(2) {
                (p.pickup[c], p.delivery[c]) = (p.delivery[c + 1], 0);
            }
            (p.ready, p.due) = (column(&points, 0, |p| p.3), column(&points, 900, |p| p.3 + 400));
            p.types[0].count = 3;
            p.vehicles_first = vehicles_first;
            let options = Options { bank_rounds: 0.0, bank_share: 0.9, ..Options::default() };
            let go = |iterations, most| {
                let clock = Impatient { asked: AtomicUsize::new(0), most };
                let limits = Limits { iterations: Some(iterations), ..Limits::default() };
                solve(&p, None, &options, seed, 1, &Control::new(limits, &clock, None)).unwrap()
            };
            let first = go(1, usize::MAX);
            prop_assume!(first.rank.0 == 0);
            let (all, cut) = (go(800, usize::MAX), go(800, asked));
            prop_assert_eq!(&go(800, usize::MAX).plan, &all.plan);
            prop_assert_eq!((all.rank.0, cut.rank.0), (0, 0));
            prop_assert!(all.rank <= first.rank && all.rank <= cut.rank);
            prop_assert!(cut.stop_reason == StopReason::Interrupted || cut.iterations == 800);
            for plan in [&all.plan, &cut.plan] {
                let served: usize = plan.routes.iter().map(|r| r.stops.len()).sum();
                prop_assert_eq!(served, 12);
            }
        }
    }
}
