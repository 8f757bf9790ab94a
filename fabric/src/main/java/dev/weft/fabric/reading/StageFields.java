package dev.weft.fabric.reading;

import static dev.weft.fabric.reading.CommonFields.DATATYPE;
import static dev.weft.fabric.reading.CommonFields.ISOLATION;
import static dev.weft.fabric.reading.CommonFields.NODE_CLASS;
import static dev.weft.fabric.reading.CommonFields.OVERFLOW;
import static dev.weft.fabric.reading.CommonFields.SHAPE;
import static dev.weft.fabric.reading.CommonFields.apiVersion;
import static dev.weft.fabric.reading.CommonFields.kind;
import static dev.weft.fabric.reading.CommonFields.labels;
import static dev.weft.fabric.reading.CommonFields.owner;
import static dev.weft.fabric.reading.CommonFields.summary;
import static dev.weft.fabric.reading.Field.optional;
import static dev.weft.fabric.reading.Field.required;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.reading.FieldType.KindOptions;
import dev.weft.fabric.reading.FieldType.ListOf;
import dev.weft.fabric.reading.FieldType.MapOf;
import dev.weft.fabric.reading.FieldType.Nested;
import dev.weft.fabric.reading.FieldType.Scalar;
import dev.weft.fabric.reading.FieldType.Whole;

/** The fields of a {@code Stage} document. */
final class StageFields {

  static final ObjectType TENSOR =
      ObjectType.of(
          "Tensor",
          "The contract of one input or output tensor of a stage.",
          required("name", Scalar.TENSOR_NAME, "input_ids", "Its name; a model's own for `onnx`."),
          required("datatype", DATATYPE, "INT64", "Element type, as the Open Inference Protocol."),
          required(
              "shape",
              SHAPE,
              "[batch, 3, 224, 224]",
              "Dimensions, outermost first: a size, a name (one size wherever it stands in this"
                  + " stage), or -1 (any size). `[]` is a scalar."),
          optional("layout", Scalar.LAYOUT, "NCHW", "What the axes are."),
          optional(
              "semantic",
              Scalar.SEMANTIC,
              "image/rgb",
              "What the values are; an input tagged `image` accepts `image/rgb`."));

  static final ObjectType ABI =
      ObjectType.of(
          "Abi",
          "What a stage takes and gives.",
          optional(
              "version",
              new Whole(1, 1_000_000),
              "1",
              "2",
              "Raised by the owner when inputs or outputs change."),
          optional(
              "inputs",
              new ListOf(new Nested(TENSOR), 0, 256),
              "[{name: x, datatype: FP32, shape: [1, 4]}]",
              "Tensors taken, in order. Left out: the kind's own, if it fixes them."),
          optional(
              "outputs",
              new ListOf(new Nested(TENSOR), 1, 256),
              "[{name: y, datatype: FP32, shape: [1, 2]}]",
              "Tensors given, in order. Left out: the kind's own, if it fixes them."));

  static final ObjectType ARTIFACT =
      ObjectType.of(
          "Artifact",
          "A pinned file.",
          required("file", Scalar.FILE, "models/m.onnx", "Path below the manifest's own folder."),
          required("sha256", Scalar.SHA256, "6fd5d72f...", "SHA-256 of the content, in hex."),
          required("size", new Whole(1, 1L << 40), "22972370", "Exact length in bytes."),
          optional(
              "source",
              Scalar.SOURCE,
              "maven:org.example:models:1.0!/m.onnx",
              "Where `./weft fetch` gets it: `maven:group:artifact:version!/entry`, a file inside a"
                  + " jar that Maven can get. Left out: it stands beside the manifest."));

  static final ObjectType VARIANT =
      ObjectType.of(
          "Variant",
          "One way to run a stage: artifact, precision and options. The first is the default.",
          required("name", Scalar.NAME, "int8", "Its name, distinct within the stage."),
          optional("precision", Scalar.NAME, "int8", "Precision of the weights, as a word."),
          optional(
              "artifact",
              new Nested(ARTIFACT),
              "{file: models/m.onnx, sha256: 6fd5d72f..., size: 22972370}",
              "The model. Needed by kinds that run one, such as `onnx`."),
          optional(
              "options",
              new KindOptions(),
              "{optimization: all}",
              "Options of the kind, over those of the stage."),
          optional(
              "batchInvariant",
              Scalar.FLAG,
              "false",
              "true",
              "Whether a row comes out the same, bit for bit, whatever shares its run."),
          optional(
              "needs",
              new ListOf(Scalar.NAME, 0, 16),
              "[exact-int8]",
              "What a node must be able to do to run it: `exact-int8`, or features of its processor"
                  + " as the kernel names them. Left out: nothing."));

  static final ObjectType BUDGET =
      ObjectType.of(
          "Budget",
          "What a stage's owner promises it takes.",
          optional(
              "p95",
              Scalar.DURATION,
              "15ms",
              "Time of one run that 95 of 100 runs stay under; what admission counts with until it"
                  + " has seen runs."),
          optional("memory", Scalar.SIZE, "120MiB", "Memory of one loaded variant."),
          optional(
              "hang",
              Scalar.DURATION,
              "5s",
              "Time of one run after which it is given up as hung, more than `p95`. Left out: the"
                  + " node's setting."));

  static final ObjectType QUEUE =
      ObjectType.of(
          "Queue",
          "Bounds of the queue before each replica of a stage, per lane.",
          capacity(Lane.PERCEPTION, "16"),
          capacity(Lane.INTERACTIVE, "32"),
          capacity(Lane.BACKGROUND, "64"),
          capacity(Lane.SHADOW, "16"),
          optional(
              "bytes",
              Scalar.SIZE,
              "64MiB",
              "16MiB",
              "Most input bytes waiting in each lane; a frame with more than that never waits."),
          optional(
              "overflow",
              OVERFLOW,
              "drop-oldest",
              "latest-wins",
              "Which frame gives way when a lane is full: the one that waited longest"
                  + " (`drop-oldest`), the one that came last (`drop-newest`), or always the one"
                  + " that just came (`reject`). With `latest-wins` a frame"
                  + " takes the place of a waiting one of its source, full or not; without one, of"
                  + " the one that waited longest."));

  static final ObjectType BATCHING =
      ObjectType.of(
          "Batching",
          "How many frames one run may take together.",
          optional(
              "maxBatchSize",
              new Whole(1, 1024),
              "1",
              "8",
              "Most frames in one run. Above 1 the first dimension of every input and output must"
                  + " count rows: one name for all of them, or -1."),
          optional("maxBytes", Scalar.SIZE, "64MiB", "16MiB", "Most input bytes of one run."),
          optional(
              "mixTenants",
              Scalar.FLAG,
              "false",
              "true",
              "Whether frames of several tenants may share a run."),
          optional(
              "mixPrivacy",
              Scalar.FLAG,
              "false",
              "true",
              "Whether frames of several privacy classes may share a run."));

  static final ObjectType STAGE =
      ObjectType.of(
          "Stage",
          "One micro-stage.",
          apiVersion(),
          kind("Stage"),
          required("name", Scalar.NAME, "minilm", "Its name, distinct among all stages loaded."),
          summary("Turns token ids into one vector per token."),
          owner(),
          required(
              "uses",
              Scalar.TEXT,
              "onnx",
              "Kind of stage: `onnx`, or a built-in; `./weft stages` lists them."),
          optional(
              "abi",
              new Nested(ABI),
              "{inputs: [...], outputs: [...]}",
              "What it takes and gives. Left out: the kind's own, if it fixes that."),
          optional(
              "variants",
              new ListOf(new Nested(VARIANT), 1, 64),
              "[{name: int8, artifact: {...}}]",
              "Ways to run it, the first the default. Left out: one variant `default`."),
          optional(
              "files",
              new MapOf(Scalar.NAME, new Nested(ARTIFACT), 64),
              "{tokenizer: {file: tokenizer.json, ...}}",
              "Further pinned files, by the names the kind gives them."),
          optional(
              "options",
              new KindOptions(),
              "{width: 224, height: 224}",
              "Options of the kind, for all variants; `./weft stages` lists them."),
          optional(
              "budget",
              new Nested(BUDGET),
              "{p95: 15ms, memory: 120MiB, hang: 5s}",
              "What it may take."),
          optional(
              "queue",
              new Nested(QUEUE),
              "{perception: 16, bytes: 16MiB, overflow: latest-wins}",
              "Bounds of its queue."),
          optional("batching", new Nested(BATCHING), "{maxBatchSize: 8}", "Frames per run."),
          optional(
              "isolation",
              ISOLATION,
              "none",
              "process",
              "Where it runs: in the node's own process (`none`), or in one of its own, so that a"
                  + " native crash costs one frame and no more (`process`)."),
          optional(
              "required",
              Scalar.FLAG,
              "true",
              "false",
              "Whether a frame fails when this stage fails; if not, the step is skipped."),
          optional(
              "nodeClasses",
              new ListOf(NODE_CLASS, 1, 3),
              "[nano, standard]",
              "Classes of node it may run on. Left out: all."),
          optional(
              "residency",
              CommonFields.RESIDENCY,
              "[eu-de, eu-fr]",
              "Where its files and the frames that reach it may be: in these zones only, or never"
                  + " beyond the node that a frame came to (`device-only`). A constraint, never a"
                  + " preference. Left out: anywhere."),
          labels());

  private StageFields() {}

  private static Field capacity(Lane lane, String example) {
    return optional(
        lane.word(),
        new Whole(1, 65_536),
        String.valueOf(QueueLimits.DEFAULT_CAPACITY),
        example,
        "Most frames waiting in this lane.");
  }
}
