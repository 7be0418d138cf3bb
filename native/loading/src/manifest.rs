//! What is to be loaded into what, under which rules: checked once, then trusted.

use backhaul_common::{Error, Result};
use backhaul_packing::geometry::{volume, Cuboid, Door, Orientation, Vec3, MAX_LENGTH};

use crate::balance::Balance;
use crate::company::Company;
use crate::obstacles;

/// The room that is loaded: lengths along x from the cab to the rear, y across, z up.
#[derive(Clone, Debug)]
pub struct Hold {
    /// Inner length, width and height.
    pub size: Vec3,
    /// Most weight it may carry.
    pub max_weight: Option<i64>,
    /// Through which sides it is loaded and unloaded.
    pub doors: Vec<Door>,
    /// Axle and centre-of-gravity limits.
    pub balance: Balance,
    /// Room that is taken already.
    pub obstacles: Vec<Cuboid>,
}

/// One thing to load.
#[derive(Clone, Debug, PartialEq)]
pub struct Cargo {
    /// Its own sizes.
    pub size: Vec3,
    /// How it may be turned; empty means not at all.
    pub orientations: Vec<Orientation>,
    /// Weight.
    pub weight: i64,
    /// At which stop it is delivered: 0 first.
    pub stop: u32,
    /// Only fragile things may rest on it (when the rule is on).
    pub fragile: bool,
    /// Whether anything may rest on it.
    pub stackable: bool,
    /// Weight that its top may carry.
    pub max_load: Option<i64>,
    /// What leaving it behind costs.
    pub profit: i64,
    /// With what it may travel.
    pub company: Company,
}

/// What may not lie above an item of an earlier stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Above {
    /// Nothing of a later stop anywhere above it.
    Column,
    /// Nothing of a later stop that touches its top.
    Contact,
}

/// Which rules hold. Non-overlap, support at every stage and a workable loading order always do.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Share of an item's base that must rest on something, in parts of a million.
    pub support: i64,
    /// Last in, first out, by straight removal through a door.
    pub lifo: bool,
    /// What `lifo` forbids above an item.
    pub above: Above,
    /// No sturdy item on a fragile one.
    pub fragility: bool,
    /// Balance limits also hold after every stop.
    pub every_leg: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            support: 750_000,
            lifo: true,
            above: Above::Column,
            fragility: true,
            every_leg: true,
        }
    }
}

/// One way to turn a cargo, with the base area that must be supported.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// Its name.
    pub orientation: Orientation,
    /// Extents along the hold's axes.
    pub size: Vec3,
    /// Supported area that it needs above the floor.
    pub need: i64,
}

/// A checked problem: the hold, the rules, every cargo with its useful turns.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The room.
    pub hold: Hold,
    /// The rules.
    pub rules: Rules,
    /// Things to load.
    pub cargos: Vec<Cargo>,
    /// Distinct turns of each cargo that fit the empty hold.
    pub turns: Vec<Vec<Turn>>,
    /// Cargos that cannot be told apart share a kind.
    pub kinds: Vec<u32>,
    /// Cargos by stop, last stop first: the order in which they are loaded.
    pub groups: Vec<Vec<u32>>,
    /// Whether any top has a limit.
    pub strength: bool,
    /// Whether anything belongs to a family.
    pub families: bool,
}

impl Manifest {
    /// Check everything once. Paths name the fields as the Python side does.
    pub fn new(hold: Hold, rules: Rules, cargos: Vec<Cargo>) -> Result<Self> {
        for (axis, name) in ["length", "width", "height"].iter().enumerate() {
            if i64::from(hold.size[axis]) < 1 || i64::from(hold.size[axis]) > MAX_LENGTH {
                let path = format!("vehicle.{name}");
                return Err(Error::invalid(path, hold.size[axis], "a length from 1 to 2^30"));
            }
        }
        if hold.doors.is_empty() {
            return Err(Error::invalid("vehicle.doors", "none", "at least one door"));
        }
        if !(0..=1_000_000).contains(&rules.support) {
            return Err(Error::invalid("rules.min_support", rules.support, "a share from 0 to 1"));
        }
        hold.balance.validate()?;
        if !obstacles::inside(&hold.obstacles, hold.size) {
            let count = hold.obstacles.len();
            return Err(Error::invalid("vehicle.obstacles", count, "boxes inside the hold"));
        }
        let mut total: i64 = 0;
        for (i, cargo) in cargos.iter().enumerate() {
            for axis in 0..3 {
                if i64::from(cargo.size[axis]) < 1 || i64::from(cargo.size[axis]) > MAX_LENGTH {
                    let path = format!("items[{i}].size[{axis}]");
                    return Err(Error::invalid(path, cargo.size[axis], "a length from 1 to 2^30"));
                }
            }
            if cargo.weight < 0 {
                let path = format!("items[{i}].weight");
                return Err(Error::invalid(path, cargo.weight, "a weight of at least 0"));
            }
            total = total.checked_add(cargo.weight).filter(|t| *t < 1 << 53).ok_or_else(|| {
                Error::invalid(format!("items[{i}].weight"), cargo.weight, "less than 2^53 in all")
            })?;
            if cargo.profit < 0 {
                let path = format!("items[{i}].profit");
                return Err(Error::invalid(path, cargo.profit, "a value of at least 0"));
            }
        }
        Ok(Self::trusted(hold, rules, cargos))
    }

    /// As [`Manifest::new`], for parts that were checked before.
    pub fn trusted(hold: Hold, rules: Rules, cargos: Vec<Cargo>) -> Self {
        let turns = cargos.iter().map(|cargo| useful_turns(cargo, &hold, &rules)).collect();
        let mut kinds: Vec<u32> = Vec::with_capacity(cargos.len());
        for (i, cargo) in cargos.iter().enumerate() {
            // Only neighbours are compared: copies of one type stand side by side.
            let same = i > 0 && cargos[i - 1] == *cargo;
            kinds.push(if same { kinds[i - 1] } else { i as u32 });
        }
        let strength = cargos.iter().any(|cargo| cargo.max_load.is_some());
        let families = cargos.iter().any(|cargo| cargo.company.family.is_some());
        let mut order: Vec<u32> = (0..cargos.len() as u32).collect();
        // Without last in, first out, stops matter only for the balance after each of them.
        let staged = rules.lifo || rules.every_leg && !hold.balance.is_free();
        let key = |i: &u32| if staged { cargos[*i as usize].stop } else { 0 };
        order.sort_by_key(|i| std::cmp::Reverse(key(i)));
        let groups =
            order.chunk_by(|a, b| key(a) == key(b)).map(<[u32]>::to_vec).collect::<Vec<_>>();
        Self { hold, rules, cargos, turns, kinds, groups, strength, families }
    }

    /// Volume of everything.
    pub fn volume(&self) -> i64 {
        self.cargos.iter().map(|cargo| volume(cargo.size)).fold(0, i64::saturating_add)
    }
}

/// Turns that differ in extents and fit the empty hold.
fn useful_turns(cargo: &Cargo, hold: &Hold, rules: &Rules) -> Vec<Turn> {
    let mut found: Vec<Turn> = Vec::with_capacity(2);
    let only = [Orientation::UPRIGHT];
    let allowed: &[Orientation] =
        if cargo.orientations.is_empty() { &only } else { &cargo.orientations };
    for &orientation in allowed {
        let size = orientation.apply(cargo.size);
        let fits = (0..3).all(|axis| size[axis] <= hold.size[axis]);
        if fits && found.iter().all(|turn| turn.size != size) {
            let base = i128::from(size[0]) * i128::from(size[1]);
            let need = (base * i128::from(rules.support) + 999_999) / 1_000_000;
            found.push(Turn { orientation, size, need: (need as i64).max(1) });
        }
    }
    found
}
