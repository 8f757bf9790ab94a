package dev.weft.supervisor.evidence;

import static dev.weft.supervisor.evidence.Tellings.begin;
import static dev.weft.supervisor.evidence.Tellings.course;
import static dev.weft.supervisor.evidence.Tellings.look;
import static dev.weft.supervisor.evidence.Tellings.pause;
import static dev.weft.supervisor.evidence.Tellings.rollBack;
import static dev.weft.supervisor.evidence.Tellings.take;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.testkit.ManualPacer;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Evidence goes on while its rollout does, whatever becomes of its files, and tells what it lacks.
 */
class EvidenceRecorderTest {

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final String FIRST = "minilm-1.jsonl";
  private static final String SECOND = "minilm-1.2.jsonl";

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final List<EvidenceEvent> heard = new ArrayList<>();
  private ManualPacer pacer = new ManualPacer();
  private EvidenceRecorder recorder = next();

  private EvidenceRecorder next() {
    pacer = new ManualPacer();
    var folder = new EvidenceFolder(() -> disk, Tellings.SUBJECT, heard::add);
    return new EvidenceRecorder(folder, Path.of("nowhere"), pacer);
  }

  /** The process is killed, and another follows. */
  private void killAndGoOn() {
    disk.kill();
    recorder = next();
  }

  private void write() {
    pacer.pass(Duration.ZERO);
  }

  private List<Entry> entries(String name) {
    var chain = Chain.of(disk.bytes(name));
    assertTrue(chain.flaw().isEmpty(), () -> chain.flaw().toString());
    return chain.entries();
  }

  private List<String> kinds(String name) {
    return entries(name).stream().map(Entry::kind).toList();
  }

  private String trouble() {
    return recorder.status(course(1)).trouble();
  }

  @Test
  void nothingIsWrittenOnTheThreadThatTells() {
    begin(recorder, 1);
    look(recorder, 1);
    assertEquals(List.of(), disk.list());
    write();
    assertEquals(List.of("started", "stands"), kinds(FIRST));
  }

  @Test
  void whatWasToldBeforeItIsClosedIsWrittenAndDurable() {
    begin(recorder, 1);
    look(recorder, 1);
    rollBack(recorder, 1);
    recorder.close();
    disk.crash();
    assertEquals(List.of("started", "stands", "rolled-back"), kinds(FIRST));
    assertTrue(disk.list().contains("minilm-1.html"), disk.list().toString());
    assertEquals(List.of(), heard);
  }

  @Test
  void whatIsToldAfterItIsClosedIsNotKept() {
    begin(recorder, 1);
    recorder.close();
    pause(recorder, "late");
    recorder.close();
    assertEquals(List.of("started"), kinds(FIRST));
  }

  @Test
  void aTornLastLineIsCutOffAndTheChainGoesOnAndTells() throws DiskException {
    begin(recorder, 1);
    write();
    var whole = disk.bytes(FIRST);
    for (var length : List.of(1, 40, whole.length - 1)) {
      killAndGoOn();
      disk.put(FIRST, whole);
      try (var file = disk.open(FIRST)) {
        file.append(ByteBuffer.wrap(whole, 0, length));
      }
      pause(recorder, "market day");
      write();
      assertEquals(List.of("started", "repaired", "paused"), kinds(FIRST));
      var repaired = entries(FIRST).get(1).body();
      assertEquals((long) length, repaired.get("bytes"));
      var torn = new String(whole, 0, length, StandardCharsets.UTF_8);
      assertEquals(torn, repaired.get("text"));
      assertEquals(new EvidenceEvent.Repaired(FIRST, length), heard.getLast());
      assertEquals(FIRST + ": a torn last line of " + length + " bytes was cut off", trouble());
    }
  }

  @Test
  void anEditedFileStaysAsItIsAndAnotherGoesOn() {
    begin(recorder, 1);
    pause(recorder, "market day");
    write();
    killAndGoOn();
    var edited =
        new String(disk.bytes(FIRST), StandardCharsets.UTF_8)
            .replace("market day", "merket day")
            .getBytes(StandardCharsets.UTF_8);
    disk.put(FIRST, edited);

    take(recorder, Phase.PAUSED);
    write();

    assertArrayEquals(edited, disk.bytes(FIRST));
    assertEquals(List.of("continues", "controller-took"), kinds(SECOND));
    var first = entries(SECOND).getFirst().body();
    assertEquals(FIRST, first.get("file"));
    assertEquals(Sha256.of(edited), first.get("sha256"));
    var why = String.valueOf(first.get("why"));
    assertTrue(why.matches("line 2: hash: [0-9a-f]{64} \\(expected: [0-9a-f]{64}, .*\\)"), why);
    assertEquals("int8", first.get("candidate"));
    assertEquals(List.of(new EvidenceEvent.Continued(SECOND, FIRST, why)), heard);
    assertTrue(trouble().endsWith("the evidence goes on in " + SECOND), trouble());

    killAndGoOn();
    pause(recorder, "again");
    write();
    assertEquals(List.of("continues", "controller-took", "paused"), kinds(SECOND));
  }

  @Test
  void aFileThatIsChangedWhileItIsWrittenIsNoticed() {
    begin(recorder, 1);
    write();
    disk.cut(FIRST, 100);
    pause(recorder, "market day");
    write();
    assertEquals(100, disk.bytes(FIRST).length);
    assertEquals(List.of("continues", "paused"), kinds(SECOND));

    disk.delete(SECOND);
    pause(recorder, "market day");
    write();
    assertEquals(List.of("continues", "paused"), kinds("minilm-1.3.jsonl"));
    assertEquals("it is gone", entries("minilm-1.3.jsonl").getFirst().body().get("why"));
  }

  @Test
  void aFullDiskCostsFiguresWhichAreCountedAndNoEvent() {
    begin(recorder, 1);
    write();
    var size = disk.bytes(FIRST).length;
    disk.limit(size + 10);
    look(recorder, 1);
    pause(recorder, "market day");
    look(recorder, 2);
    write();
    assertEquals(size + 10, disk.bytes(FIRST).length, "part of a line");
    assertTrue(trouble().startsWith("not written: "), trouble());
    assertTrue(trouble().contains("No space left"), trouble());

    disk.limit(Long.MAX_VALUE);
    pacer.pass(RETRY);

    assertEquals(List.of("started", "gap", "paused", "gap"), kinds(FIRST));
    assertEquals(List.of(1L, 2L, 3L, 4L), entries(FIRST).stream().map(Entry::number).toList());
    assertEquals(1L, entries(FIRST).get(1).body().get("missing"));
    assertEquals("entries missing: 2", trouble());
    assertEquals(new EvidenceEvent.Resumed(FIRST, 2), heard.getLast());
  }

  @Test
  void numbersGoOnBehindWhatIsMissing() {
    begin(recorder, 1);
    write();
    disk.limit(0);
    for (var second = 1; second <= 5; second++) {
      look(recorder, second);
      write();
    }
    disk.limit(Long.MAX_VALUE);
    look(recorder, 6);
    write();
    var gap = entries(FIRST).get(1);
    assertEquals("gap", gap.kind());
    assertEquals(5L, gap.body().get("missing"));
    assertEquals(6, gap.number());
    assertEquals(7, entries(FIRST).get(2).number());
  }

  @Test
  void whatIsNeverWrittenIsToldWhenTheProcessEnds() {
    disk.limit(0);
    begin(recorder, 1);
    pause(recorder, "market day");
    recorder.close();
    assertEquals(new EvidenceEvent.Lost(FIRST, 2, "the process ends"), heard.getLast());
  }

  @Test
  void whatCouldNotBeMadeDurableIsWrittenAnew() {
    begin(recorder, 1);
    write();
    disk.onForce(
        _ -> {
          throw new DiskException(Kind.FAILED, "Input/output error");
        });
    pause(recorder, "market day");
    write();
    assertEquals("not written: Input/output error; tried again", trouble());
    disk.onForce(SimulatedDisk.Fault.NONE);
    pacer.pass(RETRY);
    disk.crash();
    assertEquals(List.of("started", "paused"), kinds(FIRST));
  }

  @Test
  void whatFindsNoPlaceInTheQueueIsCountedWhereItWouldHaveBeen() {
    for (var second = 1; second <= EvidenceRecorder.FIGURES_WAITING_MAX + 3; second++) {
      look(recorder, second);
    }
    for (var i = 0; i < EvidenceRecorder.WAITING_MAX; i++) {
      pause(recorder, "number " + i);
    }
    write();

    var gaps = entries(FIRST).stream().filter(each -> each.kind().equals(Entry.GAP)).toList();
    assertEquals(List.of(3L, 256L), gaps.stream().map(gap -> gap.body().get("missing")).toList());
    var behindFirst = entries(FIRST).get(entries(FIRST).indexOf(gaps.getFirst()) + 1);
    assertEquals("number 0", behindFirst.body().get("why"));
    assertEquals("entries missing: 259", trouble());
  }

  @Test
  void twoProcessesDoNotWriteInOneFolder() {
    begin(recorder, 1);
    write();
    var secondPacer = new ManualPacer();
    var told = new ArrayList<EvidenceEvent>();
    var second =
        new EvidenceRecorder(
            new EvidenceFolder(() -> disk, Tellings.SUBJECT, told::add),
            Path.of("nowhere"),
            secondPacer);
    pause(second, "from the second");
    secondPacer.pass(Duration.ZERO);
    assertEquals(List.of("started"), kinds(FIRST));
    assertTrue(second.status(course(1)).trouble().contains("in use"), told.toString());

    recorder.close();
    secondPacer.pass(RETRY);
    assertEquals(List.of("started", "paused"), kinds(FIRST));
  }

  @Test
  void aRolloutThatEndsWhileTheDiskIsFullIsFinishedLater() {
    begin(recorder, 1);
    write();
    disk.limit(0);
    rollBack(recorder, 1);
    write();
    assertFalse(disk.list().contains("minilm-1.html"));
    disk.limit(Long.MAX_VALUE);
    pacer.pass(RETRY);
    assertEquals(List.of("started", "rolled-back"), kinds(FIRST));
    assertTrue(disk.list().contains("minilm-1.html"));
  }

  @Test
  void anEndThatWasNotNotedIsTakenFromTheJournalByTheNextProcess() {
    begin(recorder, 1);
    write();
    killAndGoOn();
    take(recorder, Phase.DEGRADED);
    write();
    var last = entries(FIRST).getLast().body();
    assertEquals("DEGRADED", last.get("phase"));
    var page = new String(disk.bytes("minilm-1.html"), StandardCharsets.UTF_8);
    assertTrue(page.contains("Rolled back.</span> GATE_FAILED: because"), page);
  }

  @Test
  void thePageTellsWhatDoesNotHold() {
    begin(recorder, 1);
    pause(recorder, "market day");
    write();
    disk.flip(FIRST, disk.bytes(FIRST).length - 20, 0);
    rollBack(recorder, 1);
    write();
    var page = new String(disk.bytes("minilm-1.html"), StandardCharsets.UTF_8);
    assertTrue(page.contains("left out from there on: minilm-1.jsonl: line 2: hash: "), page);
  }

  @Test
  void aRolloutNamesTheFileOfTheOneBefore() {
    begin(recorder, 1);
    rollBack(recorder, 1);
    write();
    begin(recorder, 2);
    write();
    assertEquals(
        Map.of("file", FIRST, "sha256", Sha256.of(disk.bytes(FIRST))),
        entries("minilm-2.jsonl").getFirst().body().get("previous"));
  }

  @Test
  void aLineMoreCostsNoReadingAndOneForce() {
    var forced = new AtomicInteger();
    disk.onForce(_ -> forced.incrementAndGet());
    begin(recorder, 1);
    write();
    var before = forced.get();
    for (var i = 0; i < 10_000; i++) {
      pause(recorder, "number " + i);
      write();
    }
    assertEquals(10_000, forced.get() - before);
    assertEquals(10_001, entries(FIRST).size());
  }

  @Test
  void aRolloutThatLastsHasABoundedNumberOfFigures() {
    begin(recorder, 1);
    for (var step = 0; step < 20; step++) {
      pause(recorder, "step " + step);
      for (var second = 0; second < 10_000; second++) {
        var state = Tellings.state(1, step % 2 == 0 ? Phase.PROGRESSING : Phase.WATCHING);
        recorder.stands(state, Tellings.judgement(1), Tellings.NOON.plusSeconds(second));
        if (second % 200 == 0) {
          write();
        }
      }
      write();
    }
    var kinds = kinds(FIRST);
    assertEquals(
        FigureRule.FIGURES_MAX, kinds.stream().filter(kind -> kind.equals("stands")).count());
    assertEquals(1, kinds.stream().filter(kind -> kind.equals("figures-end")).count());
    assertEquals("", trouble());

    killAndGoOn();
    look(recorder, 1);
    write();
    assertEquals(kinds, kinds(FIRST));
  }

  @Test
  void anEntryTooLongToBeReadBackIsCutAndSaysSo() {
    pause(recorder, "x".repeat(100_000));
    write();
    var why = String.valueOf(entries(FIRST).getLast().body().get("why"));
    assertTrue(why.endsWith("x... (100000 characters in all)"), why.substring(32_600));
  }
}
