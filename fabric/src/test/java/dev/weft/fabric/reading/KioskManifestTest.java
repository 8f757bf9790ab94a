package dev.weft.fabric.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.stages.spi.StageKinds;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The shipped example, with the real kinds and without its models. */
class KioskManifestTest {

  @Test
  void theKioskHasNoProblemsBeforeItsModelsAreFetched() {
    var kiosk = Path.of(System.getProperty("weft.root", "..")).resolve("examples/kiosk");
    var reading =
        ManifestFiles.read(kiosk, StageKinds.discover(), ManifestFiles.Verify.STRUCTURE_ONLY);

    assertEquals(List.of(), reading.errors());
    assertEquals(
        Set.of("kiosk", "embed-minilm", "embed-bge"), reading.manifests().pipelines().keySet());
  }
}
