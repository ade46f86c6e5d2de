//! `/`: what this is, how it is, and how to begin.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::routing::get;
use causeway_model::text;
use serde::Deserialize;

use super::html::{escape, locale, page};
use crate::extract::Query;
use crate::state::Web;

pub(super) fn router() -> Router<Arc<Web>> {
    Router::new().route("/", get(landing))
}

#[derive(Deserialize)]
struct Language {
    lang: Option<String>,
}

const FIRST_FLOW: &str = "causeway flow import workflows/quote-to-sales-order --publish\n\
    causeway run list\n\
    causeway run show ID";

async fn landing(
    State(web): State<Arc<Web>>,
    Query(language): Query<Language>,
    request: Request,
) -> Response<Body> {
    let locale = locale(request.headers(), language.lang.as_deref());
    let version = env!("CARGO_PKG_VERSION");
    let working = web.readiness.get() && web.app.store().ping().await.is_ok();
    let state = if working {
        text!("Takes work", "運作中")
    } else {
        text!("Does not take work just now", "目前無法接受工作")
    };
    let say = |text: causeway_model::Text| escape(text.in_locale(locale));
    let html = format!(
        "<h1>Causeway</h1><p>{what}</p><p><span class=\"state\">{state}</span> &nbsp;{version}</p>\
         <h2>{first}</h2><pre>{commands}</pre>\
         <h2>{api}</h2><p>{docs} <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a></p><p>{token} <code>Authorization: Bearer &lt;token&gt;</code></p>\
         <pre>causeway token create --name my-script --role operator</pre>",
        what = say(text!(
            "Joins the systems that your company already has, so that they work as one.",
            "串接公司既有的系統，讓它們像一套系統一樣運作。"
        )),
        state = say(state),
        first = say(text!("Your first flow", "第一個流程")),
        commands = escape(FIRST_FLOW),
        api = say(text!("The API", "API")),
        docs = say(text!("Described as OpenAPI 3.1:", "以 OpenAPI 3.1 描述：")),
        token = say(text!(
            "Programs send a token, which is made with the command below:",
            "程式需附上權杖，以下方指令建立："
        )),
    );
    page(StatusCode::OK, locale, "Causeway", &html)
}
