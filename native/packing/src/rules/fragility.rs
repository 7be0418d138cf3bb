//! Only fragile items rest on fragile ones.

use super::Rule;
use crate::load::Load;
use crate::problem::Item;

/// A non-fragile item may not rest on a fragile one.
pub struct Fragility;

impl Rule for Fragility {
    fn code(&self) -> &'static str {
        "fragility"
    }

    fn holds(&self, items: &[Item], load: &Load, _touched: &[u32]) -> bool {
        let newest = load.len() - 1;
        let fragile = |k: u32| items[load.item[k as usize] as usize].fragile;
        let new_is_fragile = fragile(newest as u32);
        let below = new_is_fragile || load.below[newest].iter().all(|&(k, _)| !fragile(k));
        below && (!new_is_fragile || load.above[newest].iter().all(|&k| fragile(k)))
    }
}
