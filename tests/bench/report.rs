//! Medians and tables.

/// One measured run.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Processor time per request, the database's included.
    pub cpu_ms: f64,
    pub peak_mb: f64,
}

pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[count / 2],
        count => (values[count / 2 - 1] + values[count / 2]) / 2.0,
    }
}

pub fn median_row(rows: &[Row]) -> Row {
    let of = |field: fn(&Row) -> f64| median(rows.iter().map(field));
    Row {
        per_second: of(|row| row.per_second),
        p50_ms: of(|row| row.p50_ms),
        p99_ms: of(|row| row.p99_ms),
        cpu_ms: of(|row| row.cpu_ms),
        peak_mb: of(|row| row.peak_mb),
    }
}

/// The median of the ratios of paired runs.
pub fn ratio(of: &[f64], to: &[f64]) -> f64 {
    median(of.iter().zip(to).map(|(of, to)| of / to))
}

pub fn rates(rows: &[Row]) -> Vec<f64> {
    rows.iter().map(|row| row.per_second).collect()
}

pub fn title(text: &str) {
    println!("\n### {text}\n");
}

pub fn head() {
    println!("| | per second | p50 ms | p99 ms | CPU ms each | peak MB |\n|---|---:|---:|---:|---:|---:|");
}

pub fn line(name: &str, row: &Row) {
    let Row { per_second, p50_ms, p99_ms, cpu_ms, peak_mb } = row;
    println!("| {name} | {per_second:.0} | {p50_ms:.2} | {p99_ms:.2} | {cpu_ms:.3} | {peak_mb:.0} |");
}

/// An aim, and whether it was met.
pub fn aim(what: &str, value: f64, met: bool) {
    println!("\n- {what}: {value:.3} {}", if met { "(met)" } else { "(MISSED)" });
}
