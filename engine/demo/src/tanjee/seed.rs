//! The company as TanJee has it: by customer numbers of its own, names in short, and every invoice with what is paid of it.

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{Books, journal, written};
use crate::company::{Company, Customer, Invoice, Payment};
use crate::simulator::{Money, Table, at_work, roc};

/// How long a payment waits until somebody confirms and allocates it.
const FRESH: Days = Days::new(3);

pub(super) fn books(company: &Company) -> Books {
    let mut books = Books {
        customers: Table::new("A1", 4),
        receivables: Table::new("AR", 6),
        payments: Table::new("RC", 6),
        invoices: Table::new("INV", 1),
        journal: Table::new("JV", 7),
        events: 0,
    };
    for (no, given) in company.customers.iter().enumerate() {
        let number = number(&given.code);
        books.customers.put(&number, customer(no, &number, given, company));
    }
    let since = company.today - FRESH;
    let mut receivable_of = HashMap::new();
    let fresh: HashSet<&str> = company
        .payments
        .iter()
        .filter(|payment| payment.date > since)
        .map(|payment| payment.invoice.as_str())
        .collect();
    for (no, given) in company.invoices.iter().enumerate() {
        let number = books.receivables.next_id();
        let paid = if fresh.contains(given.no.as_str()) { 0 } else { given.paid };
        books.receivables.put(&number, receivable(no, &number, given, paid, company.today));
        books.invoices.put(&given.no, invoice(no, given, company));
        receivable_of.insert(given.no.as_str(), number);
        let total = Money::dollars(given.sales + given.tax);
        journal::write(
            &mut books,
            &roc::write(given.date),
            &format!("銷貨 {}", given.no),
            total,
            ["1131", "4101"],
        );
    }
    for (no, given) in company.payments.iter().enumerate() {
        let allocated = (given.date <= since).then(|| receivable_of.get(given.invoice.as_str())).flatten();
        books.payments.put(&given.no, payment(no, given, allocated));
        if allocated.is_some() {
            let amount = Money::dollars(given.amount);
            journal::write(
                &mut books,
                &roc::write(given.date),
                &format!("收款 {}", given.no),
                amount,
                ["1102", "1131"],
            );
        }
    }
    books
}

/// `C0001` is `A10001` here.
fn number(code: &str) -> String {
    format!("A1{}", code.trim_start_matches('C'))
}

/// Whether it is confirmed goes with whether it is allocated.
fn payment(no: usize, payment: &Payment, allocated: Option<&String>) -> Value {
    let amount = Money::dollars(payment.amount);
    let allocations =
        allocated.map(|receivable| json!({ "receivable_no": receivable, "amount": amount.value() }));
    json!({
        "no": payment.no,
        "external_id": null,
        "customer_no": number(&payment.customer),
        "amount": amount.value(),
        "currency": "TWD",
        "method": payment.method,
        "paid_on": roc::write(payment.date),
        "status": if allocated.is_some() { "confirmed" } else { "received" },
        "allocations": Vec::from_iter(allocations),
        "unallocated": if allocated.is_some() { Money::default() } else { amount }.value(),
        "note": null,
        "modified_at": written(at_work(payment.date, no)),
    })
}

fn customer(no: usize, number: &str, customer: &Customer, company: &Company) -> Value {
    let short = customer.name.replace("股份有限公司", "").replace("實業有限公司", "").replace("有限公司", "");
    let changed = company.today - chrono::Days::new((no * 71 % 600) as u64);
    json!({
        "no": number,
        "name": customer.name,
        "short_name": short,
        "tax_id": customer.tax_id,
        "phone": if no % 11 == 6 { customer.phone.replace('-', "") } else { customer.phone.clone() },
        "address": if no % 7 == 5 { customer.address.replace(' ', "") } else { customer.address.clone() },
        "term_days": customer.term_days,
        "modified_at": written(at_work(changed, no)),
    })
}

fn receivable(no: usize, number_here: &str, invoice: &Invoice, paid: i64, today: NaiveDate) -> Value {
    let (amount, paid) = (Money::dollars(invoice.sales + invoice.tax), Money::dollars(paid));
    let status = if paid == amount {
        "paid"
    } else if paid > Money::default() {
        "partial"
    } else {
        "open"
    };
    json!({
        "no": number_here,
        "external_id": invoice.shipment,
        "customer_no": number(&invoice.customer),
        "order_no": invoice.order,
        "invoice_number": invoice.no,
        "amount": amount.value(),
        "balance": (amount - paid).value(),
        "currency": "TWD",
        "date": roc::write(invoice.date),
        "due_date": roc::write(invoice.due),
        "status": status,
        "overdue": paid < amount && invoice.due < today,
        "note": null,
        "modified_at": written(at_work(invoice.date, no)),
    })
}

fn invoice(no: usize, invoice: &Invoice, company: &Company) -> Value {
    let place = invoice.customer.trim_start_matches('C').parse::<usize>().unwrap_or(1);
    let buyer = &company.customers[place - 1];
    json!({
        "number": invoice.no,
        "external_id": invoice.shipment,
        "customer_no": number(&invoice.customer),
        "buyer_name": buyer.name,
        "buyer_tax_id": buyer.tax_id,
        "order_no": invoice.order,
        "date": roc::write(invoice.date),
        "sales": Money::dollars(invoice.sales).value(),
        "tax": Money::dollars(invoice.tax).value(),
        "total": Money::dollars(invoice.sales + invoice.tax).value(),
        "currency": "TWD",
        "status": "issued",
        "modified_at": written(at_work(invoice.date, no)),
    })
}
