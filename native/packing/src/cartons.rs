//! Cartonization: for each of many orders the cheapest carton that holds it, or several.

use backhaul_common::{purpose, Control, Result, Stream};
use rayon::prelude::*;

use crate::answer::Filled;
use crate::beam::{search, Budget};
use crate::bound::lower;
use crate::problem::{Aim, Bin, Item, Problem, Rules};
use crate::rules::{for_problem, RuleSet};
use crate::several::{Making, Packer};

/// Orders are small: a few blocks are enough.
const MAKING: Making = Making { count: 64, fill: 1000, mixed: false };

/// What one order holds: (item of the catalogue, how many).
pub type Order = Vec<(u32, u32)>;

/// How hard each order is tried.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Fills tried before a carton is given up.
    pub fills: u64,
    /// Fills tried to spread an order over several cartons at less cost.
    pub splits: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { fills: 40, splits: 60 }
    }
}

/// The cartons of every order. Items that fit no carton are missing from the order's answer.
pub fn cartonize(
    catalogue: &[Item],
    cartons: &[Bin],
    rules: Rules,
    orders: &[Order],
    effort: Effort,
    control: &Control<'_>,
    seed: u64,
    threads: usize,
) -> Result<Vec<Vec<Filled>>> {
    // Checks catalogue and cartons once.
    Problem::new(Aim::BinPacking, cartons.to_vec(), catalogue.to_vec(), rules)?;
    let mut cheapest: Vec<usize> = (0..cartons.len()).collect();
    cheapest.sort_by_key(|&k| (cartons[k].cost, cartons[k].volume(), k));
    let one = |(number, order): (usize, &Order)| {
        if control.expired() {
            return Vec::new();
        }
        let stream = Stream::new(seed, purpose("packing.cartons"), number as u64, 0);
        order_of(catalogue, cartons, rules, &cheapest, order, effort, control, stream)
    };
    if threads <= 1 {
        return Ok(orders.iter().enumerate().map(one).collect());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|e| {
        backhaul_common::Error::invalid("threads", threads, format!("fewer threads ({e})"))
    })?;
    Ok(pool.install(|| orders.par_iter().enumerate().map(one).collect()))
}

fn order_of(
    catalogue: &[Item],
    cartons: &[Bin],
    rules: Rules,
    cheapest: &[usize],
    order: &Order,
    effort: Effort,
    control: &Control<'_>,
    mut stream: Stream,
) -> Vec<Filled> {
    // A small problem of its own, with the order's items only.
    let wanted: Vec<(u32, u32)> = order
        .iter()
        .copied()
        .filter(|&(k, n)| {
            let item = &catalogue[k as usize];
            let goes = |b: &Bin| item.fits(b.size) && item.weight <= b.weight_limit();
            n > 0 && cartons.iter().any(goes)
        })
        .collect();
    let items: Vec<Item> =
        wanted.iter().map(|&(k, n)| Item { copies: n, ..catalogue[k as usize].clone() }).collect();
    let volume: i64 = items.iter().map(|i| i.volume() * i64::from(i.copies)).sum();
    let weight: i64 = items.iter().map(|i| i.weight * i64::from(i.copies)).sum();
    let demand: Vec<u32> = items.iter().map(|i| i.copies).collect();
    let back = |mut filled: Filled, bin: usize| {
        filled.bin = bin as u32;
        for p in &mut filled.placements {
            p.item = wanted[p.item as usize].0;
        }
        filled
    };
    if items.is_empty() {
        return Vec::new();
    }
    for &bin in cheapest {
        let carton = &cartons[bin];
        let holds = volume <= carton.volume()
            && weight <= carton.weight_limit()
            && items.iter().all(|i| i.fits(carton.size));
        if !holds {
            continue;
        }
        let carton = Bin { copies: None, ..carton.clone() };
        let problem =
            Problem { aim: Aim::BinPacking, bins: vec![carton], items: items.clone(), rules };
        let set = for_problem(&problem);
        let packer = Packer::new(&problem, &set, true, MAKING, &|| false);
        let budget = Budget {
            control,
            done: 0,
            most: effort.fills,
            ceiling: volume,
            width: 4,
            until: f64::INFINITY,
        };
        let found = search(&packer.site(0), &demand, budget, false);
        if found.best.profit == volume {
            let placements = packer.site(0).placements(&found.best);
            return vec![back(Filled { bin: 0, placements }, bin)];
        }
    }
    // No carton holds all: several, of least cost.
    let bins = cartons.iter().map(|b| Bin { copies: None, ..b.clone() }).collect();
    let problem = Problem { aim: Aim::BinPacking, bins, items, rules };
    let set: RuleSet = for_problem(&problem);
    let packer = Packer::new(&problem, &set, true, MAKING, &|| false);
    let work = Control::iterations(effort.splits);
    let (filled, _, _) = packer.all(&work, stream.next_u64(), lower(&problem));
    filled.into_iter().map(|f| (f.bin as usize, f)).map(|(bin, f)| back(f, bin)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carton(edge: i32, cost: i64) -> Bin {
        Bin { copies: None, cost, ..Bin::plain([edge; 3]) }
    }

    #[test]
    fn the_cheapest_carton_that_holds_the_order() {
        let catalogue = [Item::plain([5; 3], 1), Item::plain([30; 3], 1)];
        let cartons = [carton(20, 9), carton(10, 4), carton(5, 1)];
        let orders = vec![vec![(0, 1)], vec![(0, 8)], vec![(0, 9)], vec![(1, 1)], vec![(0, 65)]];
        let control = Control::iterations(1);
        let found = cartonize(
            &catalogue,
            &cartons,
            Rules::default(),
            &orders,
            Effort::default(),
            &control,
            0,
            2,
        )
        .unwrap();
        let bins: Vec<Vec<u32>> = found.iter().map(|o| o.iter().map(|f| f.bin).collect()).collect();
        assert_eq!(bins[0], vec![2]);
        assert_eq!(bins[1], vec![1]);
        assert_eq!(bins[2], vec![0]);
        assert!(bins[3].is_empty());
        assert_eq!(found[4].iter().map(|f| f.placements.len()).sum::<usize>(), 65);
    }
}
