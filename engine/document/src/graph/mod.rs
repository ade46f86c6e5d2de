//! How the steps of one body hang together: edges, order, ancestors, and what is certain when a step runs.

mod bits;
mod condition;
mod edges;
#[cfg(test)]
mod properties;

use causeway_model::{Fault, Join, StepId, text};

use self::bits::Bits;
use self::condition::Conditions;
use crate::faults::{Faults, child};
use crate::plan::{ERROR_PORT, Edge};

/// A step as far as its place among the others goes.
pub(crate) struct Node<'a> {
    pub id: &'a StepId,
    /// Pointer of the step.
    pub at: String,
    /// The named exits; `None` for a step with a single one.
    pub ports: Option<Vec<String>>,
    /// Whether nothing can come after it.
    pub ends: bool,
    pub after: &'a [String],
    pub join: Option<Join>,
}

pub(crate) struct Graph {
    /// The edges into each step.
    pub edges: Vec<Vec<Edge>>,
    /// Each step after those that it follows; in document order where there is a cycle.
    pub order: Vec<usize>,
    pub error_wired: Vec<bool>,
    ancestors: Vec<Bits>,
    succeeded: Vec<Bits>,
    failed: Vec<Bits>,
}

/// What a step that runs can know of an ancestor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// It surely has an output.
    pub succeeded: bool,
    /// It surely has an error.
    pub failed: bool,
}

impl Graph {
    /// `elsewhere` says whether a step of this id stands in another body of the document.
    pub fn build(nodes: &[Node], elsewhere: &dyn Fn(&str) -> bool, faults: &mut Faults) -> Self {
        let edges = edges::resolve(nodes, elsewhere, faults);
        let mut error_wired = vec![false; nodes.len()];
        for edge in edges.iter().flatten().filter(|edge| edge.port.as_deref() == Some(ERROR_PORT)) {
            error_wired[edge.from] = true;
        }
        let order = order(&edges);
        let cyclic = order.len() < nodes.len();
        if cyclic {
            cycles(nodes, &edges, &order, faults);
        }
        let mut graph = Self {
            ancestors: vec![Bits::new(nodes.len()); nodes.len()],
            succeeded: vec![Bits::new(nodes.len()); nodes.len()],
            failed: vec![Bits::new(nodes.len()); nodes.len()],
            order: if cyclic { (0..nodes.len()).collect() } else { order },
            error_wired,
            edges,
        };
        graph.follow(nodes);
        if !cyclic {
            graph.joins(nodes, faults);
        }
        graph
    }

    /// What a step can know of another; `None` where that one is no ancestor.
    pub fn known(&self, step: usize, of: usize) -> Option<Known> {
        self.ancestors[step]
            .has(of)
            .then(|| Known { succeeded: self.succeeded[step].has(of), failed: self.failed[step].has(of) })
    }

    fn follow(&mut self, nodes: &[Node]) {
        for &step in &self.order {
            let mut ancestors = Bits::new(nodes.len());
            let mut sure: Option<(Bits, Bits)> = None;
            let all = nodes[step].join == Some(Join::All);
            for edge in &self.edges[step] {
                ancestors.add(&self.ancestors[edge.from]);
                ancestors.set(edge.from);
                let (mut succeeded, mut failed) =
                    (self.succeeded[edge.from].clone(), self.failed[edge.from].clone());
                if edge.port.as_deref() == Some(ERROR_PORT) {
                    failed.set(edge.from);
                } else {
                    succeeded.set(edge.from);
                }
                sure = Some(match sure {
                    None => (succeeded, failed),
                    Some((mut known, mut known_failed)) => {
                        if all {
                            known.add(&succeeded);
                            known_failed.add(&failed);
                        } else {
                            known.keep(&succeeded);
                            known_failed.keep(&failed);
                        }
                        (known, known_failed)
                    }
                });
            }
            self.ancestors[step] = ancestors;
            if let Some((succeeded, failed)) = sure {
                self.succeeded[step] = succeeded;
                self.failed[step] = failed;
            }
        }
    }

    /// A step with several sources says how it joins them, unless only one of them can be taken in any run.
    fn joins(&self, nodes: &[Node], faults: &mut Faults) {
        let conditions = Conditions::of(nodes, self);
        for (step, node) in nodes.iter().enumerate() {
            let edges = &self.edges[step];
            if edges.len() < 2 {
                continue;
            }
            let after = child(&node.at, "after");
            let name = |edge: &Edge| match &edge.port {
                Some(port) => format!("{}.{port}", nodes[edge.from].id),
                None => nodes[edge.from].id.to_string(),
            };
            match node.join {
                None => {
                    let Some((a, b)) = conditions.first_pair(step, false) else { continue };
                    let (a, b) = (name(&edges[a]), name(&edges[b]));
                    let message = text!(
                        "`{a}` and `{b}` can both be taken in one run: it must be said when this step starts.",
                        "`{a}` 與 `{b}` 可能在同一次執行中都成立：必須說明此步驟何時開始。"
                    );
                    let fix = text!(
                        "Set `join` to `all` (starts when every source was taken) or `any` (when all are settled and at least one was taken).",
                        "請將 `join` 設為 `all`（所有來源都成立才開始）或 `any`（全部結束且至少一個成立即開始）。"
                    );
                    faults.push(Fault::error("join_missing", after, message).with_fix(fix).at_step(node.id));
                }
                Some(Join::All) => {
                    let Some((a, b)) = conditions.first_pair(step, true) else { continue };
                    let (a, b) = (name(&edges[a]), name(&edges[b]));
                    let message = text!(
                        "This step can never start: `{a}` and `{b}` exclude each other.",
                        "此步驟永遠不會開始：`{a}` 與 `{b}` 互斥。"
                    );
                    let fix = text!(
                        "Set `join` to `any`, or remove one source.",
                        "請將 `join` 設為 `any`，或移除其中一個來源。"
                    );
                    faults.push(Fault::error("join_never", after, message).with_fix(fix).at_step(node.id));
                }
                Some(Join::Any) => {}
            }
        }
    }
}

/// Each step after its sources, document order among equals; without those on a cycle or after one.
fn order(edges: &[Vec<Edge>]) -> Vec<usize> {
    let mut open: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (step, edges) in edges.iter().enumerate() {
        for edge in edges {
            followers[edge.from].push(step);
        }
    }
    let mut ready: std::collections::BTreeSet<usize> =
        (0..edges.len()).filter(|step| open[*step] == 0).collect();
    let mut order = Vec::with_capacity(edges.len());
    while let Some(step) = ready.pop_first() {
        order.push(step);
        for &follower in &followers[step] {
            open[follower] -= 1;
            if open[follower] == 0 {
                ready.insert(follower);
            }
        }
    }
    order
}

/// One fault for each cycle, at its first step in the document.
fn cycles(nodes: &[Node], edges: &[Vec<Edge>], ordered: &[usize], faults: &mut Faults) {
    let mut seen = vec![false; nodes.len()];
    for step in ordered {
        seen[*step] = true;
    }
    for start in 0..nodes.len() {
        let mut path: Vec<usize> = Vec::new();
        let mut at = start;
        while !seen[at] {
            seen[at] = true;
            path.push(at);
            // What is not in the order has a source that is not either.
            let Some(edge) = edges[at].iter().find(|edge| !ordered.contains(&edge.from)) else { break };
            at = edge.from;
        }
        let Some(begin) = path.iter().position(|step| *step == at) else { continue };
        let mut cycle: Vec<usize> = path[begin..].to_vec();
        cycle.reverse();
        let first = cycle.iter().enumerate().min_by_key(|(_, step)| **step).map_or(0, |(index, _)| index);
        cycle.rotate_left(first);
        let mut names: Vec<&str> = cycle.iter().map(|step| nodes[*step].id.as_str()).collect();
        names.push(nodes[cycle[0]].id.as_str());
        let shown = names.join(" -> ");
        let node = &nodes[cycle[0]];
        let message = text!("The steps go round in a circle: {shown}.", "步驟形成循環：{shown}。");
        let fix = text!(
            "Remove one of the `after`; to repeat something, use `for_each` or `wait`.",
            "請移除其中一個 `after`；需要重複時請用 `for_each` 或 `wait`。"
        );
        let fault = Fault::error("cycle", child(&node.at, "after"), message).with_fix(fix);
        faults.push(fault.at_step(node.id));
    }
}
