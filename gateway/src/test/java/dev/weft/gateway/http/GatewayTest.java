package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.gateway.protection.Protection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTest {

  private static final String HELD = Served.floats("x", "[1]", "[1]");

  @TempDir private Path folder = Path.of("");

  @Test
  void drainingEndsWhatIsInsideAndLetsNothingElseIn() throws Exception {
    try (var served = Served.start(folder, "")) {
      var inside =
          served.client.sendAsync(
              served.request("/v2/models/held/infer", HELD), BodyHandlers.ofString());
      HeldFactory.BEGUN.acquire();
      var drained =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return served.gateway.drain(Duration.ofSeconds(30));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      Served.await("not ready", () -> status(served, "/v2/health/ready") == 400);
      assertEquals(200, status(served, "/v2/health/live"));
      var refused = served.post("/v2/models/echo/infer", Served.floats("x", "[1,4]", "[1,2,3,4]"));
      assertEquals(503, refused.statusCode());
      assertEquals("1", refused.headers().firstValue("retry-after").orElse(""));
      assertFalse(drained.isDone());
      HeldFactory.PERMITS.release();
      assertEquals(200, inside.get().statusCode());
      assertTrue(drained.get());
    }
  }

  private static int status(Served served, String path) {
    try {
      return served.get(path).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void drainingGivesUpInTheEnd() throws Exception {
    try (var served = Served.start(folder, "")) {
      var inside =
          served.client.sendAsync(
              served.request("/v2/models/held/infer", HELD), BodyHandlers.ofString());
      HeldFactory.BEGUN.acquire();
      assertFalse(served.gateway.drain(Duration.ofMillis(20)));
      HeldFactory.PERMITS.release();
      inside.get();
    }
  }

  @Test
  void anAddressThatOthersReachIsListenedOnOnlyIfNamed() throws Exception {
    try (var served = Served.start(folder, "")) {
      var settings = GatewaySettings.from(ConfigFactory.load());
      var problem =
          assertThrows(
              GatewayException.class,
              () ->
                  Gateway.start(
                      served.weft, settings.at("0.0.0.0", 0, false), Protection.none(), "1"));
      assertTrue(
          Objects.requireNonNull(problem.getMessage()).contains("--insecure-beyond-loopback"));
      try (var open =
          Gateway.start(served.weft, settings.at("0.0.0.0", 0, true), Protection.none(), "1")) {
        assertTrue(open.port() > 0);
      }
    }
  }

  @Test
  void aPortThatIsTakenIsToldWithTheAddress() throws Exception {
    try (var served = Served.start(folder, "");
        var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var settings =
          GatewaySettings.from(ConfigFactory.load()).at("127.0.0.1", taken.getLocalPort(), false);
      var problem =
          assertThrows(
              GatewayException.class,
              () -> Gateway.start(served.weft, settings, Protection.none(), "1"));
      assertTrue(
          Objects.requireNonNull(problem.getMessage())
              .startsWith("127.0.0.1 port %d: ".formatted(taken.getLocalPort())),
          problem.getMessage());
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    var settings = GatewaySettings.from(ConfigFactory.load());
    assertEquals(8000, settings.port());
    assertThrows(IllegalArgumentException.class, () -> settings.at("localhost", 65536, false));
    var tight =
        ConfigFactory.parseString("weft.gateway.reading = 1KiB").withFallback(ConfigFactory.load());
    assertThrows(IllegalArgumentException.class, () -> GatewaySettings.from(tight));
  }
}
