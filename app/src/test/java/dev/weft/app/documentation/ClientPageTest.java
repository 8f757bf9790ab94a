package dev.weft.app.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Weft;
import dev.weft.gateway.http.Gateway;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.protection.Protection;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java in {@code docs/client.md} against a gateway. */
class ClientPageTest {

  private static final String IMPORTS =
      """
      import dev.weft.client.*;
      import dev.weft.client.binding.*;
      import dev.weft.client.retry.*;
      import dev.weft.client.tensor.*;
      import java.time.*;
      import java.util.*;
      """;

  @TempDir private Path folder;
  private Weft weft;
  private Gateway gateway;

  @BeforeEach
  void serve() throws IOException {
    var config =
        ConfigFactory.parseString("weft.gateway.port = 0").withFallback(ConfigFactory.load());
    weft = Weft.embedded(config);
    model("simple", TinyModels.addSub());
    model("echo", TinyModels.identity(Datatype.FP32, "n", 4));
    gateway = Gateway.start(weft, GatewaySettings.from(config), Protection.none(), "1.2.3");
  }

  private void model(String name, byte[] content) throws IOException {
    weft.register(name, Files.write(folder.resolve(name + ".onnx"), content));
  }

  @AfterEach
  void end() {
    gateway.close();
    weft.close();
  }

  private String run(String name) throws Exception {
    var url = "http://127.0.0.1:" + gateway.port();
    return Snippet.of("docs/client.md", name, IMPORTS).run(folder, "String url", String.class, url);
  }

  @Test
  void recordsGoThereAndBack() throws Exception {
    assertEquals("[5.0, 6.0, 7.0, 8.5]", run("records").strip());
  }

  @Test
  void tensorsGoThereAndBack() throws Exception {
    assertEquals("[2, 2]", run("tensors").strip());
  }

  @Test
  void termsAreToldAndARefusalIsRead() throws Exception {
    var printed = run("terms");
    assertTrue(printed.startsWith("frame "), printed);
    assertTrue(printed.contains("not-found (404)"), printed);
  }

  @Test
  void settingsAreTaken() throws Exception {
    assertEquals("true", run("settings").strip());
  }
}
