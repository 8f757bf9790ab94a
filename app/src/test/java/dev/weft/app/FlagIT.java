package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft flag} on a {@code weft serve} of another process. */
class FlagIT {

  private static final Path ROOT = Path.of(System.getProperty("weft.root", ".."));

  @TempDir private Path home;
  private final List<ServeProcess> started = new ArrayList<>();
  private String pipelines = "";

  @BeforeEach
  void write() throws IOException {
    var folder = Files.createDirectory(home.resolve("m"));
    Manifests.pipeline(folder);
    pipelines = folder.toString();
  }

  @AfterEach
  void endProcesses() {
    started.forEach(ServeProcess::close);
  }

  @Test
  void theNextAnswerMeetsWhatIsSetAndARestartKeepsIt() throws Exception {
    var server = start();
    assertEquals("none", parameter(server, "weft_skipped"));

    var set = flag("set", "again", "off", "--reason", "too slow today");
    assertEquals("flag twice.again is off\n", set.out(), set.err());
    assertEquals("second", parameter(server, "weft_skipped"));
    assertEquals("twice.again (off, as set)", parameter(server, "weft_flags_off"));
    var frame = Cli.run(home, "explain", "frame", "twice:2", "--url", server.url());
    assertTrue(
        frame.out().contains("second did not run: gate-off (twice.again: off, as set)"),
        frame.out() + frame.err());
    var listed = flag("list").lines().getLast();
    assertTrue(listed.matches("twice\\.again +off +on +session +.+: too slow today"), listed);
    server.end();

    var again = start();
    assertEquals("second", parameter(again, "weft_skipped"));
    assertTrue(flag("get", "twice.again").out().contains(": too slow today"));
    assertEquals(
        "flag twice.again is on, as declared\n",
        flag("clear", "again", "--reason", "mended").out());
    assertEquals("none", parameter(again, "weft_skipped"));
    again.end();

    var log = Files.readAllLines(home.resolve("flags/flags.jsonl"));
    assertEquals(
        List.of("off: too slow today", "default: mended"),
        log.stream()
            .skip(1)
            .map(Json::readObject)
            .map(line -> line.get("to") + ": " + line.get("reason"))
            .toList());
  }

  @Test
  void whatIsWrongIsOneClearLine() throws Exception {
    var server = start();
    refused(1, "flag: 'agian' (expected: a flag; did you mean 'again'?)", "get", "agian");
    refused(2, "rule: 'maybe' (expected: on, off, or a share such as 10%", "set", "again", "maybe");
    refused(1, "reason: 301 characters", "set", "again", "off", "--reason", "x".repeat(301));
    assertEquals("none", parameter(server, "weft_skipped"));
    var second = Cli.run(home, "serve", pipelines, "--port", "0", "--flags", home + "/flags");
    assertEquals(1, second.code());
    assertTrue(second.err().contains("flags: in use by process "), second.err());
  }

  @Test
  void whatTheGuideShowsIsWhatCurlGets() throws Exception {
    var server = start();
    var examples = GuideExamples.of(Files.readAllLines(ROOT.resolve("docs/flags.md")));
    assertTrue(examples.size() >= 6, examples.size() + " examples");
    for (var example : examples) {
      example.check(home, Map.of("http://127.0.0.1:8000", server.url()), Map.of());
    }
  }

  private void refused(int code, String said, String... args) {
    var ended = flag(args);
    assertEquals(code, ended.code(), ended.err());
    assertTrue(ended.err().contains(said), ended.err());
  }

  private Cli.Ended flag(String... args) {
    var all = new ArrayList<>(List.of("flag"));
    all.addAll(List.of(args));
    return Cli.run(home, all.toArray(String[]::new));
  }

  /** What the answer to a request says in a parameter. */
  private static String parameter(ServeProcess server, String name) throws Exception {
    var body =
        """
        {"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}\
        """;
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(server.url() + "/v2/models/twice/infer"))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      var answer = client.send(request, BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), answer.body());
      return Json.readObject(answer.body()).get("parameters") instanceof Map<?, ?> told
          ? String.valueOf(told.get(name))
          : "none";
    }
  }

  private ServeProcess start() throws IOException {
    var server = ServeProcess.start(home, pipelines, "--flags", home.resolve("flags").toString());
    started.add(server);
    return server;
  }
}
