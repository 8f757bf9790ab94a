package dev.weft.gateway.http;

import static dev.weft.gateway.access.Credentials.as;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import dev.weft.gateway.access.Credentials;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tensors in the shared memory of this machine, over HTTP. */
@EnabledOnOs(OS.LINUX)
class SharedMemoryTest {

  private static final String ON = "gateway.shared-memory.enabled = on";
  private static final String STATUS = "/v2/systemsharedmemory/status";
  private static final String REGISTER = "/v2/systemsharedmemory/region/%s/register";

  @TempDir private Path folder = Path.of("");
  private Path file = Path.of("");
  private String key = "";

  @BeforeEach
  void makeFile() throws IOException {
    file = Files.createTempFile(Path.of("/dev/shm"), "acme.weft-test-", "");
    key = "/" + file.getFileName();
    Files.write(file, floats(1, 2, 3, 4, 0, 0, 0, 0));
  }

  @AfterEach
  void deleteFile() throws IOException {
    Files.deleteIfExists(file);
  }

  @Test
  void tensorsComeFromAndGoToRegionsThatAreRegistered() throws Exception {
    try (var served = Served.start(folder, ON)) {
      assertTrue(served.get("/v2").body().contains("\"system_shared_memory\""));
      assertEquals(200, register(served, "in", 0, 16).statusCode());
      assertEquals(200, register(served, "out", 16, 16).statusCode());
      var in = "{\"name\":\"in\",\"key\":\"%s\",\"offset\":0,\"byte_size\":16}".formatted(key);
      var out = "{\"name\":\"out\",\"key\":\"%s\",\"offset\":16,\"byte_size\":16}".formatted(key);
      assertEquals("[%s,%s]".formatted(in, out), served.get(STATUS).body());
      assertEquals(
          "[%s]".formatted(in), served.get("/v2/systemsharedmemory/region/in/status").body());

      var answer = served.post("/v2/models/echo/infer", echo("in", "out", 16));
      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals(
          List.of(
              Map.of(
                  "name",
                  "y",
                  "datatype",
                  "FP32",
                  "shape",
                  List.of(1L, 4L),
                  "parameters",
                  Map.of(
                      "shared_memory_region", "out",
                      "shared_memory_offset", 0L,
                      "shared_memory_byte_size", 16L))),
          Json.readObject(answer.body()).get("outputs"));
      assertArrayEquals(floats(1, 2, 3, 4, 1, 2, 3, 4), Files.readAllBytes(file));

      served.post("/v2/systemsharedmemory/region/out/unregister", "");
      assertEquals("[%s]".formatted(in), served.get(STATUS).body());
      refused(400, "region 'out': not registered", infer(served, "in", "out", 16));
      served.post("/v2/systemsharedmemory/unregister", "");
      assertEquals("[]", served.get(STATUS).body());
      served.awaitNothingLeased();
    }
  }

  @Test
  void pagesOfBrowsersUseAndSeeNothingOfIt() throws Exception {
    try (var served = Served.start(folder, ON)) {
      register(served, "r", 0, 16);
      var body = echo("r", "r", 16);
      var page = served.post("/v2/models/echo/infer", body, "Origin", "https://example.org");
      assertEquals(403, page.statusCode(), page.body());
      assertTrue(page.body().contains("not for pages of browsers"), page.body());
      assertArrayEquals(floats(1, 2, 3, 4, 0, 0, 0, 0), Files.readAllBytes(file));
      var head = "GET %s HTTP/1.1\r\nHost: rebound.example.org\r\nConnection: close\r\n\r\n";
      var rebound = served.raw(head.formatted(STATUS));
      assertTrue(rebound.startsWith("HTTP/1.1 403 "), rebound);
      served.awaitNothingLeased();
    }
  }

  @Test
  void whatDoesNotFitOrIsNotThereIsRefused() throws Exception {
    try (var served = Served.start(folder, ON)) {
      register(served, "r", 0, 32);
      refused(400, "16 bytes (expected: <= the 8", infer(served, "r", "r", 8));
      refused(400, "64 bytes at 0 (expected: within its 32", infer(served, "r", "r", 64));
      refused(409, "region 'r': registered already", register(served, "r", 0, 16));
      refused(400, "expected: >= 33", register(served, "s", 1, 32));
      refused(
          404,
          "region: 'none' (expected: one of [r])",
          served.get("/v2/systemsharedmemory/region/none/status"));
      for (var body :
          List.of(
              "", "[]", "{}", "{\"key\":1,\"byte_size\":1}", "{\"key\":\"k\",\"byte_size\":1.5}")) {
        assertEquals(400, served.post(REGISTER.formatted("s"), body).statusCode(), body);
      }
      refused(
          400,
          "key: '../etc/passwd'",
          served.post(REGISTER.formatted("s"), "{\"key\":\"../etc/passwd\",\"byte_size\":1}"));
      refused(
          403,
          "no header Origin",
          served.post(REGISTER.formatted("s"), body(0, 16), "Origin", "http://127.0.0.1:8000"));
      Files.write(file, new byte[8]);
      refused(400, "8 bytes (expected: >= 16", infer(served, "r", "r", 16));
      assertEquals(8, Files.size(file));
      served.awaitNothingLeased();
    }
  }

  @Test
  void unlessItIsTurnedOnThereIsNone() throws Exception {
    try (var served = Served.start(folder, "")) {
      assertFalse(served.get("/v2").body().contains("shared"));
      refused(400, "shared memory is off", served.get(STATUS));
      refused(400, "shared memory is off", register(served, "in", 0, 16));
      var infer = infer(served, "in", "out", 16);
      refused(400, "input 'x': in shared memory, which is off", infer);
      assertTrue(infer.body().contains("\"code\":\"not-offered\""), infer.body());
      served.awaitNothingLeased();
    }
  }

  @Test
  void aTenantHasNothingOfAnothers() throws Exception {
    var acme = Credentials.key(1);
    var globex = Credentials.key(2);
    var observer = Credentials.key(3);
    var accounts =
        Credentials.access(
            folder,
            Credentials.line(acme, "acme", "infer"),
            Credentials.line(globex, "globex", "infer"),
            Credentials.line(observer, "acme", "observe"));
    try (var served = Served.start(folder, ON + ", " + accounts)) {
      refused(401, "", register(served, "r", 0, 32));
      refused(403, "", register(served, "r", 0, 32, as(observer)));
      refused(400, "key: not of tenant 'globex'", register(served, "r", 0, 32, as(globex)));
      assertEquals(200, register(served, "r", 0, 32, as(acme)).statusCode());
      assertEquals(200, infer(served, "r", "r", 16, as(acme)).statusCode());
      refused(400, "region 'r': not registered", infer(served, "r", "r", 16, as(globex)));
      served.post("/v2/systemsharedmemory/unregister", "", as(globex));
      assertEquals(200, infer(served, "r", "r", 16, as(acme)).statusCode());
      served.awaitNothingLeased();
    }
  }

  private HttpResponse<String> register(
      Served served, String name, int offset, int bytes, String... headers) throws Exception {
    return served.post(REGISTER.formatted(name), body(offset, bytes), headers);
  }

  private String body(int offset, int bytes) {
    return "{\"key\":\"%s\",\"offset\":%d,\"byte_size\":%d}".formatted(key, offset, bytes);
  }

  private static HttpResponse<String> infer(
      Served served, String from, String to, int bytes, String... headers) throws Exception {
    return served.post("/v2/models/echo/infer", echo(from, to, bytes), headers);
  }

  private static String echo(String from, String to, int bytes) {
    return """
    {"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"parameters":{
       "shared_memory_region":"%s","shared_memory_byte_size":16}}],
     "outputs":[{"name":"y","parameters":{
       "shared_memory_region":"%s","shared_memory_byte_size":%d}}]}\
    """
        .formatted(from, to, bytes);
  }

  private static void refused(int status, String sentence, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(sentence), answer.body());
  }

  private static byte[] floats(float... values) {
    var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (var value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }
}
