//! Who stands on which level of one bay: tours can not tell, arms and lifts can.
//!
//! Slots over and opposite each other are one stop of a tour. Searching over tours leaves their
//! order to chance, so in the end each stop is arranged by itself: busy products where reaching
//! takes least. With one popularity and one access each, exchanging pairs that are the wrong way
//! round ends at the least total where nothing else forbids it (Hardy, Littlewood and Polya 1934).

use crate::assignment::{Problem, NOWHERE};
use crate::grid::Spot;

/// Exchange products within each stop until no exchange saves access.
pub(crate) fn arrange(problem: &Problem<'_>, spots: &[Spot], slot: &mut [u32]) {
    let Problem { products, slots, .. } = problem;
    let mut holder = vec![NOWHERE; spots.len()];
    for (i, &s) in slot.iter().enumerate().filter(|(_, &s)| s != NOWHERE) {
        holder[s as usize] = i as u32;
    }
    let key = |j: u32| (slots.zone[j as usize], spots[j as usize].aisle, spots[j as usize].y);
    let free = |j: u32| {
        let held = holder[j as usize];
        held == NOWHERE || !problem.fixed[held as usize]
    };
    let mut all: Vec<u32> = (0..spots.len() as u32).filter(|&j| free(j)).collect();
    all.sort_by_key(|&j| (key(j), slots.distance[j as usize], j));
    let picks = |k: u32| if k == NOWHERE { 0 } else { products.picks[k as usize] };
    let fits = |k: u32, j: u32| k == NOWHERE || problem.fits(k as usize, j as usize);
    for stop in all.chunk_by(|&a, &b| key(a) == key(b)) {
        let mut again = true;
        while again {
            again = false;
            for (n, &far) in stop.iter().enumerate() {
                for &near in &stop[..n] {
                    let (a, b) = (holder[near as usize], holder[far as usize]);
                    let shorter = slots.distance[near as usize] < slots.distance[far as usize];
                    if shorter && picks(a) < picks(b) && fits(a, far) && fits(b, near) {
                        holder.swap(near as usize, far as usize);
                        again = true;
                    }
                }
            }
        }
    }
    for (j, &i) in holder.iter().enumerate().filter(|(_, &i)| i != NOWHERE) {
        slot[i as usize] = j as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment::{Products, Slots};

    #[test]
    fn busy_products_stand_low_where_they_may() {
        // Two stops of three levels each; the slot of product 1 is too high for heavy product 3.
        let spots: Vec<Spot> = [5, 5, 5, 9, 9, 9].map(|y| Spot { aisle: 0, y }).to_vec();
        let products = Products {
            picks: vec![1, 50, 9, 70, 3],
            volume: vec![1; 5],
            weight: vec![1, 1, 1, 5, 1],
            zone: vec![0; 5],
        };
        let slots = Slots {
            distance: vec![5, 7, 11, 9, 11, 15],
            volume: vec![1; 6],
            weight: vec![9, 9, 2, 9, 9, 9],
            zone: vec![0; 6],
        };
        let arranged = |fixed: &[bool], mut slot: Vec<u32>| {
            let problem =
                Problem { products: &products, slots: &slots, affinity: None, fixed, rules: None };
            arrange(&problem, &spots, &mut slot);
            slot
        };
        // The stop at 5 holds products 0, 3 and 1, the stop at 9 holds 4 above 2 and nothing below.
        let slot = arranged(&[false; 5], vec![0, 2, 5, 1, 4]);
        assert_eq!(slot, [2, 1, 3, 0, 4]);
        // Who has to stay does not move.
        let slot = arranged(&[true, false, false, false, false], vec![0, 2, 5, 1, 4]);
        assert_eq!(slot, [0, 2, 3, 1, 4]);
    }
}
