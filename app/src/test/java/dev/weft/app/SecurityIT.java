package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.testkit.TinyModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft serve} with TLS and accounts, as a process of its own, and {@code weft access}. */
class SecurityIT {

  private static final Path ROOT = Path.of(System.getProperty("weft.root", ".."));
  private static final String PASSWORD = "changeit";

  @TempDir private Path folder = Path.of("");
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void whatTheGuideShowsIsWhatCurlGets() throws Exception {
    certificate();
    var lines = new ArrayList<>(List.of("apiVersion: weft/v1", "kind: Access", "keys:"));
    var keys = Map.of("INFER", key("infer", lines), "OBSERVE", key("observe", lines));
    Files.write(folder.resolve("access.yaml"), lines);
    var urls = start();
    var examples = GuideExamples.of(Files.readAllLines(ROOT.resolve("docs/security.md")));
    assertTrue(examples.size() >= 7, examples.size() + " examples");
    for (var example : examples) {
      example.check(folder, urls, keys);
    }
  }

  @Test
  void theLinesOfTheGuideMakeAServerThatIsUsed() throws Exception {
    assumeTrue(isThere("openssl"), "openssl is not on the path");
    var lines = setUp(Files.readAllLines(ROOT.resolve("docs/security.md")));
    assertTrue(lines.contains("openssl req") && lines.contains("weft access key"), lines);
    var weft = "weft() { %s \"$@\"; }\n".formatted(String.join(" ", WeftCommand.of(folder)));
    GuideExamples.shell(weft + lines.replace("./weft ", "weft "), folder, Map.of());
    var urls = start();
    var answer =
        GuideExamples.shell(
            "curl -s --cacert server.pem https://127.0.0.1:8000/v2/models/echo/ready"
                    .replace("https://127.0.0.1:8000", urls.get("https://127.0.0.1:8000"))
                + " -H \"Authorization: Bearer $(head -n 1 key.txt)\"",
            folder,
            Map.of());
    assertEquals("{\"name\":\"echo\",\"ready\":true}", answer);
  }

  /** The commands that come before the server is started. */
  private static String setUp(List<String> page) {
    return String.join(
        "\n",
        page.stream()
            .dropWhile(line -> !line.startsWith("    openssl "))
            .takeWhile(line -> !line.startsWith("    ./weft serve"))
            .toList());
  }

  @Test
  void whatProtectsIsReadBeforeAnythingIsServed() throws Exception {
    certificate();
    var models = models().toString();
    var certificate = folder.resolve("server.pem").toString();
    var key = folder.resolve("server.key").toString();
    refused(2, "a certificate alone", "serve", models, "--tls-cert", certificate);
    refused(2, "a client CA alone", "serve", models, "--client-ca", certificate);
    refused(
        1,
        "none.key: not there",
        "serve",
        models,
        "--tls-cert",
        certificate,
        "--tls-key",
        folder.resolve("none.key").toString());
    refused(
        1,
        "without accounts (--access)",
        "serve",
        models,
        "--host",
        "0.0.0.0",
        "--tls-cert",
        certificate,
        "--tls-key",
        key);
    var access =
        Files.writeString(folder.resolve("broken.yaml"), "kind: Access\nkeys: [{id: 7}]\n");
    var ended = Cli.run(folder, "serve", models, "--access", access.toString());
    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("broken.yaml:2:13: keys[0].id: 7 (expected: "), ended.err());
  }

  @Test
  void whoAllowsOthersByNameIsToldWhatIsMissing() throws Exception {
    var line = serve("--host", "0.0.0.0", "--insecure-beyond-loopback").readLine();
    assertTrue(String.valueOf(line).startsWith("serving 1 model on http://"), line);
    var log = Files.readString(folder.resolve("serve.log"));
    assertTrue(
        log.contains(
            "weft: other machines reach this without TLS (--tls-cert and --tls-key) and accounts"),
        log);
  }

  @Test
  void aKeyIsPrintedOnceAndItsLineHoldsAHashOnly() throws Exception {
    var first = Cli.run(folder, "access", "key", "--tenant", "42", "--role", "infer");
    assertEquals(0, first.code(), first.err());
    assertEquals(2, first.lines().size(), first.out());
    var key = first.lines().getFirst();
    assertTrue(key.matches("weft_[a-z]{12}_[A-Za-z0-9_-]{43}"), key);
    assertFalse(first.lines().getLast().contains(key.substring(18)), "a secret in the file");
    var second =
        Cli.run(
            folder,
            "access",
            "key",
            "--tenant",
            "acme",
            "--role",
            "infer",
            "--role",
            "observe",
            "--expires",
            "2030-01-31T00:00:00Z");
    assertFalse(second.out().contains(key), "twice the same key");
    var file =
        Files.writeString(
            folder.resolve("access.yaml"),
            "apiVersion: weft/v1\nkind: Access\nkeys:\n%s\n%s\n"
                .formatted(first.lines().getLast(), second.lines().getLast()));
    var checked = Cli.run(folder, "access", "check", file.toString());
    assertEquals(0, checked.code(), checked.err());
    assertTrue(checked.out().endsWith("access.yaml: 2 keys, 0 issuers\n"), checked.out());
    refused(2, "--tenant: 'a b'", "access", "key", "--tenant", "a b", "--role", "infer");
    refused(2, "root", "access", "key", "--tenant", "acme", "--role", "root");
    Files.writeString(file, "kind: Access\n");
    assertEquals(1, Cli.run(folder, "access", "check", file.toString()).code());
  }

  private void refused(int code, String said, String... command) {
    var ended = Cli.run(folder, command);
    assertEquals(code, ended.code(), ended.err());
    assertTrue(ended.err().contains(said), ended.err());
    assertEquals("", ended.out());
  }

  private static boolean isThere(String program) {
    return List.of(System.getenv("PATH").split(":")).stream()
        .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
  }

  /** Makes a key, adds its line, and returns what its holder shows. */
  private String key(String role, List<String> lines) {
    var made = Cli.run(folder, "access", "key", "--tenant", "acme", "--role", role).lines();
    lines.add(made.getLast());
    return made.getFirst();
  }

  /** A certificate that vouches for itself, as {@code server.pem} and {@code server.key}. */
  private void certificate() throws Exception {
    GuideExamples.shell(
        "%s -genkeypair -alias own -keyalg EC -groupname secp256r1 -dname CN=localhost -validity 30"
                .formatted(Path.of(System.getProperty("java.home"), "bin", "keytool"))
            + " -ext SAN=dns:localhost,ip:127.0.0.1 -storetype PKCS12 -keystore own.p12 -storepass "
            + PASSWORD,
        folder,
        Map.of());
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(folder.resolve("own.p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    pem("server.pem", "CERTIFICATE", store.getCertificate("own").getEncoded());
    pem("server.key", "PRIVATE KEY", store.getKey("own", PASSWORD.toCharArray()).getEncoded());
  }

  private void pem(String file, String label, byte[] content) throws IOException {
    var text = Base64.getMimeEncoder().encodeToString(content);
    Files.writeString(
        folder.resolve(file),
        "-----BEGIN %s-----\n%s\n-----END %1$s-----\n".formatted(label, text));
  }

  private Path models() throws IOException {
    var models = Files.createDirectories(folder.resolve("models"));
    Files.write(models.resolve("echo.onnx"), TinyModels.identity(Datatype.FP32, "n", 4));
    return models;
  }

  /** Serves by the files of the guide's names; the guide's addresses, and those of this run. */
  private Map<String, String> start() throws IOException {
    var out =
        serve(
            "--tls-cert",
            folder.resolve("server.pem").toString(),
            "--tls-key",
            folder.resolve("server.key").toString(),
            "--access",
            folder.resolve("access.yaml").toString());
    var urls = new LinkedHashMap<String, String>();
    urls.put("https://127.0.0.1:8000", url(out));
    urls.put("https://127.0.0.1:8002", url(out));
    return urls;
  }

  private String url(BufferedReader out) throws IOException {
    var line = Optional.ofNullable(out.readLine());
    var url = line.orElse("").replaceFirst(".*(https://127\\.0\\.0\\.1:[0-9]+).*", "$1");
    assertTrue(
        url.startsWith("https://"), line + "\n" + Files.readString(folder.resolve("serve.log")));
    return url;
  }

  /** What a server on free ports prints; its log is {@code serve.log}. */
  private BufferedReader serve(String... options) throws IOException {
    var command = WeftCommand.of(folder);
    command.addAll(List.of("serve", models().toString(), "--port", "0", "--metrics-port", "0"));
    command.addAll(List.of(options));
    var log = folder.resolve("serve.log").toFile();
    var process = new ProcessBuilder(command).redirectError(log).start();
    started.add(process);
    return new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
  }
}
