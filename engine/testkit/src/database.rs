//! Databases for tests: a SQLite file in the data folder, a fresh database on the local Postgres, or a Postgres of one's own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::free_port;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    pub const BOTH: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A database of one test. A Postgres one is dropped with it.
#[derive(Debug)]
pub enum Database {
    Sqlite,
    Postgres { server: String, name: String },
    Given { url: String },
}

/// The Postgres that tests use.
const SERVER: &str = "postgres://postgres@127.0.0.1:5432";

impl Database {
    pub fn fresh(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::Sqlite,
            Backend::Postgres => Self::on_server(SERVER),
        }
    }

    /// A fresh database on a Postgres server (`postgres://user@host:port`).
    pub fn on_server(server: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        static TIDY: Once = Once::new();
        if server == SERVER {
            TIDY.call_once(drop_left_behind);
        }
        let name = format!("causeway_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let made = psql(server, &format!("create database {name}"));
        assert!(
            made.status.success(),
            "Postgres at {server} is needed: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        Self::Postgres { server: server.to_owned(), name }
    }

    /// `DATABASE_URL`; none for SQLite.
    pub fn url(&self) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres { server, name } => Some(format!("{server}/{name}?sslmode=disable")),
            Self::Given { url } => Some(url.clone()),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            psql(server, &format!("drop database if exists {name} with (force)"));
        }
    }
}

/// Runs SQL on a server, `postgres://user@host:port`.
pub fn psql(server: &str, sql: &str) -> Output {
    Command::new("psql")
        .args(["-X", "-q", "-A", "-t", "-c", sql, &format!("{server}/postgres?sslmode=disable")])
        .output()
        .expect("psql is installed")
}

/// Databases of test processes that were killed.
fn drop_left_behind() {
    let names = psql(SERVER, "select datname from pg_database where datname like 'causeway_test_%'");
    for name in String::from_utf8_lossy(&names.stdout).lines() {
        let owner = name.split('_').nth(2).unwrap_or_default();
        if !Path::new("/proc").join(owner).exists() {
            psql(SERVER, &format!("drop database if exists {name} with (force)"));
        }
    }
}

/// A Postgres server that belongs to one test, so that it can be stopped and restarted.
#[derive(Debug)]
pub struct PrivatePostgres {
    folder: PathBuf,
    port: u16,
}

impl PrivatePostgres {
    pub fn start() -> Self {
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("causeway-postgres-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for Postgres");
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder));
        }
        let this = Self { folder, port };
        run(this.tool("initdb").args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"]));
        this.pg_ctl(&["start"]);
        this
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }

    /// Stops as a crash would, and starts again.
    pub fn crash_and_restart(&self) {
        self.pg_ctl(&["restart", "-m", "immediate"]);
    }

    pub fn stop(&self) {
        self.pg_ctl(&["stop", "-m", "fast"]);
    }

    pub fn start_again(&self) {
        self.pg_ctl(&["start"]);
    }

    /// The process ids of the server, its helpers and its sessions.
    pub fn pids(&self) -> Vec<u32> {
        let main = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
        let Some(main) = main.lines().next().and_then(|line| line.trim().parse::<u32>().ok()) else {
            return Vec::new();
        };
        let children =
            std::fs::read_to_string(format!("/proc/{main}/task/{main}/children")).unwrap_or_default();
        std::iter::once(main).chain(children.split_whitespace().filter_map(|pid| pid.parse().ok())).collect()
    }

    /// pgbench with a script of its own for some seconds; transactions per second.
    pub fn pgbench(&self, set_up: &str, script: &str, clients: u32, seconds: u32) -> f64 {
        let made = psql(&self.url(), set_up);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let file = std::env::temp_dir().join(format!("causeway-pgbench-{}.sql", self.port));
        std::fs::write(&file, script).expect("a script");
        let output = Command::new(tools().join("pgbench"))
            .args(["-n", "-M", "prepared", "-j", "2", "-h", "127.0.0.1", "-U", "postgres"])
            .args([
                "-p",
                &self.port.to_string(),
                "-c",
                &clients.to_string(),
                "-T",
                &seconds.to_string(),
                "-f",
            ])
            .arg(&file)
            .args(["postgres"])
            .env("PGSSLMODE", "disable")
            .output()
            .expect("pgbench is installed");
        let _removed = std::fs::remove_file(&file);
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().find(|line| line.starts_with("tps")).unwrap_or_default();
        line.split_whitespace()
            .nth(2)
            .and_then(|number| number.parse().ok())
            .unwrap_or_else(|| panic!("pgbench: {text}"))
    }

    fn pg_ctl(&self, words: &[&str]) {
        let options =
            format!("-p {} -k {} -c listen_addresses=127.0.0.1 -c ssl=off", self.port, self.folder.display());
        let log = self.folder.join("log");
        run(self.tool("pg_ctl").args(words).arg("-w").arg("-s").arg("-o").arg(options).arg("-l").arg(log));
    }

    /// One of Postgres' programs on this data folder, as the user that may run it.
    fn tool(&self, name: &str) -> Command {
        let program = tools().join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.folder).arg("-D").arg(self.folder.join("data"));
        command
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        let _stopped = self.tool("pg_ctl").args(["stop", "-m", "immediate", "-s"]).output();
        let _removed = std::fs::remove_dir_all(&self.folder);
    }
}

/// Where the newest Postgres keeps `initdb`, `pg_ctl` and `pgbench`.
fn tools() -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .expect("Postgres is installed")
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().expect("Postgres' server programs are installed")
}

fn is_root() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| status.contains("\nUid:\t0\t"))
}

fn run(command: &mut Command) {
    // pg_ctl leaves a server behind that would hold a pipe open, so nothing is captured.
    let status = command
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postgres_of_ones_own_starts_crashes_and_ends() {
        let postgres = PrivatePostgres::start();
        let database = Database::on_server(&postgres.url());
        assert!(postgres.pids().len() > 3, "{:?}", postgres.pids());
        let before = postgres.pids()[0];
        postgres.crash_and_restart();
        assert_ne!(postgres.pids()[0], before);
        let rows =
            psql(&postgres.url(), "select count(*) from pg_database where datname like 'causeway_test_%'");
        assert_eq!(String::from_utf8_lossy(&rows.stdout).trim(), "1");
        drop(database);
        let rate = postgres.pgbench("create table t (id int)", "insert into t values (1);\n", 2, 1);
        assert!(rate > 1.0, "{rate}");
        let folder = postgres.folder.clone();
        drop(postgres);
        assert!(!folder.exists());
    }
}
