//! Triggers as compiled.

use std::sync::Arc;

use causeway_model::{Slug, Span, Value};
use causeway_script::Template;

use crate::InputSchema;

/// A trigger as compiled.
pub enum PlanTrigger {
    Webhook(Webhook),
    Manual { input: Option<Arc<InputSchema>>, schema: Option<Value> },
    Called { input: Option<Arc<InputSchema>>, schema: Option<Value> },
    FlowFailed { flows: Vec<Slug>, tags: Vec<String>, all: bool },
    Schedule(Schedule),
}

pub struct Schedule {
    /// As written.
    pub cron: String,
    pub timezone: String,
    /// `skip`, `once` or `all`.
    pub missed: Missed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    Skip,
    Once,
    All,
}

pub struct Webhook {
    /// Without a leading slash; `{name}` stands for one segment.
    pub path: String,
    /// Upper case; empty means any.
    pub methods: Vec<String>,
    pub reply: ReplyMode,
    pub reply_timeout: Span,
    pub verify: Verify,
    pub dedupe: Dedupe,
    /// How long a dedupe key is remembered.
    pub dedupe_window: Span,
    pub max_body_bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyMode {
    /// 202 at once.
    Accepted,
    /// The output of the last step.
    Last,
    /// By a `respond` step.
    Respond,
}

/// How a caller shows who it is. `secret` and the like are templates that may hold `secret.x`: sealed tokens when resolved.
pub enum Verify {
    None,
    Basic {
        username: Template,
        password: Template,
    },
    /// The header holds exactly the token (`Authorization: Bearer` understood).
    Header {
        header: String,
        token: Template,
    },
    Hmac {
        algorithm: HmacAlgorithm,
        header: String,
        encoding: HmacEncoding,
        prefix: String,
        secret: Template,
    },
    StandardWebhooks {
        secret: Template,
        tolerance: Span,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HmacAlgorithm {
    Sha1,
    Sha256,
    Sha512,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HmacEncoding {
    Hex,
    Base64,
}

/// Where the dedupe key comes from.
pub enum Dedupe {
    /// `webhook-id`, `X-GitHub-Delivery`, `Idempotency-Key`, a LINE `webhookEventId`, a Stripe event id - the first there is.
    Known,
    Key(Template),
    Off,
}
