//! Who travels with whom: groups that clash (frozen and fresh, allergens, hazard classes), and
//! families that go together or not at all.

use crate::manifest::Manifest;

/// What one cargo is, and with what it may not share a vehicle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Company {
    /// Its groups, as bits.
    pub groups: u64,
    /// Groups that may not be aboard with it, as bits.
    pub apart: u64,
    /// Its family, all of which goes in, or nothing.
    pub family: Option<u32>,
}

/// Two cargos that may not travel together, if there are any.
pub fn clash(manifest: &Manifest) -> Option<(u32, u32)> {
    let company = |c: usize| manifest.cargos[c].company;
    let count = manifest.cargos.len();
    let first = (0..count).find(|&a| {
        company(a).apart != 0
            && (0..count).any(|b| a != b && company(a).apart & company(b).groups != 0)
    })?;
    let other =
        (0..count).find(|&b| b != first && company(first).apart & company(b).groups != 0)?;
    Some((first as u32, other as u32))
}

/// Families of which something, but not everything, is among those left.
pub fn torn(manifest: &Manifest, left: &[u32]) -> Vec<u32> {
    let mut found: Vec<u32> =
        left.iter().filter_map(|c| manifest.cargos[*c as usize].company.family).collect();
    found.sort_unstable();
    found.dedup();
    let mut out = vec![false; manifest.cargos.len()];
    for c in left {
        out[*c as usize] = true;
    }
    found.retain(|family| {
        let mut members = (0..manifest.cargos.len())
            .filter(|c| manifest.cargos[*c].company.family == Some(*family));
        members.any(|c| !out[c])
    });
    found
}
