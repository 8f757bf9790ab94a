package dev.weft.gateway.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.ModelInferRequest.InferInputTensor;
import dev.weft.gateway.grpc.generated.ModelInferRequest.InferRequestedOutputTensor;
import dev.weft.gateway.grpc.generated.ServerMetadataRequest;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryRegisterRequest;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryStatusRequest;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryUnregisterRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Tensors in the shared memory of this machine, over gRPC. */
@EnabledOnOs(OS.LINUX)
class SharedMemoryTest {

  private static final String ON = "gateway.shared-memory.enabled = on";

  @TempDir private Path folder = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void makeFile() throws IOException {
    file = Files.createTempFile(Path.of("/dev/shm"), "weft-test-", "");
    Files.write(file, Called.raw(1, 2, 3, 4, 0, 0, 0, 0).toByteArray());
  }

  @AfterEach
  void deleteFile() throws IOException {
    Files.deleteIfExists(file);
  }

  @Test
  void tensorsComeFromAndGoToRegionsThatAreRegistered() throws Exception {
    try (var called = Called.inProcess(folder, ON)) {
      var stub = called.stub();
      assertTrue(
          stub.serverMetadata(ServerMetadataRequest.getDefaultInstance())
              .getExtensionsList()
              .contains("system_shared_memory"));
      var _ = stub.systemSharedMemoryRegister(region("in", 0, 16));
      var _ = stub.systemSharedMemoryRegister(region("out", 16, 16));
      var all = stub.systemSharedMemoryStatus(status(""));
      assertEquals(Set.of("in", "out"), all.getRegionsMap().keySet());
      var one = stub.systemSharedMemoryStatus(status("out")).getRegionsOrThrow("out");
      assertEquals("/" + file.getFileName(), one.getKey());
      assertEquals(16, one.getOffset());
      assertEquals(16, one.getByteSize());

      var answer = stub.modelInfer(echo("in", "out"));
      assertEquals(List.of(ByteString.EMPTY), answer.getRawOutputContentsList());
      var output = answer.getOutputs(0);
      assertEquals(List.of(1L, 4L), output.getShapeList());
      assertEquals("out", output.getParametersOrThrow("shared_memory_region").getStringParam());
      assertEquals(16, output.getParametersOrThrow("shared_memory_byte_size").getInt64Param());
      assertArrayEquals(Called.raw(1, 2, 3, 4, 1, 2, 3, 4).toByteArray(), Files.readAllBytes(file));

      var _ = stub.systemSharedMemoryUnregister(unregister("out"));
      refused(
          Status.Code.INVALID_ARGUMENT,
          "region 'out': not registered",
          () -> stub.modelInfer(echo("in", "out")));
      refused(
          Status.Code.NOT_FOUND,
          "region: 'out'",
          () -> stub.systemSharedMemoryStatus(status("out")));
      var _ = stub.systemSharedMemoryUnregister(unregister(""));
      assertEquals(0, stub.systemSharedMemoryStatus(status("")).getRegionsCount());
      called.awaitNothingLeft();
    }
  }

  @Test
  void whatWasCutAfterItWasRegisteredIsRefusedBeforeAndAfterTheFrame() throws Exception {
    try (var called = Called.inProcess(folder, ON)) {
      var stub = called.stub();
      var _ = stub.systemSharedMemoryRegister(region("in", 0, 16));
      var _ = stub.systemSharedMemoryRegister(region("out", 16, 16));
      Files.write(file, Called.raw(1, 2, 3, 4).toByteArray());
      refused(
          Status.Code.INVALID_ARGUMENT,
          "16 bytes (expected: >= 32",
          () -> stub.modelInfer(echo("in", "out")));
      assertEquals(16, Files.size(file));
      Files.write(file, new byte[0]);
      refused(
          Status.Code.INVALID_ARGUMENT,
          "0 bytes (expected: >= 16",
          () -> stub.modelInfer(echo("in", "out")));
      refused(
          Status.Code.INVALID_ARGUMENT,
          "-1 bytes at 0",
          () -> stub.systemSharedMemoryRegister(region("r", 0, -1)));
      called.awaitNothingLeft();
    }
  }

  @Test
  void unlessItIsTurnedOnThereIsNone() throws Exception {
    try (var called = Called.inProcess(folder, "")) {
      var stub = called.stub();
      for (Executable call :
          List.<Executable>of(
              () -> stub.systemSharedMemoryRegister(region("in", 0, 16)),
              () -> stub.systemSharedMemoryStatus(status("")),
              () -> stub.systemSharedMemoryUnregister(unregister("")),
              () -> stub.modelInfer(echo("in", "out")))) {
        refused(Status.Code.UNIMPLEMENTED, "off", call);
      }
      called.awaitNothingLeft();
    }
  }

  private SystemSharedMemoryRegisterRequest region(String name, long offset, long bytes) {
    return SystemSharedMemoryRegisterRequest.newBuilder()
        .setName(name)
        .setKey("/" + file.getFileName())
        .setOffset(offset)
        .setByteSize(bytes)
        .build();
  }

  private static SystemSharedMemoryStatusRequest status(String name) {
    return SystemSharedMemoryStatusRequest.newBuilder().setName(name).build();
  }

  private static SystemSharedMemoryUnregisterRequest unregister(String name) {
    return SystemSharedMemoryUnregisterRequest.newBuilder().setName(name).build();
  }

  private static ModelInferRequest echo(String from, String to) {
    return ModelInferRequest.newBuilder()
        .setModelName("echo")
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("x")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(4)
                .putParameters("shared_memory_region", text(from))
                .putParameters("shared_memory_byte_size", whole(16)))
        .addOutputs(
            InferRequestedOutputTensor.newBuilder()
                .setName("y")
                .putParameters("shared_memory_region", text(to))
                .putParameters("shared_memory_byte_size", whole(16)))
        .build();
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  private static InferParameter whole(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }

  private static void refused(Status.Code status, String sentence, Executable call) {
    var refused = assertThrows(StatusRuntimeException.class, call);
    assertEquals(status, refused.getStatus().getCode(), refused.toString());
    assertTrue(Called.said(refused).contains(sentence), Called.said(refused));
  }
}
