//! The real binary, serving on a fresh database; killed and cleared away when the last clone is dropped.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use causeway_model::Value;
use reqwest::Method;
use tempfile::TempDir;

use crate::{Answer, Backend, Database, Memory, Options, Process, binary, free_port};

/// Cheap to clone.
#[derive(Clone)]
pub struct TestApp {
    inner: Arc<Inner>,
}

struct Inner {
    // Declared first, so that it is gone before the database is.
    process: Mutex<Option<Process>>,
    backend: Backend,
    database: Database,
    data: TempDir,
    port: u16,
    options: Options,
    client: reqwest::Client,
    token: std::sync::OnceLock<String>,
}

impl TestApp {
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, Options::new()).await
    }

    pub async fn start_with(backend: Backend, options: Options) -> Self {
        let app = Self::prepare(backend, options);
        app.launch().await;
        app
    }

    /// An app that does not run yet: for the command line without a server.
    pub fn prepare(backend: Backend, options: Options) -> Self {
        let mut folder = tempfile::Builder::new();
        folder.prefix("causeway-test-");
        let data = match &options.data_parent {
            Some(parent) => folder.tempdir_in(parent),
            None => folder.tempdir(),
        };
        let database = match &options.database_url {
            Some(url) => Database::Given { url: url.clone() },
            None => Database::fresh(backend),
        };
        // An error means that it is installed already.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build();
        Self {
            inner: Arc::new(Inner {
                process: Mutex::new(None),
                backend,
                database,
                data: data.expect("a data folder"),
                port: free_port(),
                options,
                client: client.expect("an HTTP client"),
                token: std::sync::OnceLock::new(),
            }),
        }
    }

    pub fn backend(&self) -> Backend {
        self.inner.backend
    }

    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    pub fn data(&self) -> &Path {
        self.inner.data.path()
    }

    pub fn client(&self) -> &reqwest::Client {
        &self.inner.client
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.inner.port)
    }

    pub fn port(&self) -> u16 {
        self.inner.port
    }

    // ---- the process ----------------------------------------------------------------------------------------------

    /// The binary with this app's settings.
    pub fn command(&self) -> Command {
        let options = &self.inner.options;
        let mut words = options.wrapper.iter().map(AsRef::as_ref).chain([binary().as_os_str()]);
        let mut command = Command::new(words.next().expect("the binary at least"));
        command.args(words).env_clear();
        for name in ["PATH", "HOME", "TMPDIR"] {
            #[expect(clippy::disallowed_methods, reason = "a child process is given what it needs")]
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("LANG", "en_US.UTF-8").env("RUST_BACKTRACE", "1");
        command.env("CAUSEWAY_DATA", self.data().join("data"));
        command.env("CAUSEWAY_LISTEN", format!("127.0.0.1:{}", self.inner.port));
        command.env("CAUSEWAY_ALLOW_HOSTS", "127.0.0.1");
        if let Some(url) = self.inner.database.url() {
            command.env("DATABASE_URL", url);
        }
        command.envs(options.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts the server and waits until it takes work.
    pub async fn launch(&self) {
        self.launch_unready();
        self.ready().await;
    }

    /// Starts the server only.
    pub fn launch_unready(&self) {
        let process =
            Process::spawn(self.command().arg(self.inner.options.role.unwrap_or("serve")), &self.log_path());
        *self.inner.process.lock().expect("no test panics here") = Some(process);
    }

    /// Waits until `/readyz` says 200.
    pub async fn ready(&self) {
        let start = Instant::now();
        loop {
            let answer = self.client().get(self.url("/readyz")).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            let exited = self.with_process(|process| process.and_then(Process::exited));
            assert!(exited.is_none(), "the server ended: {exited:?}\n{}", self.log_tail(40));
            assert!(start.elapsed() < Duration::from_secs(60), "never ready:\n{}", self.log_tail(40));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// `kill -9`, without a word before.
    pub fn kill9(&self) {
        self.with_process(|process| process.map(Process::kill9));
        *self.inner.process.lock().expect("no test panics here") = None;
    }

    /// Asks it to end (SIGTERM); whether it did so with status 0 within 20 s.
    pub async fn terminate(&self) -> bool {
        self.signal("TERM");
        let start = Instant::now();
        let mut ended = None;
        while ended.is_none() && start.elapsed() < Duration::from_secs(20) {
            tokio::time::sleep(Duration::from_millis(10)).await;
            ended = self.with_process(|process| process.and_then(Process::exited));
        }
        self.kill9();
        ended.is_some_and(|status| status.success())
    }

    /// `STOP` freezes it, `CONT` lets it go on.
    pub fn signal(&self, name: &str) {
        self.with_process(|process| process.map(|process| process.signal(name)));
    }

    pub fn pid(&self) -> Option<u32> {
        self.with_process(|process| process.map(|process| process.pid()))
    }

    pub fn memory(&self) -> Memory {
        self.with_process(|process| process.map(|process| process.memory())).expect("the server runs")
    }

    pub async fn restart(&self) {
        self.kill9();
        self.launch().await;
    }

    fn with_process<T>(&self, use_it: impl FnOnce(Option<&mut Process>) -> T) -> T {
        use_it(self.inner.process.lock().expect("no test panics here").as_mut())
    }

    pub fn log_path(&self) -> PathBuf {
        self.data().join("serve.log")
    }

    pub fn log(&self) -> String {
        std::fs::read(self.log_path())
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    pub fn log_tail(&self, lines: usize) -> String {
        let log = self.log();
        let all: Vec<&str> = log.lines().collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }

    // ---- HTTP -----------------------------------------------------------------------------------------------------

    /// An owner's token, made with the command line at the first use.
    pub async fn token(&self) -> String {
        if let Some(token) = self.inner.token.get() {
            return token.clone();
        }
        let token = self.token_of("owner").await;
        self.inner.token.get_or_init(|| token).clone()
    }

    /// A fresh token of a role.
    pub async fn token_of(&self, role: &str) -> String {
        let made = self.cli(&["token", "create", "--name", role, "--role", role]).await.success();
        made.stdout.lines().last().expect("the token is printed last").trim().to_owned()
    }

    /// A call of the API (`/api/v1` put before the path) with the owner's token.
    pub async fn api(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let token = self.token().await;
        self.api_as(&token, method, path, body).await
    }

    pub async fn api_as(&self, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.api_with(token, method, path, &[], body).await
    }

    /// As [`TestApp::api_as`], with headers.
    pub async fn api_with(
        &self,
        token: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request =
            self.client().request(method, self.url(&format!("/api/v1{path}"))).bearer_auth(token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.expect("the API answers");
        Answer::read(response).await.expect("the API answers to its end")
    }

    /// The page of `/metrics`, as the owner's token gets it.
    pub async fn metrics(&self) -> Answer {
        let request = self.client().get(self.url("/metrics")).bearer_auth(self.token().await);
        Answer::of(request.send().await.expect("the server answers")).await.expect(200)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.api("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.api("POST", path, Some(body)).await
    }

    /// POSTs JSON to `/hooks/<path>`.
    pub async fn hook(&self, path: &str, body: &Value) -> Answer {
        self.try_hook(path, body).await.expect("the webhook answers")
    }

    /// As [`TestApp::hook`], where the server may be gone.
    pub async fn try_hook(&self, path: &str, body: &Value) -> Result<Answer, reqwest::Error> {
        Answer::read(self.client().post(self.url(&format!("/hooks/{path}"))).json(body).send().await?).await
    }

    /// A webhook call with everything given.
    pub async fn hook_raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client().request(method, self.url(&format!("/hooks/{path}")));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.body(body.into()).send().await.expect("the webhook answers");
        Answer::read(response).await.expect("the webhook answers to its end")
    }
}
