//! What is planned or left out as one, and what leaving it out costs.

use crate::problem::{Problem, NONE};

/// What is planned or left out as one.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    Single(u32),
    /// Exactly one of these.
    Choice(Vec<u32>),
    /// Pickup and delivery.
    Pair(u32, u32),
    /// All of these, one right after the other.
    Chain(Vec<u32>),
}

/// All requests of a problem.
pub(crate) struct Requests {
    pub list: Vec<Request>,
    /// By location: its request, or NONE.
    pub of: Vec<u32>,
    /// Cost of leaving a request out.
    pub penalty: Vec<i64>,
    /// Whether a request must be served.
    pub required: Vec<bool>,
    /// Cost of leaving out what must be served.
    pub missing: i64,
}

impl Requests {
    /// What has to be planned.
    pub fn of(problem: &Problem) -> Self {
        let n = problem.locations();
        let mut this = Self {
            list: Vec::new(),
            of: vec![NONE; n],
            penalty: Vec::new(),
            required: Vec::new(),
            missing: missing_cost(problem),
        };
        // The prizes of all its clients, unless one of them must be served.
        let prize = |clients: &[u32]| {
            let optional = !clients.iter().any(|&c| problem.required[c as usize]);
            optional.then(|| clients.iter().map(|&c| problem.prize[c as usize]).sum())
        };
        for group in &problem.groups {
            this.add(Request::Choice(group.clone()), group, None);
        }
        for &(p, d) in &problem.pairs {
            // Goods on board of a started vehicle: only where they go is left to plan.
            if problem.started.iter().any(|s| s.stops.contains(&p) && !s.stops.contains(&d)) {
                let own = prize(&[p, d]).map(|_| problem.prize[d as usize]);
                this.add(Request::Single(d), &[d], own);
            } else {
                this.add(Request::Pair(p, d), &[p, d], prize(&[p, d]));
            }
        }
        for sequence in &problem.rules.sequences {
            this.add(Request::Chain(sequence.clone()), sequence, prize(sequence));
        }
        for c in problem.depots as u32..n as u32 {
            if this.of[c as usize] == NONE {
                this.add(Request::Single(c), &[c], prize(&[c]));
            }
        }
        this
    }

    /// Without a prize it must be served.
    fn add(&mut self, request: Request, clients: &[u32], prize: Option<i64>) {
        for &c in clients {
            self.of[c as usize] = self.list.len() as u32;
        }
        self.list.push(request);
        self.required.push(prize.is_none());
        self.penalty.push(prize.unwrap_or(self.missing));
    }
}

/// More than a vehicle of its own can cost.
fn missing_cost(problem: &Problem) -> i64 {
    let reach = problem.travel.largest();
    let longest = problem.service.iter().copied().max().unwrap_or(0)
        + (0..problem.locations()).map(|i| problem.ready[i]).max().unwrap_or(0);
    let extra = problem.rules.most_for_one(problem);
    problem
        .types
        .iter()
        .map(|t| {
            t.fixed_cost
                + t.distance_cost * 4 * reach
                + (t.duration_cost + t.overtime_cost) * (4 * reach + longest)
        })
        .max()
        .unwrap_or(0)
        .max(1)
        .saturating_mul(2)
        .saturating_add(extra)
}
