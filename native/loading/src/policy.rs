//! How a construction chooses: the order within a stop and the taste for places.
//!
//! The first few are rules of the trade (deepest-bottom-left fill of Karabulut and Inceoglu 2004,
//! touching area of Lodi, Martello and Vigo 1999, as used for routes by Gendreau, Iori, Laporte
//! and Martello 2006); all later ones are drawn around them.

use backhaul_common::Stream;
use backhaul_packing::geometry::{volume, Cuboid};

use crate::load::Load;
use crate::manifest::Manifest;

/// Weights of the features of a place, each a share between 0 and 1; the lowest sum wins.
#[derive(Clone, Debug, PartialEq)]
pub struct Taste {
    /// Near end along the length.
    pub near: f64,
    /// Far end along the length: keeps the front of the load even.
    pub far: f64,
    /// Bottom of the box.
    pub bottom: f64,
    /// Top of the box.
    pub top: f64,
    /// Distance from the side walls' left.
    pub left: f64,
    /// Share of the box's surface that touches nothing.
    pub loose: f64,
    /// Random share added to every place.
    pub noise: f64,
}

/// What goes first within a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Largest volume.
    Volume,
    /// Largest base.
    Base,
    /// Greatest height.
    Height,
    /// Longest side.
    Side,
    /// Heaviest.
    Weight,
}

/// One way to build a load.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What goes first within a stop.
    pub order: Order,
    /// Sturdy items before fragile ones.
    pub sturdy_first: bool,
    /// The taste for places.
    pub taste: Taste,
    /// Random factor on the order's key: 0 none.
    pub shake: f64,
    /// Free length left in front of the first group, as a share of the hold's slack.
    pub gap: f64,
    /// Chance that a box is placed with a lane beside it, wide enough for some later box.
    pub lanes: f64,
}

const ORDERS: [Order; 5] = [Order::Volume, Order::Base, Order::Height, Order::Side, Order::Weight];

impl Policy {
    /// The `number`-th policy: rules of the trade first, then random ones.
    pub fn numbered(number: u64, rng: &mut Stream) -> Self {
        let taste = |near, far, bottom, top, left, loose| Taste {
            near,
            far,
            bottom,
            top,
            left,
            loose,
            noise: 0.0,
        };
        let tastes = [
            taste(1.0, 0.0, 0.1, 0.0, 0.01, 0.0),
            taste(0.0, 1.0, 0.1, 0.0, 0.01, 0.0),
            taste(0.3, 0.3, 0.0, 0.0, 0.01, 1.0),
            taste(0.0, 1.0, 0.0, 0.5, 0.01, 0.3),
        ];
        if number < 8 {
            return Self {
                order: if number < 4 { Order::Volume } else { Order::Base },
                sturdy_first: true,
                taste: tastes[number as usize % 4].clone(),
                shake: 0.0,
                gap: 0.0,
                lanes: 0.0,
            };
        }
        let mut weight = |p: f64| if rng.uniform() < p { rng.uniform() } else { 0.0 };
        let taste = Taste {
            near: weight(0.5),
            far: weight(0.7),
            bottom: weight(0.4),
            top: weight(0.4),
            left: 0.2 * weight(0.5) + 1e-3,
            loose: weight(0.6),
            noise: 0.1 * weight(0.7),
        };
        Self {
            order: ORDERS[rng.below(ORDERS.len())],
            sturdy_first: rng.uniform() < 0.7,
            taste,
            shake: rng.uniform(),
            gap: rng.uniform(),
            lanes: if number < 64 || rng.uniform() < 0.3 { 0.0 } else { 0.5 * rng.uniform() },
        }
    }

    /// A group's cargos in the order in which they are tried.
    pub fn sequence(&self, manifest: &Manifest, group: &[u32], rng: &mut Stream) -> Vec<u32> {
        let mut keyed: Vec<(bool, f64, u32)> = group
            .iter()
            .map(|&c| {
                let cargo = &manifest.cargos[c as usize];
                let [l, w, h] = cargo.size.map(f64::from);
                let key = match self.order {
                    Order::Volume => volume(cargo.size) as f64,
                    Order::Base => l * w,
                    Order::Height => h,
                    Order::Side => l.max(w).max(h),
                    Order::Weight => cargo.weight as f64,
                };
                let last = cargo.fragile || !cargo.stackable;
                let shaken = if self.shake > 0.0 {
                    key * (1.0 + self.shake * (rng.uniform() - 0.5) * 4.0)
                } else {
                    key
                };
                (last && self.sturdy_first, -shaken, c)
            })
            .collect();
        keyed.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        keyed.into_iter().map(|k| k.2).collect()
    }
}

impl Taste {
    /// How much a place is disliked.
    pub fn score(&self, load: &Load<'_>, cuboid: &Cuboid, rng: &mut Stream) -> f64 {
        let size = load.manifest.hold.size.map(f64::from);
        let mut score = self.near * f64::from(cuboid.lo[0]) / size[0]
            + self.far * f64::from(cuboid.hi[0]) / size[0]
            + self.bottom * f64::from(cuboid.lo[2]) / size[2]
            + self.top * f64::from(cuboid.hi[2]) / size[2]
            + self.left * f64::from(cuboid.lo[1]) / size[1];
        if self.loose > 0.0 {
            score -= self.loose * touching_share(load, cuboid);
        }
        if self.noise > 0.0 {
            score += self.noise * rng.uniform();
        }
        score
    }
}

/// Share of a box's surface (less the side to the door and the top) that touches walls or boxes.
fn touching_share(load: &Load<'_>, cuboid: &Cuboid) -> f64 {
    let [l, w, h] = cuboid.size().map(i64::from);
    let mut touching = 0;
    if cuboid.lo[0] == 0 {
        touching += w * h;
    }
    if cuboid.lo[2] == 0 {
        touching += l * w;
    }
    if cuboid.lo[1] == 0 {
        touching += l * h;
    }
    if cuboid.hi[1] == load.manifest.hold.size[1] {
        touching += l * h;
    }
    for other in &load.stowed {
        let c = &other.cuboid;
        let shared = [cuboid.shared(c, 0), cuboid.shared(c, 1), cuboid.shared(c, 2)];
        if shared.iter().any(|s| *s < 0) {
            continue;
        }
        let [x, y, z] = shared.map(i64::from);
        if x == 0 {
            touching += y * z;
        } else if y == 0 {
            touching += x * z;
        } else if z == 0 {
            touching += x * y;
        }
    }
    touching as f64 / (l * w + 2 * l * h + 2 * w * h) as f64
}
