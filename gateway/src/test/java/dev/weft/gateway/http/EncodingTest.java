package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EncodingTest {

  @ParameterizedTest
  @CsvSource({
    "'gzip', GZIP",
    "'deflate, gzip', GZIP",
    "'deflate', DEFLATE",
    "'gzip;q=0, deflate', DEFLATE",
    "'*', GZIP",
    "'GZIP;q=0.5', GZIP",
    "'br', ",
    "'gzip;q=0.0', ",
    "'', "
  })
  void theFirstThatIsAcceptedIsTaken(String header, Encoding expected) {
    assertEquals(Optional.ofNullable(expected), Encoding.accepted(Optional.of(header)));
  }

  @Test
  void contentIsInAnEncodingThatIsKnownOrInNone() {
    assertEquals(Optional.of(Encoding.GZIP), Encoding.ofContent(Optional.of("X-GZIP")));
    assertEquals(Optional.empty(), Encoding.ofContent(Optional.of("identity")));
    assertEquals(Optional.empty(), Encoding.ofContent(Optional.empty()));
    for (var other : new String[] {"br", "gzip, gzip", "zstd"}) {
      var problem =
          assertThrows(ProtocolException.class, () -> Encoding.ofContent(Optional.of(other)));
      assertEquals(Fault.UNSUPPORTED_ENCODING, problem.fault());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsDeflatedIsInflatedAgainAndWhatIsBrokenIsRefused(Encoding encoding) throws IOException {
    var content = new byte[5000];
    Arrays.fill(content, (byte) 7);
    var deflated = encoding.deflated(content);
    assertArrayEquals(content, inflated(encoding, deflated));
    for (var cut : new int[] {0, 1, 5, deflated.length / 2}) {
      var problem =
          assertThrows(
              ProtocolException.class, () -> inflated(encoding, Arrays.copyOf(deflated, cut)));
      assertEquals(Fault.INVALID, problem.fault());
    }
    deflated[0] ^= 1;
    assertThrows(ProtocolException.class, () -> inflated(encoding, deflated));
  }

  private static byte[] inflated(Encoding encoding, byte[] bytes) throws IOException {
    return encoding.inflated(new ByteArrayInputStream(bytes)).readAllBytes();
  }
}
