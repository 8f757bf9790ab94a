package dev.weft.app;

import static dev.weft.app.Awaited.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.app.console.Console;
import dev.weft.app.fetch.Fetcher;
import dev.weft.app.fetch.MavenProcess;
import dev.weft.app.serving.Reloading;
import dev.weft.app.serving.ServedTerms;
import dev.weft.fabric.embedded.Weft;
import dev.weft.gateway.http.Gateway;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.log.Logs;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.protection.Protection;
import dev.weft.gateway.region.Regions;
import dev.weft.gateway.reload.ReloadSettings;
import dev.weft.gateway.tracing.Tracing;
import dev.weft.stages.testkit.TinyModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients load and unload, beside changes of files and under load, behind a real port. */
class ModelLoadingIT {

  private static final int CLASSES = 32;
  private static final int TURNS = 12;
  private static final int CALLERS = 4;
  private static final ReloadSettings SETTINGS =
      new ReloadSettings(true, Duration.ofMillis(20), Duration.ofSeconds(10));
  private static final String REQUEST =
      """
      {"inputs":[{"name":"features","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}\
      """;

  @TempDir private Path folder = Path.of("");
  private final Weft weft =
      Weft.embedded(
          ConfigFactory.parseString("weft.fabric.leak-tracing = on")
              .withFallback(ConfigFactory.load()));
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Optional<String> rollout = Optional.empty();
  private Path models = Path.of("");
  private Serving serving;
  private Reloading reloading;
  private Gateway gateway;

  @BeforeEach
  void serve() throws IOException {
    models = Files.createDirectory(folder.resolve("models"));
    put("m", 0);
    put("n", 0);
    var nowhere = new PrintStream(new ByteArrayOutputStream());
    var progress = new Console(nowhere, nowhere, false).progress();
    open.add(progress);
    var fetcher = new Fetcher(folder.resolve("cache"), new MavenProcess("mvn"), progress);
    reloading = Reloading.deploy(weft, List.of(models), ServedTerms.of(false, fetcher));
    serving =
        new Serving(weft, "1", Regions.off(), Logs.none(), Tracing.off(), Optional.of(reloading));
    gateway =
        Gateway.start(
            serving,
            GatewaySettings.from(ConfigFactory.load()).at("127.0.0.1", 0, false),
            Protection.none(),
            Desks.none());
    open.add(gateway);
    begin(SETTINGS);
    open.add(reloading);
  }

  private void begin(ReloadSettings settings) {
    reloading.begin(settings, serving, _ -> rollout);
  }

  @AfterEach
  void stop() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
    client.close();
    assertEquals(0, weft.tensors().leased());
    weft.close(); // Names every tensor that was not given back.
  }

  @Test
  void whatIsUnloadedStaysOutWhenFilesChangeAndComesBackAsTheyAreThen() throws Exception {
    var before = post("/v2/models/m/infer").body();
    var n = weft.pipeline("n");
    done(post(path("m", "unload")));
    assertEquals(404, post("/v2/models/m/infer").statusCode());
    assertTrue(
        post("/v2/repository/index")
            .body()
            .startsWith(
                "[{\"name\":\"m\",\"version\":\"1\",\"state\":\"UNAVAILABLE\","
                    + "\"reason\":\"unloaded\"},{\"name\":\"n\""));
    assertEquals(200, get("/v2/health/ready").statusCode());
    put("m", 1);
    put("o", 0);
    await("o is served", () -> get("/v2/models/o/ready").statusCode() == 200);
    assertEquals(404, post("/v2/models/m/infer").statusCode());
    await("its memory is free", () -> !weft.loadedVariants().containsKey("m@default"));
    done(post(path("m", "unload"))); // Changes nothing.
    done(post(path("m", "load")));
    var after = post("/v2/models/m/infer");
    assertEquals(200, after.statusCode(), after.body());
    assertNotEquals(before, after.body());
    assertSame(n, weft.pipeline("n"));
    done(post(path("n", "load")));
    assertSame(n, weft.pipeline("n"));
    put("p", 0);
    done(post(path("p", "load"))); // Nobody need wait for the next look.
    assertEquals(200, get("/v2/models/p/ready").statusCode());
  }

  @Test
  void whatIsWrongIsRefusedAndAllStaysAsItIs() throws Exception {
    var unknown = post(path("other", "load"));
    assertEquals(404, unknown.statusCode());
    assertTrue(unknown.body().contains("(expected: one of [m, n])"), unknown.body());
    rollout = Optional.of("stage 'm': a rollout is under way");
    var busy = post(path("m", "unload"));
    assertEquals(409, busy.statusCode());
    assertTrue(busy.body().contains("model 'm' is not unloaded: stage 'm'"), busy.body());
    assertEquals(200, post("/v2/models/m/infer").statusCode());
    rollout = Optional.empty();
    done(post(path("m", "unload")));
    Files.write(models.resolve("m.onnx"), new byte[] {1, 2, 3});
    var broken = post(path("m", "load"));
    assertEquals(409, broken.statusCode());
    assertTrue(broken.body().contains("m.onnx"), broken.body());
    assertEquals(404, post("/v2/models/m/infer").statusCode());
    assertEquals(200, post("/v2/models/n/infer").statusCode());
    put("m", 1);
    done(post(path("m", "load")));
    assertEquals(200, post("/v2/models/m/infer").statusCode());
    assertTrue(gateway.drain(Duration.ofSeconds(20)));
    assertEquals(503, post(path("m", "unload")).statusCode());
    assertEquals(List.of("m", "n"), weft.pipelines().stream().map(each -> each.name()).toList());
  }

  @Test
  void aLoadThatIsRefusedLeavesTheFilesToTheNextLook() throws Exception {
    done(post(path("m", "unload")));
    reloading.close();
    begin(new ReloadSettings(true, Duration.ofHours(1), Duration.ofSeconds(2)));
    rollout = Optional.of("stage 'n': a rollout is under way");
    put("n", 1);
    var held = post(path("m", "load"));
    assertEquals(409, held.statusCode());
    assertTrue(held.body().contains("a rollout is under way"), held.body());
    Files.write(models.resolve("m.onnx"), new byte[] {1, 2, 3});
    assertEquals(409, post(path("m", "load")).statusCode());
    assertEquals(Map.of(), refusedReloads());
    assertFalse(post("/v2/repository/index").body().contains("refused"));
    reloading.close();
    begin(SETTINGS);
    await("it is looked at all the same", () -> !refusedReloads().isEmpty());
  }

  @Test
  void aLoadWaitsForFilesThatKeepChanging() throws Exception {
    reloading.close();
    begin(new ReloadSettings(true, Duration.ofMillis(500), Duration.ofSeconds(2)));
    var isOver = new AtomicBoolean();
    try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      var changing =
          virtual.submit(
              () -> {
                for (var seed = 1; !isOver.get(); seed++) {
                  put("n", seed);
                  LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                }
                return null;
              });
      var m = weft.pipeline("m");
      await("n changes", () -> post(path("m", "load")).statusCode() == 503);
      var refused = post(path("m", "load"));
      assertEquals(503, refused.statusCode());
      assertTrue(refused.body().contains("the files keep changing"), refused.body());
      isOver.set(true);
      changing.get();
      done(post(path("m", "load")));
      assertSame(m, weft.pipeline("m"));
    }
  }

  @Test
  void loadsUnloadsAndChangesOfFilesAtOnceFailNoRequestAndLeaveNothingBehind() throws Exception {
    var before = weft.loadedVariants();
    var isOver = new AtomicBoolean();
    var answered = new AtomicInteger();
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      var callers = new ArrayList<Future<Void>>();
      for (var i = 0; i < CALLERS; i++) {
        var model = i % 2 == 0 ? "m" : "n";
        callers.add(
            virtual.submit(
                () -> {
                  while (!isOver.get()) {
                    var response = post("/v2/models/" + model + "/infer");
                    answered.addAndGet(response.statusCode() == 200 ? 1 : 0);
                    if (response.statusCode() != 200 && response.statusCode() != 404) {
                      wrong.add(response.statusCode() + " " + response.body());
                    }
                  }
                  return null;
                }));
      }
      var changing = new ArrayList<Future<Void>>();
      for (var model : List.of("m", "m", "n")) {
        changing.add(virtual.submit(() -> turns(model)));
      }
      for (var i = 1; i <= TURNS; i++) {
        put("n", i);
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
      for (var each : changing) {
        each.get();
      }
      isOver.set(true);
      for (var each : callers) {
        each.get();
      }
    }
    assertEquals(List.of(), List.copyOf(wrong));
    assertTrue(answered.get() > 0);
    for (var model : List.of("m", "n")) {
      done(post(path(model, "load")));
      assertEquals(200, post("/v2/models/" + model + "/infer").statusCode());
    }
    await("memory as before", () -> weft.loadedVariants().equals(before));
    assertFalse(post("/v2/repository/index").body().contains("UNAVAILABLE"));
    assertEquals(Map.of(), Map.copyOf(refusedReloads()));
  }

  private Map<String, Long> refusedReloads() {
    var refused = serving.reloads().refusedCount();
    return refused == 0 ? Map.of() : Map.of(serving.reloads().reason(), refused);
  }

  private Void turns(String model) throws Exception {
    for (var i = 0; i < TURNS; i++) {
      done(post(path(model, "unload")));
      done(post(path(model, "load")));
    }
    return null;
  }

  private static String path(String model, String verb) {
    return "/v2/repository/models/" + model + "/" + verb;
  }

  private static void done(HttpResponse<String> response) {
    assertEquals(200, response.statusCode(), response.body());
  }

  private void put(String model, int seed) throws IOException {
    ServedFiles.put(models.resolve(model + ".onnx"), TinyModels.classifier(4, CLASSES, seed));
  }

  private HttpResponse<String> post(String path) throws IOException, InterruptedException {
    var body = path.contains("/repository/") ? "{}" : REQUEST;
    return ServedFiles.post(client, url(path), body);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return ServedFiles.get(client, url(path));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + gateway.port() + path;
  }
}
