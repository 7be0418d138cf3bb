//! What it costs that pickers meet in an aisle.
//!
//! Two picks of one wave in one aisle are in each other's way: whoever comes second waits, or walks
//! around. With orders spread over waves by chance, each pair of picks in an aisle falls into one
//! wave once in as many waves; so an aisle costs by the square of its picks, and the sum is least
//! where the busy products are spread over the aisles (Pan and Wu 2012 price blocking alike).

use crate::assignment::NOWHERE;
use crate::baskets::Baskets;
use crate::grid::Spot;

/// Price of a pair of picks in one aisle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Congestion {
    /// Walk that a meeting is worth.
    pub meeting: i64,
    /// Waves that the orders are spread over, at least 1.
    pub waves: i64,
}

impl Congestion {
    /// Price of a pair that may or may not meet.
    pub fn pair(&self) -> f64 {
        self.meeting as f64 / self.waves.max(1) as f64
    }

    /// Price of all pairs, rounded down.
    pub fn total(&self, spots: &[Spot], slot: &[u32], orders: &Baskets) -> i64 {
        let mut picks = vec![0_i128; spots.iter().map(|s| s.aisle as usize + 1).max().unwrap_or(0)];
        for &i in &orders.products {
            if slot[i as usize] != NOWHERE {
                picks[spots[slot[i as usize] as usize].aisle as usize] += 1;
            }
        }
        let pairs: i128 = picks.iter().map(|n| n * (n - 1) / 2).sum();
        (pairs * i128::from(self.meeting) / i128::from(self.waves.max(1))) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_picks_in_one_aisle_are_priced() {
        let orders = Baskets { ptr: vec![0, 2, 5], products: vec![0, 1, 0, 1, 2] };
        let spots: Vec<Spot> = [0, 0, 3].map(|aisle| Spot { aisle, y: 1 }).to_vec();
        let price = Congestion { meeting: 100, waves: 2 };
        // Four picks in aisle 0 are six pairs, of which half fall into one wave.
        assert_eq!(price.total(&spots, &[0, 1, 2], &orders), 300);
        assert_eq!(price.total(&spots, &[0, NOWHERE, 2], &orders), 50);
    }
}
