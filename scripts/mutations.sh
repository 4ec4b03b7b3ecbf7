#!/bin/sh
# Breaks agreement in one line at a time, in a copy of this tree, and expects a test to notice each time.
#
#   scripts/mutations.sh            all of them
#   scripts/mutations.sh lock       those whose name contains "lock"
#
# Each mutation is: name % file % the line, as a basic regular expression % what it becomes.
# A mutation that no longer finds its line is an error, not a success. Exit code 0 only if every mutation was caught.
set -eu
cd "$(dirname "$0")/.."
here=$PWD
copy=${TMPDIR:-/tmp}/taonet-mutations
only=${1:-}
rules=consensus/src/tendermint/rules.rs
replica=consensus/src/replica.rs

mutations() {
    cat <<LIST
no log replay after a crash%$replica%replica.replay(log);%drop(log);
log without timeouts%$replica%self.record(|| Record::Timeout { round, step });%
nothing synced before it is sent%consensus/src/replica/agree.rs%self.must_sync = true;%self.must_sync = false;
a damaged log is read%consensus/src/store.rs%Record::Vote(vote) => vote.height == height .*,%Record::Vote(_) => true,
wiped nodes vote at once%$replica%if tip.height == 0 { Guard::Observing } else { Guard::Open }%Guard::Open
ignore the lock (L23)%$rules%self.locked.is_none_or(|(_, locked)| locked == value);%true;
never lock (L38)%$rules%self.locked = Some((self.round, value));%
quorum is a bare majority%chain/src/authority.rs%power \* 3 > self.total() \* 2%power * 2 > self.total()
no prevote timer (L34)%$rules%out.push(Output::Schedule { round: self.round, step: Step::Prevote });%
no precommit timer (L47)%$rules%out.push(Output::Schedule { round: self.round, step: Step::Precommit });%
no quorum inside a re-proposal%$rules%Some((valid.round, valid.polka.clone()))%Some((valid.round, Vec::new()))
drop the round check (L29)%$rules%is_none_or(|(round, locked)| round <= valid_round || locked == value)%is_none_or(|(round, _)| round <= valid_round || round > 0 || value == value)
no round skipping (L55)%$rules%(self.upon_higher_round(out)  *// L55%(false
f + 1 becomes anyone (L55)%$rules%self.authorities.is_blocking(power)%self.authorities.is_blocking(power) || power > 0
valid not updated in precommit (L42)%$rules%self.valid = Some(ValidValue { round: self.round, value, polka: votes });%if self.valid.is_none() { self.valid = Some(ValidValue { round: self.round, value, polka: votes }); }
synced blocks are not verified%consensus/src/replica/catch_up.rs%if !fits || certificate.verify(.*).is_err() {%if !fits {
stamps of the future are prevoted%consensus/src/timing.rs%timestamp <= now.saturating_add(timing.max_drift_ms)%timestamp / 2 <= now.saturating_add(timing.max_drift_ms)
double votes go unnoticed%consensus/src/replica/agree.rs%if !known \&\& self.evidence.len() < MAX_EVIDENCE%if !known \&\& self.evidence.len() > MAX_EVIDENCE
certificates bear no witness%consensus/src/replica/catch_up.rs%self.compare(&certificate);%
new nodes watch like wiped ones%$replica%if self.config.trust_empty \&\& %if false \&\& self.config.trust_empty \&\& %
early proposals are held against peers%consensus/src/replica/receive.rs%Err(Offence::Proposal) if is_about_its_block(.proposed) => Verdict::Ignore,%
LIST
}

# The copy is made of what git knows, so that compiled artifacts stay where they are.
rm -rf "$copy/tree"
mkdir -p "$copy/tree"
git ls-files -z | xargs -0 tar cf - | tar xf - -C "$copy/tree"
cd "$copy/tree"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$copy/target}" CARGO_INCREMENTAL=1

printf '%-40s %s\n' MUTATION 'CAUGHT BY' 
missed=0
mutations > "$copy/list"
while IFS='%' read -r name file line instead; do
    case $name in *"$only"*) ;; *) continue ;; esac
    cp "$file" "$copy/original"
    sed "s%$line%$instead%" "$copy/original" > "$file"
    if cmp -s "$file" "$copy/original"; then
        printf '%-40s %s\n' "$name" 'ERROR: its line is not there any more'
        missed=$((missed + 1))
        continue
    fi
    if cargo test --release -p taonet-consensus --lib --test it > "$copy/log" 2>&1 < /dev/null; then
        printf '%-40s %s\n' "$name" 'NOTHING'
        missed=$((missed + 1))
    elif grep -q '^test result: FAILED' "$copy/log"; then
        printf '%-40s %s\n' "$name" "$(sed -n 's/^test \(.*\) \.\.\. FAILED$/\1/p' "$copy/log" | head -3 | paste -sd ' ' -)"
    else
        printf '%-40s %s\n' "$name" 'ERROR: it does not compile'
        missed=$((missed + 1))
    fi
    cp "$copy/original" "$file"
done < "$copy/list"
cd "$here"
[ "$missed" -eq 0 ] || { echo "$missed mutations were not caught" >&2; exit 1; }
