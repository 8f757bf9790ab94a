package dev.weft.cluster.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.NotSerializableException;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FactsCodecTest {

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
                        false)));
    assertEquals(told, codec.fromBinary(codec.toBinary(told), codec.manifest(told)));
  }
}
