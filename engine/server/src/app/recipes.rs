//! Recipes: the shipped flows, to begin with. Each is a folder of files: the document, what it is for in both languages, its
//! cases, in `recipe.json` where it stands in a company's work, and in `words.json` its texts in both languages.

mod words;

use std::collections::BTreeMap;

use causeway_document::{all_steps, parse};
use causeway_model::{Flow, Locale, Step, StepId, Text, Value, text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::{App, Error, Result};

/// A folder of `workflows/`: its name, and its files by path.
pub type Shipped = (&'static str, &'static [(&'static str, &'static str)]);

/// Which part of a company's work a flow belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    CustomerMaster,
    Orders,
    Stock,
    Finance,
    Reports,
    Other,
}

/// A recipe as lists show it.
#[derive(Clone, Debug, Serialize)]
pub struct Recipe {
    pub slug: String,
    pub title: Text,
    /// What it does, in a sentence or a few.
    pub summary: Text,
    pub stage: Stage,
    /// What starts it: a trigger kind, or `<connector>.<trigger>`.
    pub trigger: String,
    /// The connectors that it uses, that of the trigger first.
    pub connectors: Vec<String>,
    /// How many steps it has, those inside of loops included.
    pub steps: usize,
    pub tags: Vec<String>,
}

/// What may come in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecipeSample {
    pub name: String,
    /// Fields of `trigger`, as a sample of a flow holds them.
    pub trigger: Value,
    /// What the steps gave that ask other systems, so that a test which asks nobody goes on after them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<StepId, Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ports: BTreeMap<StepId, String>,
}

/// A recipe with all that belongs to it.
#[derive(Clone, Debug, Serialize)]
pub struct RecipeView {
    #[serde(flatten)]
    pub recipe: Recipe,
    pub document: Flow,
    /// Markdown.
    pub readme: Text,
    pub samples: Vec<RecipeSample>,
    /// `words.json`: what the document says, in both languages.
    #[serde(skip)]
    words: Vec<Text>,
}

/// `recipe.json`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    stage: Stage,
    /// Beside those that the cases hold.
    #[serde(default)]
    samples: Vec<RecipeSample>,
}

impl App {
    /// Takes the shipped flows; they are read when somebody asks for them first.
    pub fn ship(&self, folders: &'static [Shipped]) {
        _ = self.inner.shipped.set(folders);
    }

    /// What does not read is left out, and told in the log.
    pub fn recipes(&self) -> &[RecipeView] {
        let read = |shipped: &Shipped| {
            RecipeView::read(shipped)
                .inspect_err(|why| tracing::error!(recipe = shipped.0, why, "a shipped flow does not read"))
                .ok()
        };
        let Some(shipped) = self.inner.shipped.get() else { return &[] };
        self.inner.recipes.get_or_init(|| shipped.iter().filter_map(read).collect())
    }

    /// A recipe whose document speaks a language.
    pub fn recipe(&self, slug: &str, locale: Locale) -> Result<RecipeView> {
        let found = self.recipes().iter().find(|view| view.recipe.slug == slug).ok_or_else(|| {
            let slug: String = slug.chars().take(100).collect();
            Error::not_found("recipe_not_found", text!("There is no recipe `{slug}`", "沒有範本「{slug}」"))
        })?;
        let mut view = found.clone();
        words::translate(&mut view.document, &view.words, locale);
        Ok(view)
    }
}

impl RecipeView {
    fn read((slug, files): &Shipped) -> std::result::Result<Self, String> {
        let file = |name: &str| {
            let found = files.iter().find(|(path, _)| *path == name);
            found.map(|(_, text)| *text).ok_or_else(|| format!("{name} is missing"))
        };
        let document = parse(file("flow.json")?).map_err(|faults| format!("flow.json: {faults:?}"))?;
        let (title, readme) = readme(file("README.md")?).ok_or("README.md lacks a title or a language")?;
        let card: Card = serde_json::from_str(file("recipe.json")?).map_err(|why| why.to_string())?;
        let steps = all_steps(&document);
        let mut samples = Vec::new();
        for (path, text) in *files {
            let Some(name) = path.strip_prefix("cases/").and_then(|path| path.strip_suffix(".json")) else {
                continue;
            };
            let case: Value = serde_json::from_str(text).map_err(|why| format!("{path}: {why}"))?;
            samples.extend(sample(name, &document, &steps, &case));
        }
        samples.extend(card.samples);
        let words = file("words.json")?;
        let words = serde_json::from_str(words).map_err(|why| format!("words.json: {why}"))?;
        let mut connectors: Vec<String> = Vec::new();
        let uses = std::iter::once(document.trigger.use_.as_str());
        for use_ in uses.chain(steps.iter().map(|step| step.use_.as_str())) {
            if let Some((connector, _)) = use_.split_once('.')
                && !connectors.iter().any(|known| known == connector)
            {
                connectors.push(connector.to_owned());
            }
        }
        let recipe = Recipe {
            slug: (*slug).to_owned(),
            title,
            summary: Text { en: summary(&readme.en), zh_tw: summary(&readme.zh_tw) },
            stage: card.stage,
            trigger: document.trigger.use_.clone(),
            connectors,
            steps: steps.len(),
            tags: document.tags.clone(),
        };
        Ok(Self { recipe, document, readme, samples, words })
    }
}

/// The title and the sections of a page with the languages one below the other: `# English · 中文`, `## English`,
/// `## 繁體中文`.
fn readme(page: &str) -> Option<(Text, Text)> {
    let (head, rest) = page.split_once("\n## English\n")?;
    let (english, chinese) = rest.split_once("\n## 繁體中文\n")?;
    let (en, zh_tw) = head.trim().strip_prefix("# ")?.split_once(" · ")?;
    let text = |en: &str, zh_tw: &str| Text { en: en.trim().to_owned(), zh_tw: zh_tw.trim().to_owned() };
    Some((text(en, zh_tw), text(english, chinese)))
}

/// The first paragraph, as one line.
fn summary(section: &str) -> String {
    let first = section.split("\n\n").next().unwrap_or_default();
    let mut line = String::with_capacity(first.len());
    for part in first.lines().map(str::trim) {
        // Chinese is written without spaces, a broken line's included.
        if line.ends_with(|c: char| c.is_ascii()) && !line.is_empty() {
            line.push(' ');
        }
        line.push_str(part);
    }
    line
}

/// What a case says of what comes in, and of what the steps then got from others.
fn sample(name: &str, flow: &Flow, steps: &[Step], case: &Value) -> Option<RecipeSample> {
    let mut sample = RecipeSample {
        name: name.to_owned(),
        trigger: came_in(flow, case)?,
        outputs: BTreeMap::new(),
        ports: BTreeMap::new(),
    };
    for told in case["run"]["steps"].as_array().into_iter().flatten() {
        let is_told = |step: &&Step| told["id"] == step.id.as_str() && told["status"] == "succeeded";
        // What only computes is computed again.
        let Some(step) = steps.iter().filter(|step| asks_others(step)).find(is_told) else { continue };
        if let Some(output) = told.get("output") {
            sample.outputs.insert(step.id.clone(), output.clone());
        }
        if let Some(port) = told["port"].as_str() {
            sample.ports.insert(step.id.clone(), port.to_owned());
        }
    }
    Some(sample)
}

fn asks_others(step: &Step) -> bool {
    step.use_.contains('.') || matches!(step.use_.as_str(), "approval" | "call_flow" | "for_each" | "wait")
}

/// The fields of `trigger` that a case states, where it states any.
fn came_in(flow: &Flow, case: &Value) -> Option<Value> {
    match flow.trigger.use_.as_str() {
        "webhook" => {
            let call = case.get("webhook")?;
            let path = call["path"].as_str()?;
            Some(json!({
                "method": call["method"].as_str().unwrap_or("POST"),
                "path": path,
                "params": params(flow.trigger.with["path"].as_str().unwrap_or_default(), path),
                "body": call["body"],
            }))
        }
        "manual" | "called" => Some(json!({ "input": case.get("start")? })),
        _ => None,
    }
}

/// What the `{names}` of a pattern stand for in a path.
fn params(pattern: &str, path: &str) -> Map<String, Value> {
    let name = |part: &str| Some(part.strip_prefix('{')?.strip_suffix('}')?.to_owned());
    let parts = pattern.split('/').zip(path.split('/'));
    parts.filter_map(|(part, value)| Some((name(part)?, Value::from(value)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gives_its_title_and_its_languages() {
        let page = "# Orders · 訂單\n\n## English\n\nOne line,\nand another.\n\n**More:** x\n\n## 繁體中文\n\n第一行，\n接著 A\n與 B。\n";
        let (title, readme) = readme(page).expect("both");
        assert_eq!((title.en.as_str(), title.zh_tw.as_str()), ("Orders", "訂單"));
        assert_eq!(readme.en, "One line,\nand another.\n\n**More:** x");
        assert_eq!(summary(&readme.en), "One line, and another.");
        assert_eq!(summary(&readme.zh_tw), "第一行，接著 A 與 B。");
    }

    #[test]
    fn a_call_fills_the_names_of_its_path() {
        assert_eq!(
            Value::from(params("shop/{shop}/orders", "shop/taipei/orders")),
            json!({"shop": "taipei"})
        );
        assert_eq!(Value::from(params("orders", "orders")), json!({}));
    }
}
