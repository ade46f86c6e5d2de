//! Prometheus' text format, version 0.0.4: families with HELP and TYPE, samples with escaped labels.

use std::fmt::{Display, Write as _};

use causeway_model::metrics::Histogram;

/// A page of metrics, family by family.
#[derive(Default)]
pub struct Page {
    text: String,
}

/// One family, under whose name samples are written.
pub struct Family<'a> {
    page: &'a mut Page,
    name: &'static str,
}

impl Page {
    pub fn into_text(self) -> String {
        self.text
    }

    pub fn counter(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "counter", help)
    }

    pub fn gauge(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "gauge", help)
    }

    pub fn histogram(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "histogram", help)
    }

    fn family(&mut self, name: &'static str, kind: &str, help: &str) -> Family<'_> {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        Family { page: self, name }
    }
}

impl Family<'_> {
    /// The only sample of its family.
    pub fn only(&mut self, value: impl Display) {
        self.sample("", &[], value);
    }

    pub fn of(&mut self, labels: &[(&str, &str)], value: impl Display) {
        self.sample("", labels, value);
    }

    pub fn spread(&mut self, labels: &[(&str, &str)], histogram: &Histogram) {
        let view = histogram.view();
        for (bound, count) in view.buckets {
            let bound = bound.to_string();
            let labels: Vec<(&str, &str)> = labels.iter().copied().chain([("le", bound.as_str())]).collect();
            self.sample("_bucket", &labels, count);
        }
        let labels_to_the_end: Vec<(&str, &str)> = labels.iter().copied().chain([("le", "+Inf")]).collect();
        self.sample("_bucket", &labels_to_the_end, view.count);
        self.sample("_sum", labels, view.sum);
        self.sample("_count", labels, view.count);
    }

    fn sample(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        let text = &mut self.page.text;
        let _ = write!(text, "{}{suffix}", self.name);
        for (place, (name, value)) in labels.iter().enumerate() {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(text, "{}{name}=\"{value}\"", if place == 0 { '{' } else { ',' });
        }
        let _ = writeln!(text, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_help_are_escaped() {
        let mut page = Page::default();
        page.counter("causeway_x_total", "a\nb\\").of(&[("flow", "a\"b\\c\nd"), ("status", "failed")], 3);
        page.gauge("causeway_y", "y").only(0.5);
        assert_eq!(
            page.into_text(),
            "# HELP causeway_x_total a\\nb\\\\\n# TYPE causeway_x_total counter\n\
             causeway_x_total{flow=\"a\\\"b\\\\c\\nd\",status=\"failed\"} 3\n\
             # HELP causeway_y y\n# TYPE causeway_y gauge\ncauseway_y 0.5\n"
        );
    }

    #[test]
    fn histograms_end_with_infinity_sum_and_count() {
        let histogram = Histogram::default();
        histogram.observe(2_000_000);
        let mut page = Page::default();
        page.histogram("causeway_z_seconds", "z").spread(&[("step", "script")], &histogram);
        let text = page.into_text();
        assert!(text.contains("causeway_z_seconds_bucket{step=\"script\",le=\"0.0001\"} 0\n"), "{text}");
        assert!(text.ends_with(
            "causeway_z_seconds_bucket{step=\"script\",le=\"+Inf\"} 1\n\
             causeway_z_seconds_sum{step=\"script\"} 2\ncauseway_z_seconds_count{step=\"script\"} 1\n"
        ));
    }
}
