package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** What tests of a server whose files change do again and again. */
final class ServedFiles {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private ServedFiles() {}

  /** Puts a whole file in the place of another at once. */
  static void put(Path file, byte[] content) throws IOException {
    var whole = Files.write(file.resolveSibling("." + file.getFileName()), content);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static void await(String what, Callable<Boolean> condition) throws Exception {
    var until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertTrue(System.nanoTime() < until, what);
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  static HttpResponse<String> post(HttpClient client, String url, String body)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofString(body));
    return client.send(request.build(), BodyHandlers.ofString());
  }

  static HttpResponse<String> get(HttpClient client, String url)
      throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }
}
