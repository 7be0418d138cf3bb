//! Conservation: no unit and no cent appears or vanishes in a cell.

use crate::cells::Cells;
use crate::store::Store;
use crate::tally::Day;

/// The first rule that a cell breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which rule.
    pub rule: &'static str,
    /// Store.
    pub store: usize,
    /// Product, or the department where the rule is about one.
    pub product: usize,
    /// What the rule says it must be.
    pub expected: i64,
    /// What it is.
    pub found: i64,
}

impl Store {
    fn breach_in_cells(&self, cells: &Cells) -> Option<(&'static str, usize, i64, i64)> {
        let model = cells.model();
        for p in 0..model.n_products() {
            let units = |v: &[i32]| i64::from(v[p]);
            let on_hand = units(&self.on_hand);
            let buckets = &self.stock[model.range(p)];
            let sum: i64 = buckets.iter().map(|&u| i64::from(u)).sum();
            if sum != on_hand {
                return Some(("the buckets add up to the stock", p, on_hand, sum));
            }
            if let Some(&less) = buckets.iter().find(|&&u| u < 0) {
                return Some(("no stock is negative", p, 0, i64::from(less)));
            }
            let expected = units(&self.opening) + units(&self.received)
                - units(&self.sold)
                - units(&self.waste)
                - units(&self.shrink)
                - units(&self.withdrawn);
            if expected != on_hand {
                return Some((
                    "opening + received = sold + waste + shrink + withdrawn + stock",
                    p,
                    expected,
                    on_hand,
                ));
            }
            if self.value_cents[p] < 0 {
                return Some(("no stock has a negative cost", p, 0, self.value_cents[p]));
            }
            if self.on_books(p) == 0 && self.value_cents[p] != 0 {
                return Some(("an empty cell costs nothing", p, 0, self.value_cents[p]));
            }
        }
        None
    }

    fn breach_in_tallies(&self, cells: &Cells) -> Option<(&'static str, usize, i64, i64)> {
        let model = cells.model();
        let mut value = vec![0_i64; model.departments];
        let mut sums = vec![Day::default(); model.departments];
        for p in 0..model.n_products() {
            let d = usize::from(model.products.department[p]);
            value[d] += self.value_cents[p];
            sums[d].opening_units += i64::from(self.opening[p]);
            sums[d].received_units += i64::from(self.received[p]);
            sums[d].withdrawn_units += i64::from(self.withdrawn[p]);
            sums[d].sold_units += i64::from(self.sold[p]);
            sums[d].waste_units += i64::from(self.waste[p]);
            sums[d].shrink_units += i64::from(self.shrink[p]);
            sums[d].closing_units += i64::from(self.on_hand[p]);
        }
        for d in 0..model.departments {
            let (found, sum) = (&self.day[d], &sums[d]);
            if found.closing_cents() != value[d] {
                let rule = "cost in = cost out + cost of the stock, by department";
                return Some((rule, d, found.closing_cents(), value[d]));
            }
            let closed = !cells.is_open();
            for (name, a, b, when) in [
                ("opening units by department", sum.opening_units, found.opening_units, true),
                ("received units by department", sum.received_units, found.received_units, true),
                ("withdrawn units by department", sum.withdrawn_units, found.withdrawn_units, true),
                ("sold units by department", sum.sold_units, found.sold_units, closed),
                ("waste units by department", sum.waste_units, found.waste_units, closed),
                ("shrink units by department", sum.shrink_units, found.shrink_units, closed),
                ("closing units by department", sum.closing_units, found.closing_units, closed),
            ] {
                if when && a != b {
                    return Some((name, d, a, b));
                }
            }
        }
        None
    }
}

impl Cells {
    /// The first breach of conservation, if there is one. Valid at any time of an open day and after
    /// its close.
    pub fn audit(&self) -> Option<Breach> {
        self.stores().iter().enumerate().find_map(|(s, store)| {
            let found = store.breach_in_cells(self).or_else(|| store.breach_in_tallies(self));
            found.map(|(rule, product, expected, found)| Breach {
                rule,
                store: s,
                product,
                expected,
                found,
            })
        })
    }
}
