//! From words to the exact call, one line for each intent that follows from its words alone.

use super::*;
use taonet_chain::{
    Authority, AxonInfo, ConsensusMode, RootClaimType,
    ledger::{
        commitments::Field,
        identities::{Identity, SubnetIdentity},
        swaps::coldkey_hash,
    },
    params::Param,
    transaction::PrometheusInfo,
};
use taonet_subnets::amount::{Alpha, Tao};

/// Asserts that words become calls.
fn become_calls(table: impl IntoIterator<Item = (Call, Call)>) {
    for (said, meant) in table {
        assert_eq!(said, meant);
    }
}

fn tao(text: &str) -> Tao {
    text.parse().expect("an amount")
}

fn alpha(text: &str) -> Alpha {
    text.parse().expect("an amount")
}

#[test]
fn tao_and_stake() {
    let (me, hotkey, netuid) = (signer(), account("//val-a"), 1);
    let (some, part) = (tao("1.5"), alpha("2.5"));
    become_calls([
        (call::<Transfer>("--to //Bob --amount 1.5"), Call::Transfer { to: account("//Bob"), amount: some }),
        (call::<AddStake>("-u 1 --amount 1.5"), Call::AddStake { hotkey: me, netuid, amount: some }),
        (
            call::<AddStake>("-u 1 -H //val-a --amount 1.5 --limit 0.02 --partial"),
            Call::AddStakeLimit { hotkey, netuid, amount: some, limit: 20_000_000, allow_partial: true },
        ),
        (
            call::<RemoveStake>("-u 1 -H //val-a --amount 2.5"),
            Call::RemoveStake { hotkey, netuid, amount: part },
        ),
        (
            call::<RemoveStake>("-u 1 -H //val-a --amount 2.5 --limit-price 0.02"),
            Call::RemoveStakeLimit { hotkey, netuid, amount: part, limit: 20_000_000, allow_partial: false },
        ),
        (
            call::<RemoveStakeFull>("-u 1 -H //val-a"),
            Call::RemoveStakeFullLimit { hotkey, netuid, limit: None },
        ),
        (
            call::<RemoveStakeFull>("-u 1 -H //val-a --limit-price 1"),
            Call::RemoveStakeFullLimit { hotkey, netuid, limit: Some(1_000_000_000) },
        ),
        (call::<UnstakeAll>("-H //val-a"), Call::UnstakeAll { hotkey }),
        (call::<UnstakeAllAlpha>(""), Call::UnstakeAllAlpha { hotkey: me }),
        (
            call::<AddStakeBurn>("-u 1 -H //val-a --amount 1.5 --limit-price 1"),
            Call::AddStakeBurn { hotkey, netuid, amount: some, limit: Some(1_000_000_000) },
        ),
        (
            call::<RecycleAlpha>("-u 1 -H //val-a --amount 2.5"),
            Call::RecycleAlpha { hotkey, amount: part, netuid },
        ),
        (call::<BurnAlpha>("-u 1 -H //val-a --amount 2.5"), Call::BurnAlpha { hotkey, amount: part, netuid }),
    ]);
}

#[test]
fn moves() {
    let (hotkey, amount) = (account("//val-a"), alpha("2.5"));
    become_calls([
        (
            call::<MoveStake>(
                "--origin-hotkey //val-a --dest-hotkey //val-b --origin-netuid 1 --dest-netuid 2 --amount 2.5",
            ),
            Call::MoveStake {
                origin_hotkey: hotkey,
                destination_hotkey: account("//val-b"),
                origin_netuid: 1,
                destination_netuid: 2,
                amount,
            },
        ),
        (
            call::<TransferStake>("--dest //Bob -H //val-a --origin-netuid 1 --amount 2.5"),
            Call::TransferStake {
                destination_coldkey: account("//Bob"),
                hotkey,
                origin_netuid: 1,
                destination_netuid: 1,
                amount,
            },
        ),
        (
            call::<SwapStake>("-H //val-a --origin-netuid 1 --destination-netuid 2 --amount 2.5"),
            Call::SwapStake { hotkey, origin_netuid: 1, destination_netuid: 2, amount },
        ),
        (
            call::<SwapStake>(
                "-H //val-a --origin-netuid 1 --dest-netuid 2 --amount 2.5 --limit 0.9 --allow-partial",
            ),
            Call::SwapStakeLimit {
                hotkey,
                origin_netuid: 1,
                destination_netuid: 2,
                amount,
                limit: 900_000_000,
                allow_partial: true,
            },
        ),
    ]);
}

#[test]
fn hotkeys_and_children() {
    let (hotkey, netuid) = (account("//val-a"), 1);
    let (half, quarter) = (u64::MAX / 2, u64::MAX / 4);
    let children = vec![(half, account("//m1")), (quarter, account("//m2"))];
    become_calls([
        (call::<AssociateHotkey>("-H //val-a"), Call::TryAssociateHotkey { hotkey }),
        (call::<SetAutoStake>("1 -H //val-a"), Call::SetColdkeyAutoStakeHotkey { netuid, hotkey }),
        (call::<IncreaseTake>("-H //val-a --take 0.18"), Call::IncreaseTake { hotkey, take: 11_796 }),
        (call::<DecreaseTake>("-H //val-a --take 1%"), Call::DecreaseTake { hotkey, take: 655 }),
        (
            call::<SetChildren>("1 -H //val-a --children //m1,//m2 --proportions .5,25%"),
            Call::SetChildren { hotkey, netuid, children },
        ),
        (call::<RevokeChildren>("1 -H //val-a"), Call::SetChildren { hotkey, netuid, children: vec![] }),
        (
            call::<SetChildkeyTake>("--netuid 1 -H //val-a --take 18%"),
            Call::SetChildkeyTake { hotkey, netuid, take: 11_796 },
        ),
        (
            call::<SetAutoParent>("off -H //val-a"),
            Call::SetAutoParentDelegationEnabled { hotkey, enabled: false },
        ),
    ]);
}

#[test]
fn claims_and_locks() {
    let (hotkey, netuid) = (account("//val-a"), 1);
    let kind = |claim_type| Call::SetRootClaimType { claim_type };
    become_calls([
        (call::<ClaimRoot>("--netuids 2,1"), Call::ClaimRoot { subnets: [1, 2].into() }),
        (call::<ClaimRoot>("-u 1"), Call::ClaimRoot { subnets: [1].into() }),
        (call::<SetRootClaimType>("swap"), kind(RootClaimType::Swap)),
        (call::<SetRootClaimType>("keep"), kind(RootClaimType::Keep)),
        (
            call::<SetRootClaimType>("keep --netuids 1,3"),
            kind(RootClaimType::KeepSubnets { subnets: [1, 3].into() }),
        ),
        (
            call::<LockStake>("1 -H //val-a --amount 2.5"),
            Call::LockStake { hotkey, netuid, amount: alpha("2.5") },
        ),
        (call::<MoveLock>("1 --dest-hotkey //val-a"), Call::MoveLock { destination_hotkey: hotkey, netuid }),
        (call::<SetLockMode>("perpetual -u 1"), Call::SetPerpetualLock { netuid, enabled: true }),
        (call::<SetLockMode>("decaying --netuid 1"), Call::SetPerpetualLock { netuid, enabled: false }),
        (call::<RejectLockedAlpha>("on"), Call::SetRejectLockedAlpha { enabled: true }),
    ]);
}

#[test]
fn subnets() {
    let (hotkey, netuid) = (account("//val-a"), 1);
    let named = SubnetIdentity {
        subnet_name: "tour".into(),
        subnet_url: "https://tour.example".into(),
        ..SubnetIdentity::default()
    };
    let count = Param::by_name("mechanism_count").expect("a parameter").id;
    become_calls([
        (call::<RegisterNetwork>("-H //val-a"), Call::RegisterNetwork { hotkey }),
        (
            call::<RegisterNetwork>("-H //val-a --name tour --subnet-url https://tour.example"),
            Call::RegisterNetworkWithIdentity { hotkey, identity: Some(named.clone().into()) },
        ),
        (call::<StartCall>("1"), Call::StartCall { netuid }),
        (
            call::<SetSubnetIdentity>("1 --subnet-name tour --subnet-url https://tour.example"),
            Call::SetSubnetIdentity { netuid, identity: named.into() },
        ),
        (call::<UpdateSymbol>("1 --symbol β"), Call::UpdateSymbol { netuid, symbol: "β".into() }),
        (call::<SetOwnerHotkey>("1 -H //val-a"), Call::SetOwnerHotkey { netuid, hotkey }),
        (call::<TrimSubnet>("1 --max 64"), Call::TrimSubnet { netuid, max_n: 64 }),
        (call::<TriggerEpoch>("-u 1"), Call::TriggerEpoch { netuid }),
        (
            call::<SetMechanismCount>("1 --count 2"),
            Call::SetParam { netuid: Some(1), param: count, value: 2 },
        ),
        (
            call::<SetMechanismSplit>("1 --parts .75,.25"),
            Call::SetMechanismSplit { netuid, split: Some(vec![49_152, 16_383]) },
        ),
        (call::<SetMechanismSplit>("1 --even"), Call::SetMechanismSplit { netuid, split: None }),
        (call::<DissolveNetwork>("1"), Call::DissolveNetwork { netuid }),
        (call::<BurnedRegister>("1 -H //val-a"), Call::BurnedRegister { netuid, hotkey }),
        (call::<BurnedRegister>("0 -H //val-a"), Call::RootRegister { hotkey }),
        (
            call::<BurnedRegister>("1 -H //val-a --limit-price 2"),
            Call::RegisterLimit { netuid, hotkey, limit: Tao::whole(2) },
        ),
        (call::<RootRegister>("-H //val-a"), Call::RootRegister { hotkey }),
    ]);
}

#[test]
fn what_keys_publish() {
    let netuid = 1;
    let (uids, values) = (vec![0, 3], vec![65_535, 32_768]);
    let axon = AxonInfo { version: 0, ip: 0x7f00_0001, port: 8_091, ip_type: 4, protocol: 2 };
    let fields = vec![
        Field::Raw(b"repo".into()),
        Field::Raw(vec![1, 255]),
        Field::Hash(Hash([0xab; 32])),
        Field::ResetBonds,
    ];
    let identity =
        Identity { name: "alice".into(), github_repo: "https://code.example".into(), ..Identity::default() };
    become_calls([
        (call::<ServeAxon>("1 --ip 127.0.0.1 --port 8091 --protocol 2"), Call::ServeAxon { netuid, axon }),
        (
            call::<ServeAxon>("1 --ip 127.0.0.1 --port 8091 --protocol 2 --certificate 0x01ff"),
            Call::ServeAxonTls { netuid, axon, certificate: vec![1, 255] },
        ),
        (
            call::<ServePrometheus>("1 --ip ::1 --port 9100 --version 3"),
            Call::ServePrometheus {
                netuid,
                prometheus: PrometheusInfo { version: 3, ip: 1, port: 9_100, ip_type: 6 },
            },
        ),
        (
            call::<SetCommitment>(&format!(
                "1 --data repo --hex 0x01ff --hash {} --reset-bonds",
                "ab".repeat(32)
            )),
            Call::SetCommitment { netuid, fields },
        ),
        (call::<SetCommitment>("1"), Call::SetCommitment { netuid, fields: vec![] }),
        (
            call::<SetIdentity>("--name alice --github https://code.example"),
            Call::SetIdentity { identity: identity.into() },
        ),
        (
            call::<SetWeights>("1 --uids 0,3 --weights 1,.5 --version-key 7"),
            Call::SetWeights { netuid, uids: uids.clone(), values: values.clone(), version_key: 7 },
        ),
        (
            call::<SetWeights>("1 --mechid 1 --uids 0,3 --weights 1,.5"),
            Call::SetMechanismWeights { netuid, mechanism: 1, uids, values, version_key: 0 },
        ),
    ]);
}

#[test]
fn swaps_and_governance() {
    let (hotkey, new_hotkey) = (account("//val-a"), account("//new"));
    let (old_coldkey, new_coldkey) = (account("//Bob"), account("//Dave"));
    let param = Param::by_name("tempo").expect("a parameter").id;
    let authorities =
        vec![Authority { id: account("//Alice"), power: 1 }, Authority { id: account("//Bob"), power: 3 }];
    become_calls([
        (
            call::<SwapHotkey>("-H //val-a --new-hotkey //new"),
            Call::SwapHotkey { hotkey, new_hotkey, netuid: None },
        ),
        (
            call::<SwapHotkey>("-H //val-a --new-hotkey //new -u 1 --keep-stake"),
            Call::SwapHotkeyV2 { hotkey, new_hotkey, netuid: Some(1), keep_stake: true },
        ),
        (
            call::<AnnounceColdkeySwap>("//Dave"),
            Call::AnnounceColdkeySwap { new_coldkey_hash: coldkey_hash(&new_coldkey) },
        ),
        (call::<SwapColdkeyAnnounced>("//Dave"), Call::SwapColdkeyAnnounced { new_coldkey }),
        (call::<DisputeColdkeySwap>(""), Call::DisputeColdkeySwap),
        (call::<ClearColdkeySwap>(""), Call::ClearColdkeySwapAnnouncement),
        (call::<ResetColdkeySwap>("//Bob"), Call::ResetColdkeySwap { coldkey: old_coldkey }),
        (
            call::<SwapColdkey>("--old-coldkey //Bob --new-coldkey //Dave"),
            Call::SwapColdkey { old_coldkey, new_coldkey },
        ),
        (call::<SetParam>("tempo 20 -u 1"), Call::SetParam { netuid: Some(1), param, value: 20 }),
        (
            call::<SetAuthorities>("--authority //Alice --authority //Bob=3"),
            Call::SetAuthorities { authorities },
        ),
        (call::<SetConsensusMode>("stake"), Call::SetConsensusMode { mode: ConsensusMode::Stake }),
        (call::<JoinAuthorities>("-H //val-a"), Call::JoinAuthorities { hotkey }),
        (call::<LeaveAuthorities>(""), Call::LeaveAuthorities { hotkey: signer() }),
        (call::<UnjailAuthority>("-H //val-a"), Call::UnjailAuthority { authority: hotkey }),
    ]);
}
