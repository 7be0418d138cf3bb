//! What full routes have been good for so far: the chance that a new one can be loaded, by volume.
//!
//! Most routes that are cheap are too full, and that they cannot be loaded takes longest to find
//! out. How full is too full differs from goods to goods, so it is learnt.

/// Volumes are told apart by this share of a vehicle.
const PARTS: usize = 48;

/// Loads looked at and found, by volume.
#[derive(Clone, Debug)]
pub(super) struct Experience {
    /// Volume of a vehicle.
    room: i64,
    tried: Vec<f64>,
    loaded: Vec<f64>,
}

impl Experience {
    pub fn new(room: i64) -> Self {
        Self { room: room.max(1), tried: vec![0.0; PARTS + 1], loaded: vec![0.0; PARTS + 1] }
    }

    fn part(&self, volume: i64) -> usize {
        let share = i128::from(volume.clamp(0, self.room)) * PARTS as i128;
        (share / i128::from(self.room)) as usize
    }

    /// Remember a look at a new route.
    pub fn learn(&mut self, volume: i64, found: bool) {
        let part = self.part(volume);
        self.tried[part] += 1.0;
        self.loaded[part] += f64::from(u8::from(found));
    }

    /// The share of such routes to look at: all where the chance of a load is `worth` or more, few
    /// where it is less. Fuller routes have no better chance than those less full.
    pub fn interest(&self, volume: i64, worth: f64) -> f64 {
        let mut least = 1.0f64;
        for part in 0..=self.part(volume) {
            let near = part.saturating_sub(1)..(part + 2).min(PARTS + 1);
            let sum = |of: &[f64]| of[near.clone()].iter().sum::<f64>();
            least = least.min((sum(&self.loaded) + 1.0) / (sum(&self.tried) + 1.0));
        }
        (least / worth).min(1.0).powi(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_as_full_as_those_that_failed_are_looked_at_less_often() {
        let mut experience = Experience::new(1000);
        assert!(experience.interest(900, 0.05) >= 1.0, "nothing is known yet");
        (0..200).for_each(|_| experience.learn(900, false));
        (0..200).for_each(|k| experience.learn(500, k % 2 == 0));
        assert!(experience.interest(900, 0.05) < 0.2);
        assert!(experience.interest(500, 0.05) >= 1.0);
        // Between both nothing was tried; above both nothing can be better than at 900.
        assert!(experience.interest(700, 0.05) >= 1.0);
        assert!(experience.interest(1000, 0.05) <= experience.interest(900, 0.05));
        // Where less of a chance is enough, more is looked at.
        assert!(experience.interest(900, 0.005) > experience.interest(900, 0.05));
    }
}
