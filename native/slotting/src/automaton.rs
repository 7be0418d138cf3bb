//! States of a partial picking tour, and how they follow from each other.
//!
//! Ratliff and Rosenthal (1983) sweep a warehouse aisle by aisle and remember, for the cross-aisle
//! corners of the current aisle, the parity of their degree and which of them are connected.
//! Roodbergen and de Koster (2001) gave the table for two blocks; here the table is derived by
//! exploring every reachable state, for any small number of cross aisles (in the manner of
//! Cambazard and Catusse 2018), once per number of cross aisles.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::grid::MAX_CROSSES;

/// No such state.
pub const NONE: u16 = u16::MAX;

/// What happens on the piece of an aisle between two cross aisles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Pass {
    /// Nobody goes in.
    Skip = 0,
    /// Walked through once.
    Once = 1,
    /// Walked through there and back.
    Twice = 2,
    /// Entered from the lower end and left there.
    Lower = 3,
    /// Entered from the upper end and left there.
    Upper = 4,
    /// Entered from both ends, the largest gap is left out.
    Both = 5,
}

/// All passes, by number.
pub const PASSES: [Pass; 6] =
    [Pass::Skip, Pass::Once, Pass::Twice, Pass::Lower, Pass::Upper, Pass::Both];

/// A corner: bit 0 is the parity of its degree, the rest its component (0 = not visited).
type Corners = [u8; MAX_CROSSES];

/// One step over the gap to the next aisle.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// State on the other side.
    pub to: u16,
    /// How often the gap is crossed, over all cross aisles.
    pub crossings: u8,
    /// Crossings of each cross aisle, two bits each from the lowest.
    pub mask: u16,
}

/// The transition tables for one number of cross aisles. State 0 is the empty tour.
pub struct Automaton {
    /// Number of states.
    pub len: usize,
    /// `pass[(state * blocks + block) * 6 + pass]`: state after that pass, or [`NONE`].
    pub pass: Vec<u16>,
    /// `touch[state * crosses + cross]`: state in which that corner is surely visited.
    pub touch: Vec<u16>,
    /// `odd[state * crosses + cross]`: state after a walk begins or ends at that corner.
    pub odd: Vec<u16>,
    /// Steps to the next aisle, by state.
    pub steps: Vec<Vec<Step>>,
    /// Whether the tour is closed and in one piece.
    pub closed: Vec<bool>,
    /// Number of blocks.
    pub blocks: usize,
}

fn normal(mut c: Corners) -> Corners {
    let mut names = [0_u8; 2 * MAX_CROSSES + 2];
    let mut next = 1;
    for corner in &mut c {
        let component = *corner >> 1;
        if component == 0 {
            *corner = 0;
            continue;
        }
        if names[component as usize] == 0 {
            names[component as usize] = next;
            next += 1;
        }
        *corner = (names[component as usize] << 1) | (*corner & 1);
    }
    c
}

fn visit(c: &mut Corners, at: usize) {
    if c[at] == 0 {
        let fresh = c.iter().map(|x| x >> 1).max().unwrap_or(0) + 1;
        c[at] = fresh << 1;
    }
}

fn after_pass(mut c: Corners, block: usize, pass: Pass) -> Corners {
    match pass {
        Pass::Skip => {}
        Pass::Once | Pass::Twice => {
            visit(&mut c, block);
            visit(&mut c, block + 1);
            let (from, to) = (c[block + 1] >> 1, c[block] >> 1);
            for corner in &mut c {
                if *corner >> 1 == from {
                    *corner = (to << 1) | (*corner & 1);
                }
            }
            if pass == Pass::Once {
                c[block] ^= 1;
                c[block + 1] ^= 1;
            }
        }
        Pass::Lower => visit(&mut c, block),
        Pass::Upper => visit(&mut c, block + 1),
        Pass::Both => {
            visit(&mut c, block);
            visit(&mut c, block + 1);
        }
    }
    normal(c)
}

fn steps_from(c: Corners, crosses: usize) -> Vec<(Corners, u8, u16)> {
    let free: Vec<usize> = (0..crosses).filter(|&l| c[l] != 0 && c[l] & 1 == 0).collect();
    let mut out = Vec::new();
    for choice in 0..1_u32 << free.len() {
        let mut next = c;
        let (mut crossings, mut mask) = (0, 0);
        for l in 0..crosses {
            if c[l] & 1 == 1 {
                crossings += 1;
                mask |= 1 << (2 * l);
            } else if let Some(k) = free.iter().position(|&f| f == l) {
                if choice >> k & 1 == 1 {
                    crossings += 2;
                    mask |= 2 << (2 * l);
                } else {
                    next[l] = 0;
                }
            }
        }
        // A component that does not reach the next aisle could never join the rest.
        let kept = |component: u8| next.iter().any(|x| x >> 1 == component);
        if c.iter().all(|x| x >> 1 == 0 || kept(x >> 1)) {
            out.push((normal(next), crossings, mask));
        }
    }
    out
}

/// Tables of closed tours, or, with `open`, of walks that begin and end at different corners.
fn build(crosses: usize, open: bool) -> Automaton {
    let blocks = crosses - 1;
    let mut states: Vec<Corners> = vec![[0; MAX_CROSSES]];
    let mut index: BTreeMap<Corners, u16> = BTreeMap::from([([0; MAX_CROSSES], 0)]);
    let mut pass = Vec::new();
    let mut touch = Vec::new();
    let mut odd = Vec::new();
    let mut steps = Vec::new();
    let mut at = 0;
    while at < states.len() {
        let here = states[at];
        let mut number = |c: Corners| {
            *index.entry(c).or_insert_with(|| {
                states.push(c);
                (states.len() - 1) as u16
            })
        };
        for block in 0..blocks {
            for p in PASSES {
                pass.push(number(after_pass(here, block, p)));
            }
        }
        for cross in 0..crosses {
            let mut c = here;
            visit(&mut c, cross);
            touch.push(number(normal(c)));
            if open {
                c[cross] ^= 1;
                odd.push(number(normal(c)));
            }
        }
        let found = steps_from(here, crosses);
        steps.push(
            found
                .into_iter()
                .map(|(c, crossings, mask)| Step { to: number(c), crossings, mask })
                .collect(),
        );
        at += 1;
    }
    let closed = states
        .iter()
        .map(|c| c.iter().all(|x| x & 1 == 0 && x >> 1 <= 1) && c.iter().any(|x| *x != 0))
        .collect();
    Automaton { len: states.len(), pass, touch, odd, steps, closed, blocks }
}

/// The table for this number of cross aisles (2 to [`MAX_CROSSES`]), built at first use.
pub fn automaton(crosses: usize) -> &'static Automaton {
    static TABLES: [OnceLock<Automaton>; MAX_CROSSES + 1] = [const { OnceLock::new() }; 6];
    TABLES[crosses].get_or_init(|| build(crosses, false))
}

/// The table for walks that begin and end at docks.
pub fn open_automaton(crosses: usize) -> &'static Automaton {
    static TABLES: [OnceLock<Automaton>; MAX_CROSSES + 1] = [const { OnceLock::new() }; 6];
    TABLES[crosses].get_or_init(|| build(crosses, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_block_has_the_states_of_ratliff_and_rosenthal() {
        // Their seven classes: (U,U,1C), (E,0,1C), (0,E,1C), (E,E,1C), (E,E,2C), (0,0,0C) and the
        // finished tour, which here is not a state of its own.
        assert_eq!(automaton(2).len, 6);
    }

    #[test]
    fn more_cross_aisles_have_more_states_but_stay_small() {
        let sizes: Vec<usize> = (2..=MAX_CROSSES).map(|c| automaton(c).len).collect();
        assert!(sizes.windows(2).all(|w| w[0] < w[1]), "{sizes:?}");
        assert!(sizes[3] < 1000, "{sizes:?}");
    }
}
