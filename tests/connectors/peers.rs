//! Programs that others wrote, as peers of tests: where `.ci/prepare` puts them, and how one is started and ended.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use causeway_testkit::eventually_within;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// A folder of `.ci/prepare`'s: `prism`, `openapi`, `peers`, `tryton`.
pub fn folder(name: &str) -> PathBuf {
    let me = std::fs::metadata("/proc/self").expect("Linux").uid();
    let folder = PathBuf::from(format!("/var/tmp/causeway-{name}-{me}"));
    assert!(folder.exists(), "{} is missing: make prepare", folder.display());
    folder
}

/// A server on 127.0.0.1, killed when dropped.
pub struct Peer {
    _process: Child,
    port: u16,
}

impl Peer {
    /// Starts it and waits until it answers HTTP, whatever it answers. What it says is kept in `log`.
    pub async fn start(command: &mut Command, port: u16, log: &std::path::Path) -> Self {
        let file = std::fs::File::create(log).expect("a log");
        let errors = file.try_clone().expect("a log");
        command.stdin(Stdio::null()).stdout(file).stderr(errors).kill_on_drop(true);
        let mut process = command.spawn().expect("it starts");
        eventually_within(Duration::from_secs(60), "the peer to answer", async || {
            let ended = process.try_wait().expect("its state");
            assert!(ended.is_none(), "{}", std::fs::read_to_string(log).unwrap_or_default());
            answers(port).await.then_some(())
        })
        .await;
        Self { _process: process, port }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// Whether it says anything to an HTTP request.
async fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else { return false };
    let asked = stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").await;
    asked.is_ok() && stream.read_u8().await.is_ok()
}
