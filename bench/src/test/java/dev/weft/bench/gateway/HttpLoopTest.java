package dev.weft.bench.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.bench.load.EventLoad;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpLoopTest {

  private static final WireTensor X = new WireTensor("x", "FP32", List.of(1L, 2L), new byte[8]);
  private static final String REFUSAL =
      "{\"error\":\"full\",\"code\":\"queue-full\",\"retry_after_ms\":1}";

  private volatile int status = 200;
  private WebServer server;

  @BeforeEach
  void serve() {
    server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .routing(
                all ->
                    all.any(
                        (request, response) -> {
                          var _ = request.content().as(byte[].class);
                          response.status(Status.create(status)).send(REFUSAL);
                        }))
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void manyConnectionsOfOneThreadCallAgainWhenTheyAreAnswered() throws Exception {
    var callers = new ArrayList<LoadConnection>();
    try (var loop = new HttpLoop()) {
      for (var i = 0; i < 20; i++) {
        callers.add(loop.connect(server.port(), HttpRequest.bare("tiny", List.of(X))));
      }
      var answered = EventLoad.run(callers, Duration.ofMillis(300));
      assertEquals(20, answered.callers());
      assertTrue(answered.completedCount() >= 20, () -> "" + answered.completedCount());
      assertEquals(0, answered.refusedCount());
      assertTrue(answered.slowestNanos().stream().allMatch(nanos -> nanos > 0));

      status = 429;
      var refused = EventLoad.run(callers, Duration.ofMillis(300));
      assertEquals(0, refused.completedCount());
      assertTrue(refused.refusedCount() >= 20, () -> "" + refused.refusedCount());

      status = 400;
      var failed =
          assertThrows(
              IllegalStateException.class, () -> EventLoad.run(callers, Duration.ofMillis(300)));
      assertTrue(String.valueOf(failed.getCause()).contains("400"), failed::toString);
    } finally {
      for (var caller : callers) {
        caller.close();
      }
    }
  }
}
