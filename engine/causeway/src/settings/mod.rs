//! What the process is told from outside. The only place that reads environment variables.

mod args;
mod file;
mod table;

use std::collections::BTreeMap;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use causeway_document::Cidr;
use causeway_model::{Span, Text, text};
use causeway_server::app::{SettingSource, SettingView};
use causeway_server::{LiveLimits, MetricsAccess};

pub use args::{SettingArgs, in_language, secret_lines, show_all};
pub use table::SETTINGS;

use crate::exit::{Exit, Failure, Outcome};
use crate::logging::{self, LogFormat};

/// Reads an environment variable; an empty one counts as not set.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads environment variables")]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// All settings, read and checked. Without `Debug`, since it holds secrets.
pub struct Settings {
    pub data: PathBuf,
    pub database_url: Option<String>,
    pub key: Option<String>,
    /// `en` or `zh-TW`, where it is set anywhere but in the machine's locale.
    pub lang: Option<String>,
    pub log: Option<String>,
    pub log_format: LogFormat,
    /// A folder or an address.
    pub connector_index: Option<String>,
    pub listen: SocketAddr,
    /// Without a slash at its end.
    pub public_url: Option<String>,
    pub allow_hosts: Vec<String>,
    pub trusted_proxies: Vec<Cidr>,
    pub keep: Span,
    pub audit_keep: Span,
    pub sweep_every: Span,
    pub capacity: usize,
    pub script_threads: usize,
    pub script_time: Duration,
    pub script_operations: u64,
    pub call_timeout: Duration,
    pub connect_timeout: Duration,
    pub max_response_bytes: u64,
    pub metrics: MetricsAccess,
    pub live: LiveLimits,
    /// A step that takes longer is logged; none is where this is absent.
    pub slow_step: Option<Duration>,
    /// The collector's base URL, without a slash at its end.
    pub otlp_endpoint: Option<String>,
    /// Each of them with where it came from, for those who ask; secrets are masked.
    pub told: Vec<SettingView>,
}

/// Where a value came from, for messages.
#[derive(Clone, Debug)]
enum Source {
    Flag(String),
    Environment(&'static str),
    File(PathBuf),
    Default,
}

struct Values {
    by_name: BTreeMap<&'static str, (String, Source)>,
}

impl Settings {
    /// Flags over variables over the file over defaults.
    pub fn read(flags: &SettingArgs, environment: &dyn Fn(&str) -> Option<String>) -> Outcome<Self> {
        let mut values = Values::from_outside(flags, environment);
        let asked_for = values.text("config").map(PathBuf::from);
        let data = values.text("data").map_or_else(|| PathBuf::from("data"), PathBuf::from);
        let path = asked_for.clone().unwrap_or_else(|| data.join("causeway.toml"));
        for (name, value) in file::read(&path, asked_for.is_some())? {
            if name == "data" && asked_for.is_none() {
                return Err(Failure::new(
                    Exit::Usage,
                    "data_folder_in_itself",
                    text!(
                        "The settings file in the data folder cannot say where the data folder is.",
                        "資料資料夾中的設定檔不能指定資料資料夾的位置。"
                    ),
                )
                .with_fix(text!("Use --data or CAUSEWAY_DATA.", "請使用 --data 或 CAUSEWAY_DATA。")));
            }
            values.by_name.entry(name).or_insert_with(|| (value, Source::File(path.clone())));
        }
        values.check()
    }
}

impl Settings {
    /// Whether a setting was set by anybody.
    pub fn is_told(&self, name: &str) -> bool {
        self.told.iter().any(|told| told.name == name && told.source != SettingSource::Default)
    }

    /// How this installation is reached from outside, when it listens here.
    pub fn reached_at(&self, listen: SocketAddr) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        let host = match listen.ip() {
            ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
            std::net::IpAddr::V6(ip) => format!("[{ip}]"),
            ip => ip.to_string(),
        };
        format!("http://{host}:{}", listen.port())
    }
}

impl Values {
    fn from_outside(flags: &SettingArgs, environment: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut by_name = BTreeMap::new();
        for setting in SETTINGS {
            if let Some(value) = flags.0.get(setting.name) {
                by_name.insert(setting.name, (value.clone(), Source::Flag(setting.flag())));
            } else if let Some(value) = environment(setting.env) {
                by_name.insert(setting.name, (value, Source::Environment(setting.env)));
            }
        }
        Self { by_name }
    }

    fn told(&self) -> Vec<SettingView> {
        let view = |setting: &table::Setting| {
            let known = self.by_name.get(setting.name).filter(|(value, _)| !value.is_empty());
            let source = match known {
                Some((_, Source::Flag(_))) => SettingSource::Flag,
                Some((_, Source::Environment(_))) => SettingSource::Environment,
                Some((_, Source::File(_))) => SettingSource::File,
                Some((_, Source::Default)) | None => SettingSource::Default,
            };
            // The address of a database holds its password.
            let secret = setting.secret || setting.name == "database_url";
            let default = Some(setting.default).filter(|default| !default.is_empty());
            let value = match known {
                Some(_) if secret => Some("***".to_owned()),
                Some((value, _)) => Some(value.clone()),
                None => default.map(str::to_owned),
            };
            SettingView {
                name: setting.name.to_owned(),
                env: setting.env.to_owned(),
                description: Text { en: setting.en.to_owned(), zh_tw: setting.zh_tw.to_owned() },
                value,
                source,
                default: setting.default.to_owned(),
                secret,
                changeable: false,
            }
        };
        SETTINGS.iter().map(view).collect()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.by_name.get(name).map(|(value, _)| value.as_str()).filter(|value| !value.is_empty())
    }

    fn check(self) -> Outcome<Settings> {
        Ok(Settings {
            data: self.text("data").map_or_else(|| PathBuf::from("data"), PathBuf::from),
            database_url: self.text("database_url").map(str::to_owned),
            key: self.key()?,
            lang: self.text("lang").map(str::to_owned),
            log: self.log()?,
            log_format: self.parsed(
                "log_format",
                "auto",
                "write pretty, json or auto",
                "請寫 pretty、json 或 auto",
            )?,
            connector_index: self.text("connector_index").map(str::to_owned),
            public_url: self.url("public_url")?,
            listen: self.listen()?,
            allow_hosts: self
                .text("allow_hosts")
                .unwrap_or_default()
                .split(',')
                .map(str::trim)
                .filter(|host| !host.is_empty())
                .map(str::to_owned)
                .collect(),
            trusted_proxies: self.trusted_proxies()?,
            keep: self.span("keep", "30d")?,
            audit_keep: self.span("audit_keep", "400d")?,
            sweep_every: self.span("sweep_every", "60s")?,
            capacity: self.count("capacity", 1000, 100_000)?,
            script_threads: self.count("script_threads", processors(), 1024)?,
            script_time: self.span("script_time", "2s")?.to_std(),
            script_operations: self.count("script_operations", 200_000, 1_000_000_000)? as u64,
            call_timeout: self.span("call_timeout", "60s")?.to_std(),
            connect_timeout: self.span("connect_timeout", "10s")?.to_std(),
            max_response_bytes: self.count("max_response_bytes", 100 * 1024 * 1024, usize::MAX)? as u64,
            metrics: self.parsed(
                "metrics",
                "token",
                "write off, token or open",
                "請寫 off、token 或 open",
            )?,
            live: LiveLimits {
                listeners: self.count("max_listeners", 2000, 1_000_000)?,
                each: self.count("max_listeners_each", 50, 1_000_000)?,
            },
            slow_step: self.slow_step()?,
            otlp_endpoint: self.url("otlp_endpoint")?,
            told: self.told(),
        })
    }

    fn key(&self) -> Outcome<Option<String>> {
        match (self.text("key"), self.text("key_file")) {
            (Some(key), None) => Ok(Some(key.to_owned())),
            (None, Some(path)) => {
                let path = Path::new(path);
                let key = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
                Ok(Some(key.trim().to_owned()))
            }
            (None, None) => Ok(None),
            (Some(_), Some(_)) => Err(self.fault(
                "key_file",
                "set either the key or the file that holds it, not both",
                "金鑰與存放金鑰的檔案只能設定其中之一",
            )),
        }
    }

    fn log(&self) -> Outcome<Option<String>> {
        match self.text("log") {
            Some(filter) if !logging::understands(filter) => Err(self.fault(
                "log",
                "write error, warn, info, debug, trace, or a filter such as info,causeway_runtime=debug",
                "請寫 error、warn、info、debug、trace，或篩選式，例如 info,causeway_runtime=debug",
            )),
            filter => Ok(filter.map(str::to_owned)),
        }
    }

    fn listen(&self) -> Outcome<SocketAddr> {
        let text = self.text("listen").unwrap_or("127.0.0.1:7400");
        text.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or_else(|| {
            self.fault(
                "listen",
                "write address:port, such as 127.0.0.1:7400",
                "請寫 位址:連接埠，例如 127.0.0.1:7400",
            )
        })
    }

    /// `0` is off.
    fn slow_step(&self) -> Outcome<Option<Duration>> {
        match self.text("slow_step") {
            Some("0") => Ok(None),
            _ => {
                let span: Span = self.parsed(
                    "slow_step",
                    "10s",
                    "write 0, or a number and ms, s, m, h or d, such as 30s",
                    "請寫 0，或數字加 ms、s、m、h 或 d，例如 30s",
                )?;
                Ok((span.millis() > 0).then(|| span.to_std()))
            }
        }
    }

    fn url(&self, name: &'static str) -> Outcome<Option<String>> {
        let Some(url) = self.text(name) else { return Ok(None) };
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
        if rest.is_empty() || rest.contains([' ', '?', '#', '@']) {
            return Err(self.fault(
                name,
                "write http:// or https://, a host, and no `?`, `#` or password",
                "請寫 http:// 或 https:// 加主機，不可含 `?`、`#` 或密碼",
            ));
        }
        Ok(Some(url.trim_end_matches('/').to_owned()))
    }

    fn trusted_proxies(&self) -> Outcome<Vec<Cidr>> {
        let list = self.text("trusted_proxies").unwrap_or_default().split(',').map(str::trim);
        list.filter(|range| !range.is_empty())
            .map(|range| {
                range.parse().map_err(|_| {
                    self.fault(
                        "trusted_proxies",
                        "write addresses or ranges such as 10.0.0.0/8, with commas between",
                        "請寫位址或範圍，例如 10.0.0.0/8，以逗號分隔",
                    )
                })
            })
            .collect()
    }

    fn span(&self, name: &'static str, default: &str) -> Outcome<Span> {
        let span: Span = self.parsed(
            name,
            default,
            "write a number and ms, s, m, h or d, such as 30s",
            "請寫數字加 ms、s、m、h 或 d，例如 30s",
        )?;
        if span.millis() == 0 {
            return Err(self.fault(name, "write more than 0", "必須大於 0"));
        }
        Ok(span)
    }

    fn count(&self, name: &'static str, default: usize, most: usize) -> Outcome<usize> {
        let count: usize = self.parsed(name, &default.to_string(), "write a whole number", "請寫整數")?;
        if count == 0 || count > most {
            let fix = text!("write 1 to {most}", "請寫 1 到 {most}");
            return Err(self.fault(name, &fix.en, &fix.zh_tw));
        }
        Ok(count)
    }

    fn parsed<T: FromStr>(&self, name: &'static str, default: &str, en: &str, zh_tw: &str) -> Outcome<T> {
        self.text(name).unwrap_or(default).parse().map_err(|_| self.fault(name, en, zh_tw))
    }

    /// Says what is wrong, and where it was said.
    fn fault(&self, name: &'static str, en: &str, zh_tw: &str) -> Failure {
        let secret = SETTINGS.iter().any(|setting| setting.name == name && setting.secret);
        let (value, source) = match self.by_name.get(name) {
            Some((_, source)) if secret => ("...", source.clone()),
            Some((value, source)) => (value.as_str(), source.clone()),
            None => ("", Source::Default),
        };
        let place = match source {
            Source::Flag(flag) => text!("--{flag}", "--{flag}"),
            Source::Environment(env) => text!("{env}", "{env}"),
            Source::File(path) => {
                let path = path.display();
                text!("{path}, key `{name}`", "{path} 的 `{name}`")
            }
            Source::Default => text!("the setting `{name}`", "設定 `{name}`"),
        };
        let text = Text {
            en: format!("`{value}` is not possible for {}.", place.en),
            zh_tw: format!("{} 不能是 `{value}`。", place.zh_tw),
        };
        Failure::new(Exit::Usage, "invalid_setting", text)
            .with_fix(Text { en: en.to_owned(), zh_tw: zh_tw.to_owned() })
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &[(&'static str, &str)], env: &[(&str, &str)]) -> Outcome<Settings> {
        let flags = SettingArgs(flags.iter().map(|(name, value)| (*name, (*value).to_owned())).collect());
        let env: Vec<(String, String)> =
            env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::read(&flags, &move |name| {
            env.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        })
    }

    #[test]
    fn flags_win_over_variables_over_the_file_over_defaults() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().to_str().expect("utf-8");
        std::fs::write(
            folder.path().join("causeway.toml"),
            "listen = '127.0.0.1:1'\nkeep = '1d'\ncapacity = 7",
        )
        .expect("written");
        let settings = read(
            &[("data", data), ("listen", "127.0.0.1:3")],
            &[("CAUSEWAY_LISTEN", "127.0.0.1:2"), ("CAUSEWAY_KEEP", "2d")],
        )
        .unwrap_or_else(|failure| panic!("{failure:?}"));
        assert_eq!(settings.listen.port(), 3);
        assert_eq!(settings.keep.to_string(), "2d");
        assert_eq!(settings.capacity, 7);
        assert_eq!(settings.call_timeout, Duration::from_secs(60));
        assert_eq!(settings.reached_at(settings.listen), "http://127.0.0.1:3");
    }

    #[test]
    fn a_fault_says_where_the_value_came_from() {
        let fault = read(&[], &[("CAUSEWAY_LISTEN", "7400")]).err().expect("refused");
        assert_eq!((fault.code.as_str(), fault.exit), ("invalid_setting", Exit::Usage));
        assert!(fault.text.en.contains("CAUSEWAY_LISTEN") && fault.text.zh_tw.contains("7400"));
        assert!(read(&[("capacity", "0")], &[]).is_err());
        assert!(read(&[("log", "info,causeway=loud")], &[]).is_err());
        assert!(read(&[("config", "/no/such/file.toml")], &[]).is_err());
        assert!(read(&[("public_url", "https://user:pass@host")], &[]).is_err());
    }

    #[test]
    fn settings_have_distinct_names() {
        for (index, setting) in SETTINGS.iter().enumerate() {
            assert!(
                SETTINGS[..index].iter().all(|other| other.name != setting.name && other.env != setting.env)
            );
            assert!(!setting.en.is_empty() && !setting.zh_tw.is_empty());
        }
    }
}
