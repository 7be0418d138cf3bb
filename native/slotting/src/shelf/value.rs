//! What the facings of one product earn and cost.

use super::Problem;

/// Density and upper tail of the standard normal (Abramowitz and Stegun 1964, 7.1.26).
fn normal(z: f64) -> (f64, f64) {
    let density = (-0.5 * z * z).exp() * 0.398_942_280_401_432_7;
    let x = z.abs() * std::f64::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let poly = ((((1.061_405_429 * t - 1.453_152_027) * t + 1.421_413_741) * t - 0.284_496_736)
        * t
        + 0.254_829_592)
        * t;
    let tail = 0.5 * poly * (-x * x).exp();
    (density, if z >= 0.0 { tail } else { 1.0 - tail })
}

/// Expected sales of normal demand with this mean out of so many units.
pub(crate) fn sales(mean: f64, variation: f64, units: f64) -> f64 {
    let deviation = mean * variation;
    if deviation <= 0.0 {
        return mean.min(units);
    }
    let z = (units - mean) / deviation;
    let (density, tail) = normal(z);
    (mean - deviation * (density - z * tail)).clamp(0.0, units.min(mean))
}

/// Cost of a product with these facings on the shelves from `first` on: what it loses, less what it
/// earns, less the empty shelf that its facings fill.
pub fn product_cost(problem: &Problem, product: usize, first: usize, facings: &[i32]) -> f64 {
    let p = &problem.products[product];
    let row = product * problem.shelves.len() + first;
    let (mut count, mut units, mut lift, mut place) = (0, 0.0, 0.0, 0.0);
    for (i, &n) in facings.iter().enumerate().filter(|(_, &n)| n > 0) {
        let much = f64::from(n);
        count += n;
        units += much * problem.units[row + i];
        lift += much * problem.shelves[first + i].lift;
        place += much * problem.place[row + i];
    }
    if count == 0 {
        return p.rate * p.lost * p.demand;
    }
    let many = f64::from(count);
    place + outcome(problem, product, many, units, lift / many)
        - problem.empty * p.width as f64 * many
}

/// Lost and earned with so many facings, holding so many units, at a mean lift.
pub(crate) fn outcome(problem: &Problem, product: usize, many: f64, units: f64, lift: f64) -> f64 {
    let p = &problem.products[product];
    let grown = if p.elasticity > 0.0 { many.powf(p.elasticity) } else { 1.0 };
    let demand = p.demand * lift * grown;
    let sold = sales(demand, p.variation, units);
    p.rate * (p.lost * (demand - sold) - p.margin * sold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uncertain_demand_sells_less_than_certain_demand() {
        assert_eq!(sales(10.0, 0.0, 8.0), 8.0);
        // As many units as the mean: the loss is 0.3989 deviations.
        assert!((sales(10.0, 0.3, 10.0) - (10.0 - 3.0 * 0.398_942)).abs() < 1e-5);
        assert!((sales(10.0, 0.3, 100.0) - 10.0).abs() < 1e-6);
        assert!(sales(10.0, 2.0, 0.0).abs() < 1e-12);
    }
}
