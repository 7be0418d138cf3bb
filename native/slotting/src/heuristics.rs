//! The routes that pickers are taught, for comparison with the shortest tour.
//!
//! Hall (1993) names them: S-shape, return and largest gap; the composite follows Petersen (1997).
//! With several blocks they are walked block by block, the farthest first (Roodbergen and de
//! Koster 2001, section 3).

use crate::grid::{Grid, Spot};

/// How a picker walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The shortest tour.
    Exact,
    /// Through every aisle with a pick, up one and down the next.
    SShape,
    /// Into every aisle with a pick and back out the same way.
    Return,
    /// From both ends up to the largest gap; first and last aisle are walked through.
    LargestGap,
    /// Per aisle the better of walking through and coming back.
    Composite,
}

impl Method {
    /// The method of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "exact" => Self::Exact,
            "s_shape" => Self::SShape,
            "return" => Self::Return,
            "largest_gap" => Self::LargestGap,
            "composite" => Self::Composite,
            _ => return None,
        })
    }
}

/// The picks of one aisle within one block.
struct Stretch {
    aisle: usize,
    low: i64,
    high: i64,
    gap: i64,
}

fn stretches(lower: i64, upper: i64, picks: &[Spot]) -> Vec<Stretch> {
    picks
        .chunk_by(|a, b| a.aisle == b.aisle)
        .map(|p| {
            let (low, high) = (p[0].y, p[p.len() - 1].y);
            let inner = p.windows(2).map(|w| w[1].y - w[0].y).max().unwrap_or(0);
            let gap = inner.max(low - lower).max(upper - high);
            Stretch { aisle: p[0].aisle as usize, low, high, gap }
        })
        .collect()
}

/// Length of one block's tour that begins and ends on its lower cross aisle; `ways` is the way from
/// the depot to the first aisle with a pick and back from the last one, along the cross aisle.
fn block_tour(
    x: &[i64],
    lower: i64,
    upper: i64,
    ways: i64,
    parts: &[Stretch],
    method: Method,
) -> i64 {
    let Some(last) = parts.last() else { return 0 };
    let length = upper - lower;
    let across = ways + x[last.aisle] - x[parts[0].aisle];
    let back = |p: &Stretch| 2 * (p.high - lower);
    match method {
        Method::Return => across + parts.iter().map(back).sum::<i64>(),
        Method::SShape => {
            let through = length * (parts.len() as i64 - (parts.len() as i64 & 1));
            across + through + if parts.len() % 2 == 1 { back(last) } else { 0 }
        }
        Method::LargestGap => {
            if parts.len() == 1 {
                return across + back(last);
            }
            let inner = &parts[1..parts.len() - 1];
            across + 2 * length + inner.iter().map(|p| 2 * (length - p.gap)).sum::<i64>()
        }
        Method::Composite | Method::Exact => {
            // Cheapest way to be at the lower or upper end after each aisle.
            let (mut low, mut high) = (0, i64::MAX / 4);
            for p in parts {
                let (l, h) = (low, high);
                low = (l + back(p)).min(h + length);
                high = (h + 2 * (upper - p.low)).min(l + length);
            }
            across + low
        }
    }
}

/// The ways of a tour between the depot, or the docks, and the aisles on the depot's cross aisle.
struct Ways<'a> {
    grid: &'a Grid,
    cross: usize,
}

impl Ways<'_> {
    fn enter(&self, aisle: usize) -> i64 {
        let x = self.grid.aisle_x();
        match self.grid.docks() {
            Some(docks) => docks.enter(aisle, self.cross),
            None => (x[aisle] - x[self.grid.depot().0]).abs(),
        }
    }

    fn leave(&self, aisle: usize) -> i64 {
        let x = self.grid.aisle_x();
        match self.grid.docks() {
            Some(docks) => docks.leave(aisle, self.cross),
            None => (x[aisle] - x[self.grid.depot().0]).abs(),
        }
    }
}

/// S-shape over several blocks above the depot's cross aisle, which is `cross[0]` (Roodbergen and
/// de Koster 2001, section 3.1): up the leftmost aisle with picks to the farthest block, through
/// that block from left to right, then block by block towards the depot, each from its nearer end.
fn s_shape_blocks(ways: &Ways<'_>, cross: &[i64], picks: &[Spot]) -> i64 {
    let x = ways.grid.aisle_x();
    let Some(first) = picks.first() else { return 0 };
    let left = first.aisle as usize;
    let blocks = cross.len() - 1;
    let of = |y: i64| cross[1..blocks].iter().filter(|&&c| y > c).count();
    let far = picks.iter().map(|p| of(p.y)).max().unwrap_or(0);
    let mut total = ways.enter(left) + cross[far] - cross[0];
    let mut at = left;
    for block in (0..=far).rev() {
        let (lower, upper) = (cross[block], cross[block + 1]);
        // The way up has passed through the leftmost aisle of the nearer blocks.
        let mine: Vec<Spot> = (picks.iter().copied())
            .filter(|p| of(p.y) == block && (block == far || p.aisle as usize != left))
            .collect();
        let mut parts = stretches(lower, upper, &mine);
        let length = upper - lower;
        let Some(end) = parts.last() else {
            total += if block == far { 0 } else { length };
            continue;
        };
        if block < far && (x[end.aisle] - x[at]).abs() < (x[parts[0].aisle] - x[at]).abs() {
            parts.reverse();
        }
        let (begin, end) = (&parts[0], &parts[parts.len() - 1]);
        total += (x[begin.aisle] - x[at]).abs() + (x[end.aisle] - x[begin.aisle]).abs();
        at = end.aisle;
        // The farthest block is entered from below, the others from above; all are left below.
        let from_above = block < far;
        let passes = parts.len() as i64;
        let turns = (passes % 2 == 1) != from_above;
        total +=
            if turns { length * (passes - 1) + 2 * (end.high - lower) } else { length * passes };
    }
    total + ways.leave(at)
}

/// Length of the tour; `picks` sorted by (aisle, y).
pub fn length(grid: &Grid, picks: &[Spot], method: Method) -> i64 {
    if picks.is_empty() {
        return 0;
    }
    let cross = grid.cross_y();
    let blocks = cross.len() - 1;
    let depot_cross = grid.depot().1;
    let ways = Ways { grid, cross: depot_cross };
    let upper: Vec<Spot> =
        picks.iter().copied().filter(|p| grid.block_of(p.y) >= depot_cross).collect();
    let mut lower: Vec<Spot> = (picks.iter())
        .filter(|p| grid.block_of(p.y) < depot_cross)
        .map(|p| Spot { aisle: p.aisle, y: -p.y })
        .collect();
    lower.sort_unstable();
    let mirrored: Vec<i64> = cross[..=depot_cross].iter().rev().map(|y| -y).collect();
    if method == Method::SShape && blocks > 1 {
        return s_shape_blocks(&ways, &cross[depot_cross..], &upper)
            + s_shape_blocks(&ways, &mirrored, &lower);
    }
    by_blocks(&ways, &cross[depot_cross..], &upper, method)
        + by_blocks(&ways, &mirrored, &lower, method)
}

/// Block by block, each a tour of its own from the depot's side of it.
fn by_blocks(ways: &Ways<'_>, cross: &[i64], picks: &[Spot], method: Method) -> i64 {
    let blocks = cross.len() - 1;
    let of = |y: i64| cross[1..blocks.max(1)].iter().filter(|&&c| y > c).count();
    let mut total = 0;
    let mut reach = 0;
    for block in 0..blocks {
        let mine: Vec<Spot> = picks.iter().copied().filter(|p| of(p.y) == block).collect();
        let parts = stretches(cross[block], cross[block + 1], &mine);
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { continue };
        reach = block;
        let there = ways.enter(first.aisle) + ways.leave(last.aisle);
        total +=
            block_tour(ways.grid.aisle_x(), cross[block], cross[block + 1], there, &parts, method);
    }
    total + 2 * (cross[reach] - cross[0])
}
