//! The one binary, `taonet`. What it can do is in [`taonet_testnet::cli`] and `taonet_node::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    taonet_testnet::network::process::follow_supervisor();
    taonet_testnet::cli::run()
}
