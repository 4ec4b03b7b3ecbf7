//! The worked example of yuma.md section 14: two validators and three miners, under all three bond rules, with every
//! intermediate result that the text shows.

use std::collections::BTreeMap;

use taonet_subnets::fixed::I32F32;
use taonet_subnets::yuma::{
    Ballot, Neuron, Output, Params, Row, Rows, Step, Subnet, Trace, epoch, epoch_traced,
};

const BLOCK: u64 = 5_000_000;
const EMISSION: u64 = 360_000_000_000;

fn example(yuma3: bool, liquid_alpha: bool) -> (Subnet, Vec<Ballot>) {
    let neuron = |alpha_stake, registered_at, validator_permit| Neuron {
        alpha_stake,
        tao_stake: 0,
        registered_at,
        validator_permit,
    };
    let ballot = |last_update, weights: &[(u16, u16)], bonds: &[(u16, u16)]| Ballot {
        last_update,
        oldest_commit: None,
        weights: weights.to_vec(),
        bonds: bonds.to_vec(),
    };
    let subnet = Subnet {
        params: Params {
            max_allowed_validators: 64,
            yuma3,
            liquid_alpha,
            commit_reveal: false,
            ..Params::default()
        },
        owner_uid: None,
        last_step_block: 4_999_640,
        neurons: vec![
            neuron(6_000_000_000_000, 4_000_000, true),
            neuron(4_000_000_000_000, 4_000_000, true),
            neuron(0, 4_000_010, false),
            neuron(0, 4_000_020, false),
            neuron(0, 4_000_030, false),
        ],
    };
    let ballots = vec![
        ballot(4_999_900, &[(2, 65_535), (3, 32_768), (4, 0)], &[(2, 65_535), (3, 20_000)]),
        ballot(4_999_910, &[(2, 32_768), (3, 65_535), (4, 21_845)], &[(2, 30_000), (3, 65_535), (4, 65_535)]),
        ballot(4_000_010, &[], &[]),
        ballot(4_000_020, &[], &[]),
        ballot(4_000_030, &[], &[]),
    ];
    (subnet, ballots)
}

/// Keeps every vector and every matrix by its step.
#[derive(Default)]
struct Notes {
    vectors: BTreeMap<Step, Vec<i64>>,
    rows: BTreeMap<Step, Vec<Vec<(usize, i64)>>>,
}

impl Trace for Notes {
    fn vector(&mut self, step: Step, values: &[I32F32]) {
        self.vectors.insert(step, values.iter().map(|value| value.to_bits()).collect());
    }

    fn rows(&mut self, step: Step, rows: &Rows) {
        let row = |i| rows.pairs(i).map(|(uid, value)| (uid, value.to_bits())).collect();
        self.rows.insert(step, (0..rows.len()).map(row).collect());
    }
}

fn run(yuma3: bool, liquid_alpha: bool) -> (Output, Notes) {
    let (subnet, ballots) = example(yuma3, liquid_alpha);
    let mut notes = Notes::default();
    let output = epoch_traced(&subnet, &ballots, BLOCK, EMISSION, &mut notes);
    assert_eq!(output, epoch(&subnet, &ballots, BLOCK, EMISSION), "watching changes nothing");
    (output, notes)
}

fn check_what_all_rules_share(output: &Output, notes: &Notes) {
    assert_eq!(notes.vectors[&Step::Stake][..2], [2_576_980_377, 1_717_986_918]);
    let normalized = &notes.rows[&Step::WeightsNorm];
    assert_eq!(normalized[0], [(2, 2_863_296_966), (3, 1_431_670_329), (4, 0)]);
    assert_eq!(normalized[1], [(2, 1_171_367_716), (3, 2_342_699_684), (4, 780_899_894)]);
    assert_eq!(notes.vectors[&Step::Consensus], [0, 0, 2_863_296_966, 1_431_670_329, 0]);
    let clipped = &notes.rows[&Step::WeightsClipped];
    assert_eq!(clipped[0], normalized[0]);
    assert_eq!(clipped[1], [(2, 1_171_367_716), (3, 1_431_670_329)], "M3 is cut, M4 dropped");
    assert_eq!(notes.vectors[&Step::RanksRaw][2..4], [2_186_525_265, 1_431_670_328]);
    assert_eq!(output.active, [true, true, false, false, false]);
    assert_eq!(output.stake_weight, [39_320, 26_213, 0, 0, 0]);
    assert_eq!(output.consensus, [0, 0, 43_689, 21_845, 0]);
    assert_eq!(output.incentive, [0, 0, 39_603, 25_931, 0]);
    assert_eq!(output.validator_trust, [65_534, 39_718, 0, 0, 0]);
    assert_eq!(output.validator_permit, [true, true, false, false, false]);
    assert_eq!(output.server_emission, [0, 0, 108_776_470_860, 71_223_529_055, 0]);
}

/// What distinguishes the bond rules.
struct Expected {
    yuma3: bool,
    liquid_alpha: bool,
    dividends: [u16; 2],
    validator_emission: [u64; 2],
    bonds: [&'static [(u16, u16)]; 2],
}

#[test]
fn every_rule_pays_and_stores_what_the_text_says() {
    let cases = [
        Expected {
            yuma3: false,
            liquid_alpha: false,
            dividends: [34_575, 30_959],
            validator_emission: [94_964_929_902, 85_035_070_013],
            bonds: [&[(2, 65_535), (3, 24_293)], &[(2, 28_630), (3, 65_535), (4, 65_535)]],
        },
        Expected {
            yuma3: true,
            liquid_alpha: false,
            dividends: [40_176, 25_358],
            validator_emission: [110_351_055_040, 69_648_944_875],
            bonds: [&[(2, 63_350), (3, 20_184)], &[(2, 28_787), (3, 61_166), (4, 58_981)]],
        },
        Expected {
            yuma3: true,
            liquid_alpha: true,
            dividends: [45_037, 20_497],
            validator_emission: [123_700_936_278, 56_299_063_637],
            bonds: [&[(2, 49_549), (3, 21_294)], &[(2, 21_411), (3, 27_602)]],
        },
    ];
    for Expected { yuma3, liquid_alpha, dividends, validator_emission, bonds } in cases {
        let (output, notes) = run(yuma3, liquid_alpha);
        check_what_all_rules_share(&output, &notes);
        assert_eq!(output.dividends[..2], dividends);
        assert_eq!(output.validator_emission[..2], validator_emission);
        let expected: Vec<Row> = bonds.iter().map(|row| row.to_vec()).chain(vec![Row::new(); 3]).collect();
        assert_eq!(output.bonds, expected);
    }
}

#[test]
fn relative_bonds_step_by_step() {
    let (_, notes) = run(false, false);
    assert_eq!(notes.rows[&Step::BondsPrev][0], [(2, 2_946_257_201), (3, 1_004_259_612)]);
    assert_eq!(notes.rows[&Step::BondsDelta][0], [(2, 1_717_978_179), (3, 859_002_197), (4, 0)]);
    assert_eq!(notes.rows[&Step::BondsDeltaNorm][1], [(2, 920_361_837), (3, 1_717_986_917)]);
    assert_eq!(notes.rows[&Step::BondsEmaNorm][0], [(2, 2_989_092_028), (3, 1_161_531_688)]);
    assert_eq!(notes.vectors[&Step::Dividends][..2], [2_265_951_490, 2_029_015_805]);
}

#[test]
fn absolute_bonds_step_by_step() {
    let (_, notes) = run(true, false);
    assert_eq!(notes.rows[&Step::BondsPrev][0], [(2, 4_294_967_296), (3, 1_310_740_000)]);
    assert_eq!(notes.rows[&Step::BondsEma][1], [(2, 1_886_635_770), (3, 4_008_637_599), (4, 3_865_470_566)]);
    assert_eq!(notes.rows[&Step::BondsEmaNorm][0], [(2, 2_953_057_091), (3, 1_065_658_052)]);
    assert_eq!(notes.vectors[&Step::BondsTimesIncentive][..2], [2_206_239_199, 2_088_728_093]);
}

#[test]
fn liquid_rates_step_by_step() {
    let (_, notes) = run(true, true);
    assert_eq!(notes.rows[&Step::Alphas][0], [(2, 3_142_981_289), (3, 3_012_258_989), (4, 3_012_258_989)]);
    assert_eq!(notes.rows[&Step::Alphas][1], [(2, 3_041_820_676), (3, 3_729_031_919)]);
    assert_eq!(notes.rows[&Step::BondsEma][0], [(2, 3_247_296_208), (3, 1_395_554_025)]);
    assert_eq!(notes.rows[&Step::BondsEma][1], [(2, 1_403_250_414), (3, 1_808_958_661)]);
}
