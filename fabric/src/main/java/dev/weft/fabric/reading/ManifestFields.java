package dev.weft.fabric.reading;

import static dev.weft.fabric.reading.CommonFields.NODE_CLASS;
import static dev.weft.fabric.reading.CommonFields.ROLE;
import static dev.weft.fabric.reading.CommonFields.apiVersion;
import static dev.weft.fabric.reading.CommonFields.kind;
import static dev.weft.fabric.reading.CommonFields.labels;
import static dev.weft.fabric.reading.CommonFields.owner;
import static dev.weft.fabric.reading.CommonFields.summary;
import static dev.weft.fabric.reading.Field.optional;
import static dev.weft.fabric.reading.Field.required;

import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.reading.FieldType.ListOf;
import dev.weft.fabric.reading.FieldType.Nested;
import dev.weft.fabric.reading.FieldType.Scalar;
import dev.weft.fabric.reading.FieldType.Whole;
import java.util.List;

/** Every field of every manifest: the one table that reader, schema and reference page share. */
final class ManifestFields {

  private static final int SEEDS_MAX = 32;

  private static final ObjectType CLUSTER =
      ObjectType.of(
          "Cluster",
          "How a node belongs to a cluster.",
          required(
              "actors",
              Scalar.ADDRESS,
              "10.0.0.5:25520",
              "Where its actor system listens, as other nodes reach it."),
          required(
              "link", Scalar.ADDRESS, "10.0.0.5:25521", "Where it takes frames of other nodes."),
          required(
              "seeds",
              new ListOf(Scalar.ADDRESS, 1, SEEDS_MAX),
              "[10.0.0.5:25520, 10.0.0.6:25520]",
              "Actor systems it joins by, the same list on all nodes. Only the first may begin a"
                  + " cluster."),
          optional(
              "discovery",
              Scalar.SERVICE,
              "_actors._tcp.weft.example.org",
              "Service in DNS whose targets it joins by, beside the seeds; looked up until it has"
                  + " joined. Kubernetes has one for each named port of a headless service."),
          optional(
              "linked",
              new ListOf(Scalar.ADDRESS, 0, SEEDS_MAX),
              "[10.0.0.1:25521, 10.0.0.2:25521]",
              "Data links of a region's nodes that are another cluster: the node's site is a"
                  + " cluster of its own, linked to theirs. Its `seeds` are then nodes of its own"
                  + " site only; for role `edge`."),
          optional(
              "certificates",
              Scalar.FILE,
              "certs",
              "Folder of the node's certificate, key and trust, as `weft certs` makes them. Without"
                  + " one it listens on this machine's own addresses only."));

  static final ObjectType NODE =
      ObjectType.of(
          "Node",
          "A machine that runs pipelines.",
          apiVersion(),
          kind("Node"),
          required("name", Scalar.NAME, "stall-7", "Its name, distinct among all nodes loaded."),
          summary("The box under the counter."),
          owner(),
          optional("class", NODE_CLASS, "standard", "nano", "Size of the node."),
          optional("role", ROLE, "edge", "region", "Where it stands."),
          optional(
              "site",
              Scalar.PLACE,
              "berlin-7",
              "Site it stands at: nodes that reach each other when the rest of the world does not."
                  + " Left out: it stands alone."),
          optional(
              "zones",
              new ListOf(Scalar.PLACE, 1, Residency.ZONES_MAX),
              "[eu-de]",
              "Zones it lies in, by the words that `residency` uses. Left out: none that is known,"
                  + " so that what is kept to zones never runs there."),
          optional(
              "cores",
              new Whole(1, 1024),
              "2",
              "Inference loops to run. Left out: the processors the machine has."),
          optional(
              "memory",
              Scalar.SIZE,
              "512MiB",
              "Most off-heap memory for tensors. Left out: the setting's default."),
          optional(
              "cluster",
              new Nested(CLUSTER),
              "{actors: \"10.0.0.5:25520\", link: \"10.0.0.5:25521\", seeds: [\"10.0.0.5:25520\"]}",
              "How it belongs to a cluster; needs `site`. Left out: it stands alone."),
          labels());

  /** The types of document, by what {@code kind:} says. */
  static final List<ObjectType> DOCUMENTS =
      List.of(StageFields.STAGE, PipelineFields.PIPELINE, NODE, RolloutFields.ROLLOUT);

  /** All types, each before those it holds. */
  static final List<ObjectType> ALL =
      List.of(
          StageFields.STAGE,
          StageFields.ABI,
          StageFields.TENSOR,
          StageFields.VARIANT,
          StageFields.ARTIFACT,
          StageFields.BUDGET,
          StageFields.QUEUE,
          StageFields.BATCHING,
          PipelineFields.PIPELINE,
          PipelineFields.INPUT,
          PipelineFields.PAIRING,
          PipelineFields.TRACE,
          PipelineFields.CACHED,
          StepFields.STEP,
          StepFields.CONSTANT,
          StepFields.DEGRADE,
          StepFields.SHADOW,
          PipelineFields.OUTPUT,
          PipelineFields.GATE,
          PipelineFields.SPLIT,
          PipelineFields.ARM,
          NODE,
          CLUSTER,
          RolloutFields.ROLLOUT,
          RolloutFields.STEP,
          RolloutFields.EVIDENCE,
          RolloutFields.LIMITS,
          RolloutFields.TAIL_LATENCY,
          RolloutFields.CPU_TIME,
          RolloutFields.OUTPUT,
          RolloutFields.ERRORS,
          RolloutFields.DRIFT);

  private ManifestFields() {}
}
