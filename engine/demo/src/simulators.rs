//! The systems of the sample company, together or each by itself.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::Path;

use crate::company::Company;
use crate::danlee::DanLee;
use crate::dinkoko::Dinkoko;
use crate::line::{Line, LineSimulator};
use crate::simulator::{Config, Faults, Keeper, Link, Simulator, day};
use crate::tanjee::TanJee;

/// Where each system listens; port 0 takes a free one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    pub danlee: u16,
    pub dinkoko: u16,
    pub tanjee: u16,
    pub line: u16,
}

impl Ports {
    /// Four in a row.
    pub fn in_a_row(first: u16) -> Self {
        let port = |step: u16| first.saturating_add(step);
        Self { danlee: port(0), dinkoko: port(1), tanjee: port(2), line: port(3) }
    }
}

impl Ports {
    /// Four in a row; where one is taken, a free one in its place. From 0, all are free ones.
    pub fn free_from(first: u16, host: IpAddr) -> Self {
        if first == 0 {
            return Self::default();
        }
        let free = |port| if TcpListener::bind((host, port)).is_ok() { port } else { 0 };
        let row = Self::in_a_row(first);
        Self {
            danlee: free(row.danlee),
            dinkoko: free(row.dinkoko),
            tanjee: free(row.tanjee),
            line: free(row.line),
        }
    }
}

/// All four, seeded with one company. Dropping it stops them.
pub struct Simulators {
    pub danlee: Simulator,
    pub dinkoko: Simulator,
    pub tanjee: Simulator,
    pub line: LineSimulator,
}

impl Simulators {
    /// On free ports of this machine.
    pub async fn start(config: &Config) -> io::Result<Self> {
        Self::start_at(config, IpAddr::from([127, 0, 0, 1]), Ports::default()).await
    }

    pub async fn start_at(config: &Config, host: IpAddr, ports: Ports) -> io::Result<Self> {
        let company = company(config);
        let at = |port| SocketAddr::new(host, port);
        let all = Self {
            danlee: DanLee::start(config, &company, at(ports.danlee)).await?,
            dinkoko: Dinkoko::start(config, &company, at(ports.dinkoko)).await?,
            tanjee: TanJee::start(config, &company, at(ports.tanjee)).await?,
            line: Line::start(config, &company, at(ports.line)).await?,
        };
        all.link();
        Ok(all)
    }

    fn each(&self) -> [&Simulator; 4] {
        [&self.danlee, &self.dinkoko, &self.tanjee, &self.line]
    }

    /// Each page leads to the others.
    fn link(&self) {
        let link =
            |simulator: &&Simulator| Link { title: simulator.system.title(), url: simulator.base_url() };
        let links: Vec<Link> = self.each().iter().map(link).collect();
        for simulator in self.each() {
            simulator.system.core().link(links.clone());
        }
    }

    /// What was kept in the folder takes the place of what they began with, and what changes is kept there.
    pub async fn keep_in(&self, folder: &Path) -> io::Result<Kept> {
        tokio::fs::create_dir_all(folder).await?;
        let mut keepers = Vec::new();
        for ((name, _), simulator) in self.addresses().iter().zip(self.each()) {
            let path = folder.join(format!("{name}.json"));
            keepers.push(Keeper::start(path, simulator.system.clone()).await?);
        }
        Ok(Kept(keepers))
    }

    pub fn set_faults(&self, faults: &Faults) {
        self.each().into_iter().for_each(|simulator| simulator.set_faults(faults.clone()));
    }

    /// Only the CRM.
    pub async fn danlee(config: &Config, addr: SocketAddr) -> io::Result<Simulator> {
        DanLee::start(config, &company(config), addr).await
    }

    /// Only the ERP.
    pub async fn dinkoko(config: &Config, addr: SocketAddr) -> io::Result<Simulator> {
        Dinkoko::start(config, &company(config), addr).await
    }

    /// Only accounting.
    pub async fn tanjee(config: &Config, addr: SocketAddr) -> io::Result<Simulator> {
        TanJee::start(config, &company(config), addr).await
    }

    /// Only LINE.
    pub async fn line(config: &Config, addr: SocketAddr) -> io::Result<LineSimulator> {
        Line::start(config, &company(config), addr).await
    }

    /// `(name, address)` of each, for who tells people.
    pub fn addresses(&self) -> [(&'static str, SocketAddr); 4] {
        [
            ("danlee-crm", self.danlee.addr()),
            ("dinkoko-erp", self.dinkoko.addr()),
            ("tanjee-accounting", self.tanjee.addr()),
            ("line", self.line.addr()),
        ]
    }
}

/// Systems that are kept on disk.
pub struct Kept(Vec<Keeper>);

impl Kept {
    /// Writes what is not written yet.
    pub async fn close(self) -> io::Result<()> {
        for keeper in self.0 {
            keeper.close().await?;
        }
        Ok(())
    }
}

fn company(config: &Config) -> Company {
    Company::seeded(day(config.now))
}
