//! How the processes are started, and how they end when they cannot.

use super::super::{MinerArgs, RoleArgs, RoleError, ValidatorArgs, miner, validator};
use crate::{
    cli::Global,
    client::Access,
    config::save_key,
    error::{EXIT_CONFIG, EXIT_IN_USE},
};
use clap::{CommandFactory, Parser};
use std::{net::SocketAddr, path::Path};
use taonet_subnets::{
    roles::{MinerPolicy, Policy},
    tour::Method,
};
use tokio::net::TcpListener;

/// The command line as the binary puts it together.
#[derive(Parser)]
struct Line {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    role: Role,
}

#[derive(clap::Subcommand)]
enum Role {
    Miner(MinerArgs),
    Validator(ValidatorArgs),
}

const NODE: [&str; 6] = ["--rpc", "http://127.0.0.1:1", "--key-file", "key", "--netuid", "1"];

fn parse_line(role: &str, flags: &[&str]) -> Result<Line, clap::Error> {
    Line::try_parse_from(["taonet", role].into_iter().chain(NODE).chain(flags.iter().copied()))
}

fn parse(role: &str, flags: &[&str]) -> Result<Role, clap::Error> {
    parse_line(role, flags).map(|line| line.role)
}

#[test]
fn what_opens_a_door_is_said_before_or_after_the_role() {
    for role in ["miner", "validator"] {
        let line = parse_line(role, &["--token", "0123456789abcdef", "--ca", "node.pem"]).expect("a role");
        let access = Access { token: Some("0123456789abcdef".into()), ca: Some("node.pem".into()) };
        assert_eq!(line.global.access, access);
    }
}

#[test]
fn the_flags_fit_beside_the_global_ones() {
    Line::command().debug_assert();
    let Ok(Role::Miner(miner)) = parse("miner", &["--method", "or-opt"]) else { panic!("a miner") };
    assert_eq!(
        (miner.method, miner.role.netuid, miner.role.rpc),
        (Method::OrOpt, 1, vec![NODE[1].to_owned()])
    );
    let Ok(Role::Validator(validator)) = parse("validator", &["--scores", "127.0.0.1:0"]) else {
        panic!("a validator")
    };
    assert_eq!(validator.scores, Some(SocketAddr::from(([127, 0, 0, 1], 0))));
    let refused = parse("miner", &["--method", "luck"]).err().expect("no such method").to_string();
    assert!(refused.contains("sweep, nearest, greedy, two-opt, or-opt"), "{refused}");
}

fn role(key_file: &Path) -> RoleArgs {
    RoleArgs { rpc: vec!["http://127.0.0.1:1".into()], key_file: key_file.into(), netuid: 1 }
}

#[tokio::test]
async fn a_taken_port_and_a_missing_key_have_their_exit_codes() {
    let folder = tempfile::tempdir().expect("a folder");
    let key_file = folder.path().join("key");
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let listen = taken.local_addr().expect("an address");
    let policy = MinerPolicy::default();
    let args = MinerArgs { role: role(&key_file), method: Method::Sweep, policy, listen, external: None };

    let access = Access::default();
    let missing: RoleError = miner::run(args.clone(), &access).await.expect_err("there is no key");
    assert_eq!(missing.exit_code(), EXIT_CONFIG, "{missing}");
    save_key(&key_file, &super::key(1)).expect("a key");
    let taken: RoleError = miner::run(args, &access).await.expect_err("the port is taken");
    assert_eq!(taken.exit_code(), EXIT_IN_USE, "{taken}");

    let args = ValidatorArgs {
        role: role(&key_file),
        timeout_ms: 1,
        policy: Policy::honest(),
        scores: Some(listen),
    };
    let taken = validator::run(args.clone(), &access).await.expect_err("the port is taken");
    assert_eq!(taken.exit_code(), EXIT_IN_USE, "{taken}");
    let nonsense = RoleArgs { rpc: vec!["::".into()], ..args.role.clone() };
    let nonsense = validator::run(ValidatorArgs { role: nonsense, ..args.clone() }, &access).await;
    let nonsense = nonsense.expect_err("no address");
    assert_eq!(nonsense.exit_code(), EXIT_CONFIG, "{nonsense}");
    let unheard = Access { token: Some("two\nlines".into()), ..access };
    let unheard = validator::run(args, &unheard).await.expect_err("no such header");
    assert_eq!(unheard.exit_code(), EXIT_CONFIG, "{unheard}");
}
