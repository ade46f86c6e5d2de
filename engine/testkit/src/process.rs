//! The server as a process: started, killed, stopped, measured.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

pub struct Process {
    child: Child,
}

/// The processor time that these processes and their ended children have used, in seconds.
pub fn cpu_seconds(pids: &[u32]) -> f64 {
    let ticks: u64 = pids.iter().map(|pid| ticks_of(*pid)).sum();
    ticks as f64 / 100.0
}

/// utime, stime, cutime and cstime of `/proc/<pid>/stat`, in hundredths of a second.
fn ticks_of(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map(|(_, rest)| rest).unwrap_or_default();
    after_name.split(' ').skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum()
}

/// Resident memory in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub now: u64,
    pub peak: u64,
}

impl Process {
    /// Both outputs go to the end of the log file.
    pub fn spawn(command: &mut Command, log: &Path) -> Self {
        let log = File::options().create(true).append(true).open(log).expect("a log file");
        let other = log.try_clone().expect("a log file");
        let child = command.stdin(Stdio::null()).stdout(log).stderr(other).spawn();
        Self { child: child.unwrap_or_else(|error| panic!("{command:?}: {error}")) }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn exited(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked")
    }

    pub fn kill9(&mut self) {
        let _gone_already = self.child.kill();
        let _status = self.child.wait();
    }

    /// `STOP`, `CONT`, `TERM` ...
    pub fn signal(&self, name: &str) {
        let _gone_already = Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status();
    }

    pub fn memory(&self) -> Memory {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_whitespace().next().and_then(|kb| kb.parse::<u64>().ok()).unwrap_or_default() * 1024
        };
        Memory { now: field("VmRSS:"), peak: field("VmHWM:") }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill9();
    }
}
