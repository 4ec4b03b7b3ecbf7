//! The table of all parameters. Adding one is adding a line: its number, name, type = default / value of a new subnet,
//! range, unit, what it is of, who may set it, whether it is frozen before an epoch, how often the owner may change it,
//! the error of a value out of range, and what it means.

use super::{
    MECHANISMS_RATE, Param, ParamId,
    Rate::{self, Blocks, Free, Setting, Tempos},
    Scope, Unit,
    Who::{self, Constant, Fixed, Owner, Root},
    Window::{self, Frozen, FrozenOwner, Open},
    define::params,
    value::Stored,
};
use crate::error::CallError;
use borsh::{BorshDeserialize, BorshSerialize};

params! {
    /// The parameters of one subnet.
    SubnetParams SUBNET
    1 tempo u16 = 360 / 360, 0..=65_535 Blocks Subnet Owner(360, 50_400), Frozen Blocks(360), TempoOutOfBounds
        "Blocks between two epochs; 0 means that none runs.";
    2 immunity_period u16 = 4_096 / 5_000, 0..=65_535 Blocks Subnet Owner(0, 65_535), Frozen Setting, ValueNotInBounds
        "For how long after its registration a neuron is hard to replace.";
    3 max_allowed_uids u16 = 256 / 256, 1..=256 Count Subnet Owner(1, 256), Frozen Setting, ValueNotInBounds
        "Slots for neurons; not below min_allowed_uids or the neurons there are.";
    4 min_allowed_uids u16 = 64 / 64, 0..=256 Count Subnet Root, Frozen Free, ValueNotInBounds
        "The least that max_allowed_uids may be; below it and below the neurons there are.";
    5 max_allowed_validators u16 = 128 / 64, 0..=256 Count Subnet Root, Frozen Free, ValueNotInBounds
        "Seats for validators; not above max_allowed_uids.";
    6 min_non_immune_uids u16 = 10 / 10, 0..=65_535 Count Subnet Root, Open Free, ValueNotInBounds
        "While no more neurons than this are past their immunity, immune ones are replaced instead.";
    7 immune_owner_uids_limit u16 = 1 / 1, 1..=10 Count Subnet Owner(1, 10), Frozen Setting, InvalidValue
        "How many of the owner's neurons are never replaced.";
    8 min_allowed_weights u16 = 1_024 / 1, 0..=65_535 Count Subnet Owner(0, 65_535), Frozen Setting, ValueNotInBounds
        "The least entries of a weights row; never more than there are neurons.";
    9 weights_version_key u64 = 0 / 0, 0..=18_446_744_073_709_551_615 Count Subnet
        Owner(0, 18_446_744_073_709_551_615), Frozen Tempos(5), ValueNotInBounds
        "The least version key of weights; 0 takes any.";
    10 weights_set_rate_limit u64 = 100 / 100, 0..=18_446_744_073_709_551_615 Blocks Subnet
        Root, Open Free, ValueNotInBounds
        "Blocks that a hotkey waits between two settings of weights.";
    11 commit_reveal_enabled bool = true / true, 0..=1 Flag Subnet Owner(0, 1), Frozen Setting, ValueNotInBounds
        "Whether weights are committed first and revealed later.";
    12 activity_cutoff_factor u32 = 13_889 / 13_889, 1_000..=50_000 Thousandths Subnet
        Owner(1_000, 50_000), FrozenOwner Setting,
        ActivityCutoffFactorMilliOutOfBounds
        "For how many thousandths of a tempo a validator may stay silent and still vote.";
    13 kappa u16 = 32_767 / 32_767, 0..=65_535 Part16 Subnet Root, Open Free, ValueNotInBounds
        "The share of stake that must support a weight.";
    14 bonds_moving_average u64 = 900_000 / 900_000, 0..=1_000_000 Millionths Subnet Owner(0, 975_000), Frozen Setting,
        ValueNotInBounds "How much of the old bonds an epoch keeps.";
    15 bonds_penalty u16 = 65_535 / 65_535, 0..=65_535 Part16 Subnet Owner(0, 65_535), Frozen Setting, ValueNotInBounds
        "How much of a validator's excess above the consensus its bonds are spared.";
    16 yuma3_enabled bool = false / true, 0..=1 Flag Subnet Owner(0, 1), Frozen Setting, ValueNotInBounds
        "Which bond formula: off for relative bonds, on for absolute ones.";
    17 liquid_alpha_enabled bool = false / false, 0..=1 Flag Subnet Owner(0, 1), Frozen Setting, ValueNotInBounds
        "Whether each pair of validator and miner has a bond rate of its own; needs yuma3_enabled.";
    18 alpha_low u16 = 45_875 / 45_875, 1_638..=65_535 Part16 Subnet
        Owner(1_638, 65_535), Frozen Setting, ValueNotInBounds
        "The lowest bond rate of liquid alpha; not above alpha_high, and only while liquid alpha is on.";
    19 alpha_high u16 = 58_982 / 58_982, 1_638..=65_535 Part16 Subnet
        Owner(1_638, 65_535), Frozen Setting, ValueNotInBounds
        "The highest bond rate of liquid alpha; not below alpha_low, and only while liquid alpha is on.";
    20 alpha_sigmoid_steepness i16 = 1_000 / 1_000, -32_768..=32_767 Hundredths Subnet Owner(0, 32_767), Frozen Setting,
        ValueNotInBounds "How sharply the bond rate of liquid alpha rises with the distance.";
    21 min_burn u64 = 500_000 / 500_000, 0..=999_999_999 Rao Subnet
        Owner(0, 999_999_999), Frozen Setting, ValueNotInBounds
        "The lowest price of a registration; below max_burn.";
    22 max_burn u64 = 100_000_000_000 / 100_000_000_000, 100_000_001..=21_000_000_000_000_000 Rao Subnet
        Owner(100_000_001, 21_000_000_000_000_000), Frozen Setting, ValueNotInBounds
        "The highest price of a registration; above min_burn.";
    23 burn_half_life u16 = 360 / 360, 1..=36_100 Blocks UserSubnet Owner(1, 36_100), Frozen Setting, InvalidValue
        "Blocks in which the price of a registration halves.";
    24 burn_increase_mult u128 = 23_242_897_532_874_035_200 / 23_242_897_532_874_035_200,
        18_446_744_073_709_551_616..=55_340_232_221_128_654_848 Fixed64 UserSubnet
        Owner(18_446_744_073_709_551_616, 55_340_232_221_128_654_848), Frozen Setting, InvalidValue
        "By what each registration multiplies the price of the next.";
    25 registration_allowed bool = true / true, 0..=1 Flag Subnet Root, Open Free, ValueNotInBounds
        "Whether neurons may register; a subnet that does not allow it emits nothing.";
    26 serving_rate_limit u64 = 50 / 50, 0..=18_446_744_073_709_551_615 Blocks Subnet
        Owner(0, 18_446_744_073_709_551_615), Frozen Setting, ValueNotInBounds
        "Blocks that a hotkey waits between two publications of its axon, or of its Prometheus.";
    27 recycle_withheld bool = false / false, 0..=1 Flag Subnet Owner(0, 1), Frozen Setting, ValueNotInBounds
        "Whether incentive withheld from the owner's own miners is recycled; otherwise it is burned.";
    28 owner_cut_enabled bool = true / true, 0..=1 Flag UserSubnet Owner(0, 1), Frozen Free, ValueNotInBounds
        "Whether the owner gets a cut of the subnet's alpha.";
    29 emission_enabled bool = true / false, 0..=1 Flag UserSubnet Root, Open Free, ValueNotInBounds
        "Whether the subnet shares in the TAO of each block.";
    30 subtoken_enabled bool = false / false, 0..=1 Flag Subnet Root, Frozen Free, ValueNotInBounds
        "Whether the subnet's token can be traded; set by the start call.";
    31 ema_price_halving u64 = 201_600 / 201_600, 0..=18_446_744_073_709_551_615 Blocks Subnet Root, Open Free,
        ValueNotInBounds "The age at which the moving price follows half as fast as it ever will.";
    32 fee_rate u16 = 33 / 33, 0..=10_000 Part16 Subnet Root, Open Free, FeeRateTooHigh
        "The fee of a trade in the subnet's pool.";
    33 max_registrations_per_block u16 = 1 / 1, 0..=65_535 Count Subnet Root, Frozen Free, ValueNotInBounds
        "How many may join root in a block; other subnets are limited by price alone.";
    34 target_registrations u16 = 2 / 2, 0..=65_535 Count Subnet Root, Frozen Free, ValueNotInBounds
        "A third of how many may join root in an interval; other subnets are limited by price alone.";
    35 rho u16 = 10 / 10, 0..=65_535 Count Subnet Owner(0, 65_535), Frozen Setting, ValueNotInBounds
        "The steepness of an earlier consensus; kept for tools, no rule reads it.";
    36 activity_cutoff u16 = 5_000 / 5_000, 360..=65_535 Blocks Subnet Owner(360, 65_535), Frozen Setting,
        ValueNotInBounds "The earlier form of activity_cutoff_factor; kept for tools, no rule reads it.";
    37 bonds_reset_enabled bool = false / false, 0..=1 Flag Subnet Owner(0, 1), Frozen Setting, ValueNotInBounds
        "Whether a commitment that asks for it clears the bonds to the committing neuron.";
    38 reveal_period u64 = 1 / 1, 1..=100 Epochs Subnet Owner(1, 100), Frozen Setting, ValueNotInBounds
        "Epochs between the commitment of weights and their reveal.";
    39 transfers_enabled bool = true / true, 0..=1 Flag Subnet Owner(0, 1), Frozen Setting, ValueNotInBounds
        "Whether stake of this subnet can be transferred to another coldkey.";
    40 owner_cut_auto_lock bool = false / false, 0..=1 Flag UserSubnet Owner(0, 1), Frozen Free, ValueNotInBounds
        "Whether the owner's cut is locked as it is paid.";
    41 min_childkey_take u16 = 0 / 0, 0..=65_535 Part16 Subnet Owner(0, 65_535), Frozen Setting, InvalidValue
        "The least part that a child keeps of what its parents lend it; within the network's range of such takes.";
    42 root_claim_threshold u64 = 500_000 / 500_000, 0..=10_000_000 Alpha Subnet Owner(0, 10_000_000), Open Free,
        InvalidRootClaimThreshold "Root dividends below it stay where they are until there are more.";
    43 mechanism_count u8 = 1 / 1, 1..=2 Count Subnet Owner(1, 2), Frozen MECHANISMS_RATE, InvalidValue
        "Separate competitions within the subnet; times max_allowed_uids it is at most 256.";
    44 initial_burn u64 = 100_000_000 / 1_000_000_000, 0..=21_000_000_000_000_000 Rao Subnet Fixed, Open Free,
        ValueNotInBounds "The price of a registration when the subnet is created; from there it moves by itself.";
    45 difficulty u64 = 10_000_000 / 10_000_000, 0..=18_446_744_073_709_551_615 Count Subnet
        Root, Frozen Free, ValueNotInBounds
        "The work that a registration by proof of work takes; only where the network allows those.";
    46 min_difficulty u64 = 10_000_000 / 10_000_000, 0..=18_446_744_073_709_551_615 Count Subnet
        Root, Frozen Free, ValueNotInBounds
        "The least difficulty; only where the network allows proof of work.";
    47 max_difficulty u64 = 4_611_686_018_427_387_904 / 4_611_686_018_427_387_904, 0..=18_446_744_073_709_551_615 Count
        Subnet Owner(0, 18_446_744_073_709_551_615), Frozen Setting, ValueNotInBounds
        "The largest difficulty; only where the network allows proof of work.";
    48 adjustment_interval u16 = 100 / 100, 0..=65_535 Blocks Subnet Root, Frozen Free, ValueNotInBounds
        "Blocks between two adjustments of price and difficulty; only under the earlier interval rule.";
    49 adjustment_alpha u64 = 0 / 0, 0..=18_446_744_073_709_551_615 Part64 Subnet
        Owner(0, 18_446_744_073_709_551_615), Frozen Setting, ValueNotInBounds
        "How much of the old price an adjustment keeps; only under the earlier interval rule.";
    50 validator_prune_len u64 = 1 / 1, 1..=1 Blocks Subnet Constant, Open Free, ValueNotInBounds
        "A remnant of an earlier consensus; no rule reads it.";
    51 scaling_law_power u16 = 50 / 50, 50..=50 Hundredths Subnet Constant, Open Free, ValueNotInBounds
        "A remnant of an earlier consensus; no rule reads it.";
    52 max_weight_limit u16 = 65_535 / 65_535, 65_535..=65_535 Part16 Subnet Constant, Open Free, ValueNotInBounds
        "The largest part of a weights row that one entry may be: all of it.";
    53 registration_rule u8 = 0 / 0, 0..=1 RegistrationRule UserSubnet Root, Open Free, ValueNotInBounds
        "How the price of a registration moves: half_life, or as it did until January 2026, interval.";
}

params! {
    /// The parameters of the whole network.
    NetworkParams NETWORK
    1_001 tao_weight u64 = 971_718_665_099_567_868 / 971_718_665_099_567_868, 0..=18_446_744_073_709_551_615 Part64
        Network
        Fixed, Open Free, ValueNotInBounds "What one TAO staked to root weighs against one alpha.";
    1_002 subnet_owner_cut u16 = 11_796 / 11_796, 0..=65_535 Part16 Network Root, Open Free, ValueNotInBounds
        "The owner's part of a subnet's alpha.";
    1_003 max_delegate_take u16 = 11_796 / 11_796, 0..=65_535 Part16 Network Root, Open Free, ValueNotInBounds
        "The largest part of dividends that a validator may choose to keep; who says nothing keeps 11,796.";
    1_004 subnet_moving_alpha u64 = 12_885 / 12_885, 0..=4_294_967_296 Fixed32 Network Root, Open Free, ValueNotInBounds
        "The weight of one block's price in the moving price of an old subnet.";
    1_005 max_epochs_per_block u8 = 2 / 2, 1..=255 Count Network Root, Open Free, ValueNotInBounds
        "How many epochs may run in a block; the others are deferred.";
    1_006 admin_freeze_window u16 = 10 / 10, 0..=65_535 Blocks Network Root, Open Free, ValueNotInBounds
        "Blocks before an epoch in which a subnet's parameters are frozen.";
    1_007 owner_hyperparam_rate_limit u16 = 2 / 2, 0..=65_535 Count Network Root, Open Free, ValueNotInBounds
        "Tempos that an owner waits between two changes of the same parameter.";
    1_008 stake_threshold u64 = 0 / 0, 0..=18_446_744_073_709_551_615 Rao Network Root, Open Free, ValueNotInBounds
        "The stake weight without which a hotkey cannot set weights.";
    1_009 nominator_min_required_stake u64 = 0 / 0, 0..=18_446_744_073_709_551_615 Millionths Network Root, Open Free,
        ValueNotInBounds "The least worth of a nomination, in millionths of min_stake; less is paid out.";
    1_010 min_stake u64 = 2_000_000 / 2_000_000, 0..=18_446_744_073_709_551_615 Rao Network
        Fixed, Open Free, ValueNotInBounds
        "The least that can be staked at once.";
    1_011 subnet_limit u16 = 128 / 128, 0..=4_095 Count Network Root, Open Free, ValueNotInBounds
        "How many subnets there can be, root not counted.";
    1_012 network_rate_limit u64 = 7_200 / 7_200, 0..=18_446_744_073_709_551_615 Blocks Network Root, Open Free,
        ValueNotInBounds "Blocks between two creations of subnets.";
    1_013 network_min_lock u64 = 1_000_000_000_000 / 1_000_000_000_000, 0..=21_000_000_000_000_000 Rao Network
        Root, Open Free,
        ValueNotInBounds "The least lock cost of a subnet.";
    1_014 lock_reduction_interval u64 = 100_800 / 100_800, 0..=18_446_744_073_709_551_615 Blocks Network
        Root, Open Free,
        ValueNotInBounds "Blocks in which the lock cost falls by the last one paid.";
    1_015 network_immunity_period u64 = 1_296_000 / 1_296_000, 0..=18_446_744_073_709_551_615 Blocks Network
        Root, Open Free,
        ValueNotInBounds "For how long after its creation a subnet cannot be replaced.";
    1_016 start_call_delay u64 = 0 / 0, 0..=18_446_744_073_709_551_615 Blocks Network Root, Open Free, ValueNotInBounds
        "Blocks between the creation of a subnet and its start.";
    1_017 min_delegate_take u16 = 0 / 0, 0..=65_535 Part16 Network Root, Open Free, ValueNotInBounds
        "The least part of dividends that a validator may keep.";
    1_018 childkey_take_min u16 = 0 / 0, 0..=65_535 Part16 Network Root, Open Free, ValueNotInBounds
        "The least part that a child may keep of what its parents lend it; a subnet may ask for more.";
    1_019 childkey_take_max u16 = 11_796 / 11_796, 0..=65_535 Part16 Network Root, Open Free, ValueNotInBounds
        "The largest part that a child may keep of what its parents lend it.";
    1_020 ck_burn u64 = 0 / 0, 0..=18_446_744_073_709_551_615 Part64 Network Root, Open Free, ValueNotInBounds
        "The part of a parent's dividend that is recycled when it comes through a child of another coldkey.";
    1_021 existential_deposit u64 = 500 / 500, 500..=500 Rao Network Constant, Open Free, ValueNotInBounds
        "The least an account may hold; an account left with less is removed and the rest is destroyed.";
    1_022 tx_rate_limit u64 = 1_000 / 1_000, 0..=18_446_744_073_709_551_615 Blocks Network Root, Open Free,
        ValueNotInBounds "Blocks that a coldkey waits between two swaps of its hotkeys.";
    1_023 tx_delegate_take_rate_limit u64 = 216_000 / 216_000, 0..=18_446_744_073_709_551_615 Blocks Network
        Root, Open Free, ValueNotInBounds
        "Blocks that a hotkey waits between two increases of its delegate take.";
    1_024 tx_childkey_take_rate_limit u64 = 216_000 / 216_000, 0..=18_446_744_073_709_551_615 Blocks Network
        Root, Open Free, ValueNotInBounds
        "Blocks that a hotkey waits between two increases of its childkey take.";
    1_025 pending_childkey_cooldown u64 = 7_200 / 7_200, 0..=18_446_744_073_709_551_615 Blocks Network
        Root, Open Free, ValueNotInBounds
        "Blocks between asking for other children and having them.";
    1_026 num_root_claims u64 = 5 / 5, 0..=50 Count Network Root, Open Free, InvalidNumRootClaim
        "For how many coldkeys at most a block claims root dividends by itself.";
    1_027 unlock_rate u64 = 934_866 / 934_866, 1..=18_446_744_073_709_551_615 Blocks Network Fixed, Open Free,
        ValueNotInBounds "The time constant with which a lock that is not perpetual lets go.";
    1_028 maturity_rate u64 = 934_866 / 934_866, 1..=18_446_744_073_709_551_615 Blocks Network Fixed, Open Free,
        ValueNotInBounds "The time constant with which a lock becomes conviction.";
    1_029 coldkey_swap_delay u64 = 36_000 / 36_000, 0..=18_446_744_073_709_551_615 Blocks Network Root, Open Free,
        ValueNotInBounds "Blocks between the announcement of a coldkey swap and the swap.";
    1_030 coldkey_swap_reannounce_delay u64 = 7_200 / 7_200, 0..=18_446_744_073_709_551_615 Blocks Network
        Root, Open Free, ValueNotInBounds
        "Blocks after the first possible swap before another one can be announced.";
    1_031 key_swap_cost u64 = 100_000_000 / 100_000_000, 0..=21_000_000_000_000_000 Rao Network
        Fixed, Open Free, ValueNotInBounds "What it costs to swap a coldkey, or a hotkey on all subnets.";
    1_032 key_swap_on_subnet_cost u64 = 1_000_000 / 1_000_000, 0..=21_000_000_000_000_000 Rao Network
        Fixed, Open Free, ValueNotInBounds "What it costs to swap a hotkey on one subnet.";
    1_033 hotkey_swap_interval u64 = 7_200 / 7_200, 0..=18_446_744_073_709_551_615 Blocks Network Fixed, Open Free,
        ValueNotInBounds "Blocks that a coldkey waits between two swaps of its hotkeys on the same subnet.";
    1_034 set_children_rate_limit u64 = 150 / 150, 0..=18_446_744_073_709_551_615 Blocks Network Fixed, Open Free,
        ValueNotInBounds "Blocks that a hotkey waits between two settings of its children on a subnet.";
    1_035 owner_hotkey_rate_limit u64 = 50_400 / 50_400, 0..=18_446_744_073_709_551_615 Blocks Network
        Fixed, Open Free, ValueNotInBounds "Blocks between two changes of a subnet's owner hotkey.";
    1_036 trim_rate_limit u64 = 216_000 / 216_000, 0..=18_446_744_073_709_551_615 Blocks Network Fixed, Open Free,
        ValueNotInBounds "Blocks that an owner waits between two trimmings of a subnet.";
    1_037 flow_cutoff i128 = 0 / 0,
        -387_381_625_547_900_583_936_000_000_000_000_000..=387_381_625_547_900_583_936_000_000_000_000_000 Fixed64
        Network
        Root, Open Free, ValueNotInBounds
        "The net flow in RAO up to which a subnet gets nothing; only where share_rule is flow.";
    1_038 flow_exponent u128 = 18_446_744_073_709_551_616 / 18_446_744_073_709_551_616,
        18_446_744_073_709_551_616..=36_893_488_147_419_103_232 Fixed64 Network Root, Open Free, InvalidValue
        "The power to which flows are raised before they are compared; only where share_rule is flow.";
    1_039 flow_smoothing u64 = 29_597_889_189_277 / 29_597_889_189_277, 0..=18_446_744_073_709_551_615 Part63 Network
        Root, Open Free, ValueNotInBounds
        "The weight of one block's flow in the averages of flows; only where share_rule is flow.";
    1_040 net_flow_enabled bool = true / true, 0..=1 Flag Network Root, Open Free, ValueNotInBounds
        "Whether what the protocol put into a subnet is taken off its flow; only where share_rule is flow.";
    1_041 network_registration_start_block u64 = 0 / 0, 0..=18_446_744_073_709_551_615 Blocks Network Root, Open Free,
        ValueNotInBounds "The first block in which users may create subnets.";
    1_050 share_rule u8 = 0 / 0, 0..=2 ShareRule Network Root, Open Free, ValueNotInBounds
        "How subnets share the TAO of a block: price_and_miners, or as it was before, price (2025) or flow (2025/26).";
    1_051 injection_rule u8 = 0 / 0, 0..=2 InjectionRule Network Root, Open Free, ValueNotInBounds
        "How much alpha joins it: root_proportion, or as before, block_emission (2025) or alpha_emission (2025/26).";
    1_052 pow_registration bool = false / false, 0..=1 Flag Network Root, Open Free, ValueNotInBounds
        "Whether work pays for a registration on subnets whose registration_rule is interval.";
    1_060 era_length u64 = 7_200 / 7_200, 1..=18_446_744_073_709_551_615 Blocks Network Root, Open Free,
        ValueNotInBounds "Blocks of an era; in its last one the authorities of the next are chosen.";
    1_061 max_authorities u16 = 64 / 64, 1..=128 Count Network Root, Open Free, ValueNotInBounds
        "How many candidates an election takes, in stake mode.";
    1_062 min_authorities u16 = 4 / 4, 1..=128 Count Network Root, Open Free, ValueNotInBounds
        "With fewer candidates than this an election changes nothing: four survive the loss of one.";
    1_063 authority_min_stake u64 = 1_000_000_000_000 / 1_000_000_000_000, 1..=21_000_000_000_000_000 Rao Network
        Root, Open Free, ValueNotInBounds "The root stake without which a hotkey cannot be elected.";
    1_064 jail_blocks u64 = 7_200 / 7_200, 0..=18_446_744_073_709_551_615 Blocks Network Root, Open Free,
        ValueNotInBounds "Blocks between the jailing of an authority and its first chance to be free.";
    1_065 max_missed_slots u32 = 0 / 0, 0..=4_294_967_295 Count Network Root, Open Free, ValueNotInBounds
        "After so many missed slots in a row an authority is jailed; 0 counts none.";
    1_066 jail_burn_share u16 = 0 / 0, 0..=65_535 Part16 Network Fixed, Open Free, ValueNotInBounds
        "The part of its owner's root stake that a proven liar loses, in stake mode.";
}

impl SubnetParams {
    /// Whether the price of a registration is adjusted once per interval.
    pub const fn uses_intervals(&self) -> bool {
        self.registration_rule == 1
    }

    /// The values of the root network at genesis.
    pub const ROOT: SubnetParams = SubnetParams {
        tempo: 100,
        max_allowed_uids: 64,
        subtoken_enabled: true,
        target_registrations: 1,
        ..SubnetParams::DEFAULT
    };
}
