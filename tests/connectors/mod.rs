//! Declared connectors, from the catalogue to the system: on the sample company's systems, through the front door.

mod systems;
mod trading;
