//! A part of what an engine answers, for whoever deals one world to several processes.

use std::str::FromStr;

/// One of so many parts. Workloads are dealt by the name of their cluster, which is the same before and after a change and in
/// every process; what is of no cluster is in the first part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    number: u64,
    of: u64,
}

/// Why a text names no share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the number of a share and how many there are, as in `2/5`")]
pub struct NoShare;

impl Share {
    /// Whether what is of a cluster is in it.
    #[must_use]
    pub fn holds(self, cluster: &str) -> bool {
        hash(cluster) % self.of == self.number - 1
    }

    /// Whether what is of no cluster is in it.
    #[must_use]
    pub fn holds_the_rest(self) -> bool {
        self.number == 1
    }
}

impl FromStr for Share {
    type Err = NoShare;

    fn from_str(text: &str) -> Result<Self, NoShare> {
        let (number, of) = text.split_once('/').ok_or(NoShare)?;
        let [number, of] = [number, of].map(|part| part.parse::<u64>().map_err(|_| NoShare));
        let (number, of) = (number?, of?);
        if (1..=of).contains(&number) {
            Ok(Share { number, of })
        } else {
            Err(NoShare)
        }
    }
}

/// FNV-1a, which is the same on every machine and in every version.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cluster_is_in_one_share_and_shares_are_about_as_large() {
        let shares: Vec<Share> = ["1/4", "2/4", "3/4", "4/4"]
            .map(|text| text.parse().unwrap())
            .to_vec();
        let mut sizes = [0; 4];
        for n in 0..400 {
            let name = format!("team-{n:04}");
            let of: Vec<usize> = (0..4).filter(|at| shares[*at].holds(&name)).collect();
            assert_eq!(of.len(), 1, "{name}");
            sizes[of[0]] += 1;
        }
        assert!(
            sizes.iter().all(|size| (60..=140).contains(size)),
            "{sizes:?}"
        );
        let rest: Vec<bool> = shares.iter().map(|own| own.holds_the_rest()).collect();
        assert_eq!(rest, [true, false, false, false]);
    }

    #[test]
    fn a_share_is_a_number_of_so_many() {
        for wrong in ["", "1", "0/3", "4/3", "a/3", "1/b", "-1/3", "1/0", "1/3/5"] {
            assert_eq!(wrong.parse::<Share>(), Err(NoShare), "{wrong}");
        }
        assert!("3/3".parse::<Share>().is_ok());
    }
}
