//! What is said when the command line does not read.

use std::error::Error as _;
use std::process::ExitCode;

use causeway_model::Locale;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::exit::Exit;

/// Prints help that was asked for, or what is wrong with the command line.
pub fn usage(error: &clap::Error, locale: Locale) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
        }
        _ => match (locale, in_chinese(error)) {
            (Locale::ZhTw, Some(text)) => eprintln!("{text}"),
            _ => {
                let _ = error.print();
            }
        },
    }
    Exit::Usage.into()
}

fn in_chinese(error: &clap::Error) -> Option<String> {
    let arg = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue).filter(|value| !value.is_empty());
    let mut text = match error.kind() {
        ErrorKind::UnknownArgument => format!("沒有引數「{}」", arg?),
        ErrorKind::InvalidSubcommand => {
            format!("沒有指令「{}」", context(error, ContextKind::InvalidSubcommand)?)
        }
        ErrorKind::MissingSubcommand => "請指定指令".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("缺少必要的引數：{}", arg?),
        ErrorKind::InvalidValue => match value {
            Some(value) => format!("「{}」不能是「{value}」", arg?),
            None => format!("「{}」需要一個值", arg?),
        },
        ErrorKind::ValueValidation => {
            let why = error.source().map(|why| format!("：{why}")).unwrap_or_default();
            format!("「{}」不能是「{}」{why}", arg?, value?)
        }
        ErrorKind::TooManyValues => format!("「{}」多了一個值「{}」", arg?, value?),
        ErrorKind::ArgumentConflict => {
            let other = context(error, ContextKind::PriorArg)?;
            format!("「{}」不能與「{other}」同時使用", arg?)
        }
        _ => return None,
    };
    if let Some(valid) = context(error, ContextKind::ValidValue).filter(|valid| !valid.is_empty()) {
        text.push_str(&format!("\n  可用的值：{valid}"));
    }
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue] {
        if let Some(suggested) = context(error, kind) {
            text.push_str(&format!("\n  您是指「{suggested}」嗎？"));
        }
    }
    Some(format!("錯誤：{text}\n\n詳情請加上 --help。"))
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join("、")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> String {
        let error = crate::cli::command(Locale::ZhTw).try_get_matches_from(line.split(' ')).expect_err(line);
        in_chinese(&error).unwrap_or_default()
    }

    #[test]
    fn usage_errors_speak_chinese() {
        assert!(said("causeway run shwo").contains("沒有指令「shwo」"));
        assert!(said("causeway run list --nope").contains("沒有引數「--nope」"));
        assert!(said("causeway token create --name a").contains("缺少必要的引數"));
        assert!(said("causeway token create --name a --role king").contains("king"));
        assert!(said("causeway schema x").contains("可用的值：flow"));
    }
}
