//! A share of every base rests on the floor or on tops of items.

use super::Rule;
use crate::geometry::is_share;
use crate::load::Load;
use crate::problem::Item;

/// At least this share of each base is supported.
pub struct Support {
    /// Parts of a million.
    pub parts: i64,
}

impl Rule for Support {
    fn code(&self) -> &'static str {
        "support"
    }

    fn holds(&self, _items: &[Item], load: &Load, _touched: &[u32]) -> bool {
        // Only the newest can lack support: others have gained some, or nothing changed.
        let newest = load.len() - 1;
        is_share(load.supported(newest), load.cuboid[newest].base(), self.parts)
    }
}
