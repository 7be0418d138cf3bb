//! Vehicle routing: plan, and re-plan, trips that serve stops.
#![forbid(unsafe_code)]
