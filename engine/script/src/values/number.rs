//! Numbers: whole ones within 64 bits, decimals with their scale, and what is too long for both.

use std::str::FromStr;

use rhai::{Dynamic, INT};
use rust_decimal::Decimal;
use serde_json::Number;

/// A number of more than 28 digits. It passes through unchanged and refuses arithmetic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BigNumber(pub Box<str>);

/// A JSON number as scripts see it: an integer, a decimal with its scale (`1.10` stays `1.10`), or a [`BigNumber`].
pub(crate) fn from_json_number(number: &Number) -> Dynamic {
    parse(number.as_str())
}

fn parse(text: &str) -> Dynamic {
    if let Ok(int) = text.parse::<INT>() {
        return Dynamic::from_int(int);
    }
    match exact_decimal(text) {
        Some(decimal) => Dynamic::from_decimal(decimal),
        None => Dynamic::from(BigNumber(text.into())),
    }
}

/// `None` where a digit would be lost.
pub(crate) fn exact_decimal(text: &str) -> Option<Decimal> {
    if !text.contains(['e', 'E']) {
        return Decimal::from_str_exact(text).ok();
    }
    let (digits, exponent) = text.split_once(['e', 'E'])?;
    let exponent = i32::from_str(exponent.strip_prefix('+').unwrap_or(exponent)).ok()?;
    let digits = Decimal::from_str_exact(digits).ok()?;
    if digits.is_zero() {
        return Some(Decimal::ZERO);
    }
    let scale = i64::from(digits.scale()) - i64::from(exponent);
    if scale >= 0 {
        return Decimal::try_from_i128_with_scale(digits.mantissa(), u32::try_from(scale).ok()?).ok();
    }
    let factor = 10_i128.checked_pow(u32::try_from(-scale).ok()?)?;
    Decimal::try_from_i128_with_scale(digits.mantissa().checked_mul(factor)?, 0).ok()
}

/// A decimal as JSON, with the same digits.
pub(crate) fn json_number(decimal: Decimal) -> Number {
    Number::from_str(&decimal.to_string()).expect("a decimal prints as a JSON number")
}

impl BigNumber {
    pub fn to_json(&self) -> Number {
        Number::from_str(&self.0).expect("it was read from a JSON number")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_scale() {
        for (text, same) in [
            ("0", "0"),
            ("-7", "-7"),
            ("1.10", "1.10"),
            ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9223372036854775808"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
            ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
            ("1e3", "1000"),
            ("1.50E-2", "0.0150"),
            ("2.5e+1", "25"),
        ] {
            let number = Number::from_str(text).expect("a number");
            let dynamic = from_json_number(&number);
            assert_eq!(dynamic.to_string(), same, "{text}");
        }
        assert!(from_json_number(&Number::from_str("1e400").expect("a number")).is::<BigNumber>());
        let long = "0.12345678901234567890123456789012345";
        assert!(from_json_number(&Number::from_str(long).expect("a number")).is::<BigNumber>());
    }
}
