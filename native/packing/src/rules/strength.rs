//! No item carries more than its top can bear.

use super::Rule;
use crate::load::Load;
use crate::problem::Item;

/// Weight on top, handed down by contact area, stays within `max_load`.
pub struct Strength;

impl Rule for Strength {
    fn code(&self) -> &'static str {
        "max_load"
    }

    fn holds(&self, items: &[Item], load: &Load, touched: &[u32]) -> bool {
        touched.iter().all(|&k| {
            let k = k as usize;
            items[load.item[k] as usize]
                .max_load
                // Shares of whole weights are not whole: allow for the last digits.
                .is_none_or(|most| load.carried[k] <= most as f64 + 1e-9)
        })
    }
}
