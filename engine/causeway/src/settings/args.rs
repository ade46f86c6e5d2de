//! The settings as flags, made from the table.

use std::collections::BTreeMap;

use causeway_model::Locale;
use clap::{Arg, ArgMatches, Command, Error, FromArgMatches};

use super::table::{SETTINGS, Scope, Setting};

/// What was given by flag, by setting name.
#[derive(Clone, Debug, Default)]
pub struct SettingArgs(pub BTreeMap<&'static str, String>);

impl FromArgMatches for SettingArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = SETTINGS.iter().filter(|setting| !setting.secret).filter_map(|setting| {
            let value = matches.try_get_one::<String>(setting.name).ok().flatten()?;
            Some((setting.name, value.clone()))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for SettingArgs {
    fn augment_args(command: Command) -> Command {
        SETTINGS.iter().filter(|setting| !setting.secret).fold(command, |command, setting| {
            let hidden = setting.scope == Scope::Serve;
            command.arg(arg(setting, Locale::En).global(true).hide(hidden).hide_short_help(true))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Shows all settings in the help of a command that heeds them all.
pub fn show_all(command: Command, locale: Locale) -> Command {
    SETTINGS
        .iter()
        .filter(|setting| !setting.secret)
        .fold(command, |command, setting| command.arg(arg(setting, locale)))
}

/// The secret settings, which have no flag, as lines of help.
pub fn secret_lines(locale: Locale) -> String {
    let mut lines = String::new();
    for setting in SETTINGS.iter().filter(|setting| setting.secret) {
        lines.push_str(&format!("  {}\n          {}\n", setting.env, help(setting, locale)));
    }
    lines
}

/// The same argument with its texts in the language; any other argument is left as it is.
pub fn in_language(arg: Arg, locale: Locale) -> Arg {
    let flag = arg.get_long().unwrap_or_default();
    match SETTINGS.iter().find(|setting| !setting.secret && setting.flag() == flag) {
        Some(setting) => with_texts(arg, setting, locale),
        None => arg,
    }
}

fn arg(setting: &Setting, locale: Locale) -> Arg {
    let place = SETTINGS.iter().position(|other| other.name == setting.name).unwrap_or_default();
    let arg =
        Arg::new(setting.name).long(setting.flag()).value_name(setting.value).display_order(1000 + place);
    with_texts(arg, setting, locale)
}

fn with_texts(arg: Arg, setting: &Setting, locale: Locale) -> Arg {
    arg.help(format!("{} {}", help(setting, locale), sources(setting, locale))).help_heading(match locale {
        Locale::En => "Settings",
        Locale::ZhTw => "設定",
    })
}

fn help(setting: &Setting, locale: Locale) -> &'static str {
    match locale {
        Locale::En => setting.en,
        Locale::ZhTw => setting.zh_tw,
    }
}

fn sources(setting: &Setting, locale: Locale) -> String {
    match (locale, setting.default) {
        (_, "") => format!("[{}]", setting.env),
        (Locale::En, default) => format!("[{}, default: {default}]", setting.env),
        (Locale::ZhTw, default) => format!("[{}，預設：{default}]", setting.env),
    }
}
