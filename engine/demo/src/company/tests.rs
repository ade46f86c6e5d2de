//! The company is the same twice, keeps the rules of its country, and its records fit together.

use std::collections::{BTreeSet, HashMap};

use chrono::{Months, NaiveDate};
use sha2::{Digest, Sha256};

use super::{Company, keeps_rule, sales, tax};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn hash(company: &Company) -> String {
    hex::encode(Sha256::digest(serde_json::to_vec(company).expect("JSON")))
}

#[test]
fn the_same_day_gives_the_same_company() {
    let today = day("2026-08-15");
    assert_eq!(hash(&Company::seeded(today)), hash(&Company::seeded(today)));
    assert_ne!(hash(&Company::seeded(today)), hash(&Company::seeded(day("2026-08-16"))));
}

#[test]
fn three_hundred_customers_with_right_numbers() {
    let company = Company::seeded(day("2026-08-15"));
    assert_eq!(company.customers.len(), 300);
    assert!(keeps_rule("04595257") && !keeps_rule("12345678") && !keeps_rule("0459525"));
    assert!(company.customers.iter().all(|customer| keeps_rule(&customer.tax_id)));
    let (names, numbers): (BTreeSet<_>, BTreeSet<_>) =
        company.customers.iter().map(|customer| (&customer.name, &customer.tax_id)).unzip();
    assert_eq!((names.len(), numbers.len()), (300, 300));
}

#[test]
fn business_lies_in_the_two_years_before_today_and_fits_together() {
    for today in ["2026-08-15", "2024-02-29", "2026-01-31"] {
        let today = day(today);
        let company = Company::seeded(today);
        let dates = company.quotes.iter().map(|quote| quote.date);
        let dates = dates.chain(company.orders.iter().map(|order| order.date));
        let dates = dates.chain(company.shipments.iter().map(|shipment| shipment.date));
        let dates = dates.chain(company.payments.iter().map(|payment| payment.date));
        assert!(dates.into_iter().all(|date| date <= today && date >= today - Months::new(24)));
        assert!((1500..5000).contains(&company.orders.len()), "{} orders", company.orders.len());
        assert!(company.complaints.len() > 20 && company.returns.len() > 10);
        assert!(company.quotes.iter().any(|quote| quote.status == "draft"), "some quotes are open");
        assert!(
            company.orders.iter().any(|order| order.status == "posted"),
            "some orders wait for their goods"
        );
        assert!(
            company.invoices.iter().any(|invoice| invoice.due < today && invoice.paid == 0),
            "some are overdue"
        );
        let orders: HashMap<_, _> = company.orders.iter().map(|order| (&order.no, order)).collect();
        for invoice in &company.invoices {
            let net = sales(&orders[&invoice.order].lines);
            assert_eq!((invoice.sales, invoice.tax), (net, tax(net)));
            assert!(invoice.paid <= invoice.sales + invoice.tax && invoice.no.len() == 10);
        }
        let numbers: BTreeSet<_> = company.invoices.iter().map(|invoice| &invoice.no).collect();
        assert_eq!(numbers.len(), company.invoices.len());
    }
}
