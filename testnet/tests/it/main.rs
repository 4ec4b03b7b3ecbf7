//! Everything that is tested from outside: style, dependencies, vectors, whole processes.

mod dependencies;
mod duplicates;
mod tidy;
mod vectors;
#[cfg(feature = "processes")]
mod whole_network;
