//! How edges and joins work. The one place that knows.

use causeway_model::Join;

use super::{Body, Edge};

/// How a settled step stands, for those that come after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled<'a> {
    Succeeded { port: Option<&'a str> },
    Failed,
    Skipped,
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    Pending,
    Ready,
    /// None of its edges can be taken any more (`join: any`), or one cannot (`join: all`).
    Skipped,
}

/// The name of every step's exit for failures.
pub(crate) const ERROR_PORT: &str = "error";

impl Body {
    /// The one place that knows how edges and joins work; the machine and the views both ask here.
    pub fn readiness<'a>(&self, step: usize, settled: impl Fn(usize) -> Option<Settled<'a>>) -> Readiness {
        let step = &self.steps[step];
        readiness(&step.after, step.join, settled)
    }
}

pub(crate) fn readiness<'a>(
    after: &[Edge],
    join: Join,
    settled: impl Fn(usize) -> Option<Settled<'a>>,
) -> Readiness {
    if after.is_empty() {
        return Readiness::Ready;
    }
    let edges = after.iter().map(|edge| settled(edge.from).map(|source| is_taken(edge, source)));
    let (mut taken, mut dead) = (0, 0);
    for edge in edges {
        match edge {
            Some(true) => taken += 1,
            Some(false) => dead += 1,
            None => {}
        }
    }
    let open = after.len() - taken - dead;
    match join {
        Join::All if dead > 0 => Readiness::Skipped,
        _ if open > 0 => Readiness::Pending,
        _ if taken > 0 => Readiness::Ready,
        _ => Readiness::Skipped,
    }
}

/// A failed step takes only its error port; a skipped or cancelled one takes none.
fn is_taken(edge: &Edge, source: Settled) -> bool {
    match (source, edge.port.as_deref()) {
        (Settled::Succeeded { .. }, None) => true,
        (Settled::Succeeded { port }, Some(wanted)) => wanted != ERROR_PORT && port == Some(wanted),
        (Settled::Failed, Some(ERROR_PORT)) => true,
        (Settled::Failed | Settled::Skipped | Settled::Cancelled, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PORTS: [Option<&str>; 4] = [None, Some("a"), Some("b"), Some(ERROR_PORT)];

    fn source() -> impl Strategy<Value = Settled<'static>> {
        prop_oneof![
            (0..3usize).prop_map(|port| Settled::Succeeded { port: PORTS[port] }),
            Just(Settled::Failed),
            Just(Settled::Skipped),
            Just(Settled::Cancelled),
        ]
    }

    proptest! {
        #[test]
        fn settling_more_never_changes_a_decision(
            edges in prop::collection::vec((0..5usize, 0..4usize), 0..6),
            all in any::<bool>(),
            sources in prop::collection::vec(source(), 5),
            order in Just([0, 1, 2, 3, 4usize]).prop_shuffle(),
        ) {
            let after: Vec<Edge> = edges
                .into_iter()
                .map(|(from, port)| Edge { from, port: PORTS[port].map(str::to_owned) })
                .collect();
            let join = if all { Join::All } else { Join::Any };
            let mut decided = None;
            for known in 0..=order.len() {
                let now = readiness(&after, join, |step| order[..known].contains(&step).then(|| sources[step]));
                if let Some(before) = decided {
                    prop_assert_eq!(before, now);
                } else if now != Readiness::Pending {
                    decided = Some(now);
                }
            }
            prop_assert!(decided.is_some(), "once all is settled, it is decided");
        }
    }

    #[test]
    fn edges_are_taken_by_their_ports() {
        let edge = |port: Option<&str>| Edge { from: 0, port: port.map(str::to_owned) };
        let large = Settled::Succeeded { port: Some("large") };
        let ready = |edge: Edge, source| readiness(&[edge], Join::Any, |_| Some(source));
        assert_eq!(ready(edge(Some("large")), large), Readiness::Ready);
        assert_eq!(ready(edge(Some("small")), large), Readiness::Skipped);
        assert_eq!(ready(edge(Some("error")), Settled::Failed), Readiness::Ready);
        assert_eq!(ready(edge(Some("large")), Settled::Failed), Readiness::Skipped);
        assert_eq!(ready(edge(None), Settled::Failed), Readiness::Skipped);
        assert_eq!(ready(edge(None), Settled::Cancelled), Readiness::Skipped);
        assert_eq!(ready(edge(Some("large")), Settled::Succeeded { port: None }), Readiness::Skipped);
    }
}
