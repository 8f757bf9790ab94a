package dev.weft.bench.gateway;

import com.typesafe.config.ConfigFactory;
import dev.weft.bench.process.ServerProcess;
import dev.weft.fabric.embedded.Weft;
import dev.weft.gateway.grpc.GrpcSettings;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.protection.Protection;
import dev.weft.gateway.server.ModelServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What {@code ./weft serve} starts: the fabric and the gateway before it. */
public final class WeftServer {

  private static final Logger HTTP = Logger.getLogger("io.helidon");

  private WeftServer() {}

  /**
   * @param arguments models, and folders of manifests
   */
  public static void main(String[] arguments) throws IOException {
    HTTP.setLevel(Level.WARNING);
    var config = ConfigFactory.load();
    var declared = GatewaySettings.from(config);
    try (var weft = Weft.embedded(config)) {
      for (var argument : arguments) {
        if (Files.isDirectory(Path.of(argument))) {
          weft.load(Path.of(argument));
        } else {
          var model = ServedModel.parse(argument);
          weft.register(model.name(), model.file());
        }
      }
      var http = declared.at(declared.host(), 0, false);
      var grpc = GrpcSettings.from(config).at(OptionalInt.of(0));
      try (var server =
          ModelServer.start(weft, http, grpc, Protection.none(), "bench", Desks.none())) {
        ServerProcess.serve(List.of(server.httpPort(), server.grpcPort().orElseThrow()));
      }
    }
  }
}
