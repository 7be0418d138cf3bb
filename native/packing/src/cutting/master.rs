//! The linear program over patterns, by the primal simplex method with columns on demand
//! (Gilmore and Gomory 1961).

use backhaul_common::Control;

use super::knapsack;
use super::{Lengths, Pattern};

/// Duals are handed to the knapsack as whole numbers of this fraction.
const UNIT: f64 = (1u64 << 26) as f64;
const TINY: f64 = 1e-9;
/// Share of the best known duals in those that are priced.
const SMOOTH: f64 = 0.7;

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

enum Column {
    Pattern(u32),
    /// More of a row than is needed.
    Surplus,
}

/// Simplex state: one row per type with demand.
struct Simplex {
    rows: usize,
    /// Columns of the inverse of the basis, one after the other.
    inverse: Vec<f64>,
    basis: Vec<Column>,
    value: Vec<f64>,
    dual: Vec<f64>,
}

impl Simplex {
    /// Enter a column given by its sparse entries and its cost. False: no row limits it.
    fn pivot(&mut self, entries: &[(usize, f64)], cost: f64, column: Column) -> bool {
        let m = self.rows;
        let mut alpha = vec![0.0; m];
        let mut priced = 0.0;
        for &(row, amount) in entries {
            priced += self.dual[row] * amount;
            let inverse = &self.inverse[row * m..(row + 1) * m];
            for (a, b) in alpha.iter_mut().zip(inverse) {
                *a += b * amount;
            }
        }
        let mut leaving: Option<(usize, f64)> = None;
        for r in 0..m {
            if alpha[r] > TINY {
                let ratio = self.value[r].max(0.0) / alpha[r];
                let better = leaving.is_none_or(|(old, best)| {
                    ratio < best - 1e-12 || (ratio < best + 1e-12 && alpha[r] > alpha[old])
                });
                if better {
                    leaving = Some((r, ratio));
                }
            }
        }
        let Some((r, ratio)) = leaving else { return false };
        let gain = (cost - priced) / alpha[r];
        for j in 0..m {
            let column = &mut self.inverse[j * m..(j + 1) * m];
            let at = column[r];
            if at == 0.0 {
                continue;
            }
            self.dual[j] += gain * at;
            let scaled = at / alpha[r];
            for (x, a) in column.iter_mut().zip(&alpha) {
                *x -= a * scaled;
            }
            column[r] = scaled;
        }
        for (v, a) in self.value.iter_mut().zip(&alpha) {
            *v -= a * ratio;
        }
        self.value[r] = ratio;
        self.basis[r] = column;
        true
    }
}

fn value_of(basis: &[Column], value: &[f64]) -> f64 {
    let pattern = |c: &Column| matches!(c, Column::Pattern(_));
    basis.iter().zip(value).filter(|(c, _)| pattern(c)).map(|(_, v)| v).sum()
}

/// Solve the relaxation for this demand. Patterns known before are priced first; new ones are
/// added to them. Ends early once it is known whether `enough` bins can do. None: time ran out.
pub fn relax(
    lengths: &Lengths,
    demand: &[u32],
    pool: &mut Vec<Pattern>,
    enough: usize,
    control: &Control<'_>,
) -> Option<Relaxed> {
    let kinds: Vec<usize> = (0..demand.len()).filter(|&k| demand[k] > 0).collect();
    let m = kinds.len();
    let mut row_of = vec![usize::MAX; demand.len()];
    for (row, &k) in kinds.iter().enumerate() {
        row_of[k] = row;
    }
    // Start: every type alone, as often as it goes into a bin.
    let mut start = Vec::with_capacity(m);
    let mut inverse = vec![0.0; m * m];
    for (row, &k) in kinds.iter().enumerate() {
        let n = (lengths.capacity / lengths.length[k]).min(i64::from(demand[k]));
        inverse[row * m + row] = 1.0 / n as f64;
        pool.push(vec![(k as u32, n as u32)]);
        start.push(Column::Pattern(pool.len() as u32 - 1));
    }
    let dual: Vec<f64> = (0..m).map(|r| inverse[r * m + r]).collect();
    let value = kinds.iter().zip(&dual).map(|(&k, d)| f64::from(demand[k]) * d).collect();
    let mut simplex = Simplex { rows: m, inverse, basis: start, value, dual };
    // Only patterns that the demand allows count: that makes the relaxation tighter.
    let mut proper: Vec<u32> = (0..pool.len() as u32)
        .filter(|&p| pool[p as usize].iter().all(|&(k, n)| n <= demand[k as usize]))
        .collect();
    let mut knapsacks = 0;
    let mut bound = 0;
    // Lengths over the capacity are duals that prove the volume bound.
    let mut stable: Vec<f64> =
        kinds.iter().map(|&k| lengths.length[k] as f64 / lengths.capacity as f64).collect();
    let mut stable_rate = 0.0;
    let mut smooth = SMOOTH;
    let mut steps = 0u32;
    loop {
        steps += 1;
        if steps.is_multiple_of(16) && control.expired() {
            return None;
        }
        if let Some(row) = (0..m).find(|&r| simplex.dual[r] < -TINY) {
            if !simplex.pivot(&[(row, -1.0)], 0.0, Column::Surplus) {
                break;
            }
            continue;
        }
        let worth = |pattern: &Pattern| -> f64 {
            pattern.iter().map(|&(k, n)| simplex.dual[row_of[k as usize]] * f64::from(n)).sum()
        };
        let known = proper
            .iter()
            .map(|&p| (worth(&pool[p as usize]), p))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|best| best.0 > 1.0 + 1e-7);
        let entering = if let Some((_, p)) = known {
            p
        } else {
            if value_of(&simplex.basis, &simplex.value) <= enough as f64 + 1e-7 {
                break;
            }
            // Duals between the best known ones and the present ones settle sooner (Wentges 1997).
            let duals: Vec<f64> = (0..m)
                .map(|r| smooth * stable[r] + (1.0 - smooth) * simplex.dual[r].max(0.0))
                .collect();
            let mut whole = vec![0i64; demand.len()];
            for (row, &k) in kinds.iter().enumerate() {
                whole[k] = (duals[row] * UNIT) as i64;
            }
            let best = knapsack::best(lengths, demand, &whole);
            knapsacks += 1;
            if best.proven && best.worth > 0 {
                // Any whole duals prove a bound: their worth over what a bin can hold of it
                // (Farley 1990).
                let total: i128 =
                    kinds.iter().map(|&k| i128::from(whole[k]) * i128::from(demand[k])).sum();
                let needed = (total + i128::from(best.worth) - 1) / i128::from(best.worth);
                bound = bound.max(needed as usize);
                let rate = total as f64 / best.worth as f64;
                if rate > stable_rate {
                    stable_rate = rate;
                    let scale = UNIT / best.worth as f64;
                    stable = duals.iter().map(|d| d * scale).collect();
                }
                if bound > enough {
                    break;
                }
            }
            if worth(&best.pattern) <= 1.0 + 1e-7 {
                if smooth == 0.0 {
                    break;
                }
                // Misled by the old duals: this time with the present ones only.
                smooth = 0.0;
                continue;
            }
            smooth = SMOOTH;
            pool.push(best.pattern);
            let p = pool.len() as u32 - 1;
            proper.push(p);
            p
        };
        let entries: Vec<(usize, f64)> = pool[entering as usize]
            .iter()
            .map(|&(k, n)| (row_of[k as usize], f64::from(n)))
            .collect();
        if !simplex.pivot(&entries, 1.0, Column::Pattern(entering)) || steps > 50_000 {
            break;
        }
    }
    let mut used = Vec::new();
    let mut value = 0.0;
    for (row, column) in simplex.basis.iter().enumerate() {
        if let Column::Pattern(p) = column {
            if simplex.value[row] > TINY {
                value += simplex.value[row];
                used.push((pool[*p as usize].clone(), simplex.value[row]));
            }
        }
    }
    Some(Relaxed { used, value, bound, knapsacks })
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
        let mut pool = Vec::new();
        let control = Control::iterations(1);
        // 452 bins are not enough, and the duals prove it; 453 are, and it may stop there.
        let tight = relax(&lengths, &lengths.demand, &mut pool, 452, &control).unwrap();
        assert_eq!(tight.bound, 453);
        assert!(tight.value > 452.25 - 1e-6);
        let loose = relax(&lengths, &lengths.demand, &mut pool, 453, &control).unwrap();
        assert!(loose.value < 453.0 + 1e-6);
    }
}
