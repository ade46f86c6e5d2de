//! Two years of business: quotes become orders, orders are shipped, invoiced and paid, and some go wrong.
//!
//! Whatever would lie after today has not happened, so the last weeks are open business.

use std::collections::HashMap;

use chrono::{Datelike, Days, Months, NaiveDate};

use super::dice::Dice;
use super::records::{
    Complaint, Customer, Invoice, Level, Line, Order, Payment, Product, Quote, Return, Shipment, sales, tax,
};
use super::words::COMPLAINTS;

const MONTHS: u32 = 24;
/// Business of each month of the year, in hundredths: before the new year much, after it little.
const SEASON: [i64; 12] = [135, 70, 100, 95, 100, 100, 90, 95, 105, 105, 110, 125];

pub(super) fn quotes(today: NaiveDate, customers: &[Customer], products: &[Product]) -> Vec<Quote> {
    let start = today - Months::new(MONTHS);
    let mut quotes = Vec::new();
    for month in 0..MONTHS {
        let first = start + Months::new(month);
        let season = SEASON[first.month0() as usize];
        for (no, customer) in customers.iter().enumerate() {
            let mut dice = Dice::new("quote", no * 100 + month as usize);
            let rate = match customer.level {
                Level::A => 210,
                Level::B => 56,
                Level::C => 17,
            };
            // in hundredths; what is left over is thrown for
            let due = rate * season * (100 + i64::from(month)) / 10_000;
            for _ in 0..due / 100 + i64::from(dice.permille(due % 100 * 10)) {
                let date = first + Days::new(dice.between(0, 27) as u64);
                let lines = lines(&mut dice, customer.level, products);
                quotes.push(Quote {
                    no: String::new(),
                    customer: customer.code.clone(),
                    date,
                    status: "draft",
                    lines,
                });
            }
        }
    }
    quotes.retain(|quote| quote.date <= today);
    quotes.sort_by(|a, b| (a.date, &a.customer).cmp(&(b.date, &b.customer)));
    for (no, quote) in quotes.iter_mut().enumerate() {
        quote.no = format!("Q{:06}", no + 1);
    }
    quotes
}

fn lines(dice: &mut Dice, level: Level, products: &[Product]) -> Vec<Line> {
    let most = if level == Level::A { 40 } else { 12 };
    let first = dice.between(0, products.len() as i64 - 1) as usize;
    (0..dice.between(1, 4) as usize)
        .map(|step| {
            let product = &products[(first + step * 7) % products.len()];
            let price = product.price * dice.between(90, 100) / 100;
            Line { sku: product.sku.clone(), quantity: dice.between(1, most), price: price.max(1) }
        })
        .collect()
}

/// Also settles what became of each quote.
pub(super) fn orders(today: NaiveDate, quotes: &mut [Quote]) -> Vec<Order> {
    let mut orders = Vec::new();
    for (no, quote) in quotes.iter_mut().enumerate() {
        let mut dice = Dice::new("order", no);
        let (accepted, date) = (dice.permille(700), quote.date + Days::new(dice.between(0, 6) as u64));
        if date > today {
            continue;
        }
        if !accepted {
            quote.status = "lost";
            continue;
        }
        quote.status = "confirmed";
        orders.push(Order {
            no: String::new(),
            quote: quote.no.clone(),
            customer: quote.customer.clone(),
            date,
            // What came in today is not posted yet.
            status: if date == today { "draft" } else { "posted" },
            lines: quote.lines.clone(),
        });
    }
    orders.sort_by(|a, b| (a.date, &a.quote).cmp(&(b.date, &b.quote)));
    for (no, order) in orders.iter_mut().enumerate() {
        order.no = format!("SO{:06}", no + 1);
    }
    orders
}

/// Also settles which orders are shipped.
pub(super) fn shipments(today: NaiveDate, orders: &mut [Order]) -> Vec<Shipment> {
    let mut shipments = Vec::new();
    for (no, order) in orders.iter_mut().enumerate() {
        let date = order.date + Days::new(Dice::new("shipment", no).between(1, 7) as u64);
        if date > today {
            continue;
        }
        order.status = "shipped";
        let (order, customer) = (order.no.clone(), order.customer.clone());
        shipments.push(Shipment { no: String::new(), order, customer, date });
    }
    shipments.sort_by(|a, b| (a.date, &a.order).cmp(&(b.date, &b.order)));
    for (no, shipment) in shipments.iter_mut().enumerate() {
        shipment.no = format!("SH{:06}", no + 1);
    }
    shipments
}

pub(super) fn invoices(shipments: &[Shipment], orders: &[Order], customers: &[Customer]) -> Vec<Invoice> {
    let orders: HashMap<&str, &Order> = orders.iter().map(|order| (order.no.as_str(), order)).collect();
    let customers: HashMap<&str, &Customer> =
        customers.iter().map(|customer| (customer.code.as_str(), customer)).collect();
    let invoice = |(no, shipment): (usize, &Shipment)| {
        let order = orders.get(shipment.order.as_str())?;
        let customer = customers.get(shipment.customer.as_str())?;
        let net = sales(&order.lines);
        Some(Invoice {
            no: invoice_no(shipment.date, no),
            order: order.no.clone(),
            shipment: shipment.no.clone(),
            customer: shipment.customer.clone(),
            date: shipment.date,
            due: shipment.date + Days::new(customer.term_days as u64),
            sales: net,
            tax: tax(net),
            paid: 0,
        })
    };
    shipments.iter().enumerate().filter_map(invoice).collect()
}

/// The letters change every two months.
pub(crate) fn invoice_no(date: NaiveDate, no: usize) -> String {
    let period = date.year() * 6 + date.month0() as i32 / 2;
    let letter = |n: i32| char::from(b'A' + n.rem_euclid(26) as u8);
    format!("{}{}{:08}", letter(period / 26), letter(period), 30_000_000 + no * 13)
}

/// Also settles what is paid of each invoice.
pub(super) fn payments(today: NaiveDate, invoices: &mut [Invoice]) -> Vec<Payment> {
    let mut payments = Vec::new();
    for (no, invoice) in invoices.iter_mut().enumerate() {
        let mut dice = Dice::new("payment", no);
        // most pay in time, some late, a few very late
        let late = match dice.between(1, 100) {
            ..=70 => dice.between(-10, 0),
            71..=92 => dice.between(1, 25),
            _ => dice.between(40, 150),
        };
        let date = invoice.due + chrono::Duration::days(late);
        let total = invoice.sales + invoice.tax;
        let amount = if dice.permille(40) { total / 2 } else { total };
        let method = *dice.pick(&["transfer", "transfer", "transfer", "cheque", "cash"]);
        if date > today || amount == 0 {
            continue;
        }
        invoice.paid = amount;
        let (invoice, customer) = (invoice.no.clone(), invoice.customer.clone());
        payments.push(Payment { no: String::new(), invoice, customer, date, amount, method });
    }
    payments.sort_by(|a, b| (a.date, &a.invoice).cmp(&(b.date, &b.invoice)));
    for (no, payment) in payments.iter_mut().enumerate() {
        payment.no = format!("RC{:06}", no + 1);
    }
    payments
}

pub(super) fn complaints(today: NaiveDate, shipments: &[Shipment]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (no, shipment) in shipments.iter().enumerate() {
        let mut dice = Dice::new("complaint", no);
        let date = shipment.date + Days::new(dice.between(1, 5) as u64);
        if !dice.permille(30) || date > today {
            continue;
        }
        let (subject, reason) = *dice.pick(COMPLAINTS);
        complaints.push(Complaint {
            no: format!("CS{:05}", complaints.len() + 1),
            customer: shipment.customer.clone(),
            order: shipment.order.clone(),
            date,
            subject: subject.to_owned(),
            reason,
            status: if (today - date).num_days() > 21 { "closed" } else { "open" },
        });
    }
    complaints
}

pub(super) fn returns(today: NaiveDate, shipments: &[Shipment], orders: &[Order]) -> Vec<Return> {
    let mut returns = Vec::new();
    for (no, shipment) in shipments.iter().enumerate() {
        let mut dice = Dice::new("return", no);
        let date = shipment.date + Days::new(dice.between(2, 12) as u64);
        if !dice.permille(20) || date > today {
            continue;
        }
        let Some(line) =
            orders.iter().find(|order| order.no == shipment.order).and_then(|order| order.lines.first())
        else {
            continue;
        };
        returns.push(Return {
            no: format!("RT{:05}", returns.len() + 1),
            order: shipment.order.clone(),
            customer: shipment.customer.clone(),
            date,
            line: Line { quantity: dice.between(1, line.quantity), ..line.clone() },
            reason: dice.pick(COMPLAINTS).1,
        });
    }
    returns
}
