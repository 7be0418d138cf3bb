//! The stock of one product at one place, by remaining shelf life.
//!
//! A cell is a slice of unit counts: bucket `i` holds the units that may still be sold on `i + 1`
//! days, today included. A product that does not perish has one bucket that never ages. The twin's
//! dense step and the compiled simulator of policies both work on cells through these functions,
//! so that a policy is tuned on the same physics as it is judged by.
//!
//! A day is: [`receive`], then [`issue`] as often as customers come, then [`age`].
//!
//! ```
//! use backhaul_replenishment::cell;
//!
//! let mut stock = [0; 3]; // three days of shelf life
//! cell::receive(&mut stock, 5);
//! cell::age(&mut stock, 3);
//! cell::receive(&mut stock, 5);
//! // Six wanted, two of them from the freshest: four of the old ones go, two of the new.
//! assert_eq!(cell::issue(&mut stock, 6, 2), cell::Issue { issued: 6, lost: 0 });
//! assert_eq!(stock, [0, 1, 3]);
//! ```

/// What became of a demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Issue {
    /// Units handed out.
    pub issued: i32,
    /// Units asked for that were not there.
    pub lost: i32,
}

/// How many buckets a shelf life of this many days needs; 0 days means that nothing perishes.
#[inline]
pub const fn buckets(shelf_life_d: u32) -> usize {
    if shelf_life_d == 0 {
        1
    } else {
        shelf_life_d as usize
    }
}

/// Units in stock.
#[inline]
pub fn on_hand(stock: &[i32]) -> i32 {
    stock.iter().sum()
}

/// Put fresh units on the shelf.
#[inline]
pub fn receive(stock: &mut [i32], quantity: i32) {
    receive_aged(stock, quantity, u32::MAX);
}

/// Put units on the shelf that may be sold on `remaining_d` more days, today included.
///
/// More than the shelf life counts as fresh, and 0 as the last day: units never vanish on arrival.
#[inline]
pub fn receive_aged(stock: &mut [i32], quantity: i32, remaining_d: u32) {
    debug_assert!(quantity >= 0);
    let bucket = (remaining_d.max(1) as usize).min(stock.len()) - 1;
    stock[bucket] += quantity;
}

/// End the day: what could be sold today for the last time is waste, the rest is a day older.
///
/// Returns the units wasted; none where `shelf_life_d` is 0.
#[inline]
pub fn age(stock: &mut [i32], shelf_life_d: u32) -> i32 {
    if shelf_life_d == 0 {
        return 0;
    }
    let waste = stock[0];
    let last = stock.len() - 1;
    stock.copy_within(1.., 0);
    stock[last] = 0;
    waste
}

/// Take up to `quantity` units, shortest remaining life first (first expired, first out).
#[inline]
pub fn take_oldest(stock: &mut [i32], quantity: i32) -> i32 {
    let mut left = quantity;
    for bucket in stock.iter_mut() {
        if left <= 0 {
            break;
        }
        let taken = left.min(*bucket);
        *bucket -= taken;
        left -= taken;
    }
    quantity - left
}

/// Take up to `quantity` units, longest remaining life first, as customers who reach to the back.
#[inline]
pub fn take_freshest(stock: &mut [i32], quantity: i32) -> i32 {
    let mut left = quantity;
    for bucket in stock.iter_mut().rev() {
        if left <= 0 {
            break;
        }
        let taken = left.min(*bucket);
        *bucket -= taken;
        left -= taken;
    }
    quantity - left
}

/// Serve a demand of `wanted` units, of which `freshest` customers pick the longest life.
///
/// The order in which the two kinds of customer come does not matter: as long as there is enough
/// for all, one kind eats from either end, and otherwise everything goes.
#[inline]
pub fn issue(stock: &mut [i32], wanted: i32, freshest: i32) -> Issue {
    debug_assert!(0 <= freshest && freshest <= wanted);
    let mut issued = take_oldest(stock, wanted - freshest);
    issued += take_freshest(stock, freshest);
    Issue { issued, lost: wanted - issued }
}

/// How many of `wanted` customers pick the freshest, when a share of all do.
///
/// The expected value is rounded up or down by `uniform` on [0, 1), so that the mean is exact.
#[inline]
pub fn picking_freshest(wanted: i32, share: f32, uniform: f32) -> i32 {
    ((wanted as f32 * share + uniform) as i32).clamp(0, wanted.max(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_day_is_still_sold() {
        let mut stock = [0; 1];
        receive(&mut stock, 4);
        assert_eq!(issue(&mut stock, 3, 0), Issue { issued: 3, lost: 0 });
        assert_eq!(age(&mut stock, 1), 1);
        assert_eq!(on_hand(&stock), 0);
    }

    #[test]
    fn what_does_not_perish_never_ages() {
        let mut stock = vec![0; buckets(0)];
        receive(&mut stock, 4);
        assert!((0..1000).all(|_| age(&mut stock, 0) == 0));
        assert_eq!(stock, [4]);
    }

    #[test]
    fn customers_who_reach_to_the_back_leave_waste_behind() {
        let run = |freshest: i32| {
            let mut stock = [3, 3];
            issue(&mut stock, 3, freshest);
            age(&mut stock, 2)
        };
        assert_eq!(run(0), 0);
        assert_eq!(run(3), 3);
    }

    /// The mean over all rounding draws is exactly the share.
    #[test]
    fn rounding_keeps_the_share() {
        let total: i32 = (0..1000).map(|i| picking_freshest(7, 0.3, i as f32 / 1000.0)).sum();
        assert_eq!(total, 2100);
    }

    proptest! {
        /// Received = issued + wasted + on hand, whatever happens in whatever order.
        #[test]
        fn units_are_conserved(
            shelf_life_d in 0_u32..6,
            days in prop::collection::vec((0_i32..9, 0_u32..9, 0_i32..12, 0.0_f32..1.0), 1..40),
        ) {
            let mut stock = vec![0; buckets(shelf_life_d)];
            let (mut received, mut issued, mut wasted) = (0, 0, 0);
            for (quantity, remaining_d, wanted, share) in days {
                receive_aged(&mut stock, quantity, remaining_d);
                received += quantity;
                let before = on_hand(&stock);
                let answer = issue(&mut stock, wanted, picking_freshest(wanted, share, 0.5));
                prop_assert_eq!(answer.issued, wanted.min(before));
                prop_assert_eq!(answer.issued + answer.lost, wanted);
                issued += answer.issued;
                wasted += age(&mut stock, shelf_life_d);
                prop_assert!(stock.iter().all(|&units| units >= 0));
                prop_assert_eq!(received, issued + wasted + on_hand(&stock));
            }
        }

        /// No unit is sold or kept beyond its shelf life.
        #[test]
        fn nothing_outlives_its_shelf_life(shelf_life_d in 1_u32..9, quantity in 1_i32..99) {
            let mut stock = vec![0; buckets(shelf_life_d)];
            receive(&mut stock, quantity);
            let wasted: Vec<i32> = (0..shelf_life_d).map(|_| age(&mut stock, shelf_life_d)).collect();
            prop_assert!(wasted[..wasted.len() - 1].iter().all(|&units| units == 0));
            prop_assert_eq!(wasted[wasted.len() - 1], quantity);
        }
    }
}
