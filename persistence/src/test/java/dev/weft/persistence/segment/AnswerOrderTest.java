package dev.weft.persistence.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.persistence.disk.MemoryDisk;
import dev.weft.persistence.testkit.ManualPacer;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AnswerOrderTest {

  @Test
  void recordsOfOneGroupAreAnsweredAsAReaderFindsThemWhateverTheirClass() throws IOException {
    var day = Duration.ofDays(1);
    var classes =
        List.of(Retention.of("audit", 1 << 20, day), Retention.of("default", 1 << 20, day));
    var pacer = new ManualPacer();
    var kept = new ArrayList<Long>();
    try (var store =
        SegmentStore.open(
            new MemoryDisk(),
            TraceSettings.of(classes),
            () -> Instant.EPOCH,
            new SecureRandom(),
            pacer)) {
      for (var name : List.of("audit", "default", "audit", "default", "audit")) {
        var _ =
            store
                .append(new TraceKey("cam", "kiosk", "", name, Instant.EPOCH), new byte[8])
                .thenAccept(outcome -> kept.add(((Outcome.Kept) outcome).number()));
      }
      pacer.pass(Duration.ofSeconds(1));
    }

    assertEquals(LongStream.rangeClosed(1, 5).boxed().toList(), kept);
  }
}
