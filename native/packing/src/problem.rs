//! What is to be packed: validated once, trusted afterwards.

use backhaul_common::{Error, Result};

use crate::balance::Balance;
use crate::deck::Deck;
use crate::geometry::{volume, Cuboid, Orientation, Vec3, MAX_LENGTH};

/// One type of item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Extents as given, before any turn.
    pub size: Vec3,
    /// How many there are.
    pub copies: u32,
    /// How it may be turned; never empty.
    pub orientations: Vec<Orientation>,
    /// Weight of one.
    pub weight: i64,
    /// Worth of packing one.
    pub profit: i64,
    /// Weight that its top may carry.
    pub max_load: Option<i64>,
    /// Whether anything may rest on it.
    pub stackable: bool,
    /// Whether only fragile items may rest on it (under [`Rules::fragility`]).
    pub fragile: bool,
    /// Groups that it belongs to, a bit each (temperature, allergens, hazard).
    pub groups: u64,
    /// Groups that may not share a container with it.
    pub apart: u64,
    /// Items of one family go into one container, all copies of all of them, or stay out.
    pub family: Option<u32>,
}

impl Item {
    /// An item of this size with nothing special: no turns, no weight, worth its volume.
    pub fn plain(size: Vec3, copies: u32) -> Self {
        Self {
            size,
            copies,
            orientations: vec![Orientation::UPRIGHT],
            weight: 0,
            profit: volume(size),
            max_load: None,
            stackable: true,
            fragile: false,
            groups: 0,
            apart: 0,
            family: None,
        }
    }

    /// Volume of one.
    #[inline]
    pub fn volume(&self) -> i64 {
        volume(self.size)
    }

    /// Whether it fits into an empty space of this size in some allowed orientation.
    pub fn fits(&self, room: Vec3) -> bool {
        self.orientations.iter().any(|o| {
            let s = o.apply(self.size);
            (0..3).all(|a| s[a] <= room[a])
        })
    }
}

/// One type of container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bin {
    /// Inner extents.
    pub size: Vec3,
    /// How many there are; none: as many as wanted.
    pub copies: Option<u32>,
    /// What opening one costs.
    pub cost: i64,
    /// Weight limit of the load.
    pub max_weight: Option<i64>,
    /// Room that is taken already (wheel arches, a cooling unit); nothing rests on it.
    pub obstacles: Vec<Cuboid>,
    /// Part of the floor that carries, where things may hang over; none: all of it.
    pub deck: Option<Deck>,
    /// Where the centre of gravity must lie; none: anywhere.
    pub balance: Option<Balance>,
}

impl Bin {
    /// A container of this size with nothing special: one of them, and it costs 1.
    pub fn plain(size: Vec3) -> Self {
        let (obstacles, deck, balance) = (Vec::new(), None, None);
        Self { size, copies: Some(1), cost: 1, max_weight: None, obstacles, deck, balance }
    }

    /// Volume.
    #[inline]
    pub fn volume(&self) -> i64 {
        volume(self.size)
    }

    /// Weight limit, or the largest number.
    #[inline]
    pub fn weight_limit(&self) -> i64 {
        self.max_weight.unwrap_or(i64::MAX)
    }
}

/// Rules of the load as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Share of each base that must be supported, in parts of a million.
    pub support: i64,
    /// A non-fragile item may not rest on a fragile one.
    pub fragility: bool,
}

/// What counts as good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// Pack what is worth most.
    Knapsack,
    /// Pack everything at least cost of bins.
    BinPacking,
}

/// A whole instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What counts as good.
    pub aim: Aim,
    /// Container types.
    pub bins: Vec<Bin>,
    /// Item types.
    pub items: Vec<Item>,
    /// Rules of the load.
    pub rules: Rules,
}

impl Problem {
    /// Validate the parts.
    pub fn new(aim: Aim, bins: Vec<Bin>, items: Vec<Item>, rules: Rules) -> Result<Self> {
        if bins.is_empty() {
            return Err(Error::invalid("bins", "", "at least one bin"));
        }
        for (k, bin) in bins.iter().enumerate() {
            check_size(&format!("bins[{k}].size"), bin.size)?;
            if let Some(deck) = bin.deck.filter(|deck| !deck.lies_in(bin.size)) {
                let value = format!("{:?} to {:?}", deck.lo, deck.hi);
                return Err(Error::invalid(format!("bins[{k}].deck"), value, "part of the floor"));
            }
            let room = Cuboid::at([0; 3], bin.size);
            for (j, obstacle) in bin.obstacles.iter().enumerate() {
                if !room.contains(obstacle) || obstacle.size().iter().any(|&s| s < 1) {
                    let path = format!("bins[{k}].obstacles[{j}]");
                    let value = format!("{:?} to {:?}", obstacle.lo, obstacle.hi);
                    return Err(Error::invalid(path, value, "a box inside the bin"));
                }
            }
        }
        for (k, item) in items.iter().enumerate() {
            check_size(&format!("items[{k}].size"), item.size)?;
            if item.orientations.is_empty() {
                let path = format!("items[{k}].orientations");
                return Err(Error::invalid(path, "", "at least one orientation"));
            }
            if item.weight < 0 || item.profit < 0 || item.max_load.is_some_and(|m| m < 0) {
                let path = format!("items[{k}].weight");
                return Err(Error::invalid(path, item.weight, "weights and profits of at least 0"));
            }
        }
        if !(0..=1_000_000).contains(&rules.support) {
            return Err(Error::invalid("rules.min_support", rules.support, "a share of 0 to 1"));
        }
        Ok(Self { aim, bins, items, rules })
    }

    /// Worth of all copies of all items.
    pub fn worth(&self) -> i64 {
        self.items.iter().map(|i| i.profit * i64::from(i.copies)).sum()
    }

    /// Volume of all copies of all items.
    pub fn volume(&self) -> i64 {
        self.items.iter().map(|i| i.volume() * i64::from(i.copies)).sum()
    }

    /// Whether every size differs from 1 along the x axis only.
    pub fn one_dimensional(&self) -> bool {
        let flat = |s: Vec3| s[1] == 1 && s[2] == 1;
        self.bins.iter().all(|b| flat(b.size)) && self.items.iter().all(|i| flat(i.size))
    }

    /// Whether something other than sizes and weights decides what goes where.
    pub fn has_company_rules(&self) -> bool {
        self.items.iter().any(|i| i.apart != 0 || i.family.is_some())
            || self
                .bins
                .iter()
                .any(|b| !b.obstacles.is_empty() || b.deck.is_some() || b.balance.is_some())
    }

    /// Whether a rule looks at which item rests on which.
    pub fn has_contact_rules(&self) -> bool {
        (self.rules.support > 0 && self.rules.support < 1_000_000)
            || self.items.iter().any(|i| {
                !i.stackable || i.max_load.is_some() || (i.fragile && self.rules.fragility)
            })
    }
}

fn check_size(path: &str, size: Vec3) -> Result<()> {
    for (a, v) in size.iter().enumerate() {
        if i64::from(*v) < 1 || i64::from(*v) > MAX_LENGTH {
            let path = format!("{path}[{a}]");
            return Err(Error::invalid(path, v, format!("a whole number of 1 to {MAX_LENGTH}")));
        }
    }
    Ok(())
}
