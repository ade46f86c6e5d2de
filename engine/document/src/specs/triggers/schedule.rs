//! `schedule`: at fixed times.

use causeway_model::{Fault, Span, Text, TriggerKind, Value, text};
use serde_json::json;

use super::Trigger;
use crate::compile::TriggerCx;
use crate::cron::{Cron, Times, timezone};
use crate::plan::{Missed, PlanTrigger, Schedule};
use crate::specs::parts::{choice, duration, field, filled, integer, object};

pub struct ScheduleTrigger;

pub(crate) const TIMEZONE: &str = "Asia/Taipei";
const SHORTEST_STEP: Span = Span::from_secs(1);
const LONGEST_STEP: Span = Span::from_secs(366 * 86_400);
const LONGEST_JITTER: Span = Span::from_secs(86_400);
/// How many missed times `all` makes up for where the flow does not say.
pub(crate) const MOST_MISSED: u32 = 100;

impl Trigger for ScheduleTrigger {
    fn kind(&self) -> TriggerKind {
        TriggerKind::Schedule
    }

    fn title(&self) -> Text {
        text!("Schedule", "排程")
    }

    fn description(&self) -> Text {
        text!(
            "Starts at fixed times, once per time, however many servers there are. `trigger.fire_at` is the time it was due.",
            "在固定時間啟動，無論有幾台伺服器，每個時間只啟動一次。`trigger.fire_at` 是預定的時間。"
        )
    }

    fn schema(&self) -> Value {
        let mut schema = object(vec![
            field(
                "cron",
                filled(),
                text!("Times", "時間"),
                text!(
                    "Unix cron: minute, hour, day of month, month, day of week (0 and 7 are Sunday); seconds may stand in front.",
                    "Unix cron：分、時、日、月、星期（0 與 7 為星期日）；最前面可加秒。"
                ),
            )
            .fixed(),
            field(
                "every",
                duration(),
                text!("Every", "每隔"),
                text!(
                    "Instead of `cron`: a fixed length of time, such as `15m`, counted from midnight.",
                    "取代 `cron`：固定的間隔，例如 `15m`，由午夜起算。"
                ),
            )
            .fixed(),
            field(
                "timezone",
                filled(),
                text!("Time zone", "時區"),
                text!("An IANA name such as `Asia/Taipei`.", "IANA 時區名稱，例如 `Asia/Taipei`。"),
            )
            .fixed()
            .default(TIMEZONE.into()),
            field(
                "missed",
                choice(&["skip", "once", "all"]),
                text!("Missed times", "錯過的時間"),
                text!(
                    "What happens with times that passed while no server ran: none, one run for all, or each of them.",
                    "伺服器停機期間錯過的時間：不補、合併補一次，或逐一補齊。"
                ),
            )
            .fixed()
            .default("skip".into()),
            field(
                "max_missed",
                integer(1, 1000),
                text!("Most made up for", "最多補幾次"),
                text!(
                    "With `all`: how many missed times are made up for at most, the newest ones.",
                    "用於 `all`：最多補幾次，以最近的為準。"
                ),
            )
            .fixed()
            .default(MOST_MISSED.into()),
            field(
                "jitter",
                duration(),
                text!("Spread", "分散時間"),
                text!(
                    "Starts up to so much later, always by the same for this flow, so that many flows of one time do not all start at once.",
                    "最多延後這麼久才啟動；同一流程的延後時間固定，避免許多流程同時啟動。"
                ),
            )
            .fixed(),
        ]);
        schema["anyOf"] = json!([{ "required": ["cron"] }, { "required": ["every"] }]);
        schema
    }

    fn fields(&self) -> &'static [&'static str] {
        &["kind", "fire_at", "received_at"]
    }

    fn compile(&self, trigger: &mut TriggerCx) -> Option<PlanTrigger> {
        let times = times(trigger);
        let name = trigger.field("timezone").and_then(Value::as_str).unwrap_or(TIMEZONE).to_owned();
        let missed = match trigger.field("missed").and_then(Value::as_str) {
            Some("once") => Missed::Once,
            Some("all") => {
                let most = trigger.field("max_missed").and_then(Value::as_u64);
                Missed::All { most: most.and_then(|most| most.try_into().ok()).unwrap_or(MOST_MISSED) }
            }
            _ => Missed::Skip,
        };
        if trigger.field("max_missed").is_some() && !matches!(missed, Missed::All { .. }) {
            let message = text!(
                "`max_missed` has no effect without `missed: all`.",
                "`max_missed` 只在 `missed: all` 時有作用。"
            );
            let fix = text!("Remove it, or set `missed` to `all`.", "請移除，或將 `missed` 設為 `all`。");
            trigger.fault(Fault::warning("no_effect", "/trigger/with/max_missed", message).with_fix(fix));
        }
        let jitter = trigger.span("jitter", Span::default(), LONGEST_JITTER);
        let zone = timezone(&name);
        if zone.is_none() {
            let shown: String = name.chars().take(60).collect();
            let message = text!("There is no time zone `{shown}`.", "沒有時區 `{shown}`。");
            let fix =
                text!("Use an IANA name such as `Asia/Taipei`.", "請用 IANA 名稱，例如 `Asia/Taipei`。");
            trigger.fault(Fault::error("unknown_timezone", "/trigger/with/timezone", message).with_fix(fix));
        }
        Some(PlanTrigger::Schedule(Schedule { times: times?, zone: zone?, missed, jitter: jitter? }))
    }
}

fn times(trigger: &mut TriggerCx) -> Option<Times> {
    let text_of = |name: &str| trigger.field(name).and_then(Value::as_str).map(str::to_owned);
    match (text_of("cron"), text_of("every")) {
        (Some(cron), None) => match Cron::read(&cron) {
            Ok(cron) => Some(Times::Cron(cron)),
            Err(why) => {
                trigger.fault(invalid_cron("/trigger/with/cron", &why));
                None
            }
        },
        (None, Some(every)) => {
            let step = trigger.span("every", SHORTEST_STEP, LONGEST_STEP)?;
            if step >= SHORTEST_STEP {
                return Some(Times::Every(step.millis()));
            }
            let message = text!(
                "`{every}` is too often: once a second is the most.",
                "`{every}` 過於頻繁，最快每秒一次。"
            );
            let fix = text!("Write `1s` or more.", "請寫 `1s` 以上。");
            trigger.fault(Fault::error("out_of_range", "/trigger/with/every", message).with_fix(fix));
            None
        }
        (Some(_), Some(_)) => {
            let message = text!("`cron` and `every` exclude each other.", "`cron` 與 `every` 不能並用。");
            let fix = text!("Keep one of them.", "請保留其中之一。");
            trigger.fault(Fault::error("exclude_each_other", "/trigger/with/every", message).with_fix(fix));
            None
        }
        // The schema says so already.
        (None, None) => None,
    }
}

fn invalid_cron(at: &str, why: &Text) -> Fault {
    let Text { en, zh_tw } = why;
    let message = text!("This is no cron expression: {en}.", "這不是有效的 cron：{zh_tw}。");
    let fix = text!("For example `0 2 * * *`: each day at 02:00.", "例如 `0 2 * * *`：每天 02:00。");
    Fault::error("invalid_cron", at, message).with_fix(fix)
}
