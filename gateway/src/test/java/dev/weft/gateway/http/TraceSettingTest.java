package dev.weft.gateway.http;

import static dev.weft.gateway.access.Credentials.as;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.access.Credentials;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which requests are traced, over HTTP, where there is nowhere to send traces. */
class TraceSettingTest {

  private static final String ALL = "/v2/trace/setting";
  private static final String ECHO = "/v2/models/echo/trace/setting";
  private static final String OFF =
      "{\"trace_level\":[\"OFF\"],\"trace_rate\":\"0\",\"trace_count\":\"-1\","
          + "\"log_frequency\":\"0\",\"trace_file\":\"\",\"trace_mode\":\"opentelemetry\"}";

  @TempDir private Path folder = Path.of("");

  @Test
  void theyAreOffAndSayWhatWouldTurnThemOn() throws Exception {
    try (var served = Served.start(folder, "")) {
      for (var path : List.of(ALL, ECHO, "/v2/models/echo/versions/1/trace/setting")) {
        assertEquals(OFF, served.get(path).body());
        assertEquals(OFF, served.post(path, "{\"trace_level\":null}").body());
        assertEquals(OFF, served.post(path, "").body());
        var refused = served.post(path, "{\"trace_level\":[\"TIMESTAMPS\"]}");
        assertEquals(400, refused.statusCode());
        assertTrue(refused.body().contains("OTEL_EXPORTER_OTLP_ENDPOINT"), refused.body());
        assertTrue(refused.body().contains("\"code\":\"not-offered\""), refused.body());
      }
      assertEquals(404, served.get("/v2/models/none/trace/setting").statusCode());
      assertEquals(404, served.post("/v2/models/none/trace/setting", "{}").statusCode());
      assertEquals(404, served.get("/v2/models/echo/versions/2/trace/setting").statusCode());
      assertEquals(403, served.post(ALL, "{}", "Origin", "http://localhost").statusCode());
      assertFalse(served.get("/v2").body().contains("\"trace\""));
    }
  }

  @Test
  void whoMayOnlyLookChangesNothing() throws Exception {
    var infer = Credentials.key(1);
    var observe = Credentials.key(2);
    var operate = Credentials.key(3);
    var accounts =
        Credentials.access(
            folder,
            Credentials.line(infer, "acme", "infer"),
            Credentials.line(observe, "acme", "observe"),
            Credentials.line(operate, "acme", "operate"));
    try (var served = Served.start(folder, accounts)) {
      for (var path : List.of(ALL, ECHO)) {
        assertEquals(401, served.get(path).statusCode());
        assertEquals(403, served.post(path, "{}", as(infer)).statusCode());
        assertEquals(403, served.post(path, "{}", as(observe)).statusCode());
        assertEquals(200, served.post(path, "{}", as(operate)).statusCode());
      }
    }
  }
}
