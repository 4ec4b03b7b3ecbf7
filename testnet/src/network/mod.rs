//! A network of real processes on this computer.
//!
//! The way of a network, one file each: it gets a name ([`name`]), ports ([`ports`]) and a plan ([`plan`]); its
//! processes start ([`start`], [`process`]); it counts as up when every node has the same block ([`ready`]); what
//! runs where is
//! kept in its folder ([`home`], [`record`]); and whether its economy lives is checked epoch by epoch ([`epochs`]).
//! On a development network its time can be held, mined and taken back ([`time`]).

pub mod epochs;
pub mod home;
pub mod name;
pub mod plan;
pub mod ports;
pub mod process;
pub mod ready;
pub mod record;
pub mod start;
pub mod time;
