//! An OAuth 2 server with a small API behind it, as strict as the standard: redirect addresses are registered, PKCE is verified,
//! a code is good once, a refresh token is good once too, and whoever shows an old one loses all (RFC 9700).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::Value;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

pub const CLIENT: &str = "causeway-test";
pub const SECRET: &str = "canary-client-secret-5e1f";

/// How a grant that counts no more is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refusing {
    #[default]
    BadRequest,
    Forbidden,
    /// As if all was well.
    Ok,
}

#[derive(Default)]
pub struct Book {
    pub redirects: BTreeSet<String>,
    pub refusing: Refusing,
    /// Who answers say they are.
    pub issuer: Option<String>,
    /// How long the answer to an exchange is kept back, after the code was used.
    pub slow: Duration,
    pub declines: bool,
    pub exchanges: usize,
    pub refreshes: usize,
    /// What asked for tokens and was refused, in words.
    pub refused: Vec<String>,
    pub calls: usize,
    codes: BTreeMap<String, Code>,
    access: BTreeSet<String>,
    refresh: BTreeSet<String>,
    used: BTreeSet<String>,
    made: usize,
    base: String,
    /// Every token and code that was ever given.
    pub given: Vec<String>,
}

struct Code {
    challenge: String,
    redirect_uri: String,
    used: bool,
}

#[derive(Clone)]
pub struct Issuer {
    book: Arc<Mutex<Book>>,
    url: String,
}

impl Issuer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let book = Arc::new(Mutex::new(Book { base: url.clone(), ..Book::default() }));
        let router = Router::new()
            .route("/services/oauth2/authorize", get(authorize))
            .route("/services/oauth2/token", post(token))
            .route("/org/services/data/v62.0/limits", get(limits))
            .with_state(Arc::clone(&book));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { book, url }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        lock(&self.book)
    }

    /// How many exchanges and refreshes there were, and what was refused.
    pub fn told(&self) -> (usize, usize, Vec<String>) {
        let book = self.book();
        (book.exchanges, book.refreshes, book.refused.clone())
    }

    pub fn register(&self, redirect_uri: String) {
        self.book().redirects.insert(redirect_uri);
    }

    /// Access tokens are over.
    pub fn expire(&self) {
        self.book().access.clear();
    }

    /// The person takes the consent back.
    pub fn revoke(&self) {
        let mut book = self.book();
        book.access.clear();
        book.refresh.clear();
    }
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Book {
    fn fresh(&mut self, kind: &str) -> String {
        self.made += 1;
        let made = format!("canary-{kind}-{}-do-not-leak", self.made);
        self.given.push(made.clone());
        made
    }

    fn tokens(&mut self) -> Value {
        let (access, refresh) = (self.fresh("access"), self.fresh("refresh"));
        self.access.insert(access.clone());
        self.refresh.insert(refresh.clone());
        let instance_url = format!("{}/org", self.base);
        json!({ "access_token": access, "refresh_token": refresh, "token_type": "Bearer", "instance_url": instance_url })
    }

    fn exchange(&mut self, form: &BTreeMap<String, String>) -> Result<Value, String> {
        let asked = |name: &str| form.get(name).cloned().unwrap_or_default();
        let verifier = asked("code_verifier");
        let known = self.codes.get_mut(&asked("code")).ok_or("no such code")?;
        if std::mem::replace(&mut known.used, true) {
            self.access.clear();
            self.refresh.clear();
            return Err("a code twice".to_owned());
        }
        if known.redirect_uri != asked("redirect_uri") {
            return Err("another redirect address".to_owned());
        }
        if !(43..=128).contains(&verifier.len())
            || URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) != known.challenge
        {
            return Err("another verifier".to_owned());
        }
        self.exchanges += 1;
        Ok(self.tokens())
    }

    fn refresh(&mut self, form: &BTreeMap<String, String>) -> Result<Value, String> {
        let shown = form.get("refresh_token").cloned().unwrap_or_default();
        self.refreshes += 1;
        if self.used.contains(&shown) {
            self.access.clear();
            self.refresh.clear();
            return Err("a refresh token twice".to_owned());
        }
        if !self.refresh.remove(&shown) {
            return Err("no such refresh token".to_owned());
        }
        self.used.insert(shown);
        Ok(self.tokens())
    }
}

type Shared = State<Arc<Mutex<Book>>>;

async fn authorize(State(book): Shared, Query(asked): Query<BTreeMap<String, String>>) -> Response {
    let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let mut book = lock(&book);
    let redirect = of("redirect_uri").to_owned();
    if of("client_id") != CLIENT || !book.redirects.contains(&redirect) {
        return (StatusCode::BAD_REQUEST, "unknown client or redirect address").into_response();
    }
    let fits = of("response_type") == "code"
        && of("code_challenge_method") == "S256"
        && of("code_challenge").len() == 43
        && of("scope") == "api refresh_token"
        && of("state").len() >= 40;
    if !fits {
        return (StatusCode::BAD_REQUEST, format!("not as the standard wants it: {asked:?}")).into_response();
    }
    let mut back = reqwest::Url::parse(&redirect).expect("it was registered");
    back.query_pairs_mut().append_pair("state", of("state"));
    if let Some(issuer) = &book.issuer {
        back.query_pairs_mut().append_pair("iss", issuer);
    }
    if book.declines {
        back.query_pairs_mut()
            .append_pair("error", "access_denied")
            .append_pair("error_description", "end-user denied authorization");
    } else {
        let code = book.fresh("code");
        let (challenge, redirect_uri) = (of("code_challenge").to_owned(), redirect.clone());
        book.codes.insert(code.clone(), Code { challenge, redirect_uri, used: false });
        back.query_pairs_mut().append_pair("code", &code);
    }
    (StatusCode::FOUND, [(header::LOCATION, back.to_string())]).into_response()
}

async fn token(State(book): Shared, Form(form): Form<BTreeMap<String, String>>) -> Response {
    let of = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    if of("client_id") != CLIENT || of("client_secret") != SECRET {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" }))).into_response();
    }
    let (answered, refusing, slow) = {
        let mut book = lock(&book);
        let is_exchange = of("grant_type") == "authorization_code";
        let answered = if is_exchange { book.exchange(&form) } else { book.refresh(&form) };
        if let Err(why) = &answered {
            book.refused.push(why.clone());
        }
        (answered, book.refusing, if is_exchange { book.slow } else { Duration::from_millis(150) })
    };
    tokio::time::sleep(slow).await;
    match answered {
        Ok(tokens) => Json(tokens).into_response(),
        Err(why) => {
            let status = match refusing {
                Refusing::BadRequest => StatusCode::BAD_REQUEST,
                Refusing::Forbidden => StatusCode::FORBIDDEN,
                Refusing::Ok => StatusCode::OK,
            };
            // An answer may repeat what it was sent; nobody may see that.
            let echo = form.get("refresh_token").cloned().unwrap_or_default();
            (status, Json(json!({ "error": "invalid_grant", "error_description": why, "echo": echo })))
                .into_response()
        }
    }
}

async fn limits(State(book): Shared, headers: HeaderMap) -> Response {
    let mut book = lock(&book);
    book.calls += 1;
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if book.access.contains(shown) {
        return Json(json!({ "DailyApiRequests": { "Max": 15_000, "Remaining": 14_000 } })).into_response();
    }
    let error = json!([{ "message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID" }]);
    (StatusCode::UNAUTHORIZED, Json(error)).into_response()
}
