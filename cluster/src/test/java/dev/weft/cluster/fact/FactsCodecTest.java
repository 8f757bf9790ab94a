package dev.weft.cluster.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.cluster.v1.LinkedFacts;
import dev.weft.persistence.testkit.StoredForms;
import java.io.IOException;
import java.io.NotSerializableException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FactsCodecTest {

  private static final BufferFacts BUFFER =
      new BufferFacts(
          true,
          true,
          Optional.of("shop/b"),
          true,
          false,
          12,
          3_040,
          Optional.of(Duration.ofMillis(9)),
          Optional.of("disk full"),
          List.of(
              new BufferFacts.Mirrored(
                  "shop/b",
                  7,
                  900,
                  Optional.of(Instant.ofEpochMilli(5)),
                  Optional.of(Instant.ofEpochMilli(6)),
                  4,
                  Optional.empty()),
              new BufferFacts.Mirrored(
                  "shop/c",
                  0,
                  0,
                  Optional.empty(),
                  Optional.empty(),
                  0,
                  Optional.of("not mirrored"))));

  private static FactsActor.Told told(Set<String> linked) {
    return new FactsActor.Told(
        FactBookTest.facts("box", 3, 7)
            .with(
                new NodeFacts.State(
                    7,
                    Set.of("look", "hear"),
                    Set.of("see@small"),
                    0.5,
                    OptionalDouble.of(0.25),
                    1 << 20,
                    OptionalDouble.of(61.5),
                    OptionalDouble.empty(),
                    OptionalLong.of(12),
                    Map.of("look", 1_500_000L),
                    false,
                    BUFFER,
                    true,
                    Map.of(),
                    linked)));
  }

  @Test
  void factsComeAsTheyWent() throws NotSerializableException {
    var codec = new FactsCodec();
    for (var told : List.of(told(Set.of()), told(Set.of("box:25520", "other:25520")))) {
      assertEquals(told, codec.fromBinary(codec.toBinary(told), codec.manifest(told)));
      var arriving =
          new FactsActor.Told(
              told.facts().with(told.facts().state().arriving(Map.of(3, 2.5, 59, 0.125))));
      assertEquals(arriving, codec.fromBinary(codec.toBinary(arriving), codec.manifest(arriving)));
      assertEquals(
          List.of(told.facts(), told.facts()),
          FactsCodec.readAll(FactsCodec.write(List.of(told.facts(), told.facts()))));
    }
  }

  /** Nodes of the release before tell the first form, and read the second without its end. */
  @Test
  void factsAreToldAsTheyEverWere() throws IOException {
    var codec = new FactsCodec();
    var forms = new StoredForms(FactsCodecTest.class);
    var before = forms.bytes("cluster.facts.v1");
    assertEquals(told(Set.of()), codec.fromBinary(before, "cluster.facts.v1"));
    assertEquals(hex(before), hex(codec.toBinary(told(Set.of()))));
    var linked = told(Set.of("box:25520", "other:25520"));
    var now = forms.bytes("cluster.facts.v1-linked");
    assertEquals(linked, codec.fromBinary(now, "cluster.facts.v1"));
    assertEquals(hex(now), hex(codec.toBinary(linked)));
    assertTrue(hex(now).startsWith(hex(before)));
  }

  @Test
  void aMachineThatDoesNotTellItsCpuIsNotAnIdleOne() {
    var untold = FactBookTest.facts("till", 1, 1);
    assertEquals(List.of(untold), FactsCodec.readAll(FactsCodec.write(List.of(untold))));
    var idle = untold.with(idle());
    assertEquals(List.of(idle), FactsCodec.readAll(FactsCodec.write(List.of(idle))));
  }

  /** One that tells that it has nothing to do. */
  private static NodeFacts.State idle() {
    return new NodeFacts.State(
        1,
        Set.of(),
        Set.of(),
        0,
        OptionalDouble.of(0),
        0,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Map.of(),
        true);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void bytesThatAreNoFactsAreNamed() {
    var wrong =
        assertThrows(
            IllegalArgumentException.class, () -> FactsCodec.readAll(new byte[] {1, 2, 3}));
    assertTrue(String.valueOf(wrong.getMessage()).startsWith("facts: "), wrong.getMessage());
    var nameless =
        LinkedFacts.newBuilder()
            .addNodes(dev.weft.api.cluster.v1.NodeFacts.getDefaultInstance())
            .build();
    assertThrows(IllegalArgumentException.class, () -> FactsCodec.readAll(nameless.toByteArray()));
  }
}
