//! `causeway dead-letter list`.

use causeway_model::{Slug, text};
use causeway_server::app::LetterState;
use causeway_store::RunFilter;
use clap::{Args, ValueEnum};

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Table, when};

#[derive(Clone, Copy, ValueEnum)]
enum State {
    Open,
    Replayed,
    Dismissed,
}

#[derive(Args)]
pub struct List {
    /// Only those of this flow
    #[arg(long, value_name = "SLUG", value_parser = input::name::<Slug>)]
    flow: Option<Slug>,
    /// Only those that failed with this code
    #[arg(long, value_name = "CODE")]
    error_code: Option<String>,
    /// Those that wait, that another run took over, or that were dismissed
    #[arg(long, value_enum, default_value_t = State::Open)]
    state: State,
    /// How many
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=200))]
    limit: u64,
}

impl List {
    pub async fn run(self, context: &Context) -> Outcome {
        let app = context.app().await?;
        let flow = context.flow_id(self.flow.as_ref()).await?;
        let filter =
            RunFilter { flow, error_code: self.error_code, limit: self.limit, ..RunFilter::default() };
        let state = match self.state {
            State::Open => LetterState::Open,
            State::Replayed => LetterState::Replayed,
            State::Dismissed => LetterState::Dismissed,
        };
        let letters = app.dead_letters(state, filter).await?.rows;
        let console = &context.console;
        if console.json {
            return console.json(&letters);
        }
        let heads = [
            text!("id", "編號"),
            text!("flow", "流程"),
            text!("failed", "失敗時間"),
            text!("code", "代碼"),
            text!("error", "錯誤"),
        ];
        let mut table = Table::new(console.locale, &heads);
        for letter in letters {
            let run = letter.run;
            let (code, why) = match &run.failure {
                Some(failure) => {
                    (failure.error.code.to_string(), console.words(&failure.error.message).to_owned())
                }
                None => Default::default(),
            };
            table.row(vec![
                run.id.to_string(),
                format!("{} {}", run.slug, console.words(&run.edition())),
                run.finished_at.map(when::time).unwrap_or_default(),
                code,
                why,
            ]);
        }
        let none = match state {
            LetterState::Open => text!("Nothing waits for a person.", "沒有待處理的失敗。"),
            LetterState::Replayed | LetterState::Dismissed => {
                text!("There are none.", "沒有這樣的執行。")
            }
        };
        table.print(console, &none);
        Ok(())
    }
}
