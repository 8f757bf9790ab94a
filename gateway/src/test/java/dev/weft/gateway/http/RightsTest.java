package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.gateway.access.Right;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    needed.put("/v2/trace/setting", Right.OBSERVE);
    needed.put("POST /v2/trace/setting", Right.OPERATE);
    needed.put("/v2/models/m/trace/setting", Right.OBSERVE);
    needed.put("POST /v2/models/m/trace/setting", Right.OPERATE);
    needed.put("/v2/repository/models/m/load", Right.OPERATE);
    needed.put("/v2/repository/models/m/unload", Right.OPERATE);
    needed.put("/v2/models/m", Right.MODELS);
    needed.put("/v2/models/m/ready", Right.MODELS);
    needed.put("/v2/models/m/config", Right.MODELS);
    needed.put("/v2/models/stats", Right.OBSERVE);
    needed.put("/v2/models/m/stats", Right.OBSERVE);
    needed.put("/v2/models/m/infer", Right.INFER);
    needed.put("/v2/models/m/generate", Right.INFER);
    needed.put("/v2/models/m/generate_stream", Right.INFER);
    needed.put("/v2/logging", Right.OBSERVE);
    needed.put("POST /v2/logging", Right.OPERATE);
    needed.put("/v2/systemsharedmemory/status", Right.INFER);
    needed.put("/v2/systemsharedmemory/region/r/register", Right.INFER);
    needed.put("/v2/systemsharedmemory/unregister", Right.INFER);
    needed.put("/", Right.OPEN);
    needed.put("/ui/assets/page.js", Right.OPEN);
    needed.put("/weft/v1/pipelines", Right.OBSERVE);
    needed.put("/weft/v1/live", Right.OBSERVE);
    needed.put("/weft/v1/events", Right.OBSERVE);
    needed.put("/weft/v1/caller", Right.OBSERVE);
    needed.put("/weft/v1/cluster", Right.OBSERVE);
    needed.put("/weft/v1/frames", Right.OBSERVE);
    needed.put("/weft/v1/explain/m:1", Right.OBSERVE);
    needed.put("/weft/v1/replay/m:1", Right.OPERATE);
    needed.put("/weft/v1/rollouts", Right.OBSERVE);
    needed.put("/weft/v1/rollouts/s", Right.OBSERVE);
    needed.put("/weft/v1/rollouts/s/abort", Right.OPERATE);
    needed.put("/ofrep/v1/evaluate/flags", Right.MODELS);
    needed.put("/ofrep/v1/evaluate/flags/p.g", Right.MODELS);
    needed.put("/weft/v1/flags", Right.OBSERVE);
    needed.put("/weft/v1/flags/p.g", Right.OBSERVE);
    needed.put("PUT /weft/v1/flags/p.g", Right.OPERATE);
    return needed;
  }

  @Test
  void everyRouteNeedsWhatIsMeant() {
    var seen = new TreeSet<String>();
    NEEDED.forEach(
        (path, right) -> {
          var by = path.split(" ", 2);
          var route = Route.of(by[by.length - 1]).orElseThrow().by(by[0]);
          seen.add(route.getClass().getSimpleName());
          assertEquals(right, Rights.of(route), path);
        });
    var all = new TreeSet<String>();
    routes(Route.class).forEach(route -> all.add(route.getSimpleName()));
    assertEquals(all, seen, "routes without a line above");
  }

  @Test
  void onlyHealthAndTheFilesOfThePageAreOpen() {
    var open = Pattern.compile("/v2/health/.*|/|/ui/.*");
    NEEDED.forEach(
        (path, right) -> assertEquals(open.matcher(path).matches(), right == Right.OPEN, path));
  }

  private static Stream<Class<?>> routes(Class<?> route) {
    return route.isSealed()
        ? Arrays.stream(route.getPermittedSubclasses()).flatMap(RightsTest::routes)
        : Stream.of(route);
  }
}
