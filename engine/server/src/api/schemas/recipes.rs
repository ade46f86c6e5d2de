//! Shapes of recipes.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use utoipa::ToSchema;

use super::Text;

/// Which part of a company's work a flow belongs to.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum Stage {
    CustomerMaster,
    Orders,
    Stock,
    Finance,
    Reports,
    Other,
}

/// A flow to begin with.
#[derive(ToSchema)]
pub(in crate::api) struct Recipe {
    slug: String,
    title: Text,
    /// What it does, in a sentence or a few.
    summary: Text,
    stage: Stage,
    /// What starts it: a trigger kind, or `<connector>.<trigger>`.
    trigger: String,
    /// The connectors that it uses, that of the trigger first.
    connectors: Vec<String>,
    /// How many steps it has, those inside of loops included.
    steps: u64,
    tags: Vec<String>,
}

/// What may come in.
#[derive(ToSchema)]
pub(in crate::api) struct RecipeSample {
    name: String,
    /// Fields of `trigger`, as a sample of a flow holds them.
    trigger: serde_json::Value,
    /// What the steps gave that ask other systems, by step id.
    outputs: Option<std::collections::BTreeMap<String, serde_json::Value>>,
    ports: Option<std::collections::BTreeMap<String, String>>,
}

#[derive(ToSchema)]
pub(in crate::api) struct RecipeView {
    #[schema(inline)]
    #[serde(flatten)]
    recipe: Recipe,
    /// The flow document.
    document: serde_json::Value,
    /// Markdown.
    readme: Text,
    samples: Vec<RecipeSample>,
}
