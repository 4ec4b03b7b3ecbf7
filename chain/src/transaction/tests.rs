//! What a signature covers, and how calls are numbered.

use super::{Call, MAX_TRANSACTION_BYTES, Transaction};
use crate::testing::{account, chain, key, signed};
use taonet_subnets::amount::{Alpha, Tao};

#[test]
fn the_signature_covers_every_field() {
    let chain = chain();
    let good = signed(&chain, "//Alice", Call::Transfer { to: account("//Bob"), amount: Tao::new(5) });
    assert!(good.verify());
    let changes: [fn(&mut Transaction); 7] = [
        |transaction| transaction.body.signer = account("//Eve"),
        |transaction| transaction.body.nonce += 1,
        |transaction| transaction.body.genesis.0[0] ^= 1,
        |transaction| transaction.body.valid_from += 1,
        |transaction| transaction.body.valid_until += 1,
        |transaction| transaction.body.tip = Tao::new(1),
        |transaction| transaction.body.call = Call::Transfer { to: account("//Bob"), amount: Tao::new(6) },
    ];
    for change in changes {
        let mut forged = good.clone();
        change(&mut forged);
        assert!(!forged.verify() && forged.id() != good.id(), "{forged:?}");
    }
    let again = Transaction::sign(&key("//Alice"), good.body.clone());
    assert_eq!(
        (again.id(), again.size()),
        (good.id(), borsh::to_vec(&good).expect("memory does not fail").len())
    );
    assert!(good.size() < MAX_TRANSACTION_BYTES);
}

#[test]
fn the_numbers_of_calls_never_change() {
    let hotkey = account("//m1");
    let table: [(u8, Call); 9] = [
        (0, Call::Transfer { to: hotkey, amount: Tao::ZERO }),
        (10, Call::AddStake { hotkey, netuid: 1, amount: Tao::ZERO }),
        (12, Call::RemoveStake { hotkey, netuid: 1, amount: Alpha::ZERO }),
        (30, Call::RegisterNetwork { hotkey }),
        (31, Call::StartCall { netuid: 1 }),
        (40, Call::BurnedRegister { netuid: 1, hotkey }),
        (60, Call::SetWeights { netuid: 1, uids: Vec::new(), values: Vec::new(), version_key: 0 }),
        (81, Call::SetAuthorities { authorities: Vec::new() }),
        (150, Call::DevFund { account: hotkey, amount: Tao::ZERO }),
    ];
    for (number, call) in table {
        assert_eq!(borsh::to_vec(&call).expect("memory does not fail")[0], number, "{}", call.name());
    }
    assert!(borsh::from_slice::<Call>(&[255]).is_err());
}
