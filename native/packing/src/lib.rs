//! Packing in one, two and three dimensions.
//!
//! [`problem`] holds what is to be packed, validated; [`geometry`] boxes in space; [`spaces`] the
//! maximal empty spaces of a container; [`blocks`] items joined without waste; [`kit`] finds the
//! blocks that fit; [`fill`] fills one container, [`beam`] searches over such fills, [`mend`] packs parts of
//! the best again; [`rules`]
//! says who may rest on whom, with [`load`] as its memory.
#![forbid(unsafe_code)]

pub mod answer;
pub mod balance;
pub mod beam;
pub mod blocks;
pub mod bound;
pub mod cartons;
pub mod contact;
pub mod course;
pub mod cover;
pub mod cutting;
pub mod deck;
pub mod fewer;
pub mod fill;
pub mod geometry;
pub mod kit;
pub mod lengths;
pub mod load;
pub mod memory;
pub mod mend;
pub mod pallets;
pub mod perfect;
pub mod portfolio;
pub mod problem;
pub mod rules;
pub mod several;
pub mod singles;
pub mod slices;
pub mod solve;
pub mod spaces;
pub mod together;
