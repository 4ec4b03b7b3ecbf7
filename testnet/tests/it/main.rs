//! Everything that is tested from outside: style, dependencies, vectors, whole processes.

mod dependencies;
mod duplicates;
#[cfg(feature = "processes")]
mod explain;
mod tidy;
mod vectors;
#[cfg(feature = "processes")]
mod whole_network;
