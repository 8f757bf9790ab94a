package dev.weft.fabric.replay;

import static dev.weft.fabric.pipeline.Graphs.input;
import static dev.weft.fabric.pipeline.Graphs.output;
import static dev.weft.fabric.pipeline.Graphs.pipeline;
import static dev.weft.fabric.pipeline.Graphs.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.stage.SoloStages;
import dev.weft.fabric.stage.StageLoader;
import dev.weft.fabric.trace.Decision;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.FrameRecord.AnswerRecord;
import dev.weft.fabric.trace.FrameRecord.Routing;
import dev.weft.fabric.trace.FrameRecord.StepRecord;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.fabric.trace.TraceSource;
import dev.weft.stages.process.ProcessSettings;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorMemoryException;
import dev.weft.stages.tensor.TensorPool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a replay holds on to; its memory traces leaks, and tells of them when it is closed. */
class ReplayMemoryTest {

  /** As many bytes as a tensor of the frames, which the pool rounds up to the same. */
  private static final int BYTES = 4096;

  private static final Shape SHAPE = Shape.of(BYTES / Float.BYTES);

  private static final StageManifest STAGE =
      Graphs.stage("mix", "test/mix", List.of("one"), ReplayStages.SIGNATURE);

  private static final PipelineManifest GRAPH =
      pipeline(
          List.of(input("in")),
          List.of(step("first", "mix", "x=in")),
          List.of(output("out", "first.y")),
          List.of(),
          List.of());

  private final StageKinds kinds = StageKinds.discover();

  /** Gives frames, and zeros for whatever they kept; counts what it was asked for. */
  private static final class Source implements TraceSource {
    private final List<String> asked = new ArrayList<>();

    @Override
    public Optional<TraceRecord> next() {
      return Optional.empty();
    }

    @Override
    public Optional<byte[]> content(TensorRecord tensor) {
      asked.add(tensor.name());
      return Optional.of(new byte[BYTES]);
    }

    @Override
    public void close() {}
  }

  private static FrameRecord frame(long number, List<Long> batch) {
    var kept = new TensorRecord("", Datatype.FP32, SHAPE, "other", new TensorRecord.Beside("d"));
    var step =
        new StepRecord(
            "first",
            Decision.RAN_DECLARED,
            0,
            "mix",
            "one",
            List.of(),
            batch,
            Duration.ZERO,
            Duration.ZERO,
            "");
    return new FrameRecord(
        GRAPH.name(),
        "",
        "",
        1,
        number,
        Instant.EPOCH,
        0,
        Duration.ofSeconds(1),
        Lane.INTERACTIVE,
        0,
        "",
        "",
        new Routing(Map.of(), Map.of(), Map.of(), Map.of(), ""),
        List.of(),
        List.of(named("in", kept)),
        List.of(step),
        new AnswerRecord(
            AnswerRecord.Kind.COMPLETED, "", List.of(named("out", kept)), Duration.ZERO),
        Duration.ZERO,
        false);
  }

  private static TensorRecord named(String name, TensorRecord like) {
    return new TensorRecord(name, like.datatype(), like.shape(), like.digest(), like.kept());
  }

  /** Replays frames with memory for so many of their tensors. */
  private ReplayReport replay(
      long tensors, ReplayListener listener, Source source, List<FrameRecord> frames) {
    var own = new TensorPool(1 << 20, TensorPool.LeakTracing.OFF);
    var loader = new StageLoader(kinds::find, own, CLOCK, 1, ProcessSettings.defaults());
    try (own;
        var pool = new TensorPool(tensors * BYTES, TensorPool.LeakTracing.ON);
        var solo = new SoloStages(loader, pool);
        var replay =
            new Replay(
                new ReplayMode.Faithful(),
                Map.of(GRAPH.name(), GRAPH),
                Map.of("mix", STAGE),
                solo,
                pool,
                new Fingerprints(kinds::find, Fingerprints.here()),
                listener)) {
      frames.forEach(frame -> replay.accept(frame, source));
      return replay.report();
    }
  }

  @Test
  void aFrameIsLetGoOfWhenThereIsNoMemoryToCompareItsOutput() {
    // One for the input, one for what came out, none for what was recorded.
    var refused =
        assertThrows(
            TensorMemoryException.class,
            () -> replay(2, ReplayListener.NONE, new Source(), List.of(frame(0, List.of(0L)))));

    assertEquals(0, refused.getSuppressed().length, "no tensor was left in the pool");
  }

  @Test
  void whatARunGaveIsLetGoOfWhenItsListenerEndsTheReplay() {
    var listener =
        new ReplayListener() {
          @Override
          public void ran(FrameRecord frame, Ran run) {
            throw new IllegalStateException("enough");
          }
        };
    var batch = List.of(0L, 1L, 2L);
    var frames = IntStream.range(0, 3).mapToObj(i -> frame(i, batch)).toList();

    var ended =
        assertThrows(
            IllegalStateException.class, () -> replay(100, listener, new Source(), frames));

    assertEquals("enough", ended.getMessage());
    assertEquals(0, ended.getSuppressed().length, "no tensor was left in the pool");
  }

  @Test
  void outputsOfFramesThatAreNotComparedAreNotRead() {
    var source = new Source();
    var told = new ArrayList<Long>();
    var listener =
        new ReplayListener() {
          @Override
          public boolean compares(FrameRecord frame) {
            return frame.number() == 1;
          }

          @Override
          public void gave(FrameRecord frame, String output, Tolerance.Distance distance) {
            told.add(frame.number());
          }
        };
    var batch = List.of(0L, 1L);

    var report = replay(100, listener, source, List.of(frame(0, batch), frame(1, batch)));

    assertEquals(2, report.replayed());
    assertEquals(0, report.incompleteBatches());
    assertEquals(List.of("in", "in", "out"), source.asked);
    assertEquals(List.of(1L), told);
    assertEquals(1, report.outputs().getFirst().frames());
  }

  private static final FabricClock CLOCK =
      new FabricClock() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public Instant instant() {
          return Instant.EPOCH;
        }
      };
}
