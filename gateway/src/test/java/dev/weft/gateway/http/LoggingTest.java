package dev.weft.gateway.http;

import static dev.weft.gateway.access.Credentials.as;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.access.Credentials;
import dev.weft.gateway.log.Verbosity;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much is logged, over HTTP. */
class LoggingTest {

  private static final String PATH = "/v2/logging";

  @TempDir private Path folder = Path.of("");

  @Test
  void itIsShownAndChanged() throws Exception {
    try (var served = Served.start(folder, "")) {
      var before =
          "{\"log_file\":\"\",\"log_info\":false,\"log_warning\":true,\"log_error\":true,"
              + "\"log_verbose_level\":0,\"log_format\":\"default\"}";
      assertEquals(before, served.get(PATH).body());
      var changed = served.post(PATH, "{\"log_verbose_level\":1}");
      assertEquals(200, changed.statusCode(), changed.body());
      assertEquals(
          before.replace("info\":false", "info\":true").replace("level\":0", "level\":1"),
          changed.body());
      assertEquals(Verbosity.ALL, served.desk.verbosity());
      assertEquals(changed.body(), served.post(PATH, "").body());

      var refused = served.post(PATH, "{\"log_error\":false}");
      assertEquals(400, refused.statusCode());
      assertTrue(refused.body().contains("setting 'log_error': false"), refused.body());
      assertEquals(400, served.post(PATH, "[]").statusCode());
      assertEquals(403, served.post(PATH, "{}", "Origin", "http://localhost").statusCode());
      assertEquals(Verbosity.ALL, served.desk.verbosity());
    }
  }

  @Test
  void whoMayOnlyLookChangesNothing() throws Exception {
    var observer = Credentials.key(1);
    var operator = Credentials.key(2);
    var accounts =
        Credentials.access(
            folder,
            Credentials.line(observer, "acme", "observe"),
            Credentials.line(operator, "acme", "operate"));
    try (var served = Served.start(folder, accounts)) {
      assertEquals(401, served.post(PATH, "{\"log_info\":true}").statusCode());
      assertEquals(403, served.post(PATH, "{\"log_info\":true}", as(observer)).statusCode());
      assertEquals(Verbosity.WARNINGS, served.desk.verbosity());
      assertEquals(200, served.post(PATH, "{\"log_info\":true}", as(operator)).statusCode());
      assertEquals(Verbosity.EVENTS, served.desk.verbosity());
    }
  }
}
