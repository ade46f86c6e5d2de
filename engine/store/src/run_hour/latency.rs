//! How long runs took, as a histogram of fixed buckets: small, added up by adding, and good to about a fifth.

use std::fmt::Write as _;

/// Where buckets begin within each power of ten.
const STEPS: [i64; 6] = [10, 15, 20, 30, 50, 70];
/// Powers of ten, from a millisecond on.
const DECADES: u32 = 9;
/// The last bucket takes what is longer than all edges: eight days.
pub(super) const BUCKETS: usize = STEPS.len() * DECADES as usize + 1;

/// The upper edge of a bucket, in milliseconds; the last has none. A bucket holds what is above the edge before and up to its
/// own.
fn edge(bucket: usize) -> Option<i64> {
    let decade = u32::try_from(bucket / STEPS.len()).ok().filter(|decade| *decade < DECADES)?;
    // The first decade counts whole milliseconds: 1, 1, 2, 3, 5, 7.
    Some(STEPS[bucket % STEPS.len()] * 10_i64.pow(decade) / 10)
}

/// SQL that gives the bucket of a number of milliseconds.
pub(super) fn bucket_sql(millis: &str) -> String {
    let mut sql = String::from("CAST(CASE");
    for bucket in 0..BUCKETS - 1 {
        if let Some(edge) = edge(bucket) {
            let _ = write!(sql, " WHEN {millis} <= {edge} THEN {bucket}");
        }
    }
    let _ = write!(sql, " ELSE {} END AS SMALLINT)", BUCKETS - 1);
    sql
}

/// How many runs took how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latencies {
    counts: Vec<u64>,
}

impl Default for Latencies {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS] }
    }
}

impl Latencies {
    pub(super) fn add(&mut self, bucket: i16, runs: u64) {
        if let Some(count) = usize::try_from(bucket).ok().and_then(|bucket| self.counts.get_mut(bucket)) {
            *count += runs;
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    pub fn runs(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Milliseconds within which that share of the runs was done; nothing where there is none.
    pub fn percentile(&self, share: f64) -> Option<u64> {
        let wanted = self.runs() as f64 * share;
        let mut below = 0_u64;
        for (bucket, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let reached = below + count;
            if reached as f64 >= wanted {
                let low = bucket.checked_sub(1).and_then(edge).unwrap_or(0);
                // Of what is beyond the last edge, no more is known.
                let high = edge(bucket).unwrap_or(low);
                let part = (wanted - below as f64) / *count as f64;
                return Some((low as f64 + (high - low) as f64 * part).round() as u64);
            }
            below = reached;
        }
        None
    }

    /// The share that was done within so many milliseconds, 0 to 1; exact where that is an edge of a bucket.
    pub fn within(&self, millis: i64) -> Option<f64> {
        let all = self.runs();
        let done: u64 = self
            .counts
            .iter()
            .enumerate()
            .filter(|(bucket, _)| edge(*bucket).is_some_and(|edge| edge <= millis))
            .map(|(_, count)| count)
            .sum();
        (all > 0).then(|| done as f64 / all as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(millis: i64) -> i16 {
        (0..BUCKETS)
            .find(|bucket| edge(*bucket).is_none_or(|edge| millis <= edge))
            .and_then(|bucket| i16::try_from(bucket).ok())
            .expect("a bucket")
    }

    fn of(millis: impl IntoIterator<Item = i64>) -> Latencies {
        let mut latencies = Latencies::default();
        millis.into_iter().for_each(|millis| latencies.add(bucket(millis), 1));
        latencies
    }

    #[test]
    fn edges_rise_and_hold_the_targets() {
        let edges: Vec<i64> = (0..BUCKETS - 1).filter_map(edge).collect();
        assert_eq!(edges.len(), BUCKETS - 1);
        assert!(edges.is_sorted() && edges.contains(&300_000), "{edges:?}");
        assert_eq!(edge(BUCKETS - 1), None);
        assert!(bucket_sql("x").starts_with("CAST(CASE WHEN x <= 1 THEN 0 "));
    }

    #[test]
    fn percentiles_are_about_right() {
        assert_eq!(of([]).percentile(0.95), None);
        let even = of((1..=1000).map(|number| number * 10));
        for (share, wanted) in [(0.5, 5000.0), (0.95, 9500.0)] {
            let found = even.percentile(share).expect("some") as f64;
            assert!((found / wanted - 1.0).abs() < 0.05, "{share}: {found}");
        }
        let alike = of([40; 100]);
        assert!((30..=50).contains(&alike.percentile(0.5).expect("some")));
        assert_eq!(of([i64::MAX]).percentile(0.5), Some(700_000_000));
    }

    #[test]
    fn the_share_within_a_target_is_exact() {
        let latencies = of([100, 299_999, 300_000, 300_001]);
        assert_eq!(latencies.within(300_000), Some(0.75));
        assert_eq!(of([]).within(300_000), None);
    }
}
