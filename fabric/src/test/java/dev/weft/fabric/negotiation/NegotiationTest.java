package dev.weft.fabric.negotiation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.explanation.Explanation;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.reading.ManifestTexts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which variant a node takes, and what is said of the others. */
class NegotiationTest {

  private static final List<String> AVX2 = List.of("amd64", "avx2", "fma");
  private static final List<String> VNNI = List.of("amd64", "avx2", "fma", "avx_vnni");
  private static final List<String> ARM = List.of("aarch64", "asimd");

  private static final String INT8 =
      """
      variants:
        - name: int8
          needs: [exact-int8]
          artifact: {file: model.onnx, sha256: %s, size: 24}
      """
          .formatted(ManifestTexts.SHA256);

  private final StageManifest stage;

  NegotiationTest(@TempDir Path folder) throws IOException {
    var text = ManifestTexts.STAGE.replace("variants:\n", INT8);
    stage = ManifestTexts.read(folder, text).manifests().stage("double").orElseThrow();
  }

  private String taken(List<String> cpu) {
    return Negotiation.of(stage, NodeAbilities.of(cpu)).taken().orElseThrow().name();
  }

  @Test
  void nodesOfDifferentAbilitiesTakeDifferentVariants() {
    assertEquals("fp32", taken(AVX2));
    assertEquals("int8", taken(VNNI));
    assertEquals("int8", taken(ARM));
  }

  @Test
  void whatANodeLacksIsNamed() {
    var negotiation = Negotiation.of(stage, NodeAbilities.of(AVX2));
    var int8 = negotiation.offer("int8").orElseThrow();
    assertFalse(int8.isRunnable());
    assertEquals("cannot run: the node lacks exact-int8", negotiation.reason(int8));
  }

  @Test
  void aVariantBehindTheOneTakenIsSaidToBe() {
    var negotiation = Negotiation.of(stage, NodeAbilities.of(VNNI));
    var fp32 = negotiation.offer("fp32").orElseThrow();
    assertEquals("can run; stands behind 'int8'", negotiation.reason(fp32));
    assertEquals(Optional.empty(), negotiation.offer("int4"));
  }

  @Test
  void theTableTellsWhatIsTakenAndWhy() {
    var text = Explanation.of(stage, NodeAbilities.of(AVX2));
    assertTrue(text.contains("int8  cannot run: the node lacks exact-int8"), text);
    assertTrue(text.contains("fp32  taken: the first whose needs the node meets"), text);
  }

  @Test
  void stagesAreSettledOnWhatTheNodeTakes() {
    var stages = Map.of(stage.name(), stage);
    var weak = Negotiation.settled(stages, NodeAbilities.of(AVX2)).get(stage.name());
    assertEquals("fp32", Objects.requireNonNull(weak).defaultVariant().name());
    assertEquals(stage.variants().size(), weak.variants().size());
    assertEquals(stages, Negotiation.settled(stages, NodeAbilities.of(VNNI)));
  }

  @Test
  void aVariantThatTheNodeCannotRunIsRefusedWithOneItCan() {
    var refusal =
        Negotiation.refusal(stage, stage.variants().getFirst(), NodeAbilities.of(AVX2))
            .orElseThrow();
    assertEquals(
        "needs exact-int8, which this node lacks (expected: a variant it can run, such as 'fp32')",
        refusal);
    assertEquals(
        Optional.empty(),
        Negotiation.refusal(stage, stage.variants().getFirst(), NodeAbilities.of(ARM)));
  }
}
