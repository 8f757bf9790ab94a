package dev.weft.app.tracing;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.app.failure.WorkFailed;
import dev.weft.app.running.Selection;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedVariantsTest {

  /** One step ran the variant {@code one} of {@code stage}. */
  private static final FrameRecord RAN = RecordedPartyTest.frame(7, 1, List.of(List.of()));

  @TempDir private Path folder = Path.of("");
  private StageManifest stage;
  private Map<String, StageManifest> served;
  private String variant;

  @BeforeEach
  void serve() throws IOException {
    var model = folder.resolve("stage.onnx");
    Files.write(model, TinyModels.classifier(4, 2));
    served = Selection.ofModel(model).stages();
    stage = served.values().iterator().next();
    variant = stage.variants().getFirst().name();
  }

  private static void assertRefused(ErrorCode code, String said, ServedVariants variants) {
    var refused = assertThrows(WeftException.class, () -> variants.require(RAN));
    assertEquals(code, refused.code(), refused.getMessage());
    assertEquals(said, refused.getMessage());
  }

  @Test
  void aStageThatRanAndIsNotServedAnyMoreIsNamedWithThoseThatAre() {
    assertRefused(
        ErrorCode.FAILED_PRECONDITION,
        "stage: 'stage' ran then (expected: one that is served now: another)",
        new ServedVariants(Map.of("another", stage), Map.of()));
  }

  @Test
  void aVariantThatRanAndIsNotServedAnyMoreIsNamedWithThoseThatAre() {
    assertRefused(
        ErrorCode.FAILED_PRECONDITION,
        "variant: 'one' of stage 'stage' ran then (expected: one that is served now: %s)"
            .formatted(variant),
        new ServedVariants(served, Map.of()));
  }

  @Test
  void whatIsAskedForMustBeThereAndWhatItTakesThePlaceOfNeedNot() {
    assertRefused(
        ErrorCode.INVALID_INPUT,
        "variant: 'nosuch' of stage 'stage' (expected: one of %s)".formatted(variant),
        new ServedVariants(served, Map.of("stage", "nosuch")));
    assertDoesNotThrow(() -> new ServedVariants(served, Map.of("stage", variant)).require(RAN));
    var refused =
        assertThrows(
            WeftException.class,
            () -> new ServedVariants(served, Map.of("nosuch", "one")).requireOthers(RAN));
    assertEquals(
        "variants: stage 'nosuch' (expected: one that ran for the frame: stage)",
        refused.getMessage());
  }

  @Test
  void filesAreLookedAtOnce() throws IOException {
    var variants = new ServedVariants(served, Map.of("stage", variant));
    variants.require(RAN);
    Files.writeString(folder.resolve("stage.onnx"), "another model");

    assertDoesNotThrow(() -> variants.require(RAN));
    var anew = new ServedVariants(served, Map.of("stage", variant));
    assertThrows(WorkFailed.class, () -> anew.require(RAN));
  }
}
