//! Secrets that scripts may pass on but never see: opaque values, sealed tokens, and masks for echoes.

pub(crate) mod aes;
mod mask;
mod opaque;
mod operation;
mod sealer;

pub use mask::Mask;
pub(crate) use opaque::{Opaque, TYPE_NAME, register_opaque};
pub(crate) use operation::{Operation, operation, url_encode};
pub use sealer::{RevealError, Revealed, Sealer, Secrets};
