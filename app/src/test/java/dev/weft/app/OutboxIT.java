package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.json.Json;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.link.identity.Security;
import dev.weft.link.outbox.LinkReceiver;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.Inbox;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.stages.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code weft outbox}, and an outbox beside frames that run. */
class OutboxIT extends OutboxSetting {

  private static final String HOST = "127.0.0.1";
  private static final int BATCH_BYTES_MAX = 1 << 20;

  /** Far more than is needed for any condition that is waited for. */
  private static final int FRAMES_MAX = 200_000;

  private static final String SOFTMAX =
      """
      apiVersion: weft/v1
      kind: Stage
      name: softmax
      summary: Turns numbers into probabilities.
      owner: tests@example.org
      uses: math/softmax
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: scores
      summary: Scores numbers.
      owner: tests@example.org
      deadline: 60s
      maxInFlight: 8
      trace: {capture: inputs}
      inputs:
        - {name: values, datatype: FP32, shape: [1, 4]}
      steps:
        - {name: softmax, stage: softmax, inputs: {values: values}}
      outputs: {probabilities: softmax.probabilities}
      """;

  /** What {@code status} tells; nothing as long as there is no buffer. */
  private Map<String, Object> status() {
    try {
      if (!Files.isDirectory(buffer) || !SegmentStore.isAt(FolderDisk.toRead(buffer))) {
        return Map.of();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var ended = Cli.run(folder, "outbox", "status", "--folder", buffer.toString(), "--json");
    assertEquals(0, ended.code(), ended.err());
    return ended.out().isEmpty() ? Map.of() : Json.readObject(ended.out());
  }

  @Test
  void framesAreAtTheSinkWhenTheRunHasEnded() throws IOException {
    var ended =
        run(
            "--repeat",
            "300",
            "--trace-folder",
            buffer.toString(),
            "--outbox-to",
            uploads.toString());
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.err().contains("outbox: " + uploads + " has everything"), ended.err());
    assertEquals(OutboxContents.recorded(buffer), OutboxContents.received(uploads));

    var again = run("--trace-folder", buffer.toString(), "--outbox-to", uploads.toString());
    assertEquals(0, again.code(), again.err());
    assertEquals(OutboxContents.recorded(buffer), OutboxContents.received(uploads));
    var status = status();
    assertEquals(0L, status.get("pendingRecords"), status.toString());
    assertEquals("CLOSED", status.get("doing"), status.toString());
  }

  @Test
  void whatWasReceivedIsATraceLikeAnyOther() throws IOException {
    uploads = Files.createDirectories(folder.resolve(".weft/traces")).resolve("kept");
    var to = uploads.toString();
    for (var session : List.of("a", "b")) {
      var attribute = "session=" + session;
      var ended =
          run(
              "--repeat",
              "40",
              "--attribute",
              attribute,
              "--trace-folder",
              buffer.toString(),
              "--outbox-to",
              to);
      assertEquals(0, ended.code(), ended.err());
    }
    var verified = weft("trace", "verify", "kept");
    assertTrue(verified.out().contains("whole; "), verified.out());
    assertTrue(verified.out().contains("80 frames (80 can be replayed), 0 lost"), verified.out());
    assertTrue(weft("trace", "ls").out().contains("kept "));
    var shown = weft("trace", "show", to, "--session", "b", "--limit", "1", "--json");
    assertEquals("b", Json.readObject(shown.out()).get("session"), shown.out());
    assertEquals(0, weft("trace", "diff", buffer.toString(), to).code());
    var replayed = weft("replay", to, "--session", "a", "--json");
    assertEquals(true, Json.readObject(replayed.out()).get("exact"), replayed.out());
    assertEquals(0, weft("trace", "export", to, folder.resolve("copy.trace").toString()).code());
  }

  @Test
  void aFlippedByteAndAMissingBatchOfAnInboxAreFound() throws IOException {
    for (var i = 0; i < 3; i++) {
      var ended =
          run("--repeat", "20", "--trace-folder", buffer.toString(), "--outbox-to", uploads + "");
      assertEquals(0, ended.code(), ended.err());
    }
    List<Path> batches;
    try (var files = Files.list(uploads)) {
      batches = files.filter(file -> file.toString().endsWith(".batch")).sorted().toList();
    }
    var middle = batches.get(1);
    var bytes = Files.readAllBytes(middle);
    bytes[bytes.length / 2] ^= 4;
    Files.write(middle, bytes);
    var damaged = weft("trace", "verify", uploads.toString());
    assertEquals(1, damaged.code(), damaged.out());
    assertTrue(damaged.out().contains(middle.getFileName() + " at byte 0"), damaged.out());
    Files.delete(middle);
    var missing = weft("trace", "verify", uploads.toString());
    assertEquals(1, missing.code(), missing.out());
    assertTrue(missing.out().contains("a file between is missing"), missing.out());
  }

  private Cli.Ended weft(String... args) {
    return Cli.run(folder, args);
  }

  @Test
  void aSinkThatIsGoneCostsNoAnswerAndWhatWaitsGoesWithTheNextRun() throws IOException {
    var to = "grpc://127.0.0.1:1";
    var ended =
        run("--repeat", "50", "--trace-folder", buffer.toString(), "--outbox-to", to, "--json");
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.err().contains("outbox: not all is at " + to + ": UNAVAIL"), ended.err());
    var text = Cli.run(folder, "outbox", "status", "--folder", buffer.toString()).out();
    assertTrue(text.contains("last failure"), text);
    assertTrue(text.contains("class default: "), text);
    assertTrue(number("pendingRecords") >= 50, text);

    var later = Cli.run(folder, "outbox", "send", buffer.toString(), "--to", uploads.toString());
    assertEquals(0, later.code(), later.err());
    assertEquals(OutboxContents.recorded(buffer), OutboxContents.received(uploads));
  }

  @Test
  void flagsThatDoNotFitAreRefused() throws IOException {
    for (var args :
        List.of(
            List.of("--outbox-to", "x"),
            List.of("--outbox-to", "x", "--trace", folder.resolve("t.trace").toString()),
            List.of("--outbox-to", "ftp://x", "--trace-folder", buffer.toString()),
            List.of("--outbox-to", "grpc://x", "--trace-folder", buffer.toString()))) {
      var refused = run(args.toArray(String[]::new));
      assertEquals(2, refused.code(), args.toString());
      assertTrue(refused.err().contains("--outbox-to"), refused.err());
    }
    assertEquals(2, Cli.run(folder, "outbox", "status", "--folder", "none").code());
  }

  @Test
  void whileTheSinkIsCutAnswersGoOnAndAfterwardsItHoldsExactlyWhatWasRecorded() throws IOException {
    var inbox = Inbox.open(FolderDisk.at(uploads), BATCH_BYTES_MAX);
    var receiver = LinkReceiver.listen(HOST, 0, inbox, BATCH_BYTES_MAX, Security.none());
    var port = receiver.port();
    try (var weft = Weft.embedded(config("grpc://%s:%d".formatted(HOST, port)))) {
      var pipeline = deploy(weft);
      load(weft, pipeline, () -> number("acknowledged") > 0);
      receiver.close();
      inbox.close();
      // Beside the live buffer, which this does not disturb.
      load(
          weft,
          pipeline,
          () -> number("pendingDeferred") > 200 && status().containsKey("lastFailureAt"));
      var cut = status();
      assertEquals(ProcessHandle.current().pid(), cut.get("process"), cut.toString());
      assertTrue(cut.get("oldestAgeSeconds") instanceof Long age && age >= 0, cut.toString());
      inbox = Inbox.open(FolderDisk.at(uploads), BATCH_BYTES_MAX);
      receiver = LinkReceiver.listen(HOST, port, inbox, BATCH_BYTES_MAX, Security.none());
      load(weft, pipeline, () -> number("caughtUp") > 200);
    } finally {
      receiver.close();
      inbox.close();
    }
    assertEquals(OutboxContents.recorded(buffer), OutboxContents.received(uploads));
    assertEquals(0L, status().get("pendingRecords"));
    var shown = Cli.run(folder, "trace", "show", buffer.toString(), "--limit", "100000");
    var deferred = shown.lines().stream().filter(line -> line.endsWith("[deferred]")).count();
    assertTrue(deferred > 0 && deferred < shown.lines().size(), "deferred: " + deferred);
  }

  @Test
  void aProcessThatIsAskedToEndSendsWhatItHasFirst() throws Exception {
    var process = start();
    process.destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals("CLOSED", status().get("doing"), status().toString());
    assertEquals(OutboxContents.recorded(buffer), OutboxContents.received(uploads));
  }

  @Test
  void aProcessThatIsKilledIsFollowedByOneThatGoesOnWhereItWas() throws Exception {
    for (var kills = 0; kills < 2; kills++) {
      var process = start();
      process.destroyForcibly();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    }
    var last = run("--trace-folder", buffer.toString(), "--outbox-to", uploads.toString());
    assertEquals(0, last.code(), last.err());
    var verified = weft("trace", "verify", uploads.toString());
    assertEquals(0, verified.code(), verified.out());
    var inBuffer = Cli.run(folder, "trace", "diff", buffer.toString(), uploads.toString());
    assertEquals(0, inBuffer.code(), inBuffer.out());
  }

  /** A process that runs frames without an end, and has sent some more since it began. */
  private Process start() throws IOException, InterruptedException {
    var before = number("acknowledged");
    var args = new ArrayList<String>(List.of("run", manifest.toString()));
    args.addAll(List.of("--input", "x=" + Manifests.input(folder), "--repeat", "forever"));
    args.addAll(List.of("--control", "off", "--trace-folder", buffer.toString()));
    args.addAll(List.of("--outbox-to", uploads.toString()));
    var flags = List.of("-Dweft.persistence.outbox.batch-delay-max=20ms");
    var process =
        new ProcessBuilder(WeftCommand.of(folder, flags, args))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("run.log").toFile())
            .start();
    started.add(process);
    while (number("acknowledged") <= before) {
      var ended = process.waitFor(100, TimeUnit.MILLISECONDS);
      assertTrue(!ended, () -> "ended by itself: " + log());
    }
    return process;
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("run.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Config config(String to) {
    var wanted =
        Map.of(
            "weft.fabric.trace.folder", buffer.toString(),
            "weft.fabric.outbox.to", to,
            "weft.fabric.outbox.farewell", "60s",
            "weft.persistence.outbox.batch-delay-max", "20ms",
            "weft.persistence.outbox.retry-first", "20ms",
            "weft.persistence.outbox.retry-max", "200ms");
    return ConfigFactory.parseMap(wanted).withFallback(ConfigFactory.load());
  }

  private Pipeline deploy(Weft weft) throws IOException {
    var softmax = Files.writeString(folder.resolve("softmax.yaml"), SOFTMAX);
    return weft.load(softmax).getFirst();
  }

  private long number(String what) {
    return status().get(what) instanceof Long number ? number : 0;
  }

  /** Runs frames, each of which must be answered, until the condition holds. */
  private static void load(Weft weft, Pipeline pipeline, java.util.function.BooleanSupplier until) {
    for (var frame = 0; frame < FRAMES_MAX; frame++) {
      var x = weft.tensors().floats(Shape.of(1, 4), 1, 2, 3, frame);
      try (var answer = pipeline.submit(Request.of("values", x)).toCompletableFuture().join()) {
        assertInstanceOf(Answer.Completed.class, answer);
      }
      if (frame % 50 == 0 && until.getAsBoolean()) {
        return;
      }
    }
    throw new AssertionError("it did not happen within %d frames".formatted(FRAMES_MAX));
  }
}
