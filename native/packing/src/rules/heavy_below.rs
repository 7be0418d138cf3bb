//! Heavy below light: an item rests only on items that are not much lighter.

use super::Rule;
use crate::load::Load;
use crate::problem::Item;

/// An item may weigh at most this many per cent of each item that it rests on.
pub struct HeavyBelow {
    /// Per cent; 100 means never heavier than what carries it.
    pub percent: i64,
}

impl Rule for HeavyBelow {
    fn code(&self) -> &'static str {
        "heavy_below"
    }

    fn holds(&self, items: &[Item], load: &Load, _touched: &[u32]) -> bool {
        let newest = load.len() - 1;
        let weight = |k: u32| items[load.item[k as usize] as usize].weight;
        let may = |above: i64, below: i64| above * 100 <= below * self.percent;
        let new = weight(newest as u32);
        load.below[newest].iter().all(|&(k, _)| may(new, weight(k)))
            && load.above[newest].iter().all(|&k| may(weight(k), new))
    }
}
