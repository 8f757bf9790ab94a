package dev.weft.cluster.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.weft.api.cluster.v1.Frame;
import dev.weft.api.cluster.v1.FrameTensor;
import dev.weft.cluster.route.Packing;
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
import java.util.Collections;
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
    var bytes = FrameCodec.frame("sort", "shop/7", request, Packing.NOTHING);
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

    var bytes = FrameCodec.answer(completed, Packing.NOTHING);
    try (var came = FrameCodec.answer(bytes, tensors, 7_000).orElseThrow()) {
      var again = (Answer.Completed) came;
      assertEquals(quality, again.quality());
      assertEquals(2, again.output("y").toFloats()[0]);
      assertEquals(Duration.ofNanos(7_000), again.timings().total());
    }
  }

  @Test
  void whatIsPackedComesAsItWentAndIsSmaller() throws FrameCodec.FrameException {
    var ramp = new float[4_096];
    for (var i = 0; i < ramp.length; i++) {
      ramp[i] = i / 4_096f;
    }
    var image = tensors.floats(Shape.of(64, 64), ramp);
    var words = tensors.strings(Collections.nCopies(500, "again"));
    var one = tensors.floats(Shape.of(1), 1);
    var request = Request.of(Map.of("image", image, "words", words, "one", one));
    var plain = FrameCodec.frame("sort", "", request, Packing.NOTHING);
    var packed = FrameCodec.frame("sort", "", request, Packing.EVERYTHING);
    assertTrue(packed.length < plain.length / 2, packed.length + " of " + plain.length);
    var quick = FrameCodec.frame("sort", "", request, Packing.WHAT_IS_QUICK);
    assertTrue(packed.length < quick.length && quick.length < plain.length, "" + quick.length);
    request.inputs().values().forEach(Tensor::close);

    var asItWas = FrameCodec.frame(plain, tensors);
    assertEquals(Packing.NOTHING, asItWas.answerPacking());
    asItWas.request().inputs().values().forEach(Tensor::close);
    var came = FrameCodec.frame(packed, tensors);
    assertEquals(Packing.EVERYTHING, came.answerPacking());
    assertArrayEquals(ramp, input(came, "image").toFloats());
    assertEquals(Collections.nCopies(500, "again"), input(came, "words").toStrings());
    assertArrayEquals(new float[] {1}, input(came, "one").toFloats());

    var completed = new Answer.Completed(came.request().inputs(), Quality.full(), Timings.none());
    var back = FrameCodec.answer(completed, Packing.EVERYTHING);
    assertTrue(back.length < plain.length / 2, back.length + " of " + plain.length);
    try (var again = FrameCodec.answer(back, tensors, 0).orElseThrow()) {
      assertArrayEquals(ramp, ((Answer.Completed) again).output("image").toFloats());
    }
  }

  @Test
  void whatIsPackedWronglyIsRefusedAndNothingIsKept() {
    var packed =
        FrameTensor.newBuilder()
            .setName("a")
            .setDatatype("FP32")
            .addShape(4)
            .setPacking(1)
            .setUnpackedBytes(16)
            .setContent(ByteString.copyFrom(new byte[] {1, 2, 3}));
    for (var wrong :
        List.of(
            packed.clone().build(),
            packed.clone().setPacking(9).build(),
            packed.clone().setUnpackedBytes(12).build(),
            packed.clone().setUnpackedBytes(-1).build(),
            packed.clone().setDatatype("BYTES").setUnpackedBytes(1 << 30).build())) {
      var frame = Frame.newBuilder().addInputs(wrong).build();
      var refused =
          assertThrows(
              FrameCodec.FrameException.class,
              () -> FrameCodec.frame(frame.toByteArray(), tensors));
      assertEquals(ErrorCode.INVALID_INPUT, refused.code());
      assertTrue(
          String.valueOf(refused.getMessage()).startsWith("tensor 'a': "), refused.getMessage());
    }
    assertEquals(0, tensors.leased());
  }

  @Test
  void refusalsComeAsTheyWent() throws FrameCodec.FrameException {
    var dropped =
        new Answer.Dropped(
            DropReason.QUEUE_FULL, "detect", Optional.of(Duration.ofMillis(3)), Timings.none());
    var came =
        (Answer.Dropped)
            FrameCodec.answer(FrameCodec.answer(dropped, Packing.NOTHING), tensors, 0)
                .orElseThrow();
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
