//! The sample trading company: what its systems hold at the beginning, the same for the same day on every machine.
//!
//! Made up from end to end. No clock and no randomness: everything follows from `today`.

mod dice;
mod people;
mod records;
#[cfg(test)]
mod tests;
mod trade;
mod words;

use chrono::NaiveDate;
use serde::Serialize;

use dice::Dice;

pub use records::{
    Complaint, Contact, Customer, Invoice, Level, Line, Order, Payment, Product, Quote, Return, Salesperson,
    Shipment,
};

pub(crate) use people::keeps_rule;
pub(crate) use records::{sales, tax};
pub(crate) use trade::invoice_no;

pub const NAME: &str = "禾陽貿易股份有限公司";
pub const NAME_EN: &str = "Heyang Trading Co., Ltd.";
pub const TAX_ID: &str = "90000012";

/// Everything, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Company {
    pub today: NaiveDate,
    pub salespeople: Vec<Salesperson>,
    pub customers: Vec<Customer>,
    pub contacts: Vec<Contact>,
    pub products: Vec<Product>,
    pub quotes: Vec<Quote>,
    pub orders: Vec<Order>,
    pub shipments: Vec<Shipment>,
    pub invoices: Vec<Invoice>,
    pub payments: Vec<Payment>,
    pub complaints: Vec<Complaint>,
    pub returns: Vec<Return>,
}

impl Company {
    /// 24 months of business up to `today`.
    pub fn seeded(today: NaiveDate) -> Self {
        let (customers, products) = (people::customers(today), products());
        let mut quotes = trade::quotes(today, &customers, &products);
        let mut orders = trade::orders(today, &mut quotes);
        let shipments = trade::shipments(today, &mut orders);
        let mut invoices = trade::invoices(&shipments, &orders, &customers);
        let payments = trade::payments(today, &mut invoices);
        Self {
            today,
            salespeople: people::salespeople(),
            contacts: people::contacts(&customers),
            complaints: trade::complaints(today, &shipments),
            returns: trade::returns(today, &shipments, &orders),
            customers,
            products,
            quotes,
            orders,
            shipments,
            invoices,
            payments,
        }
    }

    /// What a customer owes on shipped and open orders.
    pub fn owed(&self, customer: &str) -> i64 {
        let billed: i64 = self
            .invoices
            .iter()
            .filter(|invoice| invoice.customer == customer)
            .map(|invoice| invoice.sales + invoice.tax - invoice.paid)
            .sum();
        let open: i64 = self
            .orders
            .iter()
            .filter(|order| order.customer == customer && order.status != "shipped")
            .map(|order| sales(&order.lines) + tax(sales(&order.lines)))
            .sum();
        billed + open
    }
}

fn products() -> Vec<Product> {
    let product = |(no, article): (usize, &words::Article)| {
        let (sku, name, name_en, unit, price, category) = *article;
        Product {
            sku: sku.to_owned(),
            name: name.to_owned(),
            name_en: name_en.to_owned(),
            unit: unit.to_owned(),
            price,
            category: category.to_owned(),
            stock: Dice::new("stock", no).between(20, 900),
        }
    };
    words::ARTICLES.iter().enumerate().map(product).collect()
}
