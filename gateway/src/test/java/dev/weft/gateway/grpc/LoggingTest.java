package dev.weft.gateway.grpc;

import static dev.weft.gateway.grpc.Called.showing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.access.Credentials;
import dev.weft.gateway.grpc.generated.LogSettingsRequest;
import dev.weft.gateway.grpc.generated.LogSettingsRequest.SettingValue;
import dev.weft.gateway.log.Verbosity;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much is logged, over gRPC. */
class LoggingTest {

  @TempDir private Path folder = Path.of("");

  @Test
  void itIsShownAndChanged() throws Exception {
    try (var called = Called.inProcess(folder, "")) {
      var stub = called.stub();
      var before = stub.logSettings(LogSettingsRequest.getDefaultInstance());
      assertEquals(6, before.getSettingsCount());
      assertTrue(before.getSettingsOrThrow("log_error").getBoolParam());
      assertEquals("default", before.getSettingsOrThrow("log_format").getStringParam());
      var after =
          stub.logSettings(asked("log_verbose_level", SettingValue.newBuilder().setUint32Param(1)));
      assertEquals(1, after.getSettingsOrThrow("log_verbose_level").getUint32Param());
      assertEquals(Verbosity.ALL, called.served.desk.verbosity());
      var refused =
          assertThrows(
              StatusRuntimeException.class,
              () ->
                  stub.logSettings(
                      asked("log_file", SettingValue.newBuilder().setStringParam("x"))));
      assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
      assertThrows(
          StatusRuntimeException.class,
          () -> stub.logSettings(asked("log_info", SettingValue.newBuilder())));
    }
  }

  @Test
  void whoMayOnlyLookChangesNothing() throws Exception {
    var observer = Credentials.key(1);
    var operator = Credentials.key(2);
    var inferer = Credentials.key(3);
    var accounts =
        Credentials.access(
            folder,
            Credentials.line(observer, "acme", "observe"),
            Credentials.line(operator, "acme", "operate"),
            Credentials.line(inferer, "acme", "infer"));
    try (var called = Called.inProcess(folder, accounts)) {
      var change = asked("log_info", SettingValue.newBuilder().setBoolParam(true));
      var none = LogSettingsRequest.getDefaultInstance();
      var looking = called.stub().withInterceptors(showing(observer));
      assertEquals(6, looking.logSettings(none).getSettingsCount());
      var refused = assertThrows(StatusRuntimeException.class, () -> looking.logSettings(change));
      assertEquals(Status.Code.PERMISSION_DENIED, refused.getStatus().getCode());
      assertEquals("forbidden", Called.trailer(refused, Refusal.CODE));
      assertThrows(
          StatusRuntimeException.class,
          () -> called.stub().withInterceptors(showing(inferer)).logSettings(none));
      assertEquals(Verbosity.WARNINGS, called.served.desk.verbosity());
      var _ = called.stub().withInterceptors(showing(operator)).logSettings(change);
      assertEquals(Verbosity.EVENTS, called.served.desk.verbosity());
    }
  }

  private static LogSettingsRequest asked(String name, SettingValue.Builder value) {
    return LogSettingsRequest.newBuilder().putSettings(name, value.build()).build();
  }
}
