package dev.weft.cluster.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.NotSerializableException;
import java.time.Duration;
import java.time.Instant;
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

  @Test
  void factsComeAsTheyWent() throws NotSerializableException {
    var codec = new FactsCodec();
    var told =
        new FactsActor.Told(
            FactBookTest.facts("box", 3, 7)
                .with(
                    new NodeFacts.State(
                        7,
                        Set.of("look", "hear"),
                        Set.of("see@small"),
                        0.5,
                        0.25,
                        1 << 20,
                        OptionalDouble.of(61.5),
                        OptionalDouble.empty(),
                        OptionalLong.of(12),
                        Map.of("look", 1_500_000L),
                        false,
                        BUFFER,
                        true,
                        Map.of(3, 2.5, 59, 0.125))));
    assertEquals(told, codec.fromBinary(codec.toBinary(told), codec.manifest(told)));
  }
}
