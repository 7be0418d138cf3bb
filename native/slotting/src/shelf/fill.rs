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
    /// Width of the rectangle.
    width: i64,
    /// What a facing less of a member on a row costs, and what its next facings gain by the
    /// millimetre, price included; by member * rows + row.
    loss: Vec<f64>,
    gain: Vec<f64>,
    /// Members for which these have to be worked out anew.
    stale: Vec<bool>,
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
            width,
            loss: vec![0.0; members.len() * rows],
            gain: vec![0.0; members.len() * rows],
            stale: vec![true; members.len()],
        }
    }

    /// Put these facings, by member * rows + row, into an empty rectangle.
    pub fn take(&mut self, problem: &Problem, facings: &[i32]) {
        for (k, &n) in facings.iter().enumerate().filter(|(_, &n)| n > 0) {
            self.put(problem, k / self.rows, k % self.rows, n, 0.0);
        }
        for m in 0..self.members.len() {
            self.cost[m] = self.cost_with(problem, m, &[]);
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
        self.stale[m] = true;
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

    /// Bring losses and gains up to date.
    fn look(&mut self, problem: &Problem) {
        for m in 0..self.members.len() {
            if self.stale[m] {
                self.look_at(problem, m);
            }
        }
    }

    fn look_at(&mut self, problem: &Problem, m: usize) {
        self.stale[m] = false;
        let p = &problem.products[self.members[m]];
        let step = self.step(problem, m);
        let width = i64::from(step) * p.width;
        for r in 0..self.rows {
            let k = m * self.rows + r;
            self.loss[k] = if self.facings[k] > 0 {
                self.cost_with(problem, m, &[(r, -1)]) - self.cost[m]
            } else {
                f64::INFINITY
            };
            self.gain[k] = if self.count[m] + step > p.most || !self.fits(problem, m, r) {
                f64::NEG_INFINITY
            } else {
                let with = self.cost_with(problem, m, &[(r, step)]);
                (self.cost[m] - with) / width as f64 - self.price[r]
            };
        }
    }

    /// Facings to whoever gains most per millimetre, as long as anyone gains.
    pub fn greedy(&mut self, problem: &Problem) {
        let narrow = self.members.iter().map(|&p| problem.products[p].width).min();
        // Every row needs something: rows that have nothing are served first.
        while self.room.iter().max() >= narrow.as_ref() {
            self.look(problem);
            let bare = !self.whole();
            let mut best = (f64::NEG_INFINITY, None);
            for m in 0..self.members.len() {
                let step = self.step(problem, m);
                let width = i64::from(step) * problem.products[self.members[m]].width;
                for r in 0..self.rows {
                    let gain = self.gain[m * self.rows + r];
                    // A millimetre that stays free earns nothing, whatever its price.
                    let worth = gain + self.price[r];
                    let open = if bare { self.on_row[r] == 0 } else { worth > 1e-12 };
                    if gain > best.0 && open && width <= self.room[r] {
                        best = (gain, Some((m, r, step)));
                    }
                }
            }
            let Some((m, r, step)) = best.1 else { break };
            let cost = self.cost_with(problem, m, &[(r, step)]);
            self.put(problem, m, r, step, cost);
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

    /// The same facings, as far as they fit, in another rectangle; free rows are filled again.
    pub fn adapt(
        &self,
        problem: &Problem,
        first: usize,
        last: usize,
        width: i64,
        price: &[f64],
    ) -> Self {
        let mut next = if (first, last) == (self.first, self.first + self.rows - 1) {
            let mut same = self.clone();
            same.room.iter_mut().for_each(|room| *room += width - self.width);
            same.width = width;
            same
        } else {
            self.carry(problem, (first, last), width, price)
        };
        for r in 0..next.rows {
            while next.room[r] < 0 {
                let Some(m) = next.cheapest(problem, r) else { break };
                next.drop_one(problem, m, r);
            }
        }
        next.greedy(problem);
        next
    }

    /// The same facings in another run of shelves, as far as they stand there too.
    fn carry(
        &self,
        problem: &Problem,
        (first, last): (usize, usize),
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
        next
    }

    /// The member whose facing on a row is worth least per millimetre.
    fn cheapest(&mut self, problem: &Problem, r: usize) -> Option<usize> {
        self.look(problem);
        let mut best = (f64::INFINITY, None);
        for (m, &p) in self.members.iter().enumerate() {
            let worth = self.loss[m * self.rows + r] / problem.products[p].width as f64;
            if worth < best.0 {
                best = (worth, Some(m));
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
        self.stale[m] = true;
    }
}
