//! Who calls the API: permission as the type of an argument. A handler that takes [`Editor`] is only called for those
//! who may edit. Callers are the holders of tokens, and people who have signed in.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use causeway_model::{Role, UserId, text};
use causeway_store::{Actor, SessionRecord, TokenRecord, UserRecord};

use crate::app::{Decider, Error};
use crate::problem::Problem;
use crate::state::Web;
use crate::{cookie, origin, scope};

/// The header that unsafe requests of a session must bring along.
const CSRF_HEADER: &str = "x-csrf-token";

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub who: Who,
    /// As of this request.
    pub role: Role,
    by: String,
}

#[derive(Clone, Debug)]
pub(crate) enum Who {
    Token(TokenRecord),
    User { user: UserRecord, session: SessionRecord },
}

impl Principal {
    fn new(who: Who) -> Self {
        let (role, by) = match &who {
            Who::Token(token) => (token.role, format!("token:{}", token.name)),
            Who::User { user, .. } => (user.role, format!("user:{}", user.email)),
        };
        Self { who, role, by }
    }

    /// As records keep it: `user:<email>` or `token:<name>`.
    pub(crate) fn by(&self) -> String {
        self.by.clone()
    }

    pub(crate) fn actor(&self) -> Actor<'_> {
        Actor { by: &self.by, most: self.role }
    }

    /// The person, or the person whose token it is.
    pub(crate) fn user(&self) -> Option<UserId> {
        match &self.who {
            Who::Token(token) => token.owner,
            Who::User { user, .. } => Some(user.id),
        }
    }

    pub(crate) fn decider(&self) -> Decider {
        match &self.who {
            Who::Token(token) => Decider::Token { name: token.name.clone(), role: self.role },
            Who::User { user, .. } => Decider::User { email: user.email.clone(), role: self.role },
        }
    }

    fn at_least(self, wanted: Role) -> Result<Self, Problem> {
        let own = self.role;
        if own >= wanted {
            return Ok(self);
        }
        Err(Error::forbidden(
            "role_too_low",
            text!(
                "This needs the role {wanted} or higher; you have {own}",
                "此操作需要 {wanted} 以上的角色，您的角色是 {own}"
            ),
        )
        .into())
    }
}

macro_rules! permission {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name(pub Principal);

        impl FromRequestParts<Arc<Web>> for $name {
            type Rejection = Problem;
            async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Problem> {
                principal(parts, web).await?.at_least(Role::$name).map(Self)
            }
        }
    )*};
}

permission! {
    /// May see flows and runs.
    Viewer
    /// May start, cancel, resume and replay runs.
    Operator
    /// May change and publish flows, and set variables.
    Editor
    /// May manage people, tokens and secrets.
    Admin
}

/// A person who has signed in, whatever their role; tokens are refused.
pub(crate) struct SignedIn {
    pub principal: Principal,
    pub user: UserRecord,
    pub session: SessionRecord,
}

impl FromRequestParts<Arc<Web>> for SignedIn {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Problem> {
        let principal = principal(parts, web).await?;
        match principal.who.clone() {
            Who::User { user, session } => Ok(Self { principal, user, session }),
            Who::Token(_) => Err(Error::forbidden(
                "session_needed",
                text!(
                    "This is about the person who has signed in; a token is none",
                    "此操作僅適用於已登入的人員，權杖無法使用"
                ),
            )
            .into()),
        }
    }
}

/// A token counts before a cookie, so that a program that has both is what its token says.
pub(crate) async fn principal(parts: &Parts, web: &Web) -> Result<Principal, Problem> {
    // A layer before asked already.
    if let Some(known) = parts.extensions.get::<Principal>() {
        return Ok(known.clone());
    }
    if parts.headers.contains_key(AUTHORIZATION) {
        return by_token(parts, web).await;
    }
    match cookie::read(&parts.headers, web.door.is_https()) {
        Some(secret) => by_session(parts, web, secret).await,
        None => Err(unauthorized(r#"Bearer realm="causeway""#)),
    }
}

async fn by_token(parts: &Parts, web: &Web) -> Result<Principal, Problem> {
    let wrong = r#"Bearer realm="causeway", error="invalid_token""#;
    let token = bearer(parts).ok_or_else(|| unauthorized(wrong))?;
    let known = web.app.store().authenticate(token).await.map_err(|error| {
        let expired = error.code() == Some("token_expired");
        let mut problem = Problem::from(error);
        if expired {
            problem.status = StatusCode::UNAUTHORIZED;
            problem = problem.with_header("www-authenticate", wrong);
        }
        problem
    })?;
    let record = known.ok_or_else(|| unauthorized(wrong))?;
    scope::check(parts, &web.app, &record).await?;
    Ok(Principal::new(Who::Token(record)))
}

/// What changes something must come from a page of our own, which knows the session's CSRF token.
async fn by_session(parts: &Parts, web: &Web, secret: &str) -> Result<Principal, Problem> {
    let store = web.app.store();
    let (session, user) = store.session(secret).await?.ok_or_else(session_over)?;
    if !parts.method.is_safe() {
        origin::must_be_own(parts, &web.door)?;
        let given = parts.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
        if !given.is_some_and(|given| store.is_csrf_token(session.id, given)) {
            return Err(Error::forbidden(
                "csrf_token_invalid",
                text!(
                    "The header X-CSRF-Token is missing or not that of this session; `GET /api/v1/me` gives it",
                    "缺少 X-CSRF-Token 標頭，或不屬於此登入工作階段；可由 `GET /api/v1/me` 取得"
                ),
            )
            .into());
        }
    }
    Ok(Principal::new(Who::User { user, session }))
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

fn unauthorized(challenge: &'static str) -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        text!(
            "Sign in, or send a valid token: `Authorization: Bearer <token>`; `causeway token create` makes one",
            "請登入，或附上有效的權杖：`Authorization: Bearer <token>`，可用 `causeway token create` 建立"
        ),
    )
    .with_header("www-authenticate", challenge)
}

fn session_over() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "session_over",
        text!("You are not signed in any more; sign in again", "您的登入已失效，請重新登入"),
    )
    .with_header("www-authenticate", r#"Bearer realm="causeway""#)
}
