package dev.weft.supervisor.evidence;

import static dev.weft.supervisor.evidence.Tellings.begin;
import static dev.weft.supervisor.evidence.Tellings.pause;
import static dev.weft.supervisor.evidence.Tellings.rollBack;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to evidence behind its back is found, but for what the docs say is not. */
class EvidenceCheckTest {

  @TempDir private Path folder;
  private Path first = Path.of("");
  private Path second = Path.of("");

  @BeforeEach
  void tellOfTwoRollouts() {
    first = folder.resolve("minilm-1.jsonl");
    second = folder.resolve("minilm-2.jsonl");
    try (var recorder = EvidenceRecorder.in(folder, Tellings.SUBJECT)) {
      begin(recorder, 1);
      pause(recorder, "market day");
      rollBack(recorder, 1);
      begin(recorder, 2);
      rollBack(recorder, 2);
    }
  }

  private List<String> flaws() {
    return EvidenceFiles.check(folder).stream()
        .flatMap(check -> check.flaws().stream().map(flaw -> check.file() + ": " + flaw))
        .toList();
  }

  private void assertFlaws(String... patterns) {
    var flaws = flaws();
    assertEquals(patterns.length, flaws.size(), flaws.toString());
    for (var i = 0; i < patterns.length; i++) {
      assertTrue(flaws.get(i).matches(patterns[i]), flaws.toString());
    }
  }

  private void change(Path file, UnaryOperator<List<String>> how) throws IOException {
    Files.write(file, how.apply(new ArrayList<>(Files.readAllLines(file))));
  }

  @Test
  void whatNobodyTouchedHolds() {
    assertEquals(List.of(), flaws());
    var check = EvidenceFiles.check(folder).getLast();
    assertEquals("minilm-2.jsonl", check.file());
    assertEquals(2, check.entries());
    assertEquals(EvidenceFiles.read(second).getLast(), check.last().orElseThrow());
  }

  @Test
  void linesChangedOrMovedAreFoundAndSoIsThatTheFileIsNotWhatItWas() throws IOException {
    change(
        first,
        lines -> {
          Collections.swap(lines, 1, 2);
          return lines;
        });
    assertFlaws(
        "minilm-1.jsonl: line 2: n: 3 \\(expected: 2, one more than before\\)",
        "minilm-2.jsonl: line 1: sha256: minilm-1.jsonl has .* \\(expected: .*\\)");
  }

  @Test
  void anEndCutOffIsFoundOnceAnotherRolloutBegan() throws IOException {
    change(first, lines -> lines.subList(0, 2));
    assertFlaws("minilm-2.jsonl: line 1: sha256: minilm-1.jsonl has .* \\(expected: .*\\)");
  }

  @Test
  void aFileRemovedIsFoundOnceAnotherRolloutBegan() throws IOException {
    Files.delete(first);
    assertFlaws("minilm-2.jsonl: line 1: file: minilm-1.jsonl is not there \\(expected: .*\\)");
    var alone = EvidenceFiles.check(second).getFirst();
    assertTrue(alone.holds());
    assertEquals(
        List.of("follows on minilm-1.jsonl, which is not here to be checked"), alone.notes());
  }

  @Test
  void theEndOfTheNewestFileAndThatFileAreNotMissed() throws IOException {
    change(second, lines -> lines.subList(0, 1));
    assertFlaws();
    Files.delete(second);
    assertFlaws();
  }

  @Test
  void aFileThatWasGoneOnWithStaysDamagedAndIsStillTheOneThatWasLeft() throws IOException {
    Files.writeString(second, Files.readString(second).replace("fp32", "fp64"));
    try (var recorder = EvidenceRecorder.in(folder, Tellings.SUBJECT)) {
      rollBack(recorder, 2);
    }
    assertFlaws("minilm-2.jsonl: line 1: hash: .*");
    Files.writeString(second, Files.readString(second).replace("fp64", "fp32"));
    assertFlaws("minilm-2.2.jsonl: line 1: sha256: minilm-2.jsonl has .*");
  }

  @Test
  void whatIsNoEvidenceIsNamed() throws IOException {
    Files.createFile(folder.resolve("empty.jsonl"));
    assertFlaws("empty.jsonl: line 1: line: missing \\(expected: at least one\\)");
    var none = Files.createDirectory(folder.resolve("none"));
    var found = assertThrows(EvidenceException.class, () -> EvidenceFiles.check(none));
    assertEquals(none + ": no evidence in it (expected: files named *.jsonl)", found.getMessage());
  }
}
