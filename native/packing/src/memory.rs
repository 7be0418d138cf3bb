//! What a search remembers of states that it has seen, by their fingerprints.

/// Entries at most: some 60 megabytes.
const MOST: usize = 1 << 21;

/// Slots that a processor keeps close.
const SMALL: usize = 1 << 14;

/// Worth that each known state leads to when it is filled up greedily.
pub struct Memory {
    slots: Vec<(u64, i64)>,
    used: usize,
}

/// A well mixed number for these (Steele, Lea and Flood 2014).
#[inline]
pub fn mixed(first: u32, rest: impl Iterator<Item = u32>) -> u64 {
    let mut mixed = u64::from(first).wrapping_add(0x9E37_79B9_7F4A_7C15);
    for at in rest {
        mixed = (mixed ^ u64::from(at)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed ^= mixed >> 29;
    }
    mixed = mixed.wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

impl Default for Memory {
    fn default() -> Self {
        Self { slots: vec![(0, 0); 1 << 10], used: 0 }
    }
}

impl Memory {
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = key as usize & mask;
        while self.slots[at].0 != 0 && self.slots[at].0 != key {
            at = (at + 1) & mask;
        }
        at
    }

    /// Whether to ask costs next to nothing: all is close to the processor.
    pub fn is_small(&self) -> bool {
        self.slots.len() <= SMALL
    }

    /// What is known of a state.
    #[inline]
    pub fn get(&self, key: u64) -> Option<i64> {
        let (found, worth) = self.slots[self.slot(key)];
        (found != 0 && found == key).then_some(worth)
    }

    /// Remember a state, unless there is no room left.
    pub fn put(&mut self, key: u64, worth: i64) {
        if key == 0 {
            return;
        }
        let at = self.slot(key);
        if self.slots[at].0 == key {
            self.slots[at].1 = worth;
            return;
        }
        if self.used >= MOST {
            return;
        }
        self.slots[at] = (key, worth);
        self.used += 1;
        if 2 * self.used > self.slots.len() {
            let twice = vec![(0, 0); 2 * self.slots.len()];
            for (key, worth) in std::mem::replace(&mut self.slots, twice) {
                if key != 0 {
                    let at = self.slot(key);
                    self.slots[at] = (key, worth);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_more_than_it_began_with_room_for() {
        let mut memory = Memory::default();
        let key = |k: u64| (k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (0..5000).for_each(|k| memory.put(key(k), k as i64));
        memory.put(key(7), -1);
        assert!((0..5000).all(|k| memory.get(key(k)) == Some(if k == 7 { -1 } else { k as i64 })));
        assert_eq!(memory.get(key(5000)), None);
        assert_eq!(memory.get(0), None);
    }
}
