//! `/approvals/<token>`: the page on which somebody without an account decides. Looking decides nothing, since mail
//! scanners look too; sending the form does, once.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use axum::routing::get;
use causeway_model::{Locale, RunId, Text, Time, text};
use causeway_store::{ApprovalRecord, Link};
use serde::Deserialize;

use super::html::{escape, locale, page};
use crate::app::{App, Class, Decider, Error};
use crate::extract::{Path, Query, body, text_header};
use crate::links;
use crate::problem::{Problem, RUN_HEADER, run_header};
use crate::state::Web;

pub(super) fn router() -> Router<Arc<Web>> {
    Router::new().route("/approvals/{token}", get(show).post(decide))
}

#[derive(Deserialize)]
struct Language {
    lang: Option<String>,
}

/// The form, or the same as JSON.
#[derive(Deserialize)]
struct Decision {
    decision: Choice,
    #[serde(default)]
    comment: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Approve,
    Reject,
}

/// The largest form: the comment, percent-encoded.
const LARGEST_FORM: usize = 64 * 1024;

async fn show(
    State(web): State<Arc<Web>>,
    Path(token): Path<String>,
    Query(language): Query<Language>,
    request: Request,
) -> Response<Body> {
    let locale = locale(request.headers(), language.lang.as_deref());
    match opened(&web.app, &token).await {
        Ok((approval, _)) => shown(StatusCode::OK, locale, &approval),
        Err(problem) => problem_page(locale, &problem),
    }
}

async fn decide(
    State(web): State<Arc<Web>>,
    Path(token): Path<String>,
    Query(language): Query<Language>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let locale = locale(request.headers(), language.lang.as_deref());
    let is_json = text_header(request.headers(), header::CONTENT_TYPE)
        .is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("application/json"));
    let answer = |approval: &ApprovalRecord| {
        if is_json {
            let body = serde_json::json!({ "run": approval.run, "status": approval.status });
            let mut response = Response::new(Body::from(body.to_string()));
            let json = header::HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            of_run(response, approval.run)
        } else {
            shown(StatusCode::OK, locale, approval)
        }
    };
    match decided(&web.app, &token, request, is_json).await {
        Ok(approval) => Ok(answer(&approval)),
        Err(problem) if is_json => Err(problem),
        Err(problem) => Ok(problem_page(locale, &problem)),
    }
}

async fn decided(app: &App, token: &str, request: Request, is_json: bool) -> Result<ApprovalRecord, Problem> {
    let (approval, decider) = opened(app, token).await?;
    let bytes = body(request, LARGEST_FORM).await?;
    let decision = if is_json {
        serde_json::from_slice::<Decision>(&bytes).ok()
    } else {
        let mut fields: Vec<(String, String)> = form_urlencoded::parse(&bytes).into_owned().collect();
        let mut field = |name: &str| {
            let at = fields.iter().position(|(field, _)| field == name)?;
            Some(fields.swap_remove(at).1)
        };
        let decision = match field("decision").as_deref() {
            Some("approve") => Some(Choice::Approve),
            Some("reject") => Some(Choice::Reject),
            _ => None,
        };
        decision.map(|decision| Decision { decision, comment: field("comment") })
    };
    let decision = decision.ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "decision_missing",
            text!(
                "Say `decision`: `approve` or `reject`, and a `comment` if you like",
                "請提供 `decision`（`approve` 或 `reject`），並可附上 `comment`"
            ),
        )
    })?;
    let approved = matches!(decision.decision, Choice::Approve);
    let run = approval.run;
    app.decide(approval.id, approved, &decider, decision.comment)
        .await
        .map_err(|error| conflict_is_gone(error).of_run(run))
}

/// The approval behind a token, and who its holder is.
async fn opened(app: &App, token: &str) -> Result<(ApprovalRecord, Decider), Problem> {
    let Some(Link::Approval { run, frame, step, who }) = links::read(app.store(), token) else {
        return Err(links::unknown());
    };
    let approval = app.linked_approval(run, &frame, &step).await.map_err(Problem::from)?;
    Ok((approval, Decider::Link { who }))
}

/// As people read it, on the server's own clock face: the page knows no other, since it runs no script.
fn moment(at: Time) -> String {
    at.to_datetime().with_timezone(&chrono::Local).format("%Y-%m-%d %H:%M (UTC%:z)").to_string()
}

fn conflict_is_gone(error: Error) -> Problem {
    if error.class == Class::Conflict { links::gone(error) } else { error.into() }
}

fn shown(status: StatusCode, locale: Locale, approval: &ApprovalRecord) -> Response<Body> {
    let say = |text: Text| escape(text.in_locale(locale));
    let mut html = format!(
        "<h1>{}</h1><p class=\"message\">{}</p><dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd>",
        say(text!("A decision is asked of you", "有一項簽核等您決定")),
        escape(&approval.message),
        say(text!("Flow", "流程")),
        escape(approval.slug.as_str()),
        say(text!("Asked at", "提出時間")),
        moment(approval.created_at),
    );
    let mut row = |name: Text, value: &str| {
        html.push_str(&format!("<dt>{}</dt><dd>{}</dd>", say(name), escape(value)));
    };
    let open = approval.status == "open";
    if let Some(at) = approval.expires_at.filter(|_| open) {
        row(text!("Until", "期限"), &moment(at));
    }
    if let Some(at) = approval.decided_at {
        row(text!("Decided at", "決定時間"), &moment(at));
    }
    if let Some(by) = &approval.decided_by {
        row(text!("Decided by", "決定者"), by);
    }
    if let Some(comment) = &approval.comment {
        row(text!("Comment", "備註"), comment);
    }
    html.push_str("</dl>");
    if open {
        html.push_str(&format!(
            "<form method=\"post\"><label for=\"comment\">{}</label>\
             <textarea id=\"comment\" name=\"comment\" maxlength=\"4000\"></textarea>\
             <div class=\"choices\"><button name=\"decision\" value=\"approve\">{}</button>\
             <button class=\"no\" name=\"decision\" value=\"reject\">{}</button></div></form>",
            say(text!("Comment (optional)", "備註（選填）")),
            say(text!("Approve", "核准")),
            say(text!("Reject", "駁回")),
        ));
    } else {
        html.push_str(&format!("<p><span class=\"state\">{}</span></p>", say(outcome(&approval.status))));
    }
    let title = text!("Approval - Causeway", "簽核 - Causeway");
    of_run(page(status, locale, title.in_locale(locale), &html), approval.run)
}

fn outcome(status: &str) -> Text {
    match status {
        "approved" => text!("Approved", "已核准"),
        "rejected" => text!("Rejected", "已駁回"),
        "timed_out" => text!("The time to decide is over", "已超過簽核期限"),
        _ => text!("No longer open: the run has ended", "已關閉：此執行已結束"),
    }
}

fn problem_page(locale: Locale, problem: &Problem) -> Response<Body> {
    let title = text!("Approval - Causeway", "簽核 - Causeway");
    let html = format!("<h1>{}</h1>", escape(problem.text.in_locale(locale)));
    let response = page(problem.status, locale, title.in_locale(locale), &html);
    match problem.run {
        Some(run) => of_run(response, run),
        None => response,
    }
}

fn of_run(mut response: Response<Body>, run: RunId) -> Response<Body> {
    response.headers_mut().insert(RUN_HEADER, run_header(run));
    response
}
