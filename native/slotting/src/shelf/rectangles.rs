//! Rectangles of blocks: pushed to the left in a given order, and which of them touch.

use super::{Problem, Rectangle};

/// Push rectangles to the left in this order; false when one sticks out.
pub(crate) fn push_left(
    problem: &Problem,
    order: &[usize],
    rectangles: &mut [Option<Rectangle>],
    front: &mut Vec<i64>,
) -> bool {
    front.clear();
    front.resize(problem.shelves.len(), 0);
    for &b in order {
        if let Some(rectangle) = &mut rectangles[b] {
            let rows = rectangle.first..=rectangle.last;
            rectangle.x = rows.clone().map(|s| front[s]).max().unwrap_or(0);
            for s in rows {
                front[s] = rectangle.x + rectangle.width;
                if front[s] > problem.shelves[s].width {
                    return false;
                }
            }
        }
    }
    true
}

/// Whether two rectangles share a piece of border.
pub(crate) fn touch(problem: &Problem, a: &Rectangle, b: &Rectangle) -> bool {
    if problem.shelves[a.first].fixture != problem.shelves[b.first].fixture {
        return false;
    }
    let beside = a.x + a.width == b.x || b.x + b.width == a.x;
    let above = a.last + 1 == b.first || b.last + 1 == a.first;
    let rows = a.first.max(b.first) <= a.last.min(b.last);
    let columns = a.x.max(b.x) < (a.x + a.width).min(b.x + b.width);
    (beside && rows) || (above && columns)
}

/// Earned by blocks that touch.
pub(crate) fn nearness(problem: &Problem, rectangles: &[Option<Rectangle>]) -> f64 {
    let mut total = 0.0;
    for &(a, b, value) in &problem.near {
        if let (Some(a), Some(b)) = (&rectangles[a as usize], &rectangles[b as usize]) {
            if touch(problem, a, b) {
                total += value;
            }
        }
    }
    total
}
