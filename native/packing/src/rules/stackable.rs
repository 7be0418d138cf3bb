//! Nothing rests on an item that is not stackable.

use super::Rule;
use crate::load::Load;
use crate::problem::Item;

/// Nothing on top of items that are not stackable.
pub struct Stackable;

impl Rule for Stackable {
    fn code(&self) -> &'static str {
        "stackable"
    }

    fn holds(&self, items: &[Item], load: &Load, _touched: &[u32]) -> bool {
        let newest = load.len() - 1;
        let bare = |k: usize| !items[load.item[k] as usize].stackable;
        let on_bare = load.below[newest].iter().any(|&(k, _)| bare(k as usize));
        !on_bare && (load.above[newest].is_empty() || !bare(newest))
    }
}
