//! engine/testkit
