//! Test runs of drafts: whole, in parts, dry; the samples they are made from; and what they leave alone.

mod alone;
mod apart;
mod crashes;
mod dry;
mod parts;
mod samples;
mod whole;

use causeway_model::Value;
use causeway_testkit::{Answer, TestApp};

/// Tests the draft of a flow.
async fn test(app: &TestApp, slug: &str, body: &Value) -> Answer {
    app.post(&format!("/flows/{slug}/draft/test"), body).await
}

/// The run of a test, once it is over.
async fn tested(app: &TestApp, slug: &str, body: &Value) -> Value {
    let id = test(app, slug, body).await.expect(202).run();
    app.finished(&id).await
}
