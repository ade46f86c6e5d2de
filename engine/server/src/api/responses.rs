//! The answers that every operation may give beside its own.

use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response};

use crate::problem::ProblemBody;

#[derive(IntoResponses)]
#[expect(dead_code, reason = "stands in the OpenAPI document only")]
enum Common {
    /// The token is missing or not valid
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(#[to_schema] ProblemBody<'static>),
    /// The token's role is too low
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] ProblemBody<'static>),
    /// The database is busy or not reachable; come back after `Retry-After`
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] ProblemBody<'static>),
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident: $($status:literal $what:literal),+;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, RefOr<Response>> {
                let mut all = Common::responses();
                let like = all["401"].clone();
                for (status, what) in [$(($status, $what)),+] {
                    let mut response = like.clone();
                    if let RefOr::T(response) = &mut response {
                        response.description = what.to_owned();
                    }
                    all.insert(status.to_owned(), response);
                }
                all
            }
        }
    )*};
}

problems! {
    /// Of lists.
    Listing: "400" "The query does not read";
    /// Of what looks at one thing.
    Reading: "404" "There is no such thing";
    /// Of what changes something.
    Changing: "400" "The body does not read", "404" "There is no such thing",
        "409" "It changed meanwhile, or its state does not allow this", "422" "What was sent is refused, with the reason";
}
