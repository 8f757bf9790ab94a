package dev.weft.cluster.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.Variant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VariantTextTest {

  /** As it was stored and sent first; it is read for good. */
  private static final String FIRST =
      "{\"stage\":\"classify\",\"uses\":\"onnx\",\"abiVersion\":3,"
          + "\"abi\":\"x FP32[n, 4] -> y FP32[n, 2]\",\"deviceOnly\":false,\"zones\":[\"eu-de\"],"
          + "\"name\":\"int8\",\"precision\":\"int8\",\"file\":\"int8.onnx\",\"sha256\":\""
          + "ab".repeat(32)
          + "\",\"sizeBytes\":1000,\"options\":{\"optimization\":\"all\"},\"batchInvariant\":true,"
          + "\"needs\":[\"exact-int8\"]}";

  private static DeclaredVariant of(Residency residency, Variant variant) {
    return DeclaredVariant.of(Declared.stage(residency, variant), variant);
  }

  private static String wrong(String text) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> VariantText.read(text)).getMessage());
  }

  @Test
  void readsAndWritesWhatItAlwaysDid() {
    var declared = of(Residency.within(List.of("eu-de")), Declared.variant("int8"));

    assertEquals(FIRST, VariantText.of(declared));
    assertEquals(declared, VariantText.read(FIRST));
  }

  @Test
  void keepsEveryFormOfEveryField() {
    Map<String, Object> options =
        Map.of(
            "text",
            "a \"b\"\n",
            "whole",
            9_007_199_254_740_993L,
            "number",
            1e-7,
            "round",
            3.0,
            "flag",
            true,
            "numbers",
            List.of(0.5, -2.0),
            "texts",
            List.of("a", "b"),
            "byName",
            Map.of("k", "v"));
    for (var residency :
        List.of(
            Residency.anywhere(),
            Residency.onDevice(),
            Residency.within(List.of("eu-de", "eu-fr")),
            Residency.within(List.of()),
            new Residency(true, Residency.within(List.of("eu-de")).zones()))) {
      var code = new Variant("default", Optional.empty(), Optional.empty(), options, false);
      for (var variant : List.of(code, Declared.variant("int8"))) {
        var declared = of(residency, variant);
        assertEquals(declared, VariantText.read(VariantText.of(declared)));
      }
    }
  }

  @Test
  void passesOverWhatALaterReleaseAdds() {
    var later = FIRST.replaceFirst("\\{", "{\"novelty\": {\"a\": [1]}, ");
    assertEquals(VariantText.read(FIRST), VariantText.read(later));
  }

  @Test
  void namesWhatIsWrong() {
    assertTrue(wrong("{}").contains("deviceOnly: null (expected: true or false)"));
    assertTrue(wrong(FIRST.replace("1000", "\"1\"")).contains("sizeBytes: 1 (expected: a whole"));
    assertTrue(wrong(FIRST.replace("\"int8.onnx\"", "7")).contains("file: 7 (expected: a text)"));
    assertTrue(wrong(FIRST.replace("[\"exact-int8\"]", "[8]")).contains("needs: [8] (expected"));
    assertTrue(wrong(FIRST.replace("{\"optimization\":\"all\"}", "1")).contains("options: 1"));
    assertTrue(wrong(FIRST.replace("classify", "../../etc")).contains("name: '../../etc'"));
    assertTrue(wrong(FIRST.replace("ab".repeat(32), "ab/..")).contains("sha256 'ab/..'"));
    assertFalse(wrong(FIRST.substring(9)).isEmpty());
    assertTrue(wrong(" ".repeat(40_000)).contains("40000 bytes (expected: at most 32768)"));
  }
}
