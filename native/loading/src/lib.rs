//! Load ordering: last in first out by stop, axle loads, doors and docks.
#![forbid(unsafe_code)]
