//! A network of real processes on this computer.
//!
//! The way of a network, one file each: it gets a name ([`name`]), ports ([`ports`]) and a plan ([`plan`]); its
//! processes start ([`start`], [`process`]); it counts as up when every node has the same block ([`ready`]); what
//! runs where is kept in its folder ([`home`], [`record`]); and whether its economy lives is checked epoch by epoch
//! ([`epochs`]). [`Running`] is all of that as one value, for tests and programs; neurons may be an author's own
//! programs ([`keeper`]).
//!
//! On a development network its time can be held, mined and taken back ([`time`]); whether blocks come by
//! themselves says [`production`].
//!
//! It is broken on purpose in two ways: nodes are killed, paused and started again ([`control`]), and links are cut,
//! slowed down and made lossy ([`links`]). Why it stands still then says [`reach`].

pub mod control;
pub mod epochs;
pub mod home;
pub mod keeper;
pub mod links;
pub mod name;
mod neurons;
pub mod plan;
pub mod ports;
pub mod process;
pub mod production;
pub mod reach;
pub mod ready;
pub mod record;
pub mod running;
pub mod start;
pub mod time;

pub use plan::Options;
pub use running::Running;
