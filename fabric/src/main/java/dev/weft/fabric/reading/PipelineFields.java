package dev.weft.fabric.reading;

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

  static final ObjectType CONSTANT =
      ObjectType.of(
          "Constant",
          "A fixed value of an output's own datatype.",
          required(
              "shape",
              new ListOf(new Whole(0, 1 << 20), 0, 32),
              "[1, 1]",
              "Sizes, outermost first; at most 1,048,576 elements."),
          required(
              "values",
              new ListOf(Scalar.CONSTANT, 0, 65_536),
              "[0]",
              "Elements in row-major order; one element fills the whole shape."));

  static final ObjectType STEP =
      ObjectType.of(
          "Step",
          "One use of a stage in a pipeline.",
          required("name", Scalar.PLAIN_NAME, "detect", "Its name, distinct in the pipeline."),
          required("stage", Scalar.NAME, "text-detection", "Name of the stage it runs."),
          optional(
              "variant",
              Scalar.NAME,
              "fp32",
              "Which of the stage's variants. Left out: the stage's first."),
          optional(
              "inputs",
              new MapOf(Scalar.TENSOR_NAME, Scalar.REFERENCE, 256),
              "{pixels: prepare.pixels}",
              "Source of each input of the stage: a pipeline input, or `step.output`."),
          optional(
              "when",
              Scalar.CONDITION,
              "max(vad.probability) >= 0.5",
              "Skipped unless this holds: `first`, `max`, `min`, `mean` or `count` of a tensor,"
                  + " compared with a number."),
          optional(
              "optional",
              Scalar.FLAG,
              "true",
              "Whether a failure skips the step instead of failing the frame. Left out: the"
                  + " stage's `required` decides."),
          optional(
              "gate",
              Scalar.PLAIN_NAME,
              "rerank",
              "Name of the feature gate that must be on, or the step is skipped."),
          optional(
              "standIn",
              new MapOf(Scalar.TENSOR_NAME, new Either(Scalar.REFERENCE, CONSTANT), 256),
              "{label: nearest.label, score: {shape: [1, 1], values: [0]}}",
              "What takes an output's place when the step is skipped: another tensor, or a"
                  + " constant."));

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
          required(
              "inputs",
              new ListOf(new Nested(INPUT), 1, 256),
              "[{name: frame, datatype: BYTES, shape: [1]}]",
              "What a request gives."),
          required(
              "steps",
              new ListOf(new Nested(STEP), 1, 256),
              "[{name: detect, stage: text-detection, inputs: {...}}]",
              "The stages run; their wiring decides the order, not the list."),
          required(
              "outputs",
              new MapOf(Scalar.PLAIN_NAME, new Either(Scalar.REFERENCE, OUTPUT), 256),
              "{text: ctc.text}",
              "What a frame is answered with: a reference, or fields of `Output`."),
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
