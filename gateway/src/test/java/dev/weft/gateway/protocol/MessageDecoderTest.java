package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.Messages.input;
import static dev.weft.gateway.protocol.Messages.request;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.InferTensorContents;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessageDecoderTest {

  private final TensorPool pool = Requests.pool();

  @AfterEach
  void nothingIsLeftOnLease() {
    assertEquals(0, pool.leased());
    pool.close();
  }

  @Test
  void everyDatatypeHasItsTypedContents() {
    typed("BOOL", contents().addBoolContents(true).addBoolContents(false), 1, 0);
    typed("INT8", contents().addIntContents(-128).addIntContents(127), 0x80, 0x7F);
    typed("UINT8", contents().addUintContents(255).addUintContents(1), 0xFF, 1);
    typed("INT16", contents().addIntContents(-2).addIntContents(1), 0xFE, 0xFF, 1, 0);
    typed("UINT16", contents().addUintContents(65535).addUintContents(1), 0xFF, 0xFF, 1, 0);
    typed("INT32", contents().addIntContents(-2), 0xFE, 0xFF, 0xFF, 0xFF);
    typed("UINT32", contents().addUintContents(-1), 0xFF, 0xFF, 0xFF, 0xFF);
    typed("INT64", contents().addInt64Contents(-2), 0xFE, 255, 255, 255, 255, 255, 255, 255);
    typed("UINT64", contents().addUint64Contents(-1), 255, 255, 255, 255, 255, 255, 255, 255);
    typed("FP32", contents().addFp32Contents(1), 0, 0, 0x80, 0x3F);
    typed("FP64", contents().addFp64Contents(1), 0, 0, 0, 0, 0, 0, 0xF0, 0x3F);
    typed(
        "BYTES",
        contents()
            .addBytesContents(ByteString.copyFromUtf8("a"))
            .addBytesContents(ByteString.EMPTY),
        1,
        0,
        0,
        0,
        'a',
        0,
        0,
        0,
        0);
  }

  private static InferTensorContents.Builder contents() {
    return InferTensorContents.newBuilder();
  }

  private void typed(String datatype, InferTensorContents.Builder contents, int... bytes) {
    var size = Datatype.valueOf(datatype).size();
    var count = size == 0 ? contents.getBytesContentsCount() : bytes.length / size;
    var message = request().addInputs(input("x", datatype, count).setContents(contents));
    try (var read = Messages.decode(pool, message).request()) {
      var tensor = Requests.input(read, "x");
      assertEquals(datatype, tensor.datatype().name());
      assertEquals(Shape.of(count), tensor.shape());
      assertArrayEquals(bytes(bytes), content(tensor), datatype);
    }
  }

  private static byte[] bytes(int... values) {
    var bytes = new byte[values.length];
    for (var i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] content(Tensor tensor) {
    return tensor.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void rawContentsGoToTheInputsInTheirOrder() {
    var message =
        request()
            .addInputs(input("x", "FP32", 2))
            .addInputs(input("t", "BYTES", 2))
            .addInputs(input("h", "FP16", 1))
            .addRawInputContents(ByteString.copyFrom(Requests.floats(1, 2)))
            .addRawInputContents(ByteString.copyFrom(Requests.texts("abc", "")))
            .addRawInputContents(ByteString.copyFrom(bytes(0, 0x3C)));
    for (var isSized : List.of(true, false)) {
      var bytes = message.build().toByteArray();
      var read = isSized ? Messages.decode(pool, bytes) : Messages.decodeUnsized(pool, bytes);
      try (var request = read.request()) {
        assertArrayEquals(new float[] {1, 2}, Requests.input(request, "x").toFloats());
        assertEquals(List.of("abc", ""), Requests.input(request, "t").toStrings());
        assertArrayEquals(bytes(0, 0x3C), content(Requests.input(request, "h")));
        assertEquals(List.of("x", "t", "h"), List.copyOf(request.inputs().keySet()));
      }
    }
  }

  @Test
  void whatIsSaidAroundTheInputsIsRead() {
    var message =
        request()
            .setModelVersion("1")
            .setId("an id")
            .putParameters("weft_tenant", Messages.text("t"))
            .putParameters("priority", InferParameter.newBuilder().setUint64Param(-1).build())
            .putParameters("i", InferParameter.newBuilder().setInt64Param(-7).build())
            .putParameters("b", InferParameter.newBuilder().setBoolParam(true).build())
            .putParameters("d", InferParameter.newBuilder().setDoubleParam(0.5).build())
            .addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder().setName("y"));
    var read = Messages.decode(pool, message);
    assertEquals("m", read.model());
    assertEquals(Optional.of("1"), read.version());
    try (var request = read.request()) {
      assertEquals(Optional.of("an id"), request.id());
      var parameters = request.parameters();
      assertEquals(Optional.of("t"), parameters.text("weft_tenant"));
      assertEquals(OptionalLong.of(Long.MAX_VALUE), parameters.unsigned("priority"));
      assertThrows(ProtocolException.class, () -> parameters.unsigned("i"));
      assertEquals(Optional.of(true), parameters.flag("b"));
      assertEquals(new Parameter.Real(0.5), parameters.values().get("d"));
      assertEquals("y", request.outputs().getFirst().name());
      assertTrue(request.wantsBinary("y"));
    }
  }

  @Test
  void outputsAreTypedWhereTheRequestWantsNoneInBinary() {
    var message =
        request()
            .putParameters(
                "binary_data_output", InferParameter.newBuilder().setBoolParam(false).build());
    try (var request = Messages.decode(pool, message).request()) {
      assertFalse(request.wantsBinary("y"));
    }
  }

  @Test
  void fieldsMayComeInAnyOrderAndUnpackedAndUnknownOnesArePassedOver() {
    var message =
        wire(
            out -> {
              out.writeBytes(7, ByteString.copyFrom(Requests.floats(1, 2)));
              out.writeFixed64(99, 7);
              out.writeByteArray(
                  5,
                  wire(
                      input -> {
                        input.writeInt64(3, 2);
                        input.writeInt64(3, 1);
                        input.writeFixed32(77, 1);
                        input.writeString(2, "FP32");
                        input.writeString(1, "x");
                      }));
              out.writeString(1, "m");
            });
    try (var request = Messages.decode(pool, message).request()) {
      assertEquals(Shape.of(2, 1), Requests.input(request, "x").shape());
      assertArrayEquals(new float[] {1, 2}, Requests.input(request, "x").toFloats());
    }
    var early =
        wire(
            out -> {
              out.writeString(1, "m");
              out.writeByteArray(
                  5,
                  wire(
                      input -> {
                        input.writeByteArray(
                            5,
                            wire(
                                contents -> {
                                  contents.writeFloat(6, 1);
                                  contents.writeFloat(6, 2);
                                }));
                        input.writeString(1, "x");
                        input.writeString(2, "FP32");
                        input.writeInt64(3, 2);
                      }));
            });
    try (var request = Messages.decode(pool, early).request()) {
      assertArrayEquals(new float[] {1, 2}, Requests.input(request, "x").toFloats());
    }
  }

  @Test
  void aScalarHasNoShapeAndAnEmptyTensorNoData() {
    var message =
        request()
            .addInputs(input("s", "FP32").setContents(Messages.floats(3)))
            .addInputs(input("e", "FP32", 0, 4))
            .addInputs(input("t", "BYTES", 0));
    try (var request = Messages.decode(pool, message).request()) {
      assertArrayEquals(new float[] {3}, Requests.input(request, "s").toFloats());
      assertEquals(0, Requests.input(request, "e").byteSize());
      assertEquals(List.of(), Requests.input(request, "t").toStrings());
    }
  }

  @Test
  void whatDoesNotFitTogetherIsRefusedWithItsPlace() {
    refused("no 'model_name'", ModelInferRequest.newBuilder());
    refused("input 0: no 'name'", request().addInputs(input("", "FP32", 0)));
    refused("input 'x': no data", request().addInputs(input("x", "FP32", 1)));
    refused(
        "input 'x': twice",
        request().addInputs(input("x", "FP32", 0)).addInputs(input("x", "FP32", 0)));
    refused("input 'x': datatype 'FP31'", request().addInputs(input("x", "FP31", 0)));
    refused("dimensions >= 0", request().addInputs(input("x", "FP32", -1)));
    refused("below 2^63", request().addInputs(input("x", "FP32", 1L << 40, 1L << 40)));
    refused(
        "input 'x': data: 3 elements (expected: 4 for shape [4])",
        request().addInputs(input("x", "INT8", 4).setContents(Messages.ints(1, 2, 3))));
    refused(
        "more than 2 elements",
        request().addInputs(input("x", "INT8", 2).setContents(Messages.ints(1, 2, 3))));
    refused(
        "input 'x': element 1: 128 (expected: a whole number from -128 to 127, as INT8)",
        request().addInputs(input("x", "INT8", 2).setContents(Messages.ints(1, 128))));
    refused(
        "input 'x': int_contents for FP32 (expected: fp32_contents)",
        request().addInputs(input("x", "FP32", 1).setContents(Messages.ints(1, 2, 3, 4))));
    refused(
        "FP16 in 'contents' (expected: in 'raw_input_contents')",
        request().addInputs(input("x", "FP16", 1).setContents(Messages.ints(1))));
    refused(
        "shape [400] in 6 bytes of contents",
        request().addInputs(input("x", "INT32", 400).setContents(Messages.ints(1, 2, 3, 4))));
  }

  @Test
  void rawAndTypedContentsAreNeverMixed() {
    refused(
        "both 'contents' and 'raw_input_contents'",
        request()
            .addInputs(input("x", "FP32", 1).setContents(Messages.floats(1)))
            .addRawInputContents(ByteString.copyFrom(Requests.floats(1))));
    refused(
        "raw_input_contents: 1 (expected: 2, one for each input)",
        request()
            .addInputs(input("x", "FP32", 1))
            .addInputs(input("y", "FP32", 1).setContents(Messages.floats(1)))
            .addRawInputContents(ByteString.copyFrom(Requests.floats(1))));
    refused(
        "raw_input_contents: 2 (expected: 1, one for each input)",
        request()
            .addInputs(input("x", "FP32", 1))
            .addRawInputContents(ByteString.copyFrom(Requests.floats(1)))
            .addRawInputContents(ByteString.EMPTY));
    refused(
        "input 'x': 8 bytes (expected: 1 of 4 each for shape [1])",
        request()
            .addInputs(input("x", "FP32", 1))
            .addRawInputContents(ByteString.copyFrom(Requests.floats(1, 2))));
  }

  @Test
  void whatIsTooLargeIsRefusedBeforeItIsHeld() {
    tooLarge("4097 bytes", new byte[4097]);
    tooLarge(
        "513 elements (expected: <= 512)",
        request().addInputs(input("x", "INT8", 513)).addRawInputContents(ByteString.EMPTY));
    tooLarge("'id': 65 characters", request().setId("i".repeat(65)));
    var inputs = request();
    var outputs = request();
    var parameters = request();
    for (var i = 0; i < 9; i++) {
      inputs.addInputs(input("x" + i, "FP32", 0));
      outputs.addOutputs(
          ModelInferRequest.InferRequestedOutputTensor.newBuilder().setName("y" + i));
      parameters.putParameters("p" + i, Messages.text("v"));
    }
    tooLarge("inputs: more than 4", inputs);
    tooLarge("outputs: more than 4", outputs);
    tooLarge("request: parameters: more than 8", parameters);
    tooLarge("more than 32 dimensions", request().addInputs(input("x", "FP32", new long[33])));
    tooLarge(
        "outside of raw and numeric contents (expected: <= 2048)",
        request().putParameters("p", Messages.text("v".repeat(2100))));
    tooLarge(
        "outside of raw and numeric contents (expected: <= 2048)",
        request().addInputs(input("t", "BYTES", 1).setContents(Messages.texts("v".repeat(2100)))));
  }

  @Test
  void aMessageOfUnknownLengthIsReadNoFurtherThanItsBound() {
    var whole = request().setId("i").build().toByteArray();
    var padded = Requests.joined(whole, wire(out -> out.writeByteArray(99, new byte[4096])));
    var problem = assertThrows(ProtocolException.class, () -> Messages.decodeUnsized(pool, padded));
    assertEquals(Fault.TOO_LARGE, problem.fault());
  }

  @Test
  void aMessageThatEndsEarlyOrIsNoneSaysWhere() {
    var whole =
        request()
            .addInputs(input("x", "FP32", 2))
            .addRawInputContents(ByteString.copyFrom(Requests.floats(1, 2)))
            .build()
            .toByteArray();
    for (var length = 4; length < whole.length; length++) {
      var cut = Arrays.copyOf(whole, length);
      var fault = problem(cut).fault();
      assertTrue(fault == Fault.TRUNCATED || fault == Fault.INVALID, fault + " at " + length);
    }
    assertEquals(Fault.TRUNCATED, problem(bytes(0x0A, 0x7F, 'm')).fault());
    refused("wire type 3", bytes(0x0B));
    refused("field 0", bytes(0x00, 0x00));
    refused("wire type 0 (expected: 2)", bytes(0x08, 0x01));
    refused("not UTF-8", bytes(0x0A, 0x01, 0xFF));
    refused("<= 10 bytes", bytes(255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1));
  }

  private void refused(String said, ModelInferRequest.Builder message) {
    refused(said, message.build().toByteArray());
  }

  private void refused(String said, byte[] message) {
    var problem = problem(message);
    assertTrue(Requests.said(problem).contains(said), problem.getMessage());
    assertEquals(Fault.INVALID, problem.fault(), problem.getMessage());
  }

  private void tooLarge(String said, ModelInferRequest.Builder message) {
    tooLarge(said, message.build().toByteArray());
  }

  private void tooLarge(String said, byte[] message) {
    var problem = problem(message);
    assertTrue(Requests.said(problem).contains(said), problem.getMessage());
    assertEquals(Fault.TOO_LARGE, problem.fault(), problem.getMessage());
  }

  private ProtocolException problem(byte[] message) {
    var problem = assertThrows(ProtocolException.class, () -> Messages.decode(pool, message));
    assertFalse(Objects.requireNonNull(problem.getMessage()).isBlank());
    return problem;
  }

  /** Writes fields as no generated message does. */
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] wire(Fields fields) {
    var bytes = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
