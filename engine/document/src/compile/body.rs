//! Compiles the steps of one body.

use std::collections::HashMap;

use super::sight::Sight;
use super::{Pass, Placed, step};
use crate::faults::Faults;
use crate::graph::{Graph, Node};
use crate::plan::Body;
use crate::specs::step_kind;

/// `outer`: what the loop around the body sees; `None` for the flow's own steps.
pub(super) fn compile(pass: &mut Pass, placed: &[Placed], outer: Option<&Sight>) -> Option<Body> {
    let graph = graph(pass, placed);
    let mut positions: HashMap<&str, usize> = HashMap::new();
    for (index, placed) in placed.iter().enumerate() {
        positions.entry(placed.step.id.as_str()).or_insert(index);
    }
    let mut steps = Vec::with_capacity(placed.len());
    for (index, placed) in placed.iter().enumerate() {
        let sight =
            Sight::Step { graph: &graph, positions: &positions, step: index, outer, item: outer.is_some() };
        let after = graph.edges[index].clone();
        let error_wired = graph.error_wired[index];
        let compiled = step::compile(pass, placed, &sight, after.clone(), error_wired);
        steps.push(
            compiled.or_else(|| {
                pass.unfinished.then(|| step::stand_in(pass, placed, after, error_wired)).flatten()
            }),
        );
    }
    let steps: Option<Vec<_>> = steps.into_iter().collect();
    Some(Body { steps: steps?, order: graph.order })
}

fn graph(pass: &mut Pass, placed: &[Placed]) -> Graph {
    let nodes: Vec<Node> = placed
        .iter()
        .map(|placed| {
            let step = &placed.step;
            let kind = step_kind(&step.use_);
            Node {
                id: &step.id,
                at: placed.at.clone(),
                ports: kind.and_then(|kind| kind.ports(&step.with)),
                ends: kind.is_some_and(|kind| kind.ends()),
                after: &step.after,
                join: step.join,
            }
        })
        .collect();
    let mut faults = std::mem::take(&mut pass.faults);
    let places = &pass.places;
    let graph = Graph::build(&nodes, &|id| places.contains_key(id), &mut faults);
    pass.faults = Faults::default();
    std::mem::swap(&mut pass.faults, &mut faults);
    graph
}
