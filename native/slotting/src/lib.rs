//! Storage assignment, picker routes and shelf space.
#![forbid(unsafe_code)]
