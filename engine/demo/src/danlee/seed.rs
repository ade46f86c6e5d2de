//! The company as DanLee has it. People typed it in, so it is not quite what the other systems have: some customers lack their
//! tax number or have an old phone, names are shortened, one is there twice, and a few leads are known here only.

use serde_json::{Value, json};

use super::Books;
use crate::company::{Company, Customer, Quote, sales, tax};
use crate::simulator::{Money, Table, at_work};

pub(super) fn books(company: &Company) -> Books {
    let mut books = Books {
        salespeople: Table::new("S", 2),
        customers: Table::new("DL", 5),
        contacts: Table::new("CT", 5),
        quotes: Table::new("Q", 6),
        activities: Table::new("AC", 6),
        complaints: Table::new("CS", 5),
        events: 0,
    };
    for person in &company.salespeople {
        let record = json!({
            "id": person.code, "name": person.name, "name_en": person.name_en, "email": person.email,
            "line_user_id": person.line_user_id,
        });
        books.salespeople.put(&person.code, record);
    }
    customers(company, &mut books);
    for (no, contact) in company.contacts.iter().enumerate() {
        let at = at_work(company.today - chrono::Days::new(30 + no as u64 % 300), no);
        let record = json!({
            "id": contact.no, "customer_id": crm_id(&contact.customer), "name": contact.name, "name_en": contact.name_en,
            "title": contact.title, "mobile": contact.mobile, "email": contact.email,
            "line_user_id": contact.line_user_id, "updated_at": at,
        });
        books.contacts.put(&contact.no, record);
    }
    for (no, given) in company.quotes.iter().enumerate() {
        let record = quote(no, given, company);
        books.quotes.put(&given.no, record);
    }
    for (no, case) in company.complaints.iter().enumerate() {
        let at = at_work(case.date, no);
        let record = json!({
            "id": case.no, "customer_id": crm_id(&case.customer), "order_no": case.order, "subject": case.subject,
            "reason": case.reason, "status": case.status, "resolution": null, "created_at": at, "updated_at": at,
        });
        books.complaints.put(&case.no, record);
        activity(&mut books, &case.customer, "call", &format!("客訴：{}", case.subject), at.to_string());
    }
    books
}

/// `C0001` is `DL00001` here.
pub(super) fn crm_id(code: &str) -> String {
    format!("DL{:0>5}", code.trim_start_matches('C'))
}

fn customers(company: &Company, books: &mut Books) {
    for (no, customer) in company.customers.iter().enumerate() {
        let id = crm_id(&customer.code);
        books.customers.put(&id, record(&id, no, customer, company));
    }
    let id = books.customers.next_id();
    let mut twin = record(&id, 6, &company.customers[6], company);
    twin["name"] = json!(company.customers[6].name_en);
    twin["tax_id"] = Value::Null;
    books.customers.put(&id, twin);
    for (no, name) in
        ["晨光咖啡工作室", "山海民宿", "小日子選物店", "築間室內設計", "阿里山茶園"].iter().enumerate()
    {
        let id = books.customers.next_id();
        let at = at_work(company.today - chrono::Days::new(no as u64 * 3), no);
        books.customers.put(
            &id,
            json!({
                "id": id, "name": name, "name_en": null, "tax_id": null, "phone": format!("0912-345-{:03}", no * 111),
                "email": null, "post_code": null, "address": null, "salesperson": "S01", "level": null,
                "credit_limit": null, "status": "lead", "note": null,
                "version": 1, "created_at": at, "updated_at": at,
            }),
        );
    }
}

fn record(id: &str, no: usize, customer: &Customer, company: &Company) -> Value {
    let short = customer.name.replace("股份有限公司", "(股)").replace("有限公司", "");
    let name = if no % 19 == 3 { &short } else { &customer.name };
    let phone = match no % 20 {
        5 => format!("({}) {}", &customer.phone[..2], &customer.phone[3..]),
        11 => customer.phone.replace('-', ""),
        17 => format!("{}0000", &customer.phone[..customer.phone.len() - 4]),
        _ => customer.phone.clone(),
    };
    let address = if no % 9 == 4 { customer.address.replace('臺', "台") } else { customer.address.clone() };
    let changed = at_work(company.today - chrono::Days::new((no * 37 % 400) as u64), no);
    json!({
        "id": id,
        "name": name,
        "name_en": customer.name_en,
        "tax_id": (no % 25 != 13).then_some(&customer.tax_id),
        "phone": phone,
        "email": customer.email,
        "post_code": customer.post_code,
        "address": address,
        "salesperson": customer.salesperson,
        "level": customer.level.letter(),
        "credit_limit": Money::dollars(customer.credit_limit).value(),
        "status": "active",
        "note": null,
        "version": 1,
        "created_at": at_work(customer.since, no).min(changed),
        "updated_at": changed,
    })
}

fn quote(no: usize, quote: &Quote, company: &Company) -> Value {
    let place = quote.customer.trim_start_matches('C').parse::<usize>().unwrap_or(1);
    let customer = &company.customers[place - 1];
    let line = |line: &crate::company::Line| {
        let product = company.products.iter().find(|product| product.sku == line.sku);
        let price = Money::dollars(line.price);
        json!({
            "sku": line.sku, "description": product.map(|product| &product.name), "quantity": line.quantity,
            "price": price.value(), "amount": price.times(line.quantity).value(),
        })
    };
    let net = sales(&quote.lines);
    let at = at_work(quote.date, no);
    json!({
        "id": quote.no,
        "customer_id": crm_id(&quote.customer),
        "customer_name": customer.name,
        "customer_tax_id": customer.tax_id,
        "status": quote.status,
        "lines": quote.lines.iter().map(line).collect::<Vec<_>>(),
        "subtotal": Money::dollars(net).value(),
        "tax": Money::dollars(tax(net)).value(),
        "total": Money::dollars(net + tax(net)).value(),
        "currency": "TWD",
        "valid_until": quote.date + chrono::Days::new(30),
        "note": null,
        "confirmed_at": (quote.status == "confirmed").then_some(at),
        "created_at": at,
        "updated_at": at,
    })
}

fn activity(books: &mut Books, customer: &str, kind: &str, subject: &str, at: String) {
    let id = books.activities.next_id();
    let record = json!({
        "id": id, "customer_id": crm_id(customer), "kind": kind, "subject": subject, "text": null,
        "salesperson": null, "external_id": null, "at": at, "created_at": at,
    });
    books.activities.put(&id, record);
}
