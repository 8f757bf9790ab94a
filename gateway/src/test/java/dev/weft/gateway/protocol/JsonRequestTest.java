package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.Requests.decode;
import static dev.weft.gateway.protocol.Requests.json;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonRequestTest {

  private final TensorPool pool = Requests.pool();

  @AfterEach
  void nothingIsLeftOnLease() {
    assertEquals(0, pool.leased());
    pool.close();
  }

  @Test
  void flatAndNestedDataAreTheSame() {
    for (var data : List.of("[1,2,3,4,5,6]", "[[1,2,3],[4,5,6]]")) {
      try (var request = decode(pool, json(input("FP32", "[2,3]", data)))) {
        var x = x(request);
        assertEquals(Shape.of(2, 3), x.shape());
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, x.toFloats());
      }
    }
  }

  @Test
  void fieldsComeInAnyOrderAndUnknownOnesAreIgnored() {
    var text =
        """
        {"model_name": "m", "extra": [{"a": [1]}], "outputs": [{"x": 1, "name": "y"}],
         "inputs": [{"data": [[1.5], [2.5]], "more": {"b": 2}, "shape": [2, 1],
                     "datatype": "FP32", "name": "x"}],
         "id": "seven"}\
        """;
    try (var request = decode(pool, json(text))) {
      assertArrayEquals(new float[] {1.5f, 2.5f}, x(request).toFloats());
      assertEquals(Optional.of("seven"), request.id());
      assertEquals("y", request.outputs().getFirst().name());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, '[true,false]', 1, 0",
    "UINT8, '[0,255]', 0, 255",
    "INT8, '[-128,127]', -128, 127",
    "UINT16, '[0,65535]', 0, 65535",
    "INT16, '[-32768,32767]', -32768, 32767",
    "UINT32, '[0,4294967295]', 0, 4294967295",
    "INT32, '[-2147483648,2147483647]', -2147483648, 2147483647",
    "INT64, '[-9007199254740992,9007199254740992]', -9007199254740992, 9007199254740992",
    "UINT64, '[0,18446744073709551615]', 0, 18446744073709551615",
    "FP32, '[1e-3,3.4e38]', 0.001, 3.4e38",
    "FP64, '[-1e300,2]', -1e300, 2",
  })
  void everyDatatypeHoldsItsOwnRange(String type, String data, double first, double second) {
    try (var request = decode(pool, json(input(type, "[2]", data)))) {
      var x = x(request);
      assertEquals(first, Elements.number(x, 0), Math.abs(first) * 1e-7);
      assertEquals(second, Elements.number(x, 1), Math.abs(second) * 1e-7);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, 1",
    "UINT8, 256",
    "UINT8, -1",
    "INT8, 128",
    "UINT16, 65536",
    "INT16, 40000",
    "UINT32, 4294967296",
    "INT32, 2147483648",
    "INT64, 9223372036854775808",
    "UINT64, 18446744073709551616",
    "UINT64, -1",
    "INT32, 1.5",
    "INT32, 1.0",
    "FP32, 1e39",
    "FP64, 1e309",
    "FP32, true",
    "INT32, '\"7\"'",
    "FP32, null",
    "BYTES, 5",
    "FP32, NaN",
    "FP32, Infinity",
    "FP32, '{}'",
    "FP16, 1",
    "BF16, 1",
    "BYTES, '\"\\ud800\"'"
  })
  void whatADatatypeCannotHoldIsRefused(String type, String value) {
    assertEquals(Fault.INVALID, refused(input(type, "[1]", "[" + value + "]")).fault());
  }

  @Test
  void textsComeAsUtf8() {
    try (var request = decode(pool, json(input("BYTES", "[2,1]", "[[\"où\"],[\"\"]]")))) {
      assertEquals(List.of("où", ""), x(request).toStrings());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'[2,2]', '[1,2,3]'",
    "'[2,2]', '[1,2,3,4,5]'",
    "'[2,2]', '[[1,2],[3]]'",
    "'[2,2]', '[[1,2,3],[4]]'",
    "'[2,2]', '[[1,2],3,4]'",
    "'[2,2]', '[1,[2,3],4]'",
    "'[2,2]', '[[[1,2],[3,4]]]'",
    "'[2,1,2]', '[[1,2],[3,4]]'",
    "'[2,2]', '[[1,2],[3,4],[]]'",
    "'[2,2]', '[]'",
    "'[2,2]', '[[],[]]'",
    "'[2]', '3'",
    "'[-1]', '[1]'",
    "'[1.5]', '[1]'",
    "'2', '[1,2]'",
    "'[4611686018427387904,4]', '[1]'",
    "'[]', '[[1]]'",
    "'[]', '[]'",
  })
  void dataThatDoesNotFitTheShapeIsRefused(String shape, String data) {
    assertEquals(Fault.INVALID, refused(input("FP32", shape, data)).fault());
  }

  @Test
  void anEmptyTensorAndAScalarAreTensors() {
    for (var data : List.of("[]", "[[],[]]")) {
      try (var request = decode(pool, json(input("FP32", "[2,0]", data)))) {
        assertEquals(0, x(request).byteSize());
      }
    }
    try (var request = decode(pool, json(input("INT64", "[]", "[7]")))) {
      assertArrayEquals(new long[] {7}, x(request).toLongs());
    }
  }

  @Test
  void aLargeShapeWithLittleDataTakesNoMemory() {
    var problem = refused(input("FP64", "[512]", "[1]"));
    assertEquals(Fault.INVALID, problem.fault());
    assertEquals(0, pool.bytesHeld());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | no JSON object",
        "[] | no JSON object",
        "{} | no 'inputs'",
        "{\"inputs\": 3} | expected: an array",
        "{\"inputs\": [3]} | expected: an object",
        "{\"inputs\": [{}]} | no 'name'",
        "{\"inputs\": [{\"name\":\"x\"}]} | no 'datatype'",
        "{\"inputs\": [{\"name\":\"x\",\"datatype\":\"FP32\",\"data\":[1]}]} | no 'shape'",
        "{\"inputs\": [{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1]}]} | no data",
        "{\"inputs\": [{\"name\":7}]} | expected: a string",
        "{\"inputs\": [{\"name\":\"x\",\"datatype\":\"FLOAT\"}]} | datatype 'FLOAT'",
        "{\"inputs\": [], \"inputs\": []} | Duplicate",
        "{\"inputs\": []} {} | more after",
        "{\"inputs\": [ | end",
        "{\"id\": 5, \"inputs\": []} | 'id'",
        "{\"inputs\": [], \"outputs\": [{}]} | no 'name'",
        "{\"inputs\": [], \"parameters\": 5} | expected: an object",
        "{\"inputs\": [], \"parameters\": {\"binary_data_output\": 5}} | true or false",
      })
  void brokenRequestsAreToldWhatIsWrong(String text, String said) {
    var problem = refused(text);
    assertEquals(Fault.INVALID, problem.fault());
    assertTrue(Requests.said(problem).contains(said), problem.getMessage());
  }

  @Test
  void anInputThatComesTwiceIsRefused() {
    var x = "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}";
    var problem = refused("{\"inputs\":[%s,%s]}".formatted(x, x));
    assertEquals("input 'x': twice (expected: once)", problem.getMessage());
  }

  @Test
  void whatIsBeyondALimitIsTooLarge() {
    var inputs = "{\"name\":\"x\"},".repeat(Requests.LIMITS.tensorsMax()) + "{}";
    var parameters =
        LongStream.rangeClosed(0, Requests.LIMITS.parametersMax())
            .mapToObj(i -> "\"p%d\":1".formatted(i))
            .toList();
    var tooLarge =
        List.of(
            "{\"inputs\":[%s]}".formatted(inputs),
            "{\"inputs\":[],\"id\":\"%s\"}".formatted("i".repeat(65)),
            "{\"inputs\":[],\"parameters\":{%s}}".formatted(String.join(",", parameters)),
            "{\"inputs\":[],\"%s\":1}".formatted("f".repeat(65)),
            "{\"deep\":%s%s}".formatted("[".repeat(60), "]".repeat(60)),
            input("FP32", "[513]", "[1]"),
            input("FP32", "[" + "1,".repeat(32) + "1]", "[1]"),
            input("FP64", "[1]", "[1" + "0".repeat(401) + "]"),
            "{\"inputs\":[]" + " ".repeat(Requests.LIMITS.jsonBytesMax()) + "}");
    for (var text : tooLarge) {
      assertEquals(Fault.TOO_LARGE, refused(text).fault(), text);
    }
  }

  @Test
  void parametersAreReadAsWhatTheyAre() {
    var text =
        """
        {"parameters": {"priority": 18446744073709551615, "timeout": 5, "s": "t", "f": true,
                        "r": 1.5, "n": null, "a": [1]}, "inputs": []}\
        """;
    try (var request = decode(pool, json(text))) {
      var parameters = request.parameters();
      assertEquals(OptionalLong.of(Long.MAX_VALUE), parameters.unsigned("priority"));
      assertEquals(OptionalLong.of(5), parameters.unsigned("timeout"));
      assertEquals(Optional.of("t"), parameters.text("s"));
      assertEquals(Optional.of(true), parameters.flag("f"));
      assertFalse(parameters.has("absent"));
      for (var name : List.of("s", "f", "r", "n", "a")) {
        var problem = assertThrows(ProtocolException.class, () -> parameters.unsigned(name));
        assertEquals(Fault.INVALID, problem.fault());
      }
    }
  }

  @Test
  void aPoolThatIsFullIsNoFaultOfTheRequest() {
    try (var small = new TensorPool(256, TensorPool.LeakTracing.ON)) {
      var taken = small.floats(Shape.of(4), 1, 2, 3, 4);
      var problem =
          assertThrows(
              ProtocolException.class, () -> decode(small, json(input("FP32", "[2]", "[1,2]"))));
      assertEquals(Fault.NO_MEMORY, problem.fault());
      taken.close();
    }
  }

  private ProtocolException refused(String text) {
    return assertThrows(ProtocolException.class, () -> decode(pool, json(text)).close());
  }

  private static Tensor x(InferRequest request) {
    return Requests.input(request, "x");
  }

  private static String input(String datatype, String shape, String data) {
    return """
    {"inputs":[{"name":"x","datatype":"%s","shape":%s,"data":%s}]}\
    """
        .formatted(datatype, shape, data);
  }
}
