//! From one slotting to another: which products move, in which order, as far as labour allows.
//!
//! A product can move once its new slot is empty. Following who stands where somebody wants to go
//! gives chains, which end at an empty slot and are moved from that end, and rings, which need one more
//! slot for a while. Of a chain the beginning alone may be worth its work: it is cut into pieces of
//! falling saving a move (as jobs in a chain are, Horn 1972), so that the pieces of all chains, the best
//! first, never break an order.

use crate::assignment::NOWHERE;

/// Products that move together, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Products in the order in which they move.
    pub products: Vec<u32>,
    /// Whether the first one must step aside first, and moves twice.
    pub ring: bool,
    /// What is saved when all of them have moved.
    pub saving: i64,
}

impl Piece {
    /// Moves that it takes.
    pub fn moves(&self) -> usize {
        self.products.len() + usize::from(self.ring)
    }
}

/// Cut a chain where the saving a move falls.
fn cut(chain: &[u32], saving: &[i64], out: &mut Vec<Piece>) {
    // Pieces on a stack; a later one that saves more a move joins the one before it.
    let from = out.len();
    for &p in chain {
        let mut piece = Piece { products: vec![p], ring: false, saving: saving[p as usize] };
        while out.len() > from {
            let before = &out[out.len() - 1];
            let more = i128::from(piece.saving) * before.moves() as i128
                > i128::from(before.saving) * piece.moves() as i128;
            if !more {
                break;
            }
            let Some(mut joined) = out.pop() else { break };
            joined.products.append(&mut piece.products);
            joined.saving += piece.saving;
            piece = joined;
        }
        out.push(piece);
    }
}

/// Pieces that save something, by falling saving a move.
///
/// Both slottings give a slot or [`NOWHERE`] for each product; no slot is given twice. `saving` is
/// what each product's own move saves.
pub fn pieces(slots: usize, before: &[u32], after: &[u32], saving: &[i64]) -> Vec<Piece> {
    let mut holder = vec![NOWHERE; slots];
    for (i, &s) in before.iter().enumerate().filter(|(_, &s)| s != NOWHERE) {
        holder[s as usize] = i as u32;
    }
    let moves = |i: usize| after[i] != NOWHERE && after[i] != before[i];
    // Who waits for the slot in which a product stands now.
    let mut waits = vec![NOWHERE; before.len()];
    for i in (0..before.len()).filter(|&i| moves(i)) {
        let there = holder[after[i] as usize];
        if there != NOWHERE {
            waits[there as usize] = i as u32;
        }
    }
    let mut done = vec![false; before.len()];
    let mut found = Vec::new();
    let follow = |first: usize, done: &mut Vec<bool>| {
        let mut row = Vec::new();
        let mut at = first as u32;
        while at != NOWHERE && !done[at as usize] {
            done[at as usize] = true;
            row.push(at);
            at = waits[at as usize];
        }
        row
    };
    // Chains begin with a product whose new slot is empty.
    for i in 0..before.len() {
        if moves(i) && holder[after[i] as usize] == NOWHERE {
            let chain = follow(i, &mut done);
            cut(&chain, saving, &mut found);
        }
    }
    // A product that stays where others want to go blocks them; what is left besides are rings.
    for i in 0..before.len() {
        if before[i] != NOWHERE && !moves(i) && !done[i] {
            follow(i, &mut done);
        }
    }
    for i in 0..before.len() {
        if moves(i) && !done[i] {
            let mut ring = follow(i, &mut done);
            // The first steps aside, those who wait for its slot and so on move up, then it moves.
            let first = ring.remove(0);
            ring.push(first);
            let sum = ring.iter().map(|&p| saving[p as usize]).sum();
            found.push(Piece { products: ring, ring: true, saving: sum });
        }
    }
    found.retain(|p| p.saving > 0);
    // Stable: pieces of one chain stay in order.
    found.sort_by(|a, b| {
        let (x, y) =
            (i128::from(a.saving) * b.moves() as i128, i128::from(b.saving) * a.moves() as i128);
        y.cmp(&x)
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_chain_moves_from_its_empty_end_and_is_cut_where_it_pays_less() {
        // 0 -> slot 3 (empty), 1 -> slot of 0, 2 -> slot of 1.
        let found = pieces(4, &[0, 1, 2], &[3, 0, 1], &[5, 9, 1]);
        // 5 alone is 5 a move, 5 and 9 are 7 a move: they belong together.
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].products.as_slice(), found[0].saving), (&[0, 1][..], 14));
        assert_eq!((found[1].products.as_slice(), found[1].saving), (&[2][..], 1));
    }

    #[test]
    fn a_ring_takes_one_move_more() {
        let found = pieces(2, &[0, 1], &[1, 0], &[4, 2]);
        assert_eq!(found.len(), 1);
        assert!(found[0].ring);
        assert_eq!(found[0].moves(), 3);
        assert_eq!(found[0].saving, 6);
    }

    #[test]
    fn who_waits_for_one_that_stays_does_not_move() {
        // 1 wants the slot of 0, but 0 has no new slot.
        assert!(pieces(3, &[0, 1], &[NOWHERE, 0], &[0, 9]).is_empty());
    }

    proptest! {
        #[test]
        fn every_order_can_be_carried_out(
            n in 1_usize..12,
            keys in prop::collection::vec((any::<u32>(), any::<u32>(), -9_i64..20), 12),
        ) {
            let slots = n + 3;
            let mut one: Vec<u32> = (0..slots as u32).collect();
            let mut two = one.clone();
            one.sort_by_key(|&s| keys[s as usize % 12].0.rotate_left(s));
            two.sort_by_key(|&s| keys[s as usize % 12].1.rotate_left(s));
            let (before, after) = (&one[..n], &two[..n]);
            let saving: Vec<i64> = keys[..n].iter().map(|k| k.2).collect();
            let mut holder = vec![NOWHERE; slots];
            before.iter().enumerate().for_each(|(i, &s)| holder[s as usize] = i as u32);
            let mut at = before.to_vec();
            let mut last = f64::INFINITY;
            for piece in pieces(slots, before, after, &saving) {
                let rate = piece.saving as f64 / piece.moves() as f64;
                prop_assert!(rate <= last + 1e-9);
                last = rate;
                let aside = if piece.ring { piece.products.last().copied() } else { None };
                if let Some(p) = aside {
                    holder[at[p as usize] as usize] = NOWHERE;
                }
                for &p in &piece.products {
                    if Some(p) != aside {
                        holder[at[p as usize] as usize] = NOWHERE;
                    }
                    let to = after[p as usize];
                    prop_assert_eq!(holder[to as usize], NOWHERE);
                    holder[to as usize] = p;
                    at[p as usize] = to;
                }
            }
        }
    }
}
