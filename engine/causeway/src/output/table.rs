//! Aligned columns; wide characters count as two.

use causeway_model::{Locale, Text};
use console::{measure_text_width, truncate_str};

use super::Console;

/// Rows under a heading. Cells may be coloured.
pub struct Table {
    locale: Locale,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(locale: Locale, heads: &[Text]) -> Self {
        Self {
            locale,
            heads: heads.iter().map(|head| head.in_locale(locale).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub fn print(&self, console: &Console, when_empty: &Text) {
        if self.rows.is_empty() {
            console.note(when_empty);
        } else {
            console.line(&self.render(console.width()));
        }
    }

    /// The last column is cut where a width is given.
    pub fn render(&self, width: Option<usize>) -> String {
        let heads: Vec<String> = match self.locale {
            Locale::En => self.heads.iter().map(|head| head.to_uppercase()).collect(),
            Locale::ZhTw => self.heads.clone(),
        };
        let widths: Vec<usize> = (0..heads.len())
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.chain([&heads[column]]).map(|cell| measure_text_width(cell)).max().unwrap_or(0)
            })
            .collect();
        let mut text = String::new();
        for row in std::iter::once(&heads).chain(&self.rows) {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                line.push_str(cell);
                if column + 1 < row.len() {
                    let gap = widths[column].saturating_sub(measure_text_width(cell)) + 2;
                    line.push_str(&" ".repeat(gap));
                }
            }
            let line = line.trim_end();
            match width {
                Some(width) => text.push_str(&truncate_str(line, width, "…")),
                None => text.push_str(line),
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_model::text;

    #[test]
    fn wide_characters_stay_aligned() {
        let mut table =
            Table::new(Locale::En, &[text!("slug", "代號"), text!("name", "名稱"), text!("on", "啟用")]);
        table.row(vec!["a".into(), "報價單".into(), "yes".into()]);
        table.row(vec!["long-slug".into(), "x".into(), "no".into()]);
        assert_eq!(
            table.render(None),
            "SLUG       NAME    ON\na          報價單  yes\nlong-slug  x       no\n"
        );
        assert_eq!(table.render(Some(12)).lines().nth(2), Some("long-slug  x…").map(|_| "long-slug  …"));
    }
}
