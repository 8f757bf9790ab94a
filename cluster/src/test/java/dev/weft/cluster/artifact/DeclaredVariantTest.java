package dev.weft.cluster.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeclaredVariantTest {

  private static final Variant PLAIN = Declared.variant("plain");
  private static final StageManifest STAGE = Declared.stage(Residency.anywhere(), PLAIN);

  private static DeclaredVariant like(String uses, int version, String abi) {
    return new DeclaredVariant(
        Declared.STAGE, uses, version, abi, Residency.anywhere(), Declared.variant("int8"));
  }

  @Test
  void saysNothingOfWhereAFileIsOrCanBeFetchedFrom() {
    var artifact = DeclaredVariant.of(STAGE, PLAIN).artifact().orElseThrow();

    assertEquals(Path.of(""), artifact.path());
    assertEquals(Optional.empty(), artifact.source());
    assertEquals("plain.onnx", artifact.file());
    var there = DeclaredVariant.of(STAGE, PLAIN).at(Path.of("brought"));
    assertEquals(Path.of("brought"), there.artifact().orElseThrow().path());
    assertEquals(PLAIN.options(), there.options());
    assertEquals(PLAIN.needs(), there.needs());
  }

  @Test
  void fitsAStageOfItsKindAndAbiAndNoOther() {
    var abi = DeclaredVariant.abi(Declared.ABI);
    assertEquals("x FP32[n, 4] -> y FP32[n, 2]", abi);
    assertEquals(Optional.empty(), like("onnx", 3, abi).unfit(STAGE));

    assertEquals(
        "stage 'classify': kind 'onnx' here (expected: 'image/resize', for which variant 'int8' is"
            + " declared)",
        like("image/resize", 3, abi).unfit(STAGE).orElseThrow());
    assertEquals(
        "stage 'classify': version of the ABI '3' here (expected: '4', for which variant 'int8' is"
            + " declared)",
        like("onnx", 4, abi).unfit(STAGE).orElseThrow());
    assertEquals(
        "stage 'classify': ABI 'x FP32[n, 4] -> y FP32[n, 2]' here (expected: 'x FP16[n, 4] -> y"
            + " FP32[n, 2]', for which variant 'int8' is declared)",
        like("onnx", 3, "x FP16[n, 4] -> y FP32[n, 2]").unfit(STAGE).orElseThrow());
  }

  @Test
  void aLongAbiIsToldByItsDigest() {
    var many = IntStream.range(0, 200).mapToObj(i -> TensorSpec.of("x" + i, Datatype.FP32, i, i));
    var inputs = many.toList();
    var abi = DeclaredVariant.abi(new Signature(inputs, List.of()));

    assertTrue(abi.matches("SHA-256 [0-9a-f]{64}"), abi);
    assertNotEquals(abi, DeclaredVariant.abi(new Signature(inputs.subList(1, 200), List.of())));
  }

  @Test
  void anotherFileUnderItsNameIsToldByBothDigests() {
    var declared = DeclaredVariant.of(STAGE, PLAIN);
    var other = Declared.variant("plain", Path.of("p.onnx"), "cd".repeat(32), 9);
    var none = new Variant("plain", Optional.empty(), Optional.empty(), Map.of(), false);

    assertEquals(Optional.empty(), declared.unlike(PLAIN));
    var why = declared.unlike(other).orElseThrow();
    assertTrue(why.contains("SHA-256 %s here".formatted("cd".repeat(32))), why);
    assertTrue(why.contains("expected: SHA-256 %s".formatted("ab".repeat(32))), why);
    assertTrue(declared.unlike(none).orElseThrow().contains("no file here"));
  }

  @Test
  void mayBeOnlyWhereItsRegionLetsItBe() {
    var german =
        DeclaredVariant.of(Declared.stage(Residency.within(List.of("eu-de")), PLAIN), PLAIN);
    assertEquals(Optional.empty(), german.unwelcome(Set.of("eu-de")));
    assertTrue(german.unwelcome(Set.of("us-east")).orElseThrow().contains("[us-east]"));
    assertTrue(german.unwelcome(Set.of()).orElseThrow().contains("in no zone"));
    var device = DeclaredVariant.of(Declared.stage(Residency.onDevice(), PLAIN), PLAIN);
    assertTrue(device.unwelcome(Set.of("eu-de")).orElseThrow().contains("device-only"));
  }

  @Test
  void refusesNamesAndDigestsThatCouldBePlaces() {
    var sha256 = "ab".repeat(32);
    for (var name : List.of("../x", "", ".", "a/b", "a b")) {
      var variant = Declared.variant(name, Path.of("p.onnx"), sha256, 9);
      assertThrows(IllegalArgumentException.class, () -> DeclaredVariant.of(STAGE, variant), name);
    }
    for (var wrong : List.of("", "AB".repeat(32), "../" + sha256)) {
      var variant = Declared.variant("plain", Path.of("p.onnx"), wrong, 9);
      assertThrows(IllegalArgumentException.class, () -> DeclaredVariant.of(STAGE, variant), wrong);
    }
    var empty = Declared.variant("plain", Path.of("p.onnx"), sha256, 0);
    assertThrows(IllegalArgumentException.class, () -> DeclaredVariant.of(STAGE, empty));
  }
}
