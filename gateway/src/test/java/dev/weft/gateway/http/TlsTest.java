package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.protection.Certificates;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS as clients meet it. */
class TlsTest {

  private static final String ECHO = "/v2/models/echo/infer";
  private static final String GOOD = Served.floats("x", "[1,4]", "[1,2,3,4]");

  @TempDir private static Path made = Path.of("");

  private static Certificates first = new Certificates(made, made, made);
  private static Certificates second = first;
  private static Certificates client = first;

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void make() {
    first = Certificates.make(made, "first");
    second = Certificates.make(made, "second");
    client = Certificates.make(made, "client");
  }

  @BeforeEach
  void place() throws IOException {
    put(first.certificate(), "server.pem");
    put(first.key(), "server.key");
    put(client.certificate(), "clients.pem");
  }

  private void put(Path from, String name) throws IOException {
    var next = Files.copy(from, folder.resolve(name + ".next"));
    Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private Served start(String more) throws IOException {
    return Served.start(
        folder,
        """
        gateway {
          tls { certificate = "%s", key = "%s" %s }, renew-every = 20ms, read-timeout = 2s
        }\
        """
            .formatted(folder.resolve("server.pem"), folder.resolve("server.key"), more));
  }

  private static HttpClient client(SSLContext context) {
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static HttpResponse<String> infer(Served served, HttpClient client)
      throws IOException, InterruptedException {
    var uri = URI.create("https://127.0.0.1:" + served.gateway.port() + ECHO);
    var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(GOOD)).build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static X509Certificate shown(SSLSession session) throws SSLException {
    return (X509Certificate) session.getPeerCertificates()[0];
  }

  private static String name(Served served) {
    try (var socket = socket(served)) {
      socket.startHandshake();
      return shown(socket.getSession()).getSubjectX500Principal().getName();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static SSLSocket socket(Served served) throws IOException {
    var socket =
        (SSLSocket)
            Certificates.trusting(first, second)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), served.gateway.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  @Test
  void whoTrustsTheServerIsServedByNothingOlderThanTls12() throws Exception {
    try (var served = start("");
        var client = client(Certificates.trusting(first))) {
      var answer = infer(served, client);
      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals("TLSv1.3", answer.sslSession().orElseThrow().getProtocol());
      try (var socket = socket(served)) {
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        socket.startHandshake();
        assertEquals("TLSv1.2", socket.getSession().getProtocol());
      }
      try (var stranger = client(Certificates.trusting(second))) {
        assertThrows(SSLHandshakeException.class, () -> infer(served, stranger));
      }
    }
  }

  @Test
  void plainHttpGetsNoAnswer() throws Exception {
    try (var served = start("");
        var client = client(Certificates.trusting(first))) {
      var answer = served.raw("GET /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertFalse(answer.contains("HTTP/1.1 200"), answer);
      assertFalse(answer.contains("extensions"), answer);
      assertEquals(200, infer(served, client).statusCode());
    }
  }

  @Test
  void whoDoesNotFinishTheHandshakeIsCutOff() throws Exception {
    try (var served = start("");
        var silent = served.connect();
        var half = served.connect()) {
      half.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1});
      assertFalse(Served.isTimedOut(silent), "silent");
      assertFalse(Served.isTimedOut(half), "half a hello");
    }
  }

  @Test
  void aSlowRequestOverTlsIsCutOffToo() throws Exception {
    try (var served = start("");
        var socket = socket(served)) {
      var head = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{";
      socket.getOutputStream().write(head.formatted(ECHO).getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      assertFalse(Served.isTimedOut(socket), "still open");
      served.awaitNothingLeased();
    }
  }

  @Test
  void clientsNeedACertificateWhereThatIsSaid() throws Exception {
    try (var served = start(", client-ca = \"%s\"".formatted(folder.resolve("clients.pem")));
        var known = client(client.showing(first));
        var without = client(Certificates.trusting(first));
        var stranger = client(second.showing(first))) {
      assertEquals(200, infer(served, known).statusCode());
      assertThrows(IOException.class, () -> infer(served, without));
      assertThrows(IOException.class, () -> infer(served, stranger));
      // Who is no longer vouched for gets no further by a session of before.
      put(second.certificate(), "clients.pem");
      Served.await("the other one is known", () -> isServed(served, second));
      assertFalse(isServed(served, client), "the old one still is");
    }
  }

  private static boolean isServed(Served served, Certificates shown) {
    try (var client = client(shown.showing(first))) {
      return infer(served, client).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aNewCertificateIsTakenUnderLoadWithoutAFailedRequest() throws Exception {
    var isOver = new AtomicBoolean();
    var underWay = new CountDownLatch(4);
    try (var served = start("");
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        Closeable _ = () -> isOver.set(true)) {
      var callers =
          Stream.generate(() -> threads.submit(() -> call(served, underWay, isOver)))
              .limit(underWay.getCount())
              .toList();
      assertTrue(underWay.await(30, TimeUnit.SECONDS), "all are being served");
      assertEquals("CN=first", name(served));
      put(second.certificate(), "server.pem");
      for (var i = 0; i < 20; i++) {
        assertEquals("CN=first", name(served), "half a pair is no pair");
      }
      put(second.key(), "server.key");
      Served.await("the new one is shown", () -> name(served).equals("CN=second"));
      put(made.resolve("first.p12"), "server.pem");
      for (var i = 0; i < 20; i++) {
        assertEquals("CN=second", name(served), "what is broken changes nothing");
      }
      isOver.set(true);
      for (var caller : callers) {
        caller.get();
      }
    }
  }

  /** Requests on kept and on new connections until it is over; any that fails is thrown. */
  private static Void call(Served served, CountDownLatch underWay, AtomicBoolean isOver)
      throws IOException, InterruptedException {
    try (var kept = client(Certificates.trusting(first, second))) {
      while (!isOver.get()) {
        assertEquals(200, infer(served, kept).statusCode());
        try (var fresh = client(Certificates.trusting(first, second))) {
          assertEquals(200, infer(served, fresh).statusCode());
        }
        underWay.countDown();
      }
    }
    return null;
  }
}
