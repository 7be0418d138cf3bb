//! How many people are busy when: a step function over time.

/// People on the dock, as far as trucks are scheduled.
#[derive(Clone, Debug)]
pub struct Crew {
    capacity: Option<i64>,
    /// Where use changes; the first is before all time.
    at: Vec<i64>,
    /// People busy from there to the next.
    busy: Vec<i64>,
}

impl Crew {
    /// So many people, all free; None: as many as anyone likes.
    pub fn new(capacity: Option<i64>) -> Self {
        Self { capacity, at: vec![i64::MIN], busy: vec![0] }
    }

    /// First moment from `ready` on when enough are free for `handling`.
    pub fn free(&self, ready: i64, handling: i64, crew: i64) -> i64 {
        let Some(capacity) = self.capacity.filter(|_| crew > 0) else { return ready };
        let mut start = ready;
        let mut step = self.at.partition_point(|&a| a <= ready) - 1;
        while step < self.at.len() && self.at[step] < start + handling.max(1) {
            if self.busy[step] + crew > capacity {
                start = self.at.get(step + 1).copied().unwrap_or(start);
            }
            step += 1;
        }
        start
    }

    /// Somebody is busy.
    pub fn add(&mut self, start: i64, end: i64, crew: i64) {
        if self.capacity.is_none() || crew == 0 || start >= end {
            return;
        }
        let from = self.split(start);
        let to = self.split(end);
        self.busy[from..to].iter_mut().for_each(|b| *b += crew);
    }

    fn split(&mut self, moment: i64) -> usize {
        let step = self.at.partition_point(|&a| a < moment);
        if self.at.get(step) != Some(&moment) {
            self.at.insert(step, moment);
            self.busy.insert(step, self.busy[step - 1]);
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_waits_until_enough_are_free_all_the_time() {
        let mut crew = Crew::new(Some(3));
        crew.add(0, 10, 2);
        crew.add(15, 20, 3);
        assert_eq!(crew.free(0, 10, 1), 0);
        assert_eq!(crew.free(0, 5, 2), 10);
        assert_eq!(crew.free(0, 6, 2), 20); // between 10 and 15 there is no room for 6
        assert_eq!(crew.free(12, 3, 3), 12);
        assert_eq!(Crew::new(None).free(7, 100, 9), 7);
    }
}
