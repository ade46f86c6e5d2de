//! Which webhook a path and a method lead to. Literal segments win over `{param}`; pure.

use std::collections::HashMap;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

/// The longest path that is looked at, in segments.
const MOST_SEGMENTS: usize = 64;

/// A tree of path segments. `T` is what a route leads to.
pub(super) struct Routes<T> {
    root: Node<T>,
}

struct Node<T> {
    literal: HashMap<String, Node<T>>,
    param: Option<Box<Node<T>>>,
    leaves: Vec<Leaf<T>>,
}

struct Leaf<T> {
    /// Upper case; `*` for any.
    method: String,
    /// Names of the `{param}` segments, in order.
    params: Arc<[String]>,
    target: T,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<T> {
    Route {
        target: T,
        params: Vec<(String, String)>,
    },
    /// The path is known, the method is not; these are.
    OtherMethods(Vec<String>),
    Nothing,
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self { literal: HashMap::new(), param: None, leaves: Vec::new() }
    }
}

impl<T> Default for Routes<T> {
    fn default() -> Self {
        Self { root: Node::default() }
    }
}

impl<T: Clone> Routes<T> {
    pub(super) fn insert(&mut self, path: &str, method: &str, target: T) {
        let (mut node, mut params) = (&mut self.root, Vec::new());
        for segment in segments(path) {
            node = match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => {
                    params.push(name.to_owned());
                    node.param.get_or_insert_default()
                }
                None => node.literal.entry(segment.to_owned()).or_default(),
            };
        }
        node.leaves.push(Leaf { method: method.to_owned(), params: params.into(), target });
    }

    /// `path`: as it stands in the URL, below `/hooks/`.
    pub(super) fn find(&self, path: &str, method: &str) -> Found<T> {
        let mut parts = Vec::with_capacity(8);
        for segment in segments(path) {
            let Ok(segment) = percent_decode_str(segment).decode_utf8() else { return Found::Nothing };
            if parts.len() == MOST_SEGMENTS {
                return Found::Nothing;
            }
            parts.push(segment);
        }
        let mut search = Search { method, values: Vec::new(), others: Vec::new() };
        match search.walk(&self.root, &parts) {
            Some(leaf) => Found::Route {
                target: leaf.target.clone(),
                params: leaf.params.iter().cloned().zip(search.values).collect(),
            },
            None if search.others.is_empty() => Found::Nothing,
            None => {
                search.others.sort_unstable();
                search.others.dedup();
                Found::OtherMethods(search.others)
            }
        }
    }
}

struct Search<'a> {
    method: &'a str,
    values: Vec<String>,
    others: Vec<String>,
}

impl Search<'_> {
    fn walk<'t, T>(&mut self, node: &'t Node<T>, rest: &[std::borrow::Cow<'_, str>]) -> Option<&'t Leaf<T>> {
        let Some((segment, rest)) = rest.split_first() else {
            let leaves = &node.leaves;
            let leaf = leaves.iter().find(|leaf| leaf.method == self.method);
            let leaf = leaf.or_else(|| leaves.iter().find(|leaf| leaf.method == "*"));
            if leaf.is_none() {
                self.others.extend(leaves.iter().map(|leaf| leaf.method.clone()));
            }
            return leaf;
        };
        if let Some(found) = node.literal.get(segment.as_ref()).and_then(|next| self.walk(next, rest)) {
            return Some(found);
        }
        let next = node.param.as_deref().filter(|_| !segment.is_empty())?;
        self.values.push(segment.clone().into_owned());
        let found = self.walk(next, rest);
        if found.is_none() {
            self.values.pop();
        }
        found
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> Routes<u32> {
        let mut routes = Routes::default();
        for (path, method, target) in [
            ("orders", "POST", 1),
            ("orders/{no}", "GET", 2),
            ("orders/new", "POST", 3),
            ("orders/{id}", "DELETE", 4),
            ("orders/{no}/lines/{line}", "*", 5),
            ("orders/7/lines/all", "GET", 6),
            ("報價", "POST", 7),
        ] {
            routes.insert(path, method, target);
        }
        routes
    }

    fn found(path: &str, method: &str) -> (u32, Vec<(String, String)>) {
        match routes().find(path, method) {
            Found::Route { target, params } => (target, params),
            other => panic!("{method} {path}: {other:?}"),
        }
    }

    #[test]
    fn literals_win_and_params_fill_in() {
        let pairs = |list: &[(&str, &str)]| {
            list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(found("orders", "POST"), (1, vec![]));
        assert_eq!(found("orders/", "POST"), (1, vec![]));
        assert_eq!(found("orders/A%2F1", "GET"), (2, pairs(&[("no", "A/1")])));
        assert_eq!(found("orders/new", "POST"), (3, vec![]));
        assert_eq!(found("orders/new", "GET"), (2, pairs(&[("no", "new")])));
        assert_eq!(found("orders/9", "DELETE"), (4, pairs(&[("id", "9")])));
        assert_eq!(found("orders/7/lines/all", "GET"), (6, vec![]));
        assert_eq!(found("orders/7/lines/all", "PUT"), (5, pairs(&[("no", "7"), ("line", "all")])));
        assert_eq!(found("%E5%A0%B1%E5%83%B9", "POST"), (7, vec![]));
    }

    #[test]
    fn a_known_path_tells_its_methods() {
        assert_eq!(routes().find("orders", "GET"), Found::OtherMethods(vec!["POST".into()]));
        let methods = vec!["DELETE".to_owned(), "GET".into(), "POST".into()];
        assert_eq!(routes().find("orders/new", "PATCH"), Found::OtherMethods(methods));
        for path in ["order", "orders/1/2", "", "orders//", &"a/".repeat(100), "%ff"] {
            assert_eq!(routes().find(path, "GET"), Found::Nothing, "{path}");
        }
    }
}
