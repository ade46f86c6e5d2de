//! Products, what of them lies in which warehouse, and what came back.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::response::Json;
use axum::routing::get;
use serde_json::Value;

use super::Dinkoko;
use crate::simulator::{Asked, Refusal, since};

pub(super) fn routes() -> Router<Arc<Dinkoko>> {
    Router::new()
        .route("/api/products", get(products))
        .route("/api/products/{sku}", get(product))
        .route("/api/inventory", get(inventory))
        .route("/api/returns", get(returns))
}

async fn products(Shared(erp): Shared<Arc<Dinkoko>>, asked: Asked) -> Result<Json<Value>, Refusal> {
    let changed = asked.time("updated_since")?;
    let keep = |product: &Value| since(product, changed) && asked.fits(product, &["category"]);
    erp.books().products.by_page(&asked, keep).map(Json)
}

async fn product(Shared(erp): Shared<Arc<Dinkoko>>, Path(sku): Path<String>) -> Result<Json<Value>, Refusal> {
    erp.books().products.get(&sku).cloned().map(Json).ok_or_else(|| Refusal::not_found("product", &sku))
}

async fn inventory(Shared(erp): Shared<Arc<Dinkoko>>, asked: Asked) -> Result<Json<Value>, Refusal> {
    let changed = asked.time("updated_since")?;
    let keep = |level: &Value| since(level, changed) && asked.fits(level, &["sku", "warehouse"]);
    erp.books().inventory.by_page(&asked, keep).map(Json)
}

async fn returns(Shared(erp): Shared<Arc<Dinkoko>>, asked: Asked) -> Result<Json<Value>, Refusal> {
    let changed = asked.time("updated_since")?;
    let keep = |given: &Value| since(given, changed) && asked.fits(given, &["customer_code", "order_no"]);
    erp.books().returns.by_page(&asked, keep).map(Json)
}
