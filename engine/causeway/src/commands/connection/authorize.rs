//! `causeway connection authorize`: asks for somebody's consent, and waits until a browser came back with it. The server, which
//! the browser comes back to, finishes it.

use std::time::Duration;

use causeway_model::{Environment, text};
use causeway_server::app::{ConsentRequest, on_the_machine};
use causeway_store::ConsentState;
use clap::Args;

use crate::commands::input;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Paint, progress};
use crate::wiring;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway connection authorize sheets                           prints an address to open, and waits
  causeway connection authorize sheets --environment test
  causeway connection authorize sheets --no-wait --json")]
pub struct Authorize {
    /// The connection's name
    name: String,
    /// Which values are meant: production, or test for test runs
    #[arg(long, value_parser = input::name::<Environment>, default_value = "production")]
    environment: Environment,
    /// Print the address and do not wait
    #[arg(long)]
    no_wait: bool,
}

const LOOK_EVERY: Duration = Duration::from_millis(300);

pub async fn run(context: &Context, args: Authorize) -> Outcome {
    let by = context.by();
    let (app, settings, console) = (context.app().await?, &context.settings, &context.console);
    wiring::let_try(app, &wiring::runtime_services(settings, app, None)?);
    let reached = settings.reached_at(settings.listen);
    let request = ConsentRequest {
        environment: args.environment,
        reached: Some(&reached),
        ..ConsentRequest::default()
    };
    let started = app.begin_consent(&args.name, request, on_the_machine(&by)).await?;
    if console.json {
        console.json(&started)?;
    } else {
        let registered = &started.redirect_uri;
        console.note(&text!(
            "Open this address in a browser within ten minutes. At the system, {registered} must be registered as the redirect address.",
            "請在十分鐘內以瀏覽器開啟此網址。系統中須已登錄重新導向網址 {registered}。"
        ));
        console.line(&started.authorize_url);
    }
    if args.no_wait {
        return Ok(());
    }
    let busy = progress::spinner(console, &text!("Waiting for the consent", "等待授權"));
    let state = loop {
        match app.store().consent_state(started.id).await? {
            Some(ConsentState::Open | ConsentState::UnderWay) => tokio::time::sleep(LOOK_EVERY).await,
            ended => break ended.unwrap_or(ConsentState::Over),
        }
    };
    busy.finish_and_clear();
    let name = &args.name;
    match state {
        ConsentState::Given if console.json => console.json(&ConsentState::Given),
        ConsentState::Given => {
            let told = text!("The connection {name} is authorised.", "已完成連線 {name} 的授權。");
            console.line(&console.paint(console.words(&told), Paint::Good));
            Ok(())
        }
        ConsentState::Failed { error } => Err(Failure::new(Exit::Failed, error.code, error.message)),
        _ => Err(Failure::new(
            Exit::Failed,
            "consent_over",
            text!(
                "Nobody came back with a consent for {name} in time, or it was cut off.",
                "未在時限內收到連線 {name} 的授權，或授權中斷。"
            ),
        )
        .with_fix(text!(
            "Start `causeway serve`, to which the browser comes back, and run this command again.",
            "請啟動 `causeway serve`（瀏覽器會回到該處），再執行一次此指令。"
        ))),
    }
}
