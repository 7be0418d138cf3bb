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

/// Length of one block's tour that begins and ends at aisle `home` on its lower cross aisle.
fn block_tour(
    x: &[i64],
    lower: i64,
    upper: i64,
    home: usize,
    parts: &[Stretch],
    method: Method,
) -> i64 {
    let Some(last) = parts.last() else { return 0 };
    let length = upper - lower;
    let across = {
        let low = x[parts[0].aisle].min(x[home]);
        let high = x[last.aisle].max(x[home]);
        2 * (high - low)
    };
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

/// Length of the tour; `picks` sorted by (aisle, y).
pub fn length(grid: &Grid, picks: &[Spot], method: Method) -> i64 {
    if picks.is_empty() {
        return 0;
    }
    let cross = grid.cross_y();
    let blocks = cross.len() - 1;
    let (home, depot_cross) = grid.depot();
    let mut total = 0;
    let mut reach = (depot_cross, depot_cross);
    for block in 0..blocks {
        let mine: Vec<Spot> =
            picks.iter().copied().filter(|p| grid.block_of(p.y) == block).collect();
        if mine.is_empty() {
            continue;
        }
        // Every block is entered from the cross aisle that is nearer to the depot.
        if block >= depot_cross {
            reach.1 = reach.1.max(block);
            let parts = stretches(cross[block], cross[block + 1], &mine);
            total +=
                block_tour(grid.aisle_x(), cross[block], cross[block + 1], home, &parts, method);
        } else {
            reach.0 = reach.0.min(block + 1);
            let mut turned: Vec<Spot> =
                mine.iter().map(|p| Spot { aisle: p.aisle, y: -p.y }).collect();
            turned.sort_unstable();
            let parts = stretches(-cross[block + 1], -cross[block], &turned);
            total +=
                block_tour(grid.aisle_x(), -cross[block + 1], -cross[block], home, &parts, method);
        }
    }
    total + 2 * (cross[reach.1] - cross[reach.0])
}
