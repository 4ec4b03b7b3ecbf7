//! Random calls of random accounts: nothing is ever created, lost or owed twice.

use crate::{
    Call, MAX_TRANSACTION_BYTES,
    invariants::violations,
    memory::MemoryChain,
    params::ParamId,
    testing::{account, chain, signed},
    transaction::Transaction,
};
use proptest::prelude::*;
use taonet_subnets::amount::{Alpha, Tao};

const SIGNERS: [&str; 8] = ["//Alice", "//Bob", "//Ferdie", "//One", "//Two", "//val-b", "//m1", "//nobody"];

const HOTKEYS: [&str; 6] = ["//val-a", "//val-b", "//val-c", "//m1", "//new", "//nobody"];

fn netuid() -> impl Strategy<Value = u16> {
    prop_oneof![8 => Just(1u16), 3 => Just(0), 2 => Just(2), 1 => any::<u16>()]
}

/// Amounts at the edges and in between, in base units.
fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0u64),
        Just(1),
        Just(499),
        Just(500),
        Just(u64::MAX),
        2_000_000u64..10_000_000,
        1_000_000_000u64..2_000_000_000_000,
        any::<u64>(),
    ]
}

fn hotkey() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&HOTKEYS[..])
}

fn limit() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0u64), Just(1_000_000_000), 1_000_000_000u64..2_000_000_000, any::<u64>()]
}

fn any_call() -> impl Strategy<Value = Call> {
    let to = prop::sample::select(&SIGNERS[..]);
    let row = prop::collection::vec((0u16..10, any::<u16>()), 0..9);
    prop_oneof![
        (to, amount()).prop_map(|(to, amount)| Call::Transfer { to: account(to), amount: Tao::new(amount) }),
        (hotkey(), netuid(), amount()).prop_map(|(hotkey, netuid, amount)| Call::AddStake {
            hotkey: account(hotkey),
            netuid,
            amount: Tao::new(amount)
        }),
        (hotkey(), netuid(), amount()).prop_map(|(hotkey, netuid, amount)| Call::RemoveStake {
            hotkey: account(hotkey),
            netuid,
            amount: Alpha::new(amount)
        }),
        (hotkey(), netuid(), amount(), limit(), any::<bool>()).prop_map(
            |(hotkey, netuid, amount, limit, allow_partial)| Call::AddStakeLimit {
                hotkey: account(hotkey),
                netuid,
                amount: Tao::new(amount),
                limit,
                allow_partial
            }
        ),
        (hotkey(), netuid(), amount(), limit(), any::<bool>()).prop_map(
            |(hotkey, netuid, amount, limit, allow_partial)| Call::RemoveStakeLimit {
                hotkey: account(hotkey),
                netuid,
                amount: Alpha::new(amount),
                limit,
                allow_partial
            }
        ),
        hotkey().prop_map(|hotkey| Call::RegisterNetwork { hotkey: account(hotkey) }),
        stake_call(),
        move_call(),
        move_call(),
        netuid().prop_map(|netuid| Call::StartCall { netuid }),
        (netuid(), hotkey())
            .prop_map(|(netuid, hotkey)| Call::BurnedRegister { netuid, hotkey: account(hotkey) }),
        hotkey().prop_map(|hotkey| Call::RootRegister { hotkey: account(hotkey) }),
        (netuid(), row).prop_map(|(netuid, row)| {
            let (uids, values) = row.into_iter().unzip();
            Call::SetWeights { netuid, uids, values, version_key: 0 }
        }),
        (netuid(), 1u16..34, any::<u16>()).prop_map(|(netuid, param, value)| Call::SetParam {
            netuid: Some(netuid),
            param: ParamId(param),
            value: value.into()
        }),
    ]
}

/// The calls about the whole of a stake, and those that set how it is paid.
fn stake_call() -> impl Strategy<Value = Call> {
    let hotkey = || hotkey().prop_map(account);
    let limit = || prop::option::of(limit());
    prop_oneof![
        hotkey().prop_map(|hotkey| Call::UnstakeAll { hotkey }),
        hotkey().prop_map(|hotkey| Call::UnstakeAllAlpha { hotkey }),
        (hotkey(), netuid(), limit()).prop_map(|(hotkey, netuid, limit)| Call::RemoveStakeFullLimit {
            hotkey,
            netuid,
            limit
        }),
        (hotkey(), netuid(), amount().prop_map(Tao::new), limit())
            .prop_map(|(hotkey, netuid, amount, limit)| Call::AddStakeBurn { hotkey, netuid, amount, limit }),
        (hotkey(), netuid(), amount().prop_map(Alpha::new))
            .prop_map(|(hotkey, netuid, amount)| Call::RecycleAlpha { hotkey, amount, netuid }),
        (hotkey(), netuid(), amount().prop_map(Alpha::new))
            .prop_map(|(hotkey, netuid, amount)| Call::BurnAlpha { hotkey, amount, netuid }),
        hotkey().prop_map(|hotkey| Call::TryAssociateHotkey { hotkey }),
        (hotkey(), netuid()).prop_map(|(hotkey, netuid)| Call::SetColdkeyAutoStakeHotkey { netuid, hotkey }),
        (hotkey(), any::<u16>()).prop_map(|(hotkey, take)| Call::IncreaseTake { hotkey, take }),
        (hotkey(), 0u16..11_796).prop_map(|(hotkey, take)| Call::DecreaseTake { hotkey, take }),
    ]
}

fn move_call() -> impl Strategy<Value = Call> {
    let route = (hotkey().prop_map(account), netuid(), netuid(), amount().prop_map(Alpha::new));
    let to = prop::sample::select(&SIGNERS[..]).prop_map(account);
    let other = hotkey().prop_map(account);
    (0..4, route, to, other, limit(), any::<bool>()).prop_map(
        |(kind, (hotkey, origin_netuid, destination_netuid, amount), to, other, limit, allow_partial)| {
            let destination_coldkey = to;
            let (origin_hotkey, destination_hotkey) = (hotkey, other);
            match kind {
                0 => Call::MoveStake {
                    origin_hotkey,
                    destination_hotkey,
                    origin_netuid,
                    destination_netuid,
                    amount,
                },
                1 => Call::TransferStake {
                    destination_coldkey,
                    hotkey,
                    origin_netuid,
                    destination_netuid,
                    amount,
                },
                2 => Call::SwapStake { hotkey, origin_netuid, destination_netuid, amount },
                _ => Call::SwapStakeLimit {
                    hotkey,
                    origin_netuid,
                    destination_netuid,
                    amount,
                    limit,
                    allow_partial,
                },
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn everything_adds_up_after_every_block(
        calls in prop::collection::vec((prop::sample::select(&SIGNERS[..]), any_call()), 1..60),
        per_block in 1usize..5,
    ) {
        let (mut builder, mut follower) = (chain(), chain());
        for calls in calls.chunks(per_block) {
            let mut transactions = Vec::new();
            let mut nonces = std::collections::BTreeMap::new();
            for (signer, call) in calls {
                let mut body = crate::testing::body(&builder, signer, call.clone());
                let ahead: &mut u64 = nonces.entry(*signer).or_default();
                body.nonce += *ahead;
                *ahead += 1;
                transactions.push(Transaction::sign(&crate::testing::key(signer), body));
            }
            let (block, _) = builder.produce(transactions);
            prop_assert_eq!(violations(&builder.state), vec![]);
            prop_assert!(follower.apply(&block).is_ok());
            prop_assert_eq!(&follower.tip, &builder.tip);
        }
    }

    #[test]
    fn every_call_survives_encoding(call in any_call()) {
        let bytes = borsh::to_vec(&call).expect("memory does not fail");
        prop_assert_eq!(borsh::from_slice::<Call>(&bytes).expect("just written"), call);
    }

    #[test]
    fn bytes_of_a_stranger_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = borsh::from_slice::<Transaction>(&bytes);
        let _ = borsh::from_slice::<crate::Block>(&bytes);
    }
}

#[test]
fn a_row_for_the_largest_subnet_fits_a_transaction() {
    let chain: MemoryChain = chain();
    let uids: Vec<u16> = (0..4_096).collect();
    let values = vec![u16::MAX; uids.len()];
    let call = Call::SetWeights { netuid: 1, uids, values, version_key: u64::MAX };
    assert!(signed(&chain, "//val-a", call).size() <= MAX_TRANSACTION_BYTES);
}
