package dev.weft.app.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.trace.Decision;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.FrameRecord.AnswerRecord;
import dev.weft.fabric.trace.FrameRecord.Routing;
import dev.weft.fabric.trace.FrameRecord.StepRecord;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.fabric.trace.TraceSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecordedPartyTest {

  private static final long EPOCH = 7;

  /** A frame that shared the run of each step with others. */
  private static FrameRecord frame(long epoch, long number, List<List<Long>> batches) {
    var steps = new ArrayList<StepRecord>();
    for (var i = 0; i < batches.size(); i++) {
      steps.add(
          new StepRecord(
              "step-" + i,
              Decision.RAN_DECLARED,
              0,
              "stage",
              "one",
              List.of(),
              batches.get(i),
              Duration.ZERO,
              Duration.ZERO,
              ""));
    }
    return new FrameRecord(
        "pipeline",
        "",
        "",
        epoch,
        number,
        Instant.EPOCH,
        0,
        Duration.ZERO,
        Lane.INTERACTIVE,
        0,
        "print-" + number % 2,
        "",
        new Routing(Map.of(), Map.of(), Map.of(), Map.of()),
        List.of(),
        List.of(),
        steps,
        new AnswerRecord(AnswerRecord.Kind.COMPLETED, "", List.of(), Duration.ZERO),
        Duration.ZERO,
        false);
  }

  private record Source(Iterator<? extends TraceRecord> records) implements TraceSource {
    static Source of(List<? extends TraceRecord> records) {
      return new Source(records.iterator());
    }

    @Override
    public Optional<TraceRecord> next() {
      return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
    }

    @Override
    public Optional<byte[]> content(TensorRecord tensor) {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  private static Optional<RecordedParty> party(List<FrameRecord> frames, long number) {
    return RecordedParty.of(Source.of(frames), EPOCH, number, () -> {});
  }

  @Test
  void aFrameThatSharedNoRunIsAlone() {
    var alone = party(List.of(frame(EPOCH, 1, List.of()), frame(EPOCH, 2, List.of())), 2);

    assertEquals(Set.of(2L), alone.orElseThrow().numbers());
    assertEquals(Set.of("print-0"), alone.orElseThrow().fingerprints());
  }

  @Test
  void thoseWhoSharedARunComeWithThoseTheySharedOthersWith() {
    var frames =
        List.of(
            frame(EPOCH, 1, List.of(List.of(1L, 2L), List.of())),
            frame(EPOCH, 2, List.of(List.of(1L, 2L), List.of(2L, 3L))),
            frame(EPOCH, 3, List.of(List.of(), List.of(2L, 3L))),
            frame(EPOCH, 4, List.of(List.of(4L, 5L))),
            frame(EPOCH - 1, 1, List.of(List.of(1L, 4L))));

    assertEquals(Set.of(1L, 2L, 3L), party(frames, 1).orElseThrow().numbers());
    assertEquals(Set.of("print-0", "print-1"), party(frames, 1).orElseThrow().fingerprints());
    assertEquals(Set.of(4L), party(frames, 4).orElseThrow().numbers(), "5 was not recorded");
  }

  @Test
  void noMoreRunForTheSakeOfOneThanMay() {
    var chain =
        LongStream.range(0, 1_000)
            .mapToObj(i -> frame(EPOCH, i, List.of(List.of(i, i + 1), List.of(i - 1, i))))
            .toList();

    var numbers = party(chain, 500).orElseThrow().numbers();

    assertEquals(RecordedParty.FRAMES_MAX, numbers.size());
    assertEquals(true, numbers.containsAll(List.of(499L, 500L, 501L)));
  }

  @Test
  void aFrameThatIsNotThereOrOfAnotherProcessIsNotFound() {
    assertEquals(Optional.empty(), party(List.of(frame(EPOCH - 1, 1, List.of())), 1));
    assertEquals(Optional.empty(), party(List.of(), 1));
  }

  @Test
  void whatTheCheckThrowsEndsTheSearch() {
    var source = Source.of(List.of(frame(EPOCH, 1, List.of())));
    assertThrows(
        IllegalStateException.class,
        () ->
            RecordedParty.of(
                source,
                EPOCH,
                1,
                () -> {
                  throw new IllegalStateException("time is over");
                }));
  }
}
