//! JSON Schema: validators of inputs, what schemas say of their fields, and the published schema of flow documents.

mod document;
mod input;
pub(crate) mod marks;
mod message;

pub use document::schema;
pub use input::InputSchema;
pub(crate) use input::Shape;
