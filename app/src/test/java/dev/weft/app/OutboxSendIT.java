package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code weft outbox send}: what it says of a sink, when it waits, and how it ends. */
class OutboxSendIT extends OutboxSetting {

  @Test
  void aSinkThatIsAnotherOneGetsAllAndIsNotSaidToHaveItBefore() throws IOException {
    assertEquals(0, run("--repeat", "30", "--trace-folder", buffer.toString()).code());
    var first = Cli.run(folder, "outbox", "send", buffer + "", "--to", uploads + "");
    assertTrue(first.out().contains("has everything through "), first.out());
    var before = OutboxContents.recorded(buffer);
    assertEquals(before, OutboxContents.received(uploads));

    uploads = folder.resolve("others");
    var other = Cli.run(folder, "outbox", "send", buffer + "", "--to", uploads + "", "--once");
    assertEquals(0, other.code(), other.err());
    assertTrue(
        other.err().contains("the sink has records through 0 only (expected: "), other.err());
    assertTrue(other.out().contains("1 batch"), other.out());
    assertEquals(before, OutboxContents.received(uploads));

    var again = Cli.run(folder, "outbox", "send", buffer + "", "--to", uploads + "");
    assertTrue(again.out().contains("0 batches"), again.out());
    assertTrue(!again.err().contains("only"), again.err());

    var nobody = "grpc://127.0.0.1:9";
    var asked = Cli.run(folder, "outbox", "send", buffer + "", "--to", nobody, "--once");
    assertEquals(1, asked.code(), asked.out());
    assertEquals("", asked.out());
    assertEquals(before, OutboxContents.recorded(buffer), "sending leaves nothing in the buffer");
  }

  @Test
  void recordsGoOverTlsToAReceiverThatKnowsTheSendersCa() throws Exception {
    assertEquals(0, run("--repeat", "3", "--trace-folder", buffer.toString()).code());
    var certs = folder.resolve("certs").toString();
    for (var make : List.of("init --site berlin", "node region --hosts localhost", "node edge")) {
      var args = ("certs " + make + " --folder " + certs).split(" ", -1);
      assertEquals(0, Cli.run(folder, args).code());
    }
    var receiver =
        started(
            List.of(),
            ("outbox receive --host 0.0.0.0 --port 0 --into %s --tls-cert %s/region.pem"
                    + " --tls-key %2$s/region.key --trust %2$s/trust.pem")
                .formatted(uploads, certs)
                .split(" ", -1));
    while (!log().contains("listening on")) {
      var ended = receiver.waitFor(100, TimeUnit.MILLISECONDS);
      assertTrue(!ended, () -> "ended by itself: " + log());
    }
    var port = log().replaceAll("(?s).*0\\.0\\.0\\.0:(\\d+),.*", "$1");
    var inTheClear = "grpc://127.0.0.1:" + port;
    var refused = Cli.run(folder, "outbox", "send", buffer + "", "--to", inTheClear, "--once");
    assertEquals(1, refused.code(), refused.out());
    var to =
        "grpcs://localhost:%s?certificate=%s/edge.pem&key=%2$s/edge.key&trust=%2$s/trust.pem"
            .formatted(port, certs);
    var sent = Cli.run(folder, "outbox", "send", buffer + "", "--to", to);
    assertEquals(0, sent.code(), sent.err());
    assertEquals(OutboxContents.recorded(buffer), OutboxContents.received(uploads));
    var beyond =
        Cli.run(folder, "outbox", "send", buffer + "", "--to", "grpc://192.0.2.1:9", "--once");
    assertEquals(2, beyond.code(), beyond.out());
    assertTrue(beyond.err().contains("expected: grpcs://HOST:PORT"), beyond.err());
  }

  @Test
  void aSenderOutsideItsHoursSaysUntilWhenAndDoesNotWaitIfItTriesOnce() throws Exception {
    assertEquals(0, run("--repeat", "3", "--trace-folder", buffer.toString()).code());
    var hour = LocalTime.now(ZoneOffset.UTC);
    var times = DateTimeFormatter.ofPattern("HH:mm");
    var window =
        List.of(
            "-Dweft.persistence.outbox.window.from=" + times.format(hour.plusHours(2)),
            "-Dweft.persistence.outbox.window.to=" + times.format(hour.plusHours(3)),
            "-Dweft.persistence.outbox.window.zone=UTC");
    var process = started(window, "outbox", "send", buffer + "", "--to", uploads + "", "--once");
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(1, process.exitValue(), log());
    assertTrue(log().contains("outside its hours"), log());
    assertTrue(log().matches("(?s).*; next at \\d{4}-.*"), log());
  }

  @Test
  void aSenderThatIsInterruptedSaysHowFarItCameAndLeavesTheBufferAsItWas() throws Exception {
    assertEquals(0, run("--repeat", "3", "--trace-folder", buffer.toString()).code());
    var before = OutboxContents.recorded(buffer);
    var process = started(List.of(), "outbox", "send", buffer + "", "--to", "grpc://127.0.0.1:9");
    while (!log().contains("again at")) {
      var ended = process.waitFor(100, TimeUnit.MILLISECONDS);
      assertTrue(!ended, () -> "ended by itself: " + log());
    }
    new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(130, process.exitValue(), log());
    assertTrue(log().contains("weft: interrupted; grpc://127.0.0.1:9 has everything"), log());
    assertEquals(before, OutboxContents.recorded(buffer));
  }

  /** A process of {@code weft} with some JVM flags more, whose output is the log. */
  private Process started(List<String> flags, String... args) throws IOException {
    var process =
        new ProcessBuilder(WeftCommand.of(folder, flags, List.of(args)))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("run.log").toFile())
            .start();
    started.add(process);
    return process;
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("run.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
