package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Budget;
import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.Overflow;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.NearestName;
import dev.weft.fabric.wiring.AbiCheck;
import dev.weft.fabric.wiring.StageCheck;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.spi.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes a {@link StageManifest} of a document, checked against the stage's kind. */
final class StageReader {

  private final YamlDocuments.Document document;
  private final Findings findings;
  private final StageKinds kinds;
  private final Path file;

  StageReader(YamlDocuments.Document document, StageKinds kinds) {
    this.document = document;
    this.findings = document.findings();
    this.kinds = kinds;
    this.file = findings.file();
  }

  StageManifest read(YamlObject root) {
    var kind = kind(root);
    var options = options(root, kind);
    var variants = variants(root, kind);
    var declared = root.object("abi").map(this::declared);
    var abi =
        kind.map(factory -> new AbiCheck(factory, findings).abi(declared, options, variants))
            .orElseGet(() -> declared.orElse(new Signature(List.of(), List.of())));
    var stage = stage(root, kind, abi, variants, options);
    new StageCheck(stage, findings).check();
    return stage;
  }

  private StageManifest stage(
      YamlObject root,
      Optional<StageFactory> kind,
      Signature abi,
      List<Variant> variants,
      Map<String, Object> options) {
    return new StageManifest(
        file,
        root.text("name"),
        root.text("summary"),
        root.text("owner"),
        root.text("uses"),
        root.object("abi").map(object -> object.whole("version")).orElse(1),
        abi,
        variants,
        options,
        files(root, kind),
        root.object("budget").map(StageReader::budget).orElse(Budget.unstated()),
        root.object("queue").map(StageReader::queue).orElse(QueueLimits.defaults()),
        root.object("batching").map(StageReader::batching).orElse(Batching.none()),
        root.constant("isolation", Isolation.class),
        root.flag("required"),
        nodeClasses(root),
        ReachReader.residency(root),
        root.map("labels", String.class));
  }

  private Optional<StageFactory> kind(YamlObject root) {
    var uses = root.optionalText("uses");
    var kind = uses.flatMap(kinds::find);
    if (uses.isPresent() && kind.isEmpty()) {
      var expected = NearestName.expected("a kind of stage", uses.get(), kinds.names());
      findings.error("uses", "'" + uses.get() + "'", expected);
    }
    return kind;
  }

  private Map<String, Object> options(YamlObject object, Optional<StageFactory> kind) {
    if (kind.isEmpty() || object.options("options").isEmpty()) {
      return Map.of();
    }
    var reader = new OptionReader(kind.get().options(), kind.get().kind(), document);
    return reader.read(object.options("options").get(), object.path("options"));
  }

  private List<Variant> variants(YamlObject root, Optional<StageFactory> kind) {
    var needsArtifact = kind.map(StageFactory::needsArtifact).orElse(false);
    if (root.objects("variants").isEmpty()) {
      if (needsArtifact && !findings.isBroken("variants")) {
        findings.error(
            "variants",
            "missing",
            "at least one with an artifact, because kind '%s' runs a model"
                .formatted(root.text("uses")));
      }
      return List.of(new Variant("default", Optional.empty(), Optional.empty(), Map.of(), false));
    }
    var names = new DistinctNames(findings);
    var variants = new ArrayList<Variant>();
    for (var object : root.objects("variants")) {
      names.add(object);
      kind.ifPresent(factory -> checkArtifact(object, factory));
      variants.add(
          new Variant(
              object.text("name"),
              object.optionalText("precision"),
              object.object("artifact").map(this::artifact),
              options(object, kind),
              object.flag("batchInvariant"),
              object.list("needs", String.class)));
    }
    return variants;
  }

  private void checkArtifact(YamlObject variant, StageFactory kind) {
    var path = variant.path("artifact");
    if (kind.needsArtifact() && !variant.has("artifact") && !findings.isBroken(path)) {
      var expected = "a model file, because kind '%s' runs one".formatted(kind.kind());
      findings.error(path, "missing", expected);
    } else if (!kind.needsArtifact() && variant.has("artifact")) {
      findings.errorInName(
          path, "given", "none, because kind '%s' runs no model".formatted(kind.kind()));
    }
  }

  private Artifact artifact(YamlObject object) {
    var name = object.text("file");
    var folder = file.toAbsolutePath().getParent();
    var path = folder == null ? Path.of(name) : folder.resolve(name).normalize();
    return new Artifact(
        name,
        path,
        object.text("sha256"),
        object.bytes("size").orElse(0),
        object.optionalText("source"));
  }

  private Map<String, Artifact> files(YamlObject root, Optional<StageFactory> kind) {
    var files = new LinkedHashMap<String, Artifact>();
    root.map("files", YamlObject.class)
        .forEach((name, object) -> files.put(name, artifact(object)));
    if (kind.isPresent()) {
      var known = kind.get().files();
      for (var name : files.keySet()) {
        if (!known.contains(name)) {
          var what = "a file that kind '%s' reads".formatted(kind.get().kind());
          findings.errorInName(
              Findings.join("files", name),
              "unknown file",
              NearestName.expected(what, name, known));
        }
      }
      for (var name : known) {
        var isMeant = files.keySet().stream().anyMatch(given -> isMeant(given, name, known));
        if (!isMeant && !findings.isUnread("files")) {
          var expected = "a pinned file, because kind '%s' reads it".formatted(kind.get().kind());
          findings.error(Findings.join("files", name), "missing", expected);
        }
      }
    }
    return files;
  }

  private static boolean isMeant(String given, String name, List<String> known) {
    return given.equals(name)
        || !known.contains(given) && NearestName.of(given, known).filter(name::equals).isPresent();
  }

  private Signature declared(YamlObject abi) {
    return new Signature(tensors(abi, "inputs"), tensors(abi, "outputs"));
  }

  private List<TensorSpec> tensors(YamlObject abi, String side) {
    var names = new DistinctNames(findings);
    var specs = new ArrayList<TensorSpec>();
    for (var object : abi.objects(side)) {
      if (names.add(object)) {
        specs.add(TensorReader.read(object));
      }
    }
    return specs;
  }

  private static Budget budget(YamlObject object) {
    return new Budget(object.duration("p95"), object.bytes("memory"), object.duration("hang"));
  }

  private static QueueLimits queue(YamlObject object) {
    var capacity = new EnumMap<Lane, Integer>(Lane.class);
    for (var lane : Lane.values()) {
      capacity.put(lane, object.whole(lane.word()));
    }
    var overflow = object.constant("overflow", Overflow.class);
    return new QueueLimits(capacity, object.bytes("bytes").orElseThrow(), overflow);
  }

  private static Batching batching(YamlObject object) {
    return new Batching(
        object.whole("maxBatchSize"),
        object.bytes("maxBytes").orElseThrow(),
        object.flag("mixTenants"),
        object.flag("mixPrivacy"));
  }

  private static Set<NodeClass> nodeClasses(YamlObject root) {
    return root.list("nodeClasses", String.class).stream()
        .map(word -> YamlObject.constant(NodeClass.class, word))
        .collect(Collectors.toSet());
  }
}
