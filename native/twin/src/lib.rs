//! The dense steps of the digital twin: one pass over all store x product cells.
#![forbid(unsafe_code)]
