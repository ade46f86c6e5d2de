//! Who calls the API: permission as the type of an argument. A handler that takes [`Editor`] is only called for those
//! who may edit.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use causeway_model::{Role, text};

use crate::app::{Decider, Error};
use crate::problem::Problem;
use crate::state::Web;

/// The holder of a token.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub name: String,
    pub role: Role,
}

impl Principal {
    /// As records keep it.
    pub(crate) fn by(&self) -> String {
        format!("token:{}", self.name)
    }

    pub(crate) fn decider(&self) -> Decider {
        Decider::Token { name: self.name.clone(), role: self.role }
    }

    /// Nobody hands out, or takes away, more than they have.
    pub(crate) fn may_grant(&self, role: Role) -> Result<(), Error> {
        if role <= self.role {
            return Ok(());
        }
        let own = self.role;
        Err(Error::forbidden(
            "role_too_high",
            text!(
                "You are {own}, so the role {role} is not yours to give or take; ask somebody who has it",
                "您的角色是 {own}，無法授予或撤銷 {role} 角色，請洽具有該角色的人"
            ),
        ))
    }
}

macro_rules! permission {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name(pub Principal);

        impl FromRequestParts<Arc<Web>> for $name {
            type Rejection = Problem;
            async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Problem> {
                authorised(parts, web, Role::$name).await.map(Self)
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

async fn authorised(parts: &Parts, web: &Web, wanted: Role) -> Result<Principal, Problem> {
    let token = bearer(parts).ok_or_else(|| unauthorized(r#"Bearer realm="causeway""#))?;
    let record = web.app.store().authenticate(token).await?;
    let record = record.ok_or_else(|| unauthorized(r#"Bearer realm="causeway", error="invalid_token""#))?;
    let role = record.role;
    if role < wanted {
        return Err(Error::forbidden(
            "role_too_low",
            text!(
                "This needs the role {wanted} or higher; your token has {role}",
                "此操作需要 {wanted} 以上的角色，您的權杖是 {role}"
            ),
        )
        .into());
    }
    Ok(Principal { name: record.name, role })
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
            "Send a valid token: `Authorization: Bearer <token>`; `causeway token create` makes one",
            "請附上有效的權杖：`Authorization: Bearer <token>`，可用 `causeway token create` 建立"
        ),
    )
    .with_header("www-authenticate", challenge)
}
