package dev.weft.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Well-formed messages, broken at random: each is read as the library of clients reads it, or
 * refused, and leaves nothing behind.
 */
class MessageFuzzTest {

  private static final int ROUNDS = 60_000;

  private static final List<byte[]> SEEDS =
      List.of(
          Messages.request()
              .setId("1")
              .putParameters("priority", InferParameter.newBuilder().setUint64Param(1).build())
              .addInputs(Messages.input("x", "FP32", 2, 2).setContents(Messages.floats(1, 2, 3, 4)))
              .addInputs(Messages.input("t", "BYTES", 2).setContents(Messages.texts("a", "bc")))
              .addInputs(Messages.input("i", "INT8", 3).setContents(Messages.ints(-1, 0, 127)))
              .addOutputs(
                  ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                      .setName("y")
                      .putParameters("p", Messages.text("v")))
              .build()
              .toByteArray(),
          Messages.request()
              .addInputs(Messages.input("x", "FP32", 2))
              .addInputs(Messages.input("t", "BYTES", 2))
              .addInputs(Messages.input("b", "BOOL", 2))
              .addRawInputContents(ByteString.copyFrom(Requests.floats(1, 2)))
              .addRawInputContents(ByteString.copyFrom(Requests.texts("abc", "")))
              .addRawInputContents(ByteString.copyFrom(new byte[] {0, 1}))
              .build()
              .toByteArray(),
          Messages.request()
              .addInputs(
                  Messages.input("x", "UINT8", 4)
                      .putParameters(SharedPlace.REGION, Messages.text("r"))
                      .putParameters(
                          SharedPlace.BYTES, InferParameter.newBuilder().setInt64Param(4).build()))
              .addInputs(Messages.input("t", "BYTES", 2))
              .addRawInputContents(ByteString.copyFrom(Requests.texts("abc", "")))
              .build()
              .toByteArray());

  @Test
  void everyBrokenMessageIsReadOrRefusedAndNothingLeaks() {
    var seed = Long.getLong("weft.seed", new Random().nextLong());
    System.out.println("MessageFuzzTest: replay with -Dweft.seed=" + seed);
    var random = new Random(seed);
    var read = 0;
    var refused = 0;
    try (var pool = Requests.pool()) {
      for (var round = 0; round < ROUNDS; round++) {
        var message = mutated(SEEDS.get(random.nextInt(SEEDS.size())), random);
        try {
          var decoded =
              random.nextBoolean()
                  ? Messages.decode(pool, message)
                  : Messages.decodeUnsized(pool, message);
          try (var request = decoded.request()) {
            requireSame(ModelInferRequest.parseFrom(message), decoded.model(), request);
          }
          read++;
        } catch (ProtocolException e) {
          assertTrue(!Requests.said(e).isBlank());
          refused++;
        } catch (RuntimeException | InvalidProtocolBufferException e) {
          fail("seed %d, round %d: %s".formatted(seed, round, e), e);
        }
        assertEquals(0, pool.leased(), "seed %d, round %d".formatted(seed, round));
      }
    }
    assertTrue(refused > ROUNDS / 10, refused + " refused");
    assertTrue(read > ROUNDS / 100, read + " read");
  }

  private static void requireSame(ModelInferRequest message, String model, InferRequest read) {
    assertEquals(message.getModelName(), model);
    assertEquals(message.getId(), read.id().orElse(""));
    assertEquals(message.getOutputsCount(), read.outputs().size());
    var names = message.getInputsList().stream().map(input -> input.getName()).toList();
    assertEquals(names, List.copyOf(read.inputs().keySet()));
    for (var input : message.getInputsList()) {
      var tensor = Requests.input(read, input.getName());
      assertEquals(input.getDatatype(), tensor.datatype().name());
      assertEquals(input.getShapeList(), Arrays.stream(tensor.shape().toArray()).boxed().toList());
      if (input.getContents().getFp32ContentsCount() > 0) {
        assertEquals(
            input.getContents().getFp32Contents(0),
            tensor.segment().get(ValueLayout.JAVA_FLOAT, 0));
      }
    }
  }

  private static byte[] mutated(byte[] original, Random random) {
    var bytes = original.clone();
    for (var times = random.nextInt(4); times >= 0; times--) {
      var at = random.nextInt(bytes.length + 1);
      bytes =
          switch (random.nextInt(6)) {
            case 0 -> replaced(bytes, at, Math.min(bytes.length, at + 1), some(random, 1));
            case 1 -> replaced(bytes, at, Math.min(bytes.length, at + random.nextInt(9)));
            case 2 -> replaced(bytes, at, at, some(random, 1 + random.nextInt(11)));
            case 3 -> replaced(bytes, at, bytes.length);
            case 4 -> replaced(bytes, at, at, SEEDS.get(random.nextInt(SEEDS.size())));
            default -> {
              var from = random.nextInt(bytes.length + 1);
              var until = Math.min(bytes.length, from + random.nextInt(40));
              yield replaced(bytes, at, at, Arrays.copyOfRange(bytes, from, until));
            }
          };
    }
    return bytes;
  }

  private static byte[] some(Random random, int count) {
    var some = new byte[count];
    random.nextBytes(some);
    return some;
  }

  private static byte[] replaced(byte[] bytes, int from, int until, byte... with) {
    return Requests.joined(
        Arrays.copyOfRange(bytes, 0, from), with, Arrays.copyOfRange(bytes, until, bytes.length));
  }
}
