package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.weft.link.testkit.FaultProxy.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** However requests end, what they took of a link is there again. */
class CreditTest {

  private static final int REQUESTS = 400;
  private static final int LANE_REQUESTS = 8;

  private static List<Map<String, Object>> lanes() {
    var lanes = new ArrayList<Map<String, Object>>();
    for (var lane = 0; lane < Request.LANES; lane++) {
      lanes.add(Map.of("requests", LANE_REQUESTS, "bytes", "64 MiB"));
    }
    return lanes;
  }

  @Test
  void requestsThatAreGivenUpHalfWayLeaveNothingTaken() throws Exception {
    var seed = Long.getLong("weft.seed", 20261130L);
    var random = new Random(seed);
    var changes = Map.of("lanes", lanes(), "part-bytes", 4_096, "window-bytes", "64 KiB");
    try (var ends = Ends.begin(changes, Map.of("echo", Ends.ECHO))) {
      ends.untilConnected();
      ends.proxy().throttle(Way.TO_SERVER, 6_000_000);
      for (var i = 0; i < REQUESTS; i++) {
        var payload = new byte[random.nextInt(60_000)];
        var time = Duration.ofNanos(1 + random.nextInt(60_000_000));
        var answer = ends.ask("echo", random.nextInt(Request.LANES), payload, time);
        if (random.nextInt(4) == 0) {
          answer.orTimeout(random.nextInt(10), java.util.concurrent.TimeUnit.MILLISECONDS);
        } else if (random.nextInt(2) == 0) {
          settle(answer);
        }
      }
      Ends.until(() -> ends.peer().status().underWay().stream().allMatch(each -> each == 0));
      assertEquals(1, ends.peer().status().connections(), "seed " + seed);
      ends.proxy().heal();
      // The receiver has given everything back, too: it takes as many at once as ever.
      for (var lane = 0; lane < Request.LANES; lane++) {
        var answers = new ArrayList<CompletableFuture<Answer>>();
        for (var i = 0; i < LANE_REQUESTS; i++) {
          answers.add(ends.ask("echo", lane, new byte[] {(byte) i}));
        }
        for (var i = 0; i < LANE_REQUESTS; i++) {
          assertArrayEquals(new byte[] {(byte) i}, Ends.done(answers.get(i)), "seed " + seed);
        }
      }
    }
  }

  private static void settle(CompletableFuture<Answer> answer) throws Exception {
    assertInstanceOf(Answer.class, Ends.get(answer));
  }
}
