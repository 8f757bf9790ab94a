package dev.weft.supervisor.evidence;

import static dev.weft.supervisor.evidence.Tellings.begin;
import static dev.weft.supervisor.evidence.Tellings.course;
import static dev.weft.supervisor.evidence.Tellings.judgement;
import static dev.weft.supervisor.evidence.Tellings.look;
import static dev.weft.supervisor.evidence.Tellings.rollBack;
import static dev.weft.supervisor.evidence.Tellings.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left in a real folder, and how it is read. */
class EvidenceFilesTest {

  private final Path folder;
  private final Path file;

  EvidenceFilesTest(@TempDir Path folder) {
    this.folder = folder;
    this.file = folder.resolve("minilm-1.jsonl");
  }

  private EvidenceRecorder recorder() {
    return EvidenceRecorder.in(folder, Tellings.SUBJECT);
  }

  /** A rollout from its start to its end, with figures in between. */
  private void tell() {
    try (var recorder = recorder()) {
      begin(recorder, 1);
      look(recorder, 1);
      rollBack(recorder, 1);
    }
  }

  private static List<String> kinds(List<Entry> entries) {
    return entries.stream().map(Entry::kind).toList();
  }

  @Test
  void aRolloutLeavesItsEventsItsFiguresAndWhatItRanOn() {
    tell();
    var entries = EvidenceFiles.read(file);
    assertEquals(List.of("started", "stands", "rolled-back"), kinds(entries));
    assertEquals(
        Map.of("onnxRuntime", "1.0", "virtualMachine", "a VM", "cpu", List.of("avx2")),
        entries.getFirst().body().get("environment"));
    assertEquals(entries.get(1).hash(), entries.get(2).before());
  }

  @Test
  void aFigureThatIsNoNumberIsLeftOut() {
    try (var recorder = recorder()) {
      begin(recorder, 1);
      recorder.stands(state(1, Phase.PROGRESSING), judgement(Double.NaN), Tellings.NOON);
    }
    var gate = new Fields(EvidenceFiles.read(file).getLast().body()).objects("gates").getFirst();
    assertTrue(Double.isNaN(gate.number("estimate")));
    assertTrue(Double.isNaN(gate.number("upper")));
    assertEquals(0.9, gate.number("lower"));
  }

  @Test
  void filesAndPagesAreAsReadableAsThoseOfAnyoneInTheFolder() throws IOException {
    var others = Files.createFile(folder.resolve("other"));
    tell();
    var expected = Files.getPosixFilePermissions(others);
    assertEquals(expected, Files.getPosixFilePermissions(file));
    assertEquals(expected, Files.getPosixFilePermissions(folder.resolve("minilm-1.html")));
    try (var left = Files.list(folder)) {
      assertTrue(left.noneMatch(each -> each.toString().endsWith(".part")));
    }
  }

  @Test
  void thePageIsWrittenAtTheEndAndQuotesWhatItIsGiven() throws IOException {
    try (var recorder = recorder()) {
      begin(recorder, 1);
    }
    assertFalse(Files.exists(folder.resolve("minilm-1.html")));
    try (var recorder = recorder()) {
      look(recorder, 1);
      rollBack(recorder, 1);
    }
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
  void aDamagedFileIsNamedWithItsLine() throws IOException {
    tell();
    Files.writeString(file, Files.readString(file).replace("avx2", "avx9"));
    var found = assertThrows(EvidenceException.class, () -> EvidenceFiles.read(file));
    var message = String.valueOf(found.getMessage());
    assertTrue(message.startsWith(file + ": line 1: hash: "), message);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    var found = assertThrows(EvidenceException.class, () -> EvidenceFiles.read(file));
    assertEquals(file + ": not there (expected: an evidence file)", found.getMessage());
  }

  @Test
  void aFolderThatCannotBeWrittenCostsEvidenceWhichIsTold() throws IOException {
    var taken = Files.writeString(folder.resolve("taken"), "a file");
    var heard = new ArrayList<EvidenceEvent>();
    try (var recorder = EvidenceRecorder.in(taken, Tellings.SUBJECT, heard::add)) {
      begin(recorder, 1);
    }
    assertEquals("a file", Files.readString(taken));
    assertEquals(
        new EvidenceEvent.Halted("minilm-1.jsonl", taken + ": a file (expected: a folder)"),
        heard.getFirst());
    assertEquals(new EvidenceEvent.Lost("minilm-1.jsonl", 1, "the process ends"), heard.getLast());
  }

  @Test
  void aSecondWriterInAFolderIsToldWhoHasIt() throws IOException, InterruptedException {
    var told = new LinkedBlockingQueue<EvidenceEvent>();
    var isIn = new CountDownLatch(1);
    // It mends a torn file, and so tells that it is in.
    try (var first = EvidenceRecorder.in(folder, Tellings.SUBJECT, _ -> isIn.countDown());
        var second = EvidenceRecorder.in(folder, Tellings.SUBJECT, told::add)) {
      Files.writeString(folder.resolve("swaps.jsonl"), "torn");
      first.note("swaps", Tellings.NOON, "swapped", Map.of());
      isIn.await();
      look(second, 1);
      var event = told.take().toString();
      assertTrue(event.contains("in use by process " + ProcessHandle.current().pid()), event);
    }
  }

  @Test
  void theFilesOfARolloutAreFoundInTheirOrder() throws IOException {
    var none = folder.resolve("none");
    assertEquals(List.of(none.resolve("minilm-1.jsonl")), EvidenceFiles.parts(none, "minilm-1"));
    for (var name :
        List.of("minilm-1.10.jsonl", "minilm-1.jsonl", "minilm-1.2.jsonl", "minilm-12.jsonl")) {
      Files.createFile(folder.resolve(name));
    }
    assertEquals(
        List.of("minilm-1.jsonl", "minilm-1.2.jsonl", "minilm-1.10.jsonl"),
        EvidenceFiles.parts(folder, EvidenceFiles.name(course(1))).stream()
            .map(path -> path.getFileName().toString())
            .toList());
  }
}
