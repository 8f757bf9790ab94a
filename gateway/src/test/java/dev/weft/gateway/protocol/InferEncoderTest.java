package dev.weft.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InferEncoderTest {

  private final TensorPool pool = Requests.pool();

  @AfterEach
  void nothingIsLeftOnLease() {
    assertEquals(0, pool.leased());
    pool.close();
  }

  @Test
  void anAnswerInJsonIsFlatAndExact() {
    try (var tensor = pool.floats(Shape.of(2, 2), 0.1f, -2, 1e10f, 1e-9f)) {
      assertEquals(
          "{\"model_name\":\"m\",\"model_version\":\"1\",\"id\":\"7\",\"outputs\":[{\"name\":\"y\","
              + "\"datatype\":\"FP32\",\"shape\":[2,2],\"data\":[0.1,-2.0,1.0E10,1.0E-9]}]}",
          text(encoded(Optional.of("7"), Map.of(), tensor, false)));
    }
  }

  @Test
  void wholeNumbersTruthAndTextAreWrittenAsSuch() {
    try (var unsigned = pool.allocate(Datatype.UINT64, Shape.of(1));
        var bool = pool.allocate(Datatype.BOOL, Shape.of(2));
        var texts = pool.strings(List.of("a\"b", "où"))) {
      unsigned.buffer().putLong(-1);
      bool.buffer().put((byte) 1).put((byte) 0);
      assertEquals("[18446744073709551615]", data(unsigned));
      assertEquals("[true,false]", data(bool));
      assertEquals("[\"a\\\"b\",\"où\"]", data(texts));
    }
  }

  @Test
  void everyWholeDatatypeKeepsItsSign() {
    for (var type :
        List.of(
            Datatype.UINT8,
            Datatype.UINT16,
            Datatype.UINT32,
            Datatype.INT8,
            Datatype.INT16,
            Datatype.INT32,
            Datatype.INT64)) {
      try (var tensor = pool.allocate(type, Shape.of(1))) {
        for (var i = 0; i < type.size(); i++) {
          tensor.buffer().put(i, (byte) -1);
        }
        var expected = type.name().startsWith("U") ? (1L << type.size() * 8) - 1 : -1;
        assertEquals("[" + expected + "]", data(tensor));
      }
    }
  }

  @Test
  void binaryOutputsFollowTheJson() throws IOException {
    try (var tensor = pool.floats(Shape.of(2), 1, 2)) {
      var encoded = encoded(Optional.empty(), Map.of("weft_skipped", "s"), tensor, true);
      var out = new ByteArrayOutputStream();
      encoded.writeTo(out);
      var json =
          "{\"model_name\":\"m\",\"model_version\":\"1\",\"parameters\":{\"weft_skipped\":\"s\"},"
              + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[2],"
              + "\"parameters\":{\"binary_data_size\":8}}]}";
      assertEquals(json, text(encoded));
      assertEquals(encoded.length(), out.size());
      assertArrayEquals(
          Requests.joined(Requests.utf8(json), Requests.floats(1, 2)), out.toByteArray());
    }
  }

  @Test
  void whatJsonCannotSayIsRefusedUnlessBinary() {
    try (var nan = pool.floats(Shape.of(2), 1, Float.NaN);
        var half = pool.allocate(Datatype.FP16, Shape.of(1));
        var noText = pool.bytes(Shape.of(1), List.of(new byte[] {(byte) 0xFF}))) {
      half.buffer().putShort((short) 0);
      for (var tensor : List.of(nan, half, noText)) {
        var problem = assertThrows(ProtocolException.class, () -> data(tensor));
        assertEquals(Fault.INVALID, problem.fault());
        encoded(Optional.empty(), Map.of(), tensor, true);
      }
    }
  }

  private static EncodedResponse encoded(
      Optional<String> id, Map<String, String> parameters, Tensor tensor, boolean isBinary) {
    return InferEncoder.encode(
        new InferResponse(
            "m", "1", id, parameters, List.of(new InferResponse.Output("y", tensor, isBinary))));
  }

  private static String data(Tensor tensor) {
    var text = text(encoded(Optional.empty(), Map.of(), tensor, false));
    var from = text.indexOf("\"data\":") + "\"data\":".length();
    return text.substring(from, text.length() - "}]}".length());
  }

  private static String text(EncodedResponse encoded) {
    return new String(encoded.json(), StandardCharsets.UTF_8);
  }
}
