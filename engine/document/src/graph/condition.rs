//! Under which outcomes of earlier steps an edge is taken, and so which edges exclude each other.
//!
//! A condition is a sum of products over the exits that steps took. Where one grows too large it is weakened, never
//! strengthened: two edges that are said to exclude each other do; that two others do may be overlooked, and then the
//! document has to say how they join.

use std::cell::Cell;

use causeway_model::Join;

use super::{Graph, Node};
use crate::plan::{ERROR_PORT, Edge};

/// Products that a condition may have, and exits that a product may name.
const MOST_PRODUCTS: usize = 32;
const MOST_EXITS: usize = 64;

/// Step (by its place in the order) and exit; sorted.
type Product = Vec<(u32, u16)>;
/// Holds when one of the products does; `[[]]` always.
type Condition = Vec<Product>;

const FAILED: u16 = u16::MAX;
const SUCCEEDED: u16 = u16::MAX - 1;

pub(super) struct Conditions {
    /// For each step, the condition of each edge into it.
    edges: Vec<Vec<Condition>>,
    budget: Budget,
}

/// Bounds the work on one document. What is asked beyond it is answered as if edges did not exclude each other.
struct Budget(Cell<u64>);

impl Budget {
    fn take(&self, a: &Condition, b: &Condition) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub((a.len() * b.len()) as u64));
        left > 0
    }
}

/// Pairs of products that are looked at in one body.
const MOST_PAIRS: u64 = 5_000_000;

impl Conditions {
    pub fn of(nodes: &[Node], graph: &Graph) -> Self {
        let budget = Budget(Cell::new(MOST_PAIRS));
        let mut rank = vec![0u32; nodes.len()];
        for (place, step) in graph.order.iter().enumerate() {
            rank[*step] = place as u32;
        }
        let domains: Vec<Option<Vec<u16>>> =
            graph.order.iter().map(|step| domain(&nodes[*step], graph.error_wired[*step])).collect();
        let mut steps: Vec<Condition> = vec![Vec::new(); nodes.len()];
        let mut edges: Vec<Vec<Condition>> = vec![Vec::new(); nodes.len()];
        for &step in &graph.order {
            let into: Vec<Condition> = graph.edges[step]
                .iter()
                .map(|edge| {
                    let exit = exit(&nodes[edge.from], graph.error_wired[edge.from], edge);
                    taken(&steps[edge.from], rank[edge.from], exit)
                })
                .collect();
            let condition = if into.is_empty() {
                vec![Vec::new()]
            } else if nodes[step].join == Some(Join::All) {
                into.iter().skip(1).fold(into[0].clone(), |all, one| {
                    // One of two conditions is weaker than both.
                    if budget.take(&all, one) { both(&all, one, &domains) } else { all }
                })
            } else {
                simplified(into.concat(), &domains)
            };
            steps[step] = condition;
            edges[step] = into;
        }
        Self { edges, budget }
    }

    /// The first two edges into a step that exclude each other, or that do not.
    pub fn first_pair(&self, step: usize, exclusive: bool) -> Option<(usize, usize)> {
        let edges = &self.edges[step];
        let pairs = (0..edges.len()).flat_map(|a| (a + 1..edges.len()).map(move |b| (a, b)));
        pairs.into_iter().find(|(a, b)| {
            let (a, b) = (&edges[*a], &edges[*b]);
            (self.budget.take(a, b) && excludes(a, b)) == exclusive
        })
    }
}

/// The exits that a run can take from a step and go on; `None` where there is only one, which then says nothing.
fn domain(node: &Node, error_wired: bool) -> Option<Vec<u16>> {
    let mut exits: Vec<u16> = match &node.ports {
        Some(ports) => (0..ports.len() as u16).collect(),
        None => vec![SUCCEEDED],
    };
    if error_wired {
        exits.push(FAILED);
    }
    (exits.len() > 1).then_some(exits)
}

fn exit(node: &Node, error_wired: bool, edge: &Edge) -> Option<u16> {
    domain(node, error_wired)?;
    Some(match edge.port.as_deref() {
        Some(ERROR_PORT) => FAILED,
        None => SUCCEEDED,
        Some(port) => node.ports.as_ref()?.iter().position(|known| known == port)? as u16,
    })
}

fn taken(source: &Condition, rank: u32, exit: Option<u16>) -> Condition {
    let Some(exit) = exit else { return source.clone() };
    let mut condition = source.clone();
    for product in &mut condition {
        // The source comes after all that its condition names, so this keeps the order.
        let at = product.partition_point(|(step, _)| *step < rank);
        product.insert(at, (rank, exit));
    }
    condition
}

fn both(a: &Condition, b: &Condition, domains: &[Option<Vec<u16>>]) -> Condition {
    let products = a.iter().flat_map(|one| b.iter().filter_map(move |other| product(one, other))).collect();
    simplified(products, domains)
}

/// Both at once; `None` where they exclude each other.
fn product(a: &Product, b: &Product) -> Option<Product> {
    let mut joined = a.clone();
    joined.extend(b);
    joined.sort_unstable();
    joined.dedup();
    joined.windows(2).all(|pair| pair[0].0 != pair[1].0).then_some(joined)
}

fn excludes(a: &Condition, b: &Condition) -> bool {
    a.iter().all(|one| b.iter().all(|other| product(one, other).is_none()))
}

fn simplified(mut products: Condition, domains: &[Option<Vec<u16>>]) -> Condition {
    for product in &mut products {
        if product.len() > MOST_EXITS {
            product.drain(..product.len() - MOST_EXITS);
        }
    }
    loop {
        products.sort_unstable();
        products.dedup();
        let absorbed = |product: &Product| {
            products
                .iter()
                .any(|other| other.len() < product.len() && other.iter().all(|exit| product.contains(exit)))
        };
        products = products.iter().filter(|product| !absorbed(product)).cloned().collect();
        if products.len() > MOST_PRODUCTS {
            return vec![common(&products)];
        }
        match covered(&products, domains) {
            Some(rest) => products.push(rest),
            None => return products,
        }
    }
}

/// What is left of a product when every exit of one of its steps is among the products.
fn covered(products: &Condition, domains: &[Option<Vec<u16>>]) -> Option<Product> {
    products.iter().find_map(|product| {
        (0..product.len()).find_map(|at| {
            let (step, _) = product[at];
            let exits = domains[step as usize].as_ref()?;
            if exits.len() > products.len() {
                return None;
            }
            let with = |exit: u16| {
                let mut other = product.clone();
                other[at].1 = exit;
                products.binary_search(&other).is_ok()
            };
            exits.iter().all(|exit| with(*exit)).then(|| {
                let mut rest = product.clone();
                rest.remove(at);
                rest
            })
        })
    })
}

/// What holds in every product: weaker than any of them.
fn common(products: &Condition) -> Product {
    let first = products.first().cloned().unwrap_or_default();
    first.into_iter().filter(|exit| products.iter().all(|product| product.contains(exit))).collect()
}
