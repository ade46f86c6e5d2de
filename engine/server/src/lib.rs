//! engine/server
