package dev.weft.fabric.reading;

import static dev.weft.fabric.reading.CommonFields.ADMISSION;
import static dev.weft.fabric.reading.CommonFields.CAPTURE;
import static dev.weft.fabric.reading.CommonFields.DATATYPE;
import static dev.weft.fabric.reading.CommonFields.LANE;
import static dev.weft.fabric.reading.CommonFields.SHAPE;
import static dev.weft.fabric.reading.CommonFields.apiVersion;
import static dev.weft.fabric.reading.CommonFields.kind;
import static dev.weft.fabric.reading.CommonFields.labels;
import static dev.weft.fabric.reading.CommonFields.owner;
import static dev.weft.fabric.reading.CommonFields.summary;
import static dev.weft.fabric.reading.Field.optional;
import static dev.weft.fabric.reading.Field.required;

import dev.weft.fabric.manifest.Pairing;
import dev.weft.fabric.reading.FieldType.Either;
import dev.weft.fabric.reading.FieldType.ListOf;
import dev.weft.fabric.reading.FieldType.MapOf;
import dev.weft.fabric.reading.FieldType.Nested;
import dev.weft.fabric.reading.FieldType.Scalar;
import dev.weft.fabric.reading.FieldType.Whole;

/** The fields of a {@code Pipeline} document. */
final class PipelineFields {

  static final ObjectType INPUT =
      ObjectType.of(
          "Input",
          "A typed input of a pipeline.",
          required("name", Scalar.PLAIN_NAME, "frame", "Its name."),
          required("datatype", DATATYPE, "BYTES", "Element type, as the Open Inference Protocol."),
          required(
              "shape",
              SHAPE,
              "[1]",
              "Dimensions, outermost first: a size, a name (one size wherever it stands in the"
                  + " pipeline's inputs), or -1 (any size)."),
          optional("layout", Scalar.LAYOUT, "NHWC", "What the axes are."),
          optional("semantic", Scalar.SEMANTIC, "image/encoded", "What the values are."),
          optional(
              "required",
              Scalar.FLAG,
              "true",
              "false",
              "Whether a request must give it; steps that need an absent one are skipped."));

  static final ObjectType PAIRING =
      ObjectType.of(
          "Pairing",
          "How inputs that come one by one, each with the time it happened, become frames.",
          optional(
              "by",
              Scalar.NAME,
              "session",
              "camera",
              "Request attribute whose equal values belong together."),
          required(
              "inputs",
              new ListOf(Scalar.PLAIN_NAME, 2, 16),
              "[frame, clip]",
              "The inputs to pair. The first sets the pace; the others need `required: false`, as"
                  + " they may not come in time."),
          required(
              "tolerance",
              Scalar.DURATION,
              "40ms",
              "Most that the times of one frame's inputs may differ; at most `lateness`."),
          required(
              "lateness",
              Scalar.DURATION,
              "100ms",
              "Longest an input waits for its partners; then its frame goes on without them."),
          optional(
              "maxWaiting",
              new Whole(1, 65_536),
              String.valueOf(Pairing.DEFAULT_WAITING),
              "8",
              "Most inputs waiting for one value of `by`; beyond it the oldest goes on"
                  + " unpaired."));

  static final ObjectType TRACE =
      ObjectType.of(
          "Trace",
          "What is recorded of a pipeline's frames, where something records.",
          required(
              "capture",
              CAPTURE,
              "inputs",
              "How much: nothing (`off`); every decision and a digest of each tensor (`digests`);"
                  + " also what the outputs held (`outputs`); also what the inputs held, so that"
                  + " frames can be replayed (`inputs`)."),
          optional(
              "sample",
              new Whole(0, 100),
              "100",
              "10",
              "Share of the frames in percent; frames of one session are recorded all or none."),
          optional(
              "class",
              Scalar.NAME,
              "default",
              "audit",
              "Retention class that the records are kept under."));

  static final ObjectType CACHED =
      ObjectType.of(
          "Cached",
          "Which answers are kept, to be given once more and marked as stale.",
          optional(
              "by",
              CommonFields.CACHED_BY,
              "inputs",
              "session",
              "What a frame must have in common with an earlier one: every byte of its inputs"
                  + " (`inputs`), or the session (`session`)."),
          optional(
              "maxAge",
              Scalar.DURATION,
              "30s",
              "5min",
              "Age beyond which an answer is given no more."),
          optional(
              "maxAnswers",
              new Whole(1, 65_536),
              "64",
              "256",
              "Most answers kept by a node; the least lately used leave first."));

  static final ObjectType OUTPUT =
      ObjectType.of(
          "Output",
          "A named result of a pipeline.",
          required("from", Scalar.REFERENCE, "rerank.label", "The tensor that is answered."),
          optional(
              "required",
              Scalar.FLAG,
              "true",
              "false",
              "Whether every completed frame must have it; checked before anything loads."));

  static final ObjectType GATE =
      ObjectType.of(
          "Gate",
          "A switch that operators flip while frames flow.",
          optional("default", Scalar.SWITCH, "on", "off", "Its position at start."),
          optional(
              "stickyBy",
              Scalar.NAME,
              "session",
              "tenant",
              "Request attribute whose equal values have it alike, where operators turn it on for"
                  + " a share."),
          optional("summary", Scalar.TEXT, "Second pass", "What it turns on."));

  static final ObjectType ARM =
      ObjectType.of(
          "Arm",
          "One side of a split.",
          required("name", Scalar.PLAIN_NAME, "a", "Its name, distinct in the split."),
          optional(
              "stage",
              Scalar.NAME,
              "minilm-next",
              "Another stage of the same ABI. Left out: the step's."),
          optional(
              "variant",
              Scalar.NAME,
              "int8",
              "Variant of that stage. Left out: the step's, or the other stage's first."),
          required(
              "weight",
              new Whole(0, 1_000_000),
              "90",
              "Share of the traffic relative to the other arms."));

  static final ObjectType SPLIT =
      ObjectType.of(
          "Split",
          "An A/B split of the frames that reach one step.",
          required("name", Scalar.PLAIN_NAME, "ab", "Its name, distinct in the pipeline."),
          required("step", Scalar.PLAIN_NAME, "embed", "The step whose frames are split."),
          optional(
              "stickyBy",
              Scalar.NAME,
              "session",
              "tenant",
              "Request attribute whose equal values meet the same arm."),
          required(
              "arms",
              new ListOf(new Nested(ARM), 2, 16),
              "[{name: a, weight: 90}, {name: b, variant: fp32, weight: 10}]",
              "The sides, with a sum of weights above 0."));

  static final ObjectType PIPELINE =
      ObjectType.of(
          "Pipeline",
          "A graph of stages.",
          apiVersion(),
          kind("Pipeline"),
          required("name", Scalar.NAME, "kiosk", "Its name, distinct among all pipelines loaded."),
          summary("Reads the sign in front of the stall."),
          owner(),
          optional(
              "deadline",
              Scalar.DURATION,
              "1s",
              "100ms",
              "Time from a frame's admission to its answer, unless the request says."),
          optional(
              "lane",
              LANE,
              "interactive",
              "perception",
              "Priority class of a frame, unless the request says; most urgent first: perception,"
                  + " interactive, background, shadow."),
          optional(
              "maxInFlight",
              new Whole(1, 1_000_000),
              "64",
              "8",
              "Most frames inside at once; further ones are dropped at the door."),
          optional(
              "maxInFlightBytes",
              Scalar.SIZE,
              "256MiB",
              "64MiB",
              "Most input bytes of frames inside at once; frames beyond it are dropped at the"
                  + " door."),
          optional(
              "admission",
              ADMISSION,
              "predict",
              "open",
              "What the door does about a frame that, as it looks, cannot make its deadline: refuse"
                  + " it at once and say when to try again (`predict`), or let it in (`open`)."),
          optional(
              "pairing",
              new Nested(PAIRING),
              "{inputs: [frame, clip], tolerance: 40ms, lateness: 100ms}",
              "How inputs that come one by one become frames. Left out: a request brings all."),
          optional(
              "trace",
              new Nested(TRACE),
              "{capture: inputs}",
              "What is recorded of frames. Left out: nothing."),
          optional(
              "residency",
              CommonFields.RESIDENCY,
              "[eu-de, eu-fr]",
              "Where its frames may be: in these zones only, or never beyond the node they came to"
                  + " (`device-only`). A constraint, never a preference; what its stages, the"
                  + " tenant and the session say holds as well. Left out: anywhere."),
          optional(
              "fallback",
              new ListOf(CommonFields.FALLBACK, 1, 7),
              "[site, region, local]",
              "[region, cheaper, cached, refuse]",
              "What is tried, in order, when the node a frame came to cannot answer it in time:"
                  + " another node of its site (`site`), a node of role region at another site"
                  + " (`region`), any other node of another site (`elsewhere`), here even if it"
                  + " looks late (`local`), here with the variants of `do: cheaper` (`cheaper`),"
                  + " the last answer, marked as stale (`cached`), or a refusal that says why"
                  + " (`refuse`). The last of it must need no other node."),
          optional(
              "cached",
              new Nested(CACHED),
              "{by: session, maxAge: 5min}",
              "Which answers are kept for `cached` in `fallback`."),
          required(
              "inputs",
              new ListOf(new Nested(INPUT), 1, 256),
              "[{name: frame, datatype: BYTES, shape: [1]}]",
              "What a request gives."),
          required(
              "steps",
              new ListOf(new Nested(StepFields.STEP), 1, 256),
              "[{name: detect, stage: text-detection, inputs: {...}}]",
              "The stages run; their wiring decides the order, not the list."),
          required(
              "outputs",
              new MapOf(Scalar.PLAIN_NAME, new Either(Scalar.REFERENCE, OUTPUT), 256),
              "{text: ctc.text}",
              "What a frame is answered with: a reference, or fields of `Output`."),
          optional(
              "state",
              new MapOf(Scalar.PLAIN_NAME, Scalar.PLAIN_NAME, 64),
              "{h: hN}",
              "Inputs that hold what an output was one frame of the sequence before, zeros at the"
                  + " first; hidden from clients. Left out: frames know nothing of each other."),
          optional(
              "gates",
              new MapOf(Scalar.PLAIN_NAME, new Nested(GATE), 64),
              "{rerank: {default: off}}",
              "Feature gates by name."),
          optional(
              "splits",
              new ListOf(new Nested(SPLIT), 0, 64),
              "[{name: ab, step: embed, arms: [...]}]",
              "A/B splits, at most one for each step."),
          labels());

  private PipelineFields() {}
}
