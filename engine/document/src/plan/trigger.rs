//! Triggers as compiled.

use std::sync::Arc;

pub use causeway_connector::{HmacAlgorithm, HmacEncoding};
use causeway_model::{Flow, FlowId, Slug, Span, Text, Time, TriggerKind, Value};
use causeway_script::Template;
use chrono_tz::Tz;
use serde_json::json;

use crate::InputSchema;
use crate::cidr::Cidr;
use crate::cron::{Cron, Times, timezone};
use crate::specs::triggers::{MOST_MISSED, TIMEZONE};

/// A trigger as compiled.
pub enum PlanTrigger {
    Webhook(Box<Webhook>),
    Manual { input: Option<Arc<InputSchema>>, schema: Option<Value> },
    Called { input: Option<Arc<InputSchema>>, schema: Option<Value> },
    FlowFailed { flows: Vec<Slug>, tags: Vec<String>, all: bool },
    Schedule(Schedule),
    Connector(Box<ConnectorTrigger>),
}

/// An event of a connector, heard of with a connection.
pub struct ConnectorTrigger {
    pub connector: String,
    /// The part of `use` after the dot.
    pub trigger: String,
    pub connection: String,
    pub way: ConnectorWay,
}

/// How it is heard of.
pub enum ConnectorWay {
    /// The system calls `/hooks/@<connection>`.
    Webhook {
        /// `Known`: what the connector says.
        dedupe: Dedupe,
        dedupe_window: Span,
    },
    Poll {
        every: Span,
        from: PollFrom,
        /// Further input of the operation, an object.
        input: Value,
        /// Records in one poll.
        most: u64,
    },
}

/// What a poll's first look takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollFrom {
    /// Only what comes after the flow was published.
    Now,
    /// All that there is.
    Beginning,
}

impl ConnectorTrigger {
    /// The event of something that was heard of: `trigger` as expressions see it.
    pub fn event(&self, body: Value, headers: Value, received_at: Time) -> Value {
        json!({
            "kind": TriggerKind::Connector.name(), "event": self.trigger, "connection": self.connection,
            "body": body, "headers": headers, "received_at": received_at,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub times: Times,
    pub zone: Tz,
    pub missed: Missed,
    /// Starts come up to so much later.
    pub jitter: Span,
}

/// What happens with times that passed while nobody kept time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    Skip,
    /// One run for all of them.
    Once,
    /// A run for each, the newest ones.
    All {
        most: u32,
    },
}

impl Schedule {
    /// The schedule of a document that was compiled before; nothing but its trigger is looked at.
    pub fn of(flow: &Flow) -> Option<Self> {
        let with = &flow.trigger.with;
        if flow.trigger.use_ != TriggerKind::Schedule.name() {
            return None;
        }
        let text_of = |name: &str| with.get(name).and_then(Value::as_str);
        let span = |name: &str| text_of(name).and_then(|written| written.parse::<Span>().ok());
        let times = match text_of("cron") {
            Some(cron) => Times::Cron(Cron::read(cron).ok()?),
            None => Times::Every(span("every")?.millis()),
        };
        let missed = match text_of("missed") {
            Some("once") => Missed::Once,
            Some("all") => {
                let most =
                    with.get("max_missed").and_then(Value::as_u64).and_then(|most| most.try_into().ok());
                Missed::All { most: most.unwrap_or(MOST_MISSED) }
            }
            _ => Missed::Skip,
        };
        let zone = timezone(text_of("timezone").unwrap_or(TIMEZONE))?;
        Some(Self { times, zone, missed, jitter: span("jitter").unwrap_or_default() })
    }

    pub fn sentence(&self) -> Text {
        self.times.sentence(self.zone.name())
    }

    /// How much later than its times this flow starts: always the same, and spread over the jitter by the flow's id.
    pub fn delay(&self, flow: FlowId) -> Span {
        let jitter = self.jitter.millis();
        if jitter == 0 {
            return Span::default();
        }
        // FNV-1a: ids made at one time differ in few bits, and the same id must give the same on every machine.
        let hash = flow.0.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
        });
        Span::from_millis((hash ^ (hash >> 29)) % (jitter + 1))
    }
}

pub struct Webhook {
    /// Without a leading slash; `{name}` stands for one segment.
    pub path: String,
    /// Upper case; empty means any.
    pub methods: Vec<String>,
    pub reply: ReplyMode,
    pub reply_timeout: Span,
    pub verify: Verify,
    /// Only from these addresses; empty means from any.
    pub ips: Vec<Cidr>,
    pub cors: Option<Cors>,
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
    Jwt(Jwt),
}

/// A JSON Web Token in a header (behind `Bearer` too).
pub struct Jwt {
    /// Tokens that say another are refused.
    pub algorithm: JwtAlgorithm,
    pub header: String,
    pub key: JwtKey,
    pub issuer: Option<String>,
    pub audience: Option<String>,
    /// How far the clocks may differ.
    pub leeway: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwtAlgorithm {
    Hs256,
    Hs384,
    Hs512,
    Rs256,
    Es256,
}

pub enum JwtKey {
    Secret(Template),
    Pem(Template),
    /// JSON text.
    Jwks(Template),
}

/// Which pages in browsers may call a webhook. Never with cookies or other credentials of the browser's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cors {
    pub origins: Vec<String>,
    pub any: bool,
    /// Headers that pages may send.
    pub headers: Vec<String>,
    /// How long browsers may remember the answer.
    pub max_age: Span,
}

/// Where the dedupe key comes from.
pub enum Dedupe {
    /// `webhook-id`, `X-GitHub-Delivery`, `Idempotency-Key`, a LINE `webhookEventId`, a Stripe event id - the first there is.
    Known,
    Key(Template),
    Off,
}
