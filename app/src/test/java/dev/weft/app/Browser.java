package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Clicks what {@code dashboard/browser} has, in a real Chromium before a real server. */
final class Browser {

  private static final Path ROOT = Path.of(System.getProperty("weft.root", "..")).toAbsolutePath();
  private static final Path DASHBOARD = ROOT.resolve("dashboard");
  private static final List<String> PLACES =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final long PATIENCE_SECONDS = 240;

  private Browser() {}

  /** Whether there is a Chromium, and the dashboard was built here. */
  static boolean isThere() {
    return PLACES.stream().map(Path::of).anyMatch(Files::isExecutable)
        && Files.isDirectory(DASHBOARD.resolve("node_modules/playwright-core"));
  }

  /**
   * Clicks through what some files have.
   *
   * @param folder for its log
   * @param told what the files are to know, beside the server's address
   */
  static void browse(Path folder, String url, Map<String, String> told, String... files)
      throws IOException, InterruptedException {
    var log = folder.resolve("browser.log");
    var command = new ArrayList<>(List.of("npm", "run", "browser", "--"));
    command.addAll(List.of(files));
    var test = new ProcessBuilder(command).directory(DASHBOARD.toFile());
    test.environment().put("WEFT_URL", url);
    test.environment().put("WEFT_SHOTS", ROOT.resolve("app/target/pictures").toString());
    test.environment().putAll(told);
    var browser = test.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      var isOver = browser.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertTrue(isOver && browser.exitValue() == 0, () -> said(log));
    } finally {
      browser.descendants().forEach(ProcessHandle::destroyForcibly);
      browser.destroyForcibly();
    }
  }

  private static String said(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
