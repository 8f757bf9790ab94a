package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.access.Right;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What every route needs: written here once more, so that a change is meant. */
class RightsTest {

  private static final Map<String, Right> NEEDED = needed();

  private static Map<String, Right> needed() {
    var needed = new HashMap<String, Right>();
    needed.put("/v2/health/live", Right.OPEN);
    needed.put("/v2/health/ready", Right.OPEN);
    needed.put("/v2", Right.MODELS);
    needed.put("/v2/repository/index", Right.MODELS);
    needed.put("/v2/models/m", Right.MODELS);
    needed.put("/v2/models/m/ready", Right.MODELS);
    needed.put("/v2/models/m/config", Right.MODELS);
    needed.put("/v2/models/stats", Right.OBSERVE);
    needed.put("/v2/models/m/stats", Right.OBSERVE);
    needed.put("/v2/models/m/infer", Right.INFER);
    return needed;
  }

  @Test
  void everyRouteNeedsWhatIsMeant() {
    var seen = new TreeSet<String>();
    NEEDED.forEach(
        (path, right) -> {
          var route = Route.of(path).orElseThrow();
          seen.add(route.getClass().getSimpleName());
          assertEquals(right, Rights.of(route), path);
        });
    var all = new TreeSet<String>();
    Arrays.stream(Route.class.getPermittedSubclasses())
        .forEach(route -> all.add(route.getSimpleName()));
    assertEquals(all, seen, "routes without a line above");
  }

  @Test
  void onlyHealthIsOpen() {
    NEEDED.forEach((path, right) -> assertTrue(right != Right.OPEN || path.contains("health")));
  }
}
