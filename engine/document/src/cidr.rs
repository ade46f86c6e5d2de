//! Ranges of addresses, as `10.0.0.0/8`, `2001:db8::/32` or one address.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) counts as the IPv4 address, on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    network: u128,
    mask: u128,
    v4: bool,
}

/// It is neither an address nor a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCidr;

impl Cidr {
    pub fn contains(&self, address: IpAddr) -> bool {
        let (bits, v4) = bits(address.to_canonical());
        v4 == self.v4 && bits & self.mask == self.network
    }
}

impl FromStr for Cidr {
    type Err = NoCidr;
    fn from_str(text: &str) -> Result<Self, NoCidr> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NoCidr)?;
        let size = if address.is_ipv4() { 32 } else { 128 };
        let length: u32 = match length {
            None => size,
            Some(length) => {
                let plain = !length.is_empty() && length.bytes().all(|digit| digit.is_ascii_digit());
                length.parse().ok().filter(|length| plain && *length <= size).ok_or(NoCidr)?
            }
        };
        // `::ffff:10.0.0.0/104` is 10.0.0.0/8; a shorter one would hold more than IPv4 addresses.
        let canonical = address.to_canonical();
        let (canonical, length) = match (address, canonical) {
            (IpAddr::V6(_), IpAddr::V4(_)) if length >= 96 => (canonical, length - 96),
            _ => (address, length),
        };
        let (network, v4) = bits(canonical);
        let size = if v4 { 32 } else { 128 };
        let all = if v4 { u128::from(u32::MAX) } else { u128::MAX };
        let mask = all & all.checked_shl(size - length).unwrap_or(0);
        Ok(Self { network: network & mask, mask, v4 })
    }
}

fn bits(address: IpAddr) -> (u128, bool) {
    match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), true),
        IpAddr::V6(address) => (u128::from(Ipv6Addr::from(address.octets())), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(range: &str, address: &str) -> bool {
        let range: Cidr = range.parse().unwrap_or_else(|_| panic!("{range}"));
        range.contains(address.parse().expect("an address"))
    }

    #[test]
    fn ranges_hold_their_addresses() {
        for (range, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("10.1.2.3", "10.1.2.3", "10.1.2.4"),
            ("10.1.2.3/31", "10.1.2.2", "10.1.2.4"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
            ("::1", "::1", "::2"),
            ("::ffff:10.0.0.0/104", "10.1.1.1", "11.1.1.1"),
            ("::ffff:10.0.0.1", "10.0.0.1", "::1"),
            ("10.0.0.0/8", "::ffff:10.0.0.1", "::10.0.0.1"),
        ] {
            assert!(contains(range, inside), "{range} {inside}");
            assert!(!contains(range, outside), "{range} {outside}");
        }
        assert!(contains("0.0.0.0/0", "1.2.3.4") && !contains("0.0.0.0/0", "::1"));
        assert!(contains("::/0", "::1") && !contains("::/0", "1.2.3.4"));
    }

    #[test]
    fn what_is_no_range_does_not_read() {
        for bad in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "a",
            "10.0.0.1:80",
            "1.2.3.4/8/8",
        ] {
            assert!(bad.parse::<Cidr>().is_err(), "{bad}");
        }
    }
}
