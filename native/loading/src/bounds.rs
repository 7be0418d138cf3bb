//! Cheap proofs that something cannot be loaded.

use backhaul_packing::geometry::{volume, Cuboid};

use crate::company;
use crate::manifest::Manifest;

/// Why no load can hold everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A cargo fits in none of its turns.
    Size(u32),
    /// Too heavy in all.
    Weight,
    /// Too large in all.
    Volume,
    /// Two cargos may not travel together.
    Apart(u32, u32),
    /// Boxes that can neither stand side by side nor on each other need more length than there is.
    Length,
}

/// A proof that not everything can be loaded, if a cheap one exists.
pub fn refute(manifest: &Manifest) -> Option<Proof> {
    if let Some(c) = manifest.turns.iter().position(Vec::is_empty) {
        return Some(Proof::Size(c as u32));
    }
    let weight: i64 = manifest.cargos.iter().map(|cargo| cargo.weight).sum();
    if manifest.hold.max_weight.is_some_and(|max| weight > max) {
        return Some(Proof::Weight);
    }
    let taken: i64 = manifest.hold.obstacles.iter().map(Cuboid::volume).max().unwrap_or(0);
    if manifest.volume() > volume(manifest.hold.size) - taken {
        return Some(Proof::Volume);
    }
    if let Some((one, other)) = company::clash(manifest) {
        return Some(Proof::Apart(one, other));
    }
    let hold = manifest.hold.size;
    // Wide and high ones exclude each other from every cross-section.
    let length: i64 = manifest
        .turns
        .iter()
        .filter(|turns| turns.iter().all(|t| 2 * t.size[1] > hold[1] && 2 * t.size[2] > hold[2]))
        .map(|turns| turns.iter().map(|t| i64::from(t.size[0])).min().unwrap_or(0))
        .sum();
    (length > i64::from(hold[0])).then_some(Proof::Length)
}

/// At least so much value must stay behind: what fits no way, and the fractional knapsack of the
/// rest by weight and by volume (Dantzig 1957).
pub fn least_lost(manifest: &Manifest) -> i64 {
    let mut lost = 0;
    let mut kept: Vec<(i64, i64, i64)> = Vec::new();
    for (cargo, turns) in manifest.cargos.iter().zip(&manifest.turns) {
        if turns.is_empty() {
            lost += cargo.profit;
        } else {
            kept.push((cargo.profit, cargo.weight, volume(cargo.size)));
        }
    }
    let by_volume = overflow(&mut kept, volume(manifest.hold.size), |k| k.2);
    let by_weight = manifest.hold.max_weight.map_or(0, |max| overflow(&mut kept, max, |k| k.1));
    lost + by_volume.max(by_weight)
}

/// Least profit that stays behind when only `room` of the resource is there.
fn overflow(kept: &mut [(i64, i64, i64)], room: i64, use_of: fn(&(i64, i64, i64)) -> i64) -> i64 {
    let total: i64 = kept.iter().map(|k| k.0).sum();
    kept.sort_by(|a, b| {
        (i128::from(b.0) * i128::from(use_of(a))).cmp(&(i128::from(a.0) * i128::from(use_of(b))))
    });
    let mut room = room;
    let mut got = 0i64;
    for k in kept.iter() {
        let used = use_of(k);
        if used <= room {
            room -= used;
            got += k.0;
        } else {
            got += (i128::from(k.0) * i128::from(room) / i128::from(used)) as i64;
            break;
        }
    }
    (total - got).max(0)
}
