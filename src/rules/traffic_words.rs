//! Protocols and ports as people say them.

use crate::model::{Protocol, Traffic};

/// `tcp 5432, 6379`, `all tcp ports`, `all but tcp 22`, `all traffic`: what the traffic itself prints, with the ports of a
/// whole protocol said.
#[must_use]
pub fn traffic_words(traffic: &Traffic) -> String {
    if traffic.is_empty() || traffic.is_all() {
        return traffic.to_string();
    }
    let text = traffic.to_string();
    if let Some(missing) = text.strip_prefix("all traffic but ") {
        return format!("all but {missing}");
    }
    let part = |part: &str| {
        let has_ports = Protocol::parse(part).is_some_and(Protocol::has_ports);
        if has_ports {
            format!("all {part} ports")
        } else {
            part.to_owned()
        }
    };
    text.split("; ").map(part).collect::<Vec<_>>().join("; ")
}

/// The same, cut where it has many parts.
#[must_use]
pub fn short_traffic(traffic: &Traffic) -> String {
    let text = traffic_words(traffic);
    match text.char_indices().nth(80) {
        None => text,
        Some((at, _)) => {
            let head = text.split_at(at).0;
            let cut = head
                .rfind([',', ';'])
                .map_or(head, |at| head.split_at(at).0);
            format!("{cut} and more")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_protocols_are_said_as_such() {
        let tcp = |low, high| Traffic::ports(Protocol::TCP, low, high);
        let icmp = Traffic::protocol(Protocol::ICMP);
        for (traffic, expected) in [
            (tcp(80, 80).union(&tcp(443, 444)), "tcp 80, 443-444"),
            (Traffic::protocol(Protocol::TCP), "all tcp ports"),
            (
                Traffic::protocol(Protocol::UDP).union(&icmp),
                "icmp; all udp ports",
            ),
            (Traffic::all(), "all traffic"),
            (Traffic::all().difference(&tcp(22, 22)), "all but tcp 22"),
            (Traffic::none(), "no traffic"),
        ] {
            assert_eq!(traffic_words(&traffic), expected);
        }
        // A protocol of which little is missing is not told by the numbers of all others.
        for missing in [Protocol::TCP, Protocol::UDP, Protocol::ICMP, Protocol(50)] {
            let most = Traffic::all().difference(&Traffic::protocol(missing));
            let name = missing.to_string().to_ascii_lowercase();
            assert_eq!(traffic_words(&most), format!("all but {name}"));
            let without_ssh = most.difference(&tcp(22, 22));
            assert!(!short_traffic(&without_ssh).contains("ip0"), "{name}");
        }
        let odd = (1..60).map(|port| tcp(port * 2, port * 2));
        let odd: Traffic = odd.collect();
        assert!(short_traffic(&odd).ends_with(" and more"));
    }
}
