//! Full-width multiplication and division of raw fixed-point integers.
//!
//! `multiply_*(a, b, f)` is `floor(a * b / 2^f)`, saturating. `divide_*(a, b, f)` is `a * 2^f / b` truncated towards
//! zero, or `None` for a zero divisor or a quotient that does not fit. `f` is the number of fraction bits, 32 or 64.

/// Product of 64-bit raw integers; the intermediate fits 128 bits.
#[inline]
pub(super) const fn multiply_i64(a: i64, b: i64, fraction: u32) -> i64 {
    let product = (a as i128 * b as i128) >> fraction;
    if product as i64 as i128 == product {
        product as i64
    } else if product < 0 {
        i64::MIN
    } else {
        i64::MAX
    }
}

/// Quotient of 64-bit raw integers; the intermediate fits 128 bits.
#[inline]
pub(super) const fn divide_i64(a: i64, b: i64, fraction: u32) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let quotient = ((a as i128) << fraction) / b as i128;
    if quotient as i64 as i128 == quotient { Some(quotient as i64) } else { None }
}

/// Product of signed 128-bit raw integers over a 256-bit intermediate.
pub(super) const fn multiply_signed(a: i128, b: i128, fraction: u32) -> i128 {
    let (low, high) = product(a.unsigned_abs(), b.unsigned_abs());
    let negative = (a < 0) != (b < 0);
    // Towards minus infinity: a negative product loses one more unit when the shift drops anything.
    let dropped = low & ((1 << fraction) - 1) != 0;
    let (magnitude, carried) =
        shifted_right(low, high, fraction).overflowing_add((negative && dropped) as u128);
    if high >> fraction != 0 || carried {
        return if negative { i128::MIN } else { i128::MAX };
    }
    with_sign(magnitude, negative, if negative { i128::MIN } else { i128::MAX })
}

/// Product of unsigned 128-bit raw integers over a 256-bit intermediate.
pub(super) const fn multiply_unsigned(a: u128, b: u128, fraction: u32) -> u128 {
    let (low, high) = product(a, b);
    if high >> fraction != 0 { u128::MAX } else { shifted_right(low, high, fraction) }
}

/// `a * b` as `(low, high)` halves of 256 bits: schoolbook multiplication in base 2^64.
const fn product(a: u128, b: u128) -> (u128, u128) {
    const MASK: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & MASK, b >> 64, b & MASK);
    let (low, middle) = (a0 * b0, a1 * b0);
    // Neither sum can overflow: (2^64 - 1)^2 + 2 * (2^64 - 1) = 2^128 - 1.
    let middle_low = a0 * b1 + (middle & MASK) + (low >> 64);
    let high = a1 * b1 + (middle >> 64) + (middle_low >> 64);
    ((middle_low << 64) | (low & MASK), high)
}

/// The low 128 bits of `(high * 2^128 + low) / 2^fraction`.
const fn shifted_right(low: u128, high: u128, fraction: u32) -> u128 {
    (low >> fraction) | (high << (128 - fraction))
}

/// `magnitude` with a sign, or `otherwise` when it does not fit.
const fn with_sign(magnitude: u128, negative: bool, otherwise: i128) -> i128 {
    if magnitude <= i128::MAX as u128 {
        if negative { -(magnitude as i128) } else { magnitude as i128 }
    } else if negative && magnitude == i128::MIN.unsigned_abs() {
        i128::MIN
    } else {
        otherwise
    }
}

/// Quotient of signed 128-bit raw integers over an intermediate of up to 192 bits.
pub(super) const fn divide_signed(a: i128, b: i128, fraction: u32) -> Option<i128> {
    let Some(magnitude) = divide_unsigned(a.unsigned_abs(), b.unsigned_abs(), fraction) else { return None };
    let negative = (a < 0) != (b < 0);
    if magnitude <= i128::MAX as u128 || (negative && magnitude == i128::MIN.unsigned_abs()) {
        Some(with_sign(magnitude, negative, i128::MIN))
    } else {
        None
    }
}

/// Quotient of unsigned 128-bit raw integers over an intermediate of up to 192 bits.
pub(super) const fn divide_unsigned(a: u128, b: u128, fraction: u32) -> Option<u128> {
    if b == 0 {
        return None;
    }
    let whole = a / b;
    if whole >> (128 - fraction) != 0 {
        return None;
    }
    // floor(floor(r * 2^64 / b) / 2^(64 - f)) = floor(r * 2^f / b): one 64-bit digit serves both widths.
    let digit = next_digit(a % b, b) >> (64 - fraction);
    Some((whole << fraction) | digit as u128)
}

/// `floor(remainder * 2^64 / divisor)` for `remainder < divisor`: one step of long division in base 2^64 (Knuth, The
/// Art of Computer Programming, volume 2, section 4.3.1, algorithm D with a divisor of two digits).
const fn next_digit(remainder: u128, divisor: u128) -> u64 {
    let shift = divisor.leading_zeros();
    let (remainder, divisor) = (remainder << shift, divisor << shift);
    let (high, low) = (divisor >> 64, divisor & u64::MAX as u128);
    let mut digit = remainder / high;
    if digit > u64::MAX as u128 {
        digit = u64::MAX as u128;
    }
    let mut rest = remainder - digit * high;
    // At most two corrections: the leading digit of the divisor alone overestimates by no more.
    while rest >> 64 == 0 && digit * low > rest << 64 {
        digit -= 1;
        rest += high;
    }
    digit as u64
}
