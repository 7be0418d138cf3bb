//! Items that belong together: all of a family in one container, or none of it.

use std::collections::BTreeMap;

use crate::problem::Item;

/// Families, by number, of which some are in `packed` and some are not, with the volume packed.
fn torn(items: &[Item], packed: &[u32]) -> BTreeMap<u32, i64> {
    let mut families: BTreeMap<u32, (i64, bool)> = BTreeMap::new();
    for (item, &count) in items.iter().zip(packed) {
        if let Some(family) = item.family {
            let entry = families.entry(family).or_insert((0, true));
            entry.0 += item.volume() * i64::from(count);
            entry.1 &= count == item.copies;
        }
    }
    families.into_iter().filter(|(_, f)| f.0 > 0 && !f.1).map(|(k, f)| (k, f.0)).collect()
}

/// Whether any item belongs to a family.
pub fn any(items: &[Item]) -> bool {
    items.iter().any(|i| i.family.is_some())
}

/// Fill with `fill`, offering less each time, until no family is torn apart: of the torn ones the
/// one of which least was packed is not offered again. `counts` says what a filling holds.
pub fn fill_whole<T>(
    items: &[Item],
    left: &[u32],
    mut fill: impl FnMut(&[u32]) -> T,
    counts: impl Fn(&T) -> Vec<u32>,
) -> T {
    let mut offer = left.to_vec();
    loop {
        let filled = fill(&offer);
        let torn = torn(items, &counts(&filled));
        let Some((&family, _)) = torn.iter().min_by_key(|f| (*f.1, *f.0)) else { return filled };
        for (item, n) in items.iter().zip(&mut offer) {
            if item.family == Some(family) {
                *n = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_that_does_not_fit_stays_out() {
        let plain = Item::plain([1; 3], 2);
        let items = [Item { family: Some(7), ..plain.clone() }, plain];
        // Room for three: first one of the family stays out, so all of it does.
        let fill = |offer: &[u32]| {
            let rest = 3 - offer[1].min(3);
            vec![offer[0].min(rest), offer[1]]
        };
        assert_eq!(fill_whole(&items, &[2, 2], fill, Clone::clone), vec![0, 2]);
        assert_eq!(fill_whole(&items, &[2, 1], fill, Clone::clone), vec![2, 1]);
    }
}
