//! The systems of the sample company, together or each by itself.

use std::io;
use std::net::{IpAddr, SocketAddr};

use crate::company::Company;
use crate::danlee::DanLee;
use crate::dinkoko::Dinkoko;
use crate::line::{Line, LineSimulator};
use crate::simulator::{Config, Simulator, day};
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
        Ok(Self {
            danlee: DanLee::start(config, &company, at(ports.danlee)).await?,
            dinkoko: Dinkoko::start(config, &company, at(ports.dinkoko)).await?,
            tanjee: TanJee::start(config, &company, at(ports.tanjee)).await?,
            line: Line::start(config, &company, at(ports.line)).await?,
        })
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

fn company(config: &Config) -> Company {
    Company::seeded(day(config.now))
}
