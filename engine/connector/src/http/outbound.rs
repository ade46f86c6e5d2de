//! Where outbound calls may go: which addresses are public, and what the administrator allowed beside them. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What `allow_hosts` permits.
#[derive(Debug, Default)]
pub(super) struct Allowed {
    names: Vec<(String, Option<u16>)>,
    networks: Vec<Network>,
}

#[derive(Debug)]
struct Network {
    address: IpAddr,
    prefix: u32,
    port: Option<u16>,
}

impl Allowed {
    /// Reads `host`, `host:port`, an address, `address:port`, `[v6]:port` or CIDR; the fault is the entry that is none of them.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        let mut allowed = Self::default();
        for entry in entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()) {
            allowed.add(entry).ok_or_else(|| entry.to_owned())?;
        }
        Ok(allowed)
    }

    fn add(&mut self, entry: &str) -> Option<()> {
        if let Some((address, prefix)) = entry.split_once('/') {
            let address: IpAddr = address.parse().ok()?;
            let prefix = prefix.parse::<u32>().ok()?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            self.networks.push(Network { address, prefix: (prefix <= most).then_some(prefix)?, port: None });
            return Some(());
        }
        if let Ok(address) = entry.parse::<IpAddr>() {
            self.add_address(address, None);
            return Some(());
        }
        let (host, port) = split_port(entry)?;
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => self.add_address(address, port),
            Err(_) => {
                let name = normal_name(host);
                let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
                (!name.is_empty() && name.chars().all(fits)).then(|| self.names.push((name, port)))?;
            }
        }
        Some(())
    }

    fn add_address(&mut self, address: IpAddr, port: Option<u16>) {
        let address = canonical(address);
        let prefix = if address.is_ipv4() { 32 } else { 128 };
        self.networks.push(Network { address, prefix, port });
    }

    /// Whether a name may be reached on a port, whatever it resolves to.
    pub fn name(&self, host: &str, port: u16) -> bool {
        let host = normal_name(host);
        self.names.iter().any(|(name, only)| *name == host && only.is_none_or(|only| only == port))
    }

    /// Whether an address may be reached: a public one always, another where it is allowed. Without a port, entries with one do not count.
    pub fn address(&self, address: IpAddr, port: Option<u16>) -> bool {
        let address = canonical(address);
        is_public(address)
            || self.networks.iter().any(|network| {
                network.contains(address) && network.port.is_none_or(|only| Some(only) == port)
            })
    }
}

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differ = u32::from(network) ^ u32::from(address);
                differ.checked_shr(32 - self.prefix).unwrap_or(0) == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differ = u128::from(network) ^ u128::from(address);
                differ.checked_shr(128 - self.prefix).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

fn split_port(entry: &str) -> Option<(&str, Option<u16>)> {
    let after_bracket = entry.rfind(']').map_or(0, |at| at + 1);
    match entry[after_bracket..].rfind(':') {
        Some(at) => {
            let (host, port) = entry.split_at(after_bracket + at);
            Some((host, Some(port[1..].parse().ok()?)))
        }
        None => Some((entry, None)),
    }
}

/// Names are compared without case and without the root's dot.
fn normal_name(host: &str) -> String {
    host.trim_end_matches('.').to_lowercase()
}

/// An IPv4 address in its IPv6 clothes (`::ffff:a.b.c.d`) is that IPv4 address.
fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        v4 => v4,
    }
}

/// Whether an address belongs to the public internet (IANA's special-purpose registries).
pub(super) fn is_public(address: IpAddr) -> bool {
    match canonical(address) {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    /// Networks that are not public, each with its prefix length.
    const SPECIAL: [([u8; 4], u32); 17] = [
        ([0, 0, 0, 0], 8),        // this network
        ([10, 0, 0, 0], 8),       // private
        ([100, 64, 0, 0], 10),    // carrier-grade NAT
        ([127, 0, 0, 0], 8),      // loopback
        ([168, 63, 129, 16], 32), // a cloud's host agent
        ([169, 254, 0, 0], 16),   // link-local, cloud metadata
        ([172, 16, 0, 0], 12),    // private
        ([192, 0, 0, 0], 24),     // protocol assignments
        ([192, 0, 2, 0], 24),     // documentation
        ([192, 31, 196, 0], 24),  // AS112
        ([192, 52, 193, 0], 24),  // AMT
        ([192, 88, 99, 0], 24),   // 6to4 relays
        ([192, 168, 0, 0], 16),   // private
        ([198, 18, 0, 0], 15),    // benchmarks
        ([198, 51, 100, 0], 24),  // documentation
        ([203, 0, 113, 0], 24),   // documentation
        ([224, 0, 0, 0], 3),      // multicast, reserved, broadcast
    ];
    !SPECIAL.iter().any(|(network, prefix)| {
        (u32::from(Ipv4Addr::from(*network)) ^ u32::from(address)) >> (32 - prefix) == 0
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let embedded =
        |high: u16, low: u16| is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match parts {
        // NAT64: as public as the IPv4 address inside.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        // 6to4, likewise.
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo, ORCHID, benchmarks and other protocol assignments.
        [0x2001, second, ..] if second < 0x200 => false,
        // Documentation.
        [0x2001, 0xdb8, ..] => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // Only 2000::/3 is handed out; the rest is loopback, compatible, local, link-local, multicast or nothing.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(entries: &[&str]) -> Allowed {
        Allowed::parse(&entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>()).expect("entries")
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn what_is_not_the_public_internet_is_refused() {
        for private in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.254",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:127.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "2002:c0a8:101::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(ip(private)), "{private}");
        }
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.167.1.1",
            "203.66.1.1",
            "223.255.255.254",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
            "2400:cb00::1",
        ] {
            assert!(is_public(ip(public)), "{public}");
        }
    }

    #[test]
    fn entries_allow_hosts_ports_and_networks() {
        let rules = allowed(&[
            "erp.local",
            "localhost:9000",
            "10.1.0.0/16",
            "127.0.0.1:7401",
            "[::1]:80",
            "fd00::/8",
            " ",
        ]);
        assert!(rules.name("ERP.local.", 1) && rules.name("localhost", 9000));
        assert!(!rules.name("localhost", 9001) && !rules.name("xerp.local", 1) && !rules.name("local", 1));
        assert!(rules.address(ip("10.1.2.3"), None) && !rules.address(ip("10.2.0.1"), None));
        assert!(rules.address(ip("::ffff:10.1.2.3"), None));
        assert!(rules.address(ip("127.0.0.1"), Some(7401)) && !rules.address(ip("127.0.0.1"), Some(7402)));
        assert!(!rules.address(ip("127.0.0.1"), None));
        assert!(rules.address(ip("::1"), Some(80)) && !rules.address(ip("::1"), Some(81)));
        assert!(rules.address(ip("fd12::1"), None) && !rules.address(ip("fe80::1"), None));
        assert!(allowed(&["0.0.0.0/0"]).address(ip("127.0.0.1"), None));
        assert!(!allowed(&["0.0.0.0/0"]).address(ip("::1"), None));
        assert!(allowed(&["192.168.1.5"]).address(ip("192.168.1.5"), None));
    }

    #[test]
    fn entries_that_say_nothing_are_refused() {
        for bad in ["10.0.0.0/33", "x/8", "host:99999", "http://host", "a b", ":80", "host:"] {
            assert_eq!(Allowed::parse(&[bad.to_owned()]).expect_err("refused"), bad);
        }
    }
}
