//! The language of the command line: `--lang`, else `CAUSEWAY_LANG`, else the machine's locale.

use std::ffi::OsString;

use causeway_model::Locale;

use crate::settings::environment;

/// Found before the arguments are read, since their help is in it too.
pub fn detect(args: &[OsString]) -> Locale {
    from_args(args)
        .or_else(|| ["CAUSEWAY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(environment))
        .map_or(Locale::En, |tag| negotiate(&tag))
}

/// `zh_TW.UTF-8`, `zh-TW` and `en` alike.
pub fn negotiate(tag: &str) -> Locale {
    Locale::negotiate(&tag.replace('_', "-"))
}

fn from_args(args: &[OsString]) -> Option<String> {
    let mut args = args.iter().skip(1).filter_map(|arg| arg.to_str());
    while let Some(arg) = args.next() {
        if arg == "--" {
            return None;
        }
        if arg == "--lang" {
            return args.next().map(str::to_owned);
        }
        if let Some(tag) = arg.strip_prefix("--lang=") {
            return Some(tag.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_is_found_wherever_it_stands() {
        let args = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(from_args(&args("causeway run list --lang zh-TW")).as_deref(), Some("zh-TW"));
        assert_eq!(from_args(&args("causeway --lang=en run list")).as_deref(), Some("en"));
        assert_eq!(from_args(&args("causeway run list -- --lang zh")), None);
        assert_eq!(negotiate("zh_TW.UTF-8"), Locale::ZhTw);
        assert_eq!(negotiate("C.UTF-8"), Locale::En);
    }
}
