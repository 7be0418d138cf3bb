//! Take strings of neighbouring clients out of neighbouring routes (Christiaens and Vanden Berghe
//! 2020, section 5.1), on linked lists.

use crate::cvrp::anneal::Search;
use crate::cvrp::Metric;
use crate::problem::NONE;

impl<M: Metric> Search<'_, '_, M> {
    /// Remove strings around a random client; the removed ones are put into `self.removed`.
    pub fn ruin(&mut self) {
        self.removed.clear();
        self.ruined.clear();
        let n = self.tours.stops.len();
        let seed = 1 + self.stream.below(n - 1) as u32;
        let average = (n - 1) as f64 / self.tours.used.max(1) as f64;
        let longest = self.options.string_length.min(average).max(1.0);
        let most = (4.0 * self.options.plain_ruin_size / (1.0 + longest) - 1.0).max(1.0);
        let strings = (1.0 + self.stream.uniform() * most) as usize;
        // A route that goes altogether makes room for a plan with one route less.
        let whole = self.stream.uniform() < self.options.plain_route_chance;
        let near = self.near;
        let row = near.of(seed as usize);
        for k in 0..=row.len() {
            let c = if k == 0 { seed } else { row[k - 1] };
            let r = self.tours.stops[c as usize].route;
            if r == NONE || self.ruined.contains(&r) {
                continue;
            }
            self.ruined.push(r);
            let size = self.tours.tours[r as usize].size as usize;
            let limit = longest.min(size as f64);
            if k == 0 && whole && size <= self.options.plain_route_size {
                self.remove_string(self.tours.tours[r as usize].first, size, size);
                continue;
            }
            let length = ((1.0 + self.stream.uniform() * limit) as usize).clamp(1, size);
            self.remove_string(c, length, size);
            if self.ruined.len() >= strings {
                break;
            }
        }
    }

    fn remove_string(&mut self, c: u32, length: usize, size: usize) {
        let mut kept = 0;
        if length > 1 && length < size && self.stream.uniform() < self.options.split_chance {
            kept = 1;
            while length + kept < size && self.stream.uniform() < self.options.split_growth {
                kept += 1;
            }
        }
        let span = length + kept;
        // Walk back from c by a random share of the string, as far as the route goes.
        let mut back = self.stream.below(span);
        let mut start = c;
        while back > 0 && self.tours.stops[start as usize].prev != 0 {
            start = self.tours.stops[start as usize].prev;
            back -= 1;
        }
        let (from, to) = if kept > 0 {
            let from = 1 + self.stream.below(length - 1);
            (from, from + kept)
        } else {
            (span, span)
        };
        let mut v = start;
        for k in 0..span {
            if v == 0 {
                break;
            }
            let next = self.tours.stops[v as usize].next;
            if k < from || k >= to {
                self.tours.remove(v);
                self.removed.push(v);
            }
            v = next;
        }
    }
}
