//! What the orders of a product's relatives say about it.
//!
//! A product that was ordered ten times has shown ten random orders; where they would have it
//! stand is mostly chance. Products of one family come in similar orders, and so, less so, do the
//! families of one category. So each product's costs lean on those of its family, a family's on
//! those of the family around it, the more the fewer orders there are of its own: the posterior mean
//! of a nested random-effects model (Robinson 1991; empirical Bayes of Efron and Morris 1975).

/// No family.
const NONE: u32 = u32::MAX;

/// Orders that its family is worth to a product, and the wider family to a narrow one.
const FAMILY: f64 = 30.0;
const AROUND: f64 = 60.0;

/// Orders of a product that how often its family is ordered is worth: the shape of the gamma
/// distribution that rates within a family are drawn from.
const SHAPE: f64 = 4.0;

/// Costs of the families of one level.
struct Level {
    /// Family of each product, or [`NONE`].
    of: Vec<u32>,
    /// Products in each.
    members: Vec<u32>,
    /// Weighted costs by place, summed; the weights.
    sums: Vec<f32>,
    weight: Vec<f64>,
}

/// Families within families, and what an order of each would cost on average, by place.
pub(crate) struct Kin {
    levels: Vec<Level>,
    numbers: usize,
}

impl Kin {
    /// `families` numbers the family of each product, the widest first; without any, products
    /// speak for themselves: to lean on all products alike tells nothing.
    pub fn new(families: &[Vec<u32>], products: usize, numbers: usize) -> Self {
        let root = vec![0; products];
        let all = (!families.is_empty()).then_some(&root);
        let levels = all
            .into_iter()
            .chain(families)
            .map(|of| {
                let most = of.iter().filter(|&&f| f != NONE).max().map_or(0, |f| *f as usize + 1);
                let mut members = vec![0; most];
                for &f in of.iter().filter(|&&f| f != NONE) {
                    members[f as usize] += 1;
                }
                let (sums, weight) = (vec![0.0; most * numbers], vec![0.0; most]);
                Level { of: of.clone(), members, sums, weight }
            })
            .collect();
        Self { levels, numbers }
    }

    /// Orders of each product that are to be expected, from those that were counted.
    pub fn expected(&self, counts: &[usize]) -> Vec<f32> {
        if self.levels.is_empty() {
            return counts.iter().map(|&count| count as f32).collect();
        }
        let mut expected = vec![0.0; counts.len()];
        for level in &self.levels {
            let mut sums = vec![0.0; level.members.len()];
            let mut around = vec![0.0; level.members.len()];
            for (i, &count) in counts.iter().enumerate().filter(|(i, _)| level.of[*i] != NONE) {
                sums[level.of[i] as usize] += count as f64;
                around[level.of[i] as usize] += expected[i];
            }
            for (i, mean) in expected.iter_mut().enumerate().filter(|(i, _)| level.of[*i] != NONE) {
                let f = level.of[i] as usize;
                let members = f64::from(level.members[f]);
                *mean = if around[f] > 0.0 {
                    (sums[f] + SHAPE) / (members + SHAPE * members / around[f])
                } else {
                    sums[f] / members
                };
            }
        }
        let posterior = |(&mean, &count): (&f64, &usize)| {
            if mean > 0.0 {
                ((count as f64 + SHAPE) / (1.0 + SHAPE / mean)) as f32
            } else {
                0.0
            }
        };
        expected.iter().zip(counts).map(posterior).collect()
    }

    /// Learn the costs of an average order of a product that has so many.
    pub fn learn(&mut self, product: usize, orders: usize, costs: &[f32]) {
        // A product of countless orders counts as much as one whose own noise is that of its kin.
        let weight = orders as f64 * FAMILY / (orders as f64 + FAMILY);
        for level in &mut self.levels {
            let family = level.of[product];
            if family == NONE {
                continue;
            }
            // What was learnt of each member fades until it is looked at twice more.
            let keep = 1.0 - 0.5 / f64::from(level.members[family as usize]);
            level.weight[family as usize] = keep * level.weight[family as usize] + weight;
            let from = family as usize * self.numbers;
            let sums = &mut level.sums[from..from + self.numbers];
            let (keep, weight) = (keep as f32, weight as f32);
            for (sum, &cost) in sums.iter_mut().zip(costs) {
                *sum = keep * *sum + weight * cost;
            }
        }
    }

    /// Replace the costs of an average order of a product by what they are with its kin in mind.
    pub fn lean(&self, product: usize, orders: usize, costs: &mut [f32]) {
        if self.levels.is_empty() {
            return;
        }
        let mut rest = FAMILY / (orders as f64 + FAMILY);
        for cost in costs.iter_mut() {
            *cost *= (1.0 - rest) as f32;
        }
        for (depth, level) in self.levels.iter().enumerate().rev() {
            let family = level.of[product] as usize;
            if level.of[product] == NONE || level.weight[family] <= 0.0 {
                continue;
            }
            // Fading sums hold about twice what all members say at once.
            let weight = 0.5 * level.weight[family];
            let share = if depth == 0 { 1.0 } else { weight / (weight + AROUND) };
            let scale = (rest * share / level.weight[family]) as f32;
            let sums = &level.sums[family * self.numbers..(family + 1) * self.numbers];
            for (cost, &sum) in costs.iter_mut().zip(sums) {
                *cost += scale * sum;
            }
            rest *= 1.0 - share;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two families in one: products 0 and 1, and product 2; product 3 has none.
    fn kin() -> Kin {
        Kin::new(&[vec![0, 0, 0, NONE], vec![0, 0, 1, NONE]], 4, 2)
    }

    #[test]
    fn a_product_without_orders_costs_what_its_family_costs() {
        let mut kin = kin();
        for _ in 0..200 {
            kin.learn(0, 1_000_000, &[4.0, 8.0]);
            kin.learn(1, 1_000_000, &[4.0, 8.0]);
            kin.learn(2, 1_000_000, &[100.0, 0.0]);
        }
        let mut costs = [55.0, 55.0];
        kin.lean(1, 0, &mut costs);
        // Products of so many orders count with 30 each: 60 of the family's own against 60 of the
        // wider family, where two say 4 and one says 100 (the last one spoke louder).
        assert!((costs[0] - 0.5 * (4.0 + 36.0)).abs() < 3.0, "{costs:?}");
    }

    #[test]
    fn a_product_of_many_orders_speaks_for_itself() {
        let mut kin = kin();
        kin.learn(0, 30, &[4.0, 8.0]);
        let mut costs = [100.0, 50.0];
        kin.lean(1, 3_000_000, &mut costs);
        assert!((costs[0] - 100.0).abs() < 0.01 && (costs[1] - 50.0).abs() < 0.01);
    }

    #[test]
    fn rates_lean_on_the_family_and_keep_their_order() {
        let expected = kin().expected(&[0, 8, 100, 4]);
        assert!(expected[0] > 0.0 && expected[0] < expected[1] && expected[1] < expected[2]);
        // What is often ordered is known: 100 orders lose little to a family of 4 or so.
        assert!(expected[2] > 60.0 && expected[3] > 4.0);
        // Nobody expects orders where there were none at all.
        assert_eq!(Kin::new(&[vec![0, 0]], 2, 1).expected(&[0, 0]), [0.0, 0.0]);
        assert_eq!(Kin::new(&[], 2, 1).expected(&[0, 3]), [0.0, 3.0]);
    }
}
