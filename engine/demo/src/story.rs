//! Where the company's story may begin: a quote that can travel through all systems once it is confirmed.

use causeway_model::Value;

use crate::Simulators;
use crate::simulator::Money;

/// A draft whose customer the ERP knows, has credit for it, and somebody there is on LINE.
pub struct Confirmable {
    pub id: String,
    /// The customer's name.
    pub customer: String,
    /// The customer's code in the ERP.
    pub code: String,
}

fn text<'a>(record: &'a Value, field: &str) -> &'a str {
    record[field].as_str().unwrap_or_default()
}

impl Simulators {
    /// The latest one; where there is none left, a new one.
    pub fn quote_to_confirm(&self) -> Option<Confirmable> {
        let (contacts, customers) = (self.danlee.records("contacts"), self.dinkoko.records("customers"));
        // The ERP's code of a customer who can be told, and has credit for so much.
        let code = |customer: &Value, number: &Value, total: Money| {
            let known = customers.iter().find(|known| number.is_string() && known["tax_id"] == *number)?;
            let room = Money::of(known, "credit_limit") - Money::of(known, "credit_used");
            let on_line = contacts
                .iter()
                .any(|contact| contact["customer_id"] == *customer && contact["line_user_id"].is_string());
            (on_line && room > total).then(|| text(known, "code").to_owned())
        };
        let quotes = self.danlee.records("quotes");
        let mut drafts = quotes.iter().rev().filter(|quote| quote["status"] == "draft");
        let found = drafts.find_map(|quote| {
            let code = code(&quote["customer_id"], &quote["customer_tax_id"], Money::of(quote, "total"))?;
            Some(confirmable(quote, code))
        });
        found.or_else(|| {
            let people = self.danlee.records("customers");
            let (customer, code) = people.iter().find_map(|customer| {
                let code = code(&customer["id"], &customer["tax_id"], Money::dollars(50_000))?;
                Some((text(customer, "id"), code))
            })?;
            self.danlee.system.act("offer", customer).ok()?;
            self.danlee.system.core().changed();
            self.danlee.records("quotes").last().map(|quote| confirmable(quote, code))
        })
    }
}

fn confirmable(quote: &Value, code: String) -> Confirmable {
    Confirmable { id: text(quote, "id").to_owned(), customer: text(quote, "customer_name").to_owned(), code }
}
