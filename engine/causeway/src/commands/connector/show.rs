//! `causeway connector show`.

use causeway_connector::schema as forms;
use causeway_document::specs::connector_with;
use causeway_model::{ConnectorSpec, ConnectorTriggerSpec, OperationSpec, TriggerWay, Value, text};
use clap::Args;
use serde_json::json;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Console, Table};

#[derive(Args)]
#[command(after_help = "Examples:
  causeway connector show line
  causeway connector show line.push_message          its fields
  causeway connector show line.message               what a flow may say of a trigger
  causeway connector show line.push_message --json   its schemas")]
pub struct Show {
    /// A connector, or one of its operations or triggers
    #[arg(value_name = "NAME[.OPERATION]")]
    name: String,
}

impl Show {
    pub async fn run(self, context: &Context) -> Outcome {
        let catalogue = context.catalogue().await?;
        let (name, operation) = match self.name.split_once('.') {
            Some((name, operation)) => (name, Some(operation)),
            None => (self.name.as_str(), None),
        };
        let connector = catalogue.connector(name).ok_or_else(|| missing(name))?;
        match operation {
            None => whole(context, connector.spec()),
            Some(operation) => {
                if let Some(spec) = connector.operation(operation) {
                    return one(context, &spec);
                }
                let trigger = connector.trigger(operation).ok_or_else(|| missing(&self.name))?;
                one_trigger(context, &trigger)
            }
        }
    }
}

fn missing(name: &str) -> Failure {
    let message = text!("There is no `{name}` here.", "這裡沒有 `{name}`。");
    let fix = text!("See `causeway connector list`.", "請看 `causeway connector list`。");
    Failure::new(Exit::NotFound, "connector_not_found", message).with_fix(fix)
}

fn whole(context: &Context, spec: &ConnectorSpec) -> Outcome {
    let console = &context.console;
    if console.json {
        return console.json(spec);
    }
    console.line(&format!("{} {}  {}", spec.name, spec.version, console.words(&spec.title)));
    console.line(console.words(&spec.description));
    if let Some(connection) = &spec.connection {
        console.line("");
        for auth in &connection.auth {
            let fields = names(&auth.credentials);
            let (name, title) = (&auth.name, console.words(&auth.title));
            console.line(console.words(&text!(
                "sign in: {name} ({title}): {fields}",
                "登入方式：{name}（{title}）：{fields}"
            )));
        }
        let settings = names(&connection.settings);
        console.line(console.words(&text!("settings: {settings}", "設定：{settings}")));
    }
    console.line("");
    let mut table = Table::new(console.locale, &[text!("operation", "操作"), text!("what", "說明")]);
    for operation in &spec.operations {
        table.row(vec![operation.name.clone(), console.words(&operation.title).to_owned()]);
    }
    table.print(console, &text!("It has no operations.", "沒有操作。"));
    if !spec.triggers.is_empty() {
        console.line("");
        let heads = [text!("trigger", "觸發"), text!("by", "方式"), text!("what", "說明")];
        let mut table = Table::new(console.locale, &heads);
        for trigger in &spec.triggers {
            let way = match trigger.way {
                TriggerWay::Webhook => text!("webhook", "webhook"),
                TriggerWay::Poll => text!("poll", "輪詢"),
            };
            let (way, title) = (console.words(&way).to_owned(), console.words(&trigger.title).to_owned());
            table.row(vec![trigger.name.clone(), way, title]);
        }
        table.print(console, &text!("It has no triggers.", "沒有觸發。"));
    }
    Ok(())
}

fn names(schema: &Value) -> String {
    let names = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

fn one(context: &Context, spec: &OperationSpec) -> Outcome {
    let console = &context.console;
    if console.json {
        return console.json(spec);
    }
    console.line(console.words(&spec.summary.title));
    console.line(console.words(&spec.summary.description));
    fields(console, &spec.input);
    Ok(())
}

fn one_trigger(context: &Context, spec: &ConnectorTriggerSpec) -> Outcome {
    let (console, with) = (&context.console, connector_with(spec));
    if console.json {
        let mut shown = json!(spec);
        shown["with"] = with;
        return console.json(&shown);
    }
    console.line(console.words(&spec.summary.title));
    console.line(console.words(&spec.summary.description));
    fields(console, &with);
    Ok(())
}

fn fields(console: &Console, schema: &Value) {
    console.line("");
    let heads =
        [text!("field", "欄位"), text!("type", "型別"), text!("needed", "必填"), text!("what", "說明")];
    let mut table = Table::new(console.locale, &heads);
    let required = |field: &str| {
        let lists = [&schema["required"], &schema["else"]["required"]];
        lists.iter().any(|list| list.as_array().is_some_and(|list| list.contains(&json!(field))))
    };
    for (field, described) in schema["properties"].as_object().into_iter().flatten() {
        let needed = if required(field) { "*" } else { "" };
        let kind = match &described["type"] {
            Value::String(kind) => kind.clone(),
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
            _ => String::new(),
        };
        let title = console.words(&forms::title(described)).to_owned();
        table.row(vec![field.clone(), kind, needed.to_owned(), title]);
    }
    table.print(console, &text!("It takes no input.", "不需要輸入。"));
}
