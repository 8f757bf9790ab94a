package dev.weft.app;

import static dev.weft.app.Awaited.await;
import static dev.weft.app.ServedFiles.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.app.console.Console;
import dev.weft.app.fetch.Fetcher;
import dev.weft.app.fetch.MavenProcess;
import dev.weft.app.serving.Reloading;
import dev.weft.app.serving.ServedTerms;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.gateway.http.Gateway;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.protection.Protection;
import dev.weft.gateway.reload.ReloadSettings;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is served is loaded again when its files change, behind a real port and under load. */
class ReloadingIT {

  private static final int CLASSES = 32;
  private static final int RELOADS = 20;
  private static final int CALLERS = 8;
  private static final ReloadSettings SETTINGS =
      new ReloadSettings(true, Duration.ofMillis(20), Duration.ofSeconds(10));
  private static final String REQUEST =
      """
      {"inputs":[{"name":"features","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}\
      """;

  private static final String OTHER =
      """
      apiVersion: weft/v1
      kind: Pipeline
      name: other
      summary: Scores two classes.
      owner: tests@example.org
      inputs: [{name: features, datatype: FP32, shape: [1, 4]}]
      steps: [{name: classify, stage: classify, inputs: {features: features}}]
      outputs: {logits: classify.logits}
      """;

  @TempDir private Path folder = Path.of("");
  private final Weft weft =
      Weft.embedded(
          ConfigFactory.parseString("weft.fabric.leak-tracing = on")
              .withFallback(ConfigFactory.load()));
  private final Serving serving = new Serving(weft, "1");
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Optional<String> rollout = Optional.empty();
  private String url = "";

  @AfterEach
  void stop() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
    client.close();
    assertEquals(0, weft.tensors().leased());
    weft.close(); // Names every tensor that was not given back.
  }

  private void serve(Path... paths) {
    serve(stages -> stages, paths);
  }

  private void serve(UnaryOperator<Map<String, StageManifest>> brought, Path... paths) {
    var console =
        new Console(
            new PrintStream(new ByteArrayOutputStream()),
            new PrintStream(new ByteArrayOutputStream()),
            false);
    var progress = console.progress();
    open.add(progress);
    var fetcher = new Fetcher(folder.resolve("cache"), new MavenProcess("mvn"), progress);
    var reloading =
        Reloading.deploy(weft, List.of(paths), new ServedTerms(false, fetcher, brought));
    var gateway =
        Gateway.start(
            serving,
            GatewaySettings.from(ConfigFactory.load()).at("127.0.0.1", 0, false),
            Protection.none(),
            Desks.none());
    open.add(gateway);
    url = "http://127.0.0.1:" + gateway.port();
    reloading.begin(SETTINGS, serving, _ -> rollout);
    open.add(reloading);
  }

  @Test
  void twentyReloadsUnderLoadFailNoRequestAndNoneIsAnsweredByTheOldOneOnceTheyAreTold()
      throws Exception {
    var models = Files.createDirectory(folder.resolve("models"));
    put(models.resolve("m.onnx"), TinyModels.classifier(4, CLASSES, 0));
    serve(models);
    var answers = new ConcurrentHashMap<String, Integer>();
    answers.put(infer("m"), 0);
    var version = new AtomicInteger();
    var isOver = new AtomicBoolean();
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    Queue<Map.Entry<Integer, String>> seen = new ConcurrentLinkedQueue<>();
    var before = memory();
    var threadsHalfway = 0;
    try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Void> caller =
          () -> {
            while (!isOver.get()) {
              var told = version.get();
              var response = post("/v2/models/m/infer");
              if (response.statusCode() != 200) {
                wrong.add(response.statusCode() + " " + response.body());
              }
              seen.add(Map.entry(told, response.body()));
            }
            return null;
          };
      var callers = new ArrayList<Future<Void>>();
      for (var i = 0; i < CALLERS; i++) {
        callers.add(virtual.submit(caller));
      }
      for (var i = 1; i <= RELOADS; i++) {
        var wanted = i;
        put(models.resolve("m.onnx"), TinyModels.classifier(4, CLASSES, i));
        await("reload " + i, () -> serving.reloads().takenCount() == wanted);
        version.set(i);
        answers.put(infer("m"), i);
        if (i == RELOADS / 2) {
          threadsHalfway = Thread.getAllStackTraces().size();
        }
      }
      isOver.set(true);
      for (var each : callers) {
        each.get();
      }
    }
    assertEquals(List.of(), List.copyOf(wrong));
    assertEquals(RELOADS + 1, answers.size(), "each version answers otherwise");
    for (var each : seen) {
      var by = answers.get(each.getValue());
      assertTrue(by != null && by >= each.getKey(), () -> each + " was answered by " + by);
    }
    assertTrue(seen.size() > RELOADS, seen.size() + " requests");
    await("memory as before", () -> memory().equals(before));
    var threads = threadsHalfway;
    await("threads as before", () -> Thread.getAllStackTraces().size() <= threads + 2);
    assertEquals(0, serving.reloads().refusedCount());
  }

  private Map<String, Long> memory() {
    return weft.loadedVariants();
  }

  @Test
  void whatDidNotChangeGoesOnAsItIs() throws Exception {
    var models = Files.createDirectory(folder.resolve("models"));
    put(models.resolve("a.onnx"), TinyModels.classifier(4, CLASSES, 0));
    put(models.resolve("b.onnx"), TinyModels.classifier(4, CLASSES, 0));
    serve(models);
    var a = weft.pipeline("a");
    var b = weft.pipeline("b");
    put(models.resolve("b.onnx"), TinyModels.classifier(4, CLASSES, 1));
    put(models.resolve("c.onnx"), TinyModels.classifier(4, CLASSES, 2));
    await("b replaced, c started", () -> names().equals(List.of("a", "b", "c")));
    assertSame(a, weft.pipeline("a"));
    assertNotSame(b, weft.pipeline("b"));
    Files.delete(models.resolve("a.onnx"));
    await("a ended", () -> names().equals(List.of("b", "c")));
    assertEquals(404, post("/v2/models/a/infer").statusCode());
    await("a's memory", () -> memory().keySet().equals(Set.of("b@default", "c@default")));
  }

  private List<String> names() {
    return weft.pipelines().stream().map(each -> each.name()).toList();
  }

  @Test
  void aModelThatIsCutShortIsRefusedAndTheNextRightOneIsTaken() throws Exception {
    var models = Files.createDirectory(folder.resolve("models"));
    put(models.resolve("m.onnx"), TinyModels.classifier(4, CLASSES, 0));
    serve(models);
    var first = infer("m");
    var next = TinyModels.classifier(4, CLASSES, 1);
    put(models.resolve("m.onnx"), Arrays.copyOf(next, next.length / 2));
    await("refused", () -> serving.reloads().refusedCount() == 1);
    assertEquals(first, infer("m"));
    var index = post("/v2/repository/index").body();
    assertTrue(index.contains("\"state\":\"READY\",\"reason\":\"as before"), index);
    assertTrue(index.contains("m.onnx"), index);
    var events = get("/weft/v1/events");
    assertTrue(events.contains("\"kind\":\"reload\""), events);
    put(models.resolve("m.onnx"), next); // At once: a slow write is cut short, too, at some looks.
    await("taken", () -> serving.reloads().takenCount() == 1);
    assertTrue(!first.equals(infer("m")));
    assertTrue(post("/v2/repository/index").body().contains("\"reason\":\"\""));
    assertEquals(1, serving.reloads().refusedCount(), "told once");
  }

  @Test
  void aModelOfAnotherSignatureIsServedWithThat() throws Exception {
    var models = Files.createDirectory(folder.resolve("models"));
    put(models.resolve("m.onnx"), TinyModels.classifier(4, 2));
    serve(models);
    infer("m");
    put(models.resolve("m.onnx"), TinyModels.classifier(5, 2));
    await("taken", () -> serving.reloads().takenCount() == 1);
    assertEquals(400, post("/v2/models/m/infer").statusCode());
    assertTrue(get("/v2/models/m").contains("[1,5]") || get("/v2/models/m").contains(",5]"));
  }

  @Test
  void aBrokenManifestIsRefusedWithItsPlaceAndAPinnedFileOfAnotherContent() throws Exception {
    var manifest = Manifests.classifying(Files.createDirectory(folder.resolve("manifests")));
    serve(folder.resolve("manifests"));
    var right = Files.readString(manifest);
    put(manifest, right.replace("stage: classify", "stage: no").getBytes(UTF_8));
    await("refused", () -> serving.reloads().refusedCount() == 1);
    assertTrue(
        serving.reloads().reason().contains("answer.yaml:"), () -> serving.reloads().reason());
    assertEquals(200, post("/v2/models/answer/infer").statusCode());
    put(manifest, right.getBytes(UTF_8));
    await("as before", () -> serving.reloads().reason().isEmpty());
    assertEquals(0, serving.reloads().takenCount());
    put(manifest.resolveSibling("plain.onnx"), TinyModels.classifier(4, 2, 1));
    await("not as pinned", () -> serving.reloads().reason().contains("SHA-256"));
    assertEquals(200, post("/v2/models/answer/infer").statusCode());
  }

  @Test
  void aFolderThatIsRenamedAwayAndBackChangesNothing() throws Exception {
    var models = Files.createDirectory(folder.resolve("models"));
    put(models.resolve("m.onnx"), TinyModels.classifier(4, 2));
    serve(models);
    var running = weft.pipeline("m");
    Files.move(models, folder.resolve("away"));
    await("refused", () -> serving.reloads().reason().contains("not there"));
    infer("m");
    Files.move(folder.resolve("away"), models);
    await("as before", () -> serving.reloads().reason().isEmpty());
    assertSame(running, weft.pipeline("m"));
    assertEquals(0, serving.reloads().takenCount());
  }

  @Test
  void aChangeWaitsForARolloutOfItsStage() throws Exception {
    var models = Files.createDirectory(folder.resolve("models"));
    put(models.resolve("m.onnx"), TinyModels.classifier(4, CLASSES, 0));
    rollout = Optional.of("stage 'm': a rollout is under way");
    serve(models);
    var running = weft.pipeline("m");
    put(models.resolve("m.onnx"), TinyModels.classifier(4, CLASSES, 1));
    await("held", () -> serving.reloads().reason().contains("under way"));
    assertSame(running, weft.pipeline("m"));
    rollout = Optional.empty();
    await("taken", () -> serving.reloads().takenCount() == 1);
    assertNotSame(running, weft.pipeline("m"));
    assertEquals(1, serving.reloads().refusedCount());
  }

  @Test
  void aVariantThatWasSwappedInIsNotTakenBackUnasked() throws Exception {
    var manifest = Manifests.classifying(Files.createDirectory(folder.resolve("manifests")));
    serve(folder.resolve("manifests"));
    var running = weft.pipeline("answer");
    var step = running.manifest().steps().getFirst().name();
    running.swap(step, "swapped").join();
    var text = Files.readString(manifest);
    put(manifest, (text + "labels: {changed: again}\n").getBytes(UTF_8));
    await("refused", () -> serving.reloads().reason().contains("swapped in"));
    assertSame(running, weft.pipeline("answer"));
    running.swap(step, "plain").join();
    await("taken", () -> serving.reloads().takenCount() == 1);
  }

  @Test
  void aVariantThatCameFromAnotherNodeIsNoChangeOfTheFilesAndStaysWithOne() throws Exception {
    var manifests = Files.createDirectory(folder.resolve("manifests"));
    var manifest = Manifests.classifying(manifests);
    var model = Files.write(folder.resolve("better.onnx"), Manifests.better());
    var better =
        new Variant(
            "better", Optional.empty(), Optional.of(ManifestFiles.pin(model)), Map.of(), false);
    var isThere = new AtomicBoolean();
    serve(
        stages -> {
          var more = new TreeMap<>(stages);
          if (isThere.get()) {
            more.replaceAll((_, stage) -> stage.with(better));
          }
          return more;
        },
        manifests);
    var running = weft.pipeline("answer");
    isThere.set(true);

    var text = Files.readString(manifest);
    put(manifest, (text + "# nothing\n").getBytes(UTF_8));
    put(manifests.resolve("other.yaml"), OTHER.getBytes(UTF_8));
    await("the other one is taken", () -> serving.reloads().takenCount() == 1);
    assertSame(running, weft.pipeline("answer"), "it is declared as before");

    put(manifest, (text + "labels: {changed: again}\n").getBytes(UTF_8));
    await("taken", () -> serving.reloads().takenCount() == 2);
    var step = running.manifest().steps().getFirst().name();
    weft.pipeline("answer").swap(step, "better").join();
    infer("answer");
  }

  private String infer(String model) throws IOException, InterruptedException {
    var response = post("/v2/models/" + model + "/infer");
    assertEquals(200, response.statusCode(), response.body());
    return response.body();
  }

  private HttpResponse<String> post(String path) throws IOException, InterruptedException {
    return ServedFiles.post(client, url + path, REQUEST);
  }

  private String get(String path) throws IOException, InterruptedException {
    return ServedFiles.get(client, url + path).body();
  }
}
