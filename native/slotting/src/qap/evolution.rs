//! A small population of permutations, each improved by a local search.

use backhaul_common::Stream;

use super::tabu::Meter;
use super::Qap;

/// Permutations kept.
const POPULATION: usize = 12;

/// A local search.
pub trait Improver {
    /// Improve a permutation of this cost; the best found, and its cost.
    fn improve(
        &mut self,
        place: &[u32],
        cost: i64,
        stream: &mut Stream,
        meter: &mut Meter<'_>,
    ) -> (Vec<u32>, i64);
}

/// A permutation and its cost.
#[derive(Clone)]
pub struct Member {
    pub place: Vec<u32>,
    pub cost: i64,
}

/// One population and what improves it.
pub struct Evolution<'a, I> {
    qap: &'a Qap,
    improver: I,
    stream: Stream,
    members: Vec<Member>,
    /// The best so far.
    pub best: Member,
    begun: bool,
    stale: usize,
    strength: f64,
    /// Member that is to be shaken next, while all are.
    shaking: Option<usize>,
    /// Work spent, in the meter's unit.
    pub spent: u64,
}

impl<'a, I: Improver> Evolution<'a, I> {
    /// A population that begins with this permutation.
    pub fn new(qap: &'a Qap, improver: I, first: Member, stream: Stream) -> Self {
        Self {
            qap,
            improver,
            stream,
            members: Vec::new(),
            best: first,
            begun: false,
            stale: 0,
            strength: 0.1,
            shaking: None,
            spent: 0,
        }
    }

    fn improved(&mut self, place: &[u32], meter: &mut Meter<'_>) -> Member {
        let before = meter.done;
        let cost = self.qap.folded_cost(place);
        let (place, cost) = self.improver.improve(place, cost, &mut self.stream, meter);
        self.spent += meter.done - before;
        Member { place, cost }
    }

    /// Take in a permutation from elsewhere.
    pub fn welcome(&mut self, member: &Member) {
        if member.cost < self.best.cost {
            self.best = member.clone();
        }
        if let Some(worst) = (0..self.members.len()).max_by_key(|&i| self.members[i].cost) {
            self.members[worst] = member.clone();
        }
    }

    /// One more permutation.
    pub fn step(&mut self, meter: &mut Meter<'_>) {
        if let Some(at) = self.shaking {
            self.shake_next(at, meter);
            return;
        }
        let n = self.qap.n;
        let child = if !self.begun {
            self.begun = true;
            self.best.place.clone()
        } else if self.members.len() < POPULATION {
            random(n, &mut self.stream)
        } else {
            let i = self.stream.below(self.members.len());
            let j = (i + 1 + self.stream.below(self.members.len() - 1)) % self.members.len();
            cross(&self.members[i].place, &self.members[j].place, &mut self.stream)
        };
        let found = self.improved(&child, meter);
        if found.cost < self.best.cost {
            self.best = found.clone();
            self.stale = 0;
            self.strength = 0.1;
        } else {
            self.stale += 1;
        }
        let twin = self.members.iter().any(|m| m.cost == found.cost && m.place == found.place);
        if self.members.len() < POPULATION {
            self.members.push(found);
        } else if !twin {
            let worst = (0..self.members.len()).max_by_key(|&i| self.members[i].cost).unwrap_or(0);
            if found.cost < self.members[worst].cost {
                self.members[worst] = found;
            }
        }
        if self.stale > 2 * POPULATION && self.members.len() == POPULATION {
            // All have become alike: shake everyone but the best, harder each time.
            self.stale = 0;
            self.shaking = Some(0);
        }
    }

    fn shake_next(&mut self, at: usize, meter: &mut Meter<'_>) {
        let n = self.qap.n;
        let part = 3_usize.max((n as f64 * self.strength) as usize).min(n);
        let mut place = self.members[at].place.clone();
        shake(&mut place, part, &mut self.stream);
        let found = self.improved(&place, meter);
        if found.cost < self.best.cost {
            self.best = found.clone();
            self.strength = 0.1;
        }
        self.members[at] = found;
        self.shaking = Some(at + 1);
        if at + 1 == self.members.len() {
            self.shaking = None;
            self.members[0] = self.best.clone();
            self.strength = (self.strength * 1.4).min(1.0);
        }
    }
}

/// A random permutation.
pub fn random(n: usize, stream: &mut Stream) -> Vec<u32> {
    let mut place: Vec<u32> = (0..n as u32).collect();
    stream.shuffle(&mut place);
    place
}

/// Move `part` facilities around in a ring.
fn shake(place: &mut [u32], part: usize, stream: &mut Stream) {
    let mut some: Vec<usize> = (0..place.len()).collect();
    stream.shuffle(&mut some);
    for w in some[..part].windows(2) {
        place.swap(w[0], w[1]);
    }
}

/// What both parents agree on is kept; the rest comes from either while free, else at random.
fn cross(a: &[u32], b: &[u32], stream: &mut Stream) -> Vec<u32> {
    const OPEN: u32 = u32::MAX;
    let n = a.len();
    let mut child = vec![OPEN; n];
    let mut taken = vec![false; n];
    for i in 0..n {
        if a[i] == b[i] {
            child[i] = a[i];
            taken[a[i] as usize] = true;
        }
    }
    let mut order: Vec<usize> = (0..n).filter(|&i| child[i] == OPEN).collect();
    stream.shuffle(&mut order);
    for &i in &order {
        let (one, two) = if stream.next_u64() & 1 == 0 { (a[i], b[i]) } else { (b[i], a[i]) };
        for p in [one, two] {
            if !taken[p as usize] {
                child[i] = p;
                taken[p as usize] = true;
                break;
            }
        }
    }
    let mut free: Vec<u32> = (0..n as u32).filter(|&p| !taken[p as usize]).collect();
    stream.shuffle(&mut free);
    for c in child.iter_mut().filter(|c| **c == OPEN) {
        *c = free.pop().unwrap_or(0);
    }
    child
}
