//! The company as Dinkoko has it: the fullest picture, with customer codes, levels and credit. Addresses have full-width digits
//! here and there, and a few phones are written in another way than in the CRM.

use serde_json::{Value, json};

use super::Books;
use crate::company::{Company, Customer, Order, sales, tax};
use crate::simulator::{Answers, Money, Table, at_work};

pub(super) const WAREHOUSES: [&str; 2] = ["TPE", "KHH"];

pub(super) fn books(company: &Company) -> Books {
    let mut books = Books {
        customers: Table::new("C", 4),
        products: Table::new("P-", 4),
        inventory: Table::new("P-", 4),
        orders: Table::new("SO", 6),
        shipments: Table::new("SH", 6),
        returns: Table::new("RT", 5),
        freed: Table::new("FC", 6),
        answers: Answers::default(),
        events: 0,
    };
    for (no, given) in company.customers.iter().enumerate() {
        books.customers.put(&given.code, customer(no, given, company));
    }
    goods(company, &mut books);
    for (no, given) in company.orders.iter().enumerate() {
        books.orders.put(&given.no, order(no, given, company));
    }
    for (no, shipment) in company.shipments.iter().enumerate() {
        let record = json!({
            "no": shipment.no, "order_no": shipment.order, "customer_code": shipment.customer,
            "shipped_on": shipment.date, "carrier": if no % 3 == 0 { "宅配" } else { "貨運" },
            "tracking_no": format!("{:012}", 700_000_000_000_u64 + no as u64 * 37), "created_at": at_work(shipment.date, no),
            "updated_at": at_work(shipment.date, no),
        });
        books.shipments.put(&shipment.no, record);
    }
    for (no, given) in company.returns.iter().enumerate() {
        let record = json!({
            "no": given.no, "order_no": given.order, "customer_code": given.customer, "returned_on": given.date,
            "sku": given.line.sku, "quantity": given.line.quantity, "reason": given.reason,
            "amount": Money::dollars(given.line.price).times(given.line.quantity).value(), "currency": "TWD",
            "updated_at": at_work(given.date, no),
        });
        books.returns.put(&given.no, record);
    }
    books
}

fn customer(no: usize, customer: &Customer, company: &Company) -> Value {
    let wide = |text: &str| -> String {
        text.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(0xff10 + d)).unwrap_or(c)).collect()
    };
    let phone = if no % 15 == 8 { format!("886-{}", &customer.phone[1..]) } else { customer.phone.clone() };
    let at = at_work(company.today - chrono::Days::new((no * 53 % 500) as u64), no);
    json!({
        "code": customer.code,
        "name": customer.name,
        "tax_id": customer.tax_id,
        "level": customer.level.letter(),
        "phone": phone,
        "email": customer.email,
        "post_code": customer.post_code,
        "address": if no % 12 == 7 { wide(&customer.address) } else { customer.address.clone() },
        "term_days": customer.term_days,
        "credit_limit": Money::dollars(customer.credit_limit).value(),
        "credit_used": Money::dollars(company.owed(&customer.code)).value(),
        "credit_released": "0.00",
        "currency": "TWD",
        "created_at": at_work(customer.since, no).min(at),
        "updated_at": at,
    })
}

fn goods(company: &Company, books: &mut Books) {
    for (no, product) in company.products.iter().enumerate() {
        let at = at_work(company.today - chrono::Days::new((no * 11 % 200) as u64), no);
        let record = json!({
            "sku": product.sku, "name": product.name, "name_en": product.name_en, "unit": product.unit,
            "category": product.category, "price": Money::dollars(product.price).value(), "currency": "TWD",
            "active": true, "updated_at": at,
        });
        books.products.put(&product.sku, record);
        let stock = [product.stock * 7 / 10, product.stock - product.stock * 7 / 10];
        for (warehouse, on_hand) in WAREHOUSES.iter().zip(stock) {
            let record = json!({
                "id": format!("{}/{warehouse}", product.sku), "sku": product.sku, "warehouse": warehouse, "on_hand": on_hand, "reserved": 0, "available": on_hand,
                "updated_at": at,
            });
            books.inventory.put(&format!("{}/{warehouse}", product.sku), record);
        }
    }
}

fn order(no: usize, order: &Order, company: &Company) -> Value {
    let place = order.customer.trim_start_matches('C').parse::<usize>().unwrap_or(1);
    let line = |(no, line): (usize, &crate::company::Line)| {
        let product = company.products.iter().find(|product| product.sku == line.sku);
        let price = Money::dollars(line.price);
        json!({
            "line_no": no + 1, "sku": line.sku, "name": product.map(|product| &product.name), "quantity": line.quantity,
            "price": price.value(), "amount": price.times(line.quantity).value(),
        })
    };
    let net = sales(&order.lines);
    let at = at_work(order.date, no);
    json!({
        "no": order.no,
        "customer_code": order.customer,
        "customer_name": company.customers[place - 1].name,
        "status": order.status,
        "order_date": order.date,
        "reference": order.quote,
        "lines": order.lines.iter().enumerate().map(line).collect::<Vec<_>>(),
        "subtotal": Money::dollars(net).value(),
        "tax": Money::dollars(tax(net)).value(),
        "total": Money::dollars(net + tax(net)).value(),
        "currency": "TWD",
        "note": null,
        "created_at": at,
        "updated_at": at,
    })
}
