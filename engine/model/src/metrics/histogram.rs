//! A histogram with fixed buckets: one atomic addition for the bucket and one for the sum.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a histogram's numbers are, and where its buckets end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Observed in microseconds, told in seconds.
    #[default]
    Seconds,
    /// Plain numbers.
    Count,
}

const BUCKETS: usize = 16;

/// 100 µs to 5 minutes.
const SECONDS: [u64; BUCKETS] = [
    100,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    5_000_000,
    10_000_000,
    60_000_000,
    300_000_000,
];

const COUNTS: [u64; BUCKETS] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256];

impl Scale {
    fn bounds(self) -> &'static [u64; BUCKETS] {
        match self {
            Self::Seconds => &SECONDS,
            Self::Count => &COUNTS,
        }
    }

    /// In base units.
    fn told(self, number: u64) -> f64 {
        match self {
            Self::Seconds => number as f64 / 1e6,
            Self::Count => number as f64,
        }
    }
}

#[derive(Debug, Default)]
pub struct Histogram {
    scale: Scale,
    buckets: [AtomicU64; BUCKETS],
    beyond: AtomicU64,
    sum: AtomicU64,
}

/// As Prometheus wants it: cumulative, in base units.
#[derive(Clone, Debug, PartialEq)]
pub struct HistogramView {
    /// `(upper bound, observations up to it)`.
    pub buckets: Vec<(f64, u64)>,
    pub sum: f64,
    pub count: u64,
}

impl Histogram {
    pub fn new(scale: Scale) -> Self {
        Self { scale, ..Self::default() }
    }

    pub fn observe(&self, number: u64) {
        let place = self.scale.bounds().iter().position(|bound| number <= *bound);
        place.map_or(&self.beyond, |place| &self.buckets[place]).fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(number, Ordering::Relaxed);
    }

    pub fn view(&self) -> HistogramView {
        let mut count = 0;
        let mut buckets = Vec::with_capacity(BUCKETS);
        for (bound, bucket) in self.scale.bounds().iter().zip(&self.buckets) {
            count += bucket.load(Ordering::Relaxed);
            buckets.push((self.scale.told(*bound), count));
        }
        count += self.beyond.load(Ordering::Relaxed);
        HistogramView { buckets, sum: self.scale.told(self.sum.load(Ordering::Relaxed)), count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_cumulative() {
        let histogram = Histogram::default();
        for took_us in [50, 100, 101, 400_000_000] {
            histogram.observe(took_us);
        }
        let view = histogram.view();
        assert_eq!(view.buckets[..2], [(0.0001, 2), (0.0005, 3)]);
        assert_eq!((view.buckets[15], view.count), ((300.0, 3), 4));
        assert!((view.sum - 400.000_251).abs() < 1e-9);
    }
}
