//! Rules beyond zone, cube and weight: which kinds of products may stand in which kinds of slots.
//!
//! Hazard, weight low, family and whatever else says "these products only there" or "there only these
//! products" comes down to kinds: products to which the same rules apply, and slots that lie in the
//! same rules.

use backhaul_common::{Error, Result};

/// Kinds, and which go together.
#[derive(Clone, Debug)]
pub struct Rules {
    product: Vec<u32>,
    slot: Vec<u32>,
    kinds: usize,
    allowed: Vec<bool>,
}

impl Rules {
    /// Kind of each product and slot; `allowed` has a row for each kind of product, an entry for each
    /// of the `kinds` kinds of slots.
    pub fn new(
        product: Vec<u32>,
        slot: Vec<u32>,
        kinds: usize,
        allowed: Vec<bool>,
    ) -> Result<Self> {
        let rows = product.iter().max().map_or(0, |&k| k as usize + 1);
        if allowed.len() < rows * kinds || slot.iter().any(|&k| k as usize >= kinds) {
            let path = "rules.allowed";
            return Err(Error::invalid(path, allowed.len(), "an entry for each pair of kinds"));
        }
        Ok(Self { product, slot, kinds, allowed })
    }

    /// Kind of a slot.
    #[inline]
    pub fn kind(&self, slot: usize) -> u32 {
        self.slot[slot]
    }

    /// Whether the product may stand in slots of a kind.
    #[inline]
    pub fn accepts(&self, product: usize, kind: u32) -> bool {
        self.allowed[self.product[product] as usize * self.kinds + kind as usize]
    }

    /// Whether the product may stand in the slot.
    #[inline]
    pub fn allows(&self, product: usize, slot: usize) -> bool {
        self.accepts(product, self.slot[slot])
    }
}
