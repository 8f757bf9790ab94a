package dev.weft.gateway.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.ModelInferRequest.InferRequestedOutputTensor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs as classes over gRPC. */
class ClassifiedTest {

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
  void classesComeRawOrTyped() {
    var raw = called.stub().modelInfer(classified(2, 1, 3, 2, 4));
    assertEquals("BYTES", raw.getOutputs(0).getDatatype());
    assertEquals(List.of(1L, 2L), raw.getOutputs(0).getShapeList());
    assertEquals(
        ByteString.copyFrom("\5\0\0\0004.0:3\5\0\0\0003.0:1", StandardCharsets.ISO_8859_1),
        raw.getRawOutputContents(0));
    var typed =
        called
            .stub()
            .modelInfer(
                classified(1, 1, 3, 2, 4).toBuilder()
                    .putParameters(
                        "binary_data_output",
                        InferParameter.newBuilder().setBoolParam(false).build())
                    .build());
    assertEquals(
        List.of(ByteString.copyFromUtf8("4.0:3")),
        typed.getOutputs(0).getContents().getBytesContentsList());
  }

  @Test
  void whatCannotBeClassifiedIsRefused() {
    var refused =
        assertThrows(
            StatusRuntimeException.class,
            () -> called.stub().modelInfer(classified(0, 1, 2, 3, 4)));
    assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
    assertTrue(Called.said(refused).contains("'classification': 0"), Called.said(refused));
  }

  @Test
  void whatGoesBeyondItsBoundAfterTheFrameHasRunIsAnsweredToo() {
    var rows = (1 << 14) + 1;
    var many =
        Called.request("echo", rows, 4)
            .addOutputs(output(4))
            .addRawInputContents(ByteString.copyFrom(new byte[rows * 16]))
            .build();
    var refused = assertThrows(StatusRuntimeException.class, () -> called.stub().modelInfer(many));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.getStatus().getCode());
    assertEquals("too-large", Called.trailer(refused, Refusal.CODE));
    assertTrue(Called.trailer(refused, Refusal.FRAME).startsWith("echo:"));
  }

  private static ModelInferRequest classified(int classes, float... values) {
    return Called.echo("", values).toBuilder().addOutputs(output(classes)).build();
  }

  private static InferRequestedOutputTensor.Builder output(int classes) {
    return InferRequestedOutputTensor.newBuilder()
        .setName("y")
        .putParameters(
            "classification", InferParameter.newBuilder().setInt64Param(classes).build());
  }
}
