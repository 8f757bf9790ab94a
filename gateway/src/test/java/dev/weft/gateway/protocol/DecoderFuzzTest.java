package dev.weft.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Well-formed requests, broken at random: each is read or refused, and leaves nothing behind. */
class DecoderFuzzTest {

  private static final int ROUNDS = 30_000;

  private static final List<String> PIECES =
      List.of(
          "[",
          "]",
          "{",
          "}",
          ",",
          ":",
          "\"",
          "null",
          "-1",
          "1e999",
          "9223372036854775808",
          "\"BYTES\"",
          "\"FP16\"",
          "\"data\"",
          "\"shape\"",
          "\"binary_data_size\"",
          "\"classification\"",
          "[[[[[[",
          "\\ud800",
          "NaN",
          "4611686018427387904",
          "\u0000",
          "é");

  private static final List<InferDecoder.Body> SEEDS =
      List.of(
          Requests.json(
              """
              {"id":"1","parameters":{"priority":1,"binary_data_output":true},
               "inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[[1,2],[3,4.5]]},
                {"data":["a","b"],"shape":[2],"name":"t","datatype":"BYTES"}],
               "outputs":[{"name":"y","parameters":{"binary_data":false,"classification":3}}]}\
              """),
          Requests.binary(
              """
              {"inputs":[{"name":"x","datatype":"FP32","shape":[2],
                "parameters":{"binary_data_size":8}},
               {"name":"t","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":11}},
               {"name":"b","datatype":"BOOL","shape":[2],"data":[true,false]}]}\
              """,
              Requests.floats(1, 2),
              Requests.texts("abc", "")),
          Requests.json(
              """
              {"inputs":[{"name":"x","datatype":"BOOL","shape":[4],"parameters":{
                "shared_memory_region":"r","shared_memory_offset":32,
                "shared_memory_byte_size":4}}],
               "outputs":[{"name":"y","parameters":{
                "shared_memory_region":"r","shared_memory_byte_size":64}}]}\
              """),
          Requests.raw(Requests.floats(1, 2, 3, 4)));

  @Test
  void everyBrokenRequestIsReadOrRefusedAndNothingLeaks() throws IOException {
    var seed = Long.getLong("weft.seed", new Random().nextLong());
    System.out.println("DecoderFuzzTest: replay with -Dweft.seed=" + seed);
    var random = new Random(seed);
    var refused = 0;
    try (var pool = Requests.pool()) {
      var memory = new HeldMemory();
      var decoder = new InferDecoder(Requests.LIMITS, pool);
      var contents = new byte[SEEDS.size()][];
      for (var i = 0; i < contents.length; i++) {
        contents[i] = SEEDS.get(i).content().readAllBytes();
        SEEDS.get(i).content().reset();
      }
      for (var round = 0; round < ROUNDS; round++) {
        var which = random.nextInt(contents.length);
        var content = mutated(contents[which], random);
        var jsonLength = jsonLength(SEEDS.get(which), content, random);
        var length = random.nextBoolean() ? OptionalLong.of(content.length) : OptionalLong.empty();
        var body = new InferDecoder.Body(new ByteArrayInputStream(content), length, jsonLength);
        try {
          decoder.decode(body, List.of(TensorSpec.of("x", Datatype.FP32, -1, 2)), memory).close();
        } catch (ProtocolException e) {
          assertTrue(!Requests.said(e).isBlank());
          refused++;
        } catch (RuntimeException e) {
          fail("seed %d, round %d: %s".formatted(seed, round, e), e);
        }
        assertEquals(0, pool.leased(), "seed %d, round %d".formatted(seed, round));
      }
    }
    assertTrue(refused > ROUNDS / 10, refused + " refused");
  }

  private static OptionalLong jsonLength(InferDecoder.Body seed, byte[] content, Random random) {
    if (random.nextInt(8) == 0) {
      return OptionalLong.of(random.nextInt(content.length + 2) - 1L);
    }
    return seed.jsonLength();
  }

  private static byte[] mutated(byte[] original, Random random) {
    var bytes = original.clone();
    for (var times = random.nextInt(4); times >= 0; times--) {
      var at = random.nextInt(bytes.length + 1);
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> replaced(bytes, at, Math.min(bytes.length, at + 1), one(random));
            case 1 -> replaced(bytes, at, Math.min(bytes.length, at + random.nextInt(9)));
            case 2 -> replaced(bytes, at, at, piece(random));
            case 3 -> replaced(bytes, at, bytes.length);
            default -> {
              var from = random.nextInt(bytes.length + 1);
              var until = Math.min(bytes.length, from + random.nextInt(40));
              yield replaced(bytes, at, at, Arrays.copyOfRange(bytes, from, until));
            }
          };
    }
    return bytes;
  }

  private static byte[] one(Random random) {
    var one = new byte[1];
    random.nextBytes(one);
    return one;
  }

  private static byte[] piece(Random random) {
    return Requests.utf8(PIECES.get(random.nextInt(PIECES.size())));
  }

  private static byte[] replaced(byte[] bytes, int from, int until, byte... with) {
    return Requests.joined(
        Arrays.copyOfRange(bytes, 0, from), with, Arrays.copyOfRange(bytes, until, bytes.length));
  }
}
