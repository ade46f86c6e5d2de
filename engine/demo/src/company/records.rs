//! What the sample company has on record, in its own words; each system keeps its part of it in its own form.
//!
//! Amounts are whole New Taiwan dollars. Links are numbers and codes that stand in the linked record.

use chrono::NaiveDate;
use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Level {
    A,
    B,
    C,
}

impl Level {
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Customer {
    /// `C0001`
    pub code: String,
    pub name: String,
    pub name_en: String,
    /// 統一編號; its check digit is right.
    pub tax_id: String,
    pub phone: String,
    pub post_code: String,
    pub address: String,
    pub email: String,
    pub level: Level,
    pub credit_limit: i64,
    /// How many days after the invoice it pays.
    pub term_days: i64,
    pub salesperson: String,
    pub since: NaiveDate,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contact {
    pub no: String,
    pub customer: String,
    pub name: String,
    pub name_en: String,
    pub title: String,
    pub mobile: String,
    pub email: String,
    /// Of those who talk to the company on LINE.
    pub line_user_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Salesperson {
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub email: String,
    pub line_user_id: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Product {
    pub sku: String,
    pub name: String,
    pub name_en: String,
    pub unit: String,
    pub price: i64,
    pub category: String,
    pub stock: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    pub sku: String,
    pub quantity: i64,
    pub price: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quote {
    pub no: String,
    pub customer: String,
    pub date: NaiveDate,
    /// `draft`, `confirmed`, `lost`
    pub status: &'static str,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Order {
    pub no: String,
    pub quote: String,
    pub customer: String,
    pub date: NaiveDate,
    /// `draft`, `posted`, `shipped`
    pub status: &'static str,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shipment {
    pub no: String,
    pub order: String,
    pub customer: String,
    pub date: NaiveDate,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Invoice {
    /// 統一發票: two letters of the period and eight digits.
    pub no: String,
    pub order: String,
    pub shipment: String,
    pub customer: String,
    pub date: NaiveDate,
    pub due: NaiveDate,
    pub sales: i64,
    pub tax: i64,
    pub paid: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Payment {
    pub no: String,
    pub invoice: String,
    pub customer: String,
    pub date: NaiveDate,
    pub amount: i64,
    /// `transfer`, `cheque`, `cash`
    pub method: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Complaint {
    pub no: String,
    pub customer: String,
    pub order: String,
    pub date: NaiveDate,
    pub subject: String,
    pub reason: &'static str,
    /// `open`, `closed`
    pub status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Return {
    pub no: String,
    pub order: String,
    pub customer: String,
    pub date: NaiveDate,
    pub line: Line,
    pub reason: &'static str,
}

/// Tax of 5 %, to the dollar.
pub(crate) fn tax(sales: i64) -> i64 {
    (sales * 5 + 50) / 100
}

pub(crate) fn sales(lines: &[Line]) -> i64 {
    lines.iter().map(|line| line.quantity * line.price).sum()
}
