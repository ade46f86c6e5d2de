//! Shapes of what other crates serialise, for the OpenAPI document only; a test holds them equal to the real ones.

mod catalogue;
mod connections;
mod connectors;
mod expressions;
mod flows;
mod overview;
mod people;
mod recipes;
mod runs;
mod stats;
mod system_map;
mod testing;

use utoipa::ToSchema;

pub(in crate::api) use catalogue::*;
pub(in crate::api) use connections::*;
pub(in crate::api) use connectors::*;
pub(in crate::api) use expressions::*;
pub(crate) use flows::Fault;
pub(in crate::api) use flows::*;
pub(in crate::api) use overview::*;
pub(in crate::api) use people::*;
pub(in crate::api) use recipes::*;
pub(in crate::api) use runs::*;
pub(in crate::api) use stats::*;
pub(in crate::api) use system_map::*;
pub(in crate::api) use testing::*;

#[expect(dead_code, reason = "read by the OpenAPI derive only")]
/// The text in every language.
#[derive(ToSchema)]
pub(crate) struct Text {
    en: String,
    #[schema(rename = "zh-TW")]
    zh_tw: String,
}
