//! A node as its users see it: real database, real gRPC, real ports, one process.

mod crashes;
mod directories;
mod door;
mod errors;
mod first_start;
mod light;
mod rig;
mod streams;
mod time;
mod transactions;
