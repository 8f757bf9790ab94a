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
import dev.weft.gateway.observatory.RememberedFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecordedPartyTest {

  private static final long EPOCH = 7;

  /** A frame that shared the run of each step with others. */
  static FrameRecord frame(long epoch, long number, List<List<Long>> batches) {
    return frame(epoch, number, batches, "", 0);
  }

  private static FrameRecord frame(
      long epoch, long number, List<List<Long>> batches, String tenant, int atSecond) {
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
        tenant,
        epoch,
        number,
        Instant.ofEpochSecond(atSecond),
        atSecond * 1_000_000_000L + number,
        Duration.ZERO,
        Lane.INTERACTIVE,
        0,
        "print-" + number % 2,
        "",
        new Routing(Map.of(), Map.of(), Map.of(), Map.of(), ""),
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
    return RecordedParty.of(Source.of(frames), EPOCH, wanted(number, "", 0), () -> {});
  }

  private static RememberedFrame wanted(long number, String tenant, int atSecond) {
    return new RememberedFrame(
        "pipeline", number, tenant, Instant.ofEpochSecond(atSecond), Duration.ZERO);
  }

  @Test
  void aFrameThatSharedNoRunIsAlone() {
    var alone = party(List.of(frame(EPOCH, 1, List.of()), frame(EPOCH, 2, List.of())), 2);

    assertEquals(Set.of(2L), alone.orElseThrow().members().keySet());
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

    assertEquals(Set.of(1L, 2L, 3L), party(frames, 1).orElseThrow().members().keySet());
    assertEquals(Set.of("print-0", "print-1"), party(frames, 1).orElseThrow().fingerprints());
    assertEquals(
        Set.of(4L), party(frames, 4).orElseThrow().members().keySet(), "5 was not recorded");
  }

  @Test
  void noMoreRunForTheSakeOfOneThanMay() {
    var chain =
        LongStream.range(0, 1_000)
            .mapToObj(i -> frame(EPOCH, i, List.of(List.of(i, i + 1), List.of(i - 1, i))))
            .toList();

    var numbers = party(chain, 500).orElseThrow().members().keySet();

    assertEquals(RecordedParty.FRAMES_MAX, numbers.size());
    assertEquals(true, numbers.containsAll(List.of(499L, 500L, 501L)));
  }

  @Test
  void aFrameThatIsNotThereOrOfAnotherProcessIsNotFound() {
    assertEquals(Optional.empty(), party(List.of(frame(EPOCH - 1, 1, List.of())), 1));
    assertEquals(Optional.empty(), party(List.of(), 1));
  }

  /** Numbers begin anew with a pipeline that is taken away and comes again. */
  @Test
  void ofFramesWithOneNumberTheNearestInTimeIsMeant() {
    var early = frame(EPOCH, 1, List.of(List.of(1L, 2L)), "", 10);
    var late = frame(EPOCH, 1, List.of(List.of(1L, 3L)), "", 13);
    var mates =
        List.of(
            frame(EPOCH, 2, List.of(List.of(1L, 2L)), "", 10),
            frame(EPOCH, 3, List.of(List.of(1L, 3L)), "", 13),
            frame(EPOCH, 3, List.of(), "", 16));
    var frames = Stream.concat(Stream.of(early, late), mates.stream()).toList();

    for (var order : List.of(frames, frames.reversed())) {
      var party = RecordedParty.of(Source.of(order), EPOCH, wanted(1, "", 12), () -> {});

      assertEquals(late, party.orElseThrow().frame());
      assertEquals(Set.of(1L, 3L), party.orElseThrow().members().keySet());
      assertEquals(List.of(late, mates.get(1)), frames.stream().filter(party.get()::has).toList());
    }
  }

  @Test
  void aFrameOfAnotherTenantIsNeverMeant() {
    var foreign = frame(EPOCH, 1, List.of(), "globex", 10);
    var own = frame(EPOCH, 1, List.of(), "acme", 12);

    var wanted = wanted(1, "acme", 10);

    assertEquals(
        Optional.of(own),
        RecordedParty.of(Source.of(List.of(foreign, own)), EPOCH, wanted, () -> {})
            .map(RecordedParty::frame));
    assertEquals(
        Optional.empty(), RecordedParty.of(Source.of(List.of(foreign)), EPOCH, wanted, () -> {}));
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
                wanted(1, "", 0),
                () -> {
                  throw new IllegalStateException("time is over");
                }));
  }
}
