package dev.weft.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.ModelInferRequest.InferInputTensor;
import dev.weft.stages.tensor.TensorPool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Inputs that lie in shared memory, in either form of a request. */
class SharedInputTest {

  private final TensorPool pool = Requests.pool();
  private final HeldMemory memory = new HeldMemory();

  @AfterEach
  void nothingIsLeftOnLease() {
    assertEquals(0, pool.leased());
    pool.close();
  }

  @Test
  void inJsonAnInputIsReadFromItsPlaceBesideOthers() {
    var text =
        """
        {"inputs":[
          {"name":"x","shape":[2,2],"datatype":"UINT8","parameters":{
            "shared_memory_region":"r","shared_memory_offset":3,"shared_memory_byte_size":4}},
          {"name":"b","shape":[2],"datatype":"UINT8","parameters":{"binary_data_size":2}},
          {"name":"d","shape":[1],"datatype":"UINT8","data":[9]}],
         "outputs":[{"name":"y","parameters":{
            "shared_memory_region":"r","shared_memory_byte_size":8}}]}\
        """;
    try (var request = decode(Requests.binary(text, new byte[] {7, 8}))) {
      assertEquals(List.of(3, 4, 5, 6), bytes(request, "x"));
      assertEquals(List.of(7, 8), bytes(request, "b"));
      assertEquals(List.of(9), bytes(request, "d"));
      assertEquals(Optional.of(new SharedPlace("r", 0, 8)), request.outputs().getFirst().shared());
    }
  }

  @Test
  void inAMessageRawContentsAreOfTheOtherInputs() {
    var message =
        Messages.request()
            .addInputs(Messages.input("a", "UINT8", 1))
            .addInputs(shared("x", "UINT8", 4))
            .addInputs(Messages.input("b", "UINT8", 2))
            .addRawInputContents(ByteString.copyFrom(new byte[] {9}))
            .addRawInputContents(ByteString.copyFrom(new byte[] {7, 8}));
    try (var request = decode(message)) {
      assertEquals(List.of(3, 4, 5, 6), bytes(request, "x"));
      assertEquals(List.of(9), bytes(request, "a"));
      assertEquals(List.of(7, 8), bytes(request, "b"));
    }
  }

  @Test
  void whatIsReadIsCheckedAsWhatIsSent() {
    refused(
        "element 0: byte 3 (expected: 0 or 1",
        json("BOOL", "[4]", ",\"shared_memory_byte_size\":4"));
    refused(
        "4 bytes (expected: 4 of 4 each", json("FP32", "[4]", ",\"shared_memory_byte_size\":4"));
    refused("no 'shared_memory_byte_size'", json("UINT8", "[4]", ""));
    refused(
        "'shared_memory_byte_size': \"4\"",
        json("UINT8", "[4]", ",\"shared_memory_byte_size\":\"4\""));
    refused(
        "(expected: in 256 bytes 'r')", json("UINT8", "[254]", ",\"shared_memory_byte_size\":254"));
    refused(
        "no 'shape'",
        json("UINT8", "null", ",\"shared_memory_byte_size\":4").replace("\"shape\":null,", ""));
    refused(
        "both data and 'shared_memory_region'",
        json("UINT8", "[4]", ",\"shared_memory_byte_size\":4},\"data\":[1,2,3,4],\"more\":{"));
    refused(
        "both data and 'shared_memory_region'",
        json("UINT8", "[4]", ",\"shared_memory_byte_size\":4,\"binary_data_size\":4"));
  }

  @Test
  void inAMessageOneInputHasOneKindOfData() {
    var both = shared("x", "UINT8", 4).setContents(Messages.ints(1, 2, 3, 4));
    refused("contents", Messages.request().addInputs(both));
    refused(
        "raw_input_contents: 1 (expected: 0",
        Messages.request()
            .addInputs(shared("x", "UINT8", 4))
            .addRawInputContents(ByteString.copyFrom(new byte[4])));
  }

  @Test
  void whatLiesThereIsNoLargerThanABodyMayBe() {
    var limits = new ProtocolLimits(400, 400, 4, 512, 64, 8);
    var message = Messages.request();
    for (var name : List.of("a", "b")) {
      message.addInputs(
          Messages.input(name, "UINT8", 250)
              .putParameters(SharedPlace.REGION, Messages.text("r"))
              .putParameters(SharedPlace.BYTES, whole(250)));
    }
    var large = new ProtocolLimits(4096, 400, 4, 512, 64, 8);
    assertEquals(Fault.TOO_LARGE, problem(limits, message).fault());
    decode(large, message).close();
  }

  @Test
  void whereThereIsNoneItIsSaid() {
    var json = json("UINT8", "[4]", ",\"shared_memory_byte_size\":4");
    var problem =
        assertThrows(
            ProtocolException.class, () -> Requests.decode(pool, Requests.json(json)).close());
    assertEquals(Fault.NOT_OFFERED, problem.fault());
  }

  private String json(String datatype, String shape, String more) {
    return """
    {"inputs":[{"name":"x","shape":%s,"datatype":"%s","parameters":{\
    "shared_memory_region":"r","shared_memory_offset":3%s}}]}\
    """
        .formatted(shape, datatype, more);
  }

  private static InferInputTensor.Builder shared(String name, String datatype, int bytes) {
    return Messages.input(name, datatype, bytes)
        .putParameters(SharedPlace.REGION, Messages.text("r"))
        .putParameters(SharedPlace.OFFSET, whole(3))
        .putParameters(SharedPlace.BYTES, whole(bytes));
  }

  private static InferParameter whole(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }

  private InferRequest decode(InferDecoder.Body body) {
    try {
      return new InferDecoder(Requests.LIMITS, pool).decode(body, List.of(), memory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private InferRequest decode(ModelInferRequest.Builder message) {
    return decode(Requests.LIMITS, message);
  }

  private InferRequest decode(ProtocolLimits limits, ModelInferRequest.Builder message) {
    var bytes = message.build().toByteArray();
    return new MessageDecoder(limits, pool)
        .decode(new ByteArrayInputStream(bytes), OptionalLong.of(bytes.length), memory)
        .request();
  }

  private ProtocolException problem(ProtocolLimits limits, ModelInferRequest.Builder message) {
    return assertThrows(ProtocolException.class, () -> decode(limits, message).close());
  }

  private void refused(String sentence, ModelInferRequest.Builder message) {
    said(sentence, problem(Requests.LIMITS, message));
  }

  private void refused(String sentence, String json) {
    said(
        sentence, assertThrows(ProtocolException.class, () -> decode(Requests.json(json)).close()));
  }

  private static void said(String sentence, ProtocolException problem) {
    assertTrue(Requests.said(problem).contains(sentence), Requests.said(problem));
  }

  private static List<Integer> bytes(InferRequest request, String name) {
    var content = Requests.input(request, name).buffer();
    var bytes = new ArrayList<Integer>();
    while (content.hasRemaining()) {
      bytes.add((int) content.get());
    }
    return bytes;
  }
}
