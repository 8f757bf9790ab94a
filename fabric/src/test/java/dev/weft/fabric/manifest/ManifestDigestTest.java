package dev.weft.fabric.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.reading.FakeKinds;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The digest of what a manifest says. */
class ManifestDigestTest {

  private final Path folder;

  ManifestDigestTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void isOfWhatAManifestSaysNotHowItIsWritten() throws IOException {
    var text = Files.readString(ManifestTexts.GOOD.resolve("stages.yaml"));
    var rewritten =
        "# A comment.\n"
            + text.replace(
                "kind: Stage\nname: decode", "name: decode\nkind: Stage\nrequired: true");

    var first = digests("stages.yaml", text);
    assertEquals(first, digests("moved.yaml", rewritten));
    for (var change : Map.of("size: 13", "size: 14", "p95: 15ms", "p95: 16ms").entrySet()) {
      var other = digests("stages.yaml", text.replace(change.getKey(), change.getValue()));
      assertNotEquals(first.get("embed"), other.get("embed"), change.toString());
      assertEquals(first.get("decode"), other.get("decode"));
    }
  }

  @Test
  void isWhatItWasForAManifestThatSaysNothingOfWhereItMayBe() {
    var graph = Graphs.chainOf(1);
    var stage = Graphs.stage("stage", "x");

    assertFalse(ManifestDigest.canonical(graph).contains("reach"));
    assertFalse(ManifestDigest.canonical(stage).contains("residency"));
    var reach = new Reach(Residency.onDevice(), List.of(Fallback.REFUSE), Optional.empty());
    var told = ManifestDigest.canonical(graph.reaching(reach));
    assertTrue(told.contains("\"deviceOnly\":true"), told);
    assertTrue(told.contains("\"declared\":[\"REFUSE\"]"), told);
  }

  /** Digests by stage; the files that the stages pin are not there. */
  private Map<String, String> digests(String file, String text) throws IOException {
    ManifestTexts.write(folder.resolve(file), text);
    var reading =
        ManifestFiles.read(
            folder.resolve(file), FakeKinds.all(), ManifestFiles.Verify.STRUCTURE_ONLY);
    return reading.manifests().stages().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, stage -> ManifestDigest.of(stage.getValue())));
  }
}
