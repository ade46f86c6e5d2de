//! Throws that fall the same way on every machine: the numbers that the sample company is made of.

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// SplitMix64. One for each subject, so that a change in one leaves the others as they were.
pub(super) struct Dice(u64);

impl Dice {
    pub fn new(subject: &str, no: usize) -> Self {
        // FNV-1a over the subject's name
        let seed = subject.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        // Mixed, since neighbours would otherwise throw the same, one throw later.
        Self(mixed(seed ^ mixed(no as u64)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = (high - low + 1).max(1) as u64;
        low + (self.next() % span) as i64
    }

    /// True so many times in a thousand.
    pub fn permille(&mut self, of: i64) -> bool {
        self.between(1, 1000) <= of
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[(self.next() % from.len() as u64) as usize]
    }

    pub fn hex(&mut self) -> String {
        format!("{:016x}{:016x}", self.next(), self.next())
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn neighbours_throw_differently() {
        let throws = |no| {
            let mut dice = Dice::new("x", no);
            [dice.next(), dice.next(), dice.next()]
        };
        for no in 0..50 {
            assert!(throws(no).iter().all(|throw| !throws(no + 1).contains(throw)));
        }
    }
}
