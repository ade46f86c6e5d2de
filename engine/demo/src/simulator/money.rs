//! Amounts of money as the simulators keep and write them: cents inside, a decimal text outside, never a float.

use serde_json::Value;

/// Cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Money(pub i64);

/// The largest amount that is taken: a hundred thousand million.
const MOST: i64 = 100_000_000_000;

impl Money {
    pub fn dollars(dollars: i64) -> Self {
        Self(dollars.saturating_mul(100))
    }

    /// `"1234"`, `"1234.5"` or `"1234.50"`; a whole JSON number too.
    pub fn read(value: &Value) -> Option<Self> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || cents.len() > 2 || !(cents.is_empty() || digits(cents)) {
            return None;
        }
        let whole: i64 = whole.parse().ok().filter(|whole| *whole <= MOST)?;
        let cents: i64 = format!("{cents:0<2}").parse().ok()?;
        Some(Self(whole * 100 + cents))
    }

    /// Of a record of ours; nothing where it holds none.
    pub fn of(record: &Value, name: &str) -> Self {
        Self::read(&record[name]).unwrap_or_default()
    }

    pub fn times(self, quantity: i64) -> Self {
        Self(self.0.saturating_mul(quantity))
    }

    /// 5 % of it, to the dollar.
    pub fn tax(self) -> Self {
        Self::dollars((self.0.saturating_mul(5) / 100 + 50) / 100)
    }

    pub fn value(self) -> Value {
        Value::String(self.to_string())
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }
}

impl std::ops::Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), |sum, amount| sum + amount)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (written, read) in [("12", "12.00"), ("0.5", "0.50"), ("1234.56", "1234.56")] {
            assert_eq!(Money::read(&json!(written)).map(|money| money.to_string()).as_deref(), Some(read));
        }
        for refused in [json!("1.234"), json!("-1"), json!("1,000"), json!(""), json!(null), json!("9e9")] {
            assert_eq!(Money::read(&refused), None, "{refused}");
        }
        assert_eq!(Money::dollars(999).tax(), Money::dollars(50));
    }
}
