package dev.weft.cluster.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may have which file. */
class HeldArtifactsTest {

  private static final String SHA256 = "ab".repeat(32);

  private static Optional<Artifact> find(Set<String> zones, StageManifest... stages) {
    return new HeldArtifacts(() -> List.of(stages), _ -> Residency.anywhere()).find(SHA256, zones);
  }

  private static StageManifest stage(Residency residency) {
    return Declared.stage(residency, Declared.variant("plain"));
  }

  @Test
  void handsOutWhatAStagePinsAndNothingElse() {
    var held =
        new HeldArtifacts(() -> List.of(stage(Residency.anywhere())), _ -> Residency.anywhere());
    assertTrue(held.find(SHA256, Set.of()).isPresent());
    assertEquals(Optional.empty(), held.find("cd".repeat(32), Set.of()));
    assertEquals(Optional.empty(), find(Set.of()));
  }

  @Test
  void aFileGoesOnlyToWhereItMayBe() {
    var german = stage(Residency.within(List.of("eu-de")));
    assertTrue(find(Set.of("eu-de"), german).isPresent());
    assertTrue(find(Set.of("eu", "eu-de"), german).isPresent());
    assertEquals(Optional.empty(), find(Set.of("us-east"), german));
    assertEquals(Optional.empty(), find(Set.of(), german), "nobody knows where that is");
    assertEquals(Optional.empty(), find(Set.of("eu-de"), stage(Residency.onDevice())));
  }

  @Test
  void allStagesThatPinAFileMustLetItGo() {
    var german = stage(Residency.within(List.of("eu-de")));
    var anywhere = stage(Residency.anywhere());
    for (var stages : List.of(List.of(german, anywhere), List.of(anywhere, german))) {
      var all = stages.toArray(StageManifest[]::new);
      assertEquals(Optional.empty(), find(Set.of("us-east"), all));
      assertTrue(find(Set.of("eu-de"), all).isPresent());
    }
  }

  @Test
  void whatWasBroughtGoesNoFurtherThanItsRegionSaid() {
    var brought = Map.of(SHA256, Residency.within(List.of("eu-de")));
    var held =
        new HeldArtifacts(
            () -> List.of(stage(Residency.anywhere())),
            digest -> brought.getOrDefault(digest, Residency.anywhere()));
    assertEquals(Optional.empty(), held.find(SHA256, Set.of("us-east")));
    assertTrue(held.find(SHA256, Set.of("eu-de")).isPresent());
  }
}
