//! The answers that every operation may give beside its own.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// What any operation may answer.
const COMMON: [(&str, &str); 3] = [
    ("401", "The token or session is missing, not valid or over"),
    (
        "403",
        "The role is too low, the token's scope too narrow, or the request not from a page of this server",
    ),
    ("503", "The database is busy or not reachable; come back after `Retry-After`"),
];

/// An answer that is a problem.
pub(super) fn problem(what: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(what).content("application/problem+json", content).build()
}

fn problems(own: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let answer = |status: &str, what: &str| match status {
        // Without a body.
        "304" => ResponseBuilder::new().description(what).build(),
        _ => problem(what),
    };
    COMMON
        .iter()
        .chain(own)
        .map(|(status, what)| ((*status).to_owned(), answer(status, what).into()))
        .collect()
}

macro_rules! responses {
    ($($(#[$doc:meta])* $name:ident: $($status:literal $what:literal),+;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                problems(&[$(($status, $what)),+])
            }
        }
    )*};
}

responses! {
    /// Of lists.
    Listing: "400" "The query does not read; `parameter` says what of it";
    /// Of lists that name something which may not be there.
    Finding: "400" "The query does not read; `parameter` says what of it", "404" "There is no such thing";
    /// Of what looks at one thing.
    Reading: "400" "The query does not read; `parameter` says what of it", "404" "There is no such thing",
        "422" "What was asked for is refused, with the reason";
    /// Of documents with an ETag.
    Document: "304" "It is as `If-None-Match` says", "400" "The query does not read; `parameter` says what of it",
        "404" "There is no such thing", "422" "What was asked for is refused, with the reason";
    /// Of what replaces a document with an ETag.
    Replacing: "400" "The body does not read", "404" "There is no such thing",
        "409" "Its state does not allow this", "412" "It is not as `If-Match` says any more",
        "413" "The body is too large", "422" "What was sent is refused, with the reason";
    /// Of what tells what a change would do.
    Previewing: "400" "The query does not read; `parameter` says what of it", "404" "There is no such thing",
        "409" "The state of the thing does not allow this", "422" "What was asked for is refused, with the reason";
    /// Of what tells which lists change.
    Listening: "400" "The query does not read", "429" "Too many listen here, or for this person; come back after `Retry-After`";
    /// Of what tells what happens to a run.
    ListeningToRun: "400" "The query does not read", "404" "There is no such run",
        "422" "What was asked for is refused, with the reason",
        "429" "Too many listen here, or for this person; come back after `Retry-After`";
    /// Of what lets people in.
    SigningIn: "400" "The body does not read", "409" "It is done already, or the account changed meanwhile",
        "413" "The body is too large", "422" "What was sent is refused, with the reason",
        "429" "Too many tries; come back after `Retry-After`";
    /// Of what changes something.
    Changing: "400" "The body does not read", "404" "There is no such thing",
        "409" "It changed meanwhile, or its state does not allow this",
        "413" "The body is too large", "422" "What was sent is refused, with the reason";
}
