//! What the graph says is certain holds in every run: checked against runs played through step by step.

use causeway_model::{Join, StepId};
use proptest::prelude::*;

use super::{Graph, Node};
use crate::faults::Faults;
use crate::plan::{Edge, Readiness, Settled, readiness};

#[derive(Clone, Debug)]
struct Drawn {
    /// 0: one exit; else this many ports.
    ports: usize,
    /// Source (among those before) and exit.
    after: Vec<(prop::sample::Index, u8)>,
    join: Option<Join>,
}

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let step = (
        prop_oneof![3 => Just(0usize), 2 => Just(2), 1 => Just(3)],
        prop::collection::vec((any::<prop::sample::Index>(), 0..5u8), 0..4),
        prop_oneof![3 => Just(None), 2 => Just(Some(Join::Any)), 1 => Just(Some(Join::All))],
    );
    prop::collection::vec(step.prop_map(|(ports, after, join)| Drawn { ports, after, join }), 1..14)
}

const PORTS: [&str; 3] = ["a", "b", "c"];

/// The texts of `after`, always valid.
fn sources(steps: &[Drawn]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let mut after: Vec<String> = Vec::new();
        for (from, exit) in step.after.iter().filter(|_| at > 0) {
            let from = from.index(at);
            let source = match (*exit, steps[from].ports) {
                (0, _) => format!("s{from}.error"),
                (_, 0) => format!("s{from}"),
                (exit, ports) => format!("s{from}.{}", PORTS[exit as usize % ports]),
            };
            if !after.contains(&source) {
                after.push(source);
            }
        }
        all.push(after);
    }
    all
}

/// Plays one run: how each step stands at its end.
fn play<'a>(graph: &Graph, steps: &[Drawn], joins: &[Join], choices: &[u8]) -> Vec<Option<Settled<'a>>> {
    let mut settled: Vec<Option<Settled>> = vec![None; steps.len()];
    for &at in &graph.order {
        settled[at] = match readiness(&graph.edges[at], joins[at], |source| settled[source]) {
            Readiness::Pending => None,
            Readiness::Skipped => Some(Settled::Skipped),
            Readiness::Ready => match choices[at] {
                // An unhandled failure ends the run: it settles nothing for those after it.
                0 if graph.error_wired[at] => Some(Settled::Failed),
                choice if steps[at].ports > 0 => {
                    Some(Settled::Succeeded { port: Some(PORTS[choice as usize % steps[at].ports]) })
                }
                _ => Some(Settled::Succeeded { port: None }),
            },
        };
    }
    settled
}

fn taken(edge: &Edge, settled: &[Option<Settled>]) -> bool {
    readiness(std::slice::from_ref(edge), Join::Any, |at| settled[at]) == Readiness::Ready
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn what_is_certain_holds_in_every_run(
        steps in drawn(),
        runs in prop::collection::vec(prop::collection::vec(0..4u8, 14), 12),
    ) {
        let ids: Vec<StepId> = (0..steps.len()).map(|at| format!("s{at}").parse().unwrap()).collect();
        let after = sources(&steps);
        let nodes: Vec<Node> = steps
            .iter()
            .enumerate()
            .map(|(at, step)| Node {
                id: &ids[at],
                at: format!("/steps/{at}"),
                ports: (step.ports > 0).then(|| PORTS[..step.ports].iter().map(|port| (*port).to_owned()).collect()),
                ends: false,
                after: &after[at],
                join: step.join,
            })
            .collect();
        let mut faults = Faults::default();
        let graph = Graph::build(&nodes, &|_| false, &mut faults);
        let faults = faults.into_list();
        let refused = |at: usize, code: &str| {
            faults.iter().any(|fault| fault.code == code && fault.step.as_ref() == Some(&ids[at]))
        };
        let joins: Vec<Join> = steps.iter().map(|step| step.join.unwrap_or_default()).collect();
        for choices in &runs {
            let settled = play(&graph, &steps, &joins, choices);
            for at in 0..steps.len() {
                let taken = graph.edges[at].iter().filter(|edge| taken(edge, &settled)).count();
                if steps[at].join.is_none() && !refused(at, "join_missing") {
                    prop_assert!(taken <= 1, "s{at} joins {taken} edges without saying how");
                }
                let runs = !matches!(settled[at], None | Some(Settled::Skipped));
                prop_assert!(!(runs && refused(at, "join_never")), "s{at} runs although it never could");
                for (of, end) in settled.iter().enumerate() {
                    let Some(known) = graph.known(at, of).filter(|_| runs) else { continue };
                    let succeeded = matches!(end, Some(Settled::Succeeded { .. }));
                    prop_assert!(!known.succeeded || succeeded, "s{at} is sure of s{of}");
                    prop_assert!(!known.failed || *end == Some(Settled::Failed), "s{at}: s{of} failed");
                }
            }
        }
    }
}
