//! The screens, as people see them; and that none is wider than a screen.

mod authorities;
mod keys;

use super::{economy::compact, *};
use crate::cli::table::MAX_WIDTH;

const ALICE: &str = "5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu";
const BOB: &str = "5GoNkf6WdbxCFnPdAnYYQyCjAKPJgLNxXwPjwTh6DGg6gN3E";

fn example() -> proto::Metagraph {
    let subnet = proto::Subnet {
        height: 143,
        netuid: 1,
        name: "tour".into(),
        symbol: "α".into(),
        owner: ALICE.into(),
        started: true,
        emits: true,
        emission_enabled: true,
        neurons: 2,
        max_neurons: 256,
        burn: 100_000_000,
        pool: Some(proto::Pool {
            tao: 1_000_000_000_000,
            alpha: 47_000_000_000_000,
            alpha_out: 12_345_678_000_000_000,
            price: 21_276_595,
            moving_price: 21_000_000,
            ..proto::Pool::default()
        }),
        tempo: 20,
        epochs: 7,
        last_epoch_block: 140,
        next_epoch_block: Some(160),
        ..proto::Subnet::default()
    };
    let validator = proto::Neuron {
        uid: 0,
        hotkey: ALICE.into(),
        coldkey: BOB.into(),
        stake: 6_000_000_000_000,
        validator_permit: true,
        validator_trust: 65_535,
        dividends: 43_690,
        emission: 5_466_000_000,
        last_update: 139,
        ..proto::Neuron::default()
    };
    let miner = proto::Neuron {
        uid: 1,
        hotkey: BOB.into(),
        coldkey: ALICE.into(),
        consensus: 32_768,
        incentive: 65_535,
        emission: 8_200_000_000,
        axon: Some(proto::Axon { ip: "127.0.0.1".into(), port: 41_233, ..proto::Axon::default() }),
        ..proto::Neuron::default()
    };
    proto::Metagraph { subnet: Some(subnet), neurons: vec![validator, miner] }
}

fn narrow(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= MAX_WIDTH, "{} columns: {line}", line.chars().count());
    }
}

#[test]
fn a_subnet_with_its_metagraph() {
    let text = subnet(&example());
    narrow(&text);
    insta::assert_snapshot!(text, @r"
    subnet        1 tour α
    owner         5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu
    price         0.0213 τ   (moving 0.0210 τ)
    pool          1,000.0000 τ, 47,000.0000 α
    outside       12,345,678.0000 α
    last block    +0.0000 τ, +0.0000 α into the pool
                  0.0000 τ bought alpha, 0.0000 α set aside
    epochs        7 run, tempo 20, next at block 160 (in 17), 0.0000 α wait
    registration  0.1000 τ
    neurons       2 of 256

    UID HOTKEY    COLDKEY  STAKE(α) VPERMIT VTRUST CONSENSUS INCENTIVE DIVIDENDS EMISSION UPDATED AXON
      0 5FA9…TTpu 5GoN…N3E 6,000.00 *       1.0000    0.0000    0.0000    0.6667     5.46       4
      1 5GoN…gN3E 5FA9…Tpu     0.00         0.0000    0.5000    1.0000    0.0000     8.20     143 :41233
    ");
}

#[test]
fn a_subnet_that_does_not_emit_says_why_and_what_to_do() {
    let mut example = example();
    let one = example.subnet.as_mut().expect("a subnet");
    (one.started, one.emits, one.emission_enabled) = (false, false, false);
    let text = subnet(&example);
    narrow(&text);
    assert!(text.contains("not started: its owner can run `taonet subnets start 1`"), "{text}");
    assert!(text.contains("taonet hparams set emission_enabled true --netuid 1"), "{text}");
}

#[test]
fn the_list_of_subnets() {
    let text = subnets(&proto::Subnets { height: 143, subnets: example().subnet.into_iter().collect() });
    narrow(&text);
    insta::assert_snapshot!(text, @r"
    NETUID NAME   PRICE(τ) TAO POOL ALPHA POOL ALPHA OUT NEURONS TEMPO EPOCHS EMISSION
         1 tour α   0.0213 1,000.00     47.00k    12.34M   2/256    20      7 on
    ");
}

#[test]
fn a_failed_transaction_says_why_and_what_to_try() {
    let error = crate::Fault::from(taonet_chain::CallError::NotEnoughBalanceToStake).to_detail();
    let text = executed(&proto::ExecutedTransaction {
        id: "ab".repeat(32),
        height: 12,
        signer: ALICE.into(),
        call: "add_stake".into(),
        fee: 200_000,
        error: Some(error),
        ..proto::ExecutedTransaction::default()
    });
    narrow(&text);
    insta::assert_snapshot!(text, @r"
    call          add_stake by 5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu
    transaction   abababababababababababababababababababababababababababababababab
    block         12 (position 0)
    fee           0.0002 τ
    result        NotEnoughBalanceToStake (200, insufficient_balance)
                  The coldkey's free balance is too low.
    try           Use a smaller amount or fund the coldkey.
    ");
}

#[test]
fn an_account_with_stakes() {
    let stake = proto::Stake {
        hotkey: BOB.into(),
        netuid: 1,
        alpha: 5_000_000_000,
        worth: 106_000_000,
        claimable: 0,
    };
    let text = account(&proto::Account {
        account: ALICE.into(),
        balance: 1_000_000_000_000_000,
        nonce: 3,
        stakes: vec![stake],
        ..proto::Account::default()
    });
    narrow(&text);
    insta::assert_snapshot!(text, @r"
    account       5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu
    balance       1,000,000.0000 τ
    nonce         3

    NETUID HOTKEY                                           STAKE(α) VALUE(τ)
         1 5GoNkf6WdbxCFnPdAnYYQyCjAKPJgLNxXwPjwTh6DGg6gN3E   5.0000   0.1060
    ");
}

#[test]
fn long_events_are_broken_into_lines() {
    let fields =
        format!("{{\"coldkey\":\"{ALICE}\",\"hotkey\":\"{BOB}\",\"tao_in\":5000000000,\"netuid\":1}}");
    let event = proto::Event { name: "StakeAdded".into(), fields_json: fields, netuid: Some(1) };
    let text = super::event(&At { height: 9, event });
    narrow(&text);
    assert!(text.contains(ALICE) && text.contains(BOB), "{text}");
}

#[test]
fn amounts_in_tables_have_at_most_eight_characters() {
    let table = [
        (0, "0.00"),
        (9_999_990_000_000, "9,999.99"),
        (10_000_000_000_000, "10.00k"),
        (123_456_000_000_000, "123.45k"),
        (21_000_000_000_000_000, "21.00M"),
    ];
    for (units, text) in table {
        assert_eq!(compact(units), text);
    }
}
