//! Everything that is tested from outside: style, dependencies, vectors, whole processes.

mod dependencies;
mod duplicates;
#[cfg(feature = "processes")]
mod explain;
#[cfg(feature = "processes")]
mod faults;
#[cfg(feature = "processes")]
mod home;
#[cfg(feature = "processes")]
mod init;
mod limits;
#[cfg(feature = "processes")]
mod load;
#[cfg(feature = "processes")]
mod net;
#[cfg(feature = "processes")]
mod scenarios;
#[cfg(feature = "processes")]
mod soak;
mod tidy;
#[cfg(feature = "processes")]
mod time;
#[cfg(feature = "processes")]
mod tutorial;
#[cfg(feature = "processes")]
mod user_story;
mod vectors;
#[cfg(feature = "processes")]
mod whole_network;
