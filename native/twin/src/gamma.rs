//! Gamma distributed multipliers with mean 1, by a table of quantiles.
//!
//! A Poisson count whose mean is multiplied by such a number with shape `1 / dispersion` is negative
//! binomial with variance `mean + dispersion * mean^2` (Greenwood and Yule 1920). The twin draws one
//! multiplier a cell and day, so that the parts of a day share it, as they do in a shop.
//!
//! The table is fine where the quantile bends: either tail is cut into octaves of its probability,
//! each octave into equal steps; between nodes it is linear. The result is scaled to mean 1 exactly;
//! the variance is within 0.5 % (see the test). Beyond 2^-25 on either side it is flat.

use crate::math::{exp, ln, ln_gamma, normal_quantile};

const OCTAVES: usize = 24;
const STEPS: usize = 16;
const SIDE: usize = OCTAVES * (STEPS + 1);

/// Quantiles of one gamma law with mean 1.
#[derive(Clone, Debug)]
pub struct Multiplier {
    nodes: Vec<f32>,
}

impl Multiplier {
    /// The table for a law with this variance (and mean 1); 0 gives the constant 1.
    pub fn new(dispersion: f64) -> Self {
        let shape = 1.0 / dispersion.max(1e-6);
        let mut nodes = vec![1.0_f64; 2 * SIDE];
        if dispersion > 1e-6 {
            for octave in 0..OCTAVES {
                for step in 0..=STEPS {
                    let tail = (1.0 + step as f64 / STEPS as f64) / (1_u64 << (octave + 2)) as f64;
                    let at = octave * (STEPS + 1) + step;
                    nodes[at] = lower_quantile(shape, tail) / shape;
                    nodes[SIDE + at] = upper_quantile(shape, tail) / shape;
                }
            }
        }
        let mean = integral(&nodes);
        Self { nodes: nodes.iter().map(|x| (x / mean) as f32).collect() }
    }

    /// The multiplier of a uniform given by 32 random bits.
    #[inline]
    pub fn at(&self, bits: u32) -> f32 {
        let upper = bits >> 31 == 1;
        let tail = if upper { !bits } else { bits };
        // The top bit of `tail` is clear: octave 0 is a probability in [1/4, 1/2).
        let tail = tail << 1 | 1;
        let octave = (tail.leading_zeros() as usize).min(OCTAVES);
        let base = if upper { SIDE } else { 0 };
        if octave == OCTAVES {
            return self.nodes[base + SIDE - STEPS - 1];
        }
        let within = (tail << (octave + 1)) as f32 * (STEPS as f32 / 4_294_967_296.0);
        let step = (within as usize).min(STEPS - 1);
        let at = base + octave * (STEPS + 1) + step;
        let (a, b) = (self.nodes[at], self.nodes[at + 1]);
        a + (b - a) * (within - step as f32)
    }
}

/// Mean of the piecewise linear quantile function.
fn integral(nodes: &[f64]) -> f64 {
    let mut sum = 0.0;
    for side in 0..2 {
        for octave in 0..OCTAVES {
            let width = 1.0 / ((1_u64 << (octave + 2)) as f64 * STEPS as f64);
            for step in 0..STEPS {
                let at = side * SIDE + octave * (STEPS + 1) + step;
                sum += 0.5 * (nodes[at] + nodes[at + 1]) * width;
            }
        }
        let flat = nodes[side * SIDE + SIDE - STEPS - 1];
        sum += flat / (1_u64 << (OCTAVES + 1)) as f64;
    }
    sum
}

/// `x` with lower tail probability `p`.
fn lower_quantile(shape: f64, p: f64) -> f64 {
    newton(shape, start(shape, p, normal_quantile(p)), |below, _| below - p)
}

/// `x` with upper tail probability `p`.
fn upper_quantile(shape: f64, p: f64) -> f64 {
    newton(shape, start(shape, 1.0 - p, -normal_quantile(p)), |_, above| p - above)
}

/// First guess: Wilson and Hilferty 1931, or the power law of the lower end.
fn start(shape: f64, p: f64, z: f64) -> f64 {
    let c = 1.0 / (9.0 * shape);
    let root = 1.0 - c + z * c.sqrt();
    let guess = shape * root * root * root;
    if root > 0.3 && shape > 0.5 {
        guess
    } else {
        exp((ln(p) + ln_gamma(shape + 1.0)) / shape)
    }
}

/// Newton's method on the logarithm of `x`, which keeps it positive.
fn newton(shape: f64, guess: f64, miss: impl Fn(f64, f64) -> f64) -> f64 {
    let norm = ln_gamma(shape);
    let mut y = ln(guess.max(1e-300));
    for _ in 0..60 {
        let x = exp(y);
        let (below, above) = tails(shape, x, norm);
        let density = exp(shape * y - x - norm);
        if density <= 0.0 {
            break;
        }
        let step = (miss(below, above) / density).clamp(-1.0, 1.0);
        y -= step;
        if step.abs() < 1e-11 || y < -690.0 {
            break;
        }
    }
    exp(y.max(-690.0))
}

/// Lower and upper regularised incomplete gamma function: series below the mean, Lentz's continued
/// fraction above it (Press et al. 2007, section 6.2).
fn tails(shape: f64, x: f64, norm: f64) -> (f64, f64) {
    let front = exp(shape * ln(x.max(1e-300)) - x - norm);
    if x < shape + 1.0 {
        let mut term = 1.0 / shape;
        let mut sum = term;
        let mut a = shape;
        for _ in 0..100_000 {
            a += 1.0;
            term *= x / a;
            sum += term;
            if term < sum * 1e-15 {
                break;
            }
        }
        let below = (front * sum).min(1.0);
        (below, 1.0 - below)
    } else {
        let mut b = x + 1.0 - shape;
        let mut c = 1e300;
        let mut d = 1.0 / b;
        let mut h = d;
        for i in 1..100_000 {
            let i = f64::from(i);
            let a = -i * (i - shape);
            b += 2.0;
            d = 1.0 / nonzero(a * d + b);
            c = nonzero(b + a / c);
            let factor = c * d;
            h *= factor;
            if (factor - 1.0).abs() < 1e-15 {
                break;
            }
        }
        let above = (front * h).min(1.0);
        (1.0 - above, above)
    }
}

fn nonzero(x: f64) -> f64 {
    if x.abs() < 1e-300 {
        1e-300
    } else {
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An exponential law has quantile -ln(1 - u) in closed form.
    #[test]
    fn shape_one_is_the_exponential_law() {
        for p in [1e-7, 0.01, 0.3, 0.5] {
            assert!((lower_quantile(1.0, p) / -(1.0 - p).ln() - 1.0).abs() < 1e-8, "{p}");
            assert!((upper_quantile(1.0, p) / -p.ln() - 1.0).abs() < 1e-9, "{p}");
        }
    }

    /// The middle half of the table, where no tail is cut off, against the exponential law.
    #[test]
    fn the_table_interpolates_the_law() {
        let table = Multiplier::new(1.0);
        for i in 1..100 {
            let u = f64::from(i) / 100.0;
            let found = f64::from(table.at((u * 4_294_967_296.0) as u32));
            assert!((found - -(1.0 - u).ln()).abs() < 2e-3, "u {u}: {found}");
        }
    }

    /// Mean 1 and the variance asked for, over an even grid of uniforms.
    #[test]
    fn mean_and_variance_are_those_asked_for() {
        for dispersion in [0.0, 0.01, 0.1, 0.5, 1.0, 2.0, 5.0] {
            let table = Multiplier::new(dispersion);
            let n = 1 << 22;
            let (mut sum, mut squares) = (0.0, 0.0);
            for i in 0..n {
                let x = f64::from(table.at((i << 10) + 512));
                sum += x;
                squares += x * x;
            }
            let mean = sum / f64::from(n);
            let variance = squares / f64::from(n) - mean * mean;
            assert!((mean - 1.0).abs() < 1e-4, "dispersion {dispersion}: mean {mean}");
            assert!(
                (variance - dispersion).abs() <= 0.005 * dispersion + 1e-9,
                "dispersion {dispersion}: variance {variance}"
            );
        }
    }

    #[test]
    fn quantiles_rise() {
        let table = Multiplier::new(0.4);
        let mut last = 0.0;
        for bits in (0..u32::MAX).step_by(40_001) {
            let x = table.at(bits);
            assert!(x >= last);
            last = x;
        }
    }
}
