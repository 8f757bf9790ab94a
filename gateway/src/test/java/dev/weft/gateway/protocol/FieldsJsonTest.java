package dev.weft.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FieldsJsonTest {

  private static final TensorSpec TEXT = TensorSpec.of("prompt", Datatype.BYTES, -1, 1);
  private static final TensorSpec ROWS = TensorSpec.of("rows", Datatype.FP32, -1, 2);
  private static final TensorSpec SCALAR = TensorSpec.of("limit", Datatype.INT32);
  private static final TensorSpec GRID = TensorSpec.of("grid", Datatype.UINT8, "h", "w");
  private static final int ROUNDS = 20_000;

  private final TensorPool pool = Requests.pool();

  @AfterEach
  void nothingIsLeftOnLease() {
    assertEquals(0, pool.leased());
    pool.close();
  }

  @Test
  void valuesAndArraysBecomeTensorsOfTheShapeTheModelDeclares() {
    var text =
        "{\"id\":\"i\",\"rows\":[[1,2],[3,4.5]],\"text_input\":\"hi\",\"limit\":7,\"grid\":9,"
            + "\"top\":1,\"parameters\":{\"deep\":\"x\"}}";
    try (var request = decode(text, TEXT, ROWS, SCALAR, GRID)) {
      assertEquals(Optional.of("i"), request.id());
      assertEquals(
          List.of("rows", "prompt", "limit", "grid"), List.copyOf(request.inputs().keySet()));
      assertEquals(Shape.of(2, 2), Requests.input(request, "rows").shape());
      assertArrayEquals(new float[] {1, 2, 3, 4.5f}, Requests.input(request, "rows").toFloats());
      assertEquals(Shape.of(1, 1), Requests.input(request, "prompt").shape());
      assertEquals(List.of("hi"), Requests.input(request, "prompt").toStrings());
      assertEquals(Shape.of(), Requests.input(request, "limit").shape());
      assertEquals(Shape.of(1, 1), Requests.input(request, "grid").shape());
      assertEquals(OptionalLong.of(1), request.parameters().unsigned("top"));
      assertEquals(Optional.of("x"), request.parameters().text("deep"));
    }
    try (var request = decode("{\"rows\":[]}", ROWS)) {
      assertEquals(Shape.of(0, 2), Requests.input(request, "rows").shape());
    }
  }

  @Test
  void anInputOfTheNameComesBeforeAnyOther() {
    var named = TensorSpec.of("text_input", Datatype.BYTES, 1);
    try (var request = decode("{\"text_input\":\"a\",\"prompt\":\"b\"}", TEXT, named)) {
      assertEquals(List.of("a"), Requests.input(request, "text_input").toStrings());
      assertEquals(List.of("b"), Requests.input(request, "prompt").toStrings());
    }
    var id = TensorSpec.of("id", Datatype.INT64, 1);
    try (var request = decode("{\"id\":5}", id)) {
      assertArrayEquals(new long[] {5}, Requests.input(request, "id").toLongs());
      assertEquals(Optional.empty(), request.id());
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    refused(
        "'text_input': the model has 2 inputs of text",
        "{\"text_input\":\"a\"}",
        TEXT,
        TensorSpec.of("other", Datatype.BYTES, 1));
    refused(
        "input 'prompt': twice, also as 'text_input'",
        "{\"prompt\":\"a\",\"text_input\":\"b\"}",
        TEXT);
    refused("input 'rows': 3 values (expected: 2", "{\"rows\":[1,2,3]}", ROWS);
    refused("input 'grid': data without a shape", "{\"grid\":[1,2]}", GRID);
    refused("input 'rows': null", "{\"rows\":null}", ROWS);
    refused("a value, or an array", "{\"rows\":{}}", ROWS);
    refused("element 0: a", "{\"limit\":\"a\"}", SCALAR);
    refused("element 0: 1.5", "{\"limit\":1.5}", SCALAR);
    refused("field 'other': an array", "{\"other\":[1],\"limit\":1}", SCALAR);
    refused(
        "field 'deep': an array or an object",
        "{\"parameters\":{\"deep\":{}},\"limit\":1}",
        SCALAR);
    refused("Duplicate", "{\"limit\":1,\"limit\":1}", SCALAR);
    refused("more after the JSON object", "{\"limit\":1} 2", SCALAR);
    refused("JSON, line 1", "{\"limit\":1", SCALAR);
    refused("nested", "{\"rows\":[[[1,2]]]}", ROWS);
  }

  @Test
  void everyBrokenRequestIsReadOrRefusedAndNothingLeaks() {
    var seed = Long.getLong("weft.seed", new Random().nextLong());
    System.out.println("FieldsJsonTest: replay with -Dweft.seed=" + seed);
    var random = new Random(seed);
    var original =
        "{\"rows\":[[1,2],[3,4.5]],\"prompt\":\"hi\",\"limit\":7,\"id\":\"i\",\"parameters\":{\"a\":true}}";
    var pieces =
        List.of(
            "[", "]", "{", "}", ",", "\"", "null", "1e999", "-1", "[[[[", "\\ud800", "\"grid\":");
    var refused = 0;
    for (var round = 0; round < ROUNDS; round++) {
      var text = new StringBuilder(original);
      for (var times = random.nextInt(3); times >= 0; times--) {
        var at = random.nextInt(text.length());
        text.replace(
            at,
            Math.min(text.length(), at + random.nextInt(4)),
            pieces.get(random.nextInt(pieces.size())));
      }
      try {
        decode(text.toString(), TEXT, ROWS, SCALAR, GRID).close();
      } catch (ProtocolException e) {
        assertTrue(!Requests.said(e).isBlank());
        refused++;
      } catch (RuntimeException e) {
        fail("seed %d, round %d: %s".formatted(seed, round, text), e);
      }
      assertEquals(0, pool.leased(), "seed %d, round %d".formatted(seed, round));
    }
    assertTrue(refused > ROUNDS / 10, refused + " refused");
  }

  private InferRequest decode(String text, TensorSpec... inputs) {
    try {
      return new InferDecoder(Requests.LIMITS, pool)
          .decodeFields(Requests.json(text), List.of(inputs));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void refused(String sentence, String text, TensorSpec... inputs) {
    var problem = assertThrows(ProtocolException.class, () -> decode(text, inputs).close());
    assertTrue(Requests.said(problem).contains(sentence), Requests.said(problem));
  }
}
