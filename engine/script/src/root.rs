//! The names that every expression sees.

/// Where a path such as `steps.order.total` begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Root {
    Trigger,
    Steps,
    Errors,
    Vars,
    Run,
    Item,
    Index,
    Secret,
}

impl Root {
    pub const ALL: [Root; 8] = [
        Root::Trigger,
        Root::Steps,
        Root::Errors,
        Root::Vars,
        Root::Run,
        Root::Item,
        Root::Index,
        Root::Secret,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Root::Trigger => "trigger",
            Root::Steps => "steps",
            Root::Errors => "errors",
            Root::Vars => "vars",
            Root::Run => "run",
            Root::Item => "item",
            Root::Index => "index",
            Root::Secret => "secret",
        }
    }

    /// The keyword that stands for it inside the parser; no source can spell it.
    pub fn keyword(self) -> &'static str {
        match self {
            Root::Trigger => "$trigger",
            Root::Steps => "$steps",
            Root::Errors => "$errors",
            Root::Vars => "$vars",
            Root::Run => "$run",
            Root::Item => "$item",
            Root::Index => "$index",
            Root::Secret => "$secret",
        }
    }

    pub fn from_name(name: &str) -> Option<Root> {
        Root::ALL.into_iter().find(|root| root.name() == name)
    }

    pub fn from_keyword(keyword: &str) -> Option<Root> {
        keyword.strip_prefix('$').and_then(Root::from_name)
    }
}
