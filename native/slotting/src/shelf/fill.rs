//! Facings into one rectangle: best gain per millimetre first, then exchanges.

use super::value::product_cost;
use super::Problem;

/// Facings of a block's products on the rows of its rectangle.
#[derive(Clone, Debug)]
pub(crate) struct Fill {
    /// Products of the block.
    pub members: Vec<usize>,
    /// Lowest shelf.
    pub first: usize,
    /// Number of rows.
    pub rows: usize,
    /// Facings by member * rows + row.
    pub facings: Vec<i32>,
    /// Facings of each member.
    pub count: Vec<i32>,
    /// Free width of each row.
    pub room: Vec<i64>,
    /// Facings on each row.
    pub on_row: Vec<i32>,
    /// Cost of each member.
    pub cost: Vec<f64>,
    /// Going price of a millimetre of each row: rows that few products fit are kept for these.
    pub price: Vec<f64>,
}

impl Fill {
    /// An empty rectangle.
    pub fn new(
        problem: &Problem,
        members: &[usize],
        (first, last): (usize, usize),
        width: i64,
        price: &[f64],
    ) -> Self {
        let rows = last + 1 - first;
        let nothing = vec![0; rows];
        let cost = members.iter().map(|&p| product_cost(problem, p, first, &nothing)).collect();
        Self {
            members: members.to_vec(),
            first,
            rows,
            facings: vec![0; members.len() * rows],
            count: vec![0; members.len()],
            room: vec![width; rows],
            on_row: nothing,
            cost,
            price: price[first..=last].to_vec(),
        }
    }

    /// Cost of all members.
    pub fn total(&self) -> f64 {
        self.cost.iter().sum()
    }

    /// Whether every row has something on it.
    pub fn whole(&self) -> bool {
        self.on_row.iter().all(|&n| n > 0)
    }

    /// Whether member `m` fits row `r` at all.
    pub fn fits(&self, problem: &Problem, m: usize, r: usize) -> bool {
        problem.units[self.members[m] * problem.shelves.len() + self.first + r] > 0.0
    }

    /// Cost of a member if its facings changed by `by` on row `r`.
    pub fn cost_with(&mut self, problem: &Problem, m: usize, changes: &[(usize, i32)]) -> f64 {
        let range = m * self.rows..(m + 1) * self.rows;
        for &(r, by) in changes {
            self.facings[range.start + r] += by;
        }
        let cost = product_cost(problem, self.members[m], self.first, &self.facings[range.clone()]);
        for &(r, by) in changes {
            self.facings[range.start + r] -= by;
        }
        cost
    }

    /// Change the facings of a member on a row; `cost` is what the member then costs.
    pub fn put(&mut self, problem: &Problem, m: usize, r: usize, by: i32, cost: f64) {
        self.facings[m * self.rows + r] += by;
        self.count[m] += by;
        self.on_row[r] += by;
        self.room[r] -= i64::from(by) * problem.products[self.members[m]].width;
        self.cost[m] = cost;
    }

    /// Facings that member `m` would be given next: its least at once, then one by one.
    fn step(&self, problem: &Problem, m: usize) -> i32 {
        let p = &problem.products[self.members[m]];
        if self.count[m] == 0 {
            p.least.max(1)
        } else {
            1
        }
    }

    /// Gain per millimetre of the next facings of a member on a row, where they fit.
    fn gain(&mut self, problem: &Problem, m: usize, r: usize) -> f64 {
        let p = &problem.products[self.members[m]];
        let step = self.step(problem, m);
        let width = i64::from(step) * p.width;
        if self.count[m] + step > p.most || width > self.room[r] || !self.fits(problem, m, r) {
            return f64::NEG_INFINITY;
        }
        (self.cost[m] - self.cost_with(problem, m, &[(r, step)])) / width as f64 - self.price[r]
    }

    /// Facings to whoever gains most per millimetre, as long as anyone gains.
    pub fn greedy(&mut self, problem: &Problem) {
        let mut gains: Vec<f64> = Vec::with_capacity(self.facings.len());
        for m in 0..self.members.len() {
            for r in 0..self.rows {
                gains.push(self.gain(problem, m, r));
            }
        }
        // Every row needs something: rows that have nothing are served first.
        loop {
            let bare = !self.whole();
            let mut best: Option<usize> = None;
            for (k, &g) in gains.iter().enumerate() {
                // A millimetre that stays free earns nothing, whatever its price.
                let worth = g + self.price[k % self.rows];
                let open = if bare { self.on_row[k % self.rows] == 0 } else { worth > 1e-12 };
                if open && g > best.map_or(f64::NEG_INFINITY, |b| gains[b]) {
                    best = Some(k);
                }
            }
            let Some(k) = best else { break };
            let (m, r) = (k / self.rows, k % self.rows);
            let step = self.step(problem, m);
            let cost = self.cost_with(problem, m, &[(r, step)]);
            self.put(problem, m, r, step, cost);
            for row in 0..self.rows {
                gains[m * self.rows + row] = self.gain(problem, m, row);
            }
            for other in (0..self.members.len()).filter(|&o| o != m) {
                let width = problem.products[self.members[other]].width;
                let step = self.step(problem, other);
                if i64::from(step) * width > self.room[r] {
                    gains[other * self.rows + r] = f64::NEG_INFINITY;
                }
            }
        }
    }

    /// Whether a member may lose a facing.
    pub fn may_lose(&self, problem: &Problem, m: usize) -> bool {
        let least = problem.products[self.members[m]].least;
        self.count[m] > least || (self.count[m] == 1 && least <= 1)
    }

    /// Whether a member may get one more facing.
    pub fn may_get(&self, problem: &Problem, m: usize) -> bool {
        let p = &problem.products[self.members[m]];
        self.count[m] < p.most && (self.count[m] > 0 || p.least <= 1)
    }

    /// One facing of a member for one of another on the same row, the best exchange of each row.
    pub fn exchange(&mut self, problem: &Problem) {
        for r in 0..self.rows {
            let mut best = (1e-9, 0, 0);
            for out in 0..self.members.len() {
                if self.facings[out * self.rows + r] == 0 || !self.may_lose(problem, out) {
                    continue;
                }
                let room = self.room[r] + problem.products[self.members[out]].width;
                let freed = self.cost[out] - self.cost_with(problem, out, &[(r, -1)]);
                for into in 0..self.members.len() {
                    if into == out
                        || problem.products[self.members[into]].width > room
                        || !self.may_get(problem, into)
                        || !self.fits(problem, into, r)
                    {
                        continue;
                    }
                    let gain = freed + self.cost[into] - self.cost_with(problem, into, &[(r, 1)]);
                    if gain > best.0 {
                        best = (gain, out, into);
                    }
                }
            }
            let (gain, out, into) = best;
            if gain > 1e-9 {
                let cost = self.cost_with(problem, out, &[(r, -1)]);
                self.put(problem, out, r, -1, cost);
                let cost = self.cost_with(problem, into, &[(r, 1)]);
                self.put(problem, into, r, 1, cost);
            }
        }
    }

    /// The same facings, as far as they fit, in another rectangle; free rows are filled again.
    pub fn adapt(
        &self,
        problem: &Problem,
        first: usize,
        last: usize,
        width: i64,
        price: &[f64],
    ) -> Self {
        let mut next = Self::new(problem, &self.members, (first, last), width, price);
        for s in first.max(self.first)..=last.min(self.first + self.rows - 1) {
            for m in 0..self.members.len() {
                let n = self.facings[m * self.rows + s - self.first];
                if n > 0 {
                    next.put(problem, m, s - first, n, 0.0);
                }
            }
        }
        for m in 0..next.members.len() {
            let least = problem.products[next.members[m]].least;
            if next.count[m] > 0 && next.count[m] < least {
                for r in 0..next.rows {
                    let n = next.facings[m * next.rows + r];
                    next.put(problem, m, r, -n, 0.0);
                }
            }
            next.cost[m] = next.cost_with(problem, m, &[]);
        }
        for r in 0..next.rows {
            while next.room[r] < 0 {
                let Some(m) = next.cheapest(problem, r) else { break };
                next.drop_one(problem, m, r);
            }
        }
        next.greedy(problem);
        next
    }

    /// The member whose facing on a row is worth least per millimetre.
    fn cheapest(&mut self, problem: &Problem, r: usize) -> Option<usize> {
        let mut best = (f64::INFINITY, None);
        for m in 0..self.members.len() {
            if self.facings[m * self.rows + r] > 0 {
                let width = problem.products[self.members[m]].width as f64;
                let worth = (self.cost_with(problem, m, &[(r, -1)]) - self.cost[m]) / width;
                if worth < best.0 {
                    best = (worth, Some(m));
                }
            }
        }
        best.1
    }

    /// Take one facing away, or all where the least would not be left.
    fn drop_one(&mut self, problem: &Problem, m: usize, r: usize) {
        if self.may_lose(problem, m) {
            let cost = self.cost_with(problem, m, &[(r, -1)]);
            self.put(problem, m, r, -1, cost);
            return;
        }
        for row in 0..self.rows {
            let n = self.facings[m * self.rows + row];
            if n > 0 {
                self.put(problem, m, row, -n, 0.0);
            }
        }
        self.cost[m] = self.cost_with(problem, m, &[]);
    }
}
