package dev.weft.stages.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.TensorPool;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OrdersTest {

  private static final Signature SIGNATURE =
      new Signature(
          List.of(
              TensorSpec.of("pixels", Datatype.UINT8, 1, -1, "width")
                  .withLayout("NHW")
                  .withSemantic("image/grey")),
          List.of(TensorSpec.of("text", Datatype.BYTES)));

  @Test
  void everyTypeOfOptionCrosses() {
    var options =
        Map.<String, Object>of(
            "integer",
            3L,
            "number",
            0.5,
            "boolean",
            true,
            "text",
            "über",
            "numbers",
            List.of(1.0, 2.0),
            "texts",
            List.of("a", ""),
            "textByName",
            Map.of("x", "input"));
    try (var arena = Arena.ofConfined();
        var pool = new TensorPool(1024, TensorPool.LeakTracing.OFF)) {
      var memory = arena.allocate(4096, 8);
      var orders = orders(options, pool);
      orders.write(memory);
      var read = Orders.read(memory);
      assertEquals(orders, read);
      assertEquals(options, read.setup(pool).options().values());
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (var arena = Arena.ofConfined();
        var pool = new TensorPool(1024, TensorPool.LeakTracing.OFF)) {
      var orders = orders(Map.of("labels", "x".repeat(5_000)), pool);
      var refusal = assertThrows(StageException.class, () -> orders.write(arena.allocate(4096, 8)));
      assertEquals(ErrorCode.INVALID_MANIFEST, refusal.code());
    }
  }

  @Test
  void aGreetingOfAnyBytesIsReadOrRefused() {
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocate(1024, 8);
      new Greeting(SIGNATURE, 42).write(memory);
      assertEquals(new Greeting(SIGNATURE, 42), Greeting.read(memory));
      for (var seed = 0; seed < 5_000; seed++) {
        var random = new Random(seed);
        new Greeting(SIGNATURE, 42).write(memory);
        for (var change = 0; change < 4; change++) {
          memory.set(ValueLayout.JAVA_BYTE, random.nextInt(100), (byte) random.nextInt());
        }
        try {
          assertTrue(Greeting.read(memory).nativeBytes() >= 0, "seed " + seed);
        } catch (IllegalArgumentException expected) {
          assertFalse(String.valueOf(expected.getMessage()).isEmpty(), "seed " + seed);
        }
      }
    }
  }

  private static Orders orders(Map<String, Object> options, TensorPool pool) {
    var setup =
        new StageSetup(
            "probe",
            "fp32",
            SIGNATURE,
            Options.of(List.of(), options),
            Optional.of(Path.of("/models/a.onnx")),
            Map.of("labels", Path.of("/models/labels.txt")),
            pool);
    return Orders.of("onnx", setup, Path.of("/dev/shm/x"));
  }
}
