//! Against every policy there is, on batches small enough to list them.

use proptest::prelude::*;

use super::*;

/// One batch as plain numbers.
#[derive(Clone, Debug)]
struct Case {
    units: i32,
    life: i32,
    rung: i32,
    price: i32,
    waste: i32,
    mean: Vec<f64>,
    ratio: f64,
    elasticity: f64,
    ladder: Vec<i32>,
    deepen_only: bool,
}

impl Case {
    fn with<T>(&self, work: impl Fn(&Batches<'_>) -> T) -> T {
        work(&Batches {
            units: &[self.units],
            life: &[self.life],
            rung: &[self.rung],
            price: &[self.price],
            waste: &[self.waste],
            mean: (&self.mean, self.mean.len()),
            variance_to_mean: &[self.ratio],
            elasticity: &[self.elasticity],
            ladder: &self.ladder,
            deepen_only: self.deepen_only,
        })
    }

    /// Value and sales of a policy: a rung for each day and number of units. It walks the tree of what
    /// may happen and knows no table of values.
    fn follow(&self, policy: &[usize], day: i32, units: i32, label: usize) -> Option<(f64, f64)> {
        if day == self.life {
            return Some((f64::from(-self.waste * units), 0.0));
        }
        let rung = policy[(day * (self.units + 1) + units) as usize];
        if self.deepen_only && rung < label {
            return None;
        }
        let kept = f64::from(100 - self.ladder[rung]) / 100.0;
        let base = self.mean[(day as usize).min(self.mean.len() - 1)];
        let pmf = Pmf::count(base / kept.powf(self.elasticity), self.ratio);
        let price = (self.price * (100 - self.ladder[rung]) + 50) / 100;
        let mut total = (0.0, 0.0);
        for sold in 0..=units {
            let most = if sold == units { pmf.end().max(sold as usize) } else { sold as usize };
            let share: f64 = (sold as usize..=most).map(|k| pmf.at(k)).sum();
            let (value, more) = self.follow(policy, day + 1, units - sold, rung)?;
            total.0 += share * (f64::from(price * sold) + value);
            total.1 += share * (f64::from(sold) + more);
        }
        Some(total)
    }

    fn every_policy(&self) -> f64 {
        let (places, rungs) = ((self.life * (self.units + 1)) as usize, self.ladder.len());
        let mut best = f64::NEG_INFINITY;
        for code in 0..rungs.pow(places as u32) {
            let policy: Vec<usize> =
                (0..places).map(|k| code / rungs.pow(k as u32) % rungs).collect();
            if let Some(found) = self.follow(&policy, 0, self.units, self.rung as usize) {
                best = best.max(found.0);
            }
        }
        best
    }
}

fn cases(units: i32, life: i32, rungs: usize) -> impl Strategy<Value = Case> {
    let stock = (0..=units, 1..=life, 0..rungs as i32, 50..500, -100..200);
    let demand = (prop::collection::vec(0.0..3.0_f64, 1..4), 1.0..3.0_f64, 0.0..4.0_f64);
    (stock, demand, prop::collection::btree_set(0..90, rungs), any::<bool>()).prop_map(
        |((units, life, rung, price, waste), (mean, ratio, elasticity), ladder, deepen_only)| {
            let ladder = ladder.into_iter().collect();
            Case { units, life, rung, price, waste, mean, ratio, elasticity, ladder, deepen_only }
        },
    )
}

#[test]
fn one_unit_and_one_day_by_hand() {
    // Demand doubles at half price (elasticity 1): 100 (1 - e^-1) = 63.2 at full price, 50 (1 - e^-2) =
    // 43.2 at half; with 200 for a unit wasted: 63.2 - 73.6 = -10.4 against 43.2 - 27.1 = 16.2.
    let mut case = Case {
        units: 1,
        life: 1,
        rung: 0,
        price: 100,
        waste: 0,
        mean: vec![1.0],
        ratio: 1.0,
        elasticity: 1.0,
        ladder: vec![0, 50],
        deepen_only: true,
    };
    let mark = case.with(best).unwrap()[0];
    assert_eq!(mark.rung, 0);
    assert!((mark.value - 100.0 * (1.0 - (-1.0_f64).exp())).abs() < 1e-9);
    case.waste = 200;
    let mark = case.with(best).unwrap()[0];
    assert_eq!(mark.rung, 1);
    assert!((mark.value - (50.0 - 250.0 * (-2.0_f64).exp())).abs() < 1e-9);
    assert!((mark.sold - (1.0 - (-2.0_f64).exp())).abs() < 1e-9);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Backward induction is the best of all policies.
    #[test]
    fn no_policy_is_better(case in cases(2, 2, 2)) {
        let found = case.with(best).unwrap()[0].value;
        let want = case.every_policy();
        prop_assert!((found - want).abs() < 1e-7 * (1.0 + want.abs()), "{found} not {want}");
    }

    /// The simple rule is what following its policy brings, and never better than the best.
    #[test]
    fn simple_rules_are_followed(case in cases(2, 3, 3), rule in 0..3_i32, days in 0..4_i32) {
        let found = case.with(|b| fixed(b, &[rule], &[days])).unwrap()[0];
        let label = case.rung as usize;
        let policy: Vec<usize> = (0..case.life)
            .flat_map(|day| {
                let rung = if case.life - day <= days { label.max(rule as usize) } else { label };
                vec![rung; case.units as usize + 1]
            })
            .collect();
        let (value, sold) = case.follow(&policy, 0, case.units, label).unwrap();
        prop_assert!((found.value - value).abs() < 1e-7 * (1.0 + value.abs()));
        prop_assert!((found.sold - sold).abs() < 1e-8);
        let best = case.with(best).unwrap()[0];
        prop_assert!(best.value >= found.value - 1e-7 * (1.0 + value.abs()));
        let least = if case.deepen_only { case.rung } else { 0 };
        prop_assert!(best.rung >= least);
    }

    /// A label that may be taken back is worth no less.
    #[test]
    fn freedom_costs_nothing(case in cases(30, 6, 4)) {
        let bound = Case { deepen_only: true, ..case.clone() }.with(best).unwrap()[0];
        let free = Case { deepen_only: false, ..case.clone() }.with(best).unwrap()[0];
        prop_assert!(free.value >= bound.value - 1e-7 * (1.0 + bound.value.abs()));
        prop_assert!((0.0..=f64::from(case.units) + 1e-9).contains(&free.sold));
    }
}
