//! The power function of the pool, exact to the last unit: `floor(10^18 * (a / b)^(p / q))`.
//!
//! Every swap rests on it, and every node must get the same integer, so there are no floats and no "close enough":
//! - equal operands, equal exponent parts and an exponent of zero have closed forms;
//! - everything else is evaluated as `exp((p / q) * ln(a / b))` in wide fixed point, with an error bound. When the
//!   interval around the result holds no integer, its floor is proven. That is so for all but about one input in 2^90;
//! - the one case where no precision is enough is a result that *is* an integer. It is recognised by arithmetic
//!   on whole numbers ([`Power::is_exactly`]); what is neither goes to a second evaluation with 1,120 fraction bits,
//!   more than the public network uses anywhere.
//!
//! From pools.md section 3. The domain is that of the pool: both weights between 0.01 and 0.99, so the exponent is
//! at most 99. Larger exponents would need a wider error bound. Results are capped at 2^64 - 1, the cap of pools.md
//! section 6.

use ruint::Uint;
use ruint::aliases::U256;

/// The scale of results and of pool weights: 10^18 stands for 1.
pub(super) const SCALE: u64 = 1_000_000_000_000_000_000;

/// Above this exponent a shrinking power is under 10^-18: `e^-42 * 10^18 = 0.57`.
const VANISHES: u64 = 42;

/// Above this exponent a growing power exceeds the cap: `e^3 * 10^18 > 2^64`.
const EXCEEDS: u64 = 3;

/// `floor(10^18 * (a / b)^(p / q))`, at most 2^64 - 1. None when `b` or `q` is zero (unless `a` is: then 0).
pub(super) fn scaled_power(a: u128, b: u128, p: u64, q: u64) -> Option<u64> {
    if a == 0 {
        return Some(0);
    }
    if b == 0 || q == 0 {
        return None;
    }
    if a == b || p == 0 {
        return Some(SCALE);
    }
    if p == q {
        return Some(scaled_ratio(a, b));
    }
    let power = Power::reduced(a, b, p, q);
    let floor = power.evaluate::<448, 7>().or_else(|candidate| match power.is_exactly(candidate) {
        true => Ok(candidate),
        false => power.evaluate::<2304, 36>(),
    });
    // The second evaluation is inconclusive only within 2^-1000 of an integer that it is not: its upper bound is
    // then as good a definition as any, and the same on every machine.
    Some(floor.unwrap_or_else(|candidate| candidate))
}

/// `floor(10^18 * a / b)` for `b != 0`, at most 2^64 - 1.
fn scaled_ratio(a: u128, b: u128) -> u64 {
    (U256::from(a) * U256::from(SCALE) / U256::from(b)).saturating_to()
}

/// A power with base and exponent in lowest terms, neither of them 1.
struct Power {
    a: u128,
    b: u128,
    p: u64,
    q: u64,
}

impl Power {
    fn reduced(a: u128, b: u128, p: u64, q: u64) -> Self {
        let base = gcd(a, b);
        let exponent = gcd(p.into(), q.into());
        let part = |x: u64| (u128::from(x) / exponent) as u64;
        Self { a: a / base, b: b / base, p: part(p), q: part(q) }
    }

    /// The floor when the error bound proves it, else the larger of the two integers it could be.
    fn evaluate<const BITS: usize, const LIMBS: usize>(&self) -> Result<u64, u64> {
        let grows = self.a > self.b;
        let (large, small) = if grows { (self.a, self.b) } else { (self.b, self.a) };
        let exponent = ln_ratio::<BITS, LIMBS>(large, small) * Uint::from(self.p) / Uint::from(self.q);
        let one = one::<BITS, LIMBS>();
        if grows && exponent > one * Uint::from(EXCEEDS) {
            return Ok(u64::MAX);
        }
        if !grows && exponent > one * Uint::from(VANISHES) {
            return Ok(0);
        }
        let inverse = exp_negative(exponent);
        let (least, most) = (inverse.saturating_sub(error_bound()), inverse + error_bound());
        let scale = Uint::<BITS, LIMBS>::from(SCALE);
        let (low, high) = match grows {
            true => ((scale << fraction(BITS)) / most, (scale << fraction(BITS)) / least),
            false => ((scale * least) >> fraction(BITS), (scale * most) >> fraction(BITS)),
        };
        let (low, high) = (low.saturating_to(), high.saturating_to());
        if low == high { Ok(low) } else { Err(high) }
    }

    /// Whether `10^18 * (a / b)^(p / q)` equals `candidate`.
    ///
    /// With `candidate / 10^18 = n / d` in lowest terms this says `a^p * d^q = n^q * b^p`, and since both fractions
    /// are reduced and `p` and `q` have no common factor: `a = g^q, n = g^p` and `b = h^q, d = h^p` for whole `g, h`.
    fn is_exactly(&self, candidate: u64) -> bool {
        let common = gcd(candidate.into(), SCALE.into());
        let (n, d) = (u128::from(candidate) / common, u128::from(SCALE) / common);
        let matches = |x: u128, y: u128| {
            exact_root(x, self.q).is_some_and(|root| checked_power(root, self.p) == Some(y))
        };
        matches(self.a, n) && matches(self.b, d)
    }
}

/// Fraction bits of a workspace of `bits` bits: products of two numbers below 2^32 fit.
const fn fraction(bits: usize) -> usize {
    bits / 2 - 32
}

/// The number 1.
fn one<const BITS: usize, const LIMBS: usize>() -> Uint<BITS, LIMBS> {
    Uint::ONE << fraction(BITS)
}

fn multiply<const BITS: usize, const LIMBS: usize>(
    x: Uint<BITS, LIMBS>,
    y: Uint<BITS, LIMBS>,
) -> Uint<BITS, LIMBS> {
    (x * y) >> fraction(BITS)
}

/// A bound on the error of [`exp_negative`] of an exponent made by [`ln_ratio`], in units of the last place.
///
/// At 1,120 fraction bits a logarithm sums under 2^8 terms, each off by at most 4 units, and adds at most 128
/// times a second one: under 2^18. Times an exponent of at most 99: under 2^25, which the exponential does not
/// enlarge. Its own series is off by under 2^9 and at most 14 squarings each double that and add one: under 2^24.
/// The rest up to 2^32 is margin.
fn error_bound<const BITS: usize, const LIMBS: usize>() -> Uint<BITS, LIMBS> {
    Uint::ONE << 32
}

/// `ln(large / small)` for `large > small > 0`, from `large / small = 2^k * m` with `m` near 1.
fn ln_ratio<const BITS: usize, const LIMBS: usize>(large: u128, small: u128) -> Uint<BITS, LIMBS> {
    type N<const B: usize, const L: usize> = Uint<B, L>;
    let large_wide = N::<BITS, LIMBS>::from(large);
    let mut twos = (small.leading_zeros() - large.leading_zeros()) as usize;
    let scaled = |twos: usize| N::<BITS, LIMBS>::from(small) << twos;
    // Keep m between 0.7 and 1.4, where the series gains five bits a term.
    let (five, seven, ten) = (Uint::from(5), Uint::from(7), Uint::from(10));
    if large_wide * five > scaled(twos) * seven {
        twos += 1;
    } else if large_wide * ten < scaled(twos) * seven {
        twos -= 1;
    }
    let scaled = scaled(twos);
    let quotient = |difference: Uint<BITS, LIMBS>| (difference << fraction(BITS)) / (large_wide + scaled);
    let twos_part = if twos == 0 { Uint::ZERO } else { ln_two() * Uint::from(twos) };
    match large_wide >= scaled {
        true => twos_part + double(atanh(quotient(large_wide - scaled))),
        false => twos_part - double(atanh(quotient(scaled - large_wide))),
    }
}

/// `ln 2 = 2 atanh(1/3)`.
fn ln_two<const BITS: usize, const LIMBS: usize>() -> Uint<BITS, LIMBS> {
    double(atanh(one() / Uint::from(3)))
}

fn double<const BITS: usize, const LIMBS: usize>(x: Uint<BITS, LIMBS>) -> Uint<BITS, LIMBS> {
    x << 1
}

/// `z + z^3/3 + z^5/5 + ...` until a term vanishes, for `z` of at most 1/3.
fn atanh<const BITS: usize, const LIMBS: usize>(z: Uint<BITS, LIMBS>) -> Uint<BITS, LIMBS> {
    let square = multiply(z, z);
    let (mut power, mut sum, mut odd) = (z, z, 1u64);
    while !power.is_zero() {
        power = multiply(power, square);
        odd += 2;
        sum += power / Uint::from(odd);
    }
    sum
}

/// `e^-x`: the series for `x / 2^s < 2^-8`, then `s` squarings.
fn exp_negative<const BITS: usize, const LIMBS: usize>(x: Uint<BITS, LIMBS>) -> Uint<BITS, LIMBS> {
    let squarings = x.bit_len().saturating_sub(fraction(BITS) - 8);
    let small = x >> squarings;
    let (mut term, mut sum, mut index) = (one(), one(), 0u64);
    while !term.is_zero() {
        index += 1;
        term = multiply(term, small) / Uint::from(index);
        sum = if index % 2 == 1 { sum - term } else { sum + term };
    }
    (0..squarings).fold(sum, |power, _| multiply(power, power))
}

/// Euclid's greatest common divisor of two numbers that are not both zero.
fn gcd(mut x: u128, mut y: u128) -> u128 {
    while y != 0 {
        (x, y) = (y, x % y);
    }
    x
}

/// The whole number whose `degree`-th power is `x >= 1`, if there is one.
fn exact_root(x: u128, degree: u64) -> Option<u128> {
    let (mut low, mut high) = (1u128, x);
    while low < high {
        let middle = low + (high - low) / 2;
        match checked_power(middle, degree) {
            Some(power) if power < x => low = middle + 1,
            _ => high = middle,
        }
    }
    (checked_power(low, degree) == Some(x)).then_some(low)
}

fn checked_power(root: u128, degree: u64) -> Option<u128> {
    match root {
        0 | 1 => Some(root),
        _ => root.checked_pow(degree.try_into().ok()?),
    }
}

#[cfg(test)]
mod tests;
