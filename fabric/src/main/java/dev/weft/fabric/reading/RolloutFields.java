package dev.weft.fabric.reading;

import static dev.weft.fabric.reading.CommonFields.METRIC;
import static dev.weft.fabric.reading.CommonFields.apiVersion;
import static dev.weft.fabric.reading.CommonFields.kind;
import static dev.weft.fabric.reading.CommonFields.labels;
import static dev.weft.fabric.reading.CommonFields.owner;
import static dev.weft.fabric.reading.CommonFields.summary;
import static dev.weft.fabric.reading.Field.optional;
import static dev.weft.fabric.reading.Field.required;

import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.manifest.RolloutManifest.Evidence;
import dev.weft.fabric.reading.FieldType.Choice;
import dev.weft.fabric.reading.FieldType.Either;
import dev.weft.fabric.reading.FieldType.ListOf;
import dev.weft.fabric.reading.FieldType.Nested;
import dev.weft.fabric.reading.FieldType.Real;
import dev.weft.fabric.reading.FieldType.Scalar;
import dev.weft.fabric.reading.FieldType.Whole;
import java.util.List;

/** The fields of a {@code Rollout} document. */
final class RolloutFields {

  /** What {@code whenInconclusive} may say. */
  static final String PAUSE = "pause";

  static final String ROLL_BACK = "rollBack";

  /** What {@code evidence.whenTooFew} may say. */
  static final String WAIT = "wait";

  static final String REPLAY = "replay";

  private static final Whole COUNT = new Whole(1, 1_000_000_000);
  private static final Real RATIO = new Real(0.01, 100);

  static final ObjectType STEP =
      ObjectType.of(
          "RolloutStep",
          "One share of the traffic.",
          required(
              "answers",
              Scalar.EXPOSURE,
              "5%",
              "Share of the sessions that the candidate answers; none in the `shadow`."),
          optional(
              "compared",
              Scalar.SHARE,
              "50%",
              "Share of the frames that both variants run. Left out: the rollout's `compared`."));

  static final ObjectType EVIDENCE =
      ObjectType.of(
          "Evidence",
          "How much a verdict on one step needs.",
          optional(
              "samplesMin",
              COUNT,
              "200",
              "1000",
              "Least runs or compared frames before a limit counts as kept; a limit that is broken"
                  + " needs no least."),
          optional(
              "sessionsMin",
              new Whole(0, Evidence.SESSIONS_MAX),
              "1",
              "20",
              "Least sessions of the candidate, and where both variants answer of the other too,"
                  + " before a limit counts as kept: frames of one session are alike."),
          optional(
              "samplesMax",
              COUNT,
              "20000",
              "5000",
              "Runs or compared frames after which a limit that is still open stays open."),
          optional(
              "whenTooFew",
              new Choice(List.of(WAIT, REPLAY)),
              WAIT,
              REPLAY,
              "What follows where callers bring too few frames in the `shadow`: it waits for more"
                  + " (`wait`), or recorded ones are run again (`replay`)."));

  static final ObjectType TAIL_LATENCY =
      ObjectType.of(
          "TailLatency",
          "A limit on how long callers wait, held against the other variant at the same time; only"
              + " at steps where both answer.",
          optional(
              "quantile", new Real(0.5, 0.999), "0.95", "0.99", "The quantile of latency meant."),
          required("ratio", RATIO, "1.25", "Most, as a multiple of the other variant's."));

  static final ObjectType CPU_TIME =
      ObjectType.of(
          "CpuTime",
          "A limit on mean processor time per run.",
          required("ratio", RATIO, "1.10", "Most, as a multiple of the other variant's."));

  static final ObjectType OUTPUT =
      ObjectType.of(
          "OutputLimit",
          "A limit on how far an output may lie from the other variant's on the same inputs.",
          required("tensor", Scalar.TENSOR_NAME, "logits", "Which of the stage's outputs."),
          required(
              "metric",
              METRIC,
              "relative-l2",
              "What is measured of each frame: a distance (needs `above`) or a share (has none)."),
          optional(
              "above",
              new Real(0, 1_000_000),
              "0.05",
              "Distance beyond which a frame counts, in the metric's unit."),
          required(
              "share",
              Scalar.PART,
              "2%",
              "Most: of the frames beyond `above`, or the mean share of a metric that is one."));

  static final ObjectType LIMITS =
      ObjectType.of(
          "Limits",
          "What the candidate must keep to; at least one.",
          optional(
              "tailLatency",
              new Nested(TAIL_LATENCY),
              "{quantile: 0.95, ratio: 1.25}",
              "How long callers wait."),
          optional("cpu", new Nested(CPU_TIME), "{ratio: 1.10}", "Processor time per run."),
          optional(
              "failedRuns",
              Scalar.PART,
              "1%",
              "0.1%",
              "Most of the candidate's runs that may fail, and that may be late beyond the stable"
                  + " variant's share."),
          optional(
              "outputs",
              new ListOf(new Nested(OUTPUT), 0, RolloutManifest.OUTPUTS_MAX),
              "[{tensor: logits, metric: top1-flips, share: 1%}]",
              "How far outputs may lie apart."));

  static final ObjectType ERRORS =
      ObjectType.of(
          "Errors",
          "How often a rollout may be decided wrongly, however often it is looked at.",
          optional(
              "falsePromotion",
              Scalar.PART,
              "0.5%",
              "0.1%",
              "Most of the candidates beyond a limit that are promoted."),
          optional(
              "falseRollback",
              Scalar.PART,
              "1%",
              "5%",
              "Most of the candidates within all limits that are rolled back."));

  static final ObjectType DRIFT =
      ObjectType.of(
          "Drift",
          "The watch over a promoted candidate: it is taken back if its outputs drift.",
          optional(
              "watch",
              Scalar.WATCH,
              "10min",
              "7d",
              "How long after the promotion; `off` for not at all."),
          optional(
              "compared",
              Scalar.SHARE,
              "5%",
              "1%",
              "Share of the frames that the replaced variant runs as well."),
          optional(
              "window",
              new Whole(RolloutManifest.Drift.WINDOW_MIN, 1_000_000_000),
              "200",
              "1000",
              "Compared frames after which a window is judged, and the next begins."),
          optional(
              "flips",
              Scalar.PART,
              "10%",
              "2%",
              "Mean share of an output's rows with another largest element, or of names that"
                  + " differ, that is normal."),
          optional(
              "ks",
              new Real(0, 0.999),
              "0.1",
              "0.05",
              "Kolmogorov-Smirnov distance of an output's two distributions that is normal."),
          optional(
              "psi",
              new Real(0, 100),
              "0.25",
              "0.1",
              "Population stability index of an output's two distributions that is normal, in"
                  + " nats."),
          optional(
              "falseAlarm",
              Scalar.PART,
              "0.1%",
              "0.01%",
              "Most of the windows in which all is normal that sound an alarm."));

  static final ObjectType ROLLOUT =
      ObjectType.of(
          "Rollout",
          "A change of the variant that a stage runs, step by step and judged at each.",
          apiVersion(),
          kind("Rollout"),
          required(
              "name", Scalar.NAME, "minilm-int8", "Its name, distinct among all rollouts loaded."),
          summary("Has int8 answer in place of fp32."),
          owner(),
          required("stage", Scalar.NAME, "minilm", "The stage whose variant changes."),
          required("candidate", Scalar.NAME, "int8", "The variant to come, one of the stage's."),
          optional(
              "steps",
              new ListOf(new Either(Scalar.EXPOSURE, STEP), 1, RolloutManifest.STEPS_MAX),
              "[shadow, 1%, 5%, 25%, 50%, 100%]",
              "[shadow, {answers: 10%, compared: 50%}, 100%]",
              "What the candidate answers at each step, growing; a bare share stands for"
                  + " `answers`."),
          optional(
              "compared",
              Scalar.SHARE,
              "100%",
              "20%",
              "Share of the frames that both variants run, at steps that do not say."),
          optional("dwell", Scalar.PERIOD, "30s", "10min", "Shortest time at a step."),
          optional(
              "giveUpAfter",
              Scalar.PERIOD,
              "1h",
              "6h",
              "Longest time at a step without a verdict; more than `dwell`."),
          optional(
              "whenInconclusive",
              new Choice(List.of(PAUSE, ROLL_BACK)),
              PAUSE,
              ROLL_BACK,
              "What follows where no verdict comes: it stays until somebody says more (`pause`), or"
                  + " is rolled back (`rollBack`)."),
          optional(
              "evidence", new Nested(EVIDENCE), "{samplesMin: 1000}", "How much a verdict needs."),
          required(
              "limits", new Nested(LIMITS), "{failedRuns: 1%}", "What the candidate must keep to."),
          optional(
              "errors",
              new Nested(ERRORS),
              "{falsePromotion: 0.1%}",
              "How often it may be decided wrongly."),
          optional(
              "drift", new Nested(DRIFT), "{watch: 1h, compared: 1%}", "The watch afterwards."),
          labels());

  private RolloutFields() {}
}
