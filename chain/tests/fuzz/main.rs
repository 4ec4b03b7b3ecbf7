//! What strangers send to the ledger, damaged and made up: nothing panics, nothing has two forms, the books balance.

mod bytes;
mod calls;
mod engine;
mod texts;
