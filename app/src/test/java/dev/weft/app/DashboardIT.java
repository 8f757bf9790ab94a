package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private static final Path ROOT = Path.of(System.getProperty("weft.root", "..")).toAbsolutePath();
  private static final Path DASHBOARD = ROOT.resolve("dashboard");

  private static final List<String> BROWSERS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

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

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void whatOperatorsClickIsWhatTheServerDoes() throws Exception {
    assumeTrue(
        BROWSERS.stream().map(Path::of).anyMatch(Files::isExecutable),
        "no Chromium here: the dashboard is not tested in a browser");
    assumeTrue(
        Files.isDirectory(DASHBOARD.resolve("node_modules/playwright-core")),
        "the dashboard was not built here, so it is not tested in a browser");
    var manifests = Files.createDirectory(folder.resolve("manifests"));
    Manifests.classifying(manifests);
    var url = serve(manifests);
    var rollout = Files.writeString(manifests.resolve("rollout.yaml"), ROLLOUT);
    var begun = Cli.run(folder, "rollout", "start", rollout.toString());
    assertEquals(0, begun.code(), begun.err());

    var log = folder.resolve("browser.log");
    var test = new ProcessBuilder("npm", "run", "browser").directory(DASHBOARD.toFile());
    test.environment().put("WEFT_URL", url);
    test.environment().put("WEFT_PIPELINE", "answer");
    test.environment().put("WEFT_STEP", "classify");
    test.environment().put("WEFT_STAGE", "classify");
    test.environment().put("WEFT_REQUEST", REQUEST);
    test.environment().put("WEFT_SHOTS", ROOT.resolve("app/target/pictures").toString());
    var browser = test.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    started.add(browser);
    assertEquals(0, browser.waitFor(), () -> said(log));

    var server = started.getFirst();
    server.destroy();
    assertEquals(true, server.waitFor(60, TimeUnit.SECONDS), "it ends although it was looked at");
    assertEquals(0, server.exitValue());
  }

  private static String said(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /**
   * Serves with rollouts, and says where. Whatever else the machine does, shadows get their turn.
   */
  private String serve(Path manifests) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:+UseSerialGC");
    command.add("-Dweft.home=" + folder);
    command.add("-Dweft.fabric.load.enabled=off");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("serve", "--port", "0", "--metrics-port", "off"));
    command.addAll(List.of("--rollouts", folder.resolve("rollouts").toString()));
    command.add(manifests.toString());
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
