//! From the texts of `after` to edges.

use std::collections::HashMap;

use causeway_model::{Fault, Text, text};

use super::Node;
use crate::faults::{Faults, child, listed, suggest};
use crate::limits::MAX_STEPS;
use crate::parse::shortened;
use crate::plan::{ERROR_PORT, Edge};

/// The edges into each step; what is wrong is reported and left out.
pub(super) fn resolve(
    nodes: &[Node],
    elsewhere: &dyn Fn(&str) -> bool,
    faults: &mut Faults,
) -> Vec<Vec<Edge>> {
    let mut positions: HashMap<&str, usize> = HashMap::new();
    for (index, node) in nodes.iter().enumerate() {
        positions.entry(node.id.as_str()).or_insert(index);
    }
    let mut edges = Vec::with_capacity(nodes.len());
    for node in nodes {
        let mut into: Vec<Edge> = Vec::new();
        if node.after.len() > MAX_STEPS {
            let message = text!(
                "A step may come after {MAX_STEPS} others at most.",
                "一個步驟最多只能有 {MAX_STEPS} 個來源。"
            );
            let fix = text!("Remove some of them.", "請移除一些來源。");
            let fault = Fault::error("too_many_sources", child(&node.at, "after"), message).with_fix(fix);
            faults.push(fault.at_step(node.id));
        }
        for (index, written) in node.after.iter().take(MAX_STEPS).enumerate() {
            let at = child(&child(&node.at, "after"), index);
            match edge(written, &positions, nodes, elsewhere) {
                Ok(edge) if into.contains(&edge) => {
                    let message = text!("`{written}` stands here twice.", "`{written}` 重複了。");
                    let fix = text!("Remove one.", "請移除一個。");
                    faults.push(Fault::error("after_repeated", at, message).with_fix(fix).at_step(node.id));
                }
                Ok(edge) => into.push(edge),
                Err((code, message, fix)) => {
                    let mut fault = Fault::error(code, at, message).at_step(node.id);
                    fault.fix = fix;
                    faults.push(fault);
                }
            }
        }
        edges.push(into);
    }
    edges
}

type Wrong = (&'static str, Text, Option<Text>);

fn edge(
    written: &str,
    positions: &HashMap<&str, usize>,
    nodes: &[Node],
    elsewhere: &dyn Fn(&str) -> bool,
) -> Result<Edge, Wrong> {
    let (id, port) = match written.split_once('.') {
        Some((id, port)) => (id, Some(port)),
        None => (written, None),
    };
    let Some(&from) = positions.get(id) else {
        let shown = shortened(id);
        if elsewhere(id) {
            return Err((
                "after_crosses_loop",
                text!(
                    "`{shown}` stands in another loop or outside of this one.",
                    "`{shown}` 位於另一個迴圈，或在此迴圈之外。"
                ),
                Some(text!(
                    "Name a step of the same list; what comes before the loop is done before it starts.",
                    "請指定同一層的步驟；迴圈之前的步驟在迴圈開始前就已完成。"
                )),
            ));
        }
        return Err((
            "unknown_step",
            text!("There is no step `{shown}`.", "沒有步驟 `{shown}`。"),
            suggest(id, nodes.iter().map(|node| node.id.as_str())),
        ));
    };
    let source = &nodes[from];
    match port {
        Some(ERROR_PORT) => {}
        None if source.ends => {
            return Err((
                "after_stop",
                text!(
                    "Nothing can come after `{id}`: it ends the run.",
                    "`{id}` 之後不能有步驟：它會結束執行。"
                ),
                Some(text!("Put this step before it.", "請將此步驟移到它之前。")),
            ));
        }
        None => {
            if let Some(ports) = &source.ports {
                let Text { en, zh_tw } = listed(&written_ports(id, ports));
                return Err((
                    "port_missing",
                    text!(
                        "`{id}` has several exits; this must say which.",
                        "`{id}` 有多個出口，必須指定其中一個。"
                    ),
                    Some(Text { en: format!("Write {en}."), zh_tw: format!("請寫 {zh_tw}。") }),
                ));
            }
        }
        Some(port) => {
            let ports = source.ports.as_deref().unwrap_or_default();
            if !ports.iter().any(|known| known == port) {
                let shown = shortened(port);
                let mut known = written_ports(id, ports);
                if source.ports.is_none() {
                    known.insert(0, id.to_owned());
                }
                known.push(format!("{id}.{ERROR_PORT}"));
                let Text { en, zh_tw } = listed(&known);
                return Err((
                    "unknown_port",
                    text!("`{id}` has no exit `{shown}`.", "`{id}` 沒有出口 `{shown}`。"),
                    Some(Text { en: format!("Write {en}."), zh_tw: format!("請寫 {zh_tw}。") }),
                ));
            }
        }
    }
    Ok(Edge { from, port: port.map(str::to_owned) })
}

fn written_ports(id: &str, ports: &[String]) -> Vec<String> {
    ports.iter().map(|port| format!("{id}.{port}")).collect()
}
