//! Logarithm and exponential from additions and multiplications alone.
//!
//! The ones of the standard library come from the system and may differ in the last bit from one machine to the next.
//! Two devices must show the same groups and the same scores, so these are written out.

const LN_2: f64 = std::f64::consts::LN_2;
/// Terms of the series: the error is below the last bit of an `f32` with room to spare.
const TERMS: u32 = 12;

/// The natural logarithm; zero for everything that has none.
pub fn ln(x: f64) -> f64 {
    if !x.is_finite() || x <= 0.0 {
        return 0.0;
    }
    let (mut mantissa, mut exponent) = (x, 0.0);
    while mantissa > 1.5 {
        mantissa *= 0.5;
        exponent += 1.0;
    }
    while mantissa < 0.75 {
        mantissa *= 2.0;
        exponent -= 1.0;
    }
    // ln m = 2 artanh((m - 1) / (m + 1)); the argument lies between -1/7 and 1/5.
    let y = (mantissa - 1.0) / (mantissa + 1.0);
    let square = y * y;
    let (mut power, mut sum) = (y, 0.0);
    for term in 0..TERMS {
        sum += power / f64::from(2 * term + 1);
        power *= square;
    }
    2.0 * sum + exponent * LN_2
}

/// e to the power of `x`, with `x` held between -40 and 40.
pub fn exp(x: f64) -> f64 {
    let x = if x.is_nan() { 0.0 } else { x.clamp(-40.0, 40.0) };
    // e^x = (e^(x/64))^64: the series is short where its argument is small.
    let small = x / 64.0;
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 1..=TERMS {
        term *= small / f64::from(n);
        sum += term;
    }
    for _ in 0..6 {
        sum *= sum;
    }
    sum
}

/// The logistic function: any number to one between 0 and 1.
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_the_standard_library() {
        for x in [1e-9, 0.1, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 77.0, 50_000.0, 1e12] {
            assert!((ln(x) - f64::ln(x)).abs() < 1e-9, "ln {x}: {}", ln(x));
        }
        for x in [-40.0, -3.0, -0.1, 0.0, 0.1, 1.0, 10.0, 40.0] {
            assert!((exp(x) / f64::exp(x) - 1.0).abs() < 1e-9, "exp {x}: {}", exp(x));
        }
        assert_eq!((ln(0.0), ln(-1.0), ln(f64::NAN)), (0.0, 0.0, 0.0));
        assert!((logistic(0.0) - 0.5).abs() < 1e-12);
    }
}
