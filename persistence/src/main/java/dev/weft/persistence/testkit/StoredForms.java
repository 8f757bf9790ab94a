package dev.weft.persistence.testkit;

import dev.weft.persistence.journal.CodebookCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * What was written once, beside a test as {@code stored/NAME.hex}: other releases must read what
 * this one writes, and this one what they wrote. A form that was ever released stays.
 *
 * @param beside the test
 */
public record StoredForms(Class<?> beside) {

  /**
   * @throws IOException naming the file that is not there
   */
  public byte[] bytes(String name) throws IOException {
    var path = "stored/%s.hex".formatted(name);
    try (var file = beside.getResourceAsStream(path)) {
      if (file == null) {
        throw new IOException("%s: not there (expected: beside %s)".formatted(path, beside));
      }
      var text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
  }

  /**
   * Holds a codec to what is stored.
   *
   * @param manifests all that it reads
   * @param values what the file of each manifest holds
   * @throws AssertionError naming the manifest that is read or written otherwise
   */
  public void hold(CodebookCodec codec, Set<String> manifests, Map<String, Object> values)
      throws IOException {
    require("manifests", values.keySet(), manifests);
    for (var each : values.entrySet()) {
      var stored = bytes(each.getKey());
      require(each.getKey(), each.getValue(), codec.fromBinary(stored, each.getKey()));
      var written = HexFormat.of().formatHex(codec.toBinary(each.getValue()));
      require(each.getKey(), HexFormat.of().formatHex(stored), written);
      require(each.getKey(), each.getKey(), codec.manifest(each.getValue()));
    }
  }

  private static void require(String what, Object expected, Object found) {
    if (!found.equals(expected)) {
      throw new AssertionError("%s: %s (expected: %s)".formatted(what, found, expected));
    }
  }
}
