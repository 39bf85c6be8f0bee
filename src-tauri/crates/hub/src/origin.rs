//! Where a connection comes from: the unit by which the door counts.
//!
//! An IPv4 address is one; of an IPv6 address the first half counts, because whoever has one has 2^64 of them. Behind a
//! balancer every connection comes from the balancer. What it says in `X-Forwarded-For` is believed when the operator named
//! its address, and never otherwise: anybody can send that header.

use axum::http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr};

const FORWARDED: &str = "x-forwarded-for";
/// Of an IPv6 address: the network, without what its owner chooses.
const NETWORK: u128 = !((1 << 64) - 1);

/// Whoever is behind one address, or one IPv6 network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin(IpAddr);

impl Origin {
    /// Of this address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & NETWORK)),
            v4 => v4,
        })
    }

    /// Of whoever is behind this balancer; `None` when it speaks for itself, as with a health check.
    ///
    /// Every hop appends the address it heard from, so the list is read from its end, past other balancers of ours, and
    /// what a stranger wrote at its beginning is never reached.
    pub fn forwarded(headers: &HeaderMap, trusted: &[IpAddr]) -> Option<Self> {
        let values = headers
            .get_all(FORWARDED)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
        let hops = hops.iter().rev().map_while(|hop| address(hop));
        hops.map(|hop| hop.to_canonical())
            .find(|hop| !trusted.contains(hop))
            .map(Self::of)
    }
}

/// With or without a port.
fn address(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse().ok().map(|with: std::net::SocketAddr| with.ip());
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_ipv6_network_is_one_origin() {
        assert_eq!(Origin::of(ip("2001:db8::1")), Origin::of(ip("2001:db8::ffff:1")));
        assert_ne!(Origin::of(ip("2001:db8::1")), Origin::of(ip("2001:db8:0:1::1")));
        assert_eq!(Origin::of(ip("::ffff:10.0.0.1")), Origin::of(ip("10.0.0.1")));
        assert_ne!(Origin::of(ip("10.0.0.1")), Origin::of(ip("10.0.0.2")));
    }

    #[test]
    fn a_forwarded_address_is_the_last_that_no_balancer_of_ours_has() {
        let trusted = [ip("127.0.0.1"), ip("10.0.0.9")];
        let check = |values: &[&str], expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(FORWARDED, value.parse().unwrap());
            }
            let expected = expected.map(|text| Origin::of(ip(text)));
            assert_eq!(Origin::forwarded(&headers, &trusted), expected, "{values:?}");
        };
        check(&[], None);
        check(&["127.0.0.1"], None);
        check(&["192.0.2.7"], Some("192.0.2.7"));
        check(&["192.0.2.7:4711"], Some("192.0.2.7"));
        check(&["[2001:db8::1]:4711"], Some("2001:db8::1"));
        check(&["192.0.2.1, 192.0.2.7, 10.0.0.9"], Some("192.0.2.7"));
        check(&["192.0.2.1", "192.0.2.7"], Some("192.0.2.7"));
        check(&["192.0.2.1, nonsense, 10.0.0.9"], None);
    }
}
