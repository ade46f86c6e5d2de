//! `causeway connection`: configured accounts of connectors. Which credentials are set is shown, their values never.

mod authorize;
mod kept;

use std::collections::BTreeMap;
use std::io::IsTerminal;

use causeway_model::{Environment, Shared, Value, text};
use causeway_server::app::{App, ConnectionAddresses, ConnectionUsage, Reachable, on_the_machine};
use causeway_store::{ConnectionChange, ConnectionFilter, ConnectionRecord, NewConnection};
use clap::{Args, Subcommand};
use serde_json::json;

use super::input;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::values::{Detail, show as shown};
use crate::output::{Paint, Table, when};
use crate::wiring;

#[derive(Subcommand)]
pub enum Connection {
    /// List connections
    List(List),
    /// Show a connection, and which flows use it
    Show(Named),
    /// Make a connection
    Create(Create),
    /// Change a connection: settings, credentials, sharing
    Set(Set),
    /// Try a connection: call its system once
    Test(Test),
    /// Authorise a connection by somebody's consent (OAuth 2)
    Authorize(authorize::Authorize),
    /// Show what its system sent to be kept, such as the token that webhooks are verified with
    Kept(Named),
    /// Delete a connection that no published flow uses
    Delete(Named),
}

#[derive(Args)]
pub struct List {
    /// Only those of this connector
    #[arg(long)]
    connector: Option<String>,
}

#[derive(Args)]
pub struct Named {
    /// The connection's name
    name: String,
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway connection create erp --connector dinkoko-erp --set base_url=https://erp.lan --secret api_key
  printf '%s\\n' \"$ID\" \"$KEY\" | causeway connection create crm --connector crm --secret client_id --secret client_secret
  causeway connection create pos --connector pos --environment test --set base_url=https://test.pos.lan")]
pub struct Create {
    /// What steps call it
    name: String,
    /// The connector that it is an account of
    #[arg(long)]
    connector: String,
    #[command(flatten)]
    values: Values,
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway connection set erp --set base_url=https://erp2.lan
  causeway connection set erp --secret api_key                   asks without showing what is typed
  causeway connection set erp --environment test --secret api_key < test-key.txt")]
pub struct Set {
    /// The connection's name
    name: String,
    #[command(flatten)]
    values: Values,
}

#[derive(Args)]
struct Values {
    /// A title for people
    #[arg(long)]
    title: Option<String>,
    /// Which of the connector's ways to sign in it uses
    #[arg(long)]
    auth: Option<String>,
    /// Who may use it: private, or the lowest role: viewer, operator, editor, admin
    #[arg(long, value_parser = input::name::<Shared>)]
    shared: Option<Shared>,
    /// Which values are meant: production, or test for test runs
    #[arg(long, value_parser = input::name::<Environment>, default_value = "production")]
    environment: Environment,
    /// A setting; JSON where it reads as JSON and the connector wants no text
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    settings: Vec<String>,
    /// A credential, whose value is asked for, or read from standard input: one line each, in this order
    #[arg(long = "secret", value_name = "FIELD")]
    secrets: Vec<String>,
}

#[derive(Args)]
pub struct Test {
    /// The connection's name
    name: String,
    /// Which values are meant: production, or test for test runs
    #[arg(long, value_parser = input::name::<Environment>, default_value = "production")]
    environment: Environment,
}

impl Connection {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List(args) => list(context, args).await,
            Self::Show(args) => show(context, &args.name).await,
            Self::Create(args) => create(context, args).await,
            Self::Set(args) => set(context, args).await,
            Self::Test(args) => test(context, args).await,
            Self::Authorize(args) => authorize::run(context, args).await,
            Self::Kept(args) => kept::run(context, &args.name).await,
            Self::Delete(args) => delete(context, &args.name).await,
        }
    }
}

impl Values {
    /// The settings that are given, over those there are.
    fn settings(&self, app: &App, connector: &str, before: Option<&Value>) -> Outcome<Option<Value>> {
        if self.settings.is_empty() {
            return Ok(None);
        }
        let mut settings = before.and_then(Value::as_object).cloned().unwrap_or_default();
        let known = app.compiler().catalogue.connector(connector);
        let schema =
            known.as_ref().and_then(|known| known.spec().connection.as_ref()).map(|form| &form.settings);
        for given in &self.settings {
            let Some((field, value)) = given.split_once('=') else {
                return Err(Failure::new(
                    Exit::Usage,
                    "setting_invalid",
                    text!(
                        "`{given}` is no setting; write FIELD=VALUE.",
                        "「{given}」不是設定，請寫成 欄位=內容。"
                    ),
                ));
            };
            let is_text = schema.is_some_and(|schema| schema["properties"][field]["type"] == "string");
            let read = if is_text { None } else { serde_json::from_str(value).ok() };
            settings.insert(field.to_owned(), read.unwrap_or_else(|| Value::from(value)));
        }
        Ok(Some(Value::Object(settings)))
    }

    fn credentials(&self, context: &Context) -> Outcome<BTreeMap<String, String>> {
        if self.secrets.is_empty() {
            return Ok(BTreeMap::new());
        }
        if std::io::stdin().is_terminal() {
            let ask = |field: &String| {
                let prompt = text!("Value of {field}: ", "{field} 的值：");
                let instead = text!(
                    "Give one line for each --secret on standard input.",
                    "請由標準輸入提供，每個 --secret 一行。"
                );
                Ok((field.clone(), input::ask_secret(context, &prompt, instead)?))
            };
            return self.secrets.iter().map(ask).collect();
        }
        let text = input::secret_from_stdin()?;
        let lines: Vec<&str> = text.lines().collect();
        let (wanted, found) = (self.secrets.len(), lines.len());
        if wanted != found {
            return Err(Failure::new(
                Exit::Usage,
                "secrets_miscounted",
                text!(
                    "Standard input has {found} lines for {wanted} --secret; give one line for each.",
                    "標準輸入有 {found} 行，但有 {wanted} 個 --secret；請每個各提供一行。"
                ),
            ));
        }
        Ok(self.secrets.iter().cloned().zip(lines.into_iter().map(str::to_owned)).collect())
    }
}

async fn list(context: &Context, args: List) -> Outcome {
    let by = context.by();
    let app = context.app().await?;
    let mut connections = Vec::new();
    let mut after = None;
    loop {
        let filter =
            ConnectionFilter { connector: args.connector.clone(), after, limit: 200, ..Default::default() };
        let page = app.list_connections(filter, on_the_machine(&by)).await?;
        after = page.rows.last().filter(|_| page.more).map(|last| last.name.clone());
        connections.extend(page.rows);
        if after.is_none() {
            break;
        }
    }
    let console = &context.console;
    if console.json {
        return console.json(&connections);
    }
    let heads = [
        text!("name", "名稱"),
        text!("connector", "連接器"),
        text!("shared", "分享"),
        text!("last used", "最近使用"),
        text!("title", "標題"),
    ];
    let mut table = Table::new(console.locale, &heads);
    for one in connections {
        let used = one.last_used_at.map(when::time).unwrap_or_default();
        table.row(vec![one.name, one.connector, one.shared.to_string(), used, one.title]);
    }
    table.print(console, &text!("There are no connections.", "沒有連線。"));
    Ok(())
}

async fn show(context: &Context, name: &str) -> Outcome {
    let by = context.by();
    let app = context.app().await?;
    let record = app.connection(name, on_the_machine(&by)).await?;
    let usage = app.connection_usage(name, on_the_machine(&by)).await?;
    let console = &context.console;
    let here = context.settings.reached_at(context.settings.listen);
    let reachable = Reachable { public: context.settings.public_url.as_deref(), here: Some(&here) };
    let addresses = ConnectionAddresses::of(&app.compiler_by_now().await?.catalogue, &record, reachable);
    if console.json {
        let mut shown = json!(record);
        if let (Some(shown), Value::Object(addresses)) = (shown.as_object_mut(), json!(addresses)) {
            shown.extend(addresses);
        }
        return console.json(&json!({ "connection": shown, "usage": usage }));
    }
    print(context, &record, &usage, addresses);
    Ok(())
}

fn print(
    context: &Context,
    record: &ConnectionRecord,
    usage: &ConnectionUsage,
    addresses: ConnectionAddresses,
) {
    let console = &context.console;
    let mut rows = vec![
        (text!("title", "標題"), record.title.clone()),
        (text!("connector", "連接器"), record.connector.clone()),
        (text!("sign-in", "登入方式"), record.auth.clone().unwrap_or_default()),
        (text!("owner", "擁有者"), record.owner.clone()),
        (text!("shared", "分享"), record.shared.to_string()),
    ];
    for (environment, values) in &record.environments {
        let settings = values.settings.as_ref().map(|settings| shown(settings, Detail::Short(400)));
        rows.push((text!("settings ({environment})", "設定（{environment}）"), settings.unwrap_or_default()));
        let set = values.credentials.join(", ");
        rows.push((text!("credentials set ({environment})", "已設定的憑證（{environment}）"), set));
        if let (Some(at), Some(by)) = (values.consented_at, &values.consented_by) {
            let told = format!("{} {by}", when::time(at));
            rows.push((text!("authorised ({environment})", "已授權（{environment}）"), told));
        }
    }
    if let Some(redirect_uri) = addresses.redirect_uri {
        rows.push((text!("redirect address to register", "需登錄的重新導向網址"), redirect_uri));
    }
    if let Some(address) = addresses.webhook_url.or(addresses.webhook_path) {
        rows.push((text!("webhooks go to", "Webhook 網址"), address));
    }
    let at = |time: Option<causeway_model::Time>| time.map(when::time).unwrap_or_default();
    rows.push((text!("last used", "最近使用"), at(record.last_used_at)));
    rows.push((text!("last worked", "最近成功"), at(record.last_ok_at)));
    if let Some(error) = &record.last_error {
        let told = format!("{} {}: {}", when::time(error.at), error.code, console.words(&error.message));
        rows.push((text!("last error", "最近錯誤"), told));
    }
    if record.paused_until.is_some() {
        rows.push((text!("paused until", "暫停至"), at(record.paused_until)));
    }
    let mut flows: Vec<&str> = usage.flows.iter().map(|flow| flow.slug.as_str()).collect();
    if usage.more {
        flows.push("...");
    }
    rows.push((text!("flows", "流程"), flows.join(", ")));
    let mut table = Table::new(console.locale, &[text!("field", "欄位"), text!("value", "內容")]);
    for (name, value) in rows {
        table.row(vec![console.words(&name).to_owned(), value]);
    }
    table.print(console, &text!("There is nothing to show.", "沒有內容。"));
}

async fn create(context: &Context, args: Create) -> Outcome {
    let by = context.by();
    let app = context.app().await?;
    let values = &args.values;
    let credentials = values.credentials(context)?;
    app.compiler_by_now().await?;
    let settings = values.settings(app, &args.connector, None)?;
    let new = NewConnection {
        name: args.name,
        connector: args.connector.clone(),
        title: values.title.clone().unwrap_or_default(),
        auth: values.auth.clone(),
        shared: values.shared.unwrap_or_default(),
        settings: settings.map(|settings| (values.environment, settings)).into_iter().collect(),
        credentials: (!credentials.is_empty())
            .then_some((values.environment, credentials))
            .into_iter()
            .collect(),
    };
    let record = app.create_connection(new, on_the_machine(&by)).await?;
    let name = &record.name;
    context.console.done(&record, &text!("Connection {name} is made.", "已建立連線 {name}。"))
}

async fn set(context: &Context, args: Set) -> Outcome {
    let by = context.by();
    let app = context.app().await?;
    let (name, values) = (&args.name, &args.values);
    let mut record = app.connection(name, on_the_machine(&by)).await?;
    let credentials = values.credentials(context)?;
    let before = record.environments.get(&values.environment).and_then(|values| values.settings.as_ref());
    app.compiler_by_now().await?;
    let settings = values.settings(app, &record.connector, before)?;
    let change = ConnectionChange {
        title: values.title.clone(),
        shared: values.shared,
        auth: values.auth.clone().map(Some),
        settings: settings.map(|settings| (values.environment, Some(settings))).into_iter().collect(),
    };
    let changes = change.title.is_some()
        || change.shared.is_some()
        || change.auth.is_some()
        || !change.settings.is_empty();
    if !changes && credentials.is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            "nothing_to_set",
            text!(
                "Say what to set: --set, --secret, --title, --auth or --shared.",
                "請指定要設定的內容：--set、--secret、--title、--auth 或 --shared。"
            ),
        ));
    }
    if changes {
        let expected = Some(record.revision);
        record = app.change_connection(name, change, expected, on_the_machine(&by)).await?;
    }
    if !credentials.is_empty() {
        let given = credentials.into_iter().map(|(field, value)| (field, Some(value))).collect();
        let expected = Some(record.revision);
        record = app.set_credentials(name, values.environment, given, expected, on_the_machine(&by)).await?;
    }
    context.console.done(&record, &text!("Connection {name} is set.", "已設定連線 {name}。"))
}

async fn test(context: &Context, args: Test) -> Outcome {
    let by = context.by();
    let app = context.app().await?;
    wiring::let_try(app, &wiring::runtime_services(&context.settings, app, None)?);
    let tested = app.test_connection(&args.name, args.environment, on_the_machine(&by)).await?;
    let console = &context.console;
    if console.json {
        console.json(&tested)?;
    } else {
        let paint = if tested.ok { Paint::Good } else { Paint::Bad };
        console.line(&console.paint(console.words(&tested.message), paint));
    }
    if tested.ok { Ok(()) } else { Err(Failure::told(Exit::Failed)) }
}

async fn delete(context: &Context, name: &str) -> Outcome {
    context.app().await?.delete_connection(name, &context.by()).await?;
    context
        .console
        .done(&json!({ "name": name }), &text!("Connection {name} is deleted.", "已刪除連線 {name}。"))
}
