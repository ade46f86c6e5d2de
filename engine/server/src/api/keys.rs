//! What the OpenAPI document says of `Idempotency-Key`, the same for every POST that takes it.

use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{HeaderBuilder, OpenApi, RefOr, Required, Response};

use super::responses::problem;
use crate::idempotency::{LONGEST_KEY, WITHOUT};

pub(super) fn describe(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        if let Some(operation) = item.post.as_mut().filter(|_| !WITHOUT.contains(&path.as_str())) {
            take_key(operation);
        }
    }
}

fn take_key(operation: &mut Operation) {
    let key =
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(LONGEST_KEY));
    let parameter = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The same request with the same key is done once within 24 hours: the first answer is given again"))
        .schema(Some(key.pattern(Some("^[!-~]+$"))))
        .build();
    operation.parameters.get_or_insert_default().push(parameter.into());
    let responses = &mut operation.responses.responses;
    for (status, what) in [
        ("400", "The query, a header or the body does not read"),
        ("409", "A request with the same `Idempotency-Key` is under way"),
        ("413", "The body is too large"),
        ("422", "The `Idempotency-Key` was used for another request"),
        ("429", "Too many keys within a day; come back after `Retry-After`"),
    ] {
        responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(problem(what)));
    }
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(response) = response
            && !status.starts_with('5')
        {
            replayed(response);
        }
    }
}

fn replayed(response: &mut Response) {
    let header = HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::Boolean)))
        .description(Some("`true`: this is the answer of the first request with this `Idempotency-Key`"))
        .build();
    response.headers.insert("Idempotency-Replayed".to_owned(), header.into());
}
