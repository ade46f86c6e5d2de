//! Connections: configured accounts of connectors. Their credentials are set, and never shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use causeway_connector::Catalogue;
use causeway_model::{Environment, Shared, Value, text};
use causeway_store::{ConnectionChange, ConnectionFilter, ConnectionRecord, NewConnection, tag_of};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Document, Listing, Reading, Replacing};
use super::tagged::{Expected, etag};
use super::{paging, schemas};
use crate::app::{
    ConnectionAddresses, ConnectionUsage, ConsentRequest, Reachable, StartedConsent, TestedConnection,
};
use crate::auth::{Admin, Editor, Viewer, Who};
use crate::client::Reached;
use crate::extract::{Body, Path, Query, given};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(list_connections, create_connection))
        .routes(routes!(get_connection, change_connection, delete_connection))
        .routes(routes!(set_credentials))
        .routes(routes!(test_connection))
        .routes(routes!(authorize_connection))
        .routes(routes!(get_connection_usage))
}

/// The tag of what changes make comes first: a use in between does not get in the way of a change.
fn tag(record: &ConnectionRecord) -> HeaderValue {
    etag(&format!("{}-{}", record.revision, tag_of(record)))
}

/// A connection, and what has to be registered at its system.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    record: ConnectionRecord,
    #[serde(flatten)]
    addresses: ConnectionAddresses,
}

impl Shown {
    fn of(web: &Web, catalogue: &Catalogue, here: Option<&str>, record: ConnectionRecord) -> Self {
        let reachable = Reachable { public: web.door.url.as_deref(), here };
        Self { addresses: ConnectionAddresses::of(catalogue, &record, reachable), record }
    }
}

/// A connection with its tag.
async fn tagged(
    status: StatusCode,
    web: &Web,
    reached: &Reached,
    record: ConnectionRecord,
) -> Result<Response, Problem> {
    let tag = tag(&record);
    let catalogue = &web.app.compiler_by_now().await?.catalogue;
    let shown = Shown::of(web, catalogue, reached.0.as_deref(), record);
    Ok((status, [(ETAG, tag)], Json(shown)).into_response())
}

/// The revision that `If-Match` means; `*` and nothing mean any.
fn revision(expected: Option<String>) -> Result<Option<i64>, Problem> {
    let Some(expected) = expected.filter(|expected| expected != "*") else { return Ok(None) };
    let revision = expected.split('-').next().and_then(|revision| revision.parse().ok());
    revision.map(Some).ok_or_else(|| {
        Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "if_match_invalid",
            text!(
                "`If-Match` holds no ETag of a connection; read the connection again",
                "`If-Match` 不是連線的 ETag，請重新讀取連線"
            ),
        )
    })
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ConnectionQuery {
    /// Stands in the name or the title.
    text: Option<String>,
    /// Of this connector.
    connector: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct ConnectionList {
    #[schema(value_type = Vec<schemas::Connection>)]
    connections: Vec<Shown>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The connections that one may use, by name
///
/// Admins see all; others their own, and what is shared with their role.
#[utoipa::path(get, path = "/connections", operation_id = "list_connections", tag = "settings",
    params(ConnectionQuery), responses((status = 200, body = ConnectionList), Listing))]
async fn list_connections(
    Viewer(who): Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<ConnectionQuery>,
) -> Result<Json<ConnectionList>, Problem> {
    let filter = ConnectionFilter {
        text: query.text,
        connector: query.connector,
        after: paging::after::<String>(query.cursor.as_deref())?,
        limit: paging::limit(query.limit, 50, 200)?,
    };
    let page = web.app.list_connections(filter, who.actor()).await?;
    let next_cursor = paging::next(&page, |connection| connection.name.clone());
    let catalogue = &web.app.compiler_by_now().await?.catalogue;
    let connections = page.rows.into_iter().map(|record| Shown::of(&web, catalogue, None, record)).collect();
    Ok(Json(ConnectionList { connections, next_cursor }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConnectionBody {
    /// What steps call it: 1 to 64 of a-z, 0-9, - and _. It never changes.
    name: String,
    connector: String,
    /// For people; the name where it is left out.
    #[serde(default)]
    title: String,
    /// The connector's first way to sign in where it is left out.
    auth: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<schemas::Shared>)]
    shared: Shared,
    /// By environment (`production`, `test`), each by the connector's schema.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Object>)]
    settings: BTreeMap<Environment, Value>,
    /// By environment, each by the schema of the way to sign in. Never shown again.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, BTreeMap<String, String>>)]
    credentials: BTreeMap<Environment, BTreeMap<String, String>>,
}

/// Makes a connection, which belongs to whoever made it
///
/// What does not fit the connector is refused with all its faults. It need not be whole yet.
#[utoipa::path(post, path = "/connections", operation_id = "create_connection", tag = "settings",
    request_body = ConnectionBody,
    responses((status = 201, body = schemas::Connection, headers(("ETag" = String), ("Location" = String))), Changing))]
async fn create_connection(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    reached: Reached,
    Body(body): Body<ConnectionBody>,
) -> Result<Response, Problem> {
    let new = NewConnection {
        name: body.name,
        connector: body.connector,
        title: body.title,
        auth: body.auth,
        shared: body.shared,
        settings: body.settings,
        credentials: body.credentials,
    };
    let record = web.app.create_connection(new, who.actor()).await?;
    let location = format!("/api/v1/connections/{}", record.name);
    Ok(([(LOCATION, location)], tagged(StatusCode::CREATED, &web, &reached, record).await?).into_response())
}

/// One connection; of its credentials only which are set
#[utoipa::path(get, path = "/connections/{name}", operation_id = "get_connection", tag = "settings",
    params(("name" = String, Path), ("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = schemas::Connection, headers(("ETag" = String))), Document))]
async fn get_connection(
    Viewer(who): Viewer,
    State(web): State<Arc<Web>>,
    reached: Reached,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let record = web.app.connection(&name, who.actor()).await?;
    tagged(StatusCode::OK, &web, &reached, record).await
}

/// What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConnectionPatch {
    title: Option<String>,
    #[schema(value_type = Option<schemas::Shared>)]
    shared: Option<Shared>,
    /// Another way to sign in; the credentials of the one before are forgotten.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    auth: Option<Option<String>>,
    /// By environment, each as a whole; null takes those of an environment away.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Option<Object>>)]
    settings: BTreeMap<Environment, Option<Value>>,
}

/// Changes a connection: title, sharing, settings, way to sign in
///
/// Runs use what was changed from their next call on. With `If-Match` only if it is still as that says; being used is no change.
#[utoipa::path(patch, path = "/connections/{name}", operation_id = "change_connection", tag = "settings",
    params(("name" = String, Path), ("If-Match" = Option<String>, Header, description = "The ETag of the state that the change was made on")),
    request_body = ConnectionPatch,
    responses((status = 200, body = schemas::Connection, headers(("ETag" = String))), Replacing))]
async fn change_connection(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    reached: Reached,
    Path(name): Path<String>,
    Expected(expected): Expected,
    Body(body): Body<ConnectionPatch>,
) -> Result<Response, Problem> {
    let change =
        ConnectionChange { title: body.title, shared: body.shared, auth: body.auth, settings: body.settings };
    let expected = revision(expected)?;
    let record = web.app.change_connection(&name, change, expected, who.actor()).await?;
    tagged(StatusCode::OK, &web, &reached, record).await
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EnvironmentQuery {
    /// Which of its values are meant; `production` unless said.
    #[serde(default)]
    #[param(value_type = Option<schemas::Environment>)]
    environment: Environment,
}

/// By field of the way to sign in; null takes one away, and what is left out stays.
#[derive(Deserialize, ToSchema)]
struct CredentialsBody(BTreeMap<String, Option<String>>);

/// Sets credentials of a connection
///
/// The fields that are given are set, null takes one away, and the others stay. Sessions that were begun with the credentials before end.
#[utoipa::path(put, path = "/connections/{name}/credentials", operation_id = "set_credentials", tag = "settings",
    params(("name" = String, Path), EnvironmentQuery, ("If-Match" = Option<String>, Header, description = "The ETag of the state that the change was made on")),
    request_body = CredentialsBody,
    responses((status = 200, body = schemas::Connection, headers(("ETag" = String))), Replacing))]
async fn set_credentials(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    reached: Reached,
    Path(name): Path<String>,
    Query(query): Query<EnvironmentQuery>,
    Expected(expected): Expected,
    Body(CredentialsBody(given)): Body<CredentialsBody>,
) -> Result<Response, Problem> {
    let expected = revision(expected)?;
    let changed = web.app.set_credentials(&name, query.environment, given, expected, who.actor()).await?;
    tagged(StatusCode::OK, &web, &reached, changed).await
}

/// Deletes a connection that no published flow names
#[utoipa::path(delete, path = "/connections/{name}", operation_id = "delete_connection", tag = "settings",
    params(("name" = String, Path)), responses((status = 204, description = "It is gone"), Changing))]
async fn delete_connection(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    web.app.delete_connection(&name, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tries a connection: calls the operation that its connector names for it, once
///
/// Whether it works stands in the answer, which may take 30 seconds. It changes nothing in the system that is called.
#[utoipa::path(post, path = "/connections/{name}/test", operation_id = "test_connection", tag = "settings",
    params(("name" = String, Path), EnvironmentQuery),
    responses((status = 200, body = schemas::TestedConnection), Changing))]
async fn test_connection(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    Query(query): Query<EnvironmentQuery>,
) -> Result<Json<TestedConnection>, Problem> {
    Ok(Json(web.app.test_connection(&name, query.environment, who.actor()).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConsentBody {
    /// Which of its values are meant; `production` unless said.
    #[serde(default)]
    #[schema(value_type = Option<schemas::Environment>)]
    environment: Environment,
    /// A path of this site at which the browser goes on afterwards; a page says what came of it where it is left out.
    return_to: Option<String>,
}

/// Asks for somebody's consent (OAuth 2), by which a connection signs in from then on
///
/// Opened in a browser within ten minutes, the address leads to the system, and from there back to `redirect_uri`, which must be registered at the system before. A consent that is asked for in a session comes back to that session only. What came of it stands in the connection: `consented_at` of its environment.
#[utoipa::path(post, path = "/connections/{name}/consent", operation_id = "authorize_connection", tag = "settings",
    params(("name" = String, Path)), request_body = ConsentBody,
    responses((status = 200, body = schemas::StartedConsent), Changing))]
async fn authorize_connection(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    reached: Reached,
    Path(name): Path<String>,
    Body(body): Body<ConsentBody>,
) -> Result<Json<StartedConsent>, Problem> {
    let session = match &who.who {
        Who::User { session, .. } => Some(session.id),
        Who::Token(_) => None,
    };
    let request = ConsentRequest {
        environment: body.environment,
        reached: reached.0.as_deref(),
        session,
        return_to: body.return_to.as_deref(),
    };
    Ok(Json(web.app.begin_consent(&name, request, who.actor()).await?))
}

/// The flows whose draft or published version names a connection
#[utoipa::path(get, path = "/connections/{name}/usage", operation_id = "get_connection_usage", tag = "settings",
    params(("name" = String, Path)), responses((status = 200, body = schemas::ConnectionUsage), Reading))]
async fn get_connection_usage(
    Viewer(who): Viewer,
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
) -> Result<Json<ConnectionUsage>, Problem> {
    Ok(Json(web.app.connection_usage(&name, who.actor()).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_says_its_revision() {
        let of = |text: &str| revision(Some(text.to_owned())).ok().flatten();
        assert_eq!((of("7-0a0b"), of("7"), of("*")), (Some(7), Some(7), None));
        assert!(revision(None).expect("any").is_none());
        assert!(revision(Some("abc".to_owned())).is_err() && revision(Some(String::new())).is_err());
    }
}
