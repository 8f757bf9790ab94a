package dev.weft.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CodebookTest {

  private record Warmed(double kelvin) {}

  /** Temperatures were degrees Celsius once. */
  private static final Codebook CODEBOOK =
      Codebook.builder()
          .form(
              Warmed.class,
              "oven.warmed.v2",
              warmed -> bytes(Double.toString(warmed.kelvin())),
              payload -> new Warmed(number(payload)))
          .pastForm("oven.warmed.v1", payload -> new Warmed(number(payload) + 273.15))
          .build();

  @Test
  void readsWhatItWrote() {
    var warmed = new Warmed(300);

    assertEquals("oven.warmed.v2", CODEBOOK.manifest(warmed));
    assertEquals(warmed, CODEBOOK.read("oven.warmed.v2", CODEBOOK.write(warmed)));
  }

  @Test
  void makesThePresentFormOfAPastOne() {
    var stored = Seal.seal("oven.warmed.v1", bytes("0.0"));

    assertEquals(new Warmed(273.15), CODEBOOK.read("oven.warmed.v1", stored));
    assertEquals(Set.of("oven.warmed.v1", "oven.warmed.v2"), CODEBOOK.manifests());
  }

  @Test
  void refusesEveryFlippedBitAndEveryMissingEnd() {
    var stored = CODEBOOK.write(new Warmed(300));
    for (var bit = 0; bit < stored.length * Byte.SIZE; bit++) {
      var flipped = stored.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertEquals(UnreadableEventException.Cause.CORRUPT, refusal("oven.warmed.v2", flipped));
    }
    for (var length = 0; length < stored.length; length++) {
      var cut = java.util.Arrays.copyOf(stored, length);
      assertEquals(UnreadableEventException.Cause.CORRUPT, refusal("oven.warmed.v2", cut));
    }
  }

  @Test
  void refusesBytesUnderTheManifestOfAnotherForm() {
    var stored = CODEBOOK.write(new Warmed(300));

    assertEquals(UnreadableEventException.Cause.CORRUPT, refusal("oven.warmed.v1", stored));
  }

  @Test
  void saysThatAFormIsNewerThanItKnows() {
    var stored = Seal.seal("oven.warmed.v3", bytes("1"));

    assertEquals(UnreadableEventException.Cause.UNKNOWN, refusal("oven.warmed.v3", stored));
  }

  private static UnreadableEventException.Cause refusal(String manifest, byte[] stored) {
    return assertThrows(UnreadableEventException.class, () -> CODEBOOK.read(manifest, stored))
        .why();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static double number(byte[] payload) {
    return Double.parseDouble(new String(payload, StandardCharsets.UTF_8));
  }
}
