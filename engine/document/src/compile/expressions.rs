//! Compiles expressions, scripts and templates, and checks the names that they read.

use causeway_model::{Fault, StepId, Text, TriggerKind, Value, text};
use causeway_script::{CompileError, Expression, Reference, Script, Template};

use super::Pass;
use super::sight::Sight;
use crate::faults::suggest;
use crate::parse::shortened;
use crate::specs::triggers::CONNECTOR_FIELDS;

/// What `run` holds.
const RUN_FIELDS: &[&str] = &["id", "flow", "version", "started_at"];

impl Pass<'_> {
    pub(super) fn expression(
        &mut self,
        at: &str,
        source: &str,
        sight: &Sight,
        step: Option<&StepId>,
    ) -> Option<Expression> {
        match self.compiler.engine.compile_expression(source) {
            Ok(expression) => {
                let fits = self.references(at, expression.references(), sight, step, false);
                fits.then_some(expression)
            }
            Err(error) => {
                self.faults.push_at(step, compile_fault(at, &error));
                None
            }
        }
    }

    pub(super) fn script(&mut self, at: &str, source: &str, sight: &Sight, step: &StepId) -> Option<Script> {
        match self.compiler.engine.compile_script(source) {
            Ok(script) => {
                self.references(at, script.references(), sight, Some(step), false).then_some(script)
            }
            Err(error) => {
                let fault = compile_fault(at, &error).at_line(error.line, error.column);
                self.faults.push_at(Some(step), fault);
                None
            }
        }
    }

    /// `bare` and `takes_secrets` are asked by the pointer inside the value.
    pub(super) fn template(
        &mut self,
        at: &str,
        value: &Value,
        bare: &dyn Fn(&str) -> bool,
        takes_secrets: &dyn Fn(&str) -> bool,
        sight: &Sight,
        step: Option<&StepId>,
    ) -> Option<Template> {
        match self.compiler.engine.compile_template(value, bare) {
            Ok(template) => {
                let mut fits = true;
                for (pointer, reference) in template.references() {
                    let at = format!("{at}{pointer}");
                    fits &= self.references(&at, [&reference], sight, step, takes_secrets(&pointer));
                }
                fits.then_some(template)
            }
            Err(errors) => {
                for (pointer, error) in errors {
                    self.faults.push_at(step, compile_fault(&format!("{at}{pointer}"), &error));
                }
                None
            }
        }
    }

    /// Whether all names may be read here. Those of variables are noted.
    fn references<'r>(
        &mut self,
        at: &str,
        references: impl IntoIterator<Item = &'r Reference>,
        sight: &Sight,
        step: Option<&StepId>,
        takes_secrets: bool,
    ) -> bool {
        let mut fits = true;
        let mut seen: Vec<(&str, String)> = Vec::new();
        for reference in references {
            if reference.root == "vars" {
                match &reference.name {
                    Some(name) => {
                        self.vars.insert(name.clone());
                    }
                    None => self.all_vars = true,
                }
            }
            if let Some((code, message, fix)) = self.wrong(reference, sight, takes_secrets) {
                fits = false;
                // One script may read the same wrong name many times.
                if seen.contains(&(code, message.en.clone())) {
                    continue;
                }
                seen.push((code, message.en.clone()));
                let mut fault = Fault::error(code, at, message);
                fault.fix = fix;
                self.faults.push_at(step, fault);
            }
        }
        fits
    }

    fn wrong(&self, reference: &Reference, sight: &Sight, takes_secrets: bool) -> Option<Wrong> {
        let root = reference.root.as_str();
        let name = reference.name.as_deref();
        if matches!(sight, Sight::Trigger) && !matches!(root, "trigger" | "secret") {
            return Some((
                "not_in_scope",
                text!("`{root}` is not known before the run starts.", "執行開始之前還沒有 `{root}`。"),
                Some(text!("Use `trigger` here.", "這裡請用 `trigger`。")),
            ));
        }
        match root {
            "steps" | "errors" => self.wrong_step(root, name, reference.safe, sight),
            "item" | "index" if !sight.has_item() => Some((
                "outside_loop",
                text!("`{root}` is known only inside a loop.", "只有在迴圈內才有 `{root}`。"),
                Some(text!(
                    "Move this step into the body of a `for_each`.",
                    "請將此步驟移到 `for_each` 之內。"
                )),
            )),
            "trigger" => {
                let ((kind, fields), name) = (self.trigger_fields()?, name?);
                let shown = shortened(name);
                (!fields.contains(&name)).then(|| {
                    (
                        "unknown_trigger_field",
                        text!(
                            "A `{kind}` trigger has no `trigger.{shown}`.",
                            "`{kind}` 觸發沒有 `trigger.{shown}`。"
                        ),
                        suggest(name, fields.iter().copied()),
                    )
                })
            }
            "run" => {
                let name = name?;
                let shown = shortened(name);
                (!RUN_FIELDS.contains(&name)).then(|| {
                    (
                        "unknown_run_field",
                        text!("There is no `run.{shown}`.", "沒有 `run.{shown}`。"),
                        suggest(name, RUN_FIELDS.iter().copied()),
                    )
                })
            }
            "secret" if name.is_none() => Some(computed("secret")),
            "secret" if !takes_secrets => Some((
                "secret_not_allowed",
                text!("No secret may stand here.", "這裡不能使用密鑰。"),
                Some(text!(
                    "Use secrets only in fields that are made for them, such as the headers or the body of a call.",
                    "密鑰只能用在專為它準備的欄位，例如呼叫的標頭或內容。"
                )),
            )),
            _ => None,
        }
    }

    /// What kind of trigger it is, and what `trigger` holds.
    fn trigger_fields(&self) -> Option<(&'static str, &'static [&'static str])> {
        match self.trigger {
            Some(trigger) => Some((trigger.kind().name(), trigger.fields())),
            None => self
                .flow
                .trigger
                .use_
                .contains('.')
                .then_some((TriggerKind::Connector.name(), CONNECTOR_FIELDS)),
        }
    }

    fn wrong_step(&self, root: &str, name: Option<&str>, safe: bool, sight: &Sight) -> Option<Wrong> {
        let Some(name) = name else { return Some(computed(root)) };
        let shown = shortened(name);
        let Some(known) = sight.known(name) else {
            let names = sight.names();
            let fix = suggest(name, names.iter().copied());
            if !self.places.contains_key(name) {
                return Some((
                    "unknown_step",
                    text!("There is no step `{shown}`.", "沒有步驟 `{shown}`。"),
                    fix,
                ));
            }
            return Some((
                "not_an_ancestor",
                text!(
                    "`{shown}` does not come before this step, so `{root}.{shown}` is not known here.",
                    "`{shown}` 不在此步驟之前，因此這裡沒有 `{root}.{shown}`。"
                ),
                Some(text!(
                    "Put `{shown}` (or a step after it) into `after`, or read another step. What loop steps give is in the loop's results.",
                    "請將 `{shown}`（或其後的步驟）放進 `after`，或改讀其他步驟。迴圈內步驟的結果在迴圈的 results 中。"
                )),
            ));
        };
        let sure = if root == "errors" { known.failed } else { known.succeeded };
        if sure || safe {
            return None;
        }
        let why = if root == "errors" {
            text!(
                "`{shown}` may not have failed when this step runs, and then `errors.{shown}` is `()`.",
                "執行到此步驟時 `{shown}` 不一定失敗，屆時 `errors.{shown}` 會是 `()`。"
            )
        } else {
            text!(
                "`{shown}` may be skipped when this step runs, and then `steps.{shown}` is `()`.",
                "執行到此步驟時 `{shown}` 可能被略過，屆時 `steps.{shown}` 會是 `()`。"
            )
        };
        let fix = text!(
            "Write `{root}.{shown}?.field`, or `{root}.{shown}?.field ?? other` to say what counts instead.",
            "請寫 `{root}.{shown}?.欄位`，或用 `{root}.{shown}?.欄位 ?? 其他值` 指定替代值。"
        );
        Some(("may_be_skipped", why, Some(fix)))
    }
}

type Wrong = (&'static str, Text, Option<Text>);

fn computed(root: &str) -> Wrong {
    (
        "computed_name",
        text!(
            "`{root}` is read by a computed name, so it cannot be checked what it reads.",
            "`{root}` 以計算出的名稱讀取，無法檢查讀的是什麼。"
        ),
        Some(text!("Write the name out: `{root}.name`.", "請直接寫出名稱：`{root}.名稱`。")),
    )
}

fn compile_fault(at: &str, error: &CompileError) -> Fault {
    let (line, column) = (error.line, error.column);
    let message = Text {
        en: format!("{} (line {line}, column {column} of the code)", error.message.en),
        zh_tw: format!("{}（程式碼第 {line} 行第 {column} 欄）", error.message.zh_tw),
    };
    Fault::error(error.code, at, message).with_fix(text!("Correct the expression.", "請修正運算式。"))
}
