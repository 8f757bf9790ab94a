package dev.weft.app;

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

/** What tests of a server whose files change do again and again. */
final class ServedFiles {

  private ServedFiles() {}

  /** Puts a whole file in the place of another at once. */
  static void put(Path file, byte[] content) throws IOException {
    var whole = Files.write(file.resolveSibling("." + file.getFileName()), content);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
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
