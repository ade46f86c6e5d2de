//! One call of a webhook, from the request to the answer.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use causeway_document::ReplyMode;
use causeway_model::{RunId, text};
use causeway_store::{Accepted, NewRun};

use super::body::{self, Intake, Keep};
use super::caller;
use super::cors::{self, Said};
use super::reply::{self, Ended};
use super::table::Lookup;
use super::trigger::{self, Arrival};
use super::verify::Asked;
use super::{answer, connection, dedupe, known};
use crate::client::Peer;
use crate::problem::{self, Problem};
use crate::state::Web;

/// `/hooks/<path>`.
pub(crate) async fn call(web: &Web, request: Request) -> Response<Body> {
    let locale = problem::locale(request.headers());
    let mut said = Said::default();
    let answer = answered(web, request, &mut said).await;
    let mut response = answer.unwrap_or_else(|problem| problem.response(locale));
    said.put(response.headers_mut());
    response
}

/// `said`: what the answer, of whatever kind, tells the page that it was called from.
async fn answered(web: &Web, request: Request, said: &mut Said) -> Result<Response<Body>, Problem> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().strip_prefix("/hooks/").unwrap_or_default();
    if let Some(name) = connection::named(path) {
        return connection::call(web, head, body, &name).await;
    }
    let asked = cors::asked_method(&head.method, &head.headers);
    let lookup = web.tables.find(&web.app, path, asked.as_ref().unwrap_or(&head.method).as_str()).await?;
    let (prepared, params, listener, starts) = match lookup {
        Lookup::Hook { hook, params, listener } => (hook.prepared(&web.app).await?, params, listener, true),
        Lookup::Listener { listener, params } => {
            (listener.prepared(&web.app).await?, params, Some(listener), false)
        }
        Lookup::OtherMethods(methods) if head.method == Method::OPTIONS => return Ok(options(&methods)),
        Lookup::OtherMethods(methods) => return Err(other_methods(&methods)),
        Lookup::Disabled => return Err(disabled()),
        Lookup::Nothing => return Err(unknown(path)),
    };
    let webhook = prepared.webhook();
    if let Some(cors) = &webhook.cors {
        *said = Said::of(cors, &head.headers);
        if asked.is_some() {
            return Ok(cors::preflight(cors, &webhook.methods, said));
        }
    }
    // A webhook that names no methods is meant for calls that bring something: these two only ask.
    let named = || webhook.methods.iter().any(|method| method == head.method.as_str());
    if (head.method == Method::OPTIONS || head.method == Method::HEAD) && !named() {
        return Ok(options(&["DELETE", "GET", "PATCH", "POST", "PUT"].map(str::to_owned)));
    }

    let now = web.app.now();
    if !webhook.ips.is_empty() {
        let peer = head.extensions.get::<Peer>().map(|peer| peer.0);
        let believed = caller::Believed::Trusted(&web.trusted_proxies);
        caller::check(&webhook.ips, caller::address(peer, &head.headers, believed))?;
    }
    let asked = Asked { headers: &head.headers, method: head.method.as_str(), target: path, base: "" };
    let check = prepared.verifier.begin(&asked, now)?;
    let limit = webhook.max_body_bytes.min(web.max_body_bytes);
    let intake = Intake::new(body, &head.headers, check, limit)?;
    let id = RunId::new();
    let place = Keep { store: web.app.store(), run: id, writers: &web.list_writers };
    let payload = body::read(place, &head.headers, intake).await?;
    let arrival = Arrival {
        headers: &head.headers,
        proof: prepared.verifier.header(),
        query: head.uri.query(),
        params: &params,
        method: &head.method,
        path,
        received_at: now,
    };
    let event = trigger::event(&arrival, &payload)?;
    if let Some(listener) = listener {
        let heard = listener.hear(&web.app, &event, now).await;
        if !starts {
            return if heard? { Ok(answer::kept()) } else { Err(unknown(path)) };
        }
        if let Err(problem) = heard {
            tracing::warn!(%problem, "somebody who listens did not hear a call");
        }
    }
    let known = dedupe::key(webhook, || known::id(&head.headers, payload.json()));
    let mut run = prepared.taker.admit(id, event, now).await?;
    drop(payload);
    run.dedupe = run.dedupe.or(known);
    accept(web, run, webhook.reply, webhook.reply_timeout.to_std()).await
}

async fn accept(
    web: &Web,
    run: NewRun,
    mode: ReplyMode,
    timeout: std::time::Duration,
) -> Result<Response<Body>, Problem> {
    let (app, store, id) = (&web.app, web.app.store(), run.id);
    if mode == ReplyMode::Accepted {
        let accepted = store.accept(run).await?;
        tracing::debug!(run = %id, "webhook accepted");
        return Ok(answer::accepted(match accepted {
            Accepted::Duplicate { first } => first,
            Accepted::New | Accepted::Skipped => id,
        }));
    }
    let mut listener = store.listen(id);
    let (id, ended) = match store.accept_ahead(run).await? {
        Accepted::New => (id, reply::wait(&mut listener, mode, timeout, id).await),
        Accepted::Skipped => (id, earlier(web, id, mode, timeout).await),
        Accepted::Duplicate { first } => (first, earlier(web, first, mode, timeout).await),
    };
    tracing::debug!(run = %id, "webhook answered");
    answer::ended(app, id, mode, ended).await.map_err(|problem| problem.of_run(id))
}

/// The answer of a run that may be over already.
async fn earlier(web: &Web, run: RunId, mode: ReplyMode, timeout: std::time::Duration) -> Ended {
    let store = web.app.store();
    // Listening begins before looking, so that nothing is missed between the two.
    let mut listener = store.listen(run);
    match reply::already(store, run, mode).await {
        Ok(Some(ended)) => ended,
        Ok(None) => reply::wait(&mut listener, mode, timeout, run).await,
        Err(error) => {
            tracing::warn!(%run, %error, "the reply of an earlier run was not found");
            Ended::TimedOut
        }
    }
}

pub(super) fn options(methods: &[String]) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if let Ok(allow) = HeaderValue::from_str(&allow(methods)) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

fn allow(methods: &[String]) -> String {
    let mut methods: Vec<&str> = methods.iter().map(String::as_str).collect();
    if !methods.contains(&"OPTIONS") {
        methods.push("OPTIONS");
    }
    methods.join(", ")
}

pub(super) fn other_methods(methods: &[String]) -> Problem {
    let list = methods.join(", ");
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        text!("This webhook takes {list} only", "此 Webhook 只接受 {list}"),
    )
    .with_header("allow", allow(methods))
}

fn disabled() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "flow_disabled",
        text!(
            "The flow behind this webhook is switched off; nothing was kept of this call",
            "此 Webhook 的流程已停用，這次呼叫未被保留"
        ),
    )
    .with_header("retry-after", "60")
}

fn unknown(path: &str) -> Problem {
    let path: String = path.chars().take(200).collect();
    Problem::new(
        StatusCode::NOT_FOUND,
        "webhook_not_found",
        text!(
            "No published flow has a webhook at `{path}`; publish one, or check the path",
            "沒有已發布的流程使用 Webhook 路徑「{path}」，請先發布流程或檢查路徑"
        ),
    )
}
