//! The crate as its users see it.

mod worked_example;
