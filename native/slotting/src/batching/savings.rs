//! The savings method for batches: whoever saves most together is picked together.
//!
//! Clarke and Wright (1964), brought to batching by Elsayed and Unal (1989); this is the variant
//! that works the savings out anew after every merger, C&W(ii) of de Koster, van der Poort and
//! Wolters (1999).

use std::collections::BinaryHeap;

use super::walks::Walks;
use super::{canonical, Problem};

/// Batches by savings: lists of orders.
pub fn savings(problem: &Problem) -> Vec<Vec<u32>> {
    merge(problem, &mut Walks::new(problem), &mut || false)
}

/// The same with a memory of walks; ends early, with what is merged so far, when `expired`.
pub(crate) fn merge(
    problem: &Problem,
    walks: &mut Walks<'_>,
    expired: &mut dyn FnMut() -> bool,
) -> Vec<Vec<u32>> {
    let mut batches: Vec<Vec<u32>> = (0..problem.len() as u32).map(|o| vec![o]).collect();
    let mut length: Vec<i64> = batches.iter().map(|b| walks.length(b)).collect();
    // (saving, lower numbers first among equals)
    let mut heap: BinaryHeap<(i64, std::cmp::Reverse<(usize, usize)>)> = BinaryHeap::new();
    let offer = |heap: &mut BinaryHeap<_>,
                 walks: &mut Walks<'_>,
                 batches: &[Vec<u32>],
                 length: &[i64],
                 a: usize,
                 b: usize| {
        let both: Vec<u32> = batches[a].iter().chain(&batches[b]).copied().collect();
        if problem.fits(both.iter().copied()) {
            let saving = length[a] + length[b] - walks.length(&both);
            if saving > 0 {
                heap.push((saving, std::cmp::Reverse((a, b))));
            }
        }
    };
    for a in 0..batches.len() {
        if expired() {
            return canonical(batches);
        }
        for b in a + 1..batches.len() {
            offer(&mut heap, walks, &batches, &length, a, b);
        }
    }
    while let Some((_, std::cmp::Reverse((a, b)))) = heap.pop() {
        if batches[a].is_empty() || batches[b].is_empty() {
            continue;
        }
        let mut both = std::mem::take(&mut batches[a]);
        both.append(&mut batches[b]);
        length.push(walks.length(&both));
        batches.push(both);
        let new = batches.len() - 1;
        if expired() {
            break;
        }
        for other in 0..new {
            if !batches[other].is_empty() {
                offer(&mut heap, walks, &batches, &length, other, new);
            }
        }
    }
    canonical(batches)
}
