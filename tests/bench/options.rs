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
    /// The most finished runs, and the most flows, that (e) goes up to.
    pub most_runs: u64,
    pub most_flows: usize,
    /// Letters of the parts to run; empty means all.
    pub only: String,
}

impl Options {
    pub fn read(words: &[String]) -> Self {
        let value = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1));
        let number =
            |name: &str, otherwise: u64| value(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
        let large = words.iter().any(|word| word == "--large");
        Self {
            rounds: number("--rounds", 3) as usize,
            seconds: number("--seconds", 5),
            connections: number("--connections", 32) as usize,
            large,
            most_runs: number("--runs", if large { 10_000_000 } else { 1_000_000 }),
            most_flows: number("--flows", if large { 10_000 } else { 1000 }) as usize,
            only: value("--only").cloned().unwrap_or_default(),
        }
    }

    pub fn wants(&self, part: char) -> bool {
        self.only.is_empty() || self.only.contains(part)
    }
}
