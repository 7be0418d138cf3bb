//! Put removed clients back, next to near ones.

use crate::cvrp::anneal::Search;
use crate::cvrp::Metric;
use crate::problem::NONE;

impl<M: Metric> Search<'_, '_, M> {
    /// Insert all of `self.removed`, in an order drawn at random among the customary ones.
    pub fn recreate(&mut self) {
        let mut list = std::mem::take(&mut self.removed);
        self.stream.shuffle(&mut list);
        match self.stream.below(11) {
            0..=3 => {}
            4..=7 => list.sort_by_key(|&v| -self.tours.demand[v as usize]),
            8..=9 => list.sort_by_key(|&v| -self.tours.metric.d(0, v)),
            _ => list.sort_by_key(|&v| self.tours.metric.d(0, v)),
        }
        for &v in &list {
            self.insert(v);
        }
        self.removed = list;
    }

    /// The cheapest place next to a near client, or a route of its own.
    fn insert(&mut self, c: u32) {
        let tours = &self.tours;
        let metric = tours.metric;
        let demand = tours.demand[c as usize];
        let home = metric.d(0, c);
        let mut best = 2 * i64::from(home);
        let (mut route, mut after) = (NONE, 0);
        for &(v, there) in self.rows.of(c, self.width) {
            let stop = &tours.stops[v as usize];
            if stop.route == NONE {
                continue;
            }
            if self.blink == 0 {
                let u = 1.0 - self.stream.uniform();
                self.blink = (u.ln() * self.blink_scale) as u32;
                continue;
            }
            self.blink -= 1;
            let there = i64::from(there);
            // The stop on the other side is as far as this one, or was looked at before.
            let twice = 2 * there;
            let (after_v, before_v) = (i64::from(stop.after), i64::from(stop.before));
            let worth = [
                stop.next == 0 || twice - after_v < best,
                stop.prev == 0 || twice - before_v < best,
            ];
            if worth == [false; 2] {
                continue;
            }
            let load = tours.tours[stop.route as usize].load;
            let there = if load + demand > tours.capacity {
                there + tours.fine(load + demand) - tours.fine(load)
            } else {
                there
            };
            if worth[0] {
                let ahead = there + i64::from(metric.d(c, stop.next)) - after_v;
                if ahead < best {
                    (best, route, after) = (ahead, stop.route, v);
                }
            }
            if worth[1] {
                let behind = there + i64::from(metric.d(c, stop.prev)) - before_v;
                if behind < best {
                    (best, route, after) = (behind, stop.route, stop.prev);
                }
            }
        }
        if route == NONE {
            route = self.tours.open();
            after = 0;
        }
        self.tours.insert(c, route, after);
    }
}
