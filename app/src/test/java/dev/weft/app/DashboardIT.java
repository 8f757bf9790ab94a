package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.fabric.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard in a real Chromium before a real {@code weft serve} with a rollout under way; what
 * is clicked there is in {@code dashboard/browser}.
 */
@Timeout(300)
class DashboardIT {

  private static final String REQUEST =
      """
      {"inputs": [{"name": "features", "datatype": "FP32", "shape": [1, 4], "data": [1, 2, 3, 4]}]}
      """;

  /** One that stays at its first step for as long as the test takes. */
  private static final String ROLLOUT =
      """
      apiVersion: weft/v1
      kind: Rollout
      name: same-scores
      summary: Puts the same model in place.
      owner: tests@example.org
      stage: classify
      candidate: again
      steps: [shadow, 50%, 100%]
      dwell: 30min
      evidence: {samplesMin: 100}
      limits:
        cpu: {ratio: 3.0}
        outputs: [{tensor: logits, metric: relative-l2, above: 0.1, share: 20%}]
      """;

  @TempDir private Path folder = Path.of("");
  private final List<Process> started = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void endProcesses() {
    client.close();
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void whatOperatorsClickIsWhatTheServerDoes() throws Exception {
    assumeTrue(Browser.isThere(), "no Chromium here, or the dashboard was not built");
    var url = serveWithARollout();
    browse(
        url,
        Map.of(
            "WEFT_STAGE", "classify",
            "WEFT_OTHER_VARIANT", "swapped",
            "WEFT_FLAG", "twice.again"),
        "dashboard.spec",
        "flags.spec",
        "frames.spec");

    var server = started.getFirst();
    server.destroy();
    assertTrue(server.waitFor(60, TimeUnit.SECONDS), "it ends although it was looked at");
    assertEquals(0, server.exitValue());
  }

  @Test
  void whoMayOnlyObserveIsOfferedNoChange() throws Exception {
    assumeTrue(Browser.isThere(), "no Chromium here, or the dashboard was not built");
    var lines = new ArrayList<>(List.of("apiVersion: weft/v1", "kind: Access", "keys:"));
    var keys =
        Map.of(
            "WEFT_OBSERVER_KEY", key("observe", lines), "WEFT_OPERATOR_KEY", key("operate", lines));
    var access = Files.write(folder.resolve("access.yaml"), lines);
    var gated = Files.createDirectory(folder.resolve("gated"));
    Manifests.pipeline(gated);
    var url = serve(List.of("--access", access.toString(), gated.resolve("twice.yaml").toString()));
    browse(url, keys, "roles.spec");
  }

  /** Makes a key; its line goes to {@code lines}. */
  private String key(String role, List<String> lines) {
    var made = Cli.run(folder, "access", "key", "--tenant", "acme", "--role", role);
    assertEquals(0, made.code(), made.err());
    var told = made.out().lines().toList();
    lines.add(told.getLast());
    return told.getFirst();
  }

  private void browse(String url, Map<String, String> more, String... files)
      throws IOException, InterruptedException {
    var told =
        new HashMap<>(
            Map.of("WEFT_PIPELINE", "answer", "WEFT_STEP", "classify", "WEFT_REQUEST", REQUEST));
    told.putAll(more);
    Browser.browse(folder, url, told, files);
  }

  @Test
  void rolloutsAreSeenAndChangedOverHttp() throws Exception {
    var url = serveWithARollout();
    var all = Json.readObject(get(url + "/weft/v1/rollouts").body());
    assertEquals(true, all.get("offered"));
    while (!get(url + "/weft/v1/rollouts/classify").body().contains("\"history\":[{\"at\"")) {
      infer(url);
    }
    assertEquals(404, get(url + "/weft/v1/rollouts/nosuch").statusCode());
    assertEquals(404, change(url, "nosuch/pause").statusCode());
    var paused = change(url, "classify/pause");
    assertEquals(200, paused.statusCode(), paused::body);
    assertTrue(paused.body().contains("paused at shadow: market day"), paused::body);
    assertTrue(Cli.run(folder, "rollout", "status").out().contains("market day"));
    assertEquals(200, change(url, "classify/abort").statusCode());
    var late = change(url, "classify/pause");
    assertEquals(409, late.statusCode(), late::body);
    var events = get(url + "/weft/v1/events").body();
    assertTrue(events.contains("an operator asked to abort: market day"), events);
    assertTrue(events.contains("from plain to again: rolled back: ABORTED: market day"), events);
  }

  @Test
  void aFrameIsExplainedOnTheCommandLine() throws Exception {
    var url = serveWithARollout();
    var frame = infer(url).headers().firstValue("Weft-Frame").orElseThrow();
    var told = Cli.run(folder, "explain", "frame", frame, "--url", url);
    assertEquals(0, told.code(), told.err());
    assertTrue(told.out().startsWith(frame + ": completed after "), told.out());
    assertTrue(told.out().contains("classify  classify@plain"), told.out());
    var json = Cli.run(folder, "explain", "frame", frame, "--url", url, "--json").out();
    assertEquals("completed", Json.readObject(json).get("outcome"));

    var unknown = Cli.run(folder, "explain", "frame", "answer:99999999", "--url", url);
    assertEquals(1, unknown.code());
    assertTrue(unknown.err().contains("frame: 'answer:99999999'"), unknown.err());
    var nobody = Cli.run(folder, "explain", "frame", frame, "--url", "http://127.0.0.1:1");
    assertEquals(1, nobody.code());
    assertEquals(2, Cli.run(folder, "explain", "frame", frame, "--url", "nowhere").code());
    assertEquals(2, Cli.run(folder, "explain").code());
  }

  private HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> infer(String url) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/v2/models/answer/infer"))
            .POST(BodyPublishers.ofString(REQUEST));
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> change(String url, String what)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/weft/v1/rollouts/" + what))
            .headers("Content-Type", "application/json", "X-Weft-Request", "a test")
            .POST(BodyPublishers.ofString("{\"reason\": \"market day\"}"));
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private String serveWithARollout() throws IOException {
    var manifests = Files.createDirectory(folder.resolve("manifests"));
    Manifests.classifying(manifests);
    var gated = Files.createDirectory(folder.resolve("gated"));
    Manifests.pipeline(gated);
    var url =
        serve(
            List.of(
                "--rollouts",
                folder.resolve("rollouts").toString(),
                "--trace-folder",
                folder.resolve("buffer").toString(),
                manifests.toString(),
                gated.resolve("twice.yaml").toString()));
    var rollout = Files.writeString(manifests.resolve("rollout.yaml"), ROLLOUT);
    var begun = Cli.run(folder, "rollout", "start", rollout.toString());
    assertEquals(0, begun.code(), begun.err());
    return url;
  }

  /** Serves, and says where. Whatever else the machine does, shadows get their turn. */
  private String serve(List<String> more) throws IOException {
    var command = WeftCommand.of(folder, List.of("-Dweft.fabric.load.enabled=off"), List.of());
    command.addAll(List.of("serve", "--port", "0", "--grpc-port", "off", "--metrics-port", "off"));
    command.addAll(more);
    var log = folder.resolve("serve.log");
    var process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    started.add(process);
    var line = new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine();
    if (line == null) {
      throw new AssertionError("ended: " + Files.readString(log));
    }
    var from = line.indexOf("http://");
    return line.substring(from, line.indexOf(": ", from));
  }
}
