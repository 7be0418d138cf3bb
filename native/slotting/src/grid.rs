//! The walkable geometry of a warehouse: parallel aisles, crossed by walkways.

use backhaul_common::{Error, Result};

use crate::docks::{Dock, Docks};

/// Most cross aisles that exact picker routing keeps states for (four blocks).
pub const MAX_CROSSES: usize = 5;

/// A rectangular warehouse. Distances are whole units of the caller (millimetres in Backhaul).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    aisle_x: Vec<i64>,
    cross_y: Vec<i64>,
    depot_aisle: usize,
    depot_cross: usize,
    docks: Option<Docks>,
}

/// Where a pick stands: number of the aisle, and how far along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Index of the aisle.
    pub aisle: u32,
    /// Coordinate along the aisle, in the same units as the cross aisles.
    pub y: i64,
}

impl Grid {
    /// Aisles at `aisle_x`, cross aisles at `cross_y` (both strictly rising); the depot stands
    /// where an aisle meets a cross aisle.
    pub fn new(
        aisle_x: Vec<i64>,
        cross_y: Vec<i64>,
        depot_aisle: usize,
        depot_cross: usize,
    ) -> Result<Self> {
        let rising = |v: &[i64]| v.windows(2).all(|w| w[0] < w[1]);
        let sane = |v: &[i64]| v.iter().all(|x| x.abs() < 1 << 40);
        if aisle_x.is_empty() || !rising(&aisle_x) || !sane(&aisle_x) {
            return Err(Error::invalid(
                "grid.aisle_x",
                format!("{aisle_x:?}"),
                "at least one position, strictly rising",
            ));
        }
        if !(2..=MAX_CROSSES).contains(&cross_y.len()) || !rising(&cross_y) || !sane(&cross_y) {
            return Err(Error::invalid(
                "grid.cross_y",
                format!("{cross_y:?}"),
                format!("2 to {MAX_CROSSES} positions (1 to 4 blocks), strictly rising"),
            ));
        }
        if depot_aisle >= aisle_x.len() {
            let allowed = format!("an aisle below {}", aisle_x.len());
            return Err(Error::invalid("grid.depot_aisle", depot_aisle, allowed));
        }
        if depot_cross >= cross_y.len() {
            let allowed = format!("a cross aisle below {}", cross_y.len());
            return Err(Error::invalid("grid.depot_cross", depot_cross, allowed));
        }
        Ok(Self { aisle_x, cross_y, depot_aisle, depot_cross, docks: None })
    }

    /// The same aisles, but tours begin at any of `starts` and end at any of `ends`, instead of
    /// beginning and ending at the depot.
    pub fn with_docks(mut self, starts: &[Dock], ends: &[Dock]) -> Result<Self> {
        self.docks = Some(Docks::new(&self, starts, ends)?);
        Ok(self)
    }

    /// Where tours begin and end, if not at the depot.
    pub fn docks(&self) -> Option<&Docks> {
        self.docks.as_ref()
    }

    /// Positions of the aisles.
    pub fn aisle_x(&self) -> &[i64] {
        &self.aisle_x
    }

    /// Positions of the cross aisles.
    pub fn cross_y(&self) -> &[i64] {
        &self.cross_y
    }

    /// Where tours begin and end: (aisle, cross aisle).
    pub fn depot(&self) -> (usize, usize) {
        (self.depot_aisle, self.depot_cross)
    }

    /// The depot as a spot.
    pub fn depot_spot(&self) -> Spot {
        Spot { aisle: self.depot_aisle as u32, y: self.cross_y[self.depot_cross] }
    }

    /// Whether the spot lies inside the warehouse.
    pub fn holds(&self, spot: Spot) -> bool {
        (spot.aisle as usize) < self.aisle_x.len()
            && spot.y >= self.cross_y[0]
            && spot.y <= self.cross_y[self.cross_y.len() - 1]
    }

    /// Shortest walk between two spots: along the aisle, or over the best cross aisle.
    #[inline]
    pub fn walk(&self, a: Spot, b: Spot) -> i64 {
        if a.aisle == b.aisle {
            return (a.y - b.y).abs();
        }
        let dx = (self.aisle_x[a.aisle as usize] - self.aisle_x[b.aisle as usize]).abs();
        let (lo, hi) = if a.y < b.y { (a.y, b.y) } else { (b.y, a.y) };
        let mut detour = i64::MAX;
        for &c in &self.cross_y {
            detour = detour.min((lo - c).max(c - hi).max(0));
        }
        dx + (hi - lo) + 2 * detour
    }

    /// Block of a coordinate; a spot on a cross aisle counts to the block before it.
    #[inline]
    pub fn block_of(&self, y: i64) -> usize {
        let mut block = 0;
        while block + 2 < self.cross_y.len() && y > self.cross_y[block + 1] {
            block += 1;
        }
        block
    }
}

/// Reject spots outside the warehouse, naming the first one.
pub fn check_spots(grid: &Grid, spots: &[Spot], path: &str) -> Result<()> {
    for (i, &spot) in spots.iter().enumerate() {
        if !grid.holds(spot) {
            return Err(Error::invalid(
                format!("{path}[{i}]"),
                format!("aisle {}, y {}", spot.aisle, spot.y),
                format!(
                    "an aisle below {} and y from {} to {}",
                    grid.aisle_x.len(),
                    grid.cross_y[0],
                    grid.cross_y[grid.cross_y.len() - 1]
                ),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_uses_the_nearest_cross_aisle() {
        let grid = Grid::new(vec![0, 3], vec![0, 21, 42], 0, 0).unwrap();
        let at = |aisle, y| Spot { aisle, y };
        assert_eq!(grid.walk(at(0, 5), at(0, 9)), 4);
        // 15 and 18 are both nearer to the cross aisle at 21: 6 + 3 + 3.
        assert_eq!(grid.walk(at(0, 15), at(1, 18)), 12);
        // The cross aisle lies between them: no detour.
        assert_eq!(grid.walk(at(0, 20), at(1, 30)), 13);
    }

    #[test]
    fn a_falling_aisle_is_named() {
        let error = Grid::new(vec![3, 0], vec![0, 1], 0, 0).unwrap_err();
        assert_eq!(error.path, "grid.aisle_x");
    }
}
