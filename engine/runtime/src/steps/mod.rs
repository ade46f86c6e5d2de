//! The step kinds: what each does when its turn comes. Their specs (schema, ports, texts) are the document's.

pub mod approval;
pub mod branch;
pub mod call_flow;
pub mod for_each;
pub mod operation;
pub mod respond;
pub mod script;
pub mod stop;
pub mod suspend;
pub mod wait;
