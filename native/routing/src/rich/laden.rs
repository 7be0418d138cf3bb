//! What a piece of a route carries, where vehicles also bring goods back: pieces join in constant
//! time (Vidal, Crainic, Gendreau and Prins 2014).

use crate::rich::route::Node;

/// Goods of a piece of a route, in one dimension.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Laden {
    /// On board at its start for its own stops.
    pub delivery: i64,
    /// On board at its end from its own stops.
    pub pickup: i64,
    /// Most on board within it.
    pub peak: i64,
    /// Some stop is nothing but a pickup; some other stop; such another comes after such a pickup.
    pub back: bool,
    pub out: bool,
    pub mixed: bool,
}

impl Laden {
    pub fn of(node: &Node) -> Self {
        Self {
            delivery: node.delivery,
            pickup: node.pickup,
            peak: node.delivery.max(node.pickup),
            back: node.class == 2,
            out: node.class == 1,
            mixed: false,
        }
    }

    /// `self`, then `next`.
    #[inline(always)]
    pub fn join(self, next: Self) -> Self {
        Self {
            delivery: self.delivery + next.delivery,
            pickup: self.pickup + next.pickup,
            peak: (self.peak + next.delivery).max(self.pickup + next.peak),
            back: self.back || next.back,
            out: self.out || next.out,
            mixed: self.mixed || next.mixed || (self.back && next.out),
        }
    }

    /// Whether a whole trip has deliveries first, and not pickups alone.
    #[inline(always)]
    pub fn in_order(self) -> bool {
        !self.mixed && (self.out || !self.back)
    }
}
