package dev.weft.fabric.reading;

import static dev.weft.fabric.reading.Field.optional;
import static dev.weft.fabric.reading.Field.required;

import dev.weft.fabric.reading.FieldType.Choice;
import dev.weft.fabric.reading.FieldType.Either;
import dev.weft.fabric.reading.FieldType.ListOf;
import dev.weft.fabric.reading.FieldType.MapOf;
import dev.weft.fabric.reading.FieldType.Nested;
import dev.weft.fabric.reading.FieldType.Scalar;
import dev.weft.fabric.reading.FieldType.Whole;
import java.util.List;

/** The fields of a pipeline's step. */
final class StepFields {

  /** What {@code do} may say. */
  static final String SKIP = "skip";

  static final String DEFER = "defer";
  static final String CHEAPER = "cheaper";

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

  static final ObjectType DEGRADE =
      ObjectType.of(
          "Degrade",
          "What a step does under load instead of running as declared.",
          required(
              "do",
              new Choice(List.of(SKIP, DEFER, CHEAPER)),
              "skip",
              "Not run (`skip`); run after the answer, in the background lane (`defer`); or run"
                  + " another variant (`cheaper`)."),
          required(
              "when",
              Scalar.LOAD,
              "cpu > 0.85 or slack < 20ms",
              "The load condition under which it does so."),
          optional(
              "within",
              Scalar.DURATION,
              "30s",
              "10s",
              "Time after the answer in which a step put off must have run; only with `defer`."),
          optional(
              "variant",
              Scalar.NAME,
              "int8",
              "The variant that runs instead; only with `cheaper`, and needed there."));

  static final ObjectType SHADOW =
      ObjectType.of(
          "Shadow",
          "Another variant that sees the same inputs as a step, in the shadow lane.",
          required("variant", Scalar.NAME, "int8", "Which of the stage's other variants."),
          optional(
              "percent",
              new Whole(0, 100),
              "100",
              "10",
              "Share of the frames it is offered; those it cannot keep up with pass it by."));

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
              "What takes an output's place when the step is skipped or put off: another tensor, or"
                  + " a constant."),
          optional(
              "degrade",
              new ListOf(new Nested(DEGRADE), 1, 4),
              "[{do: skip, when: cpu > 0.85 or slack < 20ms}]",
              "What it does under load instead; the first entry whose condition holds counts."),
          optional(
              "shadow",
              new Nested(SHADOW),
              "{variant: int8, percent: 10}",
              "Another variant that sees the same inputs, without a say in the answer."));

  private StepFields() {}
}
