//! `/oauth/callback`: where a consent comes back to. One that was asked for in a browser session ends with that session only;
//! one that a program or the command line asked for is confirmed first, since nothing says whose browser comes.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use causeway_model::{Locale, Text, text};
use causeway_store::{Actor, ConsentState, ConsentView};

use super::html::{escape, framed, locale};
use crate::app::{CONSENT_PATH, ConsentAnswer, consent_used};
use crate::client::Client;
use crate::cookie;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn router() -> Router<Arc<Web>> {
    Router::new().route(CONSENT_PATH, get(back).post(back))
}

/// What the address holds, each thing once.
#[derive(Default)]
struct Back {
    state: Option<String>,
    answer: ConsentAnswer,
    lang: Option<String>,
}

const LONGEST_QUERY: usize = 16 * 1024;

/// `None` where something stands twice, or there is too much of it.
fn read(query: &str) -> Option<Back> {
    if query.len() > LONGEST_QUERY {
        return None;
    }
    let mut back = Back::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let place = match &*name {
            "state" => &mut back.state,
            "code" => &mut back.answer.code,
            "error" => &mut back.answer.error,
            "error_description" => &mut back.answer.description,
            "iss" => &mut back.answer.issuer,
            "lang" => &mut back.lang,
            _ => continue,
        };
        if place.replace(value.into_owned()).is_some() {
            return None;
        }
    }
    Some(back)
}

/// What to show.
enum Shown {
    /// Somebody has to say that it is meant so.
    Confirm(ConsentView),
    Done(ConsentView),
}

async fn back(State(web): State<Arc<Web>>, client: Client, request: Request) -> Response<Body> {
    // The body of a confirmation is empty; nothing of it is read.
    let (parts, _) = request.into_parts();
    // Link checkers ask so, and must not use it up.
    if parts.method == Method::HEAD {
        return StatusCode::NO_CONTENT.into_response();
    }
    let query = parts.uri.query().unwrap_or_default();
    let back = read(query);
    let locale = locale(&parts.headers, back.as_ref().and_then(|back| back.lang.as_deref()));
    let answered = match back {
        Some(back) => answer(&web, &client, &parts, back).await,
        None => Err((unknown(), None)),
    };
    match answered {
        Ok(Shown::Confirm(view)) => confirm(locale, &view, query),
        Ok(Shown::Done(view)) => match view.return_to.as_deref().map(HeaderValue::from_str) {
            Some(Ok(path)) => onwards(path),
            _ => done(locale, &view),
        },
        Err((problem, return_to)) => failed(locale, &problem, return_to.as_deref()),
    }
}

type Failed = (Problem, Option<String>);

async fn answer(web: &Arc<Web>, client: &Client, parts: &Parts, back: Back) -> Result<Shown, Failed> {
    let plain = |problem: Problem| (problem, None);
    let store = web.app.store();
    // States cannot be guessed; who tries all the same is held up as who guesses passwords.
    web.throttle.take(store, &client.address, None).await.map_err(plain)?;
    let view = web.app.consent(back.state.as_deref().unwrap_or_default()).await;
    let view = view.map_err(|error| plain(error.into()))?.ok_or_else(|| plain(unknown()))?;
    web.throttle.give_back(store, &client.address, None).await;
    let failed = |problem: Problem| (problem, view.return_to.clone());
    if view.state != ConsentState::Open {
        return Err(failed(consent_used().into()));
    }
    match view.session {
        Some(_) => must_be_whose_it_is(web, parts, &view).await.map_err(failed)?,
        None if parts.method != Method::POST && back.answer.error.is_none() => {
            return Ok(Shown::Confirm(view));
        }
        None => {}
    }
    let (app, asked) = (web.app.clone(), view.clone());
    // A code is good once: its exchange goes on also where the browser goes away.
    let finished = tokio::spawn(async move { app.finish_consent(&asked, back.answer).await });
    match finished.await {
        Ok(Ok(())) => Ok(Shown::Done(view)),
        Ok(Err(error)) => Err((error.into(), view.return_to)),
        Err(_) => Err((Problem::internal(), view.return_to)),
    }
}

/// The browser has the session in which the consent was asked for, of somebody who may still change the connection.
async fn must_be_whose_it_is(web: &Web, parts: &Parts, view: &ConsentView) -> Result<(), Problem> {
    let found = match cookie::read(&parts.headers, web.door.is_https()) {
        Some(secret) => web.app.store().session(secret).await?,
        None => None,
    };
    let found = found.filter(|(session, _)| Some(session.id) == view.session);
    let (_, user) = found.ok_or_else(elsewhere)?;
    let by = format!("user:{}", user.email);
    web.app.may_consent(view, Actor { by: &by, most: user.role }).await?;
    Ok(())
}

fn unknown() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "consent_unknown",
        text!(
            "Nobody asked for this consent here, or that was long ago. Authorise the connection again.",
            "本站沒有這項授權請求，或時間已久。請重新授權連線。"
        ),
    )
}

fn elsewhere() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "consent_elsewhere",
        text!(
            "This consent was asked for in another browser or session. Finish it there, or authorise the connection again here.",
            "這項授權是在其他瀏覽器或登入工作階段中提出。請在原處完成，或在此重新授權連線。"
        ),
    )
}

fn onwards(path: HeaderValue) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, path);
    response
}

fn title(locale: Locale) -> String {
    text!("Authorisation - Causeway", "授權 - Causeway").in_locale(locale).to_owned()
}

fn facts(locale: Locale, view: &ConsentView) -> String {
    let row = |name: Text, value: &str| {
        format!("<dt>{}</dt><dd>{}</dd>", escape(name.in_locale(locale)), escape(value))
    };
    format!(
        "<dl>{}{}{}{}</dl>",
        row(text!("Connection", "連線"), &view.connection),
        row(text!("Values", "內容"), &view.environment.to_string()),
        row(text!("System", "系統"), &view.origin),
        row(text!("Asked for by", "提出者"), &view.by),
    )
}

fn confirm(locale: Locale, view: &ConsentView, query: &str) -> Response<Body> {
    let say = |text: Text| escape(text.in_locale(locale));
    let html = format!(
        "<h1>{}</h1><p>{}</p>{}<form method=\"post\"><div class=\"choices\"><button>{}</button></div></form>",
        say(text!("Connect your account?", "要連結您的帳號嗎？")),
        say(text!(
            "Flows that use this connection will act as the account with which you just signed in. Go on only if you asked for this.",
            "使用此連線的流程將以您剛才登入的帳號執行。若這不是您提出的要求，請勿繼續。"
        )),
        facts(locale, view),
        say(text!("Connect", "連結")),
    );
    framed(StatusCode::OK, locale, &title(locale), &html, Some(query))
}

fn done(locale: Locale, view: &ConsentView) -> Response<Body> {
    let say = |text: Text| escape(text.in_locale(locale));
    let html = format!(
        "<h1>{}</h1>{}<p>{}</p>",
        say(text!("The account is connected", "已連結帳號")),
        facts(locale, view),
        say(text!("You may close this page.", "您可以關閉此頁面。")),
    );
    framed(StatusCode::OK, locale, &title(locale), &html, None)
}

fn failed(locale: Locale, problem: &Problem, return_to: Option<&str>) -> Response<Body> {
    let mut html = format!(
        "<h1>{}</h1><p>{}</p>",
        escape(text!("Nothing was connected", "沒有連結帳號").in_locale(locale)),
        escape(problem.text.in_locale(locale)),
    );
    if let Some(path) = return_to {
        let back = text!("Back", "返回");
        html.push_str(&format!("<p><a href=\"{}\">{}</a></p>", escape(path), escape(back.in_locale(locale))));
    }
    let mut response = framed(problem.status, locale, &title(locale), &html, None);
    for (name, value) in &problem.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(*name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_twice_is_not_believed() {
        let back = read("state=s&code=c%20d&iss=https%3A%2F%2Fi&x=1&x=2").expect("reads");
        assert_eq!((back.state.as_deref(), back.answer.code.as_deref()), (Some("s"), Some("c d")));
        assert_eq!(back.answer.issuer.as_deref(), Some("https://i"));
        assert!(read("state=s&state=t&code=c").is_none() && read("state=s&code=c&code=d").is_none());
        assert!(read(&format!("state={}", "s".repeat(LONGEST_QUERY))).is_none());
    }
}
