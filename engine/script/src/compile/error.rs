//! Why a source does not compile, and where.

use causeway_model::{Text, text};
use rhai::{LexError, ParseError, ParseErrorType, Position};

use crate::root::Root;

/// Where a script or an expression does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// Stable, such as `script_syntax`.
    pub code: &'static str,
    pub message: Text,
    /// From 1; inside the given source.
    pub line: u32,
    pub column: u32,
}

impl std::fmt::Display for CompileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at line {}, column {}: {}", self.code, self.line, self.column, self.message)
    }
}

impl std::error::Error for CompileError {}

impl CompileError {
    pub(crate) fn new(code: &'static str, position: Position, message: Text) -> Self {
        let place =
            |place: Option<usize>| place.and_then(|place| u32::try_from(place).ok()).unwrap_or(1).max(1);
        Self { code, message, line: place(position.line()), column: place(position.position()) }
    }

    /// From the interpreter's parser.
    pub(crate) fn from_parse(error: &ParseError, source: &str) -> Self {
        let position = match error.position() {
            position if position.is_none() => end_of(source),
            position => position,
        };
        let (code, message) = explain(error.err_type());
        Self::new(code, position, message)
    }
}

/// A fault inside a hole, as a fault of the text that the hole stands in.
pub(crate) fn at_hole(mut error: CompileError, line: u32, column: u32) -> CompileError {
    if error.line == 1 {
        error.column += column - 1;
    }
    error.line += line - 1;
    error
}

fn end_of(source: &str) -> Position {
    let line = source.lines().count().max(1);
    let column = source.lines().last().map_or(1, |line| line.chars().count().max(1));
    Position::new(u16::try_from(line).unwrap_or(u16::MAX), u16::try_from(column).unwrap_or(u16::MAX))
}

fn explain(kind: &ParseErrorType) -> (&'static str, Text) {
    use ParseErrorType as P;
    match kind {
        P::VariableUndefined(name) => ("unknown_variable", unknown_variable(name)),
        P::ExprTooDeep => (
            "script_too_deep",
            text!(
                "The formula nests too deeply; put parts of it into variables",
                "運算式的巢狀層數太深；請把部分內容放進變數"
            ),
        ),
        P::LiteralTooLarge(..) => ("script_too_large", text!("A literal is too large", "常值太大")),
        P::TooManyFunctions => ("script_too_large", text!("There are too many functions", "函式太多")),
        P::AssignmentToInvalidLHS(_) | P::AssignmentToConstant(_) => (
            "assignment_refused",
            text!(
                "This cannot be assigned to; `trigger`, `steps` and the like never change: copy the part first, as in `let order = steps.order;`",
                "不能指定值給它；`trigger`、`steps` 等永遠不會更改：請先複製，例如 `let order = steps.order;`"
            ),
        ),
        P::Reserved(name) => (
            "script_syntax",
            text!(
                "`{name}` is a reserved word or symbol and cannot stand here",
                "`{name}` 是保留字或保留符號，不能用在這裡"
            ),
        ),
        P::BadInput(LexError::UnterminatedString) => {
            ("script_syntax", text!("A text is not closed: its quote is missing", "文字沒有結束：缺少引號"))
        }
        P::BadInput(error) => ("script_syntax", unreadable(error)),
        P::MissingToken(token, why) => {
            ("script_syntax", text!("`{token}` is missing {why}", "這裡缺少 `{token}`"))
        }
        P::UnexpectedEOF => ("script_syntax", text!("The source ends too early", "內容不完整，提前結束")),
        P::ExprExpected(_) => ("script_syntax", text!("A formula is missing here", "這裡缺少運算式")),
        P::PropertyExpected => {
            ("script_syntax", text!("A property's name is missing after the dot", "點號後面缺少屬性名稱"))
        }
        P::VariableExpected => {
            ("script_syntax", text!("A variable's name is missing here", "這裡缺少變數名稱"))
        }
        P::MismatchedType(wanted, found) => {
            let (wanted, found) = (crate::fault::type_names(wanted), crate::fault::type_names(found));
            let ((wanted, wanted_zh), (found, found_zh)) = (wanted, found);
            (
                "script_syntax",
                text!("Here should be {wanted}, but it is {found}", "這裡應為{wanted_zh}，卻是{found_zh}"),
            )
        }
        P::DuplicatedProperty(name) => (
            "script_syntax",
            text!("The key `{name}` stands twice in one map", "同一個物件中，鍵 `{name}` 出現兩次"),
        ),
        other => {
            let other = other.to_string();
            ("script_syntax", text!("{other}", "語法錯誤：{other}"))
        }
    }
}

fn unreadable(error: &LexError) -> Text {
    match error {
        LexError::UnexpectedInput(what) => text!("`{what}` cannot stand here", "`{what}` 不能出現在這裡"),
        LexError::MalformedNumber(what) => text!("`{what}` is no number", "`{what}` 不是數字"),
        LexError::MalformedChar(what) => text!(
            "'{what}' is no single character; text stands in double quotes",
            "'{what}' 不是單一字元；文字請用雙引號"
        ),
        LexError::MalformedEscapeSequence(what) => text!(
            "`{what}` is no escape sequence; write \\\\ for a backslash",
            "`{what}` 不是跳脫序列；反斜線請寫成 \\\\"
        ),
        LexError::ImproperSymbol(what, why) => {
            text!("`{what}` cannot stand here. {why}", "`{what}` 不能出現在這裡")
        }
        other => {
            let other = other.to_string();
            text!("This is not understood: {other}", "看不懂：{other}")
        }
    }
}

fn unknown_variable(name: &str) -> Text {
    let roots = Root::ALL.map(Root::name);
    match nearest(name, roots.into_iter()) {
        Some(near) => text!(
            "There is no `{name}` here; did you mean `{near}`?",
            "這裡沒有 `{name}`；您是指 `{near}` 嗎？"
        ),
        None => text!(
            "There is no `{name}` here. A formula sees trigger, steps, errors, vars, run, secret (item and index in a loop) and its own variables; text needs quotes: \"{name}\"",
            "這裡沒有 `{name}`。運算式可用 trigger、steps、errors、vars、run、secret（迴圈中還有 item、index）與自己的變數；文字要加引號：\"{name}\""
        ),
    }
}

/// The name that differs by the fewest letters, if those are few.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = name.chars().count() / 3;
    names
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= most.max(1))
        .min()
        .map(|(_, other)| other)
}

/// How many letters must be changed, added, left out or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let mut least = (last[j] + usize::from(a[i] != b[j])).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before_last[j - 1] + 1);
            }
            row.push(least);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}
