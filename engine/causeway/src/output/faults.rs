//! Faults of documents, one line each: `file:line:col pointer code message fix`.

use causeway_model::{Fault, Locale, Severity};

pub fn line(file: &str, fault: &Fault, locale: Locale) -> String {
    let mut line = file.to_owned();
    if let Some(number) = fault.line {
        line.push_str(&format!(":{number}"));
        if let Some(column) = fault.column {
            line.push_str(&format!(":{column}"));
        }
    }
    let pointer = if fault.pointer.is_empty() { "/" } else { &fault.pointer };
    line.push_str(&format!(" {pointer} {}", fault.code));
    if fault.severity == Severity::Warning {
        line.push_str(match locale {
            Locale::En => " (warning)",
            Locale::ZhTw => "（警告）",
        });
    }
    line.push_str(": ");
    line.push_str(fault.message.in_locale(locale));
    if let Some(fix) = &fault.fix {
        line.push(' ');
        line.push_str(fix.in_locale(locale));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_model::text;

    #[test]
    fn a_fault_is_one_line() {
        let fault =
            Fault::error("unknown_use", "/steps/0/use", text!("No step kind `x`.", "沒有步驟種類 `x`。"))
                .at_line(7, 12)
                .with_fix(text!("Use `script`.", "請用 `script`。"));
        assert_eq!(
            line("a/flow.json", &fault, Locale::En),
            "a/flow.json:7:12 /steps/0/use unknown_use: No step kind `x`. Use `script`."
        );
        let warning = Fault::warning("odd", "", text!("Odd.", "怪。"));
        assert_eq!(line("f", &warning, Locale::ZhTw), "f / odd（警告）: 怪。");
    }
}
