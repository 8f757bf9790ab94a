package dev.weft.gateway.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.ModelConfigRequest;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.ModelInferResponse;
import dev.weft.gateway.grpc.generated.ModelStreamInferResponse;
import dev.weft.gateway.http.Recurrent;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State between requests over gRPC, also of one stream that does not wait for its answers. */
class SequenceTest {

  @TempDir private Path folder = Path.of("");
  private Called called;

  @BeforeEach
  void start() throws IOException {
    called = Called.inProcess(folder, "");
    Recurrent.deploy(called.served.weft, folder);
  }

  /** Leaks are traced: state that nobody gave back fails here. */
  @AfterEach
  void stop() throws Exception {
    called.close();
  }

  private static ModelInferRequest.Builder step(
      InferParameter id, boolean starts, boolean ends, float x) {
    return Called.request("sum", 1, 1)
        .addRawInputContents(Called.raw(x))
        .putParameters("sequence_id", id)
        .putParameters("sequence_start", InferParameter.newBuilder().setBoolParam(starts).build())
        .putParameters("sequence_end", InferParameter.newBuilder().setBoolParam(ends).build());
  }

  private static InferParameter text(String id) {
    return InferParameter.newBuilder().setStringParam(id).build();
  }

  private static float y(ModelInferResponse response) {
    assertEquals(1, response.getOutputsCount());
    assertEquals("y", response.getOutputs(0).getName());
    return response
        .getRawOutputContents(0)
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .getFloat();
  }

  private float infer(ModelInferRequest.Builder request) {
    return y(called.stub().modelInfer(request.build()));
  }

  @Test
  void requestsOfOneSequenceMeetWhatTheOneBeforeLeft() {
    for (var id :
        List.of(
            InferParameter.newBuilder().setInt64Param(7).build(),
            InferParameter.newBuilder().setUint64Param(-1).build(),
            text("visit"))) {
      assertEquals(8, infer(step(id, true, false, 8)));
      assertEquals(6, infer(step(id, false, false, 2)));
      assertEquals(3, infer(step(id, false, true, 0)));
      var refused =
          assertThrows(StatusRuntimeException.class, () -> infer(step(id, false, false, 0)));
      assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
      assertEquals("invalid-input", Called.trailer(refused, Refusal.CODE));
      assertTrue(Called.said(refused).contains("sequence_start"), Called.said(refused));
    }
    called.awaitNothingLeft();
  }

  @Test
  void withoutASequenceAModelWithStateAnswersNothing() {
    var request = Called.request("sum", 1, 1).addRawInputContents(Called.raw(1));
    var refused = assertThrows(StatusRuntimeException.class, () -> infer(request));
    assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
    assertTrue(Called.said(refused).contains("'sequence_id': none"), Called.said(refused));
  }

  @Test
  void stateIsNotForClientsToGive() {
    var request = step(text("a"), true, false, 1);
    request
        .addInputs(request.getInputs(0).toBuilder().setName("h"))
        .addRawInputContents(Called.raw(5));
    var refused = assertThrows(StatusRuntimeException.class, () -> infer(request));
    assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
    assertTrue(Called.said(refused).contains("[h]"), Called.said(refused));
    called.awaitNothingLeft();
  }

  @Test
  void aStreamNeedNotWaitForItsAnswers() throws Exception {
    var answers = new CopyOnWriteArrayList<ModelStreamInferResponse>();
    var over = new CompletableFuture<Void>();
    var requests =
        GRPCInferenceServiceGrpc.newStub(called.channel)
            .modelStreamInfer(
                new StreamObserver<ModelStreamInferResponse>() {
                  @Override
                  public void onNext(ModelStreamInferResponse answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable problem) {
                    over.completeExceptionally(problem);
                  }

                  @Override
                  public void onCompleted() {
                    over.complete(null);
                  }
                });
    for (var i = 0; i < 200; i++) {
      requests.onNext(step(text("a"), i == 0, i == 199, i % 5).build());
    }
    requests.onCompleted();
    over.get(60, TimeUnit.SECONDS);
    var state = 0f;
    for (var i = 0; i < 200; i++) {
      state = state / 2 + i % 5;
      assertEquals("", answers.get(i).getErrorMessage());
      assertEquals(state, y(answers.get(i).getInferResponse()));
    }
    called.awaitNothingLeft();
  }

  @Test
  void itsConfigurationHasItsState() {
    var config =
        called
            .stub()
            .modelConfig(ModelConfigRequest.newBuilder().setName("sum").build())
            .getConfig();
    assertEquals(
        List.of("x"), config.getInputList().stream().map(input -> input.getName()).toList());
    assertEquals(
        List.of("y"), config.getOutputList().stream().map(output -> output.getName()).toList());
    var sequences = config.getSequenceBatching();
    assertEquals(60_000_000, sequences.getMaxSequenceIdleMicroseconds());
    var state = sequences.getState(0);
    assertEquals("h <- hN", state.getInputName() + " <- " + state.getOutputName());
    assertEquals(List.of(1L, 1L), state.getDimsList());
    assertTrue(state.getInitialState(0).getZeroData());
  }
}
