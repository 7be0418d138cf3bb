//! Rules of slotting, and plans of moves.

use backhaul_common::Error;
use backhaul_slotting::assignment::NOWHERE;
use backhaul_slotting::moves::pieces;
use backhaul_slotting::rules::Rules;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

use crate::errors;
use crate::slotting::{indices, same_length};

type Ints<'py> = PyReadonlyArray1<'py, i64>;
/// Kind of each product, kind of each slot, number of kinds of slots, and which go together.
pub type RuleArgs<'py> = (Ints<'py>, Ints<'py>, usize, PyReadonlyArray1<'py, bool>);

/// Checked rules.
pub fn rules(args: &RuleArgs<'_>, products: usize, slots: usize) -> PyResult<Rules> {
    let (product, slot, kinds, allowed) = args;
    let allowed = allowed.as_slice()?.to_vec();
    let rows = allowed.len().checked_div(*kinds).unwrap_or(0);
    let product = indices(product, rows, "rules.product")?;
    let slot = indices(slot, *kinds, "rules.slot")?;
    same_length("rules.product", products, product.len())?;
    same_length("rules.slot", slots, slot.len())?;
    Rules::new(product, slot, *kinds, allowed).map_err(errors::to_python)
}

fn standing(array: &Ints<'_>, slots: usize, path: &str) -> PyResult<Vec<u32>> {
    let mut seen = vec![false; slots];
    let mut out = Vec::new();
    for (i, &s) in array.as_slice()?.iter().enumerate() {
        let Ok(s) = usize::try_from(s) else {
            out.push(NOWHERE);
            continue;
        };
        if s >= slots || std::mem::replace(&mut seen[s], true) {
            let allowed = format!("a slot below {slots} that no other product has");
            return Err(errors::to_python(Error::invalid(format!("{path}[{i}]"), s, allowed)));
        }
        out.push(s as u32);
    }
    Ok(out)
}

/// Pieces of a plan of moves, best first: products in order, whether a ring, saving.
#[pyfunction]
fn move_pieces(
    slots: usize,
    before: Ints<'_>,
    after: Ints<'_>,
    saving: Ints<'_>,
) -> PyResult<Vec<(Vec<u32>, bool, i64)>> {
    let (before, after) = (standing(&before, slots, "before")?, standing(&after, slots, "after")?);
    let saving = saving.as_slice()?;
    same_length("after", before.len(), after.len())?;
    same_length("saving", before.len(), saving.len())?;
    let found = pieces(slots, &before, &after, saving);
    Ok(found.into_iter().map(|p| (p.products, p.ring, p.saving)).collect())
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(move_pieces, m)?)
}
