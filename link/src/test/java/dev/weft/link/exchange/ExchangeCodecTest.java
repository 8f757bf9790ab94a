package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.link.generated.v1.Part;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExchangeCodecTest {

  @Test
  void aLaneThatIsNotKnownIsTheLeastUrgent() {
    for (var lane : new int[] {4, 100, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
      assertEquals(3, ExchangeCodec.header(Part.newBuilder().setLane(lane).build()).lane());
    }
    assertEquals(2, ExchangeCodec.header(Part.newBuilder().setLane(2).build()).lane());
  }

  @Test
  void whatIsSaidOfARefusalIsCut() {
    var refused = Answer.Refused.before(Reason.FAILED, "x".repeat(5_000));
    assertEquals(1_000, refused.detail().length());
    assertEquals(refused, ExchangeCodec.refused(ExchangeCodec.refusal(1, refused).getRefusal()));
  }

  @Test
  void aSettingAboveWhatIsCountedIsNamed() {
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> TestSettings.quick(Map.of("payload-bytes-max", "4 GiB")));
    assertEquals(
        "weft.link.exchange.payload-bytes-max: 4294967296 (expected: <= 2147483647)",
        wrong.getMessage());
    assertThrows(IllegalArgumentException.class, () -> TestSettings.quick(Map.of("peers-max", 0)));
    assertThrows(
        IllegalArgumentException.class,
        () -> TestSettings.quick(Map.of("heartbeat", Duration.ZERO)));
  }
}
