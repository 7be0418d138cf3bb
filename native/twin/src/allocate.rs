//! Fair shares when a distribution centre can't fill all orders.

use backhaul_common::{Error, Result};

/// Cut orders down to what the centres have: each store gets its proportional share in whole cases, left-over
/// cases go to the largest remainders (Hamilton's method). Ties turn with the product, so that no
/// store is always first.
///
/// `order[store][product]` is changed in place; `centre[store]` names the centre; `available` is by
/// centre and product. Returns the units that were cut.
pub fn fair_share(
    order: &mut [i32],
    centre: &[u32],
    available: &[i32],
    case_pack: &[i32],
) -> Result<i64> {
    let n = case_pack.len();
    let (stores, centres) = (centre.len(), available.len() / n.max(1));
    if order.len() != stores * n {
        let allowed = format!("{} entries", stores * n);
        return Err(Error::invalid("order", format!("{} entries", order.len()), allowed));
    }
    if let Some(s) = centre.iter().position(|&c| c as usize >= centres) {
        let allowed = format!("a centre from 0 to {}", centres.saturating_sub(1));
        return Err(Error::invalid(format!("centre[{s}]"), centre[s], allowed));
    }
    if let Some(p) = case_pack.iter().position(|&c| c < 1) {
        return Err(Error::invalid(format!("case_pack[{p}]"), case_pack[p], "at least 1"));
    }
    if let Some(i) = order.iter().position(|&o| o < 0) {
        let path = format!("order[{}][{}]", i / n, i % n);
        return Err(Error::invalid(path, order[i], "at least 0"));
    }
    let mut wanted = vec![0_i64; centres * n];
    for s in 0..stores {
        let base = centre[s] as usize * n;
        for p in 0..n {
            wanted[base + p] += i64::from(order[s * n + p]);
        }
    }
    let mut cut = 0;
    let mut queue: Vec<(i64, usize, usize)> = Vec::new();
    for c in 0..centres {
        for p in 0..n {
            let (all, there) = (wanted[c * n + p], i64::from(available[c * n + p].max(0)));
            if all <= there {
                continue;
            }
            let pack = i64::from(case_pack[p]);
            let cases = there / pack;
            let mut left = cases;
            queue.clear();
            for s in (0..stores).filter(|&s| centre[s] as usize == c) {
                let asked = i64::from(order[s * n + p]);
                if asked == 0 {
                    continue;
                }
                let quota = asked * cases;
                let given = (quota / all).min(asked / pack);
                order[s * n + p] = (given * pack) as i32;
                left -= given;
                cut += asked - given * pack;
                if (given + 1) * pack <= asked {
                    queue.push((given * all - quota, (s + p) % stores, s));
                }
            }
            queue.sort_unstable();
            for &(_, _, s) in queue.iter().take(left as usize) {
                order[s * n + p] += pack as i32;
                cut -= pack;
            }
        }
    }
    Ok(cut)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Three stores want 6, 3 and 3 cases of 2; six cases are there: halves, in whole cases.
    #[test]
    fn everyone_gets_the_same_share() {
        let mut order = [12, 6, 6];
        assert_eq!(fair_share(&mut order, &[0, 0, 0], &[13], &[2]), Ok(12));
        assert_eq!(order.iter().sum::<i32>(), 12);
        assert_eq!(order[0], 6);
    }

    #[test]
    fn enough_for_all_changes_nothing() {
        let mut order = [5, 7];
        assert_eq!(fair_share(&mut order, &[0, 1], &[5, 7], &[1]), Ok(0));
        assert_eq!(order, [5, 7]);
    }

    proptest! {
        #[test]
        fn never_more_than_there_is_or_was_asked(
            cases in prop::collection::vec(0_i32..9, 6),
            pack in 1_i32..5,
            available in prop::collection::vec(0_i32..60, 2),
        ) {
            let asked: Vec<i32> = cases.iter().map(|c| c * pack).collect();
            let centre = [0, 1, 0, 1, 0, 0];
            let mut order = asked.clone();
            let cut = fair_share(&mut order, &centre, &available, &[pack]).unwrap();
            let total = |x: &[i32], c: u32| -> i32 {
                (0..6).filter(|&s| centre[s] == c).map(|s| x[s]).sum()
            };
            for c in 0..2 {
                let there = available[c as usize];
                prop_assert!(total(&order, c) <= there);
                // No case is left in the centre while somebody still waits for one.
                let waiting = total(&asked, c) > total(&order, c);
                prop_assert!(!waiting || there - total(&order, c) < pack);
            }
            prop_assert!(order.iter().zip(&asked).all(|(o, a)| o <= a && o % pack == 0));
            prop_assert_eq!(cut, i64::from(asked.iter().sum::<i32>() - order.iter().sum::<i32>()));
        }
    }
}
