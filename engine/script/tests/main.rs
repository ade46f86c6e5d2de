//! The sandbox through its front door: sources in, JSON out.

#[path = "cases/expressions.rs"]
mod expressions;
#[path = "cases/functions.rs"]
mod functions;
#[path = "cases/limits.rs"]
mod limits;
#[path = "cases/modules.rs"]
mod modules;
#[path = "cases/names.rs"]
mod names;
#[path = "cases/properties.rs"]
mod properties;
#[path = "cases/purity.rs"]
mod purity;
#[path = "cases/secrets.rs"]
mod secrets;
#[path = "cases/support.rs"]
mod support;
#[path = "cases/templates.rs"]
mod templates;
#[path = "cases/tried.rs"]
mod tried;
