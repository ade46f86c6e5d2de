//! Tokens that may do less than their role: only look, or only touch some flows. What is not named here is out of reach
//! of a token for some flows.

use axum::http::StatusCode;
use axum::http::request::Parts;
use causeway_model::{Slug, text};
use causeway_store::TokenRecord;

use crate::app::App;
use crate::problem::Problem;

pub(crate) async fn check(parts: &Parts, app: &App, token: &TokenRecord) -> Result<(), Problem> {
    if token.read_only && !parts.method.is_safe() {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "token_read_only",
            text!(
                "This token may only look; use another one for changes",
                "此權杖僅能讀取，變更請使用其他權杖"
            ),
        ));
    }
    let Some(flows) = &token.flows else { return Ok(()) };
    if touches_only(parts, app, flows).await? {
        return Ok(());
    }
    let names = flows.iter().map(Slug::as_str).collect::<Vec<_>>().join(", ");
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "outside_token_scope",
        text!(
            "This token is for these flows and their runs only: {names}",
            "此權杖僅能用於這些流程及其執行：{names}"
        ),
    ))
}

/// Whether the request is about one of the flows, a run or an approval of one, or the token itself.
async fn touches_only(parts: &Parts, app: &App, flows: &[Slug]) -> Result<bool, Problem> {
    // Below `/api/v1`, where the routes of the API are nested.
    let mut words = parts.uri.path().trim_start_matches('/').split('/');
    let named = |slug: &str| flows.iter().any(|flow| flow.as_str() == slug);
    Ok(match (words.next(), words.next()) {
        (Some("me"), None) => true,
        (Some("flows"), Some(slug)) => named(slug),
        (Some("runs" | "dead-letters" | "trigger-events" | "approvals"), None) => {
            let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
            let asked: Vec<_> = query.filter(|(name, _)| name == "flow").map(|(_, slug)| slug).collect();
            matches!(&asked[..], [slug] if named(slug))
        }
        (Some("flow-stats"), None) => {
            let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
            let mut asked = query.filter(|(name, _)| name == "slug").map(|(_, slug)| slug).peekable();
            asked.peek().is_some() && asked.all(|slug| named(&slug))
        }
        (Some("runs" | "dead-letters" | "trigger-events"), Some(id)) => match id.parse() {
            Ok(id) => app.store().run(id).await.is_ok_and(|run| named(run.slug.as_str())),
            Err(_) => false,
        },
        (Some("approvals"), Some(id)) => match id.parse() {
            Ok(id) => app.store().approval(id).await.is_ok_and(|approval| named(approval.slug.as_str())),
            Err(_) => false,
        },
        _ => false,
    })
}
