package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.gateway.metrics.Exposed;
import dev.weft.gateway.metrics.MetricsSettings;
import dev.weft.gateway.protection.Protection;
import dev.weft.stages.tensor.Shape;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsServerTest {

  private static final String FRAMES = "weft_frames_total";
  private static final String ENERGY = "weft_energy_joules_total";
  private static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0;q=0.5";

  /** Two steps, of which one is always degraded and has a shadow beside it, and one that is off. */
  private static final String WATCHED =
      """
      apiVersion: weft/v1
      kind: Stage
      name: twice
      summary: Waits for a test.
      owner: tests@example.org
      uses: test/held
      variants: [{name: a}, {name: b}]
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: watched
      summary: Waits for a test.
      owner: tests@example.org
      deadline: 60s
      inputs: [{name: x, datatype: FP32, shape: [n]}]
      gates: {extra: {default: off}}
      steps:
        - {name: first, stage: twice, inputs: {x: x}, shadow: {variant: b}}
        - name: cheap
          stage: twice
          inputs: {x: first.y}
          degrade: [{do: cheaper, variant: b, when: slack < 600s}]
        - {name: gated, stage: twice, inputs: {x: x}, gate: extra}
      outputs: {y: cheap.y}
      """;

  @TempDir private Path folder = Path.of("");

  private Served served;
  private MetricsServer metrics;

  @BeforeEach
  void start() throws IOException {
    served = Served.start(folder, "");
    var config = ConfigFactory.load();
    metrics =
        MetricsServer.start(
            served.weft,
            GatewaySettings.from(config),
            MetricsSettings.from(config).at(OptionalInt.of(0)),
            served.protection,
            "1.2.3");
  }

  @AfterEach
  void close() {
    metrics.close();
    served.close();
  }

  private HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:%d%s".formatted(metrics.port().orElseThrow(), path));
    var request = HttpRequest.newBuilder(uri);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return served.client.send(request.build(), BodyHandlers.ofString());
  }

  private Exposed scrape() throws IOException, InterruptedException {
    return Exposed.of(get("/metrics").body());
  }

  private void watch() throws IOException {
    var watched = served.weft.load(Files.writeString(folder.resolve("watched.yaml"), WATCHED));
    HeldFactory.PERMITS.release(16);
    var input = served.weft.tensors().floats(Shape.of(1), 1);
    var request = Request.of("x", input).with("tenant", "acme");
    try (var answer = watched.getFirst().run(request)) {
      assertTrue(answer instanceof Answer.Completed, answer::toString);
    }
  }

  @Test
  void everyMetricHasTheNameTypeAndUnitItIsKnownBy() throws Exception {
    watch();
    var exposed = Exposed.of(get("/metrics", "Accept", OPEN_METRICS).body());
    var known = new TreeMap<String, String>();
    exposed.types().keySet().stream()
        .filter(name -> name.startsWith("weft_"))
        .forEach(name -> known.put(name, exposed.types().get(name)));
    known
        .keySet()
        .removeAll(List.of("weft_machine_cpu_ratio", "weft_machine_memory_available_ratio"));
    assertEquals(
        new TreeMap<>(
            Map.ofEntries(
                Map.entry("weft_access_denied", "counter"),
                Map.entry("weft_build", "info"),
                Map.entry("weft_deferred_runs", "counter"),
                Map.entry("weft_deferred_runs_offered", "counter"),
                Map.entry("weft_energy_joules", "counter"),
                Map.entry("weft_frame_duration_seconds", "histogram"),
                Map.entry("weft_frames", "counter"),
                Map.entry("weft_frames_in_flight", "gauge"),
                Map.entry("weft_lane_paused", "gauge"),
                Map.entry("weft_load_level", "gauge"),
                Map.entry("weft_reload_refused", "gauge"),
                Map.entry("weft_reloads", "counter"),
                Map.entry("weft_shadow_coverage_ratio", "gauge"),
                Map.entry("weft_shadow_runs", "counter"),
                Map.entry("weft_shadow_runs_offered", "counter"),
                Map.entry("weft_step_run_seconds", "histogram"),
                Map.entry("weft_step_wait_seconds", "histogram"),
                Map.entry("weft_stale_answers", "counter"),
                Map.entry("weft_steps_degraded", "counter"),
                Map.entry("weft_steps_skipped", "counter"),
                Map.entry("weft_tenant_frame_duration_seconds", "histogram"),
                Map.entry("weft_tensor_memory_bytes", "gauge"),
                Map.entry("weft_tensor_memory_limit_bytes", "gauge"),
                Map.entry("weft_tensor_memory_peak_bytes", "gauge"),
                Map.entry("weft_variant_memory_bytes", "gauge"),
                Map.entry("weft_wasted_work_seconds", "counter"),
                Map.entry("weft_work_seconds", "counter"))),
        known);
    exposed
        .types()
        .keySet()
        .forEach(name -> assertFalse(exposed.helps().getOrDefault(name, "").isBlank()));
    exposed.units().forEach((name, unit) -> assertTrue(name.endsWith("_" + unit), name));
    for (var name : List.of("jvm_memory_used_bytes", "process_cpu_seconds")) {
      assertTrue(exposed.types().containsKey(name), name);
    }
  }

  @Test
  void whatWorkTookOfTheMachinesEnergyIsToldByHowItIsKnown() throws Exception {
    watch();
    Served.await("energy is told", () -> energy() > 0);
    for (var sample : scrape().samples().keySet()) {
      if (sample.name().equals(ENERGY)) {
        var source = String.valueOf(sample.labels().get("source"));
        assertTrue(List.of("rapl", "model").contains(source), source);
      }
    }
  }

  private double energy() {
    try {
      return scrape().sum(ENERGY, "pipeline", "watched", "kind", "frame");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyMetricIsInTheGuide() throws Exception {
    watch();
    var guide =
        Files.readString(Path.of(System.getProperty("weft.root", "..")).resolve("docs/metrics.md"));
    for (var name : scrape().types().keySet()) {
      if (name.startsWith("weft_")) {
        assertTrue(guide.contains("| `" + name + "` |"), name);
      }
    }
  }

  @Test
  void aFrameIsToldByStepStageAndVariantAndByWhatItLacks() throws Exception {
    watch();
    var read = scrape();
    assertEquals(
        1,
        read.sum(
            FRAMES, "pipeline", "watched", "tenant", "acme", "outcome", "completed", "reason", ""));
    assertEquals(1, read.sum("weft_frame_duration_seconds_count", "pipeline", "watched"));
    assertEquals(1, read.sum("weft_tenant_frame_duration_seconds_count", "tenant", "acme"));
    assertEquals(
        1,
        read.sum("weft_step_run_seconds_count", "step", "first", "stage", "twice", "variant", "a"));
    assertEquals(
        1,
        read.sum(
            "weft_step_wait_seconds_count", "step", "cheap", "stage", "twice", "variant", "b"));
    assertEquals(1, read.sum("weft_steps_degraded_total", "step", "cheap", "variant", "b"));
    assertEquals(1, read.sum("weft_steps_skipped_total", "step", "gated", "reason", "gate-off"));
    assertEquals(1, read.sum("weft_shadow_runs_offered_total", "pipeline", "watched"));
    assertTrue(read.sum("weft_work_seconds_total", "pipeline", "watched", "kind", "frame") > 0);
    assertTrue(read.sum("weft_tensor_memory_peak_bytes") > 0);
    assertEquals(served.weft.tensors().bytesMax(), read.sum("weft_tensor_memory_limit_bytes"));
  }

  @Test
  void framesThatAreDroppedAreCountedByTheReason() throws Exception {
    var held = Served.floats("x", "[1]", "[1]");
    var inside =
        served.client.sendAsync(
            served.request("/v2/models/held/infer", held), BodyHandlers.ofString());
    HeldFactory.BEGUN.acquire();
    assertEquals(1, scrape().sum("weft_frames_in_flight", "pipeline", "held"));
    assertEquals(429, served.post("/v2/models/held/infer", held).statusCode());
    HeldFactory.PERMITS.release();
    assertEquals(200, inside.get().statusCode());
    var late = held.replace("{\"inputs\"", "{\"parameters\":{\"timeout\":1},\"inputs\"");
    assertEquals(504, served.post("/v2/models/held/infer", late).statusCode());
    var read = scrape();
    var dropped = List.of("pipeline", "held", "outcome", "dropped", "reason");
    assertEquals(1, read.sum(FRAMES, with(dropped, "in-flight-limit")));
    assertEquals(1, read.sum(FRAMES, with(dropped, "deadline-exceeded")));
    assertEquals(1, read.sum(FRAMES, "pipeline", "held", "outcome", "completed"));
    assertEquals(3, read.sum(FRAMES, "pipeline", "held"));
    // The one that was refused at the door took no time.
    assertEquals(2, read.sum("weft_frame_duration_seconds_count", "pipeline", "held"));
  }

  private static String[] with(List<String> labels, String last) {
    var all = new ArrayList<>(labels);
    all.add(last);
    return all.toArray(String[]::new);
  }

  @Test
  void whatIsScrapedUnderLoadNeverFallsAndEndsRight() throws Exception {
    var echo = served.weft.pipeline("echo");
    var completed = new AtomicInteger();
    var load = new ArrayList<CompletableFuture<Void>>();
    for (var thread = 0; thread < 2; thread++) {
      load.add(
          CompletableFuture.runAsync(
              () -> {
                for (var i = 0; i < 2_000; i++) {
                  var input = served.weft.tensors().floats(Shape.of(1, 4), 1, 2, 3, 4);
                  var request = Request.of("x", input).with("tenant", "tenant-" + i % 100);
                  try (var answer = echo.submit(request).join()) {
                    // On a machine that is pressed, a deadline may pass.
                    completed.addAndGet(answer instanceof Answer.Completed ? 1 : 0);
                  }
                }
              }));
    }
    var all = CompletableFuture.allOf(load.toArray(CompletableFuture[]::new));
    var before = 0.0;
    do {
      var now = scrape().sum(FRAMES, "pipeline", "echo");
      assertTrue(now >= before, now + " after " + before);
      before = now;
    } while (!all.isDone());
    all.join();
    var read = scrape();
    assertEquals(4_000, read.sum(FRAMES, "pipeline", "echo"));
    assertEquals(completed.get(), read.sum(FRAMES, "pipeline", "echo", "outcome", "completed"));
    assertEquals(
        read.sum("weft_frame_duration_seconds_count", "pipeline", "echo"),
        read.sum("weft_tenant_frame_duration_seconds_count"));
    assertTrue(read.count("weft_tenant_frame_duration_seconds_count") <= 21);
  }

  @Test
  void bothFormatsSayTheSame() throws Exception {
    watch();
    var text = get("/metrics");
    assertEquals(
        "text/plain; version=0.0.4; charset=utf-8",
        text.headers().firstValue("content-type").orElse(""));
    var open = get("/metrics", "Accept", OPEN_METRICS + ", text/plain;q=0.1");
    assertEquals(
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        open.headers().firstValue("content-type").orElse(""));
    assertTrue(open.body().endsWith("# EOF\n"));
    var old = Exposed.of(text.body());
    var now = Exposed.of(open.body());
    for (var sample : old.samples().keySet()) {
      if (sample.name().startsWith("weft_")) {
        assertTrue(now.samples().containsKey(sample), sample::toString);
      }
    }
    assertEquals(old.sum(FRAMES), now.sum(FRAMES));
  }

  @Test
  void nothingElseIsServedHere() throws Exception {
    assertEquals(404, get("/v2").statusCode());
    assertEquals(404, get("/").statusCode());
    var uri = URI.create("http://127.0.0.1:%d/metrics".formatted(metrics.port().orElseThrow()));
    var post = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build();
    var refused = served.client.send(post, BodyHandlers.ofString());
    assertEquals(405, refused.statusCode());
    assertEquals("GET", refused.headers().firstValue("allow").orElse(""));
  }

  @Test
  void theSameRuleForAddressesHoldsAndATakenPortIsTold() throws Exception {
    var config = ConfigFactory.load();
    var settings = GatewaySettings.from(config);
    var own = MetricsSettings.from(config);
    var beyond = settings.at("0.0.0.0", 0, false);
    var refused =
        assertThrows(
            GatewayException.class,
            () ->
                MetricsServer.start(
                    served.weft, beyond, own.at(OptionalInt.of(0)), Protection.none(), "1"));
    assertTrue(Objects.requireNonNull(refused.getMessage()).contains("--insecure-beyond-loopback"));
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = OptionalInt.of(taken.getLocalPort());
      var problem =
          assertThrows(
              GatewayException.class,
              () ->
                  MetricsServer.start(served.weft, settings, own.at(port), Protection.none(), "1"));
      assertTrue(
          Objects.requireNonNull(problem.getMessage())
              .startsWith("127.0.0.1 port %d: ".formatted(taken.getLocalPort())));
    }
  }

  @Test
  void itCanBeOffAndItEnds() {
    var settings = GatewaySettings.from(ConfigFactory.load());
    try (var off =
        MetricsServer.start(
            served.weft,
            settings,
            MetricsSettings.from(ConfigFactory.load()).at(OptionalInt.empty()),
            Protection.none(),
            "1")) {
      assertTrue(off.port().isEmpty());
    }
    metrics.close();
    assertThrows(ConnectException.class, () -> get("/metrics"));
  }

  @Test
  void promtoolFindsNothingToSay() throws Exception {
    var isThere =
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(each -> Files.isExecutable(Path.of(each, "promtool")));
    assumeTrue(isThere, "promtool is not on the path");
    watch();
    var tool = new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
    try (var in = tool.getOutputStream()) {
      in.write(get("/metrics").body().getBytes(StandardCharsets.UTF_8));
    }
    var said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, tool.waitFor(), said);
  }
}
