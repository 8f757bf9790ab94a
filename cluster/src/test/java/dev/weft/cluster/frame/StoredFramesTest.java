package dev.weft.cluster.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.cluster.route.Packing;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.persistence.testkit.StoredForms;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Nodes of two releases understand each other: what this one says is what is stored in {@code
 * stored/NAME.hex}, and what is stored is understood. A form that was ever released stays.
 */
class StoredFramesTest {

  private final TensorPool tensors = new TensorPool(1 << 20, TensorPool.LeakTracing.ON);

  /** Fails if a tensor was not given back. */
  @AfterEach
  void close() {
    tensors.close();
  }

  private static byte[] stored(String name) throws IOException {
    return new StoredForms(StoredFramesTest.class).bytes(name);
  }

  private static void assertStored(String name, byte[] written) throws IOException {
    assertEquals(HexFormat.of().formatHex(stored(name)), HexFormat.of().formatHex(written), name);
  }

  @Test
  void aFrame() throws IOException, FrameCodec.FrameException {
    var words = tensors.strings(List.of("é", ""));
    var request =
        new Request(
            Map.of("words", words),
            Map.of("tenant", "acme"),
            Optional.of(Lane.INTERACTIVE),
            Optional.empty(),
            List.of("audio"));
    assertStored("frame.v1", FrameCodec.frame("sort", "shop/7", request, Packing.NOTHING));
    words.close();

    var came = FrameCodec.frame(stored("frame.v1"), tensors);
    assertEquals("sort", came.pipeline());
    assertEquals("shop/7", came.session());
    assertEquals(Packing.NOTHING, came.answerPacking());
    assertEquals(Map.of("tenant", "acme"), came.request().attributes());
    assertEquals(Optional.of(Lane.INTERACTIVE), came.request().lane());
    assertEquals(List.of("audio"), came.request().unpaired());
    assertEquals(
        List.of(List.of("é", "")),
        came.request().inputs().values().stream().map(Tensor::toStrings).toList());
    came.request().inputs().values().forEach(Tensor::close);
  }

  @Test
  void anAnswer() throws IOException, FrameCodec.FrameException {
    var quality =
        new Quality(
            List.of(new Skipped("rerank", Skipped.Reason.OVERLOADED)),
            List.of(new Quality.Degraded("detect", "small")),
            List.of("audio"),
            Optional.empty());
    var outputs = Map.of("y", tensors.floats(Shape.of(1, 2), 2, -0.5f));
    var completed = new Answer.Completed(outputs, quality, Timings.none());
    assertStored("answer-completed.v1", FrameCodec.answer(completed, Packing.NOTHING));

    try (var came =
        FrameCodec.answer(stored("answer-completed.v1"), tensors, 7_000).orElseThrow()) {
      var again = (Answer.Completed) came;
      assertEquals(quality, again.quality());
      assertEquals(Shape.of(1, 2), again.output("y").shape());
      assertEquals(-0.5f, again.output("y").toFloats()[1]);
    }
  }

  @Test
  void whatIsNoAnswer() throws IOException, FrameCodec.FrameException {
    var after = Optional.of(Duration.ofMillis(20));
    var dropped = new Answer.Dropped(DropReason.QUEUE_FULL, "detect", after, Timings.none());
    assertStored("answer-dropped.v1", FrameCodec.answer(dropped, Packing.NOTHING));
    var again =
        (Answer.Dropped)
            FrameCodec.answer(stored("answer-dropped.v1"), tensors, 7_000).orElseThrow();
    assertEquals(DropReason.QUEUE_FULL, again.reason());
    assertEquals("detect", again.where());
    assertEquals(after, again.retryAfter());

    assertStored("answer-failed.v1", FrameCodec.failure(ErrorCode.INVALID_INPUT, "x: 7"));
    var failed =
        (Answer.Failed) FrameCodec.answer(stored("answer-failed.v1"), tensors, 7_000).orElseThrow();
    assertEquals(ErrorCode.INVALID_INPUT, failed.code());
    assertEquals("x: 7", failed.message());

    assertStored("answer-elsewhere.v1", FrameCodec.elsewhere());
    assertEquals(
        Optional.empty(), FrameCodec.answer(stored("answer-elsewhere.v1"), tensors, 7_000));
  }
}
