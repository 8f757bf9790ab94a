package dev.weft.gateway.grpc;

import static dev.weft.gateway.grpc.Called.showing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.gateway.access.Credentials;
import dev.weft.gateway.grpc.generated.TraceSettingRequest;
import dev.weft.gateway.grpc.generated.TraceSettingRequest.SettingValue;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Which requests are traced, over gRPC, where there is nowhere to send traces. */
class TraceSettingTest {

  @TempDir private Path folder = Path.of("");

  private static TraceSettingRequest asked(String model, String name, String... values) {
    return TraceSettingRequest.newBuilder()
        .setModelName(model)
        .putSettings(name, SettingValue.newBuilder().addAllValue(List.of(values)).build())
        .build();
  }

  @Test
  void theyAreOffAndStayOff() throws Exception {
    try (var called = Called.inProcess(folder, "")) {
      var stub = called.stub();
      var off = stub.traceSetting(TraceSettingRequest.getDefaultInstance());
      assertEquals(6, off.getSettingsCount());
      assertEquals(List.of("OFF"), off.getSettingsOrThrow("trace_level").getValueList());
      assertEquals(List.of("-1"), off.getSettingsOrThrow("trace_count").getValueList());
      assertEquals(off, stub.traceSetting(asked("echo", "trace_level")));
      refused(
          Status.Code.UNIMPLEMENTED,
          () -> stub.traceSetting(asked("echo", "trace_level", "TIMESTAMPS")));
      refused(Status.Code.NOT_FOUND, () -> stub.traceSetting(asked("none", "trace_level")));
    }
  }

  @Test
  void whoMayOnlyLookChangesNothing() throws Exception {
    var infer = Credentials.key(1);
    var observe = Credentials.key(2);
    var accounts =
        Credentials.access(
            folder,
            Credentials.line(infer, "acme", "infer"),
            Credentials.line(observe, "acme", "observe"));
    try (var called = Called.inProcess(folder, accounts)) {
      var none = TraceSettingRequest.getDefaultInstance();
      var observing = called.stub().withInterceptors(showing(observe));
      assertEquals(6, observing.traceSetting(none).getSettingsCount());
      refused(
          Status.Code.PERMISSION_DENIED,
          () -> observing.traceSetting(asked("", "trace_level", "OFF")));
      refused(
          Status.Code.PERMISSION_DENIED,
          () -> called.stub().withInterceptors(showing(infer)).traceSetting(none));
    }
  }

  private static void refused(Status.Code status, Executable call) {
    var refusal = assertThrows(StatusRuntimeException.class, call);
    assertEquals(status, refusal.getStatus().getCode(), refusal.toString());
  }
}
