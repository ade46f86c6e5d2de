//! Every setting, described once: flags, variables, the file's keys, help and the README's table follow from this list.

/// Who needs a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every command.
    Every,
    /// What runs flows or answers requests; shown by `causeway serve --help` only.
    Serve,
}

/// One setting. Flag > variable > file > default.
#[derive(Debug)]
pub struct Setting {
    /// Its key in `causeway.toml`; the flag is the same with `-` for `_`.
    pub name: &'static str,
    pub env: &'static str,
    /// How its value is called in the help.
    pub value: &'static str,
    /// Empty: none.
    pub default: &'static str,
    pub scope: Scope,
    /// Never shown, and has no flag, since other users of a machine can see flags.
    pub secret: bool,
    pub en: &'static str,
    pub zh_tw: &'static str,
}

impl Setting {
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }
}

pub fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

const fn every(
    name: &'static str,
    env: &'static str,
    value: &'static str,
    default: &'static str,
    en: &'static str,
    zh_tw: &'static str,
) -> Setting {
    Setting { name, env, value, default, scope: Scope::Every, secret: false, en, zh_tw }
}

const fn serve(
    name: &'static str,
    env: &'static str,
    value: &'static str,
    default: &'static str,
    en: &'static str,
    zh_tw: &'static str,
) -> Setting {
    Setting { name, env, value, default, scope: Scope::Serve, secret: false, en, zh_tw }
}

pub const SETTINGS: &[Setting] = &[
    every(
        "data",
        "CAUSEWAY_DATA",
        "FOLDER",
        "./data",
        "Data folder: the SQLite file, the key, backups and causeway.toml",
        "資料資料夾：SQLite 檔案、金鑰、備份與 causeway.toml",
    ),
    every("config", "CAUSEWAY_CONFIG", "FILE", "<data>/causeway.toml", "File of settings", "設定檔"),
    every(
        "database_url",
        "DATABASE_URL",
        "URL",
        "",
        "postgres://user:password@host/name; without it, SQLite in the data folder",
        "postgres://使用者:密碼@主機/名稱；未設定時使用資料資料夾中的 SQLite",
    ),
    Setting {
        secret: true,
        ..every(
            "key",
            "CAUSEWAY_KEY",
            "KEY",
            "",
            "Key that secrets are encrypted with, 32 bytes as hex or base64; without it, the file `key` in the data folder",
            "加密密鑰所用的金鑰，32 位元組，以 hex 或 base64 表示；未設定時使用資料資料夾中的 `key` 檔案",
        )
    },
    every("key_file", "CAUSEWAY_KEY_FILE", "FILE", "", "File that holds the key", "存放金鑰的檔案"),
    every(
        "lang",
        "CAUSEWAY_LANG",
        "LANGUAGE",
        "the machine's",
        "Language of the command line: en or zh-TW",
        "命令列的語言：en 或 zh-TW",
    ),
    every(
        "log",
        "CAUSEWAY_LOG",
        "LEVEL",
        "warn; serve: info",
        "What is logged to stderr: error, warn, info, debug, or a filter such as info,causeway_runtime=debug",
        "記錄到 stderr 的層級：error、warn、info、debug，或篩選式，例如 info,causeway_runtime=debug",
    ),
    every(
        "log_format",
        "CAUSEWAY_LOG_FORMAT",
        "FORMAT",
        "auto",
        "pretty, json, or auto (pretty on a terminal, json elsewhere)",
        "pretty、json 或 auto（終端機上為 pretty，其他為 json）",
    ),
    every(
        "connector_index",
        "CAUSEWAY_CONNECTOR_INDEX",
        "FOLDER|URL",
        "",
        "Where more connectors can be installed from: a folder with an index.json, or the address of one",
        "可安裝更多連接器的索引：含有 index.json 的資料夾，或其網址",
    ),
    serve(
        "listen",
        "CAUSEWAY_LISTEN",
        "ADDRESS",
        "127.0.0.1:7400",
        "Address and port to listen on",
        "監聽的位址與連接埠",
    ),
    serve(
        "public_url",
        "CAUSEWAY_PUBLIC_URL",
        "URL",
        "http://<listen>",
        "How this server is reached from outside; one-time links begin with it",
        "外部連到本伺服器的網址；一次性連結以此開頭",
    ),
    serve(
        "allow_hosts",
        "CAUSEWAY_ALLOW_HOSTS",
        "HOSTS",
        "",
        "Hosts that flows may call although private: host, host:port or CIDR, with commas between",
        "流程可以呼叫的私有主機：host、host:port 或 CIDR，以逗號分隔",
    ),
    serve(
        "trusted_proxies",
        "CAUSEWAY_TRUSTED_PROXIES",
        "RANGES",
        "",
        "Proxies that are believed when they say whom a call comes from (X-Forwarded-For, Forwarded): addresses or CIDRs, with commas between",
        "可信任的代理伺服器，採信其所述的呼叫來源（X-Forwarded-For、Forwarded）：位址或 CIDR，以逗號分隔",
    ),
    serve(
        "keep",
        "CAUSEWAY_KEEP",
        "DURATION",
        "30d",
        "How long finished runs are kept where the flow says nothing",
        "流程未指定時，已結束的執行保留多久",
    ),
    serve(
        "audit_keep",
        "CAUSEWAY_AUDIT_KEEP",
        "DURATION",
        "400d",
        "How long the audit trail is kept",
        "稽核紀錄保留多久",
    ),
    serve(
        "sweep_every",
        "CAUSEWAY_SWEEP_EVERY",
        "DURATION",
        "60s",
        "How often finished runs and audit entries whose time is over are deleted",
        "多久刪除一次逾保留期限的執行與稽核紀錄",
    ),
    serve(
        "capacity",
        "CAUSEWAY_CAPACITY",
        "COUNT",
        "1000",
        "Runs that this process works on at once",
        "本程序同時處理的執行數",
    ),
    serve(
        "script_threads",
        "CAUSEWAY_SCRIPT_THREADS",
        "COUNT",
        "one for each processor",
        "Threads that scripts and expressions are evaluated on",
        "執行腳本與運算式的執行緒數",
    ),
    serve(
        "script_time",
        "CAUSEWAY_SCRIPT_TIME",
        "DURATION",
        "2s",
        "How long one script may take",
        "單一腳本最長執行時間",
    ),
    serve(
        "script_operations",
        "CAUSEWAY_SCRIPT_OPERATIONS",
        "COUNT",
        "200000",
        "Operations that one script may take",
        "單一腳本最多運算次數",
    ),
    serve(
        "call_timeout",
        "CAUSEWAY_CALL_TIMEOUT",
        "DURATION",
        "60s",
        "How long an outbound call may take where the step says nothing",
        "步驟未指定時，對外呼叫的逾時",
    ),
    serve(
        "connect_timeout",
        "CAUSEWAY_CONNECT_TIMEOUT",
        "DURATION",
        "10s",
        "How long reaching a host may take",
        "連線到主機的逾時",
    ),
    serve(
        "max_response_bytes",
        "CAUSEWAY_MAX_RESPONSE_BYTES",
        "BYTES",
        "104857600",
        "Largest answer of an outbound call",
        "對外呼叫可接受的最大回應",
    ),
    serve(
        "metrics",
        "CAUSEWAY_METRICS",
        "ACCESS",
        "token",
        "Who may read /metrics: off (nobody), token (who has a viewer's token), open (everybody)",
        "誰可以讀取 /metrics：off（無人）、token（持有 viewer 權杖者）、open（任何人）",
    ),
    serve(
        "max_listeners",
        "CAUSEWAY_MAX_LISTENERS",
        "COUNT",
        "2000",
        "Live streams that may be open at once in this process",
        "本程序同時可開啟的即時串流數",
    ),
    serve(
        "max_listeners_each",
        "CAUSEWAY_MAX_LISTENERS_EACH",
        "COUNT",
        "50",
        "Live streams that one person may have open at once in this process, those of their tokens included",
        "每人在本程序同時可開啟的即時串流數，含其權杖",
    ),
    serve(
        "slow_step",
        "CAUSEWAY_SLOW_STEP",
        "DURATION",
        "10s",
        "Steps that take longer are logged; 0 logs none",
        "超過此時間的步驟會寫入記錄；0 表示不記錄",
    ),
    serve(
        "otlp_endpoint",
        "CAUSEWAY_OTLP_ENDPOINT",
        "URL",
        "",
        "OpenTelemetry collector that gets spans of runs and steps, such as http://127.0.0.1:4318",
        "接收執行與步驟追蹤資料的 OpenTelemetry 收集器，例如 http://127.0.0.1:4318",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of the README's table.
    fn row(setting: &Setting, words: &str) -> String {
        let default =
            if setting.default.is_empty() { String::new() } else { format!("`{}`", setting.default) };
        let flag = if setting.secret { String::new() } else { format!("`--{}`", setting.flag()) };
        format!("| {flag} | `{}` | {default} | {words} |", setting.env).replace("|  |", "| |")
    }

    #[test]
    fn the_readmes_list_every_setting() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        for (file, words) in
            [("README.md", (|s| s.en) as fn(&Setting) -> &'static str), ("README.zh-TW.md", |s| s.zh_tw)]
        {
            let readme = std::fs::read_to_string(format!("{root}/{file}")).expect("a README");
            let rows: Vec<String> = SETTINGS.iter().map(|setting| row(setting, words(setting))).collect();
            let table = rows.join("\n");
            assert!(readme.contains(&table), "{file} should list the settings so:\n{table}");
        }
    }
}
