//! All items as one volume that comes in whole trucks: lot sizing with constant batches (Pochet and
//! Wolsey 1993, Mathematics of Operations Research 18(4)). Between two periods that begin without stock
//! all trucks but one are full, so what has come by a period is one of few volumes.

/// Volumes needed and what trucks hold.
pub struct Batches {
    /// Volume needed before each period and in all.
    need: Vec<f64>,
    capacity: f64,
    /// Full trucks between the need before period k and that before period l, and what is left then.
    full: Vec<(u32, f64)>,
    /// More full trucks than any plan has.
    most: usize,
    /// Whether an order can be placed.
    open: Vec<bool>,
    /// Whether an order needs no truck, as some items have no volume.
    light: bool,
    trace: Vec<Step>,
}

/// Costs of one solve.
pub struct Terms<'a> {
    /// Money for a period with an order, one value a period; below 0 where the items pay for it.
    pub order: &'a [f64],
    /// Money for a truck.
    pub truck: f64,
    /// What the items pay for a unit of volume, one value a period.
    pub volume: &'a [f64],
}

/// Orders of the whole volume.
#[derive(Clone, Default)]
pub struct Whole {
    /// Cost.
    pub cost: f64,
    /// Volume that comes in each period.
    pub volume: Vec<f64>,
    /// Trucks of each period.
    pub trucks: Vec<u32>,
    /// Whether a period has an order.
    pub placed: Vec<bool>,
}

/// How a state at the end of a period was reached: from which one, with how many full trucks.
#[derive(Clone, Copy, Default)]
struct Step {
    phase: Phase,
    k: u16,
    j: u32,
    full: u32,
}

/// Before or after the one truck of a stretch that is not full.
#[derive(Clone, Copy, Default, PartialEq)]
enum Phase {
    #[default]
    Before,
    After,
    /// The truck that is not full comes in this period.
    Now,
}

/// Work above which a plan by whole trucks is not worth its time beside the items'.
const MOST_WORK: usize = 4_000_000;

impl Batches {
    /// None if there are so many trucks and periods that whole trucks matter little and take long.
    pub fn new(need: &[f64], capacity: f64, open: &[bool], light: bool) -> Option<Self> {
        let periods = need.len() - 1;
        let total = need[periods];
        if !(capacity.is_finite() && total > 0.0) || total / capacity > 1e4 {
            return None;
        }
        let most = (total / capacity).ceil() as usize + 1;
        if periods * periods * periods / 6 * most > MOST_WORK {
            return None;
        }
        let mut full = vec![(0, 0.0); (periods + 1) * (periods + 1)];
        for k in 0..periods {
            for l in k + 1..=periods {
                let volume = need[l] - need[k];
                let trucks = (volume / capacity - 1e-9).ceil().max(1.0) - 1.0;
                full[k * (periods + 1) + l] = (trucks as u32, volume - trucks * capacity);
            }
        }
        let trace = vec![Step::default(); periods * 2 * (periods + 1) * most];
        let (need, open) = (need.to_vec(), open.to_vec());
        Some(Self { need, capacity, full, most, open, light, trace })
    }

    /// Cheapest orders that bring all of the volume in time.
    pub fn solve(&mut self, terms: &Terms<'_>) -> Whole {
        let periods = self.open.len();
        let (wide, most, capacity) = (periods + 1, self.most, self.capacity);
        let slack = 1e-9 * capacity;
        let size = wide * most;
        let mut before = vec![f64::INFINITY; size];
        let mut after = vec![f64::INFINITY; size];
        let (mut before_now, mut before_count) = (before.clone(), vec![0_u32; size]);
        let mut after_now = after.clone();
        before[0] = 0.0;
        for t in 0..periods {
            let alone = self.alone(terms, t);
            let trace = &mut self.trace[t * 2 * size..(t + 1) * 2 * size];
            let (price, order) = (terms.volume[t], terms.order[t]);
            let whole = terms.truck - price * capacity;
            let enough = self.need[t + 1] - slack;
            if self.open[t] {
                for k in 0..=t {
                    let (mut run, mut count) = (f64::INFINITY, 0_u32);
                    for j in 0..most {
                        let at = k * most + j;
                        // One more full truck than the state below, which may be the first.
                        before_now[at] = run;
                        before_count[at] = count;
                        let first = before[at] + order;
                        if first <= run {
                            (run, count) = (first, 0);
                        }
                        run += whole;
                        count += 1;
                    }
                }
                after_now.fill(f64::INFINITY);
                for l in t + 1..=periods {
                    let (mut run, mut count) = (f64::INFINITY, 0_u32);
                    for j in (0..most).rev() {
                        let at = l * most + j;
                        after_now[at] = run;
                        trace[size + at] = Step {
                            phase: Phase::After,
                            k: l as u16,
                            j: j as u32 + count,
                            full: count,
                        };
                        let first = after[at] + order;
                        if first <= run {
                            (run, count) = (first, 0);
                        }
                        run += whole;
                        count += 1;
                    }
                }
                for k in 0..=t {
                    for l in t + 1..=periods {
                        let (full, part) = self.full[k * wide + l];
                        if part <= 0.0 {
                            continue;
                        }
                        let last = terms.truck - price * part;
                        for j in 0..=full as usize {
                            let at = k * most + j;
                            let (cost, count) = if before[at] + order < before_now[at] {
                                (before[at] + order + last, 0)
                            } else {
                                (before_now[at] + last, before_count[at])
                            };
                            let to = l * most + full as usize - j;
                            if cost < after_now[to] {
                                after_now[to] = cost;
                                let j = j as u32 - count;
                                trace[size + to] =
                                    Step { phase: Phase::Now, k: k as u16, j, full: count };
                            }
                        }
                    }
                }
            } else {
                before_now.fill(f64::INFINITY);
                after_now.fill(f64::INFINITY);
            }
            for k in 0..=t {
                for j in 0..most {
                    let at = k * most + j;
                    let idle = before[at] + alone;
                    let (cost, full) = if before_now[at] < idle {
                        (before_now[at], before_count[at])
                    } else {
                        (idle, 0)
                    };
                    let comes = self.need[k] + j as f64 * capacity;
                    before[at] = if comes >= enough { cost } else { f64::INFINITY };
                    trace[at] =
                        Step { phase: Phase::Before, k: k as u16, j: j as u32 - full, full };
                }
            }
            for l in t + 1..=periods {
                for j in 0..most {
                    let at = l * most + j;
                    let idle = after[at] + alone;
                    if idle <= after_now[at] {
                        after_now[at] = idle;
                        let (k, j) = (l as u16, j as u32);
                        trace[size + at] = Step { phase: Phase::After, k, j, full: 0 };
                    }
                    let comes = self.need[l] - j as f64 * capacity;
                    after[at] = if comes >= enough { after_now[at] } else { f64::INFINITY };
                }
            }
            // All that came is used up: a stretch ends, and the next begins.
            let at = (t + 1) * most;
            before[at] = after[at];
            trace[at] = Step { phase: Phase::After, k: t as u16 + 1, j: 0, full: u32::MAX };
        }
        self.read(terms, &before)
    }

    /// Money for an order without volume, where that pays.
    fn alone(&self, terms: &Terms<'_>, t: usize) -> f64 {
        let truck = if self.light { 0.0 } else { terms.truck };
        if self.open[t] {
            (terms.order[t] + truck).min(0.0)
        } else {
            0.0
        }
    }

    fn read(&self, terms: &Terms<'_>, last: &[f64]) -> Whole {
        let periods = self.open.len();
        let size = (periods + 1) * self.most;
        // No need in the last periods: the stretch before them may be the last.
        let ends = (0..=periods).filter(|&k| self.need[k] >= self.need[periods]);
        let Some(end) = ends.min_by(|&a, &b| last[a * self.most].total_cmp(&last[b * self.most]))
        else {
            return Whole { cost: f64::INFINITY, ..Whole::default() };
        };
        let mut found = Whole {
            cost: last[end * self.most],
            volume: vec![0.0; periods],
            trucks: vec![0; periods],
            placed: vec![false; periods],
        };
        if !found.cost.is_finite() {
            return found;
        }
        let (mut phase, mut k, mut j) = (Phase::Before, end, 0_usize);
        for t in (0..periods).rev() {
            let trace = &self.trace[t * 2 * size..(t + 1) * 2 * size];
            let mut step = trace[k * self.most + j + if phase == Phase::After { size } else { 0 }];
            if step.full == u32::MAX {
                step = trace[size + k * self.most + j];
            }
            let mut trucks = step.full;
            found.volume[t] = f64::from(trucks) * self.capacity;
            if step.phase == Phase::Now {
                trucks += 1;
                found.volume[t] += self.full[usize::from(step.k) * (periods + 1) + k].1;
            }
            if trucks > 0 {
                (found.trucks[t], found.placed[t]) = (trucks, true);
            } else if self.alone(terms, t) < 0.0 {
                (found.trucks[t], found.placed[t]) = (u32::from(!self.light), true);
            }
            phase = if step.phase == Phase::After { Phase::After } else { Phase::Before };
            (k, j) = (usize::from(step.k), step.j as usize);
        }
        found
    }
}
