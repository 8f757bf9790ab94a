package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Follows the page for newcomers. */
@Timeout(300)
class QuickstartIT {

  private static final Path ROOT = Path.of(System.getProperty("weft.root", ".."));
  private static final String MODELS = "examples/rollout/models/";

  @TempDir private Path home;

  @Test
  void aNewcomerServesAModelAndThenAPipelineAroundIt() throws Exception {
    var page = Files.readString(ROOT.resolve("docs/quickstart.md"));
    var second = page.indexOf("\n## 2. ");
    var fetched = Cli.run(ROOT, "fetch", ROOT.resolve("examples/rollout").toString());
    assertEquals(0, fetched.code(), fetched.err());
    var shop = Files.createDirectory(home.resolve("shop"));
    copyAsToldIn(page.substring(0, second), shop);
    try (var server = ServeProcess.start(home, shop.toString())) {
      follow(page, second, shop, server.url());
      server.end();
    }
  }

  private void follow(String page, int second, Path shop, String url) throws Exception {
    var bare = GuideExamples.of(page.substring(0, second).lines().toList());
    assertEquals(2, bare.size());
    check(bare, url);
    copyAsToldIn(page.substring(second), shop);
    Files.writeString(shop.resolve(".sentence.yaml"), fenced(page, "yaml"));
    Files.move(shop.resolve(".sentence.yaml"), shop.resolve("sentence.yaml"));
    awaitReady(url + "/v2/models/sentence/ready");
    var lint = Cli.run(home, "lint", shop.toString());
    assertEquals(0, lint.code(), lint.out() + lint.err());
    var around = GuideExamples.of(page.substring(second).lines().toList());
    assertEquals(1, around.size());
    check(around, url);

    var explained = Cli.run(home, "explain", "frame", "sentence:0", "--url", url);
    assertEquals(0, explained.code(), explained.err());
    assertTrue(explained.out().contains("encode"), explained.out());
  }

  private void check(List<GuideExamples.Example> examples, String url) throws Exception {
    for (var example : examples) {
      example.check(home, Map.of("http://127.0.0.1:8000", url), Map.of());
    }
  }

  /** Does what the lines {@code cp examples/... shop/...} say. */
  private static void copyAsToldIn(String page, Path shop) throws IOException {
    var copy = Pattern.compile("^    cp (" + MODELS + "\\S+) shop/(\\S+)$", Pattern.MULTILINE);
    var told = copy.matcher(page);
    assertTrue(told.find(), "nothing to copy");
    Files.copy(ROOT.resolve(told.group(1)), shop.resolve(told.group(2)));
  }

  private static String fenced(String page, String language) {
    var begin = page.indexOf("```" + language + "\n") + language.length() + 4;
    return page.substring(begin, page.indexOf("```", begin));
  }

  private static void awaitReady(String url) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var asked = HttpRequest.newBuilder(URI.create(url)).build();
      var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (client.send(asked, BodyHandlers.discarding()).statusCode() != 200) {
        assertTrue(System.nanoTime() < until, "not ready in a minute: " + url);
        Thread.sleep(100);
      }
    }
  }
}
