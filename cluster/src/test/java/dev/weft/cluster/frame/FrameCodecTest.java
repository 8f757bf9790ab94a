package dev.weft.cluster.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.weft.api.cluster.v1.Frame;
import dev.weft.api.cluster.v1.FrameTensor;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameCodecTest {

  private final TensorPool tensors = new TensorPool(1 << 20, TensorPool.LeakTracing.ON);

  /** Fails if a tensor was not given back. */
  @AfterEach
  void close() {
    tensors.close();
  }

  @Test
  void aFrameComesAsItWent() throws FrameCodec.FrameException {
    var image = tensors.floats(Shape.of(1, 2), 1.5f, Float.NaN);
    var words = tensors.strings(List.of("é", ""));
    var request =
        new Request(
            Map.of("image", image, "words", words),
            Map.of("tenant", "acme"),
            Optional.of(Lane.BACKGROUND),
            Optional.empty(),
            List.of("audio"));
    var bytes = FrameCodec.frame("sort", "shop/7", request);
    image.close();
    words.close();

    var came = FrameCodec.frame(bytes, tensors);
    assertEquals("sort", came.pipeline());
    assertEquals("shop/7", came.session());
    assertEquals(Map.of("tenant", "acme"), came.request().attributes());
    assertEquals(Optional.of(Lane.BACKGROUND), came.request().lane());
    assertEquals(List.of("audio"), came.request().unpaired());
    assertArrayEquals(new float[] {1.5f, Float.NaN}, input(came, "image").toFloats());
    assertEquals(List.of("é", ""), input(came, "words").toStrings());
    came.request().inputs().values().forEach(Tensor::close);
  }

  private static Tensor input(FrameCodec.Incoming came, String name) {
    return Optional.ofNullable(came.request().inputs().get(name)).orElseThrow();
  }

  @Test
  void anAnswerComesAsItWent() throws FrameCodec.FrameException {
    var quality =
        new Quality(
            List.of(new Skipped("rerank", Skipped.Reason.OVERLOADED)),
            List.of(new Quality.Degraded("detect", "small")),
            List.of("audio"),
            Optional.empty());
    var completed =
        new Answer.Completed(Map.of("y", tensors.floats(Shape.of(1), 2)), quality, Timings.none());

    var bytes = FrameCodec.answer(completed);
    try (var came = FrameCodec.answer(bytes, tensors, 7_000).orElseThrow()) {
      var again = (Answer.Completed) came;
      assertEquals(quality, again.quality());
      assertEquals(2, again.output("y").toFloats()[0]);
      assertEquals(Duration.ofNanos(7_000), again.timings().total());
    }
  }

  @Test
  void refusalsComeAsTheyWent() throws FrameCodec.FrameException {
    var dropped =
        new Answer.Dropped(
            DropReason.QUEUE_FULL, "detect", Optional.of(Duration.ofMillis(3)), Timings.none());
    var came =
        (Answer.Dropped) FrameCodec.answer(FrameCodec.answer(dropped), tensors, 0).orElseThrow();
    assertEquals(DropReason.QUEUE_FULL, came.reason());
    assertEquals("detect", came.where());
    assertEquals(Optional.of(Duration.ofMillis(3)), came.retryAfter());

    var failed = FrameCodec.failure(ErrorCode.INVALID_INPUT, "no such input");
    var failure = (Answer.Failed) FrameCodec.answer(failed, tensors, 0).orElseThrow();
    assertEquals(ErrorCode.INVALID_INPUT, failure.code());
    assertEquals("no such input", failure.message());
    assertEquals(Optional.empty(), FrameCodec.answer(FrameCodec.elsewhere(), tensors, 0));
  }

  @Test
  void whatIsNoFrameIsRefusedAndNothingIsKept() {
    var good = tensor("a", "FP32", 4, new byte[16]);
    for (var wrong :
        List.of(
            tensor("a", "FP32", 4, new byte[15]),
            tensor("a", "FP33", 4, new byte[16]),
            tensor("a", "FP32", -4, new byte[16]),
            tensor("a", "FP32", Long.MAX_VALUE, new byte[16]),
            tensor("a", "BYTES", 2, new byte[] {9, 0, 0, 0, 1}),
            good)) {
      var frame = Frame.newBuilder().addInputs(good).addInputs(wrong).build();
      var refused =
          assertThrows(
              FrameCodec.FrameException.class,
              () -> FrameCodec.frame(frame.toByteArray(), tensors));
      assertEquals(ErrorCode.INVALID_INPUT, refused.code());
      assertTrue(String.valueOf(refused.getMessage()).contains("'a'"), refused.getMessage());
    }
    assertThrows(
        FrameCodec.FrameException.class, () -> FrameCodec.frame(new byte[] {1, 2, 3}, tensors));
    assertEquals(0, tensors.leased());
  }

  @Test
  void aFrameForWhichThereIsNoMemoryIsRefusedAsOverload() {
    var large = tensor("a", "UINT8", 2 << 20, new byte[2 << 20]);
    var refused =
        assertThrows(
            FrameCodec.FrameException.class,
            () ->
                FrameCodec.frame(
                    Frame.newBuilder().addInputs(large).build().toByteArray(), tensors));
    assertEquals(ErrorCode.OVERLOADED, refused.code());
  }

  private static FrameTensor tensor(String name, String datatype, long size, byte[] content) {
    return FrameTensor.newBuilder()
        .setName(name)
        .setDatatype(datatype)
        .addShape(size)
        .setContent(ByteString.copyFrom(content))
        .build();
  }
}
