package dev.weft.supervisor.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.trace.Fingerprint.Environment;
import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.gate.Kpi;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.RolloutEvent;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutState;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence shows what was changed in it, and nothing that is not so. */
class EvidenceFilesTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final String MARKUP = "<script>alert('1 < 2 & \"3\"')</script>";
  private static final Subject SUBJECT =
      new Subject(new Environment("1.0", "a VM", List.of("avx2"), 1), _ -> Optional.empty());

  private final Path folder;
  private final Path file;

  EvidenceFilesTest(@TempDir Path folder) {
    this.folder = folder;
    this.file = folder.resolve("minilm-1.jsonl");
  }

  private EvidenceFiles files() {
    return new EvidenceFiles(folder, SUBJECT);
  }

  private static Course course() {
    var plan =
        new RolloutPlan(
            "minilm",
            "int8",
            "ab".repeat(32),
            List.of(new RolloutPlan.Step(0, 10_000, Duration.ZERO)),
            Duration.ofMinutes(5),
            RolloutPlan.Inconclusive.PAUSE,
            new RolloutPlan.Watch(Duration.ZERO, 500),
            "summary: " + MARKUP);
    return new Course(1, plan, "fp32", Course.Load.DONE, 0, 1, NOON, NOON, "", "", 0);
  }

  private static RolloutState state(Phase phase) {
    return new RolloutState(
        phase, Optional.of(course()), 1, Optional.empty(), Map.of(), Map.of(), List.of());
  }

  private static Judgement judgement(double estimate) {
    return new Judgement(
        Verdict.INSUFFICIENT,
        List.of(
            new GateResult(
                Kpi.CPU,
                "mean ratio",
                estimate,
                0.9,
                Double.POSITIVE_INFINITY,
                1.1,
                40,
                Verdict.INSUFFICIENT,
                "not yet")),
        new Judgement.Frames(40, 0, 40, 0),
        List.of("<cam>/1/17"),
        "not yet");
  }

  /** A rollout from its start to its end, with figures in between. */
  private void tell(EvidenceFiles files) {
    begin(files);
    files.stands(state(Phase.PROGRESSING), judgement(1.01), NOON.plusSeconds(1));
    files.happened(
        List.of(
            new RolloutEvent.RolledBack(
                RolloutEvent.Cause.GATE_FAILED, MARKUP, NOON.plusSeconds(2))),
        state(Phase.DEGRADED));
  }

  private static void begin(EvidenceFiles files) {
    files.happened(
        List.of(new RolloutEvent.Started(1, course().plan(), "fp32", NOON)),
        state(Phase.PROGRESSING));
  }

  private static List<String> kinds(List<Entry> entries) {
    return entries.stream().map(Entry::kind).toList();
  }

  @Test
  void aRolloutLeavesItsEventsItsFiguresAndWhatItRanOn() {
    tell(files());
    var entries = EvidenceFiles.read(file);
    assertEquals(List.of("started", "stands", "rolled-back"), kinds(entries));
    assertEquals(
        Map.of("onnxRuntime", "1.0", "virtualMachine", "a VM", "cpu", List.of("avx2")),
        entries.getFirst().body().get("environment"));
    assertEquals(entries.get(1).hash(), entries.get(2).before());
  }

  @Test
  void aFigureThatIsNoNumberIsLeftOut() {
    begin(files());
    files().stands(state(Phase.PROGRESSING), judgement(Double.NaN), NOON);
    var gate = new Fields(EvidenceFiles.read(file).getLast().body()).objects("gates").getFirst();
    assertTrue(Double.isNaN(gate.number("estimate")));
    assertTrue(Double.isNaN(gate.number("upper")));
    assertEquals(0.9, gate.number("lower"));
  }

  @Test
  void everyByteThatIsChangedIsFound() throws IOException {
    tell(files());
    var whole = Files.readAllBytes(file);
    for (var at = 0; at < whole.length - 1; at++) {
      var changed = whole.clone();
      changed[at] ^= 1;
      Files.write(file, changed);
      var where = "byte " + at;
      var found = assertThrows(EvidenceException.class, () -> EvidenceFiles.read(file), where);
      assertTrue(String.valueOf(found.getMessage()).startsWith(folder.toString()), where);
    }
  }

  @Test
  void aLineLeftOutMovedOrPutInIsFoundWithItsNumber() throws IOException {
    tell(files());
    var lines = Files.readAllLines(file);
    var withoutFirst = new ArrayList<>(lines.subList(1, lines.size()));
    var swapped = List.of(lines.get(0), lines.get(2), lines.get(1));
    var twice = List.of(lines.get(0), lines.get(0), lines.get(1));
    assertDamagedAt(1, withoutFirst);
    assertDamagedAt(2, swapped);
    assertDamagedAt(2, twice);
    assertDamagedAt(3, List.of(lines.get(0), lines.get(1), "{}"));
  }

  private void assertDamagedAt(int line, List<String> lines) throws IOException {
    Files.write(file, lines);
    var found = assertThrows(EvidenceException.class, () -> EvidenceFiles.read(file));
    assertTrue(
        String.valueOf(found.getMessage()).startsWith("%s:%d: ".formatted(file, line)),
        found.getMessage());
  }

  @Test
  void theNextProcessGoesOnWhereALineWasTorn() throws IOException {
    begin(files());
    var torn = Files.readString(file).substring(0, 40);
    Files.writeString(file, torn, StandardOpenOption.APPEND);
    files().stands(state(Phase.PROGRESSING), judgement(1), NOON);
    assertEquals(List.of("started", "stands"), kinds(EvidenceFiles.read(file)));
  }

  @Test
  void nothingIsWrittenBehindDamage() throws IOException {
    begin(files());
    var damaged = Files.readString(file).replace("minilm", "maxilm");
    Files.writeString(file, damaged);
    files().stands(state(Phase.PROGRESSING), judgement(1), NOON);
    assertEquals(damaged, Files.readString(file));
  }

  @Test
  void thePageIsWrittenAtTheEndAndQuotesWhatItIsGiven() throws IOException {
    var files = files();
    begin(files);
    assertFalse(Files.exists(folder.resolve("minilm-1.html")));
    tell(files);
    var page = Files.readString(folder.resolve("minilm-1.html"));
    assertFalse(page.contains("<script"), page);
    assertFalse(page.contains("<cam>"), page);
    assertTrue(page.contains("Rolled back (gate-failed)."), page);
    assertTrue(page.contains("&lt;cam&gt;/1/17"), page);
    assertFalse(page.contains("NaN"), page);
    assertFalse(page.contains("Infinity"), page);
    assertFalse(page.contains("http"), "a page needs nothing else");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    var found = assertThrows(EvidenceException.class, () -> EvidenceFiles.read(file));
    assertEquals(file + ": not there (expected: an evidence file)", found.getMessage());
  }

  @Test
  void aFolderThatCannotBeWrittenCostsEvidenceAndNothingElse() throws IOException {
    var taken = Files.writeString(folder.resolve("taken"), "a file");
    var files = new EvidenceFiles(taken, SUBJECT);
    tell(files);
    assertEquals("a file", Files.readString(taken));
  }
}
