//! Lower bounds on the cost of any answer.

use crate::problem::{Aim, Problem};

/// No answer costs less than this.
pub fn lower(problem: &Problem) -> i64 {
    match problem.aim {
        Aim::Knapsack => knapsack(problem),
        Aim::BinPacking => volume_and_weight(problem).max(too_large_together(problem)),
    }
}

/// Worth that must stay out: of the densest items by volume, what exceeds the bins' room.
fn knapsack(problem: &Problem) -> i64 {
    let mut room = 0_i128;
    let mut lift = Some(0_i128);
    for bin in &problem.bins {
        let Some(copies) = bin.copies else { return unpackable(problem) };
        room += i128::from(bin.volume()) * i128::from(copies);
        lift = match (lift, bin.max_weight) {
            (Some(sum), Some(w)) => Some(sum + i128::from(w) * i128::from(copies)),
            _ => None,
        };
    }
    let by_volume = fractional(problem, room, |i| problem.items[i].volume());
    let by_weight = lift.map_or(0, |lift| fractional(problem, lift, |i| problem.items[i].weight));
    by_volume.max(by_weight).max(unpackable(problem))
}

/// Worth left out of the fractional knapsack with this capacity (Dantzig 1957).
fn fractional(problem: &Problem, capacity: i128, use_of: impl Fn(usize) -> i64) -> i64 {
    let mut order: Vec<usize> = (0..problem.items.len()).collect();
    let density = |k: usize| problem.items[k].profit as f64 / (use_of(k) as f64).max(1e-9);
    order.sort_by(|&a, &b| density(b).total_cmp(&density(a)).then(a.cmp(&b)));
    let mut left = capacity;
    let mut packed = 0_i128;
    for k in order {
        let item = &problem.items[k];
        if !packable(problem, k) {
            continue;
        }
        let each = i128::from(use_of(k));
        let all = each * i128::from(item.copies);
        if all <= left {
            left -= all;
            packed += i128::from(item.profit) * i128::from(item.copies);
        } else {
            packed += i128::from(item.profit) * left / each;
            break;
        }
    }
    (i128::from(problem.worth()) - packed).max(0) as i64
}

fn packable(problem: &Problem, k: usize) -> bool {
    let item = &problem.items[k];
    problem.bins.iter().any(|b| item.fits(b.size) && item.weight <= b.weight_limit())
}

fn unpackable(problem: &Problem) -> i64 {
    (0..problem.items.len())
        .filter(|&k| !packable(problem, k))
        .map(|k| problem.items[k].profit * i64::from(problem.items[k].copies))
        .sum()
}

/// All items at the cost per volume, and per weight, of the cheapest bin in that respect.
fn volume_and_weight(problem: &Problem) -> i64 {
    let rate = |of: &dyn Fn(&crate::problem::Bin) -> Option<i64>, need: i128| -> i64 {
        let mut best: Option<i128> = None;
        for bin in &problem.bins {
            // Without a limit nothing is known; cost times need over size, rounded up.
            let Some(size) = of(bin) else { return 0 };
            let need_cost = (i128::from(bin.cost) * need + i128::from(size.max(1)) - 1)
                / i128::from(size.max(1));
            best = Some(best.map_or(need_cost, |b| b.min(need_cost)));
        }
        best.unwrap_or(0) as i64
    };
    let volume: i128 =
        problem.items.iter().map(|i| i128::from(i.volume()) * i128::from(i.copies)).sum();
    let weight: i128 =
        problem.items.iter().map(|i| i128::from(i.weight) * i128::from(i.copies)).sum();
    let by_volume = rate(&|b| Some(b.volume()), volume);
    by_volume.max(rate(&|b| b.max_weight, weight))
}

/// Items of which no two share a bin, each in a bin of its own (after Martello, Pisinger, Vigo
/// 2000): those longer than half of every bin along all axes, however they are turned.
fn too_large_together(problem: &Problem) -> i64 {
    let most: [i32; 3] =
        std::array::from_fn(|a| problem.bins.iter().map(|b| b.size[a]).max().unwrap_or(0));
    let large = |item: &crate::problem::Item| {
        let widest = most[0].max(most[1]).max(most[2]);
        let turned = item.orientations.len() > 1;
        (0..3).all(|a| {
            let least = if turned {
                item.orientations.iter().map(|o| o.apply(item.size)[a]).min().unwrap_or(0)
            } else {
                item.orientations[0].apply(item.size)[a]
            };
            let room = if turned { most[a].min(widest) } else { most[a] };
            2 * least > room
        })
    };
    let count: i64 = problem.items.iter().filter(|i| large(i)).map(|i| i64::from(i.copies)).sum();
    count * problem.bins.iter().map(|b| b.cost).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Bin, Item, Rules};

    fn problem(aim: Aim, items: Vec<Item>) -> Problem {
        let copies = (aim == Aim::Knapsack).then_some(1);
        let bins = vec![Bin { copies, ..Bin::plain([10; 3]) }];
        Problem::new(aim, bins, items, Rules::default()).unwrap()
    }

    #[test]
    fn volume_rounds_up() {
        // 3 x 400 of 1000: more than one bin
        let items = vec![Item::plain([10, 10, 4], 3)];
        assert_eq!(lower(&problem(Aim::BinPacking, items)), 2);
    }

    #[test]
    fn large_items_need_a_bin_each() {
        let items = vec![Item::plain([6, 6, 6], 4)];
        assert_eq!(lower(&problem(Aim::BinPacking, items)), 4);
    }

    #[test]
    fn a_knapsack_leaves_out_what_exceeds_the_room() {
        let items = vec![Item::plain([10, 10, 4], 3)];
        assert_eq!(lower(&problem(Aim::Knapsack, items)), 200);
    }
}
