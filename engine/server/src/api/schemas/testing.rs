//! Shapes of test runs of drafts, and of samples.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Fault, StepRun, Text};

/// How it is known what a step of a dry run gave.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum KnownFrom {
    /// By the sample, an earlier run, or the request.
    Given,
    /// The operation's own example.
    Example,
    /// What would most likely come.
    Assumed,
    /// Nothing that reads it runs.
    Unknown,
}

/// How much of a flow a test runs.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum TestPart {
    Whole,
    /// A step and what comes before it.
    Until,
    /// One step alone.
    Step,
}

/// What a test run is, and what it shows beside its steps.
#[derive(ToSchema)]
pub(in crate::api) struct TestView {
    part: TestPart,
    /// The step that `until` and `step` are about.
    step: Option<String>,
    dry_run: bool,
    /// Absent where the document was no draft.
    draft_revision: Option<i64>,
    sample: Option<String>,
    from_run: Option<Uuid>,
    /// What a dry run would have done, in the order of the document; the steps of a loop before the loop itself.
    effects: Vec<Rehearsed>,
    /// The steps inside of loops whose first item is shown.
    inside: Vec<ItemSteps>,
}

/// A step that a dry run did not perform.
#[derive(ToSchema)]
pub(in crate::api) struct Rehearsed {
    /// The loop item that it stands in; absent at the top.
    frame: Option<String>,
    step: String,
    #[schema(rename = "use")]
    use_: String,
    /// The resolved input, with `{{ secret.x }}` in the place of secrets.
    input: serde_json::Value,
    /// The request that would go out.
    request: Option<ShownRequest>,
    /// What would happen, in words.
    note: Option<Text>,
    output_from: KnownFrom,
}

/// A request that was made ready and not sent, with `{{ secret.x }}` in the place of secrets.
#[derive(ToSchema)]
pub(in crate::api) struct ShownRequest {
    method: String,
    url: String,
    /// By lower-case name: a text, or a list where the name goes out several times.
    #[schema(value_type = Object)]
    headers: (),
    /// At most 64 kB; files and streams by their names.
    body: Option<String>,
    /// Of the whole body, where that tells nothing of a secret.
    body_bytes: Option<u64>,
    body_cut: Option<bool>,
}

/// The steps of one item of a loop.
#[derive(ToSchema)]
pub(in crate::api) struct ItemSteps {
    frame: String,
    steps: Vec<StepRun>,
}

#[derive(ToSchema)]
pub(in crate::api) struct StartedTest {
    run: Uuid,
    draft_revision: Option<i64>,
    /// What somebody should look at in the document.
    warnings: Vec<Fault>,
}

/// A sample without its data.
#[derive(ToSchema)]
pub(in crate::api) struct SampleRecord {
    name: String,
    /// Raised with each change; its ETag.
    revision: i64,
    bytes: u64,
    updated_at: DateTime<Utc>,
    updated_by: String,
}

/// Named data that a flow is tried with.
#[derive(ToSchema)]
pub(in crate::api) struct Sample {
    /// What it is, for people.
    description: Option<String>,
    /// `trigger` as expressions see it, or those fields of it that matter.
    trigger: serde_json::Value,
    /// What steps gave, by id.
    #[schema(value_type = Option<Object>)]
    outputs: Option<()>,
    /// Which named exit steps took, by id.
    #[schema(value_type = Option<Object>)]
    ports: Option<()>,
}

#[derive(ToSchema)]
pub(in crate::api) struct SavedSample {
    #[schema(inline)]
    #[serde(flatten)]
    record: SampleRecord,
    sample: Sample,
    /// What could not be kept: outputs and trigger fields that are files or record streams.
    left_out: Vec<String>,
}

/// What came while somebody listened.
#[derive(ToSchema)]
pub(in crate::api) struct Heard {
    /// Whether a call is still waited for.
    listening: bool,
    /// `trigger` as a sample holds it; null while nothing came. What may hold credentials is masked.
    trigger: Option<serde_json::Value>,
    received_at: Option<DateTime<Utc>>,
}
