//! Which names a source reads.

use std::collections::BTreeSet;

use rhai::{AST, ASTNode, CustomExpr, Expr};

use super::check::chain_of;
use crate::chain::{Key, Link};

/// A name that an expression reads: `steps.order.total` is `{root: "steps", name: Some("order"), safe: false}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// `trigger`, `steps`, `errors`, `vars`, `run`, `item`, `index`, `secret`.
    pub root: String,
    /// The first property, where it is written out (`steps.order`, `steps["order"]`).
    pub name: Option<String>,
    /// Whether what follows the name is guarded by `?.`, or not read at all.
    pub safe: bool,
    /// Whether nothing of it is read further: `steps.order` itself.
    pub whole: bool,
}

pub(super) fn of(ast: &AST) -> Vec<Reference> {
    let mut references = BTreeSet::new();
    ast.walk(&mut |path| {
        if let Some(ASTNode::Expr(Expr::Custom(custom, _))) = path.last() {
            references.extend(reference(custom));
        }
        true
    });
    references.into_iter().collect()
}

fn reference(custom: &CustomExpr) -> Option<Reference> {
    let chain = chain_of(custom)?;
    let name = chain.links().next().and_then(|link| match literal_key(custom, link) {
        Some(Key::Name(name)) => Some(name.to_string()),
        _ => None,
    });
    let keyed = name.is_some() || matches!(chain.links().next(), Some(Link::Index { .. }));
    let follows = chain.links().nth(usize::from(keyed));
    let (safe, whole) = (follows.as_ref().is_none_or(|link| link.is_safe()), follows.is_none());
    Some(Reference { root: chain.root().name().to_owned(), name, safe, whole })
}

/// What a link reads, where it is written out.
pub(super) fn literal_key(custom: &CustomExpr, link: Link<'_>) -> Option<Key> {
    match link {
        Link::Property { name, .. } => Some(Key::Name(name.into())),
        Link::Index { input, .. } => match custom.inputs.get(input)? {
            Expr::StringConstant(name, _) => Some(Key::Name(name.as_str().into())),
            Expr::IntegerConstant(number, _) => Some(Key::Number(*number)),
            _ => None,
        },
        Link::Call { .. } => None,
    }
}
