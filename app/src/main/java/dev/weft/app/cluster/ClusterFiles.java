package dev.weft.app.cluster;

import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.trace.TensorDigest;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The files of a cluster on this machine: of each site its journal, of each node its manifest, its
 * settings, its log and what its rollouts leave.
 *
 * @param folder with one of each site in it
 */
record ClusterFiles(Path folder) {

  private static final String RECORDED =
      """
      apiVersion: weft/v1
      kind: Stage
      name: add-sub
      summary: Adds and subtracts two vectors.
      owner: weft@example.org
      uses: onnx
      abi:
        inputs:
          - {name: INPUT0, datatype: INT32, shape: [1, 16]}
          - {name: INPUT1, datatype: INT32, shape: [1, 16]}
        outputs:
          - {name: OUTPUT0, datatype: INT32, shape: [1, 16]}
          - {name: OUTPUT1, datatype: INT32, shape: [1, 16]}
      variants:
        - {name: plain, artifact: {file: add-sub.onnx, sha256: %s, size: %d}}
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: add-sub
      summary: Adds and subtracts two vectors, and records its frames.
      owner: weft@example.org
      deadline: 10s
      maxInFlight: 64
      inputs:
        - {name: INPUT0, datatype: INT32, shape: [1, 16]}
        - {name: INPUT1, datatype: INT32, shape: [1, 16]}
      steps:
        - {name: compute, stage: add-sub, inputs: {INPUT0: INPUT0, INPUT1: INPUT1}}
      outputs: {OUTPUT0: compute.OUTPUT0, OUTPUT1: compute.OUTPUT1}
      trace: {capture: inputs}
      """;

  Path journal(String site) {
    return folder.resolve(site).resolve("journal");
  }

  Path manifest(PlannedNode node) {
    return folder.resolve(node.site()).resolve(node.name() + ".yaml");
  }

  Path settings(PlannedNode node) {
    return folder.resolve(node.site()).resolve(node.name() + ".conf");
  }

  Path rollouts(PlannedNode node) {
    return folder.resolve(node.site()).resolve(node.name() + "-rollouts");
  }

  Path frames(PlannedNode node) {
    return folder.resolve(node.site()).resolve(node.name() + "-frames");
  }

  Path log(String site, String process) {
    return folder.resolve(site).resolve(process + ".log");
  }

  /** Writes what the nodes are started with. */
  void write(ClusterPlan plan) throws IOException {
    for (var node : plan.nodes()) {
      Files.createDirectories(folder.resolve(node.site()));
      Files.writeString(manifest(node), manifest(node, plan.seeds(node), plan.region(node)));
      Files.writeString(settings(node), settings(node, plan));
    }
  }

  private static String manifest(PlannedNode node, List<String> seeds, List<String> region) {
    return """
    apiVersion: weft/v1
    kind: Node
    name: %s
    summary: Node %s of site %s, on this machine.
    owner: weft cluster up
    class: standard
    role: %s
    site: %s
    cores: 1
    memory: 128MiB
    cluster:
      actors: "127.0.0.1:%d"
      link: "127.0.0.1:%d"
      seeds: [%s]
      linked: [%s]
    """
        .formatted(
            node.name(),
            node.name(),
            node.site(),
            node.role().name().toLowerCase(Locale.ROOT),
            node.site(),
            node.reached().actors(),
            node.reached().link(),
            quoted(seeds),
            quoted(region));
  }

  private static String quoted(List<String> addresses) {
    return addresses.stream().map("\"%s\""::formatted).collect(Collectors.joining(", "));
  }

  /** All nodes are on one machine, and would take each other for what presses it. */
  private String settings(PlannedNode node, ClusterPlan plan) {
    return "weft.fabric.load.enabled = off%n".formatted()
        + bind(node.listens())
        + journal(node, plan)
        + (plan.isLinked() && node.role() == NodeManifest.Role.REGION
            ? "weft.cluster.linked.accept = on%n".formatted()
            : "")
        + (plan.recording().isPresent() ? "weft.cluster.standby.enabled = on%n".formatted() : "")
        + plan.recording()
            .flatMap(ClusterPlan.Recording::to)
            .map("weft.fabric.outbox.to = \"%s\"%n"::formatted)
            .orElse("");
  }

  private static String bind(PlannedNode.Ports at) {
    return "weft.cluster.bind { actors = \"127.0.0.1:%d\", link = \"127.0.0.1:%d\" }%n"
        .formatted(at.actors(), at.link());
  }

  private String journal(PlannedNode node, ClusterPlan plan) {
    var port = plan.journals().get(node.site());
    if (port != null && plan.database().isPresent()) {
      return Postgres.settings(journal(node.site()), port);
    }
    return port == null
        ? "weft.persistence.journal { kind = embedded, folder = \"%s\" }%n"
            .formatted(journal(node.site()))
        : """
        weft.persistence.journal {
          kind = server
          url = "jdbc:h2:tcp://127.0.0.1:%d/journal"
          user = weft
          password-file = "%s"
          connections = 2
        }
        """
            .formatted(port, journal(node.site()).resolve("password"));
  }

  /**
   * A model that adds and subtracts two vectors, for clusters that are given nothing to serve.
   *
   * @param isRecorded whether its frames are to be, for which a pipeline has to say so
   */
  Path sample(boolean isRecorded) throws IOException {
    var models = Files.createDirectories(folder.resolve("models"));
    var model = TinyModels.addSub();
    Files.write(models.resolve("add-sub.onnx"), model);
    if (isRecorded) {
      var manifests = RECORDED.formatted(TensorDigest.of(model), model.length);
      Files.writeString(models.resolve("add-sub.yaml"), manifests);
    }
    return models;
  }
}
