//! Elementary functions made of basic arithmetic only.
//!
//! The C library's `exp` and `ln` differ between machines in the last bit, and a last bit decides
//! now and then whether a customer takes a unit. These give the same bits everywhere, and the
//! compiler can put `exp` into vector registers.

const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Adding and subtracting it rounds to the nearest whole number without a call.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// The exponential function; relative error below 3e-13 for |x| up to 700, where it is cut off.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let shifted = x * std::f64::consts::LOG2_E + ROUNDER;
    let k = shifted - ROUNDER;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    // Taylor to degree 10: the remainder at |r| = ln(2) / 2 is below 3e-13.
    let mut sum = 1.0 / 3_628_800.0;
    for inverse in [
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        sum = sum * r + inverse;
    }
    // The low bits of the shifted number hold k; two's complement makes negative k work too.
    let exponent = shifted.to_bits().wrapping_add(1023) << 52;
    sum * f64::from_bits(exponent)
}

/// The natural logarithm of a positive normal number; relative error below 1e-14.
#[inline]
pub fn ln(x: f64) -> f64 {
    debug_assert!(x >= f64::MIN_POSITIVE);
    let bits = x.to_bits();
    // Split so that the mantissa lies around 1: in [sqrt(1/2), sqrt(2)).
    let exponent = (bits.wrapping_sub(0x3FE6_A09E_667F_3BCD) as i64) >> 52;
    let mantissa = f64::from_bits(bits.wrapping_sub((exponent << 52) as u64));
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let s2 = s * s;
    // Twice the area tangent; |s| < 0.1716, so ten terms reach the last bit.
    let mut sum = 0.0;
    for odd in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        sum = sum * s2 + 1.0 / odd;
    }
    let k = exponent as f64;
    k * LN_2_HIGH + (2.0 * s * sum + k * LN_2_LOW)
}

/// `base` to the power `exponent`, for a positive base.
#[inline]
pub fn pow(base: f64, exponent: f64) -> f64 {
    exp(exponent * ln(base))
}

/// The quantile of the standard normal distribution: algorithm AS 241, routine PPND16
/// (Wichura 1988), about 16 digits. `u` is cut off at 1e-300 from either end.
pub fn normal_quantile(u: f64) -> f64 {
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * ratio(
            r,
            [
                3.387_132_872_796_366_5,
                1.331_416_678_917_843_8e2,
                1.971_590_950_306_551_3e3,
                1.373_169_376_550_946e4,
                4.592_195_393_154_987e4,
                6.726_577_092_700_87e4,
                3.343_057_558_358_813e4,
                2.509_080_928_730_122_7e3,
            ],
            [
                4.231_333_070_160_091e1,
                6.871_870_074_920_579e2,
                5.394_196_021_424_751e3,
                2.121_379_430_158_659_7e4,
                3.930_789_580_009_271e4,
                2.872_908_573_572_194_3e4,
                5.226_495_278_852_545e3,
            ],
        );
    }
    let tail = if q < 0.0 { u } else { 1.0 - u };
    let r = (-ln(tail.max(1e-300))).sqrt();
    let z = if r <= 5.0 {
        ratio(
            r - 1.6,
            [
                1.423_437_110_749_683_5,
                4.630_337_846_156_546,
                5.769_497_221_460_691,
                3.647_848_324_763_204_5,
                1.270_458_252_452_368_4,
                2.417_807_251_774_506e-1,
                2.272_384_498_926_918_4e-2,
                7.745_450_142_783_414e-4,
            ],
            [
                2.053_191_626_637_759,
                1.676_384_830_183_803_8,
                6.897_673_349_851e-1,
                1.481_039_764_274_800_8e-1,
                1.519_866_656_361_645_7e-2,
                5.475_938_084_995_345e-4,
                1.050_750_071_644_416_9e-9,
            ],
        )
    } else {
        ratio(
            r - 5.0,
            [
                6.657_904_643_501_103,
                5.463_784_911_164_114,
                1.784_826_539_917_291_3,
                2.965_605_718_285_048_7e-1,
                2.653_218_952_657_612_4e-2,
                1.242_660_947_388_078_4e-3,
                2.711_555_568_743_487_6e-5,
                2.010_334_399_292_288_1e-7,
            ],
            [
                5.998_322_065_558_88e-1,
                1.369_298_809_227_358e-1,
                1.487_536_129_085_061_5e-2,
                7.868_691_311_456_133e-4,
                1.846_318_317_510_054_8e-5,
                1.421_511_758_316_446e-7,
                2.044_263_103_389_939_8e-15,
            ],
        )
    };
    if q < 0.0 {
        -z
    } else {
        z
    }
}

/// A polynomial of degree 7 over one of degree 7 whose constant is 1.
#[inline]
fn ratio(x: f64, above: [f64; 8], below: [f64; 7]) -> f64 {
    let numerator = above.iter().rev().fold(0.0, |sum, &c| sum * x + c);
    let denominator = below.iter().rev().fold(0.0, |sum, &c| sum * x + c) * x + 1.0;
    numerator / denominator
}

/// Logarithm of the gamma function for a positive argument (Stirling's series after shifting).
pub fn ln_gamma(x: f64) -> f64 {
    let mut shift = 0.0;
    let mut y = x;
    while y < 12.0 {
        shift += ln(y);
        y += 1.0;
    }
    let i = 1.0 / y;
    let i2 = i * i;
    let series = i
        * (1.0 / 12.0
            - i2 * (1.0 / 360.0 - i2 * (1.0 / 1260.0 - i2 * (1.0 / 1680.0 - i2 / 1188.0))));
    (y - 0.5) * ln(y) - y + 0.918_938_533_204_672_7 + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, tolerance: f64) -> bool {
        (a - b).abs() <= tolerance * b.abs().max(1e-12)
    }

    #[test]
    fn agree_with_the_standard_library() {
        for i in -4000..4000 {
            let x = f64::from(i) * 0.017;
            assert!(close(exp(x), x.exp(), 3e-13), "exp({x})");
            let y = x.exp();
            assert!((ln(y) - y.ln()).abs() <= 1e-14 * y.ln().abs() + 1e-15, "ln({y})");
        }
        assert!(close(pow(0.8, -1.5), 0.8_f64.powf(-1.5), 3e-13));
        assert_eq!(exp(0.0), 1.0);
    }

    /// Tabulated: the 97.5 % point, one in a million, and the middle.
    #[test]
    fn normal_quantiles_are_the_published_ones() {
        assert_eq!(normal_quantile(0.5), 0.0);
        assert!(close(normal_quantile(0.975), 1.959_963_984_540_054, 1e-14));
        assert!(close(normal_quantile(1e-6), -4.753_424_308_822_899, 1e-13));
        assert!(close(normal_quantile(1e-20), -9.262_340_089_798_408, 1e-13));
    }

    #[test]
    fn ln_gamma_of_whole_and_half_numbers() {
        assert!(close(ln_gamma(6.0), 120.0_f64.ln(), 1e-13));
        assert!(close(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln(), 1e-12));
        assert!(ln_gamma(1.0).abs() < 1e-13);
    }
}
