package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft ctl} on a {@code weft run} of the same process. */
class ControlIT {

  private static final long FRAMES_MAX = 50_000_000;

  @TempDir private Path home;
  private String pipeline = "";
  private String input = "";

  @BeforeEach
  void write() throws IOException {
    pipeline = Manifests.pipeline(Files.createDirectory(home.resolve("m"))).toString();
    input = Manifests.input(home).toString();
  }

  /** A test that fails leaves its run behind. */
  @AfterEach
  void stopWhatRuns() {
    ctl("stop");
  }

  @Test
  void switchesSplitsAndSwapsWhileFramesFlowWithoutAFailedOne() {
    var running = start();
    awaitFrames(running, 100);
    for (var i = 0; i < 10; i++) {
      var isOdd = i % 2 == 1;
      assertEquals(0, ctl("gate", "again", isOdd ? "on" : "off").code());
      assertEquals(0, ctl("split", "ab", isOdd ? "100,0" : "10,90").code());
      assertEquals(0, ctl("swap", "second", isOdd ? "one" : "two").code());
      assertEquals(0, ctl("swap", "first/a", isOdd ? "one" : "two").code());
    }
    var done = ctl("split", "ab", "90,10");
    assertEquals("split ab of twice is [90, 10]\n", done.out());
    var status = ctl("status").out();
    assertTrue(status.contains("  gates: again on\n"), status);
    assertTrue(status.contains("  split ab of step first: a 90, b 10\n"), status);
    assertTrue(status.contains("first/b  pass   two\n"), status);
    awaitFrames(running, framesNow() + 100);

    var ended = stop(running);

    var summary = Json.readObject(ended.lines().getLast());
    assertEquals(0L, summary.get("failed"));
    assertEquals(0L, summary.get("dropped"));
    assertTrue(summary.get("completed") instanceof Long count && count > 200, ended.out());
    assertEquals(List.of(), socketFiles());
  }

  @Test
  void statusTellsHowHardTheMachineIsPressed() {
    var running = start();
    awaitFrames(running, 1);

    // The first look at the machine comes a moment after the start.
    var text = ctl("status").out();
    for (var tries = 0; tries < 100 && text.contains("nothing measured"); tries++) {
      text = ctl("status").out();
    }
    var shown = text;
    assertTrue(shown.lines().anyMatch(line -> line.matches("load \\w+; paused lanes: .+")), shown);
    assertTrue(shown.contains("memory: available "), shown);
    var load = Json.readObject(ctl("status", "--json").out()).get("load");
    assertTrue(load instanceof Map<?, ?> map && map.get("level") instanceof String, shown);

    stop(running);
  }

  @Test
  void refusesWhatIsNotThereAndKeepsRunning() {
    var running = start();
    awaitFrames(running, 1);

    refused("gate: 'agian' (expected: one of [again])", "gate", "agian", "on");
    refused("weights: [1, 2, 3] (expected: 2 weights >= 0)", "split", "ab", "1,2,3");
    refused("'three'", "swap", "second", "three");
    refused("'broken.onnx' has SHA-256 ", "swap", "second", "broken");
    refused("pipeline: 'other' (expected: one of [twice])", "status", "--pipeline", "other");
    refused("pid: 1 (expected: one of ", "status", "--pid", "1");
    var wrong = ctl("split", "ab", "much");
    assertEquals(2, wrong.code());
    assertTrue(wrong.err().contains("see 'weft ctl split --help'"), wrong.err());

    assertEquals(0L, Json.readObject(stop(running).lines().getLast()).get("failed"));
  }

  @Test
  void aSocketHeldByALivingProcessIsRefused() {
    var running = start();
    awaitFrames(running, 1);
    var socket = socketFiles().getFirst();

    var second =
        Cli.run(
            home,
            "run",
            pipeline,
            "--input",
            "x=" + input,
            "--repeat",
            "2",
            "--control",
            socket.toString());

    assertEquals(1, second.code());
    assertTrue(
        second.err().contains("held by another process (expected: a free path)"), second.err());
    stop(running);
  }

  @Test
  void takesOverASocketNobodyListensTo() throws IOException {
    var socket = home.resolve("stale.sock");
    try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(socket));
    }
    assertTrue(Files.exists(socket));

    var ended =
        Cli.run(
            home,
            "run",
            pipeline,
            "--input",
            "x=" + input,
            "--repeat",
            "2",
            "--control",
            socket.toString());

    assertEquals(0, ended.code(), ended.err());
  }

  @Test
  void withNothingRunningItSaysSo() {
    var ended = ctl("status");

    assertEquals(1, ended.code());
    assertTrue(ended.err().startsWith("weft: no weft is running here (expected: "), ended.err());
  }

  private void refused(String message, String... args) {
    var ended = ctl(args);
    assertEquals(1, ended.code(), ended.err());
    assertTrue(ended.err().contains(message), ended.err());
  }

  /** Frames are counted rather than timed: this many never end by themselves. */
  private CompletableFuture<Cli.Ended> start() {
    var running = new CompletableFuture<Cli.Ended>();
    Thread.ofPlatform()
        .start(
            () ->
                running.complete(
                    Cli.run(
                        home,
                        "run",
                        pipeline,
                        "--input",
                        "x=" + input,
                        "--json",
                        "--parallel",
                        "4",
                        "--repeat",
                        Long.toString(FRAMES_MAX))));
    return running;
  }

  /** Ends the run as a person would who has had enough, but for the signal. */
  private Cli.Ended stop(CompletableFuture<Cli.Ended> running) {
    ctl("stop");
    return running.join();
  }

  private Cli.Ended ctl(String... args) {
    var all = new ArrayList<>(List.of("ctl"));
    all.addAll(List.of(args));
    return Cli.run(home, all.toArray(String[]::new));
  }

  private long framesNow() {
    var ended = ctl("status", "--json");
    if (ended.code() != 0) {
      return -1;
    }
    var pipelines = (List<?>) Json.readObject(ended.out()).getOrDefault("pipelines", List.of());
    var completed = pipelines.getFirst() instanceof Map<?, ?> twice ? twice.get("completed") : null;
    return completed instanceof Long count ? count : -1;
  }

  /** Waits on the run itself, so that one that ends early is told with its reason. */
  private void awaitFrames(CompletableFuture<Cli.Ended> running, long count) {
    while (framesNow() < count) {
      try {
        var ended = running.get(20, TimeUnit.MILLISECONDS);
        throw new AssertionError("the run ended: " + ended);
      } catch (TimeoutException e) {
        // It still runs.
      } catch (InterruptedException | ExecutionException e) {
        throw new AssertionError(e);
      }
    }
  }

  private List<Path> socketFiles() {
    try (var files = Files.list(home.resolve(".weft/run"))) {
      return files.toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
