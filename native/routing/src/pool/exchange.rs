//! Exchange of columns: some leave a choice and others take their rows, until nothing better is found.
//!
//! A better choice differs from a known one in parts that hang together. A part is looked for in depth:
//! one column leaves, a row that is free now is given to another column, what that one shares rows with
//! leaves too, and so on until no row is free. Prices tell which columns are worth a look: what is put
//! in may cost no more above its worth than the known choice costs above the bound. With enough looks
//! this is a complete search.

use crate::pool::partition::{Lists, Partition};
use crate::pool::prices::Prices;

/// How far what comes in may be ahead of what has left, as a share of what the whole choice costs above
/// the bound, and how many columns are looked at for one that leaves.
const LEVELS: [(f64, u64); 3] = [(0.0, 10_000), (0.25, 40_000), (1.0, 160_000)];
/// Columns that come in together, at most.
const DEPTH: usize = 80;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    /// In a column of the choice as it was.
    Held,
    Free,
    /// In a column that has come in.
    Taken,
}

/// A choice that costs no more than `chosen`, after about as many `looks` at columns at most.
pub(crate) fn improve(
    part: &Partition,
    chosen: Vec<u32>,
    prices: &Prices,
    looks: u64,
    stop: &dyn Fn() -> bool,
) -> Vec<u32> {
    let mut search = Exchange::new(part, chosen, prices, looks, stop);
    search.run();
    search.chosen
}

struct Exchange<'a> {
    part: &'a Partition,
    reduced: &'a [f64],
    lists: Lists,
    stop: &'a dyn Fn() -> bool,
    chosen: Vec<u32>,
    /// By row: the column of the choice that has it, and what became of it.
    owner: Vec<u32>,
    row: Vec<Row>,
    free: usize,
    /// Columns that have left, and that have come in.
    out: Vec<u32>,
    into: Vec<u32>,
    left: Vec<bool>,
    /// Columns by row with a limit.
    used: Vec<i64>,
    saved: i64,
    /// Above their worth: what has left, and what has come in.
    out_sum: f64,
    into_sum: f64,
    /// How much a better choice is above the bound at most.
    reach: f64,
    slack: f64,
    looks: u64,
    end: u64,
    most: u64,
    stopped: bool,
}

impl<'a> Exchange<'a> {
    fn new(
        part: &'a Partition,
        chosen: Vec<u32>,
        prices: &'a Prices,
        looks: u64,
        stop: &'a dyn Fn() -> bool,
    ) -> Self {
        let reach = part.cost_of(&chosen) as f64 - prices.bound - 1.0 + 1e-6;
        let reduced = &prices.reduced[..];
        let mut order: Vec<u32> =
            (0..part.len() as u32).filter(|&j| reduced[j as usize] <= reach).collect();
        order.sort_by(|&a, &b| reduced[a as usize].total_cmp(&reduced[b as usize]).then(a.cmp(&b)));
        let mut owner = vec![0; part.exact];
        let mut used = vec![0; part.limit.len()];
        for &j in &chosen {
            part.exact(j).iter().for_each(|&i| owner[i as usize] = j);
            part.limited(j).iter().for_each(|&i| used[i as usize - part.exact] += 1);
        }
        Self {
            part,
            reduced,
            lists: part.by_row(&order),
            stop,
            chosen,
            owner,
            row: vec![Row::Held; part.exact],
            free: 0,
            out: Vec::new(),
            into: Vec::new(),
            left: vec![false; part.len()],
            used,
            saved: 0,
            out_sum: 0.0,
            into_sum: 0.0,
            reach,
            slack: 0.0,
            looks: 0,
            end: 0,
            most: looks,
            stopped: false,
        }
    }

    fn run(&mut self) {
        let mut level = 0;
        while level < LEVELS.len() && self.reach >= 0.0 && !self.stopped {
            let (share, looks) = LEVELS[level];
            self.slack = share * self.reach;
            let mut starts = self.chosen.clone();
            let above = |j: u32| self.reduced[j as usize];
            starts.sort_by(|&a, &b| above(b).total_cmp(&above(a)).then(a.cmp(&b)));
            let mut better = false;
            for j in starts {
                if self.slack == 0.0 && self.reduced[j as usize] <= 0.0 {
                    break;
                }
                self.end = (self.looks + looks).min(self.most);
                if self.owner[self.part.exact(j)[0] as usize] != j {
                    continue;
                }
                self.remove(j);
                if self.dive() {
                    self.keep();
                    better = true;
                    if self.reach < 0.0 {
                        break;
                    }
                } else {
                    self.restore(j);
                }
                if self.stopped || self.looks >= self.most {
                    return;
                }
            }
            level = if better { 0 } else { level + 1 };
        }
    }

    fn remove(&mut self, j: u32) {
        for &i in self.part.exact(j) {
            self.row[i as usize] = Row::Free;
        }
        self.free += self.part.exact(j).len();
        self.count(j, -1);
        self.out.push(j);
        self.left[j as usize] = true;
        self.out_sum += self.reduced[j as usize];
        self.saved += self.part.cost[j as usize];
    }

    fn restore(&mut self, j: u32) {
        for &i in self.part.exact(j) {
            self.row[i as usize] = Row::Held;
        }
        self.free -= self.part.exact(j).len();
        self.count(j, 1);
        self.out.pop();
        self.left[j as usize] = false;
        self.out_sum -= self.reduced[j as usize];
        self.saved -= self.part.cost[j as usize];
    }

    fn add(&mut self, j: u32) {
        for &i in self.part.exact(j) {
            self.row[i as usize] = Row::Taken;
        }
        self.free -= self.part.exact(j).len();
        self.count(j, 1);
        self.into.push(j);
        self.into_sum += self.reduced[j as usize];
        self.saved -= self.part.cost[j as usize];
    }

    fn take_back(&mut self, j: u32) {
        for &i in self.part.exact(j) {
            self.row[i as usize] = Row::Free;
        }
        self.free += self.part.exact(j).len();
        self.count(j, -1);
        self.into.pop();
        self.into_sum -= self.reduced[j as usize];
        self.saved += self.part.cost[j as usize];
    }

    fn count(&mut self, j: u32, by: i64) {
        for &i in self.part.limited(j) {
            self.used[i as usize - self.part.exact] += by;
        }
    }

    /// What has come in belongs to the choice from now on.
    fn keep(&mut self) {
        let left = &self.left;
        self.chosen.retain(|&j| !left[j as usize]);
        for &j in &self.into {
            for &i in self.part.exact(j) {
                self.row[i as usize] = Row::Held;
                self.owner[i as usize] = j;
            }
        }
        self.chosen.append(&mut self.into);
        for j in self.out.drain(..) {
            self.left[j as usize] = false;
        }
        self.reach -= self.saved as f64;
        (self.saved, self.out_sum, self.into_sum) = (0, 0.0, 0.0);
    }

    /// The free row that the fewest columns can take.
    fn narrowest(&self) -> Option<u32> {
        let rows = self.out.iter().flat_map(|&j| self.part.exact(j));
        let free = rows.filter(|&&i| self.row[i as usize] == Row::Free);
        free.copied().min_by_key(|&i| (self.lists.of(i).len(), i))
    }

    /// Columns of the choice that share rows with `j`; false if one that has come in does.
    fn clashes(&self, j: u32, found: &mut Vec<u32>) -> bool {
        found.clear();
        for &i in self.part.exact(j) {
            match self.row[i as usize] {
                Row::Free => {}
                Row::Taken => return false,
                Row::Held => {
                    let owner = self.owner[i as usize];
                    if !found.contains(&owner) {
                        found.push(owner);
                    }
                }
            }
        }
        true
    }

    /// Serve what is free; whether that ends in a better choice.
    fn dive(&mut self) -> bool {
        let Some(row) = (if self.free > 0 { self.narrowest() } else { None }) else {
            return self.close();
        };
        self.stopped |= (self.stop)();
        if self.stopped || self.looks >= self.end || self.into.len() >= DEPTH {
            return false;
        }
        let mut clashes = Vec::new();
        let mut next: Vec<(f64, u32)> = Vec::new();
        for &j in self.lists.of(row) {
            let above = self.reduced[j as usize];
            self.looks += 1;
            if self.into_sum + above > self.reach {
                break;
            }
            if self.left[j as usize] || !self.clashes(j, &mut clashes) {
                continue;
            }
            let gone: f64 = clashes.iter().map(|&k| self.reduced[k as usize]).sum();
            if self.into_sum + above <= self.out_sum + gone + self.slack {
                next.push((above - gone, j));
            }
        }
        next.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (_, j) in next {
            self.clashes(j, &mut clashes);
            for &k in &clashes {
                self.remove(k);
            }
            self.add(j);
            if self.dive() {
                return true;
            }
            self.take_back(j);
            for &k in clashes.iter().rev() {
                self.restore(k);
            }
            if self.stopped || self.looks >= self.end {
                return false;
            }
        }
        false
    }

    /// Nothing is free: where a limit is passed, another column under it has to leave.
    fn close(&mut self) -> bool {
        let over = (0..self.used.len()).find(|&k| self.used[k] > self.part.limit[k]);
        let Some(over) = over else { return self.saved > 0 };
        let row = (self.part.exact + over) as u32;
        let mut next: Vec<u32> = self.chosen.clone();
        next.retain(|&j| !self.left[j as usize] && self.part.limited(j).contains(&row));
        let above = |j: u32| self.reduced[j as usize];
        next.sort_by(|&a, &b| above(b).total_cmp(&above(a)).then(a.cmp(&b)));
        for j in next {
            self.remove(j);
            if self.dive() {
                return true;
            }
            self.restore(j);
            if self.stopped || self.looks >= self.end {
                return false;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::prices::prices;
    use backhaul_common::Stream;

    /// Random columns over few rows; the first serve one row each, at a high price.
    fn drawn(case: u64) -> (Partition, Vec<u32>) {
        let mut stream = Stream::new(7, 1, case, 0);
        let (rows, limits) = (4 + stream.below(6), stream.below(3));
        let limit: Vec<i64> = (0..limits).map(|_| rows as i64 - stream.below(4) as i64).collect();
        let mut part = Partition::new(rows, limit);
        let singles = (0..rows as u32).map(|i| part.push(&[i], 80)).collect();
        for _ in 0..stream.below(60) {
            let size = 1 + stream.below(4);
            let mut list: Vec<u32> = (0..size).map(|_| stream.below(rows) as u32).collect();
            list.sort_unstable();
            list.dedup();
            let cost = (30 * list.len() + stream.below(60)) as i64;
            if limits > 0 && stream.below(3) > 0 {
                list.push((rows + stream.below(limits)) as u32);
            }
            part.push(&list, cost);
        }
        (part, singles)
    }

    /// The least cost there is, by trying everything.
    fn least(part: &Partition, served: &mut Vec<bool>, used: &mut Vec<i64>) -> Option<i64> {
        let Some(row) = served.iter().position(|&s| !s) else { return Some(0) };
        let mut best: Option<i64> = None;
        for j in 0..part.len() as u32 {
            let rows = part.exact(j);
            let caps = || part.limited(j).iter().map(|&i| i as usize - part.exact);
            let fits = rows.contains(&(row as u32))
                && rows.iter().all(|&i| !served[i as usize])
                && caps().all(|k| used[k] < part.limit[k]);
            if !fits {
                continue;
            }
            for &i in rows {
                served[i as usize] = true;
            }
            caps().for_each(|k| used[k] += 1);
            if let Some(rest) = least(part, served, used) {
                let cost = rest + part.cost[j as usize];
                best = Some(best.map_or(cost, |b| b.min(cost)));
            }
            for &i in rows {
                served[i as usize] = false;
            }
            caps().for_each(|k| used[k] -= 1);
        }
        best
    }

    fn assert_choice(part: &Partition, chosen: &[u32]) {
        let mut count = vec![0; part.rows()];
        chosen.iter().flat_map(|&j| part.members(j)).for_each(|&i| count[i as usize] += 1);
        let (exact, limited) = count.split_at(part.exact);
        assert!(exact.iter().all(|&k| k == 1), "each row once: {exact:?}");
        assert!(limited.iter().zip(&part.limit).all(|(k, l)| k <= l), "{limited:?}");
    }

    #[test]
    fn the_cheapest_choice_of_small_sets_is_found() {
        let mut gains = 0;
        for case in 0..400 {
            let (part, singles) = drawn(case);
            let prices = prices(&part, &singles, 100, &|| false);
            let found = improve(&part, singles.clone(), &prices, 1_000_000, &|| false);
            assert_choice(&part, &found);
            let (mut served, mut used) = (vec![false; part.exact], vec![0; part.limit.len()]);
            let best = least(&part, &mut served, &mut used);
            assert_eq!(Some(part.cost_of(&found)), best, "case {case}");
            assert!(prices.bound <= part.cost_of(&found) as f64 + 1e-6, "case {case}");
            gains += i32::from(part.cost_of(&found) < part.cost_of(&singles));
        }
        assert!(gains > 300, "most cases have something to find: {gains}");
    }

    #[test]
    fn a_choice_stays_where_nothing_fits_it() {
        // Two columns overlap in one row, and no other serves what is left.
        let mut part = Partition::new(3, vec![]);
        let known = part.push(&[0, 1, 2], 100);
        part.push(&[0, 1], 10);
        part.push(&[1, 2], 10);
        let prices = prices(&part, &[known], 50, &|| false);
        assert_eq!(improve(&part, vec![known], &prices, 1000, &|| false), [known]);
    }

    #[test]
    fn a_search_that_is_stopped_keeps_a_choice() {
        for nodes in 0..40 {
            let (part, singles) = drawn(3);
            let prices = prices(&part, &singles, 3, &|| false);
            assert_choice(&part, &improve(&part, singles.clone(), &prices, nodes, &|| false));
            let stopped = improve(&part, singles, &prices, 1000, &|| true);
            assert_choice(&part, &stopped);
        }
    }
}
