package dev.weft.app.brought;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.negotiation.Negotiation;
import dev.weft.fabric.negotiation.NodeAbilities;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.stages.spi.StageKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BroughtFolderTest {

  private static final DeclaredVariant BETTER = Brought.variant("better", "a better model");

  @TempDir private Path home;

  private BroughtFolder open() {
    return BroughtFolder.at(home.resolve("brought"));
  }

  private Path path(String name) {
    return home.resolve("brought").resolve(name);
  }

  private Set<String> names() throws IOException {
    if (!Files.exists(home.resolve("brought"))) {
      return Set.of();
    }
    try (var files = Files.list(home.resolve("brought"))) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private StageManifest stage(String more) throws IOException {
    var text =
        """
        apiVersion: weft/v1
        kind: Stage
        name: classify
        summary: Scores two classes.
        owner: tests@example.org
        uses: onnx
        abi:
          version: 1
          inputs: [{name: features, datatype: FP32, shape: [1, 4]}]
          outputs: [{name: logits, datatype: FP32, shape: [1, 2]}]
        variants:
          - {name: plain, artifact: {file: plain.onnx, sha256: %s, size: 5}}
        """
            .formatted(Brought.sha256("plain".getBytes(UTF_8)));
    Files.writeString(home.resolve("plain.onnx"), "plain");
    var file = Files.writeString(home.resolve("stages.yaml"), text + more);
    var stages = ManifestFiles.load(file, StageKinds.discover(), Verify.STRUCTURE_ONLY).stages();
    return requireNonNull(stages.get("classify"));
  }

  private static List<String> variants(BroughtFolder folder, StageManifest stage) {
    return requireNonNull(folder.over(Map.of("classify", stage)).get("classify"))
        .variants()
        .stream()
        .map(variant -> variant.name())
        .toList();
  }

  @Test
  void whatWasBroughtIsThereInTheNextProcessBesideWhatIsDeclared() throws IOException {
    var stage = stage("");
    var first = open();
    assertEquals(List.of("plain"), variants(first, stage));
    assertEquals(Set.of(), names(), "nothing is made before there is something to keep");
    Brought.keep(first, BETTER, "a better model");

    var next = open();

    for (var folder : List.of(first, next)) {
      assertEquals(List.of("plain", "better"), variants(folder, stage));
      var variant = folder.find(BETTER).orElseThrow();
      assertEquals("a better model", Files.readString(variant.artifact().orElseThrow().path()));
      assertTrue(folder.isFromHere("classify", variant));
      assertFalse(folder.isFromHere("classify", stage.defaultVariant()));
    }
    var other = BETTER.variant().artifact().orElseThrow().sha256();
    assertEquals(Set.of(other + ".onnx", "classify@better.json"), names());
  }

  @Test
  void aManifestThatDeclaresTheVariantItselfWins() throws IOException {
    var folder = open();
    Brought.keep(folder, BETTER, "a better model");
    Files.writeString(home.resolve("better.onnx"), "plain");
    var stage =
        stage(
            "  - {name: better, artifact: {file: better.onnx, sha256: %s, size: 5}}\n"
                .formatted(Brought.sha256("plain".getBytes(UTF_8))));

    var over = folder.over(Map.of("classify", stage));

    assertEquals(Map.of("classify", stage), over);
  }

  @Test
  void aStageOfAnotherAbiDoesNotGetIt() throws IOException {
    var folder = open();
    Brought.keep(folder, BETTER, "a better model");
    var raised = stage("labels: {a: b}\n");
    var old =
        new DeclaredVariant(
            "classify", "onnx", 2, Brought.ABI, Residency.anywhere(), BETTER.variant());
    assertEquals(List.of("plain", "better"), variants(folder, raised));

    folder.keep(old);

    assertEquals(List.of("plain"), variants(folder, raised));
    assertEquals(List.of("plain"), variants(open(), raised));
  }

  @Test
  void whatWasBroughtIsNotTakenWhereNothingThatIsDeclaredCanRun() throws IOException {
    var stage = stage("");
    var plain = stage.defaultVariant();
    var needs = List.of("a-word-of-no-processor");
    var needy =
        stage.with(
            new Variant(
                plain.name(),
                plain.precision(),
                plain.artifact(),
                plain.options(),
                plain.batchInvariant(),
                needs));
    Brought.keep(open(), BETTER, "a better model");

    assertEquals(List.of("plain"), variants(open(), needy), "a rollout of it may be rolled back");
    assertEquals(List.of("plain", "better"), variants(open(), stage));
    var able = new NodeAbilities(new TreeSet<>(needs));
    var better = new BroughtVariant(BETTER, path("better.onnx"), Instant.EPOCH);
    var over = BroughtRule.over(needy, List.of(better), able);
    assertEquals(2, over.variants().size());
    assertEquals(Optional.of("plain"), Negotiation.of(over, able).taken().map(Variant::name));
  }

  @Test
  void aCrashBeforeTheDeclarationLeavesNothingDeclaredAndTheFileIsUsed() throws IOException {
    var stage = stage("");
    Brought.come(open(), BETTER, "a better model");

    var next = open();

    assertEquals(List.of("plain"), variants(next, stage));
    assertTrue(next.isReady(BETTER, Set::of), "nothing is left to fetch");
    next.keep(BETTER);
    assertEquals(List.of("plain", "better"), variants(open(), stage));
  }

  @Test
  void aCrashInTheMidstOfTheFileOrTheDeclarationIsNoStart() throws IOException {
    var stage = stage("");
    var folder = open();
    var file = folder.file(BETTER);
    Files.createDirectories(file.getParent());
    Files.writeString(file.resolveSibling(file.getFileName() + ".part"), "a bet");
    Files.writeString(path("classify@better.json.writing"), "{\"stage\":");

    var next = open();

    assertEquals(List.of("plain"), variants(next, stage));
    assertEquals(5, next.arrived(BETTER));
    assertFalse(next.isReady(BETTER, Set::of));
    assertThrows(IOException.class, () -> next.keep(BETTER), "its file is not there");
    Brought.keep(next, BETTER, "a better model");
    assertEquals(List.of("plain", "better"), variants(open(), stage));
  }

  @Test
  void whatIsBrokenIsSetAsideAndComesAgain() throws IOException {
    var stage = stage("");
    var folder = open();
    Brought.keep(folder, BETTER, "a better model");
    Brought.keep(folder, Brought.variant("other", "another"), "another");
    Brought.keep(folder, Brought.variant("third", "a third"), "a third");
    Files.writeString(folder.file(BETTER), "a better mode!");
    Files.writeString(path("classify@other.json"), "{\"stage\": 7}");
    Files.delete(folder.file(Brought.variant("third", "a third")));
    Files.writeString(path("classify@fourth.json"), Files.readString(path("classify@third.json")));

    var next = open();

    assertEquals(List.of("plain"), variants(next, stage));
    assertEquals(Optional.empty(), next.find(BETTER));
    assertFalse(next.isReady(BETTER, Set::of));
    assertTrue(names().contains(next.file(BETTER).getFileName() + ".broken"), "" + names());
    assertTrue(names().contains("classify@other.json.broken"), "" + names());
    assertTrue(names().contains("classify@fourth.json.broken"), "it says another name");
    Brought.keep(next, BETTER, "a better model");
    assertEquals(List.of("plain", "better"), variants(open(), stage));
  }

  @Test
  void aFolderThatIsNoneIsNoObstacle() throws IOException {
    Files.writeString(home.resolve("brought"), "a file");
    var folder = open();

    assertEquals(List.of("plain"), variants(folder, stage("")));
    assertThrows(IOException.class, () -> folder.isReady(BETTER, Set::of));
  }

  @Test
  void keepsWhatIsNeededAndTheLatestFewOfTheOthers() throws IOException {
    var folder = open();
    for (var i = 0; i < 8; i++) {
      Brought.keep(folder, Brought.variant("v" + i, "model " + i), "model " + i);
      Files.setLastModifiedTime(
          path("classify@v%d.json".formatted(i)), FileTime.from(Instant.ofEpochSecond(i)));
    }
    var elsewhere = Brought.variant("other", "w", "not of this stage", Residency.anywhere());
    Brought.keep(folder, elsewhere, "not of this stage");
    var coming = Brought.variant("v9", "model 9");
    var part = folder.file(coming).resolveSibling(folder.file(coming).getFileName() + ".part");
    Files.writeString(part, "mod");
    Files.writeString(path("ab".repeat(32)), "nobody's");
    Files.writeString(path("ab".repeat(32) + ".onnx.part"), "nobody's");
    Files.writeString(path("notes.txt"), "not Weft's");

    var next = open();
    Files.writeString(path("cd".repeat(32) + ".onnx.part"), "to be gone on with");
    for (var name : names()) {
      if (name.startsWith("abab")) {
        Files.setLastModifiedTime(path(name), FileTime.from(Instant.EPOCH));
      }
    }
    next.prune("classify", Set.of("v0", "v2"), () -> Set.of(coming));

    var kept = Set.of("v0", "v2", "v5", "v6", "v7");
    for (var i = 0; i < 8; i++) {
      var variant = Brought.variant("v" + i, "model " + i);
      assertEquals(kept.contains("v" + i), next.find(variant).isPresent(), variant.name());
      assertEquals(kept.contains("v" + i), Files.exists(next.file(variant)), variant.name());
    }
    assertTrue(open().find(elsewhere).isPresent());
    assertTrue(Files.exists(part));
    assertTrue(names().contains("notes.txt"));
    assertEquals(List.of(), names().stream().filter(name -> name.startsWith("abab")).toList());
    assertTrue(names().contains("cd".repeat(32) + ".onnx.part"), "its attempt may go on");
  }

  @Test
  void aFileOfTwoVariantsStaysForTheOther() throws IOException {
    var folder = open();
    var twin = Brought.variant("twin", "a better model");
    for (var i = 0; i < 4; i++) {
      Brought.keep(folder, Brought.variant("v" + i, "model " + i), "model " + i);
    }
    Brought.keep(folder, BETTER, "a better model");
    folder.keep(twin);
    for (var old : List.of("better", "v0")) {
      Files.setLastModifiedTime(
          path("classify@%s.json".formatted(old)), FileTime.from(Instant.EPOCH));
    }

    var next = open();
    next.prune("classify", Set.of("twin"), Set::of);

    assertEquals(Optional.empty(), next.find(BETTER));
    assertTrue(Files.exists(next.file(twin)));
  }

  @Test
  void anotherOneOfItsNameIsToldByBothDigests() throws IOException {
    var folder = open();
    Brought.keep(folder, BETTER, "a better model");
    var other = Brought.variant("better", "another model");

    assertEquals(Optional.empty(), folder.obstacle(BETTER));
    var why = folder.obstacle(other).orElseThrow();
    for (var each : List.of(BETTER, other)) {
      assertTrue(why.contains(each.artifact().orElseThrow().sha256()), why);
    }
    var stricter =
        Brought.variant("classify", "better", "a better model", Residency.within(List.of("eu-de")));
    assertTrue(folder.obstacle(stricter).orElseThrow().contains("was declared before"));
  }

  @Test
  void aFileMayBeWhereAllThatDeclaredItLetItBe() throws IOException {
    var folder = open();
    var sha256 = BETTER.artifact().orElseThrow().sha256();
    assertTrue(folder.residency(sha256).isAnywhere());
    var german =
        Brought.variant("classify", "german", "a better model", Residency.within(List.of("eu-de")));
    Brought.keep(folder, BETTER, "a better model");
    folder.keep(german);

    assertEquals(Residency.within(List.of("eu-de")), open().residency(sha256));
  }
}
