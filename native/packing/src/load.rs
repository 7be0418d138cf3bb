//! What lies in one container, who rests on whom, and the weight that each carries.

use std::collections::BTreeMap;

use crate::deck::Deck;
use crate::geometry::Cuboid;
use crate::problem::Item;

/// The items in one container with their contacts; built one item at a time.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// Item type of each.
    pub item: Vec<u32>,
    /// Where each lies.
    pub cuboid: Vec<Cuboid>,
    /// For each, whom it rests on, with the shared area.
    pub below: Vec<Vec<(u32, i64)>>,
    /// For each, who rests on it.
    pub above: Vec<Vec<u32>>,
    /// For each, the weight on its top, handed down in proportion to contact area.
    pub carried: Vec<f64>,
    /// Part of the floor that carries; none: all of it.
    pub deck: Option<Deck>,
}

/// What adding one item changed, to be able to take it back.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Items whose carried weight or contacts changed, the new one last.
    pub touched: Vec<u32>,
    carried_before: Vec<(u32, f64)>,
}

impl Load {
    /// Nothing yet, on this deck.
    pub fn on(deck: Option<Deck>) -> Self {
        Self { deck, ..Self::default() }
    }

    /// How many items.
    pub fn len(&self) -> usize {
        self.item.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.item.is_empty()
    }

    /// Area of an item's base that rests on the floor or on others.
    pub fn supported(&self, k: usize) -> i64 {
        if self.cuboid[k].lo[2] == 0 {
            self.deck.map_or_else(|| self.cuboid[k].base(), |d| d.carries(&self.cuboid[k]))
        } else {
            self.below[k].iter().map(|b| b.1).sum()
        }
    }

    /// Add an item. It may come in below others that hang over: they then rest on it as well.
    pub fn push(&mut self, items: &[Item], item: u32, cuboid: Cuboid) -> Change {
        let new = self.len() as u32;
        let mut below = Vec::new();
        let mut above = Vec::new();
        for (k, other) in self.cuboid.iter().enumerate() {
            if other.hi[2] == cuboid.lo[2] {
                let area = cuboid.footprint_shared(other);
                if area > 0 {
                    below.push((k as u32, area));
                }
            } else if cuboid.hi[2] == other.lo[2] {
                let area = cuboid.footprint_shared(other);
                if area > 0 {
                    above.push((k as u32, area));
                }
            }
        }
        for &(k, _) in &below {
            self.above[k as usize].push(new);
        }
        self.item.push(item);
        self.cuboid.push(cuboid);
        self.carried.push(0.0);
        let mut change = Change::default();
        if above.is_empty() {
            self.below.push(below);
            self.above.push(Vec::new());
            self.hand_down(items, new, &mut change);
        } else {
            for &(k, area) in &above {
                self.below[k as usize].push((new, area));
                change.touched.push(k);
            }
            self.below.push(below);
            self.above.push(above.iter().map(|a| a.0).collect());
            let before = self.carried.clone();
            self.recompute(items);
            for (k, old) in before.iter().enumerate() {
                if (*old - self.carried[k]).abs() > 0.0 {
                    change.carried_before.push((k as u32, *old));
                    change.touched.push(k as u32);
                }
            }
        }
        change.touched.push(new);
        change
    }

    /// Take back the newest item.
    pub fn pop(&mut self, change: &Change) {
        for &(k, old) in change.carried_before.iter().rev() {
            self.carried[k as usize] = old;
        }
        let (Some(_), Some(_)) = (self.item.pop(), self.cuboid.pop()) else { return };
        self.carried.pop();
        for (k, _) in self.below.pop().unwrap_or_default() {
            self.above[k as usize].pop();
        }
        for k in self.above.pop().unwrap_or_default() {
            self.below[k as usize].pop();
        }
    }

    /// Hand the weight of the newest item down to all that carry it.
    fn hand_down(&mut self, items: &[Item], new: u32, change: &mut Change) {
        let weight = items[self.item[new as usize] as usize].weight as f64;
        if weight == 0.0 {
            return;
        }
        // Highest first: all that an item gets is known before it hands it on.
        let mut work = BTreeMap::from([((-self.cuboid[new as usize].lo[2], new), weight)]);
        while let Some(((_, k), weight)) = work.pop_first() {
            let total: i64 = self.below[k as usize].iter().map(|b| b.1).sum();
            for &(j, area) in &self.below[k as usize] {
                let share = weight * area as f64 / total as f64;
                change.carried_before.push((j, self.carried[j as usize]));
                change.touched.push(j);
                self.carried[j as usize] += share;
                *work.entry((-self.cuboid[j as usize].lo[2], j)).or_insert(0.0) += share;
            }
        }
    }

    fn recompute(&mut self, items: &[Item]) {
        self.carried.fill(0.0);
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(|&k| std::cmp::Reverse(self.cuboid[k].lo[2]));
        for k in order {
            let weight = items[self.item[k] as usize].weight as f64 + self.carried[k];
            let total: i64 = self.below[k].iter().map(|b| b.1).sum();
            for b in 0..self.below[k].len() {
                let (j, area) = self.below[k][b];
                self.carried[j as usize] += weight * area as f64 / total as f64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heavy(size: [i32; 3]) -> Item {
        Item { weight: 12, ..Item::plain(size, 9) }
    }

    #[test]
    fn weight_is_shared_by_contact_area_and_taken_back() {
        let items = [heavy([4, 4, 2])];
        let mut load = Load::default();
        load.push(&items, 0, Cuboid::at([0, 0, 0], [4, 4, 2]));
        load.push(&items, 0, Cuboid::at([4, 0, 0], [4, 4, 2]));
        let change = load.push(&items, 0, Cuboid::at([1, 0, 2], [4, 4, 2]));
        assert_eq!(load.carried, vec![9.0, 3.0, 0.0]); // 3 of 4 on the first
        assert_eq!(load.supported(2), 16);
        load.pop(&change);
        assert_eq!(load.carried, vec![0.0, 0.0]);
        assert!(load.above[0].is_empty());
    }

    #[test]
    fn an_item_pushed_in_below_takes_its_share() {
        let items = [heavy([4, 4, 2])];
        let mut load = Load::default();
        load.push(&items, 0, Cuboid::at([0, 0, 0], [4, 4, 2]));
        load.push(&items, 0, Cuboid::at([2, 0, 2], [4, 4, 2])); // half of it hangs over
        assert_eq!(load.carried[0], 12.0);
        let change = load.push(&items, 0, Cuboid::at([4, 0, 0], [4, 4, 2]));
        assert_eq!(load.carried, vec![6.0, 0.0, 6.0]);
        load.pop(&change);
        assert_eq!(load.carried, vec![12.0, 0.0]);
    }
}
