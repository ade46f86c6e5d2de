//! Test runs: what is pinned with the draft when one is made, and what a dry run says of a step that it did not perform.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{RunId, Span, StepId, Text, Value};

/// The longest that a test run is kept once finished.
pub const TEST_KEEP: Span = Span::from_secs(86_400);

/// How much of a flow a test run runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum TestPart {
    #[default]
    Whole,
    /// The step, and all that comes before it.
    Until { step: StepId },
    /// The step alone, with what comes before it given.
    Step { step: StepId },
}

impl TestPart {
    pub fn step(&self) -> Option<&StepId> {
        match self {
            Self::Whole => None,
            Self::Until { step } | Self::Step { step } => Some(step),
        }
    }
}

/// What a test run is to do. Written once, with the run; the same for every worker that takes the run up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TestPlan {
    #[serde(flatten)]
    pub part: TestPart,
    /// Nothing goes out: steps of effect say what they would send.
    #[serde(default)]
    pub dry_run: bool,
    /// The revision of the draft; absent where the document came from elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft_revision: Option<i64>,
    /// The sample that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
    /// The run that its data came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_run: Option<RunId>,
    /// Outcomes that are given.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<StepId, GivenOutput>,
    /// Steps that are not run: what is given of them stands.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub kept: BTreeSet<StepId>,
    /// The only item of the loop around the tested step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Value>,
}

/// What a step is taken to have given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GivenOutput {
    #[serde(default)]
    pub output: Value,
    /// The named exit that it took; absent for steps with only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}

/// Where the output of a step of a dry run comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownFrom {
    /// It was given: by the sample, an earlier run, or the request.
    Given,
    /// The operation's own example.
    Example,
    /// What would most likely come: an approval is given, a pause is over.
    Assumed,
    /// It is not known, since nothing was sent. Nothing that reads it runs.
    Unknown,
}

/// A step of effect in a dry run: what it would have done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// The resolved input.
    pub input: Value,
    /// The request that would go out; absent for what sends none, and for operations that cannot show theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Value>,
    /// What would happen, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    pub output_from: KnownFrom,
}

/// Named data that a flow is tried with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// What it is, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// `trigger` as expressions see it, or those fields of it that matter.
    #[serde(default)]
    pub trigger: Value,
    /// What steps gave, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<StepId, Value>,
    /// Which named exit steps took, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ports: BTreeMap<StepId, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_plan_survives_json_and_says_its_part_flat() {
        let step: StepId = "create".parse().expect("a step");
        let plan = TestPlan { part: TestPart::Until { step }, dry_run: true, ..TestPlan::default() };
        let text = serde_json::to_string(&plan).expect("serialises");
        assert_eq!(text, r#"{"part":"until","step":"create","dry_run":true}"#);
        assert_eq!(serde_json::from_str::<TestPlan>(&text).expect("reads"), plan);
        assert_eq!(
            serde_json::from_str::<TestPlan>(r#"{"part":"whole"}"#).expect("reads"),
            TestPlan::default()
        );
    }

    #[test]
    fn decimals_survive_a_flattened_plan() {
        let text =
            r#"{"part":"whole","dry_run":false,"outputs":{"a":{"output":{"total":1.10}}},"item":2.50}"#;
        let plan: TestPlan = serde_json::from_str(text).expect("reads");
        let again = serde_json::to_string(&plan).expect("serialises");
        assert!(again.contains("1.10") && again.contains("2.50"), "{again}");
    }
}
