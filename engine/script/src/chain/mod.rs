//! Paths from a root: `steps.order.lines[i]?.price.round(2)`, parsed and walked as one.
//!
//! Walking takes place in the shared JSON; only what stands at the end of the path (or before the first call)
//! is copied into the interpreter.

mod parse;
mod walk;

pub(crate) use parse::parse;
pub(crate) use walk::{Key, constant_path, eval};

use rhai::{Dynamic, ImmutableString};

use crate::root::Root;

/// One path as written. It is kept as text, since the interpreter wants to hash it.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    encoded: ImmutableString,
}

/// One step of a path. `safe` says that it was written with `?.` or `?[`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link<'a> {
    Property {
        name: &'a str,
        safe: bool,
    },
    /// The index is the expression number `input`.
    Index {
        input: usize,
        safe: bool,
    },
    Call {
        name: &'a str,
        safe: bool,
        first: usize,
        count: usize,
    },
}

const SEPARATOR: char = '\u{1f}';

impl Chain {
    pub fn from_state(state: &Dynamic) -> Option<Self> {
        let encoded = state.as_immutable_string_ref().ok()?.clone();
        Some(Self { encoded })
    }

    pub fn root(&self) -> Root {
        let keyword = self.encoded.split(SEPARATOR).next().unwrap_or_default();
        Root::from_keyword(keyword).unwrap_or(Root::Trigger)
    }

    pub fn links(&self) -> impl Iterator<Item = Link<'_>> {
        let mut inputs = 0;
        self.encoded.split(SEPARATOR).skip(1).map(move |part| {
            let (kind, rest) = part.split_at(1);
            let link = match kind {
                "." | "?" => Link::Property { name: rest, safe: kind == "?" },
                "[" | "{" => Link::Index { input: inputs, safe: kind == "{" },
                // `(name 2`, `!name 2`
                _ => {
                    let (name, count) = rest.rsplit_once(' ').unwrap_or((rest, "0"));
                    let count = count.parse().unwrap_or(0);
                    Link::Call { name, safe: kind == "!", first: inputs + 1, count }
                }
            };
            inputs += 1;
            if let Link::Call { count, .. } = link {
                inputs += count;
            }
            link
        })
    }
}

impl Link<'_> {
    pub fn is_safe(&self) -> bool {
        match self {
            Link::Property { safe, .. } | Link::Index { safe, .. } | Link::Call { safe, .. } => *safe,
        }
    }
}
