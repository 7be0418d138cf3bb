//! Groups that may not travel together: frozen and fresh, allergens, hazard classes.

use super::Rule;
use crate::load::Load;
use crate::problem::Item;

/// No item shares its container with a group that it must be kept apart from.
pub struct Apart;

impl Rule for Apart {
    fn code(&self) -> &'static str {
        "apart"
    }

    fn holds(&self, items: &[Item], load: &Load, _touched: &[u32]) -> bool {
        let Some((&newest, others)) = load.item.split_last() else { return true };
        let new = &items[newest as usize];
        others.iter().all(|&k| {
            let other = &items[k as usize];
            new.apart & other.groups == 0 && other.apart & new.groups == 0
        })
    }

    fn about_contact(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Cuboid;
    use crate::rules::RuleSet;

    #[test]
    fn clashing_groups_do_not_share_a_container() {
        // 0: bleach (group 1) must be kept apart from food (group 2); 1: food; 2: neither.
        let plain = Item::plain([1; 3], 1);
        let items = [
            Item { groups: 1, apart: 2, ..plain.clone() },
            Item { groups: 2, ..plain.clone() },
            plain,
        ];
        let rules = RuleSet::default().with(Box::new(Apart));
        let mut load = Load::default();
        let at = |x| Cuboid::at([x, 0, 0], [1; 3]);
        assert!(rules.try_push(&items, &mut load, 1, at(0)));
        assert!(!rules.try_push(&items, &mut load, 0, at(1)));
        assert!(rules.try_push(&items, &mut load, 2, at(1)));
        assert_eq!(load.len(), 2);
    }
}
