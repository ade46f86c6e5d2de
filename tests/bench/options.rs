//! How much is measured.

pub struct Options {
    /// Pairs of runs of which the median is printed.
    pub rounds: usize,
    /// How long each run takes.
    pub seconds: u64,
    /// How many connections send at once.
    pub connections: usize,
    /// The heavy sizes too.
    pub large: bool,
    /// Letters of the parts to run; empty means all.
    pub only: String,
}

impl Options {
    pub fn read(words: &[String]) -> Self {
        let value = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1));
        let number =
            |name: &str, otherwise: u64| value(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
        Self {
            rounds: number("--rounds", 3) as usize,
            seconds: number("--seconds", 5),
            connections: number("--connections", 32) as usize,
            large: words.iter().any(|word| word == "--large"),
            only: value("--only").cloned().unwrap_or_default(),
        }
    }

    pub fn wants(&self, part: char) -> bool {
        self.only.is_empty() || self.only.contains(part)
    }
}
