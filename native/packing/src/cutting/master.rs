//! The linear program over patterns, by the primal simplex method with columns on demand
//! (Gilmore and Gomory 1961).

use std::collections::BTreeMap;

use backhaul_common::Control;

use super::pricing::Pricing;
use super::{Lengths, Pattern};

const TINY: f64 = 1e-9;

#[derive(Clone, Copy)]
enum Column {
    /// A pattern of the pool.
    Pattern(u32),
    /// More of a row than is needed.
    Surplus(u32),
}

/// Simplex state: one row per type with demand.
#[derive(Clone)]
pub struct Simplex {
    rows: usize,
    /// Columns of the inverse of the basis, one after the other.
    inverse: Vec<f64>,
    basis: Vec<Column>,
    value: Vec<f64>,
    dual: Vec<f64>,
    /// Whether a row's column must not be used: the demand or the caller forbids its pattern.
    shut: Vec<bool>,
}

impl Simplex {
    /// Every type alone, as often as it goes into a bin.
    fn new(patterns: &[u32], amounts: &[f64]) -> Self {
        let m = patterns.len();
        let mut inverse = vec![0.0; m * m];
        for (row, amount) in amounts.iter().enumerate() {
            inverse[row * m + row] = 1.0 / amount;
        }
        let basis = patterns.iter().map(|&p| Column::Pattern(p)).collect();
        let dual = amounts.iter().map(|a| 1.0 / a).collect();
        Self { rows: m, inverse, basis, value: vec![0.0; m], dual, shut: vec![false; m] }
    }

    /// Values of the basis for this demand.
    fn load(&mut self, demand: &[u32]) {
        self.value.fill(0.0);
        for (column, &d) in self.inverse.chunks(self.rows.max(1)).zip(demand) {
            if d > 0 {
                let d = f64::from(d);
                self.value.iter_mut().zip(column).for_each(|(v, b)| *v += b * d);
            }
        }
    }

    /// A column given by its sparse entries, in terms of the basis.
    fn express(&self, entries: impl Iterator<Item = (usize, f64)>) -> Vec<f64> {
        let m = self.rows;
        let mut alpha = vec![0.0; m];
        for (row, amount) in entries {
            let inverse = &self.inverse[row * m..(row + 1) * m];
            for (a, b) in alpha.iter_mut().zip(inverse) {
                *a += b * amount;
            }
        }
        alpha
    }

    /// The row that limits an entering column (primal ratio test).
    fn limit(&self, alpha: &[f64]) -> Option<usize> {
        let mut leaving: Option<(usize, f64)> = None;
        for (r, &a) in alpha.iter().enumerate() {
            // A column that must stay at nothing limits from both sides.
            let a = if self.shut[r] { a.abs() } else { a };
            if a > TINY {
                let ratio = self.value[r].max(0.0) / a;
                let better = leaving.is_none_or(|(old, best)| {
                    ratio < best - 1e-12 || (ratio < best + 1e-12 && a > alpha[old])
                });
                if better {
                    leaving = Some((r, ratio));
                }
            }
        }
        leaving.map(|l| l.0)
    }

    /// Exchange the column of row `r`; `reduced` is the cost of the new one less what the duals
    /// pay for it.
    fn exchange(&mut self, r: usize, alpha: &[f64], reduced: f64, column: Column) {
        let m = self.rows;
        let gain = reduced / alpha[r];
        let ratio = self.value[r] / alpha[r];
        for (inverse, dual) in self.inverse.chunks_mut(m).zip(&mut self.dual) {
            let at = inverse[r];
            if at == 0.0 {
                continue;
            }
            *dual += gain * at;
            let scaled = at / alpha[r];
            for (x, a) in inverse.iter_mut().zip(alpha) {
                *x -= a * scaled;
            }
            inverse[r] = scaled;
        }
        for (v, a) in self.value.iter_mut().zip(alpha) {
            *v -= a * ratio;
        }
        self.value[r] = ratio;
        self.basis[r] = column;
        self.shut[r] = false;
    }
}

fn value_of(basis: &[Column], value: &[f64]) -> f64 {
    let pattern = |c: &Column| matches!(c, Column::Pattern(_));
    basis.iter().zip(value).filter(|(c, _)| pattern(c)).map(|(_, v)| v).sum()
}

/// The linear program of one problem, kept from one demand to the next.
pub struct Master<'a> {
    lengths: &'a Lengths,
    control: &'a Control<'a>,
    pool: Vec<Pattern>,
    simplex: Simplex,
    /// Duals that prove the best bound, so scaled that no pattern is worth more than 1.
    stable: Vec<f64>,
    dual: Vec<f64>,
}

/// Where the program stands, to come back to.
#[derive(Clone)]
pub struct Stand {
    simplex: Simplex,
    stable: Vec<f64>,
}

/// The solved program.
pub struct Relaxed {
    /// Patterns that are used, with how often.
    pub used: Vec<(Pattern, f64)>,
    /// Its value.
    pub value: f64,
    /// Bins that any answer needs, proven in whole numbers.
    pub bound: usize,
    /// Knapsacks solved.
    pub knapsacks: u64,
}

/// What the dual simplex came to.
enum Mended {
    /// A basis without faults, or nearly.
    Yes,
    /// None exists: duals that follow this ray prove it.
    Never(Vec<f64>),
}

/// Patterns of most worth that are looked at again before all others.
const HOT: usize = 40;
/// How far duals go along a ray that proves that no columns do.
const FAR: f64 = 100.0;
/// Exchanges of one solve at most.
const MAX_STEPS: u32 = 20_000;

impl<'a> Master<'a> {
    /// Begin with these patterns.
    pub fn new(lengths: &'a Lengths, control: &'a Control<'a>, known: &[Pattern]) -> Self {
        let mut pool: Vec<Pattern> = Vec::with_capacity(known.len() + lengths.length.len());
        let mut singles = Vec::new();
        let mut amounts = Vec::new();
        for (k, (&length, &demand)) in lengths.length.iter().zip(&lengths.demand).enumerate() {
            let n = (lengths.capacity / length).min(i64::from(demand));
            singles.push(pool.len() as u32);
            amounts.push(n as f64);
            pool.push(vec![(k as u32, n as u32)]);
            if n > 1 {
                pool.push(vec![(k as u32, 1)]);
            }
        }
        let simplex = Simplex::new(&singles, &amounts);
        pool.extend(known.iter().cloned().map(|mut p| {
            p.sort_unstable();
            p
        }));
        // Lengths over the capacity are duals that prove the volume bound.
        let share = |&l: &i64| l as f64 / lengths.capacity as f64;
        let stable = lengths.length.iter().map(share).collect();
        Self { lengths, control, pool, simplex, stable, dual: Vec::new() }
    }

    /// Where it stands.
    pub fn stand(&self) -> Stand {
        Stand { simplex: self.simplex.clone(), stable: self.stable.clone() }
    }

    /// Come back to where it stood.
    pub fn go_back(&mut self, stand: &Stand) {
        self.simplex.clone_from(&stand.simplex);
        self.stable.clone_from(&stand.stable);
    }

    /// Drop patterns that the basis does not need, once there are many.
    pub fn tidy(&mut self, most: usize) {
        if self.pool.len() <= most {
            return;
        }
        let mut keep = vec![false; self.pool.len()];
        for column in &self.simplex.basis {
            if let Column::Pattern(p) = column {
                keep[*p as usize] = true;
            }
        }
        // The newest half stays as well, and single items, which serve any demand.
        let half = self.pool.len() - most / 2;
        let mut number = vec![0u32; self.pool.len()];
        let mut kept = Vec::with_capacity(most);
        for (p, pattern) in std::mem::take(&mut self.pool).into_iter().enumerate() {
            if keep[p] || p >= half || pattern.len() == 1 {
                number[p] = kept.len() as u32;
                kept.push(pattern);
            }
        }
        self.pool = kept;
        for column in &mut self.simplex.basis {
            if let Column::Pattern(p) = column {
                *p = number[*p as usize];
            }
        }
    }

    /// Solve the relaxation for this demand, from where it stands. Ends early once it is known
    /// whether `enough` bins can do; with 0 only at the optimum. None: time ran out.
    pub fn solve(&mut self, demand: &[u32], enough: usize) -> Option<Relaxed> {
        // Only patterns that the demand allows count: that makes the relaxation tighter.
        let allowed = |p: &Pattern| p.iter().all(|&(k, n)| n <= demand[k as usize]);
        let mut proper: Vec<u32> =
            (0..self.pool.len() as u32).filter(|&p| allowed(&self.pool[p as usize])).collect();
        let mut steps = 0;
        self.begin(demand, &proper, &mut steps)?;
        let mut pricing = Pricing::new(self.lengths, demand, std::mem::take(&mut self.stable));
        let done = self.improve(&mut proper, Some(&mut pricing), enough, &mut steps);
        let Pricing { bound, knapsacks, stable, .. } = pricing;
        self.stable = stable;
        done?;
        let (used, value) = self.used();
        Some(Relaxed { used, value, bound, knapsacks })
    }

    /// Solve the program of these patterns alone, given by their numbers, from where it stands.
    /// None: time ran out.
    pub fn solve_among(&mut self, demand: &[u32], proper: &[u32]) -> Option<Vec<(u32, f64)>> {
        let mut steps = 0;
        self.dual.clear();
        if let Mended::Never(ray) = self.begin(demand, proper, &mut steps)? {
            let far = self.simplex.dual.iter().zip(&ray).map(|(dual, r)| dual - FAR * r);
            self.dual.extend(far);
            return Some(Vec::new());
        }
        self.improve(&mut proper.to_vec(), None, 0, &mut steps)?;
        self.dual.extend_from_slice(&self.simplex.dual);
        let columns = self.simplex.basis.iter().zip(&self.simplex.value);
        let used = columns.filter_map(|(&column, &amount)| match column {
            Column::Pattern(p) if amount > TINY => Some((p, amount)),
            _ => None,
        });
        Some(used.collect())
    }

    /// Duals of the last program of some patterns alone.
    pub fn dual(&self) -> &[f64] {
        &self.dual
    }

    /// Duals that prove the best bound, so scaled that no pattern is worth more than 1.
    pub fn stable(&self) -> &[f64] {
        &self.stable
    }

    /// Numbers of patterns, which are added unless they are there; sorted.
    pub fn numbers(&mut self, patterns: Vec<Pattern>) -> Vec<u32> {
        let known: BTreeMap<&Pattern, u32> = self.pool.iter().zip(0..).collect();
        let there: Vec<Option<u32>> = patterns.iter().map(|p| known.get(p).copied()).collect();
        let mut numbers = Vec::with_capacity(patterns.len());
        for (pattern, number) in patterns.into_iter().zip(there) {
            numbers.push(number.unwrap_or(self.pool.len() as u32));
            if number.is_none() {
                self.pool.push(pattern);
            }
        }
        numbers.sort_unstable();
        numbers
    }

    /// A pattern by its number.
    pub fn pattern(&self, p: u32) -> &Pattern {
        &self.pool[p as usize]
    }

    /// A basis for another demand and other proper patterns, which are sorted.
    fn begin(&mut self, demand: &[u32], proper: &[u32], steps: &mut u32) -> Option<Mended> {
        self.simplex.load(demand);
        for (shut, column) in self.simplex.shut.iter_mut().zip(&self.simplex.basis) {
            *shut = matches!(column, Column::Pattern(p) if proper.binary_search(p).is_err());
        }
        self.repair(proper, steps)
    }

    fn used(&self) -> (Vec<(Pattern, f64)>, f64) {
        let mut used = Vec::new();
        let mut value = 0.0;
        for (column, &amount) in self.simplex.basis.iter().zip(&self.simplex.value) {
            if let Column::Pattern(p) = column {
                if amount > TINY {
                    value += amount;
                    used.push((self.pool[*p as usize].clone(), amount));
                }
            }
        }
        (used, value)
    }

    /// Dual simplex: after patterns were fixed or forbidden, some are used less than not at all, or
    /// although they must not be.
    fn repair(&mut self, proper: &[u32], steps: &mut u32) -> Option<Mended> {
        let m = self.simplex.rows;
        loop {
            *steps += 1;
            if steps.is_multiple_of(16) && self.control.expired() {
                return None;
            }
            let simplex = &self.simplex;
            // How far a row is out of its range.
            let out = |r: usize| {
                let v = simplex.value[r];
                if simplex.shut[r] {
                    v.abs()
                } else {
                    -v
                }
            };
            let worst = (0..m)
                .filter(|&r| out(r) > 1e-7)
                .max_by(|&a, &b| out(a).total_cmp(&out(b)).then(b.cmp(&a)));
            let Some(r) = worst else { return Some(Mended::Yes) };
            // A row above its range comes down by columns with a positive entry.
            let sign = if simplex.value[r] > 0.0 { -1.0 } else { 1.0 };
            let across: Vec<f64> = (0..m).map(|k| sign * simplex.inverse[k * m + r]).collect();
            let mut best: Option<(f64, f64, f64, Column)> = None;
            let mut offer = |reduced: f64, alpha: f64, column: Column| {
                if alpha < -1e-7 {
                    let ratio = reduced.max(0.0) / -alpha;
                    let better = best.as_ref().is_none_or(|b| {
                        ratio < b.0 - 1e-12 || (ratio < b.0 + 1e-12 && alpha < b.1)
                    });
                    if better {
                        best = Some((ratio, alpha, reduced, column));
                    }
                }
            };
            for &p in proper {
                let (mut alpha, mut worth) = (0.0, 0.0);
                for &(k, n) in &self.pool[p as usize] {
                    alpha += across[k as usize] * f64::from(n);
                    worth += simplex.dual[k as usize] * f64::from(n);
                }
                offer(1.0 - worth, alpha, Column::Pattern(p));
            }
            for k in 0..m {
                offer(simplex.dual[k], -across[k], Column::Surplus(k as u32));
            }
            let Some((_, _, reduced, column)) = best else { return Some(Mended::Never(across)) };
            if *steps >= MAX_STEPS {
                return Some(Mended::Yes);
            }
            self.enter(r, reduced, column);
        }
    }

    fn enter(&mut self, r: usize, reduced: f64, column: Column) {
        let alpha = self.alpha(column);
        self.simplex.exchange(r, &alpha, reduced, column);
    }

    fn alpha(&self, column: Column) -> Vec<f64> {
        match column {
            Column::Pattern(p) => {
                let pattern = &self.pool[p as usize];
                self.simplex.express(pattern.iter().map(|&(k, n)| (k as usize, f64::from(n))))
            }
            Column::Surplus(k) => self.simplex.express(std::iter::once((k as usize, -1.0))),
        }
    }

    /// Primal simplex with columns on demand.
    fn improve(
        &mut self,
        proper: &mut Vec<u32>,
        mut pricing: Option<&mut Pricing<'_>>,
        enough: usize,
        steps: &mut u32,
    ) -> Option<()> {
        let mut hot: Vec<u32> = Vec::new();
        let mut found: Vec<(f64, u32)> = Vec::new();
        while *steps < MAX_STEPS {
            *steps += 1;
            if steps.is_multiple_of(16) && self.control.expired() {
                return None;
            }
            let dual = &self.simplex.dual;
            let pool = &self.pool;
            let entering = if let Some(row) = (0..dual.len()).find(|&r| dual[r] < -TINY) {
                Some((dual[row], Column::Surplus(row as u32)))
            } else {
                let gains = |p: &u32| {
                    let pattern = &pool[*p as usize];
                    let worth: f64 =
                        pattern.iter().map(|&(k, n)| dual[k as usize] * f64::from(n)).sum();
                    Some((worth, *p)).filter(|g| g.0 > 1.0 + 1e-7)
                };
                let mut best = hot.iter().filter_map(gains).max_by(|a, b| a.0.total_cmp(&b.0));
                if best.is_none() {
                    found.clear();
                    found.extend(proper.iter().filter_map(gains));
                    found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                    found.truncate(HOT);
                    hot.clear();
                    hot.extend(found.iter().map(|f| f.1));
                    best = found.first().copied();
                }
                best.map(|(worth, p)| (1.0 - worth, Column::Pattern(p)))
            };
            if let Some((reduced, column)) = entering {
                let alpha = self.alpha(column);
                let Some(r) = self.simplex.limit(&alpha) else { return Some(()) };
                self.simplex.value[r] = self.simplex.value[r].max(0.0);
                self.simplex.exchange(r, &alpha, reduced, column);
                continue;
            }
            let Some(pricing) = pricing.as_deref_mut() else { return Some(()) };
            let mut fresh = pricing.greedy(dual);
            if fresh.is_empty() {
                let value = value_of(&self.simplex.basis, &self.simplex.value);
                if value <= enough as f64 + 1e-7 {
                    return Some(());
                }
                match pricing.exact(dual, enough) {
                    Some(pattern) => fresh.push(pattern),
                    None => return Some(()),
                }
            }
            let from = self.pool.len() as u32;
            self.pool.append(&mut fresh);
            hot.clear();
            hot.extend(from..self.pool.len() as u32);
            proper.extend(&hot);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relaxation_of_a_small_cutting_problem() {
        // Chvatal's first example: rolls of 100, demands for 45, 36, 31, 14; value 452.25.
        let lengths = Lengths {
            capacity: 100,
            length: vec![45, 36, 31, 14],
            demand: vec![97, 610, 395, 211],
        };
        let control = Control::iterations(1);
        let mut master = Master::new(&lengths, &control, &[]);
        // 452 bins are not enough, and the duals prove it; 453 are, and it may stop there.
        let tight = master.solve(&lengths.demand, 452).unwrap();
        assert_eq!(tight.bound, 453);
        assert!(tight.value > 452.25 - 1e-6);
        let loose = master.solve(&lengths.demand, 453).unwrap();
        assert!(loose.value < 453.0 + 1e-6);
    }
}
