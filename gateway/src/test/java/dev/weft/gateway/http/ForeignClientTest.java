package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import triton.client.InferInput;
import triton.client.InferRequestedOutput;
import triton.client.InferenceException;
import triton.client.InferenceServerClient;
import triton.client.pojo.DataType;

/** Triton's own Java client, as it is on Maven Central, against the gateway. */
class ForeignClientTest {

  private static final int[] ROW = IntStream.range(0, 16).toArray();
  private static final int[] ONES = IntStream.generate(() -> 1).limit(16).toArray();

  @TempDir private Path folder = Path.of("");

  @Test
  void itsRequestsAreServedInEveryMixOfJsonAndBinary() throws Exception {
    try (var served = Served.start(folder, "");
        var client = client(served)) {
      for (var binaryIn : List.of(true, false)) {
        for (var binaryOut : List.of(true, false)) {
          var result =
              client.infer(
                  "simple",
                  List.of(input("INPUT0", ROW, binaryIn), input("INPUT1", ONES, !binaryIn)),
                  List.of(
                      new InferRequestedOutput("OUTPUT0", binaryOut),
                      new InferRequestedOutput("OUTPUT1", !binaryOut)));
          assertArrayEquals(IntStream.range(1, 17).toArray(), result.getOutputAsInt("OUTPUT0"));
          assertArrayEquals(IntStream.range(-1, 15).toArray(), result.getOutputAsInt("OUTPUT1"));
        }
      }
    }
  }

  @Test
  void itGetsAllOutputsInBinaryWithItsParametersOnTheWay() throws Exception {
    try (var served = Served.start(folder, "");
        var client = client(served)) {
      var arguments =
          new InferenceServerClient.InferArguments(
              "simple",
              List.of(input("INPUT0", ROW, true), input("INPUT1", ONES, true)),
              List.of());
      arguments.setPriority(2);
      arguments.setTimeout(5_000_000);
      arguments.setRequestId("an id");
      var result = client.infer(arguments);
      assertArrayEquals(IntStream.range(1, 17).toArray(), result.getOutputAsInt("OUTPUT0"));
      assertEquals("an id", result.getResponse().getId());
    }
  }

  @Test
  void itReadsOurErrors() throws Exception {
    try (var served = Served.start(folder, "");
        var client = client(served)) {
      client.setRetryCnt(1);
      var problem =
          assertThrows(
              InferenceException.class,
              () -> client.infer("none", List.of(input("INPUT0", ROW, true)), List.of()));
      assertTrue(String.valueOf(problem.getMessage()).contains("none"), problem.getMessage());
    }
  }

  private static InferenceServerClient client(Served served) throws Exception {
    return new InferenceServerClient("127.0.0.1:" + served.gateway.port(), 10_000, 10_000);
  }

  private static InferInput input(String name, int[] values, boolean isBinary) {
    var input = new InferInput(name, new long[] {1, values.length}, DataType.INT32);
    input.setData(values, isBinary);
    return input;
  }
}
