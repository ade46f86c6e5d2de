//! The registry of system connectors.
