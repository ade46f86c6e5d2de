//! What goes wrong while a script runs, told in both languages.

use causeway_model::{ErrorClass, StepError, Text, Value, text};
use rhai::{Dynamic, EvalAltResult, Position};

/// A fault with a stable code; the value that a script's `catch` gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub code: &'static str,
    pub class: ErrorClass,
    pub message: Text,
    /// Line and column in a script, both from 1.
    pub place: Option<(u32, u32)>,
}

pub(crate) type Result<T, E = Box<EvalAltResult>> = std::result::Result<T, E>;

impl Fault {
    pub fn new(code: &'static str, class: ErrorClass, message: Text) -> Self {
        Self { code, class, message, place: None }
    }

    /// The plain failure of a function or a formula.
    pub fn failed(message: Text) -> Self {
        Self::new("script_failed", ErrorClass::Script, message)
    }

    /// Something grew beyond its limit.
    pub fn too_large(message: Text) -> Self {
        Self::new("script_too_large", ErrorClass::Exceeded, message)
    }

    pub fn too_long(message: Text) -> Self {
        Self::new("script_too_long", ErrorClass::Exceeded, message)
    }

    pub fn secret_misused() -> Self {
        Self::new(
            "secret_misused",
            ErrorClass::Script,
            text!(
                "A secret cannot be compared, read, printed, returned or stored; put `{{{{ secret.name }}}}` in the field that needs it",
                "密鑰不能比較、讀取、印出、回傳或儲存；請把 `{{{{ secret.name }}}}` 直接放在需要它的欄位"
            ),
        )
    }

    pub fn at(mut self, place: &Place<'_>, position: Position) -> Self {
        self.message = place.locate(self.message, position);
        self.place = place.position(position);
        self
    }

    pub fn to_value(&self) -> Value {
        serde_json::json!({ "code": self.code, "class": self.class, "message": self.message.en })
    }

    pub fn into_step_error(self) -> StepError {
        StepError::new(self.code, self.class, self.message)
    }
}

impl From<Fault> for Box<EvalAltResult> {
    fn from(fault: Fault) -> Self {
        EvalAltResult::ErrorRuntime(Dynamic::from(fault), Position::NONE).into()
    }
}

/// What was being evaluated, for messages.
pub(crate) enum Place<'a> {
    /// A script step: lines count.
    Script,
    /// A formula: it is quoted.
    Formula(&'a str),
}

impl Place<'_> {
    fn position(&self, position: Position) -> Option<(u32, u32)> {
        let Place::Script = self else { return None };
        let column = position.position().unwrap_or(1);
        Some((u32::try_from(position.line()?).ok()?, u32::try_from(column).ok()?))
    }

    fn locate(&self, message: Text, position: Position) -> Text {
        let Text { en, zh_tw } = message;
        match (self, position.line()) {
            (Place::Script, Some(line)) => {
                let column = position.position().unwrap_or(1);
                text!("Line {line}, column {column}: {en}", "第 {line} 行第 {column} 欄：{zh_tw}")
            }
            (Place::Script, None) => Text { en, zh_tw },
            (Place::Formula(source), _) => {
                let source = shorten(source, 80);
                text!("`{source}`: {en}", "`{source}`：{zh_tw}")
            }
        }
    }
}

/// One line of at most `max` characters.
pub(crate) fn shorten(text: &str, max: usize) -> String {
    let mut line: String =
        text.trim().chars().take(max).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim().chars().nth(max).is_some() {
        line.push('…');
    }
    line
}

/// Whether a script threw it itself.
pub(crate) fn is_thrown(error: &EvalAltResult) -> bool {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => is_thrown(inner),
        EvalAltResult::ErrorRuntime(thrown, _) => !thrown.is::<Fault>(),
        _ => false,
    }
}

/// Turns the interpreter's error into ours.
pub(crate) fn from_rhai(error: EvalAltResult, place: &Place<'_>) -> Fault {
    let (error, position) = innermost(error);
    classify(error).at(place, position)
}

fn innermost(mut error: EvalAltResult) -> (EvalAltResult, Position) {
    let mut position = error.position();
    while let EvalAltResult::ErrorInFunctionCall(_, _, inner, _) = error {
        error = *inner;
        if !error.position().is_none() {
            position = error.position();
        }
    }
    (error, position)
}

fn classify(error: EvalAltResult) -> Fault {
    use EvalAltResult as E;
    match error {
        E::ErrorRuntime(thrown, _) => thrown_fault(thrown),
        E::ErrorTerminated(token, _) => token.try_cast::<Fault>().unwrap_or_else(operations),
        E::ErrorTooManyOperations(_) => operations(),
        E::ErrorTooManyVariables(_) => {
            Fault::too_large(text!("The script has too many variables", "指令碼的變數太多"))
        }
        E::ErrorStackOverflow(_) => Fault::new(
            "script_too_deep",
            ErrorClass::Exceeded,
            text!("Functions call each other too deeply", "函式呼叫的層數太深"),
        ),
        E::ErrorDataTooLarge(what, _) => {
            let (en, zh) = size_names(&what);
            Fault::too_large(text!(
                "{en} passes the limit; keep large data in files or record streams",
                "{zh}超過上限；大量資料請放在檔案或資料流"
            ))
        }
        E::ErrorFunctionNotFound(signature, _) => unknown_function(&signature),
        E::ErrorVariableNotFound(name, _) => {
            Fault::failed(text!("There is no variable `{name}`", "沒有變數 `{name}`"))
        }
        E::ErrorDotExpr(message, _) => dot(&message),
        E::ErrorIndexingType(kind, _) => indexing(&kind),
        E::ErrorArrayBounds(count, index, _) => Fault::failed(text!(
            "The list has {count} items, none at {index}",
            "陣列有 {count} 項，沒有第 {index} 項"
        )),
        E::ErrorStringBounds(count, index, _) => Fault::failed(text!(
            "The text has {count} characters, none at {index}",
            "文字有 {count} 個字，沒有第 {index} 個"
        )),
        E::ErrorMismatchDataType(wanted, found, _) | E::ErrorMismatchOutputType(wanted, found, _) => {
            mismatch(&wanted, &found)
        }
        E::ErrorFor(_) => Fault::failed(text!(
            "`for` needs a list, a map's keys or values, or a range",
            "`for` 需要陣列、物件的鍵或值，或範圍"
        )),
        E::ErrorArithmetic(message, _) => {
            Fault::failed(text!("The calculation failed: {message}", "計算失敗：{message}"))
        }
        E::ErrorAssignmentToConstant(name, _) | E::ErrorNonPureMethodCallOnConstant(name, _) => {
            Fault::failed(text!("`{name}` would change a constant", "`{name}` 會更改常數"))
        }
        other => Fault::failed(text!("{other}", "{other}")),
    }
}

fn operations() -> Fault {
    Fault::too_long(text!(
        "The script took too many operations; is there an endless loop?",
        "指令碼執行的運算次數太多；是否有無窮迴圈？"
    ))
}

fn thrown_fault(thrown: Dynamic) -> Fault {
    if thrown.is::<Fault>() {
        return thrown.cast::<Fault>();
    }
    let said = crate::values::dynamic_to_text(thrown, crate::values::Opaques::Refuse);
    match said {
        Ok(said) => {
            let said = shorten(&said, 1000);
            Fault::failed(text!("{said}", "{said}"))
        }
        Err(fault) => fault,
    }
}

fn unknown_function(signature: &str) -> Fault {
    let (name, arguments) = signature.split_once(" (").unwrap_or((signature, ""));
    if is_secret(arguments) {
        return Fault::secret_misused();
    }
    let arguments = arguments.trim_end_matches(')');
    let kinds: Vec<_> = arguments.split(", ").filter(|kind| !kind.is_empty()).map(type_names).collect();
    let en = kinds.iter().map(|(en, _)| *en).collect::<Vec<_>>().join(", ");
    let zh = kinds.iter().map(|(_, zh)| *zh).collect::<Vec<_>>().join("、");
    if name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        Fault::failed(text!("`{name}` cannot be called with ({en})", "`{name}` 不能用（{zh}）呼叫"))
    } else {
        Fault::failed(text!("`{name}` does not work on {en}", "`{name}` 不能用於{zh}"))
    }
}

fn dot(message: &str) -> Fault {
    let name = message.split('\'').nth(1).unwrap_or(message).to_owned();
    if is_secret(message) {
        return Fault::secret_misused();
    }
    if message.contains("'()'") {
        return empty(&name);
    }
    Fault::failed(text!("There is no property `{name}` on this value", "這個值沒有屬性 `{name}`"))
}

fn indexing(kind: &str) -> Fault {
    if is_secret(kind) {
        return Fault::secret_misused();
    }
    let (en, zh) = type_names(kind.split(" [").next().unwrap_or(kind));
    Fault::failed(text!("{en} cannot be indexed with [ ]", "{zh}不能用 [ ] 取值"))
}

/// `name` is read of a value that is not there.
pub(crate) fn empty(name: &str) -> Fault {
    Fault::failed(text!(
        "`{name}` is read of an empty value (); write `?.{name}` where it may be missing",
        "`{name}` 的前一層是空值 ()；若可能不存在，請寫 `?.{name}`"
    ))
}

fn mismatch(wanted: &str, found: &str) -> Fault {
    if is_secret(found) {
        return Fault::secret_misused();
    }
    let ((wanted_en, wanted_zh), (found_en, found_zh)) = (type_names(wanted), type_names(found));
    Fault::failed(text!(
        "Here should be {wanted_en}, but it is {found_en}",
        "這裡應為{wanted_zh}，卻是{found_zh}"
    ))
}

fn size_names(what: &str) -> (&'static str, &'static str) {
    if what.contains("string") {
        ("The length of a text", "文字長度")
    } else if what.contains("map") {
        ("The size of a map", "物件大小")
    } else {
        ("The size of a list", "陣列大小")
    }
}

fn is_secret(kind: &str) -> bool {
    kind.contains(crate::secrets::TYPE_NAME) || kind.ends_with("::Opaque")
}

/// How people call the interpreter's types.
pub(crate) fn type_names(kind: &str) -> (&'static str, &'static str) {
    let kind = kind.trim();
    if kind.contains("tring") || kind.contains("str") {
        return ("text", "文字");
    }
    if kind.contains("ecimal") {
        return ("a decimal number", "小數");
    }
    match kind {
        "i64" | "int" => ("a whole number", "整數"),
        "bool" => ("true or false", "布林值"),
        "char" => ("a character", "字元"),
        "()" => ("nothing", "空值"),
        "Fn" => ("a function", "函式"),
        "error" => ("an error", "錯誤"),
        "number" => ("a number too long to calculate with", "位數過多而無法計算的數字"),
        _ if kind.contains("rray") || kind.contains("Vec") => ("a list", "陣列"),
        _ if kind.contains("map") || kind.contains("Map") => ("a map", "物件"),
        _ if kind.contains("ange") => ("a range", "範圍"),
        _ if is_secret(kind) => ("a secret", "密鑰"),
        _ => ("another kind of value", "其他種類的值"),
    }
}
