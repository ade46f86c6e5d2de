//! What the parser lets pass and we do not: unknown functions, statements in a formula, secrets where they cannot be.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use causeway_model::text;
use rhai::{AST, ASTNode, CustomExpr, Expr, Position, Stmt};

use super::error::{CompileError, nearest};
use super::references::{self, Reference};
use crate::chain::{Chain, Key, Link};
use crate::functions;
use crate::root::Root;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One formula.
    Expression,
    /// Statements, of which the last is the result.
    Script,
    /// Functions and nothing else.
    Module,
}

/// A source that passed.
pub(crate) struct Checked {
    pub ast: AST,
    pub references: Vec<Reference>,
    /// Whether it can only nest as deep as it is written, so that any thread's stack will do.
    pub shallow: bool,
    /// The path that it is, if it is nothing else.
    pub path: Option<(Chain, Vec<Key>)>,
}

static KNOWN: LazyLock<BTreeSet<&'static str>> = LazyLock::new(functions::known_names);

pub(crate) fn check(ast: AST, kind: Kind) -> Result<Checked, CompileError> {
    match kind {
        Kind::Expression => one_formula(&ast)?,
        Kind::Module => only_functions(&ast)?,
        Kind::Script => {}
    }
    let own: BTreeSet<&str> = ast.iter_fn_def().map(|function| function.name.as_str()).collect();
    let keys = keys(&ast);
    let mut fault = None;
    let mut shallow = own.is_empty();
    ast.walk(&mut |path| {
        let found = match path.last() {
            Some(ASTNode::Stmt(stmt)) => {
                shallow &= !deepens(stmt);
                statement(stmt, &own)
            }
            Some(ASTNode::Expr(Expr::Custom(custom, position))) if kind == Kind::Module => {
                Err(outside(custom, *position))
            }
            Some(ASTNode::Expr(expr)) => expression(expr, &own, &keys),
            _ => Ok(()),
        };
        match found {
            Ok(()) => true,
            Err(error) => {
                fault = Some(error);
                false
            }
        }
    });
    if let Some(fault) = fault {
        return Err(fault);
    }
    let references = references::of(&ast);
    let path = path(&ast);
    Ok(Checked { ast, references, shallow, path })
}

/// The path node's chain.
pub(super) fn chain_of(custom: &CustomExpr) -> Option<Chain> {
    Chain::from_state(&custom.state)
}

fn one_formula(ast: &AST) -> Result<(), CompileError> {
    let refuse = |position| {
        Err(CompileError::new(
            "expression_not_formula",
            position,
            text!(
                "Here stands one formula; statements belong into a `script` step",
                "這裡只能是一個運算式；敘述請寫在 `script` 步驟"
            ),
        ))
    };
    match ast.statements() {
        [] | [Stmt::Noop(_)] => Err(CompileError::new(
            "expression_empty",
            Position::START,
            text!("The formula is empty", "運算式是空的"),
        )),
        [Stmt::Expr(_) | Stmt::FnCall(..) | Stmt::If(..) | Stmt::Switch(..) | Stmt::Block(_)] => Ok(()),
        [one] => refuse(one.position()),
        [_, second, ..] => refuse(second.position()),
    }
}

fn only_functions(ast: &AST) -> Result<(), CompileError> {
    match ast.statements().iter().find(|statement| !matches!(statement, Stmt::Noop(_))) {
        None => Ok(()),
        Some(statement) => Err(CompileError::new(
            "module_not_functions",
            statement.position(),
            text!(
                "Here stand functions only: `fn name(request, input) {{ ... }}`",
                "這裡只能定義函式：`fn name(request, input) {{ ... }}`"
            ),
        )),
    }
}

/// A function of a module sees its arguments only.
fn outside(custom: &CustomExpr, position: Position) -> CompileError {
    let name = chain_of(custom).map_or("trigger", |chain| chain.root().name());
    CompileError::new(
        "unknown_variable",
        position,
        text!(
            "There is no `{name}` here: a function sees its parameters only",
            "這裡沒有 `{name}`：函式只看得到自己的參數"
        ),
    )
}

/// Whether a statement lets values or calls nest deeper than the source does.
fn deepens(stmt: &Stmt) -> bool {
    matches!(
        stmt,
        Stmt::While(..) | Stmt::Do(..) | Stmt::For(..) | Stmt::Var(..) | Stmt::Assignment(_) | Stmt::Share(_)
    )
}

fn statement(stmt: &Stmt, own: &BTreeSet<&str>) -> Result<(), CompileError> {
    match stmt {
        Stmt::FnCall(call, position) if call.op_token.is_none() => known(&call.name, *position, own, None),
        _ => Ok(()),
    }
}

fn expression(expr: &Expr, own: &BTreeSet<&str>, keys: &BTreeSet<String>) -> Result<(), CompileError> {
    match expr {
        Expr::FnCall(call, position) if call.op_token.is_none() => known(&call.name, *position, own, None),
        Expr::MethodCall(call, position) => known(&call.name, *position, own, Some(keys)),
        Expr::InterpolatedString(parts, _) => parts.iter().try_for_each(plain_part),
        Expr::Custom(custom, position) => {
            let Some(chain) = chain_of(custom) else { return Ok(()) };
            if chain.root() == Root::Secret {
                secret_path(&chain, *position)?;
            }
            for link in chain.links() {
                if let Link::Call { name, .. } = link {
                    known(name, *position, own, None)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// `${secret.x}` inside a quoted text would print it.
fn plain_part(part: &Expr) -> Result<(), CompileError> {
    let inner = match part {
        Expr::Stmt(block) => match block.statements() {
            [Stmt::Expr(inner)] => inner,
            _ => return Ok(()),
        },
        other => other,
    };
    match inner {
        Expr::Custom(custom, position)
            if chain_of(custom).is_some_and(|chain| chain.root() == Root::Secret) =>
        {
            Err(misused(*position))
        }
        _ => Ok(()),
    }
}

fn secret_path(chain: &Chain, position: Position) -> Result<(), CompileError> {
    match chain.links().collect::<Vec<_>>().as_slice() {
        [Link::Property { .. } | Link::Index { .. }] => Ok(()),
        [Link::Property { .. } | Link::Index { .. }, Link::Call { name, .. }]
            if crate::secrets::operation(name).is_some() =>
        {
            Ok(())
        }
        _ => Err(misused(position)),
    }
}

fn misused(position: Position) -> CompileError {
    CompileError::new("secret_misused", position, crate::fault::Fault::secret_misused().message)
}

fn known(
    name: &str,
    position: Position,
    own: &BTreeSet<&str>,
    keys: Option<&BTreeSet<String>>,
) -> Result<(), CompileError> {
    let is_word = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if !is_word || KNOWN.contains(name) || own.contains(name) || keys.is_some_and(|keys| keys.contains(name))
    {
        return Ok(());
    }
    let hint = nearest(name, KNOWN.iter().copied().chain(own.iter().copied()));
    Err(CompileError::new(
        "unknown_function",
        position,
        match hint {
            Some(near) => text!(
                "There is no function `{name}`; did you mean `{near}`?",
                "沒有函式 `{name}`；您是指 `{near}` 嗎？"
            ),
            None => text!("There is no function `{name}`", "沒有函式 `{name}`"),
        },
    ))
}

/// Keys and properties that may hold a function of the script's own.
fn keys(ast: &AST) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    ast.walk(&mut |path| {
        if let Some(ASTNode::Expr(expr)) = path.last() {
            match expr {
                Expr::Map(map, _) => keys.extend(map.0.iter().map(|(key, _)| key.name.to_string())),
                Expr::Property(property, _) => {
                    keys.insert(property.2.to_string());
                }
                _ => {}
            }
        }
        true
    });
    keys
}

/// The formula as a path of names and literal keys, if it is nothing else.
fn path(ast: &AST) -> Option<(Chain, Vec<Key>)> {
    let [Stmt::Expr(expr)] = ast.statements() else { return None };
    let Expr::Custom(custom, _) = &**expr else { return None };
    let chain = chain_of(custom).filter(|chain| chain.root() != Root::Secret)?;
    let keys = chain.links().map(|link| references::literal_key(custom, link)).collect::<Option<_>>()?;
    Some((chain, keys))
}
