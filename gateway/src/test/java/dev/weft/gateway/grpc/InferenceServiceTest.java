package dev.weft.gateway.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.weft.gateway.grpc.generated.DataType;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.InferTensorContents;
import dev.weft.gateway.grpc.generated.ModelConfigRequest;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.ModelInferResponse;
import dev.weft.gateway.grpc.generated.ModelMetadataRequest;
import dev.weft.gateway.grpc.generated.ModelReadyRequest;
import dev.weft.gateway.grpc.generated.ModelStatistics;
import dev.weft.gateway.grpc.generated.ModelStatisticsRequest;
import dev.weft.gateway.grpc.generated.RepositoryIndexRequest;
import dev.weft.gateway.grpc.generated.ServerLiveRequest;
import dev.weft.gateway.grpc.generated.ServerMetadataRequest;
import dev.weft.gateway.grpc.generated.ServerReadyRequest;
import dev.weft.gateway.http.Served;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferenceServiceTest {

  @TempDir private Path folder = Path.of("");
  private Called called;

  @BeforeEach
  void start() throws Exception {
    called = Called.inProcess(folder, "");
  }

  @AfterEach
  void end() throws Exception {
    called.awaitNothingLeft();
    called.close();
  }

  @Test
  void theServerAndItsModelsDescribeThemselves() {
    var stub = called.stub();
    assertTrue(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
    assertTrue(stub.serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
    assertTrue(stub.modelReady(ModelReadyRequest.newBuilder().setName("echo").build()).getReady());
    var server = stub.serverMetadata(ServerMetadataRequest.getDefaultInstance());
    assertEquals("weft", server.getName());
    assertEquals("1.2.3", server.getVersion());
    assertTrue(server.getExtensionsList().contains("schedule_policy"));
    var model =
        stub.modelMetadata(
            ModelMetadataRequest.newBuilder().setName("echo").setVersion("1").build());
    assertEquals("echo", model.getName());
    assertEquals(List.of("1"), model.getVersionsList());
    assertEquals("onnx_onnxv1", model.getPlatform());
    assertEquals("x", model.getInputs(0).getName());
    assertEquals("FP32", model.getInputs(0).getDatatype());
    assertEquals(List.of(-1L, 4L), model.getInputs(0).getShapeList());
    assertEquals("y", model.getOutputs(0).getName());
    var config =
        stub.modelConfig(ModelConfigRequest.newBuilder().setName("text").build()).getConfig();
    assertEquals(DataType.TYPE_STRING, config.getInput(0).getDataType());
    assertEquals(List.of(-1L), config.getOutput(0).getDimsList());
    var index = stub.repositoryIndex(RepositoryIndexRequest.newBuilder().setReady(true).build());
    assertEquals(
        Set.of("echo", "half", "held", "log", "simple", "text"),
        index.getModelsList().stream().map(each -> each.getName()).collect(Collectors.toSet()));
    assertEquals("READY", index.getModels(0).getState());
  }

  @Test
  void anInferenceIsAnsweredRawWhateverFormItCameIn() {
    var typed = called.stub().modelInfer(Called.echo("7", 1, 2, 3, 4.5f));
    var raw =
        called
            .stub()
            .modelInfer(
                Called.request("echo", 1, 4)
                    .setId("7")
                    .setModelVersion("1")
                    .addRawInputContents(Called.raw(1, 2, 3, 4.5f))
                    .build());
    assertEquals(1 + frame(typed), frame(raw), "each has a frame of its own");
    assertEquals(
        typed.toBuilder().clearParameters().build(), raw.toBuilder().clearParameters().build());
    assertEquals("echo", raw.getModelName());
    assertEquals("1", raw.getModelVersion());
    assertEquals("7", raw.getId());
    assertEquals("FP32", raw.getOutputs(0).getDatatype());
    assertEquals(List.of(1L, 4L), raw.getOutputs(0).getShapeList());
    assertFalse(raw.getOutputs(0).hasContents());
    assertEquals(List.of(Called.raw(1, 2, 3, 4.5f)), raw.getRawOutputContentsList());
  }

  /** Its number, as {@code echo:7} has it. */
  private static int frame(ModelInferResponse response) {
    var id = response.getParametersOrThrow("weft_frame").getStringParam();
    assertTrue(id.startsWith("echo:"), id);
    return Integer.parseInt(id.substring("echo:".length()));
  }

  @Test
  void outputsAreTypedForWhoWantsNoneInBinary() {
    var answer =
        called
            .stub()
            .modelInfer(
                Called.echo("", 1, 2, 3, 4).toBuilder()
                    .putParameters("binary_data_output", flag(false))
                    .build());
    assertEquals(0, answer.getRawOutputContentsCount());
    assertEquals(List.of(1f, 2f, 3f, 4f), answer.getOutputs(0).getContents().getFp32ContentsList());
    var text =
        called
            .stub()
            .modelInfer(text("a", "é").putParameters("binary_data_output", flag(false)).build());
    assertEquals(
        List.of(ByteString.copyFromUtf8("a"), ByteString.copyFromUtf8("é")),
        text.getOutputs(0).getContents().getBytesContentsList());
    var half = half().putParameters("binary_data_output", flag(false)).build();
    var refused = assertThrows(StatusRuntimeException.class, () -> called.stub().modelInfer(half));
    assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
  }

  private static InferParameter flag(boolean value) {
    return InferParameter.newBuilder().setBoolParam(value).build();
  }

  private static ModelInferRequest.Builder text(String... values) {
    var contents = InferTensorContents.newBuilder();
    for (var value : values) {
      contents.addBytesContents(ByteString.copyFromUtf8(value));
    }
    return ModelInferRequest.newBuilder()
        .setModelName("text")
        .addInputs(
            ModelInferRequest.InferInputTensor.newBuilder()
                .setName("x")
                .setDatatype("BYTES")
                .addShape(values.length)
                .setContents(contents));
  }

  private static ModelInferRequest.Builder half() {
    return ModelInferRequest.newBuilder()
        .setModelName("half")
        .addInputs(
            ModelInferRequest.InferInputTensor.newBuilder()
                .setName("x")
                .setDatatype("FP16")
                .addShape(1)
                .addShape(4))
        .addRawInputContents(ByteString.copyFrom(new byte[] {0, 0x3C, 0, 0x40, 0, 0, 0, 0x3C}));
  }

  @Test
  void textsAndHalfFloatsComeAndGoRaw() {
    var texts = called.stub().modelInfer(text("ab", "").build());
    var encoded =
        ByteBuffer.allocate(10)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(2)
            .put((byte) 'a')
            .put((byte) 'b')
            .putInt(0)
            .array();
    assertArrayEquals(encoded, texts.getRawOutputContents(0).toByteArray());
    var halves = called.stub().modelInfer(half().build());
    assertEquals(half().getRawInputContents(0), halves.getRawOutputContents(0));
  }

  @Test
  void onlyTheOutputsThatAreAskedForAreAnswered() {
    var row = InferTensorContents.newBuilder();
    for (var i = 0; i < 16; i++) {
      row.addIntContents(i);
    }
    var request = ModelInferRequest.newBuilder().setModelName("simple");
    for (var name : List.of("INPUT0", "INPUT1")) {
      request.addInputs(
          ModelInferRequest.InferInputTensor.newBuilder()
              .setName(name)
              .setDatatype("INT32")
              .addShape(1)
              .addShape(16)
              .setContents(row));
    }
    var both = called.stub().modelInfer(request.build());
    assertEquals(2, both.getRawOutputContentsCount());
    request.addOutputs(
        ModelInferRequest.InferRequestedOutputTensor.newBuilder().setName("OUTPUT1"));
    var one = called.stub().modelInfer(request.build());
    assertEquals("OUTPUT1", one.getOutputs(0).getName());
    assertEquals(1, one.getRawOutputContentsCount());
    assertEquals(ByteString.copyFrom(new byte[64]), one.getRawOutputContents(0));
    request.addOutputs(
        ModelInferRequest.InferRequestedOutputTensor.newBuilder().setName("OUTPUT2"));
    refused(request.build(), Status.Code.INVALID_ARGUMENT, "invalid", "output 'OUTPUT2' of model");
  }

  @Test
  void whatIsWrongHasAStatusACodeAndASentence() {
    refused(
        Called.request("none", 1).addRawInputContents(Called.raw(1)).build(),
        Status.Code.NOT_FOUND,
        "not-found",
        "model: 'none' (expected: one of [echo, half, held, log, simple, text])");
    refused(
        Called.echo("", 1, 2, 3, 4).toBuilder().setModelVersion("2").build(),
        Status.Code.NOT_FOUND,
        "not-found",
        "model 'echo': version 2 (expected: 1)");
    refused(
        Called.request("echo", 1, 4).addRawInputContents(Called.raw(1)).build(),
        Status.Code.INVALID_ARGUMENT,
        "invalid",
        "input 'x': 4 bytes (expected: 4 of 4 each for shape [1, 4])");
    refused(
        Called.echo("", Float.NaN, 2, 3, 4), Status.Code.INVALID_ARGUMENT, "invalid-input", "x");
    refused(
        Called.echo("", 1, 2, 3, 4).toBuilder()
            .putParameters("sequence_id", InferParameter.newBuilder().setInt64Param(-3).build())
            .build(),
        Status.Code.INVALID_ARGUMENT,
        "invalid",
        "parameter 'sequence_id': -3 (expected: a whole number from 0");
    var missing =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                called
                    .stub()
                    .modelMetadata(ModelMetadataRequest.newBuilder().setName("none").build()));
    assertEquals(Status.Code.NOT_FOUND, missing.getStatus().getCode());
    assertEquals("not-found", Called.trailer(missing, Refusal.CODE));
  }

  private void refused(
      ModelInferRequest request, Status.Code status, String code, String sentence) {
    var refused =
        assertThrows(StatusRuntimeException.class, () -> called.stub().modelInfer(request));
    assertEquals(status, refused.getStatus().getCode());
    assertEquals(code, Called.trailer(refused, Refusal.CODE));
    assertTrue(Called.said(refused).contains(sentence), Called.said(refused));
  }

  @Test
  void whatCameThisWayIsCounted() {
    called.stub().modelInfer(Called.echo("", 1, 2, 3, 4));
    assertThrows(
        StatusRuntimeException.class,
        () -> called.stub().modelInfer(Called.echo("", Float.NaN, 2, 3, 4)));
    // A refusal is there before it is counted.
    Served.await("counted", () -> counted().getInferenceStats().getFail().getCount() == 1);
    var echo = counted();
    assertEquals("echo", echo.getName());
    assertEquals(1, echo.getInferenceCount());
    assertEquals(1, echo.getExecutionCount());
    assertTrue(echo.getInferenceStats().getComputeInput().getNs() > 0);
    assertTrue(
        echo.getInferenceStats().getSuccess().getNs()
            >= echo.getInferenceStats().getComputeInfer().getNs());
    var all = called.stub().modelStatistics(ModelStatisticsRequest.getDefaultInstance());
    assertEquals(6, all.getModelStatsCount());
  }

  private ModelStatistics counted() {
    return called
        .stub()
        .modelStatistics(ModelStatisticsRequest.newBuilder().setName("echo").build())
        .getModelStats(0);
  }

  @Test
  void whatTheProtocolHasBesideIsRefusedByName() {
    var refused =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    called.channel,
                    bare("inference.GRPCInferenceService/CudaSharedMemoryStatus"),
                    CallOptions.DEFAULT,
                    new ByteArrayInputStream(new byte[0])));
    assertEquals(Status.Code.UNIMPLEMENTED, refused.getStatus().getCode());
    assertEquals("not-offered", Called.trailer(refused, Refusal.CODE));
    assertTrue(
        Called.said(refused).startsWith("method 'CudaSharedMemoryStatus': not offered"),
        Called.said(refused));
    assertTrue(Called.said(refused).contains("ModelStreamInfer"), Called.said(refused));
    var unknown =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    called.channel,
                    bare("other.Service/Method"),
                    CallOptions.DEFAULT,
                    new ByteArrayInputStream(new byte[0])));
    assertEquals(Status.Code.UNIMPLEMENTED, unknown.getStatus().getCode());
  }

  private static MethodDescriptor<InputStream, InputStream> bare(String method) {
    return MethodDescriptor.newBuilder(RawMessage.MARSHALLER, RawMessage.MARSHALLER)
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(method)
        .build();
  }

  @Test
  void aMessageThatIsNoneIsRefusedAsTheRest() {
    var refused =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    called.channel,
                    bare("inference.GRPCInferenceService/ModelInfer"),
                    CallOptions.DEFAULT,
                    new ByteArrayInputStream(new byte[] {1, 2, 3})));
    assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
    assertFalse(Called.trailer(refused, Refusal.CODE).isEmpty());
  }
}
