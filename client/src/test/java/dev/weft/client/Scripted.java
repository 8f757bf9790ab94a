package dev.weft.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A server that gives answers in the order they were written down, the last one for ever. */
final class Scripted implements AutoCloseable {

  /** One answer; with status 0 the connection is cut instead, with status 1 it hangs half-way. */
  record Reply(int status, byte[] body, List<String> headers) {

    static Reply of(int status, String body, String... headers) {
      return new Reply(status, body.getBytes(StandardCharsets.ISO_8859_1), List.of(headers));
    }

    static Reply hanging() {
      return of(1, "");
    }

    static Reply cut() {
      return of(0, "");
    }
  }

  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> paths = new CopyOnWriteArrayList<>();
  final List<String> credentials = new CopyOnWriteArrayList<>();
  final List<String> parents = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Reply> replies;
  private final HttpServer server;

  Scripted(Reply... replies) throws IOException {
    this.replies = List.of(replies);
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      var number = requests.size();
      paths.add(exchange.getRequestURI().getRawPath());
      requests.add(new String(body, StandardCharsets.ISO_8859_1));
      credentials.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      parents.add(String.valueOf(exchange.getRequestHeaders().getFirst("traceparent")));
      var reply = replies.get(Math.min(number, replies.size() - 1));
      if (reply.status() == 0) {
        return; // Closed without a word.
      }
      if (reply.status() == 1) {
        exchange.sendResponseHeaders(200, 1_000);
        exchange.getResponseBody().flush();
        awaitClose();
        return;
      }
      for (var i = 0; i < reply.headers().size(); i += 2) {
        exchange.getResponseHeaders().add(reply.headers().get(i), reply.headers().get(i + 1));
      }
      exchange.sendResponseHeaders(
          reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
      exchange.getResponseBody().write(reply.body());
    }
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
