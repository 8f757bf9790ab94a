package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {

  @Test
  void everyPathOfTheProtocolHasItsRoute() {
    var none = Optional.<String>empty();
    var two = Optional.of("2");
    var routes =
        Map.ofEntries(
            Map.entry("/v2", new Route.Server()),
            Map.entry("/v2/", new Route.Server()),
            Map.entry("/v2/health/live", new Route.Live()),
            Map.entry("/v2/health/ready", new Route.Ready()),
            Map.entry("/v2/models/m", new Route.Metadata("m", none)),
            Map.entry("/v2/models/m/", new Route.Metadata("m", none)),
            Map.entry("/v2/models/m/versions/2", new Route.Metadata("m", two)),
            Map.entry("/v2/models/m/ready", new Route.ModelReady("m", none)),
            Map.entry("/v2/models/m/versions/2/ready", new Route.ModelReady("m", two)),
            Map.entry("/v2/models/m/infer", new Route.Infer("m", none)),
            Map.entry("/v2/models/a b+c/versions/2/infer", new Route.Infer("a b+c", two)),
            Map.entry("/v2/models/m/config", new Route.ModelConfig("m", none)),
            Map.entry("/v2/models/m/stats", new Route.Stats("m", none)),
            Map.entry("/v2/models/stats", new Route.AllStats()),
            Map.entry("/v2/models/stats/infer", new Route.Infer("stats", none)),
            Map.entry("/v2/models/m/generate", new Route.Generate("m", none, false)),
            Map.entry(
                "/v2/models/m/versions/2/generate_stream", new Route.Generate("m", two, true)),
            Map.entry("/v2/trace/setting", new TraceRoute.Show(none, none)),
            Map.entry(
                "/v2/models/m/versions/2/trace/setting",
                new TraceRoute.Show(Optional.of("m"), two)),
            Map.entry("/v2/logging", new Route.LogSettings()),
            Map.entry("/v2/systemsharedmemory/status", new RegionRoute.Status(none)),
            Map.entry(
                "/v2/systemsharedmemory/region/r/status", new RegionRoute.Status(Optional.of("r"))),
            Map.entry("/v2/systemsharedmemory/region/r/register", new RegionRoute.Register("r")),
            Map.entry("/v2/systemsharedmemory/unregister", new RegionRoute.Unregister(none)),
            Map.entry("/v2/repository/models/m/load", new RepositoryRoute.Load("m")),
            Map.entry("/v2/repository/here/models/m/unload", new RepositoryRoute.Unload("m")),
            Map.entry("/v2/repository/models/models/m/load", new RepositoryRoute.Load("m")),
            Map.entry("/v2/repository/models/models/load", new RepositoryRoute.Load("models")),
            Map.entry("/v2/repository/models/a/b/load", new RepositoryRoute.Load("a/b")),
            Map.entry("/v2/repository/models//load", new RepositoryRoute.Load("")),
            Map.entry("/v2/repository/index", new Route.Index()),
            Map.entry("/v2/repository/here/index", new Route.Index()));
    routes.forEach((path, route) -> assertEquals(Optional.of(route), Route.of(path), path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v2",
        "/v1/models/m",
        "/v2/health",
        "/v2/health/other",
        "/v2/models",
        "/v2/models/",
        "/v2/models//infer",
        "/v2/models/m//",
        "/v2/models/m/versions",
        "/v2/models/m/versions/one",
        "/v2/models/m/versions/1234567890123456789",
        "/v2/models/m/infer/more",
        "/v2/models/m/generate/more",
        "/v2/repository",
        "/v2/repository/models/load",
        "/v2/repository/models/m",
        "/v2/repository/models/m/other",
        "/v2/repository/a/b/models/m/load",
        "/v2/repository/a/b/index",
        "/v2/logging/more",
        "/v2/trace",
        "/v2/trace/setting/more",
        "/v2/models/m/trace",
        "/v2/systemsharedmemory",
        "/v2/systemsharedmemory/register",
        "/v2/systemsharedmemory/region/r",
        "/v2/systemsharedmemory/region//status",
        "/v2/systemsharedmemory/region/r/status/more",
        "/v2/cudasharedmemory/status",
      })
  void everythingElseHasNone(String path) {
    assertEquals(Optional.empty(), Route.of(path));
  }
}
