//! The two kinds of exact whole numbers that the tables are kept in.

use std::ops::{Add, AddAssign, Mul, Sub, SubAssign};

/// A float that holds whole numbers exactly up to [`Number::EXACT`].
///
/// Floats instead of integers because their multiplications vectorise on every x86-64; the narrow
/// kind is taken where the instance's numbers allow it, for twice the width.
pub trait Number:
    Copy
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + AddAssign
    + SubAssign
    + Send
    + Sync
{
    /// Zero.
    const ZERO: Self;
    /// Two.
    const TWO: Self;
    /// Larger than every value of a table.
    const MAX: Self;
    /// Whole numbers below this are exact.
    const EXACT: i128;
    /// From a whole number below [`Number::EXACT`].
    fn from_whole(value: i64) -> Self;
    /// Back to a whole number.
    fn to_whole(self) -> i64;
}

macro_rules! number {
    ($kind:ty, $bits:expr) => {
        impl Number for $kind {
            const ZERO: Self = 0.0;
            const TWO: Self = 2.0;
            const MAX: Self = <$kind>::MAX;
            const EXACT: i128 = 1 << $bits;
            #[inline]
            fn from_whole(value: i64) -> Self {
                value as Self
            }
            #[inline]
            fn to_whole(self) -> i64 {
                self as i64
            }
        }
    };
}

number!(f32, 24);
number!(f64, 53);
