//! engine/demo
