package dev.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchRunnerTest {

  @TempDir private Path nowhere;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void quickTaxGivesPositiveFiguresAndPrintsEachOnALine() {
    var figures = BenchRunner.run("tax", true, out, quick("empty-stage", "four-stage"));

    assertEquals(
        List.of(
            "empty-stage/one-caller/cpu",
            "empty-stage/one-caller/p50",
            "empty-stage/one-caller/p99",
            "empty-stage/busy/cpu",
            "four-stage/one-caller/cpu",
            "four-stage/one-caller/p50",
            "four-stage/one-caller/p99",
            "four-stage/two-callers/cpu",
            "four-stage/two-callers/p50",
            "four-stage/two-callers/p99"),
        figures.stream().map(Figure::name).toList());
    figures.forEach(figure -> assertTrue(figure.value() > 0, figure.toString()));
    var lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(figures.size(), lines.size());
    lines.forEach(line -> assertTrue(line.startsWith("{\"bench\":\"tax\",\"case\":"), line));
  }

  @Test
  void threeTinyStagesAreHeldAgainstARawLoopBusyAndIdle() {
    var figures = BenchRunner.run("tax", true, out, quick("three-stage"));

    assertEquals(
        List.of("three-stage/busy/added-cpu", "three-stage/idle/p50", "three-stage/idle/p99"),
        figures.stream().map(Figure::name).toList());
    figures.forEach(figure -> assertTrue(figure.baseline().isPresent(), figure.toString()));
  }

  @Test
  void quickJmhRunsEveryBenchmark() {
    var figures = BenchRunner.run("jmh", true, out, quick());

    assertEquals(
        List.of(
            "FrameBenchmark/fourEmptySteps",
            "LaneQueueBenchmark/offerAndPoll",
            "LaneQueueBenchmark/offerAndPollAmongOthers",
            "MailboxBenchmark/mailboxDrainedIntoAQueue",
            "MailboxBenchmark/mailboxIsTheQueue",
            "OnnxStageBenchmark/rawSession",
            "OnnxStageBenchmark/stage",
            "TensorPoolBenchmark/leaseAndReturn"),
        figures.stream().map(Figure::name).toList());
  }

  @Test
  void quickIpcComparesSizesAndTcp() {
    var figures = BenchRunner.run("ipc", true, out, quick());

    var names = figures.stream().map(Figure::name).toList();
    assertTrue(names.contains("hop/600kB-to-64B/p50"), names.toString());
    assertTrue(names.contains("tcp/600kB-to-64B/p50"), names.toString());
    figures.forEach(figure -> assertTrue(figure.value() > 0, figure.toString()));
  }

  @Test
  void quickAppendComparesWithBareWrites() {
    var figures = BenchRunner.run("append", true, out, quick());

    var names = figures.stream().map(Figure::name).toList();
    assertEquals(
        List.of("plain/durable", "plain/bare-to-store", "sealed/durable", "sealed/bare-to-store"),
        names);
    figures.forEach(figure -> assertTrue(figure.value() > 0, figure.toString()));
  }

  @Test
  void aMissingModelIsNamedWithTheWayToGetIt() {
    var message = refusal("tax", "minilm-int8");

    assertTrue(message.contains("all-minilm-l6-v2-q.onnx: missing"), message);
    assertTrue(message.contains("./weft fetch " + nowhere), message);
  }

  @Test
  void unknownNamesAreAnsweredWithTheKnownOnes() {
    assertEquals(
        "bench: 'tacks' (expected: one of [append, batch, cluster, fair, gateway, goodput, ipc,"
            + " jmh, journal, loops, overload, quantize, rollouts, shadow-cost, soak, spike, swap,"
            + " tax, waste])",
        refusal("tacks"));
    assertEquals(
        "case: 'half' (expected: one of [mixed, borderline])", refusal("rollouts", "half"));
    assertEquals(
        "case: 'full-stage' (expected: one of [empty-stage, three-stage, vad, minilm-int8,"
            + " four-stage])",
        refusal("tax", "full-stage"));
  }

  private String refusal(String bench, String... arguments) {
    var problem =
        assertThrows(
            BenchException.class, () -> BenchRunner.run(bench, true, out, quick(arguments)));
    return String.valueOf(problem.getMessage());
  }

  private BenchOptions quick(String... arguments) {
    return new BenchOptions(true, nowhere, List.of(arguments));
  }
}
