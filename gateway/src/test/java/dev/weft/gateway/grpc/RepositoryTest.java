package dev.weft.gateway.grpc;

import static dev.weft.gateway.grpc.Called.showing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.weft.gateway.access.Credentials;
import dev.weft.gateway.grpc.generated.ModelRepositoryParameter;
import dev.weft.gateway.grpc.generated.RepositoryIndexRequest;
import dev.weft.gateway.grpc.generated.RepositoryModelLoadRequest;
import dev.weft.gateway.grpc.generated.RepositoryModelUnloadRequest;
import dev.weft.gateway.grpc.generated.ServerMetadataRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Models that clients load and unload, over gRPC. */
class RepositoryTest {

  @TempDir private Path folder = Path.of("");

  private static RepositoryModelLoadRequest load(String model) {
    return RepositoryModelLoadRequest.newBuilder().setModelName(model).build();
  }

  private static RepositoryModelUnloadRequest unload(String model) {
    var dependents = ModelRepositoryParameter.newBuilder().setBoolParam(true).build();
    return RepositoryModelUnloadRequest.newBuilder()
        .setModelName(model)
        .putParameters("unload_dependents", dependents)
        .build();
  }

  @Test
  void whatIsAskedIsDoneAndTheIndexTellsIt() throws Exception {
    try (var called = Called.inProcess(folder, "")) {
      var stub = called.stub();
      var extensions = stub.serverMetadata(ServerMetadataRequest.getDefaultInstance());
      assertTrue(
          extensions
              .getExtensionsList()
              .containsAll(List.of("model_repository", "model_repository(unload_dependents)")));
      assertEquals("[spare:UNAVAILABLE:unloaded]", out(called));
      var _ = stub.repositoryModelLoad(load("spare"));
      assertEquals("[]", out(called));
      var _ = stub.repositoryModelUnload(unload("spare"));
      assertEquals("[spare:UNAVAILABLE:unloaded]", out(called));
      assertEquals(List.of("load spare", "unload spare"), called.served.repository.asked());
    }
  }

  private static String out(Called called) {
    return called
        .stub()
        .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
        .getModelsList()
        .stream()
        .filter(model -> !model.getState().equals("READY"))
        .map(model -> model.getName() + ":" + model.getState() + ":" + model.getReason())
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void whatCannotBeIsRefusedByName() throws Exception {
    try (var called = Called.inProcess(folder, "")) {
      var stub = called.stub();
      refused(
          Status.Code.NOT_FOUND,
          "model: 'none' (expected: one of [echo, simple, spare])",
          () -> stub.repositoryModelLoad(load("none")));
      for (var name : List.of("", "..", "../outside", "/etc/passwd", "a\\b", "a%2Fb", "a\0b")) {
        refused(
            Status.Code.INVALID_ARGUMENT,
            "model: '" + name + "' (expected: a name",
            () -> stub.repositoryModelLoad(load(name)));
        refused(
            Status.Code.INVALID_ARGUMENT,
            "model: '" + name + "' (expected: a name",
            () -> stub.repositoryModelUnload(unload(name)));
      }
      var file =
          load("spare").toBuilder()
              .putParameters(
                  "file:1/model.onnx",
                  ModelRepositoryParameter.newBuilder()
                      .setBytesParam(ByteString.copyFrom(new byte[7]))
                      .build())
              .build();
      refused(
          Status.Code.UNIMPLEMENTED,
          "model 'spare': parameter 'file:1/model.onnx'",
          () -> stub.repositoryModelLoad(file));
      assertEquals(List.of("load none"), called.served.repository.asked());
    }
  }

  private static void refused(Status.Code status, String said, Executable call) {
    var refusal = assertThrows(StatusRuntimeException.class, call);
    assertEquals(status, refusal.getStatus().getCode(), refusal.toString());
    assertTrue(Called.said(refusal).startsWith(said), Called.said(refusal));
  }

  @Test
  void onlyWhoMayOperateChangesWhatIsServed() throws Exception {
    var observe = Credentials.key(1);
    var operate = Credentials.key(2);
    var accounts =
        Credentials.access(
            folder,
            Credentials.line(observe, "acme", "infer, observe"),
            Credentials.line(operate, "acme", "operate"));
    try (var called = Called.inProcess(folder, accounts)) {
      var observing = called.stub().withInterceptors(showing(observe));
      refused(
          Status.Code.PERMISSION_DENIED,
          "role: infer, observe",
          () -> observing.repositoryModelLoad(load("spare")));
      refused(
          Status.Code.PERMISSION_DENIED,
          "role: infer, observe",
          () -> observing.repositoryModelUnload(unload("echo")));
      assertEquals(List.of(), called.served.repository.asked());
      var _ = called.stub().withInterceptors(showing(operate)).repositoryModelLoad(load("spare"));
      assertEquals(List.of("load spare"), called.served.repository.asked());
    }
  }
}
