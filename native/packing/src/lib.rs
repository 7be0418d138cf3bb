//! Packing in one, two and three dimensions.
#![forbid(unsafe_code)]

pub mod geometry;
