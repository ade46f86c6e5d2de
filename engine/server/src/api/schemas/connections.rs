//! Shapes of connections.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Text;

/// Who sees a connection and may use it, beside its owner and the admins: nobody, or every role from this one on.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum Shared {
    Private,
    Viewer,
    Operator,
    Editor,
    Admin,
}

/// Which of a connection's values. Test runs use those for tests where there are any, and all else those of production.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum Environment {
    Production,
    Test,
}

#[derive(ToSchema)]
pub(in crate::api) struct Connection {
    id: Uuid,
    /// What steps call it.
    name: String,
    connector: String,
    title: String,
    /// Which of the connector's ways to sign in it uses.
    auth: Option<String>,
    /// Who made it: `user:<email>`, `token:<name>`, `cli:<account of the machine>`.
    owner: String,
    shared: Shared,
    /// Raised with each change.
    revision: i64,
    environments: ConnectionEnvironments,
    created_at: DateTime<Utc>,
    created_by: String,
    changed_at: DateTime<Utc>,
    changed_by: String,
    /// To ten seconds.
    last_used_at: Option<DateTime<Utc>>,
    last_ok_at: Option<DateTime<Utc>>,
    /// What went wrong last, though it may work again.
    last_error: Option<ConnectionError>,
    /// Until when nobody calls, after failures in a row.
    paused_until: Option<DateTime<Utc>>,
    /// Where the system's webhooks go; absent where the connector has none.
    webhook_path: Option<String>,
    /// The same with the public address of the server, where that is set.
    webhook_url: Option<String>,
    /// What has to be registered at the system, where the connection signs in by somebody's consent (`oauth_code`); not in lists.
    redirect_uri: Option<String>,
}

#[derive(ToSchema)]
pub(in crate::api) struct ConnectionEnvironments {
    production: Option<ConnectionValues>,
    test: Option<ConnectionValues>,
}

#[derive(ToSchema)]
pub(in crate::api) struct ConnectionValues {
    #[schema(value_type = Option<Object>)]
    settings: Option<serde_json::Value>,
    settings_changed_at: Option<DateTime<Utc>>,
    /// The names of those that are set.
    credentials: Vec<String>,
    credentials_changed_at: Option<DateTime<Utc>>,
    /// When somebody consented, where the connection signs in by that.
    consented_at: Option<DateTime<Utc>>,
    /// Who asked for it.
    consented_by: Option<String>,
}

/// A consent that somebody may give now.
#[derive(ToSchema)]
pub(in crate::api) struct StartedConsent {
    /// What to open in a browser.
    authorize_url: String,
    expires_at: DateTime<Utc>,
    /// What must be registered at the system.
    redirect_uri: String,
}

#[derive(ToSchema)]
pub(in crate::api) struct ConnectionError {
    code: String,
    message: Text,
    at: DateTime<Utc>,
}

#[derive(ToSchema)]
pub(in crate::api) struct TestedConnection {
    ok: bool,
    took_ms: u64,
    /// For people.
    message: Text,
    error: Option<ConnectionFault>,
}

#[derive(ToSchema)]
pub(in crate::api) struct ConnectionFault {
    code: String,
    /// What one can do about it: `auth`, `connect`, `timeout`, `server`, `limit`, `invalid` ...
    class: String,
    /// The status that the system answered with.
    status: Option<u16>,
    message: Text,
    retry_after_ms: Option<u64>,
}

#[derive(ToSchema)]
pub(in crate::api) struct ConnectionUsage {
    flows: Vec<ConnectionUser>,
    /// There are more flows than are listed.
    more: bool,
}

#[derive(ToSchema)]
pub(in crate::api) struct ConnectionUser {
    slug: String,
    name: String,
    /// The published version that names it; absent where none does.
    version: Option<i32>,
    /// Whether the draft names it.
    draft: bool,
    /// The steps that do, in either; the trigger is none.
    steps: Vec<String>,
}

#[derive(ToSchema)]
pub(in crate::api) struct OptionView {
    /// A text, a number, or true or false.
    value: serde_json::Value,
    title: String,
}
