//! The journal: what was booked, debit and credit.

use std::sync::Arc;

use axum::Router;
use axum::extract::State as Shared;
use axum::response::Json;
use axum::routing::get;
use serde_json::{Value, json};

use super::{Answer, Books, TanJee, date, date_of};
use crate::simulator::{Asked, Money};

pub(super) fn routes() -> Router<Arc<TanJee>> {
    Router::new().route("/api/journal", get(list))
}

/// Books an amount from one account to another.
pub(super) fn write(books: &mut Books, date: &str, summary: &str, amount: Money, [debit, credit]: [&str; 2]) {
    let no = books.journal.next_id();
    let entry = json!({
        "no": no, "date": date, "summary": summary, "debit_account": debit, "credit_account": credit,
        "amount": amount.value(), "currency": "TWD",
    });
    books.journal.put(&no, entry);
}

async fn list(Shared(tanjee): Shared<Arc<TanJee>>, asked: Asked) -> Answer {
    let (from, to) = (date(&asked, "from")?, date(&asked, "to")?);
    let keep = |entry: &Value| {
        let at = date_of(entry, "date");
        from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to)
    };
    tanjee.books().journal.by_offset(&asked, keep).map(Json)
}
