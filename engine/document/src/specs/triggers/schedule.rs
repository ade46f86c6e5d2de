//! `schedule`: at fixed times.

use causeway_model::{Fault, Text, TriggerKind, Value, text};

use super::{Trigger, cron};
use crate::compile::TriggerCx;
use crate::plan::{Missed, PlanTrigger, Schedule};
use crate::specs::parts::{choice, field, filled, object};

pub struct ScheduleTrigger;

const TIMEZONE: &str = "Asia/Taipei";

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
        object(vec![
            field(
                "cron",
                filled(),
                text!("Times", "時間"),
                text!(
                    "Unix cron: minute, hour, day of month, month, day of week (0 and 7 are Sunday); seconds may stand in front.",
                    "Unix cron：分、時、日、月、星期（0 與 7 為星期日）；最前面可加秒。"
                ),
            )
            .fixed()
            .required(),
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
        ])
    }

    fn fields(&self) -> &'static [&'static str] {
        &["kind", "fire_at", "received_at"]
    }

    fn compile(&self, trigger: &mut TriggerCx) -> Option<PlanTrigger> {
        let cron = trigger.field("cron")?.as_str()?.to_owned();
        let timezone = trigger.field("timezone").and_then(Value::as_str).unwrap_or(TIMEZONE).to_owned();
        let missed = match trigger.field("missed").and_then(Value::as_str) {
            Some("once") => Missed::Once,
            Some("all") => Missed::All,
            _ => Missed::Skip,
        };
        let mut fits = true;
        if let Err(Text { en, zh_tw }) = cron::check(&cron) {
            let message = Text {
                en: format!("This is no cron expression: {en}."),
                zh_tw: format!("這不是有效的 cron：{zh_tw}。"),
            };
            let fix = text!("For example `0 2 * * *`: each day at 02:00.", "例如 `0 2 * * *`：每天 02:00。");
            trigger.fault(Fault::error("invalid_cron", "/trigger/with/cron", message).with_fix(fix));
            fits = false;
        }
        if timezone.parse::<chrono_tz::Tz>().is_err() {
            let message = text!("There is no time zone `{timezone}`.", "沒有時區 `{timezone}`。");
            let fix =
                text!("Use an IANA name such as `Asia/Taipei`.", "請用 IANA 名稱，例如 `Asia/Taipei`。");
            trigger.fault(Fault::error("unknown_timezone", "/trigger/with/timezone", message).with_fix(fix));
            fits = false;
        }
        fits.then_some(PlanTrigger::Schedule(Schedule { cron, timezone, missed }))
    }
}
